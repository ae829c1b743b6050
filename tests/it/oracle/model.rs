//! A queue as one would describe it: a list of items, and a line of those who wait.

use std::collections::VecDeque;

use bifrons::{Builder, CapacityError, SendError, TryRecvError, TrySendError};

/// What a party ended with, in the words of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Sent,
    NotSent(Item),
    Received(Item),
    Reserved,
    Closed,
}

/// Compares by its rank alone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Item {
    pub(crate) rank: u32,
    pub(crate) weight: usize,
    /// When it was made.
    pub(crate) number: u32,
}

impl PartialEq for Item {
    fn eq(&self, other: &Self) -> bool {
        // The tests compare identity, which implies the rest.
        self.number == other.number
    }
}

impl Eq for Item {}

impl PartialOrd for Item {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Item {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.rank.cmp(&other.rank)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Fifo,
    Lifo,
    Priority,
}

impl Order {
    pub(crate) fn set<T: Ord>(self, builder: Builder<T>) -> Builder<T> {
        match self {
            Self::Fifo => builder,
            Self::Lifo => builder.lifo(),
            Self::Priority => builder.priority(),
        }
    }
}

enum Wish {
    Send(Item),
    Room,
}

pub(crate) struct Model {
    order: Order,
    pub(crate) weighted: bool,
    pub(crate) capacity: Option<usize>,
    /// In the order of their arrival.
    pub(crate) items: Vec<Item>,
    pub(crate) reserved: usize,
    pub(crate) closed: bool,
    pub(crate) brought: u64,
    pub(crate) taken: u64,
    senders: VecDeque<(usize, Wish)>,
    receivers: VecDeque<usize>,
    /// What those who waited have ended with since this was last emptied.
    pub(crate) ends: Vec<(usize, End)>,
    made: u32,
}

impl Model {
    /// A rendezvous, which keeps nothing, has no order and no weights.
    pub(crate) fn new(order: Order, weighted: bool, capacity: Option<usize>) -> Self {
        let keeps = capacity != Some(0);
        Self {
            order: if keeps { order } else { Order::Fifo },
            weighted: keeps && weighted,
            capacity,
            items: Vec::new(),
            reserved: 0,
            closed: false,
            brought: 0,
            taken: 0,
            senders: VecDeque::new(),
            receivers: VecDeque::new(),
            ends: Vec::new(),
            made: 0,
        }
    }

    pub(crate) fn fresh_item(&mut self, rank: u32, weight: usize) -> Item {
        self.made += 1;
        Item { rank, weight, number: self.made }
    }

    pub(crate) fn weight(&self, item: &Item) -> usize {
        if self.weighted { item.weight } else { 1 }
    }

    fn held(&self) -> usize {
        self.reserved + self.items.iter().map(|item| self.weight(item)).sum::<usize>()
    }

    pub(crate) fn fits(&self, weight: usize) -> bool {
        let Some(capacity) = self.capacity else { return true };
        let is_alone = self.items.is_empty() && self.reserved == 0;
        (self.weighted && is_alone) || self.held() + weight <= capacity
    }

    pub(crate) fn is_rendezvous(&self) -> bool {
        self.capacity == Some(0)
    }

    pub(crate) fn is_full(&self) -> bool {
        self.capacity.is_some_and(|capacity| self.held() >= capacity)
    }

    pub(crate) fn insert(&mut self, item: Item) {
        self.items.push(item);
        self.brought += 1;
    }

    pub(crate) fn pop(&mut self) -> Option<Item> {
        let last = self.items.len().checked_sub(1)?;
        let place = match self.order {
            Order::Fifo => 0,
            Order::Lifo => last,
            Order::Priority => (0..=last).rev().max_by_key(|&place| self.items[place].rank)?,
        };
        self.taken += 1;
        Some(self.items.remove(place))
    }

    pub(crate) fn try_recv(&mut self) -> Result<Item, TryRecvError> {
        self.pop().ok_or(if self.closed { TryRecvError::Closed } else { TryRecvError::Empty })
    }

    pub(crate) fn pop_all(&mut self) -> Vec<Item> {
        std::iter::from_fn(|| self.pop()).collect()
    }

    pub(crate) fn set_capacity(&mut self, capacity: usize) -> Result<(), CapacityError> {
        match self.capacity {
            None => return Err(CapacityError::Unbounded),
            Some(0) => return Err(CapacityError::Rendezvous),
            Some(_) if capacity == 0 => return Err(CapacityError::Zero),
            Some(_) => self.capacity = Some(capacity),
        }
        Ok(())
    }

