//! Orders that users write: what they may do, and what happens when they fail.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use bifrons::{Discipline, Pushed, Receiver, Sender, TryRecvError};

use crate::support::{
    Census, Counted, OnDrop, block_on, counting_waker, must_be_pending, must_be_ready, wait_until, watchdog,
};

mod worked;

/// Where a discipline fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    BeforePush,
    AfterPush,
    BeforePop,
    AfterPop,
    Evict,
    Len,
}

/// First in, first out, until it is told to fail.
#[derive(Clone)]
struct Fuse(Arc<Mutex<Option<Place>>>);

impl Fuse {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(None)))
    }

    fn arm(&self, place: Place) {
        *self.0.lock().unwrap() = Some(place);
    }

    /// Fails once at the place for which it is armed.
    fn pass(&self, place: Place) {
        let blows = self.0.lock().unwrap().take_if(|armed| *armed == place).is_some();
        assert!(!blows, "the discipline fails");
    }
}

struct Failing<T> {
    items: Vec<T>,
    fuse: Fuse,
}

impl<T> Discipline<T> for Failing<T> {
    fn push(&mut self, item: T, room: bool) -> Pushed<T> {
        self.fuse.pass(Place::BeforePush);
        if !room {
            return Pushed::Refused(item);
        }
        self.items.push(item);
        self.fuse.pass(Place::AfterPush);
        Pushed::Added
    }

    fn pop(&mut self) -> Option<T> {
        self.fuse.pass(Place::BeforePop);
        if self.items.is_empty() {
            return None;
        }
        let item = self.items.remove(0);
        self.fuse.pass(Place::AfterPop);
        Some(item)
    }

    fn len(&self) -> usize {
        self.fuse.pass(Place::Len);
        self.items.len()
    }

    fn evict(&mut self) -> Option<T> {
        self.fuse.pass(Place::Evict);
        (!self.items.is_empty()).then(|| self.items.remove(0))
    }
}

fn failing<T: Send + 'static>(capacity: usize) -> (Fuse, Sender<T>, Receiver<T>) {
    let fuse = Fuse::new();
    let (tx, rx) =
        bifrons::builder().capacity(capacity).discipline(Failing { items: Vec::new(), fuse: fuse.clone() }).build();
    (fuse, tx, rx)
}

/// What a panic says.
fn message(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string))
        .unwrap_or_default()
}

/// A panic reaches the caller, who may go on: what came and went adds up, and the queue holds and gives what it should.
#[test]
fn a_panic_anywhere_leaves_the_queue_usable() {
    let _dog = watchdog();
    for place in
        [Place::BeforePush, Place::AfterPush, Place::BeforePop, Place::AfterPop, Place::Evict, Place::Len]
    {
        let census = Census::new();
        let (fuse, tx, rx) = failing(2);
        tx.send(census.item(0)).unwrap();
        fuse.arm(place);
        let failed = catch_unwind(AssertUnwindSafe(|| {
            if matches!(place, Place::BeforePop | Place::AfterPop) {
                drop(rx.try_recv());
            } else {
                drop(tx.try_send(census.item(1)));
                drop(tx.force_send(census.item(2)));
                drop(tx.force_send(census.item(3)));
            }
        }));
        assert!(failed.is_err(), "{place:?}");
        let left = census.alive();
        assert_eq!(rx.len(), left, "{place:?}: {rx:?}");
        assert_eq!(rx.drain().count(), left, "{place:?}");
        // All of the room is there again, and no more.
        tx.try_send(census.item(10)).unwrap();
        tx.try_send(census.item(11)).unwrap();
        assert!(tx.is_full(), "{place:?}");
        assert!(tx.try_send(census.item(12)).unwrap_err().is_full(), "{place:?}");
        assert_eq!(rx.recv().unwrap().id, 10, "{place:?}");
        assert_eq!(rx.recv().unwrap().id, 11, "{place:?}");
        tx.join();
        drop((tx, rx));
        assert_eq!(census.alive(), 0, "{place:?}");
    }
}

