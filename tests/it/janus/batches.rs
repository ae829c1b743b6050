//! The programs that janus measures, run for what must hold in them.

use std::thread;

use futures_util::future::join;

use super::orders::{Order, in_every_order, unfinished};
use crate::support::{Executor, yield_now};

in_every_order!(
    bench_sync_put_async_get,
    bench_sync_put_async_join,
    bench_async_put_sync_get,
    bench_sync_join_async_done,
);

const BATCHES: u32 = 100;
const ITEMS: u32 = 5;

fn is_a_batch(mut items: Vec<u32>) -> bool {
    items.sort_unstable();
    items.into_iter().eq(0..ITEMS)
}

/// A thread for each batch of five, and a task that receives it.
fn bench_sync_put_async_get<O: Order>() {
    Executor::each(|_| {
        let (tx, rx) = O::unbounded();
        let rx = rx.into_async();
        async move {
            for _ in 0..BATCHES {
                let tx = tx.clone();
                let thread = thread::spawn(move || (0..ITEMS).for_each(|item| tx.send(item).unwrap()));
                let mut batch = vec![];
                for _ in 0..ITEMS {
                    batch.push(rx.recv().await.unwrap());
                }
                assert!(is_a_batch(batch));
                thread.join().unwrap();
                assert!(rx.is_empty());
            }
            assert_eq!(rx.stats().received, u64::from(BATCHES * ITEMS));
        }
    });
}

fn bench_sync_put_async_join<O: Order>() {
    Executor::each(|_| {
        let (tx, rx) = O::unbounded();
        let (async_tx, rx) = (tx.to_async(), rx.into_async());
        async move {
            for _ in 0..BATCHES {
                (0..ITEMS).for_each(|item| tx.send(item).unwrap());
                let work = async {
                    let mut batch = vec![];
                    while let Ok(task) = rx.try_recv_task() {
                        yield_now().await;
                        batch.push(*task);
                    }
                    batch
                };
                let joining = async {
                    async_tx.join().await;
                    assert_eq!(unfinished(async_tx.stats()), 0);
                };
                assert!(is_a_batch(join(joining, work).await.1));
            }
        }
    });
}

fn bench_async_put_sync_get<O: Order>() {
    Executor::each(|_| {
        let (tx, rx) = O::unbounded();
        let tx = tx.into_async();
        async move {
            for _ in 0..BATCHES {
                let rx = rx.clone();
                let thread = thread::spawn(move || (0..ITEMS).map(|_| rx.recv().unwrap()).collect());
                for item in 0..ITEMS {
                    tx.send(item).await.unwrap();
                }
                assert!(is_a_batch(thread.join().unwrap()));
                assert!(tx.is_empty());
            }
        }
    });
}

fn bench_sync_join_async_done<O: Order>() {
    Executor::each(|_| {
        let (tx, rx) = O::unbounded();
        let rx = rx.into_async();
        async move {
            for _ in 0..BATCHES {
                let tx = tx.clone();
                let thread = thread::spawn(move || {
                    (0..ITEMS).for_each(|item| tx.send(item).unwrap());
                    tx.join();
                });
                let mut batch = vec![];
                for _ in 0..ITEMS {
                    let task = rx.recv_task().await.unwrap();
                    assert!(!thread.is_finished());
                    batch.push(task.into_inner());
                }
                assert!(is_a_batch(batch));
                thread.join().unwrap();
                assert!(rx.is_empty());
            }
        }
    });
}
