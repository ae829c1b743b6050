//! How a thread waits to be called.
//!
//! Not `std::thread::park`: that token belongs to the thread and is the user's to give. A parker counts its waits, so a
//! call that comes late for one wait can not be taken for a call of the next.

use super::world::Bed;
use super::{Arc, AtomicUsize, Deadline, Ordering, will_write_to};

/// What a caller tells the one it calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Your ticket is closed: look again.
    Called,
    /// Your ticket is still there, with what you brought or were given: fetch it, and look again unless it is what you came for.
    Summoned,
    /// Your ticket is closed and what you waited for has been done.
    Done,
}

/// One thread's place to wait.
#[derive(Debug)]
pub(crate) struct Parker {
    /// The number of the wait, and below it its phase.
    state: AtomicUsize,
    bed: Bed,
}

const AWAKE: usize = 0;
const ASLEEP: usize = 1;
const CALLED: usize = 2;
const SUMMONED: usize = 3;
const DONE: usize = 4;
const PHASE_BITS: u32 = 3;
const PHASES: usize = (1 << PHASE_BITS) - 1;

fn verdict(state: usize) -> Option<Verdict> {
    match state & PHASES {
        CALLED => Some(Verdict::Called),
        SUMMONED => Some(Verdict::Summoned),
        DONE => Some(Verdict::Done),
        _ => None,
    }
}

impl Parker {
    fn new() -> Arc<Self> {
        Arc::new(Self { state: AtomicUsize::new(0), bed: Bed::default() })
    }

    /// Begins a wait; its number is what a caller must know.
    pub(crate) fn begin(&self) -> usize {
        // ORDERING[park.begin]: Relaxed; the door publishes the number with the ticket. Only this thread begins waits.
        let wait = (self.state.load(Ordering::Relaxed) >> PHASE_BITS).wrapping_add(1) << PHASE_BITS;
        // A swap, although a store would do: the model checker lets the last wait's caller, which may still be at its
        // compare-and-swap, go by what was there before a store.
        self.state.swap(wait | AWAKE, Ordering::Relaxed);
        wait
    }

    /// Whether the verdict on this wait is there.
    pub(crate) fn is_told(&self, wait: usize) -> bool {
        // ORDERING[park.peep]: Relaxed; whoever goes on after this parks first, and hears there.
        self.state.load(Ordering::Relaxed) != wait | AWAKE
    }

    /// Waits for the verdict on this wait, `None` if the deadline comes first.
    pub(crate) fn park(&self, wait: usize, deadline: Deadline) -> Option<Verdict> {
        // ORDERING[park.hear]: Acquire; pairs with [park.tell]. What the caller did happens before we go on.
        let asleep =
            self.state.compare_exchange(wait | AWAKE, wait | ASLEEP, Ordering::Acquire, Ordering::Acquire).is_ok();
        // ORDERING[park.hear]: Acquire, as above.
        if asleep && !self.bed.sleep(deadline, || self.state.load(Ordering::Acquire) == wait | ASLEEP) {
            // ORDERING[park.late]: Acquire on failure, as above: the call came with the deadline.
            match self.state.compare_exchange(wait | ASLEEP, wait | AWAKE, Ordering::Relaxed, Ordering::Acquire) {
                Ok(_) => return None,
                Err(state) => return verdict(state),
            }
        }
        // ORDERING[park.hear]: Acquire, as above.
        verdict(self.state.load(Ordering::Acquire))
    }

    /// A verdict will be told: asks for its line.
    #[inline]
    pub(crate) fn will_tell(&self) {
        will_write_to(&self.state);
    }

    /// Tells the verdict, unless that wait is over.
    pub(crate) fn tell(&self, wait: usize, verdict: Verdict) {
        let told = wait
            | match verdict {
                Verdict::Called => CALLED,
                Verdict::Summoned => SUMMONED,
                Verdict::Done => DONE,
            };
        for phase in [AWAKE, ASLEEP, AWAKE] {
            // ORDERING[park.tell]: Release; pairs with [park.hear].
            if self.state.compare_exchange(wait | phase, told, Ordering::Release, Ordering::Relaxed).is_ok() {
                if phase == ASLEEP {
                    self.bed.rouse();
                }
                return;
            }
        }
    }
}

#[cfg(not(all(loom, feature = "loom")))]
mod mine {
    use super::super::world::thread_local;
    use super::{Arc, Parker};
    use std::cell::Cell;

    thread_local! {
        static MINE: Cell<Option<Arc<Parker>>> = const { Cell::new(None) };
    }

    impl Parker {
        /// Runs `f` with this thread's parker: its own one for a wait inside a wait or in a dying thread.
        pub(crate) fn with_mine<R>(f: impl FnOnce(&Arc<Self>) -> R) -> R {
            let mine = MINE.try_with(Cell::take).ok().flatten().unwrap_or_else(Self::new);
            let result = f(&mine);
            let _ = MINE.try_with(|place| place.set(Some(mine)));
            result
        }
    }
}

#[cfg(all(loom, feature = "loom"))]
mod mine {
    use super::{Arc, Parker};

    impl Parker {
        /// Runs `f` with a parker made for this wait.
        pub(crate) fn with_mine<R>(f: impl FnOnce(&Arc<Self>) -> R) -> R {
            f(&Self::new())
        }
    }
}
