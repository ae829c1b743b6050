//! The one-door engine: items in any order, or counted by weight, in one room with all who wait for anything.
//!
//! One lock guards the items and every line, so that to look and to enlist is one visit and nothing falls between. The order
//! may be a user's [`Discipline`](super::Discipline) or compare by a user's `Ord`, which run under this lock: a visit that they
//! panic out of puts the room in order, passes the call on that its party may have come by, and lets the panic go to its
//! caller. A visit out of a visit would wait for itself for ever, so it is found out and panics; what must not fail, the last that a
//! handle, a permit or a task does, is done once the door has been shut.
//!
//! Weights are asked for before the door opens. The first sender in line is called when what *it* needs is there; nobody is
//! called past him. What is heavier than the whole capacity is let in when nothing else is there. A sender that the order refuses
//! although there is room for it rests until an item has gone, and is called then as if it had stood in line all the time.

mod owed;
mod visits;

use std::any::Any;
use std::collections::VecDeque;
use std::fmt;
use std::mem::{replace, take};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::thread::panicking;

use super::calls::{Calls, drop_quietly};
use super::line::{Called, Offer};
use super::order::Order;
use super::stand::Stand;
use super::{Engine, Standing};
use crate::error::TryRecvError;
use crate::prim::{AtomicUsize, Guard, Hint, Lock, MODEL, Ordering, Pad, Verdict, asking_thread};
use owed::{Debts, Owed};

/// What gives an item's weight.
pub(crate) type Weigher<T> = Box<dyn Fn(&T) -> usize + Send + Sync>;

/// A queue with one door.
pub(crate) struct Parlour<T> {
    room: Pad<Lock<Room<T>>>,
    seen: Pad<Seen>,
    owed: Owed,
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
    receivers: Stand<()>,
    watchers: Stand<()>,
    joiners: Stand<()>,
    tasks: usize,
    /// Whether the order has given an item up that may come back.
    is_in_doubt: bool,
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
    /// How many receivers wait.
    receivers: Hint,
    brought: Hint,
    taken: Hint,
    sender: Hint,
    receiver: Hint,
    /// The thread that is inside and may be running a user's code; 0 for none.
    inside: AtomicUsize,
}

impl<T> Room<T> {
    /// How much of the capacity is taken.
    fn held(&self) -> u128 {
        self.load + self.reserved
    }

    /// Makes the books agree with how many items there are: what an order lets go by itself has left, and what it makes of others
    /// has come.
    fn balance(&mut self) {
        let kept = self.brought.wrapping_sub(self.taken);
        let more = (self.len as u64).wrapping_sub(kept) as i64;
        let counted = if more > 0 { &mut self.brought } else { &mut self.taken };
        *counted = counted.wrapping_add(more.unsigned_abs());
    }

    /// How many items there are, and how much is taken.
    fn extent(&self) -> (usize, u128) {
        (self.len, self.held())
    }

    /// Whether something of that weight fits, besides what `spare` others will take.
    fn fits(&self, need: usize, spare: u128) -> bool {
        let held = self.held() + spare;
        let is_alone = held == 0 && self.len == 0;
        is_alone || self.capacity == usize::MAX || held + need as u128 <= self.capacity as u128
    }

    /// What such a sender leaves to others.
    fn leaves_room(&self, standing: Standing) -> u128 {
        standing.leaves(self.senders.claims())
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
        !self.closed && self.len as u128 <= spare
    }

    fn all_is_done(&self) -> bool {
        self.tasks == 0 && self.len == 0 && !self.is_in_doubt
    }

    fn call_receivers(&mut self, items: usize, calls: &mut Calls) {
        for _ in 0..items {
            let Some((receiver, verdict)) = self.receivers.call_or_summon() else { break };
            calls.add(receiver, verdict);
        }
    }

    /// Room may have come free: calls those whom it suffices for, besides those who are on their way.
    fn call_senders(&mut self, calls: &mut Calls) {
        let mut called = Called::default();
        while self.senders.first_need().is_some_and(|need| self.fits(need, self.senders.kept(&called))) {
            self.senders.summon_to(&mut called, calls);
        }
    }

