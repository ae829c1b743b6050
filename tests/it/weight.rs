//! Capacity by weight: what is heavy waits longer, and what is too heavy passes alone.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use bifrons::{Discipline, Pushed, Receiver, Sender};

use crate::support::{
    Census, Latest, counting_waker, is_pending, must_be_pending, must_be_ready, poll_with, wait_until, watchdog,
};

/// A queue of numbers that weigh what they are.
fn by_value(capacity: usize) -> (Sender<usize>, Receiver<usize>) {
    bifrons::builder().capacity(capacity).weight(|item: &usize| *item).build()
}

#[test]
fn the_weights_fill_the_capacity() {
    let (tx, rx) = by_value(10);
    tx.try_send(6).unwrap();
    assert!(tx.try_send(5).unwrap_err().is_full());
    tx.try_send(4).unwrap();
    assert!(tx.is_full());
    assert_eq!((tx.len(), tx.stats().weight, tx.capacity()), (2, 10, Some(10)));
    // What weighs nothing fits where nothing is free.
    tx.try_send(0).unwrap();
    assert!(tx.try_send(1).unwrap_err().is_full());
    assert_eq!(rx.recv(), Ok(6));
    tx.try_send(6).unwrap();
    assert_eq!((tx.len(), tx.stats().weight), (3, 10));
    assert!(rx.drain().eq([4, 0, 6]));
    assert_eq!(tx.stats().weight, 0);
}

#[test]
fn every_order_counts_weights() {
    let queues = [
        bifrons::builder().capacity(6).weight(|item: &usize| *item).lifo().build(),
        bifrons::builder().capacity(6).weight(|item: &usize| *item).priority().build(),
        bifrons::builder().lifo().weight(|item: &usize| *item).capacity(6).build(),
    ];
    for (tx, rx) in queues {
        [1, 2, 3].into_iter().for_each(|item| tx.try_send(item).unwrap());
        assert!(tx.is_full());
        assert_eq!(rx.recv(), Ok(3));
        assert!(tx.try_send(4).unwrap_err().is_full());
        tx.try_send(3).unwrap();
        assert!(rx.drain().eq([3, 2, 1]));
    }
}

/// An item heavier than the whole capacity is let in when nothing is there, and nothing beside it.
#[test]
fn what_is_too_heavy_passes_alone() {
    let _dog = watchdog();
    let (tx, rx) = by_value(10);
    tx.try_send(50).unwrap();
    assert!(tx.is_full());
    assert!(tx.try_send(1).unwrap_err().is_full());
    assert!(tx.try_send(0).unwrap_err().is_full());
    assert_eq!(rx.recv(), Ok(50));
    tx.try_send(1).unwrap();
    let tx = tx.into_async();
    let (count, waker) = counting_waker();
    let mut heavy = tx.send(50);
    must_be_pending(&mut heavy, &waker);
    assert_eq!(rx.recv(), Ok(1));
    assert_eq!(count.wakes(), 1);
    must_be_ready(&mut heavy).unwrap();
    assert_eq!(rx.recv(), Ok(50));
    // Reserved room is there too.
    let permit = tx.try_reserve().unwrap();
    assert!(tx.try_send(11).unwrap_err().is_full());
    drop(permit);
    tx.try_send(11).unwrap();
}

/// A light item does not pass a heavy one that waits before it.
#[test]
fn light_ones_wait_behind_a_heavy_one() {
    let _dog = watchdog();
    let (tx, rx) = by_value(10);
    let tx = tx.into_async();
    for item in [3, 3, 4] {
        tx.try_send(item).unwrap();
    }
    let waiting = |weight| {
        let (count, waker) = counting_waker();
        let mut send = tx.send(weight);
        must_be_pending(&mut send, &waker);
        (count, send)
    };
    let (heavy_count, mut heavy) = waiting(8);
    let (light_count, mut light) = waiting(1);
    let (last_count, mut last) = waiting(1);
    assert_eq!(rx.recv(), Ok(3));
    assert_eq!((heavy_count.wakes(), light_count.wakes()), (0, 0), "too little for the first");
    assert_eq!(rx.recv(), Ok(3));
    assert_eq!((heavy_count.wakes(), light_count.wakes()), (0, 0));
    assert_eq!(rx.recv(), Ok(4));
    assert_eq!((heavy_count.wakes(), light_count.wakes(), last_count.wakes()), (1, 1, 1), "8 + 1 + 1");
    must_be_ready(&mut heavy).unwrap();
    must_be_ready(&mut light).unwrap();
    must_be_ready(&mut last).unwrap();
    assert!(rx.drain().eq([8, 1, 1]));
}

