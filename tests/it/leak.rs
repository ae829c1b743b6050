//! Futures that are leaked while they wait.

use std::sync::Arc;

use bifrons::{AsyncReceiver, AsyncSender, RecvError};

use crate::support::{block_on, counting_waker, is_pending, must_be_pending, must_be_ready, watchdog};

fn bounded<T>(capacity: usize) -> (AsyncSender<T>, AsyncReceiver<T>) {
    let (tx, rx) = bifrons::bounded(capacity);
    (tx.into_async(), rx.into_async())
}

/// A future that is leaked while it waits is called once and never again.
#[test]
fn a_leaked_recv_holds_at_most_one_call() {
    let (tx, rx) = bounded(8);
    let (leaked_count, leaked_waker) = counting_waker();
    let (count, waker) = counting_waker();
    let mut leaked = rx.recv();
    must_be_pending(&mut leaked, &leaked_waker);
    std::mem::forget(leaked);
    let mut recv = rx.recv();
    must_be_pending(&mut recv, &waker);
    tx.try_send(1).unwrap();
    tx.try_send(2).unwrap();
    assert_eq!(leaked_count.wakes(), 1);
    assert_eq!(count.wakes(), 1, "the second item calls who can hear it");
    assert_eq!(must_be_ready(&mut recv), Ok(1), "and no item is the leaked one's");
    assert_eq!(must_be_ready(&mut rx.recv()), Ok(2));
    drop(recv);
    for item in 3..20 {
        let mut recv = rx.recv();
        must_be_pending(&mut recv, &waker);
        tx.try_send(item).unwrap();
        assert_eq!(must_be_ready(&mut recv), Ok(item));
    }
    assert_eq!((leaked_count.wakes(), count.wakes()), (1, 18));
    drop((tx, rx));
    assert_eq!(Arc::strong_count(&leaked_count), 2, "its waker goes with the queue");
}

#[test]
fn a_leaked_send_holds_at_most_one_call() {
    let (tx, rx) = bounded(2);
    tx.try_send(0).unwrap();
    tx.try_send(1).unwrap();
    let mut leaked = tx.send(100);
    assert!(is_pending(&mut leaked));
    std::mem::forget(leaked);
    let (count, waker) = counting_waker();
    let mut send = tx.send(2);
    must_be_pending(&mut send, &waker);
    assert_eq!(rx.try_recv(), Ok(0));
    assert_eq!(rx.try_recv(), Ok(1));
    assert_eq!(count.wakes(), 1, "the second place calls who can hear it");
    assert_eq!(must_be_ready(&mut send), Ok(()));
    let left: Vec<_> = rx.drain().collect();
    assert!(left == [2] || left == [100, 2], "the leaked item may arrive, in its order: {left:?}");
}

#[test]
fn a_leaked_called_future_does_not_block_the_close() {
    let _dog = watchdog();
    let (tx, rx) = bounded(1);
    let mut leaked = rx.recv();
    assert!(is_pending(&mut leaked));
    tx.try_send(1).unwrap();
    std::mem::forget(leaked);
    let mut closed = rx.closed();
    std::mem::forget(tx.closed());
    assert!(is_pending(&mut closed));
    tx.close();
    must_be_ready(&mut closed);
    assert_eq!(block_on(rx.recv()), Ok(1));
    assert_eq!(block_on(rx.recv()), Err(RecvError));
}
