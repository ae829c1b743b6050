//! Small multiples of the streams: a panel for each mode and topology, a curve over the capacities for each channel.

use crate::frame::{self, Heading};
use crate::log::Log;
use crate::look::Look;
use crate::names::{MODES, Stream, capacity_label, capacity_rank};
use crate::runs::{Role, Run, Runs, distinct, role};
use crate::svg::{MARGIN, Svg, WIDTH};

/// What the panels show.
pub struct Panels {
    pub title: &'static str,
    pub sub: &'static str,
    pub axis: &'static str,
    pub figure: fn(&Run) -> Option<f64>,
}

const LEFT: f64 = 92.0;
const GAP: f64 = 10.0;
const TALL: f64 = 168.0;

/// `None` if there are no streams.
pub fn draw(runs: &Runs, panels: &Panels, conditions: &[String]) -> Option<String> {
    let scenarios = runs.scenarios();
    let streams: Vec<_> =
        scenarios.iter().filter_map(|id| Stream::parse(id)).filter(|stream| stream.extra.is_empty()).collect();
    // A topology that was measured at one capacity alone has no curve; it is in the heat map.
    let mut rows = distinct(streams.iter().map(|stream| stream.ends));
    let has_curve = |ends: &str| {
        let own = streams.iter().filter(|stream| stream.ends == ends);
        distinct(own.map(|stream| stream.capacity)).len() > 1
    };
    if rows.iter().any(|ends| has_curve(ends)) {
        rows.retain(|ends| has_curve(ends));
    }
    let modes: Vec<_> = MODES.iter().filter(|(mode, _)| streams.iter().any(|s| s.mode == *mode)).collect();
    let mut capacities = distinct(streams.iter().map(|stream| stream.capacity));
    capacities.sort_by_key(|capacity| capacity_rank(capacity));

    let value = |stream: &Stream<'_>, channel: &str| {
        let id = format!("{}/{}/{}", stream.mode, stream.ends, stream.capacity);
        runs.median(&id, channel, panels.figure)
    };
    let shown: Vec<_> = runs
        .channels()
        .into_iter()
        .filter(|channel| streams.iter().any(|stream| value(stream, channel).is_some()))
        .collect();
    // A limit that is far off does not squeeze the others: it leaves the picture.
    let compared = || shown.iter().filter(|channel| role(channel) != Role::Limit);
    let all = compared().flat_map(|channel| streams.iter().filter_map(|stream| value(stream, channel)));
    let scale = Log::around(all.collect::<Vec<_>>(), 0.0, 1.0)?;

    let heading = Heading { title: runs.titled(panels.title), sub: panels.sub.into() };
    let mut svg = Svg::default();
    let top = frame::heading(&mut svg, &heading);
    let top = frame::legend(&mut svg, &shown, top) + 34.0;
    let wide = (WIDTH - LEFT - MARGIN - GAP * (modes.len() - 1) as f64) / modes.len() as f64;
    for (column, (_, meaning)) in modes.iter().enumerate() {
        let x = LEFT + column as f64 * (wide + GAP);
        svg.text(x + wide / 2.0, top - 9.0, "head mid", meaning);
    }
    for (row, ends) in rows.iter().enumerate() {
        let y = top + row as f64 * (TALL + GAP);
        let scale = scale.moved(y + TALL, y);
        let (senders, receivers) = ends.split_once('-').unwrap_or((ends, ""));
        svg.upright(MARGIN + 8.0, y + TALL / 2.0, "head mid", &format!("{senders} → {receivers}"));
        svg.upright(MARGIN + 24.0, y + TALL / 2.0, "tick mid", panels.axis);
        for (column, (mode, _)) in modes.iter().enumerate() {
            let x = LEFT + column as f64 * (wide + GAP);
            for tick in scale.ticks() {
                svg.line((x, scale.at(tick)), (x + wide, scale.at(tick)), "grid");
                if column == 0 {
                    svg.text(x - 6.0, scale.at(tick) + 4.0, "tick end", &frame::tick(tick));
                }
            }
            svg.rect((x, y), (wide, TALL), "panel", "");
            let step = wide / capacities.len() as f64;
            let at = |place: usize| x + step * (place as f64 + 0.5);
            if row + 1 == rows.len() {
                for (place, capacity) in capacities.iter().enumerate() {
                    svg.text(at(place), y + TALL + 16.0, "tick mid", capacity_label(capacity));
                }
            }
            // The subject last, above all others.
            for channel in shown.iter().rev() {
                let curve: Vec<_> = capacities
                    .iter()
                    .enumerate()
                    .filter_map(|(place, capacity)| {
                        let known =
                            streams.iter().find(|s| s.mode == *mode && s.ends == *ends && s.capacity == *capacity);
                        let value = value(known?, channel).filter(|value| scale.holds(*value))?;
                        Some((at(place), scale.at(value)))
                    })
                    .collect();
                self::curve(&mut svg, channel, &curve);
            }
        }
    }
    let bottom = top + rows.len() as f64 * (TALL + GAP) + 22.0;
    svg.text(
        LEFT + (WIDTH - LEFT - MARGIN) / 2.0,
        bottom,
        "label mid",
        "capacity of the queue, in items (∞: unbounded)",
    );
    let height = frame::foot(&mut svg, conditions, bottom);
    Some(svg.finish(height, &heading.title, &heading.sub))
}

/// A line through points with a mark on each.
pub fn curve(svg: &mut Svg, channel: &str, points: &[(f64, f64)]) {
    let look = Look::of(channel);
    if points.len() > 1 {
        svg.path(points, &look.of_line());
    }
    for point in points {
        svg.mark(look.shape, *point, look.radius(), &look.of_mark());
    }
}
