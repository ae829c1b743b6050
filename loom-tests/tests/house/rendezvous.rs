//! The queue of capacity 0, where a sender meets a receiver.

use bifrons::bounded;
use bifrons_loom_tests::{Bounds, Note, Parcel, block_on, counting, model, poll_once};
use loom::sync::Arc;
use loom::thread;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Do two threads meet, and does what each did before reach the other?
///
/// Kills `park.tell`, `park.hear`, `meet.tell`, `gift.call`, `gift.fetch`.
#[test]
fn threads_meet() {
    model(Bounds { quick: 3, deep: None, at_least: 50 }, || {
        let (tx, rx) = bounded::<Parcel>(0);
        let note = Arc::new(Note::blank());
        let sender = thread::spawn({
            let note = Arc::clone(&note);
            move || {
                tx.send(Parcel::new(7)).unwrap();
                assert_eq!(note.read(), 1, "the receiver came after this was written");
                tx
            }
        });
        note.write(1);
        assert_eq!(rx.recv().unwrap().open(), 7);
        drop(sender.join().unwrap());
    });
}

/// Do a thread and a task meet, either way round, item after item?
///
/// Kills `meet.tell`.
#[test]
fn faces_meet() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 100 }, || {
        let (tx, rx) = bounded::<Parcel>(0);
        let tx = tx.into_async();
        let receiver = thread::spawn(move || rx.into_iter().map(Parcel::open).collect::<Vec<_>>());
        block_on(async move {
            tx.send(Parcel::new(0)).await.unwrap();
            tx.send(Parcel::new(1)).await.unwrap();
        });
        assert_eq!(receiver.join().unwrap(), [0, 1]);
    });
}

/// Does a send that waits return only after a receiver took the item in its own call?
///
/// Kills `meet.early`, `gift.task`.
#[test]
fn send_returns_after_the_taking() {
    model(Bounds { quick: 3, deep: None, at_least: 10 }, || {
        let (tx, rx) = bounded::<Parcel>(0);
        let rx = rx.into_async();
        let (_, waker) = counting();
        let mut recv = rx.recv();
        assert!(poll_once(&mut recv, &waker).is_pending());
        let returned = std::sync::Arc::new(AtomicBool::new(false));
        let sender = thread::spawn({
            let returned = std::sync::Arc::clone(&returned);
            move || {
                let sent = tx.send(Parcel::new(7));
                returned.store(true, Relaxed);
                (sent.is_ok(), tx)
            }
        });
        thread::yield_now();
        assert!(!returned.load(Relaxed), "nobody has taken the item yet");
        assert_eq!(rx.len(), 0, "and it is not in the queue");
        assert_eq!(block_on(recv).unwrap().open(), 7);
        assert!(sender.join().unwrap().0);
    });
}

/// A receive is cancelled when it has been called: does the offer reach the thread behind it?
///
/// Kills `meet.call`, `meet.pass`.
#[test]
fn called_receiver_leaves() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 200 }, || {
        let (tx, rx) = bounded::<Parcel>(0);
        let for_task = rx.to_async();
        let (_, waker) = counting();
        let mut first = for_task.recv();
        assert!(poll_once(&mut first, &waker).is_pending());
        let second = thread::spawn(move || rx.recv().unwrap().open());
        let sender = thread::spawn(move || {
            tx.send(Parcel::new(7)).unwrap();
            tx
        });
        drop(first);
        assert_eq!(second.join().unwrap(), 7);
        drop(sender.join().unwrap());
    });
}

/// An item is handed to a receive that is then cancelled: does the orphan come first, once, and count?
///
/// Kills `meet.orphan`.
#[test]
fn orphan_waits_for_the_next() {
    model(Bounds { quick: 3, deep: None, at_least: 3 }, || {
        let (tx, rx) = bounded::<Parcel>(0);
        let rx = rx.into_async();
        let (_, waker) = counting();
        let mut recv = rx.recv();
        assert!(poll_once(&mut recv, &waker).is_pending());
        let sender = thread::spawn(move || (tx.try_send(Parcel::new(7)), tx));
        drop(recv);
        let (handed, tx) = sender.join().unwrap();
        match handed {
            Ok(()) => {
                assert_eq!(rx.len(), 1, "the orphan counts");
                assert!(tx.try_send(Parcel::new(8)).unwrap_err().is_full(), "nobody waits any more");
                assert_eq!(rx.try_recv().unwrap().open(), 7);
            }
            Err(refused) => {
                assert!(refused.is_full());
                assert_eq!(refused.into_inner().open(), 7);
            }
        }
        assert!(rx.is_empty());
        assert!(rx.try_recv().unwrap_err().is_empty());
    });
}

/// A receiver that was handed an item leaves while another waits or comes: does that one get the orphan?
///
/// Kills `meet.pass_orphan`.
#[test]
fn orphan_is_passed_on() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(0);
        let handed = rx.to_async();
        let (_, waker) = counting();
        let mut recv = handed.recv();
        assert!(poll_once(&mut recv, &waker).is_pending());
        let other = thread::spawn(move || rx.recv().unwrap().open());
        tx.try_send(Parcel::new(7)).unwrap();
        drop(recv);
        assert_eq!(other.join().unwrap(), 7);
        drop((tx, handed));
    });
}

