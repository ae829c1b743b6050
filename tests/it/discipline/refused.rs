//! Who is refused although there is room waits for something to go, and stands in nobody's way meanwhile.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use bifrons::{AsyncSender, Discipline, Pushed, Receiver};

use super::one_of_each;
use crate::support::{Choosy, counting_waker, is_pending, must_be_pending, must_be_ready, watchdog};

/// A queue that takes what is newer than all it has taken.
fn newer(capacity: usize) -> (AsyncSender<u32>, Receiver<u32>) {
    let mut newest = 0;
    let order = Choosy::new(move |_: &VecDeque<u32>, &item: &u32| {
        let is_newer = item > newest;
        newest = newest.max(item);
        is_newer
    });
    let (tx, rx) = bifrons::builder().capacity(capacity).discipline(order).build();
    (tx.into_async(), rx)
}

/// Behind one that is refused, and again whenever it is called, another is let in, and one that wants room alone.
#[test]
fn those_behind_are_let_in() {
    let _dog = watchdog();
    let (tx, rx) = newer(1);
    tx.try_send(5).unwrap();
    let (mut refused, mut send, mut reserve) = (tx.send(3), tx.send(9), tx.reserve());
    let (called, waker) = counting_waker();
    let (sends, sender) = counting_waker();
    let (reserves, suitor) = counting_waker();
    must_be_pending(&mut refused, &waker);
    must_be_pending(&mut send, &sender);
    must_be_pending(&mut reserve, &suitor);
    assert_eq!(rx.recv(), Ok(5));
    assert_eq!((called.wakes(), sends.wakes()), (1, 0), "it came first");
    must_be_pending(&mut refused, &waker);
    assert_eq!((called.wakes(), sends.wakes()), (1, 1));
    must_be_ready(&mut send).unwrap();
    assert_eq!(rx.recv(), Ok(9));
    must_be_pending(&mut refused, &waker);
    assert_eq!((called.wakes(), reserves.wakes()), (2, 1));
    drop(must_be_ready(&mut reserve).unwrap());
    assert_eq!(called.wakes(), 2, "no item has gone");
    assert_eq!(rx.stats().waiting_senders, 1);
    drop(refused);
    assert_eq!(rx.stats().waiting_senders, 0);
}

/// Of three that wait only the one in the middle can be let in, whichever comes back first.
#[test]
fn one_between_two_is_let_in() {
    let _dog = watchdog();
    for order in [[0, 2], [2, 0]] {
        let (tx, rx) = newer(2);
        [4, 5].into_iter().for_each(|item| tx.try_send(item).unwrap());
        let mut sends = [3, 9, 2].map(|item| (counting_waker(), tx.send(item)));
        sends.iter_mut().for_each(|((_, waker), send)| must_be_pending(send, waker));
        assert!(rx.drain().eq([4, 5]));
        for nth in order {
            let ((count, waker), send) = &mut sends[nth];
            if count.wakes() > 0 {
                must_be_pending(send, waker);
            }
        }
        assert_eq!(sends[1].0.0.wakes(), 1);
        must_be_ready(&mut sends[1].1).unwrap();
        assert_eq!(rx.recv(), Ok(9));
    }
}

/// However often it has been called in vain, no room is kept for one that cannot use it.
#[test]
fn nothing_is_kept_for_who_is_refused() {
    let _dog = watchdog();
    let (tx, rx) = newer(1);
    tx.try_send(5).unwrap();
    assert_eq!(rx.recv(), Ok(5));
    let (called, waker) = counting_waker();
    let mut refused = tx.send(3);
    must_be_pending(&mut refused, &waker);
    for item in 6..200 {
        tx.try_send(item).unwrap();
        assert_eq!(rx.recv(), Ok(item));
        must_be_pending(&mut refused, &waker);
    }
    assert_eq!(called.wakes(), 194, "once for each that has gone");
    // Also if there is no room when it comes back.
    tx.try_send(300).unwrap();
    assert_eq!(rx.recv(), Ok(300));
    tx.try_send(301).unwrap();
    must_be_pending(&mut refused, &waker);
    assert_eq!(rx.recv(), Ok(301));
    tx.try_send(302).unwrap();
    tx.close();
    assert!(must_be_ready(&mut refused).is_err());
}

/// One that is refused again and again stands before one that needs much room: that one is not overtaken without bound.
#[test]
fn who_needs_much_behind_is_let_in() {
    let _dog = watchdog();
    let no_zero = Choosy::new(|_: &VecDeque<u32>, &item: &u32| item != 0);
    let (tx, rx) = bifrons::builder().capacity(4).discipline(no_zero).build();
    let tx = tx.into_async();
    (0..4).for_each(|_| tx.try_send(1).unwrap());
    let (mut refused, mut many) = (tx.send(0), tx.reserve_many(3));
    assert!(is_pending(&mut refused));
    let (count, waker) = counting_waker();
    must_be_pending(&mut many, &waker);
    let overtaken = (0..200).take_while(|_| {
        rx.try_recv().unwrap();
        assert!(is_pending(&mut refused));
        tx.try_send(1).is_ok()
    });
    assert!(overtaken.count() < 100);
    (0..2).for_each(|_| _ = rx.try_recv().unwrap());
    assert!(is_pending(&mut refused));
    assert_eq!(count.wakes(), 1);
    assert_eq!(must_be_ready(&mut many).unwrap().count(), 3);
}