/// The heavy one gives up, and what it was waiting for goes to those behind.
#[test]
fn a_heavy_one_that_leaves_lets_the_light_ones_in() {
    let _dog = watchdog();
    let (tx, rx) = by_value(10);
    let tx = tx.into_async();
    tx.try_send(5).unwrap();
    tx.try_send(5).unwrap();
    let mut heavy = tx.send(9);
    assert!(is_pending(&mut heavy));
    let (count, waker) = counting_waker();
    let mut light = tx.send(2);
    must_be_pending(&mut light, &waker);
    assert_eq!(rx.recv(), Ok(5));
    assert_eq!(count.wakes(), 0);
    drop(heavy);
    assert_eq!(count.wakes(), 1);
    must_be_ready(&mut light).unwrap();
}

/// Items without weight make no room as they go, and are in the way of what must pass alone.
#[test]
fn what_weighs_nothing_wakes_whom_it_was_in_the_way_of() {
    let _dog = watchdog();
    let (tx, rx) = by_value(5);
    let tx = tx.into_async();
    tx.try_send(0).unwrap();
    let (count, waker) = counting_waker();
    let mut heavy = tx.send(10);
    must_be_pending(&mut heavy, &waker);
    assert_eq!(rx.recv(), Ok(0));
    assert_eq!(count.wakes(), 1);
    must_be_ready(&mut heavy).unwrap();
    assert_eq!(rx.recv(), Ok(10));
}

/// Ten that need no room wait for one that is over the capacity: when it goes there is room for all.
#[test]
fn all_that_weigh_nothing_come_in_at_once() {
    let _dog = watchdog();
    let (tx, rx) = by_value(1);
    let tx = tx.into_async();
    tx.try_send(5).unwrap();
    let mut waiting: Vec<_> = (0..10)
        .map(|_| {
            let (count, waker) = counting_waker();
            let mut send = tx.send(0);
            must_be_pending(&mut send, &waker);
            (count, send)
        })
        .collect();
    assert_eq!(rx.recv(), Ok(5));
    for (nth, (count, send)) in waiting.iter_mut().enumerate() {
        assert_eq!(count.wakes(), 1, "number {nth}");
        must_be_ready(send).unwrap();
    }
    assert_eq!(rx.drain().count(), 10);
}

#[test]
fn weights_beyond_all_counting_are_counted() {
    let (tx, rx) = bifrons::builder().weight(|_: &u8| usize::MAX).build();
    (0..3).for_each(|item| tx.try_send(item).unwrap());
    assert_eq!(tx.stats().weight, usize::MAX);
    assert!(rx.drain().eq([0, 1, 2]));
    let (tx, rx) = bifrons::builder().capacity(10).weight(|_: &u8| usize::MAX).build();
    tx.try_send(0).unwrap();
    assert!(tx.try_send(1).unwrap_err().is_full());
    assert_eq!(rx.recv(), Ok(0));
    tx.try_send(1).unwrap();
    let mut items = Vec::new();
    assert_eq!(rx.recv_many(&mut items, 5), Ok(1));
}

/// The function is called before the item is sent, under no lock: it may use the queue.
#[test]
fn the_weigher_may_use_the_queue() {
    let _dog = watchdog();
    let inside = Arc::new(std::sync::Mutex::new(None::<bifrons::WeakSender<usize>>));
    let seen = Arc::new(AtomicUsize::new(0));
    let weigh = {
        let (inside, seen) = (Arc::clone(&inside), Arc::clone(&seen));
        move |item: &usize| {
            let tx = inside.lock().unwrap().as_ref().and_then(bifrons::WeakSender::upgrade);
            if let Some(tx) = tx {
                seen.fetch_max(tx.len(), Ordering::Relaxed);
            }
            *item
        }
    };
    let (tx, rx) = bifrons::builder().capacity(10).weight(weigh).build();
    *inside.lock().unwrap() = Some(tx.downgrade());
    tx.send(1).unwrap();
    tx.send(2).unwrap();
    tx.force_send(3).unwrap();
    assert_eq!(seen.load(Ordering::Relaxed), 2);
    tx.try_reserve().unwrap().send(1).unwrap();
    let mut items = VecDeque::from([1, 1]);
    tx.send_many(&mut items).unwrap();
    assert!(rx.drain().eq([1, 2, 3, 1, 1, 1]));
    // A queue that holds a handle to itself would keep its memory for ever.
    *inside.lock().unwrap() = None;
}

