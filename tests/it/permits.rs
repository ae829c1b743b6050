//! Reserved room: it is there until it is used or given back, and stands in nobody's way otherwise.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::Waker;
use std::thread;

use bifrons::{Receiver, ReserveError, SendError, Sender, TrySendError};

use crate::support::{
    Census, StartLine, Step, WakeCount, block_on, counting_waker, hooked_at, is_pending, must_be_pending,
    must_be_ready, poll_with, rounds, wait_until, watchdog,
};

/// A bounded queue in each order: two engines.
fn in_each_order<T: Ord>(capacity: usize) -> [(Sender<T>, Receiver<T>); 3] {
    [bifrons::bounded(capacity), bifrons::lifo::bounded(capacity), bifrons::priority::bounded(capacity)]
}

#[test]
fn a_permit_holds_a_place() {
    for (tx, rx) in in_each_order(2) {
        let permit = tx.reserve().unwrap();
        assert_eq!((tx.len(), tx.stats().reserved), (0, 1));
        tx.try_send(1).unwrap();
        assert!(tx.is_full());
        assert_eq!(tx.try_send(2), Err(TrySendError::Full(2)));
        assert!(matches!(tx.try_reserve(), Err(TrySendError::Full(()))));
        permit.send(3).unwrap();
        assert_eq!((tx.len(), tx.stats().reserved), (2, 0));
        assert_eq!(rx.drain().count(), 2);
    }
}

#[test]
fn a_dropped_permit_gives_its_place_back() {
    for (tx, rx) in in_each_order(1) {
        drop(tx.reserve().unwrap());
        tx.try_send(1).unwrap();
        assert_eq!(rx.recv(), Ok(1));
        let mut permits = tx.reserve_many(1).unwrap();
        drop(permits.next());
        assert_eq!(permits.len(), 0);
        tx.try_send(2).unwrap();
        drop(permits);
        assert!(tx.is_full());
    }
}

/// A permit given back calls one that waits for room, whichever way he waits.
#[test]
fn a_permit_given_back_wakes_who_waits() {
    let _dog = watchdog();
    for (tx, rx) in in_each_order(1) {
        let (tx, rx) = (tx.into_async(), rx.into_async());
        let permit = tx.try_reserve().unwrap();
        let (count, waker) = counting_waker();
        let mut send = tx.send(1);
        must_be_pending(&mut send, &waker);
        drop(permit);
        assert_eq!(count.wakes(), 1);
        must_be_ready(&mut send).unwrap();
        assert_eq!(must_be_ready(&mut rx.recv()), Ok(1));

        let permit = tx.try_reserve().unwrap();
        let (count, waker) = counting_waker();
        let mut reserve = tx.reserve();
        must_be_pending(&mut reserve, &waker);
        drop(permit);
        assert_eq!(count.wakes(), 1);
        must_be_ready(&mut reserve).unwrap().send(2).unwrap();
        assert_eq!(must_be_ready(&mut rx.recv()), Ok(2));

        // A thread, in a send and in a select.
        let permit = tx.try_reserve().unwrap();
        let for_threads = tx.to_sync();
        thread::scope(|scope| {
            let sender = scope.spawn(|| for_threads.send(3));
            wait_until(|| tx.stats().waiting_senders == 1);
            drop(permit);
            sender.join().unwrap().unwrap();
            assert_eq!(rx.to_sync().recv(), Ok(3));
            let permit = tx.try_reserve().unwrap();
            let chooser = scope.spawn(|| {
                let mut select = bifrons::Select::new();
                select.send(&for_threads);
                select.select().send(&for_threads, 4)
            });
            wait_until(|| tx.stats().waiting_senders == 1);
            drop(permit);
            chooser.join().unwrap().unwrap();
            assert_eq!(rx.to_sync().recv(), Ok(4));
        });
        assert_eq!(tx.stats().reserved, 0);
    }
}

/// What is sent by a permit wakes a receiver like any other item.
#[test]
fn a_permit_wakes_a_receiver() {
    let _dog = watchdog();
    for (tx, rx) in in_each_order(1) {
        let (tx, rx) = (tx.into_async(), rx.into_async());
        let permit = tx.try_reserve().unwrap();
        let (count, waker) = counting_waker();
        let mut recv = rx.recv();
        must_be_pending(&mut recv, &waker);
        permit.send(5).unwrap();
        assert_eq!(count.wakes(), 1);
        assert_eq!(must_be_ready(&mut recv), Ok(5));
    }
}

