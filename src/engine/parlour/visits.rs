//! What can be done in the room.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::task::Waker;

use super::{Parlour, Room, refuse_inside};
use crate::engine::calls::Calls;
use crate::engine::hand::Hand;
use crate::engine::line::{Left, Offer};
use crate::engine::order::{Evicted, NoRoom};
use crate::engine::{Engine, Enlisted, Event, News, Passage, Refusal, Snapshot, Standing, Ticket, Waiter, end_visit};
use crate::error::TryRecvError;
use crate::prim::{Verdict, Where};

/// How many items of a batch are weighed, and at most sent, in one visit.
const BATCH: usize = 256;

impl<T> Parlour<T> {
    /// Takes the item in if there is room for it, or if it needs none, and puts out what it `replaced`, to be dropped when the door
    /// is shut.
    fn take_in(
        &self,
        room: &mut Room<T>,
        (item, weight): (&mut Option<T>, usize),
        spare: u128,
        replaced: &mut Option<T>,
        calls: &mut Calls,
    ) -> Result<(), Refusal> {
        if room.closed {
            return Err(Refusal::Closed);
        }
        let fits = room.fits(weight, spare);
        let put = self.put(room, (item, weight), fits, replaced, calls);
        // An order that lets some go by itself may have made room as it refused.
        if put.is_err() && !fits && room.fits(weight, spare) {
            return self.put(room, (item, weight), true, replaced, calls);
        }
        put
    }

    fn put(
        &self,
        room: &mut Room<T>,
        (item, weight): (&mut Option<T>, usize),
        fits: bool,
        replaced: &mut Option<T>,
        calls: &mut Calls,
    ) -> Result<(), Refusal> {
        if item.is_none() {
            // Nothing is left to be sent to one who is polled again after a panic.
            return Ok(());
        }
        let before = room.extent();
        match room.items.push(item, weight, fits) {
            // It lies outside before anything else can panic.
            Ok(older) => *replaced = older,
            Err(NoRoom) => {
                self.recount(room, 0, 0);
                room.attend(before, calls);
                return Err(Refusal::Full);
            }
        }
        room.brought += 1;
        let less = replaced.as_ref().map_or(0, |older| self.weight_of(older));
        room.taken += u64::from(replaced.is_some());
        self.recount(room, weight, less);
        self.seen.brought.set(room.brought as u32);
        Where::here().note_cpu_at(room.brought);
        room.attend(before, calls);
        if room.len <= before.0 {
            // It needed no room, and whoever brought it may have been called to some. What it replaced has gone.
            room.senders.rouse();
            room.call_senders(calls);
        }
        Ok(())
    }

    /// Takes the item in although there is no room for it: what had to go lies in `evicted`.
    fn force_in(
        &self,
        room: &mut Room<T>,
        (item, weight): (&mut Option<T>, usize),
        (evicted, replaced): (&mut Option<T>, &mut Option<T>),
        calls: &mut Calls,
    ) -> Result<(), Refusal> {
        let Some(newcomer) = item.as_ref() else { return Ok(()) };
        let ((len, held), capacity) = (room.extent(), room.capacity as u128);
        let suffices = |gone: usize| {
            let left = held.saturating_sub(gone as u128);
            let is_alone = left == 0 && len <= 1;
            weight <= gone || is_alone || left + weight as u128 <= capacity
        };
        let known = match room.items.evict(newcomer, suffices) {
            Evicted::Nothing => {
                // It may have let some go all the same, or set some free.
                let before = room.extent();
                self.recount(room, 0, 0);
                room.attend(before, calls);
                let fits = room.fits(weight, 0);
                return self.put(room, (item, weight), fits, replaced, calls);
            }
            Evicted::Newcomer => {
                *evicted = item.take();
                return Ok(());
            }
            Evicted::Item(gone, known) => {
                *evicted = Some(gone);
                known
            }
        };
        // It may come back: nobody is told before that is known that all is done.
        room.is_in_doubt = true;
        let less = known.or_else(|| evicted.as_ref().map(|gone| self.weight_of(gone))).unwrap_or(0);
        room.taken += 1;
        self.recount_less_one(room, less, calls);
        // A discipline's choice may be too little, or enough with what it has let go besides.
        let fits = suffices(less) || room.fits(weight, 0);
        let put = self.put(room, (item, weight), fits, replaced, calls).inspect_err(|_| {
            // A discipline that lets one go and then takes no other: that one goes back. If it takes none at all, it is lost.
            if self.put(room, (evicted, less), true, replaced, calls).is_ok() {
                (room.brought, room.taken) = (room.brought - 1, room.taken - 1);
            }
        });
        room.is_in_doubt = false;
        if evicted.is_some() {
            // It has gone: whom it was in the way of may be let in, behind the new one. Not before, for it might have come back.
            room.senders.rouse();
        }
        put
    }

