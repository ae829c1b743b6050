//! A ring of slots: positions go round in a piece of memory that is there from the start.

use super::Storage;
use super::slot::Slot;

/// The storage of a small bounded queue.
#[derive(Debug)]
pub(crate) struct Ring<T> {
    /// A power of two in number, so that positions may overflow without a seam.
    slots: Box<[Slot<T>]>,
}

impl<T> Ring<T> {
    /// The most memory that a queue may take before it is used.
    const LARGEST_BYTES: usize = 64 << 10;

    /// A ring with at least so many slots, `None` if it would be too large to be there unused.
    pub(crate) fn new(capacity: usize) -> Option<Self> {
        let slots = capacity.checked_next_power_of_two()?;
        let bytes = slots.checked_mul(size_of::<T>().max(1))?;
        (bytes <= Self::LARGEST_BYTES).then(|| Self { slots: (0..slots).map(|_| Slot::new()).collect() })
    }

    #[inline]
    fn slot(&self, position: usize) -> &Slot<T> {
        &self.slots[position & (self.slots.len() - 1)]
    }
}

impl<T> Storage<T> for Ring<T> {
    type Back = ();
    type Front = ();

    #[inline]
    unsafe fn put(&self, (): &mut (), position: usize, item: T) {
        // SAFETY: the one item that could lie here lay one lap before and has been taken, says the caller.
        unsafe { self.slot(position).put(item) }
    }

    #[inline]
    unsafe fn take(&self, (): &mut (), position: usize) -> T {
        // SAFETY: the item was put at this position and nobody took it since, says the caller.
        unsafe { self.slot(position).take() }
    }

    fn dismantle(&mut self, (): ()) {
        self.slots.iter().for_each(Slot::close);
    }
}
