//! How many there are who keep something alive.
//!
//! | tag | operation | order | pairs with |
//! |---|---|---|---|
//! | `count.join` | one is made from another | Relaxed | the other keeps the count above nothing |
//! | `count.leave` | one goes away | AcqRel | the other leaves: the last sees all that was done through the others |
//! | `count.revive` | one is made with no other at hand | Acquire | `count.leave` |

use super::{AtomicUsize, Ordering};

/// A count of such; once there are none, there never will be one again.
#[derive(Debug)]
pub(crate) struct Count(AtomicUsize);

/// More than this can only have been forgotten, and a count that overflows would free what is in use.
const MOST: usize = usize::MAX / 2;

impl Count {
    pub(crate) fn new(count: usize) -> Self {
        Self(AtomicUsize::new(count))
    }

    /// How many there were a moment ago.
    pub(crate) fn get(&self) -> usize {
        // ORDERING[hint]: Relaxed; it is told, and may be wrong by then.
        self.0.load(Ordering::Relaxed)
    }

    /// There is one more, made from one that is there meanwhile.
    #[inline]
    pub(crate) fn join(&self) {
        // ORDERING[count.join]: Relaxed; the one it is made from is alive.
        if self.0.fetch_add(1, Ordering::Relaxed) > MOST {
            std::process::abort();
        }
    }

    /// There is one less; whether it was the last.
    #[inline]
    pub(crate) fn leave(&self) -> bool {
        // ORDERING[count.leave]: AcqRel; pairs with itself.
        self.0.fetch_sub(1, Ordering::AcqRel) == 1
    }

    /// There is one more, unless there are none.
    pub(crate) fn revive(&self) -> bool {
        // ORDERING[count.revive]: Acquire; pairs with [count.leave]. None are never made one again.
        self.0.fetch_update(Ordering::Acquire, Ordering::Relaxed, |count| (count != 0).then_some(count + 1)).is_ok()
    }
}
