//! How one run ended, as a value, as a child's last words, as a row of the CSV file.

use std::fmt;
use std::time::Duration;

use crate::load::Sample;
use crate::machine::QUIET;
use crate::meter::Spent;
use crate::regime::Regime;
use crate::scenario::Scenario;
use crate::tally::Tails;

/// The figures of one run.
#[derive(Clone, Copy)]
pub struct Figures {
    /// In the unit of the scenario.
    pub value: f64,
    /// Messages, round trips or pairs in the timed part.
    pub ops: u64,
    pub spent: Spent,
    pub tails: Option<Tails>,
}

impl Figures {
    pub fn cpu_ns_per_op(&self) -> f64 {
        self.spent.cpu().as_nanos() as f64 / self.ops as f64
    }

    /// Of those that had to wait.
    pub fn switches_per_1000(&self) -> f64 {
        self.spent.voluntary as f64 * 1000.0 / self.ops as f64
    }
}

pub enum Outcome {
    Measured(Figures),
    /// The channel cannot do this.
    Absent,
    /// Not everything that was sent was received once, or something else came.
    Lost(String),
    /// Nothing passed in the timed part.
    Stalled,
    /// Killed by the watchdog.
    Hung,
    Crashed(String),
}

impl Outcome {
    pub fn of(sample: Option<Sample>) -> Self {
        match sample {
            None => Self::Absent,
            Some(sample) if !sample.tally.is_conserved() => Self::Lost(sample.tally.to_string()),
            Some(sample) if sample.ops == 0 => Self::Stalled,
            Some(sample) => Self::Measured(Figures {
                value: sample.value,
                ops: sample.ops,
                spent: sample.spent,
                tails: sample.tails,
            }),
        }
    }

    /// One word for how it ended.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Measured(_) => "measured",
            Self::Absent => "absent",
            Self::Lost(_) => "lost",
            Self::Stalled => "stalled",
            Self::Hung => "hung",
            Self::Crashed(_) => "crashed",
        }
    }

    pub fn figures(&self) -> Option<&Figures> {
        match self {
            Self::Measured(figures) => Some(figures),
            _ => None,
        }
    }

    /// Whether the channel broke its word.
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::Lost(_) | Self::Stalled | Self::Hung | Self::Crashed(_))
    }

    /// Reads what `Display` wrote.
    pub fn parse(line: &str) -> Option<Self> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "measured" => parse_figures(rest).map(Self::Measured),
            "absent" => Some(Self::Absent),
            "lost" => Some(Self::Lost(rest.into())),
            "stalled" => Some(Self::Stalled),
            "hung" => Some(Self::Hung),
            "crashed" => Some(Self::Crashed(rest.into())),
            _ => None,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())?;
        match self {
            Self::Measured(figures) => {
                let Figures { value, ops, spent, .. } = figures;
                write!(f, " {value} {ops}")?;
                for time in [spent.wall, spent.user, spent.system, spent.own] {
                    write!(f, " {}", time.as_nanos())?;
                }
                write!(f, " {} {}", spent.voluntary, spent.involuntary)?;
                match figures.tails {
                    Some(Tails { p50, p99 }) => write!(f, " {p50} {p99}"),
                    None => Ok(()),
                }
            }
            Self::Lost(what) | Self::Crashed(what) => write!(f, " {what}"),
            Self::Absent | Self::Stalled | Self::Hung => Ok(()),
        }
    }
}

fn parse_figures(text: &str) -> Option<Figures> {
    let mut words = text.split(' ');
    let value = words.next()?.parse().ok()?;
    let mut number = || words.next()?.parse::<u64>().ok();
    Some(Figures {
        value,
        ops: number()?,
        spent: Spent {
            wall: Duration::from_nanos(number()?),
            user: Duration::from_nanos(number()?),
            system: Duration::from_nanos(number()?),
            own: Duration::from_nanos(number()?),
            voluntary: number()?,
            involuntary: number()?,
        },
        tails: match (number(), number()) {
            (Some(p50), Some(p99)) => Some(Tails { p50, p99 }),
            _ => None,
        },
    })
}

