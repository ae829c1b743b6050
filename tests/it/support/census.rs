//! Payloads that report their end.

use std::cmp::Ordering;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

/// Knows how many [`Counted`] were made and which were dropped, in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Census {
    ledger: Arc<Ledger>,
}

#[derive(Debug, Default)]
struct Ledger {
    made: AtomicUsize,
    dropped: Mutex<Vec<u64>>,
}

impl Census {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A payload that enters its `id` here when it is dropped.
    pub(crate) fn item(&self, id: u64) -> Counted {
        self.ledger.made.fetch_add(1, Relaxed);
        Counted { id, ledger: Arc::clone(&self.ledger) }
    }

    pub(crate) fn made(&self) -> usize {
        self.ledger.made.load(Relaxed)
    }

    /// The ids of what was dropped so far, in the order of the drops.
    pub(crate) fn dropped(&self) -> Vec<u64> {
        self.ledger.dropped.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many of the payloads still live.
    pub(crate) fn alive(&self) -> usize {
        self.made() - self.dropped().len()
    }

    /// How often a payload with this id was dropped.
    pub(crate) fn drops_of(&self, id: u64) -> usize {
        self.dropped().iter().filter(|&&dropped| dropped == id).count()
    }

    /// Fails unless every id of `ids` was dropped exactly once, and nothing else was made.
    #[track_caller]
    pub(crate) fn assert_all_dropped_once(&self, ids: impl IntoIterator<Item = u64>) {
        let mut dropped = self.dropped();
        dropped.sort_unstable();
        let mut expected: Vec<u64> = ids.into_iter().collect();
        expected.sort_unstable();
        assert_eq!(dropped, expected, "each item is dropped exactly once");
        assert_eq!(self.made(), expected.len(), "nothing else was made");
    }
}

/// A payload made by [`Census::item`], ordered by its id.
#[derive(Debug)]
pub(crate) struct Counted {
    pub(crate) id: u64,
    ledger: Arc<Ledger>,
}

impl PartialEq for Counted {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Counted {}

impl PartialOrd for Counted {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Counted {
    fn cmp(&self, other: &Self) -> Ordering {
        self.id.cmp(&other.id)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.ledger.dropped.lock().unwrap_or_else(PoisonError::into_inner).push(self.id);
    }
}

/// A payload whose drop is entered in a census; if it is `armed` the drop panics then.
#[derive(Debug)]
pub(crate) struct Bomb {
    pub(crate) armed: bool,
    pub(crate) load: Counted,
}

impl Drop for Bomb {
    fn drop(&mut self) {
        // A second panic while unwinding would abort the process and prove nothing.
        if self.armed && !std::thread::panicking() {
            panic!("bomb {}", self.load.id);
        }
    }
}

/// Runs its closure when dropped.
pub(crate) struct OnDrop<F: FnMut()>(pub(crate) F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}
