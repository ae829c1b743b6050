//! Family B, continued: each call reports exactly what it did.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use bifrons::{RecvTimeoutError, SendError, SendTimeoutError, TryRecvError};
use futures_util::FutureExt;

use super::harness::{ALL, ROOMY, Rx, TIGHT, Tx, each};
use crate::support::{
    BLINK, Census, Counted, Looks, Random, StartLine, counting_waker, is_pending, must_be_pending, must_be_ready,
    own_bytes, rounds, wait_until,
};

/// A future that was never polled leaves no trace but the drop of its value.
#[test]
fn b21_unpolled_future_dropped() {
    each(&ALL, |case| {
        let census = Census::new();
        let (tx, rx) = case.queue();
        let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
        let (count, waker) = counting_waker();
        let mut receive = async_rx.recv();
        must_be_pending(&mut receive, &waker);
        let unpolled = async_tx.send(census.item(1));
        assert_eq!(census.alive(), 1);
        drop(unpolled);
        drop(async_rx.recv());
        drop(async_tx.closed());
        census.assert_all_dropped_once([1]);
        assert_eq!((count.wakes(), tx.len()), (0, 0));

        let send = tx.start_send(census.item(2));
        assert_eq!(must_be_ready(&mut receive).unwrap().id, 2);
        send.finish().unwrap();
    });
    each(&TIGHT, |case| {
        let (tx, rx, full) = case.full_queue();
        let (tx, rx) = (tx.to_async(), rx.to_async());
        let (count, waker) = counting_waker();
        let mut send = tx.send(100);
        must_be_pending(&mut send, &waker);
        drop(rx.recv());
        drop(tx.send(101));
        assert_eq!((count.wakes(), tx.len() as u64), (0, full));
        assert_eq!(rx.try_recv(), Ok(if full == 0 { 100 } else { 0 }));
        assert_eq!((count.wakes(), must_be_ready(&mut send)), (1, Ok(())));
    });
}

/// A send that is dropped while it waits is never delivered; its value is dropped or taken back.
#[test]
fn b22_cancelled_send() {
    each(&TIGHT, |case| {
        let census = Census::new();
        let (tx, rx) = case.queue::<Counted>();
        let capacity = case.capacity.unwrap() as u64;
        for id in 0..capacity {
            tx.try_send(census.item(id)).unwrap();
        }
        let async_tx = tx.to_async();
        let (mut dropped, mut taken) = (async_tx.send(census.item(100)), async_tx.send(census.item(101)));
        assert!(is_pending(&mut dropped) && is_pending(&mut taken));
        drop(dropped);
        assert_eq!(census.drops_of(100), 1);
        let back = taken.take();
        assert_eq!(back.as_ref().map(|item| item.id), Some(101));
        assert!(taken.take().is_none());
        drop(taken);
        assert_eq!(census.drops_of(101), 0);
        let last = tx.start_send(census.item(102)).in_background();
        for id in (0..capacity).chain([102]) {
            assert_eq!(rx.recv().unwrap().id, id);
        }
        last.join().unwrap().unwrap();
        assert!(matches!(rx.try_recv(), Err(TryRecvError::Empty)));
        drop((back, tx, rx));
        census.assert_all_dropped_once((0..capacity).chain(100..=102));
    });
}

/// Sends that are polled once and dropped fill the queue and then change nothing.
#[test]
fn b22_now_or_never_keeps_the_capacity() {
    each(&TIGHT, |case| {
        let (tx, rx) = case.queue();
        let tx = tx.to_async();
        let sent: Vec<u64> = (0..50).filter(|&id| tx.send(id).now_or_never() == Some(Ok(()))).collect();
        let capacity = case.capacity.unwrap() as u64;
        assert_eq!(sent, (0..capacity).collect::<Vec<_>>());
        assert_eq!(tx.len() as u64, capacity);
        assert_eq!(std::iter::from_fn(|| rx.try_recv().ok()).collect::<Vec<_>>(), sent);
    });
}

/// How a queue comes to be closed under a sender.
type Close = fn(&Tx<Counted>, Rx<Counted>);

fn ways_to_close() -> [Close; 3] {
    [|tx, _| assert!(tx.close()), |_, rx| assert!(rx.close()), |_, rx| drop(rx)]
}

