//! An immediate shutdown: what was left comes back at once, in order.

use std::task::Waker;
use std::time::Duration;

use bifrons::{Receiver, RecvError, SendError, Sender};

use super::closing::{assert_gets_refused, assert_puts_refused};
use super::orders::{Order, in_every_order, unfinished};
use crate::support::{Executor, block_on, counting_waker, must_be_pending, must_be_ready, spawn_until_asleep};

in_every_order!(
    shutdown_immediate,
    shutdown_immediate_with_a_parked_joiner,
    shutdown_immediate_with_unfinished,
    shutdown_immediate_with_undone_tasks,
    immediate_shutdown,
    shutdown_immediate_all_methods_in_one_thread,
    shutdown_immediate_gives_waiting_items_to_their_senders,
    closed,
    double_closing,
    wait_without_closing,
    async_join_after_closing,
    sync_join_after_closing,
    close_after_async_join,
    close_after_sync_join,
    wait_closed_with_pending_tasks,
);

type Handles<'a> = (&'a Sender<u32>, &'a Receiver<u32>);

/// By either half, on either face.
const SHUTDOWNS: [fn(Handles<'_>) -> Vec<u32>; 4] = [
    |(tx, _)| tx.shutdown().collect(),
    |(_, rx)| rx.shutdown().collect(),
    |(tx, _)| tx.to_async().shutdown().collect(),
    |(_, rx)| rx.to_async().shutdown().collect(),
];

fn shutdown_immediate<O: Order>() {
    for shutdown in SHUTDOWNS {
        for (tx, rx) in [O::unbounded(), O::bounded(3)] {
            for item in [1, 3, 2] {
                tx.send(item).unwrap();
            }
            assert_eq!(shutdown((&tx, &rx)), O::leaving([1, 3, 2]));
            assert!(rx.is_empty() && rx.is_closed());
            assert_puts_refused(&tx);
            assert_gets_refused(&rx);
            tx.join();
        }
    }
}

fn shutdown_immediate_with_a_parked_joiner<O: Order>() {
    let (tx, rx) = O::unbounded();
    tx.send(1).unwrap();
    let async_tx = tx.to_async();
    let (count, waker) = counting_waker();
    let mut join = async_tx.join();
    must_be_pending(&mut join, &waker);
    let joining = tx.clone();
    let thread = spawn_until_asleep(move || joining.join());
    let left = rx.shutdown();
    assert_eq!(count.wakes(), 1, "although the drain still holds the item");
    must_be_ready(&mut join);
    thread.join().unwrap();
    assert!(left.eq([1]));
    assert_puts_refused(&tx);
    assert_gets_refused(&rx);
    assert_eq!(unfinished(tx.stats()), 0);
}

/// One item in a worker's hand, one in the queue: the joiner waits for the hand.
fn shutdown_immediate_with_unfinished<O: Order>() {
    let (tx, rx) = O::unbounded();
    tx.send(1).unwrap();
    tx.send(2).unwrap();
    let async_tx = tx.to_async();
    let (count, waker) = counting_waker();
    let mut join = async_tx.join();
    must_be_pending(&mut join, &waker);
    let task = rx.recv_task().unwrap();
    assert_eq!(unfinished(tx.stats()), 2);

    assert!(tx.shutdown().eq([3 - *task]));
    assert_eq!((rx.len(), unfinished(tx.stats()), count.wakes()), (0, 1, 0));
    must_be_pending(&mut join, &waker);
    assert!(tx.join_timeout(Duration::ZERO).is_err());
    assert_puts_refused(&tx);
    assert_gets_refused(&rx);

    task.done();
    assert_eq!((unfinished(tx.stats()), count.wakes()), (0, 1));
    must_be_ready(&mut join);
    tx.join();
}

/// Theirs acknowledges an item before it takes it; here several are in hand when the rest goes.
fn shutdown_immediate_with_undone_tasks<O: Order>() {
    Executor::each(|_| {
        let (tx, rx) = O::unbounded();
        async move {
            let (tx, rx) = (tx.into_async(), rx.into_async());
            for item in 0..5 {
                tx.send(item).await.unwrap();
            }
            let first = rx.recv_task().await.unwrap();
            let second = rx.recv_task().await.unwrap();
            assert!(rx.shutdown().eq(O::leaving(0..5).into_iter().skip(2)));
            assert_eq!(unfinished(tx.stats()), 2);
            second.done();
            assert_eq!(unfinished(tx.stats()), 1);
            assert_eq!(rx.shutdown().count(), 0);
            assert_eq!(unfinished(tx.stats()), 1);
            first.done();
            assert_eq!(unfinished(tx.stats()), 0);
            tx.join().await;
        }
    });
}

fn immediate_shutdown<O: Order>() {
    for shutdown in SHUTDOWNS {
        let (tx, rx) = O::unbounded();
        tx.send(1).unwrap();
        rx.recv_task().unwrap().done();
        tx.send(2).unwrap();
        assert_eq!(shutdown((&tx, &rx)), [2]);
        for repeat in SHUTDOWNS {
            assert_eq!((rx.len(), unfinished(rx.stats()), rx.is_closed()), (0, 0, true));
            assert_eq!(repeat((&tx, &rx)), [] as [u32; 0]);
        }
    }
}

fn shutdown_immediate_all_methods_in_one_thread<O: Order>() {
    let (tx, rx) = O::bounded(2);
    tx.send(1).unwrap();
    tx.try_send(2).unwrap();
    let left = tx.shutdown();
    assert_puts_refused(&tx);
    assert_gets_refused(&rx);
    tx.join();
    assert!(left.eq(O::leaving([1, 2])));
    assert_eq!(unfinished(tx.stats()), 0);
}

/// Those are not left in the queue: they never were in it.
fn shutdown_immediate_gives_waiting_items_to_their_senders<O: Order>() {
    for capacity in [0, 1, 3] {
        let (tx, rx) = O::bounded(capacity);
        let inside = 0..u32::try_from(capacity).unwrap();
        for item in inside.clone() {
            tx.send(item).unwrap();
        }
        let async_tx = tx.to_async();
        let mut put = async_tx.send(100);
        must_be_pending(&mut put, Waker::noop());
        assert_eq!(rx.shutdown().collect::<Vec<_>>(), O::leaving(inside));
        assert_eq!(must_be_ready(&mut put), Err(SendError(100)));
        assert_eq!((tx.stats().waiting_senders, unfinished(tx.stats())), (0, 0));
    }
}

fn closed<O: Order>() {
    for shutdown in SHUTDOWNS {
        let (tx, rx) = O::unbounded();
        let all = || [tx.is_closed(), rx.is_closed(), tx.to_async().is_closed(), rx.to_async().is_closed()];
        assert_eq!(all(), [false; 4]);
        shutdown((&tx, &rx));
        // For good: what follows changes it no more.
        assert_eq!(all(), [true; 4]);
        assert_gets_refused(&rx);
        assert_eq!(all(), [true; 4]);
    }
}

fn double_closing<O: Order>() {
    for first in SHUTDOWNS {
        for second in SHUTDOWNS {
            let (tx, rx) = O::bounded(1);
            first((&tx, &rx));
            assert!(!tx.close());
            second((&tx, &rx));
            assert!(!rx.close() && rx.is_closed());
            block_on(rx.to_async().closed());
            tx.closed();
        }
    }
}

/// Theirs refuses to wait for a close that nobody began; waiting for it is what ours is for.
fn wait_without_closing<O: Order>() {
    let (tx, rx) = O::unbounded::<u32>();
    let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
    let mut watchers = [async_tx.closed(), async_rx.closed()];
    let (count, waker) = counting_waker();
    for watcher in &mut watchers {
        must_be_pending(watcher, &waker);
    }
    let watching = rx.clone();
    let thread = spawn_until_asleep(move || watching.closed());
    assert!(!thread.is_finished());
    drop(tx.shutdown());
    assert_eq!(count.wakes(), 2);
    for watcher in &mut watchers {
        must_be_ready(watcher);
    }
    thread.join().unwrap();
}

/// An item went away with the shutdown; whoever joins after it does not miss it.
fn async_join_after_closing<O: Order>() {
    Executor::each(|_| {
        let (tx, rx) = O::unbounded();
        async move {
            tx.send(1).unwrap();
            drop(rx.shutdown());
            tx.into_async().join().await;
        }
    });
}

fn sync_join_after_closing<O: Order>() {
    let (tx, rx) = O::unbounded();
    tx.send(1).unwrap();
    drop(rx.shutdown());
    tx.join();
    assert_eq!(tx.join_timeout(Duration::ZERO), Ok(()));
}

fn close_after_async_join<O: Order>() {
    for shutdown in SHUTDOWNS {
        let (tx, rx) = O::unbounded();
        tx.send(1).unwrap();
        let async_tx = tx.to_async();
        let (count, waker) = counting_waker();
        let mut join = async_tx.join();
        must_be_pending(&mut join, &waker);
        assert_eq!(shutdown((&tx, &rx)), [1]);
        assert_eq!(count.wakes(), 1);
        must_be_ready(&mut join);
    }
}

fn close_after_sync_join<O: Order>() {
    let (tx, rx) = O::unbounded();
    tx.send(1).unwrap();
    let joining = tx.clone();
    let joiner = spawn_until_asleep(move || joining.join());
    assert!(!joiner.is_finished());
    drop(rx.shutdown());
    joiner.join().unwrap();
}

fn wait_closed_with_pending_tasks<O: Order>() {
    let (tx, rx) = O::unbounded::<u32>();
    let async_rx = rx.to_async();
    let mut get = async_rx.recv();
    let mut closed = async_rx.closed();
    must_be_pending(&mut get, Waker::noop());
    must_be_pending(&mut closed, Waker::noop());
    drop(tx.to_async().shutdown());
    must_be_ready(&mut closed);
    assert_eq!(must_be_ready(&mut get), Err(RecvError));
    assert_eq!((tx.stats().waiting_receivers, rx.is_closed()), (0, true));
}
