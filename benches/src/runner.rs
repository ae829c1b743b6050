//! Rounds of runs: channels take turns, a watchdog ends what hangs.

use std::collections::HashSet;
use std::io::{self, Read};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::channels::Channel;
use crate::machine::{self, Moment};
use crate::record::{Outcome, Record};
use crate::regime::Regime;
use crate::scenario::Scenario;

/// A run that lasts longer than this is killed.
const WATCHDOG: Duration = Duration::from_secs(20);

/// So often is a run repeated that others disturbed; then it is kept, and marked.
const REPEATS: usize = 2;

/// How much is run.
pub struct Plan<'a> {
    pub scenarios: Vec<&'a Scenario>,
    pub channels: &'a [&'static Channel],
    pub rounds: usize,
    pub seconds: f64,
    pub regime: Regime,
    /// How long to wait, in all, for others to be quiet before a run is repeated.
    pub patience: Duration,
}

/// Runs everything round by round, and hands each record to `keep` as it comes.
///
/// In each round the channels run one after the other in each scenario, and another one begins.
pub fn run<'a>(plan: &Plan<'a>, mut keep: impl FnMut(Record<'a>) -> io::Result<()>) -> io::Result<()> {
    let mut absent = HashSet::new();
    let (rounds, channels) = (plan.rounds, plan.channels);
    let mut patience = plan.patience;
    for round in 0..rounds {
        for (index, &scenario) in plan.scenarios.iter().enumerate() {
            eprintln!("{}, round {} of {rounds}: {}", plan.regime, round + 1, scenario.id);
            for turn in 0..channels.len() {
                let channel = channels[(turn + round) % channels.len()].name;
                if absent.contains(&(index, channel)) {
                    continue;
                }
                let record = plan.run_undisturbed(round, scenario, channel, &mut patience)?;
                if matches!(record.outcome, Outcome::Absent) {
                    absent.insert((index, channel));
                } else {
                    keep(record)?;
                }
            }
        }
    }
    Ok(())
}

impl<'a> Plan<'a> {
    /// One run; when others disturb it, the last of several.
    fn run_undisturbed(
        &self,
        round: usize,
        scenario: &'a Scenario,
        channel: &'static str,
        patience: &mut Duration,
    ) -> io::Result<Record<'a>> {
        let mut repeats = 0;
        loop {
            // Beside busy loops nobody can tell what others do.
            let before = Moment::now().filter(|_| self.regime.hogs() == 0);
            let outcome = self.run_child(channel, &scenario.id)?;
            let foreign = before.and_then(Moment::foreign_since);
            let record = Record { regime: self.regime, round, scenario, channel, outcome, foreign };
            let measured = record.outcome.figures().is_some();
            if repeats == REPEATS || !(measured && record.is_disturbed()) {
                return Ok(record);
            }
            repeats += 1;
            machine::wait_for_quiet(patience);
        }
    }

    fn run_child(&self, channel: &str, scenario: &str) -> io::Result<Outcome> {
        let mut command = Command::new(std::env::current_exe()?);
        if let Some(cpu) = self.regime.cpu() {
            command.args(["--pin-all", &cpu.to_string()]);
        }
        let mut child = command
            .args(["--child", channel, scenario, &self.seconds.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut stdout = child.stdout.take().expect("it is piped");
        let (said, words) = mpsc::channel();
        let reader = thread::spawn(move || {
            let mut text = String::new();
            // The end of the output is the end of the child: nobody polls while it runs.
            let read = stdout.read_to_string(&mut text);
            let _ = said.send(read.map(|_| text));
        });
        let answer = words.recv_timeout(WATCHDOG);
        if answer.is_err() {
            child.kill()?;
        }
        let status = child.wait()?;
        reader.join().expect("the reader does not panic");
        let Ok(text) = answer else {
            return Ok(Outcome::Hung);
        };
        let text = text?;
        match Outcome::parse(text.trim_end()) {
            Some(outcome) if status.success() => Ok(outcome),
            _ => Ok(Outcome::Crashed(status.to_string())),
        }
    }
}
