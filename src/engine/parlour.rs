//! The one-door engine: items in any order, or counted by weight, in one room with all who wait for anything.
//!
//! One lock guards the items and every line, so that to look and to enlist is one visit and nothing falls between. The order
//! may be a user's [`Discipline`](super::Discipline) or compare by a user's `Ord`, which run under this lock: a visit that they
//! panic out of puts the room in order, passes the call on that its party may have come by, and lets the panic go to its
//! caller. A visit out of a visit would wait for itself for ever, so it is found out and panics.
//!
//! Weights are asked for before the door opens. The first sender in line is called when what *it* needs is there; nobody is
//! called past him. What is heavier than the whole capacity is let in when nothing else is there.

use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::task::Waker;

use super::calls::Calls;
use super::line::{Left, Line, Offer, Ticket, Waiter};
use super::order::{Evicted, Order};
use super::{Engine, Enlisted, Event, News, Passage, Refusal, Snapshot, Standing};
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
}

#[derive(Debug)]
struct Room<T> {
    items: Order<T>,
    /// How many items there are, by the order's last word.
    len: usize,
    /// The weight of the items, the weight set aside, and how much both may come to.
    load: usize,
    reserved: usize,
    capacity: usize,
    senders: Line<Offer<T>>,
    receivers: Line<()>,
    watchers: Line<()>,
    joiners: Line<()>,
    tasks: usize,
    closed: bool,
    brought: u64,
    taken: u64,
}

/// What those see who stand outside.
#[derive(Debug, Default)]
struct Seen {
    /// Whether a receiver should come in, whether a sender should: 0 or 1.
    items: Hint,
    places: Hint,
    brought: Hint,
    taken: Hint,
    sender: Hint,
    receiver: Hint,
    /// Who is inside and may be running a user's code.
    inside: Hint,
}

impl<T> Room<T> {
    /// Whether something of that weight fits, besides what `spare` others will take.
    fn fits(&self, need: usize, spare: usize) -> bool {
        let held = self.load.saturating_add(self.reserved).saturating_add(spare);
        held == 0 && self.len == 0 || held.saturating_add(need) <= self.capacity
    }

    /// What such a sender leaves to others.
    fn leaves_room(&self, standing: Standing) -> usize {
        if standing.is_newcomer() { self.senders.claims() } else { 0 }
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

    /// So much room was made: calls those whom it suffices for.
    fn call_senders(&mut self, freed: usize, calls: &mut Calls) {
        let away = self.senders.claims_away();
        let mut given = 0;
        while given < freed {
            let Some(need) = self.senders.first_need() else { break };
            if !self.fits(need, away.saturating_add(given)) {
                break;
            }
            given = given.saturating_add(need.max(1));
            self.senders.summon().into_iter().for_each(|sender| calls.add(sender, Verdict::Summoned));
        }
    }

    fn release_joiners(&mut self, calls: &mut Calls) {
        if self.joiners.is_empty() || !self.all_is_done() {
            return;
        }
        while let Some((joiner, ())) = self.joiners.call() {
            calls.add(joiner, Verdict::Done);
        }
    }

    /// Whoever was called may not come: calls whom else there is something for.
    fn pass_on(&mut self, calls: &mut Calls) {
        if self.len > 0 {
            self.call_receivers(1, calls);
        }
        self.call_senders(1, calls);
        self.release_joiners(calls);
    }

    /// The items have changed, and their weight by so much more and so much less.
    fn recount(&mut self, more: usize, less: usize) {
        self.len = self.items.len();
        self.load = if self.len == 0 { 0 } else { self.load.saturating_add(more).saturating_sub(less) };
    }
}

impl<T> Parlour<T> {
    pub(crate) fn new(items: Order<T>, capacity: usize, weigher: Option<Weigher<T>>) -> Self {
        let order = items.name();
        let room = Room {
            len: items.len(),
            items,
            load: 0,
            reserved: 0,
            capacity,
            senders: Line::new(),
            receivers: Line::new(),
            watchers: Line::new(),
            joiners: Line::new(),
            tasks: 0,
            closed: false,
            brought: 0,
            taken: 0,
        };
        let seen = Seen { places: Hint::new(1), ..Seen::default() };
        Self { room: Pad::new(Lock::new(room)), seen: Pad::new(seen), weigher, order }
    }

