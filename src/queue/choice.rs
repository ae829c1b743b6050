//! How one waits for the first of several operations on several queues.
//!
//! It looks for them all for a moment first, as one who waits for a single thing does.
//!
//! Each operation stands in its queue's line, all with the same thread, and the first call wakes it. It tries them all while
//! it still stands in line, so that two selects that face each other find one another there, and then leaves every line,
//! passing on what it was called to and did not use.
//!
//! What is chosen is certain: an item to receive has been taken out and waits in its queue's pocket, room to send into has
//! been set aside.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Instant;

use super::patience::{self, Patience};
use super::{Kind, Queue, engine};
use crate::engine::{Engine, Enlisted, Passage, Refusal, Standing, Ticket, Waiter};
use crate::error::TryRecvError;
use crate::prim::{Arc, Chance, Deadline, Limit, Ordering, Parker, fence, may_block};

/// Which half of a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Send,
    Recv,
}

/// What a choice came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chosen {
    /// An item, in that place of the pocket.
    Item(usize),
    /// Room for one item, and by what it is redeemed or given back.
    Room(usize),
    /// The queue is closed.
    Closed,
    /// The alarm went at that moment.
    Alarm(Instant),
    /// It would not wait now; nothing was done.
    Ready,
}

/// What is wanted of the operation that comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aim {
    /// To do it.
    Do,
    /// To know of it.
    Know,
}

/// Something that an operation is done with, its items' type forgotten.
pub(crate) trait Party {
    /// Does it or knows of it, without waiting; `own` receives of the same select stand in line here.
    fn attempt(&self, side: Side, aim: Aim, own: usize, standing: Standing) -> Option<Chosen>;
    /// Takes a place in line; `None` where there is no line.
    fn enlist(&self, side: Side, own: usize, waiter: Waiter, standing: Standing) -> Option<Enlisted<()>>;
    /// Whether a call has reached that ticket, where that shows before leaving: of a receive it never does.
    fn is_called(&self, _side: Side, _ticket: Ticket) -> bool {
        false
    }
    /// Leaves the line, passing on a call; whether there was one.
    fn leave(&self, side: Side, ticket: Ticket) -> bool;
    /// Who would come if it came about, and what was learned from looking out for him; `None` where nobody does.
    fn outlook(&self, _side: Side) -> Option<(Passage, &Patience)> {
        None
    }
    /// Whether whoever would come looks for those in line, so that it is there that he must be looked out for.
    fn is_found_in_line(&self, _side: Side) -> bool {
        false
    }
    /// From published words alone: whether an attempt may pay.
    fn beckons(&self, _side: Side) -> bool {
        false
    }
    /// The same, when one has looked for long enough.
    fn beckons_at_last(&self, _side: Side) -> bool {
        false
    }
    /// Until when it is worth waiting here, for something that no call tells of.
    fn alarm(&self) -> Option<Instant> {
        None
    }
    /// Undoes what was chosen.
    fn undo(&self, chosen: Chosen);
}

impl<T> Party for Queue<T> {
    fn attempt(&self, side: Side, aim: Aim, own: usize, standing: Standing) -> Option<Chosen> {
        match (aim, side) {
            (Aim::Know, Side::Recv) => {
                engine!(self, engine => engine.has_item_or_is_closed(standing)).then_some(Chosen::Ready)
            }
            (Aim::Know, Side::Send) => {
                engine!(self, engine => engine.has_room_or_is_closed(own, standing)).then_some(Chosen::Ready)
            }
            (Aim::Do, Side::Recv) => {
                let was_busy = self.for_items.is_busy.get() != 0;
                if !was_busy && standing.calls == 0 && self.is_surely_empty() {
                    return None;
                }
                let mut item = None;
                let taken = engine!(self, engine => engine.pop(&mut item, false, standing));
                self.for_items.is_busy.update(u32::from(taken.is_ok()));
                match taken {
                    Ok(()) => item.map(|item| self.pocket(item)),
                    Err(TryRecvError::Closed) => Some(Chosen::Closed),
                    Err(TryRecvError::Empty) => None,
                }
            }
            (Aim::Do, Side::Send) => match engine!(self, engine => engine.court(own, standing)) {
                Ok(room) => Some(Chosen::Room(room)),
                Err(Refusal::Closed) => Some(Chosen::Closed),
                Err(Refusal::Full) => None,
            },
        }
    }

