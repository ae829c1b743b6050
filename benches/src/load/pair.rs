//! The uncontended pair: one thread puts an item in, then takes it out again.

use std::time::Duration;

use super::Sample;
use crate::meter::{Reading, Spent};
use crate::peers::{Peer, ThreadRx, ThreadTx, open_single};
use crate::scenario::{Capacity, Shape};
use crate::tally::Tally;

/// Pairs between two looks at the clock, and at the statistics.
const BATCH: u64 = 4096;

pub fn run<P: Peer>(capacity: Capacity, seconds: f64) -> Option<Sample> {
    measure::<P>(capacity, seconds, false)
}

/// The same, with a look at the statistics now and then; `None` if there are none.
pub fn observed<P: Peer>(capacity: Capacity, seconds: f64) -> Option<Sample> {
    let (_tx, mut rx) = open_single::<P>(Shape::single(capacity))?;
    rx.observe()?;
    measure::<P>(capacity, seconds, true)
}

fn measure<P: Peer>(capacity: Capacity, seconds: f64, observed: bool) -> Option<Sample> {
    let (mut tx, mut rx) = open_single::<P>(Shape::single(capacity))?;
    let mut tally = Tally::default();
    pairs(&mut tx, &mut rx, seconds / 10.0, &mut tally, observed);
    let (ops, spent) = pairs(&mut tx, &mut rx, seconds, &mut tally, observed);
    let value = spent.wall.as_nanos() as f64 / ops as f64;
    Some(Sample::new(value, ops, spent, tally))
}

/// One loop for both, told apart at run time: with two, the calls in them would not be inlined, and both be slower.
fn pairs(
    tx: &mut impl ThreadTx,
    rx: &mut impl ThreadRx,
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
            assert!(tx.try_put(item), "an empty queue has room");
            sent.add(item);
            received.add(rx.try_take().expect("an item is there"));
        }
    }
    let spent = from.spent();
    let ops = received.count - tally.received.count;
    (tally.sent, tally.received) = (sent, received);
    (ops, spent)
}
