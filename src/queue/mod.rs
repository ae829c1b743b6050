//! What happens to a queue: one engine, the handles that are alive, and the one handshake by which both faces wait.

mod aside;
mod choice;
mod coop;
mod errand;
mod handshake;
mod life;
mod loan;
mod patience;

use std::fmt;

use crate::engine::{Doors, Engine, Order, Parlour, Passage, Refusal, Rendezvous, Snapshot, Standing, Weigher};
use crate::error::{CapacityError, ReserveError, TryRecvError, TrySendError};
use crate::prim::{Hint, Lock, Pad};

pub(crate) use choice::{Aim, Chosen, Operation, Party, Side, choose};
pub(crate) use coop::Streak;
pub(crate) use errand::{Closed, Joining, Receiving, ReceivingMany, Reserving, Sending, SendingMany, Watching};
pub(crate) use handshake::{Wait, block, forsake, poll};
pub(crate) use life::{Rx, Tx};

use life::Life;
use patience::Patience;

/// One queue.
#[derive(Debug)]
pub(crate) struct Queue<T> {
    kind: Kind<T>,
    for_items: Pad<ForItems<T>>,
    for_room: Patience,
    life: Life,
}

/// What those write who wait for items, on lines of their own.
#[derive(Debug)]
struct ForItems<T> {
    patience: Patience,
    /// Items that a select has chosen to receive and that have not been handed out yet.
    chosen: Lock<Vec<Option<T>>>,
    /// Whether the last select that came found something: 0 or 1.
    is_busy: Hint,
}

#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "the largest is the one that is used most")]
enum Kind<T> {
    Doors(Doors<T>),
    Rendezvous(Rendezvous<T>),
    Parlour(Parlour<T>),
}

/// Calls the same method of whichever engine there is.
macro_rules! engine {
    ($queue:expr, $engine:ident => $call:expr) => {
        // The doors are asked for first: what tells the three apart costs more than what tells one from the rest.
        if let Kind::Doors($engine) = &$queue.kind {
            $call
        } else {
            match &$queue.kind {
                Kind::Doors(_) => unreachable!("it is another"),
                Kind::Rendezvous($engine) => $call,
                Kind::Parlour($engine) => $call,
            }
        }
    };
}
use engine;

impl<T> Queue<T> {
    fn new(kind: Kind<T>) -> Self {
        Self {
            kind,
            for_items: Pad::new(ForItems {
                patience: Patience::default(),
                chosen: Lock::new(Vec::new()),
                is_busy: Hint::new(0),
            }),
            for_room: Patience::default(),
            life: Life::of_two(),
        }
    }

    /// A first-in-first-out queue with room for so many items: a rendezvous if that is none.
    pub(crate) fn bounded(capacity: usize) -> Self {
        let kind =
            if capacity == 0 { Kind::Rendezvous(Rendezvous::new()) } else { Kind::Doors(Doors::new(capacity, true)) };
        Self::new(kind)
    }

    /// A first-in-first-out queue that takes what memory can hold.
    pub(crate) fn unbounded() -> Self {
        Self::new(Kind::Doors(Doors::new(usize::MAX, false)))
    }

    /// A queue in any order.
    pub(crate) fn ordered(order: Order<T>, capacity: Option<usize>, weigher: Option<Weigher<T>>) -> Self {
        let kind = match capacity {
            Some(0) => Kind::Rendezvous(Rendezvous::new()),
            _ => Kind::Parlour(Parlour::new(order, capacity, weigher)),
        };
        Self::new(kind)
    }

    #[inline]
    pub(crate) fn try_send(&self, item: T) -> Result<(), TrySendError<T>> {
        let mut item = Some(item);
        let result = self.push(&mut item);
        answer(result, item)
    }

    pub(crate) fn force_send(&self, item: T) -> Result<Option<T>, TrySendError<T>> {
        let mut item = Some(item);
        let result = engine!(self, engine => engine.force(&mut item));
        answer(result, item)
    }

    #[inline]
    pub(crate) fn try_recv(&self) -> Result<T, TryRecvError> {
        let mut item = None;
        let received = self.pop(&mut item);
        // Spelt out, since each function that a large item passes through may copy it.
        match item {
            Some(item) => Ok(item),
            None => Err(received.err().unwrap_or(TryRecvError::Empty)),
        }
    }

    /// As [`try_recv`](Self::try_recv), an item that stays in hand until [`finish`](Self::finish).
    pub(crate) fn try_recv_tracked(&self, item: &mut Option<T>) -> Result<(), TryRecvError> {
        engine!(self, engine => engine.pop(item, true, Standing::default()))
    }

    pub(crate) fn finish(&self) {
        engine!(self, engine => engine.finish());
    }

    /// How much to reserve for so many items, if there can ever be so much.
    pub(crate) fn need_for_many(&self, items: usize) -> Result<usize, ReserveError> {
        let fits = items <= engine!(self, engine => engine.capacity()).min(MOST_PLACES);
        if fits && !self.is_rendezvous() { Ok(items) } else { Err(ReserveError::TooLarge) }
    }

