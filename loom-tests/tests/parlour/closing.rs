//! The close of a queue with one door reaches whoever waits for anything.

use bifrons_loom_tests::{Bounds, Parcel, block_on, counting, model, poll_once};
use loom::thread;

use super::{pile, ranking};

/// A thread and a task that wait for items.
///
/// Kills `parlour.close_receivers`, `parlour.look_receiver_close`.
#[test]
fn close_reaches_receivers_of_a_pile() {
    model(Bounds { quick: 2, deep: Some(4), at_least: 50 }, || {
        let (tx, rx) = pile(1);
        let for_task = rx.to_async();
        let by_thread = thread::spawn(move || assert!(rx.recv().is_err()));
        let closer = thread::spawn(move || {
            assert!(tx.close());
            tx
        });
        assert!(block_on(for_task.recv()).is_err());
        by_thread.join().unwrap();
        drop(closer.join().unwrap());
    });
}

/// A thread and a task that wait for room, who get their items back, and one who wants room alone.
///
/// Kills `parlour.close_senders`, `parlour.look_sender_close`.
#[test]
fn close_reaches_senders_of_a_ranking() {
    model(Bounds { quick: 2, deep: Some(4), at_least: 50 }, || {
        let (tx, rx) = ranking(1);
        let for_task = tx.to_async();
        tx.try_send(Parcel::new(0)).unwrap();
        let (_, waker) = counting();
        let mut reserve = for_task.reserve();
        assert!(poll_once(&mut reserve, &waker).is_pending());
        let by_thread = thread::spawn(move || assert_eq!(tx.send(Parcel::new(1)).unwrap_err().into_inner().open(), 1));
        let closer = thread::spawn(move || {
            assert!(rx.close());
            rx
        });
        assert_eq!(block_on(for_task.send(Parcel::new(2))).unwrap_err().into_inner().open(), 2);
        assert!(block_on(reserve).is_err());
        by_thread.join().unwrap();
        let rx = closer.join().unwrap();
        assert_eq!(rx.recv().unwrap().open(), 0, "what was sent before stays");
        assert!(rx.recv().is_err());
    });
}

/// A thread and a task that wait for nothing else.
///
/// Kills `parlour.close_watchers`, `parlour.look_watcher`.
#[test]
fn close_reaches_watchers_of_a_pile() {
    model(Bounds { quick: 2, deep: Some(4), at_least: 50 }, || {
        let (tx, rx) = pile(1);
        let for_task = rx.to_async();
        let by_thread = thread::spawn(move || tx.closed());
        let closer = thread::spawn(move || {
            assert!(rx.close());
            rx
        });
        block_on(for_task.closed());
        by_thread.join().unwrap();
        drop(closer.join().unwrap());
    });
}

/// A send meets the close: is its item received or given back, once?
///
/// Kills `parlour.push_after_close`.
#[test]
fn close_against_a_send_to_a_pile() {
    model(Bounds { quick: 3, deep: None, at_least: 4 }, || {
        let (tx, rx) = pile(2);
        let sender =
            thread::spawn(move || (tx.send(Parcel::new(1)).map_err(|refused| refused.into_inner().open()), tx));
        assert!(rx.close());
        let received = rx.try_recv().map(Parcel::open).ok();
        let (sent, tx) = sender.join().unwrap();
        assert_eq!(received, sent.is_ok().then_some(1), "nothing comes after the close");
        assert!(tx.is_empty());
    });
}
