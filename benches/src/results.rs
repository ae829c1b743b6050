//! Everything that was recorded, by cell.

use crate::channels::{Channel, Role};
use crate::record::{Figures, Record};
use crate::scenario::Scenario;
use crate::stats::Spread;

/// The records of a whole measurement.
pub struct Results<'a> {
    pub scenarios: &'a [Scenario],
    pub channels: &'a [&'static Channel],
    pub records: Vec<Record<'a>>,
}

/// The best peer of a scenario, besides how the subject does beside it.
pub struct Rivalry {
    pub best: &'static str,
    /// By what factor the subject is better, round by round.
    pub ratio: Option<Spread>,
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

    /// The peer whose median is the best.
    pub fn rivalry(&self, scenario: &Scenario) -> Option<Rivalry> {
        let metric = scenario.kind.metric();
        let mut best: Option<(&'static str, f64)> = None;
        for peer in self.with_role(Role::Peer) {
            let Some(value) = self.spread(scenario, peer, |f| f.value) else {
                continue;
            };
            if best.is_none_or(|(_, so_far)| metric.ratio(value.median, so_far) > 1.0) {
                best = Some((peer, value.median));
            }
        }
        let (best, _) = best?;
        let subject = self.with_role(Role::Subject).next();
        let ratio = subject.and_then(|subject| self.ratio(scenario, subject, best));
        Some(Rivalry { best, ratio })
    }

    /// The ratio of each round in which both were measured.
    fn ratio(&self, scenario: &Scenario, ours: &str, theirs: &str) -> Option<Spread> {
        let metric = scenario.kind.metric();
        let theirs = self.cell(scenario, theirs);
        let ours = self.cell(scenario, ours).into_iter();
        Spread::of(ours.filter_map(|(round, ours)| {
            let (_, theirs) = theirs.iter().find(|(other, _)| *other == round)?;
            Some(metric.ratio(ours.value, theirs.value))
        }))
    }

    fn with_role(&self, role: Role) -> impl Iterator<Item = &'static str> {
        let channels = self.channels.iter();
        channels.filter(move |c| c.role == role).map(|c| c.name)
    }

    pub fn failures(&self) -> impl Iterator<Item = &Record<'a>> {
        self.records.iter().filter(|r| r.outcome.is_failure())
    }

    /// Whether the subject lost anything, stalled, hung or crashed anywhere.
    pub fn subject_failed(&self) -> bool {
        let mut subjects = self.with_role(Role::Subject);
        subjects.any(|subject| self.failures().any(|record| record.channel == subject))
    }
}
