//! A graceful shutdown under threads that wait, each shown to wait before it happens.

use std::thread;

use bifrons::{RecvError, SendError};

use super::orders::{Order, contents, in_every_order, unfinished};
use crate::support::{block_on, spawn_until_asleep, wait_until};

in_every_order!(
    shutdown_get,
    shutdown_get_beside_parked_getters,
    shutdown_put,
    shutdown_join,
    shutdown_put_join,
    shutdown_get_task_done_join,
    shutdown_pending_get,
);

/// Two items were left for three threads that come later.
fn shutdown_get<O: Order>() {
    let (tx, rx) = O::bounded(2);
    tx.send(1).unwrap();
    tx.send(2).unwrap();
    tx.close();
    let mut results = thread::scope(|scope| {
        let threads = [
            scope.spawn(|| rx.recv()),
            scope.spawn(|| block_on(rx.to_async().recv())),
            scope.spawn(|| rx.recv_task().map(|task| *task)),
        ];
        threads.map(|thread| thread.join().unwrap().ok())
    });
    results.sort_unstable();
    assert_eq!(results, [None, Some(1), Some(2)]);
}

/// Three wait, two items come, and the close comes right behind them.
fn shutdown_get_beside_parked_getters<O: Order>() {
    for _ in 0..20 {
        let (tx, rx) = O::bounded(2);
        let mut results = thread::scope(|scope| {
            let threads = [
                scope.spawn(|| rx.recv()),
                scope.spawn(|| block_on(rx.to_async().recv())),
                scope.spawn(|| rx.recv_task().map(|task| *task)),
            ];
            wait_until(|| tx.stats().waiting_receivers == 3);
            tx.send(1).unwrap();
            tx.send(2).unwrap();
            tx.close();
            threads.map(|thread| thread.join().unwrap().ok())
        });
        results.sort_unstable();
        assert_eq!(results, [None, Some(1), Some(2)]);
    }
}

fn shutdown_put<O: Order>() {
    let (tx, rx) = O::bounded(2);
    tx.send(1).unwrap();
    tx.send(2).unwrap();
    thread::scope(|scope| {
        let threads = [scope.spawn(|| tx.send(3)), scope.spawn(|| block_on(tx.to_async().send(4)))];
        wait_until(|| tx.stats().waiting_senders == 2);
        rx.close();
        assert_eq!(threads.map(|thread| thread.join().unwrap()), [Err(SendError(3)), Err(SendError(4))]);
    });
    assert_eq!(contents(&rx), [1, 2]);
}

/// Two that join sleep over the close and wake when the last item is done.
fn shutdown_join<O: Order>() {
    let (tx, rx) = O::unbounded();
    tx.send(1).unwrap();
    let blocking = tx.clone();
    let awaiting = tx.to_async();
    let joiners = [spawn_until_asleep(move || blocking.join()), spawn_until_asleep(move || block_on(awaiting.join()))];
    tx.close();
    let task = rx.recv_task().unwrap();
    assert!(joiners.iter().all(|joiner| !joiner.is_finished()), "the item is not done");
    task.done();
    for joiner in joiners {
        joiner.join().unwrap();
    }
}

fn shutdown_put_join<O: Order>() {
    let (tx, rx) = O::bounded(1);
    tx.send(1).unwrap();
    let (joining, putting) = (tx.clone(), tx.clone());
    let joiner = spawn_until_asleep(move || joining.join());
    let putter = thread::spawn(move || putting.send(2));
    wait_until(|| tx.stats().waiting_senders == 1);
    assert_eq!(unfinished(tx.stats()), 1);
    tx.close();
    assert_eq!(putter.join().unwrap(), Err(SendError(2)));
    let task = rx.recv_task().unwrap();
    assert_eq!(*task, 1);
    assert!(!joiner.is_finished());
    task.done();
    joiner.join().unwrap();
}

/// Getters that do their work and those who wait for it, around a close.
fn shutdown_get_task_done_join<O: Order>() {
    for _ in 0..20 {
        let (tx, rx) = O::bounded::<u32>(2);
        thread::scope(|scope| {
            let getters = [
                scope.spawn(|| rx.recv_task().map(|task| task.into_inner())),
                scope.spawn(|| block_on(rx.to_async().recv_task()).map(|task| task.into_inner())),
            ];
            wait_until(|| tx.stats().waiting_receivers == 2);
            tx.send(1).unwrap();
            tx.send(2).unwrap();
            let joiners = [scope.spawn(|| tx.join()), scope.spawn(|| block_on(tx.to_async().join()))];
            tx.close();
            let mut received = getters.map(|getter| getter.join().unwrap());
            received.sort_unstable_by_key(|result| result.ok());
            assert_eq!(received, [Ok(1), Ok(2)]);
            for joiner in joiners {
                joiner.join().unwrap();
            }
        });
        assert_eq!(unfinished(tx.stats()), 0);
    }
}

fn shutdown_pending_get<O: Order>() {
    let (tx, rx) = O::unbounded::<u32>();
    thread::scope(|scope| {
        let get = scope.spawn(|| rx.recv());
        wait_until(|| tx.stats().waiting_receivers == 1);
        tx.close();
        assert_eq!(get.join().unwrap(), Err(RecvError));
    });
}
