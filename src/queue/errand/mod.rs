//! What somebody has come to a queue for: to send, to receive, to reserve room, or to see something come about.
//!
//! The handshake knows an errand only by these verbs, which is how sending and receiving, threads and tasks, come to wait in
//! the same way.

mod events;
mod receiving;
mod sending;

pub(crate) use events::{Joining, Watching};
pub(crate) use receiving::{Receiving, ReceivingMany, unless_empty};
pub(crate) use sending::{Reserving, Sending, SendingMany, unless_full};

use std::task::Waker;

use super::patience::Patience;
use crate::engine::{Enlisted, News, Passage, Standing, Ticket, Waiter};

/// The queue was closed, so that the errand could not be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Closed;

/// One errand, and how it is done.
pub(crate) trait Errand {
    /// What it ends with.
    type Done;

    /// Tries now, without waiting.
    fn attempt(&mut self, standing: Standing) -> Option<Self::Done>;
    /// Takes a place in line, unless it is done by then.
    fn enlist(&mut self, waiter: Waiter, standing: Standing) -> Enlisted<Self::Done>;
    /// What became of a task's ticket. When called, it is ready to attempt again or even done.
    fn news(&mut self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<Self::Done>;
    /// What became of a thread's ticket, which was summoned: as [`news`](Self::news).
    fn fetch(&mut self, ticket: Ticket) -> News<Self::Done>;
    /// Closes a ticket that it kept for what others left to it: it has tried, and if that was in vain comes back.
    fn end_claim(&self, ticket: Ticket, comes_back: bool);
    /// It is done and nobody will learn of it: gives back what would be lost.
    fn undo(&self, _done: &Self::Done) {}
    /// Tries once and for all, when there is no time to wait.
    #[inline]
    fn attempt_at_last(&mut self) -> Option<Self::Done> {
        None
    }
    /// What it ends with if the caller did it all.
    fn done_by_caller(&mut self) -> Option<Self::Done>;
    /// Closes the ticket and passes a call on; afterwards ready to attempt again, or done after all.
    fn leave(&mut self, ticket: Ticket) -> Option<Self::Done>;
    /// It panics when it may owe others a call: they are called to what may be there.
    fn pass_on(&self);
    /// From published words alone: whether an attempt may pay.
    fn is_beckoned(&self) -> bool;
    /// From published words alone: how often an attempt could succeed now. A guess.
    fn backlog(&self) -> usize;
    /// The most that can be there for it.
    fn most(&self) -> usize;
    /// How much of that an attempt takes at once.
    fn appetite(&self) -> usize {
        1
    }
    /// Who passed last through the door that the awaited comes by.
    fn partner(&self) -> Passage;
    /// The same, asked on a cold path beside a hot one: what lends the errand there would have it lie in memory on both.
    fn other_side(&self) -> Passage {
        self.partner()
    }
    /// What parties with such an errand have learned from waiting here.
    fn patience(&self) -> &Patience;
    /// How much of it is done: what waits for the rest comes anew.
    fn progress(&self) -> usize {
        0
    }
    /// Whether an attempt may do only a part of what could be done now.
    fn is_done_in_parts(&self) -> bool {
        false
    }
    /// Whether what it waits for comes about although it does not stand in line, and nobody is overtaken. A guess.
    fn may_step_aside(&self) -> bool {
        false
    }
    /// Whether somebody may do it while it stands in line. A guess.
    fn may_be_done_in_line(&self) -> bool {
        self.is_done_in_line()
    }
    /// Whether a thread may be given what it waits for while it stands in line.
    fn is_given_in_line(&self) -> bool {
        false
    }
    /// Whether it is done by standing in line, so that there is nothing to look out for before.
    fn is_done_in_line(&self) -> bool {
        false
    }
}
