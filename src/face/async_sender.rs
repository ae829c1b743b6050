//! The sending half for tasks.

use std::fmt;

use super::future::{ClosedFuture, SendFuture};
use super::{Sender, WeakSender, shared_methods};
use crate::error::TrySendError;
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
    /// A task that never has to wait lets its executor run others after 128 sends in a row.
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
    /// [`Full`](TrySendError::Full) without room, [`Closed`](TrySendError::Closed) when the queue is closed; the item comes back.
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

    /// A further handle to the same queue, for threads.
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
