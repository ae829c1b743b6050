//! What a user holds: names, documentation, and bodies of a line.

mod async_receiver;
mod async_sender;
#[cfg(not(target_family = "wasm"))]
mod blocking;
#[cfg(not(target_family = "wasm"))]
pub(crate) mod blocking_iter;
pub(crate) mod future;
pub(crate) mod iter;
mod receiver;
mod sender;
mod stream;
mod weak;

pub use async_receiver::AsyncReceiver;
pub use async_sender::AsyncSender;
pub use receiver::Receiver;
pub use sender::Sender;
pub use stream::RecvStream;
pub use weak::{WeakReceiver, WeakSender};

/// What all four handles answer in the same way: written once, so that no face ever differs from another.
macro_rules! shared_methods {
    ($weak:ident) => {
        /// Closes the queue, for everybody; whether it was open until now.
        ///
        /// Sends fail from here on and give their item back, those that wait too. Receivers take what is left and then
        /// learn of the close.
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
        /// In a rendezvous these are the items that were handed over to a receiver that then went away.
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

        /// Whether there is no room; an unbounded queue is never full, a rendezvous always.
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

        /// How many items the queue can hold, `None` if it is unbounded.
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

/// A panic never leaves a queue half-changed: the locks have no poison, and what a panic interrupts is undone or finished. So
/// handles may cross `catch_unwind`, whatever the items are.
mod unwind {
    use std::panic::{RefUnwindSafe, UnwindSafe};

    use super::{AsyncReceiver, AsyncSender, Receiver, Sender, WeakReceiver, WeakSender};

    impl<T> UnwindSafe for Sender<T> {}
    impl<T> UnwindSafe for Receiver<T> {}
    impl<T> UnwindSafe for AsyncSender<T> {}
    impl<T> UnwindSafe for AsyncReceiver<T> {}
    impl<T> UnwindSafe for WeakSender<T> {}
    impl<T> UnwindSafe for WeakReceiver<T> {}
    impl<T> RefUnwindSafe for Sender<T> {}
    impl<T> RefUnwindSafe for Receiver<T> {}
    impl<T> RefUnwindSafe for AsyncSender<T> {}
    impl<T> RefUnwindSafe for AsyncReceiver<T> {}
    impl<T> RefUnwindSafe for WeakSender<T> {}
    impl<T> RefUnwindSafe for WeakReceiver<T> {}
}
