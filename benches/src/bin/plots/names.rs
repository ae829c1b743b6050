//! What the name of a scenario says.

/// A saturated stream: `MODE/senders-receivers/capacity`, and perhaps more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stream<'a> {
    pub mode: &'a str,
    pub ends: &'a str,
    pub capacity: &'a str,
    /// What is special about it, such as `pinned`.
    pub extra: &'a str,
}

/// The modes in the order of the pictures, with what they mean.
pub const MODES: [(&str, &str); 5] = [
    ("SS", "thread → thread"),
    ("SA", "thread → task"),
    ("AS", "task → thread"),
    ("AA", "task → task"),
    ("AA1", "tasks, one thread"),
];

impl<'a> Stream<'a> {
    pub fn parse(id: &'a str) -> Option<Self> {
        let mut words = id.splitn(4, '/');
        let (mode, ends, capacity) = (words.next()?, words.next()?, words.next()?);
        let known = MODES.iter().any(|(name, _)| *name == mode);
        let (senders, receivers) = ends.split_once('-')?;
        let counted = [senders, receivers].iter().all(|count| count.parse::<u32>().is_ok());
        (known && counted).then_some(Self { mode, ends, capacity, extra: words.next().unwrap_or("") })
    }

    /// The row that it stands in, such as `1-1` or `1-1 pinned`.
    pub fn row(&self) -> String {
        format!("{} {}", self.ends, self.extra).trim_end().to_string()
    }
}

/// One point of a curve: `growth/CURVE/SIZE`, and perhaps the capacity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Growth<'a> {
    pub curve: &'a str,
    pub size: f64,
}

impl<'a> Growth<'a> {
    pub fn parse(id: &'a str) -> Option<Self> {
        let (curve, rest) = id.strip_prefix("growth/")?.split_once('/')?;
        let size = count(rest.split('/').next()?)?;
        Some(Self { curve, size })
    }
}

/// A whole number, perhaps with k or M behind it.
fn count(text: &str) -> Option<f64> {
    let (digits, factor) = match text.strip_suffix(['k', 'K']) {
        Some(digits) => (digits, 1e3),
        None => text.strip_suffix('M').map_or((text, 1.0), |digits| (digits, 1e6)),
    };
    digits.parse::<u64>().ok().map(|number| number as f64 * factor)
}

/// Puts the names of capacities in order: by number, the unbounded one last.
pub fn capacity_rank(capacity: &str) -> (u64, &str) {
    (capacity.parse().unwrap_or(u64::MAX), capacity)
}

/// A capacity as a reader sees it.
pub fn capacity_label(capacity: &str) -> &str {
    if capacity == "unb" { "∞" } else { capacity }
}

/// Whether a greater figure is the better one.
pub fn more_is_better(unit: &str) -> bool {
    unit.ends_with("/s")
}

#[cfg(test)]
mod tests {
    use super::{Growth, Stream, capacity_rank, more_is_better};

    #[test]
    fn a_stream_is_told_from_the_rest() {
        let stream = Stream::parse("SS/1-1/128/pinned").unwrap();
        assert_eq!((stream.mode, stream.capacity, stream.row().as_str()), ("SS", "128", "1-1 pinned"));
        assert_eq!(Stream::parse("AA1/4-4/unb").unwrap().row(), "4-4");
        for other in ["ping/thread-task", "paced/10k/thread-task", "pair/128", "growth/SS/4/128", "SS/1-1", ""] {
            assert!(Stream::parse(other).is_none(), "{other}");
        }
    }

    #[test]
    fn growth_has_a_size() {
        assert_eq!(Growth::parse("growth/AA/10000/128"), Some(Growth { curve: "AA", size: 1e4 }));
        assert_eq!(Growth::parse("growth/depth/10M"), Some(Growth { curve: "depth", size: 1e7 }));
        assert_eq!(Growth::parse("growth/depth/10k").unwrap().size, 1e4);
        assert!(Growth::parse("growth/depth/deep").is_none() && Growth::parse("SS/1-1/1").is_none());
    }

    #[test]
    fn capacities_in_order() {
        let mut capacities = ["unb", "128", "1", "0"];
        capacities.sort_by_key(|capacity| capacity_rank(capacity));
        assert_eq!(capacities, ["0", "1", "128", "unb"]);
    }

    #[test]
    fn rates_are_better_when_greater() {
        assert!(more_is_better("Mmsg/s") && !more_is_better("ns/trip") && !more_is_better("CPU us"));
    }
}
