//! The calls that block a thread: absent where a program has none to block.

use std::time::{Duration, Instant};

use super::blocking_iter::Iter;
use super::{Receiver, Sender};
use crate::error::{RecvError, RecvTimeoutError, SendError, SendTimeoutError};
use crate::prim::Deadline;
use crate::queue::{Closed, Receiving, Sending, Watching, block};

impl<T> Sender<T> {
    /// Blocks the current thread until there is room, then sends; the awaited twin is [`AsyncSender::send`](crate::AsyncSender::send).
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
    #[inline]
    pub fn send(&self, item: T) -> Result<(), SendError<T>> {
        let mut item = Some(item);
        let sent = block(&mut Sending::new(&self.counted, &mut item), Deadline::Never);
        match (sent, item) {
            (Some(Err(Closed)), Some(item)) => Err(SendError(item)),
            _ => Ok(()),
        }
    }

    /// Blocks the current thread until there is room, but no longer than `timeout`, then sends.
    ///
    /// A timeout of zero is one honest try, as [`try_send`](Self::try_send) makes it; one too long for the clock is a wait for
    /// ever. Tasks use their runtime's timeout around [`AsyncSender::send`](crate::AsyncSender::send).
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
    pub fn send_timeout(&self, item: T, timeout: Duration) -> Result<(), SendTimeoutError<T>> {
        self.send_until(item, Deadline::after(timeout))
    }

    /// Blocks the current thread until there is room, but no longer than until `deadline`, then sends.
    ///
    /// A deadline in the past is one honest try. Tasks use their runtime's timeout around [`AsyncSender::send`](crate::AsyncSender::send).
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
    pub fn send_deadline(&self, item: T, deadline: Instant) -> Result<(), SendTimeoutError<T>> {
        self.send_until(item, Deadline::at(deadline))
    }

    fn send_until(&self, item: T, deadline: Deadline) -> Result<(), SendTimeoutError<T>> {
        let mut item = Some(item);
        let sent = block(&mut Sending::new(&self.counted, &mut item), deadline);
        match (sent, item) {
            (Some(Err(Closed)), Some(item)) => Err(SendTimeoutError::Closed(item)),
            (None, Some(item)) => Err(SendTimeoutError::Timeout(item)),
            _ => Ok(()),
        }
    }

    /// Blocks the current thread until the queue is closed; the awaited twin is [`AsyncSender::closed`](crate::AsyncSender::closed).
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::bounded::<u8>(1);
    /// std::thread::spawn(move || drop(rx));
    /// tx.closed();
    /// assert!(tx.is_closed());
    /// ```
    pub fn closed(&self) {
        block(&mut Watching(&self.counted), Deadline::Never);
    }
}

impl<T> Receiver<T> {
    /// Blocks the current thread until there is an item, and takes it; the awaited twin is [`AsyncReceiver::recv`](crate::AsyncReceiver::recv).
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
    #[inline]
    pub fn recv(&self) -> Result<T, RecvError> {
        let mut item = None;
        block(&mut Receiving::new(&self.counted, &mut item), Deadline::Never);
        item.ok_or(RecvError)
    }

    /// Blocks the current thread until there is an item, but no longer than `timeout`, and takes it.
    ///
    /// A timeout of zero is one honest try; one too long for the clock is a wait for ever. Tasks use their runtime's timeout
    /// around [`AsyncReceiver::recv`](crate::AsyncReceiver::recv).
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
    pub fn recv_timeout(&self, timeout: Duration) -> Result<T, RecvTimeoutError> {
        self.recv_until(Deadline::after(timeout))
    }

    /// Blocks the current thread until there is an item, but no longer than until `deadline`, and takes it.
    ///
    /// A deadline in the past is one honest try. Tasks use their runtime's timeout around [`AsyncReceiver::recv`](crate::AsyncReceiver::recv).
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
    pub fn recv_deadline(&self, deadline: Instant) -> Result<T, RecvTimeoutError> {
        self.recv_until(Deadline::at(deadline))
    }

    fn recv_until(&self, deadline: Deadline) -> Result<T, RecvTimeoutError> {
        let mut item = None;
        let received = block(&mut Receiving::new(&self.counted, &mut item), deadline);
        item.ok_or(if received.is_some() { RecvTimeoutError::Closed } else { RecvTimeoutError::Timeout })
    }

    /// Blocks the current thread until the queue is closed; the awaited twin is [`AsyncReceiver::closed`](crate::AsyncReceiver::closed).
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
    pub fn iter(&self) -> Iter<'_, T> {
        Iter::new(self)
    }
}
