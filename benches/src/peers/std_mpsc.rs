//! The standard library's mpsc: threads only, many senders, one receiver.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::time::Duration;

use super::{Absent, Peer, ThreadRx, ThreadTx};
use crate::item::Item;
use crate::scenario::Capacity;

pub struct StdBounded;
pub struct StdUnbounded;

impl<T: Item> Peer<T> for StdBounded {
    type Tx = SyncSender<T>;
    type Rx = Receiver<T>;
    type TaskTx = Absent;
    type TaskRx = Absent;

    fn make(capacity: Capacity) -> Option<(Self::Tx, Self::Rx)> {
        match capacity {
            Capacity::Bounded(limit) => Some(sync_channel(limit)),
            Capacity::Unbounded => None,
        }
    }

    fn more_tx(tx: &Self::Tx) -> Option<Self::Tx> {
        Some(tx.clone())
    }

    fn task_tx(_tx: Self::Tx) -> Option<Absent> {
        None
    }

    fn task_rx(_rx: Self::Rx) -> Option<Absent> {
        None
    }
}

impl<T: Item> Peer<T> for StdUnbounded {
    type Tx = Sender<T>;
    type Rx = Receiver<T>;
    type TaskTx = Absent;
    type TaskRx = Absent;

    fn make(capacity: Capacity) -> Option<(Self::Tx, Self::Rx)> {
        (capacity == Capacity::Unbounded).then(channel)
    }

    fn more_tx(tx: &Self::Tx) -> Option<Self::Tx> {
        Some(tx.clone())
    }

    fn task_tx(_tx: Self::Tx) -> Option<Absent> {
        None
    }

    fn task_rx(_rx: Self::Rx) -> Option<Absent> {
        None
    }
}

impl<T: Item> ThreadTx<T> for SyncSender<T> {
    fn put(&mut self, item: T) {
        self.send(item).expect("open");
    }

    fn try_put(&mut self, item: T) -> bool {
        self.try_send(item).is_ok()
    }
}

impl<T: Item> ThreadTx<T> for Sender<T> {
    fn put(&mut self, item: T) {
        self.send(item).expect("open");
    }

    fn try_put(&mut self, item: T) -> bool {
        self.send(item).is_ok()
    }
}

impl<T: Item> ThreadRx<T> for Receiver<T> {
    fn take(&mut self) -> Option<T> {
        self.recv().ok()
    }

    fn try_take(&mut self) -> Option<T> {
        self.try_recv().ok()
    }

    fn times_out(&mut self, after: Duration) -> Option<bool> {
        Some(matches!(self.recv_timeout(after), Err(RecvTimeoutError::Timeout)))
    }
}
