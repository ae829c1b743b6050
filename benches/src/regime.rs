//! What the machine is like while something is measured.

use std::fmt;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Regime {
    /// Nobody else runs.
    Idle,
    /// So many busy loops run beside.
    Loaded(usize),
    /// Everything runs on this CPU.
    OneCpu(usize),
}

impl Regime {
    /// How many busy loops run beside.
    pub fn hogs(self) -> usize {
        match self {
            Self::Loaded(hogs) => hogs,
            Self::Idle | Self::OneCpu(_) => 0,
        }
    }

    /// The CPU that everything is bound to.
    pub fn cpu(self) -> Option<usize> {
        match self {
            Self::OneCpu(cpu) => Some(cpu),
            Self::Idle | Self::Loaded(_) => None,
        }
    }
}

impl fmt::Display for Regime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Idle => "idle",
            Self::Loaded(_) => "loaded",
            Self::OneCpu(_) => "one-cpu",
        })
    }
}
