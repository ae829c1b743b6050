//! The receiving half for threads.

use std::fmt;
use std::time::{Duration, Instant};

use super::iter::{Drain, Iter, TryIter};
use super::{AsyncReceiver, WeakReceiver, shared_methods};
use crate::error::{RecvError, RecvTimeoutError, TryRecvError};
use crate::prim::Deadline;
use crate::queue::{Receiving, Rx, Watching, block};

/// The receiving half of a queue, for threads: its calls block.
///
/// Made by [`bounded`](crate::bounded) or [`unbounded`](crate::unbounded). Clone it to receive in several places: each item
/// goes to one receiver. When the last receiving handle of either face goes away, the queue closes and what is left in it is
/// dropped. Tasks use the other face, [`AsyncReceiver`].
///
/// # Examples
///
/// ```
/// let (tx, rx) = bifrons::unbounded();
/// std::thread::spawn(move || (1..=3).for_each(|i| tx.send(i).unwrap()));
/// assert_eq!(rx.iter().sum::<i32>(), 6);
/// ```
pub struct Receiver<T> {
    counted: Rx<T>,
}

impl<T> Receiver<T> {
    pub(crate) fn from_counted(counted: Rx<T>) -> Self {
        Self { counted }
    }

    /// Blocks the current thread until there is an item, and takes it; the awaited twin is [`AsyncReceiver::recv`].
    ///
    /// Waiting receivers, threads and tasks, are called in the order in which they came; one that comes just as an item is
    /// there may overtake them, though not without bound.
    ///
    /// # Errors
    ///
    /// When the queue is closed and nothing is left in it.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::bounded(1);
    /// std::thread::spawn(move || tx.send("hello"));
    /// assert_eq!(rx.recv(), Ok("hello"));
    /// assert!(rx.recv().is_err(), "the sender has gone");
    /// ```
    #[cfg(not(target_family = "wasm"))]
    #[inline]
    pub fn recv(&self) -> Result<T, RecvError> {
        let mut item = None;
        block(&mut Receiving::new(&self.counted, &mut item), Deadline::Never);
        item.ok_or(RecvError)
    }

    /// Takes an item if there is one now; never waits longer than another thread holds a lock.
    ///
    /// In a rendezvous it takes the item of a sender that is waiting.
    ///
    /// # Errors
    ///
    /// [`Empty`](TryRecvError::Empty) without an item, [`Closed`](TryRecvError::Closed) when the queue is closed besides.
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

    /// Blocks the current thread until there is an item, but no longer than `timeout`, and takes it.
    ///
    /// A timeout of zero is one honest try; one too long for the clock is a wait for ever. Tasks use their runtime's timeout
    /// around [`AsyncReceiver::recv`].
    ///
    /// # Errors
    ///
    /// [`Timeout`](RecvTimeoutError::Timeout), or [`Closed`](RecvTimeoutError::Closed) when the queue is closed and nothing is
    /// left in it.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// let (tx, rx) = bifrons::bounded(1);
    /// assert!(rx.recv_timeout(Duration::from_millis(5)).unwrap_err().is_timeout());
    /// tx.send(5).unwrap();
    /// assert_eq!(rx.recv_timeout(Duration::MAX), Ok(5));
    /// ```
    #[cfg(not(target_family = "wasm"))]
    pub fn recv_timeout(&self, timeout: Duration) -> Result<T, RecvTimeoutError> {
        self.recv_until(Deadline::after(timeout))
    }

    /// Blocks the current thread until there is an item, but no longer than until `deadline`, and takes it.
    ///
    /// A deadline in the past is one honest try. Tasks use their runtime's timeout around [`AsyncReceiver::recv`].
    ///
    /// # Errors
    ///
    /// [`Timeout`](RecvTimeoutError::Timeout), or [`Closed`](RecvTimeoutError::Closed) when the queue is closed and nothing is
    /// left in it.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::{Duration, Instant};
    /// let (_tx, rx) = bifrons::bounded::<u8>(1);
    /// let soon = Instant::now() + Duration::from_millis(5);
    /// assert!(rx.recv_deadline(soon).unwrap_err().is_timeout());
    /// ```
    #[cfg(not(target_family = "wasm"))]
    pub fn recv_deadline(&self, deadline: Instant) -> Result<T, RecvTimeoutError> {
        self.recv_until(Deadline::at(deadline))
    }

    #[cfg(not(target_family = "wasm"))]
    fn recv_until(&self, deadline: Deadline) -> Result<T, RecvTimeoutError> {
        let mut item = None;
        let received = block(&mut Receiving::new(&self.counted, &mut item), deadline);
        item.ok_or(if received.is_some() { RecvTimeoutError::Closed } else { RecvTimeoutError::Timeout })
    }

    /// Blocks the current thread until the queue is closed; the awaited twin is [`AsyncReceiver::closed`].
    ///
    /// Items may still be left in it.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::bounded::<u8>(1);
    /// std::thread::spawn(move || drop(tx));
    /// rx.closed();
    /// assert!(rx.is_closed());
    /// ```
    #[cfg(not(target_family = "wasm"))]
    pub fn closed(&self) {
        block(&mut Watching(&self.counted), Deadline::Never);
    }

    /// An iterator that blocks for each item and ends when the queue is closed and nothing is left in it.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::bounded(1);
    /// std::thread::spawn(move || (0..3).for_each(|i| tx.send(i).unwrap()));
    /// assert_eq!(rx.iter().collect::<Vec<_>>(), [0, 1, 2]);
    /// ```
    #[cfg(not(target_family = "wasm"))]
    pub fn iter(&self) -> Iter<'_, T> {
        Iter::new(self)
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

    /// Takes what is there now, in one visit; never waits.
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

    /// A further handle to the same queue, for tasks.
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
