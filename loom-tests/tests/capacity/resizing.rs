//! A capacity that changes in use: those who wait, what is there, and the ring that becomes a chain.

use bifrons::bounded;
use bifrons_loom_tests::{Bounds, Parcel, block_on, counting, model, poll_once};
use loom::thread;

/// The capacity grows: does everybody get in for whom there is room now, a thread and a task, when nobody receives?
///
/// Kills `resize.announce`, `resize.early`, `resize.allowed`.
#[test]
fn growing_reaches_senders() {
    model(Bounds { quick: 2, deep: Some(4), at_least: 50 }, || {
        let (tx, rx) = bounded(1);
        let for_task = tx.to_async();
        tx.try_send(Parcel::new(0)).unwrap();
        let by_thread = thread::spawn(move || tx.send(Parcel::new(1)).unwrap());
        let grower = thread::spawn(move || {
            rx.set_capacity(3).unwrap();
            rx
        });
        block_on(for_task.send(Parcel::new(2))).unwrap();
        by_thread.join().unwrap();
        let rx = grower.join().unwrap();
        assert_eq!(rx.len(), 3);
    });
}

/// The same with the back door taken by somebody who tries to send: are as many called as there are places?
///
/// Kills `resize.announce`, `resize.one`.
#[test]
fn growing_finds_the_back_door_taken() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 8 }, || {
        let (tx, rx) = bounded(1);
        let for_tasks = tx.to_async();
        tx.try_send(Parcel::new(0)).unwrap();
        let (_, waker) = counting();
        let (mut first, mut second) = (for_tasks.send(Parcel::new(1)), for_tasks.send(Parcel::new(2)));
        assert!(poll_once(&mut first, &waker).is_pending());
        assert!(poll_once(&mut second, &waker).is_pending());
        let grower = thread::spawn(move || {
            rx.set_capacity(4).unwrap();
            rx
        });
        let newcomer = tx.try_send(Parcel::new(3)).is_ok();
        block_on(first).unwrap();
        block_on(second).unwrap();
        let rx = grower.join().unwrap();
        assert_eq!(rx.len(), if newcomer { 4 } else { 3 });
    });
}

/// A ring becomes a chain while items go in and out, or before there was any: is each received once, in its order?
///
/// No sender stands in line here: to loom, a receiver that tries the back door for him waits for whoever has opened both.
///
/// Kills `resize.grow`, `ring.kept`, `ring.back`, `ring.front`, `ring.entry`.
#[test]
fn ring_is_opened_in_use() {
    model(Bounds { quick: 2, deep: Some(3), at_least: 50 }, || {
        let (tx, rx) = bounded(1);
        let grower = thread::spawn({
            let tx = tx.clone();
            move || tx.set_capacity(4).unwrap()
        });
        let sender = thread::spawn(move || {
            for id in 0..3 {
                let mut parcel = Parcel::new(id);
                while let Err(refused) = tx.try_send(parcel) {
                    parcel = refused.into_inner();
                    thread::yield_now();
                }
            }
            tx
        });
        (0..3).for_each(|id| assert_eq!(rx.recv().unwrap().open(), id));
        grower.join().unwrap();
        drop(sender.join().unwrap());
    });
}

/// A ring was opened and emptied, and is used again, being as long as the blocks that are: can it be?
///
/// Kills `resize.grow`, `ring.back`, `ring.front`, `buffer.old_end`.
#[test]
fn opened_ring_comes_back() {
    model(Bounds { quick: 3, deep: None, at_least: 10 }, || {
        // As long as the longest blocks.
        let (tx, rx) = bounded(2);
        tx.try_send(Parcel::new(0)).unwrap();
        let sender = thread::spawn(move || {
            tx.set_capacity(6).unwrap();
            (1..4).for_each(|id| tx.send(Parcel::new(id)).unwrap());
            tx
        });
        (0..2).for_each(|id| assert_eq!(rx.recv().unwrap().open(), id));
        let tx = sender.join().unwrap();
        (4..7).for_each(|id| tx.try_send(Parcel::new(id)).unwrap());
        (2..7).for_each(|id| assert_eq!(rx.recv().unwrap().open(), id));
    });
}

/// A small queue grows, and what has been taken is told elsewhere from then on: does one who counts from outside, or who would wait
/// for an item, ever count it again?
///
/// Kills `buffer.carried`, `buffer.outside`, `buffer.front_end`, `ring.kept_in_front`.
#[test]
fn growing_carries_the_head_along() {
    model(Bounds { quick: 3, deep: None, at_least: 8 }, || {
        let (tx, rx) = bounded(1);
        tx.try_send(Parcel::new(0)).unwrap();
        assert_eq!(rx.try_recv().unwrap().open(), 0);
        let grower = thread::spawn(move || {
            rx.set_capacity(4).unwrap();
            rx
        });
        assert_eq!(tx.len(), 0, "it has been taken");
        let rx = grower.join().unwrap();
        let (_, waker) = counting();
        assert!(poll_once(&mut rx.to_async().recv(), &waker).is_pending());
        tx.try_send(Parcel::new(1)).unwrap();
        assert_eq!(tx.len(), 1);
        assert_eq!(rx.try_recv().unwrap().open(), 1);
        assert_eq!(tx.len(), 0);
    });
}

