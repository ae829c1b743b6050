//! What somebody has come to a queue for: to send an item, to receive one, or to see it close.
//!
//! The handshake knows an errand only by these verbs, which is how sending and receiving, threads and tasks, come to wait in
//! the same way.

use std::task::Waker;

use super::{Kind, Queue, engine};
use crate::engine::{Engine, News, Passage, Placed, Standing, Ticket, Waiter};
use crate::error::{RecvError, SendError, TryRecvError, TrySendError};
use crate::prim::{Hint, Where};

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
    /// What it ends with if the caller did it all.
    fn done_by_caller(&mut self) -> Option<Self::Done>;
    /// Closes the ticket and passes a call on; afterwards ready to attempt again, or done after all.
    fn leave(&mut self, ticket: Ticket, standing: Standing) -> Option<Self::Done>;
    /// It is done although it had been overtaken too often: newcomers need no longer stand behind it.
    fn settle(&mut self);

    /// From published words alone: whether an attempt may pay.
    fn is_beckoned(&self) -> bool;
    /// Who passed last through the door that the awaited comes by.
    fn partner(&self) -> Passage;
    /// The number of the passage after which a look-out was last kept in vain.
    fn missed(&self) -> &Hint;
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
    fn reclaim(&mut self, item: Option<T>) -> Option<Result<(), SendError<T>>> {
        match item {
            Some(item) => {
                *self.item = Some(item);
                None
            }
            None => Some(Ok(())),
        }
    }
}

impl<T> Errand for Sending<'_, T> {
    type Done = Result<(), SendError<T>>;

    #[inline]
    fn attempt(&mut self, standing: Standing) -> Option<Self::Done> {
        let item = self.item.take()?;
        match engine!(self.queue, engine => engine.push(item, standing)) {
            Ok(()) => Some(Ok(())),
            Err(TrySendError::Closed(item)) => Some(Err(SendError(item))),
            Err(TrySendError::Full(item)) => {
                *self.item = Some(item);
                None
            }
        }
    }

    fn enlist(&mut self, waiter: Waiter, standing: Standing) -> Option<Placed> {
        let item = self.item.take()?;
        match engine!(self.queue, engine => engine.enlist_sender(item, waiter, standing)) {
            Ok(placed) => Some(placed),
            Err(item) => {
                *self.item = Some(item);
                None
            }
        }
    }

    fn news(&mut self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<Self::Done> {
        match engine!(self.queue, engine => engine.sender_news(ticket, waker, fresh)) {
            News::Waiting => News::Waiting,
            News::Stranger => News::Stranger,
            News::Called(item) => News::Called(self.reclaim(item)),
        }
    }

    fn fetch(&mut self, ticket: Ticket) -> Option<Self::Done> {
        let found = engine!(self.queue, engine => engine.fetch(ticket));
        self.reclaim(found)
    }

    fn done_by_caller(&mut self) -> Option<Self::Done> {
        Some(Ok(()))
    }

    fn leave(&mut self, ticket: Ticket, standing: Standing) -> Option<Self::Done> {
        let item = engine!(self.queue, engine => engine.leave_sender(ticket, standing));
        self.reclaim(item)
    }

    fn settle(&mut self) {
        engine!(self.queue, engine => Engine::<T>::settle_sender(engine));
    }

    fn is_beckoned(&self) -> bool {
        engine!(self.queue, engine => engine.beckons_senders())
    }

    fn partner(&self) -> Passage {
        engine!(self.queue, engine => engine.last_receiver())
    }

    fn missed(&self) -> &Hint {
        &self.queue.missed_room
    }
}

/// Receiving one item.
#[derive(Debug)]
pub(crate) struct Receiving<'a, T>(pub(crate) &'a Queue<T>);

impl<T> Errand for Receiving<'_, T> {
    type Done = Result<T, RecvError>;

    #[inline]
    fn attempt(&mut self, standing: Standing) -> Option<Self::Done> {
        match engine!(self.0, engine => engine.pop(standing)) {
            Ok(item) => Some(Ok(item)),
            Err(TryRecvError::Closed) => Some(Err(RecvError)),
            Err(TryRecvError::Empty) => None,
        }
    }

    fn enlist(&mut self, waiter: Waiter, standing: Standing) -> Option<Placed> {
        engine!(self.0, engine => engine.enlist_receiver(waiter, standing))
    }

    fn news(&mut self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<Self::Done> {
        match engine!(self.0, engine => engine.receiver_news(ticket, waker, fresh)) {
            News::Waiting => News::Waiting,
            News::Stranger => News::Stranger,
            News::Called(_) => News::Called(None),
        }
    }

    fn fetch(&mut self, _: Ticket) -> Option<Self::Done> {
        None
    }

    fn done_by_caller(&mut self) -> Option<Self::Done> {
        None
    }

    fn leave(&mut self, ticket: Ticket, standing: Standing) -> Option<Self::Done> {
        engine!(self.0, engine => engine.leave_receiver(ticket, standing));
        None
    }

    fn settle(&mut self) {
        engine!(self.0, engine => Engine::<T>::settle_receiver(engine));
    }

    fn is_beckoned(&self) -> bool {
        engine!(self.0, engine => engine.beckons_receivers())
    }

    fn partner(&self) -> Passage {
        engine!(self.0, engine => engine.last_sender())
    }

    fn missed(&self) -> &Hint {
        &self.0.missed_item
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

    fn leave(&mut self, ticket: Ticket, _: Standing) -> Option<()> {
        engine!(self.0, engine => engine.leave_watcher(ticket));
        None
    }

    fn settle(&mut self) {}

    fn is_beckoned(&self) -> bool {
        false
    }

    /// A close is too rare to look out for.
    fn partner(&self) -> Passage {
        Passage { who: Where::NOWHERE, number: 0 }
    }

    fn missed(&self) -> &Hint {
        &self.0.missed_item
    }
}
