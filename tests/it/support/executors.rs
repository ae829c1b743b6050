//! The executors that every awaiting verb is tried on.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

/// Wakes a parked thread; the flag keeps a foreign `unpark` from passing for a wake.
struct Unparker {
    thread: Thread,
    called: AtomicBool,
}

impl Wake for Unparker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.called.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

/// The barest executor: the current thread, parked while the future waits.
///
/// It polls only when woken, so a forgotten wake hangs here, where a busier executor would hide it.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let unparker = Arc::new(Unparker { thread: thread::current(), called: AtomicBool::new(false) });
    let waker = Waker::from(Arc::clone(&unparker));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        while !unparker.called.swap(false, Ordering::Acquire) {
            thread::park();
        }
    }
}

/// Lets the other tasks of the executor run once, on any executor.
pub(crate) fn yield_now() -> impl Future<Output = ()> + Send + Unpin {
    struct Yield(bool);

    impl Future for Yield {
        type Output = ();

        fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
            if std::mem::replace(&mut self.0, true) {
                return Poll::Ready(());
            }
            context.waker().wake_by_ref();
            Poll::Pending
        }
    }

    Yield(false)
}

/// Who drives the tasks of a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Executor {
    TokioMultiThread,
    TokioCurrentThread,
    Smol,
    Bare,
}

impl Executor {
    pub(crate) const ALL: [Self; 4] = [Self::TokioMultiThread, Self::TokioCurrentThread, Self::Smol, Self::Bare];

    /// Runs `future` to its end as a task of this executor.
    pub(crate) fn run<F>(self, future: F) -> F::Output
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        match self {
            Self::TokioMultiThread => {
                let runtime = tokio::runtime::Builder::new_multi_thread()
                    .worker_threads(2)
                    .enable_time()
                    .build()
                    .expect("a runtime");
                // As a task of its own, so that it runs on a worker thread.
                let task = runtime.spawn(future);
                runtime.block_on(task).unwrap_or_else(|error| resume(error))
            }
            Self::TokioCurrentThread => {
                tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime").block_on(future)
            }
            Self::Smol => {
                let executor = smol::Executor::new();
                let task = executor.spawn(future);
                let run = executor.run(task);
                // Miri has no such events as the other asks the system for.
                if cfg!(miri) { smol::future::block_on(run) } else { smol::block_on(run) }
            }
            Self::Bare => block_on(future),
        }
    }

    /// Runs the body on every executor, one after the other.
    pub(crate) fn each<F, Fut>(body: F)
    where
        F: Fn(Self) -> Fut,
        Fut: Future<Output = ()> + Send + 'static,
    {
        for executor in Self::ALL {
            executor.run(body(executor));
        }
    }
}

/// A panic in a task is a panic of the test.
fn resume(error: tokio::task::JoinError) -> ! {
    std::panic::resume_unwind(error.into_panic())
}
