//! One waiting line for both faces: who is called, who passes a call on, whose waker counts.

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Waker;
use std::thread;
use std::time::Duration;

use bifrons::Sender;

use super::orders::{Order, contents, in_every_order};
use crate::support::{
    Step, block_on, counting_waker, hooked_at, is_pending, must_be_pending, must_be_ready, poll_with, wait_until,
};

in_every_order!(
    getters_of_both_faces_in_arrival_order,
    putters_of_both_faces_in_arrival_order,
    both_faces_wait_for_room,
    called_task_leaves_the_item_to_a_thread,
    timed_out_thread_leaves_the_item_to_a_task,
    called_task_leaves_the_room_to_a_thread,
    unpolled_futures_hold_nothing,
    forgotten_futures_hold_one_call,
    waker_replaced_between_polls,
    waker_that_panics,
);

const LONG: Duration = Duration::from_secs(3_600);

/// Eight who wait, every other one a thread; item number n goes to the nth.
fn getters_of_both_faces_in_arrival_order<O: Order>() {
    for capacity in [0, 1, 8] {
        let (tx, rx) = O::bounded::<usize>(capacity);
        thread::scope(|scope| {
            let waiting: Vec<_> = (0..8)
                .map(|place| {
                    let rx = rx.clone();
                    let waiting = scope.spawn(move || match place % 4 {
                        0 => rx.recv().unwrap(),
                        2 => rx.recv_task_timeout(LONG).unwrap().into_inner(),
                        _ => block_on(rx.into_async().recv()).unwrap(),
                    });
                    wait_until(|| tx.stats().waiting_receivers == place + 1);
                    waiting
                })
                .collect();
            for (place, waiting) in waiting.into_iter().enumerate() {
                tx.try_send(place).unwrap();
                assert_eq!(waiting.join().unwrap(), place, "capacity {capacity}");
                assert_eq!(tx.stats().waiting_receivers, 7 - place);
            }
        });
    }
}

fn putters_of_both_faces_in_arrival_order<O: Order>() {
    for capacity in [0, 1] {
        let (tx, rx) = O::bounded(capacity);
        if capacity == 1 {
            tx.send(100).unwrap();
        }
        thread::scope(|scope| {
            let waiting: Vec<_> = (0..8)
                .map(|place| {
                    let own = tx.clone();
                    let waiting = scope.spawn(move || match place % 4 {
                        0 => own.send(place).unwrap(),
                        2 => own.send_timeout(place, LONG).unwrap(),
                        _ => block_on(own.into_async().send(place)).unwrap(),
                    });
                    wait_until(|| tx.stats().waiting_senders == place + 1);
                    waiting
                })
                .collect();
            if capacity == 1 {
                assert_eq!(rx.recv(), Ok(100));
            }
            for (place, waiting) in waiting.into_iter().enumerate() {
                // With one place nobody's item passes another's, whatever the order.
                assert_eq!(rx.recv(), Ok(place), "capacity {capacity}");
                waiting.join().unwrap();
            }
        });
        assert_eq!(tx.stats().waiting_senders, 0);
    }
}

/// Threads and tasks share the room that a drain makes.
fn both_faces_wait_for_room<O: Order>() {
    let (tx, rx) = O::bounded(4);
    for item in 0..4 {
        tx.send(item).unwrap();
    }
    thread::scope(|scope| {
        let waiting: Vec<_> = (4..8)
            .map(|item| {
                let own = tx.clone();
                scope.spawn(move || if item % 2 == 0 { own.send(item) } else { block_on(own.into_async().send(item)) })
            })
            .collect();
        wait_until(|| tx.stats().waiting_senders == 4);
        assert_eq!(contents(&rx), [0, 1, 2, 3]);
        for waiting in waiting {
            assert_eq!(waiting.join().unwrap(), Ok(()));
        }
    });
    assert_eq!(contents(&rx), [4, 5, 6, 7]);
}

