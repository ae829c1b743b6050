//! Builds the models and runs them one by one, each in a process of its own.
//!
//! A model that deadlocks while it unwinds aborts its process; here it takes no other model with it.

use std::fmt;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use crate::harness::FAILS_AT_ONCE;

/// A test binary with models in it.
#[derive(Debug, Clone)]
pub struct Binary {
    pub name: String,
    pub path: PathBuf,
}

/// What became of a model.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Passed {
        executions: u64,
        /// The most preemptions, or `none`.
        bound: String,
        seconds: f64,
    },
    /// The first panic, or how the process ended.
    Failed(String),
    /// It was still running when its time was over.
    Unfinished,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed { executions, bound, seconds } => {
                write!(f, "passed: {executions} executions, bound {bound}, {seconds:.1} s")
            }
            Self::Failed(how) => write!(f, "failed: {how}"),
            Self::Unfinished => write!(f, "did not end in time"),
        }
    }
}

/// How a model is run.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    pub deep: bool,
    pub limit: Duration,
    /// Where what it prints is kept; `None` keeps nothing of it, which is for runs that print without end.
    pub log: Option<&'a Path>,
}

/// Builds test binaries of the package in `dir` by a profile, all of them or those named.
///
/// # Errors
///
/// When they do not compile; what the compiler says is in it.
pub fn build(dir: &Path, target: &Path, only: &[String], profile: &str) -> Result<Vec<Binary>, String> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(dir).env("CARGO_TARGET_DIR", target);
    // The profile says what is built piece by piece.
    cargo.env_remove("CARGO_INCREMENTAL");
    cargo.args(["test", "--profile", profile, "--no-run", "--quiet", "--message-format=json-render-diagnostics"]);
    if only.is_empty() {
        cargo.args(["--test", "*"]);
    }
    for name in only {
        cargo.args(["--test", name]);
    }
    let output = cargo.output().map_err(|error| format!("cargo does not start: {error}"))?;
    if !output.status.success() {
        return Err(format!("it does not compile\n{}", String::from_utf8_lossy(&output.stderr)));
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    Ok(messages.lines().filter(|line| line.contains(r#""kind":["test"]"#)).filter_map(binary).collect())
}

/// The binary that a message of cargo's speaks of.
fn binary(message: &str) -> Option<Binary> {
    let path = PathBuf::from(field(message, r#""executable":""#)?);
    let stem = path.file_stem()?.to_str()?;
    let name = stem.rsplit_once('-').map_or(stem, |(name, _)| name).to_owned();
    Some(Binary { name, path })
}

fn field<'a>(message: &'a str, opening: &str) -> Option<&'a str> {
    let (_, rest) = message.split_once(opening)?;
    rest.split_once('"').map(|(field, _)| field)
}

impl Binary {
    /// The names of its models.
    ///
    /// # Errors
    ///
    /// When it can not be asked.
    pub fn models(&self) -> Result<Vec<String>, String> {
        let output = Command::new(&self.path)
            .args(["--list", "--format=terse"])
            .output()
            .map_err(|error| format!("{} does not start: {error}", self.path.display()))?;
        let listing = String::from_utf8_lossy(&output.stdout);
        Ok(listing.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect())
    }

    /// Runs one model.
    ///
    /// # Errors
    ///
    /// When it can not be started; that it fails is no error here.
    pub fn run(&self, model: &str, run: Run<'_>) -> Result<Outcome, String> {
        static RUNS: AtomicU64 = AtomicU64::new(0);
        let nth = RUNS.fetch_add(1, Relaxed);
        let scratch = std::env::temp_dir().join(format!("bifrons-model-{}-{nth}", std::process::id()));
        let outcome = self.run_into(model, run, &scratch);
        // It may never have been made.
        let _ = fs::remove_file(&scratch);
        outcome
    }

    fn run_into(&self, model: &str, run: Run<'_>, scratch: &Path) -> Result<Outcome, String> {
        let told = |error: std::io::Error| format!("{model}: {error}");
        let errors = match run.log {
            Some(log) => Stdio::from(File::create(log).map_err(told)?),
            None => Stdio::null(),
        };
        let mut child = Command::new(&self.path)
            .args(["--exact", model, "--nocapture", "--test-threads=1"])
            .env("RUST_BACKTRACE", "0")
            .env(FAILS_AT_ONCE, "yes")
            .env("BIFRONS_LOOM", if run.deep { "deep" } else { "quick" })
            .stdin(Stdio::null())
            .stdout(File::create(scratch).map_err(told)?)
            .stderr(errors)
            .spawn()
            .map_err(told)?;
        let start = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().map_err(told)? {
                break status;
            }
            if start.elapsed() > run.limit {
                child.kill().map_err(told)?;
                child.wait().map_err(told)?;
                return Ok(Outcome::Unfinished);
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        let output = fs::read_to_string(scratch).map_err(told)?;
        if status.success() {
            return explored(&output).ok_or_else(|| format!("{model}: passed without telling what it explored"));
        }
        let first =
            run.log.and_then(|log| fs::read(log).ok()).and_then(|log| first_panic(&String::from_utf8_lossy(&log)));
        Ok(Outcome::Failed(first.unwrap_or_else(|| status.to_string())))
    }
}

/// What the harness printed.
fn explored(output: &str) -> Option<Outcome> {
    let (_, told) = output.split_once("explored executions=")?;
    let mut words = told.split_whitespace();
    let executions = words.next()?.parse().ok()?;
    let bound = words.next()?.strip_prefix("bound=")?.to_owned();
    let seconds = words.next()?.strip_prefix("seconds=")?.parse().ok()?;
    Some(Outcome::Passed { executions, bound, seconds })
}

fn first_panic(log: &str) -> Option<String> {
    let mut lines = log.lines().skip_while(|line| !line.contains("panicked at "));
    lines.next()?;
    let message = lines.next()?.trim();
    Some(message.chars().take(90).collect())
}
