//! Those who are overtaken: what newcomers leave to them, and that nothing of it outlasts them.
//!
//! Their claims begin after more calls in vain than a model can make; the faults here are seeded into a queue that is
//! patient only once.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::task::{Poll, Waker};

use bifrons::future::RecvFuture;
use bifrons::{Receiver, RecvError, Select, Sender, bounded};
use bifrons_loom_tests::{Bounds, Parcel, block_on, calling, counting, model, poll_once};
use loom::thread;

/// Takes away the item for which a pending receiver was called.
fn call_in_vain(tx: &Sender<Parcel>, rx: &Receiver<Parcel>, recv: &mut (impl Future + Unpin), waker: &Waker) {
    assert!(poll_once(recv, waker).is_pending());
    tx.try_send(Parcel::new(1)).unwrap();
    assert_eq!(rx.try_recv().unwrap().open(), 1);
    assert!(poll_once(recv, waker).is_pending(), "it was called in vain");
}

/// A receiver that was overtaken, at a queue for one item.
fn with_overtaken(then: impl FnOnce(Sender<Parcel>, Receiver<Parcel>, RecvFuture<'_, Parcel>, &Waker)) {
    let (tx, rx) = bounded::<Parcel>(1);
    let overtaken = rx.to_async();
    let (_, waker) = counting();
    let mut recv = overtaken.recv();
    call_in_vain(&tx, &rx, &mut recv, &waker);
    then(tx, rx, recv, &waker);
}

/// Polls one that was overtaken; whether it got the item that was left to it.
fn comes_for_it(recv: &mut (impl Future<Output = Result<Parcel, RecvError>> + Unpin), waker: &Waker) -> bool {
    match poll_once(recv, waker) {
        Poll::Ready(received) => received.unwrap().open() == 2,
        Poll::Pending => false,
    }
}

/// A receiver that was overtaken goes away: does its claim go with it, so that a newcomer gets the next item?
///
/// Kills `overdue.leave`.
#[test]
fn overtaken_receiver_leaves() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        with_overtaken(|tx, rx, recv, _| {
            drop(recv);
            let newcomer = thread::spawn(move || rx.recv().unwrap().open());
            tx.send(Parcel::new(2)).unwrap();
            assert_eq!(newcomer.join().unwrap(), 2);
        });
    });
}

/// A receiver that was overtaken gets its item at last: is its claim over, so that a newcomer gets the next?
///
/// Kills `overdue.close`, `overdue.end`.
#[test]
fn overtaken_receiver_gets_through() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        with_overtaken(|tx, rx, mut recv, waker| {
            tx.try_send(Parcel::new(2)).unwrap();
            assert!(comes_for_it(&mut recv, waker), "the item was left to it");
            let newcomer = thread::spawn(move || rx.recv().unwrap().open());
            tx.send(Parcel::new(3)).unwrap();
            assert_eq!(newcomer.join().unwrap(), 3);
        });
    });
}

/// Hands an item over to a receiver, once one waits.
fn hand_over(tx: &Sender<Parcel>, id: usize) {
    while tx.try_send(Parcel::new(id)).is_err() {
        thread::yield_now();
    }
}

/// A thread that was overtaken where one meets gets its item at last, which somebody sends: is its claim over, so that a newcomer
/// gets the next?
fn overtaken_thread_meets(send: impl FnOnce(&Sender<Parcel>, &Receiver<Parcel>)) {
    let (tx, rx) = bounded::<Parcel>(0);
    let overtaken = rx.clone();
    let receiver = thread::spawn(move || overtaken.recv().unwrap().open());
    hand_over(&tx, 1);
    let Ok(stolen) = rx.try_recv() else {
        assert_eq!(receiver.join().unwrap(), 1);
        return;
    };
    assert_eq!(stolen.open(), 1);
    send(&tx, &rx);
    assert_eq!(receiver.join().unwrap(), 2);
    let newcomer = rx.to_async();
    let (_, waker) = counting();
    let mut recv = newcomer.recv();
    assert!(poll_once(&mut recv, &waker).is_pending());
    tx.try_send(Parcel::new(3)).unwrap();
    drop(recv);
    assert_eq!(rx.try_recv().unwrap().open(), 3);
}

