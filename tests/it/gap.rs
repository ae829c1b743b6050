//! What happens between a party's last look and its place in line: it is seen by who enlists.
//!
//! A task's waker is cloned in that gap, with no door open, so that a hook on the clone is what another thread might do then.

mod asking;

use std::sync::Mutex;
use std::task::{Poll, Waker};

use bifrons::{AsyncReceiver, AsyncSender, Receiver, RecvError, SendError, Sender};

use crate::support::{Step, hooked_at, must_be_pending, must_be_ready, poll_with, queue, watchdog};

type Faces = (AsyncSender<u32>, AsyncReceiver<u32>);

fn in_each_order(capacity: usize) -> [Faces; 3] {
    let faces = |(tx, rx): (Sender<u32>, Receiver<u32>)| (tx.into_async(), rx.into_async());
    [bifrons::bounded(capacity), bifrons::lifo::bounded(capacity), bifrons::priority::bounded(capacity)].map(faces)
}

fn full(capacity: usize) -> [Faces; 3] {
    in_each_order(capacity).map(|(tx, rx)| {
        while tx.try_send(0).is_ok() {}
        (tx, rx)
    })
}

/// A waker that does something when it is cloned for the first time.
fn in_the_gap(deed: impl FnOnce() + Send + 'static) -> Waker {
    let deed = Mutex::new(Some(deed));
    hooked_at(Step::Clone, move || {
        let deed = deed.lock().unwrap().take();
        deed.into_iter().for_each(|deed| deed());
    })
}

/// Polls once, with something that happens in the gap.
#[track_caller]
fn ready_by<F: Future + Unpin>(future: &mut F, deed: impl FnOnce() + Send + 'static) -> F::Output {
    match poll_with(future, &in_the_gap(deed)) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("what happened in the gap went unseen"),
    }
}

fn taking(rx: &AsyncReceiver<u32>, items: usize) -> impl FnOnce() + Send + 'static {
    let rx = rx.clone();
    move || {
        for _ in 0..items {
            rx.try_recv().unwrap();
        }
    }
}

#[test]
fn room_for_one() {
    let _dog = watchdog();
    for capacity in [1, 2, 5] {
        for (tx, rx) in full(capacity) {
            ready_by(&mut tx.send(1), taking(&rx, 1)).unwrap();
            ready_by(&mut tx.reserve(), taking(&rx, 1)).unwrap().send(2).unwrap();
            assert_eq!(rx.len(), capacity);
        }
    }
}

/// Room for several is all of it.
#[test]
fn room_for_several() {
    let _dog = watchdog();
    for (tx, rx) in full(5) {
        must_be_pending(&mut tx.reserve_many(3), &in_the_gap(taking(&rx, 2)));
        assert_eq!((rx.len(), tx.stats().waiting_senders), (3, 0));
        assert_eq!(ready_by(&mut tx.reserve_many(3), taking(&rx, 1)).unwrap().len(), 3);
    }
}

/// More than there can be since the capacity has shrunk is let in alone: with no item there and no permit.
#[test]
fn room_for_more_than_there_is() {
    let _dog = watchdog();
    for (tx, rx) in full(4) {
        let shrinking = |items| {
            let (taking, tx) = (taking(&rx, items), tx.clone());
            move || {
                tx.set_capacity(3).unwrap();
                taking();
            }
        };
        must_be_pending(&mut tx.reserve_many(4), &in_the_gap(shrinking(3)));
        tx.set_capacity(4).unwrap();
        let permit = tx.try_reserve().unwrap();
        (0..2).for_each(|_| tx.try_send(1).unwrap());
        must_be_pending(&mut tx.reserve_many(4), &in_the_gap(shrinking(3)));
        assert!(rx.is_empty());
        tx.set_capacity(4).unwrap();
        (0..3).for_each(|_| tx.try_send(1).unwrap());
        drop(permit);
        tx.try_send(1).unwrap();
        assert_eq!(ready_by(&mut tx.reserve_many(4), shrinking(4)).unwrap().len(), 4);
    }
}

/// Room that comes of a permit and of a larger capacity is room.
#[test]
fn room_that_no_receive_has_made() {
    let _dog = watchdog();
    for (tx, _rx) in in_each_order(1) {
        let permit = must_be_ready(&mut tx.clone().reserve_owned()).unwrap();
        ready_by(&mut tx.send(1), move || drop(permit)).unwrap();
        let growing = tx.clone();
        ready_by(&mut tx.send(2), move || growing.set_capacity(2).unwrap()).unwrap();
    }
}

#[test]
fn an_item() {
    let _dog = watchdog();
    for (tx, rx) in in_each_order(2) {
        let sending = tx.clone();
        assert_eq!(ready_by(&mut rx.recv(), move || sending.try_send(1).unwrap()), Ok(1));
        let permit = must_be_ready(&mut tx.clone().reserve_owned()).unwrap();
        assert_eq!(ready_by(&mut rx.recv(), move || drop(permit.send(2).unwrap())), Ok(2));
    }
}

#[test]
fn the_close() {
    let _dog = watchdog();
    let kinds = full(1).into_iter().chain([{
        let (tx, rx) = bifrons::bounded(0);
        (tx.into_async(), rx.into_async())
    }]);
    for (tx, rx) in kinds {
        let closing = tx.clone();
        assert_eq!(ready_by(&mut tx.send(1), move || assert!(closing.close())), Err(SendError(1)));
        assert!(rx.drain().count() <= 1);
    }
    for capacity in [Some(0), Some(1), None] {
        let (tx, rx) = queue::<u32>(capacity);
        let (tx, rx) = (tx.into_async(), rx.into_async());
        assert_eq!(ready_by(&mut rx.recv(), move || drop(tx)), Err(RecvError));
        let (tx, rx) = queue::<u32>(capacity);
        ready_by(&mut tx.into_async().closed(), move || drop(rx));
    }
    for (tx, rx) in in_each_order(1) {
        assert_eq!(ready_by(&mut rx.recv(), move || drop(tx)), Err(RecvError));
    }
}

#[test]
fn the_end_of_all_work() {
    let _dog = watchdog();
    for (tx, rx) in full(1) {
        ready_by(&mut tx.join(), taking(&rx, 1));
        tx.try_send(1).unwrap();
        let taking = rx.clone();
        ready_by(&mut tx.join(), move || drop(taking.try_recv_task().unwrap()));
    }
}
