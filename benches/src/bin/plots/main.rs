//! The CSV of the benchmark as pictures.

mod cli;
mod conditions;
mod frame;
mod growth;
mod heat;
mod log;
mod look;
mod names;
mod panels;
mod runs;
#[path = "../../stats.rs"]
#[allow(dead_code, reason = "the report of the benchmark needs more of it")]
mod stats;
mod svg;
mod table;
mod trips;

use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

use cli::Options;
use conditions::Said;
use panels::Panels;
use runs::Runs;
use table::Table;
use trips::Latencies;

fn main() -> ExitCode {
    let done = match cli::parse(env::args().skip(1)) {
        Ok(Some(options)) => draw(&options),
        Ok(None) => {
            print!("{}", cli::USAGE);
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

fn draw(options: &Options) -> Result<(), String> {
    let files = options
        .files
        .iter()
        .map(|file| Table::parse(&read(file)?).map_err(|error| format!("{}: {error}", file.display())));
    let files = files.collect::<Result<Vec<_>, _>>()?;
    let said = match &options.report {
        Some(file) => Said::read(&read(file)?),
        None => Said::default(),
    };
    fs::create_dir_all(&options.out).map_err(|error| format!("{}: {error}", options.out.display()))?;
    for (number, runs) in Runs::by_regime(&files).iter().enumerate() {
        // The first regime has the plain names.
        let suffix = if number == 0 { String::new() } else { format!("-{}", plain(&runs.regime)) };
        let foot = conditions::lines(runs, options, &said);
        let pictures = [
            ("throughput", panels::draw(runs, &throughput(), &foot)),
            ("ratios", heat::draw(runs, &foot)),
            ("cpu", panels::draw(runs, &costs(), &foot)),
            ("round-trips", trips::draw(runs, Latencies::Ping, &foot)),
            ("paced", trips::draw(runs, Latencies::Paced, &foot)),
            ("growth", growth::draw(runs, &foot)),
        ];
        for (name, picture) in pictures {
            let Some(picture) = picture else { continue };
            let file = options.out.join(format!("{name}{suffix}.svg"));
            fs::write(&file, picture).map_err(|error| format!("{}: {error}", file.display()))?;
            println!("{}", file.display());
        }
    }
    Ok(())
}

fn throughput() -> Panels {
    Panels {
        title: "Throughput",
        sub: "Million messages a second, by who sends to whom (columns), how many (rows) and the capacity of the queue. \
                  More is better; logarithmic scale, the same in every panel.",
        axis: "million messages a second",
        figure: |run| Some(run.value),
    }
}

fn costs() -> Panels {
    Panels {
        title: "CPU time per message",
        sub: "All threads of the process together, user and system: what a channel pays for its speed. Less is better; \
                  logarithmic scale, the same in every panel.",
        axis: "ns of CPU per message",
        figure: |run| run.cpu,
    }
}

fn read(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

/// A name that any file system takes.
fn plain(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect()
}
