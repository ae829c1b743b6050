//! Round trips: one item goes there and comes back.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use super::rest::Rest;
use super::{Baton, Gauge, RECORD, STOP, Sample, watch_without};
use crate::crew::Crew;
use crate::peers::{AnyPeer, AnyRx, AnyTx, Peer, TaskRx, TaskTx, ThreadRx, ThreadTx};
use crate::scenario::{Capacity, Ping};
use crate::tally::{Flow, Latencies, Tally};

const ONE: Capacity = Capacity::Bounded(1);

/// Whoever is to be found asleep has so long to fall asleep.
const SILENCE: Duration = Duration::from_micros(100);

/// Awake, first all trips together, without a clock in between; then, for a third as long, each by itself. After a
/// silence, each by itself from the start.
pub fn run<P: AnyPeer>(plan: Ping, seconds: f64) -> Option<Sample> {
    let (tx, there) = <P as Peer<u64>>::make(ONE)?;
    let (back, rx) = <P as Peer<u64>>::make(ONE)?;
    let mut crew = Crew::new(plan.host);
    let baton = Arc::new(Baton::default());
    let gauge = Arc::new(Gauge::default());
    let resting = Arc::new(Gauge::default());
    let trips = Trips {
        baton: Arc::clone(&baton),
        gauge: Arc::clone(&gauge),
        sent: Flow::default(),
        received: Flow::default(),
        left_at: None,
        latencies: Latencies::with_room(),
        rest: plan.asleep.then(|| Rest::new(Arc::clone(&resting))),
    };
    let cpu = |number| plan.pinned.then_some(number);
    match (AnyRx::<u64, P>::new(plan.to, there)?, AnyTx::<u64, P>::new(plan.to, back)?) {
        (AnyRx::Thread(there), AnyTx::Thread(back)) => crew.thread(cpu(1), move || echo_on_thread(there, back)),
        (AnyRx::Task(there), AnyTx::Task(back)) => crew.task(echo_on_task(there, back)),
        _ => unreachable!("one end has one kind of handles"),
    }
    match (AnyTx::<u64, P>::new(plan.from, tx)?, AnyRx::<u64, P>::new(plan.from, rx)?) {
        (AnyTx::Thread(tx), AnyRx::Thread(rx)) => crew.thread(cpu(0), move || ping_on_thread(tx, rx, trips)),
        (AnyTx::Task(tx), AnyRx::Task(rx)) => crew.task(ping_on_task(tx, rx, trips)),
        _ => unreachable!("one end has one kind of handles"),
    }
    let (ops, spent) = watch_without(&resting, &[gauge], seconds, || {
        if plan.asleep {
            baton.give(RECORD);
        }
    });
    if !plan.asleep {
        baton.give(RECORD);
        thread::sleep(Duration::from_secs_f64(seconds / 3.0));
    }
    baton.give(STOP);
    let mut sample = Sample::nanos_each(ops, spent, crew.finish());
    if plan.asleep {
        sample.value = sample.tails?.p50 as f64;
    }
    Some(sample)
}

/// The book that the pinging side keeps.
struct Trips {
    baton: Arc<Baton>,
    gauge: Arc<Gauge>,
    sent: Flow,
    received: Flow,
    left_at: Option<Instant>,
    latencies: Latencies,
    /// How it keeps silence, if it does.
    rest: Option<Rest>,
}

impl Trips {
    fn leave(&mut self) -> Option<u64> {
        if let Some(rest) = &mut self.rest {
            rest.until(Instant::now() + SILENCE, true);
        }
        self.left_at = match self.baton.word() {
            STOP => return None,
            RECORD => Some(Instant::now()),
            _ => None,
        };
        let item = self.sent.count;
        self.sent.add(item);
        Some(item)
    }

    fn arrive(&mut self, item: u64) {
        if let Some(left_at) = self.left_at {
            self.latencies.add(left_at.elapsed());
        }
        self.received.add(item);
        self.gauge.show(self.received.count);
    }

    fn close(self) -> Tally {
        Tally { sent: self.sent, received: self.received, latencies: self.latencies }
    }
}

fn ping_on_thread(mut tx: impl ThreadTx<u64>, mut rx: impl ThreadRx<u64>, mut trips: Trips) -> Tally {
    while let Some(item) = trips.leave() {
        tx.put(item);
        trips.arrive(rx.take().expect("the echo stays to the end"));
    }
    trips.close()
}

async fn ping_on_task(mut tx: impl TaskTx<u64>, mut rx: impl TaskRx<u64>, mut trips: Trips) -> Tally {
    while let Some(item) = trips.leave() {
        tx.put(item).await;
        trips.arrive(rx.take().await.expect("the echo stays to the end"));
    }
    trips.close()
}

fn echo_on_thread(mut rx: impl ThreadRx<u64>, mut tx: impl ThreadTx<u64>) -> Tally {
    while let Some(item) = rx.take() {
        tx.put(item);
    }
    Tally::default()
}

async fn echo_on_task(mut rx: impl TaskRx<u64>, mut tx: impl TaskTx<u64>) -> Tally {
    while let Some(item) = rx.take().await {
        tx.put(item).await;
    }
    Tally::default()
}
