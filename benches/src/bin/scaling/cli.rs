//! The command line.

use crate::costs::{Costs, MOST_CORES};

pub const USAGE: &str = "\
Predicts the throughput of one queue between many threads on many cores, by a model.

usage: scaling [OPTIONS]

--measure         measure this machine instead: the options for the model, and what it is to predict
--threads LIST    so many threads on each side, separated by commas (default 1,2,4,8,16,32,64)
--capacity N      of the queue (default 128)
--cores N         \\  128 at most
--hold NS          | a passage of an uncontested door
--item NS          | each further item of a batch
--own NS           | what a thread does between two; with --measure by pauses
--line NS          | moving a cache line from core to core
--wake NS          | until a called thread runs on an idle core
--call NS          | what calling it costs
--switch NS        | from thread to thread on one core
--pause NS         | a pause instruction
--slack NS         | by how much a sleep is too long
--slice NS        /  for how long a thread keeps a core that others want
--batch N         items a passage: what send_many and recv_many do (default 1)
--ms N            how much time is simulated (default 20)
--rounds N        how often each stream is simulated or measured (default 5)
--seconds S       for how long it is measured (default 0.3)
";

/// What the user wants.
#[derive(Debug)]
pub enum Command {
    Help,
    Measure(Options),
    Predict(Options),
}

#[derive(Debug)]
pub struct Options {
    pub costs: Costs,
    pub threads: Vec<usize>,
    pub batch: u64,
    pub milliseconds: f64,
    pub rounds: usize,
    pub seconds: f64,
}

pub fn parse(mut words: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut options = Options {
        costs: Costs::default(),
        threads: vec![1, 2, 4, 8, 16, 32, 64],
        batch: 1,
        milliseconds: 20.0,
        rounds: 5,
        seconds: 0.3,
    };
    let mut measure = false;
    while let Some(word) = words.next() {
        let mut operand = || words.next().ok_or(format!("{word} needs a value"));
        let costs = &mut options.costs;
        match word.as_str() {
            "--help" | "-h" => return Ok(Command::Help),
            "--measure" => measure = true,
            "--threads" => options.threads = operand()?.split(',').map(count).collect::<Result<_, _>>()?,
            "--capacity" => costs.capacity = count(&operand()?)? as u64,
            "--cores" => costs.cores = count(&operand()?)?,
            "--hold" => costs.hold = amount(&operand()?)?,
            "--item" => costs.item = amount(&operand()?)?,
            "--own" => costs.own = amount(&operand()?)?,
            "--line" => costs.line = amount(&operand()?)?,
            "--wake" => costs.wake = amount(&operand()?)?,
            "--call" => costs.call = amount(&operand()?)?,
            "--switch" => costs.switch = amount(&operand()?)?,
            "--pause" => costs.pause = amount(&operand()?)?,
            "--slack" => costs.slack = amount(&operand()?)?,
            "--slice" => costs.slice = amount(&operand()?)?,
            "--batch" => options.batch = count(&operand()?)? as u64,
            "--ms" => options.milliseconds = amount(&operand()?)?,
            "--rounds" => options.rounds = count(&operand()?)?,
            "--seconds" => options.seconds = amount(&operand()?)?,
            _ => return Err(format!("no such option: {word}")),
        }
    }
    if options.costs.cores > MOST_CORES {
        return Err(format!("the model has {MOST_CORES} cores at most"));
    }
    Ok(if measure { Command::Measure(options) } else { Command::Predict(options) })
}

fn count(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|number| *number > 0).ok_or(format!("not a whole number above 0: {text}"))
}

fn amount(text: &str) -> Result<f64, String> {
    let positive = |number: &f64| number.is_finite() && *number > 0.0;
    text.parse().ok().filter(positive).ok_or(format!("not a number above 0: {text}"))
}

#[cfg(test)]
mod tests {
    use super::{Command, parse};

    fn words(line: &str) -> impl Iterator<Item = String> {
        line.split_whitespace().map(String::from)
    }

    #[test]
    fn what_is_not_said_is_as_measured() {
        let Ok(Command::Predict(options)) = parse(words("--cores 16 --threads 1,128")) else { panic!("understood") };
        assert_eq!((options.costs.cores, options.threads), (16, vec![1, 128]));
        assert_eq!(options.costs.hold, super::Costs::default().hold);
        assert!(matches!(parse(words("--measure --rounds 3")), Ok(Command::Measure(o)) if o.rounds == 3));
    }

    #[test]
    fn nonsense_is_refused() {
        for line in ["--cores 0", "--cores 129", "--line -1", "--hold nan", "--threads 1,,2", "--lines 3", "--wake"] {
            assert!(parse(words(line)).is_err(), "{line}");
        }
    }
}
