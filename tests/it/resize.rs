//! A capacity that changes while the queue is in use.

use std::thread;

use bifrons::{CapacityError, Receiver, Sender};

use crate::support::{
    Random, StartLine, block_on, counting_waker, is_pending, jitter, must_be_pending, must_be_ready, poll_with, rounds,
    wait_until, watchdog,
};

fn bounded(capacity: usize) -> [(Sender<u32>, Receiver<u32>); 4] {
    [
        bifrons::bounded(capacity),
        bifrons::lifo::bounded(capacity),
        bifrons::priority::bounded(capacity),
        bifrons::builder().capacity(capacity).weight(|_: &u32| 1).build(),
    ]
}

#[test]
fn some_queues_have_no_capacity_to_change() {
    for (tx, rx) in [bifrons::unbounded::<u8>(), bifrons::lifo::unbounded(), bifrons::priority::unbounded()] {
        assert_eq!(tx.set_capacity(3), Err(CapacityError::Unbounded));
        assert_eq!(rx.set_capacity(0), Err(CapacityError::Unbounded));
        assert_eq!(rx.capacity(), None);
    }
    for (tx, rx) in [bifrons::bounded::<u8>(0), bifrons::priority::bounded(0)] {
        assert_eq!(tx.set_capacity(3), Err(CapacityError::Rendezvous));
        assert_eq!(rx.into_async().set_capacity(0), Err(CapacityError::Rendezvous));
    }
    for (tx, rx) in bounded(2) {
        assert_eq!(tx.set_capacity(0), Err(CapacityError::Zero));
        assert_eq!(rx.capacity(), Some(2));
        tx.into_async().set_capacity(5).unwrap();
        assert_eq!(rx.capacity(), Some(5));
        rx.close();
        rx.set_capacity(1).unwrap();
        assert_eq!((rx.capacity(), rx.stats().capacity), (Some(1), Some(1)));
    }
}

/// As many waiting senders come in as there is new room, in the order of their arrival.
#[test]
#[cfg_attr(all(chaos, feature = "chaos"), ignore = "who finds the other door shut calls some too many")]
fn growing_calls_exactly_as_many_as_fit() {
    let _dog = watchdog();
    for (tx, rx) in bounded(1) {
        let tx = tx.into_async();
        tx.try_send(0).unwrap();
        let mut waiting: Vec<_> = (1..6)
            .map(|item| {
                let (count, waker) = counting_waker();
                let mut send = tx.send(item);
                must_be_pending(&mut send, &waker);
                (count, send)
            })
            .collect();
        rx.set_capacity(3).unwrap();
        let wakes = |waiting: &[(std::sync::Arc<crate::support::WakeCount>, _)]| {
            waiting.iter().map(|(count, _)| count.wakes()).collect::<Vec<_>>()
        };
        assert_eq!(wakes(&waiting), [1, 1, 0, 0, 0]);
        rx.set_capacity(4).unwrap();
        assert_eq!(wakes(&waiting), [1, 1, 1, 0, 0], "two are on their way already");
        for (_, send) in &mut waiting[..3] {
            must_be_ready(send).unwrap();
        }
        rx.set_capacity(4).unwrap();
        assert_eq!(wakes(&waiting), [1, 1, 1, 0, 0]);
        rx.set_capacity(100).unwrap();
        assert_eq!(wakes(&waiting), [1; 5]);
        for (_, send) in &mut waiting[3..] {
            must_be_ready(send).unwrap();
        }
        assert_eq!(rx.drain().count(), 6);
    }
}

#[test]
fn shrinking_keeps_what_is_there() {
    let _dog = watchdog();
    for (tx, rx) in bounded(5) {
        let tx = tx.into_async();
        (0..5).for_each(|item| tx.try_send(item).unwrap());
        tx.set_capacity(2).unwrap();
        assert_eq!((tx.len(), tx.is_full()), (5, true));
        let (count, waker) = counting_waker();
        let mut send = tx.send(9);
        must_be_pending(&mut send, &waker);
        for left in (2..5).rev() {
            rx.recv().unwrap();
            assert_eq!((rx.len(), count.wakes()), (left, 0));
            assert!(tx.try_send(8).unwrap_err().is_full());
        }
        rx.recv().unwrap();
        assert_eq!(count.wakes(), 1);
        must_be_ready(&mut send).unwrap();
        assert_eq!(rx.drain().count(), 2);
    }
}

/// Reserved room is kept through a shrink like items are.
#[test]
fn shrinking_keeps_what_is_reserved() {
    for (tx, rx) in bounded(4) {
        let permits = tx.reserve_many(4).unwrap();
        tx.set_capacity(1).unwrap();
        let mut sent = 0;
        for (permit, item) in permits.zip(0..) {
            permit.send(item).unwrap();
            sent += 1;
        }
        assert_eq!((sent, rx.len()), (4, 4));
        assert!(tx.try_reserve().is_err());
        (0..3).for_each(|_| _ = rx.recv().unwrap());
        assert!(tx.try_send(7).is_err());
        rx.recv().unwrap();
        tx.try_send(7).unwrap();
    }
}

/// One waits for more than the queue will ever hold again: nobody behind is stuck.
#[test]
fn who_waits_for_too_much_is_in_nobodys_way() {
    let _dog = watchdog();
    for (tx, rx) in bounded(5) {
        let tx = tx.into_async();
        (0..5).for_each(|item| tx.try_send(item).unwrap());
        let (many_count, many_waker) = counting_waker();
        let mut many = tx.reserve_many(5);
        must_be_pending(&mut many, &many_waker);
        let (count, waker) = counting_waker();
        let mut send = tx.send(9);
        must_be_pending(&mut send, &waker);
        tx.set_capacity(3).unwrap();
        while rx.try_recv().is_ok() {}
        assert_eq!(many_count.wakes(), 1, "it is told, or let in alone");
        // What it got, if anything, is given back.
        drop(poll_with(&mut many, &many_waker));
        drop(many);
        assert_eq!(count.wakes(), 1);
        must_be_ready(&mut send).unwrap();
        assert_eq!((rx.recv(), tx.stats().reserved), (Ok(9), 0));
    }
}

