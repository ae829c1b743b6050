//! What every topic needs: payloads that count, wakers that count, executors, a watchdog.

mod census;
mod disciplines;
mod executors;
mod hooked_waker;
mod poll;
mod queues;
mod ranked;
mod watchdog;

pub(crate) use census::{Bomb, Census, Counted, OnDrop};
pub(crate) use disciplines::{Choosy, Latest};
pub(crate) use executors::{Executor, block_on, yield_now};
pub(crate) use hooked_waker::{Hooks, Step, hooked_at, hooked_waker};
pub(crate) use poll::{WakeCount, counting_waker, is_pending, must_be_pending, must_be_ready, poll_with};
pub(crate) use queues::{BUFFERED, EVERY_KIND, queue};
pub(crate) use ranked::Ranked;
pub(crate) use watchdog::{settle, until_changed, watchdog};

/// A wait that is over soon, and stands in line: one of zero does not.
pub(crate) const BLINK: std::time::Duration = std::time::Duration::from_micros(20);

/// Whether primitives fail, delay and wake for nothing: see the feature `chaos`.
pub(crate) const BAD_DAY: bool = cfg!(all(chaos, feature = "chaos"));

mod allocations;
mod observed;
mod random;
mod start_line;

pub(crate) use allocations::{as_it_asks, own_allocations, own_bytes, run_out_of_memory};
pub(crate) use observed::{own_cpu_time, own_sleeps, spawn_until_asleep};
pub(crate) use random::Random;
pub(crate) use start_line::{Looks, StartLine, jitter, rounds, wait_until};
