//! What the system says about threads: whether they sleep, and what they have cost.

use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How often a thread must look asleep, and be so since the same moment; on a bad day it sleeps often, though not for long.
const LOOKS: u32 = if super::BAD_DAY { 40 } else { 2 };

/// Starts a thread and returns when it sleeps (in the call that `body` makes) or has ended.
///
/// Where the system does not tell, it is given some time: a test may only rely on its being likely.
pub(crate) fn spawn_until_asleep<R: Send + 'static>(body: impl FnOnce() -> R + Send + 'static) -> JoinHandle<R> {
    let (tell, told) = mpsc::channel();
    let thread = thread::spawn(move || {
        let _ = tell.send(own_state_file());
        drop(tell);
        body()
    });
    match told.recv() {
        Ok(Some(file)) => {
            let limit = Instant::now() + Duration::from_secs(5);
            let (mut looks_asleep, mut before) = (0, None);
            // Several times, for the thread may sleep a moment on its way to the call.
            while looks_asleep < LOOKS && !thread.is_finished() && Instant::now() < limit {
                let now = asleep_since(&file);
                looks_asleep = if now.is_some() && now == before { looks_asleep + 1 } else { 0 };
                before = now;
                thread::sleep(Duration::from_micros(50));
            }
        }
        _ => super::settle(),
    }
    thread
}

/// The file in which the system keeps the state of the calling thread.
fn own_state_file() -> Option<String> {
    let own = std::fs::read_link("/proc/thread-self").ok()?;
    Some(format!("/proc/{}/status", own.to_str()?))
}

/// After how many times of going to sleep a thread is asleep; `None` if it is not.
fn asleep_since(file: &str) -> Option<u64> {
    let status = std::fs::read_to_string(file).ok()?;
    let field = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    if !field("State:")?.starts_with('S') {
        return None;
    }
    field("voluntary_ctxt_switches:")?.parse().ok()
}

/// The CPU time of the calling thread so far, where the system tells.
pub(crate) fn own_cpu_time() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(stat.split_whitespace().next()?.parse().ok()?))
}

/// How often the calling thread has gone to sleep so far, where the system tells.
pub(crate) fn own_sleeps() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/thread-self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))?;
    line.trim().parse().ok()
}
