//! Where items live and who waits for them.
//!
//! An engine moves items through its doors and names whom to call; it never blocks and never loops until something
//! happens. What it means to wait, and how the two faces do it, is decided one storey up, in `queue`.

#[allow(unsafe_code, reason = "it vouches for positions to the storage")]
mod buffer;
mod calls;
mod doors;
mod line;
mod rendezvous;
#[allow(unsafe_code, reason = "items live in uninitialised memory")]
mod storage;

use crate::error::TryRecvError;
use crate::prim::Where;

pub(crate) use buffer::Refusal;
pub(crate) use doors::Doors;
pub(crate) use line::{Arrival, Ticket, Waiter};
pub(crate) use rendezvous::Rendezvous;
pub(crate) use storage::{Ring, Segments};

use std::task::Waker;

/// How often a waiter may be called in vain before newcomers stand behind it.
pub(crate) const OVERTAKEN_AT_MOST: u32 = 64;

/// What a party has been through before it comes to a door.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Standing {
    /// When it first came, if it ever stood in line.
    pub(crate) arrival: Option<Arrival>,
    /// How often it was called.
    pub(crate) calls: u32,
}

impl Standing {
    /// Whether it comes off the street and not out of the line.
    #[inline]
    fn is_newcomer(self) -> bool {
        self.calls == 0
    }

    /// Whether it was overtaken so often that newcomers must stand behind it.
    pub(crate) fn is_overdue(self) -> bool {
        self.calls >= OVERTAKEN_AT_MOST
    }
}

/// Who went through a door last, for those who ask whether to look out for him. A hint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Passage {
    /// Who it was.
    pub(crate) who: Where,
    /// A number that changes with each passage.
    pub(crate) number: u32,
}

/// A place in line.
pub(crate) type Placed = (Ticket, Arrival);

/// What a waiting task learns of its ticket.
#[derive(Debug)]
pub(crate) enum News<L> {
    /// Nothing yet.
    Waiting,
    /// Nothing yet, and the ticket would call another task: come again with a waiter for this one.
    Stranger,
    /// It was called; its load, unless the caller took it. The ticket is closed.
    Called(Option<L>),
}

/// What every engine does.
pub(crate) trait Engine<T> {
    /// Brings the item if there is room for it now; else it stays where it is.
    fn push(&self, item: &mut Option<T>, standing: Standing) -> Result<(), Refusal>;
    /// What a sender tries that is ready to wait: the same, unless waiting is what sends.
    #[inline]
    fn offer(&self, item: &mut Option<T>, standing: Standing) -> Result<(), Refusal> {
        self.push(item, standing)
    }
    /// Takes an item if there is one now.
    fn pop(&self, item: &mut Option<T>, standing: Standing) -> Result<(), TryRecvError>;
    /// Takes what is there now, in one visit.
    fn pop_all(&self) -> Vec<T>;

    /// Puts a sender in line, its item in the ticket, or not: it should look again.
    fn enlist_sender(&self, item: &mut Option<T>, waiter: Waiter, standing: Standing) -> Option<Placed>;
    /// Puts a receiver in line, or not: it should look again.
    fn enlist_receiver(&self, waiter: Waiter, standing: Standing) -> Option<Placed>;
    /// Puts one in line who waits for the close, or not: it has come.
    fn enlist_watcher(&self, waiter: Waiter) -> Option<Placed>;

    /// What became of a sending task's ticket; `fresh` takes the place of a stranger and gives back what must be dropped.
    fn sender_news(&self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<T>;
    /// What became of a receiving task's ticket; `fresh` as above.
    fn receiver_news(&self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<()>;
    /// What became of a watching task's ticket; `fresh` as above.
    fn watcher_news(&self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<()>;
    /// Closes the ticket of a sender that was summoned: its item.
    fn fetch_sender(&self, ticket: Ticket) -> Option<T>;
    /// Closes the ticket of a receiver that was summoned.
    fn fetch_receiver(&self, ticket: Ticket);

    /// Takes a sender out of line, passing on a call it had got: the item, unless it was sent.
    fn leave_sender(&self, ticket: Ticket) -> Option<T>;
    /// Takes a receiver out of line, passing on a call it had got.
    fn leave_receiver(&self, ticket: Ticket);
    /// Takes a watcher out of line.
    fn leave_watcher(&self, ticket: Ticket);

    /// Closes and calls everybody; whether it was open.
    fn close(&self) -> bool;
    fn is_closed(&self) -> bool;
    /// How many items are there.
    fn len(&self) -> usize;
    /// How many items there is room for. A guess.
    fn places(&self) -> usize;
    /// How many senders and receivers stand in line.
    fn waiting(&self) -> (usize, usize);

    /// From published words alone: whether a receiver that found nothing should try again.
    fn beckons_receivers(&self) -> bool;
    /// From published words alone: whether a sender that found no room should try again.
    fn beckons_senders(&self) -> bool;
    /// Who brought the last item.
    fn last_sender(&self) -> Passage;
    /// Who took the last item.
    fn last_receiver(&self) -> Passage;
}
