//! A select that receives.

use std::time::Duration;

use bifrons::{Receiver, Select, Sender, bounded, lifo};
use bifrons_loom_tests::{Bounds, Parcel, model};
use loom::thread::{self, JoinHandle};

/// Waits for an item from either: which, and what it was.
fn first_of(one: &Receiver<Parcel>, other: &Receiver<Parcel>) -> (usize, usize) {
    let mut select = Select::new();
    select.recv(one);
    select.recv(other);
    let operation = select.select();
    match operation.index() {
        0 => (0, operation.recv(one).unwrap().open()),
        1 => (1, operation.recv(other).unwrap().open()),
        _ => unreachable!(),
    }
}

/// Items come to two queues: does a select that is called by both take one, and the next select the other?
///
/// Kills `call.item`, `choice.enlist`.
#[test]
fn select_takes_one_of_two() {
    model(Bounds { quick: 2, deep: Some(3), at_least: 100 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        let (other_tx, other_rx) = bounded::<Parcel>(1);
        let sender = thread::spawn(move || (tx.send(Parcel::new(0)).unwrap(), tx));
        let other = thread::spawn(move || (other_tx.send(Parcel::new(1)).unwrap(), other_tx));
        let (index, id) = first_of(&rx, &other_rx);
        assert_eq!(index, id);
        assert_eq!(first_of(&rx, &other_rx), (1 - index, 1 - id));
        sender.join().unwrap();
        other.join().unwrap();
    });
}

/// A select that took from one queue was called by the other: is the receiver called that waits there?
///
/// Kills `pass.receiver`, `choice.leave`.
#[test]
fn select_that_loses_passes_its_call_on() {
    model(Bounds { quick: 2, deep: Some(3), at_least: 100 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        let (other_tx, other_rx) = bounded::<Parcel>(2);
        let also = other_rx.clone();
        let waiting = thread::spawn(move || also.recv().unwrap().open());
        let for_one_more = other_tx.clone();
        let sender = thread::spawn(move || {
            other_tx.send(Parcel::new(1)).unwrap();
            tx.send(Parcel::new(0)).unwrap();
            tx
        });
        let (index, _) = first_of(&rx, &other_rx);
        if index == 1 {
            for_one_more.send(Parcel::new(2)).unwrap();
        }
        assert_eq!(waiting.join().unwrap(), 1 + index);
        drop(sender.join().unwrap());
    });
}

/// A select is late while an item comes: does it take it, or the receiver that waits behind?
///
/// Kills `choice.leave`.
#[test]
fn select_is_late_and_another_waits() {
    model(Bounds { quick: 2, deep: Some(3), at_least: 50 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        let also = rx.clone();
        let back = tx.clone();
        let waiting = thread::spawn(move || also.recv().unwrap().open());
        let sender = thread::spawn(move || (tx.send(Parcel::new(7)).unwrap(), tx));
        let mut select = Select::new();
        select.recv(&rx);
        if let Ok(operation) = select.select_timeout(Duration::from_secs(1)) {
            back.send(operation.recv(&rx).unwrap()).unwrap();
        }
        assert_eq!(waiting.join().unwrap(), 7);
        sender.join().unwrap();
    });
}

/// The queues of a select close one after the other: does it hear of each, and only of that?
///
/// Kills `parlour.close_receivers`.
#[test]
fn close_reaches_a_select() {
    model(Bounds { quick: 2, deep: Some(4), at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        let (other_tx, other_rx) = lifo::bounded::<Parcel>(1);
        let closer = thread::spawn(move || {
            tx.close();
            (tx, other_tx.send(Parcel::new(1)), other_tx.close())
        });
        let mut select = Select::new();
        let first = select.recv(&rx);
        let second = select.recv(&other_rx);
        let operation = select.select();
        if operation.index() == first {
            assert!(operation.recv(&rx).is_err());
            select.remove(first);
            let operation = select.select();
            assert_eq!(operation.index(), second);
            assert_eq!(operation.recv(&other_rx).unwrap().open(), 1);
        } else {
            assert_eq!(operation.recv(&other_rx).unwrap().open(), 1);
        }
        let operation = select.select();
        if operation.index() == second {
            assert!(operation.recv(&other_rx).is_err());
        } else {
            assert!(operation.recv(&rx).is_err());
        }
        drop(closer.join().unwrap());
    });
}

