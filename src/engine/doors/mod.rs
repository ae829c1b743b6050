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
//! Room that is reserved is set aside at the back door; when it is given back, or the capacity changes, the front door is
//! visited after it. For a joiner the call is the verdict: when it looks again, the next item may be there.

mod visits;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::Standing;
use super::buffer::{Buffer, Head, Tail};
use super::calls::{Calls, wake_one};
use super::line::{Called, Offer};
use super::stand::Stand;
use crate::prim::{Amount, AtomicUsize, Guard, Lock, Ordering, Pad, Verdict};

/// A FIFO queue.
#[derive(Debug)]
pub(crate) struct Doors<T> {
    back: Pad<Lock<Back<T>>>,
    front: Pad<Lock<Front<T>>>,
    buffer: Buffer<T>,
    seen: Seen,
    is_bounded: bool,
}

/// What is seen of the lines from outside.
///
/// Where no ticket is open, whoever had one was called, and need not go there to ask: who enlists has stored a count above
/// nothing itself, and if it now reads nothing, that was stored later, when its ticket was closed too.
#[derive(Debug)]
struct Seen {
    /// How many tickets senders have.
    senders: AtomicUsize,
    /// How many tickets receivers have.
    receivers: AtomicUsize,
    /// How many places newcomers leave to senders that were overtaken too often.
    kept_room: Amount,
    /// How many items newcomers leave to receivers that were overtaken too often.
    kept_items: Amount,
}

/// What is guarded by the back door.
#[derive(Debug)]
struct Back<T> {
    tail: Tail<T>,
    receivers: Stand<()>,
    watchers: Stand<()>,
}

/// What is guarded by the front door.
#[derive(Debug)]
struct Front<T> {
    head: Head<T>,
    /// A waiting sender's item waits in its ticket.
    senders: Stand<Offer<T>>,
    joiners: Stand<()>,
    /// How many items were taken and are not done.
    tasks: usize,
}

impl<T> Front<T> {
    /// Whether somebody stands here who may wait for an item to be taken.
    #[inline]
    fn is_deserted(&self) -> bool {
        self.senders.is_empty() && self.joiners.is_empty()
    }
}

impl<T> Doors<T> {
    pub(crate) fn new(capacity: usize, is_bounded: bool) -> Self {
        let (buffer, tail, head) = Buffer::new(capacity);
        let back = Back { tail, receivers: Stand::default(), watchers: Stand::default() };
        let front = Front { head, senders: Stand::default(), joiners: Stand::default(), tasks: 0 };
        Self {
            back: Pad::new(Lock::new(back)),
            front: Pad::new(Lock::new(front)),
            buffer,
            seen: Seen {
                senders: AtomicUsize::new(0),
                receivers: AtomicUsize::new(0),
                kept_room: Amount::default(),
                kept_items: Amount::default(),
            },
            is_bounded,
        }
    }

    /// How many items such a party leaves to others.
    #[inline]
    fn leaves_items(&self, standing: Standing) -> usize {
        standing.leaves(self.seen.kept_items.get()) as usize
    }

    /// How many places such a party leaves to others.
    #[inline]
    fn leaves_room(&self, standing: Standing) -> usize {
        standing.leaves(self.seen.kept_room.get()) as usize
    }

