//! Items that cross from one face to the other.

use std::future::poll_fn;
use std::task::Poll;
use std::thread;

use futures_util::future::join;

use super::orders::{Order, contents, in_every_order, unfinished};
use crate::support::{Executor, block_on, is_pending, must_be_ready, wait_until, watchdog, yield_now};

in_every_order!(
    sync_put_async_join,
    sync_join_async_done,
    async_join_sync_done,
    closed_loop_non_failing,
    waker_of_a_dropped_runtime,
    made_outside_and_used_from_two_runtimes,
);

const ROUNDS: u32 = 3;
const ITEMS: u32 = 5;

#[test]
fn sync_put_async_get() {
    let _dog = watchdog();
    Executor::each(|_| {
        let (tx, rx) = bifrons::unbounded();
        let rx = rx.into_async();
        async move {
            for _ in 0..ROUNDS {
                let tx = tx.clone();
                let thread = thread::spawn(move || (0..ITEMS).for_each(|item| tx.send(item).unwrap()));
                for expected in 0..ITEMS {
                    assert_eq!(rx.recv().await, Ok(expected));
                }
                assert!(rx.is_empty());
                thread.join().unwrap();
            }
        }
    });
}

#[test]
fn async_put_sync_get() {
    let _dog = watchdog();
    Executor::each(|_| {
        let (tx, rx) = bifrons::unbounded();
        let tx = tx.into_async();
        async move {
            for _ in 0..ROUNDS {
                let rx = rx.clone();
                let thread = thread::spawn(move || (0..ITEMS).map(|_| rx.recv().unwrap()).collect::<Vec<_>>());
                for item in 0..ITEMS {
                    tx.send(item).await.unwrap();
                }
                assert!(thread.join().unwrap().into_iter().eq(0..ITEMS));
                assert!(tx.is_empty());
            }
        }
    });
}

/// The task that joins learns only when another task has taken and done all that a thread sent.
fn sync_put_async_join<O: Order>() {
    Executor::each(|_| {
        let (tx, rx) = O::unbounded();
        let rx = rx.into_async();
        async move {
            for _ in 0..ROUNDS {
                let mut sum = 0;
                for item in 0..ITEMS {
                    tx.send(item).unwrap();
                }
                let tx = tx.to_async();
                let mut joined = tx.join();
                assert!(is_pending(&mut joined), "there is work");
                let work = async {
                    for _ in 0..ITEMS {
                        let task = rx.recv_task().await.unwrap();
                        yield_now().await;
                        sum += *task;
                    }
                };
                join(work, joined).await;
                assert_eq!(sum, (0..ITEMS).sum());
                assert_eq!(unfinished(tx.stats()), 0);
            }
        }
    });
}

fn sync_join_async_done<O: Order>() {
    Executor::each(|_| {
        let (tx, rx) = O::unbounded();
        let rx = rx.into_async();
        async move {
            for _ in 0..ROUNDS {
                let tx = tx.clone();
                let thread = thread::spawn(move || {
                    (0..ITEMS).for_each(|item| tx.send(item).unwrap());
                    tx.join();
                });
                let mut received = vec![];
                for _ in 0..ITEMS {
                    let task = rx.recv_task().await.unwrap();
                    assert!(!thread.is_finished(), "this one is not done yet");
                    received.push(*task);
                    task.done();
                }
                thread.join().unwrap();
                received.sort_unstable();
                assert!(received.into_iter().eq(0..ITEMS));
                assert!(rx.is_empty());
            }
        }
    });
}

fn async_join_sync_done<O: Order>() {
    Executor::each(|_| {
        let (tx, rx) = O::unbounded();
        let tx = tx.into_async();
        async move {
            for _ in 0..ROUNDS {
                for item in 0..ITEMS {
                    tx.send(item).await.unwrap();
                }
                let mut joined = tx.join();
                assert!(is_pending(&mut joined));
                let rx = rx.clone();
                let thread = thread::spawn(move || (0..ITEMS).map(|_| *rx.recv_task().unwrap()).sum::<u32>());
                joined.await;
                assert_eq!(unfinished(tx.stats()), 0);
                assert_eq!(thread.join().unwrap(), (0..ITEMS).sum());
            }
        }
    });
}

