//! How things look, in light and in dark.

use std::fmt::Write;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Circle,
    Square,
    Up,
    Down,
    Diamond,
}

/// How a channel is drawn. Hue, shape and stroke all tell, so that hue need not be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    hue: usize,
    pub shape: Shape,
    hollow: bool,
    dashed: bool,
}

/// Each hue in light and in dark.
const HUES: [(&str, &str); 9] = [
    ("#d1440c", "#ff8b4a"),
    ("#0b62b0", "#5aa9f0"),
    ("#a13d92", "#e38ad4"),
    ("#00795a", "#35c79c"),
    ("#a87700", "#e6bb45"),
    ("#5446c4", "#a79dff"),
    ("#2a8fb5", "#7fd0ee"),
    ("#7a5536", "#cda27a"),
    ("#6b7280", "#98a2b3"),
];

const GREY: usize = HUES.len() - 1;

const fn look(hue: usize, shape: Shape) -> Look {
    Look { hue, shape, hollow: false, dashed: false }
}

/// A relative of one that has a filled mark.
const fn kin(hue: usize, shape: Shape) -> Look {
    Look { hue, shape, hollow: true, dashed: true }
}

/// The channels that have a look of their own.
const LOOKS: [(&str, Look); 19] = [
    ("bifrons", look(0, Shape::Circle)),
    ("crossbeam", look(1, Shape::Square)),
    ("kanal", look(2, Shape::Up)),
    ("flume", look(3, Shape::Diamond)),
    ("crossfire", look(4, Shape::Down)),
    ("crossfire-mpmc", kin(4, Shape::Square)),
    ("crossfire-spsc", kin(4, Shape::Down)),
    ("tokio", look(5, Shape::Square)),
    ("async-channel", look(6, Shape::Circle)),
    ("fibre", look(7, Shape::Up)),
    ("fibre-mpmc", kin(7, Shape::Up)),
    ("std", look(GREY, Shape::Square)),
    ("loole", look(GREY, Shape::Diamond)),
    ("thingbuf", look(GREY, Shape::Up)),
    ("tachyonix", kin(GREY, Shape::Square)),
    ("ref-condvar", kin(GREY, Shape::Circle)),
    ("ref-waker", kin(GREY, Shape::Down)),
    ("ref-assembled", kin(GREY, Shape::Diamond)),
    ("rtrb", kin(GREY, Shape::Up)),
];

impl Look {
    /// How the channel of this name looks; an unknown one by the letters of its name, in grey.
    pub fn of(channel: &str) -> Self {
        if let Some((_, look)) = LOOKS.iter().find(|(name, _)| *name == channel) {
            return *look;
        }
        let shapes = [Shape::Down, Shape::Circle, Shape::Diamond, Shape::Square, Shape::Up];
        let sum = channel.bytes().map(usize::from).sum::<usize>();
        kin(GREY, shapes[sum % shapes.len()])
    }

    pub fn of_line(&self) -> String {
        let dashed = if self.dashed { " dashed" } else { "" };
        let thick = if self.is_subject() { " thick" } else { "" };
        format!("line s{}{dashed}{thick}{}", self.hue, self.of_rank())
    }

    pub fn of_mark(&self) -> String {
        let fill = if self.hollow { "paper".into() } else { format!("f{}", self.hue) };
        format!("mark s{} {fill}{}", self.hue, self.of_rank())
    }

    /// Those in grey stand back.
    fn of_rank(&self) -> &'static str {
        if self.hue == GREY { " back" } else { "" }
    }

    pub fn is_subject(&self) -> bool {
        self.hue == 0
    }

    /// How large its marks are.
    pub fn radius(&self) -> f64 {
        if self.is_subject() { 4.6 } else { 3.2 }
    }
}

