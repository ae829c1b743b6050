//! The engine without a buffer: a sender meets a receiver.
//!
//! One door, with both lines at it. A waiting sender's offer stays in its ticket until a receiver's own call takes it, so a
//! receive that is cancelled destroys nothing and a send that returned was received. A send that does not wait hands its
//! item over to a receiver that is waiting; if that receiver leaves, the item is an *orphan* and first in line for the next.
//!
//! A receiver that found nothing and enlists needs no second look: both happen in one visit. Each offer calls one receiver,
//! so that a receiver still uncalled in line means that every offer has somebody on the way to it.

use std::collections::VecDeque;
use std::task::Waker;

use super::calls::Calls;
use super::line::{Left, Line, Ticket, Waiter};
use super::{Engine, News, Passage, Placed, Refusal, Standing};
use crate::error::TryRecvError;
use crate::prim::{Hint, Lock, Pad, Verdict, Where};

/// A queue of capacity 0.
#[derive(Debug)]
pub(crate) struct Rendezvous<T> {
    hall: Pad<Lock<Hall<T>>>,
    seen: Pad<Seen>,
}

#[derive(Debug)]
struct Hall<T> {
    /// What was handed to receivers that have not come for it yet.
    orphans: VecDeque<T>,
    senders: Line<T>,
    receivers: Line<()>,
    watchers: Line<()>,
    closed: bool,
}

/// What those see who stand outside.
#[derive(Debug, Default)]
struct Seen {
    /// Whether a receiver should come in: 0 or 1.
    beckons: Hint,
    /// Whether it is closed: 0 or 1.
    closed: Hint,
    /// How many items were brought, wrapping.
    brought: Hint,
    sender: Hint,
    receiver: Hint,
}

impl<T> Hall<T> {
    fn items(&self) -> usize {
        self.orphans.len() + self.senders.len()
    }

    /// Whether a receiver of that standing has to wait.
    fn is_dry(&self, standing: Standing) -> bool {
        !self.closed && self.items() <= usize::from(self.receivers.has_overdue() && standing.is_newcomer())
    }

    fn call_receiver(&mut self, calls: &mut Calls) {
        if let Some((receiver, verdict)) = self.receivers.call_or_summon() {
            calls.add(receiver, verdict);
        }
    }

    fn pass_on(&mut self, calls: &mut Calls) {
        if self.items() > 0 {
            self.call_receiver(calls);
        }
    }
}

impl<T> Rendezvous<T> {
    pub(crate) fn new() -> Self {
        let hall = Hall {
            orphans: VecDeque::new(),
            senders: Line::new(),
            receivers: Line::new(),
            watchers: Line::new(),
            closed: false,
        };
        Self { hall: Pad::new(Lock::new(hall)), seen: Pad::default() }
    }

    /// Runs one visit, and then, the door being shut, wakes whom it called.
    fn visit<R>(&self, f: impl FnOnce(&mut Hall<T>, &mut Calls) -> R) -> R {
        let mut calls = Calls::default();
        let mut hall = self.hall.lock();
        let result = f(&mut hall, &mut calls);
        let beckons = u32::from(hall.closed || hall.items() > 0);
        if self.seen.beckons.get() != beckons {
            self.seen.beckons.set(beckons);
        }
        drop(hall);
        self.wake(calls);
        result
    }

    fn wake(&self, calls: Calls) {
        if calls.is_empty() {
            return;
        }
        calls.wake(|calls| self.hall.lock().pass_on(calls));
    }
}

impl<T> Engine<T> for Rendezvous<T> {
    fn push(&self, item: &mut Option<T>, _: Standing) -> Result<(), Refusal> {
        Where::here().leave_at(&self.seen.sender);
        self.visit(|hall, calls| {
            if hall.closed {
                return Err(Refusal::Closed);
            }
            if hall.receivers.is_empty() {
                return Err(Refusal::Full);
            }
            hall.orphans.extend(item.take());
            self.seen.brought.set(self.seen.brought.get().wrapping_add(1));
            hall.call_receiver(calls);
            Ok(())
        })
    }

    /// A send that may wait is done by a receiver that takes its offer, and by nothing else.
    fn offer(&self, _: &mut Option<T>, _: Standing) -> Result<(), Refusal> {
        Err(if self.seen.closed.get() != 0 && self.is_closed() { Refusal::Closed } else { Refusal::Full })
    }

