//! Waiting in tests, with a guard that aborts the process when it lasts too long.

use std::fmt::Debug;
use std::io::Write;
use std::panic::Location;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// No test here needs more than a few seconds; a minute of silence is a hang. On a bad day everything takes longer, and so it
/// does where `BIFRONS_PATIENCE` says for how many seconds to wait.
fn patience() -> Duration {
    let told = std::env::var("BIFRONS_PATIENCE").ok().and_then(|seconds| seconds.parse().ok());
    Duration::from_secs(told.unwrap_or(if super::BAD_DAY { 600 } else { 60 }))
}

/// Ends the watch when dropped.
#[derive(Debug)]
pub(crate) struct Watchdog {
    _alive: mpsc::Sender<()>,
}

/// Watches the running test until the guard is dropped.
///
/// When the patience is over the process is aborted with the name of the test and the place of
/// this call: a blocked thread cannot be ended in any gentler way.
#[track_caller]
pub(crate) fn watchdog() -> Watchdog {
    let place = Location::caller();
    let test = thread::current().name().unwrap_or("unnamed").to_owned();
    let (alive, gone) = mpsc::channel();
    thread::spawn(move || {
        if gone.recv_timeout(patience()) == Err(RecvTimeoutError::Timeout) {
            // Straight to the descriptor: what `eprintln!` prints is captured and lost in an abort.
            let message = format!("\nwatchdog: {test} hangs (watched from {place}), aborting\n");
            let _ = std::io::stderr().write_all(message.as_bytes());
            std::process::abort();
        }
    });
    Watchdog { _alive: alive }
}

/// Gives other threads time to get to where they block.
///
/// Nothing may depend on its being long enough: it only makes the interesting case likely.
pub(crate) fn settle() {
    thread::sleep(Duration::from_millis(10));
}

/// Waits until a handle prints something else than `before`, which tells who waits in its queue.
pub(crate) fn until_changed(handle: &dyn Debug, before: &str) {
    while format!("{handle:?}") == before {
        thread::sleep(Duration::from_micros(100));
    }
}
