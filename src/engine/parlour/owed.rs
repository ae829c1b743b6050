//! What is owed by handles, permits and tasks that are dropped while their own thread stands in the door: an order lets items go, and
//! they go with them.
//!
//! Each has to visit the queue as it goes, and can not. Whoever opened the door does it for them, once it is shut.

use std::mem::take;

use crate::prim::{Hint, Lock};

/// Written and read by whoever stands in the door.
#[derive(Debug)]
pub(super) struct Owed {
    /// Whether there are any: 0 or 1. No guess, since the door orders all that is done to it.
    is_any: Hint,
    debts: Lock<Debts>,
}

#[derive(Debug, Default)]
pub(super) struct Debts {
    /// So much room is to be given back.
    pub(super) room: u128,
    /// So many tasks are done.
    pub(super) tasks: usize,
    /// The last handle of a half has gone.
    pub(super) is_closed: bool,
    /// It was the last receiver: nobody can receive what is left.
    pub(super) is_deserted: bool,
}

impl Owed {
    pub(super) fn new() -> Self {
        Self { is_any: Hint::new(0), debts: Lock::new(Debts::default()) }
    }

    pub(super) fn owe(&self, note: impl FnOnce(&mut Debts)) {
        note(&mut self.debts.lock());
        self.is_any.set(1);
    }

    pub(super) fn take(&self) -> Option<Debts> {
        if self.is_any.get() == 0 {
            return None;
        }
        self.is_any.set(0);
        Some(take(&mut *self.debts.lock()))
    }
}
