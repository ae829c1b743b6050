//! Curves of growth: what becomes of a queue as more threads, more tasks or more items come.

use crate::frame::{self, Heading};
use crate::log::Log;
use crate::names::Growth;
use crate::panels::curve;
use crate::runs::{Runs, distinct};
use crate::svg::{MARGIN, Svg, WIDTH};

const LEFT: f64 = 62.0;
const GAP: f64 = 66.0;
const TALL: f64 = 250.0;
/// From the bottom of a panel to the top of the one below.
const BETWEEN: f64 = 76.0;

/// What a curve is called, and what its horizontal axis counts.
fn words(curve: &str) -> (&str, &str) {
    match curve {
        "SS" => ("threads on each side", "threads on each side"),
        "SA" => ("from one thread to tasks", "receiving tasks"),
        "AA" => ("tasks on each side", "tasks on each side"),
        "depth" => ("items in the queue", "items in the queue"),
        other => (other, "size"),
    }
}

/// `None` if no growth was measured.
pub fn draw(runs: &Runs, conditions: &[String]) -> Option<String> {
    let scenarios = runs.scenarios();
    let points: Vec<_> = scenarios.iter().filter_map(|id| Some((*id, Growth::parse(id)?))).collect();
    let curves = distinct(points.iter().map(|(_, point)| point.curve));
    if curves.is_empty() {
        return None;
    }
    let value = |id: &str, channel: &str| runs.median(id, channel, |run| Some(run.value));
    let shown: Vec<_> = runs
        .channels()
        .into_iter()
        .filter(|channel| points.iter().any(|(id, _)| value(id, channel).is_some()))
        .collect();

    let heading = Heading {
        title: runs.titled("Growth"),
        sub: "The same queue with more threads, more tasks, or more items in it. Both axes are logarithmic; a level line is a \
              queue that does not mind."
            .into(),
    };
    let mut svg = Svg::default();
    let top = frame::heading(&mut svg, &heading);
    let top = frame::legend(&mut svg, &shown, top) + 40.0;
    let columns = if curves.len() == 4 { 2 } else { curves.len().min(3) };
    let wide = (WIDTH - LEFT - MARGIN - GAP * (columns - 1) as f64) / columns as f64;
    let first = top;
    for (number, name) in curves.iter().enumerate() {
        let x = LEFT + (number % columns) as f64 * (wide + GAP);
        let top = first + (number / columns) as f64 * (TALL + BETWEEN);
        let mut own: Vec<_> = points.iter().filter(|(_, point)| point.curve == *name).collect();
        own.sort_by(|one, other| one.1.size.total_cmp(&other.1.size));
        let values = own.iter().flat_map(|(id, _)| shown.iter().filter_map(|channel| value(id, channel)));
        let sizes = Log::around(own.iter().map(|(_, point)| point.size), x, x + wide);
        let (Some(sizes), Some(scale)) = (sizes, Log::around(values.collect::<Vec<_>>(), top + TALL, top)) else {
            continue;
        };
        let (title, axis) = words(name);
        svg.text(x + wide / 2.0, top - 10.0, "head mid", title);
        svg.upright(x - 40.0, top + TALL / 2.0, "tick mid", runs.unit(own[0].0));
        for tick in scale.ticks() {
            svg.line((x, scale.at(tick)), (x + wide, scale.at(tick)), "grid");
            svg.text(x - 6.0, scale.at(tick) + 4.0, "tick end", &frame::tick(tick));
        }
        svg.rect((x, top), (wide, TALL), "panel", "");
        let mut free = f64::NEG_INFINITY;
        for (_, point) in &own {
            let at = sizes.at(point.size);
            svg.line((at, top + TALL), (at, top + TALL + 4.0), "axis");
            // A label that would touch the one before it is left out.
            let label = frame::tick(point.size);
            let half = crate::svg::text_width(&label, 11.5) / 2.0;
            if at - half > free {
                svg.text(at, top + TALL + 17.0, "tick mid", &label);
                free = at + half + 3.0;
            }
        }
        svg.text(x + wide / 2.0, top + TALL + 36.0, "label mid", axis);
        for channel in shown.iter().rev() {
            let points: Vec<_> = own
                .iter()
                .filter_map(|(id, point)| {
                    let value = value(id, channel).filter(|value| scale.holds(*value))?;
                    Some((sizes.at(point.size), scale.at(value)))
                })
                .collect();
            curve(&mut svg, channel, &points);
        }
    }
    let rows = curves.len().div_ceil(columns) as f64;
    let bottom = first + rows * TALL + (rows - 1.0) * BETWEEN + 42.0;
    let height = frame::foot(&mut svg, conditions, bottom);
    Some(svg.finish(height, &heading.title, &heading.sub))
}
