//! What a call answers when it could not do its work.
//!
//! | call | error | the item |
//! |---|---|---|
//! | `send` | [`SendError`] | comes back |
//! | `try_send` | [`TrySendError`] | comes back |
//! | `send_timeout`, `send_deadline` | [`SendTimeoutError`] | comes back |
//! | `force_send` | [`TrySendError`] | comes back |
//! | `recv`, `recv_many`, `recv_task` | [`RecvError`] | – |
//! | `try_recv`, `try_recv_task` | [`TryRecvError`] | – |
//! | `recv_timeout`, `recv_deadline`, the same with `task` | [`RecvTimeoutError`] | – |
//! | `send_many` | [`SendError<()>`](SendError) | what was not sent is still the caller's |
//! | `reserve`, `reserve_many`, `reserve_weight`, `reserve_owned` | [`ReserveError`] | – |
//! | `try_reserve` | [`TrySendError<()>`](TrySendError) | – |
//! | `join_timeout` | [`JoinTimeoutError`] | – |
//! | `set_capacity` | [`CapacityError`] | – |
//! | `try_select`; `select_timeout`, `select_deadline` | [`TrySelectError`], [`SelectTimeoutError`] | – |
//! | `try_ready`; `ready_timeout`, `ready_deadline` | [`TryReadyError`], [`ReadyTimeoutError`] | – |
//!
//! Every error of a sending call gives the item back, except a sink's, whose trait has no place for it; and none of them asks
//! anything of the item's type: a payload without `Debug` still makes a printable error.

use std::error::Error;
use std::fmt;

/// The queue is closed. From a permit or a select also: the queue's [`Discipline`](crate::Discipline) refuses the item, which can not
/// wait there. The item is inside, except in a sink's error.
///
/// # Examples
///
/// ```
/// let (tx, rx) = bifrons::bounded(1);
/// drop(rx);
/// let error = tx.send("late").unwrap_err();
/// assert_eq!(error.into_inner(), "late");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SendError<T>(pub T);

/// Why a `try_send` did not send; the item is inside.
///
/// # Examples
///
/// ```
/// use bifrons::TrySendError;
/// let (tx, _rx) = bifrons::bounded(1);
/// tx.try_send(1).unwrap();
/// assert_eq!(tx.try_send(2), Err(TrySendError::Full(2)));
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum TrySendError<T> {
    /// There was no room for a newcomer, or, in a rendezvous, no receiver waiting; or the queue's
    /// [`Discipline`](crate::Discipline) refuses the item.
    Full(T),
    /// The queue is closed.
    Closed(T),
}

/// Why a send with a time limit did not send; the item is inside.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// let (tx, _rx) = bifrons::bounded(1);
/// tx.send(1).unwrap();
/// let error = tx.send_timeout(2, Duration::from_millis(1)).unwrap_err();
/// assert!(error.is_timeout());
/// assert_eq!(error.into_inner(), 2);
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum SendTimeoutError<T> {
    /// The time ran out before there was room, or before the queue's [`Discipline`](crate::Discipline) took the item in.
    Timeout(T),
    /// The queue is closed.
    Closed(T),
}

/// The queue is closed and nothing is left in it.
///
/// # Examples
///
/// ```
/// let (tx, rx) = bifrons::bounded::<u8>(1);
/// drop(tx);
/// assert_eq!(rx.recv(), Err(bifrons::RecvError));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecvError;

/// Why a `try_recv` received nothing.
///
/// # Examples
///
/// ```
/// use bifrons::TryRecvError;
/// let (tx, rx) = bifrons::bounded::<u8>(1);
/// assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
/// drop(tx);
/// assert_eq!(rx.try_recv(), Err(TryRecvError::Closed));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TryRecvError {
    /// There was no item for a newcomer, and senders may still bring one.
    Empty,
    /// The queue is closed and nothing is left in it.
    Closed,
}

/// Why a receive with a time limit received nothing.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// let (_tx, rx) = bifrons::bounded::<u8>(1);
/// assert!(rx.recv_timeout(Duration::from_millis(1)).unwrap_err().is_timeout());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecvTimeoutError {
    /// The time ran out before an item came.
    Timeout,
    /// The queue is closed and nothing is left in it.
    Closed,
}

/// Why no room was reserved.
///
/// # Examples
///
/// ```
/// use bifrons::ReserveError;
/// let (tx, rx) = bifrons::bounded::<u8>(2);
/// assert_eq!(tx.reserve_many(3).unwrap_err(), ReserveError::TooLarge);
/// drop(rx);
/// assert_eq!(tx.reserve().unwrap_err(), ReserveError::Closed);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReserveError {
    /// The queue is closed.
    Closed,
    /// It is more than the whole capacity; a rendezvous has no room at all.
    TooLarge,
}

/// The time ran out before all that was sent was done.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// let (tx, _rx) = bifrons::bounded(1);
/// tx.send(1).unwrap();
/// assert_eq!(tx.join_timeout(Duration::from_millis(1)), Err(bifrons::JoinTimeoutError));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JoinTimeoutError;

/// Why a capacity was not changed.
///
/// # Examples
///
/// ```
/// use bifrons::CapacityError;
/// let (tx, _rx) = bifrons::bounded::<u8>(1);
/// assert_eq!(tx.set_capacity(0), Err(CapacityError::Zero));
/// let (tx, _rx) = bifrons::unbounded::<u8>();
/// assert_eq!(tx.set_capacity(5), Err(CapacityError::Unbounded));
/// let (tx, _rx) = bifrons::bounded::<u8>(0);
/// assert_eq!(tx.set_capacity(5), Err(CapacityError::Rendezvous));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CapacityError {
    /// The queue has none.
    Unbounded,
    /// The queue is a rendezvous, and remains one.
    Rendezvous,
    /// No queue becomes a rendezvous.
    Zero,
}

