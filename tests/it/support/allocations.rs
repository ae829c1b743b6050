//! A count of the memory that each thread holds.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
}

/// The system's allocator with a tally for each thread.
struct Tally;

#[global_allocator]
static ALLOCATOR: Tally = Tally;

/// Bytes that the calling thread has allocated less those it has freed.
///
/// What one thread allocates and another frees shows in both, so compare only around work that
/// stays on its thread.
pub(crate) fn own_bytes() -> isize {
    HELD.with(Cell::get)
}

fn enter(bytes: isize) {
    // A thread that is going away may have no tally any more.
    let _ = HELD.try_with(|held| held.set(held.get() + bytes));
}

// SAFETY: every call is handed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Tally {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        enter(layout.size() as isize);
        // SAFETY: the caller keeps this method's contract, which is that of the system's allocator.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        enter(-(layout.size() as isize));
        // SAFETY: as above; the memory came from there.
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        enter(size as isize - layout.size() as isize);
        // SAFETY: as above.
        unsafe { System.realloc(at, layout, size) }
    }
}
