//! Joining: done means that everything received is done, with what was written until then.

use std::time::Duration;

use bifrons::Task;
use bifrons_loom_tests::{Bounds, Note, Parcel, block_on, counting, model, poll_once};
use loom::sync::Arc;
use loom::thread;

use super::{Make, doors, meeting, parlour};

/// Does a thread that joins find what a worker wrote before it was done with its item?
///
/// Kills `join.finish`, `join.task`, `join.early`.
#[test]
fn join_carries_what_a_worker_did() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 100 }, || worker_and_joiner(doors));
}

/// The same at one door.
///
/// Kills `parlour.join_finish`, `parlour.join_task`.
#[test]
fn join_carries_what_a_worker_did_at_one_door() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 100 }, || worker_and_joiner(parlour));
}

/// The same where one meets.
///
/// Kills `meet.join_finish`, `meet.join_task`.
#[test]
fn join_carries_what_a_worker_did_where_one_meets() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 100 }, || worker_and_joiner(meeting));
}

fn worker_and_joiner(make: Make) {
    let (tx, rx) = make();
    let note = Arc::new(Note::blank());
    let worker = thread::spawn({
        let note = Arc::clone(&note);
        move || {
            let task = rx.recv_task().unwrap();
            assert_eq!(task.look(), 7);
            note.write(1);
            task.done();
            rx
        }
    });
    tx.send(Parcel::new(7)).unwrap();
    tx.join();
    assert_eq!(note.read(), 1, "done, with what was written until then");
    drop(worker.join().unwrap());
}

/// Does a task that joins find what a task wrote before it dropped its item?
///
/// Kills `join.finish`, `join.news`.
#[test]
fn join_of_tasks() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 100 }, || task_and_joiner(doors));
}

/// The same at one door.
///
/// Kills `parlour.join_finish`, `parlour.join_news`.
#[test]
fn join_of_tasks_at_one_door() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 100 }, || task_and_joiner(parlour));
}

/// The same where one meets.
///
/// Kills `meet.join_finish`, `meet.join_news`.
#[test]
fn join_of_tasks_where_one_meets() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 100 }, || task_and_joiner(meeting));
}

fn task_and_joiner(make: Make) {
    let (tx, rx) = make();
    let (tx, rx) = (tx.into_async(), rx.into_async());
    let note = Arc::new(Note::blank());
    let worker = thread::spawn({
        let note = Arc::clone(&note);
        move || {
            let task = block_on(rx.recv_task()).unwrap();
            note.write(1);
            drop(task);
            rx
        }
    });
    block_on(tx.send(Parcel::new(7))).unwrap();
    block_on(tx.join());
    assert_eq!(note.read(), 1, "done, with what was written until then");
    drop(worker.join().unwrap());
}

/// Is a join over as soon as a plain receive has taken the last item, and not before?
///
/// Kills `join.pop`, `join.deserted`, `join.drained`, `look.join`.
#[test]
fn join_ends_with_the_last_item() {
    model(Bounds { quick: 3, deep: None, at_least: 10 }, || receiver_and_joiner(doors));
}

/// The same at one door.
///
/// Kills `parlour.join_pop`, `parlour.join_drained`, `parlour.look_join`.
#[test]
fn join_ends_with_the_last_item_at_one_door() {
    model(Bounds { quick: 3, deep: None, at_least: 10 }, || receiver_and_joiner(parlour));
}

fn receiver_and_joiner(make: Make) {
    let (tx, rx) = make();
    tx.try_send(Parcel::new(7)).unwrap();
    let note = Arc::new(Note::blank());
    let receiver = thread::spawn({
        let note = Arc::clone(&note);
        move || {
            note.write(1);
            assert_eq!(rx.recv().unwrap().open(), 7);
            rx
        }
    });
    tx.join();
    assert_eq!(note.read(), 1);
    drop(receiver.join().unwrap());
}

