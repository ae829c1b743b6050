//! bifrons beside its peers: one binary that starts itself again for each run.

mod catalogue;
mod channels;
mod child;
mod cli;
mod crew;
mod frugality;
mod heap;
mod hogs;
mod item;
mod load;
mod machine;
mod meter;
mod os;
mod peers;
mod record;
mod regime;
mod report;
mod results;
mod runner;
mod scenario;
mod stats;
mod summary;
mod tally;
mod versions;

use std::fs::File;
use std::io::{self, Write};
use std::process::ExitCode;
use std::{env, thread};

use cli::{Command, Options};
use machine::Moment;
use record::Record;
use regime::Regime;
use results::Results;
use runner::Plan;
use scenario::Scenario;
use summary::Summary;

#[global_allocator]
static HEAP: heap::Counting = heap::Counting;

fn main() -> ExitCode {
    let done = match cli::parse(env::args().skip(1)) {
        Ok(Command::Help) => {
            print!("{}", cli::USAGE);
            Ok(true)
        }
        Ok(Command::List) => {
            list();
            Ok(true)
        }
        Ok(Command::Hog) => {
            hogs::main();
            Ok(true)
        }
        Ok(Command::Child { channel, scenario, seconds, cpu }) => {
            child::main(&channel, &scenario, seconds, cpu).map(|()| true)
        }
        Ok(Command::Run(options)) => measure(&options).map_err(|error| error.to_string()),
        Err(error) => Err(format!("{error}\n\n{}", cli::USAGE)),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn list() {
    println!("scenarios ((o) = optional, (*) = in every regime):");
    for scenario in catalogue::all() {
        let mark = if scenario.optional { " (o)" } else { "" };
        let star = if scenario.everywhere { " (*)" } else { "" };
        println!("  {}{mark}{star}", scenario.id);
    }
    println!("channels:");
    for channel in &channels::ALL {
        println!("  {}", channel.name);
    }
}

/// Runs what the options ask for and prints the report: whether bifrons came through without a failure.
fn measure(options: &Options) -> io::Result<bool> {
    let cpus = thread::available_parallelism()?.get();
    let scenarios = catalogue::all();
    let mut csv = options.csv.as_ref().map(File::create).transpose()?;
    if let Some(csv) = &mut csv {
        writeln!(csv, "{}", Record::CSV_HEADER)?;
    }
    let start = Moment::now();
    let mut all = Vec::new();
    for &regime in &options.regimes {
        // Two ends can be bound to two CPUs only where there are two.
        let two_cpus = cpus >= 2 && regime.cpu().is_none();
        let possible = |scenario: &&Scenario| options.wants(scenario) && (two_cpus || !scenario.kind.is_pinned());
        let scenarios = scenarios.iter().filter(possible).collect();
        let mut results = Results { regime, scenarios, channels: &options.channels, records: Vec::new() };
        let _hogs = hogs::Hogs::start(regime.hogs())?;
        let plan = Plan {
            scenarios: results.scenarios.clone(),
            channels: &options.channels,
            rounds: options.rounds,
            seconds: options.seconds,
            regime,
            patience: options.patience,
        };
        runner::run(&plan, |record| {
            if let Some(csv) = &mut csv {
                writeln!(csv, "{}", record.csv())?;
            }
            results.records.push(record);
            Ok(())
        })?;
        all.push(results);
    }
    print_conditions(options, start)?;
    for results in &all {
        print!("{results}");
    }
    for results in &all {
        print!("{}", Summary(results));
    }
    Ok(!all.iter().any(Results::subject_failed))
}

fn print_conditions(options: &Options, start: Option<Moment>) -> io::Result<()> {
    let profile = env::current_exe()?
        .parent()
        .and_then(|folder| Some(folder.file_name()?.to_string_lossy().into_owned()))
        .unwrap_or_default();
    println!("# bifrons beside its peers\n");
    print!(
        "{} rounds of {} s, {} CPUs, profile `{profile}`",
        options.rounds,
        options.seconds,
        thread::available_parallelism()?,
    );
    for regime in &options.regimes {
        match regime {
            Regime::Idle => {}
            Regime::Loaded(hogs) => print!(", {hogs} busy loops beside where it says `{regime}`"),
            Regime::OneCpu(cpu) => print!(", everything on CPU {cpu} where it says `{regime}`"),
        }
    }
    if let Some(share) = start.and_then(Moment::stolen_since) {
        let percent = share * 100.0;
        print!(", {percent:.1} % of the CPU time stolen by the hypervisor");
    }
    let names: Vec<_> = channels::ALL.iter().map(|channel| channel.package).collect();
    println!("\n\n{}", versions::of(&names).join(", "));
    Ok(())
}
