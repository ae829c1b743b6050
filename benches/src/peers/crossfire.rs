//! crossfire: a family of types, of which the mpmc ones and the spsc ones are measured.
//!
//! A capacity of 0 is refused here: crossfire would make it 1. The call that its documentation asks for on
//! machines with a single CPU is made before each queue.

use std::marker::PhantomData;
use std::time::Duration;

use crossfire::flavor::Flavor;
use crossfire::{
    AsyncRx, AsyncTx, MAsyncRx, MAsyncTx, MRx, MTx, RecvTimeoutError, Rx, Tx, detect_backoff_cfg, mpmc, spsc,
};

use super::{Handles, Peer, TaskRx, TaskTx, ThreadRx, ThreadTx, handles};
use crate::scenario::{Capacity, Shape};

/// How one of crossfire's flavours is made.
pub trait Make: Flavor<Item = u64> + Sized {
    type Tx;
    type Rx;

    fn make(capacity: Capacity) -> Option<(Self::Tx, Self::Rx)>;
}

pub type MpmcArray = mpmc::Array<u64>;
pub type MpmcList = mpmc::List<u64>;
pub type SpscArray = spsc::Array<u64>;
pub type SpscList = spsc::List<u64>;

impl Make for MpmcArray {
    type Tx = MTx<Self>;
    type Rx = MRx<Self>;

    fn make(capacity: Capacity) -> Option<(Self::Tx, Self::Rx)> {
        match capacity {
            Capacity::Bounded(limit) if limit > 0 => Some(mpmc::bounded_blocking(limit)),
            _ => None,
        }
    }
}

impl Make for MpmcList {
    type Tx = MTx<Self>;
    type Rx = MRx<Self>;

    fn make(_: Capacity) -> Option<(Self::Tx, Self::Rx)> {
        Some(mpmc::unbounded_blocking())
    }
}

impl Make for SpscArray {
    type Tx = Tx<Self>;
    type Rx = Rx<Self>;

    fn make(capacity: Capacity) -> Option<(Self::Tx, Self::Rx)> {
        match capacity {
            Capacity::Bounded(limit) if limit > 0 => Some(spsc::bounded_blocking(limit)),
            _ => None,
        }
    }
}

impl Make for SpscList {
    type Tx = Tx<Self>;
    type Rx = Rx<Self>;

    fn make(_: Capacity) -> Option<(Self::Tx, Self::Rx)> {
        Some(spsc::unbounded_blocking())
    }
}

pub struct Mpmc<F>(PhantomData<F>);

impl<F: Make<Tx = MTx<F>, Rx = MRx<F>>> Peer for Mpmc<F> {
    type Tx = MTx<F>;
    type Rx = MRx<F>;
    type TaskTx = MAsyncTx<F>;
    type TaskRx = MAsyncRx<F>;

    fn open(shape: Shape) -> Option<Handles<Self>> {
        detect_backoff_cfg();
        let (tx, rx) = F::make(shape.capacity)?;
        Some((handles(tx, shape.senders), handles(rx, shape.receivers)))
    }

    fn task_tx(tx: Self::Tx) -> Option<Self::TaskTx> {
        Some(tx.into())
    }

    fn task_rx(rx: Self::Rx) -> Option<Self::TaskRx> {
        Some(rx.into())
    }
}

pub struct Spsc<F>(PhantomData<F>);

impl<F: Make<Tx = Tx<F>, Rx = Rx<F>>> Peer for Spsc<F> {
    type Tx = Tx<F>;
    type Rx = Rx<F>;
    type TaskTx = AsyncTx<F>;
    type TaskRx = AsyncRx<F>;

    fn open(shape: Shape) -> Option<Handles<Self>> {
        if (shape.senders, shape.receivers) != (1, 1) {
            return None;
        }
        detect_backoff_cfg();
        let (tx, rx) = F::make(shape.capacity)?;
        Some((vec![tx], vec![rx]))
    }

    fn task_tx(tx: Self::Tx) -> Option<Self::TaskTx> {
        Some(tx.into())
    }

    fn task_rx(rx: Self::Rx) -> Option<Self::TaskRx> {
        Some(rx.into())
    }
}

/// Both families call the same things by the same names.
macro_rules! ends {
    ($tx:ident, $rx:ident, $task_tx:ident, $task_rx:ident) => {
        impl<F: Make> ThreadTx for $tx<F> {
            fn put(&mut self, item: u64) {
                self.send(item).expect("open");
            }

            fn try_put(&mut self, item: u64) -> bool {
                self.try_send(item).is_ok()
            }
        }

        impl<F: Make> ThreadRx for $rx<F> {
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

        impl<F: Make> TaskTx for $task_tx<F> {
            async fn put(&mut self, item: u64) {
                self.send(item).await.expect("open");
            }
        }

        impl<F: Make> TaskRx for $task_rx<F> {
            async fn take(&mut self) -> Option<u64> {
                self.recv().await.ok()
            }
        }
    };
}

ends!(MTx, MRx, MAsyncTx, MAsyncRx);
ends!(Tx, Rx, AsyncTx, AsyncRx);
