//! Those who are to be called once every door is shut.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::line::Waiter;
use crate::prim::Verdict;

type Call = (Waiter, Verdict);

/// Waiters taken out of their lines, with what they are to be told.
///
/// Two places are at hand, enough for nearly every visit, so that no memory is asked for under a door.
#[derive(Debug, Default)]
pub(super) struct Calls {
    first: Option<Call>,
    second: Option<Call>,
    rest: Vec<Call>,
}

impl Calls {
    pub(super) fn add(&mut self, waiter: Waiter, verdict: Verdict) {
        let call = Some((waiter, verdict));
        if self.first.is_none() && self.rest.is_empty() {
            self.first = call;
        } else if self.second.is_none() && self.rest.is_empty() {
            self.second = call;
        } else {
            self.rest.extend(call);
        }
    }

    /// Wakes them all, also when a waker panics: then `again` names whom to call in place of the one whose waker did, and
    /// the first panic goes on to the caller when everybody has been woken.
    pub(super) fn wake(self, mut again: impl FnMut(&mut Calls)) {
        let mut panic: Option<Box<dyn Any + Send>> = None;
        let mut calls = self;
        loop {
            let Self { first, second, rest } = std::mem::take(&mut calls);
            for (waiter, verdict) in first.into_iter().chain(second).chain(rest) {
                if let Err(payload) = catch_unwind(AssertUnwindSafe(|| waiter.wake(verdict))) {
                    // A further payload is forgotten: its drop is user code that might panic in turn.
                    if panic.is_some() {
                        std::mem::forget(payload);
                    } else {
                        panic = Some(payload);
                    }
                    again(&mut calls);
                }
            }
            if calls.first.is_none() {
                break;
            }
        }
        if let Some(payload) = panic {
            resume_unwind(payload);
        }
    }
}
