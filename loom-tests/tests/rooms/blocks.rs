//! The blocks behind the doors, the first two with one slot and the others with two, by calls that never wait.

use bifrons::unbounded;
use bifrons_loom_tests::{Bounds, Parcel, model};
use loom::thread;

use super::ring::{insist, take};

/// Do items and the links between their blocks reach the front door by positions alone?
///
/// Kills `buffer.tail`, `buffer.see_tail`.
#[test]
fn blocks_hand_over() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 500 }, || {
        let (tx, rx) = unbounded();
        let sender = thread::spawn(move || (0..4).for_each(|id| insist(&tx, id)));
        let ids = [take(&rx), take(&rx), take(&rx), take(&rx)];
        assert_eq!(ids, [0, 1, 2, 3]);
        sender.join().unwrap();
    });
}

/// Is a block that comes back to the back door one with which the front door is done?
///
/// Kills `blocks.give`, `blocks.spare`, `blocks.short`.
#[test]
fn blocks_are_recycled() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 25 }, || {
        let (tx, rx) = unbounded();
        // Through the first two blocks, which are short and do not come back.
        (0..2).for_each(|id| insist(&tx, id));
        assert_eq!([take(&rx), take(&rx)], [0, 1]);
        (0..3).for_each(|id| insist(&tx, id));
        let receiver = thread::spawn(move || {
            let ids = [take(&rx), take(&rx), take(&rx)];
            assert_eq!(ids, [0, 1, 2]);
            rx
        });
        (3..6).for_each(|id| insist(&tx, id));
        let rx = receiver.join().unwrap();
        assert_eq!([take(&rx), take(&rx), take(&rx)], [3, 4, 5]);
    });
}

/// Are the items in several blocks dropped once when the receiving half goes in the middle of it all?
///
/// Kills `buffer.push_after_close`, `life.discard`.
#[test]
fn blocks_are_abandoned() {
    model(Bounds { quick: 3, deep: None, at_least: 4 }, || {
        let (tx, rx) = unbounded();
        let (first, slip) = Parcel::with_slip(0);
        tx.try_send(first).unwrap();
        let sender = thread::spawn(move || {
            let sent = (1..4).take_while(|&id| tx.try_send(Parcel::new(id)).is_ok()).count();
            (sent, tx)
        });
        drop(rx);
        assert!(slip.is_gone(), "what is left goes with the last receiver");
        let (_, tx) = sender.join().unwrap();
        assert!(tx.try_send(Parcel::new(9)).unwrap_err().is_closed());
        assert!(tx.is_empty());
    });
}

/// Do two senders' items keep each sender's order across blocks?
///
/// Kills `buffer.tail`.
#[test]
fn blocks_take_from_two_senders() {
    model(Bounds { quick: 2, deep: Some(3), at_least: 500 }, || {
        let (tx, rx) = unbounded();
        let senders: Vec<_> = [(tx.clone(), 0), (tx, 10)]
            .into_iter()
            .map(|(tx, from)| thread::spawn(move || (from..from + 2).for_each(|id| insist(&tx, id))))
            .collect();
        let ids = [take(&rx), take(&rx), take(&rx), take(&rx)];
        for from in [0, 10] {
            let own: Vec<_> = ids.into_iter().filter(|id| (from..from + 2).contains(id)).collect();
            assert_eq!(own, [from, from + 1]);
        }
        senders.into_iter().for_each(|sender| sender.join().unwrap());
    });
}
