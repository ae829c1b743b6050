//! A chain of blocks: memory comes as items do.
//!
//! ```text
//!   entry ─▶ [block]─▶[block]─▶ … ─▶[block]          spare: up to four emptied blocks
//!               ▲ front cursor         ▲ back cursor
//! ```
//!
//! The back door hangs on a new block when it comes to the end of its last; the front door gives a block away when it
//! comes to the next. A block's link is written before the first item behind it is published and read after that item
//! was seen, so links need no atomics: the publication of positions carries them. Emptied blocks go back to the back door
//! through a few exchange places, which makes a steady stream free of allocation, and what does not fit there is freed,
//! which gives the memory of a burst back.

use std::ptr;

use super::Storage;
use super::slot::Slot;
use crate::prim::{AtomicPtr, MODEL, Ordering, UnsafeCell};

/// The storage of an unbounded queue, or of one too large for a ring.
#[derive(Debug)]
pub(crate) struct Segments<T> {
    /// The first block of all, for a front door that has none yet.
    entry: UnsafeCell<*mut Block<T>>,
    spare: [AtomicPtr<Block<T>>; SPARES],
}

#[derive(Debug)]
struct Block<T> {
    next: UnsafeCell<*mut Block<T>>,
    slots: Box<[Slot<T>]>,
}

const SPARES: usize = if MODEL { 1 } else { 4 };

/// The place of one door in the chain.
#[derive(Debug)]
pub(crate) struct Cursor<T> {
    block: *mut Block<T>,
    /// The slots of that block, kept here to spare each item the way through it.
    slots: *const Slot<T>,
}

impl<T> Cursor<T> {
    fn at(block: *mut Block<T>) -> Self {
        // SAFETY: a cursor is set only to a block of the chain that its door has not given away.
        let slots = unsafe { &(*block).slots };
        Self { block, slots: slots.as_ptr() }
    }

    /// The slot for a position in the cursor's block.
    ///
    /// # Safety
    ///
    /// The cursor has a block.
    #[inline]
    unsafe fn slot(&self, position: usize) -> &Slot<T> {
        // SAFETY: the mask keeps within the slots of a block.
        let slot = unsafe { self.slots.add(position & (Segments::<T>::SLOTS - 1)) };
        // SAFETY: the block is there, says the caller, and lends its slots no longer than the cursor stays.
        unsafe { &*slot }
    }
}

impl<T> Default for Cursor<T> {
    fn default() -> Self {
        Self { block: ptr::null_mut(), slots: ptr::null() }
    }
}

// SAFETY: a cursor is used under the lock of its door, by one thread at a time, and what it points to moves items between
// threads, which `T: Send` allows.
unsafe impl<T: Send> Send for Cursor<T> {}
// SAFETY: blocks are reached through cursors alone, each under the lock of its door; the two doors meet in a slot or a link
// only by way of the published positions.
unsafe impl<T: Send> Sync for Segments<T> {}
// SAFETY: the chain is owned; nothing in it is bound to a thread.
unsafe impl<T: Send> Send for Segments<T> {}

impl<T> Segments<T> {
    /// Slots in a block: a power of two; fewer for large items, whose blocks would otherwise waste what they reserve.
    const SLOTS: usize = if MODEL {
        2
    } else {
        match size_of::<T>() {
            0..=64 => 64,
            65..=512 => 16,
            513..=4096 => 4,
            _ => 1,
        }
    };

    pub(crate) fn new() -> Self {
        Self {
            entry: UnsafeCell::new(ptr::null_mut()),
            spare: std::array::from_fn(|_| AtomicPtr::new(ptr::null_mut())),
        }
    }

    fn new_block() -> *mut Block<T> {
        Box::into_raw(Box::new(Block {
            next: UnsafeCell::new(ptr::null_mut()),
            slots: (0..Self::SLOTS).map(|_| Slot::new()).collect(),
        }))
    }

    /// Hangs on a block and moves the back cursor there.
    #[cold]
    fn extend(&self, back: &mut Cursor<T>) {
        let block = self.recycled().unwrap_or_else(Self::new_block);
        if back.block.is_null() {
            // SAFETY: the front door reads the entry only after the first item was published, which comes after this.
            self.entry.with_mut(|entry| unsafe { *entry = block });
        } else {
            // SAFETY: the block of the back door's cursor is not given away before the front door has passed its link.
            let last = unsafe { &*back.block };
            // SAFETY: the front door reads the link only after the first item behind it was published.
            last.next.with_mut(|next| unsafe { *next = block });
        }
        *back = Cursor::at(block);
    }

    /// Moves the front cursor on to the block in which an item is known to lie, and gives the emptied one away.
    #[cold]
    fn advance(&self, front: &mut Cursor<T>) {
        if front.block.is_null() {
            // SAFETY: an item was published, and the entry was written before it.
            *front = Cursor::at(self.entry.with(|entry| unsafe { *entry }));
            return;
        }
        let emptied = front.block;
        // SAFETY: the front door alone gives blocks away, and this one it still has.
        let block = unsafe { &*emptied };
        // SAFETY: an item behind the link was published, and the link was written before it.
        *front = Cursor::at(block.next.with(|next| unsafe { *next }));
        self.give_away(emptied);
    }

    fn recycled(&self) -> Option<*mut Block<T>> {
        self.spare.iter().find_map(|place| {
            // ORDERING[segments.spare]: Acquire; pairs with [segments.give]. The front door is done with the block.
            let block = place.swap(ptr::null_mut(), Ordering::Acquire);
            (!block.is_null()).then_some(block)
        })
    }

    fn give_away(&self, emptied: *mut Block<T>) {
        for place in &self.spare {
            // ORDERING[segments.give]: Release; pairs with [segments.spare].
            if place.compare_exchange(ptr::null_mut(), emptied, Ordering::Release, Ordering::Relaxed).is_ok() {
                return;
            }
        }
        Self::free(emptied);
    }

    fn free(block: *mut Block<T>) {
        // SAFETY: the block came from a box, and its one owner ends it here; its slots are empty.
        let block = unsafe { Box::from_raw(block) };
        // A free is no write to the model checker: what must be over by now is opened for writing once more.
        block.next.with_mut(|_| ());
        block.slots.iter().for_each(Slot::close);
    }
}

impl<T> Storage<T> for Segments<T> {
    type Back = Cursor<T>;
    type Front = Cursor<T>;

    #[inline]
    unsafe fn put(&self, back: &mut Cursor<T>, position: usize, item: T) {
        if position & (Self::SLOTS - 1) == 0 {
            self.extend(back);
        }
        // SAFETY: the cursor has a block since the first position, which is the first of a block.
        let slot = unsafe { back.slot(position) };
        // SAFETY: a new or recycled block is empty, and positions come once.
        unsafe { slot.put(item) }
    }

    #[inline]
    unsafe fn take(&self, front: &mut Cursor<T>, position: usize) -> T {
        if position & (Self::SLOTS - 1) == 0 {
            self.advance(front);
        }
        // SAFETY: the cursor has a block since the first position, and keeps it until it passes its end.
        let slot = unsafe { front.slot(position) };
        // SAFETY: the item was put at this position and nobody took it since, says the caller.
        unsafe { slot.take() }
    }

    fn dismantle(&mut self, front: Cursor<T>) {
        // With every item taken, the front cursor's block is also the back cursor's, and the rest is spare.
        if !front.block.is_null() {
            Self::free(front.block);
        }
        while let Some(block) = self.recycled() {
            Self::free(block);
        }
    }
}
