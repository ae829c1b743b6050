//! How long a caller would wait.

use std::time::{Duration, Instant};

use super::Deadline;

/// It is asked for by every call, also by those that need not wait.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Limit {
    Never,
    At(Instant),
    After(Duration),
}

impl Limit {
    #[inline]
    pub(crate) fn is_never(&self) -> bool {
        matches!(self, Self::Never)
    }

    /// When to give up, if there is any time to wait: only now is the clock looked at, which takes longer than a send and a receive.
    ///
    /// That there is no limit is known where the call is made.
    #[inline]
    pub(crate) fn begin(self) -> Option<Deadline> {
        match self {
            Self::Never => Some(Deadline::Never),
            Self::After(Duration::ZERO) => None,
            Self::After(timeout) => Some(Deadline::after(timeout)),
            Self::At(instant) => Some(Deadline::at(instant)).filter(|deadline| !deadline.has_passed()),
        }
    }
}
