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
//! which gives the memory of a burst back. Blocks become longer, up to a limit, and only the longest are used again.
//!
//! A small bounded queue has a *ring*: one block with a slot for each place, which has no end, so that positions go round
//! in it. The smallest lie in the queue's [`Nook`]. Should the queue get more room than that ([`Blocks::open_ring`]), the
//! ring ends at the next position and becomes the first block of a chain; nothing moves.

use std::ptr;

use super::block::Block;
use super::cursor::{Cursor, HIGHEST};
use super::nook::Nook;
use crate::prim::{AtomicPtr, MODEL, Ordering, UnsafeCell};

/// The storage of a FIFO queue.
#[derive(Debug)]
pub(crate) struct Blocks<T> {
    /// The first block of all, for a front door that has none yet.
    entry: UnsafeCell<*mut Block<T>>,
    spare: [AtomicPtr<Block<T>>; SPARES],
}

const SPARES: usize = if MODEL { 1 } else { 4 };

// SAFETY: blocks are reached through cursors alone, each under the lock of its door; the two doors meet in a slot or a link
// only by way of the published positions.
unsafe impl<T: Send> Sync for Blocks<T> {}
// SAFETY: the chain is owned; nothing in it is bound to a thread.
unsafe impl<T: Send> Send for Blocks<T> {}

impl<T> Blocks<T> {
    /// The most memory that a ring may take: it is there whole, whether or not it is used.
    const LARGEST_RING: usize = 64 << 10;

    /// A storage for so many items at a time, and its two cursors, both at the position `start`.
    pub(crate) fn new(start: usize, capacity: usize) -> (Self, Cursor<T>, Cursor<T>) {
        let blocks = Self {
            entry: UnsafeCell::new(ptr::null_mut()),
            spare: std::array::from_fn(|_| AtomicPtr::new(ptr::null_mut())),
        };
        let ring = Self::ring_for(capacity);
        (blocks, Cursor::new(start, ring), Cursor::new(start, ring))
    }

    /// How many slots a ring for so many items has, 0 if it would be too large.
    fn ring_for(capacity: usize) -> usize {
        let fits = |slots: &usize| slots.checked_mul(size_of::<T>().max(1)).is_some_and(|n| n <= Self::LARGEST_RING);
        capacity.checked_next_power_of_two().filter(fits).unwrap_or(0)
    }

    /// Lays the item that lies in that place at a position.
    ///
    /// # Safety
    ///
    /// An item lies there. One thread at a time puts, with the back cursor of this storage, at positions that follow one
    /// another from its start; in a ring, the item that lay at the same place one lap before has been taken, and the taking
    /// happens-before.
    #[inline]
    pub(crate) unsafe fn put(&self, back: &mut Cursor<T>, nook: &Nook, position: usize, item: &mut Option<T>) {
        if position == back.end {
            self.extend(back, nook, position);
        }
        // SAFETY: the cursor has a block since its first position, which was its end.
        let slot = unsafe { back.slot(position) };
        // SAFETY: a new or recycled block is empty, and a ring's slot has been emptied, says the caller.
        unsafe { slot.put_from(item) }
    }

    /// Takes the item from a position into that place, which is empty.
    ///
    /// # Safety
    ///
    /// One thread at a time takes, with the front cursor of this storage, at positions that follow one another from its
    /// start; the item has been put, and the putting happens-before.
    #[inline]
    pub(crate) unsafe fn take(&self, front: &mut Cursor<T>, nook: &Nook, position: usize, item: &mut Option<T>) {
        if position == front.end {
            self.advance(front, nook, position);
        }
        // SAFETY: the cursor has a block since its first position, and keeps it until it passes its end.
        let slot = unsafe { front.slot(position) };
        // SAFETY: the item was put at this position and nobody took it since, says the caller.
        unsafe { slot.take_to(item) }
    }

    /// Lays items at the positions from that one on, in order.
    ///
    /// # Safety
    ///
    /// As for [`put`](Self::put), for each of them.
    pub(crate) unsafe fn put_many(
        &self,
        back: &mut Cursor<T>,
        nook: &Nook,
        mut position: usize,
        mut items: impl ExactSizeIterator<Item = T>,
    ) {
        while items.len() > 0 {
            if position == back.end {
                self.extend(back, nook, position);
            }
            // SAFETY: as in `put`.
            let run = unsafe { back.run(position, items.len()) };
            for (slot, item) in run.iter().zip(&mut items) {
                // SAFETY: as in `put`.
                unsafe { slot.put(item) }
            }
            position = (position + run.len()) & HIGHEST;
        }
    }

