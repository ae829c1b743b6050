//! Storage that fails at a moment's notice: a discipline, or the order of the items, that panics.

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering as Memory};
use std::thread;
use std::time::Duration;

use bifrons::{Discipline, Pushed, Receiver, Sender, TryRecvError};

use super::orders::unfinished;
use crate::support::{block_on, counting_waker, must_be_pending, must_be_ready, poll_with, wait_until, watchdog};

const SIZE: usize = 5;
const LONG: Duration = Duration::from_secs(3_600);

const NOTHING: u8 = 0;
const PUSH: u8 = 1;
const POP: u8 = 2;
const AFTER_PUSH: u8 = 3;
const AFTER_POP: u8 = 4;

/// What fails next, if anything.
#[derive(Debug, Clone, Default)]
struct Fuse(Arc<AtomicU8>);

impl Fuse {
    fn set(&self, step: u8) {
        self.0.store(step, Memory::SeqCst);
    }

    fn is_spent(&self) -> bool {
        self.0.load(Memory::SeqCst) == NOTHING
    }

    fn at(&self, step: u8) {
        if self.0.compare_exchange(step, NOTHING, Memory::SeqCst, Memory::SeqCst).is_ok() {
            panic!("you lose");
        }
    }
}

/// First in, first out, unless the fuse says otherwise.
#[derive(Debug, Default)]
struct Failing {
    items: VecDeque<u32>,
    fuse: Fuse,
}

impl Discipline<u32> for Failing {
    fn push(&mut self, item: u32, room: bool) -> Pushed<u32> {
        if !room {
            return Pushed::Refused(item);
        }
        self.fuse.at(PUSH);
        self.items.push_back(item);
        self.fuse.at(AFTER_PUSH);
        Pushed::Added
    }

    fn pop(&mut self) -> Option<u32> {
        if !self.items.is_empty() {
            self.fuse.at(POP);
        }
        let item = self.items.pop_front();
        if item.is_some() {
            self.fuse.at(AFTER_POP);
        }
        item
    }

    fn len(&self) -> usize {
        self.items.len()
    }
}

fn failing_queue_of(capacity: usize) -> (Fuse, Sender<u32>, Receiver<u32>) {
    let fuse = Fuse::default();
    let discipline = Failing { fuse: fuse.clone(), ..Failing::default() };
    let (tx, rx) = bifrons::builder().capacity(capacity).discipline(discipline).build();
    (fuse, tx, rx)
}

/// Fails unless the call panics, with the message of the fuse.
#[track_caller]
fn loses<R>(call: impl FnOnce() -> R) {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(_) => panic!("it should have failed"),
        Err(panic) => assert_eq!(panic.downcast_ref::<&str>(), Some(&"you lose")),
    }
}

#[test]
fn failing_queue() {
    let _dog = watchdog();
    let (fuse, tx, rx) = failing_queue_of(SIZE);
    for _ in 0..2 {
        failing_put(&fuse, &tx, &rx);
        failing_get(&fuse, &tx, &rx);
    }
    assert_eq!(
        (tx.len(), tx.capacity(), tx.stats().waiting_senders, tx.stats().waiting_receivers),
        (0, Some(SIZE), 0, 0)
    );
}

/// Puts in every mode, at once and after a wait; afterwards the queue is empty.
fn failing_put(fuse: &Fuse, tx: &Sender<u32>, rx: &Receiver<u32>) {
    assert!(rx.is_empty());
    let async_tx = tx.to_async();
    for item in 0..4 {
        tx.send(item).unwrap();
    }
    let at_once: [&dyn Fn(); 6] = [
        &|| tx.try_send(9).unwrap(),
        &|| tx.send_timeout(9, LONG).unwrap(),
        &|| tx.send(9).unwrap(),
        &|| async_tx.try_send(9).unwrap(),
        &|| block_on(async_tx.send(9)).unwrap(),
        &|| assert_eq!(tx.force_send(9), Ok(None)),
    ];
    for put in at_once {
        fuse.set(PUSH);
        loses(put);
        assert!(fuse.is_spent());
        assert_eq!((rx.len(), rx.is_full()), (4, false));
    }
    tx.send(4).unwrap();
    assert!(rx.is_full());

    let waiting: [&(dyn Fn() + Sync); 3] =
        [&|| tx.send(9).unwrap(), &|| tx.send_timeout(9, LONG).unwrap(), &|| block_on(tx.to_async().send(9)).unwrap()];
    let mut next = 0..;
    for put in waiting {
        thread::scope(|scope| {
            let waiting = scope.spawn(|| loses(put));
            wait_until(|| tx.stats().waiting_senders == 1);
            fuse.set(PUSH);
            assert_eq!(rx.recv().ok(), next.next(), "the get goes well, the put does not");
            waiting.join().unwrap();
        });
        assert!(fuse.is_spent());
        assert_eq!((rx.len(), rx.is_full(), tx.stats().waiting_senders), (4, false, 0));
        tx.send(next.start + 4).unwrap();
        assert!(rx.is_full());
    }
    thread::scope(|scope| {
        let item = next.start + 5;
        let waiting = scope.spawn(move || tx.send(item));
        wait_until(|| tx.stats().waiting_senders == 1);
        assert_eq!(rx.recv().ok(), next.next());
        assert_eq!(waiting.join().unwrap(), Ok(()));
    });
    for _ in 0..SIZE {
        assert_eq!(rx.try_recv().ok(), next.next());
    }
    assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
    tx.join();
}

