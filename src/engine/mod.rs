//! Where items live and who waits for them.
//!
//! An engine moves items through its doors and names whom to call; it never blocks and never loops until something
//! happens. What it means to wait, and how the two faces do it, is decided one storey up, in `queue`.

mod buffer;
mod calls;
mod doors;
mod hand;
mod line;
mod order;
mod parlour;
mod places;
mod rendezvous;
mod returned;
mod stand;
#[allow(unsafe_code, reason = "items live in uninitialised memory")]
mod storage;
mod waiter;

use crate::error::TryRecvError;
use crate::prim::Where;

pub(crate) use buffer::Refusal;
pub(crate) use doors::Doors;
pub(crate) use hand::Hand;
pub(crate) use line::Offer;
pub(crate) use order::Order;
pub use order::{Discipline, Pushed};
pub(crate) use parlour::{Parlour, Weigher};
pub(crate) use places::{Arrival, Ticket};
pub(crate) use rendezvous::Rendezvous;
pub(crate) use waiter::Waiter;

use std::collections::VecDeque;
use std::panic::resume_unwind;
use std::task::Waker;
use std::thread;

/// How often a waiter may be called in vain before newcomers stand behind it.
pub(crate) const OVERTAKEN_AT_MOST: u32 = 64;

/// What a party has been through before it comes to a door.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Standing {
    /// When it first came, if it ever stood in line.
    pub(crate) arrival: Option<Arrival>,
    /// How often it was called, as far as that is counted; and whether something is kept for it as it tries, which has no word of its
    /// own, since every future that is new would write that.
    pub(crate) calls: u32,
}

/// Set in `calls` of one for whom something is kept.
const CLAIMING: u32 = 1 << 31;

impl Standing {
    /// One who takes what is there, whoever else has been promised it.
    pub(crate) const RESIDENT: Self = Self { arrival: None, calls: 1 };

    /// How much it leaves to others of what newcomers do.
    #[inline]
    pub(crate) fn leaves(self, claims: u128) -> u128 {
        if self.is_newcomer() { claims } else { 0 }
    }

    /// The same, as far as it takes or brings more than the one thing that it was called to: all but what is for itself, if it was
    /// called once more since it stood in line as overdue.
    pub(crate) fn leaves_beyond_one(self, claims: u128) -> u128 {
        let has_own = self.calls > CLAIMING + OVERTAKEN_AT_MOST;
        if self.arrival.is_some() { claims.saturating_sub(has_own.into()) } else { self.leaves(claims) }
    }

    /// The same, of one for whom something is kept.
    pub(crate) fn claiming(self) -> Self {
        Self { calls: self.calls | CLAIMING, ..self }
    }

    /// It was called once more: counted as long as that tells anything.
    pub(crate) fn note_call(&mut self) {
        self.calls = (self.calls + 1).min(OVERTAKEN_AT_MOST + 1);
    }

    /// Whether it comes off the street and not out of the line.
    #[inline]
    pub(crate) fn is_newcomer(self) -> bool {
        self.calls == 0
    }

