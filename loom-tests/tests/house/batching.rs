//! Many items at once, against those who send and receive one.

use std::collections::VecDeque;

use bifrons::bounded;
use bifrons_loom_tests::{Bounds, Parcel, block_on, counting, model, poll_once};
use loom::thread;

fn parcels(ids: impl IntoIterator<Item = usize>) -> VecDeque<Parcel> {
    ids.into_iter().map(Parcel::new).collect()
}

fn open(parcels: impl IntoIterator<Item = Parcel>) -> Vec<usize> {
    parcels.into_iter().map(Parcel::open).collect()
}

/// A batch that is larger than the queue and a single item: does each arrive once, the batch in its order?
///
/// Kills `many.publish`, `many.call`, `many.count`.
#[test]
fn batch_against_a_single_sender() {
    model(Bounds { quick: 1, deep: Some(2), at_least: 100 }, || {
        let (tx, rx) = bounded::<Parcel>(2);
        let single = thread::spawn({
            let tx = tx.clone();
            move || tx.send(Parcel::new(9)).unwrap()
        });
        let batch = thread::spawn(move || {
            let mut items = parcels(0..3);
            assert_eq!(tx.send_many(&mut items).unwrap(), 3);
            assert!(items.is_empty());
        });
        let mut ids: Vec<_> = (0..4).map(|_| rx.recv().unwrap().open()).collect();
        ids.retain(|&id| id != 9);
        assert_eq!(ids, [0, 1, 2]);
        single.join().unwrap();
        batch.join().unwrap();
    });
}

/// A batch comes to a thread and a task that wait for one item each: are both called?
///
/// Kills `many.publish`, `many.call`, `many.call_one`, `calls.turn`.
#[test]
fn batch_reaches_two_receivers() {
    model(Bounds { quick: 2, deep: Some(4), at_least: 50 }, || {
        let (tx, rx) = bounded::<Parcel>(2);
        let for_task = rx.to_async();
        let by_thread = thread::spawn(move || rx.recv().unwrap().open());
        let sender = thread::spawn(move || {
            assert_eq!(tx.send_many(&mut parcels(0..2)).unwrap(), 2);
            tx
        });
        let one = block_on(for_task.recv()).unwrap().open();
        assert_eq!(one + by_thread.join().unwrap(), 1);
        drop(sender.join().unwrap());
    });
}

/// Does a batch write into a slot only when its last item has been taken out?
///
/// Kills `many.see_head`.
#[test]
fn batch_uses_room_that_was_made() {
    model(Bounds { quick: 3, deep: None, at_least: 4 }, || {
        let (tx, rx) = bounded::<Parcel>(2);
        tx.try_send(Parcel::new(0)).unwrap();
        let receiver = thread::spawn(move || {
            assert_eq!(rx.try_recv().unwrap().open(), 0);
            rx
        });
        let for_task = tx.into_async();
        let (_, waker) = counting();
        let mut items = parcels(1..3);
        let mut send = for_task.send_many(&mut items);
        let is_sent = poll_once(&mut send, &waker).is_ready();
        drop(send);
        let rx = receiver.join().unwrap();
        let mut ids = open(rx.drain());
        assert!(!is_sent || items.is_empty());
        ids.extend(open(items));
        assert_eq!(ids, [1, 2]);
    });
}

/// Does a batch that is received hold nothing that was not published to its receiver?
///
/// Kills `many.see_tail`.
#[test]
fn batch_is_received_with_what_came_late() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(3);
        (0..2).for_each(|id| tx.try_send(Parcel::new(id)).unwrap());
        let sender = thread::spawn(move || {
            tx.try_send(Parcel::new(2)).unwrap();
            tx
        });
        let other = thread::spawn({
            let rx = rx.clone();
            move || rx.recv().unwrap().open()
        });
        let mut items = Vec::new();
        let received = rx.recv_many(&mut items, 2).unwrap();
        assert_eq!(received, items.len());
        let mut ids = open(items);
        ids.push(other.join().unwrap());
        drop(sender.join().unwrap());
        ids.extend(open(rx.drain()));
        ids.sort_unstable();
        assert_eq!(ids, [0, 1, 2]);
    });
}

/// Those who receive many and one, and a close behind the last item: is each item received once, and nobody left behind?
///
/// Kills `close.receivers`.
#[test]
fn batch_against_a_single_receiver() {
    model(Bounds { quick: 1, deep: Some(2), at_least: 100 }, || {
        let (tx, rx) = bounded::<Parcel>(2);
        let single = thread::spawn({
            let rx = rx.clone();
            move || rx.recv().map(Parcel::open).ok()
        });
        let sender = thread::spawn(move || {
            (0..2).for_each(|id| tx.send(Parcel::new(id)).unwrap());
        });
        let mut items = Vec::new();
        while rx.recv_many(&mut items, 2).is_ok() {}
        let mut ids = open(items);
        ids.extend(single.join().unwrap());
        sender.join().unwrap();
        ids.sort_unstable();
        assert_eq!(ids, [0, 1]);
    });
}

/// A batch waits for room while the queue closes: is what was not sent with its sender, in its order?
///
/// Kills `close.senders`, `many.reclaim`.
#[test]
fn batch_against_a_close() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 50 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        let sender = thread::spawn(move || {
            let mut items = parcels(0..3);
            assert!(tx.send_many(&mut items).is_err());
            open(items)
        });
        let mut ids = open([rx.recv().unwrap()]);
        rx.close();
        ids.extend(open(rx.drain()));
        ids.extend(sender.join().unwrap());
        assert_eq!(ids, [0, 1, 2]);
    });
}

/// A batch is given up while room appears: is each item received or in the deque, in its order?
///
/// Kills `many.reclaim`, `many.order`.
#[test]
fn batch_is_given_up_while_room_appears() {
    model(Bounds { quick: 3, deep: None, at_least: 4 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        let tx = tx.into_async();
        let (_, waker) = counting();
        let mut items = parcels(0..3);
        let mut send = tx.send_many(&mut items);
        assert!(poll_once(&mut send, &waker).is_pending());
        let receiver = thread::spawn(move || (rx.recv().unwrap().open(), rx));
        drop(send);
        let (first, rx) = receiver.join().unwrap();
        let mut ids = vec![first];
        ids.extend(open(rx.drain()));
        ids.extend(open(items));
        assert_eq!(ids, [0, 1, 2]);
    });
}

/// One who waits for many goes away when called: is the one behind it called?
///
/// Kills `pass.receiver`, `leave.task`.
#[test]
fn called_batch_leaves() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 100 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        let for_task = rx.to_async();
        let (_, waker) = counting();
        let mut items = Vec::new();
        let mut first = for_task.recv_many(&mut items, 2);
        assert!(poll_once(&mut first, &waker).is_pending());
        let second = thread::spawn(move || rx.recv().unwrap().open());
        let sender = thread::spawn({
            let tx = tx.clone();
            move || tx.send(Parcel::new(7)).unwrap()
        });
        drop(first);
        assert_eq!(second.join().unwrap(), 7);
        sender.join().unwrap();
        drop(tx);
    });
}