/// Whatever the reason, a send that fails gives its value back.
#[test]
fn b23_every_failing_send_returns_its_value() {
    each(&TIGHT, |case| {
        for close in ways_to_close() {
            let census = Census::new();
            let (tx, rx) = case.queue();
            let full = case.capacity.unwrap() as u64;
            (0..full).for_each(|id| tx.try_send(census.item(id)).unwrap());
            let item = |id: u64| census.item(100 + id);
            let past = Instant::now();

            let error = tx.try_send(item(0)).unwrap_err();
            assert!(error.is_full());
            assert_eq!(error.into_inner().id, 100);
            if let Tx::Blocking(tx) = &tx {
                for error in [
                    tx.send_timeout(item(1), Duration::ZERO).unwrap_err(),
                    tx.send_timeout(item(1), Duration::from_micros(100)).unwrap_err(),
                    tx.send_deadline(item(1), past).unwrap_err(),
                ] {
                    let SendTimeoutError::Timeout(back) = error else { panic!("{error:?}") };
                    assert_eq!(back.id, 101);
                }
            }

            let waiting: Vec<_> = (0..3).map(|n| tx.start_send(item(2 + n))).collect();
            let timed = if let Tx::Blocking(tx) = &tx {
                let (tx, item) = (tx.clone(), item(5));
                Some(thread::spawn(move || tx.send_timeout(item, Duration::MAX)))
            } else {
                None
            };
            close(&tx, rx);
            for (n, waiting) in waiting.into_iter().enumerate() {
                let SendError(back) = waiting.finish().unwrap_err();
                assert_eq!(back.id, 102 + n as u64);
            }
            if let Some(timed) = timed {
                assert_eq!(timed.join().unwrap().unwrap_err().into_inner().id, 105);
            }

            let error = tx.try_send(item(6)).unwrap_err();
            assert!(error.is_closed());
            assert_eq!(error.into_inner().id, 106);
            assert_eq!(tx.send(item(7)).unwrap_err().into_inner().id, 107);
            if let Tx::Blocking(tx) = &tx {
                for error in [
                    tx.send_timeout(item(8), Duration::ZERO).unwrap_err(),
                    tx.send_timeout(item(8), Duration::MAX).unwrap_err(),
                    tx.send_deadline(item(8), past).unwrap_err(),
                ] {
                    let SendTimeoutError::Closed(back) = error else { panic!("{error:?}") };
                    assert_eq!(back.id, 108);
                }
            }
            drop(tx);
            assert_eq!(census.alive(), 0);
            assert_eq!(census.dropped().len(), census.made());
        }
    });
}

/// Spins for about this long, to act near another thread's deadline.
fn pass(time: Duration) {
    let end = Instant::now() + time;
    while Instant::now() < end {
        std::hint::spin_loop();
    }
}

const NEAR_MISSES: u64 = 60;

/// A receive whose time runs out as a value arrives has it, or has left it where it is.
#[test]
fn b24_receive_timeout_versus_delivery() {
    let seed = Random::from_chance().draw();
    each(&ALL, |case| {
        let mut random = Random::new(seed);
        let (tx, rx) = case.queue();
        let Rx::Blocking(timed) = rx.clone() else { return };
        for id in rounds(NEAR_MISSES) {
            let limit = Duration::from_micros(random.below(150));
            let start = Duration::from_micros(random.below(200));
            let line = StartLine::new(2);
            thread::scope(|scope| {
                let receive = scope.spawn(|| {
                    line.wait();
                    timed.recv_timeout(limit)
                });
                line.wait();
                pass(start);
                // Half of the values are sent whatever happens, half only if it can be at once.
                let sent = if id % 2 == 0 {
                    let send = tx.start_send(id).in_background();
                    let outcome = receive.join().unwrap();
                    if outcome == Err(RecvTimeoutError::Timeout) {
                        assert_eq!(rx.recv(), Ok(id));
                    } else {
                        assert_eq!(outcome, Ok(id));
                    }
                    send.join().unwrap().unwrap();
                    return;
                } else {
                    tx.try_send(id).is_ok()
                };
                match receive.join().unwrap() {
                    Ok(received) => assert_eq!((sent, received), (true, id)),
                    Err(error) => {
                        assert_eq!(error, RecvTimeoutError::Timeout);
                        assert_eq!(rx.try_recv().ok(), sent.then_some(id));
                    }
                }
            });
            assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
        }
    });
}

/// A send whose time runs out as room appears has sent its value, or has it back.
#[test]
fn b24_send_timeout_versus_room() {
    let seed = Random::from_chance().draw();
    each(&TIGHT, |case| {
        let mut random = Random::new(seed);
        let (tx, rx, full) = case.full_queue();
        let Tx::Blocking(timed) = tx.clone() else { return };
        for _ in rounds(NEAR_MISSES) {
            let limit = Duration::from_micros(random.below(150));
            let start = Duration::from_micros(random.below(200));
            let line = StartLine::new(2);
            let (outcome, first) = thread::scope(|scope| {
                let send = scope.spawn(|| {
                    line.wait();
                    timed.send_timeout(100, limit)
                });
                line.wait();
                pass(start);
                let first = rx.try_recv();
                (send.join().unwrap(), first)
            });
            let mut received: Vec<u64> = first.into_iter().collect();
            received.extend(std::iter::from_fn(|| rx.try_recv().ok()));
            match outcome {
                Ok(()) => assert_eq!(received.pop(), Some(100)),
                Err(error) => assert_eq!(error, SendTimeoutError::Timeout(100)),
            }
            assert_eq!(received, (0..full).collect::<Vec<_>>());
            (0..full).for_each(|id| tx.try_send(id).unwrap());
        }
    });
}