    /// Takes the next item out, into hand if it is `tracked`; whether there was one.
    fn give_out(&self, room: &mut Room<T>, item: &mut Option<T>, tracked: bool, calls: &mut Calls) -> bool {
        let Some((next, weight)) = room.items.pop() else { return false };
        // It lies where its receiver looks, and is accounted for, before anything else can panic.
        let next = item.insert(next);
        room.taken += 1;
        room.tasks += usize::from(tracked);
        let weight = weight.unwrap_or_else(|| self.weight_of(next));
        self.recount_less_one(room, weight, calls);
        self.seen.taken.set(room.taken as u32);
        Where::here().note_cpu_at(room.taken);
        true
    }
}

impl<T> Engine<T> for Parlour<T> {
    #[inline(never)]
    fn push(&self, item: &mut Option<T>, standing: Standing) -> Result<(), Refusal> {
        let weight = self.weigh(|| item.as_ref().map_or(0, |item| self.weight_of(item)));
        Where::here().leave_at(&self.seen.sender);
        let mut replaced = None;
        self.visit(|room, calls| {
            let spare = room.leaves_room(standing);
            self.take_in(room, (item, weight), spare, &mut replaced, calls)
        })
    }

    #[inline(never)]
    fn push_many(&self, items: &mut VecDeque<T>, standing: Standing) -> Result<(), Refusal> {
        // No more are weighed than may fit.
        let mut room = self.places();
        let mut weights = Vec::new();
        self.weigh(|| {
            for item in items.iter().take(BATCH) {
                let weight = self.weight_of(item);
                weights.push(weight);
                if weight > room {
                    break;
                }
                room -= weight;
            }
        });
        let (mut last, mut replaced) = (None, Vec::with_capacity(weights.len()));
        let mut hand = Hand::empty(items);
        Where::here().leave_at(&self.seen.sender);
        self.visit(|room, calls| {
            for (nth, weight) in weights.into_iter().enumerate() {
                let spare = match nth {
                    0 => room.leaves_room(standing),
                    _ => standing.leaves_beyond_one(room.senders.claims()),
                };
                hand.item = hand.items.pop_front();
                match self.take_in(room, (&mut hand.item, weight), spare, &mut last, calls) {
                    Ok(()) => replaced.extend(last.take()),
                    Err(refusal) if nth == 0 => return Err(refusal),
                    Err(_) => break,
                }
            }
            Ok(())
        })
    }

    fn force(&self, item: &mut Option<T>) -> Result<Option<T>, Refusal> {
        let weight = item.as_ref().map_or(0, |item| self.weight_of(item));
        Where::here().leave_at(&self.seen.sender);
        let mut replaced = None;
        let mut evicted = None;
        self.visit(|room, calls| {
            match self.take_in(room, (item, weight), 0, &mut replaced, calls) {
                Err(Refusal::Full) => {}
                other => return other,
            }
            let before = room.extent();
            let forced = self.force_in(room, (item, weight), (&mut evicted, &mut replaced), calls);
            // What went may have weighed more, or have been in the way.
            room.serve_if_less(before, calls);
            room.call_senders(calls);
            forced
        })?;
        drop(replaced);
        Ok(evicted)
    }

    #[inline(never)]
    fn pop(&self, item: &mut Option<T>, tracked: bool, standing: Standing) -> Result<(), TryRecvError> {
        Where::here().leave_at(&self.seen.receiver);
        self.visit(|room, calls| {
            if room.is_dry(standing) {
                return Err(TryRecvError::Empty);
            }
            if !self.give_out(room, item, tracked, calls) {
                return Err(room.found_empty(calls));
            }
            room.serve_senders(true, calls);
            room.release_joiners(calls);
            Ok(())
        })
    }

    #[inline(never)]
    fn pop_many(&self, items: &mut Vec<T>, most: usize, standing: Standing) -> Result<usize, TryRecvError> {
        let most = most.min(self.len().max(1));
        items.reserve(most);
        Where::here().leave_at(&self.seen.receiver);
        let mut item = None;
        let result = self.visit(|room, calls| {
            if room.is_dry(standing) {
                return Err(TryRecvError::Empty);
            }
            let mut taken = 0;
            while taken < most && (taken == 0 || !room.is_dry_beyond_one(standing)) {
                if !self.give_out(room, &mut item, false, calls) {
                    let nothing = room.found_empty(calls);
                    if taken == 0 {
                        return Err(nothing);
                    }
                    break;
                }
                items.extend(item.take());
                taken += 1;
            }
            room.serve_senders(true, calls);
            room.release_joiners(calls);
            Ok(taken)
        });
        drop(item);
        result
    }

