//! Items as a stream.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::stream::{FusedStream, Stream};

use super::AsyncReceiver;
use crate::queue::{Receiving, Wait, forsake, poll};

/// A stream of a queue's items; made by [`AsyncReceiver::stream`] and [`AsyncReceiver::into_stream`].
///
/// It ends when the queue is closed and nothing is left in it. Like [`AsyncReceiver::recv`] it lets the executor run others
/// [now and then](crate#tasks-that-never-have-to-wait).
///
/// # Cancel safety
///
/// Dropped, or left unpolled, between two items, it has taken nothing. While it is kept alive after a pending poll, without
/// being polled again, it stands in line and may hold one call that another receiver is waiting for.
///
/// # Examples
///
/// ```
/// use futures_util::StreamExt;
/// # smol::block_on(async {
/// let (tx, rx) = bifrons::bounded(1);
/// std::thread::spawn(move || (0..4).for_each(|i| tx.send(i).unwrap()));
/// let even: Vec<i32> = rx.into_async().into_stream().filter(|i| std::future::ready(i % 2 == 0)).collect().await;
/// assert_eq!(even, [0, 2]);
/// # });
/// ```
#[must_use = "a stream does nothing unless it is polled"]
pub struct RecvStream<T> {
    receiver: AsyncReceiver<T>,
    wait: Wait,
    ended: bool,
}

impl<T> RecvStream<T> {
    pub(super) fn new(receiver: AsyncReceiver<T>) -> Self {
        Self { receiver, wait: Wait::default(), ended: false }
    }
}

impl<T> Stream for RecvStream<T> {
    type Item = T;

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        let Self { receiver, wait, ended } = self.get_mut();
        if *ended {
            return Poll::Ready(None);
        }
        let mut item = None;
        if poll(Receiving::new(&receiver.counted, &mut item), wait, &receiver.streak, context).is_pending() {
            return Poll::Pending;
        }
        // A receive that stepped aside and was ready then is not new; the next one is.
        *wait = Wait::New;
        *ended = item.is_none();
        Poll::Ready(item)
    }

    /// Nothing is known before the end: others may take what is there.
    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, if self.ended { Some(0) } else { None })
    }
}

impl<T> FusedStream for RecvStream<T> {
    fn is_terminated(&self) -> bool {
        self.ended
    }
}

impl<T> Drop for RecvStream<T> {
    fn drop(&mut self) {
        forsake(&mut Receiving::new(&self.receiver.counted, &mut None), &mut self.wait);
    }
}

impl<T> fmt::Debug for RecvStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecvStream").field("receiver", &self.receiver).field("ended", &self.ended).finish()
    }
}
