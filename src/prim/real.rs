//! The world as it is: the standard library.

#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "this is where the real primitives come in")]
#![cfg_attr(
    any(all(shuttle, feature = "shuttle"), all(chaos, feature = "chaos")),
    allow(dead_code, unused_imports, reason = "those worlds need some of its pieces")
)]

use std::cell;
use std::time::{Duration, Instant};

pub(crate) use super::lock::{Guard, Lock};
pub(crate) use std::alloc::{alloc, dealloc};
pub(crate) use std::sync::Arc;
pub(crate) use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering, fence};
pub(crate) use std::thread_local;

/// Whether this is the world of the model checker.
pub(crate) const MODEL: bool = false;

/// A cell whose contents are reached through closures, in the manner of loom.
#[derive(Debug)]
pub(crate) struct UnsafeCell<T>(cell::UnsafeCell<T>);

impl<T> UnsafeCell<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(cell::UnsafeCell::new(value))
    }

    #[inline]
    pub(crate) fn with<R>(&self, f: impl FnOnce(*const T) -> R) -> R {
        f(self.0.get())
    }

    #[inline]
    pub(crate) fn with_mut<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
        f(self.0.get())
    }
}

/// One turn of a loop that looks again.
#[inline]
pub(crate) fn pause() {
    std::hint::spin_loop();
}

/// Gives the rest of the time slice to whoever else may run on this CPU.
pub(crate) fn yield_slice() {
    std::thread::yield_now();
}

/// Sleeps for a moment, for longer the more `tired`: 50 µs at first, 800 µs at most.
pub(crate) fn nap(tired: u32) {
    std::thread::sleep(Duration::from_micros(50 << tired.min(4)));
}

/// The monotonic clock.
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// When a wait gives up.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Deadline {
    Never,
    At(Instant),
}

impl Deadline {
    /// A duration too long for the clock is a wait for ever.
    pub(crate) fn after(timeout: Duration) -> Self {
        Instant::now().checked_add(timeout).map_or(Self::Never, Self::At)
    }

    pub(crate) fn at(instant: Instant) -> Self {
        Self::At(instant)
    }

    /// The same, or that moment if it comes earlier.
    pub(crate) fn or_at(self, moment: Option<Instant>) -> Self {
        match (self, moment) {
            (Self::At(mine), Some(other)) => Self::At(mine.min(other)),
            (Self::Never, Some(other)) => Self::At(other),
            (_, None) => self,
        }
    }

    /// What is left, `None` without a limit.
    #[inline]
    pub(crate) fn remaining(&self) -> Option<Duration> {
        match self {
            Self::Never => None,
            Self::At(instant) => Some(instant.saturating_duration_since(Instant::now())),
        }
    }

    pub(crate) fn has_passed(&self) -> bool {
        self.remaining().is_some_and(|left| left.is_zero())
    }
}

/// Where a thread sleeps until a word changes.
#[derive(Debug, Default)]
pub(crate) struct Bed {
    mutex: std::sync::Mutex<()>,
    condvar: std::sync::Condvar,
}

impl Bed {
    /// Sleeps while `asleep` holds; `false` when the deadline passed first.
    pub(crate) fn sleep(&self, deadline: Deadline, asleep: impl Fn() -> bool) -> bool {
        let mut held = self.mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        while asleep() {
            held = match deadline.remaining() {
                None => self.condvar.wait(held).unwrap_or_else(std::sync::PoisonError::into_inner),
                Some(left) if left.is_zero() => return false,
                Some(left) => {
                    self.condvar.wait_timeout(held, left).unwrap_or_else(std::sync::PoisonError::into_inner).0
                }
            };
        }
        true
    }

    /// Wakes the sleeper; what `asleep` reads was changed before.
    pub(crate) fn rouse(&self) {
        // The sleeper looks under the mutex: once we held it, the sleeper either saw the change or is truly asleep.
        drop(self.mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
        self.condvar.notify_one();
    }
}
