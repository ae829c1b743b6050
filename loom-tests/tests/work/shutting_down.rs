//! Shutdown: it takes what is there, and a join still waits for what is in hand.

use bifrons_loom_tests::{Bounds, Note, Parcel, model};
use loom::sync::Arc;
use loom::thread;

use super::joining::leave_an_orphan;
use super::{Make, doors, meeting, parlour};

/// A shutdown takes the rest while an item is in hand: is a join over after both, whichever comes last, and not before?
///
/// Kills `join.task`, `join.drained`, `join.early`, `join.finish`, `join.deserted`, `join.drain`.
#[test]
fn shutdown_does_not_end_what_is_in_hand() {
    model(Bounds { quick: 2, deep: Some(4), at_least: 50 }, || shut_down_and_join(doors));
}

/// The same at one door.
///
/// Kills `parlour.join_drain`, `parlour.join_finish`.
#[test]
fn shutdown_does_not_end_what_is_in_hand_at_one_door() {
    model(Bounds { quick: 2, deep: Some(4), at_least: 50 }, || shut_down_and_join(parlour));
}

fn shut_down_and_join(make: Make) {
    let (tx, rx) = make();
    (0..2).for_each(|id| tx.try_send(Parcel::new(id)).unwrap());
    let task = rx.try_recv_task().unwrap();
    let notes = [Arc::new(Note::blank()), Arc::new(Note::blank())];
    let worker = thread::spawn({
        let note = Arc::clone(&notes[0]);
        move || {
            note.write(1);
            task.done();
        }
    });
    let closer = thread::spawn({
        let note = Arc::clone(&notes[1]);
        move || {
            note.write(1);
            assert_eq!(rx.shutdown().map(Parcel::open).count(), 1);
            assert!(rx.recv().is_err());
            rx
        }
    });
    tx.join();
    notes.iter().for_each(|note| assert_eq!(note.read(), 1));
    worker.join().unwrap();
    drop(closer.join().unwrap());
}

/// The same with an orphan where one meets.
///
/// Kills `meet.join_drain`.
#[test]
fn shutdown_takes_the_orphan() {
    model(Bounds { quick: 3, deep: None, at_least: 10 }, || {
        let (tx, rx) = meeting();
        leave_an_orphan(&tx, &rx);
        let closer = thread::spawn(move || {
            assert_eq!(rx.shutdown().map(Parcel::open).collect::<Vec<_>>(), [7]);
            rx
        });
        tx.join();
        drop(closer.join().unwrap());
    });
}

/// A send meets a shutdown: is its item given back or among what was left, once?
///
/// Kills `shutdown.open`.
#[test]
fn shutdown_against_send() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 50 }, || {
        let (tx, rx) = doors();
        (0..2).for_each(|id| tx.try_send(Parcel::new(id)).unwrap());
        let sender =
            thread::spawn(move || (tx.send(Parcel::new(2)).map_err(|refused| refused.into_inner().open()), tx));
        let first = rx.recv().unwrap().open();
        let mut ids: Vec<_> = rx.shutdown().map(Parcel::open).collect();
        let (sent, tx) = sender.join().unwrap();
        assert_eq!(first, 0);
        ids.extend(sent.err());
        assert_eq!(ids, [1, 2]);
        assert_eq!(tx.shutdown().count(), 0, "nothing comes after it");
        assert!(tx.is_empty());
    });
}
