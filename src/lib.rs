//! One queue, two faces: threads block, tasks await, the buffer is shared.
//!
//! ```
//! let (tx, rx) = bifrons::bounded(16);
//! let rx = rx.into_async(); // the face for tasks
//!
//! std::thread::spawn(move || {
//!     for number in 1..=3 {
//!         tx.send(number).unwrap(); // blocks this thread while the queue is full
//!     }
//! });
//! # smol::block_on(async move {
//! let mut sum = 0;
//! while let Ok(number) = rx.recv().await {
//!     sum += number; // other tasks run while there is nothing
//! }
//! assert_eq!(sum, 6);
//! # });
//! ```
//!
//! # Two faces
//!
//! A queue has a sending and a receiving half, and each half has a face for threads and a face for tasks:
//!
//! | | for threads: a call blocks | for tasks: a call is awaited |
//! |---|---|---|
//! | sending half | [`Sender`] | [`AsyncSender`] |
//! | receiving half | [`Receiver`] | [`AsyncReceiver`] |
//!
//! Both faces have the same verbs; which of them a call belongs to is written in the type of the handle.
//! [`into_async`](Sender::into_async) and [`into_sync`](AsyncSender::into_sync) turn a handle over,
//! [`to_async`](Sender::to_async) and [`to_sync`](AsyncSender::to_sync) give a further one, and neither does anything to
//! the queue: it may have any number of handles of all four kinds at once. Handles are cloned freely, and each item goes
//! to exactly one receiver.
//!
//! Tasks may run on any executor, and on several at once. The queue knows of them only what [`core::task`] does: it starts
//! no thread and no task, registers with no runtime, and nobody is obliged to close it.
//!
//! Items need not be `'static`: scoped threads may send references to each other.
//!
//! # Choosing a queue
//!
//! Items come out in the order in which they went in. What is left to choose is how far the senders may be ahead:
//!
//! | queue | a sender waits | take it |
//! |---|---|---|
//! | [`bounded(n)`](bounded) | while `n` items are there | nearly always: whoever is faster waits, and memory stays bounded |
//! | [`bounded(1)`](bounded) | while the last item has not been taken | to stay in step, or if only the next item matters |
//! | [`bounded(0)`](bounded) | until a receiver has taken its item | as a [rendezvous](#rendezvous): to know that it arrived |
//! | [`unbounded()`](unbounded) | never | if senders must not wait, and something else bounds what they send |
//!
//! # Sending and receiving
//!
//! | | waits | waits no longer than | does not wait |
//! |---|---|---|---|
//! | [`Sender`] | [`send`](Sender::send) | [`send_timeout`](Sender::send_timeout), [`send_deadline`](Sender::send_deadline) | [`try_send`](Sender::try_send) |
//! | [`AsyncSender`] | [`send`](AsyncSender::send)`.await` | [your runtime's timeout](#timeouts-in-tasks) | [`try_send`](AsyncSender::try_send) |
//! | [`Receiver`] | [`recv`](Receiver::recv), [`iter`](Receiver::iter), `for item in receiver` | [`recv_timeout`](Receiver::recv_timeout), [`recv_deadline`](Receiver::recv_deadline) | [`try_recv`](Receiver::try_recv), [`try_iter`](Receiver::try_iter), [`drain`](Receiver::drain) |
//! | [`AsyncReceiver`] | [`recv`](AsyncReceiver::recv)`.await`, [`stream`](AsyncReceiver::stream), [`into_stream`](AsyncReceiver::into_stream) | [your runtime's timeout](#timeouts-in-tasks) | [`try_recv`](AsyncReceiver::try_recv), [`drain`](AsyncReceiver::drain) |
//!
//! What does not wait is the same on both faces, and safe in a task: it waits for nothing but its turn at a lock that is held
//! for nanoseconds; where many throng before it, that may take a fraction of a millisecond. A time limit of zero, or one in
//! the past, is one honest try; [`Duration::MAX`](std::time::Duration::MAX) waits for ever.
//!
//! A send that fails gives its item back inside the error; a receive fails only when there is nothing. There are three
//! reasons:
//!
//! ```
//! use std::time::Duration;
//! use bifrons::{RecvError, RecvTimeoutError, SendError, TryRecvError, TrySendError};
//!
//! let (tx, rx) = bifrons::bounded(1);
//! assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
//! assert_eq!(rx.recv_timeout(Duration::from_millis(1)), Err(RecvTimeoutError::Timeout));
//! tx.send("first").unwrap();
//! assert_eq!(tx.try_send("second"), Err(TrySendError::Full("second")));
//! rx.close();
//! assert_eq!(tx.send("third"), Err(SendError("third"))); // closed
//! assert_eq!(rx.recv(), Ok("first")); // what was sent before is still received
//! assert_eq!(rx.recv(), Err(RecvError));
//! ```
//!
//! # Closing
//!
//! A queue closes when somebody calls [`close`](Sender::close) on any of its handles, or when one half has no handle left.
//! [Weak handles](WeakSender) do not count.
//!
//! - **Sends** fail from then on and give their item back; those that wait are called and fail too. A send either comes
//!   before the close, and then its item can be received, or it fails.
//! - **Receivers** take what is left and learn of the close after that. So dropping the last sender is the ordinary way to
//!   say that no more will come: `for item in receiver` and `while let Ok(item) = receiver.recv().await` end by themselves.
//! - **When the last receiving handle goes away** nobody can take what is left, so it is dropped there and then.
//!
//! [`closed`](Sender::closed) waits for the close, on both halves and both faces: a sender may use it to give up work that
//! nobody waits for any longer.
//!
//! # Rendezvous
//!
//! In a queue of capacity 0 a sender meets a receiver, whichever faces the two have:
//!
//! - [`send`](Sender::send) and its awaited twin return `Ok` only after a receiver has taken the item in a call of its own.
//! - [`try_send`](Sender::try_send) returns `Ok` if a receiver is waiting right now, blocked in a `recv` or with a pending
//!   future, to which the item has then been handed over. If that receive is cancelled before it has run, the item stays,
//!   first in line for the next receive. Only such items are counted by [`len`](Sender::len).
//! - [`try_recv`](Receiver::try_recv) takes the item of a sender that is waiting right now.
//! - Since nothing can be kept, such a queue is [empty](Sender::is_empty) and [full](Sender::is_full) at the same time.
//!
//! # Cancel safety
//!
//! All futures of this crate may be dropped at any moment, so they may lose in a `select!` or run into a timeout:
//!
//! - A **receive** that is dropped has taken nothing. Items never travel to a waiting receiver: what it gets is a call,
//!   which says *look again*, and the item stays where it was until the receiver takes it in a poll that completes. A
//!   called receiver that goes away passes its call on to the next in line, be that a thread or a task.
//! - A **send** that is dropped either has sent its item, or drops it. To have the item back, ask for it:
//!   [`SendFuture::take`](future::SendFuture::take) ends the send and gives the item back unless it has been sent. It is
//!   one or the other, never both.
//! - Waiting for the close changes nothing.
//!
//! All of them are [`Unpin`], so that `&mut future` can be polled in a loop without pinning, and tell by
//! [`FusedFuture`](futures_core::future::FusedFuture) whether they are over.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
//! let (tx, rx) = bifrons::bounded(1);
//! let tx = tx.into_async();
//! tx.send("first").await.unwrap();
//!
//! let mut send = tx.send("second"); // there is no room for it
//! tokio::select! {
//!     sent = &mut send => panic!("{sent:?}"),
//!     () = tokio::time::sleep(std::time::Duration::from_millis(5)) => {}
//! }
//! assert_eq!(send.take(), Some("second"));
//! # drop(rx);
//! # });
//! ```
//!
//! # Futures you stop polling
//!
//! A future that is pending stands in line until it completes or is dropped. If you keep it, but no longer poll it, it may
//! be called and never answer: one call, and with it one item or one place that somebody else is waiting for, is held up
//! until the future is polled or dropped. It is never more than one for each such future; whoever comes later without
//! having to wait is not held up at all, and a leaked pending send may still deliver its item.
//!
//! So do not put a pending future aside. Drop it, which is always safe, and make a new one when you want to go on. The same
//! goes for a [`RecvStream`](future::RecvStream) after a pending poll.
//!
//! # Fairness
//!
//! Who has to wait stands in a line: threads and tasks in the same one, in the order in which they came. An item, or room,
//! calls the first of them.
//!
//! Between the call and the moment when the called one is there, somebody else may come along and take the item. That keeps
//! a queue fast, since nobody waits for a sleeper to wake up, but it has a bound: the one that was overtaken goes back to
//! *its* place in line, not to the end, and after it has been called in vain about 64 times newcomers leave an item, or a
//! place, to it.
//!
//! # Tasks that never have to wait
//!
//! A task in a loop around a queue that always has something for it would never give its executor's thread back. So an
//! async handle, after 128 completions in a row that did not have to wait, answers *pending* once and asks to be polled
//! again: other tasks and timers get their turn. Combinators that poll only once, such as `now_or_never`, may therefore
//! miss an item that is there; [`try_recv`](AsyncReceiver::try_recv) never does.
//!
//! # Blocking and executors
//!
//! A blocking call in a task holds up its executor's thread, and with it all tasks that would run there, perhaps including
//! the very one that it waits for. Tasks use the async face: a function that takes an [`AsyncReceiver`] says so in its
//! signature, and one that takes a [`Receiver`] says that it blocks. Where blocking code has to be called from a task, move
//! it away by your runtime's means, such as tokio's `spawn_blocking` or `smol::unblock`, and give it a handle of the
//! blocking face.
//!
//! Everything that does not wait is fine in a task: `try_send`, `try_recv`, `drain`, `close`, turning handles over,
//! dropping them. And a blocking face is fine in any thread, whether or not there is a runtime.
//!
//! # Timeouts in tasks
//!
//! The async face has no timeouts of its own: every runtime brings a clock, and our futures may be dropped. With tokio:
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
//! use std::time::Duration;
//!
//! let (tx, rx) = bifrons::bounded::<u8>(1);
//! let rx = rx.into_async();
//! let received = tokio::time::timeout(Duration::from_millis(5), rx.recv()).await;
//! assert!(received.is_err(), "nothing came in time, and nothing was taken");
//! # drop(tx);
//! # });
//! ```
//!
//! With smol:
//!
//! ```
//! # smol::block_on(async {
//! use std::time::Duration;
//!
//! let (tx, rx) = bifrons::bounded::<u8>(1);
//! let rx = rx.into_async();
//! let too_late = async {
//!     smol::Timer::after(Duration::from_millis(5)).await;
//!     None
//! };
//! let received = smol::future::or(async { Some(rx.recv().await) }, too_late).await;
//! assert!(received.is_none());
//! # drop(tx);
//! # });
//! ```
//!
//! # Panics
//!
//! The queue runs code of yours where it wakes, clones or drops a waker and where it drops items. It holds no lock
//! meanwhile, so that such code may use the same queue. If it panics, the panic reaches whoever made the call that led to
//! it; everybody else is still woken, everything else still dropped, nothing is poisoned, and the queue goes on working.
//! Handles are [`UnwindSafe`](std::panic::UnwindSafe) therefore, whatever the items are.
//!
//! Polling one of our futures after it has completed, or after [`take`](future::SendFuture::take), panics with a message.
//!
//! # Waiting and CPU time
//!
//! Putting a thread to sleep and waking it costs more than many sends. So whoever finds nothing looks again for some
//! microseconds, a thread up to about 25 and a task up to about 8, before it goes to sleep; but only while the one that it
//! waits for was last seen running on another CPU, and seldom if such looks keep failing. After that it sleeps, until it is
//! called and for no other reason: an idle queue costs no CPU time, however many wait.
//!
//! # Memory
//!
//! A place for an item is as large as the item, with nothing beside it. A bounded queue whose places, their number rounded
//! up to a power of two, fit into 64 KiB has all of them from the start. All other queues take memory in blocks of up to 64
//! places as items come; emptied blocks are used again, a few are kept for that, and the rest goes back to the allocator.
//! Nothing is taken in proportion to a large capacity before it is used: `bounded(usize::MAX)` is fine.
//!
//! The line of those who wait keeps as much memory as it needed when it was longest. Weak handles keep that of the empty
//! queue.
//!
//! # Checking your own code with loom
//!
//! The model checker `loom` runs a small concurrent program through all the ways in which its threads can interleave.
//! Under it, this crate is the real queue on loom's atomics, locks and threads, so that *your* use of it can be checked:
//!
//! ```toml
//! [dependencies]
//! bifrons = "0.1"
//!
//! [target.'cfg(loom)'.dependencies]
//! bifrons = { version = "0.1", features = ["loom"] }
//! loom = { version = "0.7", features = ["futures"] }
//! ```
//!
//! ```ignore
//! use loom::thread;
//!
//! /// What is checked: a thread that sends what it is told to, and a task that adds up.
//! fn produce(numbers: bifrons::Sender<u32>) {
//!     for number in 1..=2 {
//!         numbers.send(number).unwrap();
//!     }
//! }
//!
//! async fn add_up(numbers: bifrons::AsyncReceiver<u32>) -> u32 {
//!     let mut sum = 0;
//!     while let Ok(number) = numbers.recv().await {
//!         sum += number;
//!     }
//!     sum
//! }
//!
//! #[test]
//! fn every_number_counts() {
//!     loom::model(|| {
//!         // Queues are made, used and dropped inside the model.
//!         let (tx, rx) = bifrons::bounded(1);
//!         let producer = thread::spawn(move || produce(tx));
//!         assert_eq!(loom::future::block_on(add_up(rx.into_async())), 3);
//!         producer.join().unwrap();
//!     });
//! }
//! ```
//!
//! ```console
//! $ LOOM_MAX_PREEMPTIONS=2 RUSTFLAGS="--cfg loom" cargo test --release --test model
//! ```
//!
//! - Use loom's threads and its `block_on`, capacities of 1 or 2, a handful of items, and at most four threads. Begin with
//!   `LOOM_MAX_PREEMPTIONS=2` and raise it as far as time allows.
//! - Time is not modelled, but lateness is: `recv_timeout` and its kin may time out at any moment, or never. A timeout of
//!   zero is a try and `Duration::MAX` waits for ever, there as well.
//! - An ordinary test that uses a queue must be `#[cfg(not(loom))]`, or it panics for want of a model. Dependencies that do
//!   not bear `--cfg loom`, tokio among them, keep out of the way if the models are a package of their own.
//! - What a model may rely on, and the queue promises: everything before a send happens before everything after the receive
//!   of its item; likewise for whatever was done before a close and is looked at by one that learned of it.
//! - The feature without the cfg does nothing, and so does the cfg without the feature. Neither is covered by semver.
//!
//! # Coming from other queues
//!
//! From **crossbeam-channel** (and, in the main, from std's `mpsc`): the blocking face has its names, argument orders and
//! results. Change the imports, and then:
//!
//! | crossbeam-channel | bifrons |
//! |---|---|
//! | `TrySendError::Disconnected`, `TryRecvError::Disconnected`, … | `Closed`, since there is a [`close`](Sender::close) |
//! | `error.is_disconnected()` | `error.is_closed()` |
//! | `select!`, `Select`, `after`, `tick`, `never` | nothing on the blocking face; in tasks, your runtime's `select!` |
//!
//! From **flume**:
//!
//! | flume | bifrons |
//! |---|---|
//! | `tx.send_async(item)`, `rx.recv_async()` | [`AsyncSender::send`], [`AsyncReceiver::recv`], after [`into_async`](Sender::into_async) or [`to_async`](Sender::to_async) |
//! | `rx.stream()`, `rx.into_stream()` | the same on [`AsyncReceiver`] |
//! | `rx.drain()`, `tx.downgrade()`, `tx.sender_count()`, … | the same |
//! | `Disconnected`, `is_disconnected()` | `Closed`, `is_closed()` |
//! | `bounded(0)` | the same, and an awaited send waits for the taking as well |
//! | `Selector`, `into_sink` | nothing; in tasks, your runtime's `select!` |
//!
//! From **tokio**'s `mpsc`:
//!
//! | tokio::sync::mpsc | bifrons |
//! |---|---|
//! | `channel(n)` | [`bounded(n)`](bounded), both handles turned over by `into_async` |
//! | `unbounded_channel()`, `tx.send(item)` | [`unbounded()`](unbounded), [`tx.try_send(item)`](AsyncSender::try_send), which is never `Full` there |
//! | `rx.recv().await`, an `Option` | a `Result` |
//! | `tx.blocking_send(item)`, `rx.blocking_recv()` | [`Sender::send`], [`Receiver::recv`]; [`to_sync`](AsyncSender::to_sync) gives the handle |
//! | `tx.send_timeout(item, limit)` | tokio's `timeout` around [`send`](AsyncSender::send) |
//! | `tx.max_capacity()` | [`capacity`](AsyncSender::capacity) |
//! | `rx.close()`, `tx.closed()`, `tx.downgrade()`, … | the same, on both halves |
//! | `tx.reserve()` | nothing; [`SendFuture::take`](future::SendFuture::take) gives the item back where that was the reason |
//! | one receiver, `&mut self` | any number, `&self` |
//!
//! From Python's **janus**:
//!
//! | janus | bifrons |
//! |---|---|
//! | `Queue(maxsize=n)`; `Queue()` | [`bounded(n)`](bounded); [`unbounded()`](unbounded) (a capacity of 0 is a rendezvous here) |
//! | `queue.sync_q` | [`Sender`], [`Receiver`] |
//! | `queue.async_q` | [`AsyncSender`], [`AsyncReceiver`] |
//! | `put(item)`, `get()` | `send(item)`, `recv()` |
//! | `put(item, timeout=t)`, `get(timeout=t)` | [`send_timeout`](Sender::send_timeout), [`recv_timeout`](Receiver::recv_timeout) |
//! | `put_nowait(item)`, `get_nowait()` | `try_send(item)`, `try_recv()` |
//! | `qsize()`, `empty()`, `full()`, `maxsize` | `len()`, `is_empty()`, `is_full()`, `capacity()` |
//! | `SyncQueueFull`, `AsyncQueueEmpty`, `…ShutDown` | `Full`, `Empty`, `Closed`; the item comes back |
//! | `shutdown()`, `closed` | `close()`, `is_closed()` |
//! | `wait_closed()`, `aclose()` | nothing to do: no task in the background has to end |
//! | `join()`, `task_done()`, `PriorityQueue`, `LifoQueue` | nothing yet |
//!
//! # Features
//!
//! None is on by default, and the only dependency is `futures-core`, for the trait `Stream`.
//!
//! | feature | what it does |
//! |---|---|
//! | `loom` | [the model checker's world](#checking-your-own-code-with-loom), together with `--cfg loom`; otherwise nothing |
//!
//! # Minimum Rust version
//!
//! 1.85. It may rise to any stable version that is at least one year old, in a minor release.
//!
//! # Platforms
//!
//! Wherever there is std. On wasm, where threads can not block, the blocking calls are absent: [`Sender`] and [`Receiver`]
//! are there with what does not wait, and the async face is complete. On Linux the CPU that a thread runs on helps to
//! decide how to wait; elsewhere the queue gets by without.
#![deny(unsafe_code)]
#![cfg_attr(target_family = "wasm", allow(dead_code, unused_imports, reason = "what blocks a thread is absent there"))]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod engine;
mod error;
mod face;
mod make;
mod prim;
mod queue;

