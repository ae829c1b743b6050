//! Work that is in hand, and those who wait until it is done.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use bifrons::{JoinTimeoutError, Receiver, RecvTimeoutError, Sender, TryRecvError};

use crate::support::{
    BLINK, Bomb, Census, Executor, StartLine, Step, block_on, counting_waker, hooked_at, is_pending, must_be_pending,
    must_be_ready, rounds, settle, spawn_until_asleep, wait_until, watchdog, yield_now,
};

/// A queue of each engine that keeps items, with room for some.
fn each_engine<T: Ord>() -> [(Sender<T>, Receiver<T>); 4] {
    [bifrons::bounded(8), bifrons::unbounded(), bifrons::lifo::bounded(8), bifrons::priority::unbounded()]
}

/// Whether a join would wait.
fn is_busy<T>(tx: &Sender<T>) -> bool {
    is_pending(&mut tx.to_async().join())
}

#[test]
fn each_end_of_a_task_counts_once() {
    for (tx, rx) in each_engine() {
        (0..5).for_each(|item| tx.send(item).unwrap());
        let tasks: Vec<_> = (0..5).map(|_| rx.recv_task().unwrap()).collect();
        assert_eq!(tx.stats().tasks, 5);
        let mut tasks = tasks.into_iter();
        drop(tasks.next());
        tasks.next().unwrap().done();
        let mut third = tasks.next().unwrap();
        *third += 100;
        assert!(third.into_inner() >= 100);
        assert_eq!(tx.stats().tasks, 2);
        let held = tasks.next().unwrap();
        let panicked = catch_unwind(AssertUnwindSafe(move || {
            let _held = held;
            panic!("in the middle of the work");
        }));
        assert!(panicked.is_err());
        assert!(is_busy(&tx));
        drop(tasks);
        assert_eq!(tx.stats().tasks, 0);
        tx.join();
    }
}

#[test]
fn every_way_to_take_a_task_counts() {
    let _dog = watchdog();
    for (tx, rx) in each_engine() {
        assert_eq!(rx.try_recv_task().map(drop), Err(TryRecvError::Empty));
        assert_eq!(rx.recv_task_timeout(Duration::ZERO).map(drop), Err(RecvTimeoutError::Timeout));
        (0..5).for_each(|item| tx.send(item).unwrap());
        let async_rx = rx.to_async();
        let tasks = [
            rx.try_recv_task().unwrap(),
            rx.recv_task_timeout(Duration::from_secs(60)).unwrap(),
            rx.recv_task_deadline(Instant::now()).unwrap(),
            block_on(async_rx.recv_task()).unwrap(),
            async_rx.try_recv_task().unwrap(),
        ];
        assert_eq!((tx.stats().tasks, tx.len()), (5, 0));
        tx.close();
        assert_eq!(rx.try_recv_task().map(drop), Err(TryRecvError::Closed));
        assert_eq!(rx.recv_task_timeout(Duration::ZERO).map(drop), Err(RecvTimeoutError::Closed));
        assert!(rx.recv_task().is_err());
        assert!(block_on(async_rx.recv_task()).is_err());
        assert!(is_busy(&tx), "a close does not end work");
        drop(tasks);
        tx.join();
    }
}

/// What a plain receive takes is done as it is taken; what leaves by other ways is, too.
#[test]
fn what_is_not_a_task_is_done_as_it_goes() {
    let _dog = watchdog();
    for (tx, rx) in each_engine() {
        (0..7).for_each(|item| tx.send(item).unwrap());
        assert!(is_busy(&tx));
        rx.recv().unwrap();
        let mut items = Vec::new();
        rx.recv_many(&mut items, 2).unwrap();
        let mut select = bifrons::Select::new();
        select.recv(&rx);
        select.select().recv(&rx).unwrap();
        assert!(is_busy(&tx));
        drop(rx.drain());
        assert!(!is_busy(&tx));
        tx.send(8).unwrap();
        assert!(is_busy(&tx));
        drop(tx.shutdown());
        tx.join();
    }
    for (tx, rx) in each_engine() {
        tx.send(1).unwrap();
        drop(rx);
        tx.join();
    }
}

