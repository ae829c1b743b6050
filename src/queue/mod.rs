//! What happens to a queue: one engine, the handles that are alive, and the one handshake by which both faces wait.

mod coop;
mod errand;
mod handshake;
mod life;
mod patience;

use std::fmt;

use crate::engine::{Doors, Engine, Refusal, Rendezvous, Ring, Segments, Standing};
use crate::error::{TryRecvError, TrySendError};

pub(crate) use coop::Streak;
pub(crate) use errand::{Closed, Receiving, Sending, Watching};
pub(crate) use handshake::{Wait, block, forsake, poll};
pub(crate) use life::{Rx, Tx};

use life::Life;
use patience::Patience;

/// One queue.
#[derive(Debug)]
pub(crate) struct Queue<T> {
    kind: Kind<T>,
    capacity: Option<usize>,
    life: Life,
    for_items: Patience,
    for_room: Patience,
}

#[derive(Debug)]
enum Kind<T> {
    Ring(Doors<T, Ring<T>>),
    Segments(Doors<T, Segments<T>>),
    Rendezvous(Rendezvous<T>),
}

/// Calls the same method of whichever engine there is.
macro_rules! engine {
    ($queue:expr, $engine:ident => $call:expr) => {
        match &$queue.kind {
            Kind::Ring($engine) => $call,
            Kind::Segments($engine) => $call,
            Kind::Rendezvous($engine) => $call,
        }
    };
}
use engine;

impl<T> Queue<T> {
    fn new(kind: Kind<T>, capacity: Option<usize>) -> Self {
        Self { kind, capacity, life: Life::default(), for_items: Patience::default(), for_room: Patience::default() }
    }

    /// A first-in-first-out queue with room for so many items: a rendezvous if that is none.
    pub(crate) fn bounded(capacity: usize) -> Self {
        let kind = match (capacity, Ring::new(capacity)) {
            (0, _) => Kind::Rendezvous(Rendezvous::new()),
            (_, Some(ring)) => Kind::Ring(Doors::new(ring, capacity)),
            (_, None) => Kind::Segments(Doors::new(Segments::new(), capacity)),
        };
        Self::new(kind, Some(capacity))
    }

    /// A first-in-first-out queue that takes what memory can hold.
    pub(crate) fn unbounded() -> Self {
        Self::new(Kind::Segments(Doors::new(Segments::new(), usize::MAX)), None)
    }

    #[inline]
    pub(crate) fn try_send(&self, item: T) -> Result<(), TrySendError<T>> {
        let mut item = Some(item);
        match (engine!(self, engine => engine.push(&mut item, Standing::default())), item) {
            (Err(Refusal::Full), Some(item)) => Err(TrySendError::Full(item)),
            (Err(Refusal::Closed), Some(item)) => Err(TrySendError::Closed(item)),
            _ => Ok(()),
        }
    }

    #[inline]
    pub(crate) fn try_recv(&self) -> Result<T, TryRecvError> {
        let mut item = None;
        engine!(self, engine => engine.pop(&mut item, Standing::default()))?;
        item.ok_or(TryRecvError::Empty)
    }

    /// Drops an item, outside of every door; whether there was one.
    fn discard_one(&self) -> bool {
        let mut item = None;
        engine!(self, engine => engine.pop(&mut item, Standing::default())).is_ok()
    }

    /// What is there now.
    pub(crate) fn take_all(&self) -> Vec<T> {
        engine!(self, engine => engine.pop_all())
    }

    /// Closes; whether it was open.
    pub(crate) fn close(&self) -> bool {
        engine!(self, engine => engine.close())
    }

    pub(crate) fn is_closed(&self) -> bool {
        engine!(self, engine => engine.is_closed())
    }

    pub(crate) fn len(&self) -> usize {
        engine!(self, engine => engine.len())
    }

    pub(crate) fn capacity(&self) -> Option<usize> {
        self.capacity
    }

    pub(crate) fn is_full(&self) -> bool {
        self.capacity.is_some_and(|capacity| self.len() >= capacity)
    }

    pub(crate) fn sender_count(&self) -> usize {
        self.life.senders()
    }

    pub(crate) fn receiver_count(&self) -> usize {
        self.life.receivers()
    }

    /// What one needs to see of a queue in which somebody hangs.
    pub(crate) fn describe(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.kind {
            Kind::Rendezvous(_) => "rendezvous",
            Kind::Ring(_) | Kind::Segments(_) if self.capacity.is_some() => "bounded",
            Kind::Ring(_) | Kind::Segments(_) => "unbounded",
        };
        let (waiting_senders, waiting_receivers) = engine!(self, engine => engine.waiting());
        f.debug_struct(name)
            .field("kind", &format_args!("{kind}"))
            .field("len", &self.len())
            .field("capacity", &self.capacity)
            .field("waiting_senders", &waiting_senders)
            .field("waiting_receivers", &waiting_receivers)
            .field("senders", &self.sender_count())
            .field("receivers", &self.receiver_count())
            .field("closed", &self.is_closed())
            .finish()
    }
}
