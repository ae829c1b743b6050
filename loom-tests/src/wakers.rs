//! Wakers that tell what happened to them.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Poll, Wake, Waker};

/// How often a waker was woken. Relaxed on purpose: it orders nothing, so no item can be published by its wake.
#[derive(Debug, Default)]
pub struct Count(AtomicUsize);

impl Count {
    pub fn get(&self) -> usize {
        self.0.load(Relaxed)
    }
}

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Relaxed);
    }
}

/// A waker that does nothing but count.
pub fn counting() -> (Arc<Count>, Waker) {
    let count = Arc::new(Count::default());
    (Arc::clone(&count), count.into())
}

struct Calling<F>(F);

impl<F: Fn() + Send + Sync + 'static> Wake for Calling<F> {
    fn wake(self: Arc<Self>) {
        (self.0)();
    }
}

/// A waker that runs user code.
pub fn calling(f: impl Fn() + Send + Sync + 'static) -> Waker {
    Arc::new(Calling(f)).into()
}

/// Polls once, to be woken through `waker`.
pub fn poll_once<F: Future + Unpin>(future: &mut F, waker: &Waker) -> Poll<F::Output> {
    Pin::new(future).poll(&mut Context::from_waker(waker))
}