/// However long a permit is held: what others send is received meanwhile.
#[test]
fn a_held_permit_stalls_no_receiver() {
    let _dog = watchdog();
    for (tx, rx) in in_each_order(2) {
        let permit = tx.reserve().unwrap();
        for item in 0..100 {
            tx.send(item).unwrap();
            assert_eq!(rx.recv(), Ok(item));
        }
        tx.join();
        permit.send(100).unwrap();
        assert_eq!(rx.recv(), Ok(100));
    }
    // Leaked, it costs its place and nothing else.
    for (tx, rx) in in_each_order(2) {
        std::mem::forget(tx.reserve().unwrap());
        for item in 0..100 {
            tx.send(item).unwrap();
            assert!(tx.is_full());
            assert_eq!(rx.recv(), Ok(item));
        }
        drop(tx);
        assert!(rx.recv().is_err());
    }
}

#[test]
fn a_close_under_a_permit_hands_the_item_back() {
    let _dog = watchdog();
    for (tx, rx) in in_each_order(2) {
        let permit = tx.reserve().unwrap();
        let mut many = tx.reserve_many(1).unwrap();
        tx.close();
        assert_eq!(permit.send(1), Err(SendError(1)));
        assert_eq!(many.next().unwrap().send(2), Err(SendError(2)));
        assert!(many.next().is_none());
        assert!(rx.recv().is_err());
        assert!(matches!(tx.reserve(), Err(ReserveError::Closed)));
        assert!(matches!(tx.try_reserve(), Err(TrySendError::Closed(()))));
        assert!(matches!(tx.reserve_many(2), Err(ReserveError::Closed)));
        assert!(matches!(tx.clone().reserve_owned(), Err(ReserveError::Closed)));
        assert_eq!(tx.stats().reserved, 0);
    }
}

/// A receiver does not wait for what a permit might bring once the queue is closed; a shutdown does not either.
#[test]
fn neither_close_nor_shutdown_waits_for_a_permit() {
    let _dog = watchdog();
    for (tx, rx) in in_each_order(2) {
        let permit = tx.reserve().unwrap();
        tx.send(1).unwrap();
        assert!(tx.shutdown().eq([1]));
        assert!(rx.recv().is_err());
        tx.join();
        assert_eq!(permit.send(2), Err(SendError(2)));
    }
    // Nor does the last receiver: with a permit held it goes, and the queue with it.
    for (tx, rx) in in_each_order(2) {
        let permit = tx.reserve().unwrap();
        drop(rx);
        assert!(tx.is_closed());
        assert_eq!(permit.send(2), Err(SendError(2)));
    }
}

#[test]
fn a_close_releases_who_waits_for_room() {
    let _dog = watchdog();
    for (tx, rx) in in_each_order(1) {
        tx.send(0).unwrap();
        thread::scope(|scope| {
            let waiting = [
                scope.spawn(|| tx.reserve().map(drop)),
                scope.spawn(|| tx.reserve_many(1).map(drop)),
                scope.spawn(|| tx.clone().reserve_owned().map(drop)),
                scope.spawn(|| block_on(tx.to_async().reserve()).map(drop)),
            ];
            wait_until(|| tx.stats().waiting_senders == 4);
            rx.close();
            for one in waiting {
                assert_eq!(one.join().unwrap(), Err(ReserveError::Closed));
            }
        });
        assert!(rx.drain().eq([0]));
    }
}

/// Room for several is given all at once, and those who come later wait behind it.
#[test]
fn room_for_several_comes_at_once() {
    let _dog = watchdog();
    for (tx, rx) in in_each_order(4) {
        let tx = tx.into_async();
        (0..4).for_each(|item| tx.try_send(item).unwrap());
        let (many_count, waker) = counting_waker();
        let mut many = tx.reserve_many(3);
        must_be_pending(&mut many, &waker);
        let (one_count, waker) = counting_waker();
        let mut one = tx.send(9);
        must_be_pending(&mut one, &waker);
        rx.recv().unwrap();
        rx.recv().unwrap();
        assert_eq!((many_count.wakes(), one_count.wakes()), (0, 0));
        rx.recv().unwrap();
        assert_eq!((many_count.wakes(), one_count.wakes()), (1, 0));
        let permits = must_be_ready(&mut many).unwrap();
        assert_eq!((permits.len(), tx.stats().reserved), (3, 3));
        assert!(is_pending(&mut one));
        for (permit, item) in permits.zip([10, 11]) {
            permit.send(item).unwrap();
        }
        // The third was not used: its place is the next one's.
        must_be_ready(&mut one).unwrap();
        assert_eq!((rx.len(), tx.stats().reserved), (4, 0));
    }
}