    fn enlist(&self, side: Side, own: usize, waiter: Waiter, standing: Standing) -> Option<Enlisted<()>> {
        Some(match side {
            Side::Send => engine!(self, engine => engine.enlist_suitor(own, waiter, standing)),
            Side::Recv => engine!(self, engine => engine.enlist_receiver(waiter, false, standing)),
        })
    }

    fn is_called(&self, side: Side, ticket: Ticket) -> bool {
        side == Side::Send && engine!(self, engine => engine.is_summoned(ticket))
    }

    fn leave(&self, side: Side, ticket: Ticket) -> bool {
        match side {
            Side::Send => engine!(self, engine => engine.leave_suitor(ticket)),
            Side::Recv => engine!(self, engine => engine.leave_receiver(ticket, &mut None)),
        }
    }

    fn outlook(&self, side: Side) -> Option<(Passage, &Patience)> {
        Some(match side {
            Side::Send => (engine!(self, engine => engine.last_receiver()), &self.for_room),
            Side::Recv => (engine!(self, engine => engine.last_sender()), &self.for_items.patience),
        })
    }

    fn is_found_in_line(&self, side: Side) -> bool {
        side == Side::Send && self.is_rendezvous()
    }

    fn beckons(&self, side: Side) -> bool {
        match side {
            Side::Send => engine!(self, engine => engine.beckons_senders()),
            Side::Recv => engine!(self, engine => engine.beckons_receivers()),
        }
    }

    /// A single place counts by then, too: while one looked, it was left to become more.
    fn beckons_at_last(&self, side: Side) -> bool {
        self.beckons(side) || (side == Side::Send && engine!(self, engine => engine.places()) > 0)
    }

    fn undo(&self, chosen: Chosen) {
        match chosen {
            Chosen::Item(place) => drop(self.unpocket(place)),
            Chosen::Room(room) => self.give_back(room),
            Chosen::Closed | Chosen::Alarm(_) | Chosen::Ready => {}
        }
    }
}

impl<T> Queue<T> {
    /// Lays a chosen item by until it is asked for.
    fn pocket(&self, item: T) -> Chosen {
        let mut chosen = self.for_items.chosen.lock();
        let place = chosen.iter().position(Option::is_none).unwrap_or(chosen.len());
        if place == chosen.len() {
            chosen.push(None);
        }
        chosen[place] = Some(item);
        Chosen::Item(place)
    }

    /// Gives a chosen item out.
    pub(crate) fn unpocket(&self, place: usize) -> Option<T> {
        self.for_items.chosen.lock().get_mut(place)?.take()
    }

    /// Whether a newcomer need not go in to find nothing, which is what most of many queues have. Where something was found
    /// last it is better not to ask, since that takes a line away from the one who brings more.
    fn is_surely_empty(&self) -> bool {
        match &self.kind {
            Kind::Doors(doors) => !Engine::<T>::beckons_receivers(doors),
            // What others see from outside of these does not tell of a close.
            Kind::Rendezvous(_) | Kind::Parlour(_) => false,
        }
    }

    /// Whether that party is this very queue.
    pub(crate) fn is_party(&self, party: &dyn Party) -> bool {
        std::ptr::addr_eq(party, self)
    }
}

/// One operation of a select.
#[derive(Clone, Copy)]
pub(crate) struct Operation<'a> {
    /// What it is known by, wherever it has come to stand among the others.
    pub(crate) index: usize,
    pub(crate) side: Side,
    pub(crate) party: &'a dyn Party,
}

/// An operation that stands in line, or may.
struct Entry<'a> {
    operation: Operation<'a>,
    standing: Standing,
    ticket: Option<Ticket>,
}

/// What was chosen, until it is said: undone if leaving the lines panics meanwhile.
struct Held<'a> {
    operation: Operation<'a>,
    chosen: Option<Chosen>,
}

impl<'a> Held<'a> {
    fn keep(mut self) -> (Operation<'a>, Chosen) {
        (self.operation, self.chosen.take().unwrap_or(Chosen::Closed))
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if let Some(chosen) = self.chosen.take() {
            self.operation.party.undo(chosen);
        }
    }
}

