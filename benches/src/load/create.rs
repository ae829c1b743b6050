//! Queues that are made: how long it takes, how much memory they hold.

use std::time::Duration;

use super::Sample;
use crate::heap;
use crate::item::{Aside, Item};
use crate::meter::{Reading, Spent};
use crate::peers::{AnyPeer, Peer, ThreadRx, ThreadTx};
use crate::scenario::Capacity;
use crate::tally::Tally;

/// Queues between two looks at the clock.
const BATCH: u64 = 64;

/// Queues that are there at the same time.
const QUEUES: usize = 1000;

/// Makes a queue and drops it, again and again.
pub fn run<P: AnyPeer>(capacity: Capacity, used: bool, seconds: f64) -> Option<Sample> {
    let mut tally = Tally::default();
    turns::<P>(capacity, used, seconds / 10.0, &mut tally)?;
    let (ops, spent) = turns::<P>(capacity, used, seconds, &mut tally)?;
    Some(Sample::nanos_each(ops, spent, tally))
}

fn turns<P: AnyPeer>(capacity: Capacity, used: bool, seconds: f64, tally: &mut Tally) -> Option<(u64, Spent)> {
    let limit = Duration::from_secs_f64(seconds);
    let mut ops = 0;
    let from = Reading::now();
    while from.elapsed() < limit {
        for _ in 0..BATCH {
            drop(queue::<P>(capacity, used, tally)?);
        }
        ops += BATCH;
    }
    Some((ops, from.spent()))
}

/// What many queues hold on the heap, for one of them. The first one is not counted: it may find out something for all.
pub fn memory<P: AnyPeer>(capacity: Capacity, used: bool) -> Option<Sample> {
    let mut tally = Tally::default();
    let _first = queue::<P>(capacity, used, &mut tally)?;
    let mut queues = Vec::with_capacity(QUEUES);
    let from = Reading::now();
    let (bytes, ()) = heap::growth(|| {
        queues.extend((0..QUEUES).filter_map(|_| queue::<P>(capacity, used, &mut tally)));
    });
    let spent = from.spent();
    assert_eq!(queues.len(), QUEUES, "what can be made once can be made again");
    Some(Sample::new(bytes as f64 / QUEUES as f64, QUEUES as u64, spent, tally))
}

type Ends<P> = (<P as Peer<Aside>>::Tx, <P as Peer<Aside>>::Rx);

#[inline]
fn queue<P: AnyPeer>(capacity: Capacity, used: bool, tally: &mut Tally) -> Option<Ends<P>> {
    let (mut tx, mut rx) = <P as Peer<Aside>>::make(capacity)?;
    if used {
        let item = tally.sent.count;
        assert!(tx.try_put(Aside::new(item)), "there is room");
        tally.sent.add(item);
        tally.received.add(rx.try_take().expect("an item is there").number());
    }
    Some((tx, rx))
}
