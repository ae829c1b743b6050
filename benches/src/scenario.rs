//! What a scenario asks for.

use std::fmt;

/// How many items the queue holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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

/// What the messages of a stream are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Payload {
    /// A `u64`.
    Word,
    /// 256 bytes.
    Wide,
}

/// A saturated stream from some ends to others.
#[derive(Clone, Copy)]
pub struct Stream {
    pub from: End,
    pub to: End,
    pub host: Host,
    pub shape: Shape,
    pub payload: Payload,
    /// The sender is bound to CPU 0, the receiver to CPU 1.
    pub pinned: bool,
}

/// One item to and fro over two queues of capacity 1.
#[derive(Clone, Copy)]
pub struct Ping {
    pub from: End,
    pub to: End,
    pub host: Host,
    /// One end is bound to CPU 0, the other to CPU 1.
    pub pinned: bool,
    /// A tenth of a millisecond of silence before each trip.
    pub asleep: bool,
}

/// So many items a second, evenly, through a queue of capacity 128.
#[derive(Clone, Copy)]
pub struct Pace {
    pub from: End,
    pub to: End,
    pub per_second: u32,
    /// So many other queues beside, at which a receiver waits in vain.
    pub idle: usize,
}

/// What is done with the queue.
#[derive(Clone, Copy)]
pub enum Kind {
    Stream(Stream),
    /// The same, for how evenly its receivers are served.
    Shares(Stream),
    Ping(Ping),
    Paced(Pace),
    /// `try_send` and `try_recv` by turns on one thread.
    Pair(Capacity),
    /// The same, with a look at the statistics every 4,096 pairs.
    Observed(Capacity),
    /// The same, while so many items are in an unbounded queue.
    Depth(u64),
    /// A queue is made and dropped.
    Create {
        capacity: Capacity,
        /// After an item went through it.
        used: bool,
    },
    /// Bytes on the heap for a queue that is there.
    Memory {
        capacity: Capacity,
        /// After an item went through it.
        used: bool,
    },
    /// Items in batches of this many, over a queue of capacity 128.
    Batch {
        size: usize,
        /// Who receives from a thread; if nobody, that thread itself.
        to: Option<End>,
    },
    /// One receiver waits for 16 queues, of which one gives items.
    Select(End),
    /// So many receive calls of tasks are made, polled once and dropped.
    Pending(usize),
    /// A receiver waits for a second in which nothing comes.
    Idle(End),
    /// `recv_timeout` of a second on an empty queue.
    Timeout,
}

impl Kind {
    /// The queues it needs: how many ends, how large.
    pub fn shape(&self) -> Shape {
        let single = |limit| Shape::single(Capacity::Bounded(limit));
        match self {
            Self::Stream(stream) | Self::Shares(stream) => stream.shape,
            Self::Pair(capacity)
            | Self::Observed(capacity)
            | Self::Create { capacity, .. }
            | Self::Memory { capacity, .. } => Shape::single(*capacity),
            Self::Depth(_) => Shape::single(Capacity::Unbounded),
            Self::Ping(_) => single(1),
            Self::Pending(receivers) => Shape { receivers: *receivers, ..single(128) },
            Self::Paced(_) | Self::Batch { .. } | Self::Select(_) | Self::Idle(_) | Self::Timeout => single(128),
        }
    }

    /// Whether a task holds either end.
    pub fn has_tasks(&self) -> bool {
        let task = End::Task;
        match self {
            Self::Stream(Stream { from, to, .. })
            | Self::Shares(Stream { from, to, .. })
            | Self::Ping(Ping { from, to, .. })
            | Self::Paced(Pace { from, to, .. }) => *from == task || *to == task,
            Self::Batch { to, .. } => *to == Some(task),
            Self::Select(end) | Self::Idle(end) => *end == task,
            Self::Pending(_) => true,
            Self::Pair(_)
            | Self::Observed(_)
            | Self::Depth(_)
            | Self::Create { .. }
            | Self::Memory { .. }
            | Self::Timeout => false,
        }
    }

    /// Whether it binds ends to two CPUs.
    pub fn is_pinned(&self) -> bool {
        match self {
            Self::Stream(stream) => stream.pinned,
            Self::Ping(ping) => ping.pinned,
            _ => false,
        }
    }

    /// Whether what it takes of the CPUs is another question than how fast it is.
    pub fn has_costs(&self) -> bool {
        match self {
            Self::Stream(_) | Self::Ping(_) | Self::Paced(_) | Self::Select(_) => true,
            Self::Batch { to, .. } => to.is_some(),
            Self::Shares(_)
            | Self::Pair(_)
            | Self::Observed(_)
            | Self::Depth(_)
            | Self::Create { .. }
            | Self::Memory { .. }
            | Self::Pending(_)
            | Self::Idle(_)
            | Self::Timeout => false,
        }
    }

    /// What its figure says.
    pub fn metric(&self) -> Metric {
        match self {
            Self::Stream(_) | Self::Select(_) => Metric::new("Mmsg/s", true),
            Self::Shares(_) => Metric::new("most/least", false),
            Self::Ping(ping) if ping.asleep => Metric::new("ns median", false),
            Self::Ping(_) => Metric::new("ns/trip", false),
            Self::Paced(_) => Metric::new("ns late", false),
            Self::Pair(_) | Self::Observed(_) | Self::Depth(_) => Metric::new("ns/pair", false),
            Self::Create { .. } => Metric::new("ns/queue", false),
            Self::Memory { .. } => Metric::new("bytes", false),
            Self::Batch { .. } => Metric::new("ns/item", false),
            Self::Pending(_) => Metric::new("ns/call", false),
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
    /// One of the third that is run in every regime.
    pub everywhere: bool,
}
