//! Sends that make room themselves.

use std::cmp::Reverse;
use std::thread;

use bifrons::{Receiver, Sender, TrySendError};

use crate::support::{
    Census, Ranked, StartLine, counting_waker, is_pending, must_be_pending, must_be_ready, rounds, watchdog,
};

#[test]
fn with_room_it_is_a_plain_send() {
    for (tx, rx) in
        [bifrons::bounded(2), bifrons::unbounded(), bifrons::lifo::bounded(2), bifrons::priority::unbounded()]
    {
        assert_eq!(tx.force_send(1), Ok(None));
        assert_eq!(tx.to_async().force_send(2), Ok(None));
        assert_eq!(rx.len(), 2);
        tx.close();
        assert_eq!(tx.force_send(3), Err(TrySendError::Closed(3)));
    }
}

#[test]
fn the_oldest_goes() {
    let (tx, rx) = bifrons::bounded(3);
    (0..3).for_each(|item| tx.send(item).unwrap());
    assert_eq!(tx.force_send(3), Ok(Some(0)));
    assert_eq!(tx.force_send(4), Ok(Some(1)));
    assert!(rx.drain().eq([2, 3, 4]));

    let (tx, rx) = bifrons::lifo::bounded(3);
    (0..3).for_each(|item| tx.send(item).unwrap());
    assert_eq!(tx.force_send(3), Ok(Some(0)));
    assert_eq!(tx.force_send(4), Ok(Some(1)));
    assert!(rx.drain().eq([4, 3, 2]));
}

/// Of a priority queue the least goes, of equal ones the latest: which may be the new one itself.
#[test]
fn the_least_goes() {
    let (tx, rx) = bifrons::priority::bounded(3);
    for item in [Ranked(5, 0), Ranked(2, 1), Ranked(2, 2)] {
        tx.send(item).unwrap();
    }
    let force = |rank, number| tx.force_send(Ranked(rank, number)).unwrap().map(|evicted| evicted.1);
    assert_eq!((force(2, 3), force(1, 4)), (Some(3), Some(4)), "themselves");
    assert_eq!((force(9, 5), force(3, 6)), (Some(2), Some(1)));
    assert!(rx.drain().map(|item| item.1).eq([5, 0, 6]));
    // What came back was never there.
    assert_eq!(tx.stats().sent, 5);
}

/// A random queue of many: always the least and latest of all.
#[test]
fn the_least_of_many_goes() {
    let mut random = crate::support::Random::from_chance();
    let (tx, rx) = bifrons::priority::bounded(50);
    // In the order of arrival.
    let mut model: Vec<Ranked> = Vec::new();
    for number in 0..550 {
        let item = Ranked(random.below(20) as u32, number);
        model.push(item);
        if number < 50 {
            tx.send(item).unwrap();
            continue;
        }
        let (place, _) = model.iter().enumerate().rev().min_by_key(|(_, item)| item.0).unwrap();
        let evicted = tx.force_send(item).unwrap().unwrap();
        assert_eq!(evicted.1, model.remove(place).1);
    }
    model.sort_by_key(|item| Reverse(item.0));
    assert!(rx.drain().map(|item| item.1).eq(model.iter().map(|item| item.1)));
}

/// Where nothing can go the item comes back: in a rendezvous, and where permits hold all the room.
#[test]
fn where_nothing_can_go_it_is_full() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::bounded(0);
    assert_eq!(tx.force_send(1), Err(TrySendError::Full(1)));
    let rx = rx.into_async();
    let mut recv = rx.recv();
    assert!(is_pending(&mut recv));
    assert_eq!(tx.force_send(2), Ok(None), "a receiver waits");
    assert_eq!(must_be_ready(&mut recv), Ok(2));

    for (tx, rx) in [bifrons::bounded(2), bifrons::lifo::bounded(2), bifrons::priority::bounded(2)] {
        let permits = tx.reserve_many(2).unwrap();
        assert_eq!(tx.force_send(5), Err(TrySendError::Full(5)));
        drop(permits);
        let permit = tx.reserve().unwrap();
        tx.send(5).unwrap();
        assert_eq!(tx.force_send(6), Ok(Some(5)));
        assert_eq!(tx.stats().reserved, 1);
        permit.send(7).unwrap();
        assert_eq!(rx.drain().count(), 2);
    }
}

