//! What a queue says of itself.

use std::cmp::Reverse;
use std::task::Waker;
use std::thread;

use bifrons::{TryRecvError, TrySendError};

use super::orders::{Order, in_every_order, unfinished};
use crate::support::{block_on, must_be_pending, must_be_ready, watchdog};

in_every_order!(
    empty,
    full,
    order_on_both_faces,
    maxsize_parks_the_third_put,
    maxsize_as_given,
    getters,
    unfinished_tasks,
    nowait,
);

fn empty<O: Order>() {
    let (tx, rx) = O::unbounded();
    let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
    let all = |length| {
        let empty = length == 0;
        assert_eq!([tx.len(), rx.len(), async_tx.len(), async_rx.len()], [length; 4]);
        assert_eq!([tx.is_empty(), rx.is_empty(), async_tx.is_empty(), async_rx.is_empty()], [empty; 4]);
    };
    all(0);
    block_on(async_tx.send(1)).unwrap();
    all(1);
    assert_eq!(block_on(async_rx.recv()), Ok(1));
    all(0);
    tx.send(2).unwrap();
    all(1);
    assert_eq!(rx.recv(), Ok(2));
    all(0);
}

fn full<O: Order>() {
    let (tx, rx) = O::unbounded();
    for item in 0..1_000 {
        assert!(!tx.is_full() && !rx.is_full());
        tx.send(item).unwrap();
    }
    assert!(!tx.is_full());

    let (tx, rx) = O::bounded(1);
    assert!(!tx.is_full());
    block_on(tx.to_async().send(1)).unwrap();
    assert!(tx.is_full() && rx.is_full() && tx.to_async().is_full() && rx.to_async().is_full());
    assert_eq!(rx.recv(), Ok(1));
    assert!(!tx.is_full() && !rx.to_async().is_full());
}

#[test]
fn order() {
    let (tx, rx) = bifrons::unbounded();
    let (tx, rx) = (tx.into_async(), rx.into_async());
    [1, 3, 2].into_iter().for_each(|item| block_on(tx.send(item)).unwrap());
    assert_eq!([(); 3].map(|()| block_on(rx.recv()).unwrap()), [1, 3, 2]);
}

#[test]
fn lifo_order() {
    let (tx, rx) = bifrons::lifo::unbounded();
    let (tx, rx) = (tx.into_async(), rx.into_async());
    [1, 3, 2].into_iter().for_each(|item| block_on(tx.send(item)).unwrap());
    assert_eq!([(); 3].map(|()| block_on(rx.recv()).unwrap()), [2, 3, 1]);
}

/// Least first as in Python is a matter of the item's own order.
#[test]
fn priority_order() {
    let (tx, rx) = bifrons::priority::unbounded();
    let (tx, rx) = (tx.into_async(), rx.into_async());
    [1, 3, 2].into_iter().for_each(|item| block_on(tx.send(Reverse(item))).unwrap());
    assert_eq!([(); 3].map(|()| block_on(rx.recv()).unwrap().0), [1, 2, 3]);

    let (tx, rx) = bifrons::priority::unbounded();
    [1, 3, 2].into_iter().for_each(|item| tx.send(item).unwrap());
    assert_eq!([(); 3].map(|()| rx.recv().unwrap()), [3, 2, 1]);
}

fn order_on_both_faces<O: Order>() {
    let (tx, rx) = O::unbounded();
    let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
    let numbers: Vec<u32> = (0..40).map(|n| (n * 17) % 40).collect();
    for &number in &numbers {
        if number % 2 == 0 { tx.send(number) } else { block_on(async_tx.send(number)) }.unwrap();
    }
    let received: Vec<u32> =
        (0..40).map(|n| if n % 3 == 0 { rx.recv() } else { block_on(async_rx.recv()) }.unwrap()).collect();
    assert_eq!(received, O::leaving(numbers));
}

fn maxsize_parks_the_third_put<O: Order>() {
    let (tx, rx) = O::bounded(2);
    let (tx, rx) = (tx.into_async(), rx.into_async());
    assert_eq!(tx.capacity(), Some(2));
    must_be_ready(&mut tx.send(0)).unwrap();
    must_be_ready(&mut tx.send(1)).unwrap();
    let mut third = tx.send(2);
    must_be_pending(&mut third, Waker::noop());
    assert_eq!((tx.len(), tx.stats().waiting_senders), (2, 1));

    let first = O::leaving([0, 1])[0];
    assert_eq!(rx.try_recv(), Ok(first));
    assert_eq!(must_be_ready(&mut third), Ok(()));
    let left: Vec<_> = (0..2).map(|_| must_be_ready(&mut rx.recv()).unwrap()).collect();
    assert_eq!(left, O::leaving([0, 1, 2].into_iter().filter(|&item| item != first)));
    assert!(rx.is_empty());
}

