//! Families B and D, continued: the order of each kind of queue holds where it is full, and where user code fails in it.

use std::cmp::Ordering;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{self, AtomicBool};
use std::sync::{Arc, Mutex};
use std::thread;

use bifrons::{Discipline, Pushed, TryRecvError, WeakSender};

use super::harness::{ALL, Face, Rx, Tx, each};
use super::verbs::Order;
use crate::support::{Census, Random};

/// An item with a rank by which it is compared, and a number by which it is told from its equals.
#[derive(Clone, Copy, Debug)]
struct Ranked {
    rank: u64,
    number: u64,
}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank.cmp(&other.rank)
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.rank == other.rank
    }
}

impl Eq for Ranked {}

/// What a queue of this order gives next.
fn take(order: Order, model: &mut Vec<Ranked>) -> Option<u64> {
    let first = order.of(model.clone()).first()?.number;
    model.retain(|item| item.number != first);
    Some(first)
}

/// A full queue with threads and tasks in line behind it: each item that comes in from the line takes its place in the order.
#[test]
fn b27_order_across_the_line_of_senders() {
    let mut random = Random::from_chance();
    let seeds: Vec<_> = (0..3).map(|_| random.draw()).collect();
    each(&[Some(1), Some(3)], |case| {
        for (order, &seed) in Order::ALL.into_iter().flat_map(|order| seeds.iter().map(move |seed| (order, seed))) {
            let mut random = Random::new(seed);
            let (tx, rx) = case.queue_in(order);
            let mut items = (0..).map(|number| Ranked { rank: random.below(3), number });
            let mut model: Vec<_> = items.by_ref().take(case.capacity.unwrap()).collect();
            model.iter().for_each(|&item| tx.try_send(item).unwrap());
            // Threads and tasks by turns, in the order of their coming.
            let parked: Vec<_> = items.take(6).collect();
            let faces = [Face::Blocking, Face::Awaiting].into_iter().cycle();
            let sends = parked.iter().zip(faces).map(|(&item, face)| tx.clone().turned(face).start_send(item));
            let sends: Vec<_> = sends.collect();
            for (send, item) in sends.into_iter().zip(parked) {
                let expected = take(order, &mut model);
                assert_eq!(rx.recv().ok().map(|item| item.number), expected, "{order:?}");
                send.finish().unwrap();
                model.push(item);
            }
            let expected = std::iter::from_fn(|| take(order, &mut model));
            assert!(rx.rest().iter().map(|item| item.number).eq(expected), "{order:?}");
        }
    });
}

/// Equal items of one sender stay in the order in which it sent them, while everybody is busy.
#[test]
fn b27_equals_stay_in_order_under_way() {
    const COUNT: u64 = 600;
    each(&[Some(1), Some(3), None], |case| {
        for order in [Order::Fifo, Order::Priority] {
            let (tx, rx) = case.queue_in(order);
            let senders: Vec<_> = (0..2)
                .map(|sender| {
                    let tx = tx.clone();
                    thread::spawn(move || {
                        for number in 0..COUNT {
                            // Two ranks for each sender.
                            tx.send(Ranked { rank: 2 * sender + number % 2, number }).unwrap();
                        }
                    })
                })
                .collect();
            drop(tx);
            let mut last = [None; 4];
            let mut count = 0;
            while let Ok(item) = rx.recv() {
                let last = &mut last[item.rank as usize];
                assert!(last.is_none_or(|last| last < item.number), "{order:?}: {item:?} after {last:?}");
                *last = Some(item.number);
                count += 1;
            }
            assert_eq!(count, 2 * COUNT);
            senders.into_iter().for_each(|sender| sender.join().unwrap());
        }
    });
}

/// Sends an item and expects the panic of the user's code.
#[track_caller]
fn must_panic<R>(call: impl FnOnce() -> R) {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(_) => panic!("the panic should have reached the caller"),
        Err(panic) => assert_eq!(panic.downcast_ref(), Some(&"the user's own")),
    }
}

/// Once lit, it burns with a panic, once.
#[derive(Debug, Default)]
struct Fuse(AtomicBool);

impl Fuse {
    fn light(&self) {
        self.0.store(true, atomic::Ordering::Relaxed);
    }

    fn burn(&self) {
        if self.0.swap(false, atomic::Ordering::Relaxed) {
            panic!("the user's own");
        }
    }
}

/// An item whose comparison panics if the fuse is lit.
#[derive(Debug)]
struct Touchy(u64, Arc<Fuse>);

impl Ord for Touchy {
    fn cmp(&self, other: &Self) -> Ordering {
        self.1.burn();
        self.0.cmp(&other.0)
    }
}