    pub(crate) fn try_send(&mut self, item: Item) -> Result<(), TrySendError<Item>> {
        if self.closed {
            return Err(TrySendError::Closed(item));
        }
        if !self.fits(self.weight(&item)) {
            return Err(TrySendError::Full(item));
        }
        self.insert(item);
        Ok(())
    }

    pub(crate) fn try_reserve(&mut self, need: usize) -> Result<(), TrySendError<()>> {
        if self.closed {
            return Err(TrySendError::Closed(()));
        }
        if !self.fits(need) {
            return Err(TrySendError::Full(()));
        }
        self.reserved += need;
        Ok(())
    }

    /// Sends by a permit for so much.
    pub(crate) fn redeem(&mut self, item: Item, need: usize) -> Result<(), SendError<Item>> {
        self.reserved -= need;
        if self.closed {
            return Err(SendError(item));
        }
        self.insert(item);
        Ok(())
    }

    pub(crate) fn force_send(&mut self, item: Item) -> Result<Option<Item>, TrySendError<Item>> {
        match self.try_send(item) {
            Ok(()) => return Ok(None),
            Err(TrySendError::Full(_)) if !self.items.is_empty() && !self.is_rendezvous() => {}
            Err(error) => return Err(error),
        }
        let place = match self.order {
            Order::Fifo | Order::Lifo => 0,
            // The least, and of equal ones the latest.
            Order::Priority => (0..self.items.len()).rev().min_by_key(|&place| self.items[place].rank).unwrap_or(0),
        };
        if self.order == Order::Priority && item.rank <= self.items[place].rank {
            return Ok(Some(item));
        }
        let evicted = self.items.remove(place);
        let gone = self.weight(&evicted);
        // Room of its weight, or nothing beside it.
        if self.weight(&item) > gone && !self.fits(self.weight(&item)) {
            self.items.insert(place, evicted);
            return Err(TrySendError::Full(item));
        }
        self.taken += 1;
        self.insert(item);
        Ok(Some(evicted))
    }

    pub(crate) fn begin_send(&mut self, number: usize, item: Item) -> Option<End> {
        match self.try_send(item) {
            Ok(()) => Some(End::Sent),
            Err(TrySendError::Closed(item)) => Some(End::NotSent(item)),
            Err(TrySendError::Full(item)) => {
                self.senders.push_back((number, Wish::Send(item)));
                None
            }
        }
    }

    pub(crate) fn begin_reserve(&mut self, number: usize) -> Option<End> {
        if self.closed {
            return Some(End::Closed);
        }
        if self.try_reserve(1).is_ok() {
            return Some(End::Reserved);
        }
        self.senders.push_back((number, Wish::Room));
        None
    }

    pub(crate) fn begin_recv(&mut self, number: usize) -> Option<End> {
        if let Some(item) = self.pop() {
            return Some(End::Received(item));
        }
        if self.closed {
            return Some(End::Closed);
        }
        self.receivers.push_back(number);
        None
    }

    pub(crate) fn cancel(&mut self, number: usize) {
        self.senders.retain(|(other, _)| *other != number);
        self.receivers.retain(|other| *other != number);
    }

    /// Lets in those whose turn has come.
    pub(crate) fn settle(&mut self) {
        loop {
            if self.closed {
                let senders = std::mem::take(&mut self.senders);
                self.ends.extend(senders.into_iter().map(|(number, wish)| match wish {
                    Wish::Send(item) => (number, End::NotSent(item)),
                    Wish::Room => (number, End::Closed),
                }));
            }
            let mut moved = false;
            if let Some((_, wish)) = self.senders.front() {
                let need = match wish {
                    Wish::Send(item) => self.weight(item),
                    Wish::Room => 1,
                };
                if self.fits(need) {
                    match self.senders.pop_front() {
                        Some((number, Wish::Send(item))) => {
                            self.insert(item);
                            self.ends.push((number, End::Sent));
                        }
                        Some((number, Wish::Room)) => {
                            self.reserved += 1;
                            self.ends.push((number, End::Reserved));
                        }
                        None => {}
                    }
                    // All that fit come in before anybody takes of it.
                    continue;
                }
            }
            if !self.receivers.is_empty() {
                if let Some(item) = self.pop() {
                    self.ends.extend(self.receivers.pop_front().map(|number| (number, End::Received(item))));
                    moved = true;
                } else if self.closed {
                    let receivers = std::mem::take(&mut self.receivers);
                    self.ends.extend(receivers.into_iter().map(|number| (number, End::Closed)));
                }
            }
            if !moved {
                return;
            }
        }
    }
}