    fn finish(&self) {
        if !self.puts_off(|debts| debts.tasks += 1) {
            self.visit(|room, calls| {
                room.tasks -= 1;
                room.release_joiners(calls);
            });
        }
    }

    fn reserve(&self, need: usize, standing: Standing) -> Result<(), Refusal> {
        self.visit(|room, _| {
            if room.closed {
                return Err(Refusal::Closed);
            }
            if !room.fits(need, room.leaves_room(standing)) {
                return Err(Refusal::Full);
            }
            room.reserved += need as u128;
            Ok(())
        })
    }

    fn redeem(&self, item: &mut Option<T>, need: usize) -> Result<(), Refusal> {
        // The room comes back even if this is forbidden, or the weigher panics.
        if self.puts_off(|debts| debts.room += need as u128) {
            refuse_inside();
        }
        let weight = catch_unwind(AssertUnwindSafe(|| item.as_ref().map_or(0, |item| self.weight_of(item))));
        let mut replaced = None;
        let redeemed = self.visit(|room, calls| {
            let before = room.extent();
            room.reserved -= need as u128;
            let result = match &weight {
                Ok(_) if room.closed => Err(Refusal::Closed),
                Ok(weight) => self.put(room, (item, *weight), true, &mut replaced, calls),
                Err(_) => Ok(()),
            };
            room.serve_if_less(before, calls);
            result
        });
        if let Err(panic) = weight {
            resume_unwind(panic);
        }
        redeemed
    }

    fn give_back(&self, need: usize) {
        if !self.puts_off(|debts| debts.room += need as u128) {
            self.return_room(need as u128);
        }
    }

    fn set_capacity(&self, capacity: usize) {
        self.visit(|room, calls| {
            room.capacity = capacity;
            room.call_senders(calls);
        });
    }

    fn is_bounded(&self) -> bool {
        self.is_bounded
    }

    fn capacity(&self) -> usize {
        self.visit(|room, _| room.capacity)
    }

