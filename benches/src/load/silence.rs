//! Silence: what a receiver costs for whom nothing comes.

use std::thread;
use std::time::Duration;

use super::Sample;
use crate::crew::Crew;
use crate::meter::{Reading, Spent};
use crate::os;
use crate::peers::{AnyPeer, AnyRx, AnyTx, Peer, TaskRx, ThreadRx, ThreadTx};
use crate::scenario::{Capacity, End, Host};
use crate::tally::{Flow, Tally};

const CAPACITY: Capacity = Capacity::Bounded(128);
const SECOND: Duration = Duration::from_secs(1);

/// After a little traffic, and a tenth of a second to go to sleep in.
pub fn idle<P: AnyPeer>(end: End) -> Option<Sample> {
    let (tx, rx) = <P as Peer<u64>>::make(CAPACITY)?;
    let AnyTx::Thread(mut tx) = AnyTx::<u64, P>::new(End::Thread, tx)? else {
        unreachable!("a thread was asked for");
    };
    let mut crew = Crew::new(Host::TwoWorkers);
    match AnyRx::<u64, P>::new(end, rx)? {
        AnyRx::Thread(rx) => crew.thread(None, move || take_on_thread(rx)),
        AnyRx::Task(rx) => crew.task(take_on_task(rx)),
    }
    let mut sent = Flow::default();
    let mut put = |item| {
        tx.put(item);
        sent.add(item);
    };
    (0..1000).for_each(&mut put);
    thread::sleep(SECOND / 10);
    // The first look at a clock takes some µs, as nobody should be charged for.
    _ = (Reading::now(), os::own_cpu());
    let (from, own) = (Reading::now(), os::own_cpu());
    thread::sleep(SECOND);
    let mut spent = from.spent();
    // Not what this thread itself needed for waking up and looking.
    spent.own = os::own_cpu() - own;
    put(1000);
    drop(tx);
    let mut tally = crew.finish();
    tally.sent += sent;
    Some(sample(spent, tally))
}

/// The whole call, with all the looking around before it sleeps. Before and after it the queue works.
pub fn timeout<P: AnyPeer>() -> Option<Sample> {
    if !<P as Peer<u64>>::THREADS {
        return None;
    }
    let (mut tx, mut rx) = <P as Peer<u64>>::make(CAPACITY)?;
    let mut tally = Tally::default();
    let mut pass = |rx: &mut <P as Peer<u64>>::Rx, item| {
        tx.put(item);
        tally.sent.add(item);
        tally.received.add(rx.take().expect("an item is there"));
    };
    pass(&mut rx, 1);
    let from = Reading::now();
    let timed_out = rx.times_out(SECOND)?;
    let spent = from.spent();
    assert!(timed_out, "nothing was there to receive");
    assert!(spent.wall >= SECOND, "it came back after {:?}", spent.wall);
    pass(&mut rx, 2);
    Some(sample(spent, tally))
}

fn sample(spent: Spent, tally: Tally) -> Sample {
    Sample::new(spent.cpu().as_nanos() as f64 / 1e3, 1, spent, tally)
}

fn take_on_thread(mut rx: impl ThreadRx<u64>) -> Tally {
    let mut received = Flow::default();
    while let Some(item) = rx.take() {
        received.add(item);
    }
    Tally::received(received)
}

async fn take_on_task(mut rx: impl TaskRx<u64>) -> Tally {
    let mut received = Flow::default();
    while let Some(item) = rx.take().await {
        received.add(item);
    }
    Tally::received(received)
}
