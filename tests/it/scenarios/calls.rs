//! Family A, continued: a call reaches one that can use it, and only one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::{Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};

use super::harness::{ALL, Face, Rx, TIGHT, Task, Tx, Waiting, each};
use crate::support::{
    Random, StartLine, WakeCount, counting_waker, jitter, must_be_pending, own_bytes, poll_with, rounds, wait_until,
};

/// The waker of the last poll is the one that is woken.
#[test]
fn a07_waker_swapped() {
    each(&ALL, |case| {
        let (tx, rx) = case.queue();
        let async_rx = rx.to_async();
        let mut recv = async_rx.recv();
        let wakers: Vec<_> = (0..3).map(|_| counting_waker()).collect();
        for (_, waker) in &wakers {
            must_be_pending(&mut recv, waker);
        }
        let send = tx.start_send(1);
        assert_eq!(wakers[2].0.wakes(), 1);
        assert!(poll_with(&mut recv, &wakers[2].1).is_ready());
        assert_eq!(send.finish(), Ok(()));
    });
    each(&TIGHT, |case| {
        let (tx, rx, _) = case.full_queue();
        let async_tx = tx.to_async();
        let mut send = async_tx.send(100);
        let wakers: Vec<_> = (0..3).map(|_| counting_waker()).collect();
        for (_, waker) in &wakers {
            must_be_pending(&mut send, waker);
        }
        rx.recv().unwrap();
        assert_eq!(wakers[2].0.wakes(), 1);
        assert!(poll_with(&mut send, &wakers[2].1).is_ready());
    });
}

/// The same inside a set of futures, which polls with a waker of its own.
#[test]
fn a07_waker_swapped_inside_a_set() {
    each(&ALL, |case| {
        let (tx, rx) = case.queue::<u64>();
        let rx = rx.to_async();
        let mut recv = rx.recv();
        let (direct, waker) = counting_waker();
        must_be_pending(&mut recv, &waker);
        let mut set: FuturesUnordered<_> = [recv].into_iter().collect();
        let (outer, waker) = counting_waker();
        must_be_pending(&mut set.next(), &waker);
        // The set may have called itself to look once more.
        let before = outer.wakes();
        let send = tx.start_send(1);
        assert_eq!((direct.wakes(), outer.wakes()), (0, before + 1));
        assert!(poll_with(&mut set.next(), &waker).is_ready());
        assert_eq!(send.finish(), Ok(()));
    });
}

/// Polls a waiting future many times: it keeps one waker, and takes no more memory.
fn storm<F: Future + Unpin>(mut future: F) {
    /// A waker of its own for each poll; the living ones are counted.
    struct Fresh(Arc<AtomicUsize>);
    impl Wake for Fresh {
        fn wake(self: Arc<Self>) {}
    }
    impl Drop for Fresh {
        fn drop(&mut self) {
            self.0.fetch_sub(1, Ordering::Relaxed);
        }
    }
    let alive = Arc::new(AtomicUsize::new(0));
    let fresh = || {
        alive.fetch_add(1, Ordering::Relaxed);
        Waker::from(Arc::new(Fresh(Arc::clone(&alive))))
    };

    let (count, waker) = counting_waker();
    must_be_pending(&mut future, &waker);
    let (bytes, kept) = (own_bytes(), Arc::strong_count(&count));
    for _ in 0..10_000 {
        must_be_pending(&mut future, &waker);
    }
    assert_eq!((own_bytes(), Arc::strong_count(&count)), (bytes, kept));

    must_be_pending(&mut future, &fresh());
    let bytes = own_bytes();
    for _ in 0..1_000 {
        must_be_pending(&mut future, &fresh());
    }
    assert_eq!((own_bytes(), alive.load(Ordering::Relaxed)), (bytes, 1));
    drop(future);
    assert_eq!(alive.load(Ordering::Relaxed), 0);
    assert_eq!(count.wakes(), 0);
}

/// Polling a waiting future again and again hoards neither wakers nor memory.
#[test]
fn a08_repoll_storm() {
    each(&ALL, |case| {
        let (tx, rx) = case.queue::<u64>();
        let (tx, rx) = (tx.to_async(), rx.to_async());
        storm(rx.recv());
        storm(rx.stream().into_future());
        storm(tx.closed());
        storm(rx.closed());
    });
    each(&TIGHT, |case| {
        let (tx, rx, full) = case.full_queue();
        storm(tx.to_async().send(100));
        assert_eq!(rx.len() as u64, full);
    });
}

