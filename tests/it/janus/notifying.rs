//! Each way to bring an item, or to make room, calls one of those who wait, on whichever face.

use std::thread;

use bifrons::{Receiver, Sender};

use super::orders::{Order, contents, in_every_order};
use crate::support::{block_on, counting_waker, must_be_pending, must_be_ready, wait_until};

in_every_order!(
    put_notifies_sync_not_empty,
    put_notifies_async_not_empty,
    get_notifies_sync_not_full,
    get_notifies_async_not_full,
    put_notifies_both_faces,
    get_notifies_both_faces,
);

type Put<'a> = Box<dyn Fn(u32) + 'a>;
type Get<'a> = Box<dyn Fn() -> u32 + 'a>;

/// The four ways to put, of two faces.
fn four_puts(tx: &Sender<u32>) -> [(&'static str, Put<'_>); 4] {
    let (first, second) = (tx.to_async(), tx.to_async());
    [
        ("try_send on a thread", Box::new(|item| tx.try_send(item).unwrap())),
        ("try_send in a task", Box::new(move |item| first.try_send(item).unwrap())),
        ("send on a thread", Box::new(|item| tx.send(item).unwrap())),
        ("send in a task", Box::new(move |item| block_on(second.send(item)).unwrap())),
    ]
}

/// The four ways to get.
fn four_gets(rx: &Receiver<u32>) -> [(&'static str, Get<'_>); 4] {
    let (first, second) = (rx.to_async(), rx.to_async());
    [
        ("try_recv on a thread", Box::new(|| rx.try_recv().unwrap())),
        ("try_recv in a task", Box::new(move || first.try_recv().unwrap())),
        ("recv on a thread", Box::new(|| rx.recv().unwrap())),
        ("recv in a task", Box::new(move || block_on(second.recv()).unwrap())),
    ]
}

fn put_notifies_sync_not_empty<O: Order>() {
    let (tx, rx) = O::unbounded();
    thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| rx.recv().unwrap())).collect();
        wait_until(|| tx.stats().waiting_receivers == 4);
        for (left, (name, put)) in (0..4).rev().zip(four_puts(&tx)) {
            put(left);
            // Each is the end of exactly one wait.
            wait_until(|| threads.iter().filter(|thread| thread.is_finished()).count() == 4 - left as usize);
            assert_eq!(tx.stats().waiting_receivers, left as usize, "{name}");
        }
        let mut received: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        received.sort_unstable();
        assert_eq!(received, [0, 1, 2, 3]);
    });
    assert!(rx.is_empty());
}

fn put_notifies_async_not_empty<O: Order>() {
    let (tx, rx) = O::unbounded();
    let async_rx = rx.to_async();
    let (counts, wakers): (Vec<_>, Vec<_>) = (0..4).map(|_| counting_waker()).unzip();
    let mut gets: Vec<_> = (0..4).map(|_| async_rx.recv()).collect();
    for (get, waker) in gets.iter_mut().zip(&wakers) {
        must_be_pending(get, waker);
    }
    for (item, (name, put)) in (0..4).zip(four_puts(&tx)) {
        put(item);
        let calls: Vec<_> = counts.iter().map(|count| count.wakes()).collect();
        assert_eq!(calls.iter().sum::<usize>(), item as usize + 1, "{name}");
        assert_eq!(calls[item as usize], 1, "{name} calls the next in line");
        assert_eq!(must_be_ready(&mut gets[item as usize]), Ok(item), "{name}");
    }
    assert_eq!((rx.len(), tx.stats().waiting_receivers), (0, 0));
}

fn get_notifies_sync_not_full<O: Order>() {
    let (tx, rx) = O::bounded(2);
    tx.send(0).unwrap();
    tx.send(1).unwrap();
    let mut received = vec![];
    thread::scope(|scope| {
        let tx = &tx;
        let threads: Vec<_> = (2..6).map(|item| scope.spawn(move || tx.send(item).unwrap())).collect();
        wait_until(|| tx.stats().waiting_senders == 4);
        for (left, (name, get)) in (0..4).rev().zip(four_gets(&rx)) {
            received.push(get());
            wait_until(|| threads.iter().filter(|thread| thread.is_finished()).count() == 4 - left);
            assert_eq!((tx.stats().waiting_senders, tx.len()), (left, 2), "{name}");
        }
    });
    assert_eq!(rx.len(), 2);
    received.extend(contents(&rx));
    received.sort_unstable();
    assert_eq!(received, [0, 1, 2, 3, 4, 5]);
}

fn get_notifies_async_not_full<O: Order>() {
    let (tx, rx) = O::bounded(2);
    tx.send(0).unwrap();
    tx.send(1).unwrap();
    let async_tx = tx.to_async();
    let (counts, wakers): (Vec<_>, Vec<_>) = (0..4).map(|_| counting_waker()).unzip();
    let mut puts: Vec<_> = (2..6).map(|item| async_tx.send(item)).collect();
    for (put, waker) in puts.iter_mut().zip(&wakers) {
        must_be_pending(put, waker);
    }
    let mut received = vec![];
    for (turn, (name, get)) in four_gets(&rx).into_iter().enumerate() {
        received.push(get());
        let calls: Vec<_> = counts.iter().map(|count| count.wakes()).collect();
        assert_eq!(calls.iter().sum::<usize>(), turn + 1, "{name}");
        assert_eq!(calls[turn], 1, "{name} calls the next in line");
        assert_eq!(must_be_ready(&mut puts[turn]), Ok(()), "{name}");
        assert!(rx.is_full(), "{name}");
    }
    assert_eq!((rx.len(), tx.stats().waiting_senders), (2, 0));
    received.extend(contents(&rx));
    received.sort_unstable();
    assert_eq!(received, [0, 1, 2, 3, 4, 5]);
}

/// Threads and tasks wait for items together, and one item is the end of one wait.
fn put_notifies_both_faces<O: Order>() {
    let (tx, rx) = O::unbounded();
    thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|place| {
                let rx = rx.clone();
                let thread = scope
                    .spawn(move || if place % 2 == 0 { rx.recv() } else { block_on(rx.into_async().recv()) }.unwrap());
                wait_until(|| tx.stats().waiting_receivers == place + 1);
                thread
            })
            .collect();
        for (place, (name, put)) in four_puts(&tx).into_iter().enumerate() {
            put(u32::try_from(place).unwrap());
            wait_until(|| threads[place].is_finished());
            assert_eq!(tx.stats().waiting_receivers, 3 - place, "{name}");
        }
        for (expected, thread) in (0..).zip(threads) {
            assert_eq!(thread.join().unwrap(), expected, "in the order of arrival, whatever the face");
        }
    });
}

/// Both faces wait for room together.
fn get_notifies_both_faces<O: Order>() {
    let (tx, rx) = O::bounded(1);
    tx.send(0).unwrap();
    thread::scope(|scope| {
        let threads: Vec<_> = (1..5)
            .map(|item| {
                let own = tx.clone();
                let thread = scope.spawn(move || {
                    if item % 2 == 0 { own.send(item) } else { block_on(own.into_async().send(item)) }.unwrap();
                });
                wait_until(|| tx.stats().waiting_senders == item as usize);
                thread
            })
            .collect();
        for (expected, (name, get)) in (0..).zip(four_gets(&rx)) {
            assert_eq!(get(), expected, "{name}");
            wait_until(|| threads[expected as usize].is_finished());
            assert_eq!((tx.stats().waiting_senders, tx.len()), (3 - expected as usize, 1), "{name}");
        }
    });
    assert_eq!(rx.recv(), Ok(4));
}
