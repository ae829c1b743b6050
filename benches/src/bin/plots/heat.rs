//! The heat map: how many times as good as the best peer, cell by cell.

use crate::frame::{self, Heading};
use crate::look::step;
use crate::names::{Growth, MODES, Stream, capacity_label, capacity_rank};
use crate::runs::{Rivalry, Runs, distinct};
use crate::svg::{MARGIN, Svg, WIDTH, text_width};

const LEFT: f64 = 96.0;
const GAP: f64 = 12.0;
const TALL: f64 = 34.0;
const SHORT: f64 = 28.0;

/// `None` if there is nothing to compare.
pub fn draw(runs: &Runs, conditions: &[String]) -> Option<String> {
    let scenarios = runs.scenarios();
    let compared: Vec<_> = scenarios.iter().filter_map(|id| Some((*id, runs.rivalry(id)?))).collect();
    if compared.is_empty() {
        return None;
    }
    let heading = Heading {
        title: runs.titled("How many times as good as the best peer"),
        sub: "Above 1 (blue) bifrons is better than the best of all other channels in that cell, below 1 (orange) that one \
              is. Every cell has its own best peer. Pale: within a factor of 1.3, a tie. A faint number: between rounds the \
              ratio fell on both sides of 1."
            .into(),
    };
    let mut svg = Svg::default();
    let top = frame::heading(&mut svg, &heading);
    let mut y = legend(&mut svg, top);

    let streams: Vec<_> =
        compared.iter().filter_map(|(id, rivalry)| Some((Stream::parse(id)?, *id, rivalry))).collect();
    if !streams.is_empty() {
        y = matrix(&mut svg, &streams, y);
    }
    let others: Vec<_> = compared
        .iter()
        .filter(|(id, _)| Stream::parse(id).is_none() && Growth::parse(id).is_none())
        .map(|(id, rivalry)| (*id, rivalry))
        .collect();
    if !others.is_empty() {
        y = list(&mut svg, &others, y);
    }
    let height = frame::foot(&mut svg, conditions, y);
    Some(svg.finish(height, &heading.title, &heading.sub))
}

fn legend(svg: &mut Svg, y: f64) -> f64 {
    let (y, mut x) = (y + 14.0, MARGIN);
    let words = ["less than half", "½ and more", "tie", "tie", "1.3 and more", "2 and more", "4 and more"];
    for (number, word) in words.iter().enumerate() {
        svg.rect((x, y), (18.0, 16.0), &format!("b{number}"), "");
        x += 18.0;
        // The two halves of a tie stand side by side.
        if words.get(number + 1) == Some(word) {
            continue;
        }
        svg.text(x + 6.0, y + 12.5, "label", word);
        x += 6.0 + text_width(word, 12.5) + 20.0;
    }
    y + 16.0
}

/// The streams: a block for each mode, a row for each topology, a column for each capacity.
fn matrix(svg: &mut Svg, streams: &[(Stream<'_>, &str, &Rivalry<'_>)], y: f64) -> f64 {
    let modes: Vec<_> = MODES.iter().filter(|(mode, _)| streams.iter().any(|(s, ..)| s.mode == *mode)).collect();
    let mut rows: Vec<String> = Vec::new();
    let mut capacities: Vec<&str> = Vec::new();
    for (stream, ..) in streams {
        let row = stream.row();
        if !rows.contains(&row) {
            rows.push(row);
        }
        if !capacities.contains(&stream.capacity) {
            capacities.push(stream.capacity);
        }
    }
    // Plain topologies come first, in the order in which they were measured.
    rows.sort_by_key(|row| row.contains(' '));
    capacities.sort_by_key(|capacity| capacity_rank(capacity));

    let block = (WIDTH - LEFT - MARGIN - GAP * (modes.len() - 1) as f64) / modes.len() as f64;
    let wide = block / capacities.len() as f64;
    let top = y + 66.0;
    svg.text(MARGIN, top - 26.0, "tick", "senders →");
    svg.text(MARGIN, top - 12.0, "tick", "receivers");
    for (number, row) in rows.iter().enumerate() {
        let middle = top + number as f64 * TALL + TALL / 2.0 + 4.5;
        let (ends, extra) = row.split_once(' ').unwrap_or((row, ""));
        svg.text(MARGIN, if extra.is_empty() { middle } else { middle - 6.5 }, "label", &ends.replacen('-', " → ", 1));
        svg.text(MARGIN, middle + 7.5, "tick", extra);
    }
    for (column, (mode, meaning)) in modes.iter().enumerate() {
        let x = LEFT + column as f64 * (block + GAP);
        svg.text(x + block / 2.0, top - 28.0, "head mid", meaning);
        for (place, capacity) in capacities.iter().enumerate() {
            svg.text(x + wide * (place as f64 + 0.5), top - 9.0, "tick mid", capacity_label(capacity));
            for (number, row) in rows.iter().enumerate() {
                let at = (x + wide * place as f64, top + number as f64 * TALL);
                let known =
                    streams.iter().find(|(s, ..)| s.mode == *mode && s.capacity == *capacity && s.row() == *row);
                if let Some((_, id, rivalry)) = known {
                    cell(svg, at, (wide, TALL), id, rivalry);
                }
            }
        }
    }
    let bottom = top + rows.len() as f64 * TALL;
    svg.text(
        LEFT + (WIDTH - LEFT - MARGIN) / 2.0,
        bottom + 18.0,
        "tick mid",
        "capacity of the queue, in items (∞: unbounded)",
    );
    bottom + 22.0
}

