//! Runs a storm: by schedules that are drawn, each from a seed that draws it again.

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use shuttle::scheduler::{PctScheduler, RandomScheduler, Scheduler, UncontrolledNondeterminismCheckScheduler};
use shuttle::{Config, FailurePersistence, MaxSteps, Runner};

/// `SCHEDULER:SEED`, as it is printed: runs only that.
const REPLAY: &str = "BIFRONS_STORM";

/// How long each storm goes on, in seconds, in place of a fixed number of executions.
const SECONDS: &str = "BIFRONS_STORM_SECONDS";

/// Of shuttle itself: it would take the place of every seed.
const NOT_THAT: &str = "SHUTTLE_RANDOM_SEED";

/// How many executions go with each seed: the first of them tells PCT how long they are.
const EXECUTIONS_A_SEED: usize = 12;

/// How many seeds each scheduler gets, if nothing else is asked for.
const SEEDS: u64 = 60;

/// How many preemptions PCT brings about, at most.
const DEPTHS: [usize; 3] = [2, 3, 6];

/// More steps than any execution takes: it would be one that gets nowhere.
const MOST_STEPS: usize = 400_000;

/// Shuttle keeps the state of an execution in its thread, and prints to the same place.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Who decides which thread is next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Any that can run, at every step.
    Random,
    /// The one with the highest priority, which changes so many times less one.
    Pct(usize),
}

impl Way {
    fn all() -> impl Iterator<Item = Self> {
        std::iter::once(Self::Random).chain(DEPTHS.map(Self::Pct))
    }

    fn name(self) -> String {
        match self {
            Self::Random => "random".to_owned(),
            Self::Pct(depth) => format!("pct{depth}"),
        }
    }

    fn of(name: &str) -> Option<Self> {
        Self::all().find(|way| way.name() == name)
    }

    fn run(self, seed: u64, storm: impl Fn() + Send + Sync + 'static) {
        match self {
            Self::Random => run(RandomScheduler::new_from_seed(seed, EXECUTIONS_A_SEED), storm),
            Self::Pct(depth) => run(PctScheduler::new_from_seed(seed, depth, EXECUTIONS_A_SEED), storm),
        }
    }
}

fn run(scheduler: impl Scheduler + 'static, storm: impl Fn() + Send + Sync + 'static) {
    let mut config = Config::new();
    config.stack_size = 1 << 18;
    // The seed says it all, and in fewer words.
    config.failure_persistence = FailurePersistence::None;
    config.max_steps = MaxSteps::FailAfter(MOST_STEPS);
    // That every order counts as the strongest is known: the models are there for that.
    config.silence_warnings = true;
    config.ungraceful_shutdown_config.immediately_return_on_panic = true;
    Runner::new(scheduler, config).run(storm);
}

/// Runs a storm by every scheduler and many seeds; prints the seed if it fails, and how much was run if it does not.
///
/// # Panics
///
/// When an execution panics, deadlocks or gets nowhere.
pub fn storm(name: &str, storm: impl Fn() + Send + Sync + 'static) {
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    assert!(std::env::var_os(NOT_THAT).is_none(), "{NOT_THAT} would take the place of every seed: unset it");
    let executions = Arc::new(AtomicUsize::new(0));
    let storm = {
        let (storm, executions) = (Arc::new(storm), Arc::clone(&executions));
        move || {
            let (storm, executions) = (Arc::clone(&storm), Arc::clone(&executions));
            move || {
                executions.fetch_add(1, Relaxed);
                storm();
            }
        }
    };
    let attempt = |way: Way, seed: u64| {
        let outcome = catch_unwind(AssertUnwindSafe(|| way.run(seed, storm())));
        if let Err(panic) = outcome {
            tell(&format!("{name} failed; to see it again: {REPLAY}={}:{seed} cargo test {name}", way.name()));
            resume_unwind(panic);
        }
    };
    if let Ok(replay) = std::env::var(REPLAY) {
        let (way, seed) = parse(&replay);
        attempt(way, seed);
        return;
    }
    let start = Instant::now();
    let first = first_seed();
    tell(&format!("{name}: seeds from {first}"));
    let limit = std::env::var(SECONDS).ok().map(|seconds| {
        Duration::from_secs(seconds.parse().unwrap_or_else(|_| panic!("{SECONDS} is a number, and not {seconds:?}")))
    });
    let goes_on = |nth: u64| limit.map_or(nth < SEEDS, |limit| start.elapsed() < limit);
    for nth in (0..).take_while(|&nth| goes_on(nth)) {
        Way::all().for_each(|way| attempt(way, first.wrapping_add(nth)));
    }
    // Each schedule twice: what depends on anything but the schedule could not be replayed.
    run(UncontrolledNondeterminismCheckScheduler::new(RandomScheduler::new_from_seed(first, 4)), storm());
    let executions = executions.load(Relaxed);
    println!("stormed executions={executions} seconds={:.2}", start.elapsed().as_secs_f64());
    assert!(executions >= EXECUTIONS_A_SEED, "only {executions} executions");
}

/// Not by `eprintln!`, which a test harness keeps to itself until the end: a process that aborts has none.
fn tell(what: &str) {
    let _ = writeln!(std::io::stderr(), "{what}");
}

/// New seeds each time: what passes today has not been tried tomorrow.
fn first_seed() -> u64 {
    std::time::UNIX_EPOCH.elapsed().map_or(1, |since| since.as_nanos() as u64) / 1000
}

fn parse(replay: &str) -> (Way, u64) {
    replay
        .split_once(':')
        .and_then(|(way, seed)| Some((Way::of(way)?, seed.parse().ok()?)))
        .unwrap_or_else(|| panic!("{REPLAY} is like pct3:12345, and not {replay:?}"))
}
