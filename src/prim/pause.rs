//! How many pauses make up a time: one takes 3 ns on some CPUs and 50 on others.

#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "hints are no part of a model")]

use std::time::Instant;

use super::cpu::HAS_CLOCK;
use super::{Hint, pause};

/// The time that pauses are counted in, in nanoseconds.
const UNIT: u32 = 1 << 13;

/// How many pauses are timed at once, and how often: what took longer than another was disturbed.
const TIMED: u32 = 128;
const TIMES: usize = 3;

/// Between these, in nanoseconds, lies a pause; what was measured beyond is wrong.
const SHORTEST: u32 = 1;
const LONGEST: u32 = 200;

/// How many pauses take so many nanoseconds, about.
pub(crate) fn pauses_in(nanoseconds: u32) -> u32 {
    /// How many make up a unit; 0 until somebody asks.
    static PER_UNIT: Hint = Hint::new(0);
    if PER_UNIT.get() == 0 {
        PER_UNIT.set(pauses_per_unit());
    }
    nanoseconds * PER_UNIT.get() / UNIT
}

#[cold]
fn pauses_per_unit() -> u32 {
    /// A pause is taken for 25 ns where there is no clock, or one that does not tell.
    const UNKNOWN: u32 = UNIT / 25;
    if !HAS_CLOCK {
        return UNKNOWN;
    }
    let once = || {
        let start = Instant::now();
        (0..TIMED).for_each(|_| pause());
        u32::try_from(start.elapsed().as_nanos()).unwrap_or(u32::MAX)
    };
    let shortest = (0..TIMES).map(|_| once()).fold(u32::MAX, u32::min);
    if shortest == 0 {
        return UNKNOWN;
    }
    UNIT * TIMED / shortest.clamp(TIMED * SHORTEST, TIMED * LONGEST)
}
