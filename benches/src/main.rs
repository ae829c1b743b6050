//! bifrons beside its peers: one binary that starts itself again for each run.

mod catalogue;
mod channels;
mod child;
mod cli;
mod crew;
mod hogs;
mod load;
mod machine;
mod meter;
mod os;
mod peers;
mod record;
mod report;
mod results;
mod runner;
mod scenario;
mod stats;
mod tally;
mod versions;

use std::fs::File;
use std::io::{self, Write};
use std::process::ExitCode;
use std::{env, thread};

use cli::{Command, Options};
use machine::Moment;
use record::Record;
use results::Results;
use runner::Plan;
use scenario::{Kind, Scenario};

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
        Ok(Command::Child(channel, scenario, seconds)) => child::main(&channel, &scenario, seconds).map(|()| true),
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
    println!("scenarios ((o) = optional):");
    for scenario in catalogue::all() {
        let mark = if scenario.optional { " (o)" } else { "" };
        println!("  {}{mark}", scenario.id);
    }
    println!("channels:");
    for channel in &channels::ALL {
        println!("  {}", channel.name);
    }
}

/// Runs what the options ask for and prints the report: whether bifrons came through without a failure.
fn measure(options: &Options) -> io::Result<bool> {
    if let Some(cpu) = options.pin_all {
        os::pin(cpu)?;
    }
    let two_cpus = thread::available_parallelism()?.get() >= 2;
    let mut scenarios = catalogue::all();
    scenarios.retain(|scenario| options.wants(scenario) && (two_cpus || !needs_two_cpus(scenario)));

    let mut csv = options.csv.as_ref().map(File::create).transpose()?;
    if let Some(csv) = &mut csv {
        writeln!(csv, "{}", Record::CSV_HEADER)?;
    }
    let mut results = Results { scenarios: &scenarios, channels: &options.channels, records: Vec::new() };
    let start = Moment::now();
    {
        let _hogs = hogs::Hogs::start(options.hogs)?;
        let plan = Plan {
            scenarios: &scenarios,
            channels: &options.channels,
            rounds: options.rounds,
            seconds: options.seconds,
            loaded: options.hogs > 0,
            patience: options.patience,
        };
        runner::run(&plan, |record| {
            if let Some(csv) = &mut csv {
                writeln!(csv, "{}", record.csv())?;
            }
            results.records.push(record);
            Ok(())
        })?;
    }
    print_conditions(options, start)?;
    print!("{results}");
    Ok(!results.subject_failed())
}

/// Two ends can be bound to two CPUs only where there are two.
fn needs_two_cpus(scenario: &Scenario) -> bool {
    matches!(scenario.kind, Kind::Stream(stream) if stream.pinned)
}

fn print_conditions(options: &Options, start: Option<Moment>) -> io::Result<()> {
    let profile = env::current_exe()?
        .parent()
        .and_then(|folder| Some(folder.file_name()?.to_string_lossy().into_owned()))
        .unwrap_or_default();
    println!("# bifrons beside its peers\n");
    print!(
        "{} rounds of {} s, {} CPUs, {} busy loops beside, profile `{profile}`",
        options.rounds,
        options.seconds,
        thread::available_parallelism()?,
        options.hogs,
    );
    if let Some(cpu) = options.pin_all {
        print!(", everything on CPU {cpu}");
    }
    if let Some(share) = start.and_then(Moment::stolen_since) {
        let percent = share * 100.0;
        print!(", {percent:.1} % of the CPU time stolen by the hypervisor");
    }
    let names: Vec<_> = channels::ALL.iter().map(|channel| channel.package).collect();
    println!("\n\n{}", versions::of(&names).join(", "));
    Ok(())
}
