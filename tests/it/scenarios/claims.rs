//! Family B, continued: who is claimed while it changes its mind says exactly what happened.

use std::collections::VecDeque;
use std::task::Poll;
use std::thread;

use bifrons::{RecvError, SendError, TryRecvError};

use super::harness::{ALL, Face, Rx, TIGHT, Waiting, each};
use super::verbs::Order;
use crate::support::{
    Census, Counted, Random, StartLine, counting_waker, is_pending, jitter, must_be_pending, must_be_ready, poll_with,
    rounds,
};

const RACES: u64 = 120;

/// A send that is polled with another waker just as there is room has sent its item if it says so, and only then.
#[test]
fn b19_send_changes_its_waker_as_room_appears() {
    let seed = Random::from_chance().draw();
    each(&TIGHT, |case| {
        if case.from == Face::Blocking {
            return;
        }
        let mut random = Random::new(seed);
        let (tx, rx, full) = case.full_queue();
        let tx = tx.to_async();
        for round in rounds(RACES) {
            let (old, new) = (counting_waker(), counting_waker());
            let mut send = tx.send(100 + round);
            must_be_pending(&mut send, &old.1);
            let line = StartLine::new(2);
            let (first, polled) = thread::scope(|scope| {
                let receiver = scope.spawn(|| {
                    line.wait();
                    rx.try_recv()
                });
                line.wait();
                jitter(&mut random);
                let polled = poll_with(&mut send, &new.1);
                (receiver.join().unwrap(), polled)
            });
            let sent = match polled {
                Poll::Ready(sent) => sent.is_ok(),
                // Whatever the claim met, a wake has reached the last waker or the item is still in hand.
                Poll::Pending if round % 2 == 0 && first.is_ok() => {
                    assert!(new.0.wakes() > 0, "the last waker was not told");
                    must_be_ready(&mut send).is_ok()
                }
                Poll::Pending => send.take().is_none(),
            };
            let received: Vec<_> = first.into_iter().chain(rx.rest()).collect();
            assert_eq!(received.contains(&(100 + round)), sent, "round {round}: {received:?}");
            assert_eq!(received.len() as u64, full + u64::from(sent));
            (0..full).for_each(|id| tx.try_send(id).unwrap());
        }
    });
}

/// The mirror: a receive has its item if it says so, and otherwise left it where it was.
#[test]
fn b19_receive_changes_its_waker_as_an_item_arrives() {
    let seed = Random::from_chance().draw();
    each(&ALL, |case| {
        if case.to == Face::Blocking {
            return;
        }
        let mut random = Random::new(seed);
        let (tx, rx) = case.queue();
        let async_rx = rx.to_async();
        for id in rounds(RACES) {
            let (old, new) = (counting_waker(), counting_waker());
            let mut receive = async_rx.recv();
            must_be_pending(&mut receive, &old.1);
            let line = StartLine::new(2);
            let (sent, polled) = thread::scope(|scope| {
                let sender = scope.spawn(|| {
                    line.wait();
                    tx.try_send(id)
                });
                line.wait();
                jitter(&mut random);
                let polled = poll_with(&mut receive, &new.1);
                (sender.join().unwrap(), polled)
            });
            sent.expect("a receiver waits");
            match polled {
                Poll::Ready(received) => assert_eq!(received, Ok(id)),
                Poll::Pending if id % 2 == 0 => {
                    assert!(new.0.wakes() > 0, "the last waker was not told");
                    assert_eq!(must_be_ready(&mut receive), Ok(id));
                }
                Poll::Pending => {
                    drop(receive);
                    assert_eq!(rx.try_recv(), Ok(id));
                }
            }
            assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
        }
    });
}

/// How the receivers end.
type End = fn(Rx<Counted>) -> Vec<Counted>;

/// Each way to end, and what was left then.
fn ends() -> [End; 3] {
    [
        |rx| {
            drop(rx);
            Vec::new()
        },
        |rx| {
            assert!(rx.close());
            rx.rest()
        },
        |rx| rx.shutdown(),
    ]
}

fn ids(items: &[Counted]) -> Vec<u64> {
    items.iter().map(|item| item.id).collect()
}

/// A batch whose receivers end half-way: what was received, what was left in the queue and what is still in hand are all
/// of it, in order.
#[test]
fn b20_batch_cut_short_by_its_receivers() {
    each(&TIGHT, |case| {
        for (taken, end) in [0, 1, 4].into_iter().flat_map(|taken| ends().map(|end| (taken, end))) {
            let census = Census::new();
            let (tx, rx) = case.queue();
            let batch = tx.start_send_many((0..10).map(|id| census.item(id)).collect()).in_background();
            let mut all: Vec<_> = (0..taken).map(|_| rx.recv().unwrap()).collect();
            let left = end(rx);
            let (sent, rest) = batch.join().unwrap();
            assert_eq!(sent, Err(SendError(())), "the batch did not get through");
            // The drop of the last receiver dropped what was queued.
            let dropped = census.dropped();
            all.extend(left);
            let mut order = ids(&all);
            order.extend(&dropped);
            order.extend(ids(&rest));
            assert_eq!(order, (0..10).collect::<Vec<_>>(), "{taken} taken");
            drop((all, rest, tx));
            census.assert_all_dropped_once(0..10);
        }
    });
}

