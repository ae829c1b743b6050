//! What somebody has come to a queue for: to send an item, to receive one, or to see it close.
//!
//! The handshake knows an errand only by these verbs, which is how sending and receiving, threads and tasks, come to wait in
//! the same way.

use std::task::Waker;

use super::patience::Patience;
use super::{Kind, Queue, engine};
use crate::engine::{Engine, News, Passage, Placed, Refusal, Standing, Ticket, Waiter};
use crate::error::TryRecvError;
use crate::prim::Where;

/// The queue was closed, so that the errand could not be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Closed;

/// One errand, and how it is done.
pub(crate) trait Errand {
    /// What it ends with.
    type Done;

    /// Tries now, without waiting.
    fn attempt(&mut self, standing: Standing) -> Option<Self::Done>;
    /// Takes a place in line; `None` means that the world has moved: look again.
    fn enlist(&mut self, waiter: Waiter, standing: Standing) -> Option<Placed>;
    /// What became of a task's ticket. When called, it is ready to attempt again or even done.
    fn news(&mut self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<Self::Done>;
    /// The thread was summoned: makes it ready to attempt again.
    fn fetch(&mut self, ticket: Ticket) -> Option<Self::Done>;
    /// Tries once and for all, when there is no time to wait.
    #[inline]
    fn attempt_at_last(&mut self) -> Option<Self::Done> {
        None
    }
    /// What it ends with if the caller did it all.
    fn done_by_caller(&mut self) -> Option<Self::Done>;
    /// Closes the ticket and passes a call on; afterwards ready to attempt again, or done after all.
    fn leave(&mut self, ticket: Ticket) -> Option<Self::Done>;
    /// From published words alone: whether an attempt may pay.
    fn is_beckoned(&self) -> bool;
    /// From published words alone: how often an attempt could succeed now. A guess.
    fn backlog(&self) -> usize;
    /// Who passed last through the door that the awaited comes by.
    fn partner(&self) -> Passage;
    /// What parties with such an errand have learned from waiting here.
    fn patience(&self) -> &Patience;
    /// Whether it is done by standing in line, so that there is nothing to look out for before.
    fn is_done_in_line(&self) -> bool {
        false
    }
}

/// Sending one item.
#[derive(Debug)]
pub(crate) struct Sending<'a, T> {
    queue: &'a Queue<T>,
    /// The item, while it is not in a ticket and not sent.
    item: &'a mut Option<T>,
}

impl<'a, T> Sending<'a, T> {
    pub(crate) fn new(queue: &'a Queue<T>, item: &'a mut Option<T>) -> Self {
        Self { queue, item }
    }

    /// Out of the ticket the item comes back; out of no ticket it has gone its way.
    fn reclaim(&mut self, item: Option<T>) -> Option<Result<(), Closed>> {
        *self.item = item;
        if self.item.is_some() { None } else { Some(Ok(())) }
    }
}

impl<T> Errand for Sending<'_, T> {
    type Done = Result<(), Closed>;

    #[inline]
    fn attempt(&mut self, standing: Standing) -> Option<Self::Done> {
        match engine!(self.queue, engine => engine.offer(self.item, standing)) {
            Ok(()) => Some(Ok(())),
            Err(Refusal::Closed) => Some(Err(Closed)),
            Err(Refusal::Full) => None,
        }
    }

    /// With no time at all a send is a `try_send`, which may hand its item over where one that waits does not.
    fn attempt_at_last(&mut self) -> Option<Self::Done> {
        engine!(self.queue, engine => engine.push(self.item, Standing::default())).ok().map(Ok)
    }

    fn enlist(&mut self, waiter: Waiter, standing: Standing) -> Option<Placed> {
        engine!(self.queue, engine => engine.enlist_sender(self.item, waiter, standing))
    }

    fn news(&mut self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<Self::Done> {
        match engine!(self.queue, engine => engine.sender_news(ticket, waker, fresh)) {
            News::Waiting => News::Waiting,
            News::Stranger => News::Stranger,
            News::Called(item) => News::Called(self.reclaim(item)),
        }
    }

    fn fetch(&mut self, ticket: Ticket) -> Option<Self::Done> {
        let item = engine!(self.queue, engine => engine.fetch_sender(ticket));
        self.reclaim(item)
    }

    fn done_by_caller(&mut self) -> Option<Self::Done> {
        Some(Ok(()))
    }

    fn leave(&mut self, ticket: Ticket) -> Option<Self::Done> {
        let item = engine!(self.queue, engine => engine.leave_sender(ticket));
        self.reclaim(item)
    }

    fn is_beckoned(&self) -> bool {
        engine!(self.queue, engine => engine.beckons_senders())
    }

    fn backlog(&self) -> usize {
        engine!(self.queue, engine => engine.places())
    }

    fn partner(&self) -> Passage {
        engine!(self.queue, engine => engine.last_receiver())
    }

    fn patience(&self) -> &Patience {
        &self.queue.for_room
    }

    fn is_done_in_line(&self) -> bool {
        matches!(self.queue.kind, Kind::Rendezvous(_))
    }
}

