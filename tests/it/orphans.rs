//! A send that does not wait, in the queue without a buffer.

use std::thread;
use std::time::Duration;

use bifrons::{AsyncReceiver, AsyncSender, Select, TrySendError};

use crate::support::{Census, counting_waker, is_pending, must_be_pending, must_be_ready, settle, watchdog};

fn rendezvous<T>() -> (AsyncSender<T>, AsyncReceiver<T>) {
    let (tx, rx) = bifrons::bounded(0);
    (tx.into_async(), rx.into_async())
}

#[test]
fn try_send_needs_a_receiver_that_waits_now() {
    let (tx, rx) = rendezvous();
    assert_eq!(tx.try_send(0), Err(TrySendError::Full(0)));
    let unpolled = rx.recv();
    assert_eq!(tx.try_send(0), Err(TrySendError::Full(0)), "unpolled is not waiting");
    drop(unpolled);

    let (count, waker) = counting_waker();
    let (mut first, mut second) = (rx.recv(), rx.recv());
    must_be_pending(&mut first, &waker);
    must_be_pending(&mut second, &waker);
    assert_eq!(tx.try_send(1), Ok(()));
    assert_eq!(tx.try_send(2), Ok(()));
    assert_eq!(tx.try_send(3), Err(TrySendError::Full(3)), "as many as there are receivers");
    assert_eq!(count.wakes(), 2);
    assert_eq!(must_be_ready(&mut first), Ok(1));
    assert_eq!(must_be_ready(&mut second), Ok(2));
    assert_eq!(tx.try_send(4), Err(TrySendError::Full(4)), "nobody waits any more");
    assert!(tx.is_empty());
}

#[test]
fn try_send_hands_over_to_a_blocked_thread() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::bounded(0);
    thread::scope(|scope| {
        let receiver = scope.spawn(move || (rx.recv(), rx.recv_timeout(Duration::from_secs(50))));
        for item in 0..2 {
            while let Err(error) = tx.try_send(item) {
                assert_eq!(error, TrySendError::Full(item));
                thread::yield_now();
            }
        }
        assert_eq!(receiver.join().unwrap(), (Ok(0), Ok(1)));
    });
    assert_eq!(tx.try_send(2), Err(TrySendError::Closed(2)));
}

/// A receive that is cancelled after a `try_send` leaves the item behind, first in line.
#[test]
fn an_orphan_is_the_next_to_be_received() {
    let (tx, rx) = rendezvous();
    let mut recv = rx.recv();
    assert!(is_pending(&mut recv));
    assert_eq!(tx.try_send(1), Ok(()));
    drop(recv);
    assert_eq!((tx.len(), rx.len()), (1, 1));
    assert!(!rx.is_empty(), "the orphan is there");
    assert_eq!(tx.try_send(9), Err(TrySendError::Full(9)), "and nobody waits");

    let mut send = tx.send(2);
    assert!(is_pending(&mut send), "nobody took it");
    assert_eq!(must_be_ready(&mut rx.recv()), Ok(1), "the orphan came first");
    assert!(rx.is_empty());
    assert!(is_pending(&mut send));
    assert_eq!(rx.try_recv(), Ok(2));
    assert_eq!(must_be_ready(&mut send), Ok(()));
}

#[test]
fn orphans_keep_their_order_and_their_number() {
    let (tx, rx) = rendezvous();
    let mut recvs: Vec<_> = (0..4).map(|_| rx.recv()).collect();
    assert!(recvs.iter_mut().all(is_pending));
    for item in 0..4 {
        assert_eq!(tx.try_send(item), Ok(()));
    }
    // Cancelled in another order than they came.
    drop(recvs.swap_remove(0));
    drop(recvs);
    assert_eq!(tx.try_send(9), Err(TrySendError::Full(9)), "no more than receivers were waiting");
    assert_eq!(rx.len(), 4);
    let blocking = rx.to_sync();
    assert_eq!(blocking.recv(), Ok(0));
    assert_eq!(blocking.recv_timeout(Duration::ZERO), Ok(1));
    assert_eq!(rx.try_recv(), Ok(2));
    assert!(rx.drain().eq([3]));
    assert!(rx.is_empty());
}

/// One of two receivers leaves: what was handed over is for the other.
#[test]
fn an_orphan_calls_who_still_waits() {
    let _dog = watchdog();
    let (tx, rx) = rendezvous();
    let (count, waker) = counting_waker();
    let (mut leaves, mut stays) = (rx.recv(), rx.recv());
    assert!(is_pending(&mut leaves));
    must_be_pending(&mut stays, &waker);
    assert_eq!(tx.try_send(1), Ok(()));
    drop(leaves);
    assert_eq!(count.wakes(), 1);
    assert_eq!(must_be_ready(&mut stays), Ok(1));

    let blocking = rx.to_sync();
    thread::scope(|scope| {
        let mut leaves = rx.recv();
        assert!(is_pending(&mut leaves));
        let thread = scope.spawn(move || blocking.recv());
        settle();
        assert_eq!(tx.try_send(2), Ok(()));
        drop(leaves);
        assert_eq!(thread.join().unwrap(), Ok(2));
    });
}

/// The only one who waits was pledged something by a select, which may take its time.
#[test]
fn an_orphan_calls_one_to_whom_another_was_pledged() {
    let (tx, rx) = rendezvous();
    let (count, waker) = counting_waker();
    let (mut leaves, mut stays) = (rx.recv(), rx.recv());
    assert!(is_pending(&mut leaves));
    must_be_pending(&mut stays, &waker);
    let sending = tx.to_sync();
    let mut select = Select::new();
    select.send(&sending);
    let pledge = select.try_select().unwrap();
    assert_eq!(tx.try_send(1), Ok(()));
    drop(leaves);
    assert_eq!(count.wakes(), 1);
    assert_eq!(must_be_ready(&mut stays), Ok(1));
    pledge.send(&sending, 2).unwrap();
    assert_eq!(rx.try_recv(), Ok(2));
}

#[test]
fn an_orphan_outlives_the_close_but_not_the_last_receiver() {
    let census = Census::new();
    let (tx, rx) = rendezvous();
    let (mut first, mut second) = (rx.recv(), rx.recv());
    assert!(is_pending(&mut first) && is_pending(&mut second));
    for id in [1, 2] {
        tx.try_send(census.item(id)).unwrap();
    }
    drop((first, second));
    assert_eq!((rx.len(), census.alive()), (2, 2));
    drop(tx);
    assert!(rx.is_closed());
    assert_eq!(rx.try_recv().map(|item| item.id).ok(), Some(1));
    assert_eq!(census.dropped(), [1]);
    drop(rx);
    census.assert_all_dropped_once([1, 2]);
}
