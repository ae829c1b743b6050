//! A block: slots that lie side by side, and before them the link to the next.
//!
//! One piece of memory, and nothing in it but that: how many slots there are, the cursors know, which come there.

use std::alloc::{Layout, handle_alloc_error};
use std::ptr;

use super::slot::Slot;
use crate::prim::{MODEL, UnsafeCell, alloc, dealloc};

/// The link; a pointer to it stands for all of the block.
#[derive(Debug)]
#[repr(C)]
pub(super) struct Block<T> {
    pub(super) next: UnsafeCell<*mut Block<T>>,
    /// The slots begin where this ends: a power of two in number, so that positions may overflow without a seam.
    slots: [Slot<T>; 0],
}

impl<T> Block<T> {
    /// Slots in the first block of a chain; fewer for large items, whose blocks would otherwise waste what they reserve.
    pub(super) const FEWEST: usize = if MODEL {
        1
    } else {
        match size_of::<T>() {
            0..=64 => 64,
            65..=512 => 16,
            513..=4096 => 4,
            _ => 1,
        }
    };

    /// Slots in the longest blocks: on the way from block to block several lines go across, and a queue through which so much
    /// has passed may have more memory than one that is hardly used.
    pub(super) const MOST: usize = if MODEL {
        2
    } else {
        match size_of::<T>() {
            0..=16 => 256,
            _ => Self::FEWEST,
        }
    };

    /// How many slots a further block of a chain has that begins at that position: as many as may be without one for a position
    /// before it, if it can do without. So from the start on the second is as long as the first, and each after it twice as long,
    /// up to the longest.
    pub(super) fn further(position: usize) -> usize {
        let fitting = 1 << position.trailing_zeros().min(Self::MOST.ilog2());
        fitting.max(Self::FEWEST)
    }

    fn layout(slots: usize) -> Layout {
        let whole = Layout::array::<Slot<T>>(slots).and_then(|slots| Layout::new::<Self>().extend(slots));
        whole.expect("a block is no larger than an item and its link, or a ring").0
    }

    /// Makes one with so many slots, all empty.
    pub(super) fn make(slots: usize) -> *mut Self {
        let layout = Self::layout(slots);
        // SAFETY: the size is not 0, since a link is part of it.
        let block = unsafe { alloc(layout) }.cast::<Self>();
        if block.is_null() {
            handle_alloc_error(layout);
        }
        let link = Self { next: UnsafeCell::new(ptr::null_mut()), slots: [] };
        // SAFETY: there is room for it, and nobody else has it.
        unsafe { block.write(link) };
        for nth in 0..slots {
            // SAFETY: the layout has so many slots.
            let slot = unsafe { Self::slots(block).add(nth) };
            // SAFETY: as above.
            unsafe { slot.write(Slot::new()) };
        }
        block
    }

    /// Where its slots begin.
    pub(super) fn slots(block: *mut Self) -> *mut Slot<T> {
        block.wrapping_add(1).cast()
    }

    /// Gives back the memory of one that was made with so many slots.
    ///
    /// # Safety
    ///
    /// It was, nobody else reaches it from now on, and no item lies in it.
    pub(super) unsafe fn free(block: *mut Self, slots: usize) {
        for nth in 0..slots {
            // SAFETY: the layout has so many slots.
            let slot = unsafe { Self::slots(block).add(nth) };
            // SAFETY: it was written when the block was made.
            unsafe { &*slot }.close();
            // SAFETY: as above; it is the caller's alone.
            unsafe { ptr::drop_in_place(slot) };
        }
        // SAFETY: as above.
        let Self { next, .. } = unsafe { block.read() };
        // A free is no write to the model checker: what must be over by now is opened for writing once more.
        next.with_mut(|_| ());
        // SAFETY: it was asked for by that layout.
        unsafe { dealloc(block.cast(), Self::layout(slots)) };
    }
}
