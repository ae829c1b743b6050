//! Wakers that use the queue they belong to, in the middle of its work.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Waker;

use bifrons::{AsyncReceiver, AsyncSender, SendError, TryRecvError};
use futures_util::future::FusedFuture;

use crate::support::{
    Step, block_on, counting_waker, hooked_at, is_pending, must_be_pending, must_be_ready, poll_with, watchdog,
};

fn bounded<T>(capacity: usize) -> (AsyncSender<T>, AsyncReceiver<T>) {
    let (tx, rx) = bifrons::bounded(capacity);
    (tx.into_async(), rx.into_async())
}

/// What a hook does with the queue that it is called by.
type Use = fn(&AsyncSender<u32>, &AsyncReceiver<u32>);

const USES: [(&str, Use); 9] = [
    ("looks", |tx, rx| {
        assert_eq!(tx.len(), rx.len());
        assert!(tx.sender_count() >= 1 && rx.receiver_count() >= 1);
        let _ = (tx.is_closed(), rx.is_empty(), tx.is_full(), format!("{tx:?} {rx:?}"));
    }),
    ("sends", |tx, _| _ = tx.try_send(100)),
    ("receives", |_, rx| _ = rx.try_recv()),
    ("drains", |_, rx| drop(rx.drain())),
    ("polls a receive", |_, rx| _ = is_pending(&mut rx.recv())),
    ("polls a send", |tx, _| _ = is_pending(&mut tx.send(101))),
    ("watches", |tx, rx| _ = (is_pending(&mut tx.closed()), is_pending(&mut rx.closed()))),
    ("clones and drops handles", |tx, rx| {
        let (tx, rx) = (tx.clone(), rx.to_sync());
        let weak = (tx.downgrade(), rx.downgrade());
        drop((tx, rx));
        assert!(weak.0.upgrade().is_some() && weak.1.upgrade().is_some());
    }),
    ("closes", |tx, _| {
        tx.close();
    }),
];

/// Makes a waker that uses the queue at this step, and counts how often it did.
fn reentrant(step: Step, uses: Use, tx: &AsyncSender<u32>, rx: &AsyncReceiver<u32>) -> (Arc<AtomicUsize>, Waker) {
    let ran = Arc::new(AtomicUsize::new(0));
    let (count, tx, rx) = (Arc::clone(&ran), tx.clone(), rx.clone());
    let waker = hooked_at(step, move || {
        // Only the outermost: a hook that wakes itself would never end.
        if count.fetch_add(1, Ordering::SeqCst) == 0 {
            uses(&tx, &rx);
        }
    });
    (ran, waker)
}

/// No lock is held while a waker is woken, cloned or dropped, so it may do what it likes.
#[test]
fn a_waker_may_use_the_queue_while_a_receiver_waits() {
    let _dog = watchdog();
    for (step, (what, uses)) in Step::ALL.into_iter().flat_map(|step| USES.map(|uses| (step, uses))) {
        for capacity in [0, 1, 4] {
            let (tx, rx) = bounded(capacity);
            let (ran, waker) = reentrant(step, uses, &tx, &rx);
            let mut recv = rx.recv();
            let _ = poll_with(&mut recv, &waker);
            // Replaces the waker of a future that still waits, which drops the first.
            if !recv.is_terminated() {
                let _ = poll_with(&mut recv, &waker.clone());
            }
            let _ = tx.try_send(1);
            drop(recv);
            tx.close();
            drop(waker);
            assert!(ran.load(Ordering::SeqCst) > 0, "{step:?} {what}: the hook ran");
            assert_eq!(tx.try_send(2).map_err(|error| error.is_closed()), Err(true));
            while rx.try_recv().is_ok() {}
            assert_eq!(rx.try_recv(), Err(TryRecvError::Closed), "{step:?} {what}");
        }
    }
}

#[test]
fn a_waker_may_use_the_queue_while_a_sender_waits() {
    let _dog = watchdog();
    for (step, (what, uses)) in Step::ALL.into_iter().flat_map(|step| USES.map(|uses| (step, uses))) {
        for capacity in [0, 1, 4_usize] {
            let (tx, rx) = bounded(capacity);
            for item in 0..capacity {
                tx.try_send(item as u32).unwrap();
            }
            let (ran, waker) = reentrant(step, uses, &tx, &rx);
            let mut send = tx.send(50);
            let _ = poll_with(&mut send, &waker);
            if !send.is_terminated() {
                let _ = poll_with(&mut send, &waker.clone());
            }
            let _ = rx.try_recv();
            drop(send);
            let mut closed = rx.closed();
            let _ = poll_with(&mut closed, &waker);
            tx.close();
            drop(closed);
            drop(waker);
            assert!(ran.load(Ordering::SeqCst) > 0, "{step:?} {what}: the hook ran");
            while rx.try_recv().is_ok() {}
            assert_eq!(rx.try_recv(), Err(TryRecvError::Closed), "{step:?} {what}");
        }
    }
}

/// The waker holds the last handle of a half; dropping it closes the queue from inside.
#[test]
fn a_waker_may_hold_the_last_handle() {
    let _dog = watchdog();
    let (tx, rx) = bounded::<u32>(2);
    let (count, watching) = counting_waker();
    let mut closed = rx.closed();
    must_be_pending(&mut closed, &watching);
    let last = Mutex::new(Some(tx.clone()));
    let waker = hooked_at(Step::Wake, move || drop(last.lock().unwrap().take()));
    let mut recv = rx.recv();
    must_be_pending(&mut recv, &waker);
    // The last sender outside sends, and is then dropped while the one inside is already gone.
    tx.try_send(1).unwrap();
    assert_eq!((tx.sender_count(), count.wakes()), (1, 0));
    drop(tx);
    assert_eq!(count.wakes(), 1);
    assert_eq!(must_be_ready(&mut recv), Ok(1));

    let (tx, rx) = bounded::<u32>(1);
    tx.try_send(0).unwrap();
    let last = Mutex::new(Some(rx.clone()));
    let waker = hooked_at(Step::Wake, move || drop(last.lock().unwrap().take()));
    let mut send = tx.send(1);
    must_be_pending(&mut send, &waker);
    drop(rx);
    assert!(!tx.is_closed(), "the waker has a receiver");
    // No receiver outside: the waker's is reached through the close.
    tx.close();
    assert_eq!((tx.receiver_count(), tx.len()), (0, 0));
    assert_eq!(must_be_ready(&mut send), Err(SendError(1)));
}

/// The wake of one item sends another, to the queue in the middle of its send.
#[test]
fn a_wake_may_send_the_next_item() {
    let _dog = watchdog();
    let (tx, rx) = bounded::<u32>(4);
    let again = tx.clone();
    let waker = hooked_at(Step::Wake, move || again.try_send(2).unwrap());
    let mut recv = rx.recv();
    must_be_pending(&mut recv, &waker);
    tx.try_send(1).unwrap();
    assert_eq!(must_be_ready(&mut recv), Ok(1));
    assert_eq!(block_on(rx.recv()), Ok(2));
    assert!(rx.is_empty());
}
