//! Those who are to be called once every door is shut.

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::line::Waiter;
use crate::prim::{Verdict, note_wake};

type Call = (Waiter, Verdict);

/// Waiters taken out of their lines, with what they are to be told.
///
/// Two places are at hand, enough for nearly every visit, so that no memory is asked for under a door.
#[derive(Debug, Default)]
pub(super) struct Calls {
    first: Option<Call>,
    second: Option<Call>,
    rest: VecDeque<Call>,
}

/// Drops what nobody will see: the drop is user code, and what that panics with in turn is forgotten.
fn drop_quietly(payload: Box<dyn Any + Send>) {
    if let Err(further) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(further);
    }
}

impl Calls {
    pub(super) fn add(&mut self, waiter: Waiter, verdict: Verdict) {
        let call = (waiter, verdict);
        if self.first.is_none() {
            self.first = Some(call);
        } else if self.second.is_none() {
            self.second = Some(call);
        } else {
            self.rest.push_back(call);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    fn next(&mut self) -> Option<Call> {
        let next = self.first.take()?;
        self.first = self.second.take();
        if self.first.is_some() {
            self.second = self.rest.pop_front();
        }
        Some(next)
    }

    /// Wakes them all, also when a waker panics: then `again` names whom to call in place of the one whose waker did, and
    /// the first panic goes on to the caller when everybody has been woken.
    pub(super) fn wake(mut self, mut again: impl FnMut(&mut Calls)) {
        note_wake();
        let mut panic: Option<Box<dyn Any + Send>> = None;
        while let Some((waiter, verdict)) = self.next() {
            if let Err(payload) = catch_unwind(AssertUnwindSafe(|| waiter.wake(verdict))) {
                match panic {
                    None => panic = Some(payload),
                    Some(_) => drop_quietly(payload),
                }
                again(&mut self);
            }
        }
        match panic {
            // A panic more would end the process.
            Some(payload) if std::thread::panicking() => drop_quietly(payload),
            Some(payload) => resume_unwind(payload),
            None => {}
        }
    }
}
