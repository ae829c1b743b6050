//! Whether the process grows.

use std::fmt;
use std::time::Duration;

/// How much it may have grown since it was warm, in KiB: what an allocator keeps differs from one time to the next.
const ALLOWED: u64 = 16 << 10;

/// The resident set between rounds, when every queue is gone.
#[derive(Debug)]
pub(crate) struct Memory {
    /// For how long the greatest counts as what it needs.
    warming: Duration,
    start: Option<u64>,
    warm: Option<u64>,
    last: Option<u64>,
}

impl Memory {
    pub(crate) fn new(warming: Duration) -> Self {
        let start = resident();
        Self { warming, start, warm: start, last: start }
    }

    pub(crate) fn sample(&mut self, elapsed: Duration) {
        self.last = resident();
        if elapsed <= self.warming {
            self.warm = self.warm.max(self.last);
        }
    }

    /// # Errors
    ///
    /// When it has grown since it was warm.
    pub(crate) fn verdict(&self) -> Result<(), String> {
        match (self.warm, self.last) {
            (Some(warm), Some(last)) if last > warm + ALLOWED => Err(format!(
                "it has grown: {warm} KiB when warm, {last} KiB in the end, where {ALLOWED} KiB more are allowed"
            )),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = |kib: Option<u64>| kib.map_or("unknown".to_owned(), |kib| format!("{kib}KiB"));
        write!(f, "rss_start={} rss_warm={} rss_now={}", told(self.start), told(self.warm), told(self.last))
    }
}

/// In KiB; `None` where the system does not tell.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}
