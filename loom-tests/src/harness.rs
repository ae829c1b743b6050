//! Runs a model: bounded by default, deep on demand, never vacuously.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// How far a model is explored.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// The most preemptions in one execution, in every run.
    pub quick: usize,
    /// The most preemptions with `BIFRONS_LOOM=deep`; `None` for every execution that there is.
    pub deep: Option<usize>,
    /// The fewest executions that the quick run must come to: a model that no longer reaches the code is noticed.
    pub at_least: usize,
}

/// Loom keeps the state of a run in its process.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// The most branch points in one execution; loom's own limit is a tenth of that.
const MAX_BRANCHES: usize = 10_000;

/// Set by the runners: the process ends with the first panic, before its unwinding runs into doors that are shut.
pub(crate) const FAILS_AT_ONCE: &str = "BIFRONS_FAILS_AT_ONCE";

/// What a model says that has come to fewer executions than it should.
pub const TOO_FEW: &str = "expected at least";

fn fail_at_once() {
    let told = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        told(panic);
        std::process::exit(101);
    }));
}

/// Explores the executions of `f`, fails if one fails or if there are too few, and prints how many there were.
///
/// `LOOM_MAX_PREEMPTIONS` takes the place of both bounds, and then no number of executions is asked for.
#[track_caller]
pub fn model(bounds: Bounds, f: impl Fn() + Send + Sync + 'static) {
    if std::env::var_os(FAILS_AT_ONCE).is_some() {
        fail_at_once();
    }
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let mut builder = loom::model::Builder::new();
    // Both would end a run early and call it a pass.
    assert!(
        builder.max_duration.is_none() && builder.max_permutations.is_none(),
        "LOOM_MAX_DURATION and LOOM_MAX_PERMUTATIONS make a model pass that was not explored"
    );
    let asked = builder.preemption_bound.is_some();
    if !asked {
        let deep = std::env::var_os("BIFRONS_LOOM").is_some_and(|depth| depth == "deep");
        builder.preemption_bound = if deep { bounds.deep } else { Some(bounds.quick) };
    }
    builder.max_branches = builder.max_branches.max(MAX_BRANCHES);
    let bound = builder.preemption_bound;

    // Not loom's: the count is no part of the model.
    let executions = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&executions);
    let start = Instant::now();
    builder.check(move || {
        counter.fetch_add(1, Relaxed);
        f();
    });
    let executions = executions.load(Relaxed);
    let bound = bound.map_or("none".to_owned(), |bound| bound.to_string());
    println!("explored executions={executions} bound={bound} seconds={:.2}", start.elapsed().as_secs_f64());
    assert!(
        asked || executions >= bounds.at_least,
        "explored {executions} executions, {TOO_FEW} {}: is the code still on the shim?",
        bounds.at_least
    );
}
