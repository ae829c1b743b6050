//! The one-door engine: items in any order, or counted by weight, in one room with all who wait for anything.
//!
//! One lock guards the items and every line, so that to look and to enlist is one visit and nothing falls between. The order
//! may be a user's [`Discipline`](super::Discipline) or compare by a user's `Ord`, which run under this lock: a visit that they
//! panic out of puts the room in order, passes the call on that its party may have come by, and lets the panic go to its
//! caller. A visit out of a visit would wait for itself for ever, so it is found out and panics.
//!
//! Weights are asked for before the door opens. The first sender in line is called when what *it* needs is there; nobody is
//! called past him. What is heavier than the whole capacity is let in when nothing else is there.

mod visits;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::calls::Calls;
use super::line::Offer;
use super::order::Order;
use super::stand::Stand;
use super::{OVERTAKEN_AT_MOST, Standing, Ticket};
use crate::error::TryRecvError;
use crate::prim::{Guard, Hint, Lock, MODEL, Pad, Verdict, Where};

/// What gives an item's weight.
pub(crate) type Weigher<T> = Box<dyn Fn(&T) -> usize + Send + Sync>;

/// A queue with one door.
pub(crate) struct Parlour<T> {
    room: Pad<Lock<Room<T>>>,
    seen: Pad<Seen>,
    weigher: Option<Weigher<T>>,
    order: &'static str,
    is_bounded: bool,
}

#[derive(Debug)]
struct Room<T> {
    items: Order<T>,
    /// How many items there are, by the order's last word.
    len: usize,
    /// The weight of the items and the weight set aside, of which each may be as large as numbers get.
    load: u128,
    reserved: u128,
    /// How much both may come to; the largest number for any amount.
    capacity: usize,
    senders: Stand<Offer<T>>,
    /// How often in a row room was made and the first sender could not be called.
    passed_over: u32,
    receivers: Stand<()>,
    watchers: Stand<()>,
    joiners: Stand<()>,
    tasks: usize,
    closed: bool,
    brought: u64,
    taken: u64,
    /// The sender that was refused although there was room, and [`changes`](Self::changes) by then: to call it before that number
    /// differs would be in vain.
    refused: Option<(Ticket, u64)>,
}

/// What those see who stand outside.
#[derive(Debug, Default)]
struct Seen {
    /// Whether a receiver should come in, whether a sender should: 0 or 1.
    items: Hint,
    places: Hint,
    /// How many receivers wait.
    receivers: Hint,
    brought: Hint,
    taken: Hint,
    sender: Hint,
    receiver: Hint,
    /// Who is inside and may be running a user's code.
    inside: Hint,
}

impl<T> Room<T> {
    /// How much of the capacity is taken.
    fn held(&self) -> u128 {
        self.load + self.reserved
    }

    /// How many items there are, and how much is taken.
    fn extent(&self) -> (usize, u128) {
        (self.len, self.held())
    }

    /// How many items have come and gone, by sends and receives.
    fn changes(&self) -> u64 {
        self.brought.wrapping_add(self.taken)
    }

    /// Whether something of that weight fits, besides what `spare` others will take.
    fn fits(&self, need: usize, spare: u128) -> bool {
        let held = self.held() + spare;
        let is_alone = held == 0 && self.len == 0;
        is_alone || self.capacity == usize::MAX || held + need as u128 <= self.capacity as u128
    }

    /// What such a sender leaves to others.
    fn leaves_room(&self, standing: Standing) -> u128 {
        if standing.is_newcomer() { self.senders.claims() as u128 } else { 0 }
    }

    /// Whether a receiver of that standing has to wait.
    fn is_dry(&self, standing: Standing) -> bool {
        let spare = if standing.is_newcomer() { self.receivers.claims() } else { 0 };
        !self.closed && self.len <= spare
    }

    fn all_is_done(&self) -> bool {
        self.tasks == 0 && self.len == 0
    }

