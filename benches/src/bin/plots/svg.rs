//! A picture being drawn, as the text of an SVG file.

use std::fmt::Write;

use crate::look::{Shape, style_sheet};

/// The width of every picture: that of a README's column.
pub const WIDTH: f64 = 880.0;

/// The least distance of anything from the left and right edge.
pub const MARGIN: f64 = 20.0;

/// Roughly how wide a letter is, of its height; on the safe side.
const LETTER: f64 = 0.53;

/// How wide a text of this size is at most.
pub fn text_width(text: &str, size: f64) -> f64 {
    text.chars().count() as f64 * size * LETTER
}

/// Cuts a text into lines of at most this width, between words.
pub fn wrap(text: &str, size: f64, width: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if text_width(line, size) + text_width(word, size) + size * LETTER <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_string()),
        }
    }
    lines
}

/// What is drawn so far. Every class is one of the style sheet's.
#[derive(Debug, Default)]
pub struct Svg {
    body: String,
}

impl Svg {
    pub fn text(&mut self, x: f64, y: f64, class: &str, text: &str) {
        let text = escaped(text);
        self.put(format_args!("<text x='{x:.1}' y='{y:.1}' class='{class}'>{text}</text>"));
    }

    /// A text that runs upwards.
    pub fn upright(&mut self, x: f64, y: f64, class: &str, text: &str) {
        let text = escaped(text);
        let turn = format!("transform='rotate(-90 {x:.1} {y:.1})'");
        self.put(format_args!("<text x='{x:.1}' y='{y:.1}' {turn} class='{class}'>{text}</text>"));
    }

    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), class: &str) {
        let ((x1, y1), (x2, y2)) = (from, to);
        self.put(format_args!("<line x1='{x1:.1}' y1='{y1:.1}' x2='{x2:.1}' y2='{y2:.1}' class='{class}'/>"));
    }

    /// A line through all these points.
    pub fn path(&mut self, points: &[(f64, f64)], class: &str) {
        let points: Vec<_> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        self.put(format_args!("<polyline points='{}' class='{class}'/>", points.join(" ")));
    }

    /// A rectangle with a corner at `x`, `y`; what `note` says is shown under the pointer.
    pub fn rect(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), class: &str, note: &str) {
        let title = if note.is_empty() { String::new() } else { format!("<title>{}</title>", escaped(note)) };
        let size = format!("width='{width:.1}' height='{height:.1}'");
        self.put(format_args!("<rect x='{x:.1}' y='{y:.1}' {size} rx='3' class='{class}'>{title}</rect>"));
    }

    /// A mark of this shape and radius around a point.
    pub fn mark(&mut self, shape: Shape, (x, y): (f64, f64), r: f64, class: &str) {
        let corners = |corners: &[(f64, f64)]| {
            let points: Vec<_> =
                corners.iter().map(|(dx, dy)| format!("{:.1},{:.1}", x + r * dx, y + r * dy)).collect();
            points.join(" ")
        };
        let points = match shape {
            Shape::Circle => {
                return self.put(format_args!("<circle cx='{x:.1}' cy='{y:.1}' r='{r}' class='{class}'/>"));
            }
            Shape::Square => corners(&[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]),
            Shape::Up => corners(&[(0.0, -1.2), (1.1, 0.8), (-1.1, 0.8)]),
            Shape::Down => corners(&[(0.0, 1.2), (1.1, -0.8), (-1.1, -0.8)]),
            Shape::Diamond => corners(&[(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)]),
        };
        self.put(format_args!("<polygon points='{points}' class='{class}'/>"));
    }

    fn put(&mut self, element: std::fmt::Arguments<'_>) {
        writeln!(self.body, "{element}").expect("a string takes everything");
    }

    /// The file, for a picture of this height that shows what `title` and `description` say.
    pub fn finish(self, height: f64, title: &str, description: &str) -> String {
        let (title, description) = (escaped(title), escaped(description));
        format!(
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {height:.0}' width='{WIDTH}' \
             height='{height:.0}' role='img' aria-label='{title}'>\n<title>{title}</title>\n<desc>{description}</desc>\n\
             <style>\n{}</style>\n<rect x='0.5' y='0.5' width='{:.1}' height='{:.1}' rx='8' class='sheet'/>\n{}</svg>\n",
            style_sheet(),
            WIDTH - 1.0,
            height - 1.0,
            self.body,
        )
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::{Svg, text_width, wrap};

    #[test]
    fn no_line_is_longer_than_it_may_be() {
        let text = "one two three four five six seven eight nine ten eleven twelve";
        let lines = wrap(text, 10.0, 100.0);
        assert!(lines.len() > 2 && lines.iter().all(|line| text_width(line, 10.0) <= 100.0));
        assert_eq!(lines.join(" "), text);
    }

    #[test]
    fn a_text_cannot_become_an_element() {
        let mut svg = Svg::default();
        svg.text(0.0, 0.0, "label", "a<b> & 'c'");
        let file = svg.finish(10.0, "t<", "d&");
        assert!(file.contains("a&lt;b&gt; &amp; &#39;c&#39;") && file.contains("<title>t&lt;</title>"));
    }
}
