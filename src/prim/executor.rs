//! What an executor must be told before a thread of its own goes to sleep.
//!
//! The feature `tokio` is in this file and nowhere else. Without it, and with `--cfg loom`, which tokio does not bear, a wait
//! is a wait.

/// Runs `wait`, which puts this thread to sleep.
///
/// With the feature `tokio`, a worker of a multi-thread runtime hands its tasks over to another thread first.
///
/// # Panics
///
/// With the feature `tokio`, where the runtime can not do without this thread. Not while the thread unwinds, which would end
/// the process: it waits then, as it does without the feature.
pub(crate) fn may_block<R>(wait: impl FnOnce() -> R) -> R {
    #[cfg(all(feature = "tokio", not(any(loom, target_family = "wasm"))))]
    let wait = || beside_tokio(wait);
    wait()
}

#[cfg(all(feature = "tokio", not(any(loom, target_family = "wasm"))))]
fn beside_tokio<R>(wait: impl FnOnce() -> R) -> R {
    use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
    use tokio::runtime::Handle;
    use tokio::task::block_in_place;

    // A thread that no runtime is current in drives none; and one that is ending has no place left to look.
    if Handle::try_current().is_err() {
        return wait();
    }
    // Whether a thread drives a runtime or has only entered it (as in `spawn_blocking`), tokio tells nobody; but this call
    // knows, and panics without having run anything.
    let mut wait = Some(wait);
    let waited = catch_unwind(AssertUnwindSafe(|| block_in_place(|| wait.take().map(|wait| wait()))));
    match (waited, wait) {
        (Ok(Some(done)), _) => done,
        (Err(panic), None) => resume_unwind(panic),
        (Err(_), Some(wait)) if std::thread::panicking() => wait(),
        (Err(refusal), Some(_)) => refuse(&*refusal),
        (Ok(None), _) => unreachable!("tokio runs it once"),
    }
}

#[cfg(all(feature = "tokio", not(any(loom, target_family = "wasm"))))]
#[cold]
fn refuse(refusal: &(dyn std::any::Any + Send)) -> ! {
    let reason = refusal.downcast_ref::<&str>().copied();
    let reason = reason.or_else(|| refusal.downcast_ref().map(String::as_str)).unwrap_or("no reason given");
    panic!(
        "a blocking call on a queue has to wait, on a thread that its tokio runtime can not do without ({reason}): await \
         the async face instead (`into_async`, `to_async`), or make the call in `tokio::task::spawn_blocking`"
    )
}