/// A send that succeeds while it registers leaves nothing in the line that swallows a call.
#[test]
fn a09_half_registered_sender() {
    let seed = Random::from_chance().draw();
    each(&TIGHT, |case| {
        let mut random = Random::new(seed);
        let (tx, rx, full) = case.full_queue();
        for _ in rounds(20) {
            let line = StartLine::new(2);
            let (early, got) = thread::scope(|scope| {
                let early = scope.spawn(|| {
                    line.wait();
                    tx.start_send(100)
                });
                line.wait();
                jitter(&mut random);
                let got = rx.try_recv().ok();
                (early.join().unwrap(), got)
            });
            let late = tx.start_send(101);
            let (early, late) = (early.in_background(), late.in_background());
            let mut received: Vec<u64> = got.into_iter().collect();
            while (received.len() as u64) < full + 2 {
                received.push(rx.recv().unwrap());
            }
            assert_eq!(early.join().unwrap(), Ok(()));
            assert_eq!(late.join().unwrap(), Ok(()));
            // Whoever does not wait may overtake one who was called.
            received[full as usize..].sort_unstable();
            assert_eq!(received[full as usize..], [100, 101]);
            while tx.try_send(0).is_ok() {}
        }
    });
}

/// The mirror: a receive that succeeds while it registers.
#[test]
fn a09_half_registered_receiver() {
    let seed = Random::from_chance().draw();
    each(&ALL, |case| {
        let mut random = Random::new(seed);
        let (tx, rx) = case.queue();
        for _ in rounds(20) {
            let line = StartLine::new(2);
            let (early, first) = thread::scope(|scope| {
                let early = scope.spawn(|| {
                    line.wait();
                    rx.start_recv()
                });
                line.wait();
                jitter(&mut random);
                let first = tx.start_send(1);
                (early.join().unwrap(), first)
            });
            let late = rx.start_recv();
            let (early, late) = (early.in_background(), late.in_background());
            tx.send(2).unwrap();
            assert_eq!(first.finish(), Ok(()));
            // Whoever does not wait may overtake one who was called.
            let mut both = [early.join().unwrap(), late.join().unwrap()].map(Result::unwrap);
            both.sort_unstable();
            assert_eq!(both, [1, 2]);
        }
    });
}

/// A bringer who sees nobody waiting misses nobody who is about to wait.
#[test]
fn a10_bringing_against_enlisting() {
    let seed = Random::from_chance().draw();
    each(&ALL, |case| {
        let (tx, rx) = case.queue();
        let received = AtomicU64::new(0);
        thread::scope(|scope| {
            scope.spawn(|| {
                let mut random = Random::new(seed);
                while let Ok(n) = rx.recv() {
                    assert_eq!(n, received.fetch_add(1, Ordering::Release));
                    jitter(&mut random);
                }
            });
            let mut random = Random::new(!seed);
            for n in rounds(200) {
                tx.send(n).unwrap();
                wait_until(|| received.load(Ordering::Acquire) > n);
                jitter(&mut random);
            }
            drop(tx);
        });
    });
}

/// The mirror, with room instead of items.
#[test]
fn a10_making_room_against_enlisting() {
    let seed = Random::from_chance().draw();
    each(&TIGHT, |case| {
        let (tx, rx, full) = case.full_queue();
        let sent = AtomicU64::new(0);
        thread::scope(|scope| {
            scope.spawn(|| {
                let mut random = Random::new(seed);
                while tx.send(full + sent.load(Ordering::Relaxed)).is_ok() {
                    sent.fetch_add(1, Ordering::Release);
                    jitter(&mut random);
                }
            });
            let mut random = Random::new(!seed);
            for n in rounds(200) {
                assert_eq!(rx.recv(), Ok(n));
                wait_until(|| sent.load(Ordering::Acquire) > n);
                jitter(&mut random);
            }
            drop(rx);
        });
    });
}

/// Longer than the watchdog waits.
const LONG: Duration = Duration::from_secs(600);

/// A timed call that was robbed waits on for the next item instead of sleeping out its time.
#[test]
fn a11_timed_receive_is_robbed() {
    each(&ALL, |case| {
        let (tx, rx) = case.queue();
        let Rx::Blocking(blocking) = rx.clone() else { return };
        for _ in rounds(60) {
            let line = StartLine::new(2);
            thread::scope(|scope| {
                let timed = scope.spawn(|| {
                    line.wait();
                    blocking.recv_timeout(LONG)
                });
                line.wait();
                let first = tx.start_send(1);
                let stolen = rx.try_recv();
                let second = tx.start_send(2);
                let own = timed.join().unwrap().unwrap();
                let other = stolen.unwrap_or_else(|_| rx.recv().unwrap());
                assert_eq!(own + other, 3);
                assert_eq!((first.finish(), second.finish()), (Ok(()), Ok(())));
            });
        }
    });
}

