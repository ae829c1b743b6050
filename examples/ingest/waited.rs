//! A stopwatch for the time one side of a queue spends waiting for the other.

use std::ops::AddAssign;
use std::time::{Duration, Instant};

/// Time spent in queue operations: next to nothing unless the operation had to wait.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Waited(Duration);

impl Waited {
    /// Times a blocking operation.
    pub(crate) fn blocking<R>(&mut self, operation: impl FnOnce() -> R) -> R {
        let start = Instant::now();
        let result = operation();
        self.0 += start.elapsed();
        result
    }

    /// Times an awaited operation.
    pub(crate) async fn awaiting<F: Future>(&mut self, operation: F) -> F::Output {
        let start = Instant::now();
        let result = operation.await;
        self.0 += start.elapsed();
        result
    }

    pub(crate) fn seconds(self) -> f64 {
        self.0.as_secs_f64()
    }
}

impl AddAssign for Waited {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}
