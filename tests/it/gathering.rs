//! Two ends of about the same pace, each of which lets the other gather: through every capacity at which one does, and while
//! that changes.

use std::thread;

use crate::support::watchdog;

/// As far as some wait where others do not.
const CAPACITIES: [usize; 8] = [16, 19, 20, 33, 64, 100, 128, 5_000];

const ITEMS: u32 = if cfg!(miri) { 300 } else { 100_000 };

/// Sends from a thread of its own, and receives here by `next`.
fn stream(tx: bifrons::Sender<u32>, mut next: impl FnMut() -> Option<u32>) {
    let sending = thread::spawn(move || (0..ITEMS).for_each(|item| tx.send(item).unwrap()));
    for item in 0..ITEMS {
        let received = loop {
            if let Some(received) = next() {
                break received;
            }
        };
        assert_eq!(received, item);
    }
    sending.join().unwrap();
    assert_eq!(next(), None);
}

#[test]
fn streams_of_every_capacity_lose_nothing() {
    let _dog = watchdog();
    for capacity in CAPACITIES {
        let (tx, rx) = bifrons::bounded(capacity);
        stream(tx, || rx.try_recv().ok());
        let (tx, rx) = bifrons::bounded(capacity);
        stream(tx, || rx.recv().ok());
    }
    let (tx, rx) = bifrons::unbounded();
    stream(tx, || rx.try_recv().ok());
}

#[test]
fn streams_go_on_as_the_capacity_changes() {
    let _dog = watchdog();
    for first in CAPACITIES {
        let (tx, rx) = bifrons::bounded(first);
        let mut received = 0;
        let next = || {
            received += 1;
            if received % 1_000 == 0 {
                let capacity = CAPACITIES[received / 1_000 % CAPACITIES.len()];
                rx.set_capacity(capacity).unwrap();
            }
            rx.recv().ok()
        };
        stream(tx, next);
    }
}

#[test]
fn streams_go_on_beside_reserved_room() {
    let _dog = watchdog();
    for capacity in CAPACITIES {
        let (tx, rx) = bifrons::bounded(capacity);
        let held = tx.clone();
        let permits = held.reserve_many(capacity * 3 / 4).unwrap();
        let mut left = ITEMS;
        let next = || {
            if left == 0 {
                return None;
            }
            left -= 1;
            rx.recv().ok()
        };
        stream(tx, next);
        drop(permits);
    }
}
