//! A value that is kept for as long as somebody holds it.
//!
//! `Arc` would do, but that common allocators take four times as long over memory that is aligned to 128 bytes. So here a
//! little more is asked for, with the alignment of a few words, and the value put where it belongs.

#![allow(unsafe_code, reason = "memory is asked for by hand")]

use std::alloc::{Layout, handle_alloc_error};
use std::fmt;
use std::ops::Deref;
use std::ptr::NonNull;

use super::{Count, alloc, dealloc};

/// One who holds a value, as others may. It lies in memory of its own, its [`Label`] right before it.
pub(crate) struct Holder<T>(NonNull<T>);

/// What is written before a value.
struct Label {
    holders: Count,
    /// Where the memory starts.
    start: NonNull<u8>,
}

/// Memory that is given back when this is dropped.
struct Memory {
    start: NonNull<u8>,
    layout: Layout,
}

/// How much goes before a value, at least.
const LABEL: usize = size_of::<Label>().next_power_of_two();

// SAFETY: the holders share the value, and the last one, wherever it is, drops it.
unsafe impl<T: Send + Sync> Send for Holder<T> {}
// SAFETY: as above; who can reach a holder can make another.
unsafe impl<T: Send + Sync> Sync for Holder<T> {}

impl<T> Holder<T> {
    /// Values lie at multiples of this: so a label fits in before each.
    const ALIGN: usize = if align_of::<T>() > LABEL { align_of::<T>() } else { LABEL };

    /// Memory in which there is a place for label and value, wherever it starts.
    fn layout() -> Layout {
        Layout::from_size_align(size_of::<T>().saturating_add(Self::ALIGN), LABEL).expect("a queue is small")
    }

    /// The first two holders of a value.
    #[inline]
    pub(crate) fn pair(make: impl FnOnce() -> T) -> [Self; 2] {
        let memory = Memory::of(Self::layout());
        // It starts at a multiple of `LABEL`, and `ALIGN` is another: at least so much is skipped.
        let skipped = Self::ALIGN - memory.start.addr().get() % Self::ALIGN;
        // SAFETY: no more than `ALIGN` is skipped, and there is so much more than the value needs.
        let value_at = unsafe { memory.start.add(skipped) }.cast::<T>();
        // Made only now, so that it is made where it will lie.
        let value = make();
        // SAFETY: it is aligned, since it is at a multiple of `ALIGN`, has room for the value, and is nobody else's.
        unsafe { value_at.write(value) };
        // SAFETY: `LABEL` was skipped at least, and a label takes no more.
        let label_at = unsafe { value_at.cast::<Label>().sub(1) };
        // SAFETY: the value is at a multiple of `LABEL`, so that this is aligned for a label, and it is nobody else's.
        unsafe { label_at.write(Label { holders: Count::new(2), start: memory.start }) };
        // Whoever goes last gives it back.
        std::mem::forget(memory);
        [Self(value_at), Self(value_at)]
    }

    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    #[inline]
    fn label(&self) -> NonNull<Label> {
        // SAFETY: it lies right before the value, in the same memory.
        unsafe { self.0.cast::<Label>().sub(1) }
    }

    #[inline]
    fn holders(&self) -> &Count {
        // SAFETY: it was written before there was any holder, and is shared until there is none.
        unsafe { &self.label().as_ref().holders }
    }

    #[cold]
    fn clear(&mut self) {
        // SAFETY: nobody else holds the value, and nobody will: the label is read for the last time.
        let Label { start, .. } = unsafe { self.label().read() };
        // Given back also when the value's drop panics.
        let _memory = Memory { start, layout: Self::layout() };
        // SAFETY: as above.
        unsafe { self.0.drop_in_place() };
    }
}

impl<T> Clone for Holder<T> {
    #[inline]
    fn clone(&self) -> Self {
        self.holders().join();
        Self(self.0)
    }
}

impl<T> Drop for Holder<T> {
    #[inline]
    fn drop(&mut self) {
        if self.holders().leave() {
            self.clear();
        }
    }
}

impl<T> Deref for Holder<T> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: it is there as long as there is a holder, and all of them only share it.
        unsafe { self.0.as_ref() }
    }
}

impl<T: fmt::Debug> fmt::Debug for Holder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl Memory {
    #[inline]
    fn of(layout: Layout) -> Self {
        // SAFETY: the size is not 0, since `ALIGN` is part of it.
        let start = unsafe { alloc(layout) };
        NonNull::new(start).map_or_else(|| handle_alloc_error(layout), |start| Self { start, layout })
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: it was asked for by that layout, and what lay in it has gone.
        unsafe { dealloc(self.start.as_ptr(), self.layout) };
    }
}
