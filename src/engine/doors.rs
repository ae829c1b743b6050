//! The two-door engine: a FIFO buffer with a lock at each end, and at each lock the line of those who wait there.
//!
//! ```text
//!        back door                                          front door
//!   items are brought here;          ── items ──▶      items are taken here;
//!   RECEIVERS wait here for items,                     SENDERS wait here for room,
//!   watchers for the close                             joiners until all is done
//! ```
//!
//! *You wait at the door through which your thing must come.* Whoever finds nothing enlists at the other door, where what
//! it lacks is brought; nothing can be brought there while it stands in that door, so no call falls between its last
//! look and its place in line.
//!
//! The law of the gap: between "I must wait", decided at one door, and enlisting at the other, the world moves. So who
//! enlists judges everything again under the door of the line, and whoever changes what somebody may wait for visits the
//! door of that line *after* the change: an item the back door, room the front door, a close both.
//!
//! Doors are opened back before front. Who stands in the front door only tries the back one ([`Doors::restock`]).
//!
//! Room that is reserved is set aside at the back door; when it is given back, or the capacity grows, the front door is
//! visited after it. For a joiner the call is the verdict: when it looks again, the next item may be there.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::task::Waker;

use super::buffer::{Buffer, Head, Refusal, Tail};
use super::calls::Calls;
use super::line::{Left, Line, Offer, Ticket, Waiter};
use super::{Engine, Enlisted, Event, News, OVERTAKEN_AT_MOST, Passage, Snapshot, Standing};
use crate::error::TryRecvError;
use crate::prim::{AtomicUsize, Guard, Hint, Lock, Ordering, Pad, Verdict};

/// A FIFO queue.
#[derive(Debug)]
pub(crate) struct Doors<T> {
    back: Pad<Lock<Back<T>>>,
    front: Pad<Lock<Front<T>>>,
    buffer: Buffer<T>,
    /// How many items newcomers leave to receivers that were overtaken too often.
    kept_items: Hint,
    /// How many places newcomers leave to senders that were overtaken too often.
    kept_room: Hint,
    open: Pad<Open>,
}

/// How many tickets are open at each door: where none is, whoever had one was called, and need not go there to ask.
///
/// Who enlists has stored a count above nothing itself; if it now reads nothing, that was stored later, when its ticket was
/// closed too.
#[derive(Debug)]
struct Open {
    senders: AtomicUsize,
    receivers: AtomicUsize,
}

/// What is guarded by the back door.
#[derive(Debug)]
struct Back<T> {
    tail: Tail<T>,
    receivers: Line<()>,
    watchers: Line<()>,
}

/// What is guarded by the front door.
#[derive(Debug)]
struct Front<T> {
    head: Head<T>,
    /// A waiting sender's item waits in its ticket.
    senders: Line<Offer<T>>,
    joiners: Line<()>,
    /// How many items were taken and are not done.
    tasks: usize,
    /// How often in a row the first sender's room went to a newcomer.
    passed_over: u32,
}

impl<T> Front<T> {
    /// Whether somebody stands here who may wait for an item to be taken.
    #[inline]
    fn is_deserted(&self) -> bool {
        self.senders.is_empty() & self.joiners.is_empty()
    }
}

impl<T> Doors<T> {
    pub(crate) fn new(capacity: usize) -> Self {
        let (buffer, tail, head) = Buffer::new(capacity);
        let back = Back { tail, receivers: Line::new(), watchers: Line::new() };
        let front = Front { head, senders: Line::new(), joiners: Line::new(), tasks: 0, passed_over: 0 };
        Self {
            back: Pad::new(Lock::new(back)),
            front: Pad::new(Lock::new(front)),
            buffer,
            kept_items: Hint::new(0),
            kept_room: Hint::new(0),
            open: Pad::new(Open { senders: AtomicUsize::new(0), receivers: AtomicUsize::new(0) }),
        }
    }

    /// How many items such a party leaves to others.
    #[inline]
    fn leaves_items(&self, standing: Standing) -> usize {
        if standing.is_newcomer() { self.kept_items.get() as usize } else { 0 }
    }

    /// How many places such a party leaves to others.
    #[inline]
    fn leaves_room(&self, standing: Standing) -> usize {
        if standing.is_newcomer() { self.kept_room.get() as usize } else { 0 }
    }

