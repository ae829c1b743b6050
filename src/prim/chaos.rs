//! The world as it is on a bad day: whatever may fail, wake for nothing or come late does so, now and then.
//!
//! Every draw comes from a seed that is printed, and that `BIFRONS_CHAOS_SEED` sets. Each thread draws in a sequence of its
//! own, so that the same seed means the same draws, though the machine's own scheduling is on top of it.

#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "this is where the real primitives come in")]

use std::cell::Cell;
use std::io::Write;
use std::sync::atomic::{self, AtomicU64};
use std::sync::{OnceLock, PoisonError};
use std::time::Duration;

pub(crate) use super::lock::Guard;
pub(crate) use super::real::{
    Arc, Deadline, MODEL, Ordering, UnsafeCell, alloc, dealloc, fence, nap, now, pause, yield_slice,
};
pub(crate) use std::thread_local;

/// The seed of all draws.
const SEED: &str = "BIFRONS_CHAOS_SEED";

/// How seldom a weak compare-exchange fails that need not, and likewise an attempt at a lock.
const WEAK_FAILS_ONCE_IN: u64 = 4;
const TRY_FAILS_ONCE_IN: u64 = 4;

/// How seldom a sleeper wakes for nothing, and after how many microseconds at most.
const SPURIOUS_ONCE_IN: u64 = 2;
const SPURIOUS_AFTER: u64 = 60;

/// How seldom an operation is delayed by some pauses, by the rest of a slice, by some microseconds.
const PAUSES_ONCE_IN: u64 = 8;
const YIELD_ONCE_IN: u64 = 48;
const SLEEP_ONCE_IN: u64 = 768;

fn seed() -> u64 {
    static CHOSEN: OnceLock<u64> = OnceLock::new();
    *CHOSEN.get_or_init(|| {
        let given = std::env::var(SEED).ok();
        let chosen = match &given {
            Some(seed) => seed.parse().unwrap_or_else(|_| panic!("{SEED} is a number, and not {seed:?}")),
            None => now_as_number(),
        };
        // Not `eprintln!`, which a test harness keeps to itself: also who passes wants to know.
        let _ = writeln!(std::io::stderr(), "chaos: {SEED}={chosen}");
        chosen
    })
}

fn now_as_number() -> u64 {
    std::time::UNIX_EPOCH.elapsed().map_or(1, |since| since.as_nanos() as u64)
}

