//! Items pass through one door, and calls pass on.

use bifrons_loom_tests::{Bounds, Parcel, block_on, counting, model, poll_once};
use loom::thread;

use super::{pile, ranking};

/// Do items pass from thread to thread through a place for one, each waiting for the other?
///
/// Kills `parlour.call_receiver`, `parlour.call_sender`, `parlour.look_sender`, `parlour.look_receiver`.
#[test]
fn threads_pass_by_a_pile() {
    model(Bounds { quick: 2, deep: Some(3), at_least: 100 }, || {
        let (tx, rx) = pile(1);
        let sender = thread::spawn(move || (0..2).for_each(|id| tx.send(Parcel::new(id)).unwrap()));
        (0..2).for_each(|id| assert_eq!(rx.recv().unwrap().open(), id));
        assert!(rx.recv().is_err());
        sender.join().unwrap();
    });
}

/// The same by a ranking, with tasks.
///
/// Kills `parlour.call_receiver`, `parlour.call_sender`, `parlour.look_sender`, `parlour.news_sender`, `parlour.away`.
#[test]
fn tasks_pass_by_a_ranking() {
    model(Bounds { quick: 2, deep: Some(3), at_least: 100 }, || {
        let (tx, rx) = ranking(1);
        let (tx, rx) = (tx.into_async(), rx.into_async());
        let sender = thread::spawn(move || {
            block_on(async {
                for id in 0..3 {
                    tx.send(Parcel::new(id)).await.unwrap();
                }
            });
        });
        (0..3).for_each(|id| assert_eq!(block_on(rx.recv()).unwrap().open(), id));
        assert!(block_on(rx.recv()).is_err());
        sender.join().unwrap();
    });
}

/// Items of two senders come while others are taken: is each received once, and of those that are there the greatest?
///
/// Kills `parlour.rank`.
#[test]
fn ranking_of_two_senders() {
    model(Bounds { quick: 2, deep: Some(4), at_least: 50 }, || {
        let (tx, rx) = ranking(3);
        tx.try_send(Parcel::new(1)).unwrap();
        let other = thread::spawn({
            let tx = tx.clone();
            move || tx.send(Parcel::new(2)).unwrap()
        });
        let sender = thread::spawn(move || tx.send(Parcel::new(0)).unwrap());
        let first = rx.recv().unwrap().open();
        sender.join().unwrap();
        other.join().unwrap();
        let rest = [rx.recv().unwrap().open(), rx.recv().unwrap().open()];
        assert!(rest[0] > rest[1], "of those that are there the greatest");
        assert_eq!(first + rest[0] + rest[1], 3);
        assert_ne!(first, 0, "a greater one was there before");
    });
}

/// Is an item whose call went to a task that is then dropped brought to the thread behind it?
///
/// Kills `parlour.pass_receiver`.
#[test]
fn called_receiver_leaves_a_pile() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 50 }, || {
        let (tx, rx) = pile(1);
        let for_task = rx.to_async();
        let (_, waker) = counting();
        let mut first = for_task.recv();
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

/// Is room whose call went to a task that is then dropped given to the thread behind it?
///
/// Kills `parlour.pass_sender`.
#[test]
fn called_sender_leaves_a_ranking() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 50 }, || {
        let (tx, rx) = ranking(1);
        let for_task = tx.to_async();
        tx.try_send(Parcel::new(0)).unwrap();
        let (_, waker) = counting();
        let mut first = for_task.send(Parcel::new(1));
        assert!(poll_once(&mut first, &waker).is_pending());
        let second = thread::spawn(move || tx.send(Parcel::new(2)).unwrap());
        let receiver = thread::spawn(move || {
            assert_eq!(rx.recv().unwrap().open(), 0);
            rx
        });
        assert_eq!(first.take().map(Parcel::open), Some(1), "a summoned sender has sent nothing");
        second.join().unwrap();
        assert_eq!(receiver.join().unwrap().recv().unwrap().open(), 2);
    });
}

/// Two wait for items that come as a batch: are both called?
///
/// Kills `parlour.call_receiver`, `parlour.look_receiver`.
#[test]
fn batch_reaches_two_receivers_of_a_pile() {
    model(Bounds { quick: 2, deep: Some(4), at_least: 50 }, || {
        let (tx, rx) = pile(2);
        let for_task = rx.to_async();
        let by_thread = thread::spawn(move || rx.recv().unwrap().open());
        let sender = thread::spawn(move || {
            assert_eq!(tx.send_many(&mut (0..2).map(Parcel::new).collect()).unwrap(), 2);
            tx
        });
        let one = block_on(for_task.recv()).unwrap().open();
        assert_eq!(one + by_thread.join().unwrap(), 1);
        drop(sender.join().unwrap());
    });
}

/// Two wait for room that a batch leaves behind: are both called?
///
/// Kills `parlour.call_senders_many`.
#[test]
fn batch_makes_room_in_a_pile() {
    model(Bounds { quick: 2, deep: Some(4), at_least: 50 }, || {
        let (tx, rx) = pile(2);
        let for_task = tx.to_async();
        (0..2).for_each(|id| tx.try_send(Parcel::new(id)).unwrap());
        let by_thread = thread::spawn(move || tx.send(Parcel::new(2)).unwrap());
        let receiver = thread::spawn(move || {
            let mut items = Vec::new();
            assert_eq!(rx.recv_many(&mut items, 2).unwrap(), 2);
            (items, rx)
        });
        block_on(for_task.send(Parcel::new(3))).unwrap();
        by_thread.join().unwrap();
        let (items, rx) = receiver.join().unwrap();
        let mut ids: Vec<_> = items.into_iter().chain(rx.drain()).map(Parcel::open).collect();
        ids.sort_unstable();
        assert_eq!(ids, [0, 1, 2, 3]);
    });
}
