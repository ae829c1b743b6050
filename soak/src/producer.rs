//! One who sends: so many items, each by whatever verb the dice say.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bifrons::{AsyncSender, ReserveError, Select, SelectTimeoutError, SendTimeoutError, Sender, TrySendError};

use crate::patience::{poll_idly, poll_on_thread};
use crate::round::Ending;
use crate::{Dice, Item, Ledger, Patience, meddling};

/// A sending party. Its items are accounted for whatever becomes of it: those it did not make by then are forgone.
#[derive(Debug)]
pub struct Producer {
    pub(crate) own: Sender<Item>,
    pub(crate) other: Sender<Item>,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) dice: Dice,
    pub(crate) name: u32,
    pub(crate) made: u32,
    pub(crate) quota: u32,
    /// What was to be sent with others, and was not.
    pub(crate) batch: VecDeque<Item>,
    /// Whether it mostly waits, so that nobody comes along by chance where somebody should have been called.
    pub(crate) steady: bool,
    /// Whether the capacity may be changed.
    pub(crate) elastic: bool,
    /// After how many items it ends the round, and how.
    pub(crate) ends: Option<(u32, Ending)>,
}

/// What became of an item.
enum Fate {
    Away,
    Back(Item),
    Closed(Item),
}

impl Fate {
    fn of(sent: Result<(), TrySendError<Item>>) -> Self {
        match sent {
            Ok(()) => Self::Away,
            Err(TrySendError::Full(item)) => Self::Back(item),
            Err(TrySendError::Closed(item)) => Self::Closed(item),
        }
    }

    /// What was not reserved is not sent.
    fn without_room(error: ReserveError, item: Item) -> Self {
        match error {
            ReserveError::Closed => Self::Closed(item),
            ReserveError::TooLarge => Self::Back(item),
        }
    }
}

/// Uses reserved room, or gives it back; for every kind of permit.
macro_rules! redeem {
    ($permit:expr, $item:expr, $dice:expr) => {
        match $dice.one_in(4) {
            true => {
                drop($permit);
                Fate::Back($item)
            }
            false => $permit.send($item).map_or_else(|error| Fate::Closed(error.into_inner()), |_| Fate::Away),
        }
    };
}

impl Producer {
    /// Runs it on this thread.
    pub fn on_thread(mut self) {
        while let Some(item) = self.next() {
            let mut fate = Fate::Back(item);
            while let Fate::Back(item) = fate {
                self.ledger.note_operation();
                fate = self.send_on_thread(item);
            }
            if !self.goes_on(fate) {
                break;
            }
        }
        if self.dice.one_in(2) {
            self.own.join();
        }
    }

    /// Runs it as a task.
    pub async fn in_task(mut self, patience: impl Patience) {
        let own = self.own.to_async();
        while let Some(item) = self.next() {
            let mut fate = Fate::Back(item);
            while let Fate::Back(item) = fate {
                self.ledger.note_operation();
                fate = self.send_in_task(&own, item, &patience).await;
            }
            if !self.goes_on(fate) {
                break;
            }
        }
        if self.dice.one_in(2) {
            own.join().await;
        }
    }

    fn next(&mut self) -> Option<Item> {
        if self.dice.one_in(6) {
            meddling::with_sender(&self.own, &mut self.dice, self.elastic);
        }
        self.batch.pop_front().or_else(|| self.make())
    }

    fn make(&mut self) -> Option<Item> {
        (self.made < self.quota).then(|| {
            self.made += 1;
            Item::new(&self.ledger, self.name, self.made)
        })
    }

    /// The item is dealt with; whether there are more.
    fn goes_on(&mut self, fate: Fate) -> bool {
        let is_closed = match fate {
            Fate::Closed(item) => {
                item.take_back();
                true
            }
            Fate::Away | Fate::Back(_) => false,
        };
        self.close_if_over();
        if let Some((_, ending)) = self.ends.take_if(|(after, _)| *after <= self.made) {
            ending.bring_about(&[&self.own, &self.other]);
        }
        !is_closed
    }

    fn close_if_over(&self) {
        if self.ledger.is_settled() {
            self.own.close();
            self.other.close();
        }
    }

    /// Takes some more items besides one that is there.
    fn gather(&mut self, item: Item) -> VecDeque<Item> {
        let mut items = VecDeque::from([item]);
        items.append(&mut self.batch);
        for _ in 0..self.dice.below(4) {
            items.extend(self.make());
        }
        items
    }

