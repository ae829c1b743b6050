//! What a user holds: names, documentation, and bodies of a line.

mod async_receiver;
mod async_sender;
#[cfg(not(target_family = "wasm"))]
mod blocking;
#[cfg(not(target_family = "wasm"))]
pub(crate) mod blocking_iter;
pub(crate) mod future;
pub(crate) mod iter;
mod permit;
mod receiver;
#[cfg(not(target_family = "wasm"))]
mod select;
#[cfg(not(target_family = "wasm"))]
mod select_macros;
mod sender;
#[cfg(feature = "sink")]
mod sink;
mod stats;
mod stream;
mod task;
#[cfg(not(target_family = "wasm"))]
mod timer;
mod weak;

pub use async_receiver::AsyncReceiver;
pub use async_sender::AsyncSender;
pub use permit::{OwnedPermit, Permit, Permits};
pub use receiver::Receiver;
#[cfg(not(target_family = "wasm"))]
pub use select::{Select, SelectedOperation, Source};
pub use sender::Sender;
#[cfg(feature = "sink")]
pub use sink::SendSink;
pub use stats::Stats;
pub use stream::RecvStream;
pub use task::Task;
#[cfg(not(target_family = "wasm"))]
pub use timer::{Timer, after, at, tick};
pub use weak::{WeakReceiver, WeakSender};

