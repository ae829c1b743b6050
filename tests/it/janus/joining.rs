//! Waiting for work to be done.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use bifrons::{Receiver, Sender};
use futures_util::future::{join, join_all};

use super::orders::{Order, in_every_order, unfinished};
use crate::support::{Executor, block_on, counting_waker, must_be_pending, must_be_ready, yield_now};

in_every_order!(
    task_done_counts_once,
    task_done,
    task_done_by_spawned_workers,
    join_empty_queue,
    queue_join,
    join_sees_what_was_done,
);

/// In place of their underflow: a `Task` is the right to be done once, however it ends.
fn task_done_counts_once<O: Order>() {
    let (tx, rx) = O::unbounded();
    let async_rx = rx.to_async();
    let async_tx = tx.to_async();
    for item in 0..5 {
        tx.send(item).unwrap();
    }
    let taken = [
        rx.recv_task().unwrap(),
        rx.try_recv_task().unwrap(),
        block_on(async_rx.recv_task()).unwrap(),
        async_rx.try_recv_task().unwrap(),
        rx.recv_task_timeout(std::time::Duration::ZERO).unwrap(),
    ];
    assert_eq!(taken.iter().map(|task| **task).collect::<Vec<_>>(), O::leaving(0..5));
    let (count, waker) = counting_waker();
    let mut joined = async_tx.join();
    must_be_pending(&mut joined, &waker);
    let [first, second, third, fourth, mut fifth] = taken;
    let left = |tasks| {
        assert_eq!((tx.stats().tasks, tx.stats().len, unfinished(rx.stats())), (tasks, 0, tasks));
    };
    left(5);
    first.done();
    left(4);
    let own = *second;
    assert_eq!(second.into_inner(), own);
    left(3);
    drop(third);
    left(2);
    catch_unwind(AssertUnwindSafe(move || {
        let _held = fourth;
        panic!("with a task in hand");
    }))
    .unwrap_err();
    left(1);
    assert_eq!(count.wakes(), 0);
    *fifth += 100;
    assert!(*fifth >= 100);
    drop(fifth);
    left(0);
    assert_eq!(count.wakes(), 1);
    must_be_ready(&mut joined);
    tx.join();
    assert_eq!((tx.stats().sent, tx.stats().received), (5, 5));
}

/// A hundred items, two workers; the join is the moment when the sum is whole.
fn task_done<O: Order>() {
    Executor::each(|_| {
        let (tx, rx) = O::unbounded();
        for item in 0..100_u64 {
            tx.send(item).unwrap();
        }
        let (tx, rx) = (tx.into_async(), rx.into_async());
        async move {
            let sum = AtomicU64::new(0);
            let workers = join_all((0..2).map(|_| {
                let (rx, sum) = (rx.clone(), &sum);
                async move {
                    while let Ok(task) = rx.recv_task().await {
                        yield_now().await;
                        sum.fetch_add(*task, Ordering::Relaxed);
                    }
                }
            }));
            let joiner = async {
                tx.join().await;
                assert_eq!(sum.load(Ordering::Relaxed), (0..100).sum());
                tx.close();
            };
            join(workers, joiner).await;
        }
    });
}

/// The same with workers that run at once.
fn task_done_by_spawned_workers<O: Order>() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    runtime.block_on(async {
        let (tx, rx) = O::bounded(7);
        let (tx, rx) = (tx.into_async(), rx.into_async());
        let sum = Arc::new(AtomicU64::new(0));
        let workers: Vec<_> = (0..2)
            .map(|_| {
                let (rx, sum) = (rx.clone(), Arc::clone(&sum));
                tokio::spawn(async move {
                    while let Ok(task) = rx.recv_task().await {
                        sum.fetch_add(*task, Ordering::Relaxed);
                        tokio::task::yield_now().await;
                    }
                })
            })
            .collect();
        for item in 0..100 {
            tx.send(item).await.unwrap();
        }
        tx.join().await;
        assert_eq!(sum.load(Ordering::Relaxed), (0..100).sum());
        drop(tx);
        for worker in workers {
            worker.await.unwrap();
        }
    });
}

fn join_empty_queue<O: Order>() {
    for (tx, rx) in [O::unbounded::<u32>(), O::bounded(3), O::bounded(0)] {
        for _ in 0..2 {
            tx.join();
            must_be_ready(&mut tx.to_async().join());
        }
        drop(rx);
        tx.join();
        block_on(tx.to_async().join());
    }
}

/// Two worker threads, a hundred items, and two items that end the workers; all of it twice.
fn queue_join<O: Order>() {
    fn work(rx: &Receiver<i64>) -> i64 {
        let mut sum = 0;
        loop {
            let task = rx.recv_task().unwrap();
            if *task < 0 {
                return sum;
            }
            sum += *task;
        }
    }

    fn round(tx: &Sender<i64>, rx: &Receiver<i64>) {
        thread::scope(|scope| {
            let workers = [scope.spawn(|| work(rx)), scope.spawn(|| work(rx))];
            for item in 0..100 {
                tx.send(item).unwrap();
            }
            tx.join();
            assert_eq!((rx.len(), unfinished(rx.stats())), (0, 0));
            for _ in &workers {
                tx.send(-1).unwrap();
            }
            tx.join();
            let sums = workers.map(|worker| worker.join().unwrap());
            assert_eq!(sums.iter().sum::<i64>(), (0..100).sum());
        });
    }

    let (tx, rx) = O::unbounded();
    round(&tx, &rx);
    round(&tx, &rx);
    assert_eq!(unfinished(tx.stats()), 0);
    tx.join();
}

/// What a worker wrote before its task was done, the joiner reads, though nothing else orders them.
fn join_sees_what_was_done<O: Order>() {
    const ITEMS: usize = 64;
    let (tx, rx) = O::bounded(8);
    thread::scope(|scope| {
        for worker in 0..3 {
            let rx = rx.clone();
            scope.spawn(move || {
                let done = |task: &Cell| task.0.store(task.0.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
                if worker == 0 {
                    while let Ok(task) = rx.recv_task() {
                        done(&task);
                    }
                } else {
                    let rx = rx.into_async();
                    block_on(async {
                        while let Ok(task) = rx.recv_task().await {
                            done(&task);
                        }
                    });
                }
            });
        }
        let cells: Vec<_> = (0..ITEMS).map(|_| Arc::new(AtomicU64::new(0))).collect();
        for round in 1..20 {
            for (number, cell) in cells.iter().enumerate() {
                tx.send(Cell(Arc::clone(cell), number)).unwrap();
            }
            if round % 2 == 0 {
                tx.join()
            } else {
                block_on(tx.to_async().join())
            }
            for cell in &cells {
                assert_eq!(cell.load(Ordering::Relaxed), round);
            }
        }
        drop(tx);
    });
}

/// A place to write to, ordered by its number.
#[derive(Debug)]
struct Cell(Arc<AtomicU64>, usize);

impl PartialEq for Cell {
    fn eq(&self, other: &Self) -> bool {
        self.1 == other.1
    }
}

impl Eq for Cell {}

impl PartialOrd for Cell {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Cell {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.1.cmp(&other.1)
    }
}
