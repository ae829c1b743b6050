//! What somebody has come to a queue for: to send, to receive, to reserve room, or to see something come about.
//!
//! The handshake knows an errand only by these verbs, which is how sending and receiving, threads and tasks, come to wait in
//! the same way.

use std::collections::VecDeque;
use std::task::Waker;

use super::patience::Patience;
use super::{Kind, Queue, engine};
use crate::engine::{Engine, Enlisted, Event, Hand, News, Offer, Passage, Refusal, Standing, Ticket, Waiter};
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
    /// Takes a place in line, unless it is done by then.
    fn enlist(&mut self, waiter: Waiter, standing: Standing) -> Enlisted<Self::Done>;
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
    /// How much of it is done: what waits for the rest comes anew.
    fn progress(&self) -> usize {
        0
    }
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

    fn enlist(&mut self, waiter: Waiter, standing: Standing) -> Enlisted<Self::Done> {
        engine!(self.queue, engine => engine.enlist_sender(self.item, 1, waiter, standing)).map(Ok)
    }

    fn news(&mut self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<Self::Done> {
        match engine!(self.queue, engine => engine.sender_news(ticket, waker, fresh)) {
            News::Waiting => News::Waiting,
            News::Stranger => News::Stranger,
            News::Called(offer) => News::Called(self.reclaim(offer.and_then(Offer::into_item))),
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
        engine!(self.queue, engine => engine.leave_sender(ticket, self.item));
        if self.item.is_some() { None } else { Some(Ok(())) }
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
    /// Whether it stays in hand until it is said to be done.
    tracked: bool,
}

impl<'a, T> Receiving<'a, T> {
    pub(crate) fn new(queue: &'a Queue<T>, item: &'a mut Option<T>) -> Self {
        Self { queue, item, tracked: false }
    }

    pub(crate) fn tracked(queue: &'a Queue<T>, item: &'a mut Option<T>) -> Self {
        Self { queue, item, tracked: true }
    }
}

/// What all who wait for items have in common.
macro_rules! waits_for_items {
    () => {
        fn enlist(&mut self, waiter: Waiter, standing: Standing) -> Enlisted<Self::Done> {
            // Being in line takes nothing: there is nothing that could be done by it.
            match engine!(self.queue, engine => engine.enlist_receiver(waiter, standing)) {
                Enlisted::InLine(placed) => Enlisted::InLine(placed),
                Enlisted::Again | Enlisted::Done(()) => Enlisted::Again,
            }
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
    };
}

impl<T> Errand for Receiving<'_, T> {
    type Done = Result<(), Closed>;

    #[inline]
    fn attempt(&mut self, standing: Standing) -> Option<Self::Done> {
        match engine!(self.queue, engine => engine.pop(self.item, self.tracked, standing)) {
            Ok(()) => Some(Ok(())),
            Err(TryRecvError::Closed) => Some(Err(Closed)),
            Err(TryRecvError::Empty) => None,
        }
    }

    waits_for_items!();
}

/// Receiving up to so many items.
#[derive(Debug)]
pub(crate) struct ReceivingMany<'a, T> {
    queue: &'a Queue<T>,
    items: &'a mut Vec<T>,
    limit: usize,
}

impl<'a, T> ReceivingMany<'a, T> {
    pub(crate) fn new(queue: &'a Queue<T>, items: &'a mut Vec<T>, limit: usize) -> Self {
        Self { queue, items, limit }
    }
}

impl<T> Errand for ReceivingMany<'_, T> {
    type Done = Result<usize, Closed>;

    fn attempt(&mut self, standing: Standing) -> Option<Self::Done> {
        if self.limit == 0 {
            return Some(Ok(0));
        }
        match engine!(self.queue, engine => engine.pop_many(self.items, self.limit, standing)) {
            Ok(received) => Some(Ok(received)),
            Err(TryRecvError::Closed) => Some(Err(Closed)),
            Err(TryRecvError::Empty) => None,
        }
    }

    waits_for_items!();
}

/// Sending all of a deque; what has not been sent is in it, also while one of its items waits in line.
#[derive(Debug)]
pub(crate) struct SendingMany<'a, T> {
    queue: &'a Queue<T>,
    items: &'a mut VecDeque<T>,
    sent: &'a mut usize,
}

impl<'a, T> SendingMany<'a, T> {
    pub(crate) fn new(queue: &'a Queue<T>, items: &'a mut VecDeque<T>, sent: &'a mut usize) -> Self {
        Self { queue, items, sent }
    }

    /// Out of the ticket the first item comes back; out of no ticket it has gone its way.
    fn reclaim(&mut self, item: Option<T>) -> Option<Result<(), Closed>> {
        match item {
            Some(item) => {
                self.items.push_front(item);
                None
            }
            None => {
                *self.sent += 1;
                self.items.is_empty().then_some(Ok(()))
            }
        }
    }
}

