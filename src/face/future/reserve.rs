//! Waiting for room.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::future::FusedFuture;

use super::{check, common, debug};
use crate::error::ReserveError;
use crate::face::{AsyncSender, OwnedPermit, Permit, Permits};
use crate::queue::{Closed, Reserving, Wait, forsake, poll};

const STILL_THERE: &str = "a future that reserves has its sender until room was granted";

/// A future that reserves room and ends with what holds it.
macro_rules! reserve_future {
    (
        $(#[$doc:meta])* $name:ident <$($life:lifetime,)? T>, $sender:ty, $permit:ty, $grant:expr
    ) => {
        $(#[$doc])*
        #[must_use = "a future does nothing unless it is awaited"]
        pub struct $name<$($life,)? T> {
            /// There until room was granted: then it is in what holds that.
            sender: Option<$sender>,
            /// How much room, or why there can never be so much.
            need: Result<usize, ReserveError>,
            wait: Wait,
        }

        impl<$($life,)? T> $name<$($life,)? T> {
            pub(in crate::face) fn new(sender: $sender, need: Result<usize, ReserveError>) -> Self {
                Self { sender: Some(sender), need, wait: Wait::default() }
            }
        }

        #[allow(single_use_lifetimes, reason = "some have one")]
        impl<$($life,)? T> Future for $name<$($life,)? T> {
            type Output = Result<$permit, ReserveError>;

            #[inline]
            fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
                let Self { sender, need, wait } = self.get_mut();
                check(wait);
                let AsyncSender { counted, streak } = sender.as_ref().expect(STILL_THERE);
                let reserved = match *need {
                    Ok(need) => poll(Reserving::new(counted, need), wait, streak, context)
                        .map(|done| done.map(|()| need).map_err(|Closed| ReserveError::Closed)),
                    Err(error) => Poll::Ready(Err(error)),
                };
                reserved.map(|result| {
                    *wait = Wait::Over;
                    let need = result?;
                    Ok($grant(sender.take().expect(STILL_THERE), need))
                })
            }
        }

        common!($name<$($life,)? T>, |this| {
            Reserving::new(&this.sender.as_ref().expect(STILL_THERE).counted, this.need.unwrap_or(1))
        });
    };
}

reserve_future! {
    /// Waits for room for one item; made by [`AsyncSender::reserve`] and [`AsyncSender::reserve_weight`].
    ///
    /// # Cancel safety
    ///
    /// Dropped at any moment before it has completed, it has reserved nothing.
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
    /// let reserve: bifrons::future::ReserveFuture<'_, i32> = tx.reserve();
    /// reserve.await.unwrap().send(1).unwrap();
    /// assert_eq!(rx.recv(), Ok(1));
    /// # });
    /// ```
    ReserveFuture<'a, T>, &'a AsyncSender<T>, Permit<'a, T>, |sender: &'a AsyncSender<T>, need| Permit::new(&sender.counted, need)
}

reserve_future! {
    /// Waits for room for several items; made by [`AsyncSender::reserve_many`].
    ///
    /// # Cancel safety
    ///
    /// Dropped at any moment before it has completed, it has reserved nothing.
    ///
    /// # Panics
    ///
    /// When it is polled after it has completed.
    ///
    /// # Examples
    ///
    /// ```
    /// # smol::block_on(async {
    /// let (tx, rx) = bifrons::bounded(2);
    /// let tx = tx.into_async();
    /// for (permit, item) in tx.reserve_many(2).await.unwrap().zip([1, 2]) {
    ///     permit.send(item).unwrap();
    /// }
    /// assert_eq!(rx.drain().collect::<Vec<_>>(), [1, 2]);
    /// # });
    /// ```
    ReserveManyFuture<'a, T>, &'a AsyncSender<T>, Permits<'a, T>, |sender: &'a AsyncSender<T>, need| Permits::new(&sender.counted, need)
}

reserve_future! {
    /// Waits for room for one item and owns its sender; made by [`AsyncSender::reserve_owned`].
    ///
    /// It borrows nothing, so that it can be stored and spawned.
    ///
    /// # Cancel safety
    ///
    /// Dropped at any moment before it has completed, it has reserved nothing.
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
    /// let permit = smol::spawn(tx.into_async().reserve_owned()).await.unwrap();
    /// permit.send(1).unwrap();
    /// assert_eq!(rx.recv(), Ok(1));
    /// # });
    /// ```
    OwnedReserveFuture<T>, AsyncSender<T>, OwnedPermit<T>, |sender: AsyncSender<T>, _| OwnedPermit::new(sender.counted)
}
