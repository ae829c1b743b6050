//! Both faces behind one name, so that a scenario is written once.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::JoinHandle;

use bifrons::{
    AsyncReceiver, AsyncSender, Receiver, RecvError, SendError, Sender, TryRecvError, TrySendError, WeakReceiver,
    WeakSender,
};

use crate::support::{BAD_DAY, OnDrop, block_on, spawn_until_asleep, watchdog};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    Blocking,
    Awaiting,
}
use Face::{Awaiting, Blocking};

/// One cell of a scenario's table; capacity `None` is unbounded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Case {
    pub(super) capacity: Option<usize>,
    pub(super) from: Face,
    pub(super) to: Face,
}

pub(super) const ROOMY: [Option<usize>; 4] = [Some(1), Some(3), Some(128), None];
pub(super) const ALL: [Option<usize>; 4] = [Some(0), Some(1), Some(3), None];
/// The kinds of queue that can be full.
pub(super) const TIGHT: [Option<usize>; 3] = [Some(0), Some(1), Some(3)];

/// Runs the scenario over all pairs of faces at each capacity, under the watchdog.
#[track_caller]
pub(super) fn each(capacities: &[Option<usize>], scenario: impl Fn(Case)) {
    let _watch = watchdog();
    for &capacity in capacities {
        for (from, to) in [(Blocking, Blocking), (Blocking, Awaiting), (Awaiting, Blocking), (Awaiting, Awaiting)] {
            let case = Case { capacity, from, to };
            let _note = OnDrop(|| {
                if std::thread::panicking() {
                    println!("failed with {case:?}");
                }
            });
            scenario(case);
        }
    }
}

impl Case {
    pub(super) fn queue<T>(self) -> (Tx<T>, Rx<T>) {
        let (tx, rx) = match self.capacity {
            Some(capacity) => bifrons::bounded(capacity),
            None => bifrons::unbounded(),
        };
        (Tx::Blocking(tx).turned(self.from), Rx::Blocking(rx).turned(self.to))
    }

    /// A queue without room left, and how many items it took: the ids from 0 on.
    pub(super) fn full_queue(self) -> (Tx<u64>, Rx<u64>, u64) {
        let (tx, rx) = self.queue();
        let capacity = self.capacity.expect("a queue that can be full") as u64;
        for id in 0..capacity {
            tx.try_send(id).unwrap();
        }
        (tx, rx, capacity)
    }
}

/// What was received from several who stood in line. In order as it is; but on a bad day a receiver may find the senders' door
/// shut and call them instead of moving their items, and of those who were called any may be first.
pub(super) fn in_turn(mut received: Vec<u64>) -> Vec<u64> {
    if BAD_DAY {
        received.sort_unstable();
    }
    received
}

/// Forgets the value, yet leaves it reachable for a leak checker.
pub(super) fn leak<T: Send + 'static>(value: T) {
    static LEAKED: Mutex<Vec<Box<dyn std::any::Any + Send>>> = Mutex::new(Vec::new());
    // Statics are not dropped, so this is never dropped either.
    LEAKED.lock().unwrap().push(Box::new(value));
}

/// A sending handle of either face.
#[derive(Debug)]
pub(super) enum Tx<T> {
    Blocking(Sender<T>),
    Awaiting(AsyncSender<T>),
}

impl<T> Clone for Tx<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Blocking(tx) => Self::Blocking(tx.clone()),
            Self::Awaiting(tx) => Self::Awaiting(tx.clone()),
        }
    }
}

impl<T> Tx<T> {
    /// The same handle on the named face.
    pub(super) fn turned(self, face: Face) -> Self {
        match (self, face) {
            (Self::Blocking(tx), Awaiting) => Self::Awaiting(tx.into_async()),
            (Self::Awaiting(tx), Blocking) => Self::Blocking(tx.into_sync()),
            (same, _) => same,
        }
    }

    /// Returns when the item is sent, on the face of this handle.
    pub(super) fn send(&self, item: T) -> Result<(), SendError<T>> {
        match self {
            Self::Blocking(tx) => tx.send(item),
            Self::Awaiting(tx) => block_on(tx.send(item)),
        }
    }

    pub(super) fn try_send(&self, item: T) -> Result<(), TrySendError<T>> {
        match self {
            Self::Blocking(tx) => tx.try_send(item),
            Self::Awaiting(tx) => tx.try_send(item),
        }
    }

    /// Begins to send from a further handle.
    pub(super) fn start_send(&self, item: T) -> Waiting<Result<(), SendError<T>>>
    where
        T: Send + 'static,
    {
        match self.clone() {
            Self::Blocking(tx) => Waiting::thread(move || tx.send(item)),
            Self::Awaiting(tx) => Waiting::task(async move { tx.send(item).await }),
        }
    }

    pub(super) fn to_async(&self) -> AsyncSender<T> {
        match self {
            Self::Blocking(tx) => tx.to_async(),
            Self::Awaiting(tx) => tx.clone(),
        }
    }

    pub(super) fn close(&self) -> bool {
        match self {
            Self::Blocking(tx) => tx.close(),
            Self::Awaiting(tx) => tx.close(),
        }
    }

    pub(super) fn downgrade(&self) -> WeakSender<T> {
        match self {
            Self::Blocking(tx) => tx.downgrade(),
            Self::Awaiting(tx) => tx.downgrade(),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Blocking(tx) => tx.len(),
            Self::Awaiting(tx) => tx.len(),
        }
    }
}

/// A receiving handle of either face.
#[derive(Debug)]
pub(super) enum Rx<T> {
    Blocking(Receiver<T>),
    Awaiting(AsyncReceiver<T>),
}

