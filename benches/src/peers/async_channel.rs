//! async-channel: tasks first, with blocking calls beside.

use async_channel::{Receiver, Sender, bounded, unbounded};

use super::{Handles, Peer, TaskRx, TaskTx, ThreadRx, ThreadTx, handles};
use crate::scenario::{Capacity, Shape};

pub struct AsyncChannel;

impl Peer for AsyncChannel {
    type Tx = Sender<u64>;
    type Rx = Receiver<u64>;
    type TaskTx = Sender<u64>;
    type TaskRx = Receiver<u64>;

    fn open(shape: Shape) -> Option<Handles<Self>> {
        let (tx, rx) = match shape.capacity {
            Capacity::Bounded(0) => return None,
            Capacity::Bounded(limit) => bounded(limit),
            Capacity::Unbounded => unbounded(),
        };
        Some((handles(tx, shape.senders), handles(rx, shape.receivers)))
    }

    fn task_tx(tx: Self::Tx) -> Option<Self::TaskTx> {
        Some(tx)
    }

    fn task_rx(rx: Self::Rx) -> Option<Self::TaskRx> {
        Some(rx)
    }
}

impl ThreadTx for Sender<u64> {
    fn put(&mut self, item: u64) {
        self.send_blocking(item).expect("open");
    }

    fn try_put(&mut self, item: u64) -> bool {
        self.try_send(item).is_ok()
    }
}

impl ThreadRx for Receiver<u64> {
    fn take(&mut self) -> Option<u64> {
        self.recv_blocking().ok()
    }

    fn try_take(&mut self) -> Option<u64> {
        self.try_recv().ok()
    }
}

impl TaskTx for Sender<u64> {
    async fn put(&mut self, item: u64) {
        self.send(item).await.expect("open");
    }
}

impl TaskRx for Receiver<u64> {
    async fn take(&mut self) -> Option<u64> {
        self.recv().await.ok()
    }
}
