//! The receiving half for tasks.

use std::fmt;

use super::future::{ClosedFuture, OwnedRecvFuture, RecvFuture, RecvManyFuture, RecvTaskFuture};
use super::iter::Drain;
use super::{Receiver, RecvStream, Stats, Task, WeakReceiver, receiving_methods, shared_methods};
use crate::error::{CapacityError, TryRecvError};
use crate::queue::{Rx, Streak};

/// The receiving half of a queue, for tasks: its calls are awaited.
///
/// Made by [`Receiver::into_async`] or [`Receiver::to_async`]. It needs no particular executor. Clone it to receive in several
/// places: each item goes to one receiver. When the last receiving handle of either face goes away, the queue closes and what
/// is left in it is dropped. Threads use the other face, [`Receiver`].
///
/// # Examples
///
/// ```
/// let (tx, rx) = bifrons::bounded(1);
/// let rx = rx.into_async();
/// std::thread::spawn(move || (0..3).for_each(|i| tx.send(i).unwrap()));
/// # smol::block_on(async move {
/// let mut sum = 0;
/// while let Ok(i) = rx.recv().await {
///     sum += i;
/// }
/// assert_eq!(sum, 3);
/// # });
/// ```
pub struct AsyncReceiver<T> {
    pub(super) counted: Rx<T>,
    pub(super) streak: Streak,
}

impl<T> AsyncReceiver<T> {
    pub(crate) fn from_counted(counted: Rx<T>) -> Self {
        Self { counted, streak: Streak::default() }
    }

