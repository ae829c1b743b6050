//! What the model is told: the costs of a machine, which can be measured, besides the law by which the queue waits.

/// Times in ns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Costs {
    pub cores: usize,
    pub capacity: u64,
    /// One passage through a door that nobody contests, and the call around it; with the next CPU busy, which may be the same core.
    pub hold: f64,
    /// Each further item of a batch.
    pub item: f64,
    /// What one does between two passages.
    pub own: f64,
    /// Moving one cache line from core to core.
    pub line: f64,
    /// From the call of a sleeping thread until it runs on an idle core.
    pub wake: f64,
    /// What that call costs the caller.
    pub call: f64,
    /// From one thread to another on the same core.
    pub switch: f64,
    /// One pause instruction.
    pub pause: f64,
    /// By how much a sleep outlasts what was asked for.
    pub slack: f64,
    /// For how long a thread keeps a core that others want.
    pub slice: f64,
}

impl Default for Costs {
    /// As `scaling --measure` found them on the machine of docs/scaling.md.
    fn default() -> Self {
        Self {
            cores: 2,
            capacity: 128,
            hold: 9.7,
            item: 0.7,
            own: 1.0,
            line: 38.0,
            wake: 33_700.0,
            call: 9_000.0,
            switch: 4_300.0,
            pause: 24.0,
            slack: 76_000.0,
            slice: 3_000_000.0,
        }
    }
}

/// A line of the model knows so many copies.
pub const MOST_CORES: usize = u128::BITS as usize;

/// The law of the lock, of patience and of asking for lines, as the source has it: in pauses unless a name says ns, where the source
/// says how long one looks, at 25 ns a pause.
pub mod law {
    pub const FIRST_PAUSES: f64 = 16.0;
    pub const LOOKS: u32 = 2;
    pub const LOOKS_AT_ANOTHER: u32 = 16;
    pub const NAP_NS: f64 = 50_000.0;
    pub const TIRED_AT_MOST: u32 = 4;
    pub const THREAD_PAUSES: f64 = 1000.0;
    pub const AFTER_WAKING: f64 = 2400.0;
    pub const PROBE_EVERY: u32 = 16;
    pub const MOMENT: u32 = 24;
    pub const LONG_MOMENT: u32 = 4 * MOMENT;
    pub const MUCH: u64 = 4;
    pub const A_BATCH: u64 = 32;
    pub const FAILURES: u32 = 8;
    pub const REST_NS: f64 = 400_000.0;
    pub const MANY: u64 = 48;
    pub const LINES: usize = 16;
}
