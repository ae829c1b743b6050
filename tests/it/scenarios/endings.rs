//! Family F, continued: two ways to shut a queue down, and when the work counts as done.

use std::cell::UnsafeCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;

use bifrons::{RecvError, ReserveError, SendError, TryRecvError};

use super::harness::{ALL, Face, ROOMY, Rx, TIGHT, Tx, Waiting, each};
use super::verbs::Order;
use crate::support::{Census, Counted, Random, StartLine, is_pending, jitter, rounds};

/// Graceful: sends fail, what was sent is still received, in order, and then it is over.
#[test]
fn f55_graceful() {
    each(&[Some(3), Some(128), None], |case| {
        for order in Order::ALL {
            let (tx, rx) = case.queue_in(order);
            (0..3).for_each(|id| tx.send(id).unwrap());
            let joiner = tx.start_join();
            let send = (case.capacity == Some(3)).then(|| tx.start_send(3));
            assert!(tx.close());
            assert!(!tx.close() && !rx.close(), "once is enough");
            if let Some(send) = send {
                assert_eq!(send.finish(), Err(SendError(3)));
            }
            assert_eq!(tx.send(4), Err(SendError(4)));
            assert!(joiner.waits(), "three are left");
            for id in order.of(vec![0, 1, 2]) {
                assert_eq!(rx.recv(), Ok(id), "{order:?}");
            }
            joiner.finish();
            assert_eq!(rx.recv(), Err(RecvError));
            assert_eq!(rx.shutdown(), []);
        }
    });
}

/// How a queue is shut down; what was left.
type Shutdown<T> = fn(&Tx<T>, &Rx<T>) -> Vec<T>;

/// From either half.
fn shutdowns<T>() -> [Shutdown<T>; 2] {
    [|tx, _| tx.shutdown(), |_, rx| rx.shutdown()]
}

/// Immediate: what was left comes back, in order, and everybody who waits is let go, once.
#[test]
fn f55_immediate_while_senders_wait() {
    each(&TIGHT, |case| {
        for (order, shutdown) in Order::ALL.into_iter().flat_map(|order| shutdowns().map(|way| (order, way))) {
            let (tx, rx) = case.queue_in(order);
            let full = case.capacity.unwrap() as u64;
            (0..full).for_each(|id| tx.try_send(id).unwrap());
            let sends: Vec<_> = (0..3).map(|id| tx.start_send(100 + id)).collect();
            let batch = tx.start_send_many(vec![200, 201]);
            let reserve = (full > 0).then(|| tx.start_reserve());
            let joiner = tx.start_join();
            assert_eq!(joiner.waits(), full > 0);
            assert_eq!(shutdown(&tx, &rx), order.of((0..full).collect()), "{order:?}");
            let wakes: Vec<_> = sends.iter().filter_map(Waiting::wakes).collect();
            assert!(wakes.into_iter().all(|wakes| wakes == 1), "each is woken once");
            for (send, id) in sends.into_iter().zip(100..) {
                assert_eq!(send.finish(), Err(SendError(id)));
            }
            assert_eq!(batch.finish(), (Err(SendError(())), vec![200, 201]));
            assert!(reserve.is_none_or(|reserve| matches!(reserve.finish(), Err(ReserveError::Closed))));
            joiner.finish();
            assert_eq!(shutdown(&tx, &rx), [], "there is nothing left");
            assert_eq!((rx.recv(), tx.send(9)), (Err(RecvError), Err(SendError(9))));
        }
    });
}

/// The same with receivers that wait.
#[test]
fn f55_immediate_while_receivers_wait() {
    each(&ALL, |case| {
        for (order, shutdown) in Order::ALL.into_iter().flat_map(|order| shutdowns().map(|way| (order, way))) {
            let (tx, rx) = case.queue_in::<u64>(order);
            let receives: Vec<_> = (0..3).map(|_| rx.start_recv()).collect();
            let (many, task) = (rx.start_recv_many(4), rx.start_recv_task());
            assert_eq!(shutdown(&tx, &rx), []);
            let wakes: Vec<_> = receives.iter().filter_map(Waiting::wakes).collect();
            assert!(wakes.into_iter().all(|wakes| wakes == 1), "each is woken once");
            receives.into_iter().for_each(|receive| assert_eq!(receive.finish(), Err(RecvError)));
            assert_eq!(many.finish(), (Err(RecvError), Vec::new()));
            assert!(task.finish().is_err());
        }
    });
}