    /// Waits until there is an item, and takes it; the blocking twin is [`Receiver::recv`].
    ///
    /// Waiting receivers, threads and tasks, are called in the order in which they came; one that comes just as an item is
    /// there may overtake them, though not without bound.
    ///
    /// A task that never has to wait lets its executor run others [after 128 items in a row](crate#tasks-that-never-have-to-wait),
    /// or after 100 µs of them. Polled once by something like `now_or_never`, such a future may therefore miss an item that is
    /// there; [`try_recv`](Self::try_recv) misses only what is kept for a receiver that was overtaken too often.
    ///
    /// # Cancel safety
    ///
    /// A future that is dropped has taken nothing.
    ///
    /// # Errors
    ///
    /// When the queue is closed and nothing is left in it.
    ///
    /// # Examples
    ///
    /// ```
    /// # smol::block_on(async {
    /// let (tx, rx) = bifrons::bounded(1);
    /// let rx = rx.into_async();
    /// std::thread::spawn(move || tx.send("hello"));
    /// assert_eq!(rx.recv().await, Ok("hello"));
    /// assert!(rx.recv().await.is_err(), "the sender has gone");
    /// # });
    /// ```
    pub fn recv(&self) -> RecvFuture<'_, T> {
        RecvFuture::new(self)
    }

    /// As [`recv`](Self::recv), by a future that owns this handle: it borrows nothing, so that it can be stored and spawned. The
    /// handle is there as long as the future, also once that has completed: when the last one goes, the queue closes, and what is
    /// left is dropped.
    ///
    /// # Cancel safety
    ///
    /// A future that is dropped has taken nothing.
    ///
    /// # Errors
    ///
    /// When the queue is closed and nothing is left in it.
    ///
    /// # Examples
    ///
    /// ```
    /// # smol::block_on(async {
    /// let (tx, rx) = bifrons::bounded(1);
    /// let received = smol::spawn(rx.into_async().into_recv());
    /// tx.send(1).unwrap();
    /// assert_eq!(received.await, Ok(1));
    /// # });
    /// ```
    pub fn into_recv(self) -> OwnedRecvFuture<T> {
        OwnedRecvFuture::new(self)
    }

    /// Waits until there is an item, and takes up to `limit` of those that are there, in one visit; the blocking twin is
    /// [`Receiver::recv_many`].
    ///
    /// They are put at the end of the vector, which grows before the visit. Returns how many there were: at least one, unless
    /// the limit is 0, when it does not wait, and does not fail either. In a rendezvous they are the items of senders that wait.
    ///
    /// # Cancel safety
    ///
    /// A future that is dropped has taken nothing.
    ///
    /// # Errors
    ///
    /// When the queue is closed and nothing is left in it.
    ///
    /// # Panics
    ///
    /// With *capacity overflow*, if the vector can not become longer. Nothing has been taken then.
    ///
    /// # Examples
    ///
    /// ```
    /// # smol::block_on(async {
    /// let (tx, rx) = bifrons::unbounded();
    /// let rx = rx.into_async();
    /// (0..10).for_each(|i| tx.send(i).unwrap());
    /// let mut batch = Vec::new();
    /// assert_eq!(rx.recv_many(&mut batch, 4).await, Ok(4));
    /// assert_eq!(batch, [0, 1, 2, 3]);
    /// # });
    /// ```
    pub fn recv_many<'a>(&'a self, items: &'a mut Vec<T>, limit: usize) -> RecvManyFuture<'a, T> {
        RecvManyFuture::new(self, items, limit)
    }

    /// Waits until there is an item, and takes it as a [`Task`]; the blocking twin is [`Receiver::recv_task`].
    ///
    /// # Cancel safety
    ///
    /// A future that is dropped has taken nothing.
    ///
    /// # Errors
    ///
    /// When the queue is closed and nothing is left in it.
    ///
    /// # Examples
    ///
    /// ```
    /// # smol::block_on(async {
    /// let (tx, rx) = bifrons::bounded(1);
    /// let rx = rx.into_async();
    /// tx.send("work").unwrap();
    /// let task = rx.recv_task().await.unwrap();
    /// assert_eq!(*task, "work");
    /// task.done();
    /// tx.join();
    /// # });
    /// ```
    pub fn recv_task(&self) -> RecvTaskFuture<'_, T> {
        RecvTaskFuture::new(self)
    }

    /// Takes an item if there is one now; the same as [`Receiver::try_recv`].
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
    /// let rx = rx.into_async();
    /// tx.send(5).unwrap();
    /// assert_eq!(rx.try_recv(), Ok(5));
    /// assert!(rx.try_recv().unwrap_err().is_empty());
    /// ```
    #[inline]
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        self.counted.try_recv()
    }

    /// Takes what is there now, in one visit; the same as [`Receiver::drain`]. In a rendezvous it takes the items of all senders
    /// that wait. It leaves nothing to receivers that wait, not even to one that was [overtaken too often](crate#fairness).
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::unbounded();
    /// let rx = rx.into_async();
    /// tx.send(1).unwrap();
    /// tx.send(2).unwrap();
    /// assert_eq!(rx.drain().collect::<Vec<_>>(), [1, 2]);
    /// ```
    pub fn drain(&self) -> Drain<T> {
        Drain::new(self.counted.take_all())
    }

    /// Waits until the queue is closed; the blocking twin is [`Receiver::closed`].
    ///
    /// Items may still be left in it.
    ///
    /// # Cancel safety
    ///
    /// A future that is dropped has changed nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// # smol::block_on(async {
    /// let (tx, rx) = bifrons::bounded::<u8>(1);
    /// let rx = rx.into_async();
    /// std::thread::spawn(move || drop(tx));
    /// rx.closed().await;
    /// assert!(rx.is_closed());
    /// # });
    /// ```
    pub fn closed(&self) -> ClosedFuture<'_, T> {
        ClosedFuture::new(&self.counted)
    }

    /// A stream of items through a further handle; ends when the queue is closed and nothing is left in it.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::StreamExt;
    /// # smol::block_on(async {
    /// let (tx, rx) = bifrons::unbounded();
    /// let rx = rx.into_async();
    /// tx.send(1).unwrap();
    /// let mut items = rx.stream();
    /// assert_eq!(items.next().await, Some(1));
    /// # });
    /// ```
    pub fn stream(&self) -> RecvStream<T> {
        self.clone().into_stream()
    }

    /// Turns this handle into a stream of items that ends when the queue is closed and nothing is left in it.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::StreamExt;
    /// # smol::block_on(async {
    /// let (tx, rx) = bifrons::unbounded();
    /// tx.send(1).unwrap();
    /// tx.send(2).unwrap();
    /// drop(tx);
    /// let items: Vec<i32> = rx.into_async().into_stream().collect().await;
    /// assert_eq!(items, [1, 2]);
    /// # });
    /// ```
    pub fn into_stream(self) -> RecvStream<T> {
        RecvStream::new(self)
    }

    /// Turns this handle over to the face for threads.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::bounded(1);
    /// let rx = rx.into_async().into_sync();
    /// tx.send(1).unwrap();
    /// assert_eq!(rx.recv(), Ok(1));
    /// ```
    pub fn into_sync(self) -> Receiver<T> {
        Receiver::from_counted(self.counted)
    }

    /// A further handle to the same queue, for threads. This one stays, and the queue stays open until both have gone.
    ///
    /// # Examples
    ///
    /// ```
    /// let (_tx, rx) = bifrons::bounded::<u8>(1);
    /// let rx = rx.into_async();
    /// let for_threads = rx.to_sync();
    /// assert_eq!(for_threads.receiver_count(), 2);
    /// ```
    pub fn to_sync(&self) -> Receiver<T> {
        self.clone().into_sync()
    }

    receiving_methods!();
    shared_methods!(WeakReceiver);
}

impl<T> Clone for AsyncReceiver<T> {
    fn clone(&self) -> Self {
        Self::from_counted(self.counted.clone())
    }
}

impl<T> From<Receiver<T>> for AsyncReceiver<T> {
    fn from(receiver: Receiver<T>) -> Self {
        receiver.into_async()
    }
}

impl<T> fmt::Debug for AsyncReceiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.counted.describe("AsyncReceiver", f)
    }
}
