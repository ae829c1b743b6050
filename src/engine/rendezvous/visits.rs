//! What can be done in the hall.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Waker;

use super::{Rendezvous, Seat, Suit};
use crate::engine::line::{Left, Offer};
use crate::engine::{Engine, Enlisted, Event, News, Passage, Refusal, Snapshot, Standing, Ticket, Waiter, end_visit};
use crate::error::TryRecvError;
use crate::prim::{Verdict, Where};

impl<T> Engine<T> for Rendezvous<T> {
    #[inline(never)]
    fn push(&self, item: &mut Option<T>, _: Standing) -> Result<(), Refusal> {
        Where::here().leave_at(&self.seen.sender);
        self.seen.is_sought.update(1);
        self.visit(|hall, calls| {
            if hall.closed {
                return Err(Refusal::Closed);
            }
            if !hall.has_free_receiver(0) {
                return Err(Refusal::Full);
            }
            hall.hand_over(item, calls);
            self.note_gift();
            Ok(())
        })
    }

    /// A send that may wait is done by a receiver that takes its offer, and by nothing else.
    #[inline(never)]
    fn offer(&self, _: &mut Option<T>, _: Standing) -> Result<(), Refusal> {
        Err(if self.seen.closed.get() != 0 && self.is_closed() { Refusal::Closed } else { Refusal::Full })
    }

    /// As [`offer`](Self::offer).
    #[inline(never)]
    fn push_many(&self, _: &mut VecDeque<T>, standing: Standing) -> Result<(), Refusal> {
        self.offer(&mut None, standing)
    }

    /// There is nothing here that could make room.
    fn force(&self, item: &mut Option<T>) -> Result<Option<T>, Refusal> {
        self.push(item, Standing::default()).map(|()| None)
    }

    #[inline(never)]
    fn pop(&self, item: &mut Option<T>, tracked: bool, standing: Standing) -> Result<(), TryRecvError> {
        // Nothing was there when somebody last left. What comes by now is found by enlisting, in the same visit.
        if self.seen.beckons.get() == 0 {
            return Err(TryRecvError::Empty);
        }
        Where::here().leave_at(&self.seen.receiver);
        self.visit(|hall, calls| {
            if hall.is_dry(standing) {
                return Err(TryRecvError::Empty);
            }
            *item = Some(hall.take(calls).ok_or(TryRecvError::Closed)?);
            hall.tasks += usize::from(tracked);
            hall.release_joiners(calls);
            Ok(())
        })
    }

    #[inline(never)]
    fn pop_many(&self, items: &mut Vec<T>, most: usize, standing: Standing) -> Result<usize, TryRecvError> {
        if self.seen.beckons.get() == 0 {
            return Err(TryRecvError::Empty);
        }
        let there = self.hall.lock().items();
        let most = most.min(there.max(1));
        items.reserve(most);
        Where::here().leave_at(&self.seen.receiver);
        self.visit(|hall, calls| {
            if hall.is_dry(standing) {
                return Err(TryRecvError::Empty);
            }
            let mut taken = 0;
            while taken < most && (taken == 0 || !hall.is_dry_beyond_one(standing)) {
                let Some(item) = hall.take(calls) else { break };
                items.push(item);
                taken += 1;
            }
            hall.release_joiners(calls);
            if taken > 0 { Ok(taken) } else { Err(TryRecvError::Closed) }
        })
    }

    fn finish(&self) {
        self.visit(|hall, calls| {
            hall.tasks -= 1;
            hall.release_joiners(calls);
        });
    }

    /// There is no room here to set aside.
    fn reserve(&self, _: usize, _: Standing) -> Result<(), Refusal> {
        Err(if self.is_closed() { Refusal::Closed } else { Refusal::Full })
    }

    /// Pledges an item to a receiver that is waiting.
    fn court(&self, own: usize, _: Standing) -> Result<usize, Refusal> {
        self.seen.is_sought.update(1);
        self.visit(|hall, _| {
            if hall.closed {
                return Err(Refusal::Closed);
            }
            if !hall.has_free_receiver(own) {
                return Err(Refusal::Full);
            }
            Ok(hall.pledges.make())
        })
    }

