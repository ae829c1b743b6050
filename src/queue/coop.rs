//! How a task that never has to wait still lets its executor run others.

use std::task::Context;

use crate::engine::Passage;
use crate::prim::{HAS_CLOCK, Hint, MODEL, Where, microseconds};

/// After how many immediate completions in a row a handle yields: tokio's figure.
const MOST_IN_A_ROW: u32 = 128;

/// For how many microseconds it goes on where the other side of the queue has a thread of its own. Nobody there waits for this
/// thread; and an executor of several threads wakes one for whoever yields, on the CPU of that thread as likely as not.
const TURN: u32 = 100;

/// How often in a row the futures of a handle were ready at once.
///
/// A hint: two tasks that share a handle may each count a little wrong, and nothing worse comes of it.
#[derive(Debug, Default)]
pub(crate) struct Streak {
    in_a_row: Hint,
    /// When it last yielded, in microseconds; 0 if it never has.
    yielded: Hint,
}

impl Streak {
    /// Counts a future that has not waited, which may try: how many came before it in a row. `None` if it is time to let others run:
    /// then the task has been woken, to come again. Only for that it matters who is on the other side.
    #[inline]
    pub(crate) fn go_on(&self, context: &Context<'_>, other_side: impl FnOnce() -> Passage) -> Option<u32> {
        let mut so_far = self.in_a_row.get();
        if so_far >= MOST_IN_A_ROW && !MODEL {
            if self.yields(context, other_side()) {
                return None;
            }
            so_far = 0;
        }
        self.in_a_row.set(so_far + 1);
        Some(so_far)
    }

    /// A row has come to its end: yields, unless the turn goes on.
    #[cold]
    #[inline(never)]
    fn yields(&self, context: &Context<'_>, other_side: Passage) -> bool {
        let now = microseconds().max(1);
        if has_thread_of_its_own(other_side.who) && self.is_early(now) {
            return false;
        }
        self.in_a_row.set(0);
        self.yielded.set(now);
        // Also one that never waits.
        Where::mark_executor();
        context.waker().wake_by_ref();
        true
    }

    fn is_early(&self, now: u32) -> bool {
        let yielded = self.yielded.get();
        HAS_CLOCK && yielded != 0 && now.wrapping_sub(yielded) < TURN
    }

    /// That one was not ready, which neither counts nor ends the row: the task may have another future of this handle, which is
    /// always ready.
    #[inline]
    pub(crate) fn pass_over(&self, so_far: u32) {
        self.in_a_row.set(so_far);
    }

    /// A future that has waited is ready: what comes next follows in a row.
    #[inline]
    pub(crate) fn begin(&self) {
        self.in_a_row.set(1);
    }
}

/// Whether it is somebody who runs no tasks, as far as is known, and not on the asking thread.
fn has_thread_of_its_own(who: Where) -> bool {
    who != Where::NOWHERE && !who.is_executor() && !who.is_thread_of(Where::here())
}