/// No operation was ready; the error of [`Select::try_select`](crate::Select::try_select).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrySelectError;

/// No operation was ready in time; the error of [`Select::select_timeout`](crate::Select::select_timeout).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SelectTimeoutError;

/// No operation was ready; the error of [`Select::try_ready`](crate::Select::try_ready).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TryReadyError;

/// No operation was ready in time; the error of [`Select::ready_timeout`](crate::Select::ready_timeout).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadyTimeoutError;

impl ReserveError {
    /// Whether the queue is closed.
    pub fn is_closed(&self) -> bool {
        *self == Self::Closed
    }
}

impl<T> SendError<T> {
    /// The item that was not sent.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> TrySendError<T> {
    /// The item that was not sent.
    pub fn into_inner(self) -> T {
        match self {
            Self::Full(item) | Self::Closed(item) => item,
        }
    }

    /// Whether there was no room.
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Full(_))
    }

    /// Whether the queue is closed.
    pub fn is_closed(&self) -> bool {
        matches!(self, Self::Closed(_))
    }
}

impl<T> SendTimeoutError<T> {
    /// The item that was not sent.
    pub fn into_inner(self) -> T {
        match self {
            Self::Timeout(item) | Self::Closed(item) => item,
        }
    }

    /// Whether the time ran out.
    pub fn is_timeout(&self) -> bool {
        matches!(self, Self::Timeout(_))
    }

    /// Whether the queue is closed.
    pub fn is_closed(&self) -> bool {
        matches!(self, Self::Closed(_))
    }
}

impl TryRecvError {
    /// Whether there was no item in a queue that is still open.
    pub fn is_empty(&self) -> bool {
        *self == Self::Empty
    }

    /// Whether the queue is closed and nothing is left in it.
    pub fn is_closed(&self) -> bool {
        *self == Self::Closed
    }
}

impl RecvTimeoutError {
    /// Whether the time ran out.
    pub fn is_timeout(&self) -> bool {
        *self == Self::Timeout
    }

    /// Whether the queue is closed and nothing is left in it.
    pub fn is_closed(&self) -> bool {
        *self == Self::Closed
    }
}

impl<T> From<SendError<T>> for TrySendError<T> {
    fn from(error: SendError<T>) -> Self {
        Self::Closed(error.0)
    }
}

impl<T> From<SendError<T>> for SendTimeoutError<T> {
    fn from(error: SendError<T>) -> Self {
        Self::Closed(error.0)
    }
}

impl From<RecvError> for TryRecvError {
    fn from(RecvError: RecvError) -> Self {
        Self::Closed
    }
}

impl From<RecvError> for RecvTimeoutError {
    fn from(RecvError: RecvError) -> Self {
        Self::Closed
    }
}

impl<T> fmt::Debug for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SendError(..)")
    }
}

impl<T> fmt::Debug for TrySendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_full() { "Full(..)" } else { "Closed(..)" })
    }
}

impl<T> fmt::Debug for SendTimeoutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_timeout() { "Timeout(..)" } else { "Closed(..)" })
    }
}

const SEND_CLOSED: &str = "sending on a closed queue";
const RECV_CLOSED: &str = "receiving on an empty and closed queue";

impl<T> fmt::Display for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(SEND_CLOSED)
    }
}

impl<T> fmt::Display for TrySendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_full() { "sending on a full queue" } else { SEND_CLOSED })
    }
}

impl<T> fmt::Display for SendTimeoutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_timeout() { "timed out waiting for room" } else { SEND_CLOSED })
    }
}

impl fmt::Display for RecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(RECV_CLOSED)
    }
}

impl fmt::Display for TryRecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_empty() { "receiving on an empty queue" } else { RECV_CLOSED })
    }
}

impl fmt::Display for RecvTimeoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_timeout() { "timed out waiting for an item" } else { RECV_CLOSED })
    }
}

impl fmt::Display for ReserveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_closed() {
            "reserving room in a closed queue"
        } else {
            "reserving more room than there can be"
        })
    }
}

impl fmt::Display for JoinTimeoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("timed out waiting for all to be done")
    }
}

impl fmt::Display for CapacityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unbounded => "setting the capacity of an unbounded queue",
            Self::Rendezvous => "setting the capacity of a rendezvous",
            Self::Zero => "setting a capacity of zero",
        })
    }
}

impl fmt::Display for TrySelectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no operation of the select is ready")
    }
}

impl fmt::Display for SelectTimeoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("timed out waiting for an operation of the select")
    }
}

impl fmt::Display for TryReadyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        TrySelectError.fmt(f)
    }
}

impl fmt::Display for ReadyTimeoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        SelectTimeoutError.fmt(f)
    }
}

impl Error for ReserveError {}
impl Error for JoinTimeoutError {}
impl Error for CapacityError {}
impl Error for TrySelectError {}
impl Error for SelectTimeoutError {}
impl Error for TryReadyError {}
impl Error for ReadyTimeoutError {}
impl<T> Error for SendError<T> {}
impl<T> Error for TrySendError<T> {}
impl<T> Error for SendTimeoutError<T> {}
impl Error for RecvError {}
impl Error for TryRecvError {}
impl Error for RecvTimeoutError {}
