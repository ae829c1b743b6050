//! Those who are overtaken: what newcomers leave to them, and that nothing of it outlasts them.
//!
//! Their claims begin after more calls in vain than a model can make; the faults here are seeded into a queue that is
//! patient only once.

use std::task::Waker;

use bifrons::future::RecvFuture;
use bifrons::{Receiver, Select, Sender, bounded};
use bifrons_loom_tests::{Bounds, Parcel, block_on, counting, model, poll_once};
use loom::thread;

/// Takes away the item for which a pending receiver was called.
fn call_in_vain(tx: &Sender<Parcel>, rx: &Receiver<Parcel>, recv: &mut RecvFuture<'_, Parcel>, waker: &Waker) {
    assert!(poll_once(recv, waker).is_pending());
    tx.try_send(Parcel::new(1)).unwrap();
    assert_eq!(rx.try_recv().unwrap().open(), 1);
    assert!(poll_once(recv, waker).is_pending(), "it was called in vain");
}

/// A receiver that was overtaken goes away: does its claim go with it, so that a newcomer gets the next item?
///
/// Kills `overdue.leave`.
#[test]
fn overtaken_receiver_leaves() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        let overtaken = rx.to_async();
        let (_, waker) = counting();
        let mut recv = overtaken.recv();
        call_in_vain(&tx, &rx, &mut recv, &waker);
        drop(recv);
        let newcomer = thread::spawn(move || rx.recv().unwrap().open());
        tx.send(Parcel::new(2)).unwrap();
        assert_eq!(newcomer.join().unwrap(), 2);
    });
}

/// A receiver that was overtaken gets its item at last: is its claim over, so that a newcomer gets the next?
///
/// Kills `overdue.close`.
#[test]
fn overtaken_receiver_gets_through() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        let overtaken = rx.to_async();
        let (_, waker) = counting();
        let mut recv = overtaken.recv();
        call_in_vain(&tx, &rx, &mut recv, &waker);
        tx.try_send(Parcel::new(2)).unwrap();
        match poll_once(&mut recv, &waker) {
            std::task::Poll::Ready(received) => assert_eq!(received.unwrap().open(), 2),
            std::task::Poll::Pending => panic!("the item was left to it"),
        }
        let newcomer = thread::spawn(move || rx.recv().unwrap().open());
        tx.send(Parcel::new(3)).unwrap();
        assert_eq!(newcomer.join().unwrap(), 3);
    });
}

/// A thread that was overtaken where one meets gets its item at last: is its claim over, so that a newcomer gets the next?
///
/// Kills `overdue.meet`.
#[test]
fn overtaken_receiver_meets() {
    model(Bounds { quick: 2, deep: None, at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(0);
        let overtaken = rx.clone();
        let receiver = thread::spawn(move || overtaken.recv().unwrap().open());
        let hand_over = |id| {
            while tx.try_send(Parcel::new(id)).is_err() {
                thread::yield_now();
            }
        };
        hand_over(1);
        let Ok(stolen) = rx.try_recv() else {
            assert_eq!(receiver.join().unwrap(), 1);
            return;
        };
        assert_eq!(stolen.open(), 1);
        hand_over(2);
        assert_eq!(receiver.join().unwrap(), 2);
        let newcomer = rx.to_async();
        let (_, waker) = counting();
        let mut recv = newcomer.recv();
        assert!(poll_once(&mut recv, &waker).is_pending());
        hand_over(3);
        drop(recv);
        assert_eq!(rx.try_recv().unwrap().open(), 3);
    });
}

/// A select has pledged an item to one that was overtaken where one meets: do a sender and a newcomer that come meanwhile get what
/// they wait for?
///
/// Kills `overdue.pledge`.
#[test]
fn pledge_keeps_nobody_apart() {
    model(Bounds { quick: 2, deep: Some(4), at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(0);
        let overtaken = rx.to_async();
        let (_, waker) = counting();
        let mut recv = overtaken.recv();
        call_in_vain(&tx, &rx, &mut recv, &waker);
        let mut select = Select::new();
        select.send(&tx);
        let pledge = select.try_select().unwrap();
        let other = tx.clone();
        let sender = thread::spawn(move || other.send(Parcel::new(2)).unwrap());
        let newcomer = thread::spawn(move || rx.recv().unwrap().open());
        pledge.send(&tx, Parcel::new(3)).unwrap();
        let received = block_on(recv).unwrap().open();
        assert_eq!(received + newcomer.join().unwrap(), 5);
        sender.join().unwrap();
    });
}
