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
use super::{Engine, News, Passage, Placed, Standing};
use crate::error::{TryRecvError, TrySendError};
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
    /// Whether newcomers leave one item to a receiver that was overtaken too often.
    kept: bool,
    closed: bool,
}

/// What those see who stand outside.
#[derive(Debug, Default)]
struct Seen {
    /// Whether a receiver should come in: 0 or 1.
    beckons: Hint,
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
        !self.closed && self.items() <= usize::from(self.kept && standing.is_newcomer())
    }

    fn call_receiver(&mut self, calls: &mut Calls) {
        if let Some((receiver, ())) = self.receivers.call() {
            calls.add(receiver, Verdict::Called);
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
            kept: false,
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
        calls.wake(|verdict, calls| {
            if verdict == Verdict::Called {
                self.hall.lock().pass_on(calls);
            }
        });
    }
}

impl<T> Engine<T> for Rendezvous<T> {
    fn push(&self, item: T, _: Standing) -> Result<(), TrySendError<T>> {
        Where::here().leave_at(&self.seen.sender);
        self.visit(|hall, calls| {
            if hall.closed {
                return Err(TrySendError::Closed(item));
            }
            if hall.receivers.is_empty() {
                return Err(TrySendError::Full(item));
            }
            hall.orphans.push_back(item);
            self.seen.brought.set(self.seen.brought.get().wrapping_add(1));
            hall.call_receiver(calls);
            Ok(())
        })
    }

    fn pop(&self, standing: Standing) -> Result<T, TryRecvError> {
        Where::here().leave_at(&self.seen.receiver);
        self.visit(|hall, calls| {
            if hall.is_dry(standing) {
                return Err(TryRecvError::Empty);
            }
            if let Some(item) = hall.orphans.pop_front() {
                return Ok(item);
            }
            let (sender, item) = hall.senders.call().ok_or(TryRecvError::Closed)?;
            calls.add(sender, Verdict::Done);
            Ok(item)
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

    fn enlist_sender(&self, item: T, waiter: Waiter, standing: Standing) -> Result<Placed, T> {
        Where::here().leave_at(&self.seen.sender);
        self.visit(|hall, calls| {
            if hall.closed {
                return Err(item);
            }
            let placed = hall.senders.enlist(waiter, item, standing.arrival);
            self.seen.brought.set(self.seen.brought.get().wrapping_add(1));
            hall.call_receiver(calls);
            Ok(placed)
        })
    }

    fn enlist_receiver(&self, waiter: Waiter, standing: Standing) -> Option<Placed> {
        self.visit(|hall, _| {
            if !hall.is_dry(standing) {
                return None;
            }
            hall.kept |= standing.is_overdue();
            Some(hall.receivers.enlist(waiter, (), standing.arrival))
        })
    }

    fn enlist_watcher(&self, waiter: Waiter) -> Option<Placed> {
        self.visit(|hall, _| (!hall.closed).then(|| hall.watchers.enlist(waiter, (), None)))
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

    fn fetch(&self, ticket: Ticket) -> Option<T> {
        self.hall.lock().senders.fetch(ticket)
    }

    fn leave_sender(&self, ticket: Ticket, _: Standing) -> Option<T> {
        // A receiver that was called to this offer finds nothing and goes back to its place in line.
        self.visit(|hall, _| hall.senders.leave(ticket)).into_load()
    }

    fn leave_receiver(&self, ticket: Ticket, standing: Standing) {
        let left = self.visit(|hall, calls| {
            let left = hall.receivers.leave(ticket);
            hall.kept &= !standing.is_overdue();
            if matches!(left, Left::Gone) || standing.is_overdue() {
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

    fn settle_sender(&self) {}

    fn settle_receiver(&self) {
        self.visit(|hall, calls| {
            hall.kept = false;
            hall.pass_on(calls);
        });
    }

    fn close(&self) -> bool {
        self.visit(|hall, calls| {
            if hall.closed {
                return false;
            }
            hall.closed = true;
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
