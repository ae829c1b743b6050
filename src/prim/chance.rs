//! Numbers left to chance, for those who must prefer nobody.

use std::cell::Cell;
use std::ptr;

use super::MODEL;

/// A draw of several numbers, each as likely as another. It is no secret what comes next.
#[derive(Debug)]
pub(crate) struct Chance(u32);

thread_local! {
    /// Where this thread's last draw ended; 0 before its first.
    static LAST: Cell<u32> = const { Cell::new(0) };
}

impl Chance {
    pub(crate) fn begin() -> Self {
        let last = LAST.try_with(|last| match last.get() {
            // Threads begin at different places, as these lie at different addresses.
            0 => (ptr::from_ref(last).addr() >> 3) as u32,
            last => last,
        });
        Self(last.unwrap_or_default())
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

impl Drop for Chance {
    fn drop(&mut self) {
        // A thread that ends forgets it.
        let _ = LAST.try_with(|last| last.set(self.0));
    }
}
