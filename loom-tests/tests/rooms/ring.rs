//! The ring behind the doors, by calls that never wait: no wake and no place in line lends its order to the items.

use bifrons::{Receiver, Sender, bounded, unbounded};
use bifrons_loom_tests::{Bounds, Note, Parcel, model};
use loom::sync::Arc;
use loom::thread;

/// Sends by trying until there is room.
pub(super) fn insist(tx: &Sender<Parcel>, id: usize) {
    let mut parcel = Parcel::new(id);
    while let Err(refused) = tx.try_send(parcel) {
        parcel = refused.into_inner();
        thread::yield_now();
    }
}

/// Receives by trying until there is something.
pub(super) fn take(rx: &Receiver<Parcel>) -> usize {
    loop {
        match rx.try_recv() {
            Ok(parcel) => return parcel.open(),
            Err(_) => thread::yield_now(),
        }
    }
}

/// Do positions alone publish items to the front and empty slots to the back, across their overflow?
///
/// Kills `buffer.tail`, `buffer.see_tail`, `buffer.head`, `buffer.see_head`.
#[test]
fn ring_publishes_by_positions_alone() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 500 }, || {
        let (tx, rx) = bounded(1);
        let sender = thread::spawn(move || (0..3).for_each(|id| insist(&tx, id)));
        let ids = [take(&rx), take(&rx), take(&rx)];
        assert_eq!(ids, [0, 1, 2]);
        sender.join().unwrap();
    });
}

/// Do two senders at one door each get their item through, once?
///
/// Kills `buffer.tail`.
#[test]
fn ring_takes_from_two_senders() {
    model(Bounds { quick: 2, deep: Some(4), at_least: 500 }, || {
        let (tx, rx) = bounded(2);
        let senders = [tx.clone(), tx];
        let senders: Vec<_> =
            senders.into_iter().zip(0..).map(|(tx, id)| thread::spawn(move || insist(&tx, id))).collect();
        let mut ids = [take(&rx), take(&rx)];
        ids.sort_unstable();
        assert_eq!(ids, [0, 1]);
        senders.into_iter().for_each(|sender| sender.join().unwrap());
    });
}

/// Do two receivers at one door get different items, and the third sender's item lie in a slot that one of them emptied?
///
/// Kills `buffer.head`, `buffer.see_head`.
#[test]
fn ring_gives_to_two_receivers() {
    model(Bounds { quick: 2, deep: Some(4), at_least: 100 }, || {
        let (tx, rx) = bounded(2);
        (0..2).for_each(|id| insist(&tx, id));
        let sender = thread::spawn(move || insist(&tx, 2));
        let other = thread::spawn({
            let rx = rx.clone();
            move || take(&rx)
        });
        let mut ids = [take(&rx), other.join().unwrap(), 0];
        sender.join().unwrap();
        ids[2] = take(&rx);
        ids.sort_unstable();
        assert_eq!(ids, [0, 1, 2]);
    });
}

/// Does a capacity that is no power of two hold, and is room that was made found?
///
/// Kills `buffer.limit`.
#[test]
fn ring_keeps_its_limit() {
    model(Bounds { quick: 3, deep: None, at_least: 8 }, || {
        let (tx, rx) = bounded(3);
        (0..3).for_each(|id| insist(&tx, id));
        let receiver = thread::spawn(move || (take(&rx), rx));
        let sent = (3..5).filter(|&id| tx.try_send(Parcel::new(id)).is_ok()).count();
        assert!(sent <= 1, "more items than places");
        let (first, rx) = receiver.join().unwrap();
        assert_eq!(first, 0);
        assert_eq!(rx.len(), 2 + sent);
        assert_eq!(tx.try_send(Parcel::new(5)).is_ok(), sent == 0);
    });
}

/// Is a length seen from outside ever more than there can have been?
///
/// Kills `buffer.len`, `buffer.len_order`.
#[test]
fn ring_is_never_longer_than_its_limit() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        // More room than is used, since a length that is more than fits is counted again.
        let (tx, rx) = bounded(2);
        let passer = thread::spawn({
            let (tx, rx) = (tx.clone(), rx.clone());
            move || {
                for id in 0..2 {
                    insist(&tx, id);
                    take(&rx);
                }
            }
        });
        assert!(rx.len() <= 1, "more items than there ever were");
        passer.join().unwrap();
        assert!(tx.is_empty());
    });
}

/// Does one who takes all that is there ever make room for less than nothing, which would be more than there can be?
///
/// Kills `buffer.len_less`.
#[test]
fn ring_is_never_shorter_than_nothing() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        let (tx, rx) = unbounded();
        let passer = thread::spawn({
            let (tx, rx) = (tx.clone(), rx.clone());
            move || (0..2).filter(|&id| (insist(&tx, id), rx.try_recv().is_ok()).1).count()
        });
        let drained = rx.drain().count();
        let passed = passer.join().unwrap();
        assert_eq!(drained + passed + rx.drain().count(), 2);
    });
}

/// Does whoever sees the close see what its closer did before, whichever way it looks?
///
/// Kills `buffer.close`, `buffer.see_close`.
#[test]
fn ring_publishes_its_close() {
    model(Bounds { quick: 3, deep: None, at_least: 4 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        let note = Arc::new(Note::blank());
        let closer = thread::spawn({
            let note = Arc::clone(&note);
            move || {
                note.write(1);
                assert!(tx.close());
                tx
            }
        });
        if rx.is_closed() {
            assert_eq!(note.read(), 1);
        }
        let tx = closer.join().unwrap();
        assert!(tx.is_closed());
    });
}
