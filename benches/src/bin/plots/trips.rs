//! Latencies: for each scenario the channels by their median, with a whisker to the 99th percentile.

use crate::frame::{self, Heading};
use crate::log::Log;
use crate::look::Look;
use crate::runs::{Runs, SUBJECT};
use crate::svg::{MARGIN, Svg, WIDTH};

const GAP: f64 = 28.0;
const NAMES: f64 = 108.0;
const FIGURES: f64 = 58.0;
const TALL: f64 = 19.0;

/// One channel in one scenario, in ns.
struct Latency<'a> {
    channel: &'a str,
    median: f64,
    late: Option<f64>,
}

/// Which latencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Latencies {
    Ping,
    Paced,
}

impl Latencies {
    fn prefix(self) -> &'static str {
        match self {
            Self::Ping => "ping/",
            Self::Paced => "paced/",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Ping => "Round trips",
            Self::Paced => "Latency of paced messages",
        }
    }

    fn meaning(self) -> &'static str {
        match self {
            Self::Ping => {
                "An item goes there and back over two queues of capacity 1; both partners are awake, or asleep where it says so."
            }
            Self::Paced => {
                "So many messages a second are sent evenly; from before the send to after the receive. idle8: with eight more \
                 queues beside, at which a receiver waits in vain."
            }
        }
    }
}

/// `None` if no such latencies were measured.
pub fn draw(runs: &Runs, which: Latencies, conditions: &[String]) -> Option<String> {
    let mut panels: Vec<(&str, Vec<Latency<'_>>)> = Vec::new();
    for id in runs.scenarios() {
        if !id.starts_with(which.prefix()) {
            continue;
        }
        let latency = |channel| {
            let median = runs.median(id, channel, |run| run.p50.or(Some(run.value)))?;
            Some(Latency { channel, median, late: runs.median(id, channel, |run| run.p99) })
        };
        let mut list: Vec<_> = runs.channels().into_iter().filter_map(latency).collect();
        list.sort_by(|one, other| one.median.total_cmp(&other.median));
        if !list.is_empty() {
            panels.push((id, list));
        }
    }
    let all: Vec<_> =
        panels.iter().flat_map(|(_, list)| list).flat_map(|l| [Some(l.median), l.late]).flatten().collect();
    let scale = Log::around(all, 0.0, 1.0)?;

    let heading = Heading {
        title: runs.titled(which.title()),
        sub: format!(
            "{} The mark is the median, the whisker ends at the 99th percentile; less is better. Logarithmic scale, the same in \
             every panel.",
            which.meaning()
        ),
    };
    let mut svg = Svg::default();
    let mut top = frame::heading(&mut svg, &heading) + 22.0;
    let half = (WIDTH - 2.0 * MARGIN - GAP) / 2.0;
    for pair in panels.chunks(2) {
        let rows = pair.iter().map(|(_, list)| list.len()).max().unwrap_or(0);
        for (number, (id, list)) in pair.iter().enumerate() {
            let x = MARGIN + number as f64 * (half + GAP);
            panel(&mut svg, (x, top), half, (id, list), scale);
        }
        top += rows as f64 * TALL + 62.0;
    }
    let height = frame::foot(&mut svg, conditions, top - 26.0);
    Some(svg.finish(height, &heading.title, &heading.sub))
}

fn panel(svg: &mut Svg, (x, y): (f64, f64), width: f64, (id, list): (&str, &[Latency<'_>]), scale: Log) {
    let (left, right) = (x + NAMES, x + width - FIGURES);
    let (top, bottom) = (y + 20.0, y + 20.0 + list.len() as f64 * TALL + 4.0);
    let scale = scale.moved(left, right);
    svg.text(x, y + 10.0, "head", id);
    svg.text(x + width, y + 10.0, "tick end", "median");
    for tick in scale.ticks() {
        svg.line((scale.at(tick), top), (scale.at(tick), bottom), "grid");
        svg.text(scale.at(tick), bottom + 14.0, "tick mid", &frame::time(tick).replace(".0", ""));
    }
    for (number, latency) in list.iter().enumerate() {
        let middle = top + (number as f64 + 0.5) * TALL + 2.0;
        let look = Look::of(latency.channel);
        let strong = if latency.channel == SUBJECT { " strong" } else { "" };
        svg.text(left - 10.0, middle + 4.5, &format!("label end{strong}"), latency.channel);
        svg.text(x + width, middle + 4.5, &format!("label end{strong}"), &frame::time(latency.median));
        let at = scale.at(latency.median);
        if let Some(late) = latency.late.map(|late| scale.at(late)) {
            let line = format!("{} whisker", look.of_line());
            svg.line((at, middle), (late, middle), &line);
            svg.line((late, middle - 4.0), (late, middle + 4.0), &line.replace("dashed", ""));
        }
        svg.mark(look.shape, (at, middle), look.radius() + 0.8, &look.of_mark());
    }
}
