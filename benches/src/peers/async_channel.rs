//! async-channel: tasks first, with blocking calls beside.

use async_channel::{Receiver, Sender, bounded, unbounded};

use super::{Peer, TaskRx, TaskTx, ThreadRx, ThreadTx};
use crate::item::Item;
use crate::scenario::Capacity;

pub struct AsyncChannel;

impl<T: Item> Peer<T> for AsyncChannel {
    type Tx = Sender<T>;
    type Rx = Receiver<T>;
    type TaskTx = Sender<T>;
    type TaskRx = Receiver<T>;

    fn make(capacity: Capacity) -> Option<(Self::Tx, Self::Rx)> {
        match capacity {
            Capacity::Bounded(0) => None,
            Capacity::Bounded(limit) => Some(bounded(limit)),
            Capacity::Unbounded => Some(unbounded()),
        }
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
        self.send_blocking(item).expect("open");
    }

    fn try_put(&mut self, item: T) -> bool {
        self.try_send(item).is_ok()
    }
}

impl<T: Item> ThreadRx<T> for Receiver<T> {
    fn take(&mut self) -> Option<T> {
        self.recv_blocking().ok()
    }

    fn try_take(&mut self) -> Option<T> {
        self.try_recv().ok()
    }
}

impl<T: Item> TaskTx<T> for Sender<T> {
    async fn put(&mut self, item: T) {
        self.send(item).await.expect("open");
    }
}

impl<T: Item> TaskRx<T> for Receiver<T> {
    async fn take(&mut self) -> Option<T> {
        self.recv().await.ok()
    }
}
