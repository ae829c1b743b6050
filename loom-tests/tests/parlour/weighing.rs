//! Items that weigh, each as much as its number.

use bifrons::{Receiver, Sender, builder};
use bifrons_loom_tests::{Bounds, Parcel, block_on, counting, model, poll_once};
use loom::thread;

fn scales(capacity: usize) -> (Sender<Parcel>, Receiver<Parcel>) {
    builder().capacity(capacity).weight(Parcel::look).build()
}

/// A heavy item goes: does everybody get in who fits where it was?
///
/// Kills `parlour.call_one`, `parlour.weight`.
#[test]
fn heavy_item_makes_room_for_light_ones() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 10 }, || {
        let (tx, rx) = scales(3);
        let for_task = tx.to_async();
        [2, 1].into_iter().for_each(|id| tx.try_send(Parcel::new(id)).unwrap());
        let (_, waker) = counting();
        let mut first = for_task.send(Parcel::new(1));
        assert!(poll_once(&mut first, &waker).is_pending());
        let second = thread::spawn(move || tx.send(Parcel::new(1)).unwrap());
        let receiver = thread::spawn(move || {
            assert_eq!(rx.recv().unwrap().open(), 2);
            rx
        });
        second.join().unwrap();
        block_on(first).unwrap();
        assert_eq!(receiver.join().unwrap().len(), 3);
    });
}

/// A heavy item waits in front of a light one that would fit: do light items make room for both in turn?
///
/// Kills `parlour.past`.
#[test]
fn light_items_make_room_for_a_heavy_one() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 10 }, || {
        let (tx, rx) = scales(3);
        let tx = tx.into_async();
        (1..3).for_each(|id| tx.try_send(Parcel::new(id)).unwrap());
        let (_, waker) = counting();
        let mut heavy = tx.send(Parcel::new(3));
        assert!(poll_once(&mut heavy, &waker).is_pending());
        let mut light = tx.send(Parcel::new(1));
        assert!(poll_once(&mut light, &waker).is_pending());
        let receiver = thread::spawn(move || {
            (1..3).for_each(|id| assert_eq!(rx.recv().unwrap().open(), id));
            rx
        });
        block_on(heavy).unwrap();
        let rx = receiver.join().unwrap();
        assert_eq!(rx.recv().unwrap().open(), 3, "nobody is called past the first");
        block_on(light).unwrap();
        assert_eq!(rx.recv().unwrap().open(), 1);
    });
}

/// An item heavier than the whole capacity waits: is it let in when nothing else is there, and then is out of the way?
///
/// Kills `parlour.heavy`.
#[test]
fn item_is_heavier_than_the_capacity() {
    model(Bounds { quick: 1, deep: Some(2), at_least: 10 }, || {
        let (tx, rx) = scales(2);
        let sender = thread::spawn(move || {
            [1, 5, 2].into_iter().for_each(|id| tx.send(Parcel::new(id)).unwrap());
            tx
        });
        [1, 5, 2].into_iter().for_each(|id| assert_eq!(rx.recv().unwrap().open(), id));
        drop(sender.join().unwrap());
    });
}

/// Room is made for a heavy item, while light ones wait behind it: do they leave it to that until it has come?
///
/// Kills `permit.come`.
#[test]
fn those_behind_leave_the_room_of_a_heavy_item() {
    model(Bounds { quick: 2, deep: Some(3), at_least: 20 }, || {
        let (tx, rx) = scales(3);
        let tx = tx.into_async();
        (0..3).for_each(|_| tx.try_send(Parcel::new(1)).unwrap());
        let (_, waker) = counting();
        let mut heavy = tx.send(Parcel::new(2));
        assert!(poll_once(&mut heavy, &waker).is_pending());
        let mut behind = [(); 2].map(|()| tx.clone().send_owned(Parcel::new(1)));
        behind.iter_mut().for_each(|send| assert!(poll_once(send, &waker).is_pending()));
        let light = thread::spawn(move || behind.into_iter().for_each(|send| block_on(send).unwrap()));
        let receiver = thread::spawn(move || {
            (0..3).for_each(|_| assert_eq!(rx.recv().unwrap().open(), 1));
            rx
        });
        // There is room for it and one other, which may come first.
        block_on(heavy).unwrap();
        let rx = receiver.join().unwrap();
        assert_eq!((0..3).map(|_| rx.recv().unwrap().open()).sum::<usize>(), 4);
        light.join().unwrap();
    });
}

/// A heavy item gives up its wait: does a light one behind it get the room that was too little?
///
/// Kills `parlour.pass_sender`.
#[test]
fn heavy_item_gives_up() {
    model(Bounds { quick: 3, deep: None, at_least: 4 }, || {
        let (tx, rx) = scales(2);
        let tx = tx.into_async();
        (0..2).for_each(|_| tx.try_send(Parcel::new(1)).unwrap());
        let (_, waker) = counting();
        let mut heavy = tx.send(Parcel::new(2));
        assert!(poll_once(&mut heavy, &waker).is_pending());
        let mut light = tx.send(Parcel::new(1));
        assert!(poll_once(&mut light, &waker).is_pending());
        let receiver = thread::spawn(move || {
            assert_eq!(rx.recv().unwrap().open(), 1);
            rx
        });
        assert_eq!(heavy.take().map(Parcel::open), Some(2));
        block_on(light).unwrap();
        assert_eq!(receiver.join().unwrap().len(), 2);
    });
}
