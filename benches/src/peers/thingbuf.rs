//! thingbuf: many senders, one receiver; one type of queue for threads, another for tasks.

use std::time::Duration;

use thingbuf::mpsc::blocking::{self, Receiver as BlockingReceiver, Sender as BlockingSender};
use thingbuf::mpsc::errors::RecvTimeoutError;
use thingbuf::mpsc::{self, Receiver, Sender};

use super::{Absent, Peer, TaskRx, TaskTx, ThreadRx, ThreadTx};
use crate::item::Item;
use crate::scenario::Capacity;

pub struct ThingbufThreads;
pub struct ThingbufTasks;

fn limit(capacity: Capacity) -> Option<usize> {
    match capacity {
        Capacity::Bounded(0) | Capacity::Unbounded => None,
        Capacity::Bounded(limit) => Some(limit),
    }
}

impl<T: Item> Peer<T> for ThingbufThreads {
    type Tx = BlockingSender<T>;
    type Rx = BlockingReceiver<T>;
    type TaskTx = Absent;
    type TaskRx = Absent;

    fn make(capacity: Capacity) -> Option<(Self::Tx, Self::Rx)> {
        Some(blocking::channel(limit(capacity)?))
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

impl<T: Item> Peer<T> for ThingbufTasks {
    type Tx = Sender<T>;
    type Rx = Receiver<T>;
    type TaskTx = Sender<T>;
    type TaskRx = Receiver<T>;

    const THREADS: bool = false;

    fn make(capacity: Capacity) -> Option<(Self::Tx, Self::Rx)> {
        Some(mpsc::channel(limit(capacity)?))
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

impl<T: Item> ThreadTx<T> for BlockingSender<T> {
    fn put(&mut self, item: T) {
        self.send(item).expect("open");
    }

    fn try_put(&mut self, item: T) -> bool {
        self.try_send(item).is_ok()
    }
}

impl<T: Item> ThreadRx<T> for BlockingReceiver<T> {
    fn take(&mut self) -> Option<T> {
        self.recv()
    }

    fn try_take(&mut self) -> Option<T> {
        self.try_recv().ok()
    }

    fn times_out(&mut self, after: Duration) -> Option<bool> {
        Some(matches!(self.recv_timeout(after), Err(RecvTimeoutError::Timeout)))
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
        self.recv().await
    }
}
