//! Handles, permits and tasks of a queue that go with an item which its own order lets go.

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use bifrons::{Discipline, Pushed, Receiver, Sender, TryRecvError, TrySendError};

use super::inside::message;
use crate::support::{Census, OnDrop, Step, hooked_at, must_be_pending, watchdog};

/// What an item takes along.
type Luggage = Box<dyn Any + Send>;

/// An item that may be out of date.
struct Item {
    is_stale: bool,
    _luggage: Option<Luggage>,
}

fn stale(luggage: impl Any + Send) -> Item {
    Item { is_stale: true, _luggage: Some(Box::new(luggage)) }
}

fn fresh() -> Item {
    Item { is_stale: false, _luggage: None }
}

/// First in, first out, but that a receive lets go what is out of date.
#[derive(Default)]
struct Expiring(VecDeque<Item>);

impl Discipline<Item> for Expiring {
    fn push(&mut self, item: Item, room: bool) -> Pushed<Item> {
        if !room {
            return Pushed::Refused(item);
        }
        self.0.push_back(item);
        Pushed::Added
    }
    fn pop(&mut self) -> Option<Item> {
        while self.0.front().is_some_and(|item| item.is_stale) {
            self.0.pop_front();
        }
        self.0.pop_front()
    }
    fn len(&self) -> usize {
        self.0.len()
    }
}

/// The same, but that a send does it too.
#[derive(Default)]
struct Tidy(Expiring);

impl Discipline<Item> for Tidy {
    fn push(&mut self, item: Item, room: bool) -> Pushed<Item> {
        self.0.0.retain(|item| !item.is_stale);
        self.0.push(item, room)
    }
    fn pop(&mut self) -> Option<Item> {
        self.0.pop()
    }
    fn len(&self) -> usize {
        self.0.len()
    }
}

fn expiring(capacity: usize) -> (Sender<Item>, Receiver<Item>) {
    bifrons::builder().capacity(capacity).discipline(Expiring::default()).build()
}

#[test]
fn the_last_sender_closes_the_queue() {
    let _dog = watchdog();
    let (tx, rx) = expiring(4);
    tx.try_send(stale(tx.clone())).map_err(drop).unwrap();
    drop(tx);
    assert!(!rx.is_closed(), "an item has a sender");
    assert_eq!(rx.try_recv().map(drop), Err(TryRecvError::Empty));
    assert!(rx.is_closed());
    assert_eq!(rx.sender_count(), 0);
    assert!(rx.recv().is_err());
}

#[test]
fn the_last_sender_wakes_whoever_waits() {
    let _dog = watchdog();
    let (tx, rx) = expiring(4);
    let waiting = {
        let rx = rx.clone();
        thread::spawn(move || rx.recv().is_err())
    };
    while rx.stats().waiting_receivers == 0 {
        thread::yield_now();
    }
    // The one who waits is called to it, lets it go, and waits again unless the queue is closed.
    tx.try_send(stale(tx.clone())).map_err(drop).unwrap();
    drop(tx);
    assert!(waiting.join().unwrap());
}

#[test]
fn the_last_receiver_closes_the_queue_and_leaves_nothing() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::builder().capacity(4).discipline(Tidy::default()).build();
    let census = Census::new();
    tx.try_send(Item { is_stale: false, _luggage: Some(Box::new(census.item(0))) }).map_err(drop).unwrap();
    tx.try_send(stale(rx)).map_err(drop).unwrap();
    assert!(!tx.is_closed(), "an item has a receiver");
    assert_eq!(census.alive(), 1);
    // Taken in, and dropped with all else that is left.
    assert!(tx.try_send(fresh()).is_ok());
    assert!(tx.is_closed());
    assert!(tx.is_empty());
    assert_eq!(census.alive(), 0);
    assert!(matches!(tx.try_send(fresh()), Err(TrySendError::Closed(_))));
}

#[test]
fn a_permit_gives_its_room_back() {
    let _dog = watchdog();
    let (tx, rx) = expiring(2);
    let permit = tx.clone().reserve_owned().unwrap();
    tx.try_send(stale(permit)).map_err(drop).unwrap();
    assert!(tx.is_full());
    assert_eq!(rx.try_recv().map(drop), Err(TryRecvError::Empty));
    assert_eq!(tx.stats().reserved, 0);
    for _ in 0..2 {
        tx.try_send(fresh()).map_err(drop).unwrap();
    }
    assert!(tx.is_full());
}

