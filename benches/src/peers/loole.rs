//! loole: flume's interface over a queue of its own.

use std::time::Duration;

use loole::{Receiver, RecvTimeoutError, Sender, bounded, unbounded};

use super::{Peer, TaskRx, TaskTx, ThreadRx, ThreadTx};
use crate::item::Item;
use crate::scenario::Capacity;

pub struct Loole;

impl<T: Item> Peer<T> for Loole {
    type Tx = Sender<T>;
    type Rx = Receiver<T>;
    type TaskTx = Sender<T>;
    type TaskRx = Receiver<T>;

    fn make(capacity: Capacity) -> Option<(Self::Tx, Self::Rx)> {
        Some(match capacity {
            Capacity::Bounded(limit) => bounded(limit),
            Capacity::Unbounded => unbounded(),
        })
    }

    fn more_tx(tx: &Self::Tx) -> Option<Self::Tx> {
        Some(tx.clone())
    }

    fn more_rx(rx: &Self::Rx) -> Option<Self::Rx> {
        Some(rx.clone())
    }

    fn task_tx(tx: Self::Tx) -> Option<Self::TaskTx> {
        Some(tx)
    }

    fn task_rx(rx: Self::Rx) -> Option<Self::TaskRx> {
        Some(rx)
    }
}

impl<T: Item> ThreadTx<T> for Sender<T> {
    fn put(&mut self, item: T) {
        self.send(item).expect("open");
    }

    fn try_put(&mut self, item: T) -> bool {
        self.try_send(item).is_ok()
    }
}

impl<T: Item> ThreadRx<T> for Receiver<T> {
    const MANY: bool = true;

    fn take(&mut self) -> Option<T> {
        self.recv().ok()
    }

    fn try_take(&mut self) -> Option<T> {
        self.try_recv().ok()
    }

    fn take_many(&mut self, items: &mut Vec<T>, _limit: usize) -> usize {
        let before = items.len();
        items.extend(self.recv().ok());
        items.extend(self.drain());
        items.len() - before
    }

    fn times_out(&mut self, after: Duration) -> Option<bool> {
        Some(matches!(self.recv_timeout(after), Err(RecvTimeoutError::Timeout)))
    }
}

impl<T: Item> TaskTx<T> for Sender<T> {
    async fn put(&mut self, item: T) {
        self.send_async(item).await.expect("open");
    }
}

impl<T: Item> TaskRx<T> for Receiver<T> {
    const MANY: bool = true;

    async fn take(&mut self) -> Option<T> {
        self.recv_async().await.ok()
    }

    async fn take_many(&mut self, items: &mut Vec<T>, _limit: usize) -> usize {
        let before = items.len();
        items.extend(self.recv_async().await.ok());
        items.extend(self.drain());
        items.len() - before
    }
}
