//! A paced stream: what embedding applications mostly do.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::rest::{Metronome, Rest};
use super::{Baton, Gauge, RECORD, STOP, Sample, watch_without};
use crate::crew::Crew;
use crate::peers::{AnyPeer, AnyRx, AnyTx, Peer, TaskRx, TaskTx, ThreadRx, ThreadTx};
use crate::scenario::{Capacity, Host, Pace};
use crate::tally::{Flow, Latencies, Tally};

const CAPACITY: Capacity = Capacity::Bounded(128);

/// A percentile needs messages: so it lasts at least a second.
const AT_LEAST: f64 = 1.0;

pub fn run<P: AnyPeer>(plan: Pace, seconds: f64) -> Option<Sample> {
    let (tx, rx) = ends::<P>(plan)?;
    let idle: Vec<_> = (0..plan.idle).map(|_| ends::<P>(plan)).collect::<Option<_>>()?;
    let mut crew = Crew::new(Host::TwoWorkers);
    let baton = Arc::new(Baton::default());
    let clock = Instant::now();
    // Who waits in vain is asleep by the time that the others begin.
    let mut silent = Vec::new();
    for (tx, rx) in idle {
        silent.push(tx);
        receive::<P>(&mut crew, rx, Arrivals::new(clock, &Arc::default(), Latencies::default()));
    }
    let arrivals = Arrivals::new(clock, &baton, Latencies::with_room());
    let gauge = Arc::clone(&arrivals.gauge);
    receive::<P>(&mut crew, rx, arrivals);

    let resting = Arc::new(Gauge::default());
    let period = Duration::from_secs(1) / plan.per_second;
    let beat = Metronome::new(Rest::new(Arc::clone(&resting)), period);
    let departures = Departures { clock, baton: Arc::clone(&baton), beat, sent: Flow::default() };
    match tx {
        AnyTx::Thread(tx) => crew.thread(None, move || put_on_thread(tx, departures)),
        AnyTx::Task(tx) => crew.task(put_on_task(tx, departures)),
    }

    let (ops, spent) = watch_without(&resting, &[gauge], seconds.max(AT_LEAST), || baton.give(RECORD));
    baton.give(STOP);
    drop(silent);
    let mut sample = Sample::new(0.0, ops, spent, crew.finish());
    sample.value = sample.tails?.p50 as f64;
    Some(sample)
}

type Ends<P> = (AnyTx<u64, P>, AnyRx<u64, P>);

fn ends<P: AnyPeer>(plan: Pace) -> Option<Ends<P>> {
    let (tx, rx) = <P as Peer<u64>>::make(CAPACITY)?;
    Some((AnyTx::new(plan.from, tx)?, AnyRx::new(plan.to, rx)?))
}

fn receive<P: AnyPeer>(crew: &mut Crew, rx: AnyRx<u64, P>, arrivals: Arrivals) {
    match rx {
        AnyRx::Thread(rx) => crew.thread(None, move || take_on_thread(rx, arrivals)),
        AnyRx::Task(rx) => crew.task(take_on_task(rx, arrivals)),
    }
}

/// The book that the sending side keeps. What it sends is the time of sending.
struct Departures {
    clock: Instant,
    baton: Arc<Baton>,
    beat: Metronome,
    sent: Flow,
}

impl Departures {
    fn next(&mut self) -> Option<u64> {
        if self.baton.word() == STOP {
            return None;
        }
        self.beat.wait();
        let item = nanos(self.clock.elapsed());
        self.sent.add(item);
        Some(item)
    }
}

fn put_on_thread(mut tx: impl ThreadTx<u64>, mut departures: Departures) -> Tally {
    while let Some(item) = departures.next() {
        tx.put(item);
    }
    Tally::sent(departures.sent)
}

async fn put_on_task(mut tx: impl TaskTx<u64>, mut departures: Departures) -> Tally {
    while let Some(item) = departures.next() {
        tx.put(item).await;
    }
    Tally::sent(departures.sent)
}

/// The book that the receiving side keeps.
struct Arrivals {
    clock: Instant,
    baton: Arc<Baton>,
    gauge: Arc<Gauge>,
    received: Flow,
    latencies: Latencies,
}

impl Arrivals {
    fn new(clock: Instant, baton: &Arc<Baton>, latencies: Latencies) -> Self {
        Self { clock, baton: Arc::clone(baton), gauge: Arc::default(), received: Flow::default(), latencies }
    }

    fn add(&mut self, item: u64) {
        let late = nanos(self.clock.elapsed()).saturating_sub(item);
        if self.baton.word() == RECORD {
            self.latencies.add(Duration::from_nanos(late));
        }
        self.received.add(item);
        self.gauge.show(self.received.count);
    }

    fn close(self) -> Tally {
        Tally { received: self.received, latencies: self.latencies, ..Tally::default() }
    }
}

fn take_on_thread(mut rx: impl ThreadRx<u64>, mut arrivals: Arrivals) -> Tally {
    while let Some(item) = rx.take() {
        arrivals.add(item);
    }
    arrivals.close()
}

async fn take_on_task(mut rx: impl TaskRx<u64>, mut arrivals: Arrivals) -> Tally {
    while let Some(item) = rx.take().await {
        arrivals.add(item);
    }
    arrivals.close()
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).expect("less than five centuries")
}
