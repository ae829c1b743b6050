//! How a task lets another of its own thread go first, without standing in line.
//!
//! Two tasks of one thread that pass items through little room, or none, wait all the time: each item costs a place in line, a
//! call and a visit to learn of it. Where a receiver has long been served by a task of its own thread, it *steps aside*
//! instead: it asks to be polled once more, behind whoever is ready by now. When its turn comes the partner has brought
//! something, for which nobody had to be called. If it has not, the receiver stands in line as everybody does.
//!
//! Whoever has been called before stays in line, so that it keeps its place; so does everybody where others wait, who would be
//! called in vain, and where an item is only brought if somebody stands there.

use std::task::Waker;

use super::errand::Errand;
use crate::engine::Passage;
use crate::prim::{Hint, MODEL, Where};

/// After how many waits in a row for a task of the same thread a task steps aside: none that has just begun to wait, and no
/// stream that often ends.
const TOGETHER: u32 = 64;

/// The same where it was in vain or the two were parted: more with each time, up to this.
const MOST_TOGETHER: u32 = 1 << 16;

/// So many times as many where a task that stepped aside was not served, and where the other had passed on another thread:
/// an executor of several threads may wake one of them for whoever steps aside.
const IN_VAIN: u32 = 2;
const PARTED: u32 = 4;

/// What the parties of one half have learned from stepping aside. Hints, all of it.
#[derive(Debug, Default)]
pub(super) struct Aside {
    /// How often in a row somebody waited for a task of its own thread.
    together: Hint,
    /// After how often one steps aside: 0 for [`TOGETHER`].
    limit: Hint,
    /// After which passage one last did.
    passage: Hint,
}

impl Aside {
    /// The awaited passed last on the asking thread.
    fn is_due(&self, passage: Passage) -> bool {
        let (together, limit) = self.so_far();
        if together < limit {
            self.together.set(together + 1);
            return false;
        }
        if passage.number == self.passage.get() {
            self.failed(IN_VAIN);
            return false;
        }
        self.passage.set(passage.number);
        if limit > TOGETHER {
            self.limit.set(limit - 1);
        }
        true
    }

    /// It does not pay here: counting begins anew, up to so many times as many.
    fn failed(&self, times: u32) {
        let (together, limit) = self.so_far();
        if together >= limit {
            self.limit.set((limit * times).min(MOST_TOGETHER));
        }
        self.together.update(0);
    }

    fn so_far(&self) -> (u32, u32) {
        (self.together.get(), self.limit.get().max(TOGETHER))
    }
}

/// Steps aside if that promises to pay: then the task has been woken and must not stand in line.
pub(super) fn step_aside<E: Errand>(errand: &E, partner: Passage, waker: &Waker) -> bool {
    if MODEL || !errand.may_step_aside() {
        return false;
    }
    let aside = &errand.patience().aside;
    if partner.who.is_thread_of(Where::here()) {
        let is_due = aside.is_due(partner);
        if is_due {
            waker.wake_by_ref();
        }
        return is_due;
    }
    if partner.who.is_executor() {
        aside.failed(PARTED);
    }
    false
}
