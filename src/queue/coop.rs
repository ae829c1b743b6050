//! How a task that never has to wait still lets its executor run others.
//!
//! Each handle counts for itself. Once one has had its share, all futures of the task yield, known by its waker, since a task that
//! chooses between several would find another that is ready. They do so until one that yielded is polled again, or is dropped, for
//! the task has found something else to do, or another task is seen to run.

use std::cell::Cell;
use std::task::Waker;

use crate::prim::{Hint, MODEL, Where};

/// After how many immediate completions in a row a handle yields: tokio's figure.
const MOST_IN_A_ROW: u32 = 128;

thread_local! {
    /// How many may be ready in a row here: none while a task yields.
    static LIMIT: Cell<u32> = const { Cell::new(MOST_IN_A_ROW) };
    /// The task that yields: where its waker leads. Another's may lead there when this one has gone; it yields once for it.
    static TASK: Cell<usize> = const { Cell::new(0) };
    /// In which round it did.
    static ROUND: Cell<u32> = const { Cell::new(0) };
}

/// The next round, of whatever thread: a future may be polled on another one than where it yielded.
static NEXT: Hint = Hint::new(0);

/// How often in a row the futures of a handle were ready at once.
///
/// A hint: two tasks that share a handle may each count a little wrong, and nothing worse comes of it.
#[derive(Debug, Default)]
pub(crate) struct Streak(Hint);

impl Streak {
    /// Whether it is not yet time for this task to let others run; a future that goes on counts as ready.
    #[inline]
    pub(super) fn may_go_on(&self, waker: &Waker) -> bool {
        let so_far = self.0.get();
        let may = MODEL || so_far < LIMIT.try_with(Cell::get).unwrap_or(MOST_IN_A_ROW) || is_the_next(so_far, waker);
        if may {
            self.0.set(so_far + 1);
        }
        may
    }

    /// A future goes on that has let others run just now: it counts, and need not do so again.
    pub(super) fn count(&self) -> bool {
        self.0.set(self.0.get() + 1);
        true
    }

    /// Lets others run: wakes the task, which is told to come again. The round in which that was.
    #[cold]
    pub(super) fn yield_to_others(&self, waker: &Waker) -> u32 {
        self.0.set(0);
        if !is_yielding(waker) {
            set(0, waker.data().addr());
            let next = NEXT.get();
            NEXT.set(next.wrapping_add(1));
            let _ = ROUND.try_with(|round| round.set(next));
        }
        // Also one that never waits.
        Where::mark_executor();
        waker.wake_by_ref();
        round()
    }

    /// A future that was counted is not ready. That neither counts nor ends the row: its task may have another of this handle, which
    /// always is.
    pub(super) fn discount(&self) {
        self.0.set(self.0.get().saturating_sub(1));
    }

    /// A future that has waited is ready: what comes next follows in a row.
    #[inline]
    pub(super) fn begin(&self) {
        self.0.set(1);
    }
}

/// While a task yields: whether this is another's turn, which has not had its share.
#[cold]
fn is_the_next(so_far: u32, waker: &Waker) -> bool {
    let may = so_far < MOST_IN_A_ROW && !is_yielding(waker);
    if may {
        go_on();
    }
    may
}

/// One that yielded in that round is polled again. If another of its task has yielded since, that may have been in this very poll.
pub(super) fn come_back(waker: &Waker, own: u32) {
    let is_newer = (1..1 << 31).contains(&round().wrapping_sub(own));
    if !is_newer && is_yielding(waker) {
        go_on();
    }
}

/// One that yielded is given up.
pub(super) fn go_on() {
    set(MOST_IN_A_ROW, 0);
}

fn is_yielding(waker: &Waker) -> bool {
    let yielding = LIMIT.try_with(|limit| limit.get() == 0).unwrap_or(false);
    yielding && TASK.try_with(Cell::get).is_ok_and(|task| task == waker.data().addr())
}

fn set(limit: u32, task: usize) {
    let _ = LIMIT.try_with(|place| place.set(limit));
    let _ = TASK.try_with(|place| place.set(task));
}

fn round() -> u32 {
    ROUND.try_with(Cell::get).unwrap_or(0)
}