    /// There may be room for somebody in line: gives it to the first, as long as there is some.
    ///
    /// With the back door free, the first sender's item goes straight from its ticket into the buffer and the sender is
    /// told that it is done. One that waits for room alone is summoned to see for itself, and with the back door taken anybody is:
    /// as many as there are new `places`, since others are on the way to the rest.
    ///
    /// Room for the second in line is no concern of the first, who may need more: nobody is called past him, nor to what is kept
    /// for those who have been summoned and have not come.
    fn restock(&self, front: &mut Front<T>, places: usize, calls: &mut Calls) {
        let Some(mut back) = self.back.try_lock() else {
            return self.summon_senders(front, places, calls);
        };
        let (mut left, mut called) = (places, Called::default());
        while let Some(&Offer { ref item, need }) = front.senders.first_load() {
            let is_item = item.is_some();
            if !is_item && left == 0 {
                break;
            }
            // A closed buffer has no room; the close comes to this door and summons them all.
            let kept = kept_for(&front.senders, &called);
            let Ok(room) = self.buffer.room_for_another(&mut back.tail, kept, need) else { break };
            left = left_by(need, left);
            if !is_item {
                front.senders.summon_to(&mut called, calls);
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
    }

    fn summon_senders(&self, front: &mut Front<T>, places: usize, calls: &mut Calls) {
        let (mut left, mut called) = (places, Called::default());
        while left > 0 {
            let Some(need) = front.senders.first_need() else { break };
            if self.buffer.is_full(&front.head, kept_for(&front.senders, &called), need) {
                break;
            }
            left = left_by(need, left);
            front.senders.summon_to(&mut called, calls);
        }
    }

    /// So many places have come free: gives them to those in line. If the first gets none, he was passed over by a newcomer, or for one
    /// who was called before and has not come. In the end he waits for them no longer.
    fn give_room(&self, front: &mut Front<T>, places: usize, calls: &mut Calls) {
        let first = front.senders.first();
        self.share_out(front, places, calls);
        if front.senders.note_passing(first) {
            self.restock(front, usize::MAX, calls);
        }
    }

    /// No room has come free, but what there is may be for somebody else now: gives it to those in line.
    fn share_out(&self, front: &mut Front<T>, places: usize, calls: &mut Calls) {
        if !front.senders.is_empty() {
            self.restock(front, places, calls);
        }
    }

    /// An item may be there for the first receiver in line, besides those that are `kept` for others: calls it.
    fn pass_on(&self, back: &mut Back<T>, kept: usize, calls: &mut Calls) {
        if !self.buffer.is_dry(&back.tail, kept) {
            if let Some((receiver, verdict)) = back.receivers.call_or_summon() {
                calls.add(receiver, verdict);
            }
        }
    }

    /// Items were taken or room made, so many places of it, while somebody waits at the front door.
    fn attend(&self, front: &mut Front<T>, places: usize, calls: &mut Calls) {
        self.give_room(front, places, calls);
        self.release_joiners(front, calls);
    }

    /// All may be done that the joiners wait for.
    fn release_joiners(&self, front: &mut Front<T>, calls: &mut Calls) {
        if front.joiners.is_empty() || !self.all_is_done(front) {
            return;
        }
        front.joiners.call_all(Verdict::Done, calls);
    }

    fn all_is_done(&self, front: &Front<T>) -> bool {
        front.tasks == 0 && self.buffer.is_drained(&front.head)
    }

    /// Visits the front door after so many places have come free that no receive has made.
    fn announce_room(&self, places: usize) {
        self.announce(|front, calls| self.give_room(front, places, calls));
    }

    /// Visits the front door after the capacity has become less, so that somebody asks for more than all of it, who is let in when
    /// nobody else is there.
    fn announce_limit(&self) {
        self.announce(|front, calls| self.share_out(front, usize::MAX, calls));
    }

    fn announce(&self, tell: impl FnOnce(&mut Front<T>, &mut Calls)) {
        let mut calls = Calls::default();
        let mut front = self.front.stay();
        tell(&mut front, &mut calls);
        self.shut_front(front);
        self.wake(calls);
    }

    /// Wakes those who were called. Every door must be shut.
    #[inline]
    fn wake(&self, calls: Calls) {
        calls.wake(|calls| self.call_others(calls));
    }

    /// Calls others to what somebody was called to who could not be woken.
    #[cold]
    fn call_others(&self, calls: &mut Calls) {
        let mut back = self.back.stay();
        self.pass_on(&mut back, 0, calls);
        self.shut_back(back);
        let mut front = self.front.stay();
        front.senders.despair();
        self.share_out(&mut front, usize::MAX, calls);
        self.shut_front(front);
    }

    /// An item was brought and somebody waits for one.
    #[inline(never)]
    fn call_receiver(&self, mut back: Guard<'_, Back<T>>) {
        let call = back.receivers.call_or_summon();
        self.shut_back(back);
        if let Some(call) = call {
            wake_one(call, |calls| self.call_others(calls));
        }
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
        self.seen.kept_room.update(front.senders.claims());
        // ORDERING[doors.open]: Release; pairs with [doors.see_open]. What a caller did goes before the end of the ticket.
        self.seen.senders.store(front.senders.open(), Ordering::Release);
    }

    /// Shuts the back door after a visit that changed the line of receivers.
    fn shut_back(&self, back: Guard<'_, Back<T>>) {
        self.seen.kept_items.update(back.receivers.claims());
        // ORDERING[doors.open]: Release; pairs with [doors.see_open]. As above.
        self.seen.receivers.store(back.receivers.open(), Ordering::Release);
    }
}

/// How much of what is kept such a party leaves to others beyond the first that it takes or brings.
fn beyond_one(standing: Standing, kept: &Amount) -> usize {
    standing.leaves_beyond_one(kept.get()) as usize
}

/// How many places are kept for those who have been summoned to them and have not come.
fn kept_for<T>(senders: &Stand<Offer<T>>, called: &Called) -> usize {
    usize::try_from(senders.kept(called)).unwrap_or(usize::MAX)
}

/// How many of new places are left to be given when somebody got what it needs. For one that needs several, room was gathering: what
/// is left of that may suffice for the next.
fn left_by(need: usize, places: usize) -> usize {
    if need > 1 { usize::MAX } else { places.saturating_sub(1) }
}

impl<T> Drop for Doors<T> {
    fn drop(&mut self) {
        let front = self.front.get_mut();
        // The last receiver took what was there, unless too many drops of it panicked.
        let mut panic = None;
        self.buffer.come_home(&mut front.head);
        let mut item = None;
        while self.buffer.pop(&mut front.head, 0, &mut item).is_ok() {
            let item = item.take();
            panic = panic.or(catch_unwind(AssertUnwindSafe(|| drop(item))).err());
        }
        self.buffer.dismantle(&front.head);
        if let Some(panic) = panic.filter(|_| !std::thread::panicking()) {
            resume_unwind(panic);
        }
    }
}
