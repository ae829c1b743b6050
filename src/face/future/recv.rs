//! Receiving one item.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::future::FusedFuture;

use super::{check, common, debug};
use crate::error::RecvError;
use crate::face::{AsyncReceiver, Task};
use crate::queue::{Receiving, Wait, forsake, poll};

/// A future that receives an item, by a receiver that it borrows or owns.
macro_rules! recv_future {
    ($(#[$doc:meta])* $name:ident <$($life:lifetime,)? T>, $receiver:ty) => {
        $(#[$doc])*
        #[must_use = "a future does nothing unless it is awaited"]
        pub struct $name<$($life,)? T> {
            receiver: $receiver,
            wait: Wait,
        }

        impl<$($life,)? T> $name<$($life,)? T> {
            pub(in crate::face) fn new(receiver: $receiver) -> Self {
                Self { receiver, wait: Wait::default() }
            }
        }

        #[allow(single_use_lifetimes, reason = "some have one")]
        impl<$($life,)? T> Future for $name<$($life,)? T> {
            type Output = Result<T, RecvError>;

            #[cfg_attr(not(debug_assertions), inline(always))]
            fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
                let Self { receiver, wait } = self.get_mut();
                check(wait);
                let mut item = None;
                let receive = Receiving::new(&receiver.counted, &mut item);
                if poll(receive, wait, &receiver.streak, context).is_pending() {
                    return Poll::Pending;
                }
                *wait = Wait::Over;
                // Spelt out, since each closure that a large item passes through may copy it.
                match item {
                    Some(item) => Poll::Ready(Ok(item)),
                    None => Poll::Ready(Err(RecvError)),
                }
            }
        }

        common!($name<$($life,)? T>, |this| Receiving::new(&this.receiver.counted, &mut None));
    };
}

recv_future! {
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
    RecvFuture<'a, T>, &'a AsyncReceiver<T>
}

recv_future! {
    /// Receives an item and owns its receiver; made by [`AsyncReceiver::into_recv`].
    ///
    /// It borrows nothing, so that it can be stored and spawned.
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
    /// let received = smol::spawn(rx.into_async().into_recv());
    /// tx.send(1).unwrap();
    /// assert_eq!(received.await, Ok(1));
    /// # });
    /// ```
    OwnedRecvFuture<T>, AsyncReceiver<T>
}

/// Receives an item as a [`Task`]; made by [`AsyncReceiver::recv_task`].
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
/// tx.send(1).unwrap();
/// let recv: bifrons::future::RecvTaskFuture<'_, i32> = rx.recv_task();
/// recv.await.unwrap().done();
/// tx.join();
/// # });
/// ```
#[must_use = "a future does nothing unless it is awaited"]
pub struct RecvTaskFuture<'a, T> {
    receiver: &'a AsyncReceiver<T>,
    wait: Wait,
}

impl<'a, T> RecvTaskFuture<'a, T> {
    pub(in crate::face) fn new(receiver: &'a AsyncReceiver<T>) -> Self {
        Self { receiver, wait: Wait::default() }
    }
}

impl<T> Future for RecvTaskFuture<'_, T> {
    type Output = Result<Task<T>, RecvError>;

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { receiver, wait } = self.get_mut();
        check(wait);
        let mut task = Task::vacant(&receiver.counted);
        let receive = Receiving::in_hand(&receiver.counted, task.slot());
        poll(receive, wait, &receiver.streak, context).map(|_| {
            *wait = Wait::Over;
            task.taken().ok_or(RecvError)
        })
    }
}

common!(RecvTaskFuture<'a, T>, |this| Receiving::new(&this.receiver.counted, &mut None));