impl<T> Clone for Rx<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Blocking(rx) => Self::Blocking(rx.clone()),
            Self::Awaiting(rx) => Self::Awaiting(rx.clone()),
        }
    }
}

impl<T> Rx<T> {
    /// The same handle on the named face.
    pub(super) fn turned(self, face: Face) -> Self {
        match (self, face) {
            (Self::Blocking(rx), Awaiting) => Self::Awaiting(rx.into_async()),
            (Self::Awaiting(rx), Blocking) => Self::Blocking(rx.into_sync()),
            (same, _) => same,
        }
    }

    /// Returns when an item came, on the face of this handle.
    pub(super) fn recv(&self) -> Result<T, RecvError> {
        match self {
            Self::Blocking(rx) => rx.recv(),
            Self::Awaiting(rx) => block_on(rx.recv()),
        }
    }

    pub(super) fn try_recv(&self) -> Result<T, TryRecvError> {
        match self {
            Self::Blocking(rx) => rx.try_recv(),
            Self::Awaiting(rx) => rx.try_recv(),
        }
    }

    /// Begins to receive from a further handle.
    pub(super) fn start_recv(&self) -> Waiting<Result<T, RecvError>>
    where
        T: Send + 'static,
    {
        match self.clone() {
            Self::Blocking(rx) => Waiting::thread(move || rx.recv()),
            Self::Awaiting(rx) => Waiting::task(async move { rx.recv().await }),
        }
    }

    pub(super) fn to_async(&self) -> AsyncReceiver<T> {
        match self {
            Self::Blocking(rx) => rx.to_async(),
            Self::Awaiting(rx) => rx.clone(),
        }
    }

    pub(super) fn close(&self) -> bool {
        match self {
            Self::Blocking(rx) => rx.close(),
            Self::Awaiting(rx) => rx.close(),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Blocking(rx) => rx.len(),
            Self::Awaiting(rx) => rx.len(),
        }
    }

    pub(super) fn downgrade(&self) -> WeakReceiver<T> {
        match self {
            Self::Blocking(rx) => rx.downgrade(),
            Self::Awaiting(rx) => rx.downgrade(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Blocking(rx) => rx.is_empty(),
            Self::Awaiting(rx) => rx.is_empty(),
        }
    }
}

/// A call that was begun and perhaps waits.
pub(super) enum Waiting<R> {
    Thread(JoinHandle<R>),
    Task(Task<R>),
}

impl<R: Send + 'static> Waiting<R> {
    pub(super) fn thread(call: impl FnOnce() -> R + Send + 'static) -> Self {
        Self::Thread(spawn_until_asleep(call))
    }

    fn task(call: impl Future<Output = R> + Send + 'static) -> Self {
        Self::Task(Task::new(call))
    }

    /// Waits for the end of the call; a task is polled only after it was woken.
    pub(super) fn finish(self) -> R {
        match self {
            Self::Thread(thread) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            Self::Task(task) => task.finish(),
        }
    }

    /// Has a thread finish the call, so that the test may block meanwhile.
    pub(super) fn in_background(self) -> JoinHandle<R> {
        match self {
            Self::Thread(thread) => thread,
            Self::Task(task) => std::thread::spawn(move || task.finish()),
        }
    }

    /// Whether the call has not ended; a task is not polled to find out, but must not have been woken.
    pub(super) fn waits(&self) -> bool {
        match self {
            Self::Thread(thread) => !thread.is_finished(),
            Self::Task(task) => task.output.is_none() && (BAD_DAY || task.signal.is_quiet()),
        }
    }
}

/// A future that the test polls by hand.
pub(super) struct Task<R> {
    future: Pin<Box<dyn Future<Output = R> + Send>>,
    output: Option<R>,
    signal: Arc<Signal>,
}

impl<R> Task<R> {
    /// Polls the future for the first time.
    pub(super) fn new(future: impl Future<Output = R> + Send + 'static) -> Self {
        let mut task = Self { future: Box::pin(future), output: None, signal: Arc::new(Signal::default()) };
        task.poll();
        task
    }

    /// Polls once; true if the future has ended, now or before.
    pub(super) fn poll(&mut self) -> bool {
        if self.output.is_none() {
            self.signal.answer();
            let waker = Waker::from(Arc::clone(&self.signal));
            if let Poll::Ready(output) = self.future.as_mut().poll(&mut Context::from_waker(&waker)) {
                self.output = Some(output);
            }
        }
        self.output.is_some()
    }

    /// How often the task was woken.
    pub(super) fn wakes(&self) -> usize {
        self.signal.state.lock().unwrap().wakes
    }

    pub(super) fn finish(mut self) -> R {
        while self.output.is_none() {
            self.signal.wait();
            self.poll();
        }
        self.output.expect("the loop ends with the output")
    }
}

#[derive(Default)]
struct Signal {
    state: Mutex<SignalState>,
    changed: Condvar,
}

#[derive(Default)]
struct SignalState {
    wakes: usize,
    /// How many of the wakes a poll has answered.
    answered: usize,
}

impl Signal {
    /// Notes that a poll follows, which answers the wakes so far.
    fn answer(&self) {
        let mut state = self.state.lock().unwrap();
        state.answered = state.wakes;
    }

    fn is_quiet(&self) -> bool {
        let state = self.state.lock().unwrap();
        state.wakes == state.answered
    }

    fn wait(&self) {
        let state = self.state.lock().unwrap();
        let _woken = self.changed.wait_while(state, |state| state.wakes == state.answered).unwrap();
    }
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.state.lock().unwrap().wakes += 1;
        self.changed.notify_all();
    }
}
