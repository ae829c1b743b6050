//! The engine without a buffer: a sender meets a receiver.
//!
//! One door, with both lines at it. A waiting sender's offer stays in its ticket until a receiver's own call takes it, so a
//! receive that is cancelled destroys nothing and a send that returned was received. A thread that waits in a receive can not
//! be cancelled: a sender *gives* it the item, if it is the first in line and nothing is there, pledged to it or left to others, and
//! goes on. So two threads of one CPU pass two items for each time that they let each other run. One that is late leaves with its gift.
//!
//! A send that does not wait hands its item over to any receiver that is waiting; if that receiver leaves, the item is an *orphan*
//! and first in line for the next.
//!
//! A select that may send carries no offer, since its item comes later. It stands in a line of its own, is called when there
//! is a receiver for it, and then [*pledges*](Pledges) an item to that receiver, which no other sender may have until the item has come.
//!
//! A receiver that found nothing and enlists needs no second look: both happen in one visit. Each offer calls one receiver that
//! no item was pledged to, so that such a receiver still uncalled in line means that every offer has somebody on the way to it.
//! An offer that finds none is there for the next who comes, and if that is a newcomer who must leave it to others, it calls the
//! first of them.

mod pledges;
mod visits;

use std::collections::VecDeque;

use pledges::Pledges;

use super::calls::Calls;
use super::line::{Load, Offer};
use super::stand::Stand;
use super::{Standing, Ticket};
use crate::prim::{Hint, Lock, Pad, Verdict, Where};

/// A queue of capacity 0.
#[derive(Debug)]
pub(crate) struct Rendezvous<T> {
    hall: Pad<Lock<Hall<T>>>,
    seen: Pad<Seen>,
}

/// In that order, so that what each message writes lies on one cache line with the lock, and where the lines are on another, which
/// both CPUs keep: a place is then asked for together with the lock and not after it.
#[derive(Debug)]
#[repr(C)]
struct Hall<T> {
    brought: u64,
    taken: u64,
    tasks: usize,
    /// What was handed to receivers that have not come for it yet.
    orphans: VecDeque<T>,
    senders: Stand<Offer<T>>,
    /// Those who would send to a receiver, and have no offer.
    suitors: Stand<Suit>,
    receivers: Stand<Seat>,
    watchers: Stand<()>,
    joiners: Stand<()>,
    pledges: Pledges,
    /// What was given to receivers that have not come for it yet, each by its ticket: they have received it.
    #[allow(clippy::box_collection, reason = "one word, so that the rest stays on two lines")]
    gifts: Option<Box<Vec<(Ticket, T)>>>,
    closed: bool,
}

/// What a receiver's ticket carries.
#[derive(Debug, Clone, Copy)]
struct Seat {
    /// Whether its receiver returns what it is given, also as it leaves late.
    takes: bool,
}

impl Load for Seat {
    fn take(&mut self) -> Self {
        *self
    }
}

/// What a select waits for that would send.
#[derive(Debug)]
struct Suit {
    /// How many of the receivers in line are its own.
    own: usize,
}

impl Load for Suit {
    fn take(&mut self) -> Self {
        Self { own: self.own }
    }
}

/// What those see who stand outside.
#[derive(Debug, Default)]
struct Seen {
    /// Whether a receiver should come in: 0 or 1.
    beckons: Hint,
    /// Whether it is closed: 0 or 1.
    closed: Hint,
    /// How many items were offered or handed over, wrapping.
    brought: Hint,
    /// How many items were taken, wrapping.
    taken: Hint,
    /// Whether somebody has ever come who wants a receiver that is in line: 0 or 1.
    is_sought: Hint,
    /// How many receivers wait.
    receivers: Hint,
    sender: Hint,
    receiver: Hint,
}

impl<T> Hall<T> {
    fn items(&self) -> usize {
        self.orphans.len() + self.senders.len()
    }

    /// Whether a receiver of that standing has to wait.
    fn is_dry(&self, standing: Standing) -> bool {
        self.has_no_more_than(standing.leaves(self.receivers.claims()))
    }

    /// Whether it has to after it has taken one.
    fn is_dry_beyond_one(&self, standing: Standing) -> bool {
        self.has_no_more_than(standing.leaves_beyond_one(self.receivers.claims()))
    }

    fn has_no_more_than(&self, spare: u128) -> bool {
        !self.closed && self.items() as u128 <= spare
    }

    /// Calls the first receiver, unless all who wait have been pledged something.
    fn call_free_receiver(&mut self, calls: &mut Calls) {
        if self.has_free_receiver(0) {
            self.call_receiver(calls);
        }
    }

    /// A receiver has just come, and left what is there to those who were overtaken too often. If they are not on the way to all
    /// of it, for they had been pledged other items, somebody is called now.
    fn call_to_what_is_kept(&mut self, calls: &mut Calls) {
        if self.items() > self.receivers.claims_away() {
            self.call_free_receiver(calls);
        }
    }

    fn call_receiver(&mut self, calls: &mut Calls) {
        if let Some((receiver, verdict)) = self.receivers.call_or_summon() {
            calls.add(receiver, verdict);
        }
    }

