//! Room that is reserved at one door, and a capacity that changes.

use bifrons_loom_tests::{Bounds, Parcel, block_on, counting, model, poll_once};
use loom::thread;

use super::{pile, ranking};

/// Does room that is given back reach a sender who waits for it, when nobody receives?
///
/// Kills `parlour.give_back`.
#[test]
fn permit_given_back_at_one_door() {
    model(Bounds { quick: 3, deep: None, at_least: 10 }, || {
        let (tx, rx) = pile(1);
        let permit = tx.reserve().unwrap();
        let sender = thread::spawn({
            let tx = tx.clone();
            move || tx.send(Parcel::new(1)).unwrap()
        });
        drop(permit);
        sender.join().unwrap();
        assert_eq!(rx.try_recv().unwrap().open(), 1);
        assert_eq!(tx.stats().reserved, 0);
    });
}

/// Is reserved room out of others' reach, until its item has been taken?
///
/// Kills `parlour.fits_reserved`, `parlour.redeem`.
#[test]
fn permit_is_sent_at_one_door() {
    model(Bounds { quick: 2, deep: Some(3), at_least: 10 }, || {
        let (tx, rx) = ranking(1);
        let permit = tx.reserve().unwrap();
        let sender = thread::spawn({
            let tx = tx.clone();
            move || tx.send(Parcel::new(1)).unwrap()
        });
        let receiver = thread::spawn(move || [rx.recv().unwrap().open(), rx.recv().unwrap().open()]);
        permit.send(Parcel::new(0)).unwrap();
        assert_eq!(receiver.join().unwrap(), [0, 1], "there was no room for the greater one before");
        sender.join().unwrap();
    });
}

/// Room is there when somebody enlists for it: does he get it once?
///
/// Kills `parlour.call_sender`, `parlour.fits_reserved`, `parlour.reserve_in_line`.
#[test]
fn reserve_waits_for_room_at_one_door() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 10 }, || {
        let (tx, rx) = pile(1);
        tx.try_send(Parcel::new(0)).unwrap();
        let sender = thread::spawn(move || {
            let permit = tx.reserve().unwrap();
            assert!(tx.try_send(Parcel::new(9)).unwrap_err().is_full(), "the room is reserved");
            permit.send(Parcel::new(1)).unwrap();
            tx
        });
        assert_eq!(rx.recv().unwrap().open(), 0);
        assert_eq!(rx.recv().unwrap().open(), 1);
        drop(sender.join().unwrap());
    });
}

/// One item is sent into room for two: does a sender who waits get the rest, when nobody receives?
///
/// Kills `parlour.rest`.
#[test]
fn item_leaves_room_beside_it_at_one_door() {
    model(Bounds { quick: 3, deep: None, at_least: 10 }, || {
        let (tx, rx) = pile(2);
        let permit = tx.reserve_weight(2).unwrap();
        let sender = thread::spawn({
            let tx = tx.clone();
            move || tx.send(Parcel::new(1)).unwrap()
        });
        permit.send(Parcel::new(0)).unwrap();
        sender.join().unwrap();
        assert_eq!(rx.len(), 2);
    });
}

/// The queue closes under a permit: does its item arrive or come back?
///
/// Kills `parlour.redeem_closed`.
#[test]
fn permit_is_closed_under_at_one_door() {
    model(Bounds { quick: 3, deep: None, at_least: 4 }, || {
        let (tx, rx) = pile(1);
        let permit = tx.reserve().unwrap();
        let closer = thread::spawn(move || {
            assert!(rx.close());
            (rx.try_recv().map(Parcel::open).ok(), rx)
        });
        let sent = permit.send(Parcel::new(1)).map_err(|refused| refused.into_inner().open());
        let (received, rx) = closer.join().unwrap();
        assert_eq!(received, sent.is_ok().then_some(1));
        assert!(rx.is_empty());
    });
}

/// The capacity grows: does everybody get in for whom there is room now, when nobody receives?
///
/// Kills `parlour.resize`, `parlour.resize_one`.
#[test]
fn growing_reaches_senders_at_one_door() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 10 }, || {
        let (tx, rx) = ranking(1);
        let for_tasks = tx.to_async();
        tx.try_send(Parcel::new(0)).unwrap();
        let (_, waker) = counting();
        let mut first = for_tasks.send(Parcel::new(1));
        assert!(poll_once(&mut first, &waker).is_pending());
        let second = thread::spawn(move || tx.send(Parcel::new(2)).unwrap());
        let grower = thread::spawn(move || {
            rx.set_capacity(3).unwrap();
            rx
        });
        second.join().unwrap();
        block_on(first).unwrap();
        let rx = grower.join().unwrap();
        assert_eq!(rx.drain().map(Parcel::open).collect::<Vec<_>>(), [2, 1, 0]);
    });
}
