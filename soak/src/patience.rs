//! How a task loses its patience with a future.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use crate::Dice;

/// A way of waiting for a future that may come to nothing.
pub trait Patience: Clone + Send + Sync + 'static {
    /// Waits for a moment; `None` when it was too short. What becomes of the future then is up to the caller.
    fn lose<F>(&self, future: &mut F, dice: &mut Dice) -> impl Future<Output = Option<F::Output>> + Send
    where
        F: Future + Unpin + Send,
        F::Output: Send;
}

/// Some polls, whether or not anybody called; or one with a stranger's waker, and then as long as it takes.
#[derive(Debug, Clone, Copy)]
pub struct Polls;

impl Patience for Polls {
    async fn lose<F>(&self, future: &mut F, dice: &mut Dice) -> Option<F::Output>
    where
        F: Future + Unpin + Send,
        F::Output: Send,
    {
        if dice.one_in(3) {
            // The call must reach whoever polled last.
            return match poll_idly(future) {
                Poll::Ready(done) => Some(done),
                Poll::Pending => Some(future.await),
            };
        }
        let mut left = dice.below(4);
        poll_fn(|context| match Pin::new(&mut *future).poll(context) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => {
                left -= 1;
                context.waker().wake_by_ref();
                Poll::Pending
            }
        })
        .await
    }
}

/// One poll, to be woken by nobody.
pub(crate) fn poll_idly<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// Polls on a thread, up to three times: what is done by then.
pub(crate) fn poll_on_thread<F: Future + Unpin>(future: &mut F, dice: &mut Dice) -> Option<F::Output> {
    for _ in 0..=dice.below(3) {
        if let Poll::Ready(done) = poll_idly(future) {
            return Some(done);
        }
    }
    None
}
