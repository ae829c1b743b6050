//! What a worker reports at its end.

use std::fmt;
use std::ops::AddAssign;
use std::time::Duration;

/// Items that passed one place: how many, and their wrapping sum.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Flow {
    pub count: u64,
    sum: u64,
}

impl Flow {
    pub fn add(&mut self, item: u64) {
        self.count += 1;
        self.sum = self.sum.wrapping_add(item);
    }
}

impl AddAssign for Flow {
    fn add_assign(&mut self, other: Self) {
        self.count += other.count;
        self.sum = self.sum.wrapping_add(other.sum);
    }
}

impl fmt::Display for Flow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} items of sum {}", self.count, self.sum)
    }
}

/// What one worker, or all of them, put in and took out.
#[derive(Default)]
pub struct Tally {
    pub sent: Flow,
    pub received: Flow,
    pub latencies: Latencies,
}

impl Tally {
    pub fn sent(sent: Flow) -> Self {
        Self { sent, ..Self::default() }
    }

    pub fn received(received: Flow) -> Self {
        Self { received, ..Self::default() }
    }

    /// Whether what came out is what went in: nothing lost, nothing twice.
    pub fn is_conserved(&self) -> bool {
        self.sent == self.received
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, mut other: Self) {
        self.sent += other.sent;
        self.received += other.received;
        self.latencies.0.append(&mut other.latencies.0);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sent {}, received {}", self.sent, self.received)
    }
}

/// Single latencies in nanoseconds.
#[derive(Default)]
pub struct Latencies(Vec<u64>);

impl Latencies {
    /// As many as are kept; what comes later is left out, so that recording never moves the list.
    const LIMIT: usize = 1 << 20;

    pub fn with_room() -> Self {
        Self(Vec::with_capacity(Self::LIMIT))
    }

    pub fn add(&mut self, latency: Duration) {
        if self.0.len() < Self::LIMIT {
            self.0.push(u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX));
        }
    }

    /// The median, then the 99th percentile; `None` if nothing was recorded.
    pub fn tails(mut self) -> Option<Tails> {
        self.0.sort_unstable();
        let last = self.0.len().checked_sub(1)?;
        Some(Tails { p50: self.0[last / 2], p99: self.0[last * 99 / 100] })
    }
}

/// How long single messages or trips took, in nanoseconds.
#[derive(Clone, Copy)]
pub struct Tails {
    pub p50: u64,
    pub p99: u64,
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Flow, Latencies, Tally};

    fn flow(items: &[u64]) -> Flow {
        let mut flow = Flow::default();
        items.iter().for_each(|&item| flow.add(item));
        flow
    }

    #[test]
    fn lost_doubled_and_foreign_items_show() {
        let sent = [1, 2, u64::MAX];
        let conserved = |received: &[u64]| {
            let mut tally = Tally::sent(flow(&sent));
            tally += Tally::received(flow(received));
            tally.is_conserved()
        };
        assert!(conserved(&[2, u64::MAX, 1]));
        assert!(!conserved(&[1, 2]));
        assert!(!conserved(&[1, 2, u64::MAX, 2]));
        assert!(!conserved(&[1, 1, u64::MAX]));
    }

    #[test]
    fn tails_of_a_hundred() {
        let mut latencies = Latencies::default();
        (1..=100).rev().map(Duration::from_nanos).for_each(|latency| latencies.add(latency));
        let tails = latencies.tails().unwrap();
        assert_eq!((tails.p50, tails.p99), (50, 99));
        assert!(Latencies::default().tails().is_none());
    }
}