#[test]
fn all_joiners_are_called_together() {
    let _dog = watchdog();
    for (tx, rx) in each_engine() {
        tx.send(1).unwrap();
        let task = rx.recv_task().unwrap();
        let async_tx = tx.to_async();
        let (count, waker) = counting_waker();
        let mut joins = [async_tx.join(), async_tx.join(), async_tx.join()];
        joins.iter_mut().for_each(|join| must_be_pending(join, &waker));
        thread::scope(|scope| {
            let threads = [scope.spawn(|| tx.join()), scope.spawn(|| tx.join())];
            let timed = scope.spawn(|| tx.join_timeout(Duration::from_secs(60)));
            settle();
            assert!(!threads.iter().any(thread::ScopedJoinHandle::is_finished), "a task is outstanding");
            task.done();
            threads.into_iter().for_each(|thread| thread.join().unwrap());
            timed.join().unwrap().unwrap();
        });
        assert_eq!(count.wakes(), 3);
        joins.iter_mut().for_each(|join| must_be_ready(join));
    }
}

/// For a joiner the call is the verdict: the next item, which comes before it looks, does not hold it.
#[test]
fn a_joiner_that_was_called_does_not_look_again() {
    let _dog = watchdog();
    for (tx, rx) in each_engine() {
        tx.send(1).unwrap();
        let async_tx = tx.to_async();
        let (count, waker) = counting_waker();
        let mut join = async_tx.join();
        must_be_pending(&mut join, &waker);
        rx.recv().unwrap();
        tx.send(2).unwrap();
        assert_eq!(count.wakes(), 1);
        must_be_ready(&mut join);
        assert!(is_busy(&tx));
    }
}

#[test]
fn a_join_that_gives_up_leaves_no_trace() {
    let _dog = watchdog();
    for (tx, rx) in each_engine() {
        tx.send(1).unwrap();
        assert_eq!(tx.join_timeout(Duration::ZERO), Err(JoinTimeoutError));
        assert_eq!(tx.join_timeout(Duration::from_millis(5)), Err(JoinTimeoutError));
        let (count, waker) = counting_waker();
        let async_tx = tx.to_async();
        let mut given_up = async_tx.join();
        must_be_pending(&mut given_up, &waker);
        drop(given_up);
        rx.recv().unwrap();
        assert_eq!(count.wakes(), 0);
        assert_eq!(tx.join_timeout(Duration::ZERO), Ok(()));
        assert_eq!(tx.join_timeout(Duration::MAX), Ok(()));
    }
}

/// A join of a rendezvous waits for what is in hand and, since nothing is kept there, for nothing else.
#[test]
fn a_join_of_a_rendezvous_gives_up_too() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::bounded(0);
    assert_eq!(tx.join_timeout(Duration::ZERO), Ok(()));
    let async_rx = rx.to_async();
    let (_, waker) = counting_waker();
    let mut recv = async_rx.recv_task();
    must_be_pending(&mut recv, &waker);
    tx.try_send(1).unwrap();
    let task = must_be_ready(&mut recv).unwrap();
    assert_eq!(tx.join_timeout(Duration::ZERO), Err(JoinTimeoutError));
    assert_eq!(tx.join_timeout(Duration::from_millis(5)), Err(JoinTimeoutError));
    drop(task);
    assert_eq!(tx.join_timeout(Duration::ZERO), Ok(()));
}

/// A cancelled or late receive of a task leaves none outstanding.
#[test]
fn a_receive_of_a_task_that_gives_up_takes_none() {
    let _dog = watchdog();
    for (tx, rx) in each_engine() {
        let async_rx = rx.to_async();
        let (count, waker) = counting_waker();
        let mut called = async_rx.recv_task();
        must_be_pending(&mut called, &waker);
        let (behind_count, waker) = counting_waker();
        let mut behind = async_rx.recv_task();
        must_be_pending(&mut behind, &waker);
        tx.send(1).unwrap();
        assert_eq!((count.wakes(), behind_count.wakes()), (1, 0));
        drop(called);
        assert_eq!((behind_count.wakes(), tx.stats().tasks), (1, 0));
        let task = must_be_ready(&mut behind).unwrap();
        assert_eq!((*task, tx.stats().tasks), (1, 1));
        drop(task);
        assert!(rx.recv_task_timeout(Duration::from_millis(2)).is_err());
        assert_eq!(tx.stats().tasks, 0);
        tx.join();
    }
}