/// A number below `count`, from the sequence of this thread.
fn below(count: u64) -> u64 {
    static THREADS: AtomicU64 = AtomicU64::new(0);
    thread_local! {
        static STATE: Cell<u64> = const { Cell::new(0) };
    }
    // A thread that ends draws nothing any more: nothing happens to it.
    let drawn = STATE.try_with(|state| {
        if state.get() == 0 {
            let thread = THREADS.fetch_add(1, Ordering::Relaxed);
            state.set(seed() ^ thread.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        }
        // Steele, Lea and Flood's mixing of a counter.
        let next = state.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
        state.set(next);
        let mixed = (next ^ next >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    });
    drawn.map_or(count - 1, |drawn| drawn % count)
}

fn once_in(times: u64) -> bool {
    below(times) == 0
}

/// Comes between two operations, whichever they are.
fn disturb() {
    if once_in(PAUSES_ONCE_IN) {
        (0..below(64)).for_each(|_| pause());
    }
    if once_in(YIELD_ONCE_IN) {
        yield_slice();
    }
    if once_in(SLEEP_ONCE_IN) {
        std::thread::sleep(Duration::from_micros(below(50)));
    }
}

/// Runs an operation with whatever may come before and after it.
fn disturbed<R>(operation: impl FnOnce() -> R) -> R {
    disturb();
    let result = operation();
    disturb();
    result
}

/// A number that is disturbed at every use.
#[derive(Debug, Default)]
pub(crate) struct AtomicUsize(atomic::AtomicUsize);

impl AtomicUsize {
    pub(crate) const fn new(value: usize) -> Self {
        Self(atomic::AtomicUsize::new(value))
    }

    pub(crate) fn load(&self, order: Ordering) -> usize {
        disturbed(|| self.0.load(order))
    }

    pub(crate) fn store(&self, value: usize, order: Ordering) {
        disturbed(|| self.0.store(value, order));
    }

    pub(crate) fn swap(&self, value: usize, order: Ordering) -> usize {
        disturbed(|| self.0.swap(value, order))
    }

    pub(crate) fn fetch_add(&self, value: usize, order: Ordering) -> usize {
        disturbed(|| self.0.fetch_add(value, order))
    }

    pub(crate) fn fetch_sub(&self, value: usize, order: Ordering) -> usize {
        disturbed(|| self.0.fetch_sub(value, order))
    }

    pub(crate) fn compare_exchange(
        &self,
        current: usize,
        new: usize,
        success: Ordering,
        failure: Ordering,
    ) -> Result<usize, usize> {
        disturbed(|| self.0.compare_exchange(current, new, success, failure))
    }

    fn compare_exchange_weak(
        &self,
        current: usize,
        new: usize,
        success: Ordering,
        failure: Ordering,
    ) -> Result<usize, usize> {
        disturbed(|| match once_in(WEAK_FAILS_ONCE_IN) {
            true => Err(self.0.load(failure)),
            false => self.0.compare_exchange_weak(current, new, success, failure),
        })
    }

    pub(crate) fn fetch_update(
        &self,
        set: Ordering,
        fetch: Ordering,
        mut f: impl FnMut(usize) -> Option<usize>,
    ) -> Result<usize, usize> {
        let mut current = self.load(fetch);
        while let Some(new) = f(current) {
            match self.compare_exchange_weak(current, new, set, fetch) {
                Ok(current) => return Ok(current),
                Err(other) => current = other,
            }
        }
        Err(current)
    }
}

/// A pointer that is disturbed at every use.
#[derive(Debug)]
pub(crate) struct AtomicPtr<T>(atomic::AtomicPtr<T>);

impl<T> AtomicPtr<T> {
    pub(crate) const fn new(pointer: *mut T) -> Self {
        Self(atomic::AtomicPtr::new(pointer))
    }

    pub(crate) fn load(&self, order: Ordering) -> *mut T {
        disturbed(|| self.0.load(order))
    }

    pub(crate) fn swap(&self, pointer: *mut T, order: Ordering) -> *mut T {
        disturbed(|| self.0.swap(pointer, order))
    }

    pub(crate) fn compare_exchange(
        &self,
        current: *mut T,
        new: *mut T,
        success: Ordering,
        failure: Ordering,
    ) -> Result<*mut T, *mut T> {
        disturbed(|| self.0.compare_exchange(current, new, success, failure))
    }
}

/// The lock that ships, on these atomics; an attempt at it may fail though it is free, as if somebody had just been there.
#[derive(Debug)]
pub(crate) struct Lock<T>(super::lock::Lock<T>);

impl<T> Lock<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(super::lock::Lock::new(value))
    }

    pub(crate) fn lock(&self) -> Guard<'_, T> {
        let guard = self.0.lock();
        disturb();
        guard
    }

    pub(crate) fn stay(&self) -> Guard<'_, T> {
        let guard = self.0.stay();
        disturb();
        guard
    }

    pub(crate) fn try_lock(&self) -> Option<Guard<'_, T>> {
        if once_in(TRY_FAILS_ONCE_IN) { None } else { self.0.try_lock() }
    }

    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.0.get_mut()
    }
}

/// Where a thread sleeps until a word changes, badly.
#[derive(Debug, Default)]
pub(crate) struct Bed {
    mutex: std::sync::Mutex<()>,
    condvar: std::sync::Condvar,
}

impl Bed {
    /// Sleeps while `asleep` holds; `false` when the deadline passed first.
    pub(crate) fn sleep(&self, deadline: Deadline, asleep: impl Fn() -> bool) -> bool {
        let mut held = self.mutex.lock().unwrap_or_else(PoisonError::into_inner);
        while asleep() {
            let left = deadline.remaining();
            if left.is_some_and(|left| left.is_zero()) {
                return false;
            }
            let nap = once_in(SPURIOUS_ONCE_IN).then(|| Duration::from_micros(1 + below(SPURIOUS_AFTER)));
            held = match left.into_iter().chain(nap).min() {
                None => self.condvar.wait(held).unwrap_or_else(PoisonError::into_inner),
                Some(limit) => self.condvar.wait_timeout(held, limit).unwrap_or_else(PoisonError::into_inner).0,
            };
            disturb();
        }
        true
    }

    /// Wakes the sleeper; what `asleep` reads was changed before.
    pub(crate) fn rouse(&self) {
        disturb();
        drop(self.mutex.lock().unwrap_or_else(PoisonError::into_inner));
        disturb();
        self.condvar.notify_one();
    }
}