/// What was evicted counts as done, and the newcomer does not.
#[test]
fn what_was_evicted_is_done() {
    let _dog = watchdog();
    for (tx, rx) in [bifrons::bounded(1), bifrons::lifo::bounded(1), bifrons::priority::bounded(1)] {
        tx.send(1).unwrap();
        let async_tx = tx.to_async();
        let (count, waker) = counting_waker();
        let mut join = async_tx.join();
        must_be_pending(&mut join, &waker);
        assert_eq!(tx.force_send(2), Ok(Some(1)));
        assert_eq!(count.wakes(), 0);
        let stats = tx.stats();
        assert_eq!((stats.sent, stats.received, stats.len), (2, 1, 1));
        rx.recv().unwrap();
        assert_eq!(count.wakes(), 1);
        must_be_ready(&mut join);
    }
}

/// Those who wait for room go on waiting: none has come free.
#[test]
fn it_takes_no_room_from_those_who_wait() {
    let _dog = watchdog();
    for (tx, rx) in [bifrons::bounded(1), bifrons::lifo::bounded(1), bifrons::priority::bounded(1)] {
        let tx = tx.into_async();
        tx.try_send(1).unwrap();
        let (count, waker) = counting_waker();
        let mut send = tx.send(2);
        must_be_pending(&mut send, &waker);
        assert_eq!(tx.force_send(3), Ok(Some(1)));
        assert_eq!((count.wakes(), tx.len()), (0, 1));
        assert_eq!(rx.recv(), Ok(3));
        assert_eq!(count.wakes(), 1);
        must_be_ready(&mut send).unwrap();
        assert_eq!(rx.recv(), Ok(2));
    }
}

#[test]
fn it_wakes_a_receiver() {
    let _dog = watchdog();
    for (tx, rx) in [bifrons::bounded(1), bifrons::lifo::bounded(1), bifrons::priority::bounded(1)] {
        let rx = rx.into_async();
        let (count, waker) = counting_waker();
        let mut recv = rx.recv();
        must_be_pending(&mut recv, &waker);
        assert_eq!(tx.force_send(1), Ok(None));
        assert_eq!(count.wakes(), 1);
        // Called, and not there yet: what it was called to is replaced by the newer.
        assert_eq!(tx.force_send(2), Ok(Some(1)));
        assert_eq!(must_be_ready(&mut recv), Ok(2));
    }
}

/// Forced sends beside receives and plain sends: each item is received or evicted, once.
#[test]
fn each_item_is_received_or_evicted() {
    fn race<T: Ord + Send>(
        queue: (Sender<T>, Receiver<T>),
        item: impl Fn(u64) -> T + Sync,
        id: impl Fn(&T) -> u64 + Sync,
    ) -> Vec<u64> {
        let (tx, rx) = queue;
        let start = StartLine::new(3);
        thread::scope(|scope| {
            let forcer = scope.spawn(|| {
                start.wait();
                (0..40).filter_map(|n| tx.force_send(item(n)).unwrap_or_else(|_| unreachable!())).collect::<Vec<_>>()
            });
            let sender = scope.spawn(|| {
                start.wait();
                (40..60).filter_map(|n| tx.try_send(item(n)).err()).map(TrySendError::into_inner).collect::<Vec<_>>()
            });
            start.wait();
            let mut got = Vec::new();
            while !forcer.is_finished() || !sender.is_finished() || !rx.is_empty() {
                got.extend(rx.try_recv());
            }
            got.extend(forcer.join().unwrap());
            got.extend(sender.join().unwrap());
            got.iter().map(&id).collect()
        })
    }
    let _dog = watchdog();
    for _ in rounds(300) {
        for queue in [bifrons::bounded(2), bifrons::lifo::bounded(2), bifrons::priority::bounded(2)] {
            let mut seen = race(queue, |n| n, |&n| n);
            seen.sort_unstable();
            assert!(seen.into_iter().eq(0..60));
        }
    }
}

/// Evicted items are the caller's to drop, and no lock is held as they are.
#[test]
fn every_item_is_dropped_once() {
    let census = Census::new();
    let (tx, rx) = bifrons::bounded(2);
    for id in 0..10 {
        drop(tx.force_send(census.item(id)));
        assert!(census.alive() <= 2);
    }
    drop(rx);
    assert!(tx.force_send(census.item(10)).is_err());
    census.assert_all_dropped_once(0..11);
}
