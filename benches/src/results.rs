//! Everything that was recorded in one regime, by cell.

use crate::channels::{Channel, Role};
use crate::frugality;
use crate::record::{Figures, Record};
use crate::regime::Regime;
use crate::scenario::Scenario;
use crate::stats::Spread;

/// The records of a whole measurement.
pub struct Results<'a> {
    pub regime: Regime,
    pub scenarios: Vec<&'a Scenario>,
    pub channels: &'a [&'static Channel],
    pub records: Vec<Record<'a>>,
}

/// A peer, besides how the subject does beside it.
pub struct Rival {
    pub name: &'static str,
    /// By what factor the subject is better, round by round.
    pub ratio: Option<Spread>,
}

/// Which peers may be the best.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Pool {
    All,
    /// Those that do not buy their speed with CPU time.
    Frugal,
    /// Those of them that take any number of ends with one and the same type.
    FrugalGeneral,
}

impl<'a> Results<'a> {
    /// All runs of one channel in one scenario.
    pub fn runs(&self, scenario: &Scenario, channel: &str) -> impl Iterator<Item = &Record<'a>> {
        self.records.iter().filter(move |record| record.scenario.id == scenario.id && record.channel == channel)
    }

    /// The figures of a cell by round: of the undisturbed runs, or of all where there are no others.
    fn cell(&self, scenario: &Scenario, channel: &str) -> Vec<(usize, &Figures)> {
        let runs = || self.runs(scenario, channel);
        let measured = |record: &Record<'_>| record.outcome.figures().is_some();
        let quiet = runs().any(|record| measured(record) && !record.is_disturbed());
        runs()
            .filter(|record| !(quiet && record.is_disturbed()))
            .filter_map(|record| Some((record.round, record.outcome.figures()?)))
            .collect()
    }

    /// Whether all that is known of a cell was disturbed.
    pub fn is_doubtful(&self, scenario: &Scenario, channel: &str) -> bool {
        let mut runs = self.runs(scenario, channel).peekable();
        runs.peek().is_some() && runs.all(Record::is_disturbed)
    }

    /// What `figure` says about a cell, over its rounds.
    pub fn spread(&self, scenario: &Scenario, channel: &str, figure: impl Fn(&Figures) -> f64) -> Option<Spread> {
        let cell = self.cell(scenario, channel);
        Spread::of(cell.into_iter().map(|(_, figures)| figure(figures)))
    }

    /// The median of a cell.
    pub fn median(&self, scenario: &Scenario, channel: &str, figure: impl Fn(&Figures) -> f64) -> Option<f64> {
        self.spread(scenario, channel, figure).map(|spread| spread.median)
    }

    /// The peer of this pool whose median is the best.
    pub fn rival(&self, scenario: &Scenario, pool: Pool) -> Option<Rival> {
        let metric = scenario.kind.metric();
        let mut peers: Vec<_> = self
            .peers(pool == Pool::FrugalGeneral)
            .filter_map(|peer| Some((peer, self.median(scenario, peer, |figures| figures.value)?)))
            .collect();
        // The best first; of equals the one that stands first in the report.
        peers.sort_by(
            |(_, one), (_, other)| {
                if metric.more_is_better { other.total_cmp(one) } else { one.total_cmp(other) }
            },
        );
        let place = if pool == Pool::All || !scenario.kind.has_costs() {
            0
        } else {
            let cpu_time =
                |(peer, _): &(&str, f64)| self.median(scenario, peer, Figures::cpu_ns_per_op).expect("it was measured");
            frugality::best(&peers.iter().map(cpu_time).collect::<Vec<_>>())?
        };
        let &(name, _) = peers.get(place)?;
        let ratio = self.subject().and_then(|subject| self.ratio(scenario, subject, name));
        Some(Rival { name, ratio })
    }

    /// The ratio of each round in which both were measured.
    pub fn ratio(&self, scenario: &Scenario, ours: &str, theirs: &str) -> Option<Spread> {
        let metric = scenario.kind.metric();
        let theirs = self.cell(scenario, theirs);
        let ours = self.cell(scenario, ours).into_iter();
        Spread::of(ours.filter_map(|(round, ours)| {
            let (_, theirs) = theirs.iter().find(|(other, _)| *other == round)?;
            Some(metric.ratio(ours.value, theirs.value))
        }))
    }

    /// The one that is compared, if it was run.
    pub fn subject(&self) -> Option<&'static str> {
        self.channels.iter().find(|channel| channel.role == Role::Subject).map(|channel| channel.name)
    }

    /// The peers that were run: all, or only those of general purpose.
    pub fn peers(&self, general: bool) -> impl Iterator<Item = &'static str> {
        let wanted = move |role| match role {
            Role::Peer { general: is_general } => is_general || !general,
            Role::Subject | Role::Reference => false,
        };
        self.channels.iter().filter(move |channel| wanted(channel.role)).map(|channel| channel.name)
    }

    pub fn failures(&self) -> impl Iterator<Item = &Record<'a>> {
        self.records.iter().filter(|r| r.outcome.is_failure())
    }

    /// Whether the subject lost anything, stalled, hung or crashed anywhere.
    pub fn subject_failed(&self) -> bool {
        self.subject().is_some_and(|subject| self.failures().any(|record| record.channel == subject))
    }
}

