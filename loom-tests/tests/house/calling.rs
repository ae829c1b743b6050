//! Calls: a called waiter that goes away passes its call on, and a call goes to whoever stands in line now.

use bifrons::bounded;
use bifrons_loom_tests::{Bounds, Parcel, block_on, counting, model, poll_once};
use loom::thread;
use std::time::Duration;

/// Is an item whose call went to a task that is then dropped brought to the thread behind it?
///
/// Kills `pass.receiver`, `leave.task`.
#[test]
fn item_called_task_leaves_thread_waits() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 500 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
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

/// Is an item whose call went to a thread that is then late brought to the task behind it?
///
/// Kills `pass.late`, `leave.thread`.
#[test]
fn item_called_thread_leaves_task_waits() {
    model(Bounds { quick: 2, deep: Some(3), at_least: 500 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        let for_task = rx.to_async();
        loom::stop_exploring();
        let first = thread::spawn({
            let tx = tx.clone();
            move || {
                // What it gets it hands on, so that the other always has something to wait for.
                if let Ok(parcel) = rx.recv_timeout(Duration::from_secs(1)) {
                    tx.try_send(parcel).unwrap();
                }
            }
        });
        // It goes in line.
        thread::yield_now();
        loom::explore();
        let sender = thread::spawn({
            let tx = tx.clone();
            move || tx.send(Parcel::new(7)).unwrap()
        });
        assert_eq!(block_on(for_task.recv()).unwrap().open(), 7);
        first.join().unwrap();
        sender.join().unwrap();
        drop(tx);
    });
}

/// Is room whose call went to a task that is then dropped given to the thread behind it?
///
/// A receiver that finds the back door free moves an item by itself; the third party that tries to send keeps it busy.
///
/// Kills `pass.sender`, `refill.taken`.
#[test]
fn room_called_task_leaves_thread_waits() {
    model(Bounds { quick: 2, deep: Some(3), at_least: 500 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        let for_task = tx.to_async();
        tx.try_send(Parcel::new(0)).unwrap();
        let (_, waker) = counting();
        let mut first = for_task.send(Parcel::new(1));
        assert!(poll_once(&mut first, &waker).is_pending());
        loom::stop_exploring();
        let second = thread::spawn({
            let tx = tx.clone();
            move || tx.send(Parcel::new(2)).unwrap()
        });
        thread::yield_now();
        loom::explore();
        // Not on this thread: to loom, who has yielded no longer finds a queue full that was so before.
        let third = thread::spawn(move || tx.try_send(Parcel::new(3)).is_ok());
        let receiver = thread::spawn(move || rx.into_iter().map(Parcel::open).collect::<Vec<_>>());
        let kept = first.take();
        second.join().unwrap();
        let third = third.join().unwrap();
        drop(first);
        drop(for_task);
        let mut ids = receiver.join().unwrap();
        ids.sort_unstable();
        let was_sent = |id: &usize| match id {
            1 => kept.is_none(),
            3 => third,
            _ => true,
        };
        assert_eq!(ids, (0..4).filter(was_sent).collect::<Vec<_>>());
    });
}

/// Is room whose call went to a thread that is then late given to the task behind it?
///
/// Kills `pass.late`.
#[test]
fn room_called_thread_leaves_task_waits() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 500 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        let for_task = tx.to_async();
        tx.try_send(Parcel::new(0)).unwrap();
        loom::stop_exploring();
        let first = thread::spawn({
            let tx = tx.clone();
            move || drop(tx.send_timeout(Parcel::new(1), Duration::from_secs(1)))
        });
        thread::yield_now();
        let (called, waker) = counting();
        let mut second = for_task.send(Parcel::new(2));
        assert!(poll_once(&mut second, &waker).is_pending());
        loom::explore();
        let receiver = thread::spawn(move || {
            let parcel = rx.recv().unwrap();
            assert_eq!(parcel.open(), 0);
            rx
        });
        let third = thread::spawn(move || drop(tx.try_send(Parcel::new(3))));
        first.join().unwrap();
        third.join().unwrap();
        let rx = receiver.join().unwrap();
        // One place was made. If it is nobody's yet, the second must have been called to it.
        if rx.is_empty() {
            assert_eq!(called.get(), 1, "room that nobody was called to");
        }
        drop(second);
        drop(rx);
    });
}

