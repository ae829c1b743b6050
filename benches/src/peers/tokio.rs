//! tokio's mpsc: many senders, one receiver; threads use its blocking calls.

use tokio::sync::mpsc::{Receiver, Sender, UnboundedReceiver, UnboundedSender, channel, unbounded_channel};

use super::{Handles, Peer, TaskRx, TaskTx, ThreadRx, ThreadTx, handles};
use crate::scenario::{Capacity, Shape};

pub struct TokioBounded;

impl Peer for TokioBounded {
    type Tx = Sender<u64>;
    type Rx = Receiver<u64>;
    type TaskTx = Sender<u64>;
    type TaskRx = Receiver<u64>;

    fn open(shape: Shape) -> Option<Handles<Self>> {
        match shape.capacity {
            Capacity::Bounded(limit) if limit > 0 && shape.receivers == 1 => {
                let (tx, rx) = channel(limit);
                Some((handles(tx, shape.senders), vec![rx]))
            }
            _ => None,
        }
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
        self.blocking_send(item).expect("open");
    }

    fn try_put(&mut self, item: u64) -> bool {
        self.try_send(item).is_ok()
    }
}

impl ThreadRx for Receiver<u64> {
    fn take(&mut self) -> Option<u64> {
        self.blocking_recv()
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
        self.recv().await
    }
}

pub struct TokioUnbounded;

impl Peer for TokioUnbounded {
    type Tx = UnboundedSender<u64>;
    type Rx = UnboundedReceiver<u64>;
    type TaskTx = UnboundedSender<u64>;
    type TaskRx = UnboundedReceiver<u64>;

    fn open(shape: Shape) -> Option<Handles<Self>> {
        (shape.receivers == 1).then(|| {
            let (tx, rx) = unbounded_channel();
            (handles(tx, shape.senders), vec![rx])
        })
    }

    fn task_tx(tx: Self::Tx) -> Option<Self::TaskTx> {
        Some(tx)
    }

    fn task_rx(rx: Self::Rx) -> Option<Self::TaskRx> {
        Some(rx)
    }
}

impl ThreadTx for UnboundedSender<u64> {
    fn put(&mut self, item: u64) {
        self.send(item).expect("open");
    }

    fn try_put(&mut self, item: u64) -> bool {
        self.send(item).is_ok()
    }
}

impl ThreadRx for UnboundedReceiver<u64> {
    fn take(&mut self) -> Option<u64> {
        self.blocking_recv()
    }

    fn try_take(&mut self) -> Option<u64> {
        self.try_recv().ok()
    }
}

impl TaskTx for UnboundedSender<u64> {
    async fn put(&mut self, item: u64) {
        self.send(item).expect("open");
    }
}

impl TaskRx for UnboundedReceiver<u64> {
    async fn take(&mut self) -> Option<u64> {
        self.recv().await
    }
}
