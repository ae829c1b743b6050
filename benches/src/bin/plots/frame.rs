//! What every picture has around it: a title above, the conditions below.

use crate::look::Look;
use crate::runs::{Role, SUBJECT, role};
use crate::svg::{MARGIN, Svg, WIDTH, text_width, wrap};

/// What a picture is called, besides what one must know to read it.
#[derive(Debug, Clone)]
pub struct Heading {
    pub title: String,
    pub sub: String,
}

const LEGEND: f64 = 12.5;
const FOOT: f64 = 11.0;

/// Draws the heading; returns how far down it reaches.
pub fn heading(svg: &mut Svg, heading: &Heading) -> f64 {
    svg.text(MARGIN, 34.0, "title", &heading.title);
    let mut y = 38.0;
    for line in wrap(&heading.sub, 13.5, WIDTH - 2.0 * MARGIN) {
        y += 18.0;
        svg.text(MARGIN, y, "sub", &line);
    }
    y
}

/// Draws a legend of these channels below `y`; returns how far down it reaches.
pub fn legend(svg: &mut Svg, channels: &[&str], y: f64) -> f64 {
    let (mut x, mut y) = (MARGIN, y + 26.0);
    for channel in channels {
        let name = match role(channel) {
            Role::Limit if channel.starts_with("ref-") => format!("{channel} (reference)"),
            Role::Limit if !channel.starts_with(SUBJECT) => format!("{channel} (limit)"),
            _ => channel.to_string(),
        };
        let width = 30.0 + text_width(&name, LEGEND) + 18.0;
        if x + width > WIDTH - MARGIN + 16.0 {
            (x, y) = (MARGIN, y + 20.0);
        }
        let look = Look::of(channel);
        svg.line((x, y - 4.0), (x + 24.0, y - 4.0), &look.of_line());
        svg.mark(look.shape, (x + 12.0, y - 4.0), look.radius(), &look.of_mark());
        let strong = if look.is_subject() { "label strong" } else { "label" };
        svg.text(x + 30.0, y, strong, &name);
        x += width;
    }
    y
}

/// Draws the conditions below `y`; returns the height of the whole picture.
pub fn foot(svg: &mut Svg, conditions: &[String], y: f64) -> f64 {
    let mut y = y + 14.0;
    for line in conditions.iter().flat_map(|text| wrap(text, FOOT, WIDTH - 2.0 * MARGIN)) {
        y += 15.0;
        svg.text(MARGIN, y, "foot", &line);
    }
    y + 16.0
}

/// A number as short as it can be on an axis.
pub fn tick(value: f64) -> String {
    match value {
        v if v >= 1e6 => format!("{}M", v / 1e6),
        v if v >= 1e3 => format!("{}k", v / 1e3),
        v if v < 1e-3 => format!("{v:e}"),
        v => format!("{}", (v * 1e6).round() / 1e6),
    }
}

/// A time in ns in the unit that suits it.
pub fn time(ns: f64) -> String {
    let (value, unit) = match ns {
        ns if ns < 1e3 => (ns, "ns"),
        ns if ns < 1e6 => (ns / 1e3, "µs"),
        ns if ns < 1e9 => (ns / 1e6, "ms"),
        ns => (ns / 1e9, "s"),
    };
    let digits = if value < 10.0 { 1 } else { 0 };
    format!("{value:.digits$} {unit}")
}

#[cfg(test)]
mod tests {
    use super::{tick, time};

    #[test]
    fn axes_have_short_numbers() {
        assert_eq!([0.01, 0.2, 1.0, 50.0, 2000.0, 1e7].map(tick), ["0.01", "0.2", "1", "50", "2k", "10M"]);
        assert_eq!(tick(1e-5), "1e-5");
    }

    #[test]
    fn times_have_the_unit_that_suits_them() {
        assert_eq!(
            [9.96, 410.0, 8219.0, 36_712.0, 4.2e6, 3e9].map(time),
            ["10.0 ns", "410 ns", "8.2 µs", "37 µs", "4.2 ms", "3.0 s"]
        );
    }
}