/// By one who does not wait, and hands it over?
///
/// Kills `overdue.end`.
#[test]
fn overtaken_receiver_meets() {
    model(Bounds { quick: 2, deep: None, at_least: 20 }, || overtaken_thread_meets(|tx, _| hand_over(tx, 2)));
}

/// By one who may wait, and must not give it?
///
/// Kills `gift.overdue`.
#[test]
fn overtaken_thread_is_given_nothing() {
    model(Bounds { quick: 2, deep: None, at_least: 20 }, || {
        overtaken_thread_meets(|tx, rx| {
            while rx.stats().waiting_receivers == 0 {
                thread::yield_now();
            }
            tx.send(Parcel::new(2)).unwrap();
        });
    });
}

/// A select has pledged an item to one that was overtaken where one meets: do a sender and a newcomer that come meanwhile get what
/// they wait for?
///
/// Kills `overdue.pledge`.
#[test]
fn pledge_keeps_nobody_apart() {
    model(Bounds { quick: 2, deep: Some(4), at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(0);
        let (_, waker) = counting();
        let mut recv = rx.to_async().into_recv();
        call_in_vain(&tx, &rx, &mut recv, &waker);
        let mut select = Select::new();
        select.send(&tx);
        let pledge = select.try_select().unwrap();
        let overtaken = thread::spawn(move || block_on(recv).unwrap().open());
        let newcomer = thread::spawn(move || rx.recv().unwrap().open());
        tx.send(Parcel::new(2)).unwrap();
        pledge.send(&tx, Parcel::new(3)).unwrap();
        assert_eq!(overtaken.join().unwrap() + newcomer.join().unwrap(), 5);
    });
}

/// Whether newcomers leave an item that was just sent to one that was overtaken. If not, another takes its place.
fn is_left(tx: &Sender<Parcel>, rx: &Receiver<Parcel>) -> bool {
    match rx.try_recv() {
        Ok(taken) => {
            assert_eq!(taken.open(), 2);
            tx.try_send(Parcel::new(2)).unwrap();
            false
        }
        Err(_) => true,
    }
}

/// A batch is called to one item while another is left to one that was overtaken: does it take one?
///
/// Kills `overdue.batch`.
#[test]
fn called_batch_leaves_what_is_kept() {
    model(Bounds { quick: 3, deep: None, at_least: 1 }, || {
        let (tx, rx) = bounded::<Parcel>(2);
        let (_, waker) = counting();
        let mut recv = rx.to_async().into_recv();
        call_in_vain(&tx, &rx, &mut recv, &waker);
        tx.try_send(Parcel::new(2)).unwrap();
        let is_left = is_left(&tx, &rx);
        let many = rx.to_async();
        let mut items = Vec::new();
        let mut batch = many.recv_many(&mut items, 2);
        // Where nothing is left it has taken the item by now.
        let is_called = poll_once(&mut batch, &waker).is_pending();
        assert_eq!(is_called, is_left);
        if is_called {
            let sender = thread::spawn(move || (tx.send(Parcel::new(2)).unwrap(), tx));
            assert_eq!(block_on(batch).unwrap(), 1);
            assert!(comes_for_it(&mut recv, &waker));
            let _tx = sender.join().unwrap();
        } else {
            drop(batch);
        }
        items.into_iter().for_each(|item| assert_eq!(item.open(), 2));
    });
}

