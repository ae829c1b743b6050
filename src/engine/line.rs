//! The waiting line at a door: tickets in arrival order, threads and tasks alike.
//!
//! A line lives inside the lock of its door, so all of it is plain safe code. Its [`Places`] are linked by number. Whoever waits
//! holds a ticket and nothing of the line points at it: its future may move, and leaking it leaks a place.
//!
//! ```text
//!             enlist                       call / leave
//!   (vacant) ────────▶ waiting, in line ───────────────▶ (vacant, next generation)
//!       │ rest              ▲    │ summon                        ▲
//!       └──▶ resting ───────┘    └────▶ summoned, with its load ─┘ fetch, or leave
//!                     rouse
//! ```
//!
//! Whoever was called in vain goes back to its place. Many may do so at once, in any order, so that they stand apart from those
//! who have come since: in [`Returned`]. One that nothing can be done for until something has changed *rests*: it keeps its
//! arrival and stands in nobody's way.
//!
//! Nothing here wakes, clones or drops a waiter: all of that is user code and belongs outside the door.

use std::iter::successors;
use std::mem::take;
use std::task::Waker;

use super::places::{Among, Arrival, NONE, Place, Places, State, Ticket};
use super::returned::Returned;
use super::waiter::Waiter;
use super::{News, OVERTAKEN_AT_MOST, Placed, Standing};
use crate::prim::Verdict;

/// What a ticket carries.
pub(crate) trait Load {
    /// How much its owner waits for: so many items, or so much room.
    fn need(&self) -> usize {
        1
    }
    /// Whether what its owner was called to is kept until it has tried from those behind it, who need less.
    fn is_kept(&self) -> bool {
        false
    }
    /// The load, of which the need stays.
    fn take(&mut self) -> Self;
}

impl Load for () {
    fn take(&mut self) {}
}

/// What waits in a sender's ticket: an item to send, or nothing where room is all that is asked for.
#[derive(Debug)]
pub(crate) struct Offer<T> {
    pub(crate) item: Option<T>,
    pub(crate) need: usize,
}

impl<T> Offer<T> {
    pub(crate) fn into_item(self) -> Option<T> {
        self.item
    }
}

impl<T> Load for Offer<T> {
    fn need(&self) -> usize {
        self.need
    }

    fn is_kept(&self) -> bool {
        self.item.is_none() || self.need > 1
    }

    fn take(&mut self) -> Self {
        Self { item: self.item.take(), need: self.need }
    }
}

/// Who was summoned in one visit.
#[derive(Debug, Default)]
pub(crate) struct Called {
    /// How much those need who had no claim.
    freely: u128,
}

/// What a leaving waiter left behind: all of it must be dropped after the door is shut.
#[derive(Debug)]
pub(crate) enum Left<L> {
    /// It had not been called. The waiter is here to be dropped.
    Waiting(L, #[allow(dead_code, reason = "it is dropped with the rest")] Waiter),
    /// It had been called and its load was still in the ticket.
    Summoned(L),
    /// It had been called and the ticket closed by the caller.
    Gone,
}

impl<T> Left<Offer<T>> {
    /// Puts the item where its sender looks, unless the caller took it or the sender has it.
    pub(crate) fn settle(&mut self, item: &mut Option<T>) {
        if let Self::Waiting(Offer { item: left @ Some(_), .. }, _)
        | Self::Summoned(Offer { item: left @ Some(_), .. }) = self
        {
            *item = left.take();
        }
    }
}

impl<L> Left<L> {
    /// Whether it had been called. Drops a waiter, so that no door may be open, and nobody left to be woken.
    pub(crate) fn was_called(self) -> bool {
        !matches!(self, Self::Waiting(..))
    }
}

/// How many may be among those who came back, or who rest, who are there no longer, whoever else is.
const TOLERATED: usize = 16;

/// A line of waiters, each with a load: what a waiting sender wants to send, little or nothing for the others.
///
/// What each wait writes comes first, the first place among it, so that all of it lies in two cache lines.
#[derive(Debug)]
#[repr(C, align(64))]
pub(crate) struct Line<L> {
    vacant: u32,
    /// The first and the last of those who came.
    first: u32,
    last: u32,
    waiting: usize,
    open: usize,
    /// What the next to come will be given.
    next_arrival: Arrival,
    places: Places<L>,
    /// What newcomers leave to those who were overtaken too often, in line or summoned.
    claims: u128,
    /// Those who came back. Behind the first there may be some who have left since.
    returned: Returned,
    /// What of the claims belongs to those who were summoned in this round of calls, and what they need.
    claims_away: u128,
    needs_away: u128,
    /// Those of earlier rounds may never come.
    round: u32,
    /// Those who rest, of which some may have left since, and how many have not.
    resting: Vec<Ticket>,
    rests: usize,
}

impl<L> Default for Line<L> {
    fn default() -> Self {
        Self {
            vacant: Places::<L>::FIRST,
            first: NONE,
            last: NONE,
            waiting: 0,
            open: 0,
            next_arrival: Arrival::FIRST,
            places: Places::default(),
            claims: 0,
            returned: Returned::default(),
            claims_away: 0,
            needs_away: 0,
            round: 0,
            resting: Vec::new(),
            rests: 0,
        }
    }
}

/// What newcomers leave to one with such a need: also one that needs nothing may have to wait until somebody else has gone.
fn claim_of(need: usize) -> usize {
    need.max(1)
}

impl<L: Load> Line<L> {
    /// Whether nobody waits to be called, besides those who rest.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.waiting == 0
    }

