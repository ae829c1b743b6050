//! What the rest of the machine did meanwhile.

use std::time::{Duration, Instant};
use std::{fs, thread};

use crate::os::{self, Whose};

/// The kernel's account of its CPUs at one moment.
#[derive(Clone, Copy)]
pub struct Moment {
    at: Instant,
    cpus: f64,
    /// In ticks of 10 ms, as the kernel shows them.
    idle: u64,
    stolen: u64,
    /// CPU time of the runs that have ended.
    runs: Duration,
}

/// The kernel shows time in hundredths of a second, whatever it counts in.
const TICKS: f64 = 100.0;

/// Below so many seconds its ticks are too coarse to say who was busy.
const TOO_SHORT: f64 = 0.1;

impl Moment {
    /// `None` where the kernel does not tell.
    pub fn now() -> Option<Self> {
        let stat = fs::read_to_string("/proc/stat").ok()?;
        let rows = stat.lines().take_while(|line| line.starts_with("cpu"));
        let cpus = rows.skip(1).count() as f64;
        // user, nice, system, idle, iowait, irq, softirq, steal
        let words = stat.lines().next()?.split_whitespace().skip(1);
        let ticks: Vec<u64> = words.map_while(|word| word.parse().ok()).collect();
        Some(Self {
            at: Instant::now(),
            cpus,
            idle: ticks.get(3)? + ticks.get(4)?,
            stolen: *ticks.get(7)?,
            runs: os::usage(Whose::Children).cpu(),
        })
    }

    /// How many CPUs were neither idle nor busy with our runs, from this moment until now; `None` if that was too short to be
    /// told.
    pub fn foreign_since(self) -> Option<f64> {
        let now = Self::now()?;
        let wall = (now.at - self.at).as_secs_f64();
        if wall < TOO_SHORT {
            return None;
        }
        let idle = now.idle.saturating_sub(self.idle) as f64 / TICKS;
        let runs = (now.runs - self.runs).as_secs_f64();
        Some((self.cpus - (idle + runs) / wall).max(0.0))
    }

    /// The share of all CPU time that the hypervisor gave to others, from this moment until now.
    pub fn stolen_since(self) -> Option<f64> {
        let now = Self::now()?;
        let stolen = now.stolen.saturating_sub(self.stolen) as f64 / TICKS;
        Some(stolen / ((now.at - self.at).as_secs_f64() * self.cpus))
    }
}

/// So many CPUs may be busy on a quiet machine: with its own timers, with this program's bookkeeping.
pub const QUIET: f64 = 0.15;

/// Waits until others are quiet, at the expense of `patience`, and at most until that is used up.
pub fn wait_for_quiet(patience: &mut Duration) {
    const LOOK: Duration = Duration::from_millis(250);
    while *patience >= LOOK {
        let from = Moment::now();
        thread::sleep(LOOK);
        *patience -= LOOK;
        if from.and_then(Moment::foreign_since).is_none_or(|cpus| cpus <= QUIET) {
            return;
        }
    }
}
