//! Family F: what a close means, and when there is one.

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use bifrons::{AsyncReceiver, AsyncSender, Receiver, RecvError, Sender, TryRecvError, TrySendError};

use super::harness::{ALL, Case, Face, Rx, Tx, each};
use crate::support::{Random, StartLine, block_on, jitter, rounds, wait_until};

/// Plain memory: whoever reads it needs the queue to order the read after the write.
struct Plain(UnsafeCell<u64>);

// SAFETY: the tests write it before a close and read it after that close was seen.
unsafe impl Sync for Plain {}

impl Plain {
    fn write(&self, value: u64) {
        // SAFETY: nobody reads before the close that follows.
        unsafe { *self.0.get() = value };
    }

    fn read(&self) -> u64 {
        // SAFETY: the close that followed the write was seen.
        unsafe { *self.0.get() }
    }
}

/// Runs `close` after a plain write and reads after `seen` has returned.
fn written_before_the_close<E: Send, O: Send>(
    case: Case,
    split: impl Fn(Case) -> (E, O),
    close: impl Fn(E) + Sync,
    seen: impl Fn(&O),
) {
    for round in rounds(5) {
        let (end, observer) = split(case);
        let plain = Plain(UnsafeCell::new(0));
        let line = StartLine::new(2);
        thread::scope(|scope| {
            scope.spawn(|| {
                line.wait();
                plain.write(round + 1);
                close(end);
            });
            line.wait();
            seen(&observer);
            assert_eq!(plain.read(), round + 1);
        });
    }
}

/// What a sender wrote before it closed the queue or went is seen by whoever sees it closed.
#[test]
fn f53_close_by_a_sender_synchronises() {
    each(&ALL, |case| {
        let close: [fn(Tx<u64>); 2] = [|tx| assert!(tx.close()), drop];
        let seen: [fn(&Rx<u64>); 6] = [
            |rx| assert_eq!(rx.recv(), Err(RecvError)),
            |rx| wait_until(|| rx.try_recv() == Err(TryRecvError::Closed)),
            |rx| wait_until(|| rx.to_async().is_closed()),
            |rx| block_on(rx.to_async().closed()),
            |rx| {
                if let Rx::Blocking(rx) = rx {
                    rx.closed();
                    assert!(rx.recv_timeout(std::time::Duration::MAX).is_err());
                } else {
                    assert!(rx.recv().is_err());
                }
            },
            |rx| assert!(rx.to_async().drain().next().is_none() && rx.recv().is_err()),
        ];
        for close in close {
            for seen in seen {
                written_before_the_close(case, Case::queue, close, seen);
            }
        }
    });
}

/// What a receiver wrote before it closed the queue or went is seen by whoever sees it closed.
#[test]
fn f53_close_by_a_receiver_synchronises() {
    each(&ALL, |case| {
        let split = |case: Case| {
            let (tx, rx) = case.queue();
            (rx, tx)
        };
        let close: [fn(Rx<u64>); 2] = [|rx| assert!(rx.close()), drop];
        let seen: [fn(&Tx<u64>); 4] = [
            |tx| wait_until(|| tx.send(1).is_err()),
            |tx| wait_until(|| matches!(tx.try_send(1), Err(TrySendError::Closed(1)))),
            |tx| wait_until(|| tx.to_async().is_closed()),
            |tx| match tx {
                Tx::Blocking(tx) => tx.closed(),
                Tx::Awaiting(tx) => block_on(tx.closed()),
            },
        ];
        for close in close {
            for seen in seen {
                written_before_the_close(case, split, close, seen);
            }
        }
    });
}

/// A weak sender that races the last sender's going gets a living one, or none for ever.
#[test]
fn f54_weak_sender_against_the_last_drop() {
    let seed = Random::from_chance().draw();
    each(&ALL, |case| {
        let mut random = Random::new(seed);
        for _ in rounds(60) {
            let (tx, rx) = case.queue::<u64>();
            let weak = tx.downgrade();
            let line = StartLine::new(2);
            let upgraded = thread::scope(|scope| {
                let upgrade = scope.spawn(|| {
                    line.wait();
                    weak.upgrade()
                });
                line.wait();
                jitter(&mut random);
                drop(tx);
                upgrade.join().unwrap()
            });
            if let Some(tx) = upgraded {
                assert!(!tx.is_closed());
                assert_eq!(tx.sender_count(), 1);
                let send = Tx::Blocking(tx).turned(case.from).start_send(1);
                assert_eq!(rx.recv(), Ok(1));
                assert_eq!(send.finish(), Ok(()));
            }
            assert_eq!(rx.recv(), Err(RecvError));
            assert!(weak.upgrade().is_none() && weak.clone().upgrade().is_none());
        }
    });
}