    /// How many tickets are open, of those who wait and of those who were summoned.
    pub(crate) fn open(&self) -> usize {
        self.open
    }

    /// How many wait to be called, those who rest among them.
    pub(crate) fn len(&self) -> usize {
        self.waiting + self.rests
    }

    /// How much newcomers must leave to those who were overtaken too often.
    pub(crate) fn claims(&self) -> u128 {
        self.claims
    }

    /// How much of that belongs to those who were summoned and have not come yet: of receivers, one for each.
    pub(crate) fn claims_away(&self) -> usize {
        usize::try_from(self.claims_away).unwrap_or(usize::MAX)
    }

    /// How much the first in line waits for.
    pub(crate) fn first_need(&self) -> Option<usize> {
        self.first_load().map(Load::need)
    }

    /// How much is kept from the first in line for those who were summoned and have not come yet. Who was passed over too often waits
    /// for no others but those to whom that has happened as well, and those who were `called` in the same visit.
    pub(crate) fn kept(&self, called: &Called) -> u128 {
        if self.is_first_overdue() { self.claims_away + called.freely } else { self.needs_away }
    }

    fn is_first_overdue(&self) -> bool {
        // Nearly always nobody is.
        self.claims > 0 && self.places.get(self.head()).is_some_and(|first| first.claim > 0)
    }

    /// Somebody who was summoned may never come, and so may all who have been: nothing more is kept for them.
    pub(crate) fn despair(&mut self) {
        self.round = self.round.wrapping_add(1);
        (self.needs_away, self.claims_away) = (0, 0);
    }

    /// What the first in line carries.
    pub(crate) fn first_load(&self) -> Option<&L> {
        if self.is_empty() {
            return None;
        }
        match &self.places[self.head()].state {
            State::Waiting { load, .. } => Some(load),
            State::Vacant | State::Summoned { .. } => unreachable!("only those who wait are in line"),
        }
    }

    /// Whether the owner of a ticket was summoned and has not come yet.
    pub(crate) fn is_summoned(&self, ticket: Ticket) -> bool {
        self.places.is(ticket, |state| matches!(state, State::Summoned { .. }))
    }

