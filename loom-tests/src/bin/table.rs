//! Runs every model and prints what it explored, as rows for the table in README.md.
//!
//! `cargo run --bin table -- [--deep] [--limit SECONDS] [WORD…]`; with words, only models whose names have one in them.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use bifrons_loom_tests::runner::{self, Outcome, Run};

fn main() -> ExitCode {
    match table() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

/// Whether no model failed.
fn table() -> Result<bool, String> {
    let (mut deep, mut limit, mut words) = (false, Duration::from_secs(20 * 60), Vec::new());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--deep" => deep = true,
            "--limit" => {
                let seconds = arguments.next().and_then(|seconds| seconds.parse().ok());
                limit = Duration::from_secs(seconds.ok_or("--limit takes a number of seconds")?);
            }
            _ => words.push(argument),
        }
    }
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let binaries = runner::build(home, &home.join("../target/loom"), &[], "dev")?;
    let mut good = true;
    println!("| model | bound | executions | seconds |\n|---|---|---|---|");
    for binary in binaries {
        for model in binary.models()? {
            let name = format!("{}::{model}", binary.name);
            if !words.is_empty() && !words.iter().any(|word| name.contains(word.as_str())) {
                continue;
            }
            match binary.run(&model, Run { deep, limit, log: None })? {
                Outcome::Passed { executions, bound, seconds } => {
                    println!("| `{name}` | {bound} | {executions} | {seconds:.1} |");
                }
                Outcome::Unfinished => println!("| `{name}` | – | did not end | {} |", limit.as_secs()),
                failed @ Outcome::Failed(_) => {
                    good = false;
                    println!("| `{name}` | – | **{failed}** | – |");
                }
            }
        }
    }
    Ok(good)
}
