//! crossbeam-channel: threads only.

use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded, unbounded};

use super::{Absent, Handles, Peer, ThreadRx, ThreadTx, handles};
use crate::scenario::{Capacity, Shape};

pub struct Crossbeam;

impl Peer for Crossbeam {
    type Tx = Sender<u64>;
    type Rx = Receiver<u64>;
    type TaskTx = Absent;
    type TaskRx = Absent;

    fn open(shape: Shape) -> Option<Handles<Self>> {
        let (tx, rx) = match shape.capacity {
            Capacity::Bounded(limit) => bounded(limit),
            Capacity::Unbounded => unbounded(),
        };
        Some((handles(tx, shape.senders), handles(rx, shape.receivers)))
    }

    fn task_tx(_tx: Self::Tx) -> Option<Absent> {
        None
    }

    fn task_rx(_rx: Self::Rx) -> Option<Absent> {
        None
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

    fn times_out(&mut self, after: Duration) -> Option<bool> {
        Some(self.recv_timeout(after) == Err(RecvTimeoutError::Timeout))
    }
}
