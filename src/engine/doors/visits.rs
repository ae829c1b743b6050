//! What can be done at the doors.

use std::cmp;
use std::collections::VecDeque;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Waker;

use super::{Doors, beyond_one};
use crate::engine::buffer::Buffer;
use crate::engine::calls::Calls;
use crate::engine::line::{Left, Offer};
use crate::engine::{Engine, Enlisted, Event, News, Passage, Refusal, Snapshot, Standing, Ticket, Waiter, end_visit};
use crate::error::TryRecvError;
use crate::prim::{Ordering, Verdict};

impl<T> Engine<T> for Doors<T> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn push(&self, item: &mut Option<T>, standing: Standing) -> Result<(), Refusal> {
        let spare = self.leaves_room(standing);
        let mut back = self.back.lock();
        self.buffer.room(&mut back.tail, spare, 1)?.fill(item);
        if !back.receivers.is_empty() {
            self.call_receiver(back);
        }
        Ok(())
    }

    fn push_many(&self, items: &mut VecDeque<T>, standing: Standing) -> Result<(), Refusal> {
        let spare = (self.leaves_room(standing), beyond_one(standing, &self.seen.kept_room));
        let mut back = self.back.lock();
        let rooms = self.buffer.rooms(&mut back.tail, spare, items.len())?;
        if rooms == items.len() {
            // All of them leave as a vector, which has no seam to look for at each item, and takes the memory back.
            let mut all = Vec::from(mem::take(items));
            self.buffer.lay_many(&mut back.tail, all.drain(..));
            *items = all.into();
        } else {
            self.buffer.lay_many(&mut back.tail, items.drain(..rooms));
        }
        self.buffer.publish(&mut back.tail, rooms);
        if !back.receivers.is_empty() {
            self.call_receivers(back, rooms);
        }
        Ok(())
    }

    fn force(&self, item: &mut Option<T>) -> Result<Option<T>, Refusal> {
        let mut back = self.back.lock();
        let evicted = match self.buffer.room(&mut back.tail, 0, 1) {
            Ok(room) => {
                room.fill(item);
                None
            }
            Err(Refusal::Closed) => return Err(Refusal::Closed),
            Err(Refusal::Full) => {
                let mut front = self.front.lock();
                // An item may have been taken before this door was opened. From here on nothing moves.
                if let Ok(room) = self.buffer.room(&mut back.tail, 0, 1) {
                    room.fill(item);
                    None
                } else {
                    // Where permits hold all the room, there is nothing that could go.
                    let mut oldest = None;
                    let replaced = self.buffer.replace(&mut back.tail, &mut front.head, item, &mut oldest);
                    replaced.map_err(|_| Refusal::Full)?;
                    oldest
                }
            }
        };
        self.call_receiver(back);
        Ok(evicted)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn pop(&self, item: &mut Option<T>, tracked: bool, standing: Standing) -> Result<(), TryRecvError> {
        let spare = self.leaves_items(standing);
        let mut front = self.front.lock();
        self.buffer.pop(&mut front.head, spare, item)?;
        if tracked {
            front.tasks += 1;
        }
        if !front.is_deserted() {
            self.call_senders(front, 1);
        }
        Ok(())
    }

    fn pop_many(&self, items: &mut Vec<T>, most: usize, standing: Standing) -> Result<usize, TryRecvError> {
        let spare = (self.leaves_items(standing), beyond_one(standing, &self.seen.kept_items));
        // The vector grows before the door opens; what is brought from here on was not there at the call.
        let most = most.min(self.len_about().max(1));
        items.reserve(most);
        let mut front = self.front.lock();
        let taken = self.buffer.pop_many(&mut front.head, spare, items, most)?;
        if !front.is_deserted() {
            self.call_senders(front, taken);
        }
        Ok(taken)
    }

    fn finish(&self) {
        let mut front = self.front.lock();
        front.tasks -= 1;
        if !front.joiners.is_empty() {
            let mut calls = Calls::default();
            self.release_joiners(&mut front, &mut calls);
            drop(front);
            self.wake(calls);
        }
    }

    fn reserve(&self, need: usize, standing: Standing) -> Result<(), Refusal> {
        let spare = self.leaves_room(standing);
        let mut back = self.back.lock();
        self.buffer.room(&mut back.tail, spare, need)?;
        self.buffer.reserve(&mut back.tail, need);
        Ok(())
    }

    fn redeem(&self, item: &mut Option<T>, need: usize) -> Result<(), Refusal> {
        let mut back = self.back.lock();
        self.buffer.unreserve(&mut back.tail, need);
        if back.tail.is_closed() {
            return Err(Refusal::Closed);
        }
        self.buffer.lay(&mut back.tail, item);
        self.buffer.publish(&mut back.tail, 1);
        if back.receivers.is_empty() {
            drop(back);
        } else {
            self.call_receiver(back);
        }
        if need > 1 {
            self.announce_room(need - 1);
        }
        Ok(())
    }

    fn give_back(&self, need: usize) {
        let mut back = self.back.lock();
        self.buffer.unreserve(&mut back.tail, need);
        drop(back);
        self.announce_room(need);
    }

    fn set_capacity(&self, capacity: usize) {
        let mut back = self.back.lock();
        let before = self.buffer.capacity();
        if self.buffer.must_grow(&back.tail, capacity) {
            let mut front = self.front.lock();
            self.buffer.grow(capacity, &mut back.tail, &mut front.head);
        }
        self.buffer.set_capacity(&mut back.tail, capacity);
        drop(back);
        match capacity.cmp(&before) {
            cmp::Ordering::Less => self.announce_limit(),
            cmp::Ordering::Equal => {}
            cmp::Ordering::Greater => self.announce_room(capacity - before),
        }
    }

    fn capacity(&self) -> usize {
        self.buffer.capacity()
    }

    fn is_bounded(&self) -> bool {
        self.is_bounded
    }

    fn enlist_sender(&self, item: &mut Option<T>, need: usize, waiter: Waiter, standing: Standing) -> Enlisted<()> {
        let mut front = self.front.stay();
        if !self.buffer.is_full(&front.head, self.leaves_room(standing), need) {
            return Enlisted::Again;
        }
        let placed = front.senders.enlist(waiter, Offer { item: item.take(), need }, standing);
        let mut calls = Calls::default();
        // Room that was kept for it, and is too little, may be enough for one before it.
        if standing.calls > 0 && front.senders.len() > 1 {
            self.share_out(&mut front, usize::MAX, &mut calls);
        }
        self.shut_front(front);
        let woken = catch_unwind(AssertUnwindSafe(|| self.wake(calls)));
        // The item comes back, unless somebody has taken it by now.
        end_visit(woken, Some(placed.0), |ticket| self.leave_sender(ticket, item));
        Enlisted::InLine(placed)
    }

    fn enlist_receiver(&self, waiter: Waiter, _: bool, standing: Standing) -> Enlisted<()> {
        let mut back = self.back.stay();
        if !self.buffer.is_dry(&back.tail, self.leaves_items(standing)) {
            return Enlisted::Again;
        }
        let placed = back.receivers.enlist(waiter, (), standing);
        self.shut_back(back);
        Enlisted::InLine(placed)
    }

    fn enlist_watcher(&self, event: Event, waiter: Waiter) -> Enlisted<()> {
        match event {
            Event::Closed => {
                let mut back = self.back.stay();
                if back.tail.is_closed() {
                    return Enlisted::Done(());
                }
                Enlisted::InLine(back.watchers.enlist(waiter, (), Standing::default()))
            }
            Event::Idle => {
                let mut front = self.front.stay();
                if self.all_is_done(&front) {
                    return Enlisted::Done(());
                }
                Enlisted::InLine(front.joiners.enlist(waiter, (), Standing::default()))
            }
        }
    }

    fn sender_news(&self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<Offer<T>> {
        // ORDERING[doors.see_open]: Acquire; pairs with [doors.open].
        if self.seen.senders.load(Ordering::Acquire) == 0 {
            return News::Called(None);
        }
        let mut front = self.front.stay();
        let news = front.senders.news(ticket, waker, fresh);
        self.shut_front(front);
        news
    }

    fn receiver_news(&self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<()> {
        // ORDERING[doors.see_open]: Acquire; pairs with [doors.open].
        if self.seen.receivers.load(Ordering::Acquire) == 0 {
            return News::Called(None);
        }
        let mut back = self.back.stay();
        let news = match back.receivers.news(ticket, waker, fresh) {
            // Nothing is brought meanwhile: it need not go to the other door to find nothing.
            News::Called(_) if self.buffer.is_dry(&back.tail, 0) => News::InVain,
            news => news,
        };
        self.shut_back(back);
        news
    }

    fn watcher_news(&self, event: Event, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<()> {
        match event {
            Event::Closed => self.back.stay().watchers.news(ticket, waker, fresh),
            Event::Idle => self.front.stay().joiners.news(ticket, waker, fresh),
        }
    }

    fn fetch_sender(&self, ticket: Ticket) -> News<Offer<T>> {
        let mut front = self.front.stay();
        let news = front.senders.fetch(ticket);
        self.shut_front(front);
        news
    }

    fn fetch_receiver(&self, ticket: Ticket) -> News<T> {
        let mut back = self.back.stay();
        let news = back.receivers.fetch(ticket);
        self.shut_back(back);
        news.map(|_| None)
    }

    fn leave_sender(&self, ticket: Ticket, item: &mut Option<T>) -> bool {
        let mut calls = Calls::default();
        let mut front = self.front.stay();
        let had_claim = front.senders.claims() > 0;
        let mut left = front.senders.leave(ticket);
        // Room that it was summoned to, that others left it or that was gathering for it goes to the next in line.
        let places = match &left {
            _ if had_claim => usize::MAX,
            Left::Waiting(offer, _) if offer.need > 1 => usize::MAX,
            Left::Summoned(offer) => offer.need,
            Left::Waiting(..) | Left::Gone => 0,
        };
        if places > 0 {
            self.share_out(&mut front, places, &mut calls);
        }
        self.shut_front(front);
        left.settle(item);
        self.wake(calls);
        left.was_called()
    }

    fn step_out(&self, ticket: Ticket) {
        let mut front = self.front.stay();
        let left = front.senders.leave(ticket);
        self.shut_front(front);
        drop(left);
    }

    fn is_summoned(&self, ticket: Ticket) -> bool {
        self.front.lock().senders.is_summoned(ticket)
    }

    fn leave_receiver(&self, ticket: Ticket, _: &mut Option<T>) -> bool {
        let mut calls = Calls::default();
        let mut back = self.back.stay();
        let had_claim = back.receivers.claims() > 0;
        let left = back.receivers.leave(ticket);
        // An item that it was called to, or that newcomers left it, is the next one's, unless it is kept for one who is on the way.
        if had_claim || !matches!(left, Left::Waiting(..)) {
            let kept = back.receivers.claims_away();
            self.pass_on(&mut back, kept, &mut calls);
        }
        self.shut_back(back);
        self.wake(calls);
        left.was_called()
    }

    fn leave_watcher(&self, event: Event, ticket: Ticket) -> bool {
        let left = match event {
            Event::Closed => self.back.stay().watchers.leave(ticket),
            Event::Idle => self.front.stay().joiners.leave(ticket),
        };
        matches!(left, Left::Gone)
    }

    #[cold]
    fn pass_on(&self) {
        let mut calls = Calls::default();
        self.call_others(&mut calls);
        self.wake(calls);
    }

    fn close(&self) -> bool {
        // To be dropped after the door is shut.
        let mut calls;
        let mut back = self.back.stay();
        if !self.buffer.close(&mut back.tail) {
            return false;
        }
        calls = Calls::default();
        back.receivers.call_all(Verdict::Called, &mut calls);
        back.watchers.call_all(Verdict::Called, &mut calls);
        self.shut_back(back);
        let mut front = self.front.stay();
        front.senders.summon_all(&mut calls);
        drop(front);
        self.wake(calls);
        true
    }

    fn is_closed(&self) -> bool {
        self.buffer.is_closed()
    }

    fn is_idle(&self) -> bool {
        let front = self.front.lock();
        self.all_is_done(&front)
    }

    fn len(&self) -> usize {
        self.buffer.len().unwrap_or_else(|| self.snapshot().len)
    }

    fn len_about(&self) -> usize {
        self.buffer.len_about()
    }

    fn is_full(&self) -> bool {
        // From outside an item that takes the place of its permit can not be told from room.
        let Snapshot { len, reserved, capacity, .. } = self.snapshot();
        len + reserved >= Buffer::<T>::limit_of(capacity)
    }

    fn places(&self) -> usize {
        self.buffer.places()
    }

    fn snapshot(&self) -> Snapshot {
        let back = self.back.lock();
        let front = self.front.lock();
        let (brought, taken) = (back.tail.brought(), front.head.taken());
        let len = back.tail.ahead_of(&front.head);
        Snapshot {
            len,
            weight: len,
            capacity: self.buffer.capacity(),
            brought: brought as u64,
            taken: taken as u64,
            waiting_senders: front.senders.len(),
            waiting_receivers: back.receivers.len(),
            tasks: front.tasks,
            reserved: back.tail.reserved(),
            closed: back.tail.is_closed(),
        }
    }

    fn has_item_or_is_closed(&self, standing: Standing) -> bool {
        let spare = self.leaves_items(standing);
        let back = self.back.lock();
        !self.buffer.is_dry(&back.tail, spare)
    }

    fn has_room_or_is_closed(&self, _: usize, standing: Standing) -> bool {
        let spare = self.leaves_room(standing);
        let front = self.front.lock();
        !self.buffer.is_full(&front.head, spare, 1)
    }

    #[inline]
    fn beckons_receivers(&self) -> bool {
        self.buffer.beckons_receivers()
    }

    #[inline]
    fn beckons_senders(&self) -> bool {
        self.buffer.beckons_senders()
    }

    fn serves_passers(&self) -> bool {
        // ORDERING[hint]: Relaxed; who is overtaken keeps his place.
        self.seen.receivers.load(Ordering::Relaxed) == 0
    }

    fn last_sender(&self) -> Passage {
        self.buffer.last_sender()
    }

    fn last_receiver(&self) -> Passage {
        self.buffer.last_receiver()
    }
}