/// What is no stream: a cell with its name beside it, by kind of load.
fn list(svg: &mut Svg, others: &[(&str, &Rivalry<'_>)], y: f64) -> f64 {
    const COLUMNS: usize = 4;
    let block = (WIDTH - 2.0 * MARGIN) / COLUMNS as f64;
    let mut top = y + 22.0;
    let kinds = distinct(others.iter().map(|(id, _)| kind(id)));
    for kind_of_load in kinds {
        let own: Vec<_> = others.iter().filter(|(id, _)| kind(id) == kind_of_load).collect();
        svg.text(MARGIN, top + 6.0, "head", kind_of_load);
        top += 14.0;
        let rows = own.len().div_ceil(COLUMNS);
        for (number, (id, rivalry)) in own.iter().enumerate() {
            let at = (MARGIN + (number / rows) as f64 * block, top + (number % rows) as f64 * SHORT);
            cell(svg, at, (44.0, SHORT), id, rivalry);
            let name = id.split_once('/').map_or(*id, |(_, name)| name);
            // Where the kind says it all, or several first words share it.
            let name =
                if WORDS.iter().any(|(word, kind)| *kind == kind_of_load && id.starts_with(word)) { name } else { id };
            let class = if text_width(name, 12.5) > block - 60.0 { "tick" } else { "label" };
            svg.text(at.0 + 52.0, at.1 + SHORT / 2.0 + 4.5, class, name);
        }
        top += rows as f64 * SHORT + 20.0;
    }
    top - 16.0
}

/// Kinds of load whose names need no first word.
const WORDS: [(&str, &str); 5] = [
    ("ping/", "Round trips (ping)"),
    ("paced/", "Paced messages (paced)"),
    ("batch/", "64 items a call, and one (batch)"),
    ("pair/", "Pairs of try_send, try_recv on one thread (pair)"),
    ("select/", "One of 16 queues (select)"),
];

/// Under which heading a scenario stands that is no stream.
fn kind(id: &str) -> &'static str {
    let known = WORDS.iter().find(|(word, _)| id.starts_with(word));
    match id.split('/').next() {
        _ if known.is_some() => known.map_or("", |(_, kind)| kind),
        Some("create" | "create+1msg") => "Making and dropping a queue",
        Some("mem" | "mem+1msg") => "Bytes of a queue",
        _ => "Waiting, and giving up",
    }
}

fn cell(svg: &mut Svg, (x, y): (f64, f64), (wide, tall): (f64, f64), id: &str, rivalry: &Rivalry<'_>) {
    let ratio = rivalry.ratio;
    let number = step(ratio.median);
    let narrow = if wide < 42.0 { " narrow" } else { "" };
    let undecided = if (ratio.min < 1.0) == (ratio.max < 1.0) { "" } else { " faint" };
    let note = format!(
        "{id}: {} times as good as {}, {} to {}",
        short(ratio.median),
        rivalry.best,
        short(ratio.min),
        short(ratio.max)
    );
    svg.rect((x + 1.0, y + 1.0), (wide - 2.0, tall - 2.0), &format!("b{number}"), &note);
    svg.text(
        x + wide / 2.0,
        y + tall / 2.0 + 4.7,
        &format!("cell mid i{number}{undecided}{narrow}"),
        &short(ratio.median),
    );
}

/// A ratio in at most four signs.
fn short(ratio: f64) -> String {
    match ratio {
        r if r >= 9.95 => format!("{r:.0}"),
        r if r >= 1.95 => format!("{r:.1}"),
        r if r >= 0.0995 => format!("{r:.2}"),
        r => format!("{r:.3}").trim_start_matches('0').to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn ratios_fit_their_cells() {
        assert_eq!(
            [0.012, 0.5, 1.0, 1.94, 3.25, 17.9, 250.0].map(short),
            [".012", "0.50", "1.00", "1.94", "3.2", "18", "250"]
        );
    }
}
