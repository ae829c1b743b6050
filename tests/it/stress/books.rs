//! What became of every item, seen from both ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

/// How many items of each sender are entered; those after them only keep it busy.
const PAGE: usize = 20_000;

const SENT: u8 = 1;
const RETURNED: u8 = 2;
/// Its send was dropped before it ended: sent or not, nobody can tell.
const CANCELLED: u8 = 4;
const RECEIVED: u8 = 8;
const DROPPED: u8 = 16;
/// Sent without waiting, perhaps to a receiver that was waiting and then left.
const HANDED: u8 = 32;

/// A sender's number, and that of the item among its own.
pub(super) type Id = (usize, usize);

#[derive(Debug)]
pub(super) struct Books {
    entries: Vec<AtomicU8>,
    /// Entries that were made twice.
    doubles: AtomicUsize,
}

/// How many items came to which end.
#[derive(Debug, Default)]
pub(super) struct Sums {
    pub(super) received: usize,
    returned: usize,
    cancelled: usize,
    dropped_with_the_queue: usize,
}

impl Books {
    pub(super) fn new(senders: usize) -> Arc<Self> {
        let entries = (0..senders * PAGE).map(|_| AtomicU8::new(0)).collect();
        Arc::new(Self { entries, doubles: AtomicUsize::new(0) })
    }

    /// The page of one sender.
    pub(super) fn ledger(self: &Arc<Self>, sender: usize) -> Ledger {
        Ledger { books: Arc::clone(self), sender, made: 0 }
    }

    fn enter(&self, (sender, number): Id, entry: u8) {
        if number >= PAGE {
            return;
        }
        // Whoever checks the books has joined everybody who enters.
        if self.entries[sender * PAGE + number].fetch_or(entry, Ordering::Relaxed) & entry != 0 {
            self.doubles.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Checks that each item came to exactly one end, and each end agrees with the other's.
    ///
    /// What was sent may have been left to be dropped if nobody was to take the rest, but not if
    /// the sender waited for somebody to take it.
    pub(super) fn balance(&self, rest_is_dropped: bool, rendezvous: bool) -> Sums {
        assert_eq!(self.doubles.load(Ordering::Relaxed), 0, "items that arrived or ended twice");
        let mut sums = Sums::default();
        for (id, entry) in self.entries.iter().enumerate() {
            match entry.load(Ordering::Relaxed) ^ DROPPED {
                // Never made.
                DROPPED => {}
                RETURNED => sums.returned += 1,
                CANCELLED => sums.cancelled += 1,
                entry if entry == SENT | RECEIVED => sums.received += 1,
                entry if entry == HANDED | RECEIVED => sums.received += 1,
                entry if entry == CANCELLED | RECEIVED => sums.received += 1,
                HANDED if rest_is_dropped => sums.dropped_with_the_queue += 1,
                SENT if rest_is_dropped && !rendezvous => sums.dropped_with_the_queue += 1,
                wrong => panic!(
                    "item {id}: sent {}, handed over {}, returned {}, cancelled {}, received {}, dropped {}",
                    wrong & SENT != 0,
                    wrong & HANDED != 0,
                    wrong & RETURNED != 0,
                    wrong & CANCELLED != 0,
                    wrong & RECEIVED != 0,
                    wrong & DROPPED == 0,
                ),
            }
        }
        sums
    }
}

/// Makes the items of one sender and enters what became of its sends.
#[derive(Debug)]
pub(super) struct Ledger {
    books: Arc<Books>,
    sender: usize,
    made: usize,
}

impl Ledger {
    /// The next item, and the id under which its send is entered.
    pub(super) fn item(&mut self) -> (Parcel, Id) {
        let id = (self.sender, self.made);
        self.made += 1;
        (Parcel { books: Arc::clone(&self.books), id }, id)
    }

    pub(super) fn sent(&self, id: Id) {
        self.books.enter(id, SENT);
    }

    pub(super) fn handed(&self, id: Id) {
        self.books.enter(id, HANDED);
    }

    pub(super) fn cancelled(&self, id: Id) {
        self.books.enter(id, CANCELLED);
    }

    /// The item must be the one whose send failed.
    pub(super) fn returned(&self, id: Id, parcel: &Parcel) {
        assert_eq!(parcel.id, id, "the sender got its own item back");
        self.books.enter(id, RETURNED);
    }
}

/// The item that is sent.
#[derive(Debug)]
pub(super) struct Parcel {
    books: Arc<Books>,
    pub(super) id: Id,
}

impl Parcel {
    pub(super) fn received(self) {
        self.books.enter(self.id, RECEIVED);
    }
}

impl Drop for Parcel {
    fn drop(&mut self) {
        self.books.enter(self.id, DROPPED);
    }
}
