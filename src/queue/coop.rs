//! How a task that never has to wait still lets its executor run others.

use std::task::{Context, Poll};

use crate::prim::{Hint, MODEL, Where};

/// After how many immediate completions in a row a handle yields: tokio's figure.
const MOST_IN_A_ROW: u32 = 128;

/// How often in a row the futures of a handle were ready at once.
///
/// A hint: two tasks that share a handle may each count a little wrong, and nothing worse comes of it.
#[derive(Debug, Default)]
pub(crate) struct Streak(Hint);

impl Streak {
    /// Runs a poll, unless it is time to let others run: then the task is woken at once and told to come again.
    #[inline]
    pub(crate) fn poll<R>(&self, context: &Context<'_>, poll: impl FnOnce() -> Poll<R>) -> Poll<R> {
        let so_far = self.0.get();
        if so_far >= MOST_IN_A_ROW && !MODEL {
            self.0.set(0);
            // Also one that never waits.
            Where::mark_executor();
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.0.set(so_far + 1);
        let result = poll();
        if result.is_pending() {
            // That neither counts nor ends the row: the task may have another future of this handle, which is always ready.
            self.0.set(so_far);
        }
        result
    }

    /// A future that has waited is ready: what comes next follows in a row.
    #[inline]
    pub(crate) fn begin(&self) {
        self.0.set(1);
    }
}
