//! The results as Markdown tables.

use std::fmt::{self, Write};

use crate::channels::Role;
use crate::record::Figures;
use crate::results::{Pool, Results, Rival};
use crate::scenario::{Kind, Scenario};
use crate::stats::{Spread, three_digits};

impl fmt::Display for Results<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.values(f)?;
        self.costs(f)?;
        self.tails(f)?;
        self.broken(f)
    }
}

impl Results<'_> {
    fn values(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n## Results, {}: median over the rounds\n\n", self.regime)?;
        self.header(f, &["unit"], &["best peer", "ratio (min..max)", "best frugal", "ratio (min..max)"])?;
        for scenario in &self.scenarios {
            let metric = scenario.kind.metric();
            let rivals = [Pool::All, Pool::Frugal].map(|pool| self.rival(scenario, pool));
            write!(f, "| {} | {} ", scenario.id, metric.unit)?;
            for channel in self.channels {
                let value = self.median(scenario, channel.name, |figures| figures.value);
                let mut cell = value.map_or(String::new(), three_digits);
                if rivals.iter().flatten().any(|rival| rival.name == channel.name) {
                    cell = format!("**{cell}**");
                }
                if self.is_doubtful(scenario, channel.name) {
                    cell += "~";
                }
                cell += &self.failures_of(scenario, channel.name);
                write!(f, "| {cell} ")?;
            }
            for rival in rivals {
                match rival {
                    Some(Rival { name, ratio }) => {
                        write!(f, "| {name} | {} ", ratio.map_or(String::new(), ratio_with_range))?;
                    }
                    None => f.write_str("| | ")?,
                }
            }
            f.write_str("|\n")?;
        }
        Ok(())
    }

    fn costs(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let title = "CPU ns per message, trip or item / voluntary switches per 1,000 of them";
        write!(f, "\n## Costs, {}: {title}\n\n", self.regime)?;
        self.table(f, Kind::has_costs, |figures| Some([figures.cpu_ns_per_op(), figures.switches_per_1000()]))
    }

    fn tails(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let timed = |kind: &Kind| matches!(kind, Kind::Ping(_) | Kind::Paced(_));
        write!(f, "\n## Latencies, {}: p50 / p99 in ns\n\n", self.regime)?;
        self.table(f, timed, |figures| {
            let tails = figures.tails?;
            Some([tails.p50 as f64, tails.p99 as f64])
        })
    }

    /// Two figures to a cell, for some of the scenarios.
    fn table(
        &self,
        f: &mut fmt::Formatter<'_>,
        wanted: impl Fn(&Kind) -> bool,
        figures: impl Fn(&Figures) -> Option<[f64; 2]>,
    ) -> fmt::Result {
        self.header(f, &[], &[])?;
        for scenario in self.scenarios.iter().filter(|s| wanted(&s.kind)) {
            write!(f, "| {} ", scenario.id)?;
            for channel in self.channels {
                let [one, two] = [0, 1].map(|which| {
                    self.median(scenario, channel.name, |f| figures(f).map_or(f64::NAN, |pair| pair[which]))
                });
                match (one, two) {
                    (Some(one), Some(two)) => write!(f, "| {} / {} ", three_digits(one), three_digits(two))?,
                    _ => f.write_str("| ")?,
                }
            }
            f.write_str("|\n")?;
        }
        Ok(())
    }

    fn header(&self, f: &mut fmt::Formatter<'_>, before: &[&str], after: &[&str]) -> fmt::Result {
        let names = self.channels.iter().map(|channel| match channel.role {
            Role::Reference => format!("({})", channel.name),
            Role::Subject | Role::Peer { .. } => channel.name.to_string(),
        });
        let text = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
        let columns = text(before).into_iter().chain(names).chain(text(after));
        let (mut heads, mut rule) = (String::from("| scenario "), String::from("|---"));
        for column in columns {
            write!(heads, "| {column} ")?;
            rule += "|---:";
        }
        writeln!(f, "{heads}|\n{rule}|")
    }

    /// Such as ` (2 hung)`.
    fn failures_of(&self, scenario: &Scenario, channel: &str) -> String {
        let mut words: Vec<_> = self
            .runs(scenario, channel)
            .filter(|record| record.outcome.is_failure())
            .map(|record| record.outcome.word())
            .collect();
        words.sort_unstable();
        let groups = words.chunk_by(|one, other| one == other);
        groups.fold(String::new(), |text, group| format!("{text} ({} {})", group.len(), group[0]))
    }

    fn broken(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let runs = self.records.len();
        let failures = self.failures().count();
        let disturbed = self.records.iter().filter(|record| record.is_disturbed()).count();
        let told = self.records.iter().filter(|record| record.foreign.is_some()).count();
        writeln!(
            f,
            "\nruns: {runs}; lost, stalled, hung or crashed: {failures}; disturbed by others: {disturbed} of the {told} that took \
             long enough for the kernel to tell"
        )?;
        for record in self.failures() {
            writeln!(
                f,
                "- {} in {}, round {}: {}{}",
                record.channel,
                record.scenario.id,
                record.round + 1,
                record.outcome,
                if record.is_disturbed() { " (disturbed)" } else { "" }
            )?;
        }
        Ok(())
    }
}

fn ratio_with_range(ratio: Spread) -> String {
    let [median, min, max] = [ratio.median, ratio.min, ratio.max].map(three_digits);
    format!("{median} ({min}..{max})")
}
