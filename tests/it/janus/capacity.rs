//! A capacity that changes while the queue is in use.

use std::task::Waker;
use std::thread;
use std::time::Duration;

use bifrons::{CapacityError, SendTimeoutError, TrySendError};

use super::orders::{Order, contents, in_every_order};
use crate::support::{BAD_DAY, block_on, counting_waker, must_be_pending, must_be_ready, wait_until};

const LONG: Duration = Duration::from_secs(3_600);

in_every_order!(
    growing_and_shrinking,
    shrinking_queue,
    growing_calls_as_many_as_fit,
    growing_an_overfull_queue,
    refused_capacities,
    threads_wait_for_growth,
);

fn growing_and_shrinking<O: Order>() {
    let (tx, rx) = O::bounded(1);
    let async_tx = tx.to_async();
    tx.send(1).unwrap();
    let mut second = async_tx.send(2);
    must_be_pending(&mut second, Waker::noop());
    assert_eq!(tx.stats().waiting_senders, 1);
    tx.set_capacity(2).unwrap();
    assert_eq!(must_be_ready(&mut second), Ok(()));
    assert_eq!((tx.stats().waiting_senders, tx.len(), tx.capacity()), (0, 2, Some(2)));

    rx.set_capacity(1).unwrap();
    assert_eq!((rx.len(), rx.capacity(), rx.is_full()), (2, Some(1), true));
    let (count, waker) = counting_waker();
    let mut third = async_tx.send(3);
    must_be_pending(&mut third, &waker);
    let first = rx.recv().unwrap();
    assert_eq!(first, O::leaving([1, 2])[0]);
    assert_eq!(rx.len(), 1);
    must_be_pending(&mut third, &waker);
    assert_eq!((tx.stats().waiting_senders, count.wakes()), (1, 0), "one of one is full");

    // As good as without bound: that is decided when a queue is made.
    rx.to_async().set_capacity(usize::MAX).unwrap();
    assert_eq!(count.wakes(), 1);
    assert_eq!(must_be_ready(&mut third), Ok(()));
    for item in 4..100 {
        tx.try_send(item).unwrap();
    }
    assert!(!tx.is_full());
    assert!(contents(&rx).into_iter().eq((1..100).filter(|&item| item != first)));
}

fn shrinking_queue<O: Order>() {
    let (tx, rx) = O::bounded(3);
    for item in [1, 2, 3] {
        tx.send(item).unwrap();
    }
    assert_eq!(tx.try_send(4), Err(TrySendError::Full(4)));
    assert_eq!(rx.len(), 3);
    tx.set_capacity(2).unwrap();
    assert_eq!((rx.len(), tx.capacity()), (3, Some(2)));
    // Still full with three, full with two, and only below two is there room.
    let mut left = O::leaving([1, 2, 3]).into_iter();
    for remaining in [2, 1] {
        assert!(tx.is_full());
        assert_eq!(tx.try_send(4), Err(TrySendError::Full(4)));
        assert_eq!(block_on(rx.to_async().recv()).ok(), left.next());
        assert_eq!(rx.len(), remaining);
    }
    assert!(!tx.is_full());
    tx.try_send(4).unwrap();
    assert_eq!(tx.try_send(5), Err(TrySendError::Full(5)));
    assert_eq!(rx.drain().collect::<Vec<_>>(), O::leaving([left.next().unwrap(), 4]));
}

fn growing_calls_as_many_as_fit<O: Order>() {
    if BAD_DAY {
        // Who finds the other door shut calls as many as fit, without those who are on their way.
        return;
    }
    let (tx, rx) = O::bounded(1);
    let tx = tx.into_async();
    tx.try_send(0).unwrap();
    let (counts, wakers): (Vec<_>, Vec<_>) = (0..5).map(|_| counting_waker()).unzip();
    let mut puts: Vec<_> = (1..6).map(|item| tx.send(item)).collect();
    for (put, waker) in puts.iter_mut().zip(&wakers) {
        must_be_pending(put, waker);
    }
    let calls = || counts.iter().map(|count| count.wakes()).collect::<Vec<_>>();
    rx.set_capacity(3).unwrap();
    assert_eq!(calls(), [1, 1, 0, 0, 0]);
    rx.set_capacity(4).unwrap();
    assert_eq!(calls(), [1, 1, 1, 0, 0]);
    rx.set_capacity(2).unwrap();
    assert_eq!(calls(), [1, 1, 1, 0, 0]);
    rx.set_capacity(100).unwrap();
    assert_eq!(calls(), [1; 5], "each is called once");
    for put in &mut puts {
        assert_eq!(must_be_ready(put), Ok(()));
    }
    assert_eq!(contents(&rx), [0, 1, 2, 3, 4, 5]);
}

/// Growth that leaves the queue above its capacity is room for nobody.
fn growing_an_overfull_queue<O: Order>() {
    let (tx, rx) = O::bounded(5);
    for item in 0..5 {
        tx.send(item).unwrap();
    }
    tx.set_capacity(1).unwrap();
    let async_tx = tx.to_async();
    let (count, waker) = counting_waker();
    let mut put = async_tx.send(5);
    must_be_pending(&mut put, &waker);
    for capacity in 2..=5 {
        tx.set_capacity(capacity).unwrap();
        must_be_pending(&mut put, &waker);
    }
    assert_eq!((count.wakes(), tx.stats().waiting_senders), (0, 1));
    tx.set_capacity(6).unwrap();
    assert_eq!(count.wakes(), 1);
    assert_eq!(must_be_ready(&mut put), Ok(()));
    assert_eq!(contents(&rx), [0, 1, 2, 3, 4, 5]);
}

fn refused_capacities<O: Order>() {
    let (tx, rx) = O::unbounded::<u32>();
    assert_eq!(tx.set_capacity(5), Err(CapacityError::Unbounded));
    assert_eq!(rx.capacity(), None);
    let (tx, rx) = O::bounded::<u32>(0);
    assert_eq!(rx.set_capacity(5), Err(CapacityError::Rendezvous));
    assert_eq!(tx.capacity(), Some(0));
    let (tx, rx) = O::bounded::<u32>(5);
    assert_eq!(tx.to_async().set_capacity(0), Err(CapacityError::Zero));
    assert_eq!(rx.capacity(), Some(5));
}

/// The waiting ones are threads, one of them with a timeout.
fn threads_wait_for_growth<O: Order>() {
    let (tx, rx) = O::bounded(1);
    tx.send(0).unwrap();
    thread::scope(|scope| {
        let threads = [
            scope.spawn(|| tx.send(1).map_err(SendTimeoutError::from)),
            scope.spawn(|| tx.send_timeout(2, LONG)),
            scope.spawn(|| block_on(tx.to_async().send(3)).map_err(SendTimeoutError::from)),
        ];
        wait_until(|| tx.stats().waiting_senders == 3);
        rx.set_capacity(4).unwrap();
        assert_eq!(threads.map(|thread| thread.join().unwrap()), [Ok(()); 3]);
    });
    assert_eq!(contents(&rx), [0, 1, 2, 3]);
}
