//! A select that sends where there is room.

use bifrons::{Select, bounded, lifo};
use bifrons_loom_tests::{Bounds, Parcel, model};
use loom::thread;

/// Room appears in a full queue: does a select that waits for it send, once?
///
/// Kills `call.room`.
#[test]
fn select_sends_into_room() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        tx.try_send(Parcel::new(0)).unwrap();
        let receiver = thread::spawn(move || (0..2).for_each(|id| assert_eq!(rx.recv().unwrap().open(), id)));
        let mut select = Select::new();
        select.send(&tx);
        select.select().send(&tx, Parcel::new(1)).unwrap();
        receiver.join().unwrap();
    });
}

/// The same at one door, where the room may be set aside as the select takes its place in line.
///
/// Kills `parlour.call_sender`, `parlour.reserve_in_line`.
#[test]
fn select_sends_into_room_at_one_door() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 20 }, || {
        let (tx, rx) = lifo::bounded::<Parcel>(1);
        tx.try_send(Parcel::new(0)).unwrap();
        let receiver = thread::spawn(move || (0..2).for_each(|id| assert_eq!(rx.recv().unwrap().open(), id)));
        let mut select = Select::new();
        select.send(&tx);
        let operation = select.select();
        assert_eq!(tx.stats().reserved, 1);
        operation.send(&tx, Parcel::new(1)).unwrap();
        receiver.join().unwrap();
    });
}

/// A select was summoned to room and receives instead: is the sender called that waits for room behind it?
///
/// Kills `pass.sender`, `choice.leave`.
#[test]
fn select_that_receives_passes_its_room_on() {
    model(Bounds { quick: 2, deep: Some(3), at_least: 50 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        let (other_tx, other_rx) = bounded::<Parcel>(1);
        tx.try_send(Parcel::new(0)).unwrap();
        let waiting = thread::spawn({
            let tx = tx.clone();
            move || tx.send(Parcel::new(1)).unwrap()
        });
        let receiver = thread::spawn({
            let rx = rx.clone();
            move || {
                assert_eq!(rx.recv().unwrap().open(), 0);
                other_tx.send(Parcel::new(9)).unwrap();
                other_tx
            }
        });
        let mut select = Select::new();
        select.recv(&other_rx);
        select.send(&tx);
        let operation = select.select();
        if operation.index() == 0 {
            assert_eq!(operation.recv(&other_rx).unwrap().open(), 9);
        } else {
            operation.send(&tx, Parcel::new(2)).unwrap();
            assert!(rx.recv().unwrap().open() > 0);
        }
        waiting.join().unwrap();
        drop(receiver.join().unwrap());
    });
}

/// A select has its room set aside in the moment in which it takes its place in line: does it leave the other line, so that
/// the receiver is called that waits there?
///
/// Kills `choice.forget`.
#[test]
fn select_that_sends_at_once_leaves_the_other_line() {
    model(Bounds { quick: 2, deep: Some(3), at_least: 50 }, || {
        let (tx, rx) = lifo::bounded::<Parcel>(1);
        let (other_tx, other_rx) = bounded::<Parcel>(1);
        tx.try_send(Parcel::new(0)).unwrap();
        let receiver = thread::spawn(move || (rx.recv().unwrap(), rx));
        let mut select = Select::new();
        select.recv(&other_rx);
        select.send(&tx);
        let operation = select.select();
        assert_eq!(operation.index(), 1);
        operation.send(&tx, Parcel::new(1)).unwrap();
        let waiting = thread::spawn({
            let rx = other_rx.clone();
            move || rx.recv().unwrap().open()
        });
        other_tx.send(Parcel::new(9)).unwrap();
        assert_eq!(waiting.join().unwrap(), 9);
        drop(receiver.join().unwrap());
    });
}

/// One who only asks whether there is room: does what he asked with leave the room to others?
///
/// Kills `choice.undo`.
#[test]
fn ready_gives_its_room_back() {
    model(Bounds { quick: 3, deep: None, at_least: 10 }, || {
        let (tx, rx) = lifo::bounded::<Parcel>(1);
        tx.try_send(Parcel::new(0)).unwrap();
        let receiver = thread::spawn(move || (rx.recv().unwrap().open(), rx));
        let mut select = Select::new();
        select.send(&tx);
        assert_eq!(select.ready(), 0);
        tx.try_send(Parcel::new(1)).unwrap();
        let (first, rx) = receiver.join().unwrap();
        assert_eq!(first, 0);
        assert_eq!(rx.recv().unwrap().open(), 1);
    });
}

/// The close reaches a select that waits for room.
///
/// Kills `close.senders`.
#[test]
fn close_reaches_a_select_that_sends() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 10 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        tx.try_send(Parcel::new(0)).unwrap();
        let closer = thread::spawn(move || {
            rx.close();
            rx
        });
        let mut select = Select::new();
        select.send(&tx);
        let refused = select.select().send(&tx, Parcel::new(1)).unwrap_err();
        assert_eq!(refused.into_inner().open(), 1);
        assert_eq!(closer.join().unwrap().recv().unwrap().open(), 0);
    });
}

/// A permit is used: does one who asks know of the room beside it, which was there all the time?
///
/// Kills `doors.ready_room`.
#[test]
fn ready_knows_of_room_that_is_always_there() {
    model(Bounds { quick: 3, deep: None, at_least: 10 }, || {
        let (tx, rx) = bounded::<Parcel>(2);
        let sender = thread::spawn({
            let tx = tx.clone();
            move || tx.try_reserve().unwrap().send(Parcel::new(1)).unwrap()
        });
        let mut select = Select::new();
        select.send(&tx);
        assert_eq!(select.try_ready(), Ok(0));
        sender.join().unwrap();
        assert_eq!(rx.recv().unwrap().open(), 1);
    });
}
