//! Round trips: one item goes there and comes back, both partners awake.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use super::{Baton, Gauge, RECORD, STOP, Sample, watch};
use crate::crew::Crew;
use crate::peers::{Peer, TaskRx, TaskTx, ThreadRx, ThreadTx, open_single};
use crate::scenario::{Capacity, End, Host, Shape};
use crate::tally::{Flow, Latencies, Tally};

const ONE: Shape = Shape::single(Capacity::Bounded(1));

/// First all trips together, without a clock in between; then, for a third as long, each by itself.
pub fn run<P: Peer>(from: End, to: End, host: Host, seconds: f64) -> Option<Sample> {
    let (tx, there) = open_single::<P>(ONE)?;
    let (back, rx) = open_single::<P>(ONE)?;
    let mut crew = Crew::new(host);
    let baton = Arc::new(Baton::default());
    let gauge = Arc::new(Gauge::default());
    let trips = Trips {
        baton: Arc::clone(&baton),
        gauge: Arc::clone(&gauge),
        sent: Flow::default(),
        received: Flow::default(),
        left_at: None,
        latencies: Latencies::with_room(),
    };
    match to {
        End::Thread => crew.thread(None, move || echo_on_thread(there, back)),
        End::Task => crew.task(echo_on_task(P::task_rx(there)?, P::task_tx(back)?)),
    }
    match from {
        End::Thread => crew.thread(None, move || ping_on_thread(tx, rx, trips)),
        End::Task => crew.task(ping_on_task(P::task_tx(tx)?, P::task_rx(rx)?, trips)),
    }
    let (ops, spent) = watch(&[gauge], seconds, || ());
    baton.give(RECORD);
    thread::sleep(Duration::from_secs_f64(seconds / 3.0));
    baton.give(STOP);
    let value = spent.wall.as_nanos() as f64 / ops as f64;
    Some(Sample::new(value, ops, spent, crew.finish()))
}

/// The book that the pinging side keeps.
struct Trips {
    baton: Arc<Baton>,
    gauge: Arc<Gauge>,
    sent: Flow,
    received: Flow,
    left_at: Option<Instant>,
    latencies: Latencies,
}

impl Trips {
    fn leave(&mut self) -> Option<u64> {
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

fn ping_on_thread(mut tx: impl ThreadTx, mut rx: impl ThreadRx, mut trips: Trips) -> Tally {
    while let Some(item) = trips.leave() {
        tx.put(item);
        trips.arrive(rx.take().expect("the echo stays to the end"));
    }
    trips.close()
}

async fn ping_on_task(mut tx: impl TaskTx, mut rx: impl TaskRx, mut trips: Trips) -> Tally {
    while let Some(item) = trips.leave() {
        tx.put(item).await;
        trips.arrive(rx.take().await.expect("the echo stays to the end"));
    }
    trips.close()
}

fn echo_on_thread(mut rx: impl ThreadRx, mut tx: impl ThreadTx) -> Tally {
    while let Some(item) = rx.take() {
        tx.put(item);
    }
    Tally::default()
}

async fn echo_on_task(mut rx: impl TaskRx, mut tx: impl TaskTx) -> Tally {
    while let Some(item) = rx.take().await {
        tx.put(item).await;
    }
    Tally::default()
}