/// Does a task that was polled with another waker get its wake there?
///
/// Kills `line.waker`.
#[test]
fn waker_is_replaced() {
    model(Bounds { quick: 3, deep: None, at_least: 4 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        let rx = rx.into_async();
        let (old, old_waker) = counting();
        let (new, new_waker) = counting();
        let mut recv = rx.recv();
        assert!(poll_once(&mut recv, &old_waker).is_pending());
        let sender = thread::spawn(move || {
            tx.try_send(Parcel::new(7)).unwrap();
            tx
        });
        let second = poll_once(&mut recv, &new_waker);
        let tx = sender.join().unwrap();
        match second {
            std::task::Poll::Ready(parcel) => assert_eq!(parcel.unwrap().open(), 7),
            std::task::Poll::Pending => {
                assert_eq!((old.get(), new.get()), (0, 1), "the wake belongs to the waker of the last poll");
                assert!(poll_once(&mut recv, &new_waker).is_ready());
            }
        }
        drop(tx);
    });
}

/// The same for a task that waits for room.
///
/// Kills `line.waker`.
#[test]
fn waker_of_a_sender_is_replaced() {
    model(Bounds { quick: 3, deep: None, at_least: 4 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        let tx = tx.into_async();
        tx.try_send(Parcel::new(0)).unwrap();
        let (old, old_waker) = counting();
        let (new, new_waker) = counting();
        let mut send = tx.send(Parcel::new(1));
        assert!(poll_once(&mut send, &old_waker).is_pending());
        let receiver = thread::spawn(move || (rx.recv().unwrap().open(), rx));
        let second = poll_once(&mut send, &new_waker);
        let (_, rx) = receiver.join().unwrap();
        if second.is_pending() {
            assert_eq!((old.get(), new.get()), (0, 1), "the wake belongs to the waker of the last poll");
            assert!(poll_once(&mut send, &new_waker).is_ready());
        }
        assert_eq!(rx.try_recv().unwrap().open(), 1);
    });
}

/// A place in the line is used again: is the receiver that has it now safe from the one that had it before?
///
/// Kills `line.generation`.
#[test]
fn receiver_takes_over_a_place() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 500 }, || {
        let (tx, rx) = bounded::<Parcel>(2);
        let for_task = rx.to_async();
        let (_, waker) = counting();
        let mut first = for_task.recv();
        assert!(poll_once(&mut first, &waker).is_pending());
        let sender = thread::spawn({
            let tx = tx.clone();
            move || (0..2).for_each(|id| tx.send(Parcel::new(id)).unwrap())
        });
        let second = thread::spawn(move || rx.recv().unwrap().open());
        // What the first was called to goes another way, so that the second may have to wait where the first had stood.
        let mine = for_task.try_recv().is_ok();
        drop(first);
        let theirs = second.join().unwrap();
        assert!(mine || theirs == 0);
        sender.join().unwrap();
        drop(tx);
    });
}

/// A place in the line is used again: does the sender that has it now keep its item?
///
/// Kills `line.generation`.
#[test]
fn sender_takes_over_a_place() {
    model(Bounds { quick: 2, deep: Some(3), at_least: 500 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        let for_task = tx.to_async();
        tx.try_send(Parcel::new(0)).unwrap();
        let (_, waker) = counting();
        let mut first = for_task.send(Parcel::new(1));
        assert!(poll_once(&mut first, &waker).is_pending());
        let receiver = thread::spawn(move || rx.into_iter().map(Parcel::open).collect::<Vec<_>>());
        let second = thread::spawn(move || tx.send(Parcel::new(2)).unwrap());
        let kept = first.take();
        second.join().unwrap();
        drop(first);
        drop(for_task);
        let mut ids = receiver.join().unwrap();
        ids.sort_unstable();
        assert_eq!(ids.len(), if kept.is_some() { 2 } else { 3 });
        assert!(ids.contains(&2));
    });
}
