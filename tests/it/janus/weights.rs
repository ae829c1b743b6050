//! A capacity in units of weight, which culsans calls the sizer.

use std::task::Waker;
use std::thread;

use bifrons::{Builder, CapacityError, Receiver, ReserveError, SendError, Sender, TrySendError};

use super::orders::unfinished;
use crate::support::{block_on, counting_waker, must_be_pending, must_be_ready, wait_until, watchdog};

/// Makes the builder's three orders; an item weighs what it says.
fn each(capacity: usize, test: impl Fn(Sender<usize>, Receiver<usize>)) {
    let _dog = watchdog();
    let builder = || bifrons::builder::<usize>().capacity(capacity).weight(|&item| item);
    let orders: [fn(Builder<usize>) -> Builder<usize>; 3] = [|builder| builder, Builder::lifo, Builder::priority];
    for order in orders {
        let (tx, rx) = order(builder()).build();
        test(tx, rx);
    }
}

#[test]
fn put_is_allowed_while_the_sum_fits() {
    each(10, |tx, rx| {
        assert_eq!((tx.capacity(), rx.capacity()), (Some(10), Some(10)));
        tx.try_send(4).unwrap();
        tx.try_send(5).unwrap();
        assert_eq!(tx.try_send(2), Err(TrySendError::Full(2)));
        assert_eq!(tx.len(), 2, "the length counts items");
        tx.try_send(1).unwrap();
        assert!(tx.is_full());
        assert_eq!(tx.try_send(1), Err(TrySendError::Full(1)));
        let taken = rx.recv().unwrap();
        assert_eq!(tx.try_send(taken + 1), Err(TrySendError::Full(taken + 1)));
        tx.try_send(taken).unwrap();
        let mut all: Vec<_> = rx.drain().collect();
        all.sort_unstable();
        assert_eq!(all, [1, 4, 5]);
        tx.try_send(10).unwrap();
        assert!(tx.is_full());
    });
}

#[test]
fn items_without_weight_always_fit() {
    each(3, |tx, rx| {
        tx.try_send(3).unwrap();
        for _ in 0..50 {
            tx.try_send(0).unwrap();
        }
        assert_eq!(tx.try_send(1), Err(TrySendError::Full(1)));
        assert_eq!((rx.len(), unfinished(rx.stats())), (51, 51));
        assert_eq!(rx.drain().filter(|&item| item == 0).count(), 50);
    });
}

/// Theirs waits for ever; here it has the queue to itself.
#[test]
fn oversize_is_admitted_alone() {
    each(3, |tx, rx| {
        tx.try_send(100).unwrap();
        assert!(tx.is_full());
        assert_eq!(tx.try_send(1), Err(TrySendError::Full(1)));
        assert_eq!(rx.recv(), Ok(100));

        tx.try_send(1).unwrap();
        assert_eq!(tx.try_send(100), Err(TrySendError::Full(100)));
        let async_tx = tx.to_async();
        let mut put = async_tx.send(100);
        must_be_pending(&mut put, Waker::noop());
        assert_eq!(rx.recv(), Ok(1));
        assert_eq!(must_be_ready(&mut put), Ok(()));
        assert_eq!(rx.recv(), Ok(100));

        // And not beside room that somebody has set aside.
        let permit = tx.reserve().unwrap();
        assert_eq!(tx.try_send(100), Err(TrySendError::Full(100)));
        drop(permit);
        tx.try_send(100).unwrap();
        assert_eq!(rx.recv(), Ok(100));
    });
}

/// Much room for many light ones, and a heavy one waits until there is enough for it.
#[test]
fn taking_a_heavy_item_calls_all_that_fit() {
    each(8, |tx, rx| {
        tx.try_send(8).unwrap();
        let async_tx = tx.to_async();
        let (counts, wakers): (Vec<_>, Vec<_>) = (0..5).map(|_| counting_waker()).unzip();
        let mut puts: Vec<_> = (0..5).map(|_| async_tx.send(2)).collect();
        for (put, waker) in puts.iter_mut().zip(&wakers) {
            must_be_pending(put, waker);
        }
        assert_eq!(rx.recv(), Ok(8));
        assert_eq!(counts.iter().map(|count| count.wakes()).collect::<Vec<_>>(), [1, 1, 1, 1, 0]);
        for put in &mut puts[..4] {
            assert_eq!(must_be_ready(put), Ok(()));
        }
        must_be_pending(&mut puts[4], &wakers[4]);
        assert_eq!(rx.recv(), Ok(2));
        assert_eq!(must_be_ready(&mut puts[4]), Ok(()));
        assert_eq!(rx.drain().count(), 4);
    });
}

