//! bifrons itself.

use std::time::Duration;

use bifrons::{AsyncReceiver, AsyncSender, Receiver, RecvTimeoutError, Sender, bounded, unbounded};

use super::{Handles, Peer, TaskRx, TaskTx, ThreadRx, ThreadTx, handles};
use crate::scenario::{Capacity, Shape};

pub struct Bifrons;

impl Peer for Bifrons {
    type Tx = Sender<u64>;
    type Rx = Receiver<u64>;
    type TaskTx = AsyncSender<u64>;
    type TaskRx = AsyncReceiver<u64>;

    fn open(shape: Shape) -> Option<Handles<Self>> {
        let (tx, rx) = match shape.capacity {
            Capacity::Bounded(limit) => bounded(limit),
            Capacity::Unbounded => unbounded(),
        };
        Some((handles(tx, shape.senders), handles(rx, shape.receivers)))
    }

    fn task_tx(tx: Self::Tx) -> Option<Self::TaskTx> {
        Some(tx.into_async())
    }

    fn task_rx(rx: Self::Rx) -> Option<Self::TaskRx> {
        Some(rx.into_async())
    }
}

impl ThreadTx for Sender<u64> {
    fn put(&mut self, item: u64) {
        self.send(item).expect("open");
    }

    fn try_put(&mut self, item: u64) -> bool {
        self.try_send(item).is_ok()
    }
}

impl ThreadRx for Receiver<u64> {
    fn take(&mut self) -> Option<u64> {
        self.recv().ok()
    }

    fn try_take(&mut self) -> Option<u64> {
        self.try_recv().ok()
    }

    fn observe(&mut self) -> Option<u64> {
        Some(self.stats().len as u64)
    }

    fn times_out(&mut self, after: Duration) -> Option<bool> {
        Some(matches!(self.recv_timeout(after), Err(RecvTimeoutError::Timeout)))
    }
}

impl TaskTx for AsyncSender<u64> {
    async fn put(&mut self, item: u64) {
        self.send(item).await.expect("open");
    }
}

impl TaskRx for AsyncReceiver<u64> {
    async fn take(&mut self) -> Option<u64> {
        self.recv().await.ok()
    }
}
