//! rtrb, the limit: a ring for one thread on each side, both of which spin for ever.

use std::hint::spin_loop;

use rtrb::{Consumer, Producer, RingBuffer};

use super::{Absent, Handles, Peer, ThreadRx, ThreadTx};
use crate::scenario::{Capacity, Shape};

pub struct Rtrb;

impl Peer for Rtrb {
    type Tx = Producer<u64>;
    type Rx = Consumer<u64>;
    type TaskTx = Absent;
    type TaskRx = Absent;

    fn open(shape: Shape) -> Option<Handles<Self>> {
        match shape.capacity {
            Capacity::Bounded(limit) if limit > 0 && (shape.senders, shape.receivers) == (1, 1) => {
                let (tx, rx) = RingBuffer::new(limit);
                Some((vec![tx], vec![rx]))
            }
            _ => None,
        }
    }

    fn task_tx(_tx: Self::Tx) -> Option<Absent> {
        None
    }

    fn task_rx(_rx: Self::Rx) -> Option<Absent> {
        None
    }
}

impl ThreadTx for Producer<u64> {
    fn put(&mut self, item: u64) {
        while self.push(item).is_err() {
            spin_loop();
        }
    }

    fn try_put(&mut self, item: u64) -> bool {
        self.push(item).is_ok()
    }
}

impl ThreadRx for Consumer<u64> {
    fn take(&mut self) -> Option<u64> {
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

    fn try_take(&mut self) -> Option<u64> {
        self.pop().ok()
    }
}
