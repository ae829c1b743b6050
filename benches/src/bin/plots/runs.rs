//! What was measured, by cell: a scenario and a channel.

use crate::names::more_is_better;
use crate::stats::Spread;
use crate::table::{Row, Table};

pub const SUBJECT: &str = "bifrons";

/// A run counts only where others kept fewer CPUs than this busy, unless a cell has no other runs.
const QUIET: f64 = 0.15;

/// What a channel stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Subject,
    Peer,
    /// Shown, never compared with: it does not do the same.
    Limit,
}

pub fn role(channel: &str) -> Role {
    match channel {
        SUBJECT => Role::Subject,
        "rtrb" => Role::Limit,
        // A reference loop, or the subject with other calls.
        name if name.starts_with("ref-") || name.starts_with("bifrons-") => Role::Limit,
        _ => Role::Peer,
    }
}

/// One run that came to a figure.
#[derive(Debug, Clone)]
pub struct Run {
    /// Round and file: what was measured side by side.
    turn: (usize, String),
    pub scenario: String,
    pub channel: String,
    pub regime: String,
    pub unit: String,
    pub value: f64,
    pub cpu: Option<f64>,
    pub p50: Option<f64>,
    pub p99: Option<f64>,
    foreign: Option<f64>,
}

impl Run {
    fn read(file: usize, row: Row<'_>) -> Option<Self> {
        let text = |name| row.text(name).to_string();
        Some(Self {
            turn: (file, text("round")),
            scenario: text("scenario"),
            channel: text("channel"),
            regime: text("regime"),
            unit: text("unit"),
            value: row.number("value").filter(|_| row.text("outcome") == "measured")?,
            cpu: row.number("cpu_ns_per_op"),
            p50: row.number("p50_ns"),
            p99: row.number("p99_ns"),
            foreign: row.number("foreign_cpus"),
        })
    }

    fn is_disturbed(&self) -> bool {
        self.foreign.is_some_and(|cpus| cpus > QUIET)
    }
}

/// All runs of one regime.
#[derive(Debug, Default)]
pub struct Runs {
    pub regime: String,
    list: Vec<Run>,
}

/// The best peer of a scenario, besides how the subject does beside it.
pub struct Rivalry<'a> {
    pub best: &'a str,
    /// By what factor the subject is better, round by round; the ratio of the medians where no round has both.
    pub ratio: Spread,
}

impl Runs {
    /// Sorts the rows of some files by regime, in the order in which they come.
    pub fn by_regime(files: &[Table]) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for (number, file) in files.iter().enumerate() {
            for run in file.rows().filter_map(|row| Run::read(number, row)) {
                match all.iter_mut().find(|runs| runs.regime == run.regime) {
                    Some(runs) => runs.list.push(run),
                    None => all.push(Self { regime: run.regime.clone(), list: vec![run] }),
                }
            }
        }
        all
    }

    /// The scenarios in the order in which they come.
    pub fn scenarios(&self) -> Vec<&str> {
        distinct(self.list.iter().map(|run| run.scenario.as_str()))
    }

    /// The channels, the subject first and the limits last.
    pub fn channels(&self) -> Vec<&str> {
        let mut names = distinct(self.list.iter().map(|run| run.channel.as_str()));
        names.sort_by_key(|name| role(name) as u8);
        names
    }

    /// The runs of a cell: the undisturbed ones, or all where there are no others.
    fn cell(&self, scenario: &str, channel: &str) -> Vec<&Run> {
        let runs = || self.list.iter().filter(|run| run.scenario == scenario && run.channel == channel);
        let quiet = runs().any(|run| !run.is_disturbed());
        runs().filter(|run| !(quiet && run.is_disturbed())).collect()
    }

    pub fn unit(&self, scenario: &str) -> &str {
        self.list.iter().find(|run| run.scenario == scenario).map_or("", |run| &run.unit)
    }

    /// The middle of what the runs of a cell say.
    pub fn median(&self, scenario: &str, channel: &str, figure: impl Fn(&Run) -> Option<f64>) -> Option<f64> {
        Spread::of(self.cell(scenario, channel).into_iter().filter_map(figure)).map(|spread| spread.median)
    }

    pub fn rivalry(&self, scenario: &str) -> Option<Rivalry<'_>> {
        let more = more_is_better(self.unit(scenario));
        let value = |channel: &str| self.median(scenario, channel, |run| Some(run.value));
        let better = |ours: f64, theirs: f64| if more { ours / theirs } else { theirs / ours };

        let ours = value(SUBJECT)?;
        let peers = self.channels().into_iter().filter(|name| role(name) == Role::Peer);
        let (best, theirs) = peers
            .filter_map(|name| Some((name, value(name)?)))
            .max_by(|one, other| better(one.1, other.1).total_cmp(&1.0))?;
        let its = self.cell(scenario, best);
        let factors = self.cell(scenario, SUBJECT).into_iter().filter_map(|run| {
            let same = its.iter().find(|other| other.turn == run.turn)?;
            Some(better(run.value, same.value))
        });
        let usable = |spread: &Spread| spread.median.is_finite() && spread.median > 0.0;
        let ratio = Spread::of(factors).or_else(|| Spread::of([better(ours, theirs)])).filter(usable)?;
        Some(Rivalry { best, ratio })
    }

    /// How many cells there are, and of how many of them every run was disturbed.
    pub fn disturbed_cells(&self) -> (usize, usize) {
        let mut cells = std::collections::HashMap::new();
        for run in &self.list {
            *cells.entry((&run.scenario, &run.channel)).or_insert(true) &= run.is_disturbed();
        }
        (cells.len(), cells.values().filter(|disturbed| **disturbed).count())
    }

    /// The title of a picture of these runs.
    pub fn titled(&self, title: &str) -> String {
        if self.regime.is_empty() { title.into() } else { format!("{title} · {}", self.regime) }
    }

    /// How many rounds were measured.
    pub fn rounds(&self) -> usize {
        self.list.iter().map(|run| &run.turn).collect::<std::collections::HashSet<_>>().len()
    }
}