    fn call_receivers(&mut self, items: usize, calls: &mut Calls) {
        for _ in 0..items {
            let Some((receiver, verdict)) = self.receivers.call_or_summon() else { break };
            calls.add(receiver, verdict);
        }
    }

    /// Room may have come free: calls those whom it suffices for, besides those who are on their way.
    fn call_senders(&mut self, calls: &mut Calls) {
        while self.call_sender(self.senders.needs_away(), calls) {}
    }

    /// Calls the first sender, if the room suffices for it besides what `spare` others will take; whether it did.
    fn call_sender(&mut self, spare: u128, calls: &mut Calls) -> bool {
        let suffices = self.senders.first_need().is_some_and(|need| self.fits(need, spare));
        if suffices {
            self.senders.summon().into_iter().for_each(|sender| calls.add(sender, Verdict::Summoned));
        }
        suffices
    }

    /// One has taken a place in line, and is called to nothing by that: those before it may be.
    fn call_senders_before(&mut self, newcomer: Ticket, calls: &mut Calls) {
        while !self.senders.is_first(newcomer)
            && !self.has_refused_first()
            && self.call_sender(self.senders.needs_away(), calls)
        {}
    }

    /// One has taken a place in line because the order refused it.
    fn note_refusal(&mut self, ticket: Ticket) {
        if self.senders.is_first(ticket) {
            self.refused = Some((ticket, self.changes()));
        }
    }

    /// Whether the order has refused the first in line, and nothing has changed since.
    fn has_refused_first(&self) -> bool {
        self.refused.is_some_and(|(ticket, changes)| changes == self.changes() && self.senders.is_first(ticket))
    }

    /// The order has been at work: calls those who wait for what there is more than before, or less.
    fn attend(&mut self, before: (usize, u128), calls: &mut Calls) {
        self.call_receivers(self.len.saturating_sub(before.0), calls);
        self.serve_if_less(before, calls);
    }

    /// If there is less than before, calls those who wait for room, and those who wait for the end if nothing is left.
    fn serve_if_less(&mut self, (len, held): (usize, u128), calls: &mut Calls) {
        if self.len < len || self.held() < held {
            // What stood in its way may be what has gone.
            self.refused = None;
            self.serve_senders(calls);
            self.release_joiners(calls);
        }
    }

    /// Room was made: calls those whom it suffices for. One for whom it never does, since newcomers take each place, gets a claim
    /// in the end.
    fn serve_senders(&mut self, calls: &mut Calls) {
        let waiting = self.senders.len();
        self.call_senders(calls);
        self.passed_over = if waiting == 0 || self.senders.len() < waiting { 0 } else { self.passed_over + 1 };
        if self.passed_over >= OVERTAKEN_AT_MOST {
            self.passed_over = 0;
            self.senders.mark_first_overdue();
        }
    }

    /// Whoever was called may not come: calls the next, as if nobody were on the way.
    fn call_another_sender(&mut self, calls: &mut Calls) {
        self.call_sender(0, calls);
    }

    fn release_joiners(&mut self, calls: &mut Calls) {
        if self.joiners.is_empty() || !self.all_is_done() {
            return;
        }
        self.joiners.call_all(Verdict::Done, calls);
    }

    /// Whoever was called may not come: calls whom else there is something for.
    fn pass_on(&mut self, calls: &mut Calls) {
        self.call_receivers(self.len, calls);
        self.call_another_sender(calls);
        self.call_senders(calls);
        self.release_joiners(calls);
    }

    /// The order gave nothing: from now on there is nothing, whatever it says. The error that says so.
    fn found_empty(&mut self, calls: &mut Calls) -> TryRecvError {
        // It has let go by itself what was there. One that says that it has some, and gives none, would be asked without end.
        let before = self.extent();
        (self.len, self.load) = (0, 0);
        self.serve_if_less(before, calls);
        if self.closed { TryRecvError::Closed } else { TryRecvError::Empty }
    }
}

