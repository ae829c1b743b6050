//! Family B: no value is lost, doubled or misreported.

use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

use bifrons::{RecvError, TryRecvError, TrySendError};
use futures_util::{StreamExt, select_biased};

use super::harness::{ALL, Face, Rx, TIGHT, Task, Waiting, each};
use crate::support::{
    Census, Looks, Random, StartLine, block_on, is_pending, jitter, must_be_pending, poll_with, rounds,
};

/// A value sent just before the last sender goes is received before the queue counts as closed.
#[test]
fn b14_send_then_drop() {
    let seed = Random::from_chance().draw();
    each(&ALL, |case| {
        let mut random = Random::new(seed);
        for round in rounds(120) {
            let (tx, rx) = case.queue();
            let line = StartLine::new(2);
            thread::scope(|scope| {
                let (line, delay) = (&line, random.draw());
                scope.spawn(move || {
                    line.wait();
                    jitter(&mut Random::new(delay));
                    tx.send(round).unwrap();
                });
                line.wait();
                // Every way to receive in turn; each sees the value first and the close after it.
                let mut looks = Looks::default();
                let received = match (round % 4, &rx) {
                    (0, _) => rx.recv().map_err(|RecvError| ()),
                    (1, _) => poll_until_something(&rx),
                    (2, Rx::Blocking(rx)) => rx.iter().next().ok_or(()),
                    (_, Rx::Blocking(rx)) => loop {
                        looks.pause();
                        match rx.recv_timeout(Duration::ZERO) {
                            Err(error) if error.is_timeout() => {}
                            other => break other.map_err(|_| ()),
                        }
                    },
                    (_, Rx::Awaiting(rx)) => {
                        let mut stream = rx.stream();
                        block_on(stream.next()).ok_or(())
                    }
                };
                assert_eq!(received, Ok(round), "round {round}");
                assert_eq!(rx.recv(), Err(RecvError));
            });
        }
    });
}

fn poll_until_something(rx: &Rx<u64>) -> Result<u64, ()> {
    let mut looks = Looks::default();
    loop {
        match rx.try_recv() {
            Ok(id) => return Ok(id),
            Err(TryRecvError::Empty) => looks.pause(),
            Err(TryRecvError::Closed) => return Err(()),
        }
    }
}

/// A loop of non-blocking receives that ends with the close has seen what all senders sent.
#[test]
fn b15_no_early_close_from_try_recv() {
    each(&[Some(1), Some(4), None], |case| {
        for _ in rounds(25) {
            let (tx, rx) = case.queue();
            let received = thread::scope(|scope| {
                for sender in 0..4 {
                    let tx = tx.clone();
                    scope.spawn(move || {
                        tx.send(2 * sender).unwrap();
                        tx.send(2 * sender + 1).unwrap();
                    });
                }
                drop(tx);
                let mut received = Vec::new();
                while let Ok(id) = poll_until_something(&rx) {
                    received.push(id);
                }
                received
            });
            let mut sorted = received.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, (0..8).collect::<Vec<_>>(), "{received:?}");
        }
    });
}

/// A select that takes one of two values leaves the other where it was.
#[test]
fn b16_select_keeps_the_losing_value() {
    each(&ALL, |case| {
        if case.to == Face::Blocking {
            return;
        }
        for late in [false, true] {
            let (one_tx, one) = case.queue();
            let (two_tx, two) = case.queue();
            let (async_one, async_two) = (one.to_async(), two.to_async());
            let select = async move {
                let (mut one, mut two) = (async_one.recv(), async_two.recv());
                select_biased! { id = one => id, id = two => id }
            };
            let sends = || (one_tx.start_send(1), two_tx.start_send(2));
            // Both values come before the select looks at all, or while it waits.
            let (selected, sends) = if late {
                let task = Task::new(select);
                let sends = sends();
                (task.finish(), sends)
            } else {
                let sends = sends();
                (Task::new(select).finish(), sends)
            };
            assert_eq!(selected, Ok(1));
            assert_eq!(one.try_recv(), Err(TryRecvError::Empty));
            assert_eq!(two.recv(), Ok(2));
            assert_eq!((sends.0.finish(), sends.1.finish()), (Ok(()), Ok(())));
        }
    });
}