    /// Whether it was overtaken so often that newcomers must stand behind it.
    pub(crate) fn is_overdue(self) -> bool {
        self.calls & !CLAIMING >= OVERTAKEN_AT_MOST
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

/// What comes of the attempt to stand in line.
#[derive(Debug)]
pub(crate) enum Enlisted<D> {
    /// It stands there.
    InLine(Placed),
    /// It rests beside it: it was called to room, which is no help to it, and nothing is kept for it.
    Resting(Placed),
    /// The world has moved: look again.
    Again,
    /// What was to be waited for has been done in the same visit.
    Done(D),
}

impl Enlisted<()> {
    /// The same, of one that is done with a result.
    pub(crate) fn map<D>(self, done: impl FnOnce(()) -> D) -> Enlisted<D> {
        match self {
            Self::InLine(placed) => Enlisted::InLine(placed),
            Self::Resting(placed) => Enlisted::Resting(placed),
            Self::Again => Enlisted::Again,
            Self::Done(()) => Enlisted::Done(done(())),
        }
    }
}

/// Ends a visit in which a party may have got that ticket. If it panicked, for a waker of whom it called, the party does not
/// learn of the ticket, and leaves.
fn end_visit<R>(visited: thread::Result<R>, ticket: Option<Ticket>, leave: impl FnOnce(Ticket) -> bool) -> R {
    visited.unwrap_or_else(|panic| {
        let _was_called = ticket.map(leave);
        resume_unwind(panic)
    })
}

/// What one who waits learns of its ticket.
#[derive(Debug)]
pub(crate) enum News<L> {
    /// Nothing yet.
    Waiting,
    /// Nothing yet, and the ticket would call another task: come again with a waiter for this one.
    Stranger,
    /// It was called; its load, unless the caller took it. The ticket is closed.
    Called(Option<L>),
    /// It was called, and what it was called to is there no longer, where an engine can tell in the same visit. The ticket is closed.
    InVain,
    /// It was called, but others leave something to it, and do so until it leaves: it tries before that.
    Claimed(Option<L>),
}

impl<L> News<L> {
    /// The same, of one that makes of a call what it does with its load.
    pub(crate) fn map<D>(self, called: impl FnOnce(Option<L>) -> Option<D>) -> News<D> {
        match self {
            Self::Waiting => News::Waiting,
            Self::Stranger => News::Stranger,
            Self::Called(load) => News::Called(called(load)),
            Self::InVain => News::InVain,
            Self::Claimed(load) => News::Claimed(called(load)),
        }
    }
}

/// Where one waits for neither items nor room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    /// The close.
    Closed,
    /// That nothing is there and nothing in hand.
    Idle,
}

/// What is there at one moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Snapshot {
    pub(crate) len: usize,
    /// How much they weigh, 1 each where nobody weighs them.
    pub(crate) weight: usize,
    pub(crate) capacity: usize,
    pub(crate) brought: u64,
    pub(crate) taken: u64,
    pub(crate) waiting_senders: usize,
    pub(crate) waiting_receivers: usize,
    pub(crate) tasks: usize,
    pub(crate) reserved: usize,
    pub(crate) closed: bool,
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
    /// Brings the first items, as many as there is room for, in one visit.
    fn push_many(&self, items: &mut VecDeque<T>, standing: Standing) -> Result<(), Refusal>;
    /// Brings the item in any case where items are kept: what had to go for it, if anything.
    fn force(&self, item: &mut Option<T>) -> Result<Option<T>, Refusal>;
    /// Takes an item if there is one now; `tracked` if it stays in hand until [`finish`](Self::finish).
    fn pop(&self, item: &mut Option<T>, tracked: bool, standing: Standing) -> Result<(), TryRecvError>;
    /// Takes up to `most` items, in one visit: how many.
    fn pop_many(&self, items: &mut Vec<T>, most: usize, standing: Standing) -> Result<usize, TryRecvError>;
    /// An item that was in hand is done.
    fn finish(&self);

    /// Sets aside room of that size.
    fn reserve(&self, need: usize, standing: Standing) -> Result<(), Refusal>;
    /// Brings the item into room of that size which was set aside, or by that pledge; after a close the item stays where it is.
    fn redeem(&self, item: &mut Option<T>, need: usize) -> Result<(), Refusal>;
    /// Gives back room of that size, or that pledge.
    fn give_back(&self, need: usize);
    /// Changes the capacity.
    fn set_capacity(&self, capacity: usize);
    fn capacity(&self) -> usize;
    /// Whether that is a limit: else it is what memory can hold.
    fn is_bounded(&self) -> bool;

    /// Puts a sender in line: its item in the ticket, or nothing if room of that size is all it wants.
    fn enlist_sender(&self, item: &mut Option<T>, need: usize, waiter: Waiter, standing: Standing) -> Enlisted<()>;
    /// Puts a receiver in line; whether it `takes` what it is given there, and returns that, also as it leaves late.
    fn enlist_receiver(&self, waiter: Waiter, takes: bool, standing: Standing) -> Enlisted<()>;
    /// Puts one in line who waits for an event.
    fn enlist_watcher(&self, event: Event, waiter: Waiter) -> Enlisted<()>;

