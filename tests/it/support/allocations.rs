//! A count of the memory that each thread holds, and of how often it asked for some; and an end to it.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
    static ASKED: Cell<usize> = const { Cell::new(0) };
    static IS_OUT: Cell<bool> = const { Cell::new(false) };
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

/// How often the calling thread asked for memory.
pub(crate) fn own_allocations() -> usize {
    ASKED.with(Cell::get)
}

/// From here on the calling thread gets no memory any more.
pub(crate) fn run_out_of_memory() {
    IS_OUT.set(true);
}

fn enter(bytes: isize) {
    // A thread that is going away may have no tally any more.
    let _ = HELD.try_with(|held| held.set(held.get() + bytes));
}

/// Whether there is memory to be had.
fn ask() -> bool {
    let _ = ASKED.try_with(|asked| asked.set(asked.get() + 1));
    !IS_OUT.try_with(Cell::get).unwrap_or(false)
}

// SAFETY: every call is handed on to the system's allocator unchanged, or says that there is no memory.
unsafe impl GlobalAlloc for Tally {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if !ask() {
            return std::ptr::null_mut();
        }
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
        if !ask() {
            return std::ptr::null_mut();
        }
        enter(size as isize - layout.size() as isize);
        // SAFETY: as above.
        unsafe { System.realloc(at, layout, size) }
    }
}
