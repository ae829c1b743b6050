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
//! The first choice is how far the senders may be ahead:
//!
//! | queue | a sender waits | take it |
//! |---|---|---|
//! | [`bounded(n)`](bounded) | while `n` items are there | nearly always: whoever is faster waits, and memory stays bounded |
//! | [`bounded(1)`](bounded) | while the last item has not been taken | to stay in step, or if only the next item matters |
//! | [`bounded(0)`](bounded) | until a receiver has taken its item | as a [rendezvous](#rendezvous): to know that it arrived |
//! | [`unbounded()`](unbounded) | never | if senders must not wait, and something else bounds what they send |
//! | a [`builder`] with a [`weight`](Builder::weight) | while the items weigh too much, in bytes or whatever you count | if items differ much in size |
//!
//! The second is what is received next:
//!
//! | queue | next is |
//! |---|---|
//! | [`bounded`], [`unbounded`] | the oldest item |
//! | [`lifo::bounded`], [`lifo::unbounded`] | the newest |
//! | [`priority::bounded`], [`priority::unbounded`] | the greatest, of equal items the oldest |
//! | a [`builder`] with a [`discipline`](Builder::discipline) | [what you say](#your-own-order) |
//!
//! Handles, verbs and promises are the same for all of them. First in, first out is the fastest, since sending and receiving
//! have a lock each; the others have one for both.
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
//! What does not wait is the same on both faces, and safe in a task: it waits for nobody, only for its turn at a lock, which is
//! held for nanoseconds. A thread that finds the lock held looks again for one to some ten microseconds, and then sleeps, for
//! 50 µs at first and for 0.8 ms at most; where many want it, several times in a row. It is held longer
//!
//! - for part of a microsecond, now and then, where one end of a fast stream lets items or room gather;
//! - while a batch goes in or out, and by [`drain`](Receiver::drain);
//! - by [`force_send`](Sender::force_send) into a priority queue;
//! - by [`close`](Sender::close) and [`set_capacity`](Sender::set_capacity) where many wait;
//! - where room for many items is given back at once;
//! - where many selects wait at a rendezvous, or an order has refused many who wait;
//! - where [memory is asked for](bad_days#memory-runs-out), which for a queue with one lock may mean that all of its items move;
//! - while a comparison or an order of your own runs.
//!
//! A time limit begins to run when the first try has failed; one of zero, or in the past, is one honest try;
//! [`Duration::MAX`](std::time::Duration::MAX) waits for ever.
//!
//! Everything before a send happens before everything after the receive of its item. Beyond that, [`len`](Sender::len),
//! [`is_empty`](Sender::is_empty) and a select that does not wait take account of what the asking thread has sent and received
//! before: if two threads send to each other and then ask so, at least one of them learns of the other's item. No more is
//! promised. A `try_recv` gives no such guarantee, and an atomic flag of your own has no place among sends and receives: where one
//! thread sends and then loads a flag, and another sets the flag and then looks into the queue, each of them needs a `SeqCst`
//! [`fence`](std::sync::atomic::fence) between the two steps.
//!
//! A send that fails gives its item back inside the error; a receive fails only when there is nothing for it. There are three
//! reasons: nothing to take, or no room; the time has run out; the queue is closed.
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
//! # Room, batches, and sending in any case
//!
//! - [`reserve`](Sender::reserve) waits for room and gives a [`Permit`], whose [`send`](Permit::send) can not fail for want of
//!   it: first the room, then the item. Dropped, it gives the room back. [`try_reserve`](Sender::try_reserve) does not wait,
//!   [`reserve_many`](Sender::reserve_many) is for several at once, [`reserve_owned`](Sender::reserve_owned) for a permit that
//!   can be stored and sent elsewhere.
//! - [`send_many`](Sender::send_many) and [`recv_many`](Receiver::recv_many) move many items in one visit to the queue, at a
//!   fraction of the cost of each alone. What is not sent stays in the caller's deque.
//! - [`force_send`](Sender::force_send) sends into a full queue too: an item has to go, and comes back. It is the oldest, in a
//!   priority queue the least, in an order of your own what its [`evict`](Discipline::evict) gives.
//! - [`set_capacity`](Sender::set_capacity) changes how much the queue can hold while it is in use.
//! - [`stats`](Sender::stats) tells how a queue stands at one moment: what is in it, and who waits.
//!
//! # Waiting until all is done
//!
//! [`join`](Sender::join) waits until nothing is in the queue and nothing in hand. What is in hand is what was received as a
//! [`Task`], which counts as done when it goes away, also by a panic. What was received in another way counts as done as soon as it
//! is taken; by a [`select!`] that is before its arm runs.
//!
//! ```
//! let (tx, rx) = bifrons::unbounded();
//! let worker = std::thread::spawn(move || {
//!     let mut sum = 0;
//!     while let Ok(task) = rx.recv_task() {
//!         sum += *task; // the work; `task` is done at the end of this block
//!     }
//!     sum
//! });
//! (1..=10).for_each(|number| tx.send(number).unwrap());
//! tx.join(); // all ten have been worked on
//! drop(tx);
//! assert_eq!(worker.join().unwrap(), 55);
//! ```
//!
//! # Waiting for one of several queues
//!
//! On a thread, [`select!`] and [`Select`] wait for the first of several sends and receives, with `default`, with a
//! timeout, and with the timers [`after`] and [`tick`]. They have the names and shapes of crossbeam-channel's.
//!
//! ```
//! use std::time::Duration;
//! use bifrons::{select, tick};
//!
//! let (work, inbox) = bifrons::bounded(1);
//! let (_stop, stopped) = bifrons::bounded::<()>(0); // closed, it ends the work early
//! let worker = std::thread::spawn(move || {
//!     let reports = tick(Duration::from_millis(50));
//!     let mut sum = 0;
//!     loop {
//!         select! {
//!             recv(inbox) -> number => match number {
//!                 Ok(number) => sum += number,
//!                 Err(_) => break sum, // no more will come: a closed queue is ready for ever
//!             },
//!             recv(reports) -> _ => println!("{sum} so far"),
//!             recv(stopped) -> _ => break sum,
//!         }
//!     }
//! });
//! (1..=10).for_each(|number| work.send(number).unwrap());
//! drop(work);
//! assert_eq!(worker.join().unwrap(), 55);
//! ```
//!
//! In tasks use the `select!` of your runtime or of `futures`: all futures of this crate [may be dropped](#cancel-safety) when
//! another is chosen.
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
//! [`shutdown`](Sender::shutdown) closes and takes what is left, in order, as for an end without delay. A queue is open, then
//! closed, then empty for ever, but for what a [`Discipline`] held back until then; `close` and `shutdown` may be called again,
//! on every handle.
//!
//! # Rendezvous
//!
//! In a queue of capacity 0 a sender meets a receiver, whichever faces the two have:
//!
//! - [`send`](Sender::send) and its awaited twin return `Ok` only after a receiver has taken the item in a call of its own, or has
//!   been given it in one: if the first in line is a thread, blocked in a [`recv`](Receiver::recv) with or without a limit, and
//!   nothing else is there, that call gets the item and returns it, also if its time is over or the queue is closed by then. To
//!   those who can still go away without it, awaited receives and selects, nothing is given, nor to a
//!   [`recv_many`](Receiver::recv_many) or [`recv_task`](Receiver::recv_task).
//! - [`try_send`](Sender::try_send) returns `Ok` if a receiver is waiting right now for which no other item is meant: blocked in a
//!   `recv`, in a select that receives, [`ready`](Select::ready) included, or with a pending future. The item is then in the queue
//!   until that receive takes it, or another that comes sooner; if the receive is cancelled before that, the item stays for the
//!   next. Only such items are counted by [`len`](Sender::len).
//! - [`try_recv`](Receiver::try_recv) takes the item of a sender that is waiting right now.
//! - Since nothing else can be kept, such a queue is [full](Sender::is_full) always and, but for such items,
//!   [empty](Sender::is_empty).
//! - There is no room to [reserve](Sender::reserve), and nothing to push out.
//! - The send of a [`select!`] is like `try_send`: it is ready when a receiver is waiting. Two that face each other meet.
//!
//! # Your own order
//!
//! A [`Discipline`] organises the items of a queue: what is received next, and whether a new item replaces an older one. The
//! first example is in [its documentation](Discipline#examples): of each key only the latest value. Here is another, the
//! earliest deadline first:
//!
//! ```
//! use std::collections::BTreeMap;
//! use std::time::{Duration, Instant};
//! use bifrons::{Discipline, Pushed};
//!
//! struct Job { due: Instant, name: &'static str }
//!
//! /// By deadline and, of equal ones, by arrival.
//! #[derive(Default)]
//! struct EarliestDeadlineFirst { jobs: BTreeMap<(Instant, u64), Job>, arrivals: u64 }
//!
//! impl Discipline<Job> for EarliestDeadlineFirst {
//!     fn push(&mut self, job: Job, room: bool) -> Pushed<Job> {
//!         if !room {
//!             return Pushed::Refused(job);
//!         }
//!         self.arrivals += 1;
//!         self.jobs.insert((job.due, self.arrivals), job);
//!         Pushed::Added
//!     }
//!     fn pop(&mut self) -> Option<Job> {
//!         self.jobs.pop_first().map(|(_, job)| job)
//!     }
//!     fn len(&self) -> usize {
//!         self.jobs.len()
//!     }
//!     fn evict(&mut self) -> Option<Job> {
//!         self.jobs.pop_last().map(|(_, job)| job) // of those that are there, the one that can wait longest
//!     }
//! }
//!
//! let (tx, rx) = bifrons::builder().capacity(2).discipline(EarliestDeadlineFirst::default()).build();
//! let now = Instant::now();
//! let job = |name, minutes: u64| Job { due: now + Duration::from_secs(60 * minutes), name };
//! tx.send(job("report", 90)).unwrap();
//! tx.send(job("alarm", 1)).unwrap();
//! let put_off = tx.force_send(job("answer", 5)).unwrap();
//! assert_eq!(put_off.map(|job| job.name), Some("report"));
//! assert_eq!(rx.drain().map(|job| job.name).collect::<Vec<_>>(), ["alarm", "answer"]);
//! ```
//!
//! And fair shares, so that no key starves another, however much of it there is:
//!
//! ```
//! use std::collections::{HashMap, VecDeque};
//! use bifrons::{Discipline, Pushed};
//!
//! type Request = (&'static str, u32);
//!
//! /// Takes one item of each customer in turn.
//! #[derive(Default)]
//! struct FairShares { waiting: HashMap<&'static str, VecDeque<Request>>, turns: VecDeque<&'static str>, len: usize }
//!
//! impl Discipline<Request> for FairShares {
//!     fn push(&mut self, request: Request, room: bool) -> Pushed<Request> {
//!         if !room {
//!             return Pushed::Refused(request);
//!         }
//!         let own = self.waiting.entry(request.0).or_default();
//!         if own.is_empty() {
//!             self.turns.push_back(request.0);
//!         }
//!         own.push_back(request);
//!         self.len += 1;
//!         Pushed::Added
//!     }
//!     fn pop(&mut self) -> Option<Request> {
//!         let customer = self.turns.pop_front()?;
//!         let own = self.waiting.get_mut(customer)?;
//!         let request = own.pop_front()?;
//!         match own.is_empty() {
//!             true => drop(self.waiting.remove(customer)),
//!             false => self.turns.push_back(customer),
//!         }
//!         self.len -= 1;
//!         Some(request)
//!     }
//!     fn len(&self) -> usize {
//!         self.len
//!     }
//! }
//!
//! let (tx, rx) = bifrons::builder().discipline(FairShares::default()).build();
//! (0..1000).for_each(|number| tx.send(("greedy", number)).unwrap());
//! tx.send(("modest", 0)).unwrap();
//! assert_eq!(rx.recv(), Ok(("greedy", 0)));
//! assert_eq!(rx.recv(), Ok(("modest", 0)));
//! assert_eq!(rx.recv(), Ok(("greedy", 1)));
//! ```
//!
//! A discipline, and the `Ord` of the items of a priority queue, run under the queue's lock. They must not use that queue,
//! which panics with a message; but what they drop may have a handle of it, a permit or a [`Task`].
//!
//! # Cancel safety
//!
//! All futures of this crate may be dropped at any moment, as a `select!` does that chooses another, or a timeout:
//!
//! - A **receive** that is dropped has taken nothing. Items never travel to a receive that may be dropped: what it gets is a call,
//!   which says *look again*, and the item stays where it was until the receiver takes it in a poll that completes. A
//!   called receiver that goes away passes its call on to the next in line, be that a thread or a task.
//! - A **send** that is dropped either has sent its item, or drops it. To have the item back, ask for it:
//!   [`SendFuture::take`](future::SendFuture::take) ends the send and gives the item back unless it has been sent. It is
//!   one or the other, never both.
//! - [`send_many`](AsyncSender::send_many) leaves what it has not sent in the deque, and a [`reserve`](AsyncSender::reserve)
//!   that is dropped has reserved nothing.
//! - Waiting for the close or for all to be done changes nothing.
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
//! until the future is polled or dropped, or until whoever waits for it has been passed over [too often](#fairness). It is never
//! more than one for each such future, but for a [`reserve_many`](AsyncSender::reserve_many) the room that it asked for, and where
//! items have weights as much as its item weighs, or 1 if that is nothing. Whoever comes later without having to wait is not held up,
//! unless somebody has been passed over too often; and a leaked pending send may still deliver its item. In a queue for one item that
//! place is all there is: a task that keeps a pending [`reserve`](AsyncSender::reserve) and awaits a `send` to the same queue may wait
//! for itself.
//!
//! So do not put a pending future aside. Drop it, which is always safe, and make a new one when you want to go on. The same
//! goes for a stream, or a sink, after a pending poll.
//!
//! # Fairness
//!
//! Who has to wait stands in a line: threads and tasks in the same one, in the order in which they came. An item, or room,
//! calls the first of them.
//!
//! Where one call has several tasks to wake, the first of them is to run first. Some executors run next what was woken last, as tokio's
//! of several threads does; each thread finds out which it is by what it sees itself poll, and then wakes the first one last.
//!
//! Between the call and the moment when the called one is there, somebody else may come along and take the item. That keeps
//! a queue fast, since nobody waits for a sleeper to wake up, but it has a bound: the one that was overtaken goes back to
//! *its* place in line, not to the end, and after it has been called in vain about 64 times newcomers leave an item, or a
//! place, to it. One that waits for room may see some 64 places go to others before each of these calls.
//!
//! Who needs much room, by [`reserve_many`](Sender::reserve_many) or a heavy item, is not passed by those behind it in line
//! who need less, except while it is on its way back from a call in vain.
//!
//! There are five exceptions:
//!
//! - a [`select!`] that waits to send into a rendezvous may be overtaken without bound: a receiver is anybody's who comes first;
//! - so may a sender whose [`Discipline`] refuses its item although there is room;
//! - a [`drain`](Receiver::drain) takes all that is there, also what newcomers would leave to somebody;
//! - so does a [`force_send`](Sender::force_send) with the room;
//! - of two who have been called at once the one behind may come first and take what newcomers have left to the one before it,
//!   again and again where that one is always the slower.
//!
//! # Tasks that never have to wait
//!
//! A task in a loop around a queue that always has something for it would never give its executor's thread back. So an async
//! handle, after 128 completions in a row that did not have to stand in line, answers *pending* once and asks to be polled
//! again: other tasks and timers get their turn. A handle that has been on several threads, as with an executor of several, and
//! on whose other side is a thread that runs no tasks, goes on for 128 more where its last yield is less than 100 µs back.
//! Combinators that poll only once, such as `now_or_never`, may therefore miss an item that is there;
//! [`try_recv`](AsyncReceiver::try_recv) does not, except for one that is [left to somebody who was overtaken too
//! often](#fairness). Each handle counts for itself: a loop that clones one for each call never counts far, and to wait for the
//! close, or until all is done, is not counted at all. And a task that chooses among several futures which are always ready may
//! never be *pending*: as one yields, another is ready. Let such a loop yield now and then by its runtime's means.
//!
//! A receiver that has been waiting for a task of its own thread again and again also yields once, before it stands in line: it
//! wakes itself, and is polled again when the other has had its turn. Such a poll may find nothing; that is all it costs. In a
//! rendezvous a `try_send` may miss a receiver that has just yielded so: none of that queue does so any more from then on.
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
//! dropping them. Like a poll, each takes its turn at a lock [that is held for nanoseconds](#sending-and-receiving). And a blocking
//! face is fine in any thread, whether or not there is a runtime.
//!
//! ## Inside tokio
//!
//! In an **application** that runs on tokio, the feature `tokio` makes the blocking face mind the runtime. Nothing changes
//! for a call that need not wait; and before one waits:
//!
//! | where | a blocking call that has to wait |
//! |---|---|
//! | in a task or in `block_on` of a multi-thread runtime | hands the thread's other tasks over first, by `tokio::task::block_in_place`, and waits |
//! | in `spawn_blocking`, in a thread that has only entered a runtime's handle, within `block_in_place`, in a thread without a runtime | waits |
//! | in a task or in `block_on` of a current-thread runtime, in a `LocalSet` on either kind | panics, for the runtime, or the set, could not go on; the message names the ways out |
//!
//! The last row is drawn by tokio: wherever `block_in_place` panics, so does the call, and nowhere else. Whether it panics
//! depends on whether it has to wait, so an empty or a full queue is what brings such a mistake to light. The queue stays as
//! it was, but the item of a send is dropped with the panic. tokio's own, shorter message is printed before ours; with
//! `panic = "abort"` it is the only one. While a thread unwinds, where a second panic would end the process, the call waits,
//! as it does without the feature. What tokio says of `block_in_place` holds here, too: whatever else runs in the same task,
//! as by `join!`, waits with it, and a runtime that shuts down waits for the call to end.
//!
//! **Libraries** should leave the feature alone: features add up over a whole program, so that one library would decide for
//! everybody else whether a blocking call in a task waits, panics or costs a thread.
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
//! A send that is too late drops its item, unless the future is kept and asked for it:
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
//! use std::time::Duration;
//!
//! let (tx, _rx) = bifrons::bounded(1);
//! let tx = tx.into_async();
//! tx.send("first").await.unwrap();
//! let mut send = tx.send("second");
//! let sent = tokio::time::timeout(Duration::from_millis(5), &mut send).await;
//! assert!(sent.is_err(), "there was no room");
//! assert_eq!(send.take(), Some("second")); // `None` if it has been sent after all
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
//! The queue runs code of yours where it wakes, clones or drops a waker, where it drops items and where it asks for their
//! weight, their order or their place in it. It holds no lock meanwhile, so that such code may use the same queue; only a
//! comparison in a priority queue, [an order of your own](#your-own-order), and what weighs the items of such an order, must
//! not. If it panics, the panic reaches whoever made the call that led to it; everybody else is still woken, everything else
//! still dropped, nothing is poisoned, and the queue goes on working. Handles are [`UnwindSafe`](std::panic::UnwindSafe)
//! therefore, whatever the items are.
//!
//! What runs when, and what becomes of a call that panics, is told on the page about [bad days](bad_days).
//!
//! Polling one of our futures after it has completed, or after [`take`](future::SendFuture::take), panics with a message.
//!
//! # Bad days
//!
//! Memory runs out, code of yours panics, a future or a permit is forgotten, a runtime is dropped, no further thread can be
//! started, the clock jumps, the process forks: [a page of its own](bad_days) says what happens then.
//!
//! # Waiting and CPU time
//!
//! Putting a thread to sleep and waking it costs more than many sends. So whoever finds nothing looks again for some
//! microseconds, a thread up to about 25, or 60 if it has just woken somebody, and a task up to about 8, for which it holds its
//! executor's thread, before it goes to sleep; but only while the one that it waits for was last seen running on another CPU,
//! or has not been seen, and seldom if such looks keep failing. Where that one was last seen on the same CPU, whoever waits
//! gives the CPU up once (`sched_yield`) instead of looking on. After that it sleeps, until it is called and for no other
//! reason: an idle queue costs no CPU time, however many wait.
//!
//! # Memory
//!
//! First in, first out, a place for an item is as large as the item, with nothing beside it. A bounded queue whose places,
//! their number rounded up to a power of two, fit into 64 KiB has all of them from the first item on; if they fit into 32 bytes, and
//! need no greater alignment than a `u64`, they lie in the queue itself. All larger ones take memory in blocks as items come, at
//! first of 64 places or less, and of items of 16 bytes or less, once 256 have passed, of 256; emptied blocks of full length are used again, a few are kept for
//! that, and the rest goes back to the allocator. Nothing is taken in proportion to a large capacity before it is used:
//! `bounded(usize::MAX)` is fine.
//!
//! Queues in another order, and by weight, keep a word or two beside each item, in a list that grows by doubling and keeps what
//! memory it had when it was longest. An order of your own keeps what it keeps.
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
//! // tests/model.rs
//! #![cfg(loom)]
//!
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
//! - What a model may rely on, and the queue promises: everything before a send happens before everything after the receive of
//!   its item, and everything before a close happens before everything that follows learning of it.
//! - The feature without the cfg does nothing, and the cfg without the feature nothing but switch the feature `tokio` off. Neither
//!   is covered by semver.
//! - [`after`], [`at`] and [`tick`] go by the real clock there too: a model does without them.
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
//! | `select!`, `Select`, `never` | [the same](#waiting-for-one-of-several-queues); over capacity 0 a `try_recv` does not meet a select that waits to send, and a `try_send` hands its item also to who is in [`ready`](Select::ready) and may leave it lying |
//! | `after`, `tick`, which give a receiver | the same, but they give a [`Timer`]: a field of type `Receiver<Instant>` becomes one |
//! | `limit.map(after).unwrap_or(never())` | `after(limit.unwrap_or(Duration::MAX))` |
//! | `Select` is `Send` and `Sync` | it stays on its thread |
//! | `Iter`, `TryIter`, `IntoIter` | in [`iter`] |
//!
//! From **flume**:
//!
//! | flume | bifrons |
//! |---|---|
//! | `tx.send_async(item)`, `rx.recv_async()` | [`AsyncSender::send`], [`AsyncReceiver::recv`], after [`into_async`](Sender::into_async) or [`to_async`](Sender::to_async) |
//! | `tx.into_send_async(item)`, `rx.into_recv_async()` | [`AsyncSender::send_owned`], [`AsyncReceiver::into_recv`] |
//! | `rx.stream()`, `rx.into_stream()` | the same on [`AsyncReceiver`] |
//! | `rx.drain()`, `tx.downgrade()`, `tx.sender_count()`, … | the same; [`upgrade`](WeakSender::upgrade) gives a handle of the blocking face |
//! | `Disconnected`, `is_disconnected()` | `Closed`, `is_closed()` |
//! | `bounded(0)` | the same, and an awaited send waits for the taking as well |
//! | `Selector` | [`Select`] and [`select!`] |
//! | `tx.into_sink()`, `tx.sink()` | the same on [`AsyncSender`], with the feature `sink` |
//!
//! From **tokio**'s `mpsc`:
//!
//! | tokio::sync::mpsc | bifrons |
//! |---|---|
//! | `channel(n)` | [`bounded(n)`](bounded), both handles turned over by `into_async` |
//! | `unbounded_channel()`, `tx.send(item)` | [`unbounded()`](unbounded), [`tx.try_send(item)`](AsyncSender::try_send), which is [never `Full`](unbounded) there |
//! | `rx.recv().await`, an `Option` | a `Result` |
//! | `tx.blocking_send(item)`, `rx.blocking_recv()` | [`Sender::send`], [`Receiver::recv`]; [`to_sync`](AsyncSender::to_sync) gives the handle |
//! | `tx.send_timeout(item, limit)` | tokio's `timeout` around `&mut send`, and [`take`](future::SendFuture::take): [see there](#timeouts-in-tasks) |
//! | `TryRecvError::Disconnected` | `Closed` |
//! | `rx.poll_recv(cx)` | [`into_stream`](AsyncReceiver::into_stream), and its `poll_next` |
//! | `ReceiverStream`, `PollSender` | [`into_stream`](AsyncReceiver::into_stream), [`into_sink`](AsyncSender::into_sink) |
//! | `tx.strong_count()` | [`sender_count`](AsyncSender::sender_count) |
//! | `tx.max_capacity()`; `tx.capacity()`, which is the room that is left | [`capacity`](AsyncSender::capacity), which is all the room there is; [`stats`](AsyncSender::stats) tells what is taken |
//! | `rx.close()`, `tx.closed()`, `tx.downgrade()`, … | the same, on both halves; [`upgrade`](WeakSender::upgrade) gives a handle of the blocking face, for a task `.into_async()` |
//! | `tx.reserve()`, `tx.try_reserve()`, `tx.reserve_many(n)`, `tx.reserve_owned()` | the same, but that a permit sends nothing once the queue is closed, and gives the item back |
//! | `OwnedPermit::send`, `release` | the same, but that they give a handle of the blocking face; where nothing is sent, the sender goes |
//! | `tx.try_reserve_many(n)`, `tx.try_reserve_owned()` | not there: [`try_reserve`](AsyncSender::try_reserve) for each |
//! | `rx.recv_many(&mut vec, limit)`, `blocking_recv_many` | a `Result`; [`Receiver::recv_many`] |
//! | one receiver, `&mut self` | any number, `&self` |
//!
//! From **kanal**:
//!
//! | kanal | bifrons |
//! |---|---|
//! | `bounded_async(n)`, `unbounded_async()` | [`bounded(n)`](bounded), [`unbounded()`](unbounded), both handles turned over by `into_async` |
//! | `tx.to_async()`, which takes the handle | [`into_async`](Sender::into_async): here `to_async` gives a further one, and the first keeps the queue open |
//! | `tx.clone_async()`, `tx.as_async()` | [`to_async`](Sender::to_async) |
//! | `try_send(item)`: `Ok(false)`, and the item is dropped | [`Full(item)`](TrySendError::Full) |
//! | `try_recv()`: `Ok(None)` | [`Empty`](TryRecvError::Empty) |
//! | `try_send_option`, `send_option_timeout` | the error has the item |
//! | `drain_into(&mut vec)` | `vec.extend(rx.drain())` |
//! | `close()`, which drops what was sent | [`shutdown`](Sender::shutdown); after [`close`](Sender::close) it is still received |
//! | `is_disconnected()` | [`is_closed`](Sender::is_closed) |
//!
//! From **async-channel**: the async face has its names; `close` and `downgrade` are the same, and so is `force_send` but for its
//! error, which may also be *full*, where permits hold all the room; `recv_blocking` and `send_blocking` are the blocking face, to
//! which `upgrade` leads as well; its `Recv` and `Send` are [`RecvFuture`](future::RecvFuture) and [`SendFuture`](future::SendFuture).
//! Its receiver is a stream itself; here [`into_stream`](AsyncReceiver::into_stream) makes one.
//!
//! From Python's **janus** and **culsans**: [a page of its own](coming_from_janus).
//!
//! # Features
//!
//! None is on by default, and the only dependency is `futures-core`, for the trait `Stream`.
//!
//! | feature | what it does |
//! |---|---|
//! | `sink` | [`AsyncSender::sink`] and [`into_sink`](AsyncSender::into_sink); depends on `futures-sink` |
//! | `tokio` | [what waits inside tokio](#inside-tokio) makes way for the runtime's other tasks, or panics where it can not; for applications, not for libraries; depends on tokio, except on wasm and with `--cfg loom`, where it does nothing |
//! | `loom` | [the model checker's world](#checking-your-own-code-with-loom), together with `--cfg loom`; otherwise nothing |
//! | `shuttle`, `chaos` | worlds for the tests of this crate, together with the cfgs of these names; otherwise nothing |
//!
//! # What is stable
//!
//! Everything public follows semantic versioning from 1.0 on; until then a minor version may break something, and the
//! changelog says so. The public interface is listed in `api.txt` in the repository, which every change of it must touch. Not
//! covered are the features `loom`, `shuttle` and `chaos`, macros and items that are hidden from this documentation, what `Debug`
//! prints, and for how long whoever waits looks on before it sleeps.
//!
//! # Minimum Rust version
//!
//! 1.85. It may rise to any stable version that is at least one year old, in a minor release.
//!
//! # Platforms
//!
//! Wherever there is std. On wasm, where threads can not block, the blocking calls are absent: [`Sender`] and [`Receiver`]
//! are there with what does not wait, and the async face is complete. Where a browser's main thread shares memory with workers,
//! keep the handles to a queue on one side: that thread may not even wait for the short hold of a lock. On Linux the CPU that a
//! thread runs on helps to decide how to wait; elsewhere the queue gets by without.
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

/// What everything in Python's janus, and in culsans, is called here.
#[doc = include_str!("coming_from_janus.md")]
pub mod coming_from_janus {}

/// What happens when memory runs out, code of yours panics, values are forgotten, runtimes go, or the clock jumps.
#[doc = include_str!("bad_days.md")]
pub mod bad_days {}

/// The code in README.md.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