    /// There may be room for somebody in line: gives it to the first, as long as there is some.
    ///
    /// With the back door free, the first sender's item goes straight from its ticket into the buffer and the sender is
    /// told that it is done; one that waits for room alone is summoned. With the back door taken, as many senders as there
    /// are new `places` are summoned to see for themselves: whoever is in that door knows nothing of them.
    ///
    /// Room for the second in line is no concern of the first, who may need more: nobody is called past him.
    fn restock(&self, front: &mut Front<T>, places: usize, calls: &mut Calls) {
        let Some(mut back) = self.back.try_lock() else {
            return self.summon_senders(front, places, calls);
        };
        let mut moved = false;
        // What those will take who have been summoned.
        let mut spare = front.senders.claims_away();
        while let Some(offer) = front.senders.first_load() {
            let is_item = offer.item.is_some();
            // A closed buffer has no room; the close comes to this door and summons them all.
            let Ok(room) = self.buffer.room(&mut back.tail, spare, offer.need) else { break };
            moved = true;
            if !is_item {
                spare += offer.need;
                front.senders.summon().into_iter().for_each(|sender| calls.add(sender, Verdict::Summoned));
                continue;
            }
            if let Some((sender, mut offer)) = front.senders.call() {
                room.fill(&mut offer.item);
                calls.add(sender, Verdict::Done);
            }
            if let Some((receiver, verdict)) = back.receivers.call_or_summon() {
                calls.add(receiver, verdict);
            }
        }
        self.shut_back(back);
        if moved {
            front.passed_over = 0;
        } else {
            self.pass_over(front);
        }
    }

    fn summon_senders(&self, front: &mut Front<T>, places: usize, calls: &mut Calls) {
        let away = front.senders.claims_away();
        let (mut given, mut places) = (0, places);
        while given < places {
            let Some(need) = front.senders.first_need() else { break };
            if self.buffer.is_full(&front.head, away + given, need) {
                break;
            }
            given += need;
            if need > 1 {
                // Room was gathering for this one: what is left of it may suffice for the next.
                places = usize::MAX;
            }
            front.senders.summon().into_iter().for_each(|sender| calls.add(sender, Verdict::Summoned));
        }
        if given == 0 {
            self.pass_over(front);
        }
    }

    /// The room went to a newcomer.
    fn pass_over(&self, front: &mut Front<T>) {
        front.passed_over += 1;
        if front.passed_over >= OVERTAKEN_AT_MOST {
            front.passed_over = 0;
            front.senders.mark_first_overdue();
        }
    }

    /// An item may be there for the first receiver in line: calls it.
    fn pass_on(&self, back: &mut Back<T>, calls: &mut Calls) {
        if !self.buffer.is_dry(&back.tail, 0) {
            if let Some((receiver, verdict)) = back.receivers.call_or_summon() {
                calls.add(receiver, verdict);
            }
        }
    }

    /// Items were taken or room made, so many places of it, while somebody waits at the front door.
    fn attend(&self, front: &mut Front<T>, places: usize, calls: &mut Calls) {
        if !front.senders.is_empty() {
            self.restock(front, places, calls);
        }
        self.release_joiners(front, calls);
    }

    /// All may be done that the joiners wait for.
    fn release_joiners(&self, front: &mut Front<T>, calls: &mut Calls) {
        if front.joiners.is_empty() || !self.all_is_done(front) {
            return;
        }
        while let Some((joiner, ())) = front.joiners.call() {
            calls.add(joiner, Verdict::Done);
        }
    }

    fn all_is_done(&self, front: &Front<T>) -> bool {
        front.tasks == 0 && self.buffer.is_drained(&front.head)
    }

    /// Visits the front door after so many places have come free that no receive has made.
    fn announce_room(&self, places: usize) {
        let mut calls = Calls::default();
        let mut front = self.front.lock();
        if !front.senders.is_empty() {
            self.restock(&mut front, places, &mut calls);
        }
        self.shut_front(front);
        self.wake(calls);
    }

    /// Wakes those who were called. Every door must be shut.
    fn wake(&self, calls: Calls) {
        if calls.is_empty() {
            return;
        }
        calls.wake(|calls| {
            let mut back = self.back.lock();
            self.pass_on(&mut back, calls);
            self.shut_back(back);
            let mut front = self.front.lock();
            if !front.senders.is_empty() {
                self.restock(&mut front, 1, calls);
                self.shut_front(front);
            }
        });
    }

    /// So many items were brought and somebody waits for one.
    #[inline(never)]
    fn call_receivers(&self, mut back: Guard<'_, Back<T>>, items: usize) {
        let mut calls = Calls::default();
        for _ in 0..items {
            let Some((receiver, verdict)) = back.receivers.call_or_summon() else { break };
            calls.add(receiver, verdict);
        }
        self.shut_back(back);
        self.wake(calls);
    }

    /// So many items were taken and somebody waits at the front door.
    #[inline(never)]
    fn call_senders(&self, mut front: Guard<'_, Front<T>>, items: usize) {
        let mut calls = Calls::default();
        self.attend(&mut front, items, &mut calls);
        self.shut_front(front);
        self.wake(calls);
    }

