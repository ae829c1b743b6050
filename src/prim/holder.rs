//! A value that is kept for as long as somebody holds it.
//!
//! `Arc` would do, but that common allocators take four times as long over memory that is aligned to 128 bytes. So here a
//! little more is asked for, aligned to 16, and the value put where it belongs.
//!
//! | tag | operation | order | pairs with |
//! |---|---|---|---|
//! | `holder.join` | there is one more holder | Relaxed | the one it is made from stays meanwhile |
//! | `holder.leave` | a holder goes | AcqRel | the other leaves: what others did is done before the value goes |

#![allow(unsafe_code, reason = "memory is asked for by hand")]

use std::alloc::{Layout, handle_alloc_error};
use std::fmt;
use std::ops::Deref;
use std::ptr::NonNull;

use super::{AtomicUsize, Ordering, alloc, dealloc};

/// One who holds a value, as others may. It lies in memory of its own, its [`Label`] right before it.
pub(crate) struct Holder<T>(NonNull<T>);

/// What is written before a value.
struct Label {
    holders: AtomicUsize,
    /// Where the memory starts.
    start: NonNull<u8>,
}

/// More holders than this can only have been forgotten, and a count that overflows would free what is in use.
const MOST_HOLDERS: usize = usize::MAX / 2;

// SAFETY: the holders share the value, and the last one, wherever it is, drops it.
unsafe impl<T: Send + Sync> Send for Holder<T> {}
// SAFETY: as above; who can reach a holder can make another.
unsafe impl<T: Send + Sync> Sync for Holder<T> {}

impl<T> Holder<T> {
    /// Where values may lie: for each of them a label fits in before it.
    const ALIGN: usize = if align_of::<T>() > size_of::<Label>() { align_of::<T>() } else { size_of::<Label>() };

    /// Memory in which there is a place for label and value wherever it starts.
    fn memory() -> Layout {
        const { assert!(size_of::<Label>().is_power_of_two() && size_of::<Label>() >= align_of::<Label>()) }
        Layout::from_size_align(size_of::<T>().saturating_add(Self::ALIGN), size_of::<Label>())
            .expect("a queue is small")
    }

    /// The first two holders of a value.
    #[inline]
    pub(crate) fn pair(make: impl FnOnce() -> T) -> [Self; 2] {
        let memory = Self::memory();
        // SAFETY: it is not nothing that is asked for, since `ALIGN` is not 0.
        let Some(start) = NonNull::new(unsafe { alloc(memory) }) else { handle_alloc_error(memory) };
        // Memory starts at a multiple of a label's size, as `ALIGN` is one, so that a label fits into what is skipped.
        let skipped = Self::ALIGN - start.addr().get() % Self::ALIGN;
        // SAFETY: no more than `ALIGN` is skipped, and there is so much more than the value needs.
        let value_at = unsafe { start.add(skipped) }.cast::<T>();
        // Made only now, so that it is made where it will lie.
        let value = make();
        // SAFETY: it is aligned, since it is at a multiple of `ALIGN`, has room for the value, and is nobody else's.
        unsafe { value_at.write(value) };
        // SAFETY: a label's size at least was skipped.
        let label_at = unsafe { value_at.cast::<Label>().sub(1) };
        // SAFETY: a multiple of `ALIGN` less a label's size is a multiple of that size, and the memory is nobody else's.
        unsafe { label_at.write(Label { holders: AtomicUsize::new(2), start }) };
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
    fn holders(&self) -> &AtomicUsize {
        // SAFETY: it was written before there was any holder, and is shared until there is none.
        unsafe { &self.label().as_ref().holders }
    }

    #[cold]
    fn clear(&mut self) {
        // Also when the value's drop panics.
        let _memory = Memory { label: self.label(), layout: Self::memory() };
        // SAFETY: nobody else holds it, and nobody will.
        unsafe { self.0.drop_in_place() };
    }
}

impl<T> Clone for Holder<T> {
    #[inline]
    fn clone(&self) -> Self {
        // ORDERING[holder.join]: Relaxed; this holder is there meanwhile.
        if self.holders().fetch_add(1, Ordering::Relaxed) > MOST_HOLDERS {
            std::process::abort();
        }
        Self(self.0)
    }
}

impl<T> Drop for Holder<T> {
    #[inline]
    fn drop(&mut self) {
        // ORDERING[holder.leave]: AcqRel; pairs with itself.
        if self.holders().fetch_sub(1, Ordering::AcqRel) == 1 {
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

/// The memory of a value that has gone, given back when dropped.
struct Memory {
    label: NonNull<Label>,
    layout: Layout,
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: the last holder has gone, and left the label to us.
        let Label { start, .. } = unsafe { self.label.read() };
        // SAFETY: it was asked for by that layout, and nobody has anything in it any more.
        unsafe { dealloc(start.as_ptr(), self.layout) };
    }
}
