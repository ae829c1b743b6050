//! tokio's mpsc: many senders, one receiver; threads use its blocking calls.

use tokio::sync::mpsc::{Receiver, Sender, UnboundedReceiver, UnboundedSender, channel, unbounded_channel};

use super::{Peer, TaskRx, TaskTx, ThreadRx, ThreadTx};
use crate::item::Item;
use crate::scenario::Capacity;

pub struct TokioBounded;
pub struct TokioUnbounded;

impl<T: Item> Peer<T> for TokioBounded {
    type Tx = Sender<T>;
    type Rx = Receiver<T>;
    type TaskTx = Sender<T>;
    type TaskRx = Receiver<T>;

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

impl<T: Item> Peer<T> for TokioUnbounded {
    type Tx = UnboundedSender<T>;
    type Rx = UnboundedReceiver<T>;
    type TaskTx = UnboundedSender<T>;
    type TaskRx = UnboundedReceiver<T>;

    fn make(capacity: Capacity) -> Option<(Self::Tx, Self::Rx)> {
        (capacity == Capacity::Unbounded).then(unbounded_channel)
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
    fn put(&mut self, item: T) {
        self.blocking_send(item).expect("open");
    }

    fn try_put(&mut self, item: T) -> bool {
        self.try_send(item).is_ok()
    }
}

impl<T: Item> TaskTx<T> for Sender<T> {
    async fn put(&mut self, item: T) {
        self.send(item).await.expect("open");
    }
}

impl<T: Item> ThreadTx<T> for UnboundedSender<T> {
    fn put(&mut self, item: T) {
        self.send(item).expect("open");
    }

    fn try_put(&mut self, item: T) -> bool {
        self.send(item).is_ok()
    }
}

impl<T: Item> TaskTx<T> for UnboundedSender<T> {
    async fn put(&mut self, item: T) {
        self.send(item).expect("open");
    }
}

/// Both kinds of receivers call the same things by the same names.
macro_rules! receivers {
    ($($rx:ident),+) => {$(
        impl<T: Item> ThreadRx<T> for $rx<T> {
            const MANY: bool = true;

            fn take(&mut self) -> Option<T> {
                self.blocking_recv()
            }

            fn try_take(&mut self) -> Option<T> {
                self.try_recv().ok()
            }

            fn take_many(&mut self, items: &mut Vec<T>, limit: usize) -> usize {
                self.blocking_recv_many(items, limit)
            }
        }

        impl<T: Item> TaskRx<T> for $rx<T> {
            const MANY: bool = true;

            async fn take(&mut self) -> Option<T> {
                self.recv().await
            }

            async fn take_many(&mut self, items: &mut Vec<T>, limit: usize) -> usize {
                self.recv_many(items, limit).await
            }
        }
    )+};
}

receivers!(Receiver, UnboundedReceiver);
