//! Sends and receives that give up in time.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use bifrons::{RecvTimeoutError, SendTimeoutError};

use crate::support::{BLINK, Census, EVERY_KIND, own_sleeps, queue, settle, watchdog};

const SHORT: Duration = Duration::from_millis(5);

/// A moment that is over.
fn past() -> Instant {
    let now = Instant::now();
    now.checked_sub(Duration::from_secs(1)).unwrap_or(now)
}

/// A queue without room, and its receiver.
fn full(capacity: usize) -> (bifrons::Sender<usize>, bifrons::Receiver<usize>) {
    let (tx, rx) = bifrons::bounded(capacity);
    for item in 0..capacity {
        tx.send(item).unwrap();
    }
    (tx, rx)
}

#[test]
fn recv_gives_up_in_time_and_not_before() {
    let _dog = watchdog();
    for capacity in EVERY_KIND {
        let (_tx, rx) = queue::<u8>(capacity);
        let start = Instant::now();
        assert_eq!(rx.recv_timeout(SHORT), Err(RecvTimeoutError::Timeout));
        assert!(start.elapsed() >= SHORT, "capacity {capacity:?}");
        let deadline = Instant::now() + SHORT;
        assert_eq!(rx.recv_deadline(deadline), Err(RecvTimeoutError::Timeout));
        assert!(Instant::now() >= deadline, "capacity {capacity:?}");
    }
}

#[test]
fn send_gives_up_in_time_and_returns_the_item() {
    let _dog = watchdog();
    for capacity in [0, 1, 3] {
        let (tx, rx) = full(capacity);
        let start = Instant::now();
        assert_eq!(tx.send_timeout(90, SHORT), Err(SendTimeoutError::Timeout(90)));
        assert!(start.elapsed() >= SHORT, "capacity {capacity}");
        let deadline = Instant::now() + SHORT;
        assert_eq!(tx.send_deadline(91, deadline), Err(SendTimeoutError::Timeout(91)));
        assert!(Instant::now() >= deadline, "capacity {capacity}");
        assert!(rx.try_iter().eq(0..capacity), "nothing of it was sent");
    }
}

/// No time left is still one honest try.
#[test]
fn zero_and_past_are_one_try() {
    let _dog = watchdog();
    for capacity in [Some(1), Some(3), None] {
        let (tx, rx) = queue(capacity);
        assert_eq!(rx.recv_timeout(Duration::ZERO), Err(RecvTimeoutError::Timeout));
        assert_eq!(rx.recv_deadline(past()), Err(RecvTimeoutError::Timeout));
        assert_eq!(tx.send_timeout(1, Duration::ZERO), Ok(()));
        assert_eq!(rx.recv_timeout(Duration::ZERO), Ok(1));
        assert_eq!(tx.send_deadline(2, past()), Ok(()));
        assert_eq!(rx.recv_deadline(past()), Ok(2));
    }

    let (tx, rx) = full(1);
    assert_eq!(tx.send_timeout(8, Duration::ZERO), Err(SendTimeoutError::Timeout(8)));
    assert_eq!(tx.send_deadline(9, past()), Err(SendTimeoutError::Timeout(9)));
    assert!(rx.try_iter().eq([0]));
}

#[test]
fn zero_and_past_meet_a_party_that_waits() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::bounded(0);
    assert_eq!(tx.send_timeout(0, Duration::ZERO), Err(SendTimeoutError::Timeout(0)));
    assert_eq!(rx.recv_timeout(Duration::ZERO), Err(RecvTimeoutError::Timeout));
    thread::scope(|scope| {
        let sender = scope.spawn(|| tx.send(1));
        let received = loop {
            match rx.recv_timeout(Duration::ZERO) {
                Err(RecvTimeoutError::Timeout) => thread::yield_now(),
                received => break received,
            }
        };
        assert_eq!(received, Ok(1));
        assert_eq!(sender.join().unwrap(), Ok(()));

        let sender = scope.spawn(|| tx.send(2));
        let received = loop {
            match rx.recv_deadline(past()) {
                Err(RecvTimeoutError::Timeout) => thread::yield_now(),
                received => break received,
            }
        };
        assert_eq!(received, Ok(2));
        assert_eq!(sender.join().unwrap(), Ok(()));

        // With no time at all a send hands over to one who waits.
        for to_a_deadline in [false, true] {
            let send = || if to_a_deadline { tx.send_deadline(3, past()) } else { tx.send_timeout(3, Duration::ZERO) };
            let receiver = scope.spawn(|| rx.recv());
            while send().is_err() {
                thread::yield_now();
            }
            assert_eq!(receiver.join().unwrap(), Ok(3));
        }
    });
}