/// What came of the attempt to enlist them all.
enum Lined {
    /// They stand in line.
    Up,
    /// Room was set aside for this one.
    Done(usize),
    /// Something has moved.
    Again,
}

/// All operations of one choice; whatever ends it, they leave their lines.
struct Entries<'a>(Vec<Entry<'a>>);

impl<'a> Entries<'a> {
    /// Tries each.
    fn attempt(&self, aim: Aim) -> Option<(Operation<'a>, Chosen)> {
        self.0.iter().find_map(|entry| {
            let Entry { operation, standing, ticket } = *entry;
            let Operation { side, party, .. } = operation;
            let own = self.own(entry);
            let chosen = party.attempt(side, aim, own, standing).or_else(|| {
                // Whoever has been called leaves nothing to those who were overtaken: he may be the one.
                let is_called = standing.is_newcomer() && ticket.is_some_and(|ticket| party.is_called(side, ticket));
                is_called.then(|| party.attempt(side, aim, own, Standing { calls: 1, ..standing })).flatten()
            });
            chosen.map(|chosen| (operation, chosen))
        })
    }

    /// How many receives have a ticket where this operation would send, if that is where senders look for those in line.
    fn own(&self, entry: &Entry<'a>) -> usize {
        let Operation { side, party, .. } = entry.operation;
        if side == Side::Send && party.is_found_in_line(side) { self.own_receives(party) } else { 0 }
    }

    /// How many receives have a ticket there.
    fn own_receives(&self, party: &dyn Party) -> usize {
        let is_own = |other: &&Entry<'a>| {
            other.ticket.is_some()
                && other.operation.side == Side::Recv
                && std::ptr::addr_eq(other.operation.party, party)
        };
        self.0.iter().filter(is_own).count()
    }

    /// Whether an earlier receive of this select stands there for that one, too: where senders hand an item to each receiver in
    /// line, whoever takes one stands there once.
    fn is_stood_for(&self, nth: usize) -> bool {
        let Operation { side, party, .. } = self.0[nth].operation;
        side == Side::Recv && party.is_found_in_line(Side::Send) && self.own_receives(party) > 0
    }

    /// Puts each in line, the receives first, of which sends must know. One of them may be done by then, or may have to be tried
    /// again.
    fn enlist(&mut self, parker: &Arc<Parker>, wait: usize) -> Lined {
        match self.enlist_side(Side::Recv, parker, wait) {
            Lined::Up => self.enlist_side(Side::Send, parker, wait),
            other => other,
        }
    }

    fn enlist_side(&mut self, side: Side, parker: &Arc<Parker>, wait: usize) -> Lined {
        for nth in 0..self.0.len() {
            if self.0[nth].operation.side != side || self.is_stood_for(nth) {
                continue;
            }
            let own = self.own(&self.0[nth]);
            let Entry { operation, standing, .. } = self.0[nth];
            let waiter = Waiter::Thread(Arc::clone(parker), wait);
            match operation.party.enlist(operation.side, own, waiter, standing) {
                Some(Enlisted::InLine((ticket, arrival)) | Enlisted::Resting((ticket, arrival))) => {
                    let entry = &mut self.0[nth];
                    entry.ticket = Some(ticket);
                    entry.standing.arrival = Some(arrival);
                }
                Some(Enlisted::Done(())) => return Lined::Done(nth),
                Some(Enlisted::Again) => return Lined::Again,
                None => {}
            }
        }
        Lined::Up
    }

    /// Leaves every line. If a waker panics to whom a call is passed on, the others are left all the same.
    fn leave(&mut self) {
        let mut panic = None;
        for Entry { operation, ticket, standing, .. } in &mut self.0 {
            let Some(ticket) = ticket.take() else { continue };
            match catch_unwind(AssertUnwindSafe(|| operation.party.leave(operation.side, ticket))) {
                Ok(true) => standing.note_call(),
                Ok(false) => {}
                Err(payload) => panic = panic.or(Some(payload)),
            }
        }
        // In a panic already, one is enough.
        if let Some(panic) = panic.filter(|_| !std::thread::panicking()) {
            resume_unwind(panic);
        }
    }

    /// Until when it is worth waiting, for one of them.
    fn alarm(&self) -> Option<Instant> {
        self.0.iter().filter_map(|entry| entry.operation.party.alarm()).min()
    }

    /// Looks out for all who would come; whether `is_there`, or in the end `at_last`.
    fn look(&self, deadline: Deadline, is_there: impl Fn() -> bool, at_last: impl Fn() -> bool) -> bool {
        let outlooks = self.0.iter().filter_map(|Entry { operation, .. }| operation.party.outlook(operation.side));
        patience::look_for_any(outlooks, deadline.or_at(self.alarm()), is_there, at_last)
    }

    fn any(&self, is_so: impl Fn(&dyn Party, Side) -> bool) -> bool {
        self.0.iter().any(|Entry { operation, .. }| is_so(operation.party, operation.side))
    }

    fn wait(&mut self, parker: &Arc<Parker>, aim: Aim, deadline: Deadline) -> Option<(Operation<'a>, Chosen)> {
        let is_found_in_line = self.any(|party, side| party.is_found_in_line(side));
        loop {
            let is_there = || self.any(|party, side| party.beckons(side));
            let at_last = || self.any(|party, side| party.beckons_at_last(side));
            if !is_found_in_line && self.look(deadline, is_there, at_last) {
                let done = self.attempt(aim);
                if done.is_some() {
                    return done;
                }
            }
            let wait = parker.begin();
            let is_late = match self.enlist(parker, wait) {
                Lined::Up => {
                    if is_found_in_line {
                        let is_told = || parker.is_told(wait);
                        self.look(deadline, is_told, is_told);
                    }
                    let alarm = self.alarm();
                    parker.park(wait, deadline.or_at(alarm)).is_none() && alarm.is_none()
                }
                Lined::Done(nth) => {
                    let settled = Self::settle(self.0[nth].operation, aim);
                    self.leave();
                    return Some(settled.keep());
                }
                Lined::Again => false,
            };
            let held = self.attempt(aim).map(|(operation, chosen)| Held { operation, chosen: Some(chosen) });
            self.leave();
            if held.is_some() {
                return held.map(Held::keep);
            }
            if is_late || deadline.has_passed() {
                // What it was called to while it left counts.
                return self.attempt(aim);
            }
        }
    }

    /// Room was set aside where only a place in line was asked for.
    fn settle(operation: Operation<'a>, aim: Aim) -> Held<'a> {
        let room = Chosen::Room(1);
        let chosen = match aim {
            Aim::Do => room,
            Aim::Know => {
                operation.party.undo(room);
                Chosen::Ready
            }
        };
        Held { operation, chosen: Some(chosen) }
    }
}

