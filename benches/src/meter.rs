//! What a stretch of work took.

use std::time::{Duration, Instant};

use crate::os::{self, Whose};

/// A moment, with what the process had used by then.
#[derive(Clone, Copy)]
pub struct Reading {
    at: Instant,
    cpu: Duration,
    switches: u64,
}

/// What lies between two moments.
#[derive(Clone, Copy)]
pub struct Spent {
    pub wall: Duration,
    /// User and system time of all threads.
    pub cpu: Duration,
    /// Voluntary context switches of all threads.
    pub switches: u64,
}

impl Reading {
    pub fn now() -> Self {
        let (cpu, switches) = os::usage(Whose::Process);
        Self { at: Instant::now(), cpu, switches }
    }

    pub fn elapsed(self) -> Duration {
        self.at.elapsed()
    }

    /// From this moment until now.
    pub fn spent(self) -> Spent {
        let now = Self::now();
        Spent { wall: now.at - self.at, cpu: now.cpu.saturating_sub(self.cpu), switches: now.switches - self.switches }
    }
}
