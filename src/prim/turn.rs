//! Which of several tasks runs first that are woken one after the other: the first of them, or the last.
//!
//! Most executors run what was woken first. tokio's of several threads, and others, keep what was woken last at hand and run that
//! next. None of them tells, so each thread watches: of the first and the last that it woke, which does it poll before the other?

use std::cell::Cell;
use std::task::Waker;

use super::MODEL;

/// How much oftener it must have been the other one until a thread that was sure is not: now and then another thread takes one
/// of the two along, or an executor turns for the sake of fairness.
const SURE: i32 = 16;

thread_local! {
    static WATCH: Watch = const { Watch { first: Cell::new(0), last: Cell::new(0), lasts: Cell::new(0) } };
}

/// What a thread has seen. Hints, all of it.
struct Watch {
    /// By what is known of their wakers, the first and the last task that it woke in one go; 0 once it has polled either.
    first: Cell<usize>,
    last: Cell<usize>,
    /// How much oftener the last of them ran first.
    lasts: Cell<i32>,
}

/// Whether the executor of this thread runs first what was woken last. In a model it does, so that there nobody is lost who is put
/// at the end.
pub(crate) fn runs_last_first() -> bool {
    MODEL || WATCH.try_with(|watch| watch.lasts.get() > 0).unwrap_or(false)
}

/// Notes that this thread wakes those two, the first and the last of several.
pub(crate) fn note_woken(first: &Waker, last: &Waker) {
    let (first, last) = (first.data().addr(), last.data().addr());
    if !MODEL && first != last {
        let _ = WATCH.try_with(|watch| {
            watch.first.set(first);
            watch.last.set(last);
        });
    }
}

/// Notes that this thread polls a task that has been woken.
#[inline]
pub(crate) fn note_polled(task: &Waker) {
    let _ = WATCH.try_with(|watch| {
        if watch.first.get() != 0 {
            watch.see(task.data().addr());
        }
    });
}

impl Watch {
    #[cold]
    fn see(&self, task: usize) {
        let was_last = match task {
            _ if task == self.last.get() => 1,
            _ if task == self.first.get() => -1,
            _ => return,
        };
        self.first.set(0);
        self.lasts.set((self.lasts.get() + was_last).clamp(-SURE, SURE));
    }
}