/// A shutdown takes what is in the queue; what is in hand is waited for.
#[test]
fn a_shutdown_does_not_release_a_joiner_of_a_held_task() {
    let _dog = watchdog();
    for (tx, rx) in each_engine() {
        (0..3).for_each(|item| tx.send(item).unwrap());
        let task = rx.recv_task().unwrap();
        let async_tx = tx.to_async();
        let (count, waker) = counting_waker();
        let mut join = async_tx.join();
        must_be_pending(&mut join, &waker);
        assert_eq!(rx.shutdown().count(), 2);
        assert_eq!(count.wakes(), 0);
        assert!(is_pending(&mut join));
        assert_eq!(rx.shutdown().count(), 0);
        task.done();
        must_be_ready(&mut join);
        tx.join();
    }
    // Without a task the shutdown is what releases it.
    for (tx, rx) in each_engine() {
        (0..3).for_each(|item| tx.send(item).unwrap());
        let async_tx = tx.to_async();
        let (count, waker) = counting_waker();
        let mut join = async_tx.join();
        must_be_pending(&mut join, &waker);
        rx.close();
        assert_eq!(count.wakes(), 0, "what is left is not done");
        drop(rx.shutdown());
        assert_eq!(count.wakes(), 1);
        must_be_ready(&mut join);
    }
}

/// A task does not keep the queue open, and outlives all handles.
#[test]
fn a_task_outlives_its_queue() {
    let census = Census::new();
    let (tx, rx) = bifrons::unbounded();
    tx.send(census.item(1)).unwrap();
    let task = rx.recv_task().unwrap();
    assert_eq!(rx.receiver_count(), 1);
    drop(rx);
    assert!(tx.is_closed());
    drop(tx);
    assert_eq!((task.id, census.alive()), (1, 1));
    drop(task);
    census.assert_all_dropped_once([1]);
}

/// The drop of an item panics: the task is done all the same.
#[test]
fn an_item_that_panics_in_its_drop_is_done() {
    let _dog = watchdog();
    let census = Census::new();
    for (nth, (tx, rx)) in [bifrons::bounded(2), bifrons::lifo::bounded(2)].into_iter().enumerate() {
        tx.send(Bomb { armed: true, load: census.item(nth as u64) }).unwrap();
        let task = rx.recv_task().unwrap();
        let async_tx = tx.to_async();
        let (count, waker) = counting_waker();
        let mut join = async_tx.join();
        must_be_pending(&mut join, &waker);
        assert!(catch_unwind(AssertUnwindSafe(|| task.done())).is_err());
        assert_eq!((count.wakes(), tx.stats().tasks), (1, 0));
        must_be_ready(&mut join);
    }
    assert_eq!(census.alive(), 0);
}

/// The joiner's waker panics as a task ends: the others are called, and the item is safe with who wanted it.
#[test]
fn a_joiner_whose_waker_panics_hinders_nobody() {
    let _dog = watchdog();
    for (tx, rx) in each_engine() {
        tx.send(1).unwrap();
        let async_tx = tx.to_async();
        let mut broken = async_tx.join();
        must_be_pending(&mut broken, &hooked_at(Step::Wake, || panic!("the waker")));
        let (count, waker) = counting_waker();
        let mut join = async_tx.join();
        must_be_pending(&mut join, &waker);
        let task = rx.recv_task().unwrap();
        assert!(catch_unwind(AssertUnwindSafe(|| task.done())).is_err());
        assert_eq!(count.wakes(), 1);
        must_be_ready(&mut join);
        must_be_ready(&mut broken);
        assert_eq!(tx.stats().tasks, 0);
    }
}

/// A sender's waker panics as a task is taken: it is taken or it is done, never neither.
#[test]
fn a_sender_whose_waker_panics_leaves_no_task_behind() {
    let _dog = watchdog();
    let census = Census::new();
    for (nth, (tx, rx)) in [bifrons::bounded(1), bifrons::lifo::bounded(1)].into_iter().enumerate() {
        let nth = 10 * nth as u64;
        tx.send(census.item(nth)).unwrap();
        let async_tx = tx.to_async();
        let mut send = async_tx.send(census.item(nth + 1));
        must_be_pending(&mut send, &hooked_at(Step::Wake, || panic!("the waker")));
        assert!(catch_unwind(AssertUnwindSafe(|| rx.recv_task())).is_err());
        assert_eq!(tx.stats().tasks, 0);
        must_be_ready(&mut send).unwrap();
        assert_eq!(rx.recv_task().unwrap().id, nth + 1);
        tx.join();
    }
    assert_eq!(census.alive(), 0);
}

/// In a rendezvous nothing rests; a task from it counts like any other.
#[test]
fn a_task_from_a_rendezvous_is_joined() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::bounded(0);
    tx.join();
    thread::scope(|scope| {
        scope.spawn(|| tx.send(1).unwrap());
        let task = rx.recv_task().unwrap();
        assert!(is_busy(&tx));
        let joining = tx.clone();
        let joined = spawn_until_asleep(move || joining.join());
        task.done();
        joined.join().unwrap();
    });
}

