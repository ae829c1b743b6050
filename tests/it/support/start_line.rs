//! A start that brings threads off within nanoseconds of one another.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::Random;

/// Releases its runners when all of them stand at it.
///
/// A `Barrier` wakes them one after the other, too far apart for a race over a few instructions.
#[derive(Debug)]
pub(crate) struct StartLine {
    missing: AtomicUsize,
}

impl StartLine {
    pub(crate) fn new(runners: usize) -> Self {
        Self { missing: AtomicUsize::new(runners) }
    }

    pub(crate) fn wait(&self) {
        self.missing.fetch_sub(1, Ordering::AcqRel);
        let mut looks = 0_u32;
        while self.missing.load(Ordering::Acquire) != 0 {
            looks += 1;
            // The runners that are missing may need this CPU.
            if looks % 64 == 0 { thread::yield_now() } else { spin_loop() }
        }
    }
}

/// Passes a random short time, so that repeated races meet at different instructions.
pub(crate) fn jitter(random: &mut Random) {
    for _ in 0..random.below(200) {
        spin_loop();
    }
}
