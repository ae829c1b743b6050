//! Tasks that wait for an item or for room, each against the call that ends the wait.

use std::task::Waker;
use std::thread;

use futures_util::future::{join, join_all};

use super::orders::{Order, in_every_order};
use crate::support::{Executor, counting_waker, must_be_pending, must_be_ready, wait_until, yield_now};

in_every_order!(
    blocking_get,
    blocking_put,
    blocking_get_wait,
    blocking_put_wait,
    get_with_putters,
    get_with_waiting_putters,
    put_with_waiting_getters,
    why_are_getters_waiting,
    why_are_putters_waiting,
);

fn blocking_get<O: Order>() {
    let (tx, rx) = O::unbounded();
    tx.send(1).unwrap();
    assert_eq!(must_be_ready(&mut rx.into_async().recv()), Ok(1));
}

fn blocking_put<O: Order>() {
    let (tx, rx) = O::unbounded();
    must_be_ready(&mut tx.into_async().send(1)).unwrap();
    assert_eq!(rx.recv(), Ok(1));
}

fn blocking_get_wait<O: Order>() {
    Executor::each(|_| {
        let (tx, rx) = O::unbounded();
        let rx = rx.into_async();
        let sender = thread::spawn(move || {
            wait_until(|| tx.stats().waiting_receivers == 1);
            tx.send(1).unwrap();
        });
        async move {
            assert_eq!(rx.recv().await, Ok(1));
            assert_eq!(rx.stats().waiting_receivers, 0);
            sender.join().unwrap();
        }
    });
}

fn blocking_put_wait<O: Order>() {
    Executor::each(|_| {
        let (tx, rx) = O::bounded(1);
        let tx = tx.into_async();
        let receiver = thread::spawn(move || {
            wait_until(|| rx.stats().waiting_senders == 1);
            [rx.recv(), rx.recv()]
        });
        async move {
            tx.send(1).await.unwrap();
            tx.send(2).await.unwrap();
            assert_eq!(tx.stats().waiting_senders, 0);
            assert_eq!(receiver.join().unwrap(), [Ok(1), Ok(2)]);
        }
    });
}

/// One place is one call: of two waiting senders the first, and the queue is full again.
fn get_with_putters<O: Order>() {
    let (tx, rx) = O::bounded(1);
    let (tx, rx) = (tx.into_async(), rx.into_async());
    tx.try_send(1).unwrap();
    let (first_count, first_waker) = counting_waker();
    let (second_count, second_waker) = counting_waker();
    let (mut first, mut second) = (tx.send(2), tx.send(3));
    must_be_pending(&mut first, &first_waker);
    must_be_pending(&mut second, &second_waker);
    assert_eq!(tx.stats().waiting_senders, 2);

    assert_eq!(must_be_ready(&mut rx.recv()), Ok(1));
    assert_eq!((first_count.wakes(), second_count.wakes()), (1, 0));
    assert_eq!(must_be_ready(&mut first), Ok(()));
    assert!(rx.is_full());
    must_be_pending(&mut second, &second_waker);
    assert_eq!(tx.stats().waiting_senders, 1);
    assert_eq!(second_count.wakes(), 0);

    assert_eq!(rx.try_recv(), Ok(2));
    assert_eq!((first_count.wakes(), second_count.wakes()), (1, 1));
    assert_eq!(must_be_ready(&mut second), Ok(()));
    assert_eq!(rx.try_recv(), Ok(3));
}

fn get_with_waiting_putters<O: Order>() {
    Executor::each(|_| {
        let (tx, rx) = O::bounded(1);
        let (tx, rx) = (tx.into_async(), rx.into_async());
        tx.try_send('-').unwrap();
        let putting = join_all(['a', 'b'].map(|item| {
            let tx = tx.clone();
            async move { tx.send(item).await.unwrap() }
        }));
        let getting = async move {
            while tx.stats().waiting_senders < 2 {
                yield_now().await;
            }
            drop(tx);
            for expected in ['-', 'a', 'b'] {
                assert_eq!(rx.recv().await, Ok(expected));
            }
            assert!(rx.recv().await.is_err());
        };
        async move {
            join(putting, getting).await;
        }
    });
}

fn put_with_waiting_getters<O: Order>() {
    let (tx, rx) = O::unbounded();
    let (tx, rx) = (tx.into_async(), rx.into_async());
    let mut get = rx.recv();
    must_be_pending(&mut get, Waker::noop());
    assert_eq!(rx.stats().waiting_receivers, 1);
    must_be_ready(&mut tx.send('a')).unwrap();
    assert_eq!(must_be_ready(&mut get), Ok('a'));
    assert_eq!((rx.stats().waiting_receivers, rx.len()), (0, 0));
}

/// One place between a producer and a consumer of five items each (python/asyncio#268).
fn why_are_getters_waiting<O: Order>() {
    Executor::each(|_| {
        let (tx, rx) = O::bounded(1);
        let (tx, rx) = (tx.into_async(), rx.into_async());
        let producer = async move {
            for item in 0..5 {
                tx.send(item).await.unwrap();
            }
        };
        let consumer = async move {
            for expected in 0..5 {
                assert_eq!(rx.recv().await, Ok(expected));
            }
        };
        async move {
            join(producer, consumer).await;
        }
    });
}

/// Two places, four senders, one who takes as many as there are (python/asyncio#265).
fn why_are_putters_waiting<O: Order>() {
    Executor::each(|_| {
        let (tx, rx) = O::bounded(2);
        let (tx, rx) = (tx.into_async(), rx.into_async());
        let putters = join_all((0..4).map(|item| {
            let tx = tx.clone();
            async move { tx.send(item).await.unwrap() }
        }));
        let getter = async move {
            while tx.stats().waiting_senders < 2 {
                yield_now().await;
            }
            let there = rx.len();
            assert_eq!(there, 2);
            let taken: Vec<_> = (0..there).map(|_| rx.try_recv().unwrap()).collect();
            (rx, taken)
        };
        async move {
            let (_, (rx, mut all)) = join(putters, getter).await;
            assert_eq!(rx.len(), 2, "both that waited have sent");
            all.extend(rx.drain());
            all.sort_unstable();
            assert_eq!(all, [0, 1, 2, 3]);
        }
    });
}