/// What all four handles answer in the same way: written once, so that no face ever differs from another.
macro_rules! shared_methods {
    ($weak:ident) => {
        /// Closes the queue, for everybody. Returns whether it was this call that closed it.
        ///
        /// Sends fail from here on and give their item back, those that wait too, and those by a permit. Receivers take what is left
        /// and then learn of the close. Whoever waits for the close goes on; a [`join`](crate::Sender::join) waits until what is left
        /// has been received, or taken by a [`shutdown`](Self::shutdown).
        ///
        /// # Examples
        ///
        /// ```
        /// let (tx, rx) = bifrons::bounded(4);
        /// tx.send(1).unwrap();
        /// assert!(rx.close());
        /// assert!(!tx.close(), "it was closed already");
        /// assert!(tx.send(2).is_err());
        /// assert_eq!(rx.recv(), Ok(1));
        /// assert!(rx.recv().is_err());
        /// ```
        pub fn close(&self) -> bool {
            self.counted.close()
        }

        /// Closes the queue and takes what was left in it, in order.
        ///
        /// Senders that wait get their items back. Allowed after a close, and again. What was received as a
        /// [`Task`](crate::Task) and is not done remains so: a [`join`](crate::Sender::join) still waits for it.
        ///
        /// # Examples
        ///
        /// ```
        /// let (tx, rx) = bifrons::bounded(4);
        /// tx.send(1).unwrap();
        /// tx.send(2).unwrap();
        /// assert_eq!(tx.shutdown().collect::<Vec<_>>(), [1, 2]);
        /// assert!(rx.recv().is_err());
        /// assert_eq!(rx.shutdown().len(), 0);
        /// ```
        pub fn shutdown(&self) -> Drain<T> {
            Drain::new(self.counted.shut_down())
        }

        /// Whether the queue is closed; items may still be left in it.
        ///
        /// # Examples
        ///
        /// ```
        /// let (tx, rx) = bifrons::bounded::<u8>(1);
        /// assert!(!rx.is_closed());
        /// drop(tx);
        /// assert!(rx.is_closed());
        /// ```
        pub fn is_closed(&self) -> bool {
            self.counted.is_closed()
        }

        /// How many items are in the queue.
        ///
        /// In a rendezvous these are the items that a `try_send` has handed over to a waiting receiver, until it or another takes
        /// them.
        ///
        /// The answer may be out of date at once: to act on it, try instead.
        ///
        /// # Examples
        ///
        /// ```
        /// let (tx, rx) = bifrons::bounded(4);
        /// tx.send('a').unwrap();
        /// assert_eq!(rx.len(), 1);
        /// ```
        pub fn len(&self) -> usize {
            self.counted.len()
        }

        /// Whether no item is in the queue.
        ///
        /// # Examples
        ///
        /// ```
        /// let (tx, rx) = bifrons::bounded(4);
        /// assert!(tx.is_empty());
        /// tx.send('a').unwrap();
        /// assert!(!rx.is_empty());
        /// ```
        pub fn is_empty(&self) -> bool {
            self.len() == 0
        }

        /// Whether there is no room; a rendezvous is always full, an unbounded queue never, not even [where it ends](crate::unbounded).
        ///
        /// # Examples
        ///
        /// ```
        /// let (tx, rx) = bifrons::bounded(1);
        /// assert!(!tx.is_full());
        /// tx.send('a').unwrap();
        /// assert!(rx.is_full());
        /// ```
        pub fn is_full(&self) -> bool {
            self.counted.is_full()
        }

        /// How many items the queue can hold, or what weight, `None` if it is unbounded.
        ///
        /// # Examples
        ///
        /// ```
        /// assert_eq!(bifrons::bounded::<u8>(7).0.capacity(), Some(7));
        /// assert_eq!(bifrons::unbounded::<u8>().0.capacity(), None);
        /// ```
        pub fn capacity(&self) -> Option<usize> {
            self.counted.capacity()
        }

        /// Changes how many items the queue can hold, or what weight, while it is in use.
        ///
        /// More capacity calls as many waiting senders as there is new room. Less capacity drops nothing: senders wait until fewer
        /// items are left than it allows; and whoever waits for more than all of it, with those behind him, until neither items
        /// nor permits are left.
        ///
        /// # Errors
        ///
        /// An unbounded queue has no capacity to change, a rendezvous remains one, and no queue becomes one.
        ///
        /// # Examples
        ///
        /// ```
        /// let (tx, rx) = bifrons::bounded(1);
        /// tx.send(1).unwrap();
        /// rx.set_capacity(2).unwrap();
        /// tx.send(2).unwrap();
        /// rx.set_capacity(1).unwrap();
        /// assert_eq!((rx.len(), rx.capacity()), (2, Some(1)));
        /// ```
        pub fn set_capacity(&self, capacity: usize) -> Result<(), CapacityError> {
            self.counted.set_capacity(capacity)
        }

        /// The queue at this moment.
        ///
        /// # Examples
        ///
        /// ```
        /// let (tx, rx) = bifrons::bounded(4);
        /// tx.send('a').unwrap();
        /// rx.recv().unwrap();
        /// let stats = tx.stats();
        /// assert_eq!((stats.sent, stats.received, stats.len), (1, 1, 0));
        /// ```
        pub fn stats(&self) -> Stats {
            Stats::of(&self.counted)
        }

        /// How many sending handles there are, of both faces.
        ///
        /// # Examples
        ///
        /// ```
        /// let (tx, rx) = bifrons::bounded::<u8>(1);
        /// let async_tx = tx.to_async();
        /// assert_eq!(rx.sender_count(), 2);
        /// # drop(async_tx);
        /// ```
        pub fn sender_count(&self) -> usize {
            self.counted.sender_count()
        }

        /// How many receiving handles there are, of both faces.
        ///
        /// # Examples
        ///
        /// ```
        /// let (tx, rx) = bifrons::bounded::<u8>(1);
        /// let another = rx.clone();
        /// assert_eq!(tx.receiver_count(), 2);
        /// # drop(another);
        /// ```
        pub fn receiver_count(&self) -> usize {
            self.counted.receiver_count()
        }

        /// Whether both handles belong to the same queue.
        ///
        /// # Examples
        ///
        /// ```
        /// let (tx, _rx) = bifrons::bounded::<u8>(1);
        /// let (other, _other_rx) = bifrons::bounded::<u8>(1);
        /// assert!(tx.same_channel(&tx.clone()));
        /// assert!(!tx.same_channel(&other));
        /// ```
        pub fn same_channel(&self, other: &Self) -> bool {
            self.counted.is_same(&other.counted)
        }

        /// A handle that does not keep the queue open.
        ///
        /// # Examples
        ///
        /// ```
        /// let (tx, _rx) = bifrons::bounded::<u8>(1);
        /// let weak = tx.downgrade();
        /// assert!(weak.upgrade().is_some());
        /// drop(tx);
        /// assert!(weak.upgrade().is_none());
        /// ```
        pub fn downgrade(&self) -> $weak<T> {
            $weak::new(self.counted.queue())
        }
    };
}
use shared_methods;