/// Waiting in vain many times leaves nothing behind, neither memory nor places in the line.
#[test]
fn b25_repeated_timeouts() {
    fn no_growth(mut wait: impl FnMut()) {
        (0..3).for_each(|_| wait());
        let bytes = own_bytes();
        (0..2_000).for_each(|_| wait());
        assert_eq!(own_bytes(), bytes);
    }
    each(&TIGHT, |case| {
        let (tx, rx) = case.queue::<u64>();
        match &rx {
            Rx::Blocking(rx) => {
                no_growth(|| assert!(rx.recv_timeout(Duration::ZERO).is_err()));
                let past = Instant::now();
                no_growth(|| assert!(rx.recv_deadline(past).is_err()));
                (0..200).for_each(|_| assert!(rx.recv_timeout(BLINK).is_err()));
            }
            Rx::Awaiting(rx) => no_growth(|| assert!(is_pending(&mut rx.recv()))),
        }
        let receive = rx.start_recv();
        let send = tx.start_send(1);
        assert_eq!((receive.finish(), send.finish()), (Ok(1), Ok(())));

        while tx.try_send(0).is_ok() {}
        match &tx {
            Tx::Blocking(tx) => {
                no_growth(|| assert!(tx.send_timeout(1, Duration::ZERO).is_err()));
                (0..200).for_each(|_| assert!(tx.send_timeout(1, BLINK).is_err()));
            }
            Tx::Awaiting(tx) => no_growth(|| assert!(is_pending(&mut tx.send(1)))),
        }
        let send = tx.start_send(2).in_background();
        while rx.recv() != Ok(2) {}
        assert_eq!(send.join().unwrap(), Ok(()));
    });
}

/// The length stays within bounds while both ends are busy.
#[test]
fn b29_length_under_way() {
    each(&[Some(0), Some(1), Some(3), Some(128), None], |case| {
        let (tx, rx) = case.queue();
        let (begun, done) = (AtomicUsize::new(0), AtomicBool::new(false));
        thread::scope(|scope| {
            scope.spawn(|| {
                let mut looks = Looks::default();
                while !done.load(Ordering::Relaxed) {
                    let len = tx.len();
                    // Read afterwards: what was begun to be sent only grows.
                    let most = case.capacity.unwrap_or_else(|| begun.load(Ordering::SeqCst));
                    assert!(len <= most, "{len} > {most}");
                    looks.pause();
                }
            });
            scope.spawn(|| {
                for n in 0..1_000_u64 {
                    begun.fetch_add(1, Ordering::SeqCst);
                    tx.send(n).unwrap();
                }
            });
            for n in 0..1_000 {
                assert_eq!(rx.recv(), Ok(n));
                assert!(case.capacity.is_none_or(|most| rx.len() <= most));
            }
            done.store(true, Ordering::Relaxed);
        });
        assert_eq!(tx.len(), 0);
    });
}

/// What was sent and not received is in the length, beyond every boundary of the storage.
#[test]
fn b29_length_at_rest() {
    each(&ROOMY, |case| {
        let (tx, rx) = case.queue();
        let most = case.capacity.unwrap_or(300) as u64;
        for offset in 0..3 {
            for n in 0..most {
                assert_eq!(rx.len() as u64, n);
                tx.send(n).unwrap();
                assert!(!rx.is_empty());
            }
            for n in 0..most {
                assert_eq!(tx.len() as u64, most - n);
                assert!(!rx.is_empty());
                assert_eq!(rx.recv(), Ok(n));
            }
            assert!(rx.is_empty());
            // The next round starts elsewhere in the storage.
            for _ in 0..=offset * 7 {
                tx.send(0).unwrap();
                rx.recv().unwrap();
            }
        }
    });
}

/// Of two ends that look, the one that knows of a value sees the queue not empty.
#[test]
fn b29_not_empty_once_sent() {
    each(&ROOMY, |case| {
        let (tx, rx) = case.queue();
        for id in rounds(30) {
            let line = StartLine::new(2);
            let sent = AtomicBool::new(false);
            thread::scope(|scope| {
                scope.spawn(|| {
                    line.wait();
                    tx.send(id).unwrap();
                    sent.store(true, Ordering::Release);
                });
                line.wait();
                wait_until(|| sent.load(Ordering::Acquire));
                assert!(!rx.is_empty());
                assert_eq!(rx.try_recv(), Ok(id));
            });
        }
    });
}