/// A weigher that fails in any call of a batch: each item is in the queue or with its sender.
#[test]
fn a_weigher_that_panics_loses_nothing_of_a_batch() {
    let _dog = watchdog();
    for fails_at in 0..16 {
        let calls = Arc::new(AtomicUsize::new(0));
        let weigh = {
            let calls = Arc::clone(&calls);
            move |_: &u32| {
                assert_ne!(calls.fetch_add(1, Ordering::Relaxed), fails_at, "the weigher fails");
                1
            }
        };
        let (tx, rx) = bifrons::builder().capacity(2).weight(weigh).build();
        let tx = tx.into_async();
        let mut items: VecDeque<u32> = (0..4).collect();
        let polled = catch_unwind(AssertUnwindSafe(|| {
            let mut send = tx.send_many(&mut items);
            let first = is_pending(&mut send);
            first && is_pending(&mut send)
        }));
        let there: Vec<u32> = rx.drain().chain(items.iter().copied()).collect();
        assert_eq!(there, [0, 1, 2, 3], "fails at {fails_at}: {polled:?}");
        calls.store(100, Ordering::Relaxed);
        items.clear();
        (0..2).for_each(|item| tx.try_send(item).unwrap());
        assert!(tx.is_full());
    }
}

/// A weigher that fails: nothing was sent, nothing is held, and whoever waits may come.
#[test]
fn a_weigher_that_panics_leaves_the_queue_usable() {
    let _dog = watchdog();
    let census = Census::new();
    let (tx, rx) = bifrons::builder()
        .capacity(10)
        .weight(|item: &(usize, crate::support::Counted)| {
            assert_ne!(item.0, 7, "the weigher fails");
            item.0
        })
        .build();
    let item = |weight: usize| (weight, census.item(weight as u64));
    assert!(catch_unwind(AssertUnwindSafe(|| tx.send(item(7)))).is_err());
    assert!(catch_unwind(AssertUnwindSafe(|| tx.try_send(item(7)))).is_err());
    assert!(catch_unwind(AssertUnwindSafe(|| tx.force_send(item(7)))).is_err());
    assert!(catch_unwind(AssertUnwindSafe(|| tx.try_reserve().unwrap().send(item(7)))).is_err());
    let stats = tx.stats();
    assert_eq!((stats.len, stats.reserved, census.alive()), (0, 0, 0));
    tx.try_send(item(10)).unwrap();
    assert!(tx.is_full());
    drop(rx.recv());
    tx.join();
}

/// Under a discipline weights are asked for again as items are taken; one that fails then costs its item and no more.
#[test]
fn a_weigher_that_panics_at_a_receive_hands_out_no_task() {
    let _dog = watchdog();
    struct Queue(VecDeque<usize>);
    impl Discipline<usize> for Queue {
        fn push(&mut self, item: usize, room: bool) -> Pushed<usize> {
            if !room {
                return Pushed::Refused(item);
            }
            self.0.push_back(item);
            Pushed::Added
        }
        fn pop(&mut self) -> Option<usize> {
            self.0.pop_front()
        }
        fn len(&self) -> usize {
            self.0.len()
        }
    }
    let calls = Arc::new(AtomicUsize::new(0));
    let weigh = {
        let calls = Arc::clone(&calls);
        move |item: &usize| {
            assert_ne!(calls.fetch_add(1, Ordering::Relaxed), 1, "the weigher fails");
            *item
        }
    };
    let (tx, rx) = bifrons::builder().capacity(4).weight(weigh).discipline(Queue(VecDeque::new())).build();
    tx.send(3).unwrap();
    assert!(catch_unwind(AssertUnwindSafe(|| rx.try_recv_task())).is_err());
    let stats = tx.stats();
    assert_eq!((stats.len, stats.tasks), (0, 0));
    tx.join();
    // All of the room is there.
    tx.try_send(4).unwrap();
    assert!(tx.is_full());
    rx.recv_task().unwrap().done();
    tx.join();
}