/// The room or the item by which a party may have come passes to one that waits.
#[test]
fn a_panic_leaves_no_waiting_task_asleep() {
    let _dog = watchdog();
    // A receiver waits; a push fails after the item is in.
    let (fuse, tx, rx) = failing::<u32>(2);
    let rx = rx.into_async();
    let (count, waker) = counting_waker();
    let mut recv = rx.recv();
    must_be_pending(&mut recv, &waker);
    fuse.arm(Place::AfterPush);
    assert!(catch_unwind(AssertUnwindSafe(|| tx.send(1))).is_err());
    assert_eq!(count.wakes(), 1);
    assert_eq!(must_be_ready(&mut recv), Ok(1));

    // Senders wait; a pop fails after the item is out, or before.
    for place in [Place::BeforePop, Place::AfterPop] {
        let (fuse, tx, rx) = failing::<u32>(1);
        let tx = tx.into_async();
        tx.try_send(0).unwrap();
        let (count, waker) = counting_waker();
        let mut send = tx.send(1);
        must_be_pending(&mut send, &waker);
        fuse.arm(place);
        assert!(catch_unwind(AssertUnwindSafe(|| rx.recv())).is_err());
        if place == Place::BeforePop {
            assert_eq!((rx.len(), count.wakes()), (1, 0));
            assert_eq!(rx.recv(), Ok(0));
        }
        assert_eq!(count.wakes(), 1, "{place:?}");
        must_be_ready(&mut send).unwrap();
        assert_eq!(rx.recv(), Ok(1));
    }

    // A joiner waits; the last item's pop fails after the item is out.
    let (fuse, tx, rx) = failing::<u32>(1);
    let tx = tx.into_async();
    tx.try_send(0).unwrap();
    let (count, waker) = counting_waker();
    let mut join = tx.join();
    must_be_pending(&mut join, &waker);
    fuse.arm(Place::AfterPop);
    assert!(catch_unwind(AssertUnwindSafe(|| rx.recv())).is_err());
    assert_eq!(count.wakes(), 1);
    must_be_ready(&mut join);
}

#[test]
fn a_panic_leaves_no_waiting_thread_asleep() {
    let _dog = watchdog();
    let (fuse, tx, rx) = failing::<u32>(1);
    thread::scope(|scope| {
        let waiting = scope.spawn(|| rx.recv());
        wait_until(|| rx.stats().waiting_receivers == 1);
        fuse.arm(Place::AfterPush);
        assert!(catch_unwind(AssertUnwindSafe(|| tx.send(1))).is_err());
        assert_eq!(waiting.join().unwrap(), Ok(1));

        tx.send(2).unwrap();
        let waiting = scope.spawn(|| tx.send(3));
        wait_until(|| rx.stats().waiting_senders == 1);
        fuse.arm(Place::AfterPop);
        assert!(catch_unwind(AssertUnwindSafe(|| rx.recv())).is_err());
        waiting.join().unwrap().unwrap();

        let waiting = scope.spawn(|| tx.join());
        fuse.arm(Place::AfterPop);
        assert!(catch_unwind(AssertUnwindSafe(|| rx.recv())).is_err());
        waiting.join().unwrap();
    });
}

/// Several places that a batch has freed before it fails are given to several.
#[test]
fn a_panic_in_a_batch_wakes_as_many_as_there_is_room_for() {
    let _dog = watchdog();
    struct ThirdPopFails(Vec<u32>, usize);

    impl Discipline<u32> for ThirdPopFails {
        fn push(&mut self, item: u32, room: bool) -> Pushed<u32> {
            if !room {
                return Pushed::Refused(item);
            }
            self.0.push(item);
            Pushed::Added
        }
        fn pop(&mut self) -> Option<u32> {
            self.1 += 1;
            assert_ne!(self.1, 3, "the discipline fails");
            (!self.0.is_empty()).then(|| self.0.remove(0))
        }
        fn len(&self) -> usize {
            self.0.len()
        }
    }

    let (tx, rx) = bifrons::builder().capacity(3).discipline(ThirdPopFails(Vec::new(), 0)).build();
    let tx = tx.into_async();
    (0..3).for_each(|item| tx.try_send(item).unwrap());
    let (one, waker) = counting_waker();
    let mut first = tx.send(3);
    must_be_pending(&mut first, &waker);
    let (two, waker) = counting_waker();
    let mut second = tx.send(4);
    must_be_pending(&mut second, &waker);
    let mut items = Vec::new();
    assert!(catch_unwind(AssertUnwindSafe(|| rx.recv_many(&mut items, 3))).is_err());
    assert_eq!(items, [0, 1], "what had been received stays with the caller");
    assert_eq!((one.wakes(), two.wakes()), (1, 1));
    must_be_ready(&mut first).unwrap();
    must_be_ready(&mut second).unwrap();
    assert!(rx.drain().eq([2, 3, 4]));
}