/// Gets in every mode, at once and after a wait; the item that was not taken is still there.
fn failing_get(fuse: &Fuse, tx: &Sender<u32>, rx: &Receiver<u32>) {
    let async_rx = rx.to_async();
    tx.send(1).unwrap();
    let at_once: [&dyn Fn() -> Option<u32>; 8] = [
        &|| rx.recv().ok(),
        &|| rx.recv_timeout(LONG).ok(),
        &|| rx.try_recv().ok(),
        &|| rx.recv_task().ok().map(|task| *task),
        &|| block_on(async_rx.recv()).ok(),
        &|| async_rx.try_recv().ok(),
        &|| block_on(async_rx.recv_task()).ok().map(|task| *task),
        &|| rx.recv_many(&mut vec![], 3).ok().map(|_| 0),
    ];
    for get in at_once {
        fuse.set(POP);
        loses(get);
        assert!(fuse.is_spent());
        assert_eq!((rx.len(), unfinished(rx.stats())), (1, 1));
    }
    assert_eq!(rx.recv(), Ok(1));
    assert!(rx.is_empty());

    let waiting: [&(dyn Fn() -> Option<u32> + Sync); 4] =
        [&|| rx.recv().ok(), &|| rx.recv_timeout(LONG).ok(), &|| rx.recv_task().ok().map(|task| *task), &|| {
            block_on(rx.to_async().recv()).ok()
        }];
    for (item, get) in (10..).zip(waiting) {
        thread::scope(|scope| {
            let waiting = scope.spawn(|| loses(get));
            wait_until(|| tx.stats().waiting_receivers == 1);
            fuse.set(POP);
            tx.send(item).unwrap();
            waiting.join().unwrap();
        });
        assert!(fuse.is_spent());
        assert_eq!((rx.len(), rx.stats().waiting_receivers), (1, 0), "the put went well, the get did not");
        assert_eq!(rx.recv(), Ok(item));
    }
    tx.join();
}

/// Of two that wait the first is called and fails: its room is the second's, not nobody's.
#[test]
fn failing_put_passes_the_room_on() {
    let _dog = watchdog();
    let (fuse, tx, rx) = failing_queue_of(1);
    tx.send(0).unwrap();
    let async_tx = tx.to_async();
    let (count, waker) = counting_waker();
    let (mut first, mut second) = (async_tx.send(1), async_tx.send(2));
    must_be_pending(&mut first, &waker);
    must_be_pending(&mut second, &waker);
    thread::scope(|scope| {
        let third = scope.spawn(|| tx.send(3));
        wait_until(|| tx.stats().waiting_senders == 3);
        assert_eq!(rx.recv(), Ok(0));
        assert_eq!(count.wakes(), 1);
        fuse.set(PUSH);
        loses(|| poll_with(&mut first, &waker));
        assert_eq!((rx.len(), count.wakes()), (0, 2), "the room goes from the first to the second");
        fuse.set(PUSH);
        loses(|| poll_with(&mut second, &waker));
        assert_eq!(third.join().unwrap(), Ok(()), "the queue is empty, so it may not sleep");
    });
    assert_eq!(rx.recv(), Ok(3));
}

/// The same at the other end.
#[test]
fn failing_get_passes_the_item_on() {
    let _dog = watchdog();
    let (fuse, tx, rx) = failing_queue_of(1);
    let async_rx = rx.to_async();
    let (count, waker) = counting_waker();
    let mut first = async_rx.recv();
    must_be_pending(&mut first, &waker);
    thread::scope(|scope| {
        let second = scope.spawn(|| rx.recv());
        wait_until(|| tx.stats().waiting_receivers == 2);
        tx.send(1).unwrap();
        assert_eq!(count.wakes(), 1);
        fuse.set(POP);
        loses(|| poll_with(&mut first, &waker));
        assert_eq!(second.join().unwrap(), Ok(1));
    });
    assert!(rx.is_empty());
}

