//! Emptying a queue at once, which is `drain`.

use std::task::Waker;

use super::orders::{Order, contents, in_every_order, unfinished};
use crate::support::{counting_waker, must_be_pending, must_be_ready, spawn_until_asleep};

in_every_order!(clear, clear_makes_room, clear_waits_for_tasks_in_hand, clear_after_shutdown);

/// The count goes to nothing, and who joins is released: a thread by a task, a task by a thread.
fn clear<O: Order>() {
    let (tx, rx) = O::unbounded();
    let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
    for item in [1, 3, 2] {
        tx.send(item).unwrap();
    }
    let joining = tx.clone();
    let joiner = spawn_until_asleep(move || joining.join());
    assert!(!joiner.is_finished());
    let cleared = async_rx.drain();
    joiner.join().unwrap();
    assert_eq!((rx.len(), unfinished(rx.stats())), (0, 0));
    assert_eq!(cleared.collect::<Vec<_>>(), O::leaving([1, 3, 2]));

    tx.send(4).unwrap();
    let (count, waker) = counting_waker();
    let mut join = async_tx.join();
    must_be_pending(&mut join, &waker);
    drop(rx.drain());
    assert_eq!(count.wakes(), 1);
    must_be_ready(&mut join);
    assert_eq!((rx.len(), unfinished(rx.stats())), (0, 0));
    tx.send(5).unwrap();
    assert_eq!(rx.recv(), Ok(5));
}

fn clear_makes_room<O: Order>() {
    let (tx, rx) = O::bounded(3);
    for item in 0..3 {
        tx.send(item).unwrap();
    }
    let async_tx = tx.to_async();
    let (counts, wakers): (Vec<_>, Vec<_>) = (0..5).map(|_| counting_waker()).unzip();
    let mut puts: Vec<_> = (3..8).map(|item| async_tx.send(item)).collect();
    for (put, waker) in puts.iter_mut().zip(&wakers) {
        must_be_pending(put, waker);
    }
    assert_eq!(rx.drain().collect::<Vec<_>>(), O::leaving(0..3));
    assert_eq!(counts.iter().map(|count| count.wakes()).collect::<Vec<_>>(), [1, 1, 1, 0, 0]);
    for put in &mut puts[..3] {
        assert_eq!(must_be_ready(put), Ok(()));
    }
    for (put, waker) in puts[3..].iter_mut().zip(&wakers[3..]) {
        must_be_pending(put, waker);
    }
    assert_eq!((rx.len(), tx.stats().waiting_senders), (3, 2));
    assert_eq!(contents(&rx), [3, 4, 5]);
    assert_eq!(must_be_ready(&mut puts[3]), Ok(()));
    assert_eq!(must_be_ready(&mut puts[4]), Ok(()));
    assert_eq!(contents(&rx), [6, 7]);
}

fn clear_waits_for_tasks_in_hand<O: Order>() {
    let (tx, rx) = O::unbounded();
    tx.send(1).unwrap();
    tx.send(2).unwrap();
    let task = rx.recv_task().unwrap();
    let async_tx = tx.to_async();
    let mut join = async_tx.join();
    must_be_pending(&mut join, Waker::noop());
    assert_eq!(rx.drain().count(), 1);
    assert_eq!(unfinished(rx.stats()), 1);
    must_be_pending(&mut join, Waker::noop());
    task.done();
    must_be_ready(&mut join);
}

fn clear_after_shutdown<O: Order>() {
    let (tx, rx) = O::unbounded();
    tx.send(1).unwrap();
    tx.close();
    assert!(rx.drain().eq([1]));
    assert_eq!((rx.drain().count(), unfinished(rx.stats())), (0, 0));
    tx.join();
    assert!(rx.recv().is_err());
}