/// A queue that was closed may still be shut down, once: what is left is dropped with the iterator, each exactly once.
#[test]
fn f55_immediate_after_graceful() {
    each(&[Some(4), None], |case| {
        for shutdown in shutdowns() {
            let census = Census::new();
            let (tx, rx) = case.queue::<Counted>();
            (0..4).for_each(|id| tx.send(census.item(id)).unwrap());
            tx.close();
            assert_eq!(rx.recv().unwrap().id, 0);
            let left = shutdown(&tx, &rx);
            assert_eq!(left.iter().map(|item| item.id).collect::<Vec<_>>(), [1, 2, 3]);
            assert!(matches!(rx.try_recv(), Err(TryRecvError::Closed)));
            assert_eq!(census.dropped(), [0]);
            drop(left);
            assert!(shutdown(&tx, &rx).is_empty());
            census.assert_all_dropped_once(0..4);
        }
    });
}

/// A shutdown against senders and receivers at work: each item is received, or left, or back with its sender.
#[test]
fn f55_immediate_under_way() {
    let seed = Random::from_chance().draw();
    each(&ALL, |case| {
        let mut random = Random::new(seed);
        for (_, order) in rounds(20).zip(Order::ALL.into_iter().cycle()) {
            let (tx, rx) = case.queue_in(order);
            let line = StartLine::new(3);
            let (mut ids, sent) = thread::scope(|scope| {
                let sender = scope.spawn(|| {
                    line.wait();
                    (0..).map(|id| tx.send(id)).take_while(Result::is_ok).count() as u64
                });
                let receiver = scope.spawn(|| {
                    line.wait();
                    std::iter::from_fn(|| rx.recv().ok()).collect::<Vec<_>>()
                });
                line.wait();
                (0..20).for_each(|_| jitter(&mut random));
                let left = rx.shutdown();
                let mut ids = receiver.join().unwrap();
                ids.extend(left);
                (ids, sender.join().unwrap())
            });
            ids.sort_unstable();
            assert!(ids.into_iter().eq(0..sent), "{order:?}");
        }
    });
}

/// Joiners wait while anything that was accepted is neither received nor given up, and not a moment longer.
#[test]
fn f56_join_waits_for_the_work() {
    each(&ROOMY, |case| {
        for order in Order::ALL {
            let (tx, rx) = case.queue_in(order);
            tx.join();
            tx.send(1).unwrap();
            let joiners: Vec<_> = (0..3).map(|_| tx.start_join()).collect();
            let all_wait = || joiners.iter().all(Waiting::waits);
            let task = rx.try_recv_task().unwrap();
            assert!(all_wait(), "somebody works on it");
            tx.send(2).unwrap();
            task.done();
            assert!(all_wait(), "there is another");
            let task = rx.start_recv_task().finish().unwrap();
            assert!(all_wait());
            assert_eq!((*task, tx.stats().tasks, tx.stats().len), (2, 1, 0));
            assert_eq!(task.into_inner(), 2);
            joiners.into_iter().for_each(Waiting::finish);
            tx.join();
        }
    });
}

/// Each way in which an item comes to its end counts as done.
#[test]
fn f56_every_end_counts() {
    type End = fn(&Tx<u64>, &Rx<u64>);
    let ends: [(&str, End); 9] = [
        ("recv", |_, rx| assert_eq!(rx.recv(), Ok(1))),
        ("recv_many", |_, rx| assert_eq!(rx.start_recv_many(4).finish(), (Ok(1), vec![1]))),
        ("drain", |_, rx| assert!(rx.to_async().drain().eq([1]))),
        ("drain, dropped", |_, rx| drop(rx.to_async().drain())),
        ("shutdown", |tx, _| assert_eq!(tx.shutdown(), [1])),
        ("task dropped", |_, rx| drop(rx.try_recv_task().unwrap())),
        ("task done", |_, rx| rx.try_recv_task().unwrap().done()),
        ("task given away", |_, rx| assert_eq!(rx.try_recv_task().unwrap().into_inner(), 1)),
        ("task in a panic", |_, rx| {
            let panic = catch_unwind(AssertUnwindSafe(|| {
                let _task = rx.try_recv_task().unwrap();
                std::panic::resume_unwind(Box::new(()));
            }));
            assert!(panic.is_err());
        }),
    ];
    each(&ROOMY, |case| {
        for (order, (name, end)) in Order::ALL.into_iter().flat_map(|order| ends.map(|end| (order, end))) {
            let (tx, rx) = case.queue_in(order);
            tx.send(1).unwrap();
            let joiner = tx.start_join();
            assert!(joiner.waits(), "{name}");
            end(&tx, &rx);
            joiner.finish();
            let stats = rx.stats();
            assert_eq!((stats.len, stats.tasks), (0, 0), "{name}");
        }
    });
    // What makes way for another is done, and that other is not.
    each(&[Some(1)], |case| {
        for order in Order::ALL {
            let (tx, rx) = case.queue_in(order);
            tx.send(1).unwrap();
            let joiner = tx.start_join();
            assert_eq!(tx.force_send(2), Ok(Some(1)), "{order:?}");
            assert!(joiner.waits());
            assert_eq!(rx.recv(), Ok(2));
            joiner.finish();
        }
    });
    each(&ROOMY, |case| {
        let (tx, rx) = case.queue();
        tx.send(1).unwrap();
        let joiner = tx.start_join();
        drop(rx);
        joiner.finish();
    });
}