    /// Takes so many items from the positions from that one on, in order, into a vector that has room for them.
    ///
    /// # Safety
    ///
    /// As for [`take`](Self::take), for each of them.
    pub(crate) unsafe fn take_many(
        &self,
        front: &mut Cursor<T>,
        nook: &Nook,
        mut position: usize,
        mut count: usize,
        items: &mut Vec<T>,
    ) {
        while count > 0 {
            if position == front.end {
                self.advance(front, nook, position);
            }
            // SAFETY: as in `take`.
            let run = unsafe { front.run(position, count) };
            // SAFETY: as in `take`. The vector has room, so that nothing fails on the way.
            items.extend(run.iter().map(|slot| unsafe { slot.take() }));
            position = (position + run.len()) & HIGHEST;
            count -= run.len();
        }
    }

    /// Whether the storage as it is has a slot for each of so many items.
    pub(crate) fn suffices(back: &Cursor<T>, capacity: usize) -> bool {
        back.ring == 0 || capacity <= back.ring
    }

    /// Ends the ring at the position that comes next at the back door, for a queue that gets more room. With both cursors
    /// in hand: the doors are open.
    pub(crate) fn open_ring(&self, back: &mut Cursor<T>, front: &mut Cursor<T>, nook: &Nook, next: usize) {
        if !back.block.is_null() {
            if front.block.is_null() {
                self.advance(front, nook, front.end);
            }
            back.end = next;
            front.end = next;
        }
        back.ring = 0;
        front.ring = 0;
    }

    /// Hangs on a block and moves the back cursor there.
    #[cold]
    fn extend(&self, back: &mut Cursor<T>, nook: &Nook, position: usize) {
        let block = self.block_for(back, position);
        let is_first = back.block.is_null();
        if is_first {
            // SAFETY: the front door reads the entry only after the first item was published, which comes after this.
            self.entry.with_mut(|entry| unsafe { *entry = block });
        } else {
            // SAFETY: the block of the back door's cursor is not given away before the front door has passed its link.
            let last = unsafe { &*back.block };
            // SAFETY: the front door reads the link only after the first item behind it was published.
            last.next.with_mut(|next| unsafe { *next = block });
        }
        back.go_to(block, nook, position);
        // What is used again was read last at the other door; what a new queue has, by nobody.
        if !is_first {
            back.will_write(position, usize::MAX);
        }
    }

    /// A block for the back cursor, which goes there at that position.
    fn block_for(&self, back: &Cursor<T>, position: usize) -> *mut Block<T> {
        let slots = back.slots_from(position);
        let spare = if slots == Block::<T>::MOST { self.recycled() } else { None };
        spare.unwrap_or_else(|| Block::make(if back.will_be_in_nook() { 0 } else { slots }))
    }

    /// Moves the front cursor on to the block in which an item is known to lie, and gives the emptied one away.
    #[cold]
    fn advance(&self, front: &mut Cursor<T>, nook: &Nook, position: usize) {
        if front.block.is_null() {
            // SAFETY: an item was published, and the entry was written before it.
            front.go_to(self.entry.with(|entry| unsafe { *entry }), nook, position);
            return;
        }
        let (emptied, slots) = (front.block, front.own_slots(nook));
        // SAFETY: the front door alone gives blocks away, and this one it still has.
        let block = unsafe { &*emptied };
        // SAFETY: an item behind the link was published, and the link was written before it.
        front.go_to(block.next.with(|next| unsafe { *next }), nook, position);
        if slots == Block::<T>::MOST {
            self.give_away(emptied);
        } else {
            // SAFETY: it was made with so many, all of which are empty, and neither door has it any more.
            unsafe { Block::free(emptied, slots) };
        }
    }

    fn recycled(&self) -> Option<*mut Block<T>> {
        self.spare.iter().find_map(|place| {
            // ORDERING[hint]: Relaxed; where a spare one is overlooked, a new one is made.
            let is_there = !place.load(Ordering::Relaxed).is_null();
            // ORDERING[blocks.spare]: Acquire; pairs with [blocks.give]. The front door is done with the block. Nobody else takes one.
            is_there.then(|| place.swap(ptr::null_mut(), Ordering::Acquire))
        })
    }

    /// Keeps one of the longest, which is empty and no door has any more, to be used again.
    fn give_away(&self, emptied: *mut Block<T>) {
        for place in &self.spare {
            // ORDERING[blocks.give]: Release; pairs with [blocks.spare].
            if place.compare_exchange(ptr::null_mut(), emptied, Ordering::Release, Ordering::Relaxed).is_ok() {
                return;
            }
        }
        // SAFETY: so says the caller, and it is nowhere else.
        unsafe { Block::free(emptied, Block::<T>::MOST) };
    }

    /// Gives the memory back, every item having been taken.
    pub(crate) fn dismantle(&mut self, front: &Cursor<T>, nook: &Nook) {
        // Nothing was ever there, and nothing is spare.
        if front.block.is_null() {
            return;
        }
        // SAFETY: with every item taken, it is also the back cursor's, and empty; the rest is spare.
        unsafe { Block::free(front.block, front.own_slots(nook)) };
        while let Some(block) = self.recycled() {
            // SAFETY: it was given away: one of the longest, and empty.
            unsafe { Block::free(block, Block::<T>::MOST) };
        }
    }
}
