//! Polling futures by hand.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

/// Counts the wakes of the waker it was made with.
#[derive(Debug, Default)]
pub(crate) struct WakeCount(AtomicUsize);

impl WakeCount {
    pub(crate) fn wakes(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Wake for WakeCount {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// A waker that does nothing but count.
pub(crate) fn counting_waker() -> (Arc<WakeCount>, Waker) {
    let count = Arc::new(WakeCount::default());
    (Arc::clone(&count), Waker::from(count))
}

/// Polls `future` once with `waker`.
pub(crate) fn poll_with<F: Future + Unpin>(future: &mut F, waker: &Waker) -> Poll<F::Output> {
    Pin::new(future).poll(&mut Context::from_waker(waker))
}

/// Polls once with a waker that does nothing.
pub(crate) fn is_pending<F: Future + Unpin>(future: &mut F) -> bool {
    poll_with(future, Waker::noop()).is_pending()
}

/// Polls once and expects the future to wait.
#[track_caller]
pub(crate) fn must_be_pending<F: Future + Unpin>(future: &mut F, waker: &Waker) {
    assert!(poll_with(future, waker).is_pending(), "the future should wait");
}

/// Polls once and expects the result.
#[track_caller]
pub(crate) fn must_be_ready<F: Future + Unpin>(future: &mut F) -> F::Output {
    match poll_with(future, Waker::noop()) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the future should be ready"),
    }
}
