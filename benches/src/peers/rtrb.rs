//! rtrb, the limit: a ring for one thread on each side, both of which spin for ever.

use std::hint::spin_loop;

use rtrb::{Consumer, Producer, RingBuffer};

use super::{Absent, Peer, ThreadRx, ThreadTx};
use crate::item::Item;
use crate::scenario::Capacity;

pub struct Rtrb;

impl<T: Item> Peer<T> for Rtrb {
    type Tx = Producer<T>;
    type Rx = Consumer<T>;
    type TaskTx = Absent;
    type TaskRx = Absent;

    fn make(capacity: Capacity) -> Option<(Self::Tx, Self::Rx)> {
        match capacity {
            Capacity::Bounded(0) | Capacity::Unbounded => None,
            Capacity::Bounded(limit) => Some(RingBuffer::new(limit)),
        }
    }

    fn task_tx(_tx: Self::Tx) -> Option<Absent> {
        None
    }

    fn task_rx(_rx: Self::Rx) -> Option<Absent> {
        None
    }
}

impl<T: Item> ThreadTx<T> for Producer<T> {
    fn put(&mut self, item: T) {
        let mut item = item;
        while let Err(rtrb::PushError::Full(back)) = self.push(item) {
            item = back;
            spin_loop();
        }
    }

    fn try_put(&mut self, item: T) -> bool {
        self.push(item).is_ok()
    }
}

impl<T: Item> ThreadRx<T> for Consumer<T> {
    fn take(&mut self) -> Option<T> {
        loop {
            if let Ok(item) = self.pop() {
                return Some(item);
            }
            if self.is_abandoned() {
                // The last items may have come between the two looks.
                return self.pop().ok();
            }
            spin_loop();
        }
    }

    fn try_take(&mut self) -> Option<T> {
        self.pop().ok()
    }
}
