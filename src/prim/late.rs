//! Deadlines where time is not modelled.

use std::time::{Duration, Instant};

/// How long a caller would wait.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Limit {
    Never,
    #[allow(dead_code, reason = "which moment it is does not matter")]
    At(Instant),
    After(Duration),
}

impl Limit {
    pub(crate) fn is_never(&self) -> bool {
        matches!(self, Self::Never)
    }

    /// When to give up, if there is any time to wait.
    pub(crate) fn begin(self) -> Option<Deadline> {
        match self {
            Self::Never | Self::After(Duration::MAX) => Some(Deadline::Never),
            Self::After(Duration::ZERO) => None,
            Self::At(_) | Self::After(_) => Some(Deadline::Sometime),
        }
    }
}

/// When a wait gives up: time is not modelled, so a wait with a limit may be late at any moment.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Deadline {
    Never,
    Sometime,
}

impl Deadline {
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
