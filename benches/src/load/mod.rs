//! The loads: what is done with a queue while the meter runs.

pub mod pace;
pub mod pair;
pub mod ping;
pub mod silence;
pub mod stream;

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use crate::meter::{Reading, Spent};
use crate::peers::Peer;
use crate::scenario::Kind;
use crate::tally::{Tails, Tally};

/// What one run found out.
pub struct Sample {
    /// In the unit of the scenario.
    pub value: f64,
    /// Messages, round trips or pairs in the timed part.
    pub ops: u64,
    pub spent: Spent,
    pub tails: Option<Tails>,
    /// The whole run, warm-up included.
    pub tally: Tally,
}

impl Sample {
    fn new(value: f64, ops: u64, spent: Spent, mut tally: Tally) -> Self {
        Self { value, ops, spent, tails: std::mem::take(&mut tally.latencies).tails(), tally }
    }
}

/// Runs one scenario on one channel; `None` if the channel cannot do it.
pub fn run<P: Peer>(kind: &Kind, seconds: f64) -> Option<Sample> {
    match *kind {
        Kind::Stream(plan) => stream::run::<P>(plan, seconds),
        Kind::Ping { from, to, host } => ping::run::<P>(from, to, host, seconds),
        Kind::Paced { to } => pace::run::<P>(to, seconds),
        Kind::Pair(capacity) => pair::run::<P>(capacity, seconds),
        Kind::Observed(capacity) => pair::observed::<P>(capacity, seconds),
        Kind::Idle(end) => silence::idle::<P>(end),
        Kind::Timeout => silence::timeout::<P>(),
    }
}

/// The word that the conductor gives and the workers follow; at first they just play.
#[derive(Default)]
struct Baton(AtomicU8);

/// Take down every single latency from now on.
const RECORD: u8 = 1;
/// No more messages.
const STOP: u8 = 2;

impl Baton {
    fn give(&self, word: u8) {
        self.0.store(word, Ordering::Relaxed);
    }

    fn word(&self) -> u8 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A count that one worker writes and the conductor reads now and then, on cache lines of its own.
#[derive(Default)]
#[repr(align(128))]
struct Gauge(AtomicU64);

impl Gauge {
    fn show(&self, count: u64) {
        self.0.store(count, Ordering::Relaxed);
    }
}

fn total(gauges: &[Arc<Gauge>]) -> u64 {
    gauges.iter().map(|g| g.0.load(Ordering::Relaxed)).sum()
}

/// Lets the workers run warm for a tenth of `seconds`, then measures for `seconds`.
///
/// `at_start` is called between the two.
fn watch(gauges: &[Arc<Gauge>], seconds: f64, at_start: impl FnOnce()) -> (u64, Spent) {
    thread::sleep(Duration::from_secs_f64(seconds / 10.0));
    at_start();
    let (before, from) = (total(gauges), Reading::now());
    thread::sleep(Duration::from_secs_f64(seconds));
    (total(gauges) - before, from.spent())
}