    /// Calls whom else there is something for, besides the items that are `kept` for others.
    ///
    /// An orphan has no sender who could wait: where there is one, somebody is called to whom something else was pledged, too, although
    /// another may be on the way to it. That pledge then binds nobody.
    fn pass_on(&mut self, kept: usize, calls: &mut Calls) {
        if self.items() > kept && (!self.orphans.is_empty() || self.has_free_receiver(0)) {
            self.call_receiver(calls);
            self.pledges.bind_at_most(self.receivers.len());
        }
        self.call_suitor(calls);
    }

    /// Calls the first select for which there is a receiver.
    fn call_suitor(&mut self, calls: &mut Calls) {
        let (receivers, bound) = (self.receivers.len(), self.pledges.binding());
        let suitor = self.suitors.summon_first_of(|suit| receivers > bound + suit.own);
        suitor.into_iter().for_each(|suitor| calls.add(suitor, Verdict::Summoned));
    }

    /// Whether a receiver waits to whom nothing was pledged, besides `own` of the one who asks.
    fn has_free_receiver(&self, own: usize) -> bool {
        self.receivers.len() > self.pledges.binding() + own
    }

    /// Gives the item to the first receiver in line, if that takes it and nothing is there for it, or left to others: whether it did.
    fn give(&mut self, item: &mut Option<T>, calls: &mut Calls) -> bool {
        if self.items() > 0 || self.receivers.claims() > 0 || !self.has_free_receiver(0) {
            return false;
        }
        let takes = self.receivers.first_load().is_some_and(|seat| seat.takes);
        let (Some(ticket), true) = (self.receivers.first(), takes) else { return false };
        let (Some(receiver), Some(gift)) = (self.receivers.summon(), item.take()) else { return false };
        receiver.will_wake();
        calls.add(receiver, Verdict::Summoned);
        self.gifts.get_or_insert_default().push((ticket, gift));
        self.brought += 1;
        self.taken += 1;
        true
    }

    /// What the receiver with that ticket was given, if anything.
    fn gift_of(&mut self, ticket: Ticket) -> Option<T> {
        let gifts = self.gifts.as_mut()?;
        let index = gifts.iter().position(|(given, _)| *given == ticket)?;
        Where::here().note_cpu_at(self.taken);
        Some(gifts.swap_remove(index).1)
    }

    fn hand_over(&mut self, item: &mut Option<T>, calls: &mut Calls) {
        self.orphans.extend(item.take());
        self.brought += 1;
        self.call_receiver(calls);
    }

    /// Takes an orphan or, in its absence, an offer.
    fn take(&mut self, calls: &mut Calls) -> Option<T> {
        let item = match self.orphans.pop_front() {
            Some(orphan) => orphan,
            None => {
                let (sender, offer) = self.senders.call()?;
                sender.will_wake();
                calls.add(sender, Verdict::Done);
                self.brought += 1;
                offer.item?
            }
        };
        self.taken += 1;
        Where::here().note_cpu_at(self.taken);
        Some(item)
    }

    fn all_is_done(&self) -> bool {
        self.tasks == 0 && self.orphans.is_empty()
    }

    fn release_joiners(&mut self, calls: &mut Calls) {
        if self.joiners.is_empty() || !self.all_is_done() {
            return;
        }
        self.joiners.call_all(Verdict::Done, calls);
    }
}

impl<T> Rendezvous<T> {
    pub(crate) fn new() -> Self {
        let hall = Hall {
            orphans: VecDeque::new(),
            senders: Stand::default(),
            suitors: Stand::default(),
            pledges: Pledges::default(),
            receivers: Stand::default(),
            watchers: Stand::default(),
            joiners: Stand::default(),
            gifts: None,
            tasks: 0,
            closed: false,
            brought: 0,
            taken: 0,
        };
        Self { hall: Pad::new(Lock::new(hall)), seen: Pad::default() }
    }

    /// Runs one visit, and then, the door being shut, wakes whom it called.
    fn visit<R>(&self, f: impl FnOnce(&mut Hall<T>, &mut Calls) -> R) -> R {
        let mut calls = Calls::default();
        let mut hall = self.hall.lock();
        let result = f(&mut hall, &mut calls);
        let receivers = hall.receivers.len();
        hall.pledges.bind_at_most(receivers);
        let is_worth_it = hall.closed || hall.items() > 0 || !hall.suitors.is_empty();
        self.seen.beckons.update(u32::from(is_worth_it));
        self.seen.taken.update(hall.taken as u32);
        self.seen.receivers.update(hall.receivers.len() as u32);
        drop(hall);
        self.wake(calls);
        result
    }

    /// Leaves word that an item was brought: how many there have been.
    fn note_item(&self) -> u32 {
        let brought = self.seen.brought.get().wrapping_add(1);
        self.seen.brought.set(brought);
        brought
    }

    /// The same of one that was handed over, by a thread that does not wait and notes its CPU then.
    fn note_gift(&self) {
        Where::here().note_cpu_at(self.note_item().into());
    }

    fn wake(&self, calls: Calls) {
        calls.wake(|calls| self.hall.lock().pass_on(0, calls));
    }
}