/// A receive that was cancelled has begun no work: the item is still to be done.
#[test]
fn f56_cancelled_receives_begin_nothing() {
    each(&ROOMY, |case| {
        for order in Order::ALL {
            let (tx, rx) = case.queue_in(order);
            let doomed = rx.clone().turned(Face::Awaiting).start_recv_task();
            tx.send(1).unwrap();
            let joiner = tx.start_join();
            drop(doomed);
            assert!(joiner.waits());
            assert_eq!(tx.stats().tasks, 0);
            let task = rx.try_recv_task().unwrap();
            assert!(joiner.waits());
            drop(task);
            joiner.finish();

            let async_tx = tx.to_async();
            tx.send(2).unwrap();
            assert!(is_pending(&mut async_tx.join()), "dropped while it waits");
            let joiner = tx.start_join();
            assert_eq!(rx.recv(), Ok(2));
            joiner.finish();
        }
    });
}

/// A shutdown does not end the work that somebody is at: joiners wait for it, and for nothing else.
#[test]
fn f56_shutdown_leaves_the_tasks() {
    each(&ROOMY[1..], |case| {
        for order in Order::ALL {
            let (tx, rx) = case.queue_in(order);
            (0..3).for_each(|id| tx.send(id).unwrap());
            let task = rx.try_recv_task().unwrap();
            let joiners: Vec<_> = (0..2).map(|_| tx.start_join()).collect();
            assert_eq!(rx.shutdown().len(), 2);
            assert!(joiners.iter().all(Waiting::waits));
            let late = tx.start_join();
            assert!(late.waits());
            drop(rx);
            task.done();
            joiners.into_iter().for_each(Waiting::finish);
            late.finish();
        }
    });
}

/// Memory that a worker writes and the joiner reads: without the order that a join promises this is a race.
struct Results(Vec<UnsafeCell<u64>>);

// SAFETY: each cell is written by the one worker that has its item, and read after the join.
unsafe impl Sync for Results {}

/// What was done before the last task was let go is seen after the join, however the tasks ended and wherever they ran.
#[test]
fn f53_join_synchronises() {
    const COUNT: u64 = 12;
    each(&ROOMY, |case| {
        for (round, order) in rounds(12).zip(Order::ALL.into_iter().cycle()) {
            let (tx, rx) = case.queue_in::<u64>(order);
            let results = Arc::new(Results((0..COUNT).map(|_| UnsafeCell::new(0)).collect()));
            let workers: Vec<_> = (0..2)
                .map(|_| {
                    let (rx, results) = (rx.clone(), Arc::clone(&results));
                    thread::spawn(move || {
                        while let Ok(task) = rx.recv_task() {
                            // SAFETY: the item is nobody else's, and the joiner waits for it.
                            unsafe { *results.0[*task as usize].get() = *task + 1 };
                            match (*task + round) % 3 {
                                0 => task.done(),
                                1 => drop(task),
                                _ => drop(task.into_inner()),
                            }
                        }
                    })
                })
                .collect();
            for id in 0..COUNT {
                tx.send(id).unwrap();
            }
            tx.join();
            for id in 0..COUNT {
                // SAFETY: all tasks are done.
                assert_eq!(unsafe { *results.0[id as usize].get() }, id + 1);
            }
            drop(tx);
            workers.into_iter().for_each(|worker| worker.join().unwrap());
        }
    });
}

/// What was written before a shutdown is seen by whoever learns of it.
#[test]
fn f53_shutdown_synchronises() {
    struct Plain(UnsafeCell<u64>);
    // SAFETY: written before the shutdown, read after it was seen.
    unsafe impl Sync for Plain {}

    each(&ALL, |case| {
        for (round, order) in rounds(12).zip(Order::ALL.into_iter().cycle()) {
            let (tx, rx) = case.queue_in::<u64>(order);
            let plain = Plain(UnsafeCell::new(0));
            let line = StartLine::new(2);
            thread::scope(|scope| {
                let plain = &plain;
                scope.spawn(|| {
                    line.wait();
                    // SAFETY: nobody reads before the shutdown.
                    unsafe { *plain.0.get() = round + 1 };
                    assert_eq!(tx.shutdown(), []);
                });
                line.wait();
                match round % 3 {
                    0 => assert_eq!(rx.recv(), Err(RecvError)),
                    1 => assert_eq!(rx.start_recv_many(3).finish().0, Err(RecvError)),
                    _ => assert!(rx.recv_task().is_err()),
                }
                // SAFETY: the shutdown was seen.
                assert_eq!(unsafe { *plain.0.get() }, round + 1);
            });
        }
    });
}
