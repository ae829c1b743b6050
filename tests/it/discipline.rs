//! Orders that users write: what they may do, and what happens when they fail.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::thread;

use bifrons::{Discipline, Pushed, Receiver, Select, SendError, Sender};

use crate::support::{
    Census, Choosy, counting_waker, must_be_pending, must_be_ready, spawn_until_asleep, wait_until, watchdog,
};

mod comparing;
mod inside;
mod let_go_inside;
mod refused;
mod unasked;
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

/// A panic reaches the caller, who may go on: what came and went adds up, and the queue holds and gives what it should.
#[test]
fn a_panic_anywhere_leaves_the_queue_usable() {
    let _dog = watchdog();
    for place in [Place::BeforePush, Place::AfterPush, Place::BeforePop, Place::AfterPop, Place::Evict, Place::Len] {
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
        assert_eq!(rx.stats().sent - rx.stats().received, left as u64, "{place:?}");
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

        let joining = tx.clone();
        let waiting = spawn_until_asleep(move || joining.join());
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

/// What a discipline need not say itself.
#[test]
fn a_discipline_is_empty_when_it_has_no_items() {
    struct One(Option<u32>);

    impl Discipline<u32> for One {
        fn push(&mut self, item: u32, _: bool) -> Pushed<u32> {
            self.0.replace(item).map_or(Pushed::Added, Pushed::Replaced)
        }

        fn pop(&mut self) -> Option<u32> {
            self.0.take()
        }

        fn len(&self) -> usize {
            usize::from(self.0.is_some())
        }
    }

    let mut one = One(None);
    assert!(one.is_empty());
    assert_eq!(one.push(1, true), Pushed::Added);
    assert!(!one.is_empty());
    assert_eq!(one.evict(), None);
    assert_eq!((one.pop(), one.is_empty()), (Some(1), true));
}

/// One of each, whatever room there is.
fn one_of_each(capacity: usize) -> (Sender<u32>, Receiver<u32>) {
    let order = Choosy::new(|items: &VecDeque<u32>, item: &u32| !items.contains(item));
    bifrons::builder().capacity(capacity).discipline(order).build()
}

/// Who is refused although there is room waits for the next item to be taken, and does not call himself.
#[test]
fn who_is_refused_again_waits_again() {
    let (tx, rx) = one_of_each(10);
    let tx = tx.into_async();
    [7, 1, 2].into_iter().for_each(|item| tx.try_send(item).unwrap());
    let (count, waker) = counting_waker();
    let mut send = tx.send(2);
    must_be_pending(&mut send, &waker);
    for (wakes, item) in [(1, 7), (2, 1)] {
        assert_eq!(rx.try_recv(), Ok(item));
        assert_eq!(count.wakes(), wakes);
        must_be_pending(&mut send, &waker);
        assert_eq!(count.wakes(), wakes, "it has just been refused");
    }
    assert_eq!(rx.try_recv(), Ok(2));
    must_be_ready(&mut send).unwrap();
    assert_eq!(rx.try_recv(), Ok(2));
}

/// What is refused although there is room, and has no sender who could wait, comes back as if the queue were closed.
#[test]
fn what_is_refused_from_a_permit_comes_back() {
    let (tx, rx) = one_of_each(10);
    tx.try_send(7).unwrap();
    assert_eq!(tx.reserve().unwrap().send(7), Err(SendError(7)));
    assert_eq!(tx.clone().reserve_owned().unwrap().send(7).unwrap_err().into_inner(), 7);
    let mut select = Select::new();
    select.send(&tx);
    assert_eq!(select.select().send(&tx, 7), Err(SendError(7)));
    assert_eq!((tx.stats().reserved, tx.is_closed(), rx.len()), (0, false, 1));
}

/// A discipline that lets one go and takes neither the other nor that one again has room then, for one who waits.
#[test]
fn who_waits_is_called_when_nothing_is_left() {
    /// Takes what is newer than all it has seen.
    #[derive(Default)]
    struct Newest(Option<u32>, u32);
    impl Discipline<u32> for Newest {
        fn push(&mut self, item: u32, room: bool) -> Pushed<u32> {
            if !room || item <= self.1 {
                return Pushed::Refused(item);
            }
            (self.0, self.1) = (Some(item), item);
            Pushed::Added
        }
        fn pop(&mut self) -> Option<u32> {
            self.0.take()
        }
        fn len(&self) -> usize {
            usize::from(self.0.is_some())
        }
        fn evict(&mut self) -> Option<u32> {
            self.0.take()
        }
    }

    let (tx, rx) = bifrons::builder().capacity(1).discipline(Newest::default()).build();
    let tx = tx.into_async();
    tx.try_send(5).unwrap();
    let (count, waker) = counting_waker();
    let mut send = tx.send(9);
    must_be_pending(&mut send, &waker);
    assert!(tx.force_send(3).is_err());
    assert_eq!((rx.len(), count.wakes()), (0, 1));
    must_be_ready(&mut send).unwrap();
    assert_eq!(rx.recv(), Ok(9));
}

/// An older item that was replaced is dropped outside the lock also when its weight can not be told.
#[test]
fn what_was_replaced_is_dropped_outside_when_its_weight_panics() {
    struct Item {
        weighs: bool,
        queue: Option<Sender<Item>>,
        lens: Arc<Mutex<Vec<usize>>>,
    }
    impl Drop for Item {
        fn drop(&mut self) {
            let lens = self.queue.take().map(|queue| queue.len());
            self.lens.lock().unwrap().extend(lens);
        }
    }
    #[derive(Default)]
    struct Latest(Option<Item>);
    impl Discipline<Item> for Latest {
        fn push(&mut self, item: Item, _: bool) -> Pushed<Item> {
            self.0.replace(item).map_or(Pushed::Added, Pushed::Replaced)
        }
        fn pop(&mut self) -> Option<Item> {
            self.0.take()
        }
        fn len(&self) -> usize {
            usize::from(self.0.is_some())
        }
    }

    let calls = AtomicUsize::new(0);
    let weigh = move |item: &Item| {
        let is_first = calls.fetch_add(1, Relaxed) == 0;
        assert!(is_first || item.weighs, "this one can not be weighed twice");
        1
    };
    let (tx, rx) = bifrons::builder().capacity(4).weight(weigh).discipline(Latest::default()).build();
    let lens = Arc::default();
    let item = |weighs| Item { weighs, queue: Some(tx.clone()), lens: Arc::clone(&lens) };
    let (older, newer) = (item(false), item(true));
    tx.send(older).unwrap_or_else(|_| panic!("open"));
    assert!(catch_unwind(AssertUnwindSafe(|| tx.send(newer))).is_err());
    assert_eq!(*lens.lock().unwrap(), [1], "the older one was dropped, and asked the queue");
    drop(rx.recv().unwrap_or_else(|_| panic!("the newer one is in")));
    assert_eq!(*lens.lock().unwrap(), [1, 0]);
}
