//! Family D, continued: wakers that fail, or call the queue, in the calls that wake several at once.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Waker;
use std::thread;

use bifrons::{Receiver, Sender};

use super::harness::{Face, Rx, Tx, each};
use super::locks::works;
use super::verbs::Order;
use crate::support::{Step, counting_waker, hooked_at, is_pending, must_be_pending, must_be_ready};

const MESSAGE: &str = "this waker's own";

fn panics_when_woken() -> Waker {
    hooked_at(Step::Wake, || {
        if !thread::panicking() {
            panic!("{MESSAGE}");
        }
    })
}

#[track_caller]
fn must_panic<R>(call: impl FnOnce() -> R) {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(_) => panic!("the panic should have reached the caller"),
        Err(panic) => assert_eq!(panic.downcast_ref::<String>().map(String::as_str), Some(MESSAGE)),
    }
}

fn blocking(tx: &Tx<u64>, rx: &Rx<u64>) -> (Sender<u64>, Receiver<u64>) {
    let (Tx::Blocking(tx), Rx::Blocking(rx)) = (tx.clone().turned(Face::Blocking), rx.clone().turned(Face::Blocking))
    else {
        unreachable!()
    };
    (tx, rx)
}

/// A batch whose second receiver's waker panics: it is sent whole, once, and everybody else is woken.
#[test]
fn d40_waker_panics_in_a_batch() {
    each(&[Some(8), None], |case| {
        for order in Order::ALL {
            let (tx, rx) = case.queue_in(order);
            let async_rx = rx.to_async();
            let mut receives: Vec<_> = (0..4).map(|_| async_rx.recv()).collect();
            let (counts, wakers): (Vec<_>, Vec<_>) = (0..4).map(|_| counting_waker()).unzip();
            let failing = panics_when_woken();
            for (n, receive) in receives.iter_mut().enumerate() {
                must_be_pending(receive, if n == 1 { &failing } else { &wakers[n] });
            }
            let mut items = VecDeque::from([1, 2, 3]);
            must_panic(|| blocking(&tx, &rx).0.send_many(&mut items));
            assert!(items.is_empty(), "{items:?}");
            // The one whose waker failed may never come, so that the fourth was called for it.
            for n in [0, 2, 3] {
                assert_eq!(counts[n].wakes(), 1, "waiter {n}, {order:?}");
            }
            let mut received: Vec<_> = [0, 2, 3].map(|n| must_be_ready(&mut receives[n]).unwrap()).into();
            received.sort_unstable();
            assert_eq!(received, [1, 2, 3]);
            drop(receives);
            works(&tx, &rx);
        }
    });
}

/// Room for many, and one of the wakers panics: the others are woken, and nothing that was received is there twice.
#[test]
fn d40_waker_panics_on_room_for_many() {
    type Call = fn(&Receiver<u64>, &mut Vec<u64>);
    let calls: [(&str, Call); 3] = [
        ("recv_many", |rx, received| assert!(rx.recv_many(received, 3).is_ok())),
        ("set_capacity", |rx, _| rx.set_capacity(6).unwrap()),
        ("drain", |rx, received| received.extend(rx.drain())),
    ];
    each(&[Some(3)], |case| {
        for (order, (name, call)) in Order::ALL.into_iter().flat_map(|order| calls.map(|call| (order, call))) {
            let (tx, rx) = case.queue_in(order);
            (0..3).for_each(|id| tx.try_send(id).unwrap());
            let async_tx = tx.to_async();
            let mut sends: Vec<_> = (0..3).map(|id| async_tx.send(10 + id)).collect();
            let (counts, wakers): (Vec<_>, Vec<_>) = (0..3).map(|_| counting_waker()).unzip();
            let failing = panics_when_woken();
            for (n, send) in sends.iter_mut().enumerate() {
                must_be_pending(send, if n == 1 { &failing } else { &wakers[n] });
            }
            let mut received = Vec::new();
            must_panic(|| call(&blocking(&tx, &rx).1, &mut received));
            assert_eq!((counts[0].wakes(), counts[2].wakes()), (1, 1), "{name}, {order:?}");
            sends.iter_mut().for_each(|send| assert_eq!(must_be_ready(send), Ok(())));
            received.extend(rx.rest());
            received.sort_unstable();
            // What the call had taken may be dropped with the panic.
            assert!(received.is_sorted_by(|a, b| a < b), "{name}: {received:?}");
            assert!([10, 11, 12].iter().all(|id| received.contains(id)), "{name}: {received:?}");
            works(&tx, &rx);
        }
    });
}

/// A permit that is dropped and meets a failing waker: its place goes to the next in line.
#[test]
fn d40_waker_panics_as_a_permit_goes() {
    each(&[Some(1)], |case| {
        for order in Order::ALL {
            let (tx, rx) = case.queue_in(order);
            let permit = tx.try_reserve().unwrap();
            let async_tx = tx.to_async();
            let mut first = async_tx.send(1);
            must_be_pending(&mut first, &panics_when_woken());
            let heir = tx.start_send(2).in_background();
            must_panic(|| drop(permit));
            let received = rx.recv().unwrap();
            // The first one's item may have been moved in before its waker failed.
            if received == 1 {
                assert_eq!(rx.recv(), Ok(2));
            } else {
                assert_eq!(received, 2);
            }
            assert_eq!(heir.join().unwrap(), Ok(()));
            drop(first);
            let _ = rx.rest();
            works(&tx, &rx);
        }
    });
}

