//! First in, first out.

use std::collections::VecDeque;
use std::thread;

use bifrons::{TryRecvError, TrySendError};

use crate::support::{BUFFERED, EVERY_KIND, block_on, queue, watchdog};

/// Sends and receives in uneven batches and compares each answer with a `VecDeque`.
#[test]
fn a_single_thread_sees_the_order_of_a_deque() {
    for capacity in BUFFERED {
        let (tx, rx) = queue(capacity);
        let limit = capacity.unwrap_or(usize::MAX);
        let mut model = VecDeque::new();
        let mut next = 0_u64;
        // Batch lengths without a common period, so that the fill level wanders.
        for round in 0..300_u64 {
            for _ in 0..(round * 7 + 3) % 11 {
                let expected = if model.len() < limit { Ok(()) } else { Err(TrySendError::Full(next)) };
                assert_eq!(tx.try_send(next), expected, "capacity {capacity:?}");
                if expected.is_ok() {
                    model.push_back(next);
                }
                next += 1;
            }
            for _ in 0..(round * 5 + 1) % 10 {
                let expected = model.pop_front().ok_or(TryRecvError::Empty);
                assert_eq!(rx.try_recv(), expected, "capacity {capacity:?}");
            }
            assert_eq!(rx.len(), model.len(), "capacity {capacity:?}");
        }
        assert_eq!(rx.try_iter().collect::<VecDeque<_>>(), model, "capacity {capacity:?}");
    }
}

/// A queue that is kept nearly full, nearly empty or in between for many laps stays in order.
#[test]
fn a_standing_fill_level_keeps_the_order() {
    for capacity in BUFFERED {
        let most = capacity.unwrap_or(300).min(300);
        for level in [0, most / 2, most - 1] {
            let (tx, rx) = queue(capacity);
            for item in 0..level {
                tx.send(item).unwrap();
            }
            for step in 0..1_500 {
                tx.send(level + step).unwrap();
                assert_eq!(rx.recv(), Ok(step), "capacity {capacity:?}, level {level}");
            }
            assert_eq!(rx.len(), level);
        }
    }
}

#[test]
fn the_async_face_keeps_the_order_too() {
    let _dog = watchdog();
    for capacity in EVERY_KIND {
        let (tx, rx) = queue(capacity);
        let (tx, rx) = (tx.into_async(), rx.into_async());
        let sending = async move {
            for item in 0..500 {
                tx.send(item).await.unwrap();
            }
        };
        let receiving = async move {
            for item in 0..500 {
                assert_eq!(rx.recv().await, Ok(item), "capacity {capacity:?}");
            }
            assert!(rx.recv().await.is_err());
        };
        block_on(futures_util::future::join(sending, receiving));
    }
}

#[test]
fn one_producer_and_one_consumer() {
    let _dog = watchdog();
    for capacity in EVERY_KIND {
        // A rendezvous may cost a context switch an item.
        let count = if capacity == Some(0) { 1_000 } else { 10_000_u64 };
        let (tx, rx) = queue(capacity);
        thread::scope(|scope| {
            scope.spawn(move || {
                for item in 0..count {
                    tx.send(item).unwrap();
                }
            });
            assert!(rx.iter().eq(0..count), "capacity {capacity:?}");
        });
    }
}

/// Whoever receives, the items of one producer come to it in the order they were sent.
#[test]
fn per_producer_order_with_many_of_both() {
    let _dog = watchdog();
    const PRODUCERS: usize = 4;
    for (capacity, consumers) in EVERY_KIND.into_iter().flat_map(|kind| [(kind, 1), (kind, 4)]) {
        let count = if capacity == Some(0) { 200 } else { 2_000_u64 };
        let (tx, rx) = queue(capacity);
        let received = thread::scope(|scope| {
            for producer in 0..PRODUCERS {
                let tx = tx.clone();
                scope.spawn(move || {
                    for number in 0..count {
                        tx.send((producer, number)).unwrap();
                    }
                });
            }
            drop(tx);
            let consumers: Vec<_> = (0..consumers)
                .map(|_| {
                    let rx = rx.clone();
                    scope.spawn(move || rx.into_iter().collect::<Vec<_>>())
                })
                .collect();
            consumers.into_iter().map(|consumer| consumer.join().unwrap()).collect::<Vec<_>>()
        });
        for seen in &received {
            for producer in 0..PRODUCERS {
                let numbers = seen.iter().filter(|item| item.0 == producer).map(|item| item.1);
                assert!(numbers.is_sorted_by(|a, b| a < b), "capacity {capacity:?}");
            }
        }
        let mut all: Vec<_> = received.into_iter().flatten().collect();
        all.sort_unstable();
        let sent = (0..PRODUCERS).flat_map(|producer| (0..count).map(move |number| (producer, number)));
        assert!(all.into_iter().eq(sent), "capacity {capacity:?}: each item once");
    }
}

/// What a producer sent before it told another thread comes before what that thread sends then.
#[test]
fn order_holds_across_producers_that_know_of_each_other() {
    let _dog = watchdog();
    for capacity in [Some(8), None] {
        let (tx, rx) = queue(capacity);
        let (baton_tx, baton_rx) = bifrons::bounded::<()>(1);
        let other = tx.clone();
        thread::scope(|scope| {
            scope.spawn(move || {
                for item in 0..500 {
                    tx.send(item * 2).unwrap();
                    baton_tx.send(()).unwrap();
                    // The other one has had its turn once the baton lies there no more.
                    while !baton_tx.is_empty() {
                        thread::yield_now();
                    }
                }
            });
            scope.spawn(move || {
                for (item, ()) in baton_rx.into_iter().enumerate() {
                    other.send(item * 2 + 1).unwrap();
                }
            });
            let received: Vec<usize> = rx.iter().collect();
            assert_eq!(received.len(), 1_000);
            for item in 0..500 {
                let of = |wanted| received.iter().position(|&at| at == wanted).unwrap();
                assert!(of(item * 2) < of(item * 2 + 1), "the baton came after item {item}");
            }
        });
    }
}
