//! The world the crate runs in: the standard library as it is or on a bad day, loom, or shuttle.
//!
//! This room holds the only `cfg(loom)`, `cfg(shuttle)` and `cfg(chaos)` of the crate. Everything that two threads share
//! goes through a name from here, so that a model sees the code that ships. Each gate asks for the cfg *and* the feature:
//! either alone changes nothing.

#[cfg(all(loom, feature = "loom"))]
mod model;
#[cfg(all(loom, feature = "loom"))]
use model as world;

#[cfg(all(shuttle, feature = "shuttle", not(all(loom, feature = "loom"))))]
mod storm;
#[cfg(all(shuttle, feature = "shuttle", not(all(loom, feature = "loom"))))]
use storm as world;

#[cfg(all(chaos, feature = "chaos", not(any(all(loom, feature = "loom"), all(shuttle, feature = "shuttle")))))]
mod chaos;
#[cfg(all(chaos, feature = "chaos", not(any(all(loom, feature = "loom"), all(shuttle, feature = "shuttle")))))]
use chaos as world;

#[cfg(not(all(loom, feature = "loom")))]
mod real;
#[cfg(not(any(all(loom, feature = "loom"), all(shuttle, feature = "shuttle"), all(chaos, feature = "chaos"))))]
use real as world;

#[cfg(any(all(loom, feature = "loom"), all(shuttle, feature = "shuttle")))]
mod late;

mod chance;
mod count;
mod cpu;
mod executor;
mod hint;
mod holder;
mod limit;
mod line;
pub(crate) mod lock;
mod pad;
mod park;
mod pause;
mod turn;

pub(crate) use chance::Chance;
pub(crate) use count::Count;
pub(crate) use cpu::{HAS_CLOCK, Where, asking_thread, has_several_cpus, has_woken, microseconds, note_wake};
pub(crate) use executor::may_block;
pub(crate) use hint::{Amount, Hint};
pub(crate) use holder::Holder;
pub(crate) use limit::Limit;
pub(crate) use line::{LINE, will_read, will_write, will_write_to};
pub(crate) use pad::Pad;
pub(crate) use park::{Parker, Verdict};
pub(crate) use pause::pauses_in;
pub(crate) use turn::{note_polled, note_woken, runs_last_first};
pub(crate) use world::{
    Arc, AtomicPtr, AtomicUsize, Deadline, Guard, Lock, MODEL, Ordering, UnsafeCell, alloc, dealloc, fence, nap, now,
    pause, yield_slice,
};
