//! An immediate shutdown under threads that wait, each shown to wait before it happens.

use std::thread;

use bifrons::{RecvError, SendError, TryRecvError};

use super::orders::{Order, in_every_order, unfinished};
use crate::support::{block_on, spawn_until_asleep, wait_until};

in_every_order!(
    shutdown_immediate_get,
    shutdown_immediate_get_beside_parked_getters,
    shutdown_immediate_put,
    shutdown_immediate_join,
    shutdown_immediate_put_join,
);

/// Two items were left, and threads that come later get none of them.
fn shutdown_immediate_get<O: Order>() {
    let (tx, rx) = O::bounded(2);
    tx.send(1).unwrap();
    tx.send(2).unwrap();
    assert!(tx.shutdown().eq(O::leaving([1, 2])));
    thread::scope(|scope| {
        let threads = [scope.spawn(|| rx.recv()), scope.spawn(|| block_on(rx.to_async().recv()))];
        assert_eq!(threads.map(|thread| thread.join().unwrap()), [Err(RecvError), Err(RecvError)]);
    });
}

/// Items for those who wait, and the shutdown right behind: received or handed back, never both.
fn shutdown_immediate_get_beside_parked_getters<O: Order>() {
    for _ in 0..20 {
        let (tx, rx) = O::bounded(2);
        let mut found = thread::scope(|scope| {
            let threads = [
                scope.spawn(|| rx.recv()),
                scope.spawn(|| block_on(rx.to_async().recv())),
                scope.spawn(|| rx.recv_task().map(|task| *task)),
            ];
            wait_until(|| tx.stats().waiting_receivers == 3);
            tx.send(1).unwrap();
            tx.send(2).unwrap();
            let mut found: Vec<_> = tx.shutdown().collect();
            found.extend(threads.into_iter().filter_map(|thread| thread.join().unwrap().ok()));
            found
        });
        found.sort_unstable();
        assert_eq!(found, [1, 2]);
    }
}

/// Theirs never runs: both of its cases shut down gracefully.
fn shutdown_immediate_put<O: Order>() {
    let (tx, rx) = O::bounded(2);
    tx.send(1).unwrap();
    tx.send(2).unwrap();
    thread::scope(|scope| {
        let threads = [scope.spawn(|| tx.send(3)), scope.spawn(|| block_on(tx.to_async().send(4)))];
        wait_until(|| tx.stats().waiting_senders == 2);
        let left = rx.shutdown();
        assert_eq!(threads.map(|thread| thread.join().unwrap()), [Err(SendError(3)), Err(SendError(4))]);
        assert!(left.eq(O::leaving([1, 2])));
    });
    assert_eq!((rx.len(), tx.stats().waiting_senders), (0, 0));
}

fn shutdown_immediate_join<O: Order>() {
    let (tx, rx) = O::unbounded();
    tx.send(1).unwrap();
    let blocking = tx.clone();
    let awaiting = tx.to_async();
    let joiners = [spawn_until_asleep(move || blocking.join()), spawn_until_asleep(move || block_on(awaiting.join()))];
    assert!(joiners.iter().all(|joiner| !joiner.is_finished()));
    assert!(rx.shutdown().eq([1]));
    for joiner in joiners {
        joiner.join().unwrap();
    }
}

fn shutdown_immediate_put_join<O: Order>() {
    let (tx, rx) = O::bounded(1);
    tx.send(1).unwrap();
    let (joining, putting) = (tx.clone(), tx.clone());
    let joiner = spawn_until_asleep(move || joining.join());
    let putter = thread::spawn(move || putting.send(2));
    wait_until(|| tx.stats().waiting_senders == 1);
    assert_eq!(unfinished(tx.stats()), 1);
    assert!(!joiner.is_finished());
    assert!(tx.shutdown().eq([1]));
    assert_eq!(rx.try_recv(), Err(TryRecvError::Closed));
    assert_eq!(putter.join().unwrap(), Err(SendError(2)));
    joiner.join().unwrap();
}
