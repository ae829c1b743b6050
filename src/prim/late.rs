//! Deadlines where time is not modelled.

use std::time::{Duration, Instant};

/// When a wait gives up: time is not modelled, so a wait with a limit may be late at any moment.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Deadline {
    Never,
    Sometime,
}

impl Deadline {
    pub(crate) fn after(timeout: Duration) -> Self {
        if timeout == Duration::MAX { Self::Never } else { Self::Sometime }
    }

    pub(crate) fn at(_: Instant) -> Self {
        Self::Sometime
    }

    pub(crate) fn or_at(self, moment: Option<Instant>) -> Self {
        if moment.is_some() { Self::Sometime } else { self }
    }

    pub(crate) fn remaining(&self) -> Option<Duration> {
        match self {
            Self::Never => None,
            Self::Sometime => Some(Duration::from_secs(1)),
        }
    }

    pub(crate) fn has_passed(&self) -> bool {
        false
    }
}
