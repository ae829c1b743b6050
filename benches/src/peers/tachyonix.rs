//! tachyonix: tasks only, many senders, one receiver.

use tachyonix::{Receiver, Sender, channel};

use super::{Peer, TaskRx, TaskTx, ThreadRx, ThreadTx};
use crate::item::Item;
use crate::scenario::Capacity;

pub struct Tachyonix;

impl<T: Item> Peer<T> for Tachyonix {
    type Tx = Sender<T>;
    type Rx = Receiver<T>;
    type TaskTx = Sender<T>;
    type TaskRx = Receiver<T>;

    const THREADS: bool = false;

    fn make(capacity: Capacity) -> Option<(Self::Tx, Self::Rx)> {
        match capacity {
            Capacity::Bounded(0) | Capacity::Unbounded => None,
            Capacity::Bounded(limit) => Some(channel(limit)),
        }
    }

    fn more_tx(tx: &Self::Tx) -> Option<Self::Tx> {
        Some(tx.clone())
    }

    fn task_tx(tx: Self::Tx) -> Option<Self::TaskTx> {
        Some(tx)
    }

    fn task_rx(rx: Self::Rx) -> Option<Self::TaskRx> {
        Some(rx)
    }
}

impl<T: Item> ThreadTx<T> for Sender<T> {
    fn put(&mut self, _item: T) {
        unreachable!("no thread waits here");
    }

    fn try_put(&mut self, item: T) -> bool {
        self.try_send(item).is_ok()
    }
}

impl<T: Item> ThreadRx<T> for Receiver<T> {
    fn take(&mut self) -> Option<T> {
        unreachable!("no thread waits here");
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