/// What both sending handles do in the same way: nothing here waits.
macro_rules! sending_methods {
    () => {
        /// Sends in any case, if the queue is open: without room, or where a [`Discipline`](crate::Discipline) refuses it, it pushes
        /// another item out, which comes back.
        ///
        /// What goes is the oldest item. In a priority queue it is the least, of several the latest; a new item that is
        /// itself the least comes back at once. A [`Discipline`](crate::Discipline) decides by its
        /// [`evict`](crate::Discipline::evict). What goes counts as done. Never waits, except for its turn at a lock; in a priority
        /// queue it looks through half of the items for the least, under that.
        ///
        /// # Errors
        ///
        /// [`Closed`](TrySendError::Closed), and [`Full`](TrySendError::Full) where nothing can go: permits hold all the room, the
        /// item that would go weighs less than this one needs, or the queue is a rendezvous in which no receiver is waiting.
        /// The item comes back.
        ///
        /// # Examples
        ///
        /// ```
        /// let (tx, rx) = bifrons::bounded(2);
        /// assert_eq!(tx.force_send(1), Ok(None));
        /// assert_eq!(tx.force_send(2), Ok(None));
        /// assert_eq!(tx.force_send(3), Ok(Some(1)));
        /// assert_eq!(rx.drain().collect::<Vec<_>>(), [2, 3]);
        /// ```
        pub fn force_send(&self, item: T) -> Result<Option<T>, TrySendError<T>> {
            self.counted.force_send(item)
        }

        /// Reserves room for one item if there is some now.
        ///
        /// # Errors
        ///
        /// [`Full`](TrySendError::Full) without room, as in a rendezvous always, and where the room is [left to somebody who was
        /// overtaken too often](crate#fairness), [`Closed`](TrySendError::Closed) when the queue is closed.
        ///
        /// # Examples
        ///
        /// ```
        /// let (tx, rx) = bifrons::bounded(1);
        /// let permit = tx.try_reserve().unwrap();
        /// assert!(tx.try_reserve().unwrap_err().is_full());
        /// permit.send(1).unwrap();
        /// # drop(rx);
        /// ```
        pub fn try_reserve(&self) -> Result<Permit<'_, T>, TrySendError<()>> {
            self.counted.try_reserve(1)?;
            Ok(Permit::new(&self.counted, 1))
        }
    };
}
use sending_methods;

/// What both receiving handles do in the same way: nothing here waits.
macro_rules! receiving_methods {
    () => {
        /// Takes an item as a [`Task`] if there is one now.
        ///
        /// # Errors
        ///
        /// [`Empty`](TryRecvError::Empty) if there is no item for it, [`Closed`](TryRecvError::Closed) if there is none and the queue
        /// is closed.
        ///
        /// # Examples
        ///
        /// ```
        /// let (tx, rx) = bifrons::bounded(1);
        /// assert!(rx.try_recv_task().unwrap_err().is_empty());
        /// tx.send("work").unwrap();
        /// rx.try_recv_task().unwrap().done();
        /// ```
        pub fn try_recv_task(&self) -> Result<Task<T>, TryRecvError> {
            let mut task = Task::vacant(&self.counted);
            self.counted.try_recv_tracked(task.slot())?;
            task.taken().ok_or(TryRecvError::Empty)
        }
    };
}
use receiving_methods;

/// A panic never leaves a queue half-changed: the locks have no poison, and what a panic interrupts is undone or finished. So
/// handles may cross `catch_unwind`, whatever the items are.
mod unwind {
    use std::panic::{RefUnwindSafe, UnwindSafe};

    use super::future::{ClosedFuture, JoinFuture};
    use super::{
        AsyncReceiver, AsyncSender, OwnedPermit, Permit, Permits, Receiver, Sender, Task, WeakReceiver, WeakSender,
    };

    impl<T> UnwindSafe for Sender<T> {}
    impl<T> UnwindSafe for Receiver<T> {}
    impl<T> UnwindSafe for AsyncSender<T> {}
    impl<T> UnwindSafe for AsyncReceiver<T> {}
    impl<T> UnwindSafe for WeakSender<T> {}
    impl<T> UnwindSafe for WeakReceiver<T> {}
    #[cfg(not(target_family = "wasm"))]
    impl UnwindSafe for super::Timer {}
    #[cfg(not(target_family = "wasm"))]
    impl RefUnwindSafe for super::Timer {}
    impl<T> UnwindSafe for Permit<'_, T> {}
    impl<T> UnwindSafe for Permits<'_, T> {}
    impl<T> UnwindSafe for OwnedPermit<T> {}
    impl<T> UnwindSafe for ClosedFuture<'_, T> {}
    impl<T> UnwindSafe for JoinFuture<'_, T> {}
    impl<T: UnwindSafe> UnwindSafe for Task<T> {}
    impl<T> RefUnwindSafe for Permit<'_, T> {}
    impl<T> RefUnwindSafe for Permits<'_, T> {}
    impl<T> RefUnwindSafe for OwnedPermit<T> {}
    impl<T> RefUnwindSafe for ClosedFuture<'_, T> {}
    impl<T> RefUnwindSafe for JoinFuture<'_, T> {}
    impl<T: RefUnwindSafe> RefUnwindSafe for Task<T> {}
    impl<T> RefUnwindSafe for Sender<T> {}
    impl<T> RefUnwindSafe for Receiver<T> {}
    impl<T> RefUnwindSafe for AsyncSender<T> {}
    impl<T> RefUnwindSafe for AsyncReceiver<T> {}
    impl<T> RefUnwindSafe for WeakSender<T> {}
    impl<T> RefUnwindSafe for WeakReceiver<T> {}
}