/// It takes the item out and fails then: the item is gone, and its room is room again.
#[test]
fn panics_after_popping() {
    let _dog = watchdog();
    for capacity in [1, 2] {
        let (fuse, tx, rx) = failing_queue_of(capacity);
        for round in 0..3 {
            for item in 0..u32::try_from(capacity).unwrap() {
                tx.try_send(item).unwrap();
            }
            assert!(tx.is_full());
            let async_tx = tx.to_async();
            let mut put = async_tx.send(9);
            must_be_pending(&mut put, std::task::Waker::noop());
            fuse.set(AFTER_POP);
            loses(|| rx.try_recv());
            assert_eq!(rx.len(), capacity - 1, "round {round}");
            assert_eq!(must_be_ready(&mut put), Ok(()), "capacity {capacity}, round {round}");
            assert_eq!(rx.drain().next_back(), Some(9));
            tx.join();
        }
    }
}

/// It takes the item in and fails then: the item is there, and counts.
#[test]
fn panics_after_pushing() {
    let _dog = watchdog();
    let (fuse, tx, rx) = failing_queue_of(2);
    for _ in 0..3 {
        let async_rx = rx.to_async();
        let (count, waker) = counting_waker();
        let mut get = async_rx.recv();
        must_be_pending(&mut get, &waker);
        fuse.set(AFTER_PUSH);
        loses(|| tx.try_send(1));
        assert_eq!((rx.len(), count.wakes()), (1, 1), "who waits for an item is called to it");
        assert_eq!(must_be_ready(&mut get), Ok(1));

        fuse.set(AFTER_PUSH);
        loses(|| tx.try_send(2));
        tx.try_send(3).unwrap();
        assert_eq!((rx.len(), rx.is_full()), (2, true));
        assert!(tx.try_send(4).is_err_and(|error| error.is_full()), "two of two");
        assert_eq!(rx.drain().collect::<Vec<_>>(), [2, 3]);
        tx.join();
    }
}

/// A number whose comparison fails on demand.
#[derive(Debug)]
struct Touchy(u32, Fuse);

impl PartialEq for Touchy {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Touchy {}

impl PartialOrd for Touchy {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Touchy {
    fn cmp(&self, other: &Self) -> Ordering {
        self.1.at(PUSH);
        self.0.cmp(&other.0)
    }
}

/// A comparison that panics takes one item of its caller along, and disturbs no other.
#[test]
fn failing_order() {
    let _dog = watchdog();
    let fuse = Fuse::default();
    let item = |number| Touchy(number, fuse.clone());
    for capacity in [4, 100] {
        let (tx, rx) = bifrons::priority::bounded(capacity);
        for number in [1, 3, 2] {
            tx.send(item(number)).unwrap();
        }
        fuse.set(PUSH);
        loses(|| tx.send(item(9)));
        assert_eq!(rx.len(), 3);
        fuse.set(PUSH);
        loses(|| block_on(tx.to_async().send(item(9))));
        assert_eq!(rx.len(), 3);
        tx.send(item(4)).unwrap();

        fuse.set(PUSH);
        loses(|| rx.recv());
        assert!(fuse.is_spent());
        assert_eq!(rx.len(), 4, "whoever cannot be compared cannot be taken");
        fuse.set(PUSH);
        loses(|| rx.recv_task());
        assert_eq!(unfinished(rx.stats()), 4);
        assert_eq!(rx.iter().take(4).map(|item| item.0).collect::<Vec<_>>(), [4, 3, 2, 1]);
        tx.join();
    }
}

/// One that waits for room, and whose item then cannot be compared, passes its room on.
#[test]
fn failing_order_passes_the_room_on() {
    let _dog = watchdog();
    let fuse = Fuse::default();
    let (tx, rx) = bifrons::priority::bounded(2);
    tx.send(Touchy(0, fuse.clone())).unwrap();
    tx.send(Touchy(1, fuse.clone())).unwrap();
    let async_tx = tx.to_async();
    let mut first = async_tx.send(Touchy(2, fuse.clone()));
    must_be_pending(&mut first, std::task::Waker::noop());
    thread::scope(|scope| {
        let second = scope.spawn(|| tx.send(Touchy(3, fuse.clone())));
        wait_until(|| tx.stats().waiting_senders == 2);
        assert_eq!(rx.recv().unwrap().0, 1);
        fuse.set(PUSH);
        loses(|| poll_with(&mut first, std::task::Waker::noop()));
        assert!(second.join().unwrap().is_ok());
    });
    assert_eq!(rx.drain().map(|item| item.0).collect::<Vec<_>>(), [3, 0]);
}
