//! Family A: nobody may sleep while what he waits for is there.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use bifrons::{RecvError, SendError};
use futures_util::future::{Either, select};

use super::harness::{ALL, Face, ROOMY, TIGHT, Task, Waiting, each, in_turn, leak};
use crate::support::{Random, StartLine, is_pending, jitter, rounds};

const RACES: u64 = 60;

/// A receiver whose wake was stolen looks again, waits again, and the next item is its own.
#[test]
fn a01_stolen_wake() {
    each(&ALL, |case| {
        let (tx, rx) = case.queue();
        for _ in rounds(10) {
            let waiting = rx.start_recv();
            let first = tx.start_send(1);
            let own = match rx.try_recv() {
                Ok(stolen) => {
                    assert_eq!(stolen, 1);
                    2
                }
                // A thread may have been quick enough to take what it was woken for.
                Err(_) => 1,
            };
            let second = tx.start_send(2);
            assert_eq!(waiting.finish(), Ok(own));
            if own == 1 {
                assert_eq!(rx.recv(), Ok(2));
            }
            assert_eq!(first.finish(), Ok(()));
            assert_eq!(second.finish(), Ok(()));
        }
    });
}

/// The same, with the next item arriving while the robbed receiver looks again.
#[test]
fn a01_next_item_while_the_robbed_one_looks_again() {
    let seed = Random::from_chance().draw();
    each(&ALL, |case| {
        let mut random = Random::new(seed);
        for _ in rounds(RACES) {
            let (tx, rx) = case.queue();
            let robbed = rx.start_recv();
            let first = tx.start_send(1);
            let line = StartLine::new(2);
            let (own, stolen) = thread::scope(|scope| {
                let thief = scope.spawn(|| {
                    line.wait();
                    let stolen = rx.try_recv();
                    let second = tx.start_send(2);
                    if stolen.is_err() {
                        assert_eq!(rx.recv(), Ok(2));
                    }
                    assert_eq!(second.in_background().join().unwrap(), Ok(()));
                    stolen
                });
                line.wait();
                jitter(&mut random);
                (robbed.finish().unwrap(), thief.join().unwrap())
            });
            first.finish().unwrap();
            match stolen {
                Ok(stolen) => assert_eq!((stolen, own), (1, 2)),
                Err(_) => assert_eq!(own, 1),
            }
        }
    });
}

/// The mirror: a sender whose room was stolen waits again, and the next room is its own.
#[test]
fn a01_stolen_room() {
    each(&[Some(1), Some(3)], |case| {
        let (tx, rx, full) = case.full_queue();
        let mut waiting = tx.start_send(100);
        let mut received = vec![rx.try_recv().unwrap()];
        // The waiting sender may have been given the room together with its call.
        let stole = tx.try_send(101).is_ok();
        if let Waiting::Task(task) = &mut waiting {
            task.poll();
        }
        for _ in 0..full {
            received.push(rx.recv().unwrap());
        }
        assert_eq!(waiting.finish(), Ok(()));
        received.extend(std::iter::from_fn(|| rx.try_recv().ok()));
        let mut expected: Vec<u64> = (0..full).collect();
        expected.push(100);
        if stole {
            expected.push(101);
        }
        received.sort_unstable();
        assert_eq!(received, expected);
    });
}

/// A called receiver that is dropped passes the call on, and its item keeps its place.
#[test]
fn a02_claimed_receiver_dropped() {
    each(&ALL, |case| {
        let (tx, rx) = case.queue();
        let doomed = rx.clone().turned(Face::Awaiting).start_recv();
        let heir = rx.start_recv();
        let first = tx.start_send(1);
        drop(doomed);
        assert_eq!(heir.finish(), Ok(1));
        let second = tx.start_send(2);
        assert_eq!(rx.recv(), Ok(2));
        assert_eq!((first.finish(), second.finish()), (Ok(()), Ok(())));
    });
}

/// The same with several items on the way: none overtakes that of the dropped receiver.
#[test]
fn a02_nothing_overtakes_the_item_of_a_dropped_receiver() {
    each(&ALL, |case| {
        let (tx, rx) = case.queue();
        let doomed: Vec<_> = (0..3).map(|_| rx.clone().turned(Face::Awaiting).start_recv()).collect();
        let sends: Vec<_> = (0..6).map(|id| tx.start_send(id)).collect();
        drop(doomed);
        let sends: Vec<_> = sends.into_iter().map(Waiting::in_background).collect();
        let received: Vec<u64> = (0..6).map(|_| rx.recv().unwrap()).collect();
        assert_eq!(in_turn(received), [0, 1, 2, 3, 4, 5]);
        for send in sends {
            assert_eq!(send.join().unwrap(), Ok(()));
        }
    });
}

/// A non-blocking send hands over in a rendezvous; the heir finds what the dropped one left.
#[test]
fn a02_claimed_receiver_dropped_after_a_handover() {
    each(&[Some(0)], |case| {
        let (tx, rx) = case.queue();
        let doomed = rx.clone().turned(Face::Awaiting).start_recv();
        let heir = rx.start_recv();
        tx.try_send(1).unwrap();
        drop(doomed);
        assert_eq!(heir.finish(), Ok(1));
        assert_eq!(rx.len(), 0);
    });
}

/// A called sender that is dropped passes the room on; its item is sent or dropped, not both.
#[test]
fn a03_claimed_sender_dropped() {
    each(&TIGHT, |case| {
        let (tx, rx, full) = case.full_queue();
        let doomed = tx.clone().turned(Face::Awaiting).start_send(100);
        let heir = tx.start_send(101);
        let mut received = Vec::new();
        if full > 0 {
            received.push(rx.recv().unwrap());
        }
        drop(doomed);
        let heir = heir.in_background();
        while received.last() != Some(&101) {
            received.push(rx.recv().unwrap());
        }
        assert_eq!(heir.join().unwrap(), Ok(()));
        received.retain(|&id| id != 100);
        let expected: Vec<u64> = (0..full).chain([101]).collect();
        assert_eq!(received, expected);
        assert!(rx.try_recv().is_err());
    });
}

