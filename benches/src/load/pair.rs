//! The uncontended pair: one thread puts an item in, then takes one out again.

use std::time::Duration;

use super::Sample;
use crate::item::{Aside, Item};
use crate::meter::{Reading, Spent};
use crate::peers::{AnyPeer, Peer, ThreadRx, ThreadTx};
use crate::scenario::Capacity;
use crate::tally::Tally;

/// Pairs between two looks at the clock, and at the statistics.
const BATCH: u64 = 4096;

pub fn run<P: AnyPeer>(capacity: Capacity, seconds: f64) -> Option<Sample> {
    let (tx, rx) = <P as Peer<u64>>::make(capacity)?;
    Some(measure(tx, rx, seconds, false, Tally::default()))
}

/// The same, with a look at the statistics now and then; `None` if there are none.
pub fn observed<P: AnyPeer>(capacity: Capacity, seconds: f64) -> Option<Sample> {
    let (tx, mut rx) = <P as Peer<u64>>::make(capacity)?;
    rx.observe()?;
    Some(measure(tx, rx, seconds, true, Tally::default()))
}

/// The same, while there are so many items before the one that was put in.
pub fn deep<P: AnyPeer>(depth: u64, seconds: f64) -> Option<Sample> {
    let (mut tx, rx) = <P as Peer<Aside>>::make(Capacity::Unbounded)?;
    let mut tally = Tally::default();
    for number in 0..depth {
        tx.put(Aside::new(number));
        tally.sent.add(number);
    }
    Some(measure(tx, rx, seconds, false, tally))
}

/// For each type of item there is this one caller of the loop, and two that look at the clock outside it.
fn measure<T: Item>(
    mut tx: impl ThreadTx<T>,
    mut rx: impl ThreadRx<T>,
    seconds: f64,
    observed: bool,
    mut tally: Tally,
) -> Sample {
    pairs(&mut tx, &mut rx, seconds / 10.0, &mut tally, observed);
    let (ops, spent) = pairs(&mut tx, &mut rx, seconds, &mut tally, observed);
    drop(tx);
    while tally.received.count < tally.sent.count {
        // What lay deep; without a channel's `try_take`, which is called in one place only.
        tally.received.add(rx.take().expect("an item is there").number());
    }
    Sample::nanos_each(ops, spent, tally)
}

/// One loop for all, told apart at run time: with two, the calls in them would not be inlined, and both be slower.
fn pairs<T: Item>(
    tx: &mut impl ThreadTx<T>,
    rx: &mut impl ThreadRx<T>,
    seconds: f64,
    tally: &mut Tally,
    observed: bool,
) -> (u64, Spent) {
    let limit = Duration::from_secs_f64(seconds);
    let (mut sent, mut received) = (tally.sent, tally.received);
    let from = Reading::now();
    while from.elapsed() < limit {
        if observed {
            assert_eq!(rx.observe(), Some(0), "nothing is between two pairs");
        }
        for _ in 0..BATCH {
            let item = sent.count;
            assert!(tx.try_put(T::new(item)), "there is room");
            sent.add(item);
            received.add(rx.try_take().expect("an item is there").number());
        }
    }
    let spent = from.spent();
    let ops = received.count - tally.received.count;
    (tally.sent, tally.received) = (sent, received);
    (ops, spent)
}