/// Is a join over when the last orphan has been taken, and not before?
///
/// Kills `meet.join_pop`, `meet.join_drained`, `meet.look_join`.
#[test]
fn join_ends_with_the_last_orphan() {
    model(Bounds { quick: 3, deep: None, at_least: 10 }, || {
        let (tx, rx) = meeting();
        leave_an_orphan(&tx, &rx);
        let note = Arc::new(Note::blank());
        let receiver = thread::spawn({
            let note = Arc::clone(&note);
            move || {
                note.write(1);
                assert_eq!(rx.recv().unwrap().open(), 7);
                rx
            }
        });
        tx.join();
        assert_eq!(note.read(), 1);
        drop(receiver.join().unwrap());
    });
}

/// Hands an item to a receive that is then cancelled.
pub(super) fn leave_an_orphan(tx: &bifrons::Sender<Parcel>, rx: &bifrons::Receiver<Parcel>) {
    let rx = rx.to_async();
    let (_, waker) = counting();
    let mut recv = rx.recv();
    assert!(poll_once(&mut recv, &waker).is_pending());
    tx.try_send(Parcel::new(7)).unwrap();
}

/// Two items are in hand: does the join wait for the second, whichever that is?
///
/// Kills `join.task`, `join.early`.
#[test]
fn join_waits_for_two_workers() {
    model(Bounds { quick: 2, deep: Some(4), at_least: 50 }, || {
        let (tx, rx) = doors();
        (0..2).for_each(|id| tx.try_send(Parcel::new(id)).unwrap());
        let notes = [Arc::new(Note::blank()), Arc::new(Note::blank())];
        let workers: Vec<_> = notes
            .iter()
            .map(|note| {
                let (task, note) = (rx.try_recv_task().unwrap(), Arc::clone(note));
                thread::spawn(move || {
                    note.write(1);
                    task.into_inner().open();
                })
            })
            .collect();
        tx.join();
        notes.iter().for_each(|note| assert_eq!(note.read(), 1));
        workers.into_iter().for_each(|worker| worker.join().unwrap());
        drop(rx);
    });
}

/// All was done and the next item came: is a join that stood in line for that over, on a thread and in a task?
///
/// Kills `join.first`, `join.again_task`, `join.again_thread`.
#[test]
fn join_is_over_although_the_next_came() {
    model(Bounds { quick: 3, deep: None, at_least: 10 }, || {
        let (tx, rx) = doors();
        tx.try_send(Parcel::new(0)).unwrap();
        let task = rx.try_recv_task().unwrap();
        let (for_task, next) = (tx.to_async(), tx.clone());
        let (_, waker) = counting();
        let mut join = for_task.join();
        assert!(poll_once(&mut join, &waker).is_pending());
        loom::stop_exploring();
        let by_thread = thread::spawn(move || tx.join());
        // It goes in line.
        thread::yield_now();
        loom::explore();
        let worker = thread::spawn(move || {
            task.done();
            next.try_send(Parcel::new(1)).unwrap();
        });
        block_on(join);
        by_thread.join().unwrap();
        worker.join().unwrap();
        assert_eq!(rx.try_recv().unwrap().open(), 1);
    });
}

/// A join is late while the last item is done: is what it says true, and does its place in line go with it?
///
/// Kills `look.join`, `join.late`.
#[test]
fn join_is_late_or_over() {
    model(Bounds { quick: 3, deep: None, at_least: 10 }, || {
        let (tx, rx) = doors();
        tx.try_send(Parcel::new(0)).unwrap();
        let task: Task<Parcel> = rx.try_recv_task().unwrap();
        let note = Arc::new(Note::blank());
        let worker = thread::spawn({
            let note = Arc::clone(&note);
            move || {
                note.write(1);
                drop(task);
            }
        });
        if tx.join_timeout(Duration::from_secs(1)).is_ok() {
            assert_eq!(note.read(), 1);
        }
        tx.join();
        assert_eq!(note.read(), 1);
        worker.join().unwrap();
        assert_eq!(tx.stats().tasks, 0);
        drop(rx);
    });
}
