//! What the command line says.

use std::time::Duration;

const USAGE: &str = "soak [--seconds N | --minutes N] [--seed N]";

/// How long, and which draws.
#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) length: Duration,
    pub(crate) seed: u64,
}

impl Arguments {
    /// Those of this process.
    pub(crate) fn given() -> Result<Self, &'static str> {
        let seed = std::time::UNIX_EPOCH.elapsed().map_or(1, |since| since.as_nanos() as u64);
        let mut arguments = Self { length: Duration::from_secs(20), seed };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let number: u64 = words.next().and_then(|number| number.parse().ok()).ok_or(USAGE)?;
            match word.as_str() {
                "--seconds" => arguments.length = Duration::from_secs(number),
                "--minutes" => arguments.length = Duration::from_secs(60 * number),
                "--seed" => arguments.seed = number,
                _ => return Err(USAGE),
            }
        }
        Ok(arguments)
    }
}
