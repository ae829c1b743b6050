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

/// Two were called, for three places of which others left one. Does the one who needs no more than that get it, when the one who
/// needs two comes back for nothing?
///
/// Kills `parlour.kept_twice`.
#[test]
fn room_kept_for_two_is_enough_for_one() {
    model(Bounds { quick: 3, deep: None, at_least: 5 }, || {
        let (tx, rx) = pile(3);
        let for_task = tx.to_async();
        (0..3).for_each(|i| tx.try_send(Parcel::new(i)).unwrap());
        let (count, waker) = counting();
        let (_, other) = counting();
        let mut little = for_task.send(Parcel::new(3));
        let mut much = for_task.reserve_many(2);
        assert!(poll_once(&mut little, &waker).is_pending());
        assert!(poll_once(&mut much, &other).is_pending());
        rx.drain().for_each(|parcel| {
            parcel.open();
        });
        (4..7).for_each(|i| tx.try_send(Parcel::new(i)).unwrap());
        assert!(poll_once(&mut little, &waker).is_pending());
        let before = count.get();
        let receiver = thread::spawn(move || {
            rx.recv().unwrap().open();
            rx
        });
        let is_pending = poll_once(&mut much, &other).is_pending();
        let rx = receiver.join().unwrap();
        assert!(is_pending, "two places are never free");
        assert_eq!(count.get(), before + 1, "there is room for the first in line");
        assert!(poll_once(&mut little, &waker).is_ready());
        drop(much);
        rx.drain().for_each(|parcel| {
            parcel.open();
        });
    });
}
