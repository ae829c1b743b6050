//! A receiver that has made room moves a waiting sender's item by itself.

use bifrons::bounded;
use bifrons_loom_tests::{Bounds, Note, Parcel, block_on, counting, model, poll_once};
use loom::sync::Arc;
use loom::thread;

/// Is a waiting sender's item moved in its turn, and the sender told that it is done?
///
/// Kills `call.room`.
#[test]
fn refill_moves_what_waits() {
    model(Bounds { quick: 3, deep: None, at_least: 50 }, || {
        let (tx, rx) = bounded(1);
        let tx = tx.into_async();
        tx.try_send(Parcel::new(0)).unwrap();
        let (_, waker) = counting();
        let mut send = tx.send(Parcel::new(1));
        assert!(poll_once(&mut send, &waker).is_pending());
        let receiver = thread::spawn(move || [rx.recv().unwrap().open(), rx.recv().unwrap().open()]);
        block_on(send).unwrap();
        assert_eq!(receiver.join().unwrap(), [0, 1]);
        drop(tx);
    });
}

/// The same with the back door taken by somebody who tries to send: is a sender called instead, or the room used?
///
/// Kills `refill.taken`, `line.open`.
#[test]
fn refill_finds_the_back_door_taken() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 500 }, || {
        let (tx, rx) = bounded(1);
        let for_task = tx.to_async();
        tx.try_send(Parcel::new(0)).unwrap();
        let (_, waker) = counting();
        let mut send = for_task.send(Parcel::new(1));
        assert!(poll_once(&mut send, &waker).is_pending());
        let newcomer = thread::spawn(move || (tx.try_send(Parcel::new(2)).is_ok(), tx));
        let receiver = thread::spawn(move || {
            // One is moved to the room of the other, whichever comes first: two are always there in the end.
            let ids = [rx.recv().unwrap().open(), rx.recv().unwrap().open()];
            (ids, rx)
        });
        let (newcomer, tx) = newcomer.join().unwrap();
        block_on(send).unwrap();
        let (ids, rx) = receiver.join().unwrap();
        let mut ids = ids.to_vec();
        ids.extend(rx.drain().map(Parcel::open));
        ids.sort_unstable();
        assert_eq!(ids, if newcomer { vec![0, 1, 2] } else { vec![0, 1] });
        drop(tx);
    });
}

/// An item is moved in while another receiver stands in line for one: is it called?
///
/// Kills `refill.receiver`, `calls.turn`.
#[test]
fn refill_calls_a_receiver() {
    model(Bounds { quick: 3, deep: None, at_least: 200 }, || {
        let (tx, rx) = bounded(1);
        let rx = rx.into_async();
        let (_, waker) = counting();
        let (mut first, mut second) = (rx.recv(), rx.recv());
        assert!(poll_once(&mut first, &waker).is_pending());
        assert!(poll_once(&mut second, &waker).is_pending());
        let sender = thread::spawn(move || {
            (0..2).for_each(|id| tx.send(Parcel::new(id)).unwrap());
            tx
        });
        // The first comes for its item when the second item may be in the queue already, or wait for the room of the first.
        assert_eq!(block_on(first).unwrap().open(), 0);
        assert_eq!(block_on(second).unwrap().open(), 1);
        drop(sender.join().unwrap());
    });
}

/// Does a drain make room for every sender that waits for it, a thread and a task?
///
/// Kills `drain.nobody`.
#[test]
fn drain_makes_room() {
    model(Bounds { quick: 2, deep: Some(3), at_least: 200 }, || {
        let (tx, rx) = bounded(2);
        let for_task = tx.to_async();
        (0..2).for_each(|id| tx.try_send(Parcel::new(id)).unwrap());
        let by_thread = thread::spawn(move || tx.send(Parcel::new(2)).unwrap());
        let drainer = thread::spawn(move || {
            let ids: Vec<_> = rx.drain().map(Parcel::open).collect();
            assert_eq!(ids[..2], [0, 1]);
            rx
        });
        block_on(for_task.send(Parcel::new(3))).unwrap();
        by_thread.join().unwrap();
        drop(drainer.join().unwrap());
    });
}

/// A drain that finds the back door taken: does it call as many senders as it made places?
///
/// Kills `drain.one`.
#[test]
fn drain_finds_the_back_door_taken() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 8 }, || {
        let (tx, rx) = bounded(2);
        let for_tasks = tx.to_async();
        (0..2).for_each(|id| tx.try_send(Parcel::new(id)).unwrap());
        let (_, waker) = counting();
        let (mut first, mut second) = (for_tasks.send(Parcel::new(2)), for_tasks.send(Parcel::new(3)));
        assert!(poll_once(&mut first, &waker).is_pending());
        assert!(poll_once(&mut second, &waker).is_pending());
        let drainer = thread::spawn(move || {
            assert_eq!(rx.drain().map(Parcel::open).collect::<Vec<_>>(), [0, 1]);
            rx
        });
        let newcomer = tx.try_send(Parcel::new(4)).is_ok();
        let rx = drainer.join().unwrap();
        block_on(first).unwrap();
        if newcomer {
            // It had one of the places, and the second in line waits for another.
            drop(rx.drain());
        }
        block_on(second).unwrap();
    });
}

/// A full queue as a semaphore: does a task whose item was moved see what the receiver did before it made room?
///
/// Kills `doors.open`, `doors.see_open`.
#[test]
fn room_carries_what_the_receiver_did() {
    model(Bounds { quick: 3, deep: None, at_least: 10 }, || {
        let (tx, rx) = bounded(1);
        let tx = tx.into_async();
        tx.try_send(Parcel::new(0)).unwrap();
        let (_, waker) = counting();
        let mut send = tx.send(Parcel::new(1));
        assert!(poll_once(&mut send, &waker).is_pending());
        let note = Arc::new(Note::blank());
        let receiver = thread::spawn({
            let note = Arc::clone(&note);
            move || {
                note.write(1);
                assert_eq!(rx.recv().unwrap().open(), 0);
                rx
            }
        });
        // Polled without having been woken, so that no wake lends its order.
        while poll_once(&mut send, &waker).is_pending() {
            thread::yield_now();
        }
        assert_eq!(note.read(), 1);
        drop(receiver.join().unwrap());
    });
}