    /// A batch is on its way, as far as it got.
    fn part(&mut self, mut items: VecDeque<Item>, is_closed: bool) -> Fate {
        let first = items.pop_front();
        self.batch = items;
        match first {
            None => Fate::Away,
            Some(item) if is_closed => Fate::Closed(item),
            Some(item) => Fate::Back(item),
        }
    }

    fn send_on_thread(&mut self, item: Item) -> Fate {
        let brief = self.dice.moment();
        let Self { own, other, ledger, dice, steady, .. } = self;
        match dice.verb(17, *steady) {
            0 => own.send(item).map_or_else(|error| Fate::Closed(error.into_inner()), |()| Fate::Away),
            1 => {
                let mut items = self.gather(item);
                let is_closed = self.own.send_many(&mut items).is_err();
                self.part(items, is_closed)
            }
            2 | 12 => match own.send_timeout(item, brief) {
                Ok(()) => Fate::Away,
                Err(SendTimeoutError::Closed(item)) => Fate::Closed(item),
                Err(SendTimeoutError::Timeout(item)) => {
                    ledger.note_timeout();
                    Fate::Back(item)
                }
            },
            3 => Fate::of(own.try_send(item)),
            4 => Fate::of(own.force_send(item).map(|evicted| evicted.into_iter().for_each(Item::take_back))),
            5 => match own.try_reserve() {
                Ok(permit) => redeem!(permit, item, dice),
                Err(error) => Fate::of(Err(error.map_item(item))),
            },
            6 => match own.reserve() {
                Ok(permit) => redeem!(permit, item, dice),
                Err(error) => Fate::without_room(error, item),
            },
            7 => match own.reserve_weight(item.rank as usize) {
                Ok(permit) => redeem!(permit, item, dice),
                Err(error) => Fate::without_room(error, item),
            },
            8 => match own.reserve_many(2) {
                Ok(mut permits) => match permits.next() {
                    Some(permit) => redeem!(permit, item, dice),
                    None => unreachable!("two places were reserved"),
                },
                Err(error) => Fate::without_room(error, item),
            },
            9 => match own.clone().reserve_owned() {
                Ok(permit) => redeem!(permit, item, dice),
                Err(error) => Fate::without_room(error, item),
            },
            10 | 11 => {
                let limit = (!dice.one_in(3)).then_some(brief);
                let fate = select(own, other, limit, item);
                if matches!(fate, Fate::Back(_)) {
                    ledger.note_timeout();
                }
                fate
            }
            13 => {
                let mut items = self.gather(item);
                let face = self.own.to_async();
                let done = poll_on_thread(&mut face.send_many(&mut items), &mut self.dice);
                if done.is_none() {
                    self.ledger.note_cancel();
                }
                self.part(items, done.is_some_and(|done| done.is_err()))
            }
            15 => {
                if ready(own, other, brief) {
                    return Fate::of(own.try_send(item));
                }
                ledger.note_timeout();
                Fate::Back(item)
            }
            14 => {
                let face = own.to_async();
                let mut reserving = face.reserve();
                match poll_on_thread(&mut reserving, dice) {
                    Some(Ok(permit)) => redeem!(permit, item, dice),
                    Some(Err(error)) => Fate::without_room(error, item),
                    None => {
                        ledger.note_cancel();
                        Fate::Back(item)
                    }
                }
            }
            _ => {
                let face = own.to_async();
                let mut sending = face.send(item);
                match poll_on_thread(&mut sending, dice) {
                    Some(sent) => sent.map_or_else(|error| Fate::Closed(error.into_inner()), |()| Fate::Away),
                    None => {
                        ledger.note_cancel();
                        // One who does not ask for his item has sent it, or it is dropped.
                        if dice.one_in(2) { sending.take().map_or(Fate::Away, Fate::Back) } else { Fate::Away }
                    }
                }
            }
        }
    }