#[cfg(test)]
mod tests {
    use super::{Pool, Results};
    use crate::channels::{self, Channel};
    use crate::record::{Outcome, Record};
    use crate::regime::Regime;
    use crate::scenario::{Capacity, End, Kind, Scenario};

    fn scenario(kind: Kind) -> Scenario {
        Scenario { id: "it".into(), kind, optional: false, everywhere: false }
    }

    /// One round of channels, each with its value and the CPU time of its only operation.
    fn results<'a>(scenario: &'a Scenario, channels: &'a [&'static Channel], figures: &[(f64, u64)]) -> Results<'a> {
        let record = |(channel, (value, cpu)): (&&'static Channel, &(f64, u64))| Record {
            regime: Regime::Idle,
            round: 0,
            scenario,
            channel: channel.name,
            outcome: Outcome::parse(&format!("measured {value} 1 1 {cpu} 0 0 0 0")).unwrap(),
            foreign: None,
        };
        let records = channels.iter().zip(figures).map(record).collect();
        Results { regime: Regime::Idle, scenarios: vec![scenario], channels, records }
    }

    fn named<const N: usize>(names: [&str; N]) -> [&'static Channel; N] {
        names.map(|name| channels::find(name).unwrap())
    }

    #[test]
    fn speed_that_was_bought_counts_in_one_column_only() {
        let scenario = scenario(Kind::Select(End::Thread));
        let channels = named(["bifrons", "kanal", "std", "flume", "ref-waker"]);
        let figures = [(6.0, 50), (8.0, 500), (3.0, 100), (2.0, 60), (100.0, 1)];
        let results = results(&scenario, &channels, &figures);
        let rival = |pool| results.rival(&scenario, pool).map(|rival| (rival.name, rival.ratio.unwrap().median));
        assert_eq!(rival(Pool::All), Some(("kanal", 0.75)));
        assert_eq!(rival(Pool::Frugal), Some(("std", 2.0)));
        assert_eq!(rival(Pool::FrugalGeneral), Some(("flume", 3.0)));
    }

    #[test]
    fn where_less_is_better_the_least_is_the_best() {
        let scenario = scenario(Kind::Pair(Capacity::Unbounded));
        let channels = named(["bifrons", "kanal", "flume"]);
        let results = results(&scenario, &channels, &[(10.0, 10), (30.0, 30), (20.0, 20)]);
        for pool in [Pool::All, Pool::Frugal, Pool::FrugalGeneral] {
            let rival = results.rival(&scenario, pool).unwrap();
            assert_eq!((rival.name, rival.ratio.unwrap().median), ("flume", 2.0));
        }
    }
}
