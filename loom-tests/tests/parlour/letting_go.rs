//! A user's order that lets items go by itself, and those who wait meanwhile.

use std::collections::VecDeque;

use bifrons::{Discipline, Pushed, Receiver, Sender, builder};
use bifrons_loom_tests::{Bounds, Parcel, model};
use loom::sync::Arc;
use loom::sync::atomic::{AtomicBool, Ordering};
use loom::thread;

/// First in, first out, until an item with an odd number comes: it is thrown out with all that are there.
struct Broom {
    items: VecDeque<Parcel>,
    /// To be dropped when another comes, and not under the lock.
    swept: VecDeque<Parcel>,
    /// Whether such an item is refused, and not taken in.
    refuses: bool,
}

impl Discipline<Parcel> for Broom {
    fn push(&mut self, item: Parcel, room: bool) -> Pushed<Parcel> {
        if item.look() % 2 == 1 {
            self.swept.append(&mut self.items);
            if self.refuses {
                return Pushed::Refused(item);
            }
            self.swept.push_back(item);
            return Pushed::Added;
        }
        if !room {
            return Pushed::Refused(item);
        }
        self.items.push_back(item);
        Pushed::Added
    }

    fn pop(&mut self) -> Option<Parcel> {
        self.items.pop_front()
    }

    fn len(&self) -> usize {
        self.items.len()
    }
}

fn swept(refuses: bool) -> (Sender<Parcel>, Receiver<Parcel>) {
    builder().capacity(1).discipline(Broom { items: VecDeque::new(), swept: VecDeque::new(), refuses }).build()
}

/// A sender waits for room, which another item makes in passing, and nobody receives.
fn make_room(refuses: bool) {
    let (tx, rx) = swept(refuses);
    tx.try_send(Parcel::new(0)).unwrap();
    let sender = thread::spawn({
        let tx = tx.clone();
        move || tx.send(Parcel::new(2)).unwrap()
    });
    assert_eq!(tx.try_send(Parcel::new(1)).is_err(), refuses);
    sender.join().unwrap();
    assert_eq!(rx.drain().map(Parcel::open).sum::<usize>(), 2);
}

/// An item comes and takes all with it: is the sender called that waits for room?
///
/// Kills `parlour.let_in`.
#[test]
fn item_makes_room_as_it_comes() {
    model(Bounds { quick: 3, deep: None, at_least: 5 }, || make_room(false));
}

/// The same where that item itself is refused.
///
/// Kills `parlour.let_go`.
#[test]
fn item_makes_room_as_it_is_refused() {
    model(Bounds { quick: 3, deep: None, at_least: 5 }, || make_room(true));
}

/// Somebody waits until all is done, and an item takes all with it in passing.
fn leave_nothing(refuses: bool) {
    let (tx, _rx) = swept(refuses);
    tx.try_send(Parcel::new(0)).unwrap();
    let joiner = thread::spawn({
        let tx = tx.clone();
        move || tx.join()
    });
    assert_eq!(tx.try_send(Parcel::new(1)).is_err(), refuses);
    joiner.join().unwrap();
}

/// An item comes and takes all with it: does the joiner hear of it?
///
/// Kills `parlour.let_go_join`.
#[test]
fn item_leaves_nothing_as_it_comes() {
    model(Bounds { quick: 3, deep: None, at_least: 5 }, || leave_nothing(false));
}

/// The same where that item itself is refused.
///
/// Kills `parlour.let_go_join`.
#[test]
fn item_leaves_nothing_as_it_is_refused() {
    model(Bounds { quick: 3, deep: None, at_least: 5 }, || leave_nothing(true));
}

/// Looks first whether it has an item that is no less, for which it refuses another, and then lets the oldest go. The latest may be
/// pushed out.
#[derive(Default)]
struct Forgetful(VecDeque<Parcel>, VecDeque<Parcel>);

