//! Where a line forms: one word until the first comes, since every queue has several and most of them stay empty.

use std::task::Waker;

use super::calls::Calls;
use super::line::{Called, Left, Line, Load};
use super::{News, Placed, Standing, Ticket, Waiter};
use crate::prim::Verdict;

/// A line that may not have formed yet; what each verb does is said at [`Line`].
#[derive(Debug)]
pub(super) struct Stand<L>(Option<Box<Line<L>>>);

impl<L> Default for Stand<L> {
    fn default() -> Self {
        Self(None)
    }
}

impl<L: Load> Stand<L> {
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.0.as_ref().is_none_or(|line| line.is_empty())
    }

    #[inline]
    pub(super) fn open(&self) -> usize {
        self.0.as_ref().map_or(0, |line| line.open())
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |line| line.len())
    }

    #[inline]
    pub(super) fn claims(&self) -> u128 {
        self.0.as_ref().map_or(0, |line| line.claims())
    }

    #[inline]
    pub(super) fn claims_away(&self) -> usize {
        self.0.as_ref().map_or(0, |line| line.claims_away())
    }

    #[inline]
    pub(super) fn kept(&self, called: &Called) -> u128 {
        self.0.as_ref().map_or(0, |line| line.kept(called))
    }

    pub(super) fn despair(&mut self) {
        self.0.iter_mut().for_each(|line| line.despair());
    }

    #[inline]
    pub(super) fn first_need(&self) -> Option<usize> {
        self.0.as_ref()?.first_need()
    }

    #[inline]
    pub(super) fn first_load(&self) -> Option<&L> {
        self.0.as_ref()?.first_load()
    }

    pub(super) fn is_summoned(&self, ticket: Ticket) -> bool {
        self.0.as_ref().is_some_and(|line| line.is_summoned(ticket))
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn enlist(&mut self, waiter: Waiter, load: L, standing: Standing) -> Placed {
        self.0.get_or_insert_with(Box::default).enlist(waiter, load, standing)
    }

    pub(super) fn rest(&mut self, waiter: Waiter, load: L, standing: Standing) -> Placed {
        self.0.get_or_insert_with(Box::default).rest(waiter, load, standing)
    }

    pub(super) fn rouse(&mut self) {
        self.0.iter_mut().for_each(|line| line.rouse());
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn call(&mut self) -> Option<(Waiter, L)> {
        self.0.as_mut()?.call()
    }

    #[inline]
    pub(super) fn call_or_summon(&mut self) -> Option<(Waiter, Verdict)> {
        self.0.as_mut()?.call_or_summon()
    }

    #[inline]
    pub(super) fn summon(&mut self) -> Option<Waiter> {
        self.0.as_mut()?.summon()
    }

    pub(super) fn summon_to(&mut self, called: &mut Called, calls: &mut Calls) {
        let sender = self.0.as_mut().and_then(|line| line.summon_to(called));
        sender.into_iter().for_each(|sender| calls.add(sender, Verdict::Summoned));
    }

    /// Summons them all.
    #[inline]
    pub(super) fn summon_all(&mut self, calls: &mut Calls) {
        self.rouse();
        while let Some(waiter) = self.summon() {
            calls.add(waiter, Verdict::Summoned);
        }
    }

    pub(super) fn summon_first_of(&mut self, is_such: impl Fn(&L) -> bool) -> Option<Waiter> {
        self.0.as_mut()?.summon_first_of(is_such)
    }

    pub(super) fn first(&self) -> Option<Ticket> {
        self.0.as_ref()?.first()
    }

    pub(super) fn note_passing(&mut self, first: Option<Ticket>) -> bool {
        first.is_some_and(|first| self.line().note_passing(first))
    }

    #[inline]
    pub(super) fn fetch(&mut self, ticket: Ticket) -> News<L> {
        self.line().fetch(ticket)
    }

    #[inline]
    pub(super) fn news(&mut self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<L> {
        self.line().news(ticket, waker, fresh)
    }

    #[inline]
    pub(super) fn leave(&mut self, ticket: Ticket) -> Left<L> {
        self.line().leave(ticket)
    }

    #[inline]
    fn line(&mut self) -> &mut Line<L> {
        self.0.as_mut().expect("whoever has a ticket stood in the line")
    }
}

/// A load that is copied has nothing that would be dropped here.
impl<L: Load + Copy> Stand<L> {
    /// Calls them all, to tell them that.
    #[inline]
    pub(super) fn call_all(&mut self, verdict: Verdict, calls: &mut Calls) {
        while let Some((waiter, _)) = self.call() {
            calls.add(waiter, verdict);
        }
    }
}
