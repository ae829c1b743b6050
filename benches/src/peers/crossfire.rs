//! crossfire: a family of types, of which the mpmc, the mpsc and the spsc ones are measured.
//!
//! A capacity of 0 is refused here: crossfire would make it 1.

use std::time::Duration;

use crossfire::select::Select;
use crossfire::{AsyncRx, AsyncTx, MAsyncRx, MAsyncTx, MRx, MTx, RecvTimeoutError, Rx, Tx, mpmc, mpsc, spsc};

use super::{Peer, SELECTED, TaskRx, TaskTx, ThreadRx, ThreadTx};
use crate::item::Item;
use crate::scenario::Capacity;

/// What its documentation asks for at the start of a program.
pub fn prepare() {
    crossfire::detect_backoff_cfg();
}

/// One of the types as a channel: its flavour, its four handles, how it is made, how it is cloned.
macro_rules! peer {
    ($peer:ident, $flavor:ty, $tx:ident $rx:ident $task_tx:ident $task_rx:ident, $make:expr, $more_tx:expr, $more_rx:expr) => {
        pub struct $peer;

        impl<T: Item> Peer<T> for $peer {
            type Tx = $tx<$flavor>;
            type Rx = $rx<$flavor>;
            type TaskTx = $task_tx<$flavor>;
            type TaskRx = $task_rx<$flavor>;

            fn make(capacity: Capacity) -> Option<(Self::Tx, Self::Rx)> {
                $make(capacity)
            }

            fn more_tx(tx: &Self::Tx) -> Option<Self::Tx> {
                $more_tx(tx)
            }

            fn more_rx(rx: &Self::Rx) -> Option<Self::Rx> {
                $more_rx(rx)
            }

            fn task_tx(tx: Self::Tx) -> Option<Self::TaskTx> {
                Some(tx.into())
            }

            fn task_rx(rx: Self::Rx) -> Option<Self::TaskRx> {
                Some(rx.into())
            }
        }
    };
}

macro_rules! sender {
    ($flavor:ty, $tx:ident $task_tx:ident) => {
        impl<T: Item> ThreadTx<T> for $tx<$flavor> {
            fn put(&mut self, item: T) {
                self.send(item).expect("open");
            }

            fn try_put(&mut self, item: T) -> bool {
                self.try_send(item).is_ok()
            }
        }

        impl<T: Item> TaskTx<T> for $task_tx<$flavor> {
            async fn put(&mut self, item: T) {
                self.send(item).await.expect("open");
            }
        }
    };
}

macro_rules! receiver {
    ($flavor:ty, $rx:ident $task_rx:ident) => {
        impl<T: Item> ThreadRx<T> for $rx<$flavor> {
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
                let rxs = rxs.each_ref().map(|rx| -> &Rx<$flavor> { rx });
                let mut select = Select::new();
                rxs.iter().for_each(|rx| select.add(*rx));
                loop {
                    let result = select.select().expect("none is taken out");
                    let rx = rxs.iter().find(|rx| result.is_from(**rx)).expect("it is one of them");
                    match rx.read_select(result) {
                        Ok(item) => each(item),
                        Err(_) => return Some(()),
                    }
                }
            }
        }

        impl<T: Item> TaskRx<T> for $task_rx<$flavor> {
            async fn take(&mut self) -> Option<T> {
                self.recv().await.ok()
            }
        }
    };
}

/// With the limit, if it is one that crossfire keeps.
fn bounded<Q>(capacity: Capacity, make: impl FnOnce(usize) -> Q) -> Option<Q> {
    match capacity {
        Capacity::Bounded(0) | Capacity::Unbounded => None,
        Capacity::Bounded(limit) => Some(make(limit)),
    }
}

fn unbounded<Q>(capacity: Capacity, make: impl FnOnce() -> Q) -> Option<Q> {
    (capacity == Capacity::Unbounded).then(make)
}

fn cloned<H: Clone>(handle: &H) -> Option<H> {
    Some(handle.clone())
}

fn none<H>(_handle: &H) -> Option<H> {
    None
}

peer!(MpmcArray, mpmc::Array<T>, MTx MRx MAsyncTx MAsyncRx, |c| bounded(c, mpmc::bounded_blocking), cloned, cloned);
peer!(MpmcList, mpmc::List<T>, MTx MRx MAsyncTx MAsyncRx, |c| unbounded(c, mpmc::unbounded_blocking), cloned, cloned);
peer!(MpscArray, mpsc::Array<T>, MTx Rx MAsyncTx AsyncRx, |c| bounded(c, mpsc::bounded_blocking), cloned, none);
peer!(MpscList, mpsc::List<T>, MTx Rx MAsyncTx AsyncRx, |c| unbounded(c, mpsc::unbounded_blocking), cloned, none);
peer!(SpscArray, spsc::Array<T>, Tx Rx AsyncTx AsyncRx, |c| bounded(c, spsc::bounded_blocking), none, none);
peer!(SpscList, spsc::List<T>, Tx Rx AsyncTx AsyncRx, |c| unbounded(c, spsc::unbounded_blocking), none, none);

// Some of the families have flavours in common.

sender!(mpmc::Array<T>, MTx MAsyncTx);
sender!(mpmc::List<T>, MTx MAsyncTx);
sender!(mpsc::Array<T>, MTx MAsyncTx);
sender!(mpsc::List<T>, MTx MAsyncTx);
sender!(spsc::Array<T>, Tx AsyncTx);
sender!(spsc::List<T>, Tx AsyncTx);
receiver!(mpmc::Array<T>, MRx MAsyncRx);
receiver!(mpmc::List<T>, MRx MAsyncRx);
receiver!(mpsc::Array<T>, Rx AsyncRx);
receiver!(mpsc::List<T>, Rx AsyncRx);
receiver!(spsc::Array<T>, Rx AsyncRx);