    fn redeem(&self, item: &mut Option<T>, pledge: usize) -> Result<(), Refusal> {
        Where::here().leave_at(&self.seen.sender);
        self.visit(|hall, calls| {
            hall.pledges.settle(pledge);
            if hall.closed {
                return Err(Refusal::Closed);
            }
            hall.hand_over(item, calls);
            self.note_gift();
            Ok(())
        })
    }

    fn give_back(&self, pledge: usize) {
        self.visit(|hall, calls| {
            hall.pledges.settle(pledge);
            hall.pass_on(0, calls);
        });
    }

    fn set_capacity(&self, _: usize) {}

    fn is_bounded(&self) -> bool {
        true
    }

    fn capacity(&self) -> usize {
        0
    }

    #[inline(never)]
    fn enlist_sender(&self, item: &mut Option<T>, _: usize, waiter: Waiter, standing: Standing) -> Enlisted<()> {
        Where::here().leave_at(&self.seen.sender);
        let mut waiter = Some(waiter);
        let mut enlisted = Enlisted::Again;
        let visit = || {
            self.visit(|hall, calls| {
                if hall.closed {
                    return;
                }
                if hall.give(item, calls) {
                    self.note_gift();
                    enlisted = Enlisted::Done(());
                } else if let Some(waiter) = waiter.take() {
                    enlisted =
                        Enlisted::InLine(hall.senders.enlist(waiter, Offer { item: item.take(), need: 1 }, standing));
                    self.note_item();
                    hall.call_free_receiver(calls);
                }
            });
        };
        let visited = catch_unwind(AssertUnwindSafe(visit));
        let ticket = if let Enlisted::InLine((ticket, _)) = &enlisted { Some(*ticket) } else { None };
        // The offer comes back, unless somebody else has taken it by now.
        end_visit(visited, ticket, |ticket| self.leave_sender(ticket, item));
        enlisted
    }

    #[inline(never)]
    fn enlist_receiver(&self, waiter: Waiter, takes: bool, standing: Standing) -> Enlisted<()> {
        let mut waiter = Some(waiter);
        let mut placed = None;
        let visit = || {
            self.visit(|hall, calls| {
                let Some(waiter) = waiter.take_if(|_| hall.is_dry(standing)) else { return };
                // Where something is there a task may be called now, whose waker panics, and then this one receives nothing.
                let seat = Seat { takes: takes && hall.items() == 0 };
                placed = Some(hall.receivers.enlist(waiter, seat, standing));
                hall.call_suitor(calls);
                hall.call_to_what_is_kept(calls);
            });
        };
        let visited = catch_unwind(AssertUnwindSafe(visit));
        end_visit(visited, placed.map(|(ticket, _)| ticket), |ticket| self.leave_receiver(ticket, &mut None));
        placed.map_or(Enlisted::Again, Enlisted::InLine)
    }

    fn enlist_watcher(&self, event: Event, waiter: Waiter) -> Enlisted<()> {
        let mut waiter = Some(waiter);
        self.visit(|hall, _| {
            let (is_over, line) = match event {
                Event::Closed => (hall.closed, &mut hall.watchers),
                Event::Idle => (hall.all_is_done(), &mut hall.joiners),
            };
            match waiter.take_if(|_| !is_over) {
                Some(waiter) => Enlisted::InLine(line.enlist(waiter, (), Standing::default())),
                None => Enlisted::Done(()),
            }
        })
    }