pub use engine::{Discipline, Pushed};
pub use error::{
    CapacityError, JoinTimeoutError, ReadyTimeoutError, RecvError, RecvTimeoutError, ReserveError, SelectTimeoutError,
    SendError, SendTimeoutError, TryReadyError, TryRecvError, TrySelectError, TrySendError,
};
pub use face::{
    AsyncReceiver, AsyncSender, OwnedPermit, Permit, Permits, Receiver, Sender, Stats, Task, WeakReceiver, WeakSender,
};
#[cfg(not(target_family = "wasm"))]
pub use face::{Select, SelectedOperation, Source, Timer, after, at, tick};
pub use make::{Builder, bounded, builder, lifo, never, priority, unbounded};

/// The futures, the stream and the sink of the async face.
pub mod future {
    pub use crate::face::RecvStream;
    #[cfg(feature = "sink")]
    #[cfg_attr(docsrs, doc(cfg(feature = "sink")))]
    pub use crate::face::SendSink;
    pub use crate::face::future::{
        ClosedFuture, JoinFuture, OwnedRecvFuture, OwnedReserveFuture, OwnedSendFuture, RecvFuture, RecvManyFuture,
        RecvTaskFuture, ReserveFuture, ReserveManyFuture, SendFuture, SendManyFuture,
    };
}

/// The iterators of the blocking face.
pub mod iter {
    #[cfg(not(target_family = "wasm"))]
    pub use crate::face::blocking_iter::{IntoIter, Iter};
    pub use crate::face::iter::{Drain, TryIter};
}

/// The code in README.md.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
