//! A count of the memory that each thread holds, and of how often it asked for some; and an end to it.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ptr::NonNull;

type Deed = NonNull<dyn FnMut()>;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
    static ASKED: Cell<usize> = const { Cell::new(0) };
    static IS_OUT: Cell<bool> = const { Cell::new(false) };
    static DEED: Cell<Option<(usize, Deed)>> = const { Cell::new(None) };
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

/// Runs `call`, and when it asks for memory for the `nth` time, counted from 0, `deed` before it gets some; whether it came to
/// that.
///
/// A queue that grows asks with a door open: the deed is what others do meanwhile, and must not go through that door. Nor may
/// it panic, which no allocator may.
pub(crate) fn as_it_asks<R>(nth: usize, deed: impl FnOnce(), call: impl FnOnce() -> R) -> (R, bool) {
    /// Forgets the deed, also if the call panics.
    struct Forget;
    impl Drop for Forget {
        fn drop(&mut self) {
            DEED.set(None);
        }
    }
    let mut deed = Some(deed);
    let mut take = || deed.take().into_iter().for_each(|deed| deed());
    let borrowed: NonNull<dyn FnMut() + '_> = NonNull::from(&mut take);
    let _forget = Forget;
    // SAFETY: only the lifetime differs; it is forgotten before `take` is dropped, and nobody else calls that.
    DEED.set(Some((nth, unsafe { std::mem::transmute::<NonNull<dyn FnMut() + '_>, Deed>(borrowed) })));
    let result = call();
    (result, DEED.take().is_none())
}

/// What is to be done now that memory is asked for.
fn do_deed() {
    if let Ok(Some((nth, mut deed))) = DEED.try_with(Cell::take) {
        if nth > 0 {
            DEED.set(Some((nth - 1, deed)));
        } else {
            // SAFETY: the closure is alive while its address is here, says `as_it_asks`, and has been taken away from here.
            let deed = unsafe { deed.as_mut() };
            deed();
        }
    }
}

fn enter(bytes: isize) {
    // A thread that is going away may have no tally any more.
    let _ = HELD.try_with(|held| held.set(held.get() + bytes));
}

/// Whether there is memory to be had.
fn ask() -> bool {
    do_deed();
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
