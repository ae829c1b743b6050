//! Errands of those who come for items.

use std::task::Waker;

use super::{Closed, Errand};
use crate::engine::{Engine, Enlisted, News, Passage, Standing, Ticket, Waiter};
use crate::error::TryRecvError;
use crate::queue::patience::Patience;
use crate::queue::{Kind, Queue, engine};

/// Receiving one item, which if `IN_HAND` stays in hand until it is said to be done.
#[derive(Debug)]
pub(crate) struct Receiving<'a, T, const IN_HAND: bool> {
    queue: &'a Queue<T>,
    /// Where the item comes to lie.
    item: &'a mut Option<T>,
}

impl<'a, T> Receiving<'a, T, false> {
    pub(crate) fn new(queue: &'a Queue<T>, item: &'a mut Option<T>) -> Self {
        Self { queue, item }
    }
}

impl<'a, T> Receiving<'a, T, true> {
    pub(crate) fn in_hand(queue: &'a Queue<T>, item: &'a mut Option<T>) -> Self {
        Self { queue, item }
    }
}

impl<T, const IN_HAND: bool> Receiving<'_, T, IN_HAND> {
    /// What it ends with if it was given an item.
    fn receive(&mut self, item: Option<T>) -> Option<Result<(), Closed>> {
        *self.item = Some(item?);
        Some(Ok(()))
    }
}

/// What an attempt that is made again where nothing is there ends with, if it ends.
#[inline]
pub(crate) fn unless_empty<R>(result: Result<R, TryRecvError>) -> Option<Result<R, Closed>> {
    match result {
        Ok(received) => Some(Ok(received)),
        Err(TryRecvError::Closed) => Some(Err(Closed)),
        Err(TryRecvError::Empty) => None,
    }
}

/// What all who wait for items have in common.
macro_rules! waits_for_items {
    () => {
        fn enlist(&mut self, waiter: Waiter, standing: Standing) -> Enlisted<Self::Done> {
            let takes = matches!(waiter, Waiter::Thread(..)) && self.is_given_in_line();
            match engine!(self.queue, engine => engine.enlist_receiver(waiter, takes, standing)) {
                Enlisted::InLine(placed) | Enlisted::Resting(placed) => Enlisted::InLine(placed),
                // The visit itself takes nothing.
                Enlisted::Again | Enlisted::Done(()) => Enlisted::Again,
            }
        }

        fn news(&mut self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<Self::Done> {
            engine!(self.queue, engine => engine.receiver_news(ticket, waker, fresh)).map(|_| None)
        }

        fn fetch(&mut self, ticket: Ticket) -> News<Self::Done> {
            let news = engine!(self.queue, engine => Engine::<T>::fetch_receiver(engine, ticket));
            news.map(|item| self.receive(item))
        }

        fn end_claim(&self, ticket: Ticket, _: bool) {
            engine!(self.queue, engine => Engine::<T>::leave_receiver(engine, ticket, &mut None));
        }

        fn done_by_caller(&mut self) -> Option<Self::Done> {
            None
        }

        fn leave(&mut self, ticket: Ticket) -> Option<Self::Done> {
            let mut item = None;
            engine!(self.queue, engine => Engine::<T>::leave_receiver(engine, ticket, &mut item));
            self.receive(item)
        }

        fn pass_on(&self) {
            engine!(self.queue, engine => Engine::<T>::pass_on(engine));
        }

        fn is_beckoned(&self) -> bool {
            engine!(self.queue, engine => engine.beckons_receivers())
        }

        fn backlog(&self) -> usize {
            engine!(self.queue, engine => engine.len_about())
        }

        fn most(&self) -> usize {
            engine!(self.queue, engine => Engine::<T>::capacity(engine))
        }

        fn may_step_aside(&self) -> bool {
            engine!(self.queue, engine => Engine::<T>::serves_passers(engine))
        }

        fn partner(&self) -> Passage {
            engine!(self.queue, engine => engine.last_sender())
        }

        #[inline]
        fn other_side(&self) -> Passage {
            self.queue.last_sender()
        }

        fn patience(&self) -> &Patience {
            &self.queue.for_items.patience
        }
    };
}

impl<T, const IN_HAND: bool> Errand for Receiving<'_, T, IN_HAND> {
    type Done = Result<(), Closed>;

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn attempt(&mut self, standing: Standing) -> Option<Self::Done> {
        unless_empty(engine!(self.queue, engine => engine.pop(self.item, IN_HAND, standing)))
    }

    /// One that is to stay in hand has to be counted as it is taken.
    fn is_given_in_line(&self) -> bool {
        !IN_HAND && self.queue.is_rendezvous()
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

    /// Nothing is given to it: it is called, and takes whatever has come by then.
    fn receive(&mut self, _: Option<T>) -> Option<Result<usize, Closed>> {
        None
    }
}

impl<T> Errand for ReceivingMany<'_, T> {
    type Done = Result<usize, Closed>;

    fn attempt(&mut self, standing: Standing) -> Option<Self::Done> {
        if self.limit == 0 {
            return Some(Ok(0));
        }
        unless_empty(engine!(self.queue, engine => engine.pop_many(self.items, self.limit, standing)))
    }

    fn appetite(&self) -> usize {
        self.limit
    }

    waits_for_items!();
}
