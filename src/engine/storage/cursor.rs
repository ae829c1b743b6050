//! The place of one door in the storage.

use std::{ptr, slice};

use super::block::Block;
use super::nook::{Nook, WORDS};
use super::slot::Slot;
use crate::prim::{LINE, will_read, will_write};

/// No position: they count items in steps of two, so that half of all numbers are none.
const NEVER: usize = usize::MAX;

/// The highest position; the next is 0.
pub(super) const HIGHEST: usize = usize::MAX / 2;

/// How many lines are asked for at a time: more come no sooner.
const LINES: usize = 16;

/// How many slots ahead of the next one asking begins, where it is done on the way: what is nearer has come by now.
const AHEAD: usize = 32;

/// The same for items of several lines.
const LATER: usize = 3;

/// The place of one door in the chain.
#[derive(Debug)]
pub(crate) struct Cursor<T> {
    pub(super) block: *mut Block<T>,
    /// The slots of that block and the mask for them, kept here to spare each item the way through it.
    slots: *const Slot<T>,
    mask: usize,
    /// The position at which another block begins.
    pub(super) end: usize,
    /// How many slots the ring shall have that is the first block, 0 for none.
    pub(super) ring: usize,
}

impl<T> Cursor<T> {
    pub(super) fn new(start: usize, ring: usize) -> Self {
        Self { block: ptr::null_mut(), slots: ptr::null(), mask: 0, end: start, ring }
    }

    /// Whether the storage is a ring, or will be, of no more slots than lie in the queue if an item is a word. It changes with both
    /// doors open.
    #[inline]
    pub(crate) fn is_in_small_ring(&self) -> bool {
        self.ring.wrapping_sub(1) < WORDS
    }

    /// How many slots the next block has, in which the cursor comes to that position first.
    ///
    /// By this the back door makes a block, and the front door frees it. They agree: both come to each block at the same position,
    /// and to the first with the same `ring`, which changes only with both doors open and after both have been there or neither.
    pub(super) fn slots_from(&self, position: usize) -> usize {
        if self.ring > 0 {
            self.ring
        } else if self.block.is_null() {
            Block::<T>::FEWEST
        } else {
            Block::<T>::further(position)
        }
    }

    /// Whether those will lie in the nook, and not in the block.
    pub(super) fn will_be_in_nook(&self) -> bool {
        self.ring > 0 && Nook::fits::<T>(self.ring)
    }

    /// Moves to the next block, in which that position is the first.
    pub(super) fn go_to(&mut self, block: *mut Block<T>, nook: &Nook, position: usize) {
        self.mask = self.slots_from(position) - 1;
        self.slots = if self.will_be_in_nook() { nook.slots() } else { Block::slots(block) };
        self.end = if self.ring > 0 { NEVER } else { ((position | self.mask) + 1) & HIGHEST };
        self.block = block;
    }

    fn is_in_nook(&self, nook: &Nook) -> bool {
        ptr::addr_eq(self.slots, nook.slots::<T>())
    }

    /// How many slots the cursor's block was made with.
    pub(super) fn own_slots(&self, nook: &Nook) -> usize {
        if self.is_in_nook(nook) { 0 } else { self.mask + 1 }
    }

    /// Finds the slots again, as one must who has the queue for himself before he uses them: through that claim nobody else's
    /// way to what lies in it holds.
    pub(crate) fn come_home(&mut self, nook: &Nook) {
        if self.is_in_nook(nook) {
            self.slots = nook.slots();
        }
    }

    /// The slot for a position in the cursor's block.
    ///
    /// # Safety
    ///
    /// The cursor has a block.
    #[inline]
    pub(super) unsafe fn slot(&self, position: usize) -> &Slot<T> {
        // SAFETY: the mask keeps within the slots of the block.
        let slot = unsafe { self.slots.add(position & self.mask) };
        // SAFETY: the block is there, says the caller, and lends its slots no longer than the cursor stays.
        unsafe { &*slot }
    }

    /// The slots from a position in the cursor's block on that lie side by side, `most` of them at most.
    ///
    /// # Safety
    ///
    /// The cursor has a block.
    pub(super) unsafe fn run(&self, position: usize, most: usize) -> &[Slot<T>] {
        let first = position & self.mask;
        // An open ring ends before its last slot.
        let slots = most.min(self.mask + 1 - first).min(self.left(position));
        // SAFETY: the mask keeps within the slots of the block.
        let start = unsafe { self.slots.add(first) };
        // SAFETY: so many are left to its end; the block is there, says the caller, and lends its slots no longer than the
        // cursor stays.
        unsafe { slice::from_raw_parts(start, slots) }
    }

    /// How many positions there are from that one to the end of the cursor's block, none if it lies beyond; in a ring, which has
    /// no end, to one lap on.
    #[inline]
    fn left(&self, position: usize) -> usize {
        let slots = self.mask + 1;
        let left = if self.end == NEVER { slots } else { self.end.wrapping_sub(position) & HIGHEST };
        if left <= slots { left } else { 0 }
    }

    /// So many slots from a position on lie empty and will be written.
    #[cold]
    #[inline(never)]
    pub(crate) fn will_write(&self, position: usize, count: usize) {
        will_write(self.lines(position, count));
    }

    /// So many slots have gone by since the last time, and as many will be written next. In a chain those ahead are empty,
    /// however far the other door is.
    pub(crate) fn will_write_on(&self, position: usize, count: usize) {
        if self.end != NEVER {
            self.will_write(position.wrapping_add(AHEAD), count);
        }
    }

    /// So many items from a position on will be read, the first of them at once. Only in a ring: a chain goes through memory
    /// step by step, which CPUs see.
    #[cold]
    #[inline(never)]
    pub(crate) fn will_read(&self, position: usize, count: usize) {
        if self.end == NEVER {
            will_read(self.lines(position, count).skip(1));
        }
    }

    /// Of so many slots from a position on that lie empty, the first will be written now, the others later: an item of several
    /// lines is asked for while those before it are written.
    #[inline]
    pub(crate) fn will_write_in_turn(&self, position: usize, count: usize) {
        if size_of::<Slot<T>>() > LINE && count > LATER {
            will_write(self.lines_of(position.wrapping_add(LATER)));
        }
    }

    /// The same of items that will be read.
    #[inline]
    pub(crate) fn will_read_in_turn(&self, position: usize, count: usize) {
        if size_of::<Slot<T>>() > LINE && count > LATER {
            will_read(self.lines_of(position.wrapping_add(LATER)));
        }
    }

    /// Where the lines of so many slots are, as far as they are in the cursor's block and not too many.
    #[inline]
    fn lines(&self, position: usize, count: usize) -> impl Iterator<Item = *const u8> {
        let in_a_line = (LINE / size_of::<Slot<T>>().max(1)).max(1);
        let slots = (0..count.min(self.left(position))).step_by(in_a_line);
        slots.flat_map(move |next| self.lines_of(position.wrapping_add(next))).take(LINES)
    }

    /// Where the lines of the slot for a position are, if that is in the cursor's block.
    #[inline]
    fn lines_of(&self, position: usize) -> impl Iterator<Item = *const u8> + use<T> {
        let bytes = if self.left(position) > 0 { size_of::<Slot<T>>().min(LINES * LINE) } else { 0 };
        let slot = self.slots.wrapping_add(position & self.mask).cast::<u8>();
        (0..bytes).step_by(LINE).map(move |byte| slot.wrapping_add(byte))
    }
}

// SAFETY: a cursor is used under the lock of its door, by one thread at a time, and what it points to moves items between
// threads, which `T: Send` allows.
unsafe impl<T: Send> Send for Cursor<T> {}
