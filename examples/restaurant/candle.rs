//! A candle that flickers each millisecond, if the executor lets it: the longest pause is the longest stall of the room.

use std::convert::Infallible;
use std::time::{Duration, Instant};

const FLICKER: Duration = Duration::from_millis(1);

#[derive(Debug, Default)]
pub(crate) struct Candle {
    pub(crate) longest_stall: Duration,
}

impl Candle {
    /// Watches until it is dropped.
    pub(crate) async fn watch(&mut self) -> Infallible {
        loop {
            let start = Instant::now();
            tokio::time::sleep(FLICKER).await;
            self.longest_stall = self.longest_stall.max(start.elapsed().saturating_sub(FLICKER));
        }
    }
}
