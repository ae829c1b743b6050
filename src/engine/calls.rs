//! Those who are to be called once every door is shut.

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::waiter::Waiter;
use crate::prim::{Verdict, note_wake, note_woken, runs_last_first};

type Call = (Waiter, Verdict);

/// Waiters taken out of their lines, with what they are to be told.
///
/// Two places are at hand, enough for nearly every visit, so that no memory is asked for under a door.
#[derive(Debug, Default)]
pub(super) struct Calls {
    first: Option<Call>,
    second: Option<Call>,
    #[allow(clippy::box_collection, reason = "nearly always there is none, which costs one word to make and to drop")]
    rest: Option<Box<VecDeque<Call>>>,
}

impl Calls {
    #[inline]
    pub(super) fn add(&mut self, waiter: Waiter, verdict: Verdict) {
        if self.first.is_none() {
            self.first = Some((waiter, verdict));
        } else {
            self.add_another((waiter, verdict));
        }
    }

    #[inline(never)]
    fn add_another(&mut self, call: Call) {
        if self.second.is_none() {
            self.second = Some(call);
        } else {
            self.rest.get_or_insert_default().push_back(call);
        }
    }

    fn next(&mut self) -> Option<Call> {
        let next = self.first.take()?;
        if self.second.is_some() {
            self.first = self.second.take();
            self.second = self.rest.as_mut().and_then(|rest| rest.pop_front());
        }
        Some(next)
    }

    /// Wakes them all, also when a waker panics: then `again` names whom to call in place of the one whose waker did, and
    /// the first panic goes on to the caller when everybody has been woken.
    #[inline]
    pub(super) fn wake(mut self, mut again: impl FnMut(&mut Self)) {
        if self.second.is_some() {
            return self.wake_several(&mut again);
        }
        let first = self.first.take();
        // Nearly always; and nothing is left here to be dropped.
        std::mem::forget(self);
        if let Some(call) = first {
            wake_one(call, again);
        }
    }

    #[inline(never)]
    fn wake_several(mut self, again: Again<'_>) {
        note_wake();
        if std::thread::panicking() {
            return self.wake_quietly(again);
        }
        self.take_turns();
        let mut waking = Waking { calls: self, again };
        while let Some((waiter, verdict)) = waking.calls.next() {
            waiter.wake(verdict);
        }
    }

    /// Whoever was called first is to run first, and so may have to be woken last.
    fn take_turns(&mut self) {
        if runs_last_first() {
            if let Some((waiter, verdict)) = self.next() {
                self.add(waiter, verdict);
            }
        }
        let last = self.rest.as_ref().and_then(|rest| rest.back()).or(self.second.as_ref());
        if let (Some((Waiter::Task(first), _)), Some((Waiter::Task(last), _))) = (&self.first, last) {
            note_woken(first, last);
        }
    }

    /// Lets no panic out: where one is under way, another would end the process.
    #[cold]
    fn wake_quietly(&mut self, again: Again<'_>) {
        while let Some((waiter, verdict)) = self.next() {
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| waiter.wake(verdict))) {
                drop_quietly(panic);
                again(self);
            }
        }
    }
}

/// As [`Calls::wake`], one.
#[inline]
pub(super) fn wake_one((waiter, verdict): Call, mut again: impl FnMut(&mut Calls)) {
    if std::thread::panicking() {
        let mut calls = Calls::default();
        calls.add(waiter, verdict);
        return calls.wake_several(&mut again);
    }
    note_wake();
    let rest = Waking { calls: Calls::default(), again: &mut again };
    waiter.wake(verdict);
    std::mem::forget(rest);
}

/// Names whom to call in place of one whose waker panicked.
type Again<'a> = &'a mut dyn FnMut(&mut Calls);

/// Calls that are being made, by a thread that did not panic before.
struct Waking<'a> {
    calls: Calls,
    again: Again<'a>,
}

impl Drop for Waking<'_> {
    #[inline]
    fn drop(&mut self) {
        if std::thread::panicking() {
            (self.again)(&mut self.calls);
            self.calls.wake_quietly(self.again);
        }
    }
}

/// Drops what nobody will see: the drop is user code, and what that panics with in turn is dropped too, but not without end.
pub(super) fn drop_quietly(panic: Box<dyn Any + Send>) {
    let mut next = Some(panic);
    for _ in 0..8 {
        let Some(panic) = next.take() else { return };
        next = catch_unwind(AssertUnwindSafe(|| drop(panic))).err();
    }
    std::mem::forget(next);
}
