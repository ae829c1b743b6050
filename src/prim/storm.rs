//! The world of shuttle: many threads and tasks, by schedules that are drawn at random and can be drawn again.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "this is where the primitives under shuttle's scheduler come in"
)]

use std::sync::{PoisonError, TryLockError};
use std::time::Instant;

use shuttle::rand::{RngCore, thread_rng};

pub(crate) use super::late::Deadline;
pub(crate) use super::real::{UnsafeCell, alloc, dealloc};
pub(crate) use shuttle::sync::Arc;
pub(crate) use shuttle::sync::MutexGuard as Guard;
pub(crate) use shuttle::sync::atomic::{AtomicPtr, AtomicUsize, Ordering, fence};
pub(crate) use shuttle::thread_local;

/// Whether this is the world of a model: everything is small, and nothing depends on the machine.
pub(crate) const MODEL: bool = true;

/// How seldom a wait with a limit is late when it is looked at, and how seldom a sleeper wakes for no reason.
const LATE_ONCE_IN: u64 = 3;
const SPURIOUS_ONCE_IN: u64 = 8;

/// A throw of dice that belongs to the schedule: whoever replays the one replays the other.
fn once_in(times: u64) -> bool {
    thread_rng().next_u64() % times == 0
}

/// One turn of a loop that looks again.
pub(crate) fn pause() {
    shuttle::thread::yield_now();
}

/// Gives a turn to others: a nap may end at any moment.
pub(crate) fn nap(_: u32) {
    shuttle::thread::yield_now();
}

/// Gives a turn to others.
pub(crate) fn yield_slice() {
    shuttle::thread::yield_now();
}

/// The lock of a door, as one primitive: who waits for it takes no turns, and who waits for himself is found out.
#[derive(Debug)]
pub(crate) struct Lock<T>(shuttle::sync::Mutex<T>);

impl<T> Lock<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(shuttle::sync::Mutex::new(value))
    }

    pub(crate) fn lock(&self) -> Guard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn stay(&self) -> Guard<'_, T> {
        self.lock()
    }

    pub(crate) fn try_lock(&self) -> Option<Guard<'_, T>> {
        match self.0.try_lock() {
            Ok(guard) => Some(guard),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The monotonic clock, on which nothing that is to be replayed may depend.
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Where a thread sleeps until a word changes.
#[derive(Debug, Default)]
pub(crate) struct Bed {
    mutex: shuttle::sync::Mutex<()>,
    condvar: shuttle::sync::Condvar,
}

impl Bed {
    fn hold(&self) -> shuttle::sync::MutexGuard<'_, ()> {
        self.mutex.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sleeps while `asleep` holds; `false` when the deadline passed first.
    pub(crate) fn sleep(&self, deadline: Deadline, asleep: impl Fn() -> bool) -> bool {
        let mut held = self.hold();
        while asleep() {
            held = match deadline {
                Deadline::Never if !once_in(SPURIOUS_ONCE_IN) => {
                    self.condvar.wait(held).unwrap_or_else(PoisonError::into_inner)
                }
                Deadline::Never | Deadline::Sometime => {
                    drop(held);
                    shuttle::thread::yield_now();
                    let held = self.hold();
                    if matches!(deadline, Deadline::Sometime) && asleep() && once_in(LATE_ONCE_IN) {
                        return false;
                    }
                    held
                }
            };
        }
        true
    }

    /// Wakes the sleeper; what `asleep` reads was changed before.
    pub(crate) fn rouse(&self) {
        // As in the real world: the sleeper looks under the mutex.
        drop(self.hold());
        self.condvar.notify_one();
    }
}