impl<T> Parlour<T> {
    pub(crate) fn new(items: Order<T>, capacity: Option<usize>, weigher: Option<Weigher<T>>) -> Self {
        let (order, len) = (items.name(), items.len());
        let room = Room {
            items,
            len,
            load: if weigher.is_some() { 0 } else { len as u128 },
            reserved: 0,
            capacity: capacity.unwrap_or(usize::MAX),
            senders: Stand::default(),
            passed_over: 0,
            receivers: Stand::default(),
            watchers: Stand::default(),
            joiners: Stand::default(),
            tasks: 0,
            closed: false,
            brought: len as u64,
            taken: 0,
            refused: None,
        };
        let seen = Seen { items: Hint::new(1), places: Hint::new(1), ..Seen::default() };
        Self { room: Pad::new(Lock::new(room)), seen: Pad::new(seen), weigher, order, is_bounded: capacity.is_some() }
    }

    /// Weighs, which is user code and under no lock. If that panics, a call that its party may have come by goes on to another.
    fn weigh<R>(&self, weigh: impl FnOnce() -> R) -> R {
        catch_unwind(AssertUnwindSafe(weigh)).unwrap_or_else(|panic| {
            self.visit(|room, calls| room.pass_on(calls));
            resume_unwind(panic)
        })
    }

    /// Whether items are weighed, and not counted.
    pub(crate) fn weighs(&self) -> bool {
        self.weigher.is_some()
    }

    /// The name of the order.
    pub(crate) fn order(&self) -> &'static str {
        self.order
    }

    fn weight_of(&self, item: &T) -> usize {
        self.weigher.as_ref().map_or(1, |weigh| weigh(item))
    }

    /// The order has been at work: takes its count, and adds to the weight and takes from it.
    fn recount(&self, room: &mut Room<T>, more: usize, less: usize) {
        room.len = room.items.len();
        room.load = match self.weigher {
            // One whose weight differs from time to time must not make it less than nothing.
            Some(_) if room.len > 0 => (room.load + more as u128).saturating_sub(less as u128),
            _ => room.len as u128,
        };
    }

    /// Opens the door, unless this thread stands in it.
    fn enter(&self) -> Guard<'_, Room<T>> {
        // Models run all their threads on one.
        let me = if MODEL { 0 } else { Where::here().thread() };
        let room = match self.room.try_lock() {
            Some(room) => room,
            None => {
                assert!(
                    me == 0 || self.seen.inside.get() != me,
                    "a queue was used by the `Ord` or `Discipline` that organises it: it would wait for itself"
                );
                self.room.lock()
            }
        };
        self.seen.inside.set(me);
        room
    }

    fn leave(&self, room: Guard<'_, Room<T>>) {
        self.seen.items.update(u32::from(room.closed || room.len > 0));
        self.seen.places.update(u32::from(room.closed || room.fits(1, 0)));
        self.seen.receivers.update(room.receivers.len() as u32);
        self.seen.inside.set(0);
        drop(room);
    }

    /// Runs one visit, and then, the door being shut, wakes whom it called.
    fn visit<R>(&self, f: impl FnOnce(&mut Room<T>, &mut Calls) -> R) -> R {
        let mut calls = Calls::default();
        let mut room = self.enter();
        let result = catch_unwind(AssertUnwindSafe(|| f(&mut room, &mut calls)));
        if result.is_err() {
            // What the order did before it panicked, only its length can tell.
            let _ = catch_unwind(AssertUnwindSafe(|| self.recount(&mut room, 0, 0)));
            room.refused = None;
            room.pass_on(&mut calls);
        }
        self.leave(room);
        self.wake(calls);
        match result {
            Ok(result) => result,
            Err(panic) => resume_unwind(panic),
        }
    }

    fn wake(&self, calls: Calls) {
        calls.wake(|calls| {
            let mut room = self.enter();
            room.pass_on(calls);
            self.leave(room);
        });
    }
}

impl<T> fmt::Debug for Parlour<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parlour").field("order", &self.order).finish_non_exhaustive()
    }
}