#[test]
fn a_heavy_sender_waits_for_enough_room() {
    each(4, |tx, rx| {
        for _ in 0..4 {
            tx.try_send(1).unwrap();
        }
        let async_tx = tx.to_async();
        let (count, waker) = counting_waker();
        let mut put = async_tx.send(3);
        must_be_pending(&mut put, &waker);
        for _ in 0..2 {
            assert_eq!(rx.recv(), Ok(1));
            assert_eq!(count.wakes(), 0, "not enough for it");
        }
        assert_eq!(rx.recv(), Ok(1));
        assert_eq!(count.wakes(), 1);
        assert_eq!(must_be_ready(&mut put), Ok(()));
        assert_eq!(rx.drain().sum::<usize>(), 4);
    });
}

#[test]
fn threads_and_tasks_wait_for_weight() {
    each(4, |tx, rx| {
        tx.send(4).unwrap();
        thread::scope(|scope| {
            let heavy = scope.spawn(|| tx.send(3));
            wait_until(|| tx.stats().waiting_senders == 1);
            let light = scope.spawn(|| block_on(tx.to_async().send(1)));
            wait_until(|| tx.stats().waiting_senders == 2);
            assert_eq!(rx.recv(), Ok(4));
            assert_eq!(heavy.join().unwrap(), Ok(()));
            assert_eq!(light.join().unwrap(), Ok(()));
        });
        assert!(tx.is_full());
        assert_eq!(rx.drain().sum::<usize>(), 4);

        tx.send(4).unwrap();
        thread::scope(|scope| {
            let heavy = scope.spawn(|| tx.send(9));
            wait_until(|| tx.stats().waiting_senders == 1);
            rx.close();
            assert_eq!(heavy.join().unwrap(), Err(SendError(9)));
        });
    });
}

#[test]
fn resizing_by_weight() {
    each(4, |tx, rx| {
        tx.send(4).unwrap();
        let async_tx = tx.to_async();
        let (count, waker) = counting_waker();
        let mut put = async_tx.send(3);
        must_be_pending(&mut put, &waker);
        tx.set_capacity(6).unwrap();
        assert_eq!(count.wakes(), 0);
        must_be_pending(&mut put, &waker);
        tx.set_capacity(7).unwrap();
        assert_eq!(count.wakes(), 1);
        assert_eq!(must_be_ready(&mut put), Ok(()));
        rx.set_capacity(1).unwrap();
        assert_eq!((rx.len(), rx.is_full()), (2, true));
        rx.recv().unwrap();
        assert_eq!(tx.try_send(1), Err(TrySendError::Full(1)));
        rx.recv().unwrap();
        tx.try_send(1).unwrap();
        assert_eq!(rx.set_capacity(0), Err(CapacityError::Zero));
    });
}

#[test]
fn room_is_reserved_by_weight() {
    each(10, |tx, rx| {
        let permit = tx.reserve_weight(7).unwrap();
        assert_eq!(tx.stats().reserved, 7);
        assert_eq!(tx.try_send(4), Err(TrySendError::Full(4)));
        tx.try_send(3).unwrap();
        permit.send(7).unwrap();
        assert_eq!((tx.stats().reserved, tx.is_full()), (0, true));
        rx.drain().for_each(drop);
        assert_eq!(tx.reserve_many(11).unwrap_err(), ReserveError::TooLarge);

        // What is heavier than all of it is let in alone, as an item is.
        let async_tx = tx.to_async();
        tx.try_send(1).unwrap();
        let mut heavy = async_tx.reserve_weight(11);
        must_be_pending(&mut heavy, Waker::noop());
        assert_eq!(rx.recv(), Ok(1));
        let permit = must_be_ready(&mut heavy).unwrap();
        assert_eq!((tx.stats().reserved, tx.is_full()), (11, true));
        assert_eq!(tx.try_send(1), Err(TrySendError::Full(1)));
        permit.send(11).unwrap();
        assert_eq!(rx.recv(), Ok(11));
    });
}
