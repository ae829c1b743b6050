//! The calls that block a thread: absent where a program has none to block.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::blocking_iter::Iter;
use super::{OwnedPermit, Permit, Permits, Receiver, Sender, Task};
use crate::error::{JoinTimeoutError, RecvError, RecvTimeoutError, ReserveError, SendError, SendTimeoutError};
use crate::prim::Limit;
use crate::queue::{Closed, Joining, Receiving, ReceivingMany, Reserving, SendingMany, Watching, block};

impl<T> Sender<T> {
    /// Blocks the current thread until there is room, then sends; the awaited twin is [`AsyncSender::send`](crate::AsyncSender::send).
    ///
    /// In a rendezvous it blocks until a receiver has taken the item. Waiting senders, threads and tasks, get room in the
    /// order in which they came; one that comes just as there is room may overtake them, though not without bound.
    ///
    /// # Errors
    ///
    /// When the queue is closed, before or while it waits; the item comes back.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::bounded(1);
    /// std::thread::spawn(move || {
    ///     tx.send(1).unwrap();
    ///     tx.send(2).unwrap(); // waits for the first to be taken
    /// });
    /// assert_eq!(rx.iter().collect::<Vec<_>>(), [1, 2]);
    /// ```
    #[inline]
    pub fn send(&self, item: T) -> Result<(), SendError<T>> {
        let mut item = Some(item);
        self.counted.send(&mut item, Limit::Never);
        // What is still here the close has kept from being sent.
        match item {
            Some(item) => Err(SendError(item)),
            None => Ok(()),
        }
    }

    /// Blocks the current thread until there is room, but no longer than `timeout`, then sends.
    ///
    /// A timeout of zero is one honest try, as [`try_send`](Self::try_send) makes it; one too long for the clock is a wait for
    /// ever. Tasks put [their runtime's timeout](crate#timeouts-in-tasks) around `&mut` the future of
    /// [`AsyncSender::send`](crate::AsyncSender::send), and ask that for the item.
    ///
    /// # Errors
    ///
    /// [`Timeout`](SendTimeoutError::Timeout) or [`Closed`](SendTimeoutError::Closed). The item comes back, and then it was
    /// certainly not sent.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// let (tx, _rx) = bifrons::bounded(1);
    /// tx.send(1).unwrap();
    /// let error = tx.send_timeout(2, Duration::from_millis(5)).unwrap_err();
    /// assert!(error.is_timeout());
    /// ```
    pub fn send_timeout(&self, item: T, timeout: Duration) -> Result<(), SendTimeoutError<T>> {
        self.send_until(item, Limit::After(timeout))
    }

    /// Blocks the current thread until there is room, but no longer than until `deadline`, then sends.
    ///
    /// A deadline in the past is one honest try. Tasks put [their runtime's timeout](crate#timeouts-in-tasks) around `&mut` the
    /// future of [`AsyncSender::send`](crate::AsyncSender::send), and ask that for the item.
    ///
    /// # Errors
    ///
    /// [`Timeout`](SendTimeoutError::Timeout) or [`Closed`](SendTimeoutError::Closed). The item comes back, and then it was
    /// certainly not sent.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::{Duration, Instant};
    /// let (tx, rx) = bifrons::bounded(1);
    /// let soon = Instant::now() + Duration::from_millis(5);
    /// assert!(tx.send_deadline(1, soon).is_ok());
    /// assert!(tx.send_deadline(2, soon).unwrap_err().is_timeout());
    /// # drop(rx);
    /// ```
    pub fn send_deadline(&self, item: T, deadline: Instant) -> Result<(), SendTimeoutError<T>> {
        self.send_until(item, Limit::At(deadline))
    }

    fn send_until(&self, item: T, limit: Limit) -> Result<(), SendTimeoutError<T>> {
        let mut item = Some(item);
        let sent = self.counted.send(&mut item, limit);
        match (sent, item) {
            (Some(Err(Closed)), Some(item)) => Err(SendTimeoutError::Closed(item)),
            (None, Some(item)) => Err(SendTimeoutError::Timeout(item)),
            _ => Ok(()),
        }
    }

