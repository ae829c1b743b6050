//! What a stretch of work took.

use std::time::{Duration, Instant};

use crate::os::{self, Usage, Whose};

/// A moment, with what the process had used by then.
#[derive(Clone, Copy)]
pub struct Reading {
    at: Instant,
    usage: Usage,
}

/// What lies between two moments.
#[derive(Clone, Copy, Default, PartialEq, Debug)]
pub struct Spent {
    pub wall: Duration,
    /// Of all threads.
    pub user: Duration,
    /// Of all threads.
    pub system: Duration,
    /// What of the two the measuring itself took: keeping time, pausing.
    pub own: Duration,
    /// Context switches of all threads that had to wait.
    pub voluntary: u64,
    /// Context switches of all threads that would have gone on.
    pub involuntary: u64,
}

impl Spent {
    /// The CPU time that the work took.
    pub fn cpu(&self) -> Duration {
        (self.user + self.system).saturating_sub(self.own)
    }
}

impl Reading {
    pub fn now() -> Self {
        let usage = os::usage(Whose::Process);
        Self { at: Instant::now(), usage }
    }

    pub fn elapsed(self) -> Duration {
        self.at.elapsed()
    }

    /// From this moment until now.
    pub fn spent(self) -> Spent {
        let (now, before) = (Self::now(), self.usage);
        Spent {
            wall: now.at - self.at,
            user: now.usage.user.saturating_sub(before.user),
            system: now.usage.system.saturating_sub(before.system),
            own: Duration::ZERO,
            voluntary: now.usage.voluntary - before.voluntary,
            involuntary: now.usage.involuntary - before.involuntary,
        }
    }
}
