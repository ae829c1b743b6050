//! The lock of a door: held for nanoseconds, by a thread that may be preempted at any of them.
//!
//! Opening a free door is one compare-and-swap, shutting it one plain store. Who finds it shut looks again for about two
//! microseconds, longer than any honest hold, then takes it that the holder was preempted and naps: it gives its CPU
//! away by sleeping, never by `sched_yield`, which on a busy machine gives away whole time slices.
//!
//! The shutting store and the look for nappers are not ordered (that order would cost a fence on each shutting), so a
//! napper may be overlooked in the instant in which it lies down. It sleeps with a limit therefore, and looks for itself
//! when that has passed: a missed call costs a fraction of a millisecond, and only ever behind a preempted holder.

#![allow(unsafe_code, reason = "a lock hands out exclusive access to what it guards")]
#![allow(clippy::disallowed_types, reason = "the napping room behind the lock is made of the standard ones")]
#![cfg_attr(all(loom, feature = "loom"), allow(dead_code, reason = "models of the doors use loom's mutex"))]

use std::ops::{Deref, DerefMut};

use super::{AtomicUsize, Ordering, UnsafeCell, pause};

/// How often a closed door is looked at before napping.
const LOOKS: u32 = if super::MODEL { 1 } else { 5 };

/// How many pauses go before the first of those looks.
const FIRST_PAUSES: u32 = if super::MODEL { 1 } else { 8 };

const FREE: usize = 0;
const HELD: usize = 1;

/// A mutual exclusion lock without poisoning.
#[derive(Debug)]
pub(crate) struct Lock<T> {
    state: AtomicUsize,
    naps: naps::Naps,
    value: UnsafeCell<T>,
}

// SAFETY: the lock gives one thread at a time access to the value, which may thus move between threads.
unsafe impl<T: Send> Send for Lock<T> {}
// SAFETY: as above; `&Lock<T>` gives `&mut T` to one thread at a time and never `&T` to two.
unsafe impl<T: Send> Sync for Lock<T> {}

/// The open door: exclusive access until dropped.
#[derive(Debug)]
pub(crate) struct Guard<'a, T> {
    lock: &'a Lock<T>,
    // A guard must be dropped by the thread that made it only by custom; but like every guard it is not `Send`.
    _not_send: std::marker::PhantomData<*const ()>,
}

impl<T> Lock<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { state: AtomicUsize::new(FREE), naps: naps::Naps::new(), value: UnsafeCell::new(value) }
    }

    #[inline]
    pub(crate) fn lock(&self) -> Guard<'_, T> {
        match self.try_lock() {
            Some(guard) => guard,
            None => self.lock_slowly(),
        }
    }

    #[inline]
    pub(crate) fn try_lock(&self) -> Option<Guard<'_, T>> {
        // ORDERING[lock.open]: Acquire; pairs with [lock.shut]. What the last holder wrote is visible inside.
        self.state
            .compare_exchange(FREE, HELD, Ordering::Acquire, Ordering::Relaxed)
            .is_ok()
            .then(|| Guard { lock: self, _not_send: std::marker::PhantomData })
    }

    #[cold]
    fn lock_slowly(&self) -> Guard<'_, T> {
        for look in 0..LOOKS {
            // Twice as many pauses each time: a look takes the line away from the holder, who needs it to shut.
            for _ in 0..FIRST_PAUSES << look {
                pause();
            }
            // ORDERING[lock.look]: Relaxed; only a hint that an attempt may pay.
            if self.state.load(Ordering::Relaxed) == FREE {
                if let Some(guard) = self.try_lock() {
                    return guard;
                }
            }
        }
        self.naps.until(|| self.try_lock())
    }
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: the guard proves that this thread holds the lock, and lends the value no longer than itself.
        self.lock.value.with(|value| unsafe { &*value })
    }
}

impl<T> DerefMut for Guard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as above, and the guard itself is borrowed exclusively.
        self.lock.value.with_mut(|value| unsafe { &mut *value })
    }
}

impl<T> Drop for Guard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // ORDERING[lock.shut]: Release; pairs with [lock.open].
        self.lock.state.store(FREE, Ordering::Release);
        self.lock.naps.over();
    }
}

/// Where those sleep whose holder seems to be preempted.
#[cfg(not(all(loom, feature = "loom")))]
mod naps {
    use std::sync::{Condvar, Mutex, PoisonError};
    use std::time::Duration;

    use super::super::Hint;

    const SHORTEST: Duration = Duration::from_micros(50);
    const LONGEST: Duration = Duration::from_micros(800);

    #[derive(Debug)]
    pub(super) struct Naps {
        sleepers: Hint,
        count: Mutex<u32>,
        condvar: Condvar,
    }

    impl Naps {
        pub(super) const fn new() -> Self {
            Self { sleepers: Hint::new(0), count: Mutex::new(0), condvar: Condvar::new() }
        }

        pub(super) fn until<R>(&self, attempt: impl Fn() -> Option<R>) -> R {
            let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
            *count += 1;
            self.sleepers.set(*count);
            let mut nap = SHORTEST;
            loop {
                if let Some(done) = attempt() {
                    *count -= 1;
                    self.sleepers.set(*count);
                    return done;
                }
                count = self.condvar.wait_timeout(count, nap).unwrap_or_else(PoisonError::into_inner).0;
                nap = (nap * 2).min(LONGEST);
            }
        }

        #[inline]
        pub(super) fn over(&self) {
            if self.sleepers.get() != 0 {
                self.rouse();
            }
        }

        #[cold]
        fn rouse(&self) {
            self.condvar.notify_one();
        }
    }
}

/// Naps may end at any moment: under the model they are turns given to others.
#[cfg(all(loom, feature = "loom"))]
mod naps {
    #[derive(Debug)]
    pub(super) struct Naps;

    impl Naps {
        pub(super) const fn new() -> Self {
            Self
        }

        pub(super) fn until<R>(&self, attempt: impl Fn() -> Option<R>) -> R {
            loop {
                if let Some(done) = attempt() {
                    return done;
                }
                super::pause();
            }
        }

        pub(super) fn over(&self) {}
    }
}