    #[inline(never)]
    fn enlist_sender(&self, item: &mut Option<T>, need: usize, waiter: Waiter, standing: Standing) -> Enlisted<()> {
        let need = self.weigh(|| item.as_ref().map_or(need, |item| self.weight_of(item)));
        let mut waiter = Some(waiter);
        let mut replaced = None;
        let (mut in_line, mut reserved) = (None, false);
        let visit = |room: &mut Room<T>, calls: &mut Calls| {
            if room.closed {
                return Enlisted::Again;
            }
            let (spare, before) = (room.leaves_room(standing), room.len);
            if item.is_some() {
                // Only the order knows whether it takes this item: it is asked again, now that nothing can change meanwhile.
                if self.take_in(room, (item, need), spare, &mut replaced, calls).is_ok() {
                    return Enlisted::Done(());
                }
                if room.len < before {
                    // It has let some go as it refused this one, perhaps what this one was refused for.
                    return Enlisted::Again;
                }
            } else if room.fits(need, spare) {
                room.reserved += need as u128;
                reserved = true;
                return Enlisted::Done(());
            }
            let Some(waiter) = waiter.take() else { return Enlisted::Again };
            let offer = Offer { item: item.take(), need };
            // It would fit, and was not taken in: it is not room that it waits for.
            let is_refused = room.fits(need, spare);
            let placed = if is_refused {
                room.senders.rest(waiter, offer, standing)
            } else {
                room.senders.enlist(waiter, offer, standing)
            };
            // Room that was kept for it, and is too little or no help, may be enough for another.
            if standing.calls > 0 {
                room.call_senders(calls);
            }
            in_line = Some(placed.0);
            if is_refused { Enlisted::Resting(placed) } else { Enlisted::InLine(placed) }
        };
        let visited = catch_unwind(AssertUnwindSafe(|| self.visit(visit)));
        let enlisted = end_visit(visited, in_line, |ticket| self.leave_sender(ticket, item));
        // A waker that was not needed, whose drop may panic: then nobody learns of the room either.
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(waiter))) {
            if reserved {
                self.give_back(need);
            }
            resume_unwind(panic);
        }
        enlisted
    }

    #[inline(never)]
    fn enlist_receiver(&self, waiter: Waiter, _: bool, standing: Standing) -> Enlisted<()> {
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

    #[inline(never)]
    fn sender_news(&self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<Offer<T>> {
        self.visit(|room, _| room.senders.news(ticket, waker, fresh))
    }

    #[inline(never)]
    fn receiver_news(&self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<()> {
        self.visit(|room, _| match room.receivers.news(ticket, waker, fresh) {
            News::Called(_) if room.has_no_more_than(0) => News::InVain,
            news => news,
        })
    }

    fn watcher_news(&self, event: Event, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<()> {
        self.visit(|room, _| match event {
            Event::Closed => room.watchers.news(ticket, waker, fresh),
            Event::Idle => room.joiners.news(ticket, waker, fresh),
        })
    }

    #[inline(never)]
    fn fetch_sender(&self, ticket: Ticket) -> News<Offer<T>> {
        self.visit(|room, _| room.senders.fetch(ticket))
    }

    #[inline(never)]
    fn fetch_receiver(&self, ticket: Ticket) -> News<T> {
        self.visit(|room, _| room.receivers.fetch(ticket)).map(|_| None)
    }

    #[inline(never)]
    fn leave_sender(&self, ticket: Ticket, item: &mut Option<T>) -> bool {
        let mut calls = Calls::default();
        let mut room = self.enter();
        let mut left = room.senders.leave(ticket);
        // Room that it was summoned to, or that others left it, goes to the next in line.
        room.call_senders(&mut calls);
        self.leave(room);
        left.settle(item);
        self.wake(calls);
        left.was_called()
    }

    fn step_out(&self, ticket: Ticket) {
        drop(self.visit(|room, _| room.senders.leave(ticket)));
    }

    fn is_summoned(&self, ticket: Ticket) -> bool {
        self.visit(|room, _| room.senders.is_summoned(ticket))
    }

    #[inline(never)]
    fn leave_receiver(&self, ticket: Ticket, _: &mut Option<T>) -> bool {
        let left = self.visit(|room, calls| {
            let had_claim = room.receivers.claims() > 0;
            let left = room.receivers.leave(ticket);
            // An item that it was called to, or that newcomers left it, is the next one's, unless it is kept for one on the way.
            if (had_claim || !matches!(left, Left::Waiting(..))) && room.len > room.receivers.claims_away() {
                room.call_receivers(1, calls);
            }
            left
        });
        left.was_called()
    }

    fn leave_watcher(&self, event: Event, ticket: Ticket) -> bool {
        let left = self.visit(|room, _| match event {
            Event::Closed => room.watchers.leave(ticket),
            Event::Idle => room.joiners.leave(ticket),
        });
        matches!(left, Left::Gone)
    }

    #[cold]
    fn pass_on(&self) {
        self.visit(|room, calls| {
            room.call_receivers(room.len, calls);
            // If the panic came out of a visit, that has called another sender already, who is on the way.
            room.call_senders(calls);
        });
    }

    fn close(&self) -> bool {
        self.visit(|room, calls| {
            if room.closed {
                return false;
            }
            room.closed = true;
            room.receivers.call_all(Verdict::Called, calls);
            room.watchers.call_all(Verdict::Called, calls);
            room.senders.summon_all(calls);
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
        self.visit(|room, _| {
            let held = usize::try_from(room.held()).unwrap_or(usize::MAX);
            if room.capacity == usize::MAX { usize::MAX } else { room.capacity.saturating_sub(held) }
        })
    }

    fn snapshot(&self) -> Snapshot {
        self.visit(|room, _| Snapshot {
            len: room.len,
            weight: usize::try_from(room.load).unwrap_or(usize::MAX),
            capacity: room.capacity,
            brought: room.brought,
            taken: room.taken,
            waiting_senders: room.senders.len(),
            waiting_receivers: room.receivers.len(),
            tasks: room.tasks,
            reserved: usize::try_from(room.reserved).unwrap_or(usize::MAX),
            closed: room.closed,
        })
    }

    fn has_item_or_is_closed(&self, standing: Standing) -> bool {
        self.visit(|room, _| room.closed || !room.is_dry(standing))
    }

    fn has_room_or_is_closed(&self, _: usize, standing: Standing) -> bool {
        self.visit(|room, _| room.closed || room.fits(1, room.leaves_room(standing)))
    }

    fn beckons_receivers(&self) -> bool {
        self.seen.items.get() != 0
    }

    fn beckons_senders(&self) -> bool {
        self.seen.places.get() != 0
    }

    fn serves_passers(&self) -> bool {
        self.seen.receivers.get() == 0
    }

    fn last_sender(&self) -> Passage {
        Passage { who: Where::left_at(&self.seen.sender), number: self.seen.brought.get() }
    }

    fn last_receiver(&self) -> Passage {
        Passage { who: Where::left_at(&self.seen.receiver), number: self.seen.taken.get() }
    }
}