    /// The name of the order.
    pub(crate) fn order(&self) -> &'static str {
        self.order
    }

    fn weight_of(&self, item: &T) -> usize {
        self.weigher.as_ref().map_or(1, |weigh| weigh(item))
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
        let items = u32::from(room.closed || room.len > 0);
        let places = u32::from(room.closed || room.fits(1, 0));
        for (hint, now) in [(&self.seen.items, items), (&self.seen.places, places)] {
            if hint.get() != now {
                hint.set(now);
            }
        }
        self.seen.inside.set(0);
        drop(room);
    }

    /// Runs one visit, and then, the door being shut, wakes whom it called.
    fn visit<R>(&self, f: impl FnOnce(&mut Room<T>, &mut Calls) -> R) -> R {
        let mut calls = Calls::default();
        let mut room = self.enter();
        let result = catch_unwind(AssertUnwindSafe(|| f(&mut room, &mut calls)));
        if result.is_err() {
            if let Ok(len) = catch_unwind(AssertUnwindSafe(|| room.items.len())) {
                room.len = len;
            }
            // What the order did before it panicked, only its length can tell.
            room.load = match self.weigher {
                Some(_) if room.len > 0 => room.load,
                _ => room.len,
            };
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
        if !calls.is_empty() {
            calls.wake(|calls| {
                let mut room = self.enter();
                room.pass_on(calls);
                self.leave(room);
            });
        }
    }

    /// Takes the item in if there is room for it, or if it needs none: what it replaced.
    fn take_in(
        &self,
        room: &mut Room<T>,
        item: &mut Option<T>,
        weight: usize,
        spare: usize,
        calls: &mut Calls,
    ) -> Result<Option<T>, Refusal> {
        if room.closed {
            return Err(Refusal::Closed);
        }
        let fits = room.fits(weight, spare);
        self.put(room, item, weight, fits, calls)
    }

    fn put(
        &self,
        room: &mut Room<T>,
        item: &mut Option<T>,
        weight: usize,
        fits: bool,
        calls: &mut Calls,
    ) -> Result<Option<T>, Refusal> {
        let mut replaced = room.items.push(item, weight, fits).map_err(|_| Refusal::Full)?;
        room.brought += 1;
        let less = replaced.as_ref().map_or(0, |older| self.weight_of(older));
        room.taken += u64::from(replaced.is_some());
        room.recount(weight, less);
        self.seen.brought.set(room.brought as u32);
        room.call_receivers(1, calls);
        if less > weight {
            room.call_senders(less - weight, calls);
        }
        Ok(replaced.take())
    }

    /// Takes the next item out; its weight.
    fn give_out(&self, room: &mut Room<T>, item: &mut Option<T>) -> Option<usize> {
        let (next, weight) = room.items.pop()?;
        // It lies where its receiver looks before anything else can panic.
        let next = item.insert(next);
        room.taken += 1;
        let weight = weight.unwrap_or_else(|| self.weight_of(next));
        room.recount(0, weight);
        self.seen.taken.set(room.taken as u32);
        Some(weight)
    }
}

impl<T> Engine<T> for Parlour<T> {
    fn push(&self, item: &mut Option<T>, standing: Standing) -> Result<(), Refusal> {
        let weight = item.as_ref().map_or(0, |item| self.weight_of(item));
        Where::here().leave_at(&self.seen.sender);
        let replaced = self.visit(|room, calls| {
            let spare = room.leaves_room(standing);
            self.take_in(room, item, weight, spare, calls)
        })?;
        drop(replaced);
        Ok(())
    }

