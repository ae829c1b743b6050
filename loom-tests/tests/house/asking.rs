//! What those learn who only ask how much is there.

use bifrons::{Sender, bounded};
use bifrons_loom_tests::{Bounds, Parcel, model};
use loom::thread;

fn send(tx: &Sender<Parcel>, id: usize) {
    tx.try_send(Parcel::new(id)).unwrap();
}

/// Two send to each other and then ask: does one of them learn of the other's item?
///
/// Kills `buffer.ask`.
#[test]
fn one_of_two_who_send_is_seen() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        let (there, from_here) = bounded(1);
        let (here, from_there) = bounded(1);
        let other = thread::spawn(move || {
            send(&here, 1);
            (from_here.is_empty(), here, from_here)
        });
        send(&there, 0);
        let finds_nothing = from_there.is_empty();
        let (other_finds_nothing, _here, _from_here) = other.join().unwrap();
        assert!(!(finds_nothing && other_finds_nothing));
    });
}

/// One brings an item and one takes another, and both ask: do their answers go together?
///
/// Kills `buffer.ask`.
#[test]
fn who_brings_and_who_takes_agree() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        let (tx, rx) = bounded(2);
        send(&tx, 0);
        let taker = thread::spawn(move || {
            assert_eq!(rx.try_recv().unwrap().open(), 0);
            (rx.is_empty(), rx)
        });
        send(&tx, 1);
        let length = tx.len();
        let (finds_nothing, _rx) = taker.join().unwrap();
        assert!(!(length == 2 && finds_nothing), "the item that came before the other went is not there");
    });
}