    /// Blocks the current thread until all of a deque has been sent, waiting for room as often as needed; the awaited twin is
    /// [`AsyncSender::send_many`](crate::AsyncSender::send_many).
    ///
    /// As many as there is room for are sent in one visit, in a queue with one lock 256 at most. Returns how many were sent.
    ///
    /// # Errors
    ///
    /// When the queue is closed, before or while it waits, and something is left to send: it is in the deque, in order, so that
    /// how many were sent shows in how much shorter it has become.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::collections::VecDeque;
    /// let (tx, rx) = bifrons::bounded(4);
    /// let mut items = VecDeque::from([1, 2, 3]);
    /// assert_eq!(tx.send_many(&mut items), Ok(3));
    /// drop(rx);
    /// items.push_back(4);
    /// assert!(tx.send_many(&mut items).is_err());
    /// assert_eq!(items, [4]);
    /// ```
    pub fn send_many(&self, items: &mut VecDeque<T>) -> Result<usize, SendError<()>> {
        let mut sent = 0;
        match block(SendingMany::new(&self.counted, items, &mut sent), Limit::Never) {
            Some(Err(Closed)) => Err(SendError(())),
            _ => Ok(sent),
        }
    }

    /// Blocks the current thread until there is room for one item, and reserves it; the awaited twin is
    /// [`AsyncSender::reserve`](crate::AsyncSender::reserve).
    ///
    /// # Errors
    ///
    /// [`Closed`](ReserveError::Closed); [`TooLarge`](ReserveError::TooLarge) in a rendezvous, which has no room, also a closed
    /// one.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::bounded(1);
    /// let permit = tx.reserve().unwrap();
    /// permit.send("hello").unwrap();
    /// assert_eq!(rx.recv(), Ok("hello"));
    /// ```
    pub fn reserve(&self) -> Result<Permit<'_, T>, ReserveError> {
        self.reserve_weight(1)
    }

    /// Blocks the current thread until there is room for one item of that weight, and reserves it; the awaited twin is
    /// [`AsyncSender::reserve_weight`](crate::AsyncSender::reserve_weight).
    ///
    /// The weight of the item that is sent counts in the end: should it be heavier than was reserved, the queue holds more
    /// than its capacity until it has been taken. A weight of 0 holds nothing and is not waited for. In a queue that counts items, so
    /// many places are held for one item, and one for a weight of 0.
    ///
    /// # Errors
    ///
    /// [`Closed`](ReserveError::Closed); [`TooLarge`](ReserveError::TooLarge) in a rendezvous, which has no room, and where it is
    /// more than a queue that counts items can hold, closed or not.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, _rx) = bifrons::builder().capacity(100).weight(|line: &String| line.len()).build();
    /// let permit = tx.reserve_weight(60).unwrap();
    /// assert!(tx.try_send("x".repeat(41)).unwrap_err().is_full());
    /// permit.send("x".repeat(60)).unwrap();
    /// ```
    pub fn reserve_weight(&self, weight: usize) -> Result<Permit<'_, T>, ReserveError> {
        self.wait_for_room(self.counted.need_for_weight(weight)).map(|need| Permit::new(&self.counted, need))
    }

    /// Blocks the current thread until there is room for so many items at once, and reserves it; the awaited twin is
    /// [`AsyncSender::reserve_many`](crate::AsyncSender::reserve_many).
    ///
    /// Where items have weights, each permit is one for a weight of 1. For no items it gives no permits, and does not wait.
    ///
    /// Those behind it in line wait until it has its room, even if they need less. One that comes just as there is room may
    /// overtake it, though not without bound.
    ///
    /// # Errors
    ///
    /// [`Closed`](ReserveError::Closed); [`TooLarge`](ReserveError::TooLarge) if the queue, closed or not, could not hold so
    /// many, by its capacity at the time of this call: if that becomes less meanwhile, they are reserved when nothing else is
    /// there.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::bounded(2);
    /// for (permit, item) in tx.reserve_many(2).unwrap().zip(["one", "two"]) {
    ///     permit.send(item).unwrap();
    /// }
    /// assert_eq!(rx.drain().collect::<Vec<_>>(), ["one", "two"]);
    /// assert!(tx.reserve_many(3).is_err());
    /// ```
    pub fn reserve_many(&self, items: usize) -> Result<Permits<'_, T>, ReserveError> {
        self.wait_for_room(self.counted.need_for_many(items)).map(|need| Permits::new(&self.counted, need))
    }

    /// Blocks the current thread as [`reserve`](Self::reserve) does, and gives a permit that owns this handle: it borrows nothing,
    /// so that it can be stored and sent to another thread; the awaited twin is
    /// [`AsyncSender::reserve_owned`](crate::AsyncSender::reserve_owned).
    ///
    /// # Errors
    ///
    /// [`Closed`](ReserveError::Closed); [`TooLarge`](ReserveError::TooLarge) in a rendezvous, which has no room, also a closed
    /// one. This handle goes then, and with the last one the queue closes.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::bounded(1);
    /// let permit = tx.clone().reserve_owned().unwrap();
    /// std::thread::spawn(move || permit.send(1));
    /// assert_eq!(rx.recv(), Ok(1));
    /// ```
    pub fn reserve_owned(self) -> Result<OwnedPermit<T>, ReserveError> {
        self.wait_for_room(self.counted.need_for_weight(1))?;
        Ok(OwnedPermit::new(self.counted))
    }

    fn wait_for_room(&self, need: Result<usize, ReserveError>) -> Result<usize, ReserveError> {
        let need = need?;
        match block(Reserving::new(&self.counted, need), Limit::Never) {
            Some(Err(Closed)) => Err(ReserveError::Closed),
            _ => Ok(need),
        }
    }

    /// Blocks the current thread until all that was sent is done: nothing is in the queue and no [`Task`] outstanding; the
    /// awaited twin is [`AsyncSender::join`](crate::AsyncSender::join).
    ///
    /// A plain receive counts an item as done when it takes it, and a select when it chooses. Sends that were done before the call
    /// are waited for; what a sender in line still holds, also at a rendezvous, is not in the queue yet. A close changes nothing:
    /// what is left must be received, or taken by a [`shutdown`](Self::shutdown).
    ///
    /// It takes a moment at which nothing is left: senders that go on may keep it from ever returning, and so does whoever calls it
    /// with a [`Task`] of this queue in hand, which is never done then.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::unbounded();
    /// (0..10).for_each(|i| tx.send(i).unwrap());
    /// std::thread::spawn(move || while let Ok(task) = rx.recv_task() { task.done() });
    /// tx.join();
    /// assert!(tx.is_empty());
    /// ```
    pub fn join(&self) {
        block(Joining(&self.counted), Limit::Never);
    }

    /// Blocks the current thread as [`join`](Self::join) does, but no longer than `timeout`; tasks put their runtime's timeout around
    /// [`AsyncSender::join`](crate::AsyncSender::join).
    ///
    /// # Errors
    ///
    /// When the time ran out before.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// let (tx, rx) = bifrons::unbounded();
    /// tx.send(1).unwrap();
    /// assert!(tx.join_timeout(Duration::from_millis(1)).is_err());
    /// rx.recv().unwrap();
    /// assert!(tx.join_timeout(Duration::from_millis(1)).is_ok());
    /// ```
    pub fn join_timeout(&self, timeout: Duration) -> Result<(), JoinTimeoutError> {
        block(Joining(&self.counted), Limit::After(timeout)).ok_or(JoinTimeoutError)
    }

    /// Blocks the current thread until the queue is closed; the awaited twin is [`AsyncSender::closed`](crate::AsyncSender::closed).
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::bounded::<u8>(1);
    /// std::thread::spawn(move || drop(rx));
    /// tx.closed();
    /// assert!(tx.is_closed());
    /// ```
    pub fn closed(&self) {
        block(Watching(&self.counted), Limit::Never);
    }
}

