//! A walk through every verb of the blocking face, twice on the same queue.

use std::thread;
use std::time::Duration;

use bifrons::{Receiver, RecvTimeoutError, SendTimeoutError, Sender, TryRecvError, TrySendError};

use super::orders::{Order, contents, in_every_order};
use crate::support::wait_until;

in_every_order!(simple_queue, zero_and_endless_timeouts, zero_and_endless_join_timeouts);

const SIZE: usize = 5;
const BRIEFLY: Duration = Duration::from_millis(10);
const LONG: Duration = Duration::from_secs(3_600);

/// Runs a call that must wait, and releases it by another once it does.
fn released<R: Send>(blocked: impl FnOnce() -> R + Send, waits: impl FnMut() -> bool, release: impl FnOnce()) -> R {
    thread::scope(|scope| {
        let blocked = scope.spawn(blocked);
        wait_until(waits);
        assert!(!blocked.is_finished());
        release();
        blocked.join().unwrap()
    })
}

fn simple_queue<O: Order>() {
    let (tx, rx) = O::bounded(SIZE);
    walk::<O>(&tx, &rx);
    walk::<O>(&tx, &rx);
}

type Put = fn(&Sender<u32>, u32) -> bool;

fn walk<O: Order>(tx: &Sender<u32>, rx: &Receiver<u32>) {
    assert!(rx.is_empty() && !rx.is_full());
    for item in [111, 333, 222] {
        tx.send(item).unwrap();
    }
    assert_eq!([(); 3].map(|()| rx.recv().unwrap()), *O::leaving([111, 333, 222]));

    let mut model = vec![];
    for item in 0..4 {
        tx.send(item).unwrap();
        model.push(item);
        assert!(!rx.is_empty() && !rx.is_full());
    }
    tx.send(10).unwrap();
    model.push(10);
    assert!(!rx.is_empty() && rx.is_full());
    assert_eq!(tx.try_send(30), Err(TrySendError::Full(30)));
    assert_eq!(tx.send_timeout(30, BRIEFLY), Err(SendTimeoutError::Timeout(30)));

    // The room goes to the waiting sender, so the queue is full again each time.
    let puts: [(u32, Put); 2] =
        [(30, |tx, item| tx.send(item).is_ok()), (31, |tx, item| tx.send_timeout(item, LONG).is_ok())];
    for (item, put) in puts {
        let mut taken = None;
        let sent = released(|| put(tx, item), || tx.stats().waiting_senders == 1, || taken = rx.recv().ok());
        assert!(sent && rx.is_full());
        model.push(item);
        let taken = taken.unwrap();
        model.swap_remove(model.iter().position(|&own| own == taken).expect("something that was sent"));
    }
    model.sort_unstable();
    assert_eq!(contents(rx), model);
    assert!(rx.is_empty());
    assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
    assert_eq!(rx.recv_timeout(BRIEFLY), Err(RecvTimeoutError::Timeout));

    let waits = || rx.stats().waiting_receivers == 1;
    assert_eq!(released(|| rx.recv(), waits, || tx.send(7).unwrap()), Ok(7));
    assert_eq!(released(|| rx.recv_timeout(LONG), waits, || tx.send(8).unwrap()), Ok(8));
    assert_eq!(released(|| rx.recv_task().map(|task| task.into_inner()), waits, || tx.send(9).unwrap()), Ok(9));
    assert!(rx.is_empty());
}

/// A duration cannot be negative; the least one is a single try, the greatest waits for ever.
fn zero_and_endless_timeouts<O: Order>() {
    const ZERO: Duration = Duration::ZERO;
    let (tx, rx) = O::bounded(1);
    assert_eq!(rx.recv_timeout(ZERO), Err(RecvTimeoutError::Timeout));
    assert!(rx.recv_task_timeout(ZERO).is_err_and(|error| error.is_timeout()));
    assert_eq!(tx.send_timeout(1, ZERO), Ok(()));
    assert_eq!(tx.send_timeout(2, ZERO), Err(SendTimeoutError::Timeout(2)));
    assert_eq!(rx.recv_timeout(ZERO), Ok(1));
    tx.send(3).unwrap();
    assert_eq!(rx.recv_task_timeout(ZERO).map(|task| *task), Ok(3));

    let received = released(
        || rx.recv_timeout(Duration::MAX),
        || rx.stats().waiting_receivers == 1,
        || tx.send_timeout(4, Duration::MAX).unwrap(),
    );
    assert_eq!(received, Ok(4));
    tx.send(5).unwrap();
    let mut taken = None;
    let sent = released(
        || tx.send_timeout(6, Duration::MAX),
        || tx.stats().waiting_senders == 1,
        || taken = rx.recv_task_timeout(Duration::MAX).map(|task| *task).ok(),
    );
    assert_eq!((sent, taken), (Ok(()), Some(5)));
    assert_eq!(rx.try_recv(), Ok(6));
    assert_eq!((tx.stats().waiting_senders, tx.stats().waiting_receivers), (0, 0));
}

/// Python's thread face has no timeout for a join.
fn zero_and_endless_join_timeouts<O: Order>() {
    let (tx, rx) = O::bounded(1);
    assert_eq!(tx.join_timeout(Duration::ZERO), Ok(()));
    assert_eq!(tx.join_timeout(Duration::MAX), Ok(()));
    tx.send(1).unwrap();
    assert!(tx.join_timeout(Duration::ZERO).is_err());
    assert!(tx.join_timeout(BRIEFLY).is_err());
    let task = rx.recv_task().unwrap();
    assert!(tx.join_timeout(BRIEFLY).is_err(), "taken and not done");
    thread::scope(|scope| {
        let joiner = scope.spawn(|| tx.join_timeout(Duration::MAX));
        task.done();
        assert_eq!(joiner.join().unwrap(), Ok(()));
    });
}
