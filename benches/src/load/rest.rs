//! Pauses between messages, which are no part of what is measured.

use std::hint::spin_loop;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use super::Gauge;
use crate::os;

/// Below this a sleep would be too late.
const TOO_SHORT: Duration = Duration::from_micros(50);

/// The pauses of one worker.
///
/// A task that pauses keeps its worker thread: no runtime has timers so fine. The CPU time that a pause takes is shown,
/// so that it can be left out.
pub struct Rest {
    taken: Duration,
    shown: Arc<Gauge>,
}

impl Rest {
    pub fn new(shown: Arc<Gauge>) -> Self {
        Self { taken: Duration::ZERO, shown }
    }

    /// Waits until then, asleep if `by_sleeping`.
    pub fn until(&mut self, due: Instant, by_sleeping: bool) {
        let from = os::own_cpu();
        os::sleep_punctually();
        loop {
            let now = Instant::now();
            if now >= due {
                break;
            }
            if by_sleeping { thread::sleep(due - now) } else { spin_loop() }
        }
        self.taken += os::own_cpu().saturating_sub(from);
        self.shown.show(u64::try_from(self.taken.as_nanos()).unwrap_or(u64::MAX));
    }
}

/// A beat that is kept as well as can be.
pub struct Metronome {
    rest: Rest,
    period: Duration,
    due: Instant,
}

impl Metronome {
    pub fn new(rest: Rest, period: Duration) -> Self {
        Self { rest, period, due: Instant::now() }
    }

    /// Waits for the next beat. Whoever is late starts a new one, without a burst.
    pub fn wait(&mut self) {
        self.due += self.period;
        let now = Instant::now();
        if self.due > now {
            self.rest.until(self.due, self.period >= TOO_SHORT);
        } else {
            self.due = now;
        }
    }
}
