//! How a task that never has to wait still lets its executor run others.

use std::task::Context;

use crate::prim::{Hint, MODEL, Where};

/// After how many immediate completions in a row a handle yields: tokio's figure.
const MOST_IN_A_ROW: u32 = 128;

/// How often in a row the futures of a handle were ready at once.
///
/// A hint: two tasks that share a handle may each count a little wrong, and nothing worse comes of it.
#[derive(Debug, Default)]
pub(crate) struct Streak(Hint);

impl Streak {
    /// Counts a future that has not waited, which may try: how many came before it in a row. `None` if it is time to let others run:
    /// then the task has been woken, to come again.
    #[inline]
    pub(crate) fn go_on(&self, context: &Context<'_>) -> Option<u32> {
        let so_far = self.0.get();
        if so_far >= MOST_IN_A_ROW && !MODEL {
            self.rest(context);
            return None;
        }
        self.0.set(so_far + 1);
        Some(so_far)
    }

    #[cold]
    fn rest(&self, context: &Context<'_>) {
        self.0.set(0);
        // Also one that never waits.
        Where::mark_executor();
        context.waker().wake_by_ref();
    }

    /// That one was not ready, which neither counts nor ends the row: the task may have another future of this handle, which is
    /// always ready.
    #[inline]
    pub(crate) fn pass_over(&self, so_far: u32) {
        self.0.set(so_far);
    }

    /// A future that has waited is ready: what comes next follows in a row.
    #[inline]
    pub(crate) fn begin(&self) {
        self.0.set(1);
    }
}
