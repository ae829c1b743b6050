//! Futures that are forgotten, or left unpolled, while they are called: what do they take along?

use std::mem;

use bifrons::bounded;
use bifrons_loom_tests::{Bounds, Parcel, block_on, counting, model, poll_once};
use loom::thread;

/// A receive that waits in front is forgotten: does it take one call along, and no more, and no item?
///
/// Kills `call.item`.
#[test]
fn forgotten_recv_takes_one_call() {
    model(Bounds { quick: 2, deep: Some(3), at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(2);
        let async_rx = rx.to_async();
        let (_, waker) = counting();
        let mut recv = async_rx.recv();
        assert!(poll_once(&mut recv, &waker).is_pending());
        mem::forget(recv);
        let receiver = thread::spawn(move || {
            let id = rx.recv().unwrap().open();
            (id, rx)
        });
        tx.send(Parcel::new(0)).unwrap();
        tx.send(Parcel::new(1)).unwrap();
        let (id, rx) = receiver.join().unwrap();
        assert_eq!(id, 0, "in order");
        assert_eq!(rx.try_recv().unwrap().open(), 1);
        drop(tx);
    });
}

/// A receive is called and nobody polls it: does another get the next item, and does its own wait for it?
///
/// Kills `call.item`.
#[test]
fn called_recv_is_left_unpolled() {
    model(Bounds { quick: 2, deep: Some(3), at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(2);
        let async_rx = rx.to_async();
        let (count, waker) = counting();
        let mut recv = async_rx.recv();
        assert!(poll_once(&mut recv, &waker).is_pending());
        let receiver = thread::spawn(move || rx.recv().unwrap().open());
        tx.send(Parcel::new(0)).unwrap();
        assert_eq!(count.get(), 1, "who came first is called first");
        tx.send(Parcel::new(1)).unwrap();
        let one = receiver.join().unwrap();
        let other = block_on(recv).unwrap().open();
        assert_eq!((one, other), (0, 1), "who is there first takes the first");
        drop(tx);
    });
}

/// A send that waits in front is forgotten: does it take along one call to room, and no more; is its item received once or not?
///
/// Kills `call.room`.
#[test]
fn forgotten_send_takes_one_call() {
    model(Bounds { quick: 2, deep: Some(3), at_least: 20 }, || {
        let (tx, rx) = bounded(2);
        let async_tx = tx.to_async();
        (0..2).for_each(|id| tx.send(Parcel::new(id)).unwrap());
        let (_, waker) = counting();
        let (parcel, slip) = Parcel::with_slip(2);
        let mut send = async_tx.send(parcel);
        assert!(poll_once(&mut send, &waker).is_pending());
        mem::forget(send);
        let sender = thread::spawn(move || {
            tx.send(Parcel::new(3)).unwrap();
            tx
        });
        (0..2).for_each(|id| assert_eq!(rx.recv().unwrap().open(), id));
        drop(sender.join().unwrap());
        let rest: Vec<_> = std::iter::from_fn(|| rx.try_recv().ok()).map(Parcel::open).collect();
        assert!(matches!(rest[..], [3] | [2, 3] | [3, 2]), "{rest:?}");
        drop((rx, async_tx));
        assert!(slip.is_gone(), "with the queue, at the latest");
    });
}