/// A task that was never taken is not said to be done.
#[test]
fn a_panicking_pop_hands_out_no_task() {
    for place in [Place::BeforePop, Place::AfterPop] {
        let (fuse, tx, rx) = failing::<u32>(2);
        tx.send(1).unwrap();
        fuse.arm(place);
        assert!(catch_unwind(AssertUnwindSafe(|| rx.try_recv_task())).is_err());
        assert_eq!(tx.stats().tasks, 0, "{place:?}");
        assert_eq!(rx.len(), usize::from(place == Place::BeforePop));
        tx.force_send(2).unwrap();
        while let Ok(task) = rx.try_recv_task() {
            assert_eq!(tx.stats().tasks, 1);
            task.done();
        }
        tx.join();
    }
}

/// An item whose comparison fails when it is told to.
#[derive(Debug)]
struct Touchy<'a> {
    rank: u32,
    fuse: &'a AtomicUsize,
    _load: Counted,
}

impl PartialEq for Touchy<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.rank == other.rank
    }
}

impl Eq for Touchy<'_> {}

impl PartialOrd for Touchy<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Touchy<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        // Counts down to the comparison that fails; 0 is never.
        let left = self.fuse.load(Ordering::Relaxed);
        if left > 0 {
            self.fuse.store(left - 1, Ordering::Relaxed);
            assert_ne!(left, 1, "the comparison fails");
        }
        self.rank.cmp(&other.rank)
    }
}

/// Whichever comparison fails, of a push, a pop or an eviction: nothing is lost but what was being pushed, and the order stands.
#[test]
fn a_comparison_that_panics_changes_nothing() {
    for fails_at in 1..12 {
        for verb in 0..3 {
            let fuse = AtomicUsize::new(0);
            let census = Census::new();
            let item = |rank: u32| Touchy { rank, fuse: &fuse, _load: census.item(rank.into()) };
            let (tx, rx) = bifrons::priority::bounded(20);
            for rank in [5, 9, 1, 7, 3, 8, 2, 6, 4, 0] {
                tx.send(item(rank)).unwrap();
            }
            let mut expected: Vec<u32> = (0..10).rev().collect();
            if verb == 2 {
                // An eviction takes a full queue.
                tx.set_capacity(10).unwrap();
            }
            fuse.store(fails_at, Ordering::Relaxed);
            let result = catch_unwind(AssertUnwindSafe(|| match verb {
                0 => {
                    tx.send(item(10)).unwrap();
                    None
                }
                1 => Some(rx.recv().unwrap().rank),
                _ => tx.force_send(item(10)).unwrap().map(|evicted| evicted.rank),
            }));
            fuse.store(0, Ordering::Relaxed);
            match (verb, result) {
                (0, Ok(_)) => expected.insert(0, 10),
                (1, Ok(taken)) => assert_eq!(taken, Some(expected.remove(0))),
                (2, Ok(evicted)) => {
                    assert_eq!(evicted, expected.pop());
                    expected.insert(0, 10);
                }
                // An item may have gone to make room before the newcomer's place was looked for.
                (2, Err(_)) => expected.truncate(rx.len()),
                _ => {}
            }
            assert_eq!(census.alive(), expected.len(), "verb {verb} fails at {fails_at}");
            assert!(rx.drain().map(|item| item.rank).eq(expected), "verb {verb} fails at {fails_at}");
        }
    }
}