/// A newer item that is lighter than what it replaces makes room for the difference.
#[test]
fn a_lighter_replacement_makes_room() {
    let _dog = watchdog();
    struct One(Option<usize>, Vec<usize>);
    impl Discipline<usize> for One {
        fn push(&mut self, item: usize, room: bool) -> Pushed<usize> {
            // Even numbers replace one another, odd ones are kept.
            if item % 2 == 0 && self.0.is_some() {
                return self.0.replace(item).map_or(Pushed::Added, Pushed::Replaced);
            }
            if !room {
                return Pushed::Refused(item);
            }
            if item % 2 == 0 {
                self.0 = Some(item)
            } else {
                self.1.push(item)
            }
            Pushed::Added
        }
        fn pop(&mut self) -> Option<usize> {
            self.1.pop().or_else(|| self.0.take())
        }
        fn len(&self) -> usize {
            self.1.len() + usize::from(self.0.is_some())
        }
    }
    let (tx, rx) =
        bifrons::builder().capacity(10).weight(|item: &usize| *item).discipline(One(None, Vec::new())).build();
    let tx = tx.into_async();
    tx.try_send(10).unwrap();
    let (count, waker) = counting_waker();
    let mut send = tx.send(5);
    must_be_pending(&mut send, &waker);
    tx.try_send(6).unwrap();
    assert_eq!(count.wakes(), 0, "4 are free");
    tx.try_send(4).unwrap();
    assert_eq!(count.wakes(), 1, "6 are free");
    must_be_ready(&mut send).unwrap();
    assert!(tx.try_send(3).unwrap_err().is_full());
    // Heavier than what it replaces: it needs no room all the same.
    tx.try_send(20).unwrap();
    assert!(rx.drain().eq([5, 20]));
}

/// Threads of many weights through a small queue: all of it arrives, and nobody is forgotten.
#[test]
fn threads_of_all_weights_pass() {
    let _dog = watchdog();
    let (tx, rx) = by_value(16);
    let sum = thread::scope(|scope| {
        for weights in [[0, 1, 2, 3], [16, 8, 4, 2], [40, 0, 0, 17]] {
            let tx = tx.clone();
            scope.spawn(move || (0..200).for_each(|n| tx.send(weights[n % 4]).unwrap()));
        }
        drop(tx);
        let receivers: Vec<_> = (0..2).map(|_| scope.spawn(|| rx.iter().sum::<usize>())).collect();
        receivers.into_iter().map(|receiver| receiver.join().unwrap()).sum::<usize>()
    });
    assert_eq!(sum, 50 * (6 + 30 + 57));
}

/// Forcing makes room of one item's weight: more is asked of nobody.
#[test]
fn forcing_evicts_one_that_is_heavy_enough() {
    let (tx, rx) = by_value(10);
    tx.try_send(4).unwrap();
    tx.try_send(6).unwrap();
    assert_eq!(tx.force_send(4), Ok(Some(4)));
    // The oldest is 6 now.
    assert_eq!(tx.force_send(5), Ok(Some(6)));
    assert_eq!(tx.force_send(1), Ok(None));
    assert!(tx.force_send(9).unwrap_err().is_full(), "the oldest is 4");
    assert!(rx.drain().eq([4, 5, 1]));
}

/// Waiting senders of a queue by weight are let in as a thread receives, heavy and light in turn.
#[test]
fn a_thread_that_waits_with_a_heavy_item_is_called() {
    let _dog = watchdog();
    let (tx, rx) = by_value(4);
    tx.send(1).unwrap();
    thread::scope(|scope| {
        let heavy = scope.spawn(|| tx.send(9));
        wait_until(|| tx.stats().waiting_senders == 1);
        assert_eq!(rx.recv(), Ok(1));
        heavy.join().unwrap().unwrap();
        assert_eq!(rx.recv(), Ok(9));
    });
    let _ = poll_with(&mut tx.to_async().send(1), std::task::Waker::noop());
    assert_eq!(tx.len(), 1);
}

/// Each place that comes free goes to a newcomer, one by one: the heavy one that waits is let in all the same, in the end.
#[test]
fn a_heavy_one_is_not_overtaken_without_bound() {
    let _dog = watchdog();
    let queues = [
        by_value(10),
        bifrons::builder().capacity(10).weight(|item: &usize| *item).lifo().build(),
        bifrons::builder().capacity(10).weight(|item: &usize| *item).priority().build(),
    ];
    for (tx, rx) in queues {
        let tx = tx.into_async();
        (0..10).for_each(|_| tx.try_send(1).unwrap());
        let (_count, waker) = counting_waker();
        let mut heavy = tx.send(5);
        must_be_pending(&mut heavy, &waker);
        let mut overtaken = 0;
        while poll_with(&mut heavy, &waker).is_pending() {
            let _ = rx.try_recv();
            overtaken += usize::from(tx.try_send(1).is_ok());
            assert!(overtaken <= 200, "{rx:?}");
        }
    }
}

