//! Random choices that a seed repeats.

use std::time::Duration;

/// A sequence of draws.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// The sequence of that seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number: a counter, well mixed.
    pub fn any(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number below `count`.
    pub fn below(&mut self, count: u64) -> u64 {
        self.any() % count
    }

    /// Whether it happens, what happens once in so many times.
    pub fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// One of so many verbs; for the `steady` mostly the first two, which wait for as long as it takes.
    pub fn verb(&mut self, count: u64, steady: bool) -> u64 {
        if steady && !self.one_in(4) { self.below(2) } else { self.below(count) }
    }

    /// A limit that mostly passes at once.
    pub fn moment(&mut self) -> Duration {
        match self.below(4) {
            0 => Duration::ZERO,
            1 | 2 => Duration::from_micros(1),
            _ => Duration::from_micros(self.below(200)),
        }
    }

    /// Another sequence, for somebody else.
    #[must_use]
    pub fn other(&mut self) -> Self {
        Self(self.any())
    }
}