fn called_task_leaves_the_item_to_a_thread<O: Order>() {
    for capacity in [0, 1, 4] {
        let (tx, rx) = O::bounded(capacity);
        let async_rx = rx.to_async();
        let (count, waker) = counting_waker();
        let mut task = async_rx.recv();
        must_be_pending(&mut task, &waker);
        thread::scope(|scope| {
            let thread = scope.spawn(|| rx.recv());
            wait_until(|| tx.stats().waiting_receivers == 2);
            tx.try_send(5).unwrap();
            assert_eq!(count.wakes(), 1);
            assert!(!thread.is_finished());
            drop(task);
            assert_eq!(thread.join().unwrap(), Ok(5), "capacity {capacity}");
        });
    }
}

/// A thread gives up beside a task that does not, again and again: the task gets every item the
/// thread did not.
fn timed_out_thread_leaves_the_item_to_a_task<O: Order>() {
    let (tx, rx) = O::bounded(2);
    thread::scope(|scope| {
        let impatient = scope.spawn(|| {
            let mut received = vec![];
            loop {
                match rx.recv_timeout(Duration::from_micros(1)) {
                    Ok(item) => received.push(item),
                    Err(error) if error.is_closed() => break received,
                    Err(_) => {}
                }
            }
        });
        let async_rx = rx.to_async();
        let patient = scope.spawn(move || {
            let mut received = vec![];
            while let Ok(item) = block_on(async_rx.recv()) {
                received.push(item);
            }
            received
        });
        for item in 0..300 {
            tx.send(item).unwrap();
            // Only an empty queue can strand a waiter.
            wait_until(|| tx.is_empty());
        }
        tx.close();
        let mut received = impatient.join().unwrap();
        received.extend(patient.join().unwrap());
        received.sort_unstable();
        assert!(received.into_iter().eq(0..300));
    });
}

fn called_task_leaves_the_room_to_a_thread<O: Order>() {
    let (tx, rx) = O::bounded(1);
    tx.send(0).unwrap();
    let async_tx = tx.to_async();
    let mut task = async_tx.send(1);
    must_be_pending(&mut task, Waker::noop());
    thread::scope(|scope| {
        let thread = scope.spawn(|| tx.send(2));
        wait_until(|| tx.stats().waiting_senders == 2);
        assert_eq!(rx.recv(), Ok(0));
        let sent = task.take().is_none();
        drop(task);
        if sent {
            assert_eq!(rx.recv(), Ok(1));
        }
        assert_eq!(thread.join().unwrap(), Ok(()));
        assert_eq!(rx.recv(), Ok(2));
    });
}

fn unpolled_futures_hold_nothing<O: Order>() {
    let (tx, rx) = O::bounded(1);
    let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
    let unpolled = (async_rx.recv(), async_rx.recv_task(), async_tx.send(9), async_tx.join(), async_tx.reserve());
    assert_eq!((tx.stats().waiting_receivers, tx.stats().waiting_senders, tx.stats().reserved), (0, 0, 0));
    tx.send(1).unwrap();
    assert_eq!(rx.try_recv(), Ok(1));
    drop(unpolled);
    assert_eq!((tx.len(), tx.stats().tasks), (0, 0));

    tx.send(2).unwrap();
    mem::forget(async_rx.recv());
    mem::forget(async_tx.send(9));
    assert_eq!(rx.recv(), Ok(2));
    assert!(rx.is_empty());
}