/// The mirror: a timed send that was robbed of its room waits on for the next.
#[test]
fn a11_timed_send_is_robbed() {
    each(&TIGHT[1..], |case| {
        let (tx, rx, full) = case.full_queue();
        let Tx::Blocking(blocking) = tx.clone() else { return };
        for _ in rounds(60) {
            let line = StartLine::new(2);
            thread::scope(|scope| {
                let timed = scope.spawn(|| {
                    line.wait();
                    blocking.send_timeout(100, LONG)
                });
                line.wait();
                rx.recv().unwrap();
                let stole = tx.try_send(101).is_ok();
                let mut left = full + u64::from(stole);
                while left > 0 {
                    rx.recv().unwrap();
                    left -= 1;
                }
                assert_eq!(timed.join().unwrap(), Ok(()));
            });
            assert!(rx.try_recv().is_err());
            while tx.try_send(0).is_ok() {}
        }
    });
}

fn total(counts: &[Arc<WakeCount>]) -> usize {
    counts.iter().map(|count| count.wakes()).sum()
}

/// One item wakes at most one of many that wait, streams included.
#[test]
fn a13_one_item_wakes_one_receiver() {
    each(&ALL, |case| {
        let (tx, rx) = case.queue::<u64>();
        let rx = rx.to_async();
        let mut receives: Vec<_> = (0..6).map(|_| rx.recv()).collect();
        let mut streams: Vec<_> = (0..6).map(|_| rx.stream()).collect();
        let (counts, wakers): (Vec<_>, Vec<_>) = (0..12).map(|_| counting_waker()).unzip();
        for (receive, waker) in receives.iter_mut().zip(&wakers) {
            must_be_pending(receive, waker);
        }
        for (stream, waker) in streams.iter_mut().zip(&wakers[6..]) {
            must_be_pending(&mut stream.next(), waker);
        }
        for n in 0..12 {
            let send = tx.start_send(n as u64);
            assert_eq!(total(&counts), n + 1, "one item, one call");
            // In arrival order, so it is clear who may take it.
            let taken = match receives.get_mut(n) {
                Some(receive) => poll_with(receive, &wakers[n]).map(Result::ok),
                None => poll_with(&mut streams[n - 6].next(), &wakers[n]),
            };
            assert_eq!(taken, Poll::Ready(Some(n as u64)));
            assert_eq!(send.finish(), Ok(()));
            assert_eq!(total(&counts), n + 1, "taking calls no receiver");
        }
    });
}

/// One place wakes at most one of many senders.
#[test]
fn a13_one_place_wakes_one_sender() {
    each(&TIGHT, |case| {
        let (tx, rx, full) = case.full_queue();
        let tx = tx.to_async();
        let mut sends: Vec<_> = (0..8).map(|n| tx.send(full + n)).collect();
        let (counts, wakers): (Vec<_>, Vec<_>) = (0..8).map(|_| counting_waker()).unzip();
        for (send, waker) in sends.iter_mut().zip(&wakers) {
            must_be_pending(send, waker);
        }
        for (n, send) in sends.iter_mut().enumerate() {
            assert_eq!(rx.recv(), Ok(n as u64));
            assert_eq!(total(&counts), n + 1, "one place, one call");
            assert!(poll_with(send, &wakers[n]).is_ready());
            assert_eq!(total(&counts), n + 1, "sending calls no sender");
        }
    });
}

/// Of threads and tasks in one line, each item lets one go, and the close the rest.
#[test]
fn a13_items_and_the_close_let_all_go() {
    each(&ALL, |case| {
        let (tx, rx) = case.queue();
        let crowd: Vec<_> = (0..6)
            .map(|n| {
                let face = if n % 2 == 0 { case.to } else { Face::Awaiting };
                rx.clone().turned(face).start_recv()
            })
            .collect();
        let crowd: Vec<_> = crowd.into_iter().map(Waiting::in_background).collect();
        for id in 0..3 {
            tx.send(id).unwrap();
        }
        drop(tx);
        let mut ids: Vec<u64> = crowd.into_iter().filter_map(|waiting| waiting.join().unwrap().ok()).collect();
        ids.sort_unstable();
        assert_eq!(ids, [0, 1, 2]);
    });
}

/// A close calls everyone who waits, once, however often it is repeated.
#[test]
fn a13_close_wakes_each_once() {
    each(&ALL, |case| {
        let (tx, rx) = case.queue::<u64>();
        let mut tasks: Vec<_> = (0..4)
            .map(|_| {
                let rx = rx.to_async();
                Task::new(async move { rx.recv().await })
            })
            .collect();
        assert!(tx.close());
        assert!(!tx.close() && !rx.close());
        for task in &tasks {
            assert_eq!(task.wakes(), 1);
        }
        assert!(tasks.iter_mut().all(Task::poll));
    });
}
