//! Calls that are passed on, and items that come back, where a call was used in an unusual way.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Waker;
use std::thread;

use bifrons::{Discipline, Pushed};

use crate::support::{Step, counting_waker, hooked_at, must_be_pending, must_be_ready, poll_with, watchdog};

fn panics_when_woken() -> Waker {
    hooked_at(Step::Wake, || panic!("the waker"))
}

fn must_panic<R>(call: impl FnOnce() -> R) {
    assert!(catch_unwind(AssertUnwindSafe(call)).is_err());
}

/// Of each key only the latest.
#[derive(Default)]
struct Latest(VecDeque<(char, u32)>);

impl Discipline<(char, u32)> for Latest {
    fn push(&mut self, item: (char, u32), room: bool) -> Pushed<(char, u32)> {
        match self.0.iter_mut().find(|other| other.0 == item.0) {
            Some(older) => Pushed::Replaced(std::mem::replace(older, item)),
            None if room => {
                self.0.push_back(item);
                Pushed::Added
            }
            None => Pushed::Refused(item),
        }
    }

    fn pop(&mut self) -> Option<(char, u32)> {
        self.0.pop_front()
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

/// A sender was called to room and then needs none: the next in line gets it.
#[test]
fn by_one_whose_item_replaced_another() {
    let (tx, rx) = bifrons::builder().capacity(2).discipline(Latest::default()).build();
    let async_tx = tx.to_async();
    tx.send(('a', 0)).unwrap();
    tx.send(('b', 0)).unwrap();
    let (_, waker) = counting_waker();
    let (calls, next_waker) = counting_waker();
    let mut called = async_tx.send(('c', 1));
    let mut next = async_tx.send(('d', 1));
    must_be_pending(&mut called, &waker);
    must_be_pending(&mut next, &next_waker);
    rx.recv().unwrap();
    tx.try_send(('c', 0)).unwrap();
    rx.recv().unwrap();
    assert_eq!(must_be_ready(&mut called), Ok(()));
    assert_eq!((rx.len(), calls.wakes()), (1, 1));
    assert_eq!(must_be_ready(&mut next), Ok(()));
    assert!(rx.drain().eq([('c', 1), ('d', 1)]));
}

/// A sender was called, and its item's weight panics: the next in line gets the room.
#[test]
fn by_one_whose_item_can_not_be_weighed() {
    const POISON: usize = 99;
    let weigh = |&weight: &usize| if weight == POISON { panic!("poison") } else { weight };
    let (tx, rx) = bifrons::builder().capacity(3).weight(weigh).build();
    let tx = tx.into_async();
    tx.try_send(3).unwrap();
    let (_, waker) = counting_waker();
    let (calls, next_waker) = counting_waker();
    let mut batch = VecDeque::from([3, POISON]);
    let mut called = tx.send_many(&mut batch);
    let mut next = tx.send(1);
    must_be_pending(&mut called, &waker);
    must_be_pending(&mut next, &next_waker);
    rx.recv().unwrap();
    must_panic(|| must_be_pending(&mut called, &waker));
    drop(called);
    assert_eq!(batch, [3, POISON]);
    assert_eq!(calls.wakes(), 1);
    assert_eq!(must_be_ready(&mut next), Ok(()));
}

/// Room had been gathering for the first in line, who needs much: what it leaves is for the second, whoever stands in the
/// other door meanwhile.
#[test]
fn by_a_batch_that_makes_room_for_two() {
    let _dog = watchdog();
    for _ in 0..200 {
        let (tx, rx) = bifrons::bounded(8);
        let tx = tx.into_async();
        (0..8).for_each(|item| tx.try_send(item).unwrap());
        let (_, waker) = counting_waker();
        let (calls, next_waker) = counting_waker();
        let mut much = tx.reserve_many(6);
        let mut little = tx.send(8);
        must_be_pending(&mut much, &waker);
        must_be_pending(&mut little, &next_waker);
        (0..5).for_each(|item| assert_eq!(rx.try_recv(), Ok(item)));
        let stop = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    tx.stats();
                }
            });
            let mut items = Vec::new();
            assert_eq!(rx.recv_many(&mut items, 3), Ok(3));
            stop.store(true, Ordering::Relaxed);
        });
        let permits = must_be_ready(&mut much).unwrap();
        assert_eq!(calls.wakes(), 1);
        assert_eq!(must_be_ready(&mut little), Ok(()));
        drop(permits);
    }
}