/// The last piece of work is done, and one of the joiners' wakers panics: all are let go.
#[test]
fn d40_waker_of_a_joiner_panics() {
    let ends: [fn(bifrons::Task<u64>); 3] = [bifrons::Task::done, drop, |task| assert_eq!(task.into_inner(), 1)];
    each(&[Some(1), None], |case| {
        for (order, end) in Order::ALL.into_iter().flat_map(|order| ends.map(|end| (order, end))) {
            let (tx, rx) = case.queue_in(order);
            tx.send(1).unwrap();
            let task = rx.recv_task().unwrap();
            let async_tx = tx.to_async();
            let mut joins: Vec<_> = (0..3).map(|_| async_tx.join()).collect();
            let (counts, wakers): (Vec<_>, Vec<_>) = (0..3).map(|_| counting_waker()).unzip();
            let failing = panics_when_woken();
            for (n, join) in joins.iter_mut().enumerate() {
                must_be_pending(join, if n == 1 { &failing } else { &wakers[n] });
            }
            must_panic(|| end(task));
            assert_eq!((counts[0].wakes(), counts[2].wakes()), (1, 1), "{order:?}");
            joins.iter_mut().for_each(must_be_ready);
            works(&tx, &rx);
        }
    });
}

/// A shutdown that meets a failing waker has closed the queue for everybody, and lost nothing: what is left is there for
/// the next.
#[test]
fn d40_waker_panics_in_a_shutdown() {
    each(&[Some(2)], |case| {
        for order in Order::ALL {
            let (tx, rx) = case.queue_in(order);
            (0..2).for_each(|id| tx.try_send(id).unwrap());
            let async_tx = tx.to_async();
            let (mut send, mut failing_send) = (async_tx.send(10), async_tx.send(11));
            let (mut reserve, mut join, mut closed) = (async_tx.reserve(), async_tx.join(), async_tx.closed());
            let (count, waker) = counting_waker();
            must_be_pending(&mut failing_send, &panics_when_woken());
            must_be_pending(&mut send, &waker);
            must_be_pending(&mut reserve, &waker);
            must_be_pending(&mut join, &waker);
            must_be_pending(&mut closed, &waker);
            must_panic(|| rx.shutdown());
            assert_eq!(count.wakes(), 3, "{order:?}");
            assert!(must_be_ready(&mut send).is_err() && must_be_ready(&mut failing_send).is_err());
            assert!(must_be_ready(&mut reserve).is_err());
            must_be_ready(&mut closed);
            must_be_pending(&mut join, &waker);
            assert_eq!(rx.shutdown(), order.of(vec![0, 1]));
            assert_eq!(count.wakes(), 4, "{order:?}");
            must_be_ready(&mut join);
            assert!(rx.recv().is_err());
        }
    });
}

/// Wakers that call the queue, from within the calls that wake several at once.
#[test]
fn d39_wakers_call_the_queue_from_the_other_calls() {
    each(&[Some(2), None], |case| {
        for order in Order::ALL {
            let (tx, rx) = case.queue_in(order);
            let (weak_tx, weak_rx) = (tx.downgrade(), rx.downgrade());
            let meddling = hooked_at(Step::Wake, move || {
                let (Some(tx), Some(rx)) = (weak_tx.upgrade(), weak_rx.upgrade()) else { return };
                let (tx, rx) = (tx.into_async(), rx.into_async());
                let _ = (tx.stats(), tx.try_reserve().map(drop), is_pending(&mut tx.join()));
                let _ = (tx.force_send(77), rx.try_recv_task().map(drop), is_pending(&mut rx.recv_task()));
                let _ = is_pending(&mut tx.reserve());
            });
            let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
            let mut receives: Vec<_> = (0..2).map(|_| async_rx.recv()).collect();
            receives.iter_mut().for_each(|receive| must_be_pending(receive, &meddling));
            let mut items = VecDeque::from([1, 2]);
            let (blocking_tx, blocking_rx) = blocking(&tx, &rx);
            blocking_tx.send_many(&mut items).unwrap();
            drop(receives);
            let _ = rx.rest();

            tx.send(3).unwrap();
            let task = rx.recv_task().unwrap();
            let mut joins: Vec<_> = (0..2).map(|_| async_tx.join()).collect();
            joins.iter_mut().for_each(|join| must_be_pending(join, &meddling));
            task.done();
            drop(joins);
            let _ = rx.rest();

            if case.capacity.is_some() {
                while tx.try_send(0).is_ok() {}
                let mut sends: Vec<_> = (0..3).map(|id| async_tx.send(10 + id)).collect();
                sends.iter_mut().for_each(|send| must_be_pending(send, &meddling));
                let mut received = Vec::new();
                blocking_rx.recv_many(&mut received, 2).unwrap();
                assert_eq!(received, [0, 0]);
                drop(sends);
                tx.set_capacity(5).unwrap();
                let _ = rx.rest();
            }
            works(&tx, &rx);
            assert_eq!((tx.stats().tasks, tx.stats().reserved), (0, 0));
            let mut closed = async_tx.closed();
            must_be_pending(&mut closed, &meddling);
            let _ = rx.shutdown();
            must_be_ready(&mut closed);
        }
    });
}
