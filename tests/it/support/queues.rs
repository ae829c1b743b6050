//! Queues of every kind.

use bifrons::{Receiver, Sender};

/// The capacities a test of buffered queues walks through; `None` is unbounded.
///
/// One; small ones beside and on a power of two; one beyond any block or ring that starts small.
pub(crate) const BUFFERED: [Option<usize>; 8] =
    [Some(1), Some(2), Some(3), Some(4), Some(7), Some(64), Some(1_000), None];

/// As [`BUFFERED`], fewer of them, and the rendezvous: for tests that start threads.
pub(crate) const EVERY_KIND: [Option<usize>; 5] = [Some(0), Some(1), Some(3), Some(128), None];

/// A queue of this capacity.
pub(crate) fn queue<T>(capacity: Option<usize>) -> (Sender<T>, Receiver<T>) {
    match capacity {
        Some(capacity) => bifrons::bounded(capacity),
        None => bifrons::unbounded(),
    }
}
