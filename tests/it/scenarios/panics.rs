//! Family D, continued: a panic in user code reaches its caller and harms nobody else.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Waker;
use std::thread;

use bifrons::TryRecvError;

use super::harness::{ALL, Face, Rx, TIGHT, Tx, each, leak};
use super::locks::works;
use crate::support::{
    Bomb, Census, Hooks, counting_waker, hooked_waker, is_pending, must_be_pending, must_be_ready, poll_with,
};

const MESSAGE: &str = "the waker's own";

fn explode() {
    // A second panic while unwinding would abort the process and prove nothing.
    if !thread::panicking() {
        panic!("{MESSAGE}");
    }
}

fn panics_when_woken() -> Waker {
    hooked_waker(Hooks { wake: Box::new(explode), ..Hooks::default() })
}

/// Runs the call and expects the waker's panic out of it.
#[track_caller]
fn must_panic<R>(call: impl FnOnce() -> R) {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(_) => panic!("the panic should have reached the caller"),
        Err(panic) => assert_eq!(panic.downcast_ref::<String>().map(String::as_str), Some(MESSAGE)),
    }
}

/// What ends everybody's wait.
type End = fn(Tx<u64>, &Rx<u64>);

fn endings() -> [End; 3] {
    [|tx, _| assert!(tx.close()), |_, rx| assert!(rx.close()), |tx, _| drop(tx)]
}

/// One waker of several panics as the queue closes: the others are woken, and it is closed.
#[test]
fn d40_waker_panics_during_close() {
    each(&ALL, |case| {
        for end in endings() {
            let (tx, rx) = case.queue();
            let async_rx = rx.to_async();
            let mut receives: Vec<_> = (0..4).map(|_| async_rx.recv()).collect();
            let mut closed = async_rx.closed();
            let (counts, wakers): (Vec<_>, Vec<_>) = (0..5).map(|_| counting_waker()).unzip();
            must_be_pending(&mut receives[0], &wakers[0]);
            must_be_pending(&mut receives[1], &panics_when_woken());
            must_be_pending(&mut receives[2], &wakers[2]);
            must_be_pending(&mut receives[3], &wakers[3]);
            must_be_pending(&mut closed, &wakers[4]);
            let thread = rx.clone().turned(Face::Blocking).start_recv();
            must_panic(|| end(tx, &rx));
            for n in [0, 2, 3, 4] {
                assert_eq!(counts[n].wakes(), 1, "waiter {n}");
            }
            assert!(thread.finish().is_err());
            assert!(receives.iter_mut().all(|receive| must_be_ready(receive).is_err()));
            must_be_ready(&mut closed);
        }
    });
}

/// The same for waiting senders, each of which gets its value back.
#[test]
fn d40_waker_of_a_sender_panics_during_close() {
    each(&TIGHT, |case| {
        for last_receiver in [false, true] {
            let (tx, rx, _) = case.full_queue();
            let async_tx = tx.to_async();
            let mut sends: Vec<_> = (0..3).map(|n| async_tx.send(100 + n)).collect();
            let (counts, wakers): (Vec<_>, Vec<_>) = (0..3).map(|_| counting_waker()).unzip();
            must_be_pending(&mut sends[0], &wakers[0]);
            must_be_pending(&mut sends[1], &panics_when_woken());
            must_be_pending(&mut sends[2], &wakers[2]);
            must_panic(|| if last_receiver { drop(rx) } else { assert!(rx.close()) });
            assert_eq!((counts[0].wakes(), counts[2].wakes()), (1, 1));
            for (n, send) in sends.iter_mut().enumerate() {
                assert_eq!(must_be_ready(send).unwrap_err().into_inner(), 100 + n as u64);
            }
        }
    });
}

/// A waker panics as an item arrives: the item is there, and the next in line is called instead.
#[test]
fn d40_waker_panics_on_an_item() {
    each(&ALL, |case| {
        let (tx, rx) = case.queue();
        let async_rx = rx.to_async();
        let mut first = async_rx.recv();
        must_be_pending(&mut first, &panics_when_woken());
        let heir = rx.start_recv();
        must_panic(|| tx.try_send(1));
        // The one whose waker failed may never come for its call.
        assert_eq!(heir.finish(), Ok(1));
        drop(first);
        works(&tx, &rx);
    });
}