impl<T> Receiver<T> {
    /// Blocks the current thread until there is an item, and takes it; the awaited twin is [`AsyncReceiver::recv`](crate::AsyncReceiver::recv).
    ///
    /// Waiting receivers, threads and tasks, are called in the order in which they came; one that comes just as an item is
    /// there may overtake them, though not without bound.
    ///
    /// # Errors
    ///
    /// When the queue is closed and nothing is left in it.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::bounded(1);
    /// std::thread::spawn(move || tx.send("hello"));
    /// assert_eq!(rx.recv(), Ok("hello"));
    /// assert!(rx.recv().is_err(), "the sender has gone");
    /// ```
    #[inline]
    pub fn recv(&self) -> Result<T, RecvError> {
        let mut item = None;
        self.counted.recv(&mut item, Limit::Never);
        // Spelt out, since each function that a large item passes through may copy it.
        match item {
            Some(item) => Ok(item),
            None => Err(RecvError),
        }
    }

    /// Blocks the current thread until there is an item, but no longer than `timeout`, and takes it.
    ///
    /// A timeout of zero is one honest try; one too long for the clock is a wait for ever. Tasks use their runtime's timeout
    /// around [`AsyncReceiver::recv`](crate::AsyncReceiver::recv).
    ///
    /// # Errors
    ///
    /// [`Timeout`](RecvTimeoutError::Timeout), or [`Closed`](RecvTimeoutError::Closed) when the queue is closed and nothing is
    /// left in it.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// let (tx, rx) = bifrons::bounded(1);
    /// assert!(rx.recv_timeout(Duration::from_millis(5)).unwrap_err().is_timeout());
    /// tx.send(5).unwrap();
    /// assert_eq!(rx.recv_timeout(Duration::MAX), Ok(5));
    /// ```
    pub fn recv_timeout(&self, timeout: Duration) -> Result<T, RecvTimeoutError> {
        self.recv_until(Limit::After(timeout))
    }

