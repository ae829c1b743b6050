//! A paced stream: what embedding applications mostly do.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use super::{Baton, Gauge, RECORD, STOP, Sample, watch};
use crate::crew::Crew;
use crate::peers::{AnyRx, Peer, TaskRx, ThreadRx, ThreadTx, open_single};
use crate::scenario::{Capacity, End, Host, Shape};
use crate::tally::{Flow, Latencies, Tally};

/// 10,000 messages a second.
const PERIOD: Duration = Duration::from_micros(100);

/// A percentile needs messages: so it lasts at least a second.
const AT_LEAST: f64 = 1.0;

pub fn run<P: Peer>(to: End, seconds: f64) -> Option<Sample> {
    let (tx, rx) = open_single::<P>(Shape::single(Capacity::Bounded(128)))?;
    let rx = AnyRx::<P>::new(to, rx)?;
    let mut crew = Crew::new(Host::TwoWorkers);
    let baton = Arc::new(Baton::default());
    let gauge = Arc::new(Gauge::default());
    let clock = Instant::now();
    let arrivals = Arrivals {
        clock,
        baton: Arc::clone(&baton),
        gauge: Arc::clone(&gauge),
        received: Flow::default(),
        latencies: Latencies::with_room(),
    };
    match rx {
        AnyRx::Thread(rx) => crew.thread(None, move || take_on_thread(rx, arrivals)),
        AnyRx::Task(rx) => crew.task(take_on_task(rx, arrivals)),
    }
    let sender = Arc::clone(&baton);
    crew.thread(None, move || put_in_time(tx, clock, &sender));

    let (ops, spent) = watch(&[gauge], seconds.max(AT_LEAST), || baton.give(RECORD));
    baton.give(STOP);
    let mut sample = Sample::new(0.0, ops, spent, crew.finish());
    sample.value = sample.tails?.p50 as f64;
    Some(sample)
}

/// Sends the time of sending, once each period. A sender that is late starts a new beat, without a burst.
fn put_in_time(mut tx: impl ThreadTx, clock: Instant, baton: &Baton) -> Tally {
    crate::os::sleep_punctually();
    let mut sent = Flow::default();
    let mut due = Instant::now();
    while baton.word() != STOP {
        due += PERIOD;
        let now = Instant::now();
        if due > now {
            thread::sleep(due - now);
        } else {
            due = now;
        }
        let item = nanos(clock.elapsed());
        sent.add(item);
        tx.put(item);
    }
    Tally::sent(sent)
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

fn take_on_thread(mut rx: impl ThreadRx, mut arrivals: Arrivals) -> Tally {
    while let Some(item) = rx.take() {
        arrivals.add(item);
    }
    arrivals.close()
}

async fn take_on_task(mut rx: impl TaskRx, mut arrivals: Arrivals) -> Tally {
    while let Some(item) = rx.take().await {
        arrivals.add(item);
    }
    arrivals.close()
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).expect("less than five centuries")
}
