//! Seeds one fault after another into a copy of the library and shows that the models notice each.
//!
//! `cargo run --bin faults -- [ID…]`; without names every row of `faults.toml` is run, and then also: that every model
//! kills at least one fault.

mod rows;
mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use bifrons_loom_tests::TOO_FEW;
use bifrons_loom_tests::runner::{self, Binary, Outcome, Run};

use rows::{Kind, Row};
use tree::Tree;

/// A model that runs so long on a fault hangs; at its quick bound none takes a tenth of it.
const LIMIT: Duration = Duration::from_secs(120);

fn main() -> ExitCode {
    match run() {
        Ok(problems) if problems.is_empty() => ExitCode::SUCCESS,
        Ok(problems) => {
            problems.iter().for_each(|problem| eprintln!("{problem}"));
            ExitCode::FAILURE
        }
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<Vec<String>, String> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(home.join("faults.toml")).map_err(|error| format!("faults.toml: {error}"))?;
    let rows = rows::read(&text)?;
    let asked: Vec<String> = std::env::args().skip(1).collect();
    if let Some(unknown) = asked.iter().find(|&id| rows.iter().all(|row| row.id != *id)) {
        return Err(format!("no row `{unknown}` in faults.toml"));
    }

    let at_once = thread::available_parallelism().map_or(1, usize::from).min(rows.len());
    let benches = (0..at_once).map(|nth| Bench::new(home, nth)).collect::<Result<Vec<_>, _>>()?;
    // Stale rows come to light before anything is built.
    let mut problems = Vec::new();
    let mut sources = Vec::new();
    for row in rows.iter().filter(|row| asked.is_empty() || asked.contains(&row.id)) {
        match benches[0].changes(row, &rows) {
            Ok(changes) => sources.push((row, changes)),
            Err(problem) => problems.push(problem),
        }
    }
    problems.iter().for_each(|problem| eprintln!("{problem}"));

    // Built unharmed once: what does not compile now is no fault's doing, and the names of the models are known.
    let models = benches[0].models()?;
    let mut unharming: BTreeSet<&str> = models.iter().map(String::as_str).collect();
    sources.retain(|(row, _)| {
        row.kills.iter().for_each(|kill| _ = unharming.remove(kill.as_str()));
        let unknown = row.kills.iter().find(|&kill| !models.contains(kill));
        problems.extend(unknown.map(|unknown| format!("row `{}`: no model {unknown}", row.id)));
        unknown.is_none()
    });
    println!("| fault | what it does | model | how it is noticed |\n|---|---|---|---|");
    let next = AtomicUsize::new(0);
    let try_rows = |bench: &Bench| {
        let mut problems = Vec::new();
        while let Some((row, changes)) = sources.get(next.fetch_add(1, Relaxed)) {
            // A row that does not compile is told of like one that nobody notices: the others are tried all the same.
            problems.extend(bench.try_row(row, changes, &models).unwrap_or_else(|problem| vec![problem]));
        }
        problems
    };
    problems.extend(thread::scope(|scope| {
        let tried: Vec<_> = benches.iter().map(|bench| scope.spawn(|| try_rows(bench))).collect();
        tried
            .into_iter()
            .flat_map(|tried| tried.join().expect("it tells of problems and does not panic"))
            .collect::<Vec<_>>()
    }));
    if asked.is_empty() {
        problems.extend(unharming.iter().map(|model| format!("{model} kills no fault: what is it for?")));
        let faults = sources.iter().filter(|(row, _)| row.kind == Kind::Fault).count();
        println!("\n{faults} faults, {} models", models.len());
    }
    Ok(problems)
}

/// Where faults are tried, one at a time.
struct Bench {
    tree: Tree,
    target: PathBuf,
    log: PathBuf,
}

impl Bench {
    fn new(home: &Path, nth: usize) -> Result<Self, String> {
        let origin = home.parent().ok_or("loom-tests has no parent")?;
        let place = origin.join(format!("target/faults/{nth}"));
        let log = place.join("log");
        // The target folder of the models serves the copies too: what does not change is built once for all.
        Ok(Self { tree: Tree::new(origin, place)?, target: origin.join("target/loom"), log })
    }

    fn build(&self, only: &[String]) -> Result<Vec<Binary>, String> {
        runner::build(&self.tree.models(), &self.target, only, "hasty")
    }

    fn models(&self) -> Result<Vec<String>, String> {
        let mut models = Vec::new();
        for binary in self.build(&[])? {
            models.extend(binary.models()?.iter().map(|model| format!("{}::{model}", binary.name)));
        }
        Ok(models)
    }

    /// The files that a row changes, with those that are applied with it.
    fn changes(&self, row: &Row, rows: &[Row]) -> Result<BTreeMap<String, String>, String> {
        let mut changes = BTreeMap::new();
        for id in row.with.iter().chain([&row.id]) {
            let row = rows.iter().find(|row| row.id == *id).ok_or_else(|| format!("no row `{id}` in faults.toml"))?;
            let source = match changes.remove(&row.file) {
                Some(changed) => changed,
                None => self.tree.source(&row.file)?,
            };
            changes.insert(row.file.clone(), row.apply(&source)?);
        }
        Ok(changes)
    }

    /// Tries one row; what is wrong with the outcome.
    fn try_row(&self, row: &Row, changes: &BTreeMap<String, String>, models: &[String]) -> Result<Vec<String>, String> {
        let wanted = if row.kind == Kind::Variant && row.kills.is_empty() { models } else { &row.kills };
        let mut only: Vec<String> =
            wanted.iter().filter_map(|model| split(model)).map(|(binary, _)| binary.to_owned()).collect();
        only.dedup();
        only.sort();
        only.dedup();
        let start = Instant::now();
        let outcomes = self.tree.with(changes, || -> Result<_, String> {
            let binaries = self.build(&only).map_err(|problem| format!("row `{}`: {problem}", row.id))?;
            let mut outcomes = Vec::new();
            for model in wanted {
                let Some((binary, name)) = split(model) else { continue };
                let binary = binaries.iter().find(|built| built.name == binary).ok_or("a binary was not built")?;
                let run = Run { deep: false, limit: LIMIT, log: Some(&self.log) };
                outcomes.push((model, binary.run(name, run)?));
            }
            Ok(outcomes)
        })??;
        let mut problems = Vec::new();
        for (model, outcome) in outcomes {
            let noticed = match &outcome {
                Outcome::Passed { .. } => false,
                // That there are fewer executions says that something has changed, and not that anything is wrong.
                Outcome::Failed(how) if row.kind == Kind::Fault => !how.contains(TOO_FEW),
                Outcome::Failed(_) | Outcome::Unfinished => true,
            };
            if row.kind == Kind::Fault {
                println!("| `{}` | {} | `{model}` | {outcome} |", row.id, row.why);
            }
            match (row.kind, noticed) {
                (Kind::Fault, false) => problems.push(format!("{model} does not notice `{}`", row.id)),
                (Kind::Variant, true) => problems.push(format!("{model} does not bear `{}`: {outcome}", row.id)),
                _ => {}
            }
        }
        if row.kind == Kind::Variant {
            println!(
                "| `{}` | {} | {} models | a variant: {} noticed it |",
                row.id,
                row.why,
                wanted.len(),
                problems.len()
            );
        }
        eprintln!("{}: {:.0} s", row.id, start.elapsed().as_secs_f64());
        Ok(problems)
    }
}

fn split(model: &str) -> Option<(&str, &str)> {
    model.split_once("::")
}