    /// Blocks the current thread until there is an item, but no longer than until `deadline`, and takes it.
    ///
    /// A deadline in the past is one honest try. Tasks use their runtime's timeout around [`AsyncReceiver::recv`](crate::AsyncReceiver::recv).
    ///
    /// # Errors
    ///
    /// [`Timeout`](RecvTimeoutError::Timeout), or [`Closed`](RecvTimeoutError::Closed) when the queue is closed and nothing is
    /// left in it.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::{Duration, Instant};
    /// let (_tx, rx) = bifrons::bounded::<u8>(1);
    /// let soon = Instant::now() + Duration::from_millis(5);
    /// assert!(rx.recv_deadline(soon).unwrap_err().is_timeout());
    /// ```
    pub fn recv_deadline(&self, deadline: Instant) -> Result<T, RecvTimeoutError> {
        self.recv_until(Limit::At(deadline))
    }

    fn recv_until(&self, limit: Limit) -> Result<T, RecvTimeoutError> {
        let mut item = None;
        let received = self.counted.recv(&mut item, limit);
        item.ok_or(if received.is_some() { RecvTimeoutError::Closed } else { RecvTimeoutError::Timeout })
    }

    /// Blocks the current thread until there is an item, and takes up to `limit` of those that are there, in one visit; the
    /// awaited twin is [`AsyncReceiver::recv_many`](crate::AsyncReceiver::recv_many).
    ///
    /// They are put at the end of the vector, which grows before the visit. Returns how many there were: at least one, unless
    /// the limit is 0, when it does not wait, and does not fail either. In a rendezvous they are the items of senders that wait.
    ///
    /// # Errors
    ///
    /// When the queue is closed and nothing is left in it.
    ///
    /// # Panics
    ///
    /// With *capacity overflow*, if the vector can not become longer. Nothing has been taken then.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::unbounded();
    /// (0..10).for_each(|i| tx.send(i).unwrap());
    /// let mut batch = Vec::new();
    /// assert_eq!(rx.recv_many(&mut batch, 4), Ok(4));
    /// assert_eq!(batch, [0, 1, 2, 3]);
    /// assert_eq!(rx.recv_many(&mut batch, 100), Ok(6));
    /// ```
    pub fn recv_many(&self, items: &mut Vec<T>, limit: usize) -> Result<usize, RecvError> {
        match block(ReceivingMany::new(&self.counted, items, limit), Limit::Never) {
            Some(Ok(received)) => Ok(received),
            _ => Err(RecvError),
        }
    }

