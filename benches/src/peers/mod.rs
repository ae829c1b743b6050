//! What a channel must offer to be measured.
//!
//! Every channel is driven through these traits, statically, so that an adaptor costs nothing. What a
//! channel cannot do is `None`, and its cell stays empty.

pub mod async_channel;
pub mod bifrons;
pub mod crossbeam;
pub mod crossfire;
pub mod flume;
pub mod kanal;
pub mod rtrb;
pub mod tokio;

use std::time::Duration;

use crate::scenario::{End, Shape};

/// A channel under measurement, for items of type `u64`.
pub trait Peer: Sized {
    type Tx: ThreadTx;
    type Rx: ThreadRx;
    type TaskTx: TaskTx;
    type TaskRx: TaskRx;

    /// One queue with as many handles as `shape` says, if this channel can be had so.
    fn open(shape: Shape) -> Option<Handles<Self>>;

    /// The same handle for a task, if tasks may hold one.
    fn task_tx(tx: Self::Tx) -> Option<Self::TaskTx>;
    fn task_rx(rx: Self::Rx) -> Option<Self::TaskRx>;
}

/// All sending handles of a queue, besides all receiving ones.
pub type Handles<P> = (Vec<<P as Peer>::Tx>, Vec<<P as Peer>::Rx>);

/// A sending end that a thread holds. Receivers outlive senders in every scenario, so that a refusal is a bug.
pub trait ThreadTx: Send + 'static {
    fn put(&mut self, item: u64);
    /// Whether there was room.
    fn try_put(&mut self, item: u64) -> bool;
}

/// A receiving end that a thread holds.
pub trait ThreadRx: Send + 'static {
    /// The next item, or `None` once all senders are gone and nothing is left.
    fn take(&mut self) -> Option<u64>;
    fn try_take(&mut self) -> Option<u64>;
    /// How many items are there, from a snapshot of all its statistics, if there is such a thing.
    fn observe(&mut self) -> Option<u64> {
        None
    }
    /// Whether a wait of this length on an empty queue ended by timing out, if there is such a call.
    fn times_out(&mut self, _after: Duration) -> Option<bool> {
        None
    }
}

/// A sending end that a task holds.
pub trait TaskTx: Send + 'static {
    fn put(&mut self, item: u64) -> impl Future<Output = ()> + Send;
}

/// A receiving end that a task holds.
pub trait TaskRx: Send + 'static {
    fn take(&mut self) -> impl Future<Output = Option<u64>> + Send;
}

/// A sending end, held by whom a scenario says.
pub enum AnyTx<P: Peer> {
    Thread(P::Tx),
    Task(P::TaskTx),
}

impl<P: Peer> AnyTx<P> {
    pub fn new(end: End, tx: P::Tx) -> Option<Self> {
        Some(match end {
            End::Thread => Self::Thread(tx),
            End::Task => Self::Task(P::task_tx(tx)?),
        })
    }
}

/// A receiving end, held by whom a scenario says.
pub enum AnyRx<P: Peer> {
    Thread(P::Rx),
    Task(P::TaskRx),
}

impl<P: Peer> AnyRx<P> {
    pub fn new(end: End, rx: P::Rx) -> Option<Self> {
        Some(match end {
            End::Thread => Self::Thread(rx),
            End::Task => Self::Task(P::task_rx(rx)?),
        })
    }
}

/// A queue with one handle of each half.
pub fn open_single<P: Peer>(shape: Shape) -> Option<(P::Tx, P::Rx)> {
    let (mut txs, mut rxs) = P::open(shape)?;
    Some((txs.pop()?, rxs.pop()?))
}

/// A handle that cannot exist, for channels without an async side.
pub enum Absent {}

impl TaskTx for Absent {
    async fn put(&mut self, _item: u64) {
        match *self {}
    }
}

impl TaskRx for Absent {
    async fn take(&mut self) -> Option<u64> {
        match *self {}
    }
}

/// `count` handles out of one.
fn handles<H: Clone>(first: H, count: usize) -> Vec<H> {
    vec![first; count]
}