    /// What became of a sending task's ticket; `fresh` takes the place of a stranger and gives back what must be dropped.
    fn sender_news(&self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<Offer<T>>;
    /// What became of a receiving task's ticket; `fresh` as above.
    fn receiver_news(&self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<()>;
    /// What became of a watching task's ticket; `fresh` as above.
    fn watcher_news(&self, event: Event, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<()>;
    /// What became of the ticket of a sender that was summoned.
    fn fetch_sender(&self, ticket: Ticket) -> News<Offer<T>>;
    /// What became of the ticket of a receiver that was summoned, with what it was given.
    fn fetch_receiver(&self, ticket: Ticket) -> News<T>;

    /// Takes a sender out of line, passing on a call it had got: its item comes back, unless it was sent. Whether it had been
    /// called.
    fn leave_sender(&self, ticket: Ticket, item: &mut Option<T>) -> bool;
    /// Closes the ticket of a sender that was summoned and has tried in vain: nobody is called before it stands in line again.
    fn step_out(&self, ticket: Ticket) {
        self.leave_sender(ticket, &mut None);
    }
    /// Sets room aside for one item of a select, `own` of whose receives stand in line here: by what it is redeemed or given back.
    fn court(&self, _own: usize, standing: Standing) -> Result<usize, Refusal> {
        self.reserve(1, standing).map(|()| 1)
    }
    /// Puts a select in line that waits for room for one item.
    fn enlist_suitor(&self, _own: usize, waiter: Waiter, standing: Standing) -> Enlisted<()> {
        self.enlist_sender(&mut None, 1, waiter, standing)
    }
    /// Whether a select that stands in line here has been called, so that room that is kept may be its own.
    fn is_summoned(&self, _ticket: Ticket) -> bool {
        false
    }
    /// Takes one out of line who wanted room alone, passing on a call it had got; whether it had.
    fn leave_suitor(&self, ticket: Ticket) -> bool {
        self.leave_sender(ticket, &mut None)
    }
    /// Takes a receiver out of line, passing on a call it had got, or with what it was given; whether it had been called.
    fn leave_receiver(&self, ticket: Ticket, item: &mut Option<T>) -> bool;
    /// Takes a watcher out of line; whether it had been called.
    fn leave_watcher(&self, event: Event, ticket: Ticket) -> bool;

    /// Somebody was called and will not come, for it panicked: calls others to what may be there.
    fn pass_on(&self);

    /// Closes and calls everybody; whether it was open.
    fn close(&self) -> bool;
    fn is_closed(&self) -> bool;
    /// Whether nothing is there and nothing in hand.
    fn is_idle(&self) -> bool;
    /// How many items are there.
    fn len(&self) -> usize;
    /// The same, about: a guess, and quick.
    fn len_about(&self) -> usize {
        self.len()
    }
    /// Whether there is no room.
    fn is_full(&self) -> bool {
        self.places() == 0
    }
    /// How many items there is room for. A guess, and quick.
    fn places(&self) -> usize;
    /// Everything at one moment.
    fn snapshot(&self) -> Snapshot;

    /// Whether a receive would not wait now.
    fn has_item_or_is_closed(&self, standing: Standing) -> bool;
    /// Whether a send would not wait now, for one `own` of whose receives stand in line here.
    fn has_room_or_is_closed(&self, own: usize, standing: Standing) -> bool;
    /// From published words alone: whether a receiver that found nothing should try again.
    fn beckons_receivers(&self) -> bool;
    /// From published words alone: whether a sender that found no room should try again.
    fn beckons_senders(&self) -> bool;
    /// Whether an item may be had by one who does not stand in line: because it is brought although nobody stands there, and
    /// nobody is overtaken. A guess.
    fn serves_passers(&self) -> bool;
    /// Who brought the last item.
    fn last_sender(&self) -> Passage;
    /// Who took the last item.
    fn last_receiver(&self) -> Passage;
}
