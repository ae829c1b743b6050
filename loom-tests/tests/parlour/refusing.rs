//! A user's order that refuses items although there is room, and those who wait meanwhile.

use std::collections::VecDeque;

use bifrons::{Discipline, Pushed, Receiver, Sender, builder};
use bifrons_loom_tests::{Bounds, Parcel, block_on, counting, model, poll_once};
use loom::thread;

/// Takes one item at a time, and after it none with a lower number.
#[derive(Default)]
struct Rising {
    item: Option<Parcel>,
    highest: usize,
}

impl Discipline<Parcel> for Rising {
    fn push(&mut self, item: Parcel, _: bool) -> Pushed<Parcel> {
        if self.item.is_some() || item.look() < self.highest {
            return Pushed::Refused(item);
        }
        self.highest = item.look();
        self.item = Some(item);
        Pushed::Added
    }

    fn pop(&mut self) -> Option<Parcel> {
        self.item.take()
    }

    fn len(&self) -> usize {
        usize::from(self.item.is_some())
    }
}

fn rising(capacity: usize) -> (Sender<Parcel>, Receiver<Parcel>) {
    builder().capacity(capacity).discipline(Rising::default()).build()
}

/// One that will never be let in stands before another: is that one called?
///
/// Kills `parlour.refused`, `parlour.kept_room`.
#[test]
fn refused_sender_lets_another_in() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        let (tx, rx) = rising(1);
        tx.try_send(Parcel::new(5)).unwrap();
        let async_tx = tx.to_async();
        let (_, waker) = counting();
        let mut refused = async_tx.send(Parcel::new(3));
        assert!(poll_once(&mut refused, &waker).is_pending());
        let sender = thread::spawn(move || tx.send(Parcel::new(9)).unwrap());
        assert_eq!(rx.recv().unwrap().open(), 5);
        assert!(poll_once(&mut refused, &waker).is_pending());
        assert_eq!(rx.recv().unwrap().open(), 9);
        sender.join().unwrap();
        assert_eq!(refused.take().unwrap().open(), 3);
    });
}

/// One is refused although there is room: is it called when what refused it has gone?
///
/// Kills `parlour.rouse`.
#[test]
fn refused_sender_comes_in_later() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        let (tx, rx) = rising(2);
        tx.try_send(Parcel::new(5)).unwrap();
        let sender = thread::spawn(move || tx.send(Parcel::new(6)).unwrap());
        assert_eq!(rx.recv().unwrap().open(), 5);
        assert_eq!(rx.recv().unwrap().open(), 6);
        sender.join().unwrap();
    });
}

/// One that is refused waits: does the close reach it?
///
/// Kills `parlour.rouse_close`.
#[test]
fn close_reaches_a_refused_sender() {
    model(Bounds { quick: 3, deep: None, at_least: 10 }, || {
        let (tx, rx) = rising(2);
        tx.try_send(Parcel::new(5)).unwrap();
        let sender = thread::spawn(move || tx.send(Parcel::new(6)).unwrap_err().into_inner().open());
        rx.close();
        assert_eq!(sender.join().unwrap(), 6);
        assert_eq!(rx.recv().unwrap().open(), 5);
    });
}

/// One of each number, of which the oldest may be pushed out.
#[derive(Default)]
struct Unlike(VecDeque<Parcel>);

impl Discipline<Parcel> for Unlike {
    fn push(&mut self, item: Parcel, room: bool) -> Pushed<Parcel> {
        if !room || self.0.iter().any(|other| other.look() == item.look()) {
            return Pushed::Refused(item);
        }
        self.0.push_back(item);
        Pushed::Added
    }

    fn pop(&mut self) -> Option<Parcel> {
        self.0.pop_front()
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn evict(&mut self) -> Option<Parcel> {
        self.0.pop_front()
    }
}

/// An item is pushed out for another, which is refused, and comes back: is one who was refused before still in nobody's way?
///
/// Kills `parlour.force_rouse`.
#[test]
fn force_in_vain_puts_nobody_in_the_way() {
    model(Bounds { quick: 3, deep: None, at_least: 4 }, || {
        let (tx, rx) = builder().capacity(8).weight(Parcel::look).discipline(Unlike::default()).build();
        let async_tx = tx.to_async();
        [1, 3].into_iter().for_each(|id| tx.try_send(Parcel::new(id)).unwrap());
        let (_, waker) = counting();
        let mut refused = async_tx.send(Parcel::new(3));
        assert!(poll_once(&mut refused, &waker).is_pending());
        let held = tx.clone();
        let _permit = held.reserve_weight(3).unwrap();
        let last = tx.clone().reserve_owned().unwrap();
        let mut reserve = async_tx.reserve();
        assert!(poll_once(&mut reserve, &waker).is_pending());
        let forcer = thread::spawn(move || {
            assert!(tx.force_send(Parcel::new(3)).unwrap_err().is_full());
            drop(last);
        });
        drop(block_on(reserve).unwrap());
        forcer.join().unwrap();
        assert_eq!(refused.take().unwrap().open(), 3);
        drop(rx);
    });
}
