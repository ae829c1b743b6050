//! The verbs beyond sending and receiving, written once for both faces.

use std::collections::VecDeque;

use bifrons::{
    CapacityError, OwnedPermit, Permit, RecvError, ReserveError, SendError, Stats, TryRecvError, TrySendError,
};

use super::harness::{Case, Rx, Task, Tx, Waiting};
use crate::support::block_on;

/// In which order a queue gives its items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Fifo,
    Lifo,
    Priority,
}

impl Order {
    pub(super) const ALL: [Self; 3] = [Self::Fifo, Self::Lifo, Self::Priority];

    /// The items that are taken after these were sent one after the other.
    pub(super) fn of<T: Ord>(self, mut items: Vec<T>) -> Vec<T> {
        match self {
            Self::Fifo => {}
            Self::Lifo => items.reverse(),
            // A stable sort, and equal items come in the order in which they went in.
            Self::Priority => items.sort_by(|a, b| b.cmp(a)),
        }
        items
    }
}

impl Case {
    pub(super) fn queue_in<T: Ord + Send + 'static>(self, order: Order) -> (Tx<T>, Rx<T>) {
        let (tx, rx) = match (order, self.capacity) {
            (Order::Fifo, _) => return self.queue(),
            (Order::Lifo, Some(capacity)) => bifrons::lifo::bounded(capacity),
            (Order::Lifo, None) => bifrons::lifo::unbounded(),
            (Order::Priority, Some(capacity)) => bifrons::priority::bounded(capacity),
            (Order::Priority, None) => bifrons::priority::unbounded(),
        };
        (Tx::Blocking(tx).turned(self.from), Rx::Blocking(rx).turned(self.to))
    }
}

/// What came of a batch: the call's answer, and the items that were left or received.
pub(super) type Batch<T, E> = (Result<usize, E>, Vec<T>);

impl<T> Tx<T> {
    pub(super) fn try_reserve(&self) -> Result<Permit<'_, T>, TrySendError<()>> {
        match self {
            Self::Blocking(tx) => tx.try_reserve(),
            Self::Awaiting(tx) => tx.try_reserve(),
        }
    }

    pub(super) fn force_send(&self, item: T) -> Result<Option<T>, TrySendError<T>> {
        match self {
            Self::Blocking(tx) => tx.force_send(item),
            Self::Awaiting(tx) => tx.force_send(item),
        }
    }

    /// Begins to reserve from a further handle.
    pub(super) fn start_reserve(&self) -> Waiting<Result<OwnedPermit<T>, ReserveError>>
    where
        T: Send + 'static,
    {
        match self.clone() {
            Self::Blocking(tx) => Waiting::thread(move || tx.reserve_owned()),
            Self::Awaiting(tx) => Waiting::Task(Task::new(tx.reserve_owned())),
        }
    }

    /// Begins to send a batch from a further handle.
    pub(super) fn start_send_many(&self, items: Vec<T>) -> Waiting<Batch<T, SendError<()>>>
    where
        T: Send + 'static,
    {
        let mut items = VecDeque::from(items);
        match self.clone() {
            Self::Blocking(tx) => Waiting::thread(move || {
                let sent = tx.send_many(&mut items);
                (sent, items.into())
            }),
            Self::Awaiting(tx) => Waiting::Task(Task::new(async move {
                let sent = tx.send_many(&mut items).await;
                (sent, items.into())
            })),
        }
    }

    /// Begins to wait, from a further handle, until the work is done.
    pub(super) fn start_join(&self) -> Waiting<()>
    where
        T: Send + 'static,
    {
        match self.clone() {
            Self::Blocking(tx) => Waiting::thread(move || tx.join()),
            Self::Awaiting(tx) => Waiting::Task(Task::new(async move { tx.join().await })),
        }
    }

    pub(super) fn join(&self) {
        match self {
            Self::Blocking(tx) => tx.join(),
            Self::Awaiting(tx) => block_on(tx.join()),
        }
    }

    pub(super) fn shutdown(&self) -> Vec<T> {
        match self {
            Self::Blocking(tx) => tx.shutdown().collect(),
            Self::Awaiting(tx) => tx.shutdown().collect(),
        }
    }

    pub(super) fn set_capacity(&self, capacity: usize) -> Result<(), CapacityError> {
        match self {
            Self::Blocking(tx) => tx.set_capacity(capacity),
            Self::Awaiting(tx) => tx.set_capacity(capacity),
        }
    }

    pub(super) fn stats(&self) -> Stats {
        match self {
            Self::Blocking(tx) => tx.stats(),
            Self::Awaiting(tx) => tx.stats(),
        }
    }
}

impl<T> Rx<T> {
    /// Begins to receive a batch from a further handle.
    pub(super) fn start_recv_many(&self, limit: usize) -> Waiting<Batch<T, RecvError>>
    where
        T: Send + 'static,
    {
        let mut items = Vec::new();
        match self.clone() {
            Self::Blocking(rx) => Waiting::thread(move || {
                let received = rx.recv_many(&mut items, limit);
                (received, items)
            }),
            Self::Awaiting(rx) => Waiting::Task(Task::new(async move {
                let received = rx.recv_many(&mut items, limit).await;
                (received, items)
            })),
        }
    }

    /// Begins to receive a piece of work from a further handle.
    pub(super) fn start_recv_task(&self) -> Waiting<Result<bifrons::Task<T>, RecvError>>
    where
        T: Send + 'static,
    {
        match self.clone() {
            Self::Blocking(rx) => Waiting::thread(move || rx.recv_task()),
            Self::Awaiting(rx) => Waiting::Task(Task::new(async move { rx.recv_task().await })),
        }
    }

    /// Returns when there is a piece of work, on the face of this handle.
    pub(super) fn recv_task(&self) -> Result<bifrons::Task<T>, RecvError> {
        match self {
            Self::Blocking(rx) => rx.recv_task(),
            Self::Awaiting(rx) => block_on(rx.recv_task()),
        }
    }

    pub(super) fn try_recv_task(&self) -> Result<bifrons::Task<T>, TryRecvError> {
        match self {
            Self::Blocking(rx) => rx.try_recv_task(),
            Self::Awaiting(rx) => rx.try_recv_task(),
        }
    }

    pub(super) fn shutdown(&self) -> Vec<T> {
        match self {
            Self::Blocking(rx) => rx.shutdown().collect(),
            Self::Awaiting(rx) => rx.shutdown().collect(),
        }
    }

    /// Everything that can be had without waiting.
    pub(super) fn rest(&self) -> Vec<T> {
        std::iter::from_fn(|| self.try_recv().ok()).collect()
    }

    pub(super) fn stats(&self) -> Stats {
        match self {
            Self::Blocking(rx) => rx.stats(),
            Self::Awaiting(rx) => rx.stats(),
        }
    }
}

impl<R: Send + 'static> Waiting<R> {
    /// How often a task was woken; for a thread nobody knows.
    pub(super) fn wakes(&self) -> Option<usize> {
        match self {
            Self::Thread(_) => None,
            Self::Task(task) => Some(task.wakes()),
        }
    }
}