    #[inline(never)]
    fn sender_news(&self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<Offer<T>> {
        self.hall.lock().senders.news(ticket, waker, fresh)
    }

    #[inline(never)]
    fn receiver_news(&self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<()> {
        self.hall.lock().receivers.news(ticket, waker, fresh).map(|_| None)
    }

    fn watcher_news(&self, event: Event, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<()> {
        let mut hall = self.hall.lock();
        match event {
            Event::Closed => hall.watchers.news(ticket, waker, fresh),
            Event::Idle => hall.joiners.news(ticket, waker, fresh),
        }
    }

    #[inline(never)]
    fn fetch_sender(&self, ticket: Ticket) -> News<Offer<T>> {
        self.hall.lock().senders.fetch(ticket)
    }

    #[inline(never)]
    fn fetch_receiver(&self, ticket: Ticket) -> News<T> {
        Where::here().leave_at(&self.seen.receiver);
        let mut hall = self.hall.lock();
        hall.receivers.fetch(ticket).map(|_| hall.gift_of(ticket))
    }

    #[inline(never)]
    fn leave_sender(&self, ticket: Ticket, item: &mut Option<T>) -> bool {
        // A receiver that was called to this offer finds nothing and goes back to its place in line.
        let mut left = self.visit(|hall, _| hall.senders.leave(ticket));
        left.settle(item);
        left.was_called()
    }

    fn enlist_suitor(&self, own: usize, waiter: Waiter, standing: Standing) -> Enlisted<()> {
        let mut waiter = Some(waiter);
        self.visit(|hall, _| match waiter.take_if(|_| !hall.closed && !hall.has_free_receiver(own)) {
            // One that would both send and receive here does not meet itself.
            Some(waiter) => Enlisted::InLine(hall.suitors.enlist(waiter, Suit { own }, standing)),
            None => Enlisted::Again,
        })
    }

    fn leave_suitor(&self, ticket: Ticket) -> bool {
        let left = self.visit(|hall, calls| {
            let left = hall.suitors.leave(ticket);
            hall.call_suitor(calls);
            left
        });
        left.was_called()
    }

    #[inline(never)]
    fn leave_receiver(&self, ticket: Ticket, item: &mut Option<T>) -> bool {
        let left = self.visit(|hall, calls| {
            let had_claim = hall.receivers.claims() > 0;
            let left = hall.receivers.leave(ticket);
            *item = hall.gift_of(ticket);
            // Whoever was given something was called to nothing else.
            if item.is_none() && (had_claim || !matches!(left, Left::Waiting(..))) {
                hall.pass_on(hall.receivers.claims_away(), calls);
            }
            left
        });
        left.was_called()
    }

    fn leave_watcher(&self, event: Event, ticket: Ticket) -> bool {
        let left = self.visit(|hall, _| match event {
            Event::Closed => hall.watchers.leave(ticket),
            Event::Idle => hall.joiners.leave(ticket),
        });
        matches!(left, Left::Gone)
    }

    #[cold]
    fn pass_on(&self) {
        self.visit(|hall, calls| hall.pass_on(0, calls));
    }

    fn close(&self) -> bool {
        self.visit(|hall, calls| {
            if hall.closed {
                return false;
            }
            hall.closed = true;
            self.seen.closed.set(1);
            hall.receivers.call_all(Verdict::Called, calls);
            hall.watchers.call_all(Verdict::Called, calls);
            hall.suitors.summon_all(calls);
            hall.senders.summon_all(calls);
            true
        })
    }

    fn is_closed(&self) -> bool {
        self.hall.lock().closed
    }

    fn is_idle(&self) -> bool {
        self.hall.lock().all_is_done()
    }

    fn len(&self) -> usize {
        self.hall.lock().orphans.len()
    }

    fn places(&self) -> usize {
        0
    }

    fn snapshot(&self) -> Snapshot {
        let hall = self.hall.lock();
        Snapshot {
            len: hall.orphans.len(),
            weight: hall.orphans.len(),
            capacity: 0,
            brought: hall.brought,
            taken: hall.taken,
            waiting_senders: hall.senders.len() + hall.suitors.len(),
            waiting_receivers: hall.receivers.len(),
            tasks: hall.tasks,
            reserved: hall.pledges.outstanding(),
            closed: hall.closed,
        }
    }

    fn has_item_or_is_closed(&self, standing: Standing) -> bool {
        let hall = self.hall.lock();
        hall.closed || !hall.is_dry(standing)
    }

    fn has_room_or_is_closed(&self, own: usize, _: Standing) -> bool {
        let hall = self.hall.lock();
        hall.closed || hall.has_free_receiver(own)
    }

    fn beckons_receivers(&self) -> bool {
        self.seen.beckons.get() != 0
    }

    /// An offer waits in line, where receivers find it: its sender never looks on from outside.
    fn beckons_senders(&self) -> bool {
        false
    }

    fn serves_passers(&self) -> bool {
        self.seen.is_sought.get() == 0 && self.seen.receivers.get() == 0
    }

    fn last_sender(&self) -> Passage {
        Passage { who: Where::left_at(&self.seen.sender), number: self.seen.brought.get() }
    }

    fn last_receiver(&self) -> Passage {
        Passage { who: Where::left_at(&self.seen.receiver), number: self.seen.taken.get() }
    }
}
