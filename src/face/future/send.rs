//! Sending one item.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::future::FusedFuture;

use super::{check, common, debug};
use crate::error::SendError;
use crate::face::AsyncSender;
use crate::queue::{Closed, Sending, Wait, forsake, poll};

/// A future that sends an item, by a sender that it borrows or owns.
macro_rules! send_future {
    ($(#[$doc:meta])* $name:ident <$($life:lifetime,)? T>, $sender:ty) => {
        $(#[$doc])*
        #[must_use = "a future does nothing unless it is awaited"]
        pub struct $name<$($life,)? T> {
            sender: $sender,
            /// The item, while it waits in no ticket.
            item: Option<T>,
            wait: Wait,
        }

        impl<$($life,)? T> $name<$($life,)? T> {
            pub(in crate::face) fn new(sender: $sender, item: T) -> Self {
                Self { sender, item: Some(item), wait: Wait::default() }
            }

            /// Gives the item up to the caller unless it has been sent: `None` means that it has, that it was given back
            /// before, or that it was lost as a [`Discipline`](crate::Discipline) panicked.
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
                forsake(&mut Sending::new(&self.sender.counted, &mut self.item), &mut self.wait);
                self.item.take()
            }
        }

        #[allow(single_use_lifetimes, reason = "some have one")]
        impl<$($life,)? T> Future for $name<$($life,)? T> {
            type Output = Result<(), SendError<T>>;

            #[cfg_attr(not(debug_assertions), inline(always))]
            fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
                let Self { sender, item, wait } = self.get_mut();
                check(wait);
                poll(Sending::new(&sender.counted, item), wait, &sender.streak, context).map(|sent| {
                    *wait = Wait::Over;
                    // What is still here the close has kept from being sent.
                    sent.or_else(|Closed| item.take().map_or(Ok(()), |item| Err(SendError(item))))
                })
            }
        }

        common!($name<$($life,)? T>, |this| Sending::new(&this.sender.counted, &mut this.item));
    };
}

send_future! {
    /// Sends an item; made by [`AsyncSender::send`].
    ///
    /// # Cancel safety
    ///
    /// Dropped before it has completed, it drops its item, unless that has been sent: a receiver may have taken it from its place
    /// in line. [`take`](Self::take) tells which, and gives an unsent item back.
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
    SendFuture<'a, T>, &'a AsyncSender<T>
}

send_future! {
    /// Sends an item and owns its sender; made by [`AsyncSender::send_owned`].
    ///
    /// It borrows nothing, so that it can be stored and spawned.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it has completed, it drops its item, unless that has been sent: a receiver may have taken it from its place
    /// in line. [`take`](Self::take) tells which, and gives an unsent item back.
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
    /// let send: bifrons::future::OwnedSendFuture<i32> = tx.into_async().send_owned(1);
    /// smol::spawn(send).await.unwrap();
    /// assert_eq!(rx.recv(), Ok(1));
    /// # });
    /// ```
    OwnedSendFuture<T>, AsyncSender<T>
}