    fn push_many(&self, items: &mut VecDeque<T>, standing: Standing) -> Result<usize, Refusal> {
        let weights: Vec<usize> = items.iter().map(|item| self.weight_of(item)).collect();
        let mut replaced = Vec::with_capacity(items.len());
        let mut hand = Hand { item: None, items };
        Where::here().leave_at(&self.seen.sender);
        self.visit(|room, calls| {
            let spare = room.leaves_room(standing);
            let mut sent = 0;
            for weight in weights {
                hand.item = hand.items.pop_front();
                match self.take_in(room, &mut hand.item, weight, spare, calls) {
                    Ok(older) => replaced.extend(older),
                    Err(refusal) if sent == 0 => return Err(refusal),
                    Err(_) => break,
                }
                sent += 1;
            }
            Ok(sent)
        })
    }

    fn force(&self, item: &mut Option<T>) -> Result<Option<T>, Refusal> {
        let weight = item.as_ref().map_or(0, |item| self.weight_of(item));
        Where::here().leave_at(&self.seen.sender);
        let mut replaced = None;
        let mut evicted = None;
        self.visit(|room, calls| {
            match self.take_in(room, item, weight, 0, calls) {
                Err(Refusal::Full) => {}
                other => {
                    replaced = other?;
                    return Ok(());
                }
            }
            let Some(newcomer) = item.as_ref() else { return Ok(()) };
            let held = room.load.saturating_add(room.reserved);
            let suffices = |gone: usize| weight <= gone || (held - gone).saturating_add(weight) <= room.capacity;
            let known = match room.items.evict(newcomer, suffices) {
                Evicted::Nothing => return Err(Refusal::Full),
                Evicted::Newcomer => {
                    evicted = item.take();
                    return Ok(());
                }
                Evicted::Item(gone, known) => {
                    evicted = Some(gone);
                    known
                }
            };
            let less = known.or_else(|| evicted.as_ref().map(|gone| self.weight_of(gone))).unwrap_or(0);
            room.taken += 1;
            room.recount(0, less);
            match self.put(room, item, weight, true, calls) {
                Ok(older) => replaced = older,
                Err(refusal) => {
                    // A discipline that lets one go and then takes no other: that one goes back.
                    replaced = self.put(room, &mut evicted, less, true, calls)?;
                    return Err(refusal);
                }
            }
            if less > weight {
                room.call_senders(less - weight, calls);
            }
            Ok(())
        })?;
        drop(replaced);
        Ok(evicted)
    }

    fn pop(&self, item: &mut Option<T>, tracked: bool, standing: Standing) -> Result<(), TryRecvError> {
        Where::here().leave_at(&self.seen.receiver);
        self.visit(|room, calls| {
            if room.is_dry(standing) {
                return Err(TryRecvError::Empty);
            }
            let freed = self.give_out(room, item).ok_or(TryRecvError::Closed)?;
            room.tasks += usize::from(tracked);
            room.call_senders(freed, calls);
            room.release_joiners(calls);
            Ok(())
        })
    }

    fn pop_many(&self, items: &mut Vec<T>, most: usize, standing: Standing) -> Result<usize, TryRecvError> {
        let most = most.min(self.len().max(1));
        items.reserve(most);
        Where::here().leave_at(&self.seen.receiver);
        let mut item = None;
        let result = self.visit(|room, calls| {
            if room.is_dry(standing) {
                return Err(TryRecvError::Empty);
            }
            let mut freed = 0;
            let mut taken = 0;
            while taken < most && !room.is_dry(standing) {
                let Some(weight) = self.give_out(room, &mut item) else { break };
                items.extend(item.take());
                freed += weight;
                taken += 1;
            }
            room.call_senders(freed, calls);
            room.release_joiners(calls);
            if taken > 0 { Ok(taken) } else { Err(TryRecvError::Closed) }
        });
        drop(item);
        result
    }

    fn finish(&self) {
        self.visit(|room, calls| {
            room.tasks -= 1;
            room.release_joiners(calls);
        });
    }