    /// Blocks the current thread until there is an item, and takes it as a [`Task`]; the awaited twin is
    /// [`AsyncReceiver::recv_task`](crate::AsyncReceiver::recv_task).
    ///
    /// # Errors
    ///
    /// When the queue is closed and nothing is left in it.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::unbounded();
    /// tx.send("work").unwrap();
    /// let task = rx.recv_task().unwrap();
    /// assert_eq!(*task, "work");
    /// drop(task); // done
    /// tx.join();
    /// ```
    pub fn recv_task(&self) -> Result<Task<T>, RecvError> {
        let mut task = Task::vacant(&self.counted);
        block(Receiving::in_hand(&self.counted, task.slot()), Limit::Never);
        task.taken().ok_or(RecvError)
    }

    /// As [`recv_task`](Self::recv_task), but blocks no longer than `timeout`.
    ///
    /// # Errors
    ///
    /// [`Timeout`](RecvTimeoutError::Timeout), or [`Closed`](RecvTimeoutError::Closed) when the queue is closed and nothing is
    /// left in it.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// let (_tx, rx) = bifrons::bounded::<u8>(1);
    /// assert!(rx.recv_task_timeout(Duration::from_millis(1)).unwrap_err().is_timeout());
    /// ```
    pub fn recv_task_timeout(&self, timeout: Duration) -> Result<Task<T>, RecvTimeoutError> {
        self.recv_task_until(Limit::After(timeout))
    }

    /// As [`recv_task`](Self::recv_task), but blocks no longer than until `deadline`.
    ///
    /// # Errors
    ///
    /// [`Timeout`](RecvTimeoutError::Timeout), or [`Closed`](RecvTimeoutError::Closed) when the queue is closed and nothing is
    /// left in it.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Instant;
    /// let (_tx, rx) = bifrons::bounded::<u8>(1);
    /// assert!(rx.recv_task_deadline(Instant::now()).unwrap_err().is_timeout());
    /// ```
    pub fn recv_task_deadline(&self, deadline: Instant) -> Result<Task<T>, RecvTimeoutError> {
        self.recv_task_until(Limit::At(deadline))
    }

    fn recv_task_until(&self, limit: Limit) -> Result<Task<T>, RecvTimeoutError> {
        let mut task = Task::vacant(&self.counted);
        let received = block(Receiving::in_hand(&self.counted, task.slot()), limit);
        let error = if received.is_some() { RecvTimeoutError::Closed } else { RecvTimeoutError::Timeout };
        task.taken().ok_or(error)
    }

    /// Blocks the current thread until the queue is closed; the awaited twin is [`AsyncReceiver::closed`](crate::AsyncReceiver::closed).
    ///
    /// Items may still be left in it.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::bounded::<u8>(1);
    /// std::thread::spawn(move || drop(tx));
    /// rx.closed();
    /// assert!(rx.is_closed());
    /// ```
    pub fn closed(&self) {
        block(Watching(&self.counted), Limit::Never);
    }

    /// An iterator that blocks the current thread for each item, and ends when the queue is closed and nothing is left in it; for
    /// tasks there is [`AsyncReceiver::stream`](crate::AsyncReceiver::stream).
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::bounded(1);
    /// std::thread::spawn(move || (0..3).for_each(|i| tx.send(i).unwrap()));
    /// assert_eq!(rx.iter().collect::<Vec<_>>(), [0, 1, 2]);
    /// ```
    pub fn iter(&self) -> Iter<'_, T> {
        Iter::new(self)
    }
}
