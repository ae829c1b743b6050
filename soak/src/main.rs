//! Storms for as long as one likes, on real threads and runtimes.
//!
//! ```console
//! $ cargo run --release                     # twenty seconds
//! $ cargo run --release -- --minutes 30
//! $ cargo run --release -- --seconds 60 --seed 7
//! ```
//!
//! Each round is another plan: an order, a capacity, an ending, parties on threads, on a runtime with several workers and on
//! one with a single thread, and in some rounds also on a runtime that is dropped under them. After each the books must
//! balance; if nothing moves for a while the program says where everybody stands and fails; and in the end it must not have
//! grown.

mod arguments;
mod memory;
mod play;
mod watch;

use std::io::Write;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use bifrons_soak::{Dice, Sums};

use arguments::Arguments;
use memory::Memory;
use play::Stage;
use watch::Watch;

/// How long it is between two lines that say how far it has come.
const REPORT: Duration = Duration::from_secs(60);

fn main() -> ExitCode {
    let Arguments { length, seed } = match Arguments::given() {
        Ok(arguments) => arguments,
        Err(usage) => {
            eprintln!("{usage}");
            return ExitCode::from(2);
        }
    };
    fail_at_once();
    println!("seed={seed} seconds={}", length.as_secs());
    let (watch, stage) = (Watch::start(), Stage::new());
    let (mut dice, mut sums, mut rounds) = (Dice::new(seed), Sums::default(), 0_u64);
    let start = Instant::now();
    let (mut memory, mut reported) = (Memory::new(length / 4), start);
    while start.elapsed() < length {
        sums.add(stage.play(&mut dice, &watch));
        rounds += 1;
        memory.sample(start.elapsed());
        if reported.elapsed() >= REPORT {
            reported = Instant::now();
            tell(rounds, &sums, &memory, start.elapsed());
        }
    }
    tell(rounds, &sums, &memory, start.elapsed());
    match memory.verdict() {
        Ok(()) => {
            println!("ok: sent = received + returned + dropped in every round, nobody left waiting, memory flat");
            ExitCode::SUCCESS
        }
        Err(grown) => {
            eprintln!("{grown}");
            ExitCode::FAILURE
        }
    }
}

fn tell(rounds: u64, sums: &Sums, memory: &Memory, elapsed: Duration) {
    println!(
        "rounds={rounds} operations={} items={} received={} returned={} dropped={} cancels={} timeouts={} {memory} \
         elapsed={}s",
        sums.operations,
        sums.made,
        sums.received,
        sums.returned,
        sums.dropped,
        sums.cancels,
        sums.timeouts,
        elapsed.as_secs()
    );
    let _ = std::io::stdout().flush();
}

/// A panic anywhere is the end: a runtime would keep that of a task to itself.
fn fail_at_once() {
    let told = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        told(panic);
        std::process::exit(101);
    }));
}
