//! bifrons itself.

use std::collections::VecDeque;
use std::time::Duration;

use bifrons::{AsyncReceiver, AsyncSender, Receiver, RecvTimeoutError, Sender, bounded, unbounded};

use super::select::take_by_select;
use super::{Peer, SELECTED, TaskRx, TaskTx, ThreadRx, ThreadTx};
use crate::item::Item;
use crate::scenario::Capacity;

pub struct Bifrons;

impl<T: Item> Peer<T> for Bifrons {
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
        Some(tx.into_async())
    }

    fn task_rx(rx: Self::Rx) -> Option<Self::TaskRx> {
        Some(rx.into_async())
    }
}

impl<T: Item> ThreadTx<T> for Sender<T> {
    const MANY: bool = true;

    fn put(&mut self, item: T) {
        self.send(item).expect("open");
    }

    fn try_put(&mut self, item: T) -> bool {
        self.try_send(item).is_ok()
    }

    fn put_many(&mut self, items: &mut VecDeque<T>) {
        self.send_many(items).expect("open");
    }
}

impl<T: Item> ThreadRx<T> for Receiver<T> {
    const MANY: bool = true;
    const SELECTS: bool = true;

    fn take(&mut self) -> Option<T> {
        self.recv().ok()
    }

    fn try_take(&mut self) -> Option<T> {
        self.try_recv().ok()
    }

    fn take_many(&mut self, items: &mut Vec<T>, limit: usize) -> usize {
        self.recv_many(items, limit).unwrap_or(0)
    }

    fn observe(&mut self) -> Option<u64> {
        Some(self.stats().len as u64)
    }

    fn times_out(&mut self, after: Duration) -> Option<bool> {
        Some(matches!(self.recv_timeout(after), Err(RecvTimeoutError::Timeout)))
    }

    fn take_selected(rxs: &mut [Self; SELECTED], mut each: impl FnMut(T)) -> Option<()> {
        take_by_select!(bifrons::select, rxs, each);
        Some(())
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

    async fn take_many(&mut self, items: &mut Vec<T>, limit: usize) -> usize {
        self.recv_many(items, limit).await.unwrap_or(0)
    }
}
