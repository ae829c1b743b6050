//! How a task that never has to wait still lets its executor run others.
//!
//! Each handle counts for itself. Once one has had its share, all futures of the thread yield, since a task that chooses between
//! several would find another that is ready: until one that did is polled again, its task having let others run, or is dropped, for
//! its task has found something else to do.

use std::cell::Cell;
use std::task::Waker;

use crate::prim::{Hint, MODEL, Where};

/// After how many immediate completions in a row a handle yields: tokio's figure.
const MOST_IN_A_ROW: u32 = 128;

thread_local! {
    /// Whether a future has yielded here, and its task has not come back.
    static YIELDING: Cell<bool> = const { Cell::new(false) };
}

/// How often in a row the futures of a handle were ready at once.
///
/// A hint: two tasks that share a handle may each count a little wrong, and nothing worse comes of it.
#[derive(Debug, Default)]
pub(crate) struct Streak(Hint);

impl Streak {
    /// Whether it is not yet time to let others run; a future that goes on counts as ready.
    #[inline]
    pub(super) fn may_go_on(&self) -> bool {
        let so_far = self.0.get();
        let may = (so_far < MOST_IN_A_ROW && !is_yielding()) || MODEL;
        if may {
            self.0.set(so_far + 1);
        }
        may
    }

    /// Counts a future as ready, whether or not it is time.
    pub(super) fn count(&self) {
        self.0.set(self.0.get() + 1);
    }

    /// Lets others run: wakes the task, which is told to come again.
    #[cold]
    pub(super) fn yield_to_others(&self, waker: &Waker) {
        self.0.set(0);
        set_yielding(true);
        // Also one that never waits.
        Where::mark_executor();
        waker.wake_by_ref();
    }

    /// A future that was counted is not ready. That neither counts nor ends the row: its task may have another of this handle, which
    /// always is.
    #[inline]
    pub(super) fn discount(&self) {
        self.0.set(self.0.get().saturating_sub(1));
    }

    /// A future that has waited is ready: what comes next follows in a row.
    #[inline]
    pub(super) fn begin(&self) {
        self.0.set(1);
    }
}

/// One that yielded is polled again or given up.
pub(super) fn go_on() {
    set_yielding(false);
}

#[inline]
fn is_yielding() -> bool {
    YIELDING.try_with(Cell::get).unwrap_or(false)
}

fn set_yielding(is_yielding: bool) {
    let _ = YIELDING.try_with(|yielding| yielding.set(is_yielding));
}
