//! What becomes of one queue on machines with many cores: a model, with the measurements that it is judged by.

mod cli;
mod costs;
mod cpus;
mod gauge;
mod model;
#[path = "../../stats.rs"]
#[allow(dead_code, reason = "the report of the benchmark needs more of it")]
mod stats;
mod stream;

use std::process::ExitCode;
use std::time::Duration;
use std::{env, io, thread};

use cli::{Command, Options};
use model::Said;
use stats::{Spread, three_digits};
use stream::Stream;

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
    let passing = || (gauge::passages(), gauge::item());
    let ((sending, receiving), item) =
        if cores >= 2 { in_a_thread(move || gauge::in_company(passing))? } else { passing() };
    println!("# a passage: {sending:.1} ns to send, {receiving:.1} ns to receive");
    let hold = f64::midpoint(sending, receiving);
    let (pause, slack) = (gauge::pause(), gauge::slack());
    print!("--cores {cores} --hold {hold:.1} --item {item:.1} --pause {pause:.1} --slack {slack:.0}");
    if cores >= 2 {
        // Each in a thread of its own, so that what is bound to a CPU ends with it.
        let line = in_a_thread(gauge::line)?;
        let (wake, call) = in_a_thread(|| gauge::wake(1))?;
        let (switch, _) = in_a_thread(|| gauge::wake(0))?;
        print!(" --line {line:.0} --wake {wake:.0} --call {call:.0} --switch {switch:.0}");
    }
    println!("\n\n| threads on each side | Mmsg/s, median | least | greatest |\n|---:|---:|---:|---:|");
    let stream = |threads, apart| Stream {
        threads,
        capacity: options.costs.capacity as usize,
        batch: options.batch as usize,
        // What is less than a pause is the loop itself.
        pauses: (options.costs.own / pause) as u32,
        apart,
    };
    for &threads in &options.threads {
        row(&threads.to_string(), options, stream(threads, false))?;
    }
    if cores >= 2 {
        row("1, each on its CPU", options, stream(1, true))?;
    }
    Ok(())
}

fn row(name: &str, options: &Options, stream: Stream) -> io::Result<()> {
    let time = Duration::from_secs_f64(options.seconds);
    let rates = (0..options.rounds).map(|_| stream.measure(time)).collect::<io::Result<Vec<_>>>()?;
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
    let (costs, rounds) = (options.costs, options.rounds);
    println!("{costs:?}, {} a passage, {rounds} times {} ms simulated\n", options.batch, options.milliseconds);
    println!(
        "| threads on each side | Mmsg/s, median | least | greatest | naps per 1,000 | sleeps per 1,000 | busier door held |"
    );
    println!("|---:|---:|---:|---:|---:|---:|---:|");
    for &threads in &options.threads {
        let said: Vec<_> = (1..=rounds as u64)
            .map(|seed| model::run(costs, threads, options.batch, options.milliseconds * 1e6, seed))
            .collect();
        let of = |figure: fn(&Said) -> f64| Spread::of(said.iter().map(figure));
        let (Some(rate), Some(naps), Some(sleeps), Some(held)) =
            (of(|said| said.rate), of(|said| said.naps), of(|said| said.sleeps), of(|said| said.held))
        else {
            continue;
        };
        let figures = [rate.median, rate.min, rate.max, naps.median, sleeps.median].map(three_digits).join(" | ");
        println!("| {threads} | {figures} | {:.0} % |", held.median * 100.0);
    }
}