/// A sender's waker panics as room appears: what was received is dropped with the panic, once.
#[test]
fn d40_waker_panics_on_room() {
    each(&TIGHT, |case| {
        let census = Census::new();
        let (tx, rx) = case.queue();
        let full = case.capacity.unwrap() as u64;
        (0..full).for_each(|id| tx.try_send(census.item(id)).unwrap());
        let async_tx = tx.to_async();
        let mut first = async_tx.send(census.item(100));
        must_be_pending(&mut first, &panics_when_woken());
        let heir = tx.start_send(census.item(101)).in_background();
        must_panic(|| rx.try_recv());
        let _ = poll_with(&mut first, Waker::noop());
        drop(first);
        let mut received = Vec::new();
        while received.last() != Some(&101) {
            received.push(rx.recv().unwrap().id);
        }
        heir.join().unwrap().unwrap();
        drop((async_tx, tx, rx));
        census.assert_all_dropped_once((0..full).chain([100, 101]));
    });
}

/// A value's drop panics as the last receiver goes: the others are dropped all the same.
#[test]
fn d41_drop_panics_in_the_last_receiver() {
    each(&[Some(5), Some(128), None], |case| {
        for armed in 0..5 {
            for by_iterator in [false, true] {
                let census = Census::new();
                let (tx, rx) = case.queue();
                for id in 0..5 {
                    tx.send(Bomb { armed: id == armed, load: census.item(id) }).unwrap();
                }
                let caught =
                    catch_unwind(AssertUnwindSafe(|| if by_iterator { drop(rx.to_async().drain()) } else { drop(rx) }));
                assert!(caught.is_err());
                census.assert_all_dropped_once(0..5);
                assert!(tx.try_send(Bomb { armed: false, load: census.item(5) }).is_err());
            }
        }
    });
}

/// The same when senders wait behind the values: each gets its own back.
#[test]
fn d41_drop_panics_while_senders_wait() {
    each(&TIGHT, |case| {
        let census = Census::new();
        let (tx, rx) = case.queue();
        let orphan = rx.clone().turned(Face::Awaiting).start_recv();
        let mut id = 0;
        // The rendezvous holds one value too, handed to a receiver that then goes.
        while id < case.capacity.unwrap().max(1) as u64 {
            tx.try_send(Bomb { armed: id == 0, load: census.item(id) }).unwrap();
            id += 1;
        }
        drop(orphan);
        let waiting: Vec<_> = (0..3).map(|n| tx.start_send(Bomb { armed: false, load: census.item(id + n) })).collect();
        assert!(catch_unwind(AssertUnwindSafe(|| drop(rx))).is_err());
        for (n, send) in waiting.into_iter().enumerate() {
            assert_eq!(send.finish().unwrap_err().into_inner().load.id, id + n as u64);
        }
        census.assert_all_dropped_once(0..id + 3);
    });
}

/// After a panic in any piece of user code every later call works, on this thread and others.
#[test]
fn d43_no_poisoning() {
    each(&ALL, |case| {
        let (tx, rx) = case.queue();
        let async_rx = rx.to_async();
        let panics_when_cloned = hooked_waker(Hooks { clone: Box::new(explode), ..Hooks::default() });
        must_panic(|| poll_with(&mut async_rx.recv(), &panics_when_cloned));
        must_panic(|| poll_with(&mut async_rx.closed(), &panics_when_cloned));
        works(&tx, &rx);

        let mut receive = async_rx.recv();
        {
            let panics_when_dropped = hooked_waker(Hooks { drop: Box::new(explode), ..Hooks::default() });
            must_be_pending(&mut receive, &panics_when_dropped);
            // The test's own must not go off.
            leak(panics_when_dropped);
        }
        must_panic(|| is_pending(&mut receive));
        drop(receive);
        works(&tx, &rx);

        let mut receive = async_rx.recv();
        must_be_pending(&mut receive, &panics_when_woken());
        must_panic(|| tx.try_send(1));
        drop(receive);
        assert_eq!(rx.try_recv(), Ok(1));
        assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));

        thread::scope(|scope| scope.spawn(|| works(&tx, &rx)).join().unwrap());
        works(&tx, &rx);
        assert!(rx.close());
        assert!(rx.recv().is_err() && tx.send(1).is_err());
    });
}
