//! A block: slots that lie side by side, a link of a chain.

use std::ptr;

use super::nook::Nook;
use super::slot::Slot;
use crate::prim::{MODEL, UnsafeCell};

#[derive(Debug)]
pub(super) struct Block<T> {
    pub(super) next: UnsafeCell<*mut Block<T>>,
    pub(super) slots: Slots<T>,
    /// Whether positions go round in it.
    pub(super) is_ring: bool,
}

/// The slots of a block: a power of two in number, so that positions may overflow without a seam.
#[derive(Debug)]
pub(super) enum Slots<T> {
    Own(Box<[Slot<T>]>),
    /// So many in the nook of the queue.
    InNook(usize),
}

impl<T> Slots<T> {
    fn own(count: usize) -> Self {
        Self::Own((0..count).map(|_| Slot::new()).collect())
    }

    pub(super) fn start(&self, nook: &Nook) -> *const Slot<T> {
        match self {
            Self::Own(slots) => slots.as_ptr(),
            Self::InNook(_) => nook.slots(),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Own(slots) => slots.len(),
            Self::InNook(count) => *count,
        }
    }
}

impl<T> Block<T> {
    /// Slots in the first block of a chain; fewer for large items, whose blocks would otherwise waste what they reserve.
    const FEWEST: usize = if MODEL {
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
    const MOST: usize = if MODEL {
        2
    } else {
        match size_of::<T>() {
            0..=16 => 256,
            _ => Self::FEWEST,
        }
    };

    /// A ring of so many slots.
    pub(super) fn ring(slots: usize) -> *mut Self {
        let slots = if Nook::fits::<T>(slots) { Slots::InNook(slots) } else { Slots::own(slots) };
        Self::boxed(slots, true)
    }

    /// The first block of a chain.
    pub(super) fn first() -> *mut Self {
        Self::boxed(Slots::own(Self::FEWEST), false)
    }

    /// A further block of a chain, from that position on: as long as may be without slots for positions before it, if it can do
    /// without. So from the start on the second is as long as the first, and each after it twice as long, up to the longest.
    pub(super) fn further(position: usize) -> *mut Self {
        let fitting = 1 << position.trailing_zeros().min(Self::MOST.ilog2());
        Self::boxed(Slots::own(fitting.max(Self::FEWEST)), false)
    }

    fn boxed(slots: Slots<T>, is_ring: bool) -> *mut Self {
        Box::into_raw(Box::new(Self { next: UnsafeCell::new(ptr::null_mut()), slots, is_ring }))
    }

    /// Whether it is worth being used again.
    pub(super) fn is_long(&self) -> bool {
        !self.is_ring && self.slots.len() >= Self::MOST
    }
}
