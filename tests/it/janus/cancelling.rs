//! Waits that are given up, called or not: nothing is lost and nobody is held in the line.

use std::task::Waker;
use std::thread;
use std::time::Duration;

use bifrons::RecvTimeoutError;

use super::orders::{Order, contents, in_every_order};
use crate::support::{counting_waker, is_pending, must_be_pending, must_be_ready, wait_until};

in_every_order!(
    get_cancelled_race,
    put_cancelled_race,
    get_cancel_drop_one_pending_reader,
    get_cancel_drop_many_pending_readers,
    put_cancel_drop,
    cancelled_getters_not_being_held_in_self_getters,
    cancelled_puts_not_being_held_in_self_putters,
    cancelled_put_silence_value_error_exception,
    get_cancelled,
    put_cancelled,
);

fn get_cancelled_race<O: Order>() {
    let (tx, rx) = O::unbounded();
    let rx = rx.into_async();
    let (mut first, mut second) = (rx.recv(), rx.recv());
    let (count, waker) = counting_waker();
    must_be_pending(&mut first, Waker::noop());
    must_be_pending(&mut second, &waker);
    drop(first);
    assert_eq!((rx.stats().waiting_receivers, count.wakes()), (1, 0));
    tx.send('a').unwrap();
    assert_eq!(count.wakes(), 1);
    assert_eq!(must_be_ready(&mut second), Ok('a'));
}

fn put_cancelled_race<O: Order>() {
    let (tx, rx) = O::bounded(1);
    let tx = tx.into_async();
    let (mut put_a, mut put_b, mut put_x) = (tx.send('a'), tx.send('b'), tx.send('X'));
    assert_eq!(must_be_ready(&mut put_a), Ok(()));
    must_be_pending(&mut put_b, Waker::noop());
    must_be_pending(&mut put_x, Waker::noop());
    drop(put_x);
    assert_eq!(tx.stats().waiting_senders, 1);
    assert_eq!(rx.recv(), Ok('a'));
    assert_eq!(must_be_ready(&mut put_b), Ok(()));
    assert_eq!(rx.recv(), Ok('b'));
    assert!(rx.is_empty(), "what was given up in the line is never sent");
}

/// The reader that was called by the first item leaves; the items stay as they were.
fn get_cancel_drop_one_pending_reader<O: Order>() {
    let (tx, rx) = O::unbounded();
    let rx = rx.into_async();
    let (count, waker) = counting_waker();
    let mut reader = rx.recv();
    must_be_pending(&mut reader, &waker);
    tx.send(1).unwrap();
    tx.send(2).unwrap();
    assert_eq!(count.wakes(), 1);
    drop(reader);
    assert_eq!(rx.len(), 2);
    let received = [(); 2].map(|()| must_be_ready(&mut rx.recv()).unwrap());
    assert_eq!(received, *O::leaving([1, 2]));
}

fn get_cancel_drop_many_pending_readers<O: Order>() {
    let (tx, rx) = O::unbounded();
    let rx = rx.into_async();
    let (counts, wakers): (Vec<_>, Vec<_>) = (0..3).map(|_| counting_waker()).unzip();
    let mut readers = [rx.recv(), rx.recv(), rx.recv()];
    for (reader, waker) in readers.iter_mut().zip(&wakers) {
        must_be_pending(reader, waker);
    }
    tx.send(1).unwrap();
    tx.send(2).unwrap();
    let calls = || counts.iter().map(|count| count.wakes()).collect::<Vec<_>>();
    assert_eq!(calls(), [1, 1, 0]);
    let [first, mut second, mut third] = readers;
    drop(first);
    assert_eq!(calls(), [1, 1, 1], "its call goes to who waits still");
    let mut received = [must_be_ready(&mut third).unwrap(), must_be_ready(&mut second).unwrap()];
    received.sort_unstable();
    assert_eq!(received, [1, 2]);
    assert_eq!((rx.len(), rx.stats().waiting_receivers), (0, 0));
}

/// The writer has room and leaves before it ran: the item was sent, or it comes back, not both.
fn put_cancel_drop<O: Order>() {
    for polled in [false, true] {
        let (tx, rx) = O::bounded(1);
        let tx = tx.into_async();
        tx.try_send(1).unwrap();
        let mut writer = tx.send(2);
        must_be_pending(&mut writer, Waker::noop());
        assert_eq!(rx.try_recv(), Ok(1));
        if polled {
            assert_eq!(must_be_ready(&mut writer), Ok(()));
        }
        let back = if polled { None } else { writer.take() };
        drop(writer);
        assert_eq!(back.is_some(), rx.is_empty());
        if let Some(item) = back {
            assert_eq!(item, 2);
            assert_eq!(must_be_ready(&mut tx.send(item)), Ok(()));
        }
        assert_eq!(rx.try_recv(), Ok(2));
        assert!(rx.is_empty());
    }
}

