//! Whom to call: a thread or a task.

use std::task::Waker;

use crate::prim::{Arc, Parker, Verdict};

/// Whom to call.
#[derive(Debug)]
pub(crate) enum Waiter {
    /// A thread, and the number of its wait.
    Thread(Arc<Parker>, usize),
    /// A task.
    Task(Waker),
}

impl Waiter {
    /// It will be called as soon as the door is shut: asks for what is then written.
    #[inline]
    pub(crate) fn will_wake(&self) {
        if let Self::Thread(parker, _) = self {
            parker.will_tell();
        }
    }

    /// Calls it. Runs user code: no door may be open.
    pub(crate) fn wake(self, verdict: Verdict) {
        match self {
            Self::Thread(parker, wait) => parker.tell(wait, verdict),
            Self::Task(waker) => waker.wake(),
        }
    }
}