#[test]
fn the_longest_duration_waits_for_ever() {
    let _dog = watchdog();
    for capacity in EVERY_KIND {
        let (tx, rx) = queue(capacity);
        thread::scope(|scope| {
            let receiver = scope.spawn(|| rx.recv_timeout(Duration::MAX));
            settle();
            assert!(!receiver.is_finished());
            assert_eq!(tx.send_timeout(7, Duration::MAX), Ok(()));
            assert_eq!(receiver.join().unwrap(), Ok(7), "capacity {capacity:?}");
        });
    }

    let (tx, rx) = full(1);
    thread::scope(|scope| {
        let sender = scope.spawn(|| tx.send_timeout(1, Duration::MAX));
        settle();
        assert!(!sender.is_finished());
        assert_eq!(rx.recv(), Ok(0));
        assert_eq!(sender.join().unwrap(), Ok(()));
        let sender = scope.spawn(|| tx.send_timeout(2, Duration::MAX));
        settle();
        tx.close();
        assert_eq!(sender.join().unwrap(), Err(SendTimeoutError::Closed(2)));
    });
}

#[test]
fn the_close_ends_the_wait_early() {
    let _dog = watchdog();
    const LONG: Duration = Duration::from_secs(3_600);
    for capacity in EVERY_KIND {
        let (tx, rx) = queue::<u8>(capacity);
        thread::scope(|scope| {
            let by_timeout = scope.spawn(|| rx.recv_timeout(LONG));
            let by_deadline = scope.spawn(|| rx.recv_deadline(Instant::now() + LONG));
            settle();
            drop(tx);
            assert_eq!(by_timeout.join().unwrap(), Err(RecvTimeoutError::Closed));
            assert_eq!(by_deadline.join().unwrap(), Err(RecvTimeoutError::Closed));
        });
    }
    for capacity in [0, 1] {
        let (tx, rx) = full(capacity);
        thread::scope(|scope| {
            let by_timeout = scope.spawn(|| tx.send_timeout(8, LONG));
            let by_deadline = scope.spawn(|| tx.send_deadline(9, Instant::now() + LONG));
            settle();
            drop(rx);
            assert_eq!(by_timeout.join().unwrap(), Err(SendTimeoutError::Closed(8)));
            assert_eq!(by_deadline.join().unwrap(), Err(SendTimeoutError::Closed(9)));
        });
    }
}

#[test]
fn a_closed_queue_is_said_to_be_closed_whatever_the_time() {
    let (tx, rx) = bifrons::bounded(2);
    tx.send(1).unwrap();
    tx.close();
    for time in [Duration::ZERO, SHORT, Duration::MAX] {
        assert_eq!(tx.send_timeout(2, time), Err(SendTimeoutError::Closed(2)));
    }
    assert_eq!(tx.send_deadline(3, past()), Err(SendTimeoutError::Closed(3)));
    assert_eq!(rx.recv_timeout(Duration::ZERO), Ok(1), "what is left comes first");
    for time in [Duration::ZERO, SHORT, Duration::MAX] {
        assert_eq!(rx.recv_timeout(time), Err(RecvTimeoutError::Closed));
    }
    assert_eq!(rx.recv_deadline(past()), Err(RecvTimeoutError::Closed));
}

#[test]
fn what_comes_in_time_is_delivered() {
    let _dog = watchdog();
    for capacity in EVERY_KIND {
        let (tx, rx) = queue(capacity);
        thread::scope(|scope| {
            let receiver = scope.spawn(|| {
                (rx.recv_timeout(Duration::from_secs(50)), rx.recv_deadline(Instant::now() + Duration::from_secs(50)))
            });
            settle();
            tx.send_timeout(1, Duration::from_secs(50)).unwrap();
            settle();
            tx.send_deadline(2, Instant::now() + Duration::from_secs(50)).unwrap();
            assert_eq!(receiver.join().unwrap(), (Ok(1), Ok(2)), "capacity {capacity:?}");
        });
    }
}

