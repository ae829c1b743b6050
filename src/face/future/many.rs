//! Sending and receiving many items at once.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::future::FusedFuture;

use super::{check, common, debug};
use crate::error::{RecvError, SendError};
use crate::face::{AsyncReceiver, AsyncSender};
use crate::queue::{Closed, ReceivingMany, SendingMany, Wait, forsake, poll};

/// Sends all of a deque; made by [`AsyncSender::send_many`].
///
/// # Cancel safety
///
/// Dropped at any moment: what has not been sent is in the deque, in order. Leaked instead of dropped, it may still send the
/// one item that waits in line.
///
/// # Panics
///
/// When it is polled after it has completed.
///
/// # Examples
///
/// ```
/// use std::collections::VecDeque;
/// # smol::block_on(async {
/// let (tx, rx) = bifrons::bounded(4);
/// let tx = tx.into_async();
/// let mut items = VecDeque::from([1, 2, 3]);
/// let send: bifrons::future::SendManyFuture<'_, i32> = tx.send_many(&mut items);
/// assert_eq!(send.await, Ok(3));
/// assert!(items.is_empty());
/// # drop(rx);
/// # });
/// ```
#[must_use = "a future does nothing unless it is awaited"]
pub struct SendManyFuture<'a, T> {
    sender: &'a AsyncSender<T>,
    items: &'a mut VecDeque<T>,
    sent: usize,
    wait: Wait,
}

impl<'a, T> SendManyFuture<'a, T> {
    pub(in crate::face) fn new(sender: &'a AsyncSender<T>, items: &'a mut VecDeque<T>) -> Self {
        Self { sender, items, sent: 0, wait: Wait::default() }
    }
}

impl<T> Future for SendManyFuture<'_, T> {
    type Output = Result<usize, SendError<()>>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { sender, items, sent, wait } = self.get_mut();
        check(wait);
        poll(SendingMany::new(&sender.counted, items, sent), wait, &sender.streak, context).map(|done| {
            *wait = Wait::Over;
            done.map(|()| *sent).map_err(|Closed| SendError(()))
        })
    }
}

common!(SendManyFuture<'a, T>, |this| SendingMany::new(&this.sender.counted, this.items, &mut this.sent));

/// Receives up to so many items; made by [`AsyncReceiver::recv_many`].
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
/// let (tx, rx) = bifrons::bounded(4);
/// let rx = rx.into_async();
/// tx.send(1).unwrap();
/// tx.send(2).unwrap();
/// let mut items = Vec::new();
/// let recv: bifrons::future::RecvManyFuture<'_, i32> = rx.recv_many(&mut items, 100);
/// assert_eq!(recv.await, Ok(2));
/// assert_eq!(items, [1, 2]);
/// # });
/// ```
#[must_use = "a future does nothing unless it is awaited"]
pub struct RecvManyFuture<'a, T> {
    receiver: &'a AsyncReceiver<T>,
    items: &'a mut Vec<T>,
    limit: usize,
    wait: Wait,
}

impl<'a, T> RecvManyFuture<'a, T> {
    pub(in crate::face) fn new(receiver: &'a AsyncReceiver<T>, items: &'a mut Vec<T>, limit: usize) -> Self {
        Self { receiver, items, limit, wait: Wait::default() }
    }
}

impl<T> Future for RecvManyFuture<'_, T> {
    type Output = Result<usize, RecvError>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { receiver, items, limit, wait } = self.get_mut();
        check(wait);
        let receive = ReceivingMany::new(&receiver.counted, items, *limit);
        poll(receive, wait, &receiver.streak, context).map(|done| {
            *wait = Wait::Over;
            done.map_err(|Closed| RecvError)
        })
    }
}

common!(RecvManyFuture<'a, T>, |this| ReceivingMany::new(&this.receiver.counted, this.items, this.limit));
