//! The sending half for threads.

use std::fmt;

use super::iter::Drain;
use super::{AsyncSender, Permit, Stats, WeakSender, sending_methods, shared_methods};
use crate::error::{CapacityError, TrySendError};
use crate::queue::Tx;

/// The sending half of a queue, for threads: its calls block.
///
/// Made by [`bounded`](crate::bounded) or [`unbounded`](crate::unbounded). Clone it to send from several places; when the last
/// sending handle of either face goes away, the queue closes. Tasks use the other face, [`AsyncSender`].
///
/// # Panics
///
/// With the feature `tokio` a call that has to wait panics where [the runtime could not go on](crate#inside-tokio), and the item of
/// a send is dropped.
///
/// # Examples
///
/// ```
/// let (tx, rx) = bifrons::bounded(2);
/// let another = tx.clone();
/// std::thread::spawn(move || another.send("from there"));
/// tx.send("from here").unwrap();
/// drop(tx);
/// assert_eq!(rx.iter().count(), 2);
/// ```
pub struct Sender<T> {
    pub(super) counted: Tx<T>,
}

impl<T> Sender<T> {
    pub(crate) fn from_counted(counted: Tx<T>) -> Self {
        Self { counted }
    }

    /// Sends if there is room now; waits for nothing but its turn at a lock.
    ///
    /// In a rendezvous it sends if a receiver is waiting now, and says `Ok` when the item has been handed over to it. Should
    /// that receive then be cancelled, the item stays and is the first that the next receive gets.
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
    /// let (tx, rx) = bifrons::bounded(1);
    /// assert!(tx.try_send(1).is_ok());
    /// assert!(tx.try_send(2).unwrap_err().is_full());
    /// drop(rx);
    /// assert!(tx.try_send(3).unwrap_err().is_closed());
    /// ```
    #[inline]
    pub fn try_send(&self, item: T) -> Result<(), TrySendError<T>> {
        self.counted.try_send(item)
    }

    /// Turns this handle over to the face for tasks.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::bounded(1);
    /// let tx = tx.into_async();
    /// let receiver = std::thread::spawn(move || rx.recv());
    /// # let sent = async move {
    /// tx.send("hello").await.unwrap();
    /// # };
    /// # smol::block_on(sent);
    /// assert_eq!(receiver.join().unwrap(), Ok("hello"));
    /// ```
    pub fn into_async(self) -> AsyncSender<T> {
        AsyncSender::from_counted(self.counted)
    }

    /// A further handle to the same queue, for tasks. This one stays, and the queue stays open until both have gone.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, _rx) = bifrons::bounded::<u8>(1);
    /// let for_tasks = tx.to_async();
    /// assert_eq!(for_tasks.sender_count(), 2);
    /// ```
    pub fn to_async(&self) -> AsyncSender<T> {
        self.clone().into_async()
    }

    sending_methods!();
    shared_methods!(WeakSender);
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Self::from_counted(self.counted.clone())
    }
}

impl<T> From<AsyncSender<T>> for Sender<T> {
    fn from(sender: AsyncSender<T>) -> Self {
        sender.into_sync()
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.counted.describe("Sender", f)
    }
}