#[test]
fn one_who_waits_for_several_and_leaves_lets_others_in() {
    let _dog = watchdog();
    for (tx, rx) in in_each_order(4) {
        let tx = tx.into_async();
        (0..4).for_each(|item| tx.try_send(item).unwrap());
        let mut many = tx.reserve_many(4);
        assert!(is_pending(&mut many));
        let (one_count, waker) = counting_waker();
        let mut one = tx.send(9);
        must_be_pending(&mut one, &waker);
        let (two_count, waker) = counting_waker();
        let mut two = tx.reserve();
        must_be_pending(&mut two, &waker);
        rx.recv().unwrap();
        rx.recv().unwrap();
        assert_eq!((one_count.wakes(), two_count.wakes()), (0, 0));
        drop(many);
        assert_eq!((one_count.wakes(), two_count.wakes()), (1, 1));
        must_be_ready(&mut one).unwrap();
        drop(must_be_ready(&mut two).unwrap());
    }
}

/// A future that was called and is dropped passes its room on.
#[test]
fn a_cancelled_reserve_passes_its_call_on() {
    let _dog = watchdog();
    for (tx, rx) in in_each_order(1) {
        let tx = tx.into_async();
        tx.try_send(0).unwrap();
        let (called, waker) = counting_waker();
        let mut first = tx.reserve();
        must_be_pending(&mut first, &waker);
        let (behind, waker) = counting_waker();
        let mut second = tx.clone().reserve_owned();
        must_be_pending(&mut second, &waker);
        rx.recv().unwrap();
        assert_eq!((called.wakes(), behind.wakes()), (1, 0));
        drop(first);
        assert_eq!(behind.wakes(), 1);
        let permit = must_be_ready(&mut second).unwrap();
        permit.send(1).unwrap();
        assert_eq!((rx.recv(), tx.stats().reserved), (Ok(1), 0));
    }
}

/// Cancelled before it was called, it leaves no trace.
#[test]
fn a_cancelled_reserve_reserves_nothing() {
    for (tx, rx) in in_each_order(2) {
        let tx = tx.into_async();
        drop(tx.reserve());
        drop(tx.reserve_many(2));
        (0..2).for_each(|item| tx.try_send(item).unwrap());
        for _ in 0..10 {
            assert!(is_pending(&mut tx.reserve()));
            assert!(is_pending(&mut tx.reserve_many(2)));
        }
        let stats = tx.stats();
        assert_eq!((stats.reserved, stats.waiting_senders), (0, 0));
        assert_eq!(rx.drain().count(), 2);
        assert_eq!(must_be_ready(&mut tx.reserve_many(2)).unwrap().len(), 2);
    }
}

#[test]
fn none_is_reserved_at_once_and_too_much_never() {
    let _dog = watchdog();
    for (tx, _rx) in in_each_order(2) {
        tx.send(1).unwrap();
        tx.send(2).unwrap();
        assert_eq!(tx.reserve_many(0).unwrap().len(), 0);
        assert_eq!(block_on(tx.to_async().reserve_many(0)).unwrap().len(), 0);
        assert!(matches!(tx.reserve_many(3), Err(ReserveError::TooLarge)));
        assert!(matches!(block_on(tx.to_async().reserve_many(3)), Err(ReserveError::TooLarge)));
        assert!(matches!(tx.reserve_weight(3), Err(ReserveError::TooLarge)));
        assert!(is_pending(&mut tx.to_async().reserve_weight(0)), "an item has a place at least");
    }
    for (tx, _rx) in [bifrons::unbounded::<u8>(), bifrons::lifo::unbounded()] {
        assert_eq!(tx.reserve_many(1_000).unwrap().len(), 1_000);
        assert!(matches!(tx.reserve_many(usize::MAX), Err(ReserveError::TooLarge)));
        assert_eq!((tx.stats().reserved, tx.len()), (0, 0));
        // More than can be counted, all in all: what is no longer to be had is waited for.
        let async_tx = tx.to_async();
        let held: Vec<_> =
            (0..20).map(|_| poll_with(&mut async_tx.reserve_many(usize::MAX / 8), Waker::noop())).collect();
        assert!(held[0].is_ready());
        drop(held);
        tx.try_send(1).unwrap();
        assert_eq!(tx.stats().reserved, 0);
    }
}

