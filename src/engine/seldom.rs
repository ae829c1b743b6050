//! A waiting line at which hardly ever somebody stands.

use std::task::Waker;

use super::line::{Left, Line, Ticket, Waiter};
use super::{News, Placed, Standing};

/// A line for those who carry nothing: one word until the first comes, since every queue has several of them.
#[derive(Debug, Default)]
pub(super) struct Seldom(Option<Box<Line<()>>>);

impl Seldom {
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.0.as_ref().is_none_or(|line| line.is_empty())
    }

    pub(super) fn enlist(&mut self, waiter: Waiter) -> Placed {
        self.0.get_or_insert_with(|| Box::new(Line::new())).enlist(waiter, (), Standing::default())
    }

    pub(super) fn call(&mut self) -> Option<Waiter> {
        self.0.as_mut()?.call().map(|(waiter, ())| waiter)
    }

    pub(super) fn news(&mut self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<()> {
        self.line().news(ticket, waker, fresh)
    }

    pub(super) fn leave(&mut self, ticket: Ticket) -> Left<()> {
        self.line().leave(ticket)
    }

    fn line(&mut self) -> &mut Line<()> {
        self.0.as_mut().expect("whoever has a ticket stood in the line")
    }
}
