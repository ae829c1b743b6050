//! kanal: a blocking face and an async one over the same queue.

use std::time::Duration;

use kanal::{AsyncReceiver, AsyncSender, ReceiveErrorTimeout, Receiver, Sender, bounded, unbounded};

use super::{Peer, TaskRx, TaskTx, ThreadRx, ThreadTx};
use crate::item::Item;
use crate::scenario::Capacity;

pub struct Kanal;

impl<T: Item> Peer<T> for Kanal {
    type Tx = Sender<T>;
    type Rx = Receiver<T>;
    type TaskTx = AsyncSender<T>;
    type TaskRx = AsyncReceiver<T>;

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
        Some(tx.to_async())
    }

    fn task_rx(rx: Self::Rx) -> Option<Self::TaskRx> {
        Some(rx.to_async())
    }
}

impl<T: Item> ThreadTx<T> for Sender<T> {
    fn put(&mut self, item: T) {
        self.send(item).expect("open");
    }

    fn try_put(&mut self, item: T) -> bool {
        self.try_send(item).expect("open")
    }
}

impl<T: Item> ThreadRx<T> for Receiver<T> {
    const MANY: bool = true;

    fn take(&mut self) -> Option<T> {
        self.recv().ok()
    }

    fn try_take(&mut self) -> Option<T> {
        self.try_recv().expect("open")
    }

    fn take_many(&mut self, items: &mut Vec<T>, _limit: usize) -> usize {
        let before = items.len();
        if let Ok(first) = self.recv() {
            items.push(first);
            // It fails once all senders are gone; then the next call finds the end.
            let _ = self.drain_into(items);
        }
        items.len() - before
    }

    fn times_out(&mut self, after: Duration) -> Option<bool> {
        Some(matches!(self.recv_timeout(after), Err(ReceiveErrorTimeout::Timeout)))
    }
}

impl<T: Item> TaskTx<T> for AsyncSender<T> {
    async fn put(&mut self, item: T) {
        self.send(item).await.expect("open");
    }
}

impl<T: Item> TaskRx<T> for AsyncReceiver<T> {
    const MANY: bool = true;

    async fn take(&mut self) -> Option<T> {
        self.recv().await.ok()
    }

    async fn take_many(&mut self, items: &mut Vec<T>, _limit: usize) -> usize {
        let before = items.len();
        if let Ok(first) = self.recv().await {
            items.push(first);
            // As for threads.
            let _ = self.drain_into(items);
        }
        items.len() - before
    }
}