pub fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut list = Vec::new();
    for name in names {
        if !list.contains(&name) {
            list.push(name);
        }
    }
    list
}

#[cfg(test)]
mod tests {
    use super::{Role, Runs, role};
    use crate::table::Table;

    fn runs(rows: &str) -> Runs {
        let header = "round,scenario,channel,outcome,value,unit,foreign_cpus";
        let table = Table::parse(&format!("{header}\n{rows}")).unwrap();
        Runs::by_regime(&[table]).pop().unwrap()
    }

    #[test]
    fn the_ratio_is_taken_within_each_round() {
        let runs = runs(
            "0,s,bifrons,measured,2,Mmsg/s,\n0,s,kanal,measured,1,Mmsg/s,\n\
            1,s,bifrons,measured,30,Mmsg/s,\n1,s,kanal,measured,10,Mmsg/s,\n\
            2,s,bifrons,measured,4,Mmsg/s,\n2,s,kanal,measured,1,Mmsg/s,\n",
        );
        let rivalry = runs.rivalry("s").unwrap();
        assert_eq!((rivalry.ratio.min, rivalry.ratio.median, rivalry.ratio.max), (2.0, 3.0, 4.0));
        assert_eq!(runs.rounds(), 3);
    }

    #[test]
    fn the_best_peer_is_no_limit_and_depends_on_the_unit() {
        let rows = |unit| {
            ["bifrons,measured,4", "rtrb,measured,100", "ref-spin,measured,0.1", "kanal,measured,2", "flume,measured,8"]
                .map(|cell| format!("0,s,{cell},{unit},\n"))
                .concat()
        };
        let (rates, times) = (runs(&rows("Mmsg/s")), runs(&rows("ns/trip")));
        let (rate, time) = (rates.rivalry("s").unwrap(), times.rivalry("s").unwrap());
        assert_eq!((rate.best, rate.ratio.median), ("flume", 0.5));
        assert_eq!((time.best, time.ratio.median), ("kanal", 0.5));
        assert_eq!([role("rtrb"), role("ref-spin"), role("bifrons")], [Role::Limit, Role::Limit, Role::Subject]);
    }

    #[test]
    fn disturbed_runs_count_only_where_there_are_no_others() {
        let runs = runs(
            "0,s,bifrons,measured,9,Mmsg/s,1.5\n1,s,bifrons,measured,3,Mmsg/s,0.01\n\
            0,s,kanal,measured,5,Mmsg/s,0.9\n0,s,flume,crashed,,Mmsg/s,0\n",
        );
        let value = |channel| runs.median("s", channel, |run| Some(run.value));
        assert_eq!([value("bifrons"), value("kanal"), value("flume")], [Some(3.0), Some(5.0), None]);
        assert_eq!(runs.disturbed_cells(), (2, 1));
        // No round has both undisturbed: the medians are compared.
        assert_eq!(runs.rivalry("s").unwrap().ratio.median, 0.6);
    }

    #[test]
    fn nothing_is_compared_with_nothing() {
        let runs = runs("0,s,bifrons,measured,0,CPU us,\n0,s,kanal,measured,0,CPU us,\n0,t,kanal,measured,1,ns,\n");
        assert!(runs.rivalry("s").is_none() && runs.rivalry("t").is_none());
    }
}