/// The same with a select over sends: the losing value was not sent and can be had back.
#[test]
fn b16_select_keeps_the_losing_send() {
    each(&TIGHT, |case| {
        if case.from == Face::Blocking {
            return;
        }
        let (full_tx, full_rx, full) = case.full_queue();
        let (free_tx, free_rx) = case.queue();
        let receive = free_rx.start_recv().in_background();
        let (full_tx, free_tx) = (full_tx.to_async(), free_tx.to_async());
        let (mut loser, mut winner) = (full_tx.send(7), free_tx.send(8));
        must_be_pending(&mut loser, Waker::noop());
        block_on(async {
            select_biased! {
                _ = loser => panic!("there was no room"),
                sent = winner => sent.unwrap(),
            }
        });
        assert_eq!(loser.take(), Some(7));
        assert_eq!(receive.join().unwrap(), Ok(8));
        for id in 0..full {
            assert_eq!(full_rx.try_recv(), Ok(id));
        }
        assert_eq!(full_rx.try_recv(), Err(TryRecvError::Empty));
    });
}

/// What was handed to a receive that is then dropped is still there for the next.
#[test]
fn b17_rendezvous_handed_off_then_cancelled() {
    each(&[Some(0)], |case| {
        let census = Census::new();
        let (tx, rx) = case.queue();
        let receive = rx.clone().turned(Face::Awaiting).start_recv();
        tx.try_send(census.item(1)).unwrap();
        drop(receive);
        assert_eq!(tx.len(), 1, "the orphan counts");
        assert!(matches!(tx.try_send(census.item(2)), Err(TrySendError::Full(item)) if item.id == 2));
        assert_eq!(rx.recv().unwrap().id, 1);
        assert!(rx.is_empty());

        // Nobody comes for this one.
        let receive = rx.clone().turned(Face::Awaiting).start_recv();
        tx.try_send(census.item(3)).unwrap();
        drop(receive);
        assert_eq!(census.alive(), 1);
        drop(rx);
        assert_eq!(census.alive(), 0);
        census.assert_all_dropped_once(1..=3);
    });
}

/// A waiting send says so only when its value was taken, whoever looked at it before.
#[test]
fn b17_rendezvous_offer_survives_cancelled_receivers() {
    each(&[Some(0)], |case| {
        let census = Census::new();
        let (tx, rx) = case.queue();
        let receive = rx.clone().turned(Face::Awaiting).start_recv();
        let mut send = tx.start_send(census.item(1));
        drop(receive);
        assert!(send.waits(), "not taken, so not sent");
        if let Waiting::Task(task) = &mut send {
            assert!(!task.poll());
        }
        assert_eq!(rx.recv().unwrap().id, 1);
        send.finish().unwrap();
        census.assert_all_dropped_once([1]);
    });
}

/// In a rendezvous each value whose send said `Ok` is received, whatever receivers come and go.
#[test]
fn b17_rendezvous_ok_means_received() {
    let seed = Random::from_chance().draw();
    each(&[Some(0)], |case| {
        let (tx, rx) = case.queue::<u64>();
        let (mut sent, mut received) = thread::scope(|scope| {
            let patient = scope.spawn(|| std::iter::from_fn(|| rx.recv().ok()).collect::<Vec<_>>());
            let fickle = scope.spawn(|| {
                let rx = rx.to_async();
                let (mut random, mut received) = (Random::new(seed), Vec::new());
                loop {
                    let mut receive = rx.recv();
                    match poll_with(&mut receive, Waker::noop()) {
                        Poll::Ready(Ok(id)) => received.push(id),
                        Poll::Ready(Err(RecvError)) => return received,
                        Poll::Pending => jitter(&mut random),
                    }
                }
            });
            // The sender goes in the end, which closes the queue.
            let sender = scope.spawn(move || {
                let mut sent = Vec::new();
                for id in 0..300 {
                    let ok = if id % 2 == 0 { tx.send(id).is_ok() } else { tx.try_send(id).is_ok() };
                    sent.extend(ok.then_some(id));
                }
                sent
            });
            let mut received = fickle.join().unwrap();
            received.extend(patient.join().unwrap());
            (sender.join().unwrap(), received)
        });
        received.sort_unstable();
        sent.sort_unstable();
        assert_eq!(received, sent);
    });
}

/// Many waiting receivers are no room: what they have not taken counts against the capacity.
#[test]
fn b18_waiters_are_no_room() {
    each(&ALL[..3], |case| {
        let (tx, rx) = case.queue();
        let rx = rx.to_async();
        let mut receives: Vec<_> = (0..10).map(|_| rx.recv()).collect();
        assert!(receives.iter_mut().all(is_pending));
        let capacity = case.capacity.unwrap();
        // In a rendezvous each of the ten can be handed one item, and an eleventh has no taker.
        let expected = if capacity == 0 { 10 } else { capacity };
        let sent = (0..11).filter(|&id: &u64| tx.try_send(id).is_ok()).count();
        assert_eq!(sent, expected);
        drop(receives);
        assert_eq!(tx.len(), expected);
        for id in 0..expected {
            assert_eq!(rx.try_recv(), Ok(id as u64));
        }
        assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
    });
}
