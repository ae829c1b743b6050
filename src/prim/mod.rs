//! The world the crate runs in: the standard library, or loom.
//!
//! This room holds the only `cfg(loom)` of the crate. Everything that two threads share goes through a name from here,
//! so that a model sees the code that ships. The gate asks for the cfg *and* the feature: either alone changes nothing.

#[cfg(all(loom, feature = "loom"))]
mod model;
#[cfg(all(loom, feature = "loom"))]
use model as world;

#[cfg(not(all(loom, feature = "loom")))]
mod real;
#[cfg(not(all(loom, feature = "loom")))]
use real as world;

mod cpu;
mod executor;
mod hint;
pub(crate) mod lock;
mod pad;
mod park;

pub(crate) use cpu::{Where, has_woken, may_be_elsewhere, microseconds, note_wake};
pub(crate) use executor::may_block;
pub(crate) use hint::Hint;
pub(crate) use pad::Pad;
pub(crate) use park::{Parker, Verdict};
pub(crate) use world::{
    Arc, AtomicPtr, AtomicUsize, Deadline, Guard, Lock, MODEL, Ordering, UnsafeCell, nap, now, pause, yield_slice,
};
