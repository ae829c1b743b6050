//! An item that is sent in any case, and what had to go for it.

use bifrons::bounded;
use bifrons_loom_tests::{Bounds, Parcel, model};
use loom::thread;

/// A forced item comes to a full queue while somebody receives: does the oldest go, to one of the two, and the new one stay?
///
/// Kills `force.again`, `force.evicted`, `force.beside`.
#[test]
fn force_against_recv() {
    model(Bounds { quick: 3, deep: None, at_least: 8 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        tx.try_send(Parcel::new(0)).unwrap();
        let receiver = thread::spawn(move || (rx.recv().unwrap().open(), rx));
        let evicted = tx.force_send(Parcel::new(1)).unwrap().map(Parcel::open);
        let (received, rx) = receiver.join().unwrap();
        let left: Vec<_> = rx.drain().map(Parcel::open).collect();
        match evicted {
            Some(oldest) => assert_eq!((oldest, received, left), (0, 1, vec![])),
            None => assert_eq!((received, left), (0, vec![1])),
        }
    });
}

/// The oldest item is replaced: are there never more than there can be?
///
/// Kills `force.length`.
#[test]
fn length_while_an_item_is_replaced() {
    model(Bounds { quick: 3, deep: None, at_least: 4 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        tx.try_send(Parcel::new(0)).unwrap();
        let forcer = thread::spawn(move || (tx.force_send(Parcel::new(1)).unwrap().map(Parcel::open), tx));
        // Or loom would count before anything has happened, and at no other time.
        thread::yield_now();
        assert!(rx.len() <= 1);
        let (replaced, _tx) = forcer.join().unwrap();
        assert_eq!((replaced, rx.try_recv().unwrap().open()), (Some(0), 1));
    });
}

/// The same where a permit holds the room in which the other would fit, and gives it back then.
///
/// Kills `force.length_reserved`, `buffer.allowed_release`, `buffer.see_limit`.
#[test]
fn length_while_an_item_is_replaced_beside_a_permit() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(2);
        tx.try_send(Parcel::new(0)).unwrap();
        let permit = tx.clone().reserve_owned().unwrap();
        let forcer = thread::spawn(move || {
            let replaced = tx.force_send(Parcel::new(1)).unwrap().map(Parcel::open);
            drop(permit);
            (replaced, tx)
        });
        // A thread of its own, which does not yield: whoever does sees no old HEAD after it.
        let observer = thread::spawn(move || (rx.len(), rx));
        let (replaced, _tx) = forcer.join().unwrap();
        let (len, rx) = observer.join().unwrap();
        assert_eq!((len, replaced, rx.try_recv().unwrap().open()), (1, Some(0), 1));
    });
}

/// The oldest item is replaced again and again: is one there all the time, and no room?
///
/// Kills `buffer.len_guess`.
#[test]
fn length_while_items_are_replaced() {
    model(Bounds { quick: 3, deep: None, at_least: 10 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        tx.try_send(Parcel::new(0)).unwrap();
        let forcer = thread::spawn(move || {
            (1..4).for_each(|id| drop(tx.force_send(Parcel::new(id)).unwrap()));
            tx
        });
        thread::yield_now();
        assert_eq!(rx.len(), 1);
        assert!(rx.is_full());
        let _tx = forcer.join().unwrap();
        assert_eq!(rx.try_recv().unwrap().open(), 3);
    });
}

/// A forced item comes to an empty queue: is one who waits for it called?
///
/// Kills `force.call`.
#[test]
fn force_calls_a_receiver() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        let receiver = thread::spawn(move || rx.recv().unwrap().open());
        assert!(tx.force_send(Parcel::new(7)).unwrap().is_none());
        assert_eq!(receiver.join().unwrap(), 7);
    });
}

/// All room is reserved: does a forced item stay out until the permit's item is there, and then push that out?
///
/// Kills `permit.count`.
#[test]
fn force_against_a_permit() {
    model(Bounds { quick: 3, deep: None, at_least: 4 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        let permit = tx.reserve().unwrap();
        let forcer = thread::spawn({
            let tx = tx.clone();
            move || match tx.force_send(Parcel::new(1)) {
                Ok(evicted) => evicted.map(Parcel::open),
                Err(refused) => {
                    assert!(refused.is_full());
                    Some(refused.into_inner().open())
                }
            }
        });
        permit.send(Parcel::new(0)).unwrap();
        let other = forcer.join().unwrap().expect("one of the two is in the way");
        let left: Vec<_> = rx.drain().map(Parcel::open).collect();
        assert_eq!(left, [1 - other]);
    });
}