    fn reserve(&self, need: usize, standing: Standing) -> Result<(), Refusal> {
        self.visit(|room, _| {
            if room.closed {
                return Err(Refusal::Closed);
            }
            if !room.fits(need, room.leaves_room(standing)) {
                return Err(Refusal::Full);
            }
            room.reserved += need;
            Ok(())
        })
    }

    fn redeem(&self, item: &mut Option<T>, need: usize) -> Result<(), Refusal> {
        // The room comes back even if the weigher panics.
        let weight = catch_unwind(AssertUnwindSafe(|| item.as_ref().map_or(0, |item| self.weight_of(item))));
        let replaced = self.visit(|room, calls| {
            room.reserved -= need;
            let result = match &weight {
                Ok(_) if room.closed => Err(Refusal::Closed),
                Ok(weight) => self.put(room, item, *weight, true, calls),
                Err(_) => Ok(None),
            };
            room.call_senders(need, calls);
            result
        });
        if let Err(panic) = weight {
            resume_unwind(panic);
        }
        replaced.map(drop)
    }

    fn give_back(&self, need: usize) {
        self.visit(|room, calls| {
            room.reserved -= need;
            room.call_senders(need, calls);
        });
    }

    fn set_capacity(&self, capacity: usize) {
        self.visit(|room, calls| {
            room.capacity = capacity;
            room.call_senders(usize::MAX, calls);
        });
    }

    fn capacity(&self) -> usize {
        self.visit(|room, _| room.capacity)
    }

    fn enlist_sender(&self, item: &mut Option<T>, need: usize, waiter: Waiter, standing: Standing) -> Enlisted<()> {
        let need = item.as_ref().map_or(need, |item| self.weight_of(item));
        let mut waiter = Some(waiter);
        let mut replaced = None;
        self.visit(|room, calls| {
            if room.closed {
                return Enlisted::Again;
            }
            let spare = room.leaves_room(standing);
            if item.is_some() {
                // Only the order knows whether it takes this item: it is asked again, now that nothing can change meanwhile.
                if let Ok(older) = self.take_in(room, item, need, spare, calls) {
                    replaced = older;
                    return Enlisted::Done(());
                }
            } else if room.fits(need, spare) {
                room.reserved += need;
                return Enlisted::Done(());
            }
            let Some(waiter) = waiter.take() else { return Enlisted::Again };
            Enlisted::InLine(room.senders.enlist(waiter, Offer { item: item.take(), need }, standing))
        })
    }

    fn enlist_receiver(&self, waiter: Waiter, standing: Standing) -> Enlisted<()> {
        let mut waiter = Some(waiter);
        self.visit(|room, _| match waiter.take_if(|_| room.is_dry(standing)) {
            Some(waiter) => Enlisted::InLine(room.receivers.enlist(waiter, (), standing)),
            None => Enlisted::Again,
        })
    }

    fn enlist_watcher(&self, event: Event, waiter: Waiter) -> Enlisted<()> {
        let mut waiter = Some(waiter);
        self.visit(|room, _| {
            let (is_over, line) = match event {
                Event::Closed => (room.closed, &mut room.watchers),
                Event::Idle => (room.all_is_done(), &mut room.joiners),
            };
            match waiter.take_if(|_| !is_over) {
                Some(waiter) => Enlisted::InLine(line.enlist(waiter, (), Standing::default())),
                None => Enlisted::Done(()),
            }
        })
    }