/// A ring that grows past its size keeps its items, wherever its ends stand.
#[test]
fn growing_keeps_the_order_at_every_turn() {
    for start in 0..9 {
        for (old, new) in [(1, 2), (2, 3), (3, 8), (4, 5), (7, 100), (8, 9)] {
            for fill in 0..=old {
                let (tx, rx) = bifrons::bounded(old);
                for item in 0..start {
                    tx.send(item).unwrap();
                    rx.recv().unwrap();
                }
                (0..fill as u32).for_each(|item| tx.try_send(item).unwrap());
                tx.set_capacity(new).unwrap();
                (fill as u32..new as u32).for_each(|item| tx.try_send(item).unwrap());
                assert!(tx.is_full());
                assert_eq!(rx.recv(), Ok(0));
                tx.try_send(new as u32).unwrap();
                assert!(rx.drain().eq(1..=new as u32), "{start} {old} {new} {fill}");
                // And back, and up again.
                tx.set_capacity(1).unwrap();
                tx.try_send(1).unwrap();
                assert!(tx.try_send(2).is_err());
                tx.set_capacity(3 * new).unwrap();
                (2..=3 * new as u32).for_each(|item| tx.try_send(item).unwrap());
                assert!(rx.drain().eq(1..=3 * new as u32));
            }
        }
    }
}

/// Up and down in the middle of traffic, both faces: all arrives, in each sender's order.
#[test]
fn the_capacity_changes_in_the_middle_of_traffic() {
    let _dog = watchdog();
    for (which, (tx, rx)) in bounded(1).into_iter().enumerate() {
        let is_fifo = which == 0 || which == 3;
        let received = thread::scope(|scope| {
            for sender in 0..2 {
                let tx = tx.clone();
                scope.spawn(move || (0..2_000).for_each(|item| tx.send(sender * 2_000 + item).unwrap()));
            }
            let async_tx = tx.into_async();
            scope.spawn(move || {
                block_on(async {
                    for item in 4_000..6_000 {
                        async_tx.send(item).await.unwrap();
                    }
                });
            });
            let resizer = rx.downgrade();
            scope.spawn(move || {
                let mut random = Random::from_chance();
                while let Some(rx) = resizer.upgrade().filter(|rx| !rx.is_closed()) {
                    rx.set_capacity(1 + random.below(40) as usize).unwrap();
                    jitter(&mut random);
                }
            });
            let received: Vec<_> = rx.iter().collect();
            drop(rx);
            received
        });
        if is_fifo {
            for sender in 0..3 {
                let own = received.iter().copied().filter(|item| item / 2_000 == sender);
                assert!(own.eq(sender * 2_000..(sender + 1) * 2_000));
            }
        }
        let mut received = received;
        received.sort_unstable();
        assert!(received.into_iter().eq(0..6_000));
    }
}

/// Growing races a sender on its way to sleep: it is not forgotten.
#[test]
fn growing_races_the_enlisting_of_senders() {
    let _dog = watchdog();
    for _ in rounds(300) {
        for (tx, rx) in bounded(1) {
            tx.send(0).unwrap();
            let start = StartLine::new(3);
            thread::scope(|scope| {
                for _ in 0..2 {
                    scope.spawn(|| {
                        start.wait();
                        tx.send(1).unwrap();
                    });
                }
                start.wait();
                rx.set_capacity(3).unwrap();
            });
            assert_eq!(rx.drain().count(), 3);
        }
    }
}

/// A thread and a select that wait for room are called by a larger capacity.
#[test]
fn growing_calls_threads_and_selects() {
    let _dog = watchdog();
    for (tx, rx) in bounded(1) {
        tx.send(0).unwrap();
        thread::scope(|scope| {
            let sender = scope.spawn(|| tx.send(1));
            let chooser = scope.spawn(|| {
                let mut select = bifrons::Select::new();
                select.send(&tx);
                select.select().send(&tx, 2)
            });
            wait_until(|| tx.stats().waiting_senders == 2);
            tx.set_capacity(3).unwrap();
            sender.join().unwrap().unwrap();
            chooser.join().unwrap().unwrap();
        });
        assert!(is_pending(&mut tx.to_async().send(3)));
        assert_eq!(rx.drain().count(), 3);
    }
}

/// A small queue in which an item is always there grows in use: who asks from outside always finds one, and never more than there
/// can have been.
#[test]
fn growing_hides_nothing_from_those_outside() {
    let _dog = watchdog();
    for _ in rounds(300) {
        let (tx, rx) = bifrons::bounded(2);
        tx.send(0).unwrap();
        let start = StartLine::new(3);
        thread::scope(|scope| {
            scope.spawn(|| {
                start.wait();
                for item in 1..40 {
                    tx.send(item).unwrap();
                    rx.recv().unwrap();
                }
            });
            scope.spawn(|| {
                start.wait();
                let mut select = bifrons::Select::new();
                select.recv(&rx);
                for _ in 0..40 {
                    assert!(rx.len() <= 2);
                    let item = select.try_select().expect("an item is always there").recv(&rx).unwrap();
                    tx.send(item).unwrap();
                }
            });
            start.wait();
            tx.set_capacity(100).unwrap();
        });
        assert_eq!(rx.len(), 1);
    }
}
