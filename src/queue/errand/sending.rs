//! Errands of those who bring something, or want room for it.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::task::Waker;

use super::{Closed, Errand};
use crate::engine::{Engine, Enlisted, Hand, News, Offer, Passage, Refusal, Standing, Ticket, Waiter};
use crate::queue::patience::Patience;
use crate::queue::{Kind, Queue, engine};

/// What all who wait for room have in common.
macro_rules! waits_for_room {
    () => {
        fn end_claim(&self, ticket: Ticket, comes_back: bool) {
            if comes_back {
                // What was gathering for it goes to nobody behind it meanwhile.
                engine!(self.queue, engine => Engine::<T>::step_out(engine, ticket));
            } else {
                engine!(self.queue, engine => engine.leave_sender(ticket, &mut None));
            }
        }

        fn pass_on(&self) {
            engine!(self.queue, engine => Engine::<T>::pass_on(engine));
        }

        fn is_beckoned(&self) -> bool {
            engine!(self.queue, engine => engine.beckons_senders())
        }

        fn backlog(&self) -> usize {
            engine!(self.queue, engine => engine.places())
        }

        fn most(&self) -> usize {
            engine!(self.queue, engine => Engine::<T>::capacity(engine))
        }

        fn partner(&self) -> Passage {
            engine!(self.queue, engine => engine.last_receiver())
        }

        #[inline]
        fn other_side(&self) -> Passage {
            self.queue.last_receiver()
        }

        fn patience(&self) -> &Patience {
            &self.queue.for_room
        }
    };
}

/// What those have in common whose item waits in their ticket, and who `reclaim` it from there.
macro_rules! brings_items {
    () => {
        fn news(&mut self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<Self::Done> {
            engine!(self.queue, engine => engine.sender_news(ticket, waker, fresh))
                .map(|offer| self.reclaim(offer.and_then(Offer::into_item)))
        }

        fn fetch(&mut self, ticket: Ticket) -> News<Self::Done> {
            engine!(self.queue, engine => engine.fetch_sender(ticket))
                .map(|offer| self.reclaim(offer.and_then(Offer::into_item)))
        }

        fn is_done_in_line(&self) -> bool {
            matches!(self.queue.kind, Kind::Rendezvous(_))
        }
    };
}

/// What an attempt that is made again where there is no room ends with, if it ends.
#[inline]
pub(crate) fn unless_full(result: Result<(), Refusal>) -> Option<Result<(), Closed>> {
    match result {
        Ok(()) => Some(Ok(())),
        Err(Refusal::Closed) => Some(Err(Closed)),
        Err(Refusal::Full) => None,
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

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn attempt(&mut self, standing: Standing) -> Option<Self::Done> {
        unless_full(engine!(self.queue, engine => engine.offer(self.item, standing)))
    }

    /// A receiver that makes room moves the item in, or takes it. Where there is an order, it calls the sender.
    fn may_be_done_in_line(&self) -> bool {
        !matches!(self.queue.kind, Kind::Parlour(_))
    }

    /// With no time at all a send is a `try_send`, which may hand its item over where one that waits does not.
    fn attempt_at_last(&mut self) -> Option<Self::Done> {
        let Kind::Rendezvous(meeting) = &self.queue.kind else { return None };
        meeting.push(self.item, Standing::default()).ok().map(Ok)
    }

    fn enlist(&mut self, waiter: Waiter, standing: Standing) -> Enlisted<Self::Done> {
        if self.item.is_none() {
            // It was sent in a poll that a waker panicked out of, and somebody polls again.
            return Enlisted::Done(Ok(()));
        }
        engine!(self.queue, engine => engine.enlist_sender(self.item, 1, waiter, standing)).map(Ok)
    }

    fn done_by_caller(&mut self) -> Option<Self::Done> {
        Some(Ok(()))
    }

    fn leave(&mut self, ticket: Ticket) -> Option<Self::Done> {
        engine!(self.queue, engine => engine.leave_sender(ticket, self.item));
        if self.item.is_some() { None } else { Some(Ok(())) }
    }

    waits_for_room!();
    brings_items!();
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
        // What is gone has been sent, also when a receiver's waker panics then.
        let before = self.items.len();
        let pushed =
            catch_unwind(AssertUnwindSafe(|| engine!(self.queue, engine => engine.push_many(self.items, standing))));
        *self.sent += before - self.items.len();
        match pushed.unwrap_or_else(|panic| resume_unwind(panic)) {
            Ok(()) => self.items.is_empty().then_some(Ok(())),
            Err(Refusal::Closed) => Some(Err(Closed)),
            Err(Refusal::Full) => None,
        }
    }

    fn enlist(&mut self, waiter: Waiter, standing: Standing) -> Enlisted<Self::Done> {
        let mut hand = Hand::full(self.items);
        let enlisted = catch_unwind(AssertUnwindSafe(
            || engine!(self.queue, engine => engine.enlist_sender(&mut hand.item, 1, waiter, standing)),
        ));
        let is_gone = hand.item.is_none();
        drop(hand);
        let enlisted = enlisted.unwrap_or_else(|panic| {
            *self.sent += usize::from(is_gone);
            resume_unwind(panic)
        });
        match enlisted {
            Enlisted::InLine(placed) => Enlisted::InLine(placed),
            Enlisted::Resting(placed) => Enlisted::Resting(placed),
            Enlisted::Again => Enlisted::Again,
            Enlisted::Done(()) => self.reclaim(None).map_or(Enlisted::Again, Enlisted::Done),
        }
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

    fn appetite(&self) -> usize {
        self.items.len()
    }

    /// Where there is an order, one visit takes in so many at most, and no more than there seems to be room for.
    fn is_done_in_parts(&self) -> bool {
        matches!(self.queue.kind, Kind::Parlour(_))
    }

    waits_for_room!();
    brings_items!();
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
        unless_full(engine!(self.queue, engine => engine.reserve(self.need, standing)))
    }

    fn enlist(&mut self, waiter: Waiter, standing: Standing) -> Enlisted<Self::Done> {
        engine!(self.queue, engine => engine.enlist_sender(&mut None, self.need, waiter, standing)).map(Ok)
    }

    fn news(&mut self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<Self::Done> {
        engine!(self.queue, engine => engine.sender_news(ticket, waker, fresh)).map(|_| None)
    }

    fn fetch(&mut self, ticket: Ticket) -> News<Self::Done> {
        engine!(self.queue, engine => engine.fetch_sender(ticket)).map(|_| None)
    }

    fn undo(&self, done: &Self::Done) {
        if done.is_ok() {
            self.queue.give_back(self.need);
        }
    }

    fn done_by_caller(&mut self) -> Option<Self::Done> {
        None
    }

    fn leave(&mut self, ticket: Ticket) -> Option<Self::Done> {
        engine!(self.queue, engine => Engine::<T>::leave_suitor(engine, ticket));
        None
    }

    waits_for_room!();
}
