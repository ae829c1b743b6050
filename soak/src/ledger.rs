//! Items, each of which is accounted for once.

use std::cmp::Ordering;
use std::sync::Arc;
use std::sync::atomic::{
    AtomicU64,
    Ordering::{Relaxed, SeqCst},
};

/// The books of a round. Its atomics are std's: they are no part of what is tested, and order nothing.
#[derive(Debug, Default)]
pub struct Ledger {
    /// How many items will have been made when the round is over.
    expected: AtomicU64,
    made: AtomicU64,
    received: AtomicU64,
    returned: AtomicU64,
    dropped: AtomicU64,
    operations: AtomicU64,
    cancels: AtomicU64,
    timeouts: AtomicU64,
}

/// The sums of one or several rounds.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Sums {
    pub made: u64,
    pub received: u64,
    pub returned: u64,
    pub dropped: u64,
    pub operations: u64,
    pub cancels: u64,
    pub timeouts: u64,
}

impl Ledger {
    /// So many more items will be made.
    pub fn expect(&self, items: u64) {
        self.expected.fetch_add(items, SeqCst);
    }

    /// So many items will not be made after all.
    pub fn forgo(&self, items: u64) {
        self.expected.fetch_sub(items, SeqCst);
    }

    /// Whether every item has been made and is accounted for.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        // Of two who settle the last two items at once, one at least must see the other's.
        let accounts = [&self.received, &self.returned, &self.dropped];
        accounts.map(|account| account.load(SeqCst)).iter().sum::<u64>() >= self.expected.load(SeqCst)
    }

    /// Somebody has called a verb.
    pub fn note_operation(&self) {
        self.operations.fetch_add(1, Relaxed);
    }

    /// A future was dropped before it was done.
    pub fn note_cancel(&self) {
        self.cancels.fetch_add(1, Relaxed);
    }

    /// A call gave up for want of time.
    pub fn note_timeout(&self) {
        self.timeouts.fetch_add(1, Relaxed);
    }

    /// What has been entered so far.
    #[must_use]
    pub fn sums(&self) -> Sums {
        Sums {
            made: self.made.load(Relaxed),
            received: self.received.load(Relaxed),
            returned: self.returned.load(Relaxed),
            dropped: self.dropped.load(Relaxed),
            operations: self.operations.load(Relaxed),
            cancels: self.cancels.load(Relaxed),
            timeouts: self.timeouts.load(Relaxed),
        }
    }
}

impl Sums {
    /// Whether each item made was received, returned or dropped, and none of them twice.
    #[must_use]
    pub fn balance(&self) -> bool {
        self.made == self.received + self.returned + self.dropped
    }

    /// Adds those of another round.
    pub fn add(&mut self, other: Self) {
        self.made += other.made;
        self.received += other.received;
        self.returned += other.returned;
        self.dropped += other.dropped;
        self.operations += other.operations;
        self.cancels += other.cancels;
        self.timeouts += other.timeouts;
    }
}

/// What is sent.
#[derive(Debug)]
pub struct Item {
    ledger: Arc<Ledger>,
    /// Who made it, and which of his it is.
    pub producer: u32,
    pub number: u32,
    /// What it weighs, and how urgent it is.
    pub rank: u32,
    /// Follows from the others: garbage does not have it.
    seal: u64,
    is_settled: bool,
}

fn seal(producer: u32, number: u32, rank: u32) -> u64 {
    (u64::from(producer) << 32 | u64::from(number)).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ u64::from(rank)
}

impl Item {
    /// Makes an item of a weight from one to three.
    #[must_use]
    pub fn new(ledger: &Arc<Ledger>, producer: u32, number: u32) -> Self {
        let rank = 1 + number % 3;
        ledger.made.fetch_add(1, Relaxed);
        Self {
            ledger: Arc::clone(ledger),
            producer,
            number,
            rank,
            seal: seal(producer, number, rank),
            is_settled: false,
        }
    }

    /// It came out at the other end.
    pub fn receive(mut self) {
        self.settle(|ledger| &ledger.received);
    }

    /// It came back.
    pub fn take_back(mut self) {
        self.settle(|ledger| &ledger.returned);
    }

    fn settle(&mut self, account: impl Fn(&Ledger) -> &AtomicU64) {
        assert_eq!(self.seal, seal(self.producer, self.number, self.rank), "no item, or one that has been dropped");
        self.is_settled = true;
        account(&self.ledger).fetch_add(1, SeqCst);
    }
}

impl Drop for Item {
    fn drop(&mut self) {
        self.seal = 0;
        if !self.is_settled {
            self.ledger.dropped.fetch_add(1, SeqCst);
        }
    }
}

/// By urgency alone: equal ones come in the order of arrival.
impl Ord for Item {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank.cmp(&other.rank)
    }
}

impl PartialOrd for Item {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Item {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Item {}