/// Receiving one item.
#[derive(Debug)]
pub(crate) struct Receiving<'a, T> {
    queue: &'a Queue<T>,
    /// Where the item comes to lie.
    item: &'a mut Option<T>,
}

impl<'a, T> Receiving<'a, T> {
    pub(crate) fn new(queue: &'a Queue<T>, item: &'a mut Option<T>) -> Self {
        Self { queue, item }
    }
}

impl<T> Errand for Receiving<'_, T> {
    type Done = Result<(), Closed>;

    #[inline]
    fn attempt(&mut self, standing: Standing) -> Option<Self::Done> {
        match engine!(self.queue, engine => engine.pop(self.item, standing)) {
            Ok(()) => Some(Ok(())),
            Err(TryRecvError::Closed) => Some(Err(Closed)),
            Err(TryRecvError::Empty) => None,
        }
    }

    fn enlist(&mut self, waiter: Waiter, standing: Standing) -> Option<Placed> {
        engine!(self.queue, engine => engine.enlist_receiver(waiter, standing))
    }

    fn news(&mut self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<Self::Done> {
        match engine!(self.queue, engine => engine.receiver_news(ticket, waker, fresh)) {
            News::Waiting => News::Waiting,
            News::Stranger => News::Stranger,
            News::Called(_) => News::Called(None),
        }
    }

    fn fetch(&mut self, ticket: Ticket) -> Option<Self::Done> {
        engine!(self.queue, engine => Engine::<T>::fetch_receiver(engine, ticket));
        None
    }

    fn done_by_caller(&mut self) -> Option<Self::Done> {
        None
    }

    fn leave(&mut self, ticket: Ticket) -> Option<Self::Done> {
        engine!(self.queue, engine => Engine::<T>::leave_receiver(engine, ticket));
        None
    }

    fn is_beckoned(&self) -> bool {
        engine!(self.queue, engine => engine.beckons_receivers())
    }

    fn backlog(&self) -> usize {
        self.queue.len()
    }

    fn partner(&self) -> Passage {
        engine!(self.queue, engine => engine.last_sender())
    }

    fn patience(&self) -> &Patience {
        &self.queue.for_items
    }
}

/// Waiting for the close.
#[derive(Debug)]
pub(crate) struct Watching<'a, T>(pub(crate) &'a Queue<T>);

impl<T> Errand for Watching<'_, T> {
    type Done = ();

    fn attempt(&mut self, _: Standing) -> Option<()> {
        self.0.is_closed().then_some(())
    }

    fn enlist(&mut self, waiter: Waiter, _: Standing) -> Option<Placed> {
        engine!(self.0, engine => engine.enlist_watcher(waiter))
    }

    fn news(&mut self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<()> {
        match engine!(self.0, engine => engine.watcher_news(ticket, waker, fresh)) {
            News::Waiting => News::Waiting,
            News::Stranger => News::Stranger,
            News::Called(_) => News::Called(Some(())),
        }
    }

    fn fetch(&mut self, _: Ticket) -> Option<()> {
        None
    }

    fn done_by_caller(&mut self) -> Option<()> {
        None
    }

    fn leave(&mut self, ticket: Ticket) -> Option<()> {
        engine!(self.0, engine => engine.leave_watcher(ticket));
        None
    }

    fn is_beckoned(&self) -> bool {
        false
    }

    fn backlog(&self) -> usize {
        0
    }

    /// A close is too rare to look out for.
    fn partner(&self) -> Passage {
        Passage { who: Where::NOWHERE, number: 0 }
    }

    fn patience(&self) -> &Patience {
        &self.0.for_items
    }
}
