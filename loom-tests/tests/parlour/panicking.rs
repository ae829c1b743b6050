//! A user's order that panics, and those who wait meanwhile.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::task::Poll;

use bifrons::{Discipline, Pushed, builder};
use bifrons_loom_tests::{Bounds, Parcel, counting, model, poll_once};
use loom::thread;

/// An order whose first pop panics, silently, or its first push, when the item is in.
struct Moody {
    items: VecDeque<Parcel>,
    is_moody: bool,
    is_hasty: bool,
}

impl Discipline<Parcel> for Moody {
    fn push(&mut self, item: Parcel, room: bool) -> Pushed<Parcel> {
        if !room {
            return Pushed::Refused(item);
        }
        self.items.push_back(item);
        if std::mem::take(&mut self.is_hasty) {
            resume_unwind(Box::new("hasty"));
        }
        Pushed::Added
    }

    fn pop(&mut self) -> Option<Parcel> {
        if std::mem::take(&mut self.is_moody) {
            resume_unwind(Box::new("moody"));
        }
        self.items.pop_front()
    }

    fn len(&self) -> usize {
        self.items.len()
    }
}

/// A called receiver meets with a panic: is the item brought to the one behind it?
///
/// Kills `debt.order`.
#[test]
fn panic_passes_the_call_on() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 20 }, || {
        let order = Moody { items: VecDeque::new(), is_moody: true, is_hasty: false };
        let (tx, rx) = builder().capacity(1).discipline(order).build();
        let for_task = rx.to_async();
        let (_, waker) = counting();
        let mut first = for_task.recv();
        assert!(poll_once(&mut first, &waker).is_pending());
        let second = thread::spawn(move || {
            loop {
                // Whoever meets with the panic may come again.
                if let Ok(received) = catch_unwind(AssertUnwindSafe(|| rx.recv())) {
                    return received.unwrap().open();
                }
            }
        });
        tx.try_send(Parcel::new(7)).unwrap();
        match catch_unwind(AssertUnwindSafe(|| poll_once(&mut first, &waker))) {
            Ok(Poll::Ready(received)) => tx.send(received.unwrap()).unwrap(),
            Ok(Poll::Pending) | Err(_) => {}
        }
        drop(first);
        assert_eq!(second.join().unwrap(), 7);
        drop((tx, for_task));
    });
}

/// A send that does not wait ends in a panic when its item is in: is a receiver called to it?
///
/// Kills `parlour.panic`.
#[test]
fn item_of_a_panic_calls_who_waits() {
    model(Bounds { quick: 3, deep: None, at_least: 3 }, || {
        let order = Moody { items: VecDeque::new(), is_moody: false, is_hasty: true };
        let (tx, rx) = builder().capacity(1).discipline(order).build();
        let receiver = thread::spawn(move || rx.recv().unwrap().open());
        assert!(catch_unwind(AssertUnwindSafe(|| tx.try_send(Parcel::new(7)))).is_err());
        assert_eq!(receiver.join().unwrap(), 7);
        drop(tx);
    });
}
