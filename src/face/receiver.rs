//! The receiving half for threads.

use std::fmt;

use super::iter::{Drain, TryIter};
use super::{AsyncReceiver, Stats, Task, WeakReceiver, receiving_methods, shared_methods};
use crate::error::{CapacityError, TryRecvError};
use crate::queue::Rx;

/// The receiving half of a queue, for threads: its calls block.
///
/// Made by [`bounded`](crate::bounded) or [`unbounded`](crate::unbounded). Clone it to receive in several places: each item
/// goes to one receiver. When the last receiving handle of either face goes away, the queue closes and what is left in it is
/// dropped. Tasks use the other face, [`AsyncReceiver`].
///
/// # Panics
///
/// With the feature `tokio` a call that has to wait panics where [the runtime could not go on](crate#inside-tokio).
///
/// # Examples
///
/// ```
/// let (tx, rx) = bifrons::unbounded();
/// std::thread::spawn(move || (1..=3).for_each(|i| tx.send(i).unwrap()));
/// assert_eq!(rx.iter().sum::<i32>(), 6);
/// ```
pub struct Receiver<T> {
    pub(super) counted: Rx<T>,
}

impl<T> Receiver<T> {
    pub(crate) fn from_counted(counted: Rx<T>) -> Self {
        Self { counted }
    }

    /// Takes an item if there is one now; waits for nothing but its turn at a lock.
    ///
    /// In a rendezvous it takes the item of a sender that is waiting.
    ///
    /// # Errors
    ///
    /// [`Empty`](TryRecvError::Empty) if there is no item for it, [`Closed`](TryRecvError::Closed) if there is none and the queue
    /// is closed.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::bounded(1);
    /// assert!(rx.try_recv().unwrap_err().is_empty());
    /// tx.send(5).unwrap();
    /// assert_eq!(rx.try_recv(), Ok(5));
    /// ```
    #[inline]
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        self.counted.try_recv()
    }

    /// An iterator that ends when no item is there, without waiting for one.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::unbounded();
    /// tx.send(1).unwrap();
    /// tx.send(2).unwrap();
    /// assert_eq!(rx.try_iter().collect::<Vec<_>>(), [1, 2]);
    /// ```
    pub fn try_iter(&self) -> TryIter<'_, T> {
        TryIter::new(self)
    }

    /// Takes what is there now, in one visit; never waits. In a rendezvous it takes the items of all senders that wait.
    ///
    /// It leaves nothing to receivers that wait, not even to one that was [overtaken too often](crate#fairness): beside somebody who
    /// drains again and again they may get nothing.
    ///
    /// What the iterator has not given out when it is dropped is dropped with it.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::unbounded();
    /// tx.send(1).unwrap();
    /// let there = rx.drain();
    /// tx.send(2).unwrap();
    /// assert_eq!(there.collect::<Vec<_>>(), [1]);
    /// assert_eq!(rx.len(), 1);
    /// ```
    pub fn drain(&self) -> Drain<T> {
        Drain::new(self.counted.take_all())
    }

    /// Turns this handle over to the face for tasks.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::bounded(1);
    /// let rx = rx.into_async();
    /// std::thread::spawn(move || tx.send("hello"));
    /// # let received = async move {
    /// assert_eq!(rx.recv().await, Ok("hello"));
    /// # };
    /// # smol::block_on(received);
    /// ```
    pub fn into_async(self) -> AsyncReceiver<T> {
        AsyncReceiver::from_counted(self.counted)
    }

    /// A further handle to the same queue, for tasks. This one stays, and the queue stays open until both have gone.
    ///
    /// # Examples
    ///
    /// ```
    /// let (_tx, rx) = bifrons::bounded::<u8>(1);
    /// let for_tasks = rx.to_async();
    /// assert_eq!(for_tasks.receiver_count(), 2);
    /// ```
    pub fn to_async(&self) -> AsyncReceiver<T> {
        self.clone().into_async()
    }

    receiving_methods!();
    shared_methods!(WeakReceiver);
}

impl<T> Clone for Receiver<T> {
    fn clone(&self) -> Self {
        Self::from_counted(self.counted.clone())
    }
}

impl<T> From<AsyncReceiver<T>> for Receiver<T> {
    fn from(receiver: AsyncReceiver<T>) -> Self {
        receiver.into_sync()
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.counted.describe("Receiver", f)
    }
}
