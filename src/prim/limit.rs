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

    /// When to give up, if there is any time to wait.
    #[inline]
    pub(crate) fn begin(self) -> Option<Deadline> {
        if self.is_never() { Some(Deadline::Never) } else { self.begin_to_run() }
    }

    /// Only now is the clock looked at, which takes longer than a send and a receive.
    #[cold]
    fn begin_to_run(self) -> Option<Deadline> {
        let deadline = match self {
            Self::After(Duration::ZERO) => return None,
            Self::After(timeout) => Deadline::after(timeout),
            Self::At(instant) => Deadline::at(instant),
            Self::Never => Deadline::Never,
        };
        Some(deadline).filter(|deadline| !deadline.has_passed())
    }
}