/// The steps of a ratio, each from its bound up, with fill and ink in light and in dark. The middle one is a tie.
pub const STEPS: [(f64, [&str; 4]); 7] = [
    (0.0, ["#b3400a", "#ffffff", "#e0672a", "#1a0d05"]),
    (0.5, ["#ee9a63", "#33160a", "#9c4a20", "#ffeadf"]),
    (1.0 / 1.3, ["#fbe0cc", "#4d2a14", "#54301f", "#f6d9c8"]),
    (1.0, ["#dbeaf7", "#14304d", "#1d3a56", "#d3e6f7"]),
    (1.3, ["#a5cdec", "#0a2238", "#235f92", "#e6f2fc"]),
    (2.0, ["#4f9bd6", "#04121f", "#3d8fd0", "#04121f"]),
    (4.0, ["#0b5ba3", "#ffffff", "#8cc8f5", "#061a2b"]),
];

/// Which of the steps a ratio is on.
pub fn step(ratio: f64) -> usize {
    STEPS.iter().rposition(|(bound, _)| ratio >= *bound).unwrap_or(0)
}

const FONT: &str =
    "text{font-family:system-ui,-apple-system,'Segoe UI','Helvetica Neue',Arial,'DejaVu Sans',sans-serif}\n";

/// Whatever has no colour. The sizes are of a picture that is 880 pixels wide.
const FORM: &str = "\
.title{font-size:19px;font-weight:700}.sub{font-size:13.5px}.head{font-size:13px;font-weight:600}\n\
.label{font-size:12.5px}.tick{font-size:11.5px}.foot{font-size:11px}.cell{font-size:13px;font-weight:600}.narrow{font-size:12px}\n\
.strong{font-weight:700}.faint{opacity:.62}.mid{text-anchor:middle}.end{text-anchor:end}\n\
.line{fill:none;stroke-width:1.5;stroke-linejoin:round;opacity:.85}.thick{stroke-width:3.2;opacity:1}.back{opacity:.6}\n\
.dashed{stroke-dasharray:5 3}.mark{stroke-width:1.3}.grid{stroke-width:1}.whisker{stroke-width:2}\n";

/// The classes of every picture.
pub fn style_sheet() -> String {
    let light = colours(0, ["#ffffff", "#d0d7de", "#1f2328", "#59636e", "#e4e8ec"]);
    let dark = colours(1, ["#0d1117", "#30363d", "#e6edf3", "#9aa5b1", "#242b33"]);
    format!("{FONT}{FORM}{light}@media (prefers-color-scheme: dark){{\n{dark}}}\n")
}

fn colours(which: usize, [paper, edge, ink, quiet, grid]: [&str; 5]) -> String {
    let mut css = format!(
        ".sheet{{fill:{paper};stroke:{edge}}}.paper{{fill:{paper}}}.title,.head,.label,.cell{{fill:{ink}}}\n\
         .sub,.tick,.foot{{fill:{quiet}}}.grid{{stroke:{grid}}}.axis{{stroke:{quiet}}}.panel{{fill:none;stroke:{edge}}}\n\
         .none{{fill:none;stroke:{grid}}}\n"
    );
    for (number, hue) in HUES.iter().enumerate() {
        let colour = [hue.0, hue.1][which];
        writeln!(css, ".s{number}{{stroke:{colour}}}.f{number}{{fill:{colour}}}").expect("a string takes everything");
    }
    for (number, (_, colours)) in STEPS.iter().enumerate() {
        let (fill, ink) = (colours[2 * which], colours[2 * which + 1]);
        writeln!(css, ".b{number}{{fill:{fill}}}.i{number}{{fill:{ink}}}").expect("a string takes everything");
    }
    css
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{LOOKS, Look, STEPS, step};

    #[test]
    fn no_two_channels_look_alike() {
        let looks: HashSet<_> =
            LOOKS.iter().map(|(_, look)| (look.of_line(), look.of_mark(), look.shape as u8)).collect();
        assert_eq!(looks.len(), LOOKS.len());
        assert!(LOOKS.iter().all(|(name, _)| Look::of(name).is_subject() == (*name == "bifrons")));
    }

    #[test]
    fn a_ratio_is_on_the_step_below_it() {
        assert_eq!([0.1, 0.5, 0.8, 1.0, 1.29, 1.3, 3.0, 40.0].map(step), [0, 1, 2, 3, 3, 4, 5, 6]);
        assert!(STEPS.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}