impl<T> Errand for SendingMany<'_, T> {
    type Done = Result<(), Closed>;

    fn attempt(&mut self, standing: Standing) -> Option<Self::Done> {
        if self.items.is_empty() {
            return Some(Ok(()));
        }
        match engine!(self.queue, engine => engine.push_many(self.items, standing)) {
            Ok(sent) => {
                *self.sent += sent;
                self.items.is_empty().then_some(Ok(()))
            }
            Err(Refusal::Closed) => Some(Err(Closed)),
            Err(Refusal::Full) => None,
        }
    }

    fn enlist(&mut self, waiter: Waiter, standing: Standing) -> Enlisted<Self::Done> {
        let mut hand = Hand::full(self.items);
        let enlisted = engine!(self.queue, engine => engine.enlist_sender(&mut hand.item, 1, waiter, standing));
        drop(hand);
        match enlisted {
            Enlisted::InLine(placed) => Enlisted::InLine(placed),
            Enlisted::Again => Enlisted::Again,
            Enlisted::Done(()) => self.reclaim(None).map_or(Enlisted::Again, Enlisted::Done),
        }
    }

    fn news(&mut self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<Self::Done> {
        match engine!(self.queue, engine => engine.sender_news(ticket, waker, fresh)) {
            News::Waiting => News::Waiting,
            News::Stranger => News::Stranger,
            News::Called(offer) => News::Called(self.reclaim(offer.and_then(Offer::into_item))),
        }
    }

    fn fetch(&mut self, ticket: Ticket) -> Option<Self::Done> {
        let item = engine!(self.queue, engine => engine.fetch_sender(ticket));
        self.reclaim(item)
    }

    fn done_by_caller(&mut self) -> Option<Self::Done> {
        self.reclaim(None)
    }

    fn leave(&mut self, ticket: Ticket) -> Option<Self::Done> {
        let mut hand = Hand::empty(self.items);
        engine!(self.queue, engine => engine.leave_sender(ticket, &mut hand.item));
        let item = hand.item.take();
        drop(hand);
        self.reclaim(item)
    }

    fn progress(&self) -> usize {
        *self.sent
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

/// Setting room aside.
#[derive(Debug)]
pub(crate) struct Reserving<'a, T> {
    queue: &'a Queue<T>,
    need: usize,
}

impl<'a, T> Reserving<'a, T> {
    pub(crate) fn new(queue: &'a Queue<T>, need: usize) -> Self {
        Self { queue, need }
    }
}

impl<T> Errand for Reserving<'_, T> {
    type Done = Result<(), Closed>;

    fn attempt(&mut self, standing: Standing) -> Option<Self::Done> {
        if self.need == 0 {
            return Some(if self.queue.is_closed() { Err(Closed) } else { Ok(()) });
        }
        match engine!(self.queue, engine => engine.reserve(self.need, standing)) {
            Ok(()) => Some(Ok(())),
            Err(Refusal::Closed) => Some(Err(Closed)),
            Err(Refusal::Full) => None,
        }
    }

    fn enlist(&mut self, waiter: Waiter, standing: Standing) -> Enlisted<Self::Done> {
        engine!(self.queue, engine => engine.enlist_sender(&mut None, self.need, waiter, standing)).map(Ok)
    }

    fn news(&mut self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<Self::Done> {
        match engine!(self.queue, engine => engine.sender_news(ticket, waker, fresh)) {
            News::Waiting => News::Waiting,
            News::Stranger => News::Stranger,
            News::Called(_) => News::Called(None),
        }
    }

    fn fetch(&mut self, ticket: Ticket) -> Option<Self::Done> {
        let _no_item = engine!(self.queue, engine => engine.fetch_sender(ticket));
        None
    }

    fn done_by_caller(&mut self) -> Option<Self::Done> {
        None
    }

    fn leave(&mut self, ticket: Ticket) -> Option<Self::Done> {
        engine!(self.queue, engine => Engine::<T>::leave_suitor(engine, ticket));
        None
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
}

/// What all who wait for an event have in common.
macro_rules! waits_for_event {
    ($event:expr) => {
        fn enlist(&mut self, waiter: Waiter, _: Standing) -> Enlisted<()> {
            engine!(self.0, engine => engine.enlist_watcher($event, waiter))
        }

        /// The call is the verdict: to look again could be to see what came next.
        fn news(&mut self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<()> {
            match engine!(self.0, engine => engine.watcher_news($event, ticket, waker, fresh)) {
                News::Waiting => News::Waiting,
                News::Stranger => News::Stranger,
                News::Called(_) => News::Called(Some(())),
            }
        }

        fn fetch(&mut self, _: Ticket) -> Option<()> {
            None
        }

        fn done_by_caller(&mut self) -> Option<()> {
            Some(())
        }

        fn leave(&mut self, ticket: Ticket) -> Option<()> {
            engine!(self.0, engine => engine.leave_watcher($event, ticket)).then_some(())
        }

        fn is_beckoned(&self) -> bool {
            false
        }

        fn backlog(&self) -> usize {
            0
        }

        /// It is too rare to look out for.
        fn partner(&self) -> Passage {
            Passage { who: Where::NOWHERE, number: 0 }
        }

        fn patience(&self) -> &Patience {
            &self.0.for_items
        }
    };
}

/// Waiting for the close.
#[derive(Debug)]
pub(crate) struct Watching<'a, T>(pub(crate) &'a Queue<T>);

impl<T> Errand for Watching<'_, T> {
    type Done = ();

    fn attempt(&mut self, _: Standing) -> Option<()> {
        self.0.is_closed().then_some(())
    }

    waits_for_event!(Event::Closed);
}

/// Waiting until nothing is there and nothing in hand.
#[derive(Debug)]
pub(crate) struct Joining<'a, T>(pub(crate) &'a Queue<T>);

impl<T> Errand for Joining<'_, T> {
    type Done = ();

    fn attempt(&mut self, _: Standing) -> Option<()> {
        engine!(self.0, engine => engine.is_idle()).then_some(())
    }

    waits_for_event!(Event::Idle);
}