/// A runtime goes away with a task that waits for an item: sending goes on as if it had never been.
fn closed_loop_non_failing<O: Order>() {
    let (tx, rx) = O::unbounded();
    for item in 0..3 {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
        let async_rx = rx.to_async();
        drop(runtime.spawn(async move { async_rx.recv().await }));
        wait_until(|| tx.stats().waiting_receivers == 1);
        drop(runtime);
        assert_eq!(tx.stats().waiting_receivers, 0);
        tx.send(item).unwrap();
        assert_eq!(rx.recv(), Ok(item));
    }
    assert_eq!(rx.receiver_count(), 1);
}

/// The future outlives the runtime whose waker it left in the queue.
fn waker_of_a_dropped_runtime<O: Order>() {
    let (tx, rx) = O::bounded(1);
    let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
    let runtime = || tokio::runtime::Builder::new_current_thread().build().unwrap();

    let mut get = async_rx.recv();
    runtime().block_on(poll_fn(|context| {
        assert!(std::pin::Pin::new(&mut get).poll(context).is_pending());
        Poll::Ready(())
    }));
    assert_eq!(tx.stats().waiting_receivers, 1);
    tx.send(1).unwrap();
    assert_eq!(must_be_ready(&mut get), Ok(1));

    tx.send(2).unwrap();
    let mut put = async_tx.send(3);
    runtime().block_on(poll_fn(|context| {
        assert!(std::pin::Pin::new(&mut put).poll(context).is_pending());
        Poll::Ready(())
    }));
    assert_eq!(tx.stats().waiting_senders, 1);
    assert_eq!(rx.recv(), Ok(2));
    assert_eq!(must_be_ready(&mut put), Ok(()));
    assert_eq!(rx.recv(), Ok(3));
}

/// Theirs belongs to one loop; this one to nobody.
fn made_outside_and_used_from_two_runtimes<O: Order>() {
    const EACH: u32 = 200;
    for capacity in [0, 1, 16] {
        let (tx, rx) = O::bounded(capacity);
        let spawn = |executor: Executor, first: u32| {
            let (tx, rx) = (tx.to_async(), rx.to_async());
            thread::spawn(move || {
                executor.run(async move {
                    let sending = async move {
                        for item in first..first + EACH {
                            tx.send(item).await.unwrap();
                        }
                    };
                    let receiving = async move {
                        let mut received = vec![];
                        while let Ok(item) = rx.recv().await {
                            received.push(item);
                        }
                        received
                    };
                    join(sending, receiving).await.1
                })
            })
        };
        let runs = [
            spawn(Executor::TokioMultiThread, 0),
            spawn(Executor::TokioCurrentThread, EACH),
            spawn(Executor::Smol, 2 * EACH),
        ];
        let thread = {
            let rx = rx.clone();
            thread::spawn(move || rx.into_iter().collect::<Vec<_>>())
        };
        for item in 3 * EACH..4 * EACH {
            tx.send(item).unwrap();
        }
        drop((tx, rx));
        let mut received = thread.join().unwrap();
        for run in runs {
            received.extend(run.join().unwrap());
        }
        received.sort_unstable();
        assert!(received.into_iter().eq(0..4 * EACH), "capacity {capacity}");
    }
}

/// A queue made and half used outside any runtime goes on inside one.
#[test]
fn ctor_noloop() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::unbounded();
    let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
    // Both tries and ready futures without anybody's context.
    async_tx.try_send(1).unwrap();
    assert_eq!(async_rx.try_recv(), Ok(1));
    must_be_ready(&mut async_tx.send(2)).unwrap();
    for executor in Executor::ALL {
        let (tx, rx) = (async_tx.clone(), async_rx.clone());
        executor.run(async move {
            assert_eq!(rx.recv().await, Ok(2));
            tx.send(2).await.unwrap();
        });
    }
    assert_eq!(block_on(async_rx.recv()), Ok(2));
    assert!(contents(&rx).is_empty());
}