/// Whatever order: one goes only if that is enough, which is what it weighs, or what is free then.
#[test]
fn forcing_reckons_with_what_is_free() {
    let builder = || bifrons::builder().capacity(10).weight(|item: &usize| *item);
    for (tx, rx) in [builder().build(), builder().lifo().build(), builder().priority().build()] {
        tx.try_send(3).unwrap();
        tx.try_send(7).unwrap();
        assert!(tx.force_send(5).unwrap_err().is_full(), "{tx:?}");
        assert_eq!(rx.drain().sum::<usize>(), 10);
        tx.try_send(3).unwrap();
        tx.try_send(4).unwrap();
        assert_eq!(tx.force_send(6), Ok(Some(3)), "{tx:?}");
        assert_eq!(rx.drain().sum::<usize>(), 10);
    }
    // Of a queue that has shrunk one goes for another that is no heavier.
    let (tx, rx) = builder().build();
    tx.try_send(6).unwrap();
    tx.try_send(4).unwrap();
    tx.set_capacity(5).unwrap();
    assert_eq!(tx.force_send(6), Ok(Some(6)));
    assert!(rx.drain().eq([4, 6]));
}

/// What is heavier than all that may be there is let in when it is alone: also what weighs nothing is there.
#[test]
fn forcing_something_too_heavy_beside_what_weighs_nothing() {
    let (tx, rx) = by_value(3);
    for light in [0, 0] {
        tx.try_send(light).unwrap();
    }
    assert!(tx.try_send(5).unwrap_err().is_full());
    assert!(tx.force_send(5).unwrap_err().is_full());
    assert!(rx.drain().eq([0, 0]));
    for (tx, rx) in [by_value(1), by_value(3)] {
        tx.try_send(1).unwrap();
        tx.try_send(0).unwrap();
        assert_eq!(tx.force_send(2).is_ok(), tx.capacity() == Some(3));
        _ = rx.drain();
        tx.try_send(0).unwrap();
        assert_eq!(tx.force_send(5), Ok(Some(0)));
        assert_eq!(rx.try_recv(), Ok(5));
    }
}

/// A light item that pushes out a heavy one makes room.
#[test]
fn forcing_calls_for_the_room_that_is_left() {
    let (tx, rx) = by_value(10);
    let async_tx = tx.to_async();
    tx.try_send(8).unwrap();
    tx.try_send(2).unwrap();
    let (count, waker) = counting_waker();
    let mut send = async_tx.send(5);
    must_be_pending(&mut send, &waker);
    assert_eq!(tx.force_send(1), Ok(Some(8)));
    assert_eq!(count.wakes(), 1);
    must_be_ready(&mut send).unwrap();
    assert!(rx.drain().eq([2, 1, 5]));
}

/// An order that panics changes nothing of the weight of what it keeps, and what it lost weighs nothing.
#[test]
fn what_an_order_that_panics_keeps_is_weighed() {
    struct Fails(VecDeque<usize>, bool);

    impl Discipline<usize> for Fails {
        fn push(&mut self, item: usize, room: bool) -> Pushed<usize> {
            if !room {
                return Pushed::Refused(item);
            }
            assert_ne!(item, 1, "the discipline fails");
            self.0.push_back(item);
            Pushed::Added
        }

        fn pop(&mut self) -> Option<usize> {
            let item = self.0.pop_front();
            assert!(!std::mem::take(&mut self.1), "the discipline fails");
            item
        }

        fn len(&self) -> usize {
            self.0.len()
        }
    }

    let queue = |fails| {
        let builder = bifrons::builder().capacity(10).weight(|item: &usize| *item);
        builder.discipline(Fails(VecDeque::new(), fails)).build()
    };
    let (tx, rx) = queue(false);
    tx.try_send(4).unwrap();
    assert!(catch_unwind(AssertUnwindSafe(|| tx.try_send(1))).is_err());
    assert!(tx.try_send(7).unwrap_err().is_full());
    tx.try_send(6).unwrap();
    assert!(rx.drain().eq([4, 6]));

    let (tx, rx) = queue(true);
    tx.try_send(4).unwrap();
    assert!(catch_unwind(AssertUnwindSafe(|| rx.try_recv())).is_err());
    assert!(rx.is_empty());
    tx.try_send(5).unwrap();
    tx.try_send(5).unwrap();
    assert!(tx.is_full());
}

