//! Items whose comparison fails.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::{
    Census, Counted, counting_waker, is_pending, must_be_pending, must_be_ready, poll_with, watchdog,
};

/// An item whose comparison fails when it is told to.
#[derive(Debug)]
struct Touchy<'a> {
    rank: u32,
    fuse: &'a AtomicUsize,
    _load: Counted,
}

impl PartialEq for Touchy<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.rank == other.rank
    }
}

impl Eq for Touchy<'_> {}

impl PartialOrd for Touchy<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Touchy<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        // Counts down to the comparison that fails; 0 is never.
        let left = self.fuse.load(Ordering::Relaxed);
        if left > 0 {
            self.fuse.store(left - 1, Ordering::Relaxed);
            assert_ne!(left, 1, "the comparison fails");
        }
        self.rank.cmp(&other.rank)
    }
}

/// Whichever comparison fails, of a push, a pop or an eviction: nothing is lost but what was being pushed, and the order stands.
#[test]
fn a_comparison_that_panics_changes_nothing() {
    let mut failures = [0; 3];
    for fails_at in 1..12 {
        for (verb, failures) in failures.iter_mut().enumerate() {
            let fuse = AtomicUsize::new(0);
            let census = Census::new();
            let item = |rank: u32| Touchy { rank, fuse: &fuse, _load: census.item(rank.into()) };
            let (tx, rx) = bifrons::priority::bounded(20);
            for rank in [5, 9, 1, 7, 3, 8, 2, 6, 4, 0] {
                tx.send(item(rank)).unwrap();
            }
            let mut expected: Vec<u32> = (0..10).rev().collect();
            if verb == 2 {
                // An eviction takes a full queue.
                tx.set_capacity(10).unwrap();
            }
            fuse.store(fails_at, Ordering::Relaxed);
            let result = catch_unwind(AssertUnwindSafe(|| match verb {
                0 => {
                    tx.send(item(10)).unwrap();
                    None
                }
                1 => Some(rx.recv().unwrap().rank),
                _ => tx.force_send(item(10)).unwrap().map(|evicted| evicted.rank),
            }));
            fuse.store(0, Ordering::Relaxed);
            match (verb, result) {
                (0, Ok(_)) => expected.insert(0, 10),
                (1, Ok(taken)) => assert_eq!(taken, Some(expected.remove(0))),
                (2, Ok(evicted)) => {
                    assert_eq!(evicted, expected.pop());
                    expected.insert(0, 10);
                }
                // An item may have gone to make room before the newcomer's place was looked for.
                (2, Err(_)) => {
                    assert!(rx.len() >= expected.len() - 1, "one at most");
                    expected.truncate(rx.len());
                    *failures += 1;
                }
                _ => *failures += 1,
            }
            assert_eq!(census.alive(), expected.len(), "verb {verb} fails at {fails_at}");
            assert!(rx.drain().map(|item| item.rank).eq(expected), "verb {verb} fails at {fails_at}");
        }
    }
    assert!(failures.iter().all(|&failures| failures > 0), "{failures:?}");
}

/// A panicking comparison beside one who waits for an item, and one who waits for room.
#[test]
fn a_comparison_that_panics_leaves_nobody_asleep() {
    let _dog = watchdog();
    let fuse = &AtomicUsize::new(0);
    let census = Census::new();
    let item = |rank: u32| Touchy { rank, fuse, _load: census.item(rank.into()) };
    let (tx, rx) = bifrons::priority::bounded(2);
    let (tx, rx) = (tx.into_async(), rx.into_async());
    tx.try_send(item(1)).unwrap();
    tx.try_send(item(2)).unwrap();
    let (count, waker) = counting_waker();
    let mut send = tx.send(item(3));
    must_be_pending(&mut send, &waker);
    assert_eq!(must_be_ready(&mut rx.recv()).unwrap().rank, 2);
    assert_eq!(count.wakes(), 1);
    let (behind, waker) = counting_waker();
    let mut next = tx.send(item(4));
    // There is room, which the first was called to; a newcomer may take it.
    let overtook = poll_with(&mut next, &waker).is_ready();
    assert!(overtook);
    drop(next);
    assert!(is_pending(&mut send));
    let mut next = tx.send(item(5));
    must_be_pending(&mut next, &waker);
    assert_eq!(must_be_ready(&mut rx.recv()).unwrap().rank, 4);
    assert_eq!(count.wakes(), 1, "by the waker of its last poll, which does nothing");
    // The one that was called fails in its comparison; its room is the next one's.
    fuse.store(1, Ordering::Relaxed);
    assert!(catch_unwind(AssertUnwindSafe(|| is_pending(&mut send))).is_err());
    assert_eq!(behind.wakes(), 1);
    must_be_ready(&mut next).unwrap();
    assert_eq!(must_be_ready(&mut rx.recv()).unwrap().rank, 5);
    assert_eq!(must_be_ready(&mut rx.recv()).unwrap().rank, 1);
    assert!(rx.is_empty());
    // The item that could not be compared is still with its sender.
    assert_eq!(send.take().map(|item| item.rank), Some(3));
    drop(send);
    assert_eq!(census.alive(), 0);
}
