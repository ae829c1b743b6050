//! The line that shows, while the work goes on, how far it is.

use std::io::{IsTerminal, Write, stderr};
use std::time::{Duration, Instant};

use bifrons::WeakReceiver;

use super::read::File;

/// Writes to the error stream: over the same line on a terminal, a new line each second elsewhere.
#[derive(Debug)]
pub(crate) struct Progress {
    start: Instant,
    next: Instant,
    every: Duration,
    terminal: bool,
    /// Weak, because looking at the queue of files must not keep it open.
    files: WeakReceiver<File>,
}

impl Progress {
    pub(crate) fn new(files: WeakReceiver<File>) -> Self {
        let terminal = stderr().is_terminal();
        let every = if terminal { Duration::from_millis(100) } else { Duration::from_secs(1) };
        let start = Instant::now();
        Progress { start, next: start + every, every, terminal, files }
    }

    /// When the line is due again.
    pub(crate) fn next(&self) -> Instant {
        self.next
    }

    /// Shows the line if it is due.
    pub(crate) fn tick(&mut self, files: u64, bytes: u64) {
        let now = Instant::now();
        if now >= self.next {
            self.next = now + self.every;
            self.show(files, bytes);
        }
    }

    /// Says something that is to stay.
    pub(crate) fn say(&self, text: &str) {
        self.write(&format!("{text}\n"));
    }

    /// Shows the line for the last time.
    pub(crate) fn finish(&self, files: u64, bytes: u64) {
        self.show(files, bytes);
        if self.terminal {
            let _ = writeln!(stderr());
        }
    }

    fn show(&self, files: u64, bytes: u64) {
        let seconds = self.start.elapsed().as_secs_f64();
        let queued = self.files.upgrade().map_or(0, |files| files.len());
        let mib = bytes as f64 / f64::from(1 << 20);
        let end = if self.terminal { "" } else { "\n" };
        self.write(&format!(
            "progress: {files} files, {mib:.1} MiB, {:.1} MiB/s, {queued} in the queue{end}",
            mib / seconds
        ));
    }

    fn write(&self, text: &str) {
        let clear = if self.terminal { "\r\x1b[K" } else { "" };
        // Whoever has closed the error stream does not want to know.
        let _ = write!(stderr(), "{clear}{text}");
    }
}