    /// How much to reserve for one item of that weight, if there can ever be so much.
    pub(crate) fn need_for_weight(&self, weight: usize) -> Result<usize, ReserveError> {
        match &self.kind {
            // What is heavier than the whole capacity is let in alone.
            Kind::Parlour(parlour) if parlour.weighs() => Ok(weight),
            _ => self.need_for_many(weight.max(1)),
        }
    }

    fn is_rendezvous(&self) -> bool {
        matches!(self.kind, Kind::Rendezvous(_))
    }

    pub(crate) fn try_reserve(&self, need: usize) -> Result<(), TrySendError<()>> {
        let result = engine!(self, engine => engine.reserve(need, Standing::default()));
        answer(result, Some(()))
    }

    /// Sends into room of that size that was reserved; after a close the item comes back.
    pub(crate) fn redeem(&self, item: T, need: usize) -> Result<(), T> {
        let mut item = Some(item);
        let sent = engine!(self, engine => engine.redeem(&mut item, need));
        match (sent, item) {
            (Err(_), Some(item)) => Err(item),
            _ => Ok(()),
        }
    }

    pub(crate) fn give_back(&self, need: usize) {
        engine!(self, engine => engine.give_back(need));
    }

    /// Drops an item, if there is one, outside of every door.
    fn discard_one(&self) {
        let mut item = None;
        let _ = engine!(self, engine => engine.pop(&mut item, false, Standing::RESIDENT));
    }

    /// What is there now.
    pub(crate) fn take_all(&self) -> Vec<T> {
        let mut items = Vec::new();
        // Nothing there is no error to one who takes what there is.
        let _ = engine!(self, engine => engine.pop_many(&mut items, usize::MAX, Standing::RESIDENT));
        items
    }

    /// Closes; whether it was open.
    pub(crate) fn close(&self) -> bool {
        engine!(self, engine => engine.close())
    }

    /// Closes, and gives what was left.
    pub(crate) fn shut_down(&self) -> Vec<T> {
        self.close();
        // Nothing is brought after the close: what there is is the rest.
        self.take_all()
    }

    pub(crate) fn is_closed(&self) -> bool {
        engine!(self, engine => engine.is_closed())
    }

    pub(crate) fn len(&self) -> usize {
        engine!(self, engine => engine.len())
    }

    fn is_bounded(&self) -> bool {
        engine!(self, engine => Engine::<T>::is_bounded(engine))
    }

    pub(crate) fn capacity(&self) -> Option<usize> {
        self.is_bounded().then(|| engine!(self, engine => engine.capacity()))
    }

    pub(crate) fn set_capacity(&self, capacity: usize) -> Result<(), CapacityError> {
        match self.kind {
            Kind::Rendezvous(_) => return Err(CapacityError::Rendezvous),
            _ if !self.is_bounded() => return Err(CapacityError::Unbounded),
            _ if capacity == 0 => return Err(CapacityError::Zero),
            _ => {}
        }
        engine!(self, engine => engine.set_capacity(capacity));
        Ok(())
    }

    pub(crate) fn is_full(&self) -> bool {
        self.is_bounded() && engine!(self, engine => engine.is_full())
    }

    /// Who brought the last item.
    #[cold]
    #[inline(never)]
    fn last_sender(&self) -> Passage {
        engine!(self, engine => engine.last_sender())
    }

    /// Who took the last item.
    #[cold]
    #[inline(never)]
    fn last_receiver(&self) -> Passage {
        engine!(self, engine => engine.last_receiver())
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        engine!(self, engine => engine.snapshot())
    }

    pub(crate) fn sender_count(&self) -> usize {
        self.life.senders.get()
    }

    pub(crate) fn receiver_count(&self) -> usize {
        self.life.receivers.get()
    }

    fn kind(&self) -> &'static str {
        match &self.kind {
            Kind::Rendezvous(_) => "rendezvous",
            Kind::Doors(_) if self.is_bounded() => "bounded",
            Kind::Doors(_) => "unbounded",
            Kind::Parlour(parlour) => parlour.order(),
        }
    }

    /// What one needs to see of a queue in which somebody hangs.
    pub(crate) fn describe(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Snapshot { len, waiting_senders, waiting_receivers, tasks, reserved, closed, .. } = self.snapshot();
        f.debug_struct(name)
            .field("kind", &format_args!("{}", self.kind()))
            .field("len", &len)
            .field("capacity", &self.capacity())
            .field("reserved", &reserved)
            .field("tasks", &tasks)
            .field("waiting_senders", &waiting_senders)
            .field("waiting_receivers", &waiting_receivers)
            .field("senders", &self.sender_count())
            .field("receivers", &self.receiver_count())
            .field("closed", &closed)
            .finish()
    }
}

/// More places than anybody has memory for, and few enough to be counted in steps.
const MOST_PLACES: usize = usize::MAX / 8;

/// What a send that does not wait answers.
fn answer<T, R>(result: Result<R, Refusal>, item: Option<T>) -> Result<R, TrySendError<T>> {
    match (result, item) {
        (Ok(result), _) => Ok(result),
        (Err(Refusal::Full), Some(item)) => Err(TrySendError::Full(item)),
        (Err(Refusal::Closed), Some(item)) => Err(TrySendError::Closed(item)),
        (Err(_), None) => unreachable!("an item that was refused is still there"),
    }
}
