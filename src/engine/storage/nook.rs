//! Room for a few small items inside the queue itself, beside the position that tells of them.
//!
//! In a queue for one item, it and its position go from CPU to CPU each time. Here they share a cache line; in memory of its
//! own the item would be one more line to move.

use std::mem::MaybeUninit;

use super::slot::Slot;
use crate::prim::{MODEL, UnsafeCell};

/// What is left of a cache line of 64 bytes by what both doors publish there.
pub(super) const WORDS: usize = 4;

/// Memory for up to four words of items.
#[derive(Debug)]
pub(crate) struct Nook(UnsafeCell<MaybeUninit<[u64; WORDS]>>);

impl Nook {
    pub(crate) fn new() -> Self {
        Self(UnsafeCell::new(MaybeUninit::uninit()))
    }

    /// Whether it has room for so many slots. Never in a model, which watches each slot by itself.
    pub(super) fn fits<T>(slots: usize) -> bool {
        !MODEL
            && slots.saturating_mul(size_of::<Slot<T>>()) <= size_of::<[u64; WORDS]>()
            && align_of::<Slot<T>>() <= align_of::<u64>()
    }

    /// Its slots, as many as [`fit`](Self::fits). The nook must not move as long as they are used.
    pub(super) fn slots<T>(&self) -> *mut Slot<T> {
        self.0.with_mut(|words| words.cast::<Slot<T>>())
    }
}

// SAFETY: it is memory and nothing else; who may reach a slot in it is told at the slot.
unsafe impl Sync for Nook {}