impl Discipline<Parcel> for Forgetful {
    fn push(&mut self, item: Parcel, room: bool) -> Pushed<Parcel> {
        let is_refused = !room || self.0.iter().any(|other| other.look() >= item.look());
        if is_refused {
            self.1.extend(self.0.pop_front());
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
        self.0.pop_back()
    }
}

/// What a sender is refused for goes as it is refused, before it is in line: is it asked again?
///
/// Kills `parlour.asked_again`.
#[test]
fn what_refuses_goes_in_the_same_visit() {
    model(Bounds { quick: 3, deep: None, at_least: 4 }, || {
        let (tx, rx) = builder().capacity(3).discipline(Forgetful::default()).build();
        [5, 6].into_iter().for_each(|id| tx.try_send(Parcel::new(id)).unwrap());
        let sender = thread::spawn(move || (tx.send(Parcel::new(3)).unwrap(), tx));
        let taken = rx.try_recv().map(Parcel::open);
        let _tx = sender.join().unwrap();
        let left: Vec<_> = rx.drain().map(Parcel::open).collect();
        assert_eq!(left, if taken == Ok(3) { vec![] } else { vec![3] });
    });
}

/// Holds its first item back, which is not there before another has to go for a newer one, and lets none go then.
#[derive(Default)]
struct Hoard {
    held: Option<Parcel>,
    items: VecDeque<Parcel>,
}

impl Discipline<Parcel> for Hoard {
    fn push(&mut self, item: Parcel, room: bool) -> Pushed<Parcel> {
        if !room {
            return Pushed::Refused(item);
        }
        if self.held.is_none() {
            self.held = Some(item)
        } else {
            self.items.push_back(item)
        }
        Pushed::Added
    }

    fn pop(&mut self) -> Option<Parcel> {
        self.items.pop_front()
    }

    fn len(&self) -> usize {
        self.items.len()
    }

    fn evict(&mut self) -> Option<Parcel> {
        self.items.extend(self.held.take());
        None
    }
}

/// An order sets an item free as it is asked for one to push out: is whoever waits called to it?
///
/// Kills `parlour.evict_frees`.
#[test]
fn item_is_set_free_as_none_is_pushed_out() {
    model(Bounds { quick: 3, deep: None, at_least: 4 }, || {
        let (tx, rx) = builder().capacity(1).discipline(Hoard::default()).build();
        tx.try_send(Parcel::new(7)).unwrap();
        let permit = tx.try_reserve().unwrap();
        let receiver = thread::spawn(move || (rx.recv().unwrap().open(), rx));
        assert!(tx.force_send(Parcel::new(8)).is_err());
        let (received, _rx) = receiver.join().unwrap();
        assert_eq!(received, 7);
        drop(permit);
    });
}

/// All goes but the item that was to be pushed out and comes back: does a join wait for that?
///
/// Kills `parlour.in_doubt`.
#[test]
fn join_waits_for_an_item_that_comes_back() {
    model(Bounds { quick: 3, deep: None, at_least: 4 }, || {
        let (tx, rx) = builder().capacity(4).discipline(Forgetful::default()).build();
        [1, 2, 3, 9].into_iter().for_each(|id| tx.try_send(Parcel::new(id)).unwrap());
        let is_taken = Arc::new(AtomicBool::new(false));
        let joiner = thread::spawn({
            let (tx, is_taken) = (tx.clone(), Arc::clone(&is_taken));
            move || {
                tx.join();
                assert!(is_taken.load(Ordering::Relaxed), "one is left");
            }
        });
        assert!(tx.force_send(Parcel::new(3)).is_err());
        is_taken.store(true, Ordering::Relaxed);
        assert_eq!(rx.try_recv().unwrap().open(), 9);
        joiner.join().unwrap();
    });
}

/// With the last receiver all goes, also what the order holds back: does a join end?
///
/// Kills `parlour.desert`.
#[test]
fn join_ends_as_the_last_receiver_goes() {
    model(Bounds { quick: 3, deep: None, at_least: 4 }, || {
        let (tx, rx) = builder().capacity(3).discipline(Hoard::default()).build();
        [1, 2, 3].into_iter().for_each(|id| tx.try_send(Parcel::new(id)).unwrap());
        let joiner = thread::spawn(move || {
            tx.join();
            assert!(tx.is_empty());
        });
        drop(rx);
        joiner.join().unwrap();
    });
}