/// What was pushed out was in the way of another than the one that took its place.
#[test]
fn what_is_pushed_out_lets_others_in() {
    let _dog = watchdog();
    type Interval = (u32, u32);
    let apart = Choosy::new(|items: &VecDeque<Interval>, item: &Interval| {
        items.iter().all(|other| item.0 > other.1 || other.0 > item.1)
    });
    let (tx, rx) = bifrons::builder().capacity(10).discipline(apart).build();
    let tx = tx.into_async();
    tx.try_send((0, 10)).unwrap();
    let (count, waker) = counting_waker();
    let mut send = tx.send((8, 9));
    must_be_pending(&mut send, &waker);
    assert_eq!(tx.force_send((0, 5)), Ok(Some((0, 10))));
    assert_eq!(count.wakes(), 1);
    must_be_ready(&mut send).unwrap();
    assert!(rx.drain().eq([(0, 5), (8, 9)]));
}

/// Many are refused, leave again, and are let in when what refused them has gone.
#[test]
fn who_is_refused_may_leave() {
    let _dog = watchdog();
    let (tx, rx) = one_of_each(100);
    let tx = tx.into_async();
    tx.try_send(1).unwrap();
    let mut sends: Vec<_> = (0..100).map(|_| tx.send(1)).collect();
    assert!(sends.iter_mut().all(is_pending));
    let mut nth = 0;
    sends.retain(|_| (nth += 1, nth % 10 == 0).1);
    assert_eq!(rx.stats().waiting_senders, 10);
    let (count, waker) = counting_waker();
    must_be_pending(&mut sends[7], &waker);
    (0..7).for_each(|_| drop(sends.remove(0)));
    assert_eq!(rx.recv(), Ok(1));
    assert_eq!(count.wakes(), 1);
    must_be_ready(&mut sends[0]).unwrap();
    assert_eq!(rx.recv(), Ok(1));
    tx.close();
    assert!(sends[1..].iter_mut().all(|send| must_be_ready(send).is_err()));
}

/// What a sender was refused for went as it was refused: it is asked again, since nothing may ever go that would call it.
#[test]
fn what_it_was_refused_for_goes_as_it_is_refused() {
    /// Each for a time; looks first whether one of that key is there, and then lets one go whose time is up.
    struct ForATime(VecDeque<(u32, u32)>, Arc<AtomicU32>);

    impl Discipline<(u32, u32)> for ForATime {
        fn push(&mut self, item: (u32, u32), room: bool) -> Pushed<(u32, u32)> {
            let is_there = self.0.iter().any(|(key, _)| *key == item.0);
            if self.0.front().is_some_and(|(_, until)| *until <= self.1.load(Relaxed)) {
                self.0.pop_front();
            }
            if is_there || !room {
                return Pushed::Refused(item);
            }
            self.0.push_back(item);
            Pushed::Added
        }

        fn pop(&mut self) -> Option<(u32, u32)> {
            self.0.pop_front()
        }

        fn len(&self) -> usize {
            self.0.len()
        }
    }

    let clock = Arc::new(AtomicU32::new(0));
    let order = ForATime(VecDeque::new(), clock.clone());
    let (tx, rx) = bifrons::builder().capacity(10).discipline(order).build();
    let tx = tx.into_async();
    tx.try_send((1, 1)).unwrap();
    tx.try_send((2, 1)).unwrap();
    clock.store(1, Relaxed);
    // The first attempt lets the one go, the next the other.
    must_be_ready(&mut tx.send((2, 9))).unwrap();
    assert!(rx.drain().eq([(2, 9)]));
}

/// A `force_send` that pushes an item out, is refused and gives it back has changed nothing: who is refused rests on, where one who
/// needs less is called to the room that there is.
#[test]
fn a_force_in_vain_puts_nobody_in_the_way() {
    let one_of_each_key =
        Choosy::new(|items: &VecDeque<(u32, usize)>, item: &(u32, usize)| items.iter().all(|(key, _)| *key != item.0));
    let by_weight = bifrons::builder().capacity(8).weight(|item: &(u32, usize)| item.1);
    let (tx, rx) = by_weight.discipline(one_of_each_key).build();
    let held = tx.clone();
    let tx = tx.into_async();
    tx.try_send((9, 1)).unwrap();
    tx.try_send((1, 1)).unwrap();
    let mut refused = tx.send((1, 4));
    assert!(is_pending(&mut refused), "there is room for it");
    let _permit = held.reserve_weight(5).unwrap();
    let last = held.try_reserve().unwrap();
    let (count, waker) = counting_waker();
    let mut reserve = tx.reserve();
    must_be_pending(&mut reserve, &waker);
    let before = tx.stats();
    assert!(tx.force_send((1, 1)).unwrap_err().is_full());
    assert_eq!(tx.stats(), before);
    drop(last);
    assert_eq!(count.wakes(), 1);
    drop(must_be_ready(&mut reserve).unwrap());
    drop(rx);
}

/// Where it gives none back, who was refused stands in line again, and is called as soon as there is room.
#[test]
fn a_force_calls_those_who_were_refused() {
    let (tx, rx) = one_of_each(2);
    let tx = tx.into_async();
    tx.try_send(1).unwrap();
    let (count, waker) = counting_waker();
    let mut refused = tx.send(1);
    must_be_pending(&mut refused, &waker);
    let permit = tx.try_reserve().unwrap();
    assert_eq!(tx.force_send(2), Ok(Some(1)));
    assert_eq!(count.wakes(), 0, "there is no room");
    drop(permit);
    assert_eq!(count.wakes(), 1);
    must_be_ready(&mut refused).unwrap();
    assert!(rx.drain().eq([2, 1]));
}
