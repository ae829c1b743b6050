//! A number that may be wrong: hints decide how fast something goes, never whether it is right.
//!
//! Some say more, such as what is kept for whom, or that nothing is there. They are written under a lock; whoever relies on them reads
//! them under it, or takes them for what was so a moment ago.

#![allow(clippy::disallowed_types, reason = "hints are no part of a model: each would double its interleavings")]

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed};

/// A shared number that nothing is proven by, and that the model checker therefore does not see.
#[derive(Debug, Default)]
pub(crate) struct Hint(AtomicU32);

impl Hint {
    pub(crate) const fn new(value: u32) -> Self {
        Self(AtomicU32::new(value))
    }

    // ORDERING[hint]: Relaxed; a stale hint costs time and nothing else.
    #[inline]
    pub(crate) fn get(&self) -> u32 {
        self.0.load(Relaxed)
    }

    // ORDERING[hint]: Relaxed, as above.
    #[inline]
    pub(crate) fn set(&self, value: u32) {
        self.0.store(value, Relaxed);
    }

    /// As [`set`](Self::set), unless it is so already: a store takes the line away from those who read, and the next
    /// locked operation waits for it.
    #[inline]
    pub(crate) fn update(&self, value: u32) {
        if self.get() != value {
            self.set(value);
        }
    }

    /// The answer to a question that is always answered alike, and asked when somebody first wants to know; 0 until then.
    #[inline]
    pub(crate) fn answer(&self, ask: impl FnOnce() -> bool) -> bool {
        const YES: u32 = 1;
        const NO: u32 = 2;
        if self.get() == 0 {
            self.set(if ask() { YES } else { NO });
        }
        self.get() == YES
    }
}

/// As a [`Hint`], where 32 bits are too few: how much there is of something.
#[derive(Debug, Default)]
pub(crate) struct Amount(AtomicUsize);

impl Amount {
    // ORDERING[hint]: Relaxed, as above.
    #[inline]
    pub(crate) fn get(&self) -> u128 {
        self.0.load(Relaxed) as u128
    }

    // ORDERING[hint]: Relaxed, as above.
    #[inline]
    pub(crate) fn update(&self, amount: u128) {
        let amount = usize::try_from(amount).unwrap_or(usize::MAX);
        if self.0.load(Relaxed) != amount {
            self.0.store(amount, Relaxed);
        }
    }
}