fn cancelled_getters_not_being_held_in_self_getters<O: Order>() {
    const BRIEFLY: Duration = Duration::from_millis(10);
    let (tx, rx) = O::bounded::<u32>(5);
    let async_rx = rx.to_async();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        assert!(tokio::time::timeout(BRIEFLY, async_rx.recv()).await.is_err());
    });
    assert_eq!(tx.stats().waiting_receivers, 0);
    assert_eq!(rx.recv_timeout(BRIEFLY), Err(RecvTimeoutError::Timeout));
    assert_eq!(tx.stats().waiting_receivers, 0);
    assert!(rx.recv_task_timeout(BRIEFLY).is_err_and(|error| error.is_timeout()));
    assert_eq!(tx.stats().waiting_receivers, 0);

    let mut gets = [async_rx.recv(), async_rx.recv()];
    assert!(gets.iter_mut().all(is_pending));
    let mut task = async_rx.recv_task();
    assert!(is_pending(&mut task));
    assert_eq!(tx.stats().waiting_receivers, 3);
    drop(gets);
    assert_eq!(tx.stats().waiting_receivers, 1);
    drop(task);
    assert_eq!(tx.stats().waiting_receivers, 0);
}

fn cancelled_puts_not_being_held_in_self_putters<O: Order>() {
    let (tx, rx) = O::bounded(1);
    let async_tx = tx.to_async();
    tx.send(1).unwrap();
    let mut put = async_tx.send(2);
    must_be_pending(&mut put, Waker::noop());
    assert_eq!(tx.stats().waiting_senders, 1);
    drop(put);
    assert_eq!(tx.stats().waiting_senders, 0);

    let mut put = async_tx.send(3);
    must_be_pending(&mut put, Waker::noop());
    assert_eq!(put.take(), Some(3));
    assert_eq!(tx.stats().waiting_senders, 0);

    thread::scope(|scope| {
        let put = scope.spawn(|| tx.send_timeout(4, Duration::from_millis(10)));
        assert!(put.join().unwrap().is_err_and(|error| error.is_timeout() && error.into_inner() == 4));
    });
    assert_eq!(tx.stats().waiting_senders, 0);
    assert_eq!(contents(&rx), [1]);
}

/// Room was made and the writer's call is on its way when it leaves: that is no error.
fn cancelled_put_silence_value_error_exception<O: Order>() {
    let (tx, rx) = O::bounded(1);
    let tx = tx.into_async();
    for round in 0..4 {
        tx.try_send(round).unwrap();
        let (count, waker) = counting_waker();
        let mut put = tx.send(100);
        must_be_pending(&mut put, &waker);
        assert_eq!(rx.try_recv(), Ok(round));
        assert_eq!(count.wakes(), 1);
        drop(put);
        let left = contents(&rx);
        assert!(left.is_empty() || left == [100], "{left:?}");
        assert_eq!(tx.stats().waiting_senders, 0);
    }
}

/// Theirs cancels nothing: a timed get is in time.
fn get_cancelled<O: Order>() {
    let (tx, rx) = O::unbounded();
    thread::scope(|scope| {
        let get = scope.spawn(|| rx.recv_timeout(Duration::from_secs(3_600)));
        wait_until(|| tx.stats().waiting_receivers == 1);
        tx.send(1).unwrap();
        assert_eq!(get.join().unwrap(), Ok(1));
    });

    let async_rx = rx.to_async();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    thread::scope(|scope| {
        let get = scope.spawn(move || {
            runtime.block_on(async { tokio::time::timeout(Duration::from_secs(3_600), async_rx.recv()).await.unwrap() })
        });
        wait_until(|| tx.stats().waiting_receivers == 1);
        tx.send(2).unwrap();
        assert_eq!(get.join().unwrap(), Ok(2));
    });
}

/// Theirs cancels nothing: the put is done when its item was received.
fn put_cancelled<O: Order>() {
    for capacity in [0, 1] {
        let (tx, rx) = O::bounded(capacity);
        let tx = tx.into_async();
        let mut put = tx.send(1);
        assert_eq!(is_pending(&mut put), capacity == 0);
        assert_eq!(rx.try_recv(), Ok(1));
        if capacity == 0 {
            assert_eq!(must_be_ready(&mut put), Ok(()));
        }
    }
}