/// The same while others keep the senders' own door busy, so that nobody can move items for them.
#[test]
fn a03_claimed_sender_dropped_amid_traffic() {
    each(&TIGHT[1..], |case| {
        let done = AtomicBool::new(false);
        let (tx, rx, full) = case.full_queue();
        thread::scope(|scope| {
            scope.spawn(|| {
                let tx = tx.to_async();
                while !done.load(Ordering::Relaxed) {
                    assert!(is_pending(&mut tx.closed()));
                }
            });
            for _ in rounds(100) {
                let doomed = tx.clone().turned(Face::Awaiting).start_send(100);
                let heir = tx.start_send(101);
                rx.recv().unwrap();
                drop(doomed);
                if rx.len() as u64 == full && heir.waits() {
                    // The room went to the item of the dropped one, which it had sent by then.
                    rx.recv().unwrap();
                }
                assert_eq!(heir.finish(), Ok(()));
                while tx.try_send(0).is_ok() {}
            }
            done.store(true, Ordering::Relaxed);
        });
    });
}

/// A plain blocked thread inherits the call of a cancelled task, time and again, and the close.
#[test]
fn a04_cancelled_task_before_a_blocked_thread() {
    each(&ALL, |case| {
        if case.to == Face::Awaiting {
            return;
        }
        let (tx, rx) = case.queue();
        for id in rounds(20) {
            let task = rx.clone().turned(Face::Awaiting).start_recv();
            let thread = rx.start_recv();
            let send = tx.start_send(id);
            drop(task);
            assert_eq!(thread.finish(), Ok(id));
            assert_eq!(send.finish(), Ok(()));
        }
        let task = rx.clone().turned(Face::Awaiting).start_recv();
        let thread = rx.start_recv();
        drop(tx);
        drop(task);
        assert_eq!(thread.finish(), Err(RecvError));
    });
}

/// The mirror for senders.
#[test]
fn a04_cancelled_task_before_a_blocked_sender() {
    each(&TIGHT, |case| {
        if case.from == Face::Awaiting {
            return;
        }
        let (tx, rx, _) = case.full_queue();
        for id in rounds(20) {
            let task = tx.clone().turned(Face::Awaiting).start_send(1000);
            let thread = tx.start_send(100 + id);
            let mut received = rx.try_recv();
            drop(task);
            while received != Ok(100 + id) {
                received = rx.recv().map_err(Into::into);
            }
            assert_eq!(thread.finish(), Ok(()));
            while tx.try_send(0).is_ok() {}
        }
        let task = tx.clone().turned(Face::Awaiting).start_send(1000);
        let thread = tx.start_send(7);
        drop(rx);
        drop(task);
        assert_eq!(thread.finish(), Err(SendError(7)));
    });
}

/// A select whose wake was stolen notices the next send, on whichever queue.
#[test]
fn a05_select_loses_the_race() {
    each(&ALL, |case| {
        if case.to == Face::Blocking {
            return;
        }
        let (tx, rx) = case.queue::<u64>();
        let (other_tx, other_rx) = case.queue::<u64>();
        for (round, late) in [&tx, &other_tx].into_iter().enumerate() {
            let (one, other) = (rx.to_async(), other_rx.to_async());
            let mut task = Task::new(async move {
                match select(pin!(one.recv()), pin!(other.recv())).await {
                    Either::Left((item, _)) => (0, item),
                    Either::Right((item, _)) => (1, item),
                }
            });
            let first = tx.start_send(1);
            assert_eq!(task.wakes(), 1, "the select is called for the first item");
            assert_eq!(rx.try_recv(), Ok(1), "and robbed of it");
            assert!(!task.poll());
            let second = late.start_send(2);
            assert_eq!(task.finish(), (round, Ok(2)));
            assert_eq!((first.finish(), second.finish()), (Ok(()), Ok(())));
        }
    });
}

/// Futures that are never polled nor dropped again hold up one call each, and no more.
#[test]
fn a06_waiter_leaked() {
    each(&[Some(2), Some(3)], |case| {
        let (tx, rx, full) = case.full_queue();
        leak(tx.clone().turned(Face::Awaiting).start_send(100));
        let live: Vec<_> = (0..3).map(|id| tx.start_send(101 + id)).collect();
        let live: Vec<_> = live.into_iter().map(Waiting::in_background).collect();
        // What was there, the items of the living, and perhaps that of the leaked one.
        let mut received = Vec::new();
        while received.iter().filter(|&&id| id > 100).count() < 3 {
            received.push(rx.recv().unwrap());
        }
        for send in live {
            assert_eq!(send.join().unwrap(), Ok(()));
        }
        received.retain(|&id| id != 100);
        assert_eq!(in_turn(received), (0..full).chain(101..104).collect::<Vec<_>>());
    });
    each(&ROOMY[1..], |case| {
        let (tx, rx) = case.queue();
        leak(rx.clone().turned(Face::Awaiting).start_recv());
        let live: Vec<_> = (0..2).map(|_| rx.start_recv()).collect();
        for id in 0..3_u64 {
            tx.send(id).unwrap();
        }
        let mut received: Vec<_> = live.into_iter().map(|recv| recv.finish().unwrap()).collect();
        received.push(rx.recv().unwrap());
        received.sort_unstable();
        assert_eq!(received, [0, 1, 2]);
    });
}
