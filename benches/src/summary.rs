//! What a whole table comes to, in a few lines.

use std::fmt;

use crate::record::Figures;
use crate::results::{Pool, Results};
use crate::scenario::{End, Kind, Scenario, Stream};
use crate::stats::{geometric_mean, three_digits};

/// The results of one regime, summed up.
pub struct Summary<'a>(pub &'a Results<'a>);

/// Scenarios that are judged together.
struct Group {
    name: &'static str,
    has: fn(&Scenario) -> bool,
}

const GROUPS: [Group; 17] = [
    Group { name: "bridge", has: |s| stream(s).is_some_and(|stream| stream.from != stream.to) },
    Group { name: "threads", has: |s| between(s, End::Thread) },
    Group { name: "tasks", has: |s| between(s, End::Task) },
    Group { name: "two threads pinned apart", has: |s| s.kind.is_pinned() && saturated(s) },
    Group { name: "round trips awake, thread–thread", has: |s| awake(s, End::Thread, End::Thread) },
    Group { name: "round trips awake, thread–task", has: |s| awake(s, End::Thread, End::Task) },
    Group { name: "round trips awake, task–task", has: |s| awake(s, End::Task, End::Task) },
    Group { name: "round trips from sleep", has: |s| matches!(s.kind, Kind::Ping(ping) if ping.asleep) },
    Group { name: "paced streams", has: |s| matches!(s.kind, Kind::Paced(_)) },
    Group { name: "uncontended pairs", has: |s| matches!(s.kind, Kind::Pair(_)) },
    Group { name: "creation", has: |s| matches!(s.kind, Kind::Create { .. }) },
    Group { name: "memory", has: |s| matches!(s.kind, Kind::Memory { .. }) },
    Group { name: "batches of 64", has: |s| matches!(s.kind, Kind::Batch { size: 64, .. }) },
    Group { name: "select", has: |s| matches!(s.kind, Kind::Select(_)) },
    Group { name: "pending calls", has: |s| matches!(s.kind, Kind::Pending(_)) },
    Group { name: "silence", has: |s| matches!(s.kind, Kind::Idle(_) | Kind::Timeout) },
    Group { name: "all of these", has: |s| !s.optional },
];

/// A stream of the matrix, neither pinned nor one of the growth curves.
fn stream(scenario: &Scenario) -> Option<Stream> {
    match scenario.kind {
        Kind::Stream(stream) if !stream.pinned && !scenario.optional => Some(stream),
        _ => None,
    }
}

fn between(scenario: &Scenario, end: End) -> bool {
    stream(scenario).is_some_and(|stream| (stream.from, stream.to) == (end, end))
}

fn awake(scenario: &Scenario, from: End, to: End) -> bool {
    matches!(scenario.kind, Kind::Ping(ping) if !ping.asleep && (ping.from, ping.to) == (from, to))
}

/// Whether somebody always has something to do: all streams of the matrix, pinned or not.
fn saturated(scenario: &Scenario) -> bool {
    matches!(scenario.kind, Kind::Stream(_)) && !scenario.optional
}

/// A round trip that takes longer has waited for somebody's time slice.
const SLICE_NS: f64 = 1e6;

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(subject) = self.0.subject() else {
            return Ok(());
        };
        write!(f, "\n## Summary, {}: {subject} beside the best peer\n\n", self.0.regime)?;
        f.write_str(
            "| group | cells | mean, best | mean, best frugal | mean, best frugal MPMC | least | where | least, MPMC | where |\n\
             |---|---:|---:|---:|---:|---:|---|---:|---|\n",
        )?;
        for group in &GROUPS {
            self.group(f, group)?;
        }
        f.write_str("\n")?;
        self.cpu(f, subject)?;
        self.long_trips(f, subject)?;
        self.pairs(f, subject)?;
        self.batches(f, subject)?;
        self.memory(f, subject)?;
        self.growth(f, subject)?;
        self.paced(f, subject)
    }
}

