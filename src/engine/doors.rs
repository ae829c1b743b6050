//! The two-door engine: a FIFO buffer with a lock at each end, and at each lock the line of those who wait there.
//!
//! ```text
//!        back door                                          front door
//!   items are brought here;          ── items ──▶      items are taken here;
//!   RECEIVERS wait here for items,                     SENDERS wait here for room
//!   watchers for the close
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

use std::task::Waker;

use super::buffer::{Buffer, Head, Refusal, Tail};
use super::calls::Calls;
use super::line::{Left, Line, Ticket, Waiter};
use super::storage::Storage;
use super::{Engine, News, OVERTAKEN_AT_MOST, Passage, Placed, Standing};
use crate::error::TryRecvError;
use crate::prim::{AtomicUsize, Guard, Hint, Lock, Ordering, Pad, Verdict};

/// A FIFO queue over some storage.
#[derive(Debug)]
pub(crate) struct Doors<T, S: Storage<T>> {
    back: Pad<Lock<Back<S::Back>>>,
    front: Pad<Lock<Front<T, S::Front>>>,
    buffer: Buffer<S>,
    /// How many items newcomers leave to a receiver that was overtaken too often.
    kept_items: Hint,
    /// How many places newcomers leave to a sender that was overtaken too often.
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
struct Back<C> {
    tail: Tail<C>,
    receivers: Line<()>,
    watchers: Line<()>,
}

/// What is guarded by the front door.
#[derive(Debug)]
struct Front<T, C> {
    head: Head<C>,
    /// A waiting sender's item waits in its ticket.
    senders: Line<T>,
    /// How often in a row the first sender's room went to a newcomer.
    passed_over: u32,
}

impl<T, S: Storage<T>> Doors<T, S> {
    pub(crate) fn new(storage: S, limit: usize) -> Self {
        let (buffer, tail, head) = Buffer::new(storage, limit);
        Self {
            back: Pad::new(Lock::new(Back { tail, receivers: Line::new(), watchers: Line::new() })),
            front: Pad::new(Lock::new(Front { head, senders: Line::new(), passed_over: 0 })),
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
    /// told that it is done. With the back door taken, as many senders as there are new `places` are summoned to see for
    /// themselves: whoever is in that door knows nothing of them.
    fn restock(&self, front: &mut Front<T, S::Front>, places: usize, calls: &mut Calls) {
        let Some(mut back) = self.back.try_lock() else {
            if self.buffer.is_full(&front.head, 0) {
                return self.pass_over(front);
            }
            (0..places).map_while(|_| front.senders.summon()).for_each(|sender| calls.add(sender, Verdict::Summoned));
            return;
        };
        let mut moved = false;
        while !front.senders.is_empty() {
            // A closed buffer has no room; the close comes to this door and summons them all.
            let Ok(room) = self.buffer.room(&mut back.tail, 0) else { break };
            if let Some((sender, item)) = front.senders.call() {
                room.fill(&mut Some(item));
                moved = true;
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

    /// The room went to a newcomer.
    fn pass_over(&self, front: &mut Front<T, S::Front>) {
        front.passed_over += 1;
        if front.passed_over >= OVERTAKEN_AT_MOST {
            front.passed_over = 0;
            front.senders.mark_first_overdue();
        }
    }

    /// An item may be there for the first receiver in line: calls it.
    fn pass_on(&self, back: &mut Back<S::Back>, calls: &mut Calls) {
        if !self.buffer.is_dry(&back.tail, 0) {
            if let Some((receiver, verdict)) = back.receivers.call_or_summon() {
                calls.add(receiver, verdict);
            }
        }
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

    /// An item was brought and somebody waits for one.
    #[inline(never)]
    fn call_receiver(&self, mut back: Guard<'_, Back<S::Back>>) {
        let call = back.receivers.call_or_summon();
        self.shut_back(back);
        if let Some((receiver, verdict)) = call {
            let mut calls = Calls::default();
            calls.add(receiver, verdict);
            self.wake(calls);
        }
    }

    /// Room was made and somebody waits for some.
    #[inline(never)]
    fn call_sender(&self, mut front: Guard<'_, Front<T, S::Front>>) {
        let mut calls = Calls::default();
        self.restock(&mut front, 1, &mut calls);
        self.shut_front(front);
        self.wake(calls);
    }

    /// Shuts the front door after a visit that changed its line.
    fn shut_front(&self, front: Guard<'_, Front<T, S::Front>>) {
        self.kept_room.set(u32::from(front.senders.has_overdue()));
        // ORDERING[doors.open]: Release; pairs with [doors.see_open]. What a caller did goes before the end of the ticket.
        self.open.senders.store(front.senders.open(), Ordering::Release);
    }

    /// Shuts the back door after a visit that changed the line of receivers.
    fn shut_back(&self, back: Guard<'_, Back<S::Back>>) {
        self.kept_items.set(u32::from(back.receivers.has_overdue()));
        // ORDERING[doors.open]: Release; pairs with [doors.see_open]. As above.
        self.open.receivers.store(back.receivers.open(), Ordering::Release);
    }
}

impl<T, S: Storage<T>> Engine<T> for Doors<T, S> {
    #[inline(always)]
    fn push(&self, item: &mut Option<T>, standing: Standing) -> Result<(), Refusal> {
        let spare = self.leaves_room(standing);
        let mut back = self.back.lock();
        self.buffer.room(&mut back.tail, spare)?.fill(item);
        if !back.receivers.is_empty() {
            self.call_receiver(back);
        }
        Ok(())
    }

    #[inline(always)]
    fn pop(&self, item: &mut Option<T>, standing: Standing) -> Result<(), TryRecvError> {
        let spare = self.leaves_items(standing);
        let mut front = self.front.lock();
        *item = Some(self.buffer.pop(&mut front.head, spare)?);
        if !front.senders.is_empty() {
            self.call_sender(front);
        }
        Ok(())
    }

    fn pop_all(&self) -> Vec<T> {
        // The vector grows before the door opens; what is brought from here on was not there at the call.
        let mut items = Vec::with_capacity(self.len());
        let mut calls = Calls::default();
        let mut front = self.front.lock();
        while items.len() < items.capacity() {
            let Ok(item) = self.buffer.pop(&mut front.head, 0) else { break };
            items.push(item);
        }
        if !front.senders.is_empty() {
            self.restock(&mut front, items.len(), &mut calls);
        }
        self.shut_front(front);
        self.wake(calls);
        items
    }

    fn enlist_sender(&self, item: &mut Option<T>, waiter: Waiter, standing: Standing) -> Option<Placed> {
        let mut front = self.front.lock();
        if !self.buffer.is_full(&front.head, self.leaves_room(standing)) {
            return None;
        }
        let placed = front.senders.enlist(waiter, item.take()?, standing);
        self.shut_front(front);
        Some(placed)
    }

    fn enlist_receiver(&self, waiter: Waiter, standing: Standing) -> Option<Placed> {
        let mut back = self.back.lock();
        if !self.buffer.is_dry(&back.tail, self.leaves_items(standing)) {
            return None;
        }
        let placed = back.receivers.enlist(waiter, (), standing);
        self.shut_back(back);
        Some(placed)
    }

    fn enlist_watcher(&self, waiter: Waiter) -> Option<Placed> {
        let mut back = self.back.lock();
        (!back.tail.is_closed()).then(|| back.watchers.enlist(waiter, (), Standing::default()))
    }

    fn sender_news(&self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<T> {
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

    fn watcher_news(&self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<()> {
        self.back.lock().watchers.news(ticket, waker, fresh)
    }

    fn fetch_sender(&self, ticket: Ticket) -> Option<T> {
        let mut front = self.front.lock();
        let item = front.senders.fetch(ticket);
        self.shut_front(front);
        item
    }

    fn fetch_receiver(&self, ticket: Ticket) {
        let mut back = self.back.lock();
        back.receivers.fetch(ticket);
        self.shut_back(back);
    }

    fn leave_sender(&self, ticket: Ticket) -> Option<T> {
        let mut calls = Calls::default();
        let mut front = self.front.lock();
        let had_claim = front.senders.has_overdue();
        let left = front.senders.leave(ticket);
        // Room that it was summoned to, or that newcomers left it, goes to the next in line.
        if (had_claim || matches!(left, Left::Summoned(_))) && !front.senders.is_empty() {
            self.restock(&mut front, 1, &mut calls);
        }
        self.shut_front(front);
        self.wake(calls);
        left.into_load()
    }

    fn leave_receiver(&self, ticket: Ticket) {
        let mut calls = Calls::default();
        let mut back = self.back.lock();
        let had_claim = back.receivers.has_overdue();
        let left = back.receivers.leave(ticket);
        // An item that it was called to, or that newcomers left it, is the next one's.
        if had_claim || !matches!(left, Left::Waiting(..)) {
            self.pass_on(&mut back, &mut calls);
        }
        self.shut_back(back);
        self.wake(calls);
    }

    fn leave_watcher(&self, ticket: Ticket) {
        let left = self.back.lock().watchers.leave(ticket);
        drop(left);
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

    fn len(&self) -> usize {
        self.buffer.len()
    }

    fn places(&self) -> usize {
        self.buffer.places()
    }

    fn waiting(&self) -> (usize, usize) {
        let receivers = self.back.lock().receivers.len();
        (self.front.lock().senders.len(), receivers)
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

impl<T, S: Storage<T>> Drop for Doors<T, S> {
    fn drop(&mut self) {
        let mut front = self.front.lock();
        // The last receiver took what was there; this is for a queue whose receiver was leaked.
        while let Ok(item) = self.buffer.pop(&mut front.head, 0) {
            drop(item);
        }
        self.buffer.dismantle(&mut front.head);
    }
}
