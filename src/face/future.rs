//! The futures of the async face.
//!
//! All of them are `Unpin`, so that they can be polled through `&mut` in a `select!`, and cancel-safe: the place in line
//! belongs to the queue, and a future holds no more than its number.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::future::FusedFuture;

use super::{AsyncReceiver, AsyncSender};
use crate::error::{RecvError, SendError};
use crate::queue::{Queue, Receiving, Sending, Wait, Watching, forsake, poll};

/// Whether a future may still be polled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Pending,
    Done,
}

fn check(state: State) {
    assert!(state == State::Pending, "a bifrons future was polled after it had completed or given its item back");
}

/// Sends an item; made by [`AsyncSender::send`].
///
/// # Cancel safety
///
/// Dropped while pending, it has not sent its item and drops it; [`take`](Self::take) gives the item back instead.
///
/// # Panics
///
/// When it is polled after it has completed or after [`take`](Self::take).
///
/// # Examples
///
/// ```
/// # smol::block_on(async {
/// let (tx, rx) = bifrons::bounded(1);
/// let tx = tx.into_async();
/// let send: bifrons::future::SendFuture<'_, i32> = tx.send(1);
/// send.await.unwrap();
/// assert_eq!(rx.recv(), Ok(1));
/// # });
/// ```
#[must_use = "a future does nothing unless it is awaited"]
pub struct SendFuture<'a, T> {
    sender: &'a AsyncSender<T>,
    /// The item, while it waits in no ticket.
    item: Option<T>,
    wait: Wait,
    state: State,
}

impl<'a, T> SendFuture<'a, T> {
    pub(super) fn new(sender: &'a AsyncSender<T>, item: T) -> Self {
        Self { sender, item: Some(item), wait: Wait::default(), state: State::Pending }
    }

    /// Gives the item up to the caller unless it has been sent: `None` means that it has, or that it was given back before.
    ///
    /// After this the future must not be polled.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::FutureExt;
    /// let (tx, rx) = bifrons::bounded(1);
    /// let tx = tx.into_async();
    /// tx.try_send(1).unwrap();
    /// let mut send = tx.send(2);
    /// assert!((&mut send).now_or_never().is_none(), "no room");
    /// assert_eq!(send.take(), Some(2));
    /// assert_eq!(rx.drain().collect::<Vec<_>>(), [1]);
    /// ```
    pub fn take(&mut self) -> Option<T> {
        self.state = State::Done;
        forsake(&mut Sending::new(&self.sender.counted, &mut self.item), &mut self.wait);
        self.item.take()
    }
}

impl<T> Unpin for SendFuture<'_, T> {}

impl<T> Future for SendFuture<'_, T> {
    type Output = Result<(), SendError<T>>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { sender, item, wait, state } = self.get_mut();
        check(*state);
        sender.streak.poll(context, || {
            poll(&mut Sending::new(&sender.counted, item), wait, context).map(|_| {
                *state = State::Done;
                // What is still here the close has kept from being sent.
                item.take().map_or(Ok(()), |item| Err(SendError(item)))
            })
        })
    }
}

impl<T> FusedFuture for SendFuture<'_, T> {
    fn is_terminated(&self) -> bool {
        self.state == State::Done
    }
}

impl<T> Drop for SendFuture<'_, T> {
    fn drop(&mut self) {
        forsake(&mut Sending::new(&self.sender.counted, &mut self.item), &mut self.wait);
    }
}

impl<T> fmt::Debug for SendFuture<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug("SendFuture", self.state, &self.wait, f)
    }
}

/// Receives an item; made by [`AsyncReceiver::recv`].
///
/// # Cancel safety
///
/// Dropped at any moment before it has completed, it has taken nothing.
///
/// # Panics
///
/// When it is polled after it has completed.
///
/// # Examples
///
/// ```
/// # smol::block_on(async {
/// let (tx, rx) = bifrons::bounded(1);
/// let rx = rx.into_async();
/// let recv: bifrons::future::RecvFuture<'_, i32> = rx.recv();
/// tx.send(1).unwrap();
/// assert_eq!(recv.await, Ok(1));
/// # });
/// ```
#[must_use = "a future does nothing unless it is awaited"]
pub struct RecvFuture<'a, T> {
    receiver: &'a AsyncReceiver<T>,
    wait: Wait,
    state: State,
}

impl<'a, T> RecvFuture<'a, T> {
    pub(super) fn new(receiver: &'a AsyncReceiver<T>) -> Self {
        Self { receiver, wait: Wait::default(), state: State::Pending }
    }
}

impl<T> Future for RecvFuture<'_, T> {
    type Output = Result<T, RecvError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { receiver, wait, state } = self.get_mut();
        check(*state);
        receiver.streak.poll(context, || {
            let mut item = None;
            poll(&mut Receiving::new(&receiver.counted, &mut item), wait, context).map(|_| {
                *state = State::Done;
                item.ok_or(RecvError)
            })
        })
    }
}

impl<T> FusedFuture for RecvFuture<'_, T> {
    fn is_terminated(&self) -> bool {
        self.state == State::Done
    }
}

impl<T> Drop for RecvFuture<'_, T> {
    fn drop(&mut self) {
        forsake(&mut Receiving::new(&self.receiver.counted, &mut None), &mut self.wait);
    }
}

impl<T> fmt::Debug for RecvFuture<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug("RecvFuture", self.state, &self.wait, f)
    }
}

/// Waits for the close of a queue; made by [`AsyncSender::closed`] and [`AsyncReceiver::closed`].
///
/// # Cancel safety
///
/// Dropped at any moment, it has changed nothing.
///
/// # Panics
///
/// When it is polled after it has completed.
///
/// # Examples
///
/// ```
/// # smol::block_on(async {
/// let (tx, rx) = bifrons::bounded::<u8>(1);
/// let tx = tx.into_async();
/// drop(rx);
/// let closed: bifrons::future::ClosedFuture<'_, u8> = tx.closed();
/// closed.await;
/// # });
/// ```
#[must_use = "a future does nothing unless it is awaited"]
pub struct ClosedFuture<'a, T> {
    queue: &'a Queue<T>,
    wait: Wait,
    state: State,
}

impl<'a, T> ClosedFuture<'a, T> {
    pub(super) fn new(queue: &'a Queue<T>) -> Self {
        Self { queue, wait: Wait::default(), state: State::Pending }
    }
}

impl<T> Future for ClosedFuture<'_, T> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let Self { queue, wait, state } = self.get_mut();
        check(*state);
        let result = poll(&mut Watching(queue), wait, context);
        if result.is_ready() {
            *state = State::Done;
        }
        result
    }
}

impl<T> FusedFuture for ClosedFuture<'_, T> {
    fn is_terminated(&self) -> bool {
        self.state == State::Done
    }
}

impl<T> Drop for ClosedFuture<'_, T> {
    fn drop(&mut self) {
        forsake(&mut Watching(self.queue), &mut self.wait);
    }
}

impl<T> fmt::Debug for ClosedFuture<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug("ClosedFuture", self.state, &self.wait, f)
    }
}

fn debug(name: &str, state: State, wait: &Wait, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.debug_struct(name).field("state", &state).field("in_line", &wait.is_in_line()).finish()
}