/// One that was called to room is put aside: does one behind it get room in the end, when newcomers leave that?
///
/// Kills `permit.aside`.
#[test]
fn one_put_aside_holds_nobody_up() {
    model(Bounds { quick: 3, deep: None, at_least: 4 }, || {
        let (tx, rx) = bounded(1);
        let for_tasks = tx.to_async();
        tx.try_send(Parcel::new(1)).unwrap();
        let (_, waker) = counting();
        let mut aside = for_tasks.reserve();
        assert!(poll_once(&mut aside, &waker).is_pending());
        assert_eq!(rx.try_recv().unwrap().open(), 1);
        tx.try_send(Parcel::new(1)).unwrap();
        let mut send = for_tasks.send(Parcel::new(2));
        assert!(poll_once(&mut send, &waker).is_pending());
        let receiver = thread::spawn(move || (rx.recv().unwrap().open(), rx));
        let newcomer = tx.try_send(Parcel::new(3));
        let (first, rx) = receiver.join().unwrap();
        assert_eq!(first, 1);
        let is_full = newcomer.is_err();
        let _ = newcomer.map_err(|refused| refused.into_inner().open());
        // Where it was patient once it has its room by now, unless a newcomer had it; else whoever is put aside goes.
        if is_full && tx.try_send(Parcel::new(3)).map_err(|refused| refused.into_inner().open()).is_err() {
            block_on(send).unwrap();
            assert_eq!(rx.recv().unwrap().open(), 2);
        } else {
            drop(send);
        }
        drop(aside);
        rx.drain().for_each(|item| assert_eq!(item.open(), 3));
    });
}

/// A newcomer tries while one that was overtaken comes for its item: does it leave that alone until it has been taken?
///
/// Kills `overdue.claim`.
#[test]
fn nobody_comes_in_between() {
    model(Bounds { quick: 3, deep: None, at_least: 2 }, || {
        with_overtaken(|tx, rx, mut recv, waker| {
            tx.try_send(Parcel::new(2)).unwrap();
            let is_left = is_left(&tx, &rx);
            let newcomer = thread::spawn(move || rx.try_recv().is_ok_and(|item| item.open() == 2));
            let is_there = comes_for_it(&mut recv, waker);
            let is_taken = newcomer.join().unwrap();
            assert!(is_there != is_taken && (is_there || !is_left));
        });
    });
}

/// One that stands in line leaves, while one that was overtaken is on the way to its item: is nobody else called to that?
///
/// Kills `overdue.pass`.
#[test]
fn leaving_calls_nobody_to_what_is_kept() {
    model(Bounds { quick: 3, deep: None, at_least: 2 }, || {
        with_overtaken(|tx, rx, mut recv, waker| {
            let (mut next, mut leaving) = (rx.to_async().into_recv(), rx.to_async().into_recv());
            tx.try_send(Parcel::new(2)).unwrap();
            if !is_left(&tx, &rx) {
                let newcomer = thread::spawn(move || poll_once(&mut next, &counting().1).is_ready());
                let is_there = comes_for_it(&mut recv, waker);
                assert_ne!(is_there, newcomer.join().unwrap());
                return;
            }
            assert!(poll_once(&mut next, waker).is_pending() && poll_once(&mut leaving, waker).is_pending());
            let others = thread::spawn(move || {
                drop(leaving);
                let (_, waker) = counting();
                assert!(poll_once(&mut next, &waker).is_pending());
            });
            let is_there = comes_for_it(&mut recv, waker);
            assert!(is_there);
            others.join().unwrap();
        });
    });
}

/// One that was overtaken reserves its room at last, and as its claim ends somebody is called whose waker panics: is that room given
/// back, of which nobody learns?
///
/// Kills `overdue.undo`.
#[test]
fn panic_costs_no_room_that_was_left() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(2);
        (0..2).for_each(|_| tx.try_send(Parcel::new(1)).unwrap());
        let async_tx = tx.to_async();
        let (_, waker) = counting();
        let mut overtaken = async_tx.reserve();
        assert!(poll_once(&mut overtaken, &waker).is_pending());
        assert_eq!(rx.try_recv().unwrap().open(), 1);
        tx.try_send(Parcel::new(1)).unwrap();
        assert!(poll_once(&mut overtaken, &waker).is_pending(), "it was called in vain");
        assert_eq!(rx.try_recv().unwrap().open(), 1);
        let mut send = tx.to_async().send_owned(Parcel::new(2));
        let panicking = calling(|| resume_unwind(Box::new(())));
        let _ = poll_once(&mut send, &panicking);
        let receiver = thread::spawn(move || {
            let _ = catch_unwind(AssertUnwindSafe(|| drop(rx.try_recv())));
            rx
        });
        let _ = catch_unwind(AssertUnwindSafe(|| drop(poll_once(&mut overtaken, &waker))));
        let rx = receiver.join().unwrap();
        drop(overtaken);
        assert_eq!(rx.stats().reserved, 0);
    });
}
