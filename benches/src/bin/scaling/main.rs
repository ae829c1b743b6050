//! What becomes of one queue on machines with many cores: a model, with the measurements that it is judged by.

mod cli;
mod costs;
mod cpus;
mod gauge;
mod model;
#[path = "../../stats.rs"]
mod stats;

use std::process::ExitCode;
use std::time::Duration;
use std::{env, io, thread};

use cli::{Command, Options};
use stats::{Spread, three_digits};

fn main() -> ExitCode {
    let done = match cli::parse(env::args().skip(1)) {
        Ok(Command::Help) => {
            print!("{}", cli::USAGE);
            Ok(())
        }
        Ok(Command::Measure(options)) => measure(&options).map_err(|error| error.to_string()),
        Ok(Command::Predict(options)) => {
            predict(&options);
            Ok(())
        }
        Err(error) => Err(format!("{error}\n\n{}", cli::USAGE)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

/// Prints the options by which the model knows this machine, then what it has to predict.
fn measure(options: &Options) -> io::Result<()> {
    let cores = thread::available_parallelism()?.get();
    let (sending, receiving) = gauge::passages();
    println!("# a passage: {sending:.1} ns to send, {receiving:.1} ns to receive");
    let hold = f64::midpoint(sending, receiving);
    print!(
        "--cores {cores} --hold {hold:.1} --item {:.1} --pause {:.1} --slack {:.0}",
        gauge::item(),
        gauge::pause(),
        gauge::slack()
    );
    if cores >= 2 {
        // Each in a thread of its own, so that what is bound to a CPU ends with it.
        let line = in_a_thread(gauge::line)?;
        let (wake, call) = in_a_thread(|| gauge::wake(1))?;
        let (switch, _) = in_a_thread(|| gauge::wake(0))?;
        print!(" --line {line:.0} --wake {wake:.0} --call {call:.0} --switch {switch:.0}");
    }
    println!("\n\n| threads on each side | Mmsg/s, median | least | greatest |\n|---:|---:|---:|---:|");
    let time = Duration::from_secs_f64(options.seconds);
    let capacity = options.costs.capacity as usize;
    for &threads in &options.threads {
        row(&threads.to_string(), options.rounds, || gauge::stream(threads, capacity, time, false))?;
    }
    if cores >= 2 {
        row("1, each on its CPU", options.rounds, || gauge::stream(1, capacity, time, true))?;
    }
    Ok(())
}

fn row(name: &str, rounds: usize, once: impl FnMut() -> io::Result<f64>) -> io::Result<()> {
    let mut once = once;
    let rates = (0..rounds).map(|_| once()).collect::<io::Result<Vec<_>>>()?;
    if let Some(spread) = Spread::of(rates) {
        let [median, min, max] = [spread.median, spread.min, spread.max].map(three_digits);
        println!("| {name} | {median} | {min} | {max} |");
    }
    Ok(())
}

fn in_a_thread<R: Send + 'static>(work: impl FnOnce() -> io::Result<R> + Send + 'static) -> io::Result<R> {
    thread::spawn(work).join().expect("measuring does not panic")
}

/// Prints what the model says.
fn predict(options: &Options) {
    println!("{:?}, {} ms simulated\n", options.costs, options.milliseconds);
    println!("| threads on each side | Mmsg/s | naps per 1,000 | sleeps per 1,000 | busiest door held |");
    println!("|---:|---:|---:|---:|---:|");
    for &threads in &options.threads {
        let said = model::run(options.costs, threads, options.batch, options.milliseconds * 1e6);
        println!(
            "| {threads} | {} | {} | {} | {:.0} % |",
            three_digits(said.rate),
            three_digits(said.naps),
            three_digits(said.sleeps),
            said.held * 100.0
        );
    }
}
