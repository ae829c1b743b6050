//! The world of the model checker.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "this is where the modelled primitives come in"
)]

use std::time::Instant;

pub(crate) use super::late::Deadline;
pub(crate) use loom::alloc::{alloc, dealloc};
pub(crate) use loom::cell::UnsafeCell;
pub(crate) use loom::sync::Arc;
pub(crate) use loom::sync::MutexGuard as Guard;
pub(crate) use loom::sync::atomic::{AtomicPtr, AtomicUsize, Ordering, fence};

/// Whether this is the world of the model checker.
pub(crate) const MODEL: bool = true;

/// One turn of a loop that looks again.
pub(crate) fn pause() {
    loom::thread::yield_now();
}

/// Gives a turn to others: a nap may end at any moment.
pub(crate) fn nap(_: u32) {
    loom::thread::yield_now();
}

/// Gives a turn to others.
pub(crate) fn yield_slice() {
    loom::thread::yield_now();
}

/// The lock of a door, as one primitive: the models of the doors need not explore the inside of a lock, and the lock that
/// ships has a model of its own.
#[derive(Debug)]
pub(crate) struct Lock<T>(loom::sync::Mutex<T>);

impl<T> Lock<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(loom::sync::Mutex::new(value))
    }

    pub(crate) fn lock(&self) -> Guard<'_, T> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    pub(crate) fn stay(&self) -> Guard<'_, T> {
        self.lock()
    }

    pub(crate) fn try_lock(&self) -> Option<Guard<'_, T>> {
        self.0.try_lock().ok()
    }

    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.0.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// The monotonic clock, which a model should not look at.
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Where a thread sleeps until a word changes.
///
/// On [`loom::sync::Notify`] and not on `loom::thread::park`: there an unpark also frees a thread that waits for a mutex.
#[derive(Debug)]
pub(crate) struct Bed(loom::sync::Notify);

impl Default for Bed {
    fn default() -> Self {
        Self(loom::sync::Notify::new())
    }
}

impl Bed {
    /// Sleeps while `asleep` holds; `false` when the deadline passed first.
    pub(crate) fn sleep(&self, deadline: Deadline, asleep: impl Fn() -> bool) -> bool {
        while asleep() {
            match deadline {
                Deadline::Never => self.0.wait(),
                Deadline::Sometime => {
                    loom::thread::yield_now();
                    if asleep() {
                        return false;
                    }
                }
            }
        }
        true
    }

    /// Wakes the sleeper; what `asleep` reads was changed before.
    pub(crate) fn rouse(&self) {
        self.0.notify();
    }
}