/// A rendezvous has no room to set aside.
#[test]
fn a_rendezvous_has_nothing_to_reserve() {
    let (tx, rx) = bifrons::bounded::<u8>(0);
    assert!(matches!(tx.reserve(), Err(ReserveError::TooLarge)));
    for none_or_more in [0, 1] {
        assert!(matches!(tx.reserve_many(none_or_more), Err(ReserveError::TooLarge)));
    }
    assert!(matches!(tx.reserve_weight(1), Err(ReserveError::TooLarge)));
    assert!(matches!(tx.try_reserve(), Err(TrySendError::Full(()))));
    assert!(matches!(tx.clone().reserve_owned(), Err(ReserveError::TooLarge)));
    assert!(matches!(block_on(tx.to_async().reserve()), Err(ReserveError::TooLarge)));
    rx.close();
    assert!(matches!(tx.try_reserve(), Err(TrySendError::Closed(()))));
    assert!(matches!(tx.reserve(), Err(ReserveError::TooLarge)), "that it never could is known first");
    assert!(matches!(block_on(tx.to_async().reserve()), Err(ReserveError::TooLarge)));
}

/// By weight, what weighs nothing is not waited for.
#[test]
fn a_weight_of_nothing_is_reserved_in_a_full_queue() {
    let (tx, rx) = bifrons::builder().capacity(2).weight(|item: &usize| *item).build();
    tx.send(2).unwrap();
    assert!(is_pending(&mut tx.to_async().reserve_weight(1)));
    let permit = tx.reserve_weight(0).unwrap();
    assert_eq!(block_on(tx.to_async().reserve_weight(0)).map(drop), Ok(()));
    assert_eq!(tx.stats().reserved, 0);
    permit.send(0).unwrap();
    assert_eq!(rx.drain().collect::<Vec<_>>(), [2, 0]);
    assert_eq!(tx.reserve_many(2).unwrap().len(), 2);
    assert!(matches!(tx.reserve_many(3), Err(ReserveError::TooLarge)));
}

/// Weight is reserved as such; what of it is not used comes back with the send.
#[test]
fn weight_is_reserved_by_weight() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::builder().capacity(10).weight(|item: &usize| *item).build();
    let tx = tx.into_async();
    let permit = must_be_ready(&mut tx.reserve_weight(8)).unwrap();
    assert_eq!(tx.stats().reserved, 8);
    assert!(tx.try_send(3).unwrap_err().is_full());
    let (count, waker) = counting_waker();
    let mut send = tx.send(5);
    must_be_pending(&mut send, &waker);
    permit.send(2).unwrap();
    assert_eq!(count.wakes(), 1);
    must_be_ready(&mut send).unwrap();
    assert!(rx.drain().eq([2, 5]));
    // More than all of it, alone.
    let permit = must_be_ready(&mut tx.reserve_weight(50)).unwrap();
    assert!(tx.try_send(0).unwrap_err().is_full());
    assert!(is_pending(&mut tx.reserve()));
    permit.send(50).unwrap();
    assert_eq!(rx.recv(), Ok(50));
    assert!(tx.try_send(10).is_ok());
}

/// A wide permit in a queue that counts items gives the places that it does not need back.
#[test]
fn a_wide_permit_gives_the_rest_back() {
    let _dog = watchdog();
    for (tx, rx) in in_each_order(3) {
        let tx = tx.into_async();
        let permit = must_be_ready(&mut tx.reserve_weight(3)).unwrap();
        let (one, waker) = counting_waker();
        let mut first = tx.send(1);
        must_be_pending(&mut first, &waker);
        let (two, waker) = counting_waker();
        let mut second = tx.send(2);
        must_be_pending(&mut second, &waker);
        permit.send(0).unwrap();
        assert_eq!((one.wakes(), two.wakes()), (1, 1));
        must_be_ready(&mut first).unwrap();
        must_be_ready(&mut second).unwrap();
        assert_eq!(rx.drain().count(), 3);
    }
}

