//! The sending half for threads.

use std::fmt;
use std::time::{Duration, Instant};

use super::{AsyncSender, WeakSender, shared_methods};
use crate::error::{SendError, SendTimeoutError, TrySendError};
use crate::prim::Deadline;
use crate::queue::{Closed, Sending, Tx, Watching, block};

/// The sending half of a queue, for threads: its calls block.
///
/// Made by [`bounded`](crate::bounded) or [`unbounded`](crate::unbounded). Clone it to send from several places; when the last
/// sending handle of either face goes away, the queue closes. Tasks use the other face, [`AsyncSender`].
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
    counted: Tx<T>,
}

impl<T> Sender<T> {
    pub(crate) fn from_counted(counted: Tx<T>) -> Self {
        Self { counted }
    }

    /// Blocks the current thread until there is room, then sends; the awaited twin is [`AsyncSender::send`].
    ///
    /// In a rendezvous it blocks until a receiver has taken the item. Waiting senders, threads and tasks, get room in the
    /// order in which they came; one that comes just as there is room may overtake them, though not without bound.
    ///
    /// # Errors
    ///
    /// When the queue is closed, before or while it waits; the item comes back.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::bounded(1);
    /// std::thread::spawn(move || {
    ///     tx.send(1).unwrap();
    ///     tx.send(2).unwrap(); // waits for the first to be taken
    /// });
    /// assert_eq!(rx.iter().collect::<Vec<_>>(), [1, 2]);
    /// ```
    #[cfg(not(target_family = "wasm"))]
    #[inline]
    pub fn send(&self, item: T) -> Result<(), SendError<T>> {
        let mut item = Some(item);
        let sent = block(&mut Sending::new(&self.counted, &mut item), Deadline::Never);
        match (sent, item) {
            (Some(Err(Closed)), Some(item)) => Err(SendError(item)),
            _ => Ok(()),
        }
    }

    /// Sends if there is room now; never waits longer than another thread holds a lock.
    ///
    /// In a rendezvous it sends if a receiver is waiting now, and says `Ok` when the item has been handed over to it. Should
    /// that receive then be cancelled, the item stays and is the first that the next receive gets.
    ///
    /// # Errors
    ///
    /// [`Full`](TrySendError::Full) without room, [`Closed`](TrySendError::Closed) when the queue is closed; the item comes back.
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

    /// Blocks the current thread until there is room, but no longer than `timeout`, then sends.
    ///
    /// A timeout of zero is one honest try; one too long for the clock is a wait for ever. Tasks use their runtime's timeout
    /// around [`AsyncSender::send`].
    ///
    /// # Errors
    ///
    /// [`Timeout`](SendTimeoutError::Timeout) or [`Closed`](SendTimeoutError::Closed). The item comes back, and then it was
    /// certainly not sent.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// let (tx, _rx) = bifrons::bounded(1);
    /// tx.send(1).unwrap();
    /// let error = tx.send_timeout(2, Duration::from_millis(5)).unwrap_err();
    /// assert!(error.is_timeout());
    /// ```
    #[cfg(not(target_family = "wasm"))]
    pub fn send_timeout(&self, item: T, timeout: Duration) -> Result<(), SendTimeoutError<T>> {
        self.send_until(item, Deadline::after(timeout))
    }

    /// Blocks the current thread until there is room, but no longer than until `deadline`, then sends.
    ///
    /// A deadline in the past is one honest try. Tasks use their runtime's timeout around [`AsyncSender::send`].
    ///
    /// # Errors
    ///
    /// [`Timeout`](SendTimeoutError::Timeout) or [`Closed`](SendTimeoutError::Closed). The item comes back, and then it was
    /// certainly not sent.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::{Duration, Instant};
    /// let (tx, rx) = bifrons::bounded(1);
    /// let soon = Instant::now() + Duration::from_millis(5);
    /// assert!(tx.send_deadline(1, soon).is_ok());
    /// assert!(tx.send_deadline(2, soon).unwrap_err().is_timeout());
    /// # drop(rx);
    /// ```
    #[cfg(not(target_family = "wasm"))]
    pub fn send_deadline(&self, item: T, deadline: Instant) -> Result<(), SendTimeoutError<T>> {
        self.send_until(item, Deadline::at(deadline))
    }

    #[cfg(not(target_family = "wasm"))]
    fn send_until(&self, item: T, deadline: Deadline) -> Result<(), SendTimeoutError<T>> {
        let mut item = Some(item);
        let sent = block(&mut Sending::new(&self.counted, &mut item), deadline);
        match (sent, item) {
            (Some(Err(Closed)), Some(item)) => Err(SendTimeoutError::Closed(item)),
            (None, Some(item)) => Err(SendTimeoutError::Timeout(item)),
            _ => Ok(()),
        }
    }

    /// Blocks the current thread until the queue is closed; the awaited twin is [`AsyncSender::closed`].
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::bounded::<u8>(1);
    /// std::thread::spawn(move || drop(rx));
    /// tx.closed();
    /// assert!(tx.is_closed());
    /// ```
    #[cfg(not(target_family = "wasm"))]
    pub fn closed(&self) {
        block(&mut Watching(&self.counted), Deadline::Never);
    }

    /// Turns this handle over to the face for tasks.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::bounded(1);
    /// let tx = tx.into_async();
    /// std::thread::spawn(move || assert_eq!(rx.recv(), Ok("hello")));
    /// # let sent = async move {
    /// tx.send("hello").await.unwrap();
    /// # };
    /// # smol::block_on(sent);
    /// ```
    pub fn into_async(self) -> AsyncSender<T> {
        AsyncSender::from_counted(self.counted)
    }

    /// A further handle to the same queue, for tasks.
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