    fn pop(&self, item: &mut Option<T>, standing: Standing) -> Result<(), TryRecvError> {
        // Nothing was there when somebody last left. What comes by now is found by enlisting, in the same visit.
        if self.seen.beckons.get() == 0 {
            return Err(TryRecvError::Empty);
        }
        Where::here().leave_at(&self.seen.receiver);
        self.visit(|hall, calls| {
            if hall.is_dry(standing) {
                return Err(TryRecvError::Empty);
            }
            *item = hall.orphans.pop_front();
            if item.is_none() {
                let (sender, offer) = hall.senders.call().ok_or(TryRecvError::Closed)?;
                calls.add(sender, Verdict::Done);
                *item = Some(offer);
            }
            Ok(())
        })
    }

    fn pop_all(&self) -> Vec<T> {
        let mut items = Vec::with_capacity(self.len());
        self.visit(|hall, calls| {
            while items.len() < items.capacity() {
                if let Some(item) = hall.orphans.pop_front() {
                    items.push(item);
                } else if let Some((sender, item)) = hall.senders.call() {
                    calls.add(sender, Verdict::Done);
                    items.push(item);
                } else {
                    break;
                }
            }
        });
        items
    }

    fn enlist_sender(&self, item: &mut Option<T>, waiter: Waiter, standing: Standing) -> Option<Placed> {
        Where::here().leave_at(&self.seen.sender);
        self.visit(|hall, calls| {
            if hall.closed {
                return None;
            }
            let placed = hall.senders.enlist(waiter, item.take()?, standing);
            self.seen.brought.set(self.seen.brought.get().wrapping_add(1));
            hall.call_receiver(calls);
            Some(placed)
        })
    }

    fn enlist_receiver(&self, waiter: Waiter, standing: Standing) -> Option<Placed> {
        self.visit(|hall, _| {
            if !hall.is_dry(standing) {
                return None;
            }
            Some(hall.receivers.enlist(waiter, (), standing))
        })
    }

    fn enlist_watcher(&self, waiter: Waiter) -> Option<Placed> {
        self.visit(|hall, _| (!hall.closed).then(|| hall.watchers.enlist(waiter, (), Standing::default())))
    }

    fn sender_news(&self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<T> {
        self.hall.lock().senders.news(ticket, waker, fresh)
    }

    fn receiver_news(&self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<()> {
        self.hall.lock().receivers.news(ticket, waker, fresh)
    }

    fn watcher_news(&self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<()> {
        self.hall.lock().watchers.news(ticket, waker, fresh)
    }

    fn fetch_sender(&self, ticket: Ticket) -> Option<T> {
        self.hall.lock().senders.fetch(ticket)
    }

    fn fetch_receiver(&self, ticket: Ticket) {
        self.hall.lock().receivers.fetch(ticket);
    }

    fn leave_sender(&self, ticket: Ticket) -> Option<T> {
        // A receiver that was called to this offer finds nothing and goes back to its place in line.
        self.visit(|hall, _| hall.senders.leave(ticket)).into_load()
    }

    fn leave_receiver(&self, ticket: Ticket) {
        let left = self.visit(|hall, calls| {
            let had_claim = hall.receivers.has_overdue();
            let left = hall.receivers.leave(ticket);
            if had_claim || !matches!(left, Left::Waiting(..)) {
                hall.pass_on(calls);
            }
            left
        });
        drop(left);
    }

    fn leave_watcher(&self, ticket: Ticket) {
        let left = self.hall.lock().watchers.leave(ticket);
        drop(left);
    }

    fn close(&self) -> bool {
        self.visit(|hall, calls| {
            if hall.closed {
                return false;
            }
            hall.closed = true;
            self.seen.closed.set(1);
            while let Some((receiver, ())) = hall.receivers.call() {
                calls.add(receiver, Verdict::Called);
            }
            while let Some((watcher, ())) = hall.watchers.call() {
                calls.add(watcher, Verdict::Called);
            }
            while let Some(sender) = hall.senders.summon() {
                calls.add(sender, Verdict::Summoned);
            }
            true
        })
    }

    fn is_closed(&self) -> bool {
        self.hall.lock().closed
    }

    fn len(&self) -> usize {
        self.hall.lock().orphans.len()
    }

    fn places(&self) -> usize {
        0
    }

    fn waiting(&self) -> (usize, usize) {
        let hall = self.hall.lock();
        (hall.senders.len(), hall.receivers.len())
    }

    fn beckons_receivers(&self) -> bool {
        self.seen.beckons.get() != 0
    }

    /// An offer waits in line, where receivers find it: its sender never looks on from outside.
    fn beckons_senders(&self) -> bool {
        false
    }

    fn last_sender(&self) -> Passage {
        Passage { who: Where::left_at(&self.seen.sender), number: self.seen.brought.get() }
    }

    fn last_receiver(&self) -> Passage {
        Passage { who: Where::left_at(&self.seen.receiver), number: self.seen.brought.get() }
    }
}