    /// The order has been at work: calls those who wait for what there is more than before, or less.
    fn attend(&mut self, before: (usize, u128), calls: &mut Calls) {
        self.call_receivers(self.len.saturating_sub(before.0), calls);
        self.serve_if_less(before, calls);
    }

    /// If there is less than before, calls those who wait for room, and those who wait for the end if nothing is left.
    fn serve_if_less(&mut self, (len, held): (usize, u128), calls: &mut Calls) {
        if self.len < len || self.held() < held {
            self.serve_senders(self.len < len, calls);
            self.release_joiners(calls);
        }
    }

    /// Room was made: calls those whom it suffices for, and if an item has gone those who may have been refused for it. One for whom
    /// it never does, since others take each place, gets a claim in the end.
    fn serve_senders(&mut self, has_gone: bool, calls: &mut Calls) {
        let first = self.senders.first();
        if has_gone {
            self.senders.rouse();
        }
        self.call_senders(calls);
        if self.senders.note_passing(first) {
            self.call_senders(calls);
        }
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
        self.senders.despair();
        self.call_senders(calls);
        self.release_joiners(calls);
    }

    /// From now on there is nothing.
    fn count_nothing(&mut self, calls: &mut Calls) {
        let before = self.extent();
        (self.len, self.load) = (0, 0);
        self.balance();
        self.serve_if_less(before, calls);
    }

