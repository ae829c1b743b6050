//! Errands of those who wait for something to come about.

use std::task::Waker;

use super::Errand;
use crate::engine::{Engine, Enlisted, Event, News, Passage, Standing, Ticket, Waiter};
use crate::prim::Where;
use crate::queue::patience::Patience;
use crate::queue::{Kind, Queue, engine};

/// What all who wait for an event have in common.
macro_rules! waits_for_event {
    ($event:expr) => {
        fn enlist(&mut self, waiter: Waiter, _: Standing) -> Enlisted<()> {
            engine!(self.0, engine => engine.enlist_watcher($event, waiter))
        }

        /// The call is the verdict: to look again could be to see what came next.
        fn news(&mut self, ticket: Ticket, waker: &Waker, fresh: &mut Option<Waiter>) -> News<()> {
            engine!(self.0, engine => engine.watcher_news($event, ticket, waker, fresh)).map(|_| Some(()))
        }

        fn fetch(&mut self, _: Ticket) -> News<()> {
            News::Called(None)
        }

        fn end_claim(&self, _: Ticket, _: bool) {}

        fn done_by_caller(&mut self) -> Option<()> {
            Some(())
        }

        fn leave(&mut self, ticket: Ticket) -> Option<()> {
            engine!(self.0, engine => engine.leave_watcher($event, ticket)).then_some(())
        }

        /// Whoever waits for an event is called with all the others.
        fn pass_on(&self) {}

        fn is_beckoned(&self) -> bool {
            false
        }

        fn backlog(&self) -> usize {
            0
        }

        fn most(&self) -> usize {
            0
        }

        /// It is too rare to look out for.
        fn partner(&self) -> Passage {
            Passage { who: Where::NOWHERE, number: 0 }
        }

        fn patience(&self) -> &Patience {
            &self.0.for_items.patience
        }
    };
}

/// Waiting for the close.
#[derive(Debug)]
pub(crate) struct Watching<'a, T>(pub(crate) &'a Queue<T>);

impl<T> Errand for Watching<'_, T> {
    type Done = ();

    fn attempt(&mut self, _: Standing) -> Option<()> {
        self.0.is_closed().then_some(())
    }

    waits_for_event!(Event::Closed);
}

/// Waiting until nothing is there and nothing in hand.
#[derive(Debug)]
pub(crate) struct Joining<'a, T>(pub(crate) &'a Queue<T>);

impl<T> Errand for Joining<'_, T> {
    type Done = ();

    fn attempt(&mut self, _: Standing) -> Option<()> {
        engine!(self.0, engine => engine.is_idle()).then_some(())
    }

    waits_for_event!(Event::Idle);
}
