//! A queue's sending half as a sink.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_sink::Sink;

use super::AsyncSender;
use crate::error::SendError;
use crate::queue::{Closed, Reserving, Sending, Wait, forsake, poll};

/// A sink that sends to a queue; made by [`AsyncSender::sink`] and [`AsyncSender::into_sink`].
///
/// It is ready when it holds reserved room, which it keeps until an item is given to it or it is dropped. What it was given
/// is in the queue at once, so that there is nothing to flush. Only in a rendezvous, which has no room, one item rests in the
/// sink until a receiver has taken it: to flush is to wait for that.
///
/// An item that can not be sent, since the queue is closed or its [`Discipline`](crate::Discipline) refuses it although there is
/// room, is dropped: an error of a sink's has no place for it. Where items have weights the room that is held is of weight 1,
/// whatever comes in.
///
/// To close it is to give up its sending handle, which closes nobody else's queue: the queue closes with its last sender.
///
/// # Cancel safety
///
/// `send`, `feed` and `send_all` of `futures_util::SinkExt` hold their item until the sink is ready; dropped before, they drop
/// it. Between two items a sink may be dropped at any time, except in a rendezvous, where an item that rests in it goes with it. While
/// it is kept alive after a pending poll, without being polled again, it stands in line and may hold one call that another
/// sender is waiting for.
///
/// # Examples
///
/// ```
/// use futures_util::{SinkExt, StreamExt, stream};
/// # smol::block_on(async {
/// let (tx, rx) = bifrons::bounded(1);
/// let sink = tx.into_async().into_sink();
/// let received = std::thread::spawn(move || rx.iter().collect::<Vec<_>>());
/// stream::iter(1..=3).map(Ok).forward(sink).await.unwrap();
/// assert_eq!(received.join().unwrap(), [1, 2, 3]);
/// # });
/// ```
#[must_use = "a sink does nothing unless it is given items"]
pub struct SendSink<T> {
    /// Until it is closed.
    sender: Option<AsyncSender<T>>,
    wait: Wait,
    holding: Holding<T>,
}

/// What a sink has in hand.
enum Holding<T> {
    Nothing,
    /// Room for one item.
    Room,
    /// An item that no receiver has taken yet, in the sink or in its ticket: only in a rendezvous.
    Item(Option<T>),
}

impl<T> SendSink<T> {
    pub(super) fn new(sender: AsyncSender<T>) -> Self {
        Self { sender: Some(sender), wait: Wait::default(), holding: Holding::Nothing }
    }

    /// Waits until the item that rests in the sink has been taken.
    fn poll_taken(&mut self, context: &Context<'_>) -> Poll<Result<(), SendError<()>>> {
        let Self { sender: Some(sender), wait, holding } = self else { return Poll::Ready(Ok(())) };
        let Holding::Item(item) = holding else { return Poll::Ready(Ok(())) };
        let done = poll(Sending::new(&sender.counted, item), wait, &sender.streak, context);
        // What is not here any more has been taken, also in a poll that panicked then.
        let was_taken = item.is_none();
        done.map(|done| {
            *holding = Holding::Nothing;
            if done.is_ok() || was_taken { Ok(()) } else { Err(SendError(())) }
        })
    }

    /// Leaves the line and gives up what it holds.
    fn give_up(&mut self) {
        let Some(sender) = &self.sender else { return };
        match std::mem::replace(&mut self.holding, Holding::Nothing) {
            Holding::Nothing => {
                forsake(&mut Reserving::new(&sender.counted, 1), &mut self.wait);
            }
            Holding::Room => sender.counted.give_back(1),
            Holding::Item(mut item) => {
                forsake(&mut Sending::new(&sender.counted, &mut item), &mut self.wait);
            }
        }
    }
}

impl<T> Unpin for SendSink<T> {}

impl<T> Sink<T> for SendSink<T> {
    type Error = SendError<()>;

    fn poll_ready(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), SendError<()>>> {
        let this = self.get_mut();
        match (&this.sender, &this.holding) {
            (None, _) => return Poll::Ready(Err(SendError(()))),
            (Some(_), Holding::Room) => return Poll::Ready(Ok(())),
            (Some(_), Holding::Item(_)) => return this.poll_taken(context),
            (Some(sender), Holding::Nothing) if sender.capacity() == Some(0) => {
                return Poll::Ready(if sender.is_closed() { Err(SendError(())) } else { Ok(()) });
            }
            (Some(_), Holding::Nothing) => {}
        }
        let Self { sender: Some(sender), wait, holding } = this else { return Poll::Ready(Err(SendError(()))) };
        poll(Reserving::new(&sender.counted, 1), wait, &sender.streak, context).map(|done| match done {
            Ok(()) => {
                *holding = Holding::Room;
                Ok(())
            }
            Err(Closed) => Err(SendError(())),
        })
    }

    /// # Panics
    ///
    /// Without a `poll_ready` that was ready, as the contract of `Sink` has it.
    fn start_send(self: Pin<&mut Self>, item: T) -> Result<(), SendError<()>> {
        let this = self.get_mut();
        let sender = this.sender.as_ref().ok_or(SendError(()))?;
        match this.holding {
            Holding::Room => {
                this.holding = Holding::Nothing;
                sender.counted.redeem(item, 1).map_err(|_| SendError(()))
            }
            Holding::Nothing if sender.capacity() == Some(0) => {
                this.holding = Holding::Item(Some(item));
                Ok(())
            }
            Holding::Nothing | Holding::Item(_) => panic!("a bifrons sink was given an item without being ready"),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), SendError<()>>> {
        self.get_mut().poll_taken(context)
    }

    fn poll_close(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), SendError<()>>> {
        let this = self.get_mut();
        let flushed = this.poll_taken(context);
        if flushed.is_ready() {
            this.give_up();
            this.sender = None;
        }
        flushed
    }
}

impl<T> Drop for SendSink<T> {
    fn drop(&mut self) {
        self.give_up();
    }
}

impl<T> fmt::Debug for SendSink<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendSink").field("sender", &self.sender).finish_non_exhaustive()
    }
}
