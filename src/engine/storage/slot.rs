//! A place for one item, which knows by itself neither whether one lies in it nor who may look.

use std::mem::MaybeUninit;
use std::ptr;

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

    /// As [`put`](Self::put), out of where the item lies now, in one move: by way of a variable a large item would be copied twice
    /// or three times.
    ///
    /// # Safety
    ///
    /// As for [`put`](Self::put).
    #[inline]
    pub(super) unsafe fn put_from(&self, place: &mut Option<T>) {
        let Some(item) = place else { return };
        self.0.with_mut(|slot| {
            // SAFETY: the pointer is the cell's own, and the caller has it alone.
            let slot = unsafe { &mut *slot };
            // SAFETY: from here on the item is the slot's: the place it lay in forgets it at once.
            unsafe { ptr::copy_nonoverlapping(item, slot.as_mut_ptr(), 1) };
        });
        // SAFETY: the place is there, and what lay in it must not be dropped.
        unsafe { ptr::write(place, None) };
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

    /// As [`take`](Self::take), to where the item is to lie, as in [`put_from`](Self::put_from).
    ///
    /// # Safety
    ///
    /// As for [`take`](Self::take).
    #[inline]
    pub(super) unsafe fn take_to(&self, place: &mut Option<T>) {
        debug_assert!(place.is_none(), "what lies there would not be dropped");
        // SAFETY: as the caller promises.
        let item = unsafe { self.take() };
        // SAFETY: the place is there, and empty.
        unsafe { ptr::write(place, Some(item)) };
    }

    /// Notes that the memory goes: to the model checker a free is no access, so that one too early would pass unseen.
    pub(super) fn close(&self) {
        self.0.with_mut(|_| ());
    }
}
