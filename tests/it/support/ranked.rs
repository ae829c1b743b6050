//! Items of which some are equal and yet can be told apart.

use std::cmp::Ordering;

/// A rank, and a number that does not count when items are compared.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ranked(pub(crate) u32, pub(crate) u32);

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Ranked {}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}