fn maxsize_as_given<O: Order>() {
    for capacity in [0, 1, 5, 7, 1_000, usize::MAX] {
        let (tx, rx) = O::bounded::<u32>(capacity);
        assert_eq!(tx.capacity(), Some(capacity));
        assert_eq!(rx.stats().capacity, Some(capacity));
    }
    let (tx, rx) = O::unbounded::<u32>();
    assert_eq!((tx.capacity(), rx.capacity(), tx.stats().capacity), (None, None, None));
}

/// Whatever one half or face says, the three others say too.
fn getters<O: Order>() {
    let (tx, rx) = O::bounded::<u32>(4);
    let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
    let all = || {
        [
            (tx.len(), tx.capacity(), tx.is_closed(), tx.stats()),
            (rx.len(), rx.capacity(), rx.is_closed(), rx.stats()),
            (async_tx.len(), async_tx.capacity(), async_tx.is_closed(), async_tx.stats()),
            (async_rx.len(), async_rx.capacity(), async_rx.is_closed(), async_rx.stats()),
        ]
    };
    let expect = |length, capacity, closed, tasks| {
        for (len, own_capacity, is_closed, stats) in all() {
            assert_eq!((len, own_capacity, is_closed), (length, Some(capacity), closed));
            assert_eq!((stats.len, stats.capacity, stats.closed), (length, Some(capacity), closed));
            assert_eq!((stats.tasks, unfinished(stats)), (tasks, length + tasks));
        }
    };
    expect(0, 4, false, 0);
    tx.send(1).unwrap();
    block_on(async_tx.send(2)).unwrap();
    expect(2, 4, false, 0);
    let task = block_on(async_rx.recv_task()).unwrap();
    expect(1, 4, false, 1);
    for (capacity, changed) in
        [(1, tx.set_capacity(1)), (2, rx.set_capacity(2)), (3, async_tx.set_capacity(3)), (9, async_rx.set_capacity(9))]
    {
        assert_eq!(changed, Ok(()), "to {capacity}");
    }
    expect(1, 9, false, 1);
    task.done();
    rx.close();
    expect(1, 9, true, 0);
    let stats = rx.stats();
    assert_eq!((stats.sent, stats.received, stats.senders, stats.receivers), (2, 1, 2, 2));
}

fn unfinished_tasks<O: Order>() {
    let (tx, rx) = O::unbounded();
    let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
    let all = || [tx.stats(), rx.stats(), async_tx.stats(), async_rx.stats()].map(unfinished);
    assert_eq!(all(), [0; 4]);
    tx.send(1).unwrap();
    assert_eq!(all(), [1; 4]);
    let task = rx.recv_task().unwrap();
    assert_eq!(all(), [1; 4], "taken and not done");
    task.done();
    assert_eq!(all(), [0; 4]);

    block_on(async_tx.send(2)).unwrap();
    let task = block_on(async_rx.recv_task()).unwrap();
    assert_eq!((*task, all()), (2, [1; 4]));
    drop(task);
    assert_eq!(all(), [0; 4]);

    tx.send(3).unwrap();
    assert_eq!((rx.recv(), all()), (Ok(3), [0; 4]), "a plain receive is done as it is taken");
}

fn nowait<O: Order>() {
    let (tx, rx) = O::bounded(5);
    for _ in 0..5 {
        tx.try_send(1).unwrap();
    }
    assert_eq!(tx.try_send(2), Err(TrySendError::Full(2)));
    assert_eq!(tx.to_async().try_send(3), Err(TrySendError::Full(3)));
    for _ in 0..5 {
        assert_eq!(rx.try_recv(), Ok(1));
    }
    assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
    assert_eq!(rx.to_async().try_recv(), Err(TryRecvError::Empty));
    assert!(rx.try_recv_task().is_err_and(|error| error.is_empty()));
}

#[test]
fn nonblocking_get() {
    let (tx, rx) = bifrons::unbounded();
    tx.send(1).unwrap();
    assert_eq!(rx.into_async().try_recv(), Ok(1));
}

#[test]
fn nonblocking_put() {
    let (tx, rx) = bifrons::unbounded();
    tx.into_async().try_send(1).unwrap();
    assert_eq!(rx.recv(), Ok(1));
}

#[test]
fn nonblocking_get_exception() {
    let (_tx, rx) = bifrons::unbounded::<u32>();
    assert_eq!(rx.into_async().try_recv(), Err(TryRecvError::Empty));
}

#[test]
fn nonblocking_put_exception() {
    let (tx, _rx) = bifrons::bounded(1);
    let tx = tx.into_async();
    tx.try_send(1).unwrap();
    assert_eq!(tx.try_send(2), Err(TrySendError::Full(2)));
}

/// No runtime, no task, no waker: threads alone.
#[test]
fn sync_only_api() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::bounded(2);
    let worker = thread::spawn(move || {
        let mut sum = 0;
        while let Ok(task) = rx.recv_task() {
            sum += *task;
        }
        sum
    });
    for item in 0..100 {
        tx.send(item).unwrap();
    }
    tx.join();
    assert_eq!(unfinished(tx.stats()), 0);
    drop(tx);
    assert_eq!(worker.join().unwrap(), (0..100).sum::<u32>());
}