/// A send that does not wait meets a thread that may or may not be waiting: is the item received exactly if that was said?
///
/// Kills `meet.hand_over`.
#[test]
fn try_send_meets_a_thread() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(0);
        let receiver = thread::spawn(move || rx.recv().map(Parcel::open).ok());
        let handed = tx.try_send(Parcel::new(7)).is_ok();
        // Where it was not handed over, the close ends the wait; where it was, nothing but its call may.
        let tx = Some(tx).filter(|_| handed);
        assert_eq!(receiver.join().unwrap(), handed.then_some(7));
        drop(tx);
    });
}

/// A thread that waits is given what a sender has brought: is that not before what was handed over earlier?
///
/// Kills `gift.order`.
#[test]
fn gift_overtakes_no_orphan() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(0);
        let for_task = rx.to_async();
        let (_, waker) = counting();
        let mut first = for_task.recv();
        assert!(poll_once(&mut first, &waker).is_pending());
        let second = thread::spawn(move || rx.recv().unwrap().open());
        tx.try_send(Parcel::new(1)).unwrap();
        let sender = thread::spawn(move || {
            tx.send(Parcel::new(2)).unwrap();
            tx
        });
        assert_eq!(second.join().unwrap(), 1);
        assert_eq!(block_on(first).unwrap().open(), 2);
        drop(sender.join().unwrap());
    });
}

/// Does a task give its item to a thread that waits, and a thread to one of two?
///
/// Kills `gift.call`, `gift.fetch`.
#[test]
fn gifts_reach_threads() {
    model(Bounds { quick: 2, deep: Some(3), at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(0);
        let for_task = tx.to_async();
        let receivers = [rx.clone(), rx].map(|rx| thread::spawn(move || rx.recv().unwrap().open()));
        tx.send(Parcel::new(1)).unwrap();
        block_on(for_task.send(Parcel::new(2))).unwrap();
        let received = receivers.map(|receiver| receiver.join().unwrap());
        assert_eq!(received.iter().sum::<usize>(), 3);
    });
}

/// A send is cancelled while a receiver comes: is the offer taken or withdrawn, and does the next sender meet the receiver?
///
/// Kills `line.leave`, `line.twice`.
#[test]
fn sender_leaves() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 100 }, || {
        let (tx, rx) = bounded::<Parcel>(0);
        let for_task = tx.to_async();
        let (_, waker) = counting();
        let mut first = for_task.send(Parcel::new(1));
        assert!(poll_once(&mut first, &waker).is_pending());
        let second = thread::spawn(move || tx.send(Parcel::new(2)).is_ok());
        let receiver = thread::spawn(move || rx.recv().unwrap().open());
        let back = first.take().map(Parcel::open);
        let received = receiver.join().unwrap();
        assert_eq!(second.join().unwrap(), received == 2, "one receive takes one of the two");
        assert_eq!(back, (received == 2).then_some(1));
    });
}

/// Does the close reach a thread and a task that wait for a partner, on either half?
///
/// Kills `meet.close_senders`, `meet.close_watchers`.
#[test]
fn close_reaches_those_who_wait() {
    model(Bounds { quick: 2, deep: Some(3), at_least: 50 }, || {
        let (tx, rx) = bounded::<Parcel>(0);
        let (watcher, for_task) = (tx.to_async(), tx.to_async());
        let (_, waker) = counting();
        let mut closed = watcher.closed();
        assert!(poll_once(&mut closed, &waker).is_pending());
        let by_thread = thread::spawn(move || assert_eq!(tx.send(Parcel::new(1)).unwrap_err().into_inner().open(), 1));
        let closer = thread::spawn(move || {
            assert!(rx.close());
            assert!(rx.recv().is_err());
        });
        assert_eq!(block_on(for_task.send(Parcel::new(2))).unwrap_err().into_inner().open(), 2);
        block_on(closed);
        by_thread.join().unwrap();
        closer.join().unwrap();
    });
}

/// The same for receivers.
///
/// Kills `life.last_sender`, `meet.close_receivers`, `meet.look_close`.
#[test]
fn close_reaches_receivers_who_wait() {
    model(Bounds { quick: 2, deep: Some(4), at_least: 50 }, || {
        let (tx, rx) = bounded::<Parcel>(0);
        let for_task = rx.to_async();
        let by_thread = thread::spawn(move || assert!(rx.recv().is_err()));
        let closer = thread::spawn(move || drop(tx));
        assert!(block_on(for_task.recv()).is_err());
        by_thread.join().unwrap();
        closer.join().unwrap();
    });
}

/// The last receiver goes with an orphan in the queue and an offer in line: is each dropped or given back, once?
///
/// Kills `life.discard`, `meet.close_senders`.
#[test]
fn last_receiver_goes_from_an_orphan() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(0);
        let rx = rx.into_async();
        let (_, waker) = counting();
        let mut recv = rx.recv();
        assert!(poll_once(&mut recv, &waker).is_pending());
        let (orphan, slip) = Parcel::with_slip(1);
        tx.try_send(orphan).unwrap();
        let sender = thread::spawn(move || {
            let back = tx.send(Parcel::new(2)).unwrap_err().into_inner();
            assert_eq!(back.open(), 2);
        });
        drop(recv);
        drop(rx);
        assert!(slip.is_gone(), "the orphan goes with the last receiver");
        sender.join().unwrap();
    });
}