/// A batch that gets through says how much it was, and leaves nothing behind.
#[test]
fn b20_batch_that_gets_through() {
    each(&ALL, |case| {
        for order in Order::ALL {
            let (tx, rx) = case.queue_in(order);
            let batch = tx.start_send_many((0..10).collect()).in_background();
            let mut received = Vec::new();
            while received.len() < 10 {
                let (count, some) = rx.start_recv_many(4).finish();
                assert_eq!(count, Ok(some.len()));
                assert!((1..=4).contains(&some.len()));
                received.extend(some);
            }
            assert_eq!(batch.join().unwrap(), (Ok(10), Vec::new()));
            if order == Order::Fifo {
                assert!(received.is_sorted());
            }
            received.sort_unstable();
            assert_eq!(received, (0..10).collect::<Vec<u64>>());
            assert_eq!(tx.start_send_many(Vec::new()).finish(), (Ok(0), Vec::new()));
            assert_eq!(rx.start_recv_many(0).finish(), (Ok(0), Vec::new()));
            tx.close();
            assert_eq!(rx.start_recv_many(4).finish(), (Err(RecvError), Vec::new()));
            assert_eq!(tx.start_send_many(vec![1]).finish(), (Err(SendError(())), vec![1]));
        }
    });
}

/// A batch that is dropped while it waits leaves the unsent rest where it came from, and nobody behind it asleep.
#[test]
fn b20_batch_cancelled() {
    each(&TIGHT, |case| {
        let census = Census::new();
        let (tx, rx) = case.queue();
        let async_tx = tx.to_async();
        let mut items: VecDeque<_> = (0..10).map(|id| census.item(id)).collect();
        let mut batch = async_tx.send_many(&mut items);
        assert!(is_pending(&mut batch));
        let heir = tx.start_send(census.item(100)).in_background();
        let mut received = Vec::new();
        for _ in 0..2 {
            received.push(rx.recv().unwrap().id);
            // It may have been called, and nobody else is while it has not been polled.
            let _ = is_pending(&mut batch);
        }
        drop(batch);
        while received.last() != Some(&100) {
            received.push(rx.recv().unwrap().id);
        }
        heir.join().unwrap().unwrap();
        received.extend(rx.rest().iter().map(|item| item.id));
        received.retain(|&id| id != 100);
        received.extend(items.iter().map(|item| item.id));
        assert_eq!(received, (0..10).collect::<Vec<_>>());
        drop((items, tx, rx));
        census.assert_all_dropped_once((0..10).chain([100]));
    });
}

/// A receive of many that was called and is dropped took nothing and passes its call on.
#[test]
fn a02_claimed_batch_receiver_dropped() {
    each(&ALL, |case| {
        for order in Order::ALL {
            let (tx, rx) = case.queue_in(order);
            let doomed = rx.clone().turned(Face::Awaiting).start_recv_many(8);
            let (many, task) = (rx.start_recv_many(8), rx.clone().turned(Face::Awaiting).start_recv_task());
            let first = tx.start_send(1);
            drop(doomed);
            assert_eq!(many.finish(), (Ok(1), vec![1]));
            first.finish().unwrap();
            let heir = rx.start_recv();
            let second = tx.start_send(2);
            drop(task);
            assert_eq!(heir.finish(), Ok(2));
            second.finish().unwrap();
            assert_eq!(rx.stats().tasks, 0);
        }
    });
}

/// One batch wakes as many receivers as it has items, each once, and no more.
#[test]
fn a13_a_batch_wakes_as_many_as_it_serves() {
    each(&[Some(8), None], |case| {
        for order in Order::ALL {
            let (tx, rx) = case.queue_in(order);
            let waiting: Vec<_> = (0..5).map(|_| rx.start_recv()).collect();
            assert_eq!(tx.start_send_many(vec![1, 2, 3]).finish().0, Ok(3));
            let (woken, asleep): (Vec<_>, Vec<_>) = if case.to == Face::Awaiting {
                assert_eq!(waiting.iter().filter_map(Waiting::wakes).collect::<Vec<_>>(), [1, 1, 1, 0, 0]);
                waiting.into_iter().partition(|one| one.wakes() == Some(1))
            } else {
                let mut waiting = waiting;
                let asleep = waiting.split_off(3);
                (waiting, asleep)
            };
            let mut received: Vec<_> = woken.into_iter().map(|one| one.finish().unwrap()).collect();
            received.sort_unstable();
            assert_eq!(received, [1, 2, 3]);
            assert_eq!(rx.stats().waiting_receivers, 2);
            drop(tx);
            asleep.into_iter().for_each(|one| assert_eq!(one.finish(), Err(RecvError)));
        }
    });
}

/// Every way of sending that fails gives back what it did not send.
#[test]
fn b23_the_other_sends_return_their_values() {
    each(&TIGHT, |case| {
        let census = Census::new();
        let (tx, rx) = case.queue();
        let full = case.capacity.unwrap() as u64;
        (0..full).for_each(|id| tx.try_send(census.item(id)).unwrap());
        let evicted = tx.force_send(census.item(100));
        if full == 0 {
            assert!(evicted.unwrap_err().is_full());
        } else {
            assert_eq!(evicted.unwrap().map(|item| item.id), Some(0));
        }
        let owned = tx.to_async().send_owned(census.item(101));
        let mut owned = Box::pin(owned);
        assert!(is_pending(&mut owned));
        let batch = tx.start_send_many((0..3).map(|id| census.item(200 + id)).collect());
        rx.close();
        assert_eq!(must_be_ready(&mut owned).unwrap_err().into_inner().id, 101);
        let (sent, rest) = batch.finish();
        assert_eq!((sent, ids(&rest)), (Err(SendError(())), vec![200, 201, 202]));
        let error = tx.force_send(census.item(102)).unwrap_err();
        assert!(error.is_closed());
        assert_eq!(error.into_inner().id, 102);
        drop((owned, rest, rx, tx));
        assert_eq!(census.alive(), 0);
        assert_eq!(census.dropped().len(), census.made());
    });
}