    /// Takes a place in line: at the end, or where an earlier arrival belongs.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn enlist(&mut self, waiter: Waiter, load: L, standing: Standing) -> Placed {
        let claim = if standing.is_overdue() { claim_of(load.need()) } else { 0 };
        let ticket = self.move_in(waiter, load);
        self.waiting += 1;
        let arrival = match standing.arrival {
            None => self.append(ticket.place),
            Some(arrival) => {
                self.put_back(ticket, arrival, claim);
                arrival
            }
        };
        (ticket, arrival)
    }

    /// Takes a place outside the line, to rest there.
    pub(crate) fn rest(&mut self, waiter: Waiter, load: L, standing: Standing) -> Placed {
        let ticket = self.move_in(waiter, load);
        let arrival = standing.arrival.unwrap_or_else(|| self.arrive());
        let place = &mut self.places[ticket.place];
        (place.arrival, place.among) = (arrival, Among::Resting);
        self.resting.push(ticket);
        self.rests += 1;
        (ticket, arrival)
    }

    /// Something has changed: puts those who rest where they belong in line.
    pub(crate) fn rouse(&mut self) {
        for ticket in self.resting.drain(..) {
            if self.places.waits_among(Among::Resting, ticket) {
                let place = &mut self.places[ticket.place];
                place.among = Among::Returned;
                self.returned.push(place.arrival, ticket);
            }
        }
        self.waiting += take(&mut self.rests);
    }

    /// Moves into a vacant place.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn move_in(&mut self, waiter: Waiter, load: L) -> Ticket {
        if self.vacant == NONE {
            self.vacant = self.places.add();
        }
        let index = self.vacant;
        let place = &mut self.places[index];
        self.vacant = place.next;
        place.state = State::Waiting { waiter, load };
        self.open += 1;
        place.ticket(index)
    }

    #[inline]
    fn arrive(&mut self) -> Arrival {
        let arrival = self.next_arrival;
        self.next_arrival = arrival.next();
        arrival
    }

    /// Puts one that has just come at the end.
    #[inline]
    fn append(&mut self, index: u32) -> Arrival {
        let (arrival, previous) = (self.arrive(), self.last);
        let place = &mut self.places[index];
        (place.previous, place.next, place.arrival, place.among) = (previous, NONE, arrival, Among::Newcomers);
        *self.next_of(previous) = index;
        self.last = index;
        arrival
    }

    /// Puts one that was called in vain where it was, with what newcomers are to leave to it.
    #[inline(never)]
    fn put_back(&mut self, ticket: Ticket, arrival: Arrival, claim: usize) {
        let place = &mut self.places[ticket.place];
        (place.arrival, place.claim, place.among) = (arrival, claim, Among::Returned);
        self.claims += claim as u128;
        self.returned.push(arrival, ticket);
    }

    /// Takes the first out of line and closes its ticket.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn call(&mut self) -> Option<(Waiter, L)> {
        if self.is_empty() {
            return None;
        }
        let index = self.head();
        self.unlink(index);
        match self.free(index) {
            State::Waiting { waiter, load } => Some((waiter, load)),
            State::Vacant | State::Summoned { .. } => unreachable!("only those who wait are in line"),
        }
    }

    /// Takes the first out of line, with what it is to be told.
    ///
    /// One that was overtaken too often keeps its ticket until it comes for it, and with the ticket its claim.
    pub(crate) fn call_or_summon(&mut self) -> Option<(Waiter, Verdict)> {
        if self.is_first_overdue() {
            self.summon().map(|waiter| (waiter, Verdict::Summoned))
        } else {
            self.call().map(|(waiter, _)| (waiter, Verdict::Called))
        }
    }

    /// Takes the first out of line and leaves its ticket open, the load in it.
    pub(crate) fn summon(&mut self) -> Option<Waiter> {
        if self.is_empty() { None } else { self.summon_at(self.head()) }
    }

    /// As [`summon`](Self::summon), to what is kept for it from then on.
    pub(crate) fn summon_to(&mut self, called: &mut Called) -> Option<Waiter> {
        if !self.is_first_overdue() {
            called.freely += self.first_need().unwrap_or(0) as u128;
        }
        self.summon()
    }

    /// As [`summon`](Self::summon), the first with such a load.
    pub(crate) fn summon_first_of(&mut self, is_such: impl Fn(&L) -> bool) -> Option<Waiter> {
        let is_such = |&index: &u32| match &self.places[index].state {
            State::Waiting { load, .. } => is_such(load),
            State::Vacant | State::Summoned { .. } => unreachable!("only those who wait are in line"),
        };
        let some = |index: u32| (index != NONE).then_some(index);
        let came = successors(some(self.first), |&index| some(self.places[index].next)).find(is_such);
        let back = self
            .returned
            .iter()
            .filter(|&ticket| self.places.waits_among(Among::Returned, ticket))
            .map(|ticket| ticket.place);
        let index = back.filter(is_such).chain(came).min_by_key(|&index| self.places[index].arrival)?;
        self.summon_at(index)
    }

    fn summon_at(&mut self, index: u32) -> Option<Waiter> {
        self.unlink(index);
        let place = &mut self.places[index];
        match std::mem::replace(&mut place.state, State::Vacant) {
            State::Waiting { waiter, load } => {
                self.claims_away += place.claim as u128;
                self.needs_away += load.need() as u128;
                place.round = self.round;
                place.state = State::Summoned { load };
                Some(waiter)
            }
            State::Vacant | State::Summoned { .. } => unreachable!("only those who wait are in line"),
        }
    }

    /// Closes the ticket of one that was called, and gives the load unless the caller took it.
    ///
    /// One for whom something is kept, by newcomers or by those behind it, keeps its ticket, or one of them would come between this
    /// visit and the next; it leaves when it has tried.
    pub(crate) fn fetch(&mut self, ticket: Ticket) -> News<L> {
        let Some(place) = self.places.of(ticket) else { return News::Called(None) };
        match &mut place.state {
            State::Summoned { load } if place.claim > 0 || load.is_kept() => News::Claimed(Some(load.take())),
            State::Summoned { .. } => match self.free(ticket.place) {
                State::Summoned { load } => News::Called(Some(load)),
                State::Vacant | State::Waiting { .. } => unreachable!("it was summoned a moment ago"),
            },
            State::Vacant | State::Waiting { .. } => unreachable!("whoever fetches was called"),
        }
    }

    /// The first in line.
    pub(crate) fn first(&self) -> Option<Ticket> {
        let head = self.head();
        self.places.get(head).map(|place| place.ticket(head))
    }

    /// That one was the first in line. If it still waits, what there was went to another, or to nobody before its turn; and if this has
    /// happened to it too often, it gets a claim: whether it did.
    pub(crate) fn note_passing(&mut self, first: Ticket) -> bool {
        let Some(place) = self.places.of(first) else { return false };
        let State::Waiting { load, .. } = &place.state else { return false };
        place.passed_over = place.passed_over.saturating_add(1);
        let is_too_often = place.passed_over >= OVERTAKEN_AT_MOST && place.claim == 0;
        if is_too_often {
            place.claim = claim_of(load.need());
            self.claims += place.claim as u128;
        }
        is_too_often
    }

    /// What a task learns of its ticket.
    ///
    /// A ticket that would call another task takes the `fresh` waiter if there is one, and `fresh` is then what must be
    /// dropped outside the door.
    pub(crate) fn news(&mut self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<L> {
        match self.places.of(ticket).map(|place| &mut place.state) {
            Some(State::Waiting { waiter, .. }) => {
                if matches!(waiter, Waiter::Task(enlisted) if enlisted.will_wake(waker)) {
                    return News::Waiting;
                }
                match fresh {
                    Some(fresh) => {
                        std::mem::swap(waiter, fresh);
                        News::Waiting
                    }
                    None => News::Stranger,
                }
            }
            _ => self.fetch(ticket),
        }
    }

    /// Closes a ticket, whatever became of it.
    pub(crate) fn leave(&mut self, ticket: Ticket) -> Left<L> {
        match self.places.of(ticket).map(|place| &place.state) {
            None => return Left::Gone,
            Some(State::Waiting { .. }) => self.unlink(ticket.place),
            Some(_) => {}
        }
        match self.free(ticket.place) {
            State::Waiting { waiter, load } => Left::Waiting(load, waiter),
            State::Summoned { load } => Left::Summoned(load),
            State::Vacant => unreachable!("a place that has a ticket is not vacant"),
        }
    }

    /// The first in line.
    #[inline]
    fn head(&self) -> u32 {
        match (self.returned.first(), self.places.get(self.first)) {
            (Some((arrival, ticket)), first) if first.is_none_or(|first| arrival < first.arrival) => ticket.place,
            _ => self.first,
        }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn free(&mut self, index: u32) -> State<L> {
        let place = &mut self.places[index];
        let state = place.vacate();
        // A place that has been through all its generations is not used again: the first tickets may still be about.
        if !place.is_used_up() {
            place.next = self.vacant;
            self.vacant = index;
        }
        self.open -= 1;
        let claim = take(&mut place.claim) as u128;
        if claim > 0 {
            self.claims -= claim;
        }
        if let State::Summoned { load } = &state {
            if place.round == self.round {
                self.claims_away -= claim;
                self.needs_away -= load.need() as u128;
            }
        }
        state
    }

    /// Takes one that waits out of line; its place is to be vacated, or summoned from.
    #[inline]
    fn unlink(&mut self, index: u32) {
        let Place { previous, next, among, .. } = self.places[index];
        if among != Among::Newcomers {
            return self.unlink_apart(index, among);
        }
        self.waiting -= 1;
        *self.next_of(previous) = next;
        *self.previous_of(next) = previous;
    }

    #[inline(never)]
    fn unlink_apart(&mut self, index: u32, among: Among) {
        if among == Among::Resting {
            self.rests -= 1;
            if self.resting.len() > 2 * self.rests + TOLERATED {
                let places = &self.places;
                self.resting.retain(|ticket| ticket.place != index && places.waits_among(among, *ticket));
            }
            return;
        }
        self.waiting -= 1;
        let is_first = self.returned.first().is_some_and(|(_, first)| first.place == index);
        if is_first {
            self.returned.pop();
            while self.returned.first().is_some_and(|(_, ticket)| !self.places.waits_among(among, ticket)) {
                self.returned.pop();
            }
        } else if self.returned.len() > 2 * self.waiting + TOLERATED {
            // It stays there until those before it are gone, and so did others.
            let places = &self.places;
            self.returned.retain(|ticket| places.waits_among(among, ticket));
        }
    }

    fn next_of(&mut self, index: u32) -> &mut u32 {
        if index == NONE { &mut self.first } else { &mut self.places[index].next }
    }

    fn previous_of(&mut self, index: u32) -> &mut u32 {
        if index == NONE { &mut self.last } else { &mut self.places[index].previous }
    }
}
