//! The sending half for tasks.

use std::collections::VecDeque;
use std::fmt;

use super::future::{
    ClosedFuture, JoinFuture, OwnedReserveFuture, OwnedSendFuture, ReserveFuture, ReserveManyFuture, SendFuture,
    SendManyFuture,
};
use super::iter::Drain;
#[cfg(feature = "sink")]
use super::sink::SendSink;
use super::{Permit, Sender, Stats, WeakSender, sending_methods, shared_methods};
use crate::error::{CapacityError, TrySendError};
use crate::queue::{Streak, Tx};

/// The sending half of a queue, for tasks: its calls are awaited.
///
/// Made by [`Sender::into_async`] or [`Sender::to_async`]. It needs no particular executor. Clone it to send from several
/// places; when the last sending handle of either face goes away, the queue closes. Threads use the other face, [`Sender`].
///
/// # Examples
///
/// ```
/// let (tx, rx) = bifrons::bounded(1);
/// let tx = tx.into_async();
/// # let sending =
/// async move {
///     tx.send(1).await.unwrap();
///     tx.send(2).await.unwrap(); // waits for the first to be taken
/// };
/// # std::thread::spawn(move || smol::block_on(sending));
/// assert_eq!(rx.iter().collect::<Vec<_>>(), [1, 2]);
/// ```
pub struct AsyncSender<T> {
    pub(super) counted: Tx<T>,
    pub(super) streak: Streak,
}

impl<T> AsyncSender<T> {
    pub(crate) fn from_counted(counted: Tx<T>) -> Self {
        Self { counted, streak: Streak::default() }
    }

