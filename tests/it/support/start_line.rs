//! A start that brings threads off within nanoseconds of one another.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

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
        wait_until(|| self.missing.load(Ordering::Acquire) == 0);
    }
}

/// Looks until it is true, and sees it at once if that is soon.
pub(crate) fn wait_until(mut is_true: impl FnMut() -> bool) {
    let mut looks = Looks::default();
    while !is_true() {
        looks.pause();
    }
}

/// The pauses between looks: very short ones at first.
#[derive(Debug, Default)]
pub(crate) struct Looks(u32);

impl Looks {
    pub(crate) fn pause(&mut self) {
        self.0 += 1;
        if self.0 < 2_000 {
            spin_loop();
        } else {
            // What is waited for may need this CPU. A yield would give a busy machine the whole time slice.
            thread::sleep(Duration::from_micros(10));
        }
    }
}

/// Passes a random short time, so that repeated races meet at different instructions.
pub(crate) fn jitter(random: &mut Random) {
    for _ in 0..random.below(200) {
        spin_loop();
    }
}

/// Counts the rounds of a race: at least one, and fewer than `most` where they take long.
pub(crate) fn rounds(most: u64) -> impl Iterator<Item = u64> {
    const ENOUGH: Duration = Duration::from_millis(300);
    let start = Instant::now();
    (0..most).take_while(move |&n| n == 0 || start.elapsed() < ENOUGH)
}
