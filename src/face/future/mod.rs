//! The futures of the async face.
//!
//! All of them are `Unpin`, so that they can be polled through `&mut` in a `select!`, and cancel-safe: the place in line
//! belongs to the queue, and a future holds no more than its number.

mod event;
mod many;
mod recv;
mod reserve;
mod send;

pub use event::{ClosedFuture, JoinFuture};
pub use many::{RecvManyFuture, SendManyFuture};
pub use recv::{OwnedRecvFuture, RecvFuture, RecvTaskFuture};
pub use reserve::{OwnedReserveFuture, ReserveFuture, ReserveManyFuture};
pub use send::{OwnedSendFuture, SendFuture};

use std::fmt;

use crate::queue::Wait;

#[inline]
fn check(wait: &Wait) {
    assert!(!wait.is_over(), "a bifrons future was polled after it had completed or given its item back");
}

fn debug(name: &str, wait: &Wait, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.debug_struct(name).field("in_line", &wait.is_in_line()).field("is_over", &wait.is_over()).finish()
}

/// What every future of this room does in the same way, each having a `wait`.
macro_rules! common {
    ($name:ident <$($life:lifetime,)? T>, |$this:ident| $errand:expr) => {
        #[allow(single_use_lifetimes, reason = "some have one")]
        impl<$($life,)? T> FusedFuture for $name<$($life,)? T> {
            fn is_terminated(&self) -> bool {
                self.wait.is_over()
            }
        }

        #[allow(single_use_lifetimes, reason = "as above")]
        impl<$($life,)? T> Unpin for $name<$($life,)? T> {}

        #[allow(single_use_lifetimes, reason = "as above")]
        impl<$($life,)? T> Drop for $name<$($life,)? T> {
            fn drop(&mut self) {
                let $this = self;
                // Asked here too, since the errand would else be made ready first: some ten instructions for each message.
                if $this.wait.is_in_line() {
                    forsake(&mut $errand, &mut $this.wait);
                }
            }
        }

        #[allow(single_use_lifetimes, reason = "as above")]
        impl<$($life,)? T> fmt::Debug for $name<$($life,)? T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                debug(stringify!($name), &self.wait, f)
            }
        }
    };
}
use common;