    async fn send_in_task(&mut self, own: &AsyncSender<Item>, item: Item, patience: &impl Patience) -> Fate {
        let Self { ledger, dice, steady, .. } = self;
        match dice.verb(14, *steady) {
            0 | 11 => own.send(item).await.map_or_else(|error| Fate::Closed(error.into_inner()), |()| Fate::Away),
            1 => {
                let mut items = self.gather(item);
                let is_closed = own.send_many(&mut items).await.is_err();
                self.part(items, is_closed)
            }
            2 | 3 => {
                let mut sending = own.send(item);
                match patience.lose(&mut sending, dice).await {
                    Some(sent) => sent.map_or_else(|error| Fate::Closed(error.into_inner()), |()| Fate::Away),
                    None => {
                        ledger.note_cancel();
                        if dice.one_in(2) { sending.take().map_or(Fate::Away, Fate::Back) } else { Fate::Away }
                    }
                }
            }
            4 => {
                let mut sending = own.clone().send_owned(item);
                match patience.lose(&mut sending, dice).await {
                    Some(sent) => sent.map_or_else(|error| Fate::Closed(error.into_inner()), |_| Fate::Away),
                    None => {
                        ledger.note_cancel();
                        Fate::Away
                    }
                }
            }
            5 => Fate::of(own.try_send(item)),
            6 => Fate::of(own.force_send(item).map(|evicted| evicted.into_iter().for_each(Item::take_back))),
            7 => match own.reserve().await {
                Ok(permit) => redeem!(permit, item, dice),
                Err(error) => Fate::without_room(error, item),
            },
            8 => {
                let mut reserving = own.reserve_weight(item.rank as usize);
                match patience.lose(&mut reserving, dice).await {
                    Some(Ok(permit)) => redeem!(permit, item, dice),
                    Some(Err(error)) => Fate::without_room(error, item),
                    None => {
                        ledger.note_cancel();
                        Fate::Back(item)
                    }
                }
            }
            9 => {
                let mut reserving = own.reserve_many(2);
                match patience.lose(&mut reserving, dice).await {
                    Some(Ok(mut permits)) => match permits.next() {
                        Some(permit) => redeem!(permit, item, dice),
                        None => unreachable!("two places were reserved"),
                    },
                    Some(Err(error)) => Fate::without_room(error, item),
                    None => {
                        ledger.note_cancel();
                        Fate::Back(item)
                    }
                }
            }
            10 => {
                let mut reserving = own.clone().reserve_owned();
                match patience.lose(&mut reserving, dice).await {
                    Some(Ok(permit)) => redeem!(permit, item, dice),
                    Some(Err(error)) => Fate::without_room(error, item),
                    None => {
                        ledger.note_cancel();
                        Fate::Back(item)
                    }
                }
            }
            12 => {
                let mut items = self.gather(item);
                let done = patience.lose(&mut own.send_many(&mut items), &mut self.dice).await;
                if done.is_none() {
                    self.ledger.note_cancel();
                }
                self.part(items, done.is_some_and(|done| done.is_err()))
            }
            _ => {
                // What belongs to nobody: a future that is polled once and goes.
                let _ = poll_idly(&mut own.closed());
                let _ = poll_idly(&mut own.join());
                let _ = poll_idly(&mut own.reserve());
                ledger.note_cancel();
                Fate::Back(item)
            }
        }
    }
}

/// Sends to whichever of two queues has room first.
fn select(own: &Sender<Item>, other: &Sender<Item>, limit: Option<Duration>, item: Item) -> Fate {
    let mut select = Select::new();
    let first = select.send(own);
    select.send(other);
    let selected = match limit {
        Some(limit) => select.select_timeout(limit),
        None => Ok(select.select()),
    };
    match selected {
        Ok(chosen) => {
            let sender = if chosen.index() == first { own } else { other };
            chosen.send(sender, item).map_or_else(|error| Fate::Closed(error.into_inner()), |()| Fate::Away)
        }
        Err(SelectTimeoutError) => Fate::Back(item),
    }
}

/// Whether one of two queues seems to have room in time, to send into neither.
fn ready(own: &Sender<Item>, other: &Sender<Item>, limit: Duration) -> bool {
    let mut select = Select::new();
    select.send(own);
    select.send(other);
    select.ready_timeout(limit).is_ok()
}

/// An error about room, with the item for which there was none.
trait MapItem {
    fn map_item(self, item: Item) -> TrySendError<Item>;
}

impl MapItem for TrySendError<()> {
    fn map_item(self, item: Item) -> TrySendError<Item> {
        match self {
            Self::Full(()) => TrySendError::Full(item),
            Self::Closed(()) => TrySendError::Closed(item),
        }
    }
}

impl Drop for Producer {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        self.batch.clear();
        self.ledger.forgo(u64::from(self.quota - self.made));
        self.close_if_over();
    }
}