/// One run and how it ended.
pub struct Record<'a> {
    pub regime: Regime,
    pub round: usize,
    pub scenario: &'a Scenario,
    pub channel: &'static str,
    pub outcome: Outcome,
    /// How many CPUs others kept busy meanwhile, where that can be told.
    pub foreign: Option<f64>,
}

impl Record<'_> {
    pub const CSV_HEADER: &'static str = "regime,round,scenario,channel,outcome,value,unit,ops,wall_ns,\
        cpu_ns,user_ns,system_ns,own_ns,cpu_ns_per_op,voluntary_switches,involuntary_switches,p50_ns,p99_ns,\
        foreign_cpus";

    /// Whether others were so busy that the figure says less about the channel.
    pub fn is_disturbed(&self) -> bool {
        self.foreign.is_some_and(|cpus| cpus > QUIET)
    }

    pub fn csv(&self) -> String {
        let head =
            format!("{},{},{},{},{}", self.regime, self.round, self.scenario.id, self.channel, self.outcome.word());
        let unit = self.scenario.kind.metric().unit;
        let foreign = self.foreign.map_or(String::new(), |cpus| format!("{cpus:.2}"));
        let Some(figures) = self.outcome.figures() else {
            return format!("{head},,{unit},,,,,,,,,,,,{foreign}");
        };
        let spent = figures.spent;
        let tails = figures.tails.map_or(",".into(), |tails| format!("{},{}", tails.p50, tails.p99));
        format!(
            "{head},{},{unit},{},{},{},{},{},{},{:.3},{},{},{tails},{foreign}",
            figures.value,
            figures.ops,
            spent.wall.as_nanos(),
            spent.cpu().as_nanos(),
            spent.user.as_nanos(),
            spent.system.as_nanos(),
            spent.own.as_nanos(),
            figures.cpu_ns_per_op(),
            spent.voluntary,
            spent.involuntary,
        )
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Figures, Outcome, Record};
    use crate::meter::Spent;
    use crate::regime::Regime;
    use crate::scenario::{Kind, Scenario};
    use crate::tally::Tails;

    #[test]
    fn the_parent_reads_what_the_child_says() {
        let figures = |tails| {
            Outcome::Measured(Figures {
                value: 0.125,
                ops: 3,
                spent: Spent {
                    wall: Duration::from_nanos(300_000_001),
                    user: Duration::from_micros(7),
                    system: Duration::from_micros(5),
                    own: Duration::from_nanos(17),
                    voluntary: 2,
                    involuntary: 1,
                },
                tails,
            })
        };
        let outcomes = [
            figures(None),
            figures(Some(Tails { p50: 10, p99: 20 })),
            Outcome::Absent,
            Outcome::Lost("sent 2 items of sum 3, received 1 items of sum 1".into()),
            Outcome::Stalled,
            Outcome::Hung,
            Outcome::Crashed("exit status: 101".into()),
        ];
        for said in outcomes.map(|outcome| outcome.to_string()) {
            assert_eq!(Outcome::parse(&said).unwrap().to_string(), said);
        }
        for nonsense in ["", "measured", "measured 1 2", "measured 1 2 3 4 5 6 7", "measured x 1 2 3 4 5 6 7", "found"]
        {
            assert!(Outcome::parse(nonsense).is_none(), "{nonsense}");
        }
    }

    #[test]
    fn every_row_has_as_many_fields_as_the_header() {
        let scenario = Scenario { id: "timeout/recv".into(), kind: Kind::Timeout, optional: false, everywhere: false };
        let fields = |row: &str| row.split(',').count();
        for said in ["measured 1 2 3 4 5 6 7 8", "measured 1 2 3 4 5 6 7 8 9 10", "stalled"] {
            let outcome = Outcome::parse(said).unwrap();
            let record =
                Record { regime: Regime::Idle, round: 0, scenario: &scenario, channel: "std", outcome, foreign: None };
            assert_eq!(fields(&record.csv()), fields(Record::CSV_HEADER), "{said}");
        }
    }
}
