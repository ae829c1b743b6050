//! Busy loops beside the runs, for a machine that is not idle.

use std::hint::black_box;
use std::io;
use std::os::unix::process::parent_id;
use std::process::{Child, Command, Stdio};

/// Keeps the busy loops, and ends them when dropped.
pub struct Hogs(Vec<Child>);

impl Hogs {
    pub fn start(count: usize) -> io::Result<Self> {
        let mut hogs = Self(Vec::with_capacity(count));
        for _ in 0..count {
            let hog = Command::new(std::env::current_exe()?).arg("--hog").stdin(Stdio::null()).spawn()?;
            hogs.0.push(hog);
        }
        Ok(hogs)
    }
}

impl Drop for Hogs {
    fn drop(&mut self) {
        for hog in &mut self.0 {
            // It may be gone already; then there is nothing left to do.
            let _ = hog.kill();
            let _ = hog.wait();
        }
    }
}

/// Burns CPU until whoever started it is gone.
pub fn main() {
    let parent = parent_id();
    while parent_id() == parent {
        for turn in 0..10_000_000_u64 {
            black_box(turn);
        }
    }
}