/// A future that is forgotten while it waits may take one call with it, and no item.
fn forgotten_futures_hold_one_call<O: Order>() {
    let (tx, rx) = O::bounded(8);
    let async_rx = rx.to_async();
    let mut forgotten = async_rx.recv();
    assert!(is_pending(&mut forgotten));
    mem::forget(forgotten);
    let (count, waker) = counting_waker();
    let mut get = async_rx.recv();
    must_be_pending(&mut get, &waker);
    tx.send(1).unwrap();
    tx.send(2).unwrap();
    assert_eq!(count.wakes(), 1);
    assert_eq!(must_be_ready(&mut get).ok(), O::leaving([1, 2]).first().copied());
    assert_eq!(rx.try_recv().ok(), O::leaving([1, 2]).last().copied());
    for item in 3..20 {
        let mut get = async_rx.recv();
        must_be_pending(&mut get, &waker);
        tx.send(item).unwrap();
        assert_eq!(must_be_ready(&mut get), Ok(item));
    }
    assert_eq!(count.wakes(), 18, "and then never again");
}

fn waker_replaced_between_polls<O: Order>() {
    let (tx, rx) = O::bounded(1);
    let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
    let (old_count, old) = counting_waker();
    let (new_count, new) = counting_waker();

    let mut get = async_rx.recv();
    must_be_pending(&mut get, &old);
    must_be_pending(&mut get, &new);
    tx.send(1).unwrap();
    assert_eq!((old_count.wakes(), new_count.wakes()), (0, 1));
    assert_eq!(must_be_ready(&mut get), Ok(1));

    tx.send(2).unwrap();
    let mut put = async_tx.send(3);
    must_be_pending(&mut put, &old);
    must_be_pending(&mut put, &new);
    assert_eq!(rx.recv(), Ok(2));
    assert_eq!((old_count.wakes(), new_count.wakes()), (0, 2));
    assert_eq!(must_be_ready(&mut put), Ok(()));

    let mut join = async_tx.join();
    must_be_pending(&mut join, &old);
    must_be_pending(&mut join, &new);
    assert_eq!(rx.recv(), Ok(3));
    assert_eq!((old_count.wakes(), new_count.wakes()), (0, 3));
    must_be_ready(&mut join);
}

/// The panic is its caller's; who stands behind is called all the same.
fn waker_that_panics<O: Order>() {
    fn panics<R>(call: impl FnOnce() -> R) {
        let panic = catch_unwind(AssertUnwindSafe(call)).map(drop).unwrap_err();
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"no wake today"));
    }

    let shutdowns: [fn(&Sender<u32>); 2] = [|tx| assert!(tx.close()), |tx| drop(tx.shutdown())];
    for shutdown in shutdowns {
        let (tx, rx) = O::bounded(1);
        let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
        let bad = hooked_at(Step::Wake, || panic!("no wake today"));
        let (count, good) = counting_waker();

        let (mut first, mut second) = (async_rx.recv(), async_rx.recv());
        must_be_pending(&mut first, &bad);
        must_be_pending(&mut second, &good);
        panics(|| tx.try_send(1));
        assert_eq!((rx.len(), count.wakes()), (1, 1), "the item was sent, and the next one hears of it");
        assert_eq!(must_be_ready(&mut second), Ok(1));
        drop(first);

        tx.send(2).unwrap();
        let (mut first, mut second) = (async_tx.send(3), async_tx.send(4));
        must_be_pending(&mut first, &bad);
        must_be_pending(&mut second, &good);
        panics(|| rx.try_recv());
        drop(first);
        // The first may have been sent by whoever made the room, before its waker panicked.
        if poll_with(&mut second, &good).is_pending() {
            assert_eq!(rx.try_recv(), Ok(3));
            assert_eq!(must_be_ready(&mut second), Ok(()));
        }
        rx.drain().for_each(drop);

        tx.send(5).unwrap();
        let (mut first, mut second) = (async_tx.join(), async_tx.join());
        must_be_pending(&mut first, &bad);
        must_be_pending(&mut second, &good);
        let before = count.wakes();
        // The end of the work is the shutdown, or the taking of the item after the close.
        panics(|| {
            shutdown(&tx);
            rx.try_recv()
        });
        assert_eq!(count.wakes(), before + 1);
        must_be_ready(&mut second);
        must_be_ready(&mut first);
    }
}
