//! The places in a line: who is in each, and by which ticket.
//!
//! A ticket names a place and its generation, so that an old one never names somebody else's. The first place is at hand, the
//! others elsewhere: most lines never have two, and whoever comes there from another CPU would have to wait for that memory
//! once more, after it has been told where it is.

use std::mem::replace;
use std::num::NonZeroU64;
use std::ops::{Index, IndexMut};

use super::waiter::Waiter;

/// The number of no place.
pub(super) const NONE: u32 = u32::MAX;

/// The generation of a place that has been through all others, of which there are no tickets.
const USED_UP: u32 = 0;

const FIRST_GENERATION: u32 = USED_UP + 1;

/// The number of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ticket {
    pub(super) place: u32,
    generation: u32,
}

/// When a waiter first came, so that one who was overtaken goes back to its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Arrival(NonZeroU64);

impl Arrival {
    pub(super) const FIRST: Self = Self(NonZeroU64::MIN);

    pub(super) fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// Who is in a place.
#[derive(Debug)]
pub(super) enum State<L> {
    Vacant,
    Waiting { waiter: Waiter, load: L },
    Summoned { load: L },
}

/// Among whom one waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Among {
    /// Those who have just come.
    Newcomers,
    /// Those who came back.
    Returned,
    /// Those who rest, and are called to nothing before they are roused.
    Resting,
}

/// One place.
#[derive(Debug)]
pub(super) struct Place<L> {
    generation: u32,
    /// The neighbours in line, of one that has just come; of a vacant place `next` is the next vacant one.
    pub(super) previous: u32,
    pub(super) next: u32,
    pub(super) arrival: Arrival,
    pub(super) among: Among,
    /// How often what the first in line waits for went to another, while that was this one.
    pub(super) passed_over: u32,
    /// In which round of calls it was summoned.
    pub(super) round: u32,
    /// How much newcomers leave to it, since it was overtaken too often.
    pub(super) claim: usize,
    pub(super) state: State<L>,
}

impl<L> Place<L> {
    /// The ticket of whoever comes here, where that is the number of the place.
    #[inline]
    pub(super) fn ticket(&self, number: u32) -> Ticket {
        Ticket { place: number, generation: self.generation }
    }

    /// Whether there is no further generation.
    #[inline]
    pub(super) fn is_used_up(&self) -> bool {
        self.generation == USED_UP
    }

    /// Closes the ticket: what was there.
    #[inline]
    pub(super) fn vacate(&mut self) -> State<L> {
        self.generation = self.generation.wrapping_add(1);
        self.passed_over = 0;
        replace(&mut self.state, State::Vacant)
    }
}

impl<L> Default for Place<L> {
    fn default() -> Self {
        Self {
            generation: FIRST_GENERATION,
            previous: NONE,
            next: NONE,
            arrival: Arrival::FIRST,
            among: Among::Newcomers,
            passed_over: 0,
            round: 0,
            claim: 0,
            state: State::Vacant,
        }
    }
}

/// All of them; there is always one.
#[derive(Debug)]
pub(super) struct Places<L> {
    first: Place<L>,
    others: Vec<Place<L>>,
}

impl<L> Places<L> {
    /// The number of the first.
    pub(super) const FIRST: u32 = 0;

    #[inline]
    pub(super) fn get(&self, number: u32) -> Option<&Place<L>> {
        if number == Self::FIRST { Some(&self.first) } else { self.others.get(number as usize - 1) }
    }

    #[inline]
    fn get_mut(&mut self, number: u32) -> Option<&mut Place<L>> {
        if number == Self::FIRST { Some(&mut self.first) } else { self.others.get_mut(number as usize - 1) }
    }

    /// Where the owner of a ticket stands, as long as it is open.
    pub(super) fn of(&mut self, ticket: Ticket) -> Option<&mut Place<L>> {
        self.get_mut(ticket.place).filter(|place| place.generation == ticket.generation)
    }

    /// Whether the owner of a ticket waits to be called.
    pub(super) fn is_waiting(&self, ticket: Ticket) -> bool {
        self.is(ticket, |state| matches!(state, State::Waiting { .. }))
    }

    /// Whether it does so among those.
    pub(super) fn waits_among(&self, among: Among, ticket: Ticket) -> bool {
        self.is_waiting(ticket) && self[ticket.place].among == among
    }

    /// Whether a ticket is open, and its owner in such a state.
    pub(super) fn is(&self, ticket: Ticket, in_such: impl Fn(&State<L>) -> bool) -> bool {
        let place = &self[ticket.place];
        place.generation == ticket.generation && in_such(&place.state)
    }

    /// Makes one more: its number.
    #[cold]
    pub(super) fn add(&mut self) -> u32 {
        self.others.push(Place::default());
        u32::try_from(self.others.len()).ok().filter(|&number| number != NONE).expect("fewer than 2³² waiters")
    }
}

impl<L> Default for Places<L> {
    fn default() -> Self {
        Self { first: Place::default(), others: Vec::new() }
    }
}

impl<L> Index<u32> for Places<L> {
    type Output = Place<L>;

    #[inline]
    fn index(&self, number: u32) -> &Place<L> {
        self.get(number).expect("it is the number of a place")
    }
}

impl<L> IndexMut<u32> for Places<L> {
    #[inline]
    fn index_mut(&mut self, number: u32) -> &mut Place<L> {
        self.get_mut(number).expect("it is the number of a place")
    }
}
