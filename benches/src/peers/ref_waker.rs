//! The plainest queue for both: a locked deque with two lines of wakers.
//!
//! It is no product: a call that is dropped while it waits leaves its waker in the line, and takes a call with it.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use super::{Peer, TaskRx, TaskTx, ThreadRx, ThreadTx};
use crate::item::Item;
use crate::scenario::Capacity;

pub struct RefWaker;

struct Queue<T> {
    state: Mutex<State<T>>,
    limit: usize,
}

struct State<T> {
    items: VecDeque<T>,
    senders: usize,
    for_items: VecDeque<Waker>,
    for_room: VecDeque<Waker>,
}

impl<T> Queue<T> {
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().expect("nobody panics under this lock")
    }

    /// Puts it in, or leaves a waker and the item.
    fn put(&self, item: &mut Option<T>, waker: impl FnOnce() -> Option<Waker>) -> bool {
        let mut state = self.state();
        if state.items.len() >= self.limit {
            state.for_room.extend(waker());
            return false;
        }
        state.items.extend(item.take());
        let called = state.for_items.pop_front();
        drop(state);
        called.into_iter().for_each(Waker::wake);
        true
    }

    /// An item, or the end of all; otherwise leaves a waker.
    fn take(&self, waker: impl FnOnce() -> Option<Waker>) -> Option<Option<T>> {
        let mut state = self.state();
        match state.items.pop_front() {
            Some(item) => {
                let called = state.for_room.pop_front();
                drop(state);
                called.into_iter().for_each(Waker::wake);
                Some(Some(item))
            }
            None if state.senders == 0 => Some(None),
            None => {
                state.for_items.extend(waker());
                None
            }
        }
    }
}

/// How a thread waits: until it was called, whatever else unparks it.
struct Sleeper {
    thread: Thread,
    called: AtomicBool,
}

impl Sleeper {
    fn new() -> Arc<Self> {
        Arc::new(Self { thread: thread::current(), called: AtomicBool::new(false) })
    }

    fn sleep(&self) {
        while !self.called.swap(false, Ordering::Acquire) {
            thread::park();
        }
    }
}

impl Wake for Sleeper {
    fn wake(self: Arc<Self>) {
        self.called.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

/// One end, with the means to sleep once it had to.
pub struct WakerTx<T>(Arc<Queue<T>>, Option<Arc<Sleeper>>);
pub struct WakerRx<T>(Arc<Queue<T>>, Option<Arc<Sleeper>>);

impl<T: Item> Peer<T> for RefWaker {
    type Tx = WakerTx<T>;
    type Rx = WakerRx<T>;
    type TaskTx = WakerTx<T>;
    type TaskRx = WakerRx<T>;

    fn make(capacity: Capacity) -> Option<(Self::Tx, Self::Rx)> {
        let limit = match capacity {
            Capacity::Bounded(0) => return None,
            Capacity::Bounded(limit) => limit,
            Capacity::Unbounded => usize::MAX,
        };
        let state = Mutex::new(State {
            items: VecDeque::new(),
            senders: 1,
            for_items: VecDeque::new(),
            for_room: VecDeque::new(),
        });
        let queue = Arc::new(Queue { state, limit });
        Some((WakerTx(Arc::clone(&queue), None), WakerRx(queue, None)))
    }

    fn more_tx(tx: &Self::Tx) -> Option<Self::Tx> {
        tx.0.state().senders += 1;
        Some(WakerTx(Arc::clone(&tx.0), None))
    }

    fn more_rx(rx: &Self::Rx) -> Option<Self::Rx> {
        Some(WakerRx(Arc::clone(&rx.0), None))
    }

    fn task_tx(tx: Self::Tx) -> Option<Self::TaskTx> {
        Some(tx)
    }

    fn task_rx(rx: Self::Rx) -> Option<Self::TaskRx> {
        Some(rx)
    }
}

impl<T> Drop for WakerTx<T> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.senders -= 1;
        if state.senders == 0 {
            let called = std::mem::take(&mut state.for_items);
            drop(state);
            called.into_iter().for_each(Waker::wake);
        }
    }
}

impl<T: Item> ThreadTx<T> for WakerTx<T> {
    fn put(&mut self, item: T) {
        let mut item = Some(item);
        loop {
            let sleeper = &mut self.1;
            if self.0.put(&mut item, || Some(Arc::clone(sleeper.get_or_insert_with(Sleeper::new)).into())) {
                return;
            }
            sleeper.as_ref().expect("it is in the line").sleep();
        }
    }

    fn try_put(&mut self, item: T) -> bool {
        self.0.put(&mut Some(item), || None)
    }
}

impl<T: Item> ThreadRx<T> for WakerRx<T> {
    fn take(&mut self) -> Option<T> {
        loop {
            let sleeper = &mut self.1;
            let waker = || Some(Arc::clone(sleeper.get_or_insert_with(Sleeper::new)).into());
            if let Some(end) = self.0.take(waker) {
                return end;
            }
            sleeper.as_ref().expect("it is in the line").sleep();
        }
    }

    fn try_take(&mut self) -> Option<T> {
        self.0.take(|| None).flatten()
    }
}

impl<T: Item> TaskTx<T> for WakerTx<T> {
    async fn put(&mut self, item: T) {
        let mut item = Some(item);
        poll_fn(
            |cx: &mut Context<'_>| {
                if self.0.put(&mut item, || Some(cx.waker().clone())) { Poll::Ready(()) } else { Poll::Pending }
            },
        )
        .await;
    }
}

impl<T: Item> TaskRx<T> for WakerRx<T> {
    async fn take(&mut self) -> Option<T> {
        poll_fn(|cx: &mut Context<'_>| match self.0.take(|| Some(cx.waker().clone())) {
            Some(end) => Poll::Ready(end),
            None => Poll::Pending,
        })
        .await
    }
}