/// Deadlines and partners that race: whatever is said, every item is in exactly one place.
#[test]
fn delivered_or_returned_and_never_both() {
    let _dog = watchdog();
    for capacity in [0, 1, 3] {
        let census = Census::new();
        let (tx, rx) = bifrons::bounded(capacity);
        let (sent, returned) = (AtomicU64::new(0), AtomicU64::new(0));
        const SENDERS: u64 = 2;
        const EACH: u64 = 800;
        let received = thread::scope(|scope| {
            for sender in 0..SENDERS {
                let (tx, census, sent, returned) = (tx.clone(), &census, &sent, &returned);
                scope.spawn(move || {
                    for number in 0..EACH {
                        let id = sender * EACH + number;
                        // From hopeless to easy, so that the end of the wait meets every moment.
                        let time = Duration::from_nanos(number % 64 * 500);
                        match tx.send_timeout(census.item(id), time) {
                            Ok(()) => sent.fetch_add(1, Ordering::Relaxed),
                            Err(SendTimeoutError::Timeout(item)) => {
                                assert_eq!(item.id, id, "one's own item comes back");
                                returned.fetch_add(1, Ordering::Relaxed)
                            }
                            Err(SendTimeoutError::Closed(_)) => panic!("a receiver is there"),
                        };
                    }
                });
            }
            drop(tx);
            let receivers: Vec<_> = (0..2)
                .map(|receiver| {
                    let rx = rx.clone();
                    scope.spawn(move || {
                        let mut received = 0;
                        for turn in 0_u64.. {
                            match rx.recv_timeout(Duration::from_nanos((turn + receiver) % 32 * 900)) {
                                Ok(_) => received += 1,
                                Err(RecvTimeoutError::Timeout) => {}
                                Err(RecvTimeoutError::Closed) => break,
                            }
                        }
                        received
                    })
                })
                .collect();
            receivers.into_iter().map(|receiver| receiver.join().unwrap()).sum::<u64>()
        });
        let (sent, returned) = (sent.into_inner(), returned.into_inner());
        assert_eq!(received, sent, "capacity {capacity}");
        assert_eq!(sent + returned, SENDERS * EACH, "capacity {capacity}");
        census.assert_all_dropped_once(0..SENDERS * EACH);
    }
}

/// A wait that was given up leaves nothing behind that would take the next call.
#[test]
fn a_thousand_short_waits_keep_nothing() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::bounded(1);
    let sleeps = own_sleeps();
    for _ in 0..1_000 {
        assert_eq!(rx.recv_timeout(BLINK), Err(RecvTimeoutError::Timeout));
    }
    assert!(sleeps.is_none() || own_sleeps() > sleeps, "it never stood in line");
    thread::scope(|scope| {
        let receiver = scope.spawn(|| rx.recv());
        settle();
        tx.send(1).unwrap();
        assert_eq!(receiver.join().unwrap(), Ok(1), "no ghost of a receiver took the call");
    });

    tx.send(2).unwrap();
    for item in 0..1_000 {
        assert_eq!(tx.send_timeout(item, BLINK), Err(SendTimeoutError::Timeout(item)));
    }
    assert_eq!(rx.len(), 1);
    thread::scope(|scope| {
        let sender = scope.spawn(|| tx.send(3));
        settle();
        assert_eq!(rx.recv(), Ok(2));
        assert_eq!(sender.join().unwrap(), Ok(()), "no ghost of a sender took the call");
    });
    assert!(rx.try_iter().eq([3]));

    let (tx, rx) = bifrons::bounded(0);
    for item in 0..1_000 {
        assert_eq!(rx.recv_timeout(BLINK), Err(RecvTimeoutError::Timeout));
        assert_eq!(tx.send_timeout(item, BLINK), Err(SendTimeoutError::Timeout(item)));
    }
    assert!(tx.try_send(0).is_err(), "no ghost of a receiver is waiting");
    assert!(rx.try_recv().is_err(), "no ghost of a sender is offering");
}

/// A receiver that gives up while it is called hands the call to one who still waits.
#[test]
fn giving_up_while_called_strands_nobody() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::bounded(4);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let impatient = scope.spawn(|| {
            let mut received = 0;
            while !done.load(Ordering::Acquire) {
                received += usize::from(rx.recv_timeout(BLINK).is_ok());
            }
            received
        });
        let patient = scope.spawn(|| rx.iter().take_while(|&item| item != usize::MAX).count());
        for item in 0..600 {
            tx.send(item).unwrap();
            // Only an empty queue can strand the patient one.
            while !tx.is_empty() {
                thread::yield_now();
            }
        }
        done.store(true, Ordering::Release);
        let impatient = impatient.join().unwrap();
        tx.send(usize::MAX).unwrap();
        assert_eq!(impatient + patient.join().unwrap(), 600);
    });
}
