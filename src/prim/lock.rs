//! The lock of a door: held for nanoseconds, by a thread that may be preempted at any of them.
//!
//! Opening a free door is one compare-and-swap, shutting it one plain store; nobody is woken when it is shut. Who finds one of its
//! kind there looks again twice, at growing distances, for a microsecond or two in all, and then naps for a fraction of a
//! millisecond: it gives its CPU away by sleeping, never by `sched_yield`, which on a busy machine gives away whole slices.
//!
//! That looks unkind to the one who waits and is kind to everybody. Two threads that take turns at a door on two CPUs move
//! its cache lines at every turn, and get through a fraction of what one of them gets through alone while the other rests.
//! So the rarer the turns, the better, as long as they come.
//!
//! Between two kinds it is not so: those who *pass*, with an item or to see something, and come again at once; and those who *stay*,
//! because of a line. One that naps on its way into line is not known to wait, and the others would run until the queue is full,
//! or empty, and sleep then. So these look on for each other for some microseconds.

#![allow(unsafe_code, reason = "a lock hands out exclusive access to what it guards")]
#![cfg_attr(
    any(all(loom, feature = "loom"), all(shuttle, feature = "shuttle")),
    allow(dead_code, reason = "models of the doors use loom's mutex, and storms shuttle's")
)]

use std::ops::{Deref, DerefMut};

use super::{AtomicUsize, Ordering, UnsafeCell, nap, pause};

/// How often a closed door is looked at before napping.
const LOOKS: u32 = if super::MODEL { 1 } else { 2 };

/// The same between one who passes and one who stays.
const LOOKS_AT_ANOTHER: u32 = if super::MODEL { 2 } else { 16 };

/// How many pauses go before the first of those looks.
const FIRST_PAUSES: u32 = if super::MODEL { 1 } else { 16 };

const FREE: usize = 0;
const PASSING: usize = 1;
const STAYING: usize = 2;

/// A mutual exclusion lock without poisoning. It lies right before what it guards, on the first line of that.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Lock<T> {
    state: AtomicUsize,
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
        Self { state: AtomicUsize::new(FREE), value: UnsafeCell::new(value) }
    }

    /// Opens the door to pass.
    #[inline]
    pub(crate) fn lock(&self) -> Guard<'_, T> {
        self.open(PASSING).unwrap_or_else(|_| self.open_slowly(PASSING))
    }

    /// Opens the door to stay.
    pub(crate) fn stay(&self) -> Guard<'_, T> {
        self.open(STAYING).unwrap_or_else(|_| self.open_slowly(STAYING))
    }

    /// Opens the door to pass, if nobody is there.
    #[inline]
    pub(crate) fn try_lock(&self) -> Option<Guard<'_, T>> {
        self.open(PASSING).ok()
    }

    /// Opens the door, if nobody is there; else tells of what kind he is.
    #[inline]
    fn open(&self, kind: usize) -> Result<Guard<'_, T>, usize> {
        // ORDERING[lock.open]: Acquire; pairs with [lock.shut]. What the last holder wrote is visible inside.
        self.state
            .compare_exchange(FREE, kind, Ordering::Acquire, Ordering::Relaxed)
            .map(|_| Guard { lock: self, _not_send: std::marker::PhantomData })
    }

    /// What it guards, when nobody else can be inside.
    #[inline]
    pub(crate) fn get_mut(&mut self) -> &mut T {
        // SAFETY: the lock itself is borrowed exclusively.
        self.value.with_mut(|value| unsafe { &mut *value })
    }

    #[cold]
    fn open_slowly(&self, kind: usize) -> Guard<'_, T> {
        for look in 0..LOOKS_AT_ANOTHER {
            // Twice as many pauses from the second look on: a look takes the line away from the holder, who needs it to shut.
            for _ in 0..FIRST_PAUSES << look.min(1) {
                pause();
            }
            // ORDERING[lock.look]: Relaxed; only a hint that an attempt may pay.
            let mut there = self.state.load(Ordering::Relaxed);
            if there == FREE {
                match self.open(kind) {
                    Ok(guard) => return guard,
                    Err(other) => there = other,
                }
            }
            if look + 1 >= LOOKS && there == kind {
                break;
            }
        }
        let mut tired = 0;
        loop {
            if let Ok(guard) = self.open(kind) {
                return guard;
            }
            nap(tired);
            tired += 1;
        }
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
    }
}