    /// Waits until there is room, then sends; the blocking twin is [`Sender::send`].
    ///
    /// In a rendezvous it waits until a receiver has taken the item. Waiting senders, threads and tasks, get room in the
    /// order in which they came; one that comes just as there is room may overtake them, though not without bound.
    ///
    /// A task that never has to wait lets its executor run others [after 128 sends in a row](crate#tasks-that-never-have-to-wait),
    /// or after 100 µs of them.
    ///
    /// # Cancel safety
    ///
    /// A future that is dropped has either sent its item or drops it. To have the item back, ask for it before:
    /// [`SendFuture::take`].
    ///
    /// # Errors
    ///
    /// When the queue is closed, before or while it waits; the item comes back.
    ///
    /// # Examples
    ///
    /// ```
    /// # smol::block_on(async {
    /// let (tx, rx) = bifrons::bounded(1);
    /// let (tx, rx) = (tx.into_async(), rx.into_async());
    /// tx.send("hello").await.unwrap();
    /// assert_eq!(rx.recv().await, Ok("hello"));
    /// # });
    /// ```
    pub fn send(&self, item: T) -> SendFuture<'_, T> {
        SendFuture::new(self, item)
    }

    /// Sends if there is room now; the same as [`Sender::try_send`].
    ///
    /// # Errors
    ///
    /// [`Full`](TrySendError::Full) without room, with no more than is [left to senders who were overtaken too
    /// often](crate#fairness), or if a [`Discipline`](crate::Discipline) refuses the item, [`Closed`](TrySendError::Closed) when
    /// the queue is closed; the item comes back.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, _rx) = bifrons::bounded(1);
    /// let tx = tx.into_async();
    /// assert!(tx.try_send(1).is_ok());
    /// assert!(tx.try_send(2).unwrap_err().is_full());
    /// ```
    #[inline]
    pub fn try_send(&self, item: T) -> Result<(), TrySendError<T>> {
        self.counted.try_send(item)
    }

    /// As [`send`](Self::send), by a future that owns this handle: it borrows nothing, so that it can be stored and spawned. The
    /// handle is there as long as the future, also once that has completed: when the last one goes, the queue closes.
    ///
    /// # Cancel safety
    ///
    /// A future that is dropped has either sent its item or drops it. To have the item back, ask for it before:
    /// [`OwnedSendFuture::take`].
    ///
    /// # Errors
    ///
    /// When the queue is closed, before or while it waits; the item comes back.
    ///
    /// # Examples
    ///
    /// ```
    /// # smol::block_on(async {
    /// let (tx, rx) = bifrons::bounded(1);
    /// let tx = tx.into_async();
    /// let sending = smol::spawn(tx.clone().send_owned(1));
    /// sending.await.unwrap();
    /// assert_eq!(rx.recv(), Ok(1));
    /// # });
    /// ```
    pub fn send_owned(self, item: T) -> OwnedSendFuture<T> {
        OwnedSendFuture::new(self, item)
    }

    /// Sends all of a deque, waiting for room as often as needed; the blocking twin is [`Sender::send_many`].
    ///
    /// As many as there is room for are sent in one visit, in a queue with one lock 256 at most. What has not been sent stays in
    /// the deque, in order. Returns how many were sent.
    ///
    /// # Cancel safety
    ///
    /// A future that is dropped leaves what has not been sent in the deque.
    ///
    /// # Errors
    ///
    /// When the queue is closed, before or while it waits, and something is left to send: it is in the deque, in order, so that
    /// how many were sent shows in how much shorter it has become.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::collections::VecDeque;
    /// # smol::block_on(async {
    /// let (tx, rx) = bifrons::bounded(2);
    /// let tx = tx.into_async();
    /// let received = std::thread::spawn(move || rx.iter().collect::<Vec<_>>());
    /// let mut items = VecDeque::from([1, 2, 3, 4, 5]);
    /// assert_eq!(tx.send_many(&mut items).await, Ok(5));
    /// drop(tx);
    /// assert_eq!(received.join().unwrap(), [1, 2, 3, 4, 5]);
    /// # });
    /// ```
    pub fn send_many<'a>(&'a self, items: &'a mut VecDeque<T>) -> SendManyFuture<'a, T> {
        SendManyFuture::new(self, items)
    }

    /// Waits for room for one item and reserves it; the blocking twin is [`Sender::reserve`].
    ///
    /// In a `select!` this is the way not to lose the item of a send that loses: nothing is given away before there is room.
    ///
    /// # Cancel safety
    ///
    /// A future that is dropped has reserved nothing.
    ///
    /// # Errors
    ///
    /// [`Closed`](crate::ReserveError::Closed); [`TooLarge`](crate::ReserveError::TooLarge) in a rendezvous, which has no room,
    /// also a closed one.
    ///
    /// # Examples
    ///
    /// ```
    /// # smol::block_on(async {
    /// let (tx, rx) = bifrons::bounded(1);
    /// let tx = tx.into_async();
    /// let permit = tx.reserve().await.unwrap();
    /// permit.send("hello").unwrap();
    /// assert_eq!(rx.recv(), Ok("hello"));
    /// # });
    /// ```
    pub fn reserve(&self) -> ReserveFuture<'_, T> {
        self.reserve_weight(1)
    }

    /// Waits for room for one item of that weight and reserves it; the blocking twin is [`Sender::reserve_weight`].
    ///
    /// The weight of the item that is sent counts in the end: should it be heavier than was reserved, the queue holds more
    /// than its capacity until it has been taken. A weight of 0 holds nothing and is not waited for. In a queue that counts items, so
    /// many places are held for one item, and one for a weight of 0.
    ///
    /// # Cancel safety
    ///
    /// A future that is dropped has reserved nothing.
    ///
    /// # Errors
    ///
    /// [`Closed`](crate::ReserveError::Closed); [`TooLarge`](crate::ReserveError::TooLarge) in a rendezvous, which has no room,
    /// and where it is more than a queue that counts items can hold, closed or not.
    ///
    /// # Examples
    ///
    /// ```
    /// # smol::block_on(async {
    /// let (tx, _rx) = bifrons::builder().capacity(100).weight(|line: &String| line.len()).build();
    /// let tx = tx.into_async();
    /// let permit = tx.reserve_weight(60).await.unwrap();
    /// assert!(tx.try_send("x".repeat(41)).unwrap_err().is_full());
    /// permit.send("x".repeat(60)).unwrap();
    /// # });
    /// ```
    pub fn reserve_weight(&self, weight: usize) -> ReserveFuture<'_, T> {
        ReserveFuture::new(self, self.counted.need_for_weight(weight))
    }

    /// Waits for room for so many items at once and reserves it; the blocking twin is [`Sender::reserve_many`].
    ///
    /// It yields the permits one by one, where items have weights each for a weight of 1. For no items it gives none, and does not
    /// wait.
    ///
    /// Those behind it in line wait until it has its room, even if they need less. One that comes
    /// just as there is room may overtake it, though not without bound.
    ///
    /// # Cancel safety
    ///
    /// A future that is dropped has reserved nothing.
    ///
    /// # Errors
    ///
    /// [`Closed`](crate::ReserveError::Closed); [`TooLarge`](crate::ReserveError::TooLarge) if the queue, closed or not, could
    /// not hold so many, by its capacity at the time of this call: if that becomes less meanwhile, they are reserved when nothing
    /// else is there.
    ///
    /// # Examples
    ///
    /// ```
    /// # smol::block_on(async {
    /// let (tx, rx) = bifrons::bounded(2);
    /// let tx = tx.into_async();
    /// let permits = tx.reserve_many(2).await.unwrap();
    /// permits.zip(["one", "two"]).for_each(|(permit, item)| permit.send(item).unwrap());
    /// assert_eq!(rx.drain().collect::<Vec<_>>(), ["one", "two"]);
    /// # });
    /// ```
    pub fn reserve_many(&self, items: usize) -> ReserveManyFuture<'_, T> {
        ReserveManyFuture::new(self, self.counted.need_for_many(items))
    }

    /// As [`reserve`](Self::reserve), by a future and a permit that own this handle: they borrow nothing, so that they can be
    /// stored and spawned.
    ///
    /// # Cancel safety
    ///
    /// A future that is dropped has reserved nothing.
    ///
    /// # Errors
    ///
    /// [`Closed`](crate::ReserveError::Closed); [`TooLarge`](crate::ReserveError::TooLarge) in a rendezvous, which has no room,
    /// also a closed one. This handle goes with the future then, and with the last one the queue closes.
    ///
    /// # Examples
    ///
    /// ```
    /// # smol::block_on(async {
    /// let (tx, rx) = bifrons::bounded(1);
    /// let tx = tx.into_async();
    /// let permit = tx.clone().reserve_owned().await.unwrap();
    /// std::thread::spawn(move || permit.send(1));
    /// assert_eq!(rx.recv(), Ok(1));
    /// # });
    /// ```
    pub fn reserve_owned(self) -> OwnedReserveFuture<T> {
        let need = self.counted.need_for_weight(1);
        OwnedReserveFuture::new(self, need)
    }

    /// Waits until all that was sent is done: nothing is in the queue and no [`Task`](crate::Task) outstanding; the blocking
    /// twin is [`Sender::join`].
    ///
    /// A plain receive counts an item as done when it takes it, and a select when it chooses. Sends that were done before the call
    /// are waited for; what a sender in line still holds, also at a rendezvous, is not in the queue yet. A close changes nothing:
    /// what is left must be received, or taken by a [`shutdown`](Self::shutdown).
    ///
    /// It takes a moment at which nothing is left: senders that go on may keep it from ever returning, and so does whoever awaits
    /// it with a [`Task`](crate::Task) of this queue in hand, which is never done then.
    ///
    /// # Cancel safety
    ///
    /// A future that is dropped has changed nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// # smol::block_on(async {
    /// let (tx, rx) = bifrons::unbounded();
    /// let tx = tx.into_async();
    /// tx.send("work").await.unwrap();
    /// std::thread::spawn(move || while let Ok(task) = rx.recv_task() { task.done() });
    /// tx.join().await;
    /// assert!(tx.is_empty());
    /// # });
    /// ```
    pub fn join(&self) -> JoinFuture<'_, T> {
        JoinFuture::new(&self.counted)
    }

    /// A sink through a further handle.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::SinkExt;
    /// # smol::block_on(async {
    /// let (tx, rx) = bifrons::bounded(1);
    /// let tx = tx.into_async();
    /// let mut sink = tx.sink();
    /// sink.send(1).await.unwrap();
    /// assert_eq!(rx.recv(), Ok(1));
    /// # });
    /// ```
    #[cfg(feature = "sink")]
    #[cfg_attr(docsrs, doc(cfg(feature = "sink")))]
    pub fn sink(&self) -> SendSink<T> {
        self.clone().into_sink()
    }

    /// Turns this handle into a sink.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::SinkExt;
    /// # smol::block_on(async {
    /// let (tx, rx) = bifrons::bounded(2);
    /// let mut sink = tx.into_async().into_sink();
    /// sink.feed(1).await.unwrap();
    /// sink.send(2).await.unwrap();
    /// sink.close().await.unwrap();
    /// assert_eq!(rx.iter().collect::<Vec<_>>(), [1, 2]);
    /// # });
    /// ```
    #[cfg(feature = "sink")]
    #[cfg_attr(docsrs, doc(cfg(feature = "sink")))]
    pub fn into_sink(self) -> SendSink<T> {
        SendSink::new(self)
    }

    /// Waits until the queue is closed; the blocking twin is [`Sender::closed`].
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
    /// let tx = tx.into_async();
    /// std::thread::spawn(move || drop(rx));
    /// tx.closed().await;
    /// assert!(tx.is_closed());
    /// # });
    /// ```
    pub fn closed(&self) -> ClosedFuture<'_, T> {
        ClosedFuture::new(&self.counted)
    }

    /// Turns this handle over to the face for threads.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::bounded(1);
    /// let tx = tx.into_async().into_sync();
    /// tx.send(1).unwrap();
    /// assert_eq!(rx.recv(), Ok(1));
    /// ```
    pub fn into_sync(self) -> Sender<T> {
        Sender::from_counted(self.counted)
    }

    /// A further handle to the same queue, for threads. This one stays, and the queue stays open until both have gone.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, _rx) = bifrons::bounded::<u8>(1);
    /// let tx = tx.into_async();
    /// let for_threads = tx.to_sync();
    /// assert_eq!(for_threads.sender_count(), 2);
    /// ```
    pub fn to_sync(&self) -> Sender<T> {
        self.clone().into_sync()
    }

    sending_methods!();
    shared_methods!(WeakSender);
}

impl<T> Clone for AsyncSender<T> {
    fn clone(&self) -> Self {
        Self::from_counted(self.counted.clone())
    }
}

impl<T> From<Sender<T>> for AsyncSender<T> {
    fn from(sender: Sender<T>) -> Self {
        sender.into_async()
    }
}

impl<T> fmt::Debug for AsyncSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.counted.describe("AsyncSender", f)
    }
}
