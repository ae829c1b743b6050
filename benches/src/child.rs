//! One run, in a process of its own.

use std::{panic, process};

use crate::record::Outcome;
use crate::{catalogue, channels, os};

/// Runs the scenario, then says in one line how it ended.
pub fn main(channel: &str, scenario: &str, seconds: f64, cpu: Option<usize>) -> Result<(), String> {
    if let Some(cpu) = cpu {
        os::pin(cpu).map_err(|error| error.to_string())?;
    }
    exit_with_the_first_panic();
    let channel = channels::find(channel).ok_or("no such channel")?;
    let scenarios = catalogue::all();
    let scenario = scenarios.iter().find(|candidate| candidate.id == scenario).ok_or("no such scenario")?;
    let sample = (channel.run)(&scenario.kind, seconds);
    println!("{}", Outcome::of(sample));
    Ok(())
}

/// A worker that panics would otherwise leave the others waiting for it.
fn exit_with_the_first_panic() {
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        report(info);
        process::exit(101);
    }));
}
