//! Waiting senders whose room comes while the other end of the queue is busy.
//!
//! A receive that makes room may move the waiting item in at once, or, with the sending end taken by somebody else, only
//! call its sender. Which of the two happens is a matter of nanoseconds; what users see must not depend on it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use bifrons::{AsyncReceiver, AsyncSender};

use crate::support::{OnDrop, counting_waker, is_pending, must_be_pending, must_be_ready, watchdog};

/// Enough for both ways to be met many times, given a second CPU.
const ROUNDS: usize = 20_000;

/// Runs `round` again and again with a queue of one place, whose sending end another thread keeps busy.
fn beside_a_busy_end(round: impl Fn(&AsyncSender<u32>, &AsyncReceiver<u32>)) {
    let _dog = watchdog();
    let (tx, rx) = bifrons::bounded(1);
    let (tx, rx) = (tx.into_async(), rx.into_async());
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        // Also when a round fails.
        let _stop = OnDrop(|| stop.store(true, Ordering::Relaxed));
        scope.spawn(|| {
            // Those who watch for the close stand at the sending end, and neither take nor make room.
            while !stop.load(Ordering::Relaxed) {
                assert!(is_pending(&mut tx.closed()));
            }
        });
        for _ in 0..ROUNDS {
            round(&tx, &rx);
            assert!(rx.is_empty());
        }
    });
}

#[test]
fn a_called_send_that_leaves_passes_the_room_on() {
    for by_take in [false, true] {
        beside_a_busy_end(|tx, rx| {
            let (first_count, first_waker) = counting_waker();
            let (second_count, second_waker) = counting_waker();
            tx.try_send(0).unwrap();
            let (mut first, mut second) = (tx.send(1), tx.send(2));
            must_be_pending(&mut first, &first_waker);
            must_be_pending(&mut second, &second_waker);
            assert_eq!(rx.try_recv(), Ok(0));
            assert_eq!((first_count.wakes(), second_count.wakes()), (1, 0));
            let moved = !rx.is_empty();
            if by_take {
                assert_eq!(first.take(), (!moved).then_some(1));
            }
            drop(first);
            if moved {
                assert_eq!(second_count.wakes(), 0, "the room was used");
                assert_eq!(rx.try_recv(), Ok(1));
            }
            assert_eq!(second_count.wakes(), 1, "the room is the next one's");
            assert_eq!(must_be_ready(&mut second), Ok(()));
            assert_eq!(rx.try_recv(), Ok(2));
        });
    }
}

#[test]
fn an_overtaken_send_keeps_its_place() {
    beside_a_busy_end(|tx, rx| {
        let (first_count, first_waker) = counting_waker();
        let (second_count, second_waker) = counting_waker();
        tx.try_send(0).unwrap();
        let (mut first, mut second) = (tx.send(1), tx.send(2));
        must_be_pending(&mut first, &first_waker);
        must_be_pending(&mut second, &second_waker);
        assert_eq!(rx.try_recv(), Ok(0));
        if rx.is_empty() {
            tx.try_send(9).unwrap();
            must_be_pending(&mut first, &first_waker);
            assert_eq!(rx.try_recv(), Ok(9));
            assert_eq!((first_count.wakes(), second_count.wakes()), (2, 0), "still at the head of the line");
        }
        assert_eq!(must_be_ready(&mut first), Ok(()));
        assert_eq!(rx.try_recv(), Ok(1));
        assert_eq!(second_count.wakes(), 1);
        assert_eq!(must_be_ready(&mut second), Ok(()));
        assert_eq!(rx.try_recv(), Ok(2));
    });
}

/// Called and then closed upon, before it came to use the room.
#[test]
fn a_called_send_meets_the_close() {
    let _dog = watchdog();
    for _ in 0..300 {
        let (tx, rx) = bifrons::bounded(1);
        let (tx, rx) = (tx.into_async(), rx.into_async());
        tx.try_send(0).unwrap();
        let mut send = tx.send(1);
        assert!(is_pending(&mut send));
        thread::scope(|scope| {
            let busy = scope.spawn(|| (0..20).for_each(|_| _ = is_pending(&mut tx.closed())));
            assert_eq!(rx.try_recv(), Ok(0));
            tx.close();
            busy.join().unwrap();
        });
        let sent = must_be_ready(&mut send).is_ok();
        assert_eq!(rx.try_recv().is_ok(), sent, "it is there exactly if it was sent");
    }
}