/// To send is to use the queue, which is not allowed there; but the room comes back all the same.
#[test]
fn a_permit_that_is_sent_gives_its_room_back() {
    let _dog = watchdog();
    let (tx, rx) = expiring(2);
    let mut permit = Some(tx.clone().reserve_owned().unwrap());
    let send = OnDrop(move || drop(permit.take().unwrap().send(fresh())));
    tx.try_send(stale(send)).map_err(drop).unwrap();
    let panic = catch_unwind(AssertUnwindSafe(|| rx.try_recv().map(drop))).unwrap_err();
    assert!(message(&*panic).contains("itself"));
    assert_eq!((tx.stats().reserved, tx.sender_count()), (0, 1));
    for _ in 0..2 {
        tx.try_send(fresh()).map_err(drop).unwrap();
    }
}

#[test]
fn a_task_is_done() {
    let _dog = watchdog();
    let (tx, rx) = expiring(4);
    tx.try_send(fresh()).map_err(drop).unwrap();
    let task = rx.recv_task().unwrap();
    tx.try_send(stale(task)).map_err(drop).unwrap();
    assert_eq!(tx.stats().tasks, 1);
    assert_eq!(rx.try_recv().map(drop), Err(TryRecvError::Empty));
    assert_eq!(tx.stats().tasks, 0);
    tx.join();
}

/// Tasks, a permit and the last receiver go together, and whoever is told that all is done panics.
#[test]
fn all_that_is_owed_is_done_although_a_waker_panics() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::builder().capacity(4).discipline(Tidy::default()).build();
    for _ in 0..2 {
        tx.try_send(fresh()).map_err(drop).unwrap();
    }
    let task = rx.recv_task().unwrap();
    let second = rx.recv_task().unwrap();
    let permit = tx.clone().reserve_owned().unwrap();
    let joining = tx.to_async();
    let mut join = joining.join();
    must_be_pending(&mut join, &hooked_at(Step::Wake, || panic!("as it is told")));
    tx.try_send(stale((task, second, permit, rx))).map_err(drop).unwrap();
    let panic = catch_unwind(AssertUnwindSafe(|| tx.try_send(fresh()).map_err(drop)));
    assert_eq!(panic.unwrap_err().downcast_ref(), Some(&"as it is told"));
    let stats = tx.stats();
    assert_eq!((stats.tasks, stats.reserved, stats.len, stats.closed), (0, 0, 0, true));
}

#[test]
fn a_permit_gives_its_room_back_although_the_waker_of_a_task_panics() {
    let _dog = watchdog();
    let (tx, rx) = expiring(4);
    tx.try_send(fresh()).map_err(drop).unwrap();
    let task = rx.recv_task().unwrap();
    let permit = tx.clone().reserve_owned().unwrap();
    let joining = tx.to_async();
    let mut join = joining.join();
    must_be_pending(&mut join, &hooked_at(Step::Wake, || panic!("as it is told")));
    tx.try_send(stale((task, permit))).map_err(drop).unwrap();
    let panic = catch_unwind(AssertUnwindSafe(|| rx.try_recv().map(drop)));
    assert_eq!(panic.unwrap_err().downcast_ref(), Some(&"as it is told"));
    let stats = tx.stats();
    assert_eq!((stats.tasks, stats.reserved), (0, 0));
}

/// Who uses the queue in there, after it owes something, is told so, and what is owed is done all the same.
#[test]
fn a_misuse_beside_it_panics_with_a_message() {
    let _dog = watchdog();
    let (tx, rx) = expiring(4);
    let misuse = OnDrop({
        let inside = rx.downgrade();
        move || assert!(inside.upgrade().is_none_or(|rx| rx.len() < 100))
    });
    tx.try_send(stale((tx.clone(), misuse))).map_err(drop).unwrap();
    drop(tx);
    let panic = catch_unwind(AssertUnwindSafe(|| rx.try_recv().map(drop))).unwrap_err();
    assert!(message(&*panic).contains("`Discipline`"));
    assert!(rx.is_closed());
}

/// Where the order panics besides, both is done.
#[test]
fn what_is_owed_is_done_after_a_panic_too() {
    let _dog = watchdog();
    let (tx, rx) = expiring(4);
    tx.try_send(stale((tx.clone(), OnDrop(|| panic!("as it goes"))))).map_err(drop).unwrap();
    drop(tx);
    let panic = catch_unwind(AssertUnwindSafe(|| rx.try_recv().map(drop)));
    assert_eq!(panic.unwrap_err().downcast_ref(), Some(&"as it goes"));
    assert!(rx.is_closed());
}
