//! crossbeam-channel: threads only.

use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded, unbounded};

use super::select::take_by_select;
use super::{Absent, Peer, SELECTED, ThreadRx, ThreadTx};
use crate::item::Item;
use crate::scenario::Capacity;

pub struct Crossbeam;

impl<T: Item> Peer<T> for Crossbeam {
    type Tx = Sender<T>;
    type Rx = Receiver<T>;
    type TaskTx = Absent;
    type TaskRx = Absent;

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

    fn task_tx(_tx: Self::Tx) -> Option<Absent> {
        None
    }

    fn task_rx(_rx: Self::Rx) -> Option<Absent> {
        None
    }
}

impl<T: Item> ThreadTx<T> for Sender<T> {
    fn put(&mut self, item: T) {
        self.send(item).expect("open");
    }

    fn try_put(&mut self, item: T) -> bool {
        self.try_send(item).is_ok()
    }
}

impl<T: Item> ThreadRx<T> for Receiver<T> {
    const SELECTS: bool = true;

    fn take(&mut self) -> Option<T> {
        self.recv().ok()
    }

    fn try_take(&mut self) -> Option<T> {
        self.try_recv().ok()
    }

    fn times_out(&mut self, after: Duration) -> Option<bool> {
        Some(matches!(self.recv_timeout(after), Err(RecvTimeoutError::Timeout)))
    }

    fn take_selected(rxs: &mut [Self; SELECTED], mut each: impl FnMut(T)) -> Option<()> {
        take_by_select!(crossbeam_channel::select, rxs, each);
        Some(())
    }
}