    /// The order gave nothing: from now on there is nothing, whatever it says. The error that says so.
    fn found_empty(&mut self, calls: &mut Calls) -> TryRecvError {
        // It has let go by itself what was there. One that says that it has some, and gives none, would be asked without end.
        self.count_nothing(calls);
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
            receivers: Stand::default(),
            watchers: Stand::default(),
            joiners: Stand::default(),
            tasks: 0,
            is_in_doubt: false,
            closed: false,
            brought: len as u64,
            taken: 0,
        };
        let seen = Seen { items: Hint::new(1), places: Hint::new(1), ..Seen::default() };
        Self {
            room: Pad::new(Lock::new(room)),
            seen: Pad::new(seen),
            owed: Owed::new(),
            weigher,
            order,
            is_bounded: capacity.is_some(),
        }
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
        room.balance();
    }

    /// One has gone out, of which the weight is known: whoever waits is called to what has come out of hiding as it went.
    fn recount_less_one(&self, room: &mut Room<T>, weight: usize, calls: &mut Calls) {
        let left = room.len.saturating_sub(1);
        self.recount(room, 0, weight);
        room.call_receivers(room.len.saturating_sub(left), calls);
    }

    /// Whether this thread stands in the door, so that it is the order who calls.
    fn is_inside(&self) -> bool {
        let me = asking_thread();
        // ORDERING[hint]: Relaxed; whether it is this thread depends on what this thread stored.
        me != 0 && self.seen.inside.load(Ordering::Relaxed) == me
    }

    fn note_inside(&self, thread: usize) {
        if !MODEL {
            // ORDERING[hint]: Relaxed; as above.
            self.seen.inside.store(thread, Ordering::Relaxed);
        }
    }

    /// Notes what somebody owes who is dropped inside, to be done later: whether he is.
    fn puts_off(&self, note: impl FnOnce(&mut Debts)) -> bool {
        let is_inside = self.is_inside();
        if is_inside {
            self.owed.owe(note);
        }
        is_inside
    }

    /// Opens the door, unless this thread stands in it.
    fn enter(&self) -> Guard<'_, Room<T>> {
        let room = match self.room.try_lock() {
            Some(room) => room,
            None => {
                if self.is_inside() {
                    refuse_inside();
                }
                self.room.lock()
            }
        };
        self.note_inside(asking_thread());
        room
    }

    fn leave(&self, room: Guard<'_, Room<T>>) {
        self.seen.items.update(u32::from(room.closed || room.len > 0));
        self.seen.places.update(u32::from(room.closed || room.fits(1, 0)));
        self.seen.receivers.update(room.receivers.len() as u32);
        self.note_inside(0);
        drop(room);
    }

    /// Runs one visit, and then, the door being shut, wakes whom it called and does what is owed.
    fn visit<R>(&self, f: impl FnOnce(&mut Room<T>, &mut Calls) -> R) -> R {
        let mut calls = Calls::default();
        let mut room = self.enter();
        let result = catch_unwind(AssertUnwindSafe(|| f(&mut room, &mut calls)));
        let mut another = None;
        if result.is_err() {
            // What the order did before it panicked, only its length can tell.
            another = catch_unwind(AssertUnwindSafe(|| self.recount(&mut room, 0, 0))).err();
            room.is_in_doubt = false;
            room.senders.rouse();
            room.pass_on(&mut calls);
        }
        // What is owed is this visit's to settle as long as the door is open, and to be done when all else is.
        let _settling = self.owed.take().map(|debts| Settling(self, debts));
        self.leave(room);
        self.wake(calls);
        another.into_iter().for_each(drop_quietly);
        match result {
            Ok(result) => result,
            Err(panic) => resume_unwind(panic),
        }
    }

    /// Does what is owed: all of it, also when a waker or an item's drop panics.
    #[cold]
    fn settle(&self, Debts { room, tasks, is_closed, is_deserted }: Debts) {
        let mut panics = Vec::new();
        let mut carry_out = |debt: &dyn Fn()| panics.extend(catch_unwind(AssertUnwindSafe(debt)).err());
        (0..tasks).for_each(|_| carry_out(&|| self.finish()));
        carry_out(&|| self.return_room(room));
        if is_closed {
            carry_out(&|| _ = self.close());
        }
        if is_deserted {
            carry_out(&|| self.desert());
        }
        resume_first(panics);
    }

    fn return_room(&self, need: u128) {
        self.visit(|room, calls| {
            let before = room.extent();
            room.reserved -= need;
            room.serve_if_less(before, calls);
        });
    }

    /// Nobody can receive any more: drops what is left, and the order, which may hold some of it back, under no lock.
    pub(crate) fn desert(&self) {
        let mut left = None;
        let take = |room: &mut Room<T>, calls: &mut Calls| {
            left = Some(replace(&mut room.items, Order::Fifo(VecDeque::new())));
            room.count_nothing(calls);
        };
        // Apart, or an item's panic would come in the middle of a waker's.
        let told = catch_unwind(AssertUnwindSafe(|| self.visit(take)));
        let dropped = catch_unwind(AssertUnwindSafe(|| drop(left)));
        resume_first([told, dropped].into_iter().filter_map(Result::err));
    }

    /// Notes that the last handle of a half goes, of the receivers if it `is_deserted` now, if that is dropped inside: whether it was.
    pub(crate) fn owe_the_end(&self, is_deserted: bool) -> bool {
        self.puts_off(|debts| {
            debts.is_closed = true;
            debts.is_deserted |= is_deserted;
        })
    }

    fn wake(&self, calls: Calls) {
        calls.wake(|calls| {
            let mut room = self.enter();
            room.pass_on(calls);
            self.leave(room);
        });
    }
}

/// Goes on with the first of these panics, unless one is under way.
fn resume_first(panics: impl IntoIterator<Item = Box<dyn Any + Send>>) {
    let mut first = None;
    for panic in panics {
        if first.is_none() && !panicking() { first = Some(panic) } else { drop_quietly(panic) }
    }
    if let Some(panic) = first {
        resume_unwind(panic);
    }
}

/// Whoever stands in the door has come once more.
#[cold]
fn refuse_inside() -> ! {
    panic!("a queue was used by the `Ord` or `Discipline` that organises it: it would wait for itself")
}

/// Does what is owed at the end of a visit, also when that panics.
struct Settling<'a, T>(&'a Parlour<T>, Debts);

impl<T> Drop for Settling<'_, T> {
    fn drop(&mut self) {
        self.0.settle(take(&mut self.1));
    }
}

impl<T> fmt::Debug for Parlour<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parlour").field("order", &self.order).finish_non_exhaustive()
    }
}