impl PartialOrd for Touchy {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Touchy {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Touchy {}

/// A comparison that panics under the lock: the panic reaches the caller, and nobody else notices.
#[test]
fn d43_comparison_panics() {
    each(&[Some(8), None], |case| {
        let fuse = Arc::new(Fuse::default());
        let (tx, rx) = case.queue_in(Order::Priority);
        let item = |number| Touchy(number, Arc::clone(&fuse));
        (0..4).for_each(|number| tx.try_send(item(number)).unwrap());
        fuse.light();
        must_panic(|| tx.try_send(item(4)));
        fuse.light();
        must_panic(|| rx.try_recv());
        assert!(!rx.to_async().is_closed());
        (5..7).for_each(|number| tx.send(item(number)).unwrap());
        let mut received: Vec<_> = rx.rest().into_iter().map(|item| item.0).collect();
        // The two that failed may have lost their items, and nothing else is missing or double.
        received.sort_unstable();
        assert!(received.windows(2).all(|pair| pair[0] < pair[1]), "{received:?}");
        assert!(received.len() >= 5 && received.contains(&5) && received.contains(&6), "{received:?}");
        let waiting = rx.start_recv();
        tx.send(item(8)).unwrap();
        assert_eq!(waiting.finish().unwrap().0, 8);
        drop(tx);
        assert!(rx.recv().is_err());
    });
}

/// First in, first out, and each step panics if its fuse is lit.
struct Fused<T> {
    items: std::collections::VecDeque<T>,
    push: Arc<Fuse>,
    pop: Arc<Fuse>,
}

impl<T> Discipline<T> for Fused<T> {
    fn push(&mut self, item: T, room: bool) -> Pushed<T> {
        self.push.burn();
        if !room {
            return Pushed::Refused(item);
        }
        self.items.push_back(item);
        Pushed::Added
    }

    fn pop(&mut self) -> Option<T> {
        self.pop.burn();
        self.items.pop_front()
    }

    fn len(&self) -> usize {
        self.items.len()
    }
}

/// A discipline that panics, in a call that waited and in one that did not: nobody is left asleep by it.
#[test]
fn d43_discipline_panics() {
    each(&[Some(2), None], |case| {
        let (push, pop) = (Arc::new(Fuse::default()), Arc::new(Fuse::default()));
        let fused = Fused { items: Default::default(), push: Arc::clone(&push), pop: Arc::clone(&pop) };
        let builder = bifrons::builder::<u64>().discipline(fused);
        let builder = if let Some(capacity) = case.capacity { builder.capacity(capacity) } else { builder };
        let (tx, rx) = builder.build();
        let (tx, rx) = (Tx::Blocking(tx).turned(case.from), Rx::Blocking(rx).turned(case.to));

        push.light();
        must_panic(|| tx.try_send(0));
        assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));

        // The first in line is called and fails; its call goes to the next.
        let (doomed, heir) = (rx.start_recv(), rx.start_recv());
        pop.light();
        tx.send(1).unwrap();
        must_panic(|| doomed.finish());
        assert_eq!(heir.finish(), Ok(1));

        tx.send(2).unwrap();
        pop.light();
        must_panic(|| rx.try_recv());
        assert_eq!(rx.recv(), Ok(2));
        assert_eq!(rx.len(), 0);
    });
}

/// A queue that is called by the code that it runs under its lock says so, and lives on.
#[test]
fn d39_discipline_calls_its_queue() {
    struct Selfish {
        items: Vec<u64>,
        queue: Arc<Mutex<Option<WeakSender<u64>>>>,
    }

    impl Discipline<u64> for Selfish {
        fn push(&mut self, item: u64, room: bool) -> Pushed<u64> {
            if item == 13 {
                let queue = self.queue.lock().unwrap().clone();
                let _ = queue.unwrap().upgrade().unwrap().try_send(14);
            }
            if !room {
                return Pushed::Refused(item);
            }
            self.items.push(item);
            Pushed::Added
        }

        fn pop(&mut self) -> Option<u64> {
            self.items.pop()
        }

        fn len(&self) -> usize {
            self.items.len()
        }
    }

    each(&ALL[1..], |case| {
        let queue = Arc::new(Mutex::new(None));
        let builder = bifrons::builder().discipline(Selfish { items: Vec::new(), queue: Arc::clone(&queue) });
        let builder = if let Some(capacity) = case.capacity { builder.capacity(capacity) } else { builder };
        let (tx, rx) = builder.build();
        *queue.lock().unwrap() = Some(tx.downgrade());
        let panic = catch_unwind(AssertUnwindSafe(|| tx.try_send(13))).expect_err("instead of a deadlock");
        assert!(panic.is::<String>() || panic.is::<&str>(), "with a message");
        let (tx, rx) = (Tx::Blocking(tx).turned(case.from), Rx::Blocking(rx).turned(case.to));
        let waiting = rx.start_recv();
        let send = tx.start_send(1);
        assert_eq!((waiting.finish(), send.finish()), (Ok(1), Ok(())));
        // A queue that holds on to itself would stay for ever.
        queue.lock().unwrap().take();
    });
}

/// A discipline that never gives anything out but panics: with the last receiver all goes all the same, without being asked for.
#[test]
fn d43_discipline_that_always_panics() {
    struct Miser<T>(Vec<T>);

    impl<T> Discipline<T> for Miser<T> {
        fn push(&mut self, item: T, _: bool) -> Pushed<T> {
            self.0.push(item);
            Pushed::Added
        }

        fn pop(&mut self) -> Option<T> {
            if self.0.is_empty() { None } else { panic!("the user's own") }
        }

        fn len(&self) -> usize {
            self.0.len()
        }
    }

    each(&[None], |case| {
        let census = Census::new();
        let (tx, rx) = bifrons::builder().discipline(Miser(Vec::new())).build();
        let (tx, rx) = (Tx::Blocking(tx).turned(case.from), Rx::Blocking(rx).turned(case.to));
        (0..3).for_each(|id| tx.try_send(census.item(id)).unwrap());
        must_panic(|| rx.recv());
        drop(rx);
        assert_eq!((tx.len(), census.alive()), (0, 0));
        assert_eq!(tx.try_send(census.item(3)).unwrap_err().into_inner().id, 3);
        drop(tx);
        census.assert_all_dropped_once(0..4);
    });
}
