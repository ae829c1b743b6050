//! Numbers left to chance, for those who must prefer nobody.

use std::cell::Cell;

use super::{Hint, MODEL};

/// A draw of several numbers, each as likely as another. It is no secret what comes next.
#[derive(Debug)]
pub(crate) struct Chance(u32);

/// Where the first draw of the thread after the last one begins.
static NEXT: Hint = Hint::new(0);

thread_local! {
    /// Where this thread's last draw ended; 0 before its first.
    static LAST: Cell<u32> = const { Cell::new(0) };
}

impl Chance {
    pub(crate) fn begin() -> Self {
        let last = LAST.try_with(|last| match last.get() {
            0 => begin_of_thread(),
            last => last,
        });
        Self(last.unwrap_or_else(|_| begin_of_thread()))
    }

    /// A number below `count`; the model checker wants the same each time.
    #[inline]
    pub(crate) fn below(&mut self, count: usize) -> usize {
        if MODEL {
            return 0;
        }
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        // By its high bits: the low ones of such a sequence go round in small circles.
        ((u64::from(self.0) * count as u64) >> 32) as usize
    }
}

/// Threads that live for one draw alone must not all draw the same.
fn begin_of_thread() -> u32 {
    let number = NEXT.get();
    NEXT.set(number.wrapping_add(1));
    // Mixed, since neighbours in such a sequence begin alike.
    let mixed = (number ^ number >> 16).wrapping_mul(0x85eb_ca6b);
    let mixed = (mixed ^ mixed >> 13).wrapping_mul(0xc2b2_ae35);
    mixed ^ mixed >> 16
}

impl Drop for Chance {
    fn drop(&mut self) {
        // A thread that ends forgets it.
        let _ = LAST.try_with(|last| last.set(self.0));
    }
}
