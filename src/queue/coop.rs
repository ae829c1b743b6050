//! How a task that never has to wait still lets its executor run others.
//!
//! Each handle counts for itself. Once one has had its share, all futures of the task yield, known by its waker, since a task that
//! chooses between several would find another that is ready. They do so until one that yielded is polled again, the task having let
//! others run, or is dropped, for the task has found something else to do.

use std::cell::Cell;
use std::ptr;
use std::task::Waker;

use crate::prim::{Hint, MODEL, Where};

/// After how many immediate completions in a row a handle yields: tokio's figure.
const MOST_IN_A_ROW: u32 = 128;

/// The task that last yielded on a thread and has not come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Yielding {
    /// Where its waker leads, 0 if there is none. Another task's may lead there when this one has gone: it yields once for it.
    task: usize,
    /// How often a task has yielded there.
    round: u32,
}

thread_local! {
    static YIELDING: Cell<Yielding> = const { Cell::new(Yielding { task: 0, round: 0 }) };
}

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
        let may = (so_far < MOST_IN_A_ROW && !is_yielding(waker)) || MODEL;
        if may {
            self.0.set(so_far + 1);
        }
        may
    }

    /// Counts a future as ready, whether or not it is time.
    pub(super) fn count(&self) {
        self.0.set(self.0.get() + 1);
    }

    /// Lets others run: wakes the task, which is told to come again. The round in which that was.
    #[cold]
    pub(super) fn yield_to_others(&self, waker: &Waker) -> u32 {
        self.0.set(0);
        let mut yielding = yielding();
        if yielding.task != task_of(waker) {
            yielding = Yielding { task: task_of(waker), round: yielding.round.wrapping_add(1) };
            set(yielding);
        }
        // Also one that never waits.
        Where::mark_executor();
        waker.wake_by_ref();
        yielding.round
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

/// One that yielded in that round is polled again. If another of its task has yielded since, that was in this very poll.
pub(super) fn come_back(waker: &Waker, round: u32) {
    if yielding() == (Yielding { task: task_of(waker), round }) {
        go_on();
    }
}

/// One that yielded is given up.
pub(super) fn go_on() {
    set(Yielding { task: 0, ..yielding() });
}

#[inline]
fn is_yielding(waker: &Waker) -> bool {
    let task = yielding().task;
    task != 0 && task == task_of(waker)
}

fn task_of(waker: &Waker) -> usize {
    // A waker whose data is nothing is told by its functions.
    waker.data().addr().wrapping_add(ptr::from_ref(waker.vtable()).addr()).max(1)
}

#[inline]
fn yielding() -> Yielding {
    YIELDING.try_with(Cell::get).unwrap_or(Yielding { task: 0, round: 0 })
}

fn set(yielding: Yielding) {
    let _ = YIELDING.try_with(|place| place.set(yielding));
}