/// A sender leaves, and the waker of the one whom its call goes to panics: its item comes back all the same.
#[test]
fn the_item_of_one_whose_heir_can_not_be_woken() {
    let (tx, rx) = bifrons::lifo::bounded(1);
    let tx = tx.into_async();
    tx.try_send(0).unwrap();
    let (_, waker) = counting_waker();
    let mut batch = VecDeque::from([1, 2]);
    let mut called = tx.send_many(&mut batch);
    let mut heir = tx.send(9);
    must_be_pending(&mut called, &waker);
    must_be_pending(&mut heir, &panics_when_woken());
    rx.recv().unwrap();
    must_panic(|| drop(called));
    assert_eq!(batch, [1, 2]);
}

/// In a rendezvous a sender enlists, and the waker of the receiver that it calls panics: the offer comes back.
#[test]
fn the_offer_of_one_whose_receiver_can_not_be_woken() {
    let (tx, rx) = bifrons::bounded(0);
    let (tx, rx) = (tx.into_async(), rx.into_async());
    let mut recv = rx.recv();
    must_be_pending(&mut recv, &panics_when_woken());
    let (_, waker) = counting_waker();
    let mut send = tx.send(7);
    must_panic(|| must_be_pending(&mut send, &waker));
    assert_eq!(send.take(), Some(7));
    assert_eq!(tx.stats().waiting_senders, 0);
    drop(recv);
    assert!(rx.try_recv().is_err());
}

/// A handle goes in a panic, and the waker that this wakes panics too: one panic is enough.
#[test]
fn a_waker_panics_in_a_panic() {
    let (tx, rx) = bifrons::bounded::<u8>(1);
    let rx = rx.into_async();
    let mut recv = rx.recv();
    must_be_pending(&mut recv, &panics_when_woken());
    let panic = catch_unwind(AssertUnwindSafe(move || {
        let _tx = tx;
        std::panic::panic_any("the user's");
    }));
    assert_eq!(panic.unwrap_err().downcast_ref(), Some(&"the user's"));
    assert!(rx.is_closed());
}

/// A batch is so many sends, each of which comes anew: it does not hold up those who came in its midst.
#[test]
fn a_batch_is_not_one_long_turn() {
    let (tx, rx) = bifrons::bounded(1);
    let tx = tx.into_async();
    tx.try_send(0).unwrap();
    let (_, waker) = counting_waker();
    let mut batch: VecDeque<u32> = (1..=200).collect();
    let mut many = tx.send_many(&mut batch);
    let mut one = tx.send(1000);
    must_be_pending(&mut many, &waker);
    must_be_pending(&mut one, &waker);
    let (mut before, mut is_sent) = (0, false);
    loop {
        match rx.try_recv() {
            Ok(1000) => break,
            Ok(_) => before += 1,
            Err(error) => assert!(error.is_empty()),
        }
        must_be_pending(&mut many, &waker);
        // Mostly its item is moved in for it; with the door taken it is called to come itself.
        is_sent = is_sent || poll_with(&mut one, &waker).is_ready();
    }
    assert!(before <= 2);
    is_sent = is_sent || poll_with(&mut one, &waker).is_ready();
    assert!(is_sent);
}

/// A call whose item somebody else took is nobody's: there is nothing to pass on.
#[test]
fn unless_there_is_nothing_left() {
    let queues = [bifrons::bounded(1), bifrons::bounded(0), bifrons::lifo::bounded(1), bifrons::priority::bounded(1)];
    for (tx, rx) in queues {
        let rx = rx.into_async();
        let mut first = rx.recv();
        must_be_pending(&mut first, Waker::noop());
        let (count, waker) = counting_waker();
        let mut second = rx.recv();
        must_be_pending(&mut second, &waker);
        tx.try_send(1).unwrap();
        assert_eq!(rx.try_recv(), Ok(1));
        drop(first);
        assert_eq!(count.wakes(), 0, "{rx:?}");
        tx.try_send(2).unwrap();
        assert_eq!(count.wakes(), 1, "{rx:?}");
        assert_eq!(must_be_ready(&mut second), Ok(2));
    }
}
