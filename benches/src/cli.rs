//! The command line.

use std::num::NonZero;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use crate::channels::{self, Channel};
use crate::regime::Regime;
use crate::scenario::Scenario;

pub const USAGE: &str = "\
Measures bifrons beside its peers.

usage: bifrons-benches [OPTIONS] [SCENARIO...]

SCENARIO          a part of an id, such as SA/ or ping; with a $ behind it, the end of an id;
                  without any, every scenario that is not optional
--all             the optional scenarios too
--channel NAMES   only these channels, separated by commas
--rounds N        how often everything is run (default 5)
--seconds S       how long a run is timed (default 0.3), after a tenth of that to warm up
--patience S      when others disturb, wait for them to be quiet, S seconds in all (default 0)
--hogs N          so many busy loops beside
--pin-all CPU     everything on one CPU
--regimes         a third of the scenarios in three regimes: on an idle machine, with a busy loop for each CPU
                  beside, with everything on one CPU
--csv FILE        one row for each run
--list            the scenarios and the channels
";

/// What the user wants.
pub enum Command {
    Help,
    List,
    Run(Options),
    /// A run within this process: channel, scenario, seconds.
    Child {
        channel: String,
        scenario: String,
        seconds: f64,
        /// The CPU that everything is bound to.
        cpu: Option<usize>,
    },
    Hog,
}

pub struct Options {
    filters: Vec<String>,
    all: bool,
    /// Only what is marked for all regimes.
    third: bool,
    pub channels: Vec<&'static Channel>,
    pub rounds: usize,
    pub seconds: f64,
    pub patience: Duration,
    pub regimes: Vec<Regime>,
    pub csv: Option<PathBuf>,
}

impl Options {
    /// Whether a scenario is to be run.
    pub fn wants(&self, scenario: &Scenario) -> bool {
        if self.third && !scenario.everywhere {
            return false;
        }
        if self.filters.is_empty() {
            return self.all || !scenario.optional;
        }
        self.filters.iter().any(|filter| match filter.strip_suffix('$') {
            Some(end) => scenario.id.ends_with(end),
            None => scenario.id.contains(filter.as_str()),
        })
    }
}

pub fn parse(mut words: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut options = Options {
        filters: Vec::new(),
        all: false,
        third: false,
        channels: channels::ALL.iter().collect(),
        rounds: 5,
        seconds: 0.3,
        patience: Duration::ZERO,
        regimes: Vec::new(),
        csv: None,
    };
    while let Some(word) = words.next() {
        let mut operand = || words.next().ok_or(format!("{word} needs a value"));
        match word.as_str() {
            "--child" => {
                let (channel, scenario) = (operand()?, operand()?);
                let seconds = number(&operand()?)?;
                let cpu = options.regimes.first().and_then(|regime| regime.cpu());
                return Ok(Command::Child { channel, scenario, seconds, cpu });
            }
            "--hog" => return Ok(Command::Hog),
            "--help" | "-h" => return Ok(Command::Help),
            "--list" => return Ok(Command::List),
            "--all" => options.all = true,
            "--channel" => options.channels = named(&operand()?)?,
            "--rounds" => options.rounds = number(&operand()?)?,
            "--seconds" => options.seconds = number(&operand()?)?,
            "--patience" => options.patience = Duration::from_secs(number(&operand()?)?),
            "--hogs" => options.regimes.push(Regime::Loaded(number(&operand()?)?)),
            "--pin-all" => options.regimes.push(Regime::OneCpu(number(&operand()?)?)),
            "--regimes" => {
                options.third = true;
                options.regimes.extend([Regime::Idle, Regime::Loaded(cpus()), Regime::OneCpu(0)]);
            }
            "--csv" => options.csv = Some(operand()?.into()),
            option if option.starts_with('-') => return Err(format!("no such option: {option}")),
            _ => options.filters.push(word),
        }
    }
    if !(options.seconds > 0.0 && options.seconds <= 5.0) {
        return Err("--seconds takes more than 0 and at most 5".into());
    }
    match options.regimes.len() {
        0 => options.regimes.push(Regime::Idle),
        1 => {}
        _ if options.third && options.regimes.len() == 3 => {}
        _ => return Err("one of --hogs, --pin-all and --regimes, once".into()),
    }
    Ok(Command::Run(options))
}

/// A busy loop for each of these leaves none idle.
fn cpus() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

fn number<N: std::str::FromStr>(text: &str) -> Result<N, String> {
    text.parse().map_err(|_| format!("not a number: {text}"))
}

fn named(names: &str) -> Result<Vec<&'static Channel>, String> {
    let find = |name: &str| channels::find(name).ok_or(format!("no such channel: {name}"));
    names.split(',').map(find).collect()
}