    /// Shuts the front door after a visit that changed its line.
    fn shut_front(&self, front: Guard<'_, Front<T>>) {
        self.kept_room.set(u32::try_from(front.senders.claims()).unwrap_or(u32::MAX));
        // ORDERING[doors.open]: Release; pairs with [doors.see_open]. What a caller did goes before the end of the ticket.
        self.open.senders.store(front.senders.open(), Ordering::Release);
    }

    /// Shuts the back door after a visit that changed the line of receivers.
    fn shut_back(&self, back: Guard<'_, Back<T>>) {
        self.kept_items.set(u32::try_from(back.receivers.claims()).unwrap_or(u32::MAX));
        // ORDERING[doors.open]: Release; pairs with [doors.see_open]. As above.
        self.open.receivers.store(back.receivers.open(), Ordering::Release);
    }
}

impl<T> Engine<T> for Doors<T> {
    #[inline(always)]
    fn push(&self, item: &mut Option<T>, standing: Standing) -> Result<(), Refusal> {
        let spare = self.leaves_room(standing);
        let mut back = self.back.lock();
        self.buffer.room(&mut back.tail, spare, 1)?.fill(item);
        if !back.receivers.is_empty() {
            self.call_receivers(back, 1);
        }
        Ok(())
    }

    fn push_many(&self, items: &mut VecDeque<T>, standing: Standing) -> Result<usize, Refusal> {
        let spare = self.leaves_room(standing);
        let mut back = self.back.lock();
        let rooms = self.buffer.rooms(&mut back.tail, spare, items.len())?;
        items.drain(..rooms).for_each(|item| self.buffer.lay(&mut back.tail, item));
        self.buffer.publish_tail(&back.tail);
        if !back.receivers.is_empty() {
            self.call_receivers(back, rooms);
        }
        Ok(rooms)
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
                    let Ok(oldest) = self.buffer.pop(&mut front.head, 0) else { return Err(Refusal::Full) };
                    self.buffer.replace(&mut back.tail, &front.head, item);
                    Some(oldest)
                }
            }
        };
        self.call_receivers(back, 1);
        Ok(evicted)
    }

    #[inline(always)]
    fn pop(&self, item: &mut Option<T>, tracked: bool, standing: Standing) -> Result<(), TryRecvError> {
        let spare = self.leaves_items(standing);
        let mut front = self.front.lock();
        *item = Some(self.buffer.pop(&mut front.head, spare)?);
        if tracked {
            front.tasks += 1;
        }
        if !front.is_deserted() {
            self.call_senders(front, 1);
        }
        Ok(())
    }

    fn pop_many(&self, items: &mut Vec<T>, most: usize, standing: Standing) -> Result<usize, TryRecvError> {
        let spare = self.leaves_items(standing);
        // The vector grows before the door opens; what is brought from here on was not there at the call.
        let most = most.min(self.len().max(1));
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
        if let Some(item) = item.take() {
            self.buffer.lay(&mut back.tail, item);
            self.buffer.publish_tail(&back.tail);
        }
        if back.receivers.is_empty() {
            drop(back);
        } else {
            self.call_receivers(back, 1);
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
        if self.buffer.must_grow(&back.tail, capacity) {
            let mut front = self.front.lock();
            self.buffer.grow(&mut back.tail, &mut front.head);
        }
        self.buffer.set_capacity(&mut back.tail, capacity);
        drop(back);
        self.announce_room(usize::MAX);
    }

    fn capacity(&self) -> usize {
        self.buffer.capacity()
    }

    fn enlist_sender(&self, item: &mut Option<T>, need: usize, waiter: Waiter, standing: Standing) -> Enlisted<()> {
        let mut front = self.front.lock();
        if !self.buffer.is_full(&front.head, self.leaves_room(standing), need) {
            return Enlisted::Again;
        }
        let placed = front.senders.enlist(waiter, Offer { item: item.take(), need }, standing);
        self.shut_front(front);
        Enlisted::InLine(placed)
    }

    fn enlist_receiver(&self, waiter: Waiter, standing: Standing) -> Enlisted<()> {
        let mut back = self.back.lock();
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
                let mut back = self.back.lock();
                if back.tail.is_closed() {
                    return Enlisted::Done(());
                }
                Enlisted::InLine(back.watchers.enlist(waiter, (), Standing::default()))
            }
            Event::Idle => {
                let mut front = self.front.lock();
                if self.all_is_done(&front) {
                    return Enlisted::Done(());
                }
                Enlisted::InLine(front.joiners.enlist(waiter, (), Standing::default()))
            }
        }
    }

    fn sender_news(&self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<Offer<T>> {
        // ORDERING[doors.see_open]: Acquire; pairs with [doors.open].
        if self.open.senders.load(Ordering::Acquire) == 0 {
            return News::Called(None);
        }
        let mut front = self.front.lock();
        let news = front.senders.news(ticket, waker, fresh);
        self.shut_front(front);
        news
    }

    fn receiver_news(&self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<()> {
        // ORDERING[doors.see_open]: Acquire; pairs with [doors.open].
        if self.open.receivers.load(Ordering::Acquire) == 0 {
            return News::Called(None);
        }
        let mut back = self.back.lock();
        let news = back.receivers.news(ticket, waker, fresh);
        self.shut_back(back);
        news
    }

    fn watcher_news(&self, event: Event, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<()> {
        match event {
            Event::Closed => self.back.lock().watchers.news(ticket, waker, fresh),
            Event::Idle => self.front.lock().joiners.news(ticket, waker, fresh),
        }
    }

    fn fetch_sender(&self, ticket: Ticket) -> Option<T> {
        let mut front = self.front.lock();
        let offer = front.senders.fetch(ticket);
        self.shut_front(front);
        offer?.item
    }

    fn fetch_receiver(&self, ticket: Ticket) {
        let mut back = self.back.lock();
        back.receivers.fetch(ticket);
        self.shut_back(back);
    }

    fn leave_sender(&self, ticket: Ticket, item: &mut Option<T>) -> bool {
        let mut calls = Calls::default();
        let mut front = self.front.lock();
        let had_claim = front.senders.claims() > 0;
        let left = front.senders.leave(ticket);
        // Room that it was summoned to, or that others left it, goes to the next in line.
        let had_room = match &left {
            Left::Waiting(offer, _) => offer.need > 1,
            Left::Summoned(_) => true,
            Left::Gone => false,
        };
        if (had_claim || had_room) && !front.senders.is_empty() {
            self.restock(&mut front, usize::MAX, &mut calls);
        }
        self.shut_front(front);
        let was_called = left.settle(item);
        self.wake(calls);
        was_called
    }

    fn leave_receiver(&self, ticket: Ticket) -> bool {
        let mut calls = Calls::default();
        let mut back = self.back.lock();
        let had_claim = back.receivers.claims() > 0;
        let left = back.receivers.leave(ticket);
        // An item that it was called to, or that newcomers left it, is the next one's.
        if had_claim || !matches!(left, Left::Waiting(..)) {
            self.pass_on(&mut back, &mut calls);
        }
        self.shut_back(back);
        self.wake(calls);
        left.was_called()
    }

    fn leave_watcher(&self, event: Event, ticket: Ticket) -> bool {
        let left = match event {
            Event::Closed => self.back.lock().watchers.leave(ticket),
            Event::Idle => self.front.lock().joiners.leave(ticket),
        };
        matches!(left, Left::Gone)
    }

    fn close(&self) -> bool {
        let mut calls = Calls::default();
        let mut back = self.back.lock();
        if !self.buffer.close(&mut back.tail) {
            return false;
        }
        while let Some((receiver, ())) = back.receivers.call() {
            calls.add(receiver, Verdict::Called);
        }
        while let Some((watcher, ())) = back.watchers.call() {
            calls.add(watcher, Verdict::Called);
        }
        self.shut_back(back);
        let mut front = self.front.lock();
        while let Some(sender) = front.senders.summon() {
            calls.add(sender, Verdict::Summoned);
        }
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
        self.buffer.len()
    }

    fn places(&self) -> usize {
        self.buffer.places()
    }

    fn snapshot(&self) -> Snapshot {
        let back = self.back.lock();
        let front = self.front.lock();
        let (brought, taken) = (back.tail.brought(), front.head.taken());
        Snapshot {
            len: back.tail.ahead_of(&front.head),
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

    fn has_item_or_is_closed(&self) -> bool {
        self.len() > 0 || self.is_closed()
    }

    fn has_room_or_is_closed(&self, _: usize) -> bool {
        self.places() > 0 || self.is_closed()
    }

    #[inline]
    fn beckons_receivers(&self) -> bool {
        self.buffer.beckons_receivers()
    }

    #[inline]
    fn beckons_senders(&self) -> bool {
        self.buffer.beckons_senders()
    }

    fn last_sender(&self) -> Passage {
        self.buffer.last_sender()
    }

    fn last_receiver(&self) -> Passage {
        self.buffer.last_receiver()
    }
}

impl<T> Drop for Doors<T> {
    fn drop(&mut self) {
        let mut front = self.front.lock();
        // The last receiver took what was there; this is for a queue whose receiver was leaked.
        let mut panic = None;
        while let Ok(item) = self.buffer.pop(&mut front.head, 0) {
            panic = panic.or(catch_unwind(AssertUnwindSafe(|| drop(item))).err());
        }
        self.buffer.dismantle(&front.head);
        if let Some(panic) = panic.filter(|_| !std::thread::panicking()) {
            resume_unwind(panic);
        }
    }
}
