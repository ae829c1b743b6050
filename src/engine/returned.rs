//! Who has come back to a line, by arrival.
//!
//! Most come back in the order in which they were called, or nearly so: they stand in a row, in which a few move for one who comes
//! between. Whoever would move more is in a heap beside it.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::places::{Arrival, Ticket};

type Entry = (Arrival, Ticket);

/// Fewer than so many in the row move for one who comes between.
const FEW: usize = 32;

/// Those who came back. Some may have left since, but not the first: whoever takes that one out drops those behind it who have.
#[derive(Debug, Default)]
pub(super) struct Returned {
    /// By arrival. It begins with the earliest of all.
    row: VecDeque<Entry>,
    /// The others, the earliest on top.
    heap: BinaryHeap<Reverse<Entry>>,
}

impl Returned {
    pub(super) fn push(&mut self, arrival: Arrival, ticket: Ticket) {
        let entry = (arrival, ticket);
        // Nearly always, and quicker than by an insertion.
        if self.row.back().is_none_or(|last| *last < entry) {
            return self.row.push_back(entry);
        }
        let later = self.row.iter().rev().take(FEW).take_while(|other| **other > entry).count();
        if later < FEW {
            return self.row.insert(self.row.len() - later, entry);
        }
        let earlier = self.row.iter().take(FEW).take_while(|other| **other < entry).count();
        if earlier < FEW {
            return self.row.insert(earlier, entry);
        }
        self.heap.push(Reverse(entry));
    }

    /// The earliest.
    #[inline]
    pub(super) fn first(&self) -> Option<Entry> {
        self.row.front().copied()
    }

    /// Drops the earliest.
    pub(super) fn pop(&mut self) {
        self.row.pop_front();
        self.begin_row();
    }

    pub(super) fn len(&self) -> usize {
        self.row.len() + self.heap.len()
    }

    /// All of them, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Ticket> + '_ {
        self.row.iter().chain(self.heap.iter().map(|Reverse(entry)| entry)).map(|&(_, ticket)| ticket)
    }

    /// Drops those who are not there, of whom the first is none.
    pub(super) fn retain(&mut self, mut is_there: impl FnMut(Ticket) -> bool) {
        self.row.retain(|&(_, ticket)| is_there(ticket));
        self.heap.retain(|&Reverse((_, ticket))| is_there(ticket));
    }

    /// The earliest of all is the first of the row, whoever has gone from there.
    fn begin_row(&mut self) {
        if let Some(&Reverse(top)) = self.heap.peek() {
            if self.row.front().is_none_or(|first| top < *first) {
                self.heap.pop();
                self.row.push_front(top);
            }
        }
    }
}
