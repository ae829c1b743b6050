//! A place for one item, which knows by itself neither whether one lies in it nor who may look.

use std::mem::MaybeUninit;

use crate::prim::UnsafeCell;

/// Uninitialised memory for one item.
#[derive(Debug)]
pub(super) struct Slot<T>(UnsafeCell<MaybeUninit<T>>);

// SAFETY: a slot moves items between threads and never shares one; who may reach it is the caller's promise below.
unsafe impl<T: Send> Sync for Slot<T> {}

impl<T> Slot<T> {
    pub(super) fn new() -> Self {
        Self(UnsafeCell::new(MaybeUninit::uninit()))
    }

    /// # Safety
    ///
    /// The slot is empty, and nobody else reaches it before this write has been published to them.
    #[inline]
    pub(super) unsafe fn put(&self, item: T) {
        self.0.with_mut(|slot| {
            // SAFETY: the pointer is the cell's own, and the caller has it alone.
            let slot = unsafe { &mut *slot };
            slot.write(item);
        });
    }

    /// # Safety
    ///
    /// The slot is full, its filling happens-before, and nobody else reaches it before this read has been published to them.
    #[inline]
    pub(super) unsafe fn take(&self) -> T {
        // Opened for writing although it is read: a put that does not wait for this must be seen as a race.
        self.0.with_mut(|slot| {
            // SAFETY: the pointer is the cell's own, and the caller has it alone.
            let slot = unsafe { &mut *slot };
            // SAFETY: the caller promises an item, and after this the slot counts as empty.
            unsafe { slot.assume_init_read() }
        })
    }

    /// Notes that the memory goes: to the model checker a free is no access, so that one too early would pass unseen.
    pub(super) fn close(&self) {
        self.0.with_mut(|_| ());
    }
}
