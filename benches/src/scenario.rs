//! What a scenario asks for.

use std::fmt;

/// How many items the queue holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Capacity {
    /// At most this many; 0 is a rendezvous.
    Bounded(usize),
    Unbounded,
}

impl fmt::Display for Capacity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bounded(limit) => write!(f, "{limit}"),
            Self::Unbounded => f.write_str("unb"),
        }
    }
}

/// Who stands at one end of the queue.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum End {
    Thread,
    Task,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Thread => "thread",
            Self::Task => "task",
        })
    }
}

/// Where the tasks of a scenario run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// A tokio runtime with two workers.
    TwoWorkers,
    /// A current-thread tokio runtime on a thread of its own.
    OneThread,
}

/// How many handles a queue needs, besides how large it is.
#[derive(Clone, Copy)]
pub struct Shape {
    pub senders: usize,
    pub receivers: usize,
    pub capacity: Capacity,
}

impl Shape {
    /// One handle of each half.
    pub const fn single(capacity: Capacity) -> Self {
        Self { senders: 1, receivers: 1, capacity }
    }
}

/// A saturated stream from some ends to others.
#[derive(Clone, Copy)]
pub struct Stream {
    pub from: End,
    pub to: End,
    pub host: Host,
    pub shape: Shape,
    /// The sender is bound to CPU 0, the receiver to CPU 1.
    pub pinned: bool,
}

/// What is done with the queue.
#[derive(Clone, Copy)]
pub enum Kind {
    Stream(Stream),
    /// One item to and fro over two queues of capacity 1.
    Ping {
        from: End,
        to: End,
        host: Host,
    },
    /// A thread sends 10,000 items a second through a queue of capacity 128.
    Paced {
        to: End,
    },
    /// `try_send` and `try_recv` by turns on one thread.
    Pair(Capacity),
    /// The same, with a look at the statistics every 4,096 pairs.
    Observed(Capacity),
    /// A receiver waits for a second in which nothing comes.
    Idle(End),
    /// `recv_timeout` of a second on an empty queue.
    Timeout,
}

impl Kind {
    /// The capacity of the queues it needs.
    pub fn capacity(&self) -> Capacity {
        match self {
            Self::Stream(stream) => stream.shape.capacity,
            Self::Pair(capacity) | Self::Observed(capacity) => *capacity,
            Self::Ping { .. } => Capacity::Bounded(1),
            Self::Paced { .. } | Self::Idle(_) | Self::Timeout => Capacity::Bounded(128),
        }
    }

    /// What its figure says.
    pub fn metric(&self) -> Metric {
        match self {
            Self::Stream(_) => Metric::new("Mmsg/s", true),
            Self::Ping { .. } => Metric::new("ns/trip", false),
            Self::Paced { .. } => Metric::new("ns late", false),
            Self::Pair(_) | Self::Observed(_) => Metric::new("ns/pair", false),
            Self::Idle(_) | Self::Timeout => Metric::new("CPU us", false),
        }
    }
}

/// The unit of a figure, besides which way is better.
#[derive(Clone, Copy)]
pub struct Metric {
    pub unit: &'static str,
    pub more_is_better: bool,
}

impl Metric {
    const fn new(unit: &'static str, more_is_better: bool) -> Self {
        Self { unit, more_is_better }
    }

    /// By what factor `ours` is better than `theirs`; above 1 is better, whichever way the unit runs.
    pub fn ratio(&self, ours: f64, theirs: f64) -> f64 {
        if self.more_is_better { ours / theirs } else { theirs / ours }
    }
}

/// A kind under its name.
pub struct Scenario {
    pub id: String,
    pub kind: Kind,
    /// Left out of a run that names no scenario.
    pub optional: bool,
}