/// A panicking comparison beside one who waits for an item, and one who waits for room.
#[test]
fn a_comparison_that_panics_leaves_nobody_asleep() {
    let _dog = watchdog();
    let fuse = &AtomicUsize::new(0);
    let census = Census::new();
    let item = |rank: u32| Touchy { rank, fuse, _load: census.item(rank.into()) };
    let (tx, rx) = bifrons::priority::bounded(2);
    let (tx, rx) = (tx.into_async(), rx.into_async());
    tx.try_send(item(1)).unwrap();
    tx.try_send(item(2)).unwrap();
    let (count, waker) = counting_waker();
    let mut send = tx.send(item(3));
    must_be_pending(&mut send, &waker);
    assert_eq!(must_be_ready(&mut rx.recv()).unwrap().rank, 2);
    assert_eq!(count.wakes(), 1);
    let (behind, waker) = counting_waker();
    let mut next = tx.send(item(4));
    // There is room, which the first was called to; a newcomer may take it.
    let overtook = crate::support::poll_with(&mut next, &waker).is_ready();
    assert!(overtook);
    drop(next);
    assert!(crate::support::is_pending(&mut send));
    let mut next = tx.send(item(5));
    must_be_pending(&mut next, &waker);
    assert_eq!(must_be_ready(&mut rx.recv()).unwrap().rank, 4);
    assert_eq!(count.wakes(), 1, "by the waker of its last poll, which does nothing");
    // The one that was called fails in its comparison; its room is the next one's.
    fuse.store(1, Ordering::Relaxed);
    assert!(catch_unwind(AssertUnwindSafe(|| crate::support::is_pending(&mut send))).is_err());
    assert_eq!(behind.wakes(), 1);
    must_be_ready(&mut next).unwrap();
    assert_eq!(must_be_ready(&mut rx.recv()).unwrap().rank, 5);
    assert_eq!(must_be_ready(&mut rx.recv()).unwrap().rank, 1);
    assert!(rx.is_empty());
    // The item that could not be compared is still with its sender.
    assert_eq!(send.take().map(|item| item.rank), Some(3));
    drop(send);
    assert_eq!(census.alive(), 0);
}

/// A discipline that uses its own queue, by a verb of the test's choice.
struct Inward {
    items: Vec<u32>,
    way_in: WayIn,
}

type WayIn = Arc<Mutex<Option<Box<dyn FnOnce() + Send>>>>;

impl Inward {
    fn enter(&self) {
        let verb = self.way_in.lock().unwrap().take();
        if let Some(verb) = verb {
            verb();
        }
    }
}

impl Discipline<u32> for Inward {
    fn push(&mut self, item: u32, room: bool) -> Pushed<u32> {
        self.enter();
        if !room {
            return Pushed::Refused(item);
        }
        self.items.push(item);
        Pushed::Added
    }
    fn pop(&mut self) -> Option<u32> {
        self.enter();
        self.items.pop()
    }
    fn len(&self) -> usize {
        self.items.len()
    }
}

/// To use the queue from inside would wait for oneself: every verb of both faces says so instead.
#[test]
fn re_entry_panics_with_a_message() {
    let _dog = watchdog();
    let verbs: [(&str, fn(&Sender<u32>, &Receiver<u32>)); 12] = [
        ("try_send", |tx, _| _ = tx.try_send(7)),
        ("send", |tx, _| _ = tx.send(7)),
        ("force_send", |tx, _| _ = tx.force_send(7)),
        ("try_recv", |_, rx| _ = rx.try_recv()),
        ("recv", |_, rx| _ = rx.recv()),
        ("len", |tx, _| _ = tx.len()),
        ("close", |tx, _| _ = tx.close()),
        ("stats", |_, rx| _ = rx.stats()),
        ("reserve", |tx, _| drop(tx.reserve())),
        ("awaited send", |tx, _| _ = block_on(tx.to_async().send(7))),
        ("awaited recv", |_, rx| _ = block_on(rx.to_async().recv())),
        ("select", |_, rx| {
            let mut select = bifrons::Select::new();
            select.recv(rx);
            _ = select.try_select().map(|operation| operation.recv(rx));
        }),
    ];
    for (name, verb) in verbs {
        for from_pop in [false, true] {
            let way_in = WayIn::default();
            let discipline = Inward { items: Vec::new(), way_in: Arc::clone(&way_in) };
            let (tx, rx) = bifrons::builder().capacity(4).discipline(discipline).build();
            tx.send(1).unwrap();
            let inside = (tx.downgrade(), rx.downgrade());
            *way_in.lock().unwrap() = Some(Box::new(move || {
                let (tx, rx) = (inside.0.upgrade().unwrap(), inside.1.upgrade().unwrap());
                verb(&tx, &rx);
            }));
            let panic = catch_unwind(AssertUnwindSafe(|| {
                if from_pop { _ = rx.recv() } else { tx.send(2).unwrap() }
            }))
            .expect_err(name);
            let said = message(&*panic);
            assert!(said.contains("`Discipline`") && said.contains("itself"), "{name}: {said}");
            // And the queue goes on.
            tx.try_send(3).unwrap();
            assert_eq!(rx.try_recv(), Ok(3), "{name}");
            assert_eq!(rx.try_recv(), Ok(1), "{name}");
            assert_eq!(rx.try_recv(), Err(TryRecvError::Empty), "{name}");
        }
    }
}