    fn sender_news(&self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<Offer<T>> {
        self.visit(|room, _| room.senders.news(ticket, waker, fresh))
    }

    fn receiver_news(&self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<()> {
        self.visit(|room, _| room.receivers.news(ticket, waker, fresh))
    }

    fn watcher_news(&self, event: Event, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<()> {
        self.visit(|room, _| match event {
            Event::Closed => room.watchers.news(ticket, waker, fresh),
            Event::Idle => room.joiners.news(ticket, waker, fresh),
        })
    }

    fn fetch_sender(&self, ticket: Ticket) -> Option<T> {
        self.visit(|room, _| room.senders.fetch(ticket))?.item
    }

    fn fetch_receiver(&self, ticket: Ticket) {
        self.visit(|room, _| room.receivers.fetch(ticket));
    }

    fn leave_sender(&self, ticket: Ticket) -> Option<T> {
        let left = self.visit(|room, calls| {
            let left = room.senders.leave(ticket);
            // Room that it was summoned to, or that others left it, goes to the next in line.
            room.call_senders(usize::MAX, calls);
            left
        });
        left.into_load()?.item
    }

    fn leave_receiver(&self, ticket: Ticket) {
        let left = self.visit(|room, calls| {
            let had_claim = room.receivers.claims() > 0;
            let left = room.receivers.leave(ticket);
            // An item that it was called to, or that newcomers left it, is the next one's.
            if (had_claim || !matches!(left, Left::Waiting(..))) && room.len > 0 {
                room.call_receivers(1, calls);
            }
            left
        });
        drop(left);
    }

    fn leave_watcher(&self, event: Event, ticket: Ticket) -> bool {
        let left = self.visit(|room, _| match event {
            Event::Closed => room.watchers.leave(ticket),
            Event::Idle => room.joiners.leave(ticket),
        });
        matches!(left, Left::Gone)
    }

    fn close(&self) -> bool {
        self.visit(|room, calls| {
            if room.closed {
                return false;
            }
            room.closed = true;
            while let Some((receiver, ())) = room.receivers.call() {
                calls.add(receiver, Verdict::Called);
            }
            while let Some((watcher, ())) = room.watchers.call() {
                calls.add(watcher, Verdict::Called);
            }
            while let Some(sender) = room.senders.summon() {
                calls.add(sender, Verdict::Summoned);
            }
            true
        })
    }

    fn is_closed(&self) -> bool {
        self.visit(|room, _| room.closed)
    }

    fn is_idle(&self) -> bool {
        self.visit(|room, _| room.all_is_done())
    }

    fn len(&self) -> usize {
        self.visit(|room, _| room.len)
    }

    fn places(&self) -> usize {
        self.visit(|room, _| room.capacity.saturating_sub(room.load).saturating_sub(room.reserved))
    }

    fn snapshot(&self) -> Snapshot {
        self.visit(|room, _| Snapshot {
            len: room.len,
            capacity: room.capacity,
            brought: room.brought,
            taken: room.taken,
            waiting_senders: room.senders.len(),
            waiting_receivers: room.receivers.len(),
            tasks: room.tasks,
            reserved: room.reserved,
            closed: room.closed,
        })
    }

    fn has_item_or_is_closed(&self) -> bool {
        self.visit(|room, _| room.closed || room.len > 0)
    }

    fn has_room_or_is_closed(&self, _: usize) -> bool {
        self.visit(|room, _| room.closed || room.fits(1, 0))
    }

    fn beckons_receivers(&self) -> bool {
        self.seen.items.get() != 0
    }

    fn beckons_senders(&self) -> bool {
        self.seen.places.get() != 0
    }

    fn last_sender(&self) -> Passage {
        Passage { who: Where::left_at(&self.seen.sender), number: self.seen.brought.get() }
    }

    fn last_receiver(&self) -> Passage {
        Passage { who: Where::left_at(&self.seen.receiver), number: self.seen.taken.get() }
    }
}

/// An item on its way from a deque into the queue: if it does not get there, it goes back, also in a panic.
struct Hand<'a, T> {
    item: Option<T>,
    items: &'a mut VecDeque<T>,
}

impl<T> Drop for Hand<'_, T> {
    fn drop(&mut self) {
        if let Some(item) = self.item.take() {
            self.items.push_front(item);
        }
    }
}

impl<T> fmt::Debug for Parlour<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parlour").field("order", &self.order).finish_non_exhaustive()
    }
}