/// The capacity shrinks below what is there: does it all stay, and nobody get in before there is room again?
///
/// Kills `resize.allowed`.
#[test]
fn shrinking_keeps_what_is_there() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        let (tx, rx) = bounded(2);
        (0..2).for_each(|id| tx.try_send(Parcel::new(id)).unwrap());
        let sender = thread::spawn(move || {
            tx.set_capacity(1).unwrap();
            tx.send(Parcel::new(2)).unwrap();
            tx
        });
        assert_eq!(rx.recv().unwrap().open(), 0);
        assert_eq!(rx.recv().unwrap().open(), 1);
        let tx = sender.join().unwrap();
        assert!(tx.try_send(Parcel::new(3)).unwrap_err().is_full());
        assert_eq!(rx.recv().unwrap().open(), 2);
        assert_eq!(rx.capacity(), Some(1));
    });
}

/// The capacity shrinks below what is reserved: do the permits hold, and nobody else get in?
///
/// Kills `resize.reserved`.
#[test]
fn shrinking_under_permits() {
    model(Bounds { quick: 3, deep: None, at_least: 4 }, || {
        let (tx, rx) = bounded(2);
        let permits = tx.reserve_many(2).unwrap();
        let newcomer = tx.clone();
        let shrinker = thread::spawn(move || {
            rx.set_capacity(1).unwrap();
            assert!(newcomer.try_send(Parcel::new(9)).unwrap_err().is_full());
            rx
        });
        for (permit, id) in permits.zip(0..) {
            permit.send(Parcel::new(id)).unwrap();
        }
        let rx = shrinker.join().unwrap();
        assert_eq!(rx.recv().unwrap().open(), 0);
        assert!(tx.try_send(Parcel::new(2)).unwrap_err().is_full());
        assert_eq!(rx.recv().unwrap().open(), 1);
        assert!(tx.try_send(Parcel::new(3)).is_ok());
    });
}

/// The capacity shrinks below what somebody asks for: is he let in alone, when everything has been taken?
///
/// Kills `resize.alone`, `resize.limit`.
#[test]
fn shrinking_below_what_is_asked_for() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 20 }, || {
        let (tx, rx) = bounded(2);
        (0..2).for_each(|id| tx.try_send(Parcel::new(id)).unwrap());
        let for_task = tx.to_async();
        let (_, waker) = counting();
        let mut reserve = for_task.reserve_many(2);
        assert!(poll_once(&mut reserve, &waker).is_pending());
        let receiver = thread::spawn(move || {
            // So that loom stops the other between the words that it stores.
            let _ = rx.capacity();
            (0..2).for_each(|id| assert_eq!(rx.recv().unwrap().open(), id));
            rx
        });
        tx.set_capacity(1).unwrap();
        let permits = block_on(reserve).unwrap();
        permits.zip(2..).for_each(|(permit, id)| permit.send(Parcel::new(id)).unwrap());
        let rx = receiver.join().unwrap();
        assert_eq!(rx.recv().unwrap().open(), 2);
        assert!(tx.try_send(Parcel::new(4)).unwrap_err().is_full());
        assert_eq!(rx.recv().unwrap().open(), 3);
        assert!(tx.try_send(Parcel::new(5)).is_ok());
    });
}

/// The capacity shrinks below what somebody asks for who comes meanwhile: is he let in alone?
///
/// Kills `resize.limit`.
#[test]
fn asker_comes_as_the_capacity_shrinks() {
    model(Bounds { quick: 3, deep: None, at_least: 10 }, || {
        let (tx, rx) = bounded(2);
        tx.try_send(Parcel::new(0)).unwrap();
        let for_task = tx.to_async();
        let reserve = for_task.reserve_many(2);
        let shrinker = thread::spawn(move || {
            assert_eq!(rx.recv().unwrap().open(), 0);
            rx.set_capacity(1).unwrap();
            rx
        });
        drop(block_on(reserve).unwrap());
        let rx = shrinker.join().unwrap();
        assert_eq!((rx.capacity(), rx.len()), (Some(1), 0));
    });
}

/// Who asks for more than the capacity comes while the last item is taken: is he let in alone, or called?
///
/// Kills `resize.look_alone`.
#[test]
fn asker_comes_to_a_smaller_capacity() {
    model(Bounds { quick: 3, deep: None, at_least: 10 }, || {
        let (tx, rx) = bounded(2);
        tx.try_send(Parcel::new(0)).unwrap();
        let for_task = tx.to_async();
        // It asks before the capacity shrinks, and comes after that.
        let reserve = for_task.reserve_many(2);
        tx.set_capacity(1).unwrap();
        let receiver = thread::spawn(move || {
            assert_eq!(rx.recv().unwrap().open(), 0);
            rx
        });
        let permits = block_on(reserve).unwrap();
        let rx = receiver.join().unwrap();
        assert!(tx.try_send(Parcel::new(9)).unwrap_err().is_full());
        permits.zip(1..).for_each(|(permit, id)| permit.send(Parcel::new(id)).unwrap());
        assert_eq!(rx.drain().map(Parcel::open).collect::<Vec<_>>(), [1, 2]);
    });
}
