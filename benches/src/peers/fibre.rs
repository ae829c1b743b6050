//! fibre: a type of queue for each number of ends, of which the mpmc, the mpsc and the spsc ones are measured.

use std::collections::VecDeque;
use std::time::Duration;

use fibre::error::RecvErrorTimeout;
use fibre::{mpmc, mpsc, spsc};

use super::{Peer, TaskRx, TaskTx, ThreadRx, ThreadTx};
use crate::item::Item;
use crate::scenario::Capacity;

/// One of the types as a channel: its four handles, how it is made, how it is cloned, what its ends can do.
macro_rules! peer {
    (
        $peer:ident, $module:path, $tx:ident $rx:ident $task_tx:ident $task_rx:ident,
        $make:expr, $more_tx:expr, $more_rx:expr, $sends:ident, $receives:ident
    ) => {
        pub struct $peer;

        const _: () = {
            use $module as family;

            impl<T: Item> Peer<T> for $peer {
                type Tx = family::$tx<T>;
                type Rx = family::$rx<T>;
                type TaskTx = family::$task_tx<T>;
                type TaskRx = family::$task_rx<T>;

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
                    Some(tx.to_async())
                }

                fn task_rx(rx: Self::Rx) -> Option<Self::TaskRx> {
                    Some(rx.to_async())
                }
            }

            impl<T: Item> ThreadTx<T> for family::$tx<T> {
                fn put(&mut self, item: T) {
                    self.send(item).expect("open");
                }

                fn try_put(&mut self, item: T) -> bool {
                    self.try_send(item).is_ok()
                }

                $sends!();
            }

            impl<T: Item> ThreadRx<T> for family::$rx<T> {
                fn take(&mut self) -> Option<T> {
                    self.recv().ok()
                }

                fn try_take(&mut self) -> Option<T> {
                    self.try_recv().ok()
                }

                fn times_out(&mut self, after: Duration) -> Option<bool> {
                    Some(matches!(self.recv_timeout(after), Err(RecvErrorTimeout::Timeout)))
                }

                $receives!();
            }

            impl<T: Item> TaskTx<T> for family::$task_tx<T> {
                async fn put(&mut self, item: T) {
                    self.send(item).await.expect("open");
                }
            }

            impl<T: Item> TaskRx<T> for family::$task_rx<T> {
                async fn take(&mut self) -> Option<T> {
                    self.recv().await.ok()
                }

                $receives!(task);
            }
        };
    };
}

macro_rules! one_by_one {
    ($($task:ident)?) => {};
}

macro_rules! sends_many {
    () => {
        const MANY: bool = true;

        fn put_many(&mut self, items: &mut VecDeque<T>) {
            // Its calls take a vector, which shares the memory of the deque.
            let mut items_of_vec = Vec::from(std::mem::take(items));
            self.send_batch_mut(&mut items_of_vec).expect("open");
            *items = items_of_vec.into();
        }
    };
}

macro_rules! receives_many {
    () => {
        const MANY: bool = true;

        fn take_many(&mut self, items: &mut Vec<T>, limit: usize) -> usize {
            self.recv_batch_mut(items, limit).unwrap_or(0)
        }
    };
    (task) => {
        const MANY: bool = true;

        async fn take_many(&mut self, items: &mut Vec<T>, limit: usize) -> usize {
            self.recv_batch_mut(items, limit).await.unwrap_or(0)
        }
    };
}

/// With the limit, unless it is 0: that is another type.
fn bounded<Q>(capacity: Capacity, make: impl FnOnce(usize) -> Q) -> Option<Q> {
    match capacity {
        Capacity::Bounded(0) | Capacity::Unbounded => None,
        Capacity::Bounded(limit) => Some(make(limit)),
    }
}

fn exactly<Q>(capacity: Capacity, wanted: Capacity, make: impl FnOnce() -> Q) -> Option<Q> {
    (capacity == wanted).then(make)
}

fn cloned<H: Clone>(handle: &H) -> Option<H> {
    Some(handle.clone())
}

fn none<H>(_handle: &H) -> Option<H> {
    None
}

const ZERO: Capacity = Capacity::Bounded(0);
const NONE: Capacity = Capacity::Unbounded;

peer!(
    MpmcBounded, fibre::mpmc, BoundedSyncSender BoundedSyncReceiver BoundedAsyncSender BoundedAsyncReceiver,
    |c| bounded(c, mpmc::bounded), cloned, cloned, sends_many, receives_many
);
peer!(
    MpmcUnbounded, fibre::mpmc,
    UnboundedSyncSender UnboundedSyncReceiver UnboundedAsyncSender UnboundedAsyncReceiver,
    |c| exactly(c, NONE, mpmc::unbounded), cloned, cloned, sends_many, receives_many
);
peer!(
    MpmcRendezvous, fibre::mpmc,
    RendezvousSyncSender RendezvousSyncReceiver RendezvousAsyncSender RendezvousAsyncReceiver,
    |c| exactly(c, ZERO, mpmc::rendezvous::rendezvous), cloned, cloned, one_by_one, one_by_one
);
peer!(
    MpscBounded, fibre::mpsc, BoundedSyncSender BoundedSyncReceiver BoundedAsyncSender BoundedAsyncReceiver,
    |c| bounded(c, mpsc::bounded), cloned, none, sends_many, receives_many
);
peer!(
    MpscUnbounded, fibre::mpsc,
    UnboundedSyncSender UnboundedSyncReceiver UnboundedAsyncSender UnboundedAsyncReceiver,
    |c| exactly(c, NONE, mpsc::unbounded), cloned, none, sends_many, receives_many
);
peer!(
    MpscRendezvous, fibre::mpsc,
    RendezvousSyncSender RendezvousSyncReceiver RendezvousAsyncSender RendezvousAsyncReceiver,
    |c| exactly(c, ZERO, mpsc::rendezvous::rendezvous), cloned, none, one_by_one, one_by_one
);
peer!(
    SpscBounded, fibre::spsc, BoundedSyncSender BoundedSyncReceiver BoundedAsyncSender BoundedAsyncReceiver,
    |c| bounded(c, spsc::bounded_sync), none, none, sends_many, receives_many
);
peer!(
    SpscRendezvous, fibre::spsc,
    RendezvousSyncSender RendezvousSyncReceiver RendezvousAsyncSender RendezvousAsyncReceiver,
    |c| exactly(c, ZERO, spsc::rendezvous::rendezvous), none, none, one_by_one, one_by_one
);
