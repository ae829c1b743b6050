//! The loads: what is done with a queue while the meter runs.

pub mod batch;
pub mod create;
pub mod pace;
pub mod pair;
pub mod pending;
pub mod ping;
mod rest;
pub mod select;
pub mod silence;
pub mod stream;

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use crate::item::Wide;
use crate::meter::{Reading, Spent};
use crate::peers::AnyPeer;
use crate::scenario::{Kind, Payload};
use crate::tally::{Tails, Tally};

/// What one run found out.
pub struct Sample {
    /// In the unit of the scenario.
    pub value: f64,
    /// Messages, round trips, pairs, queues or calls in the timed part.
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

    /// What one of them took.
    fn nanos_each(ops: u64, spent: Spent, tally: Tally) -> Self {
        Self::new(spent.wall.as_nanos() as f64 / ops as f64, ops, spent, tally)
    }

    /// How evenly they fell.
    fn most_to_least(counts: &[u64], spent: Spent, tally: Tally) -> Self {
        let (most, least) = (counts.iter().max(), counts.iter().min());
        let (most, least) = (most.copied().unwrap_or(0), least.copied().unwrap_or(0));
        // Who got nothing counts as if he had got one.
        Self::new(most as f64 / least.max(1) as f64, counts.iter().sum(), spent, tally)
    }

    /// How many of them passed.
    fn millions_a_second(ops: u64, spent: Spent, tally: Tally) -> Self {
        Self::new(ops as f64 / spent.wall.as_secs_f64() / 1e6, ops, spent, tally)
    }
}

/// Runs one scenario on one channel; `None` if the channel cannot do it.
pub fn run<P: AnyPeer>(kind: &Kind, seconds: f64) -> Option<Sample> {
    match *kind {
        Kind::Ping(plan) => ping::run::<P>(plan, seconds),
        Kind::Paced(plan) => pace::run::<P>(plan, seconds),
        Kind::Pair(capacity) => pair::run::<P>(capacity, seconds),
        Kind::Observed(capacity) => pair::observed::<P>(capacity, seconds),
        Kind::Depth(depth) => pair::deep::<P>(depth, seconds),
        Kind::Create { capacity, used } => create::run::<P>(capacity, used, seconds),
        Kind::Memory { capacity, used } => create::memory::<P>(capacity, used),
        Kind::Batch { size, to } => batch::run::<P>(size, to, seconds),
        Kind::Select(end) => select::run::<P>(end, seconds),
        Kind::Pending(calls) => pending::run::<P>(calls, seconds),
        Kind::Idle(end) => silence::idle::<P>(end),
        Kind::Timeout => silence::timeout::<P>(),
        Kind::Stream(_) | Kind::Shares(_) => streams::<P>(kind, seconds),
    }
}

/// For channels that do nothing but pass streams.
pub fn streams<P: AnyPeer>(kind: &Kind, seconds: f64) -> Option<Sample> {
    match *kind {
        Kind::Stream(plan) => match plan.payload {
            Payload::Word => stream::run::<u64, P>(plan, seconds),
            Payload::Wide => stream::run::<Wide, P>(plan, seconds),
        },
        Kind::Shares(plan) => stream::shares::<u64, P>(plan, seconds),
        _ => None,
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

    fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

fn total(gauges: &[Arc<Gauge>]) -> u64 {
    gauges.iter().map(|gauge| gauge.count()).sum()
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

/// The same, less the CPU time that `resting` shows in nanoseconds.
fn watch_without(resting: &Gauge, gauges: &[Arc<Gauge>], seconds: f64, at_start: impl FnOnce()) -> (u64, Spent) {
    let mut before = 0;
    let (ops, mut spent) = watch(gauges, seconds, || {
        at_start();
        before = resting.count();
    });
    spent.own = Duration::from_nanos(resting.count() - before);
    (ops, spent)
}