impl Summary<'_> {
    /// The ratio to the best peer of a pool, for each cell of a group that has both.
    fn ratios(&self, group: &Group, pool: Pool) -> Vec<(&str, f64)> {
        let scenarios = self.0.scenarios.iter().filter(|scenario| (group.has)(scenario));
        scenarios
            .filter_map(|scenario| {
                let ratio = self.0.rival(scenario, pool)?.ratio?.median;
                // Nothing at all, on both sides or on one: such a ratio has no mean.
                (ratio.is_finite() && ratio > 0.0).then_some((scenario.id.as_str(), ratio))
            })
            .collect()
    }

    fn group(&self, f: &mut fmt::Formatter<'_>, group: &Group) -> fmt::Result {
        let [all, frugal, general] =
            [Pool::All, Pool::Frugal, Pool::FrugalGeneral].map(|pool| self.ratios(group, pool));
        if frugal.is_empty() {
            return Ok(());
        }
        write!(f, "| {} | {} ", group.name, frugal.len())?;
        for ratios in [&all, &frugal, &general] {
            let mean = geometric_mean(ratios.iter().map(|(_, ratio)| *ratio));
            write!(f, "| {} ", mean.map_or(String::new(), three_digits))?;
        }
        for ratios in [&frugal, &general] {
            match ratios.iter().min_by(|(_, one), (_, other)| one.total_cmp(other)) {
                Some((id, ratio)) => write!(f, "| {} | {id} ", three_digits(*ratio))?,
                None => f.write_str("| | ")?,
            }
        }
        f.write_str("|\n")
    }

    /// CPU time per message beside the best frugal peer's.
    fn cpu(&self, f: &mut fmt::Formatter<'_>, subject: &str) -> fmt::Result {
        let (mut cells, mut at_or_below) = (0, 0);
        for scenario in self.0.scenarios.iter().filter(|scenario| saturated(scenario)) {
            let cpu = |channel| self.0.median(scenario, channel, Figures::cpu_ns_per_op);
            let theirs = self.0.rival(scenario, Pool::Frugal).and_then(|rival| cpu(rival.name));
            if let (Some(ours), Some(theirs)) = (cpu(subject), theirs) {
                cells += 1;
                at_or_below += usize::from(ours <= theirs);
            }
        }
        if cells == 0 {
            return Ok(());
        }
        let percent = 100.0 * f64::from(at_or_below as u32) / f64::from(cells as u32);
        writeln!(
            f,
            "- CPU time per message at or below that of the best frugal peer: \
             in {at_or_below} of {cells} saturated cells ({percent:.0} %)"
        )
    }

    /// Round trips that a time slice dominates.
    fn long_trips(&self, f: &mut fmt::Formatter<'_>, subject: &str) -> fmt::Result {
        let trips = self.0.scenarios.iter().filter(|scenario| matches!(scenario.kind, Kind::Ping(_)));
        let (mut cells, mut long) = (0, Vec::new());
        for scenario in trips {
            if let Some(value) = self.0.median(scenario, subject, |figures| figures.value) {
                cells += 1;
                if value > SLICE_NS {
                    long.push(scenario.id.as_str());
                }
            }
        }
        if cells == 0 {
            return Ok(());
        }
        writeln!(f, "- round trips longer than a millisecond: {} of {cells} {}", long.len(), long.join(", "))
    }

    fn pairs(&self, f: &mut fmt::Formatter<'_>, subject: &str) -> fmt::Result {
        for scenario in self.0.scenarios.iter().filter(|s| matches!(s.kind, Kind::Pair(_))) {
            for other in ["kanal", "rtrb"] {
                if let Some(ratio) = self.0.ratio(scenario, subject, other) {
                    writeln!(f, "- {} beside {other}: {}", scenario.id, three_digits(ratio.median))?;
                }
            }
        }
        Ok(())
    }

    /// What an item costs in a batch, and by itself.
    fn batches(&self, f: &mut fmt::Formatter<'_>, subject: &str) -> fmt::Result {
        let value = |id: &str| {
            let scenario = self.0.scenarios.iter().find(|scenario| scenario.id == id)?;
            self.0.median(scenario, subject, |figures| figures.value)
        };
        for ends in ["one-thread", "thread-thread", "thread-task"] {
            let [single, batch] = [1, 64].map(|size| value(&format!("batch/{size}/{ends}")));
            if let (Some(single), Some(batch)) = (single, batch) {
                let [factor, single, batch] = [single / batch, single, batch].map(three_digits);
                writeln!(
                    f,
                    "- batches of 64, {ends}: {factor} times as fast ({single} ns an item, {batch} in a batch)"
                )?;
            }
        }
        Ok(())
    }

    fn memory(&self, f: &mut fmt::Formatter<'_>, subject: &str) -> fmt::Result {
        for scenario in self.0.scenarios.iter().filter(|s| matches!(s.kind, Kind::Memory { .. })) {
            let bytes = |channel| self.0.median(scenario, channel, |figures| figures.value);
            let (Some(ours), Some(least)) = (bytes(subject), self.0.rival(scenario, Pool::All)) else {
                continue;
            };
            let theirs = bytes(least.name).expect("it is the best");
            writeln!(f, "- {}: {ours:.0} bytes; least of the peers {theirs:.0} ({})", scenario.id, least.name)?;
        }
        Ok(())
    }

    /// The dearest point of each growth curve beside its first.
    fn growth(&self, f: &mut fmt::Formatter<'_>, subject: &str) -> fmt::Result {
        for curve in ["growth/SS/", "growth/AA/", "growth/SA/", "growth/depth/"] {
            let points: Vec<_> = self.0.scenarios.iter().filter(|s| s.id.starts_with(curve)).collect();
            let growth = |channel: &str| {
                let costs: Option<Vec<_>> = points
                    .iter()
                    .map(|scenario| {
                        let value = self.0.median(scenario, channel, |figures| figures.value)?;
                        Some(if scenario.kind.metric().more_is_better { 1.0 / value } else { value })
                    })
                    .collect();
                let costs = costs?;
                Some(costs.iter().copied().reduce(f64::max)? / costs.first()?)
            };
            let Some(ours) = growth(subject) else {
                continue;
            };
            let theirs = self.0.peers(false).filter_map(|peer| Some((peer, growth(peer)?)));
            write!(f, "- {curve}: an item costs up to {} times what it costs at the first point", three_digits(ours))?;
            match theirs.min_by(|(_, one), (_, other)| one.total_cmp(other)) {
                Some((peer, factor)) => writeln!(f, "; least of the peers {} ({peer})", three_digits(factor))?,
                None => f.write_str("\n")?,
            }
        }
        Ok(())
    }

    /// What was bought in the paced cells: CPU time beside the cheapest peer's, latencies beside the shortest.
    fn paced(&self, f: &mut fmt::Formatter<'_>, subject: &str) -> fmt::Result {
        let figures: [fn(&Figures) -> f64; 3] = [
            Figures::cpu_ns_per_op,
            |figures| figures.tails.map_or(f64::NAN, |tails| tails.p50 as f64),
            |figures| figures.tails.map_or(f64::NAN, |tails| tails.p99 as f64),
        ];
        let mut heading = "\nPaced streams, by what factor more or longer than the best peer's:\n\n\
            | scenario | CPU | of | p50 | of | p99 | of |\n|---|---:|---|---:|---|---:|---|\n";
        for scenario in self.0.scenarios.iter().filter(|s| matches!(s.kind, Kind::Paced(_))) {
            if self.0.median(scenario, subject, |figures| figures.value).is_none() {
                continue;
            }
            write!(f, "{heading}| {} ", scenario.id)?;
            heading = "";
            for figure in figures {
                let least = self
                    .0
                    .peers(false)
                    .filter_map(|peer| Some((peer, self.0.median(scenario, peer, figure)?)))
                    .min_by(|(_, one), (_, other)| one.total_cmp(other));
                match (self.0.median(scenario, subject, figure), least) {
                    (Some(ours), Some((peer, theirs))) => write!(f, "| {} | {peer} ", three_digits(ours / theirs))?,
                    _ => f.write_str("| | ")?,
                }
            }
            f.write_str("|\n")?;
        }
        Ok(())
    }
}