/// Of a batch no more is weighed than may fit, each time that some of it does.
#[test]
fn what_can_not_fit_is_not_weighed() {
    let weighed = Arc::new(AtomicUsize::new(0));
    let count = weighed.clone();
    let weigh = move |item: &usize| {
        count.fetch_add(1, Ordering::Relaxed);
        *item
    };
    let (tx, rx) = bifrons::builder().capacity(8).weight(weigh).build();
    let tx = tx.into_async();
    let mut batch = VecDeque::from([2; 100]);
    let mut sending = tx.send_many(&mut batch);
    assert!(is_pending(&mut sending));
    // Four that fit, the fifth that does not, and that one again as it takes its place in line.
    assert_eq!((rx.len(), weighed.load(Ordering::Relaxed)), (4, 6));
}

/// Something light was called and does not come: what is heavier than the whole capacity waits for it no longer in the end, and then
/// holds nobody up.
#[test]
fn what_is_too_heavy_waits_for_nobody_who_does_not_come() {
    let (tx, rx) = by_value(10);
    let tx = tx.into_async();
    tx.try_send(10).unwrap();
    let (mut light, mut heavy) = (tx.send(1), tx.send(50));
    assert!(is_pending(&mut light));
    let (count, waker) = counting_waker();
    must_be_pending(&mut heavy, &waker);
    assert_eq!(rx.recv(), Ok(10));
    for passing in 0.. {
        assert!(passing <= 64);
        if count.wakes() > 0 {
            break;
        }
        tx.try_send(9).unwrap();
        assert_eq!(rx.recv(), Ok(9));
    }
    assert!(tx.try_send(1).unwrap_err().is_full());
    must_be_ready(&mut heavy).unwrap();
    assert_eq!(rx.recv(), Ok(50));
    for _ in 0..100 {
        tx.try_send(9).unwrap();
        assert_eq!(rx.recv(), Ok(9));
    }
    must_be_ready(&mut light).unwrap();
    assert_eq!(rx.recv(), Ok(1));
}

/// Of several that are too heavy one is called at a time.
#[test]
fn those_too_heavy_are_called_one_by_one() {
    let (tx, rx) = by_value(10);
    let tx = tx.into_async();
    tx.try_send(10).unwrap();
    let mut sends = [50, 60, 70].map(|item| (counting_waker(), tx.send(item)));
    sends.iter_mut().for_each(|((_, waker), send)| must_be_pending(send, waker));
    for nth in 0..3 {
        rx.recv().unwrap();
        let wakes: Vec<_> = sends.iter().map(|((count, _), _)| count.wakes()).collect();
        let expected: Vec<_> = (0..3).map(|other| usize::from(other <= nth)).collect();
        assert_eq!(wakes, expected);
        must_be_ready(&mut sends[nth].1).unwrap();
    }
}

/// A batch comes for room of which it does not use all, and goes on to wait for more: the rest is for those behind it.
#[test]
fn what_a_batch_leaves_is_for_those_behind() {
    let builder = bifrons::builder().capacity(10).weight(|item: &usize| *item);
    let (tx, rx) = builder.discipline(Latest::new(usize::eq, VecDeque::pop_front)).build();
    let (tx, rx) = (tx.into_async(), rx.into_async());
    [6, 4].into_iter().for_each(|item| tx.try_send(item).unwrap());
    let mut items = VecDeque::from([5, 9]);
    let mut batch = tx.send_many(&mut items);
    assert!(is_pending(&mut batch));
    let (count, waker) = counting_waker();
    let mut behind = tx.send(3);
    must_be_pending(&mut behind, &waker);
    assert_eq!(rx.try_recv(), Ok(6));
    // A newcomer's is what the batch's first will replace.
    tx.try_send(5).unwrap();
    assert_eq!((rx.try_recv(), count.wakes()), (Ok(4), 0));
    assert!(is_pending(&mut batch));
    assert_eq!(count.wakes(), 1);
    must_be_ready(&mut behind).unwrap();
}
