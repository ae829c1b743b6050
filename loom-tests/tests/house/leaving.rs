//! Handles go away: the last one of a half ends the queue, for everybody, once.

use bifrons::bounded;
use bifrons_loom_tests::{Bounds, Note, Parcel, block_on, model};
use loom::sync::Arc;
use loom::thread;

/// The last receiver goes while a thread and a task wait for room: do both get their items back, and is what was in the
/// queue dropped at once?
///
/// Kills `look.sender.close`, `close.senders`, `life.last_receiver`, `life.discard`.
#[test]
fn last_receiver_goes() {
    model(Bounds { quick: 2, deep: Some(3), at_least: 200 }, || {
        let (tx, rx) = bounded(1);
        let for_task = tx.to_async();
        let (inside, slip) = Parcel::with_slip(0);
        tx.try_send(inside).unwrap();
        let by_thread = thread::spawn(move || assert_eq!(tx.send(Parcel::new(1)).unwrap_err().into_inner().open(), 1));
        let leaver = thread::spawn(move || {
            drop(rx);
            assert!(slip.is_gone(), "what is left goes with the last receiver");
        });
        assert_eq!(block_on(for_task.send(Parcel::new(2))).unwrap_err().into_inner().open(), 2);
        by_thread.join().unwrap();
        leaver.join().unwrap();
    });
}

/// The last sender goes while a thread and a task wait for items: do both learn of it?
///
/// Kills `look.receiver.close`, `close.receivers`, `life.last_sender`.
#[test]
fn last_sender_goes() {
    model(Bounds { quick: 2, deep: Some(4), at_least: 100 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        let for_task = rx.to_async();
        let other = tx.to_async();
        let by_thread = thread::spawn(move || assert!(rx.recv().is_err()));
        let leaver = thread::spawn(move || drop(tx));
        drop(other);
        assert!(block_on(for_task.recv()).is_err());
        by_thread.join().unwrap();
        leaver.join().unwrap();
    });
}

/// The last handles of both halves go at once, an item inside: is it dropped once, and all memory given back?
///
/// Kills `life.discard`.
#[test]
fn last_handles_of_both_halves_go() {
    model(Bounds { quick: 3, deep: None, at_least: 7 }, || {
        let (tx, rx) = bounded(1);
        let (inside, slip) = Parcel::with_slip(0);
        tx.try_send(inside).unwrap();
        let weak = tx.downgrade();
        let leaver = thread::spawn(move || drop(tx));
        drop(rx);
        assert!(slip.is_gone(), "it went with the last receiver, though the queue stays");
        leaver.join().unwrap();
        assert!(weak.upgrade().is_none());
    });
}

/// Does whoever sees a queue closed by its last sender see what was done before *each* of the senders went?
///
/// Kills `count.leave`, `count.leave_unseen`, `count.leave_unseeing`.
#[test]
fn close_carries_what_every_sender_did() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        let note = Arc::new(Note::blank());
        let other = tx.clone();
        let writer = thread::spawn({
            let note = Arc::clone(&note);
            move || {
                note.write(1);
                drop(other);
            }
        });
        let leaver = thread::spawn(move || drop(tx));
        assert!(rx.recv().is_err());
        assert_eq!(note.read(), 1);
        writer.join().unwrap();
        leaver.join().unwrap();
    });
}

/// A weak handle is upgraded while the last sender goes: is what comes of it an open queue or nothing?
///
/// Kills `count.revive`.
#[test]
fn weak_sender_against_the_last() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        let (tx, rx) = bounded(1);
        let weak = tx.downgrade();
        let leaver = thread::spawn(move || drop(tx));
        let sent = match weak.upgrade() {
            Some(tx) => {
                tx.send(Parcel::new(7)).expect("a queue with a living sender is open");
                true
            }
            None => false,
        };
        let received = rx.recv().map(Parcel::open).ok();
        assert_eq!(received, sent.then_some(7));
        assert!(rx.recv().is_err());
        leaver.join().unwrap();
    });
}

/// The same for a receiver: is an item that a living one could take never thrown away?
///
/// Kills `count.revive`.
#[test]
fn weak_receiver_against_the_last() {
    model(Bounds { quick: 3, deep: None, at_least: 10 }, || {
        let (tx, rx) = bounded(1);
        let weak = rx.downgrade();
        tx.try_send(Parcel::new(7)).unwrap();
        let leaver = thread::spawn(move || drop(rx));
        if let Some(rx) = weak.upgrade() {
            assert_eq!(rx.recv().expect("a living receiver finds what was sent").open(), 7);
        }
        leaver.join().unwrap();
        assert!(tx.send(Parcel::new(8)).is_err());
    });
}