/// So many places, so many calls, also of those who wait for room alone, and in whatever way it comes.
#[test]
#[cfg_attr(all(chaos, feature = "chaos"), ignore = "who finds the other door shut calls some too many")]
fn each_place_calls_one() {
    for (tx, rx) in in_each_order(4) {
        let tx = tx.into_async();
        let permit = must_be_ready(&mut tx.reserve()).unwrap();
        (0..3).for_each(|item| tx.try_send(item).unwrap());
        let mut waiting: Vec<_> = (0..12).map(|_| (counting_waker(), tx.reserve())).collect();
        waiting.iter_mut().for_each(|((_, waker), reserve)| must_be_pending(reserve, waker));
        let called = |waiting: &[((Arc<WakeCount>, Waker), _)]| {
            let calls = waiting.iter().map(|((count, _), _)| count.wakes());
            calls.collect::<Vec<_>>()
        };
        let first = |count: usize| (0..12).map(|nth| usize::from(nth < count)).collect::<Vec<_>>();
        rx.recv().unwrap();
        assert_eq!(called(&waiting), first(1), "{rx:?}");
        rx.recv().unwrap();
        assert_eq!(called(&waiting), first(2), "{rx:?}");
        drop(permit);
        assert_eq!(called(&waiting), first(3), "{rx:?}");
        rx.set_capacity(6).unwrap();
        assert_eq!(called(&waiting), first(5), "{rx:?}");
        // One that goes away hands its place on, and only that.
        drop(waiting.remove(0));
        assert_eq!(waiting.iter().filter(|((count, _), _)| count.wakes() > 0).count(), 5, "{rx:?}");
        let permits: Vec<_> = waiting[..5].iter_mut().map(|(_, reserve)| must_be_ready(reserve).unwrap()).collect();
        assert!(tx.is_full(), "{rx:?}");
        drop(permits);
        assert!(waiting[5..].iter().all(|((count, _), _)| count.wakes() <= 1));
    }
}

/// A permit that owns its sender goes to another thread, keeps the queue open, and gives the sender back.
#[test]
fn an_owned_permit_travels() {
    let _dog = watchdog();
    for (tx, rx) in in_each_order(1) {
        let permit = tx.reserve_owned().unwrap();
        assert_eq!((rx.sender_count(), rx.is_closed()), (1, false));
        let tx = thread::spawn(move || permit.send(1).unwrap()).join().unwrap();
        assert_eq!(rx.recv(), Ok(1));
        let permit = tx.clone().reserve_owned().unwrap();
        let async_tx = tx.into_async();
        let (count, waker) = counting_waker();
        let mut send = async_tx.send(2);
        must_be_pending(&mut send, &waker);
        let tx = permit.release();
        assert_eq!((count.wakes(), tx.stats().reserved, rx.sender_count()), (1, 0, 2));
        assert_eq!(must_be_ready(&mut send), Ok(()));
        drop(send);
        drop(async_tx);
        assert_eq!(rx.recv(), Ok(2));
        let permit = tx.reserve_owned().unwrap();
        drop(permit);
        assert!(rx.is_closed(), "its sender was the last");
        assert_eq!(rx.stats().reserved, 0);
    }
    for (tx, rx) in in_each_order(1) {
        let permit = tx.reserve_owned().unwrap();
        rx.close();
        assert_eq!(permit.send(1).unwrap_err().into_inner(), 1);
        assert_eq!(rx.sender_count(), 0, "it goes with the permit");
    }
}

