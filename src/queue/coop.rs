//! How a task that never has to wait still lets its executor run others.

use std::task::Context;

use crate::engine::Passage;
use crate::prim::{HAS_CLOCK, Hint, MODEL, Where, microseconds};

/// After how many immediate completions in a row a handle may yield: tokio's figure.
const MOST_IN_A_ROW: u32 = 128;

/// How many microseconds lie at least between two yields where the other side of the queue has a thread of its own, and the handle
/// goes from thread to thread. An executor of several wakes one of them for whoever yields, on the CPU of that other side as
/// likely as not.
const TURN: u32 = 100;

/// How often in a row the futures of a handle were ready at once.
///
/// Hints: two tasks that share a handle may each count a little wrong, and nothing worse comes of it.
#[derive(Debug, Default)]
pub(crate) struct Streak {
    in_a_row: Hint,
    /// When it last yielded, in microseconds, and on which thread.
    when: Hint,
    place: Hint,
    /// Whether it has yielded on more than one.
    roams: Hint,
}

impl Streak {
    /// Counts a future that has not waited, which may try: how many came before it in a row. `None` if it is time to let others run:
    /// then the task has been woken, to come again. Who is on the other side is asked for that alone.
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

    /// A row has come to its end: yields, unless its turn goes on.
    #[cold]
    #[inline(never)]
    fn yields(&self, context: &Context<'_>, other_side: Passage) -> bool {
        let now = microseconds();
        let is_early = HAS_CLOCK && now.wrapping_sub(self.when.get()) < TURN;
        if self.roams.get() != 0 && is_early && has_thread_of_its_own(other_side.who) {
            return false;
        }
        self.in_a_row.set(0);
        self.when.set(now);
        // Also one that never waits.
        Where::mark_executor();
        let (before, here) = (Where::left_at(&self.place), Where::here());
        if before != Where::NOWHERE && !before.is_thread_of(here) {
            self.roams.set(1);
        }
        here.leave_at(&self.place);
        context.waker().wake_by_ref();
        true
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
