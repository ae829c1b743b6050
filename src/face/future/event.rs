//! Waiting for what concerns a queue as a whole.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::future::FusedFuture;

use super::{check, common, debug};
use crate::queue::{Joining, Queue, Streak, Wait, Watching, forsake, poll};

/// A future that waits for an event.
macro_rules! event_future {
    ($(#[$doc:meta])* $name:ident, $errand:ident) => {
        $(#[$doc])*
        #[must_use = "a future does nothing unless it is awaited"]
        pub struct $name<'a, T> {
            queue: &'a Queue<T>,
            wait: Wait,
        }

        impl<'a, T> $name<'a, T> {
            pub(in crate::face) fn new(queue: &'a Queue<T>) -> Self {
                Self { queue, wait: Wait::default() }
            }
        }

        impl<T> Future for $name<'_, T> {
            type Output = ();

            fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
                let Self { queue, wait } = self.get_mut();
                check(wait);
                let result = poll($errand(queue), wait, &Streak::default(), context);
                if result.is_ready() {
                    *wait = Wait::Over;
                }
                result
            }
        }

        common!($name<'a, T>, |this| $errand(this.queue));
    };
}

event_future! {
    /// Waits for the close of a queue; made by [`AsyncSender::closed`](crate::AsyncSender::closed) and
    /// [`AsyncReceiver::closed`](crate::AsyncReceiver::closed).
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
    ClosedFuture, Watching
}

event_future! {
    /// Waits until all that was sent is done; made by [`AsyncSender::join`](crate::AsyncSender::join).
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
    /// let (tx, rx) = bifrons::bounded(1);
    /// let tx = tx.into_async();
    /// tx.send(1).await.unwrap();
    /// std::thread::spawn(move || rx.recv_task().unwrap().done());
    /// let join: bifrons::future::JoinFuture<'_, i32> = tx.join();
    /// join.await;
    /// # });
    /// ```
    JoinFuture, Joining
}