/// A queue in which there always is an item, while a thread brings one, takes one and does something else.
fn passed_by(
    then: impl FnOnce(&Sender<Parcel>) + Send + 'static,
) -> (Receiver<Parcel>, JoinHandle<(Parcel, Sender<Parcel>)>) {
    let (tx, rx) = bounded::<Parcel>(2);
    tx.try_send(Parcel::new(0)).unwrap();
    let passer = thread::spawn({
        let rx = rx.clone();
        move || {
            tx.try_send(Parcel::new(1)).unwrap();
            let passed = rx.try_recv().unwrap();
            then(&tx);
            (passed, tx)
        }
    });
    (rx, passer)
}

/// A select that does not wait finds an item there.
fn finds_one((rx, passer): (Receiver<Parcel>, JoinHandle<(Parcel, Sender<Parcel>)>)) {
    let mut select = Select::new();
    select.recv(&rx);
    let found = select.try_select().expect("an item was there all the time").recv(&rx).unwrap().open();
    let (passed, _tx) = passer.join().unwrap();
    assert_eq!(found + passed.open(), 1);
}

/// Does a select that does not wait, and asks from outside, find an item that is there all the time?
///
/// Kills `buffer.beckon`, `buffer.beckon_order`.
#[test]
fn select_finds_what_is_always_there() {
    model(Bounds { quick: 3, deep: None, at_least: 10 }, || finds_one(passed_by(|_| ())));
}

/// The same, as the queue grows then, and what has been taken is told elsewhere from then on?
///
/// Kills `buffer.carry`.
#[test]
fn select_finds_what_is_always_there_as_it_grows() {
    model(Bounds { quick: 3, deep: None, at_least: 10 }, || finds_one(passed_by(|tx| tx.set_capacity(5).unwrap())));
}

/// The same, beside somebody who replaces it.
///
/// Kills `force.order`.
#[test]
fn select_finds_what_is_replaced() {
    model(Bounds { quick: 3, deep: None, at_least: 4 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        tx.try_send(Parcel::new(0)).unwrap();
        let forcer = thread::spawn(move || (tx.force_send(Parcel::new(1)).unwrap().map(Parcel::open), tx));
        let mut select = Select::new();
        select.recv(&rx);
        // Or loom would look before anything has happened, and at no other time.
        thread::yield_now();
        let found = select.try_select().expect("an item was there all the time").recv(&rx).unwrap().open();
        let (replaced, _tx) = forcer.join().unwrap();
        assert_eq!(replaced, (found == 1).then_some(0));
        assert_eq!(rx.len(), 1 - found);
    });
}

/// The same of one who only asks.
///
/// Kills `doors.ready_item`.
#[test]
fn ready_knows_what_is_always_there() {
    model(Bounds { quick: 3, deep: None, at_least: 10 }, || {
        let (rx, passer) = passed_by(|_| ());
        let mut select = Select::new();
        select.recv(&rx);
        assert_eq!(select.try_ready(), Ok(0));
        let (passed, _tx) = passer.join().unwrap();
        assert_eq!(passed.open(), 0);
    });
}

/// A select whose time is up is handed an item: does it take it?
///
/// Kills `choice.late`.
#[test]
fn select_is_late_and_handed_an_item() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 10 }, || {
        let (tx, rx) = bounded::<Parcel>(0);
        let sender = thread::spawn(move || (tx.try_send(Parcel::new(7)).is_ok(), tx));
        let mut select = Select::new();
        select.recv(&rx);
        let received =
            select.select_timeout(Duration::from_secs(1)).map(|operation| operation.recv(&rx).unwrap().open()).ok();
        let (was_handed_over, tx) = sender.join().unwrap();
        assert_eq!(received.is_some(), was_handed_over);
        assert_eq!(tx.len(), 0);
    });
}

/// Two send to each other and then look what has come: does one of them find the other's item?
///
/// Kills `choice.ask`.
#[test]
fn one_of_two_who_send_and_look_finds() {
    model(Bounds { quick: 3, deep: None, at_least: 10 }, || {
        let finds_nothing = |rx: &Receiver<Parcel>| {
            let mut select = Select::new();
            select.recv(rx);
            select.try_select().map(|operation| operation.recv(rx).unwrap().open()).is_err()
        };
        let (there, from_here) = bounded(1);
        let (here, from_there) = bounded(1);
        let other = thread::spawn(move || {
            here.try_send(Parcel::new(1)).unwrap();
            (finds_nothing(&from_here), here, from_here)
        });
        there.try_send(Parcel::new(0)).unwrap();
        let nothing_came = finds_nothing(&from_there);
        let (nothing_came_there, _here, _from_here) = other.join().unwrap();
        assert!(!(nothing_came && nothing_came_there));
    });
}
