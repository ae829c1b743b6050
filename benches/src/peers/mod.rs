//! What a channel must offer to be measured.
//!
//! Every channel is driven through these traits, statically, so that an adaptor costs nothing. What a
//! channel cannot do is `None`, and its cell stays empty.

pub mod async_channel;
pub mod bifrons;
pub mod crossbeam;
pub mod crossfire;
pub mod fibre;
pub mod flume;
pub mod kanal;
pub mod loole;
pub mod ref_assembled;
pub mod ref_condvar;
pub mod ref_waker;
pub mod rtrb;
mod select;
pub mod std_mpsc;
pub mod tachyonix;
pub mod thingbuf;
pub mod tokio;

use std::collections::VecDeque;
use std::time::Duration;

use crate::item::{Aside, Item, Wide};
use crate::scenario::{Capacity, End, Shape};

/// A channel under measurement, for items of type `T`.
pub trait Peer<T: Item>: Sized {
    type Tx: ThreadTx<T>;
    type Rx: ThreadRx<T>;
    type TaskTx: TaskTx<T>;
    type TaskRx: TaskRx<T>;

    /// Whether threads may wait on it. If not, only the `try` calls of a thread's handles are made.
    const THREADS: bool = true;

    /// One queue, if this channel can be had so.
    fn make(capacity: Capacity) -> Option<(Self::Tx, Self::Rx)>;

    /// A further handle; `None` if there can be only one.
    fn more_tx(_tx: &Self::Tx) -> Option<Self::Tx> {
        None
    }
    fn more_rx(_rx: &Self::Rx) -> Option<Self::Rx> {
        None
    }

    /// The same handle for a task, if tasks may hold one.
    fn task_tx(tx: Self::Tx) -> Option<Self::TaskTx>;
    fn task_rx(rx: Self::Rx) -> Option<Self::TaskRx>;
}

/// A channel for every type of item that is measured with.
pub trait AnyPeer: Peer<u64> + Peer<Wide> + Peer<Aside> {}

impl<P: Peer<u64> + Peer<Wide> + Peer<Aside>> AnyPeer for P {}

/// How many queues a select waits for.
pub const SELECTED: usize = 16;

/// A sending end that a thread holds. Receivers outlive senders in every scenario, so that a refusal is a bug.
pub trait ThreadTx<T>: Send + 'static {
    /// Whether several can be sent by one call.
    const MANY: bool = false;

    fn put(&mut self, item: T);
    /// Whether there was room.
    fn try_put(&mut self, item: T) -> bool;
    /// Puts all of them in, one by one unless there is a call for it.
    fn put_many(&mut self, items: &mut VecDeque<T>) {
        for item in items.drain(..) {
            self.put(item);
        }
    }
}

/// A receiving end that a thread holds.
pub trait ThreadRx<T>: Send + Sized + 'static {
    /// Whether several can be received by one call.
    const MANY: bool = false;

    /// The next item, or `None` once all senders are gone and nothing is left.
    fn take(&mut self) -> Option<T>;
    fn try_take(&mut self) -> Option<T>;
    /// Waits for one item, then takes what else is there: `limit` of them in all, where that can be said. How many came;
    /// none once all senders are gone and nothing is left.
    fn take_many(&mut self, items: &mut Vec<T>, _limit: usize) -> usize {
        self.take().map_or(0, |item| {
            items.push(item);
            1
        })
    }
    /// How many items are there, from a snapshot of all its statistics, if there is such a thing.
    fn observe(&mut self) -> Option<u64> {
        None
    }
    /// Whether a wait of this length on an empty queue ended by timing out, if there is such a call.
    fn times_out(&mut self, _after: Duration) -> Option<bool> {
        None
    }
    /// Takes what comes from any of the queues until one is closed, if threads can wait for several at once.
    fn take_selected(_rxs: &mut [Self; SELECTED], _each: impl FnMut(T)) -> Option<()> {
        None
    }
    /// Whether it can.
    const SELECTS: bool = false;
}

/// A sending end that a task holds.
pub trait TaskTx<T>: Send + 'static {
    fn put(&mut self, item: T) -> impl Future<Output = ()> + Send;
}

/// A receiving end that a task holds.
pub trait TaskRx<T: Send>: Send + 'static {
    /// Whether several can be received by one call.
    const MANY: bool = false;

    fn take(&mut self) -> impl Future<Output = Option<T>> + Send;
    /// As for threads.
    fn take_many(&mut self, items: &mut Vec<T>, _limit: usize) -> impl Future<Output = usize> + Send {
        async {
            self.take().await.map_or(0, |item| {
                items.push(item);
                1
            })
        }
    }
}

/// A sending end, held by whom a scenario says.
pub enum AnyTx<T: Item, P: Peer<T>> {
    Thread(P::Tx),
    Task(P::TaskTx),
}

impl<T: Item, P: Peer<T>> AnyTx<T, P> {
    pub fn new(end: End, tx: P::Tx) -> Option<Self> {
        match end {
            End::Thread => P::THREADS.then_some(Self::Thread(tx)),
            End::Task => Some(Self::Task(P::task_tx(tx)?)),
        }
    }
}

/// A receiving end, held by whom a scenario says.
pub enum AnyRx<T: Item, P: Peer<T>> {
    Thread(P::Rx),
    Task(P::TaskRx),
}

impl<T: Item, P: Peer<T>> AnyRx<T, P> {
    pub fn new(end: End, rx: P::Rx) -> Option<Self> {
        match end {
            End::Thread => P::THREADS.then_some(Self::Thread(rx)),
            End::Task => Some(Self::Task(P::task_rx(rx)?)),
        }
    }
}

/// All sending handles of a queue, besides all receiving ones.
pub type Handles<T, P> = (Vec<<P as Peer<T>>::Tx>, Vec<<P as Peer<T>>::Rx>);

/// A queue with as many handles as `shape` says.
pub fn open<T: Item, P: Peer<T>>(shape: Shape) -> Option<Handles<T, P>> {
    let (tx, rx) = P::make(shape.capacity)?;
    let more = (1..shape.senders).map(|_| P::more_tx(&tx));
    let mut txs: Vec<_> = more.collect::<Option<_>>()?;
    txs.push(tx);
    let more = (1..shape.receivers).map(|_| P::more_rx(&rx));
    let mut rxs: Vec<_> = more.collect::<Option<_>>()?;
    rxs.push(rx);
    Some((txs, rxs))
}

/// A handle that cannot exist, for channels without an async side.
pub enum Absent {}

impl<T: Send> TaskTx<T> for Absent {
    async fn put(&mut self, _item: T) {
        match *self {}
    }
}

impl<T: Send> TaskRx<T> for Absent {
    async fn take(&mut self) -> Option<T> {
        match *self {}
    }
}