impl Drop for Entries<'_> {
    fn drop(&mut self) {
        self.leave();
    }
}

/// Waits until one of the operations can be done, or is known to be possible; `None` when the time ran out first.
///
/// Of several, a `fair` choice takes any, each as often as another, for which it changes their order; else the first is taken.
pub(crate) fn choose<'a>(
    operations: &mut [Operation<'a>],
    is_fair: bool,
    aim: Aim,
    limit: Limit,
) -> Option<(Operation<'a>, Chosen)> {
    if !limit.is_never() {
        // ORDERING[choice.ask]: SeqCst; pairs with itself and [buffer.ask]. It may end with nothing, which is told of queues from
        // outside: what this thread has sent goes before that, so that of two who send to each other and then look, one finds it.
        fence(Ordering::SeqCst);
    }
    // In the common case one can be done now, and nothing need be remembered of the others.
    let mut chance = is_fair.then(Chance::begin);
    let done = (0..operations.len()).find_map(|nth| {
        if let Some(chance) = &mut chance {
            operations.swap(nth, nth + chance.below(operations.len() - nth));
        }
        let operation @ Operation { side, party, .. } = operations[nth];
        party.attempt(side, aim, 0, Standing::default()).map(|chosen| (operation, chosen))
    });
    drop(chance);
    if done.is_some() {
        return done;
    }
    let deadline = limit.begin()?;
    let entry = |operation: &_| Entry { operation: *operation, standing: Standing::default(), ticket: None };
    let mut entries = Entries(operations.iter().map(entry).collect());
    may_block(|| Parker::with_mine(|parker| entries.wait(parker, aim, deadline)))
}
