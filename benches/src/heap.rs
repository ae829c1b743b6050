//! An allocator that can say how many bytes are in use.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// The system's allocator. It counts only while it is told to: otherwise all it does more is to look at a flag that nobody
/// writes.
pub struct Counting;

static COUNTS: AtomicBool = AtomicBool::new(false);
/// It may wrap: only differences are looked at.
static BYTES: AtomicUsize = AtomicUsize::new(0);

/// By how many bytes more are in use after `work` than before, as they were asked for, without what the allocator needs.
pub fn growth<R>(work: impl FnOnce() -> R) -> (usize, R) {
    COUNTS.store(true, Ordering::Relaxed);
    let before = BYTES.load(Ordering::Relaxed);
    let result = work();
    let bytes = BYTES.load(Ordering::Relaxed).wrapping_sub(before);
    COUNTS.store(false, Ordering::Relaxed);
    (bytes, result)
}

#[inline]
fn count(more: usize, less: usize) {
    if COUNTS.load(Ordering::Relaxed) {
        BYTES.fetch_add(more.wrapping_sub(less), Ordering::Relaxed);
    }
}

// SAFETY: every call is passed on to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        // SAFETY: the caller's promise, passed on.
        unsafe { System.alloc(layout) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        // SAFETY: the caller's promise, passed on.
        unsafe { System.alloc_zeroed(layout) }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size, layout.size());
        // SAFETY: the caller's promise, passed on.
        unsafe { System.realloc(block, layout, size) }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        count(0, layout.size());
        // SAFETY: the caller's promise, passed on.
        unsafe { System.dealloc(block, layout) }
    }
}

#[cfg(test)]
mod tests {
    use super::growth;

    #[test]
    fn what_is_kept_counts_and_what_is_freed_does_not() {
        // Other tests run beside and may allocate meanwhile: large numbers drown them out.
        const MIB: usize = 1 << 20;
        let (bytes, _kept) = growth(|| {
            drop(vec![0_u8; 64 * MIB]);
            vec![0_u8; 16 * MIB]
        });
        assert!((15 * MIB..17 * MIB).contains(&bytes), "{bytes}");
    }
}