/// What was done before a task's end is seen after the join.
#[test]
fn the_work_is_visible_after_the_join() {
    let _dog = watchdog();
    for _ in rounds(300) {
        for (tx, rx) in [bifrons::bounded::<usize>(4), bifrons::lifo::bounded(4)] {
            let work = [const { AtomicUsize::new(0) }; 4];
            thread::scope(|scope| {
                for _ in 0..2 {
                    let (rx, work) = (rx.clone(), &work);
                    scope.spawn(move || {
                        while let Ok(task) = rx.recv_task() {
                            // Relaxed: the join is what orders it.
                            work[*task].fetch_add(1, Ordering::Relaxed);
                        }
                    });
                }
                (0..4).for_each(|item| tx.send(item).unwrap());
                tx.join();
                assert!(work.iter().all(|done| done.load(Ordering::Relaxed) == 1));
                tx.close();
            });
        }
    }
}

/// Shutdowns, ends of tasks and joins at once: a joiner comes back exactly when nothing is in hand.
#[test]
fn shutdown_races_join_and_a_held_task() {
    let _dog = watchdog();
    for _ in rounds(200) {
        for (tx, rx) in each_engine() {
            (0..4).for_each(|item| tx.send(item).unwrap());
            let task = rx.recv_task().unwrap();
            let ended = AtomicBool::new(false);
            let start = StartLine::new(3);
            thread::scope(|scope| {
                scope.spawn(|| {
                    start.wait();
                    assert_eq!(rx.shutdown().count(), 3);
                });
                let (ended, start, tx) = (&ended, &start, &tx);
                scope.spawn(move || {
                    start.wait();
                    ended.store(true, Ordering::Relaxed);
                    task.done();
                });
                start.wait();
                tx.join();
                assert!(ended.load(Ordering::Relaxed), "the task was in hand");
            });
        }
    }
}

/// Workers on every executor, an awaited join.
#[test]
fn workers_and_an_awaited_join_on_every_executor() {
    let _dog = watchdog();
    Executor::each(|_| async {
        let (tx, rx) = bifrons::bounded::<u32>(2);
        let (tx, rx) = (tx.into_async(), rx.into_async());
        let worker = async {
            let mut done = 0;
            while let Ok(task) = rx.recv_task().await {
                yield_now().await;
                done += 1;
                task.done();
            }
            done
        };
        let boss = async {
            for item in 0..50 {
                tx.send(item).await.unwrap();
            }
            tx.join().await;
            assert_eq!(tx.stats().received, 50);
            tx.close();
        };
        let (done, ()) = futures_util::join!(worker, boss);
        assert_eq!(done, 50);
    });
}

/// A thread in a timed receive of tasks gives up while others come: none is left outstanding.
#[test]
fn impatient_workers_lose_no_task() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::priority::bounded(2);
    let worked = thread::scope(|scope| {
        let workers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let mut worked = 0;
                    loop {
                        match rx.recv_task_timeout(BLINK) {
                            Ok(task) => {
                                worked += 1;
                                drop(task);
                            }
                            Err(RecvTimeoutError::Closed) => return worked,
                            Err(RecvTimeoutError::Timeout) => {}
                        }
                    }
                })
            })
            .collect();
        (0..300).for_each(|item| tx.send(item).unwrap());
        tx.join();
        assert_eq!(tx.stats().tasks, 0);
        wait_until(|| rx.is_empty());
        tx.close();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum::<usize>()
    });
    assert_eq!(worked, 300);
}

/// The last task that is done releases the joiners, and none before it.
#[test]
fn a_join_waits_for_each_task() {
    let rendezvous = bifrons::bounded(0);
    for (tx, rx) in each_engine().into_iter().chain([rendezvous]) {
        let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
        let mut receives = [async_rx.recv_task(), async_rx.recv_task()];
        assert!(receives.iter_mut().all(is_pending));
        (0..2).for_each(|item| tx.try_send(item).unwrap());
        let [one, another] = receives.each_mut().map(|recv| must_be_ready(recv).unwrap());
        let (count, waker) = counting_waker();
        let mut join = async_tx.join();
        must_be_pending(&mut join, &waker);
        one.done();
        assert_eq!(count.wakes(), 0, "{tx:?}");
        must_be_pending(&mut join, &waker);
        another.done();
        assert_eq!(count.wakes(), 1, "{tx:?}");
        must_be_ready(&mut join);
    }
}