/// Permits, sends and receives of many threads at once: never more than there is room for, and nothing lost.
#[test]
fn permits_and_sends_keep_the_capacity() {
    let _dog = watchdog();
    const CAPACITY: usize = 4;
    for _ in rounds(20) {
        for (tx, rx) in in_each_order(CAPACITY) {
            let census = Census::new();
            let start = StartLine::new(4);
            let received = thread::scope(|scope| {
                for sender in 0..3_u64 {
                    let (tx, start) = (tx.clone(), &start);
                    scope.spawn(move || {
                        start.wait();
                        for item in 0..50 {
                            let item = sender * 50 + item;
                            match item % 4 {
                                0 => tx.send(item).unwrap(),
                                1 => tx.reserve().unwrap().send(item).unwrap(),
                                2 => {
                                    // Asked for three, used one.
                                    let mut permits = tx.reserve_many(3).unwrap();
                                    permits.next().unwrap().send(item).unwrap();
                                }
                                _ => {
                                    drop(tx.reserve());
                                    block_on(tx.to_async().reserve()).unwrap().send(item).unwrap();
                                }
                            }
                            let stats = tx.stats();
                            assert!(stats.len + stats.reserved <= CAPACITY, "{stats:?}");
                        }
                    });
                }
                drop(tx);
                start.wait();
                rx.iter().map(|item| census.item(item).id).collect::<Vec<_>>()
            });
            census.assert_all_dropped_once(0..150);
            assert_eq!(received.len(), 150);
            assert_eq!(rx.stats().reserved, 0);
        }
    }
}

/// The waker of whom a permit calls may panic: the place is free all the same, and the next one is called.
#[test]
fn a_panicking_waker_costs_no_room() {
    let _dog = watchdog();
    for (tx, rx) in in_each_order(1) {
        let tx = tx.into_async();
        let permit = tx.try_reserve().unwrap();
        let mut first = tx.reserve();
        must_be_pending(&mut first, &hooked_at(Step::Wake, || panic!("the waker")));
        let (count, waker) = counting_waker();
        let mut second = tx.send(2);
        must_be_pending(&mut second, &waker);
        assert!(catch_unwind(AssertUnwindSafe(|| drop(permit))).is_err());
        drop(first);
        assert_eq!(count.wakes(), 1);
        must_be_ready(&mut second).unwrap();
        assert_eq!((rx.recv(), tx.stats().reserved), (Ok(2), 0));
    }
}

/// Each place that comes free goes to a newcomer: who wants several gets them all the same, in the end.
#[test]
fn who_wants_several_is_not_overtaken_without_bound() {
    let _dog = watchdog();
    for (tx, rx) in in_each_order(10) {
        let tx = tx.into_async();
        (0..10).for_each(|item| tx.try_send(item).unwrap());
        let mut many = tx.reserve_many(5);
        let mut overtaken = 0;
        while is_pending(&mut many) {
            let _ = rx.try_recv();
            overtaken += usize::from(tx.try_send(1).is_ok());
            assert!(overtaken <= 200, "{rx:?}");
        }
    }
}

/// A thread that got its room is no longer on its way to it: what comes free next is another's.
#[test]
fn a_thread_that_came_for_its_room_keeps_no_other_waiting() {
    let _dog = watchdog();
    for (tx, rx) in in_each_order(1) {
        for _ in 0..3 {
            tx.try_send(1).unwrap();
            thread::scope(|scope| {
                let reserving = scope.spawn(|| drop(tx.reserve().unwrap()));
                wait_until(|| tx.stats().waiting_senders == 1);
                rx.recv().unwrap();
                reserving.join().unwrap();
            });
            tx.try_send(2).unwrap();
            let async_tx = tx.to_async();
            let (count, waker) = counting_waker();
            let mut send = async_tx.send(3);
            must_be_pending(&mut send, &waker);
            rx.recv().unwrap();
            assert_eq!(count.wakes(), 1, "{tx:?}");
            must_be_ready(&mut send).unwrap();
            rx.recv().unwrap();
        }
    }
}

/// Whoever is called in turn was not overtaken, so that a newcomer may be first at the next place.
#[test]
fn a_line_that_moves_is_not_overtaken() {
    for turns in 60..70 {
        for (tx, rx) in in_each_order(1) {
            let tx = tx.into_async();
            tx.try_send(0).unwrap();
            let mut line = std::collections::VecDeque::from([tx.reserve(), tx.reserve()]);
            assert!(line.iter_mut().all(is_pending));
            rx.try_recv().unwrap();
            for _ in 0..turns {
                let mut last = tx.reserve();
                let mut first = line.pop_front().unwrap();
                let permit = must_be_ready(&mut first).unwrap();
                assert!(is_pending(&mut last));
                line.push_back(last);
                permit.send(0).unwrap();
                rx.try_recv().unwrap();
            }
            assert_eq!(tx.try_send(1), Ok(()), "{turns}, {tx:?}");
        }
    }
}