/// The same from a comparison, and by another way: the drop of an item.
#[test]
fn re_entry_from_a_comparison_panics_with_a_message() {
    let _dog = watchdog();
    struct Curious(u32, Arc<Mutex<Option<Sender<Curious>>>>);
    impl PartialEq for Curious {
        fn eq(&self, other: &Self) -> bool {
            self.0 == other.0
        }
    }
    impl Eq for Curious {}
    impl PartialOrd for Curious {
        fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
            Some(self.cmp(other))
        }
    }
    impl Ord for Curious {
        fn cmp(&self, other: &Self) -> std::cmp::Ordering {
            if let Some(queue) = &*self.1.lock().unwrap() {
                assert!(queue.len() < 100);
            }
            self.0.cmp(&other.0)
        }
    }
    for is_async in [false, true] {
        let way_in = Arc::new(Mutex::new(None));
        let (tx, rx) = bifrons::priority::bounded(4);
        tx.send(Curious(1, Arc::clone(&way_in))).unwrap();
        *way_in.lock().unwrap() = Some(tx.clone());
        let panic = catch_unwind(AssertUnwindSafe(|| {
            let item = Curious(2, Arc::clone(&way_in));
            if is_async { block_on(tx.to_async().send(item)) } else { tx.send(item) }.map_err(drop)
        }))
        .expect_err("it would wait for itself");
        assert!(message(&*panic).contains("`Ord`"));
        way_in.clear_poison();
        // Its own clone of the sender would keep the queue open; here it is dropped outside.
        drop(way_in.lock().unwrap().take());
        assert_eq!(rx.drain().map(|item| item.0).collect::<Vec<_>>(), [1]);
    }
}

/// What a newer item replaces is dropped outside the lock, where its drop may use the queue.
#[test]
fn what_was_replaced_is_dropped_outside() {
    let _dog = watchdog();
    type Probe = OnDrop<Box<dyn FnMut() + Send>>;

    struct Newest(Option<Probe>);

    impl Discipline<Probe> for Newest {
        fn push(&mut self, item: Probe, _: bool) -> Pushed<Probe> {
            match self.0.replace(item) {
                Some(older) => Pushed::Replaced(older),
                None => Pushed::Added,
            }
        }
        fn pop(&mut self) -> Option<Probe> {
            self.0.take()
        }
        fn len(&self) -> usize {
            usize::from(self.0.is_some())
        }
    }

    let (tx, rx) = bifrons::builder().capacity(1).discipline(Newest(None)).build();
    let lengths = Arc::new(Mutex::new(Vec::new()));
    for _ in 0..3 {
        let (lengths, inside) = (Arc::clone(&lengths), tx.downgrade());
        let look = move || lengths.lock().unwrap().extend(inside.upgrade().map(|tx| tx.len()));
        tx.send(OnDrop(Box::new(look))).unwrap_or_else(|_| unreachable!("it is open"));
    }
    assert_eq!(*lengths.lock().unwrap(), [1, 1]);
    let stats = tx.stats();
    assert_eq!((stats.sent, stats.received, stats.len), (3, 2, 1));
    drop(rx.recv());
    tx.join();
}