/// The same for a weak receiver.
#[test]
fn f54_weak_receiver_against_the_last_drop() {
    let seed = Random::from_chance().draw();
    each(&ALL, |case| {
        let mut random = Random::new(seed);
        for _ in rounds(60) {
            let (tx, rx) = case.queue::<u64>();
            let weak = rx.downgrade();
            let line = StartLine::new(2);
            let upgraded = thread::scope(|scope| {
                let upgrade = scope.spawn(|| {
                    line.wait();
                    weak.upgrade()
                });
                line.wait();
                jitter(&mut random);
                drop(rx);
                upgrade.join().unwrap()
            });
            if let Some(rx) = upgraded {
                assert!(!rx.is_closed());
                assert_eq!(rx.receiver_count(), 1);
                let send = tx.start_send(1);
                assert_eq!(Rx::Blocking(rx).turned(case.to).recv(), Ok(1));
                assert_eq!(send.finish(), Ok(()));
            }
            assert_eq!(tx.send(2).unwrap_err().into_inner(), 2);
            assert!(weak.upgrade().is_none() && weak.clone().upgrade().is_none());
        }
    });
}

/// Turns the only handle of its half over and over, in every way there is.
fn turn_sender(mut tx: Sender<u64>) -> Sender<u64> {
    for _ in 0..100 {
        tx = tx.into_async().into_sync();
        tx = Sender::from(AsyncSender::from(tx));
        let further = tx.to_async();
        drop(tx);
        tx = further.to_sync();
    }
    tx
}

fn turn_receiver(mut rx: Receiver<u64>) -> Receiver<u64> {
    for _ in 0..100 {
        rx = rx.into_async().into_sync();
        rx = Receiver::from(AsyncReceiver::from(rx));
        let further = rx.to_async();
        drop(rx);
        rx = further.to_sync();
    }
    rx
}

/// A handle that is turned to the other face never leaves its half without one.
#[test]
fn f57_turning_the_only_sender() {
    each(&ALL, |case| {
        let (tx, rx) = case.queue();
        let Tx::Blocking(tx) = tx.turned(Face::Blocking) else { unreachable!() };
        let waiting = rx.start_recv();
        let counts = rx.to_async();
        let turned = AtomicBool::new(false);
        let tx = thread::scope(|scope| {
            let turner = scope.spawn(|| {
                let tx = turn_sender(tx);
                turned.store(true, Ordering::Release);
                tx
            });
            while !turned.load(Ordering::Acquire) {
                assert!(counts.sender_count() >= 1 && !counts.is_closed());
                assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
            }
            turner.join().unwrap()
        });
        assert_eq!(tx.sender_count(), 1);
        assert!(waiting.waits());
        let send = Tx::Blocking(tx).start_send(1);
        assert_eq!((waiting.finish(), send.finish()), (Ok(1), Ok(())));
        assert_eq!(rx.recv(), Err(RecvError));
    });
}

/// The same for the only receiver, while a sender waits.
#[test]
fn f57_turning_the_only_receiver() {
    each(&[Some(0), Some(1), Some(3)], |case| {
        let (tx, rx, full) = case.full_queue();
        let Rx::Blocking(rx) = rx.turned(Face::Blocking) else { unreachable!() };
        let waiting = tx.start_send(full);
        let counts = tx.to_async();
        let turned = AtomicBool::new(false);
        let rx = thread::scope(|scope| {
            let turner = scope.spawn(|| {
                let rx = turn_receiver(rx);
                turned.store(true, Ordering::Release);
                rx
            });
            while !turned.load(Ordering::Acquire) {
                assert!(counts.receiver_count() >= 1 && !counts.is_closed());
                assert_eq!(tx.try_send(100), Err(TrySendError::Full(100)));
            }
            turner.join().unwrap()
        });
        assert_eq!(rx.receiver_count(), 1);
        let waiting = waiting.in_background();
        for id in 0..=full {
            assert_eq!(rx.recv(), Ok(id));
        }
        assert_eq!(waiting.join().unwrap(), Ok(()));
        drop(rx);
        assert!(tx.send(1).is_err());
    });
}
