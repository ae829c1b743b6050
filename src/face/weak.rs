//! Handles that do not keep a queue open.

use std::fmt;

use super::{Receiver, Sender};
use crate::prim::Holder;
use crate::queue::{Queue, Rx, Tx};

/// A sending handle that does not keep the queue open; made by `downgrade` on a sending handle of either face.
///
/// It does keep the memory of the empty queue, until it goes away itself.
///
/// # Examples
///
/// ```
/// let (tx, rx) = bifrons::bounded(1);
/// let weak = tx.downgrade();
/// weak.upgrade().unwrap().send(1).unwrap();
/// drop(tx);
/// assert!(weak.upgrade().is_none(), "the last sender had gone");
/// assert_eq!(rx.recv(), Ok(1));
/// ```
pub struct WeakSender<T>(Holder<Queue<T>>);

/// A receiving handle that does not keep the queue open; made by `downgrade` on a receiving handle of either face.
///
/// It does keep the memory of the empty queue, until it goes away itself.
///
/// # Examples
///
/// ```
/// let (tx, rx) = bifrons::bounded(1);
/// let weak = rx.downgrade();
/// drop(rx);
/// assert!(weak.upgrade().is_none());
/// assert!(tx.send(1).is_err());
/// ```
pub struct WeakReceiver<T>(Holder<Queue<T>>);

impl<T> WeakSender<T> {
    pub(super) fn new(queue: Holder<Queue<T>>) -> Self {
        Self(queue)
    }

    /// A sending handle of the blocking face, unless all sending handles had gone; a task turns it over by
    /// [`into_async`](Sender::into_async).
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, _rx) = bifrons::bounded::<u8>(1);
    /// assert!(tx.downgrade().upgrade().is_some_and(|again| again.same_channel(&tx)));
    /// ```
    pub fn upgrade(&self) -> Option<Sender<T>> {
        Tx::revive(&self.0).map(Sender::from_counted)
    }
}

impl<T> WeakReceiver<T> {
    pub(super) fn new(queue: Holder<Queue<T>>) -> Self {
        Self(queue)
    }

    /// A receiving handle of the blocking face, unless all receiving handles had gone; a task turns it over by
    /// [`into_async`](Receiver::into_async).
    ///
    /// # Examples
    ///
    /// ```
    /// let (_tx, rx) = bifrons::bounded::<u8>(1);
    /// assert!(rx.downgrade().upgrade().is_some_and(|again| again.same_channel(&rx)));
    /// ```
    pub fn upgrade(&self) -> Option<Receiver<T>> {
        Rx::revive(&self.0).map(Receiver::from_counted)
    }
}

impl<T> Clone for WeakSender<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Clone for WeakReceiver<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> fmt::Debug for WeakSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.describe("WeakSender", f)
    }
}

impl<T> fmt::Debug for WeakReceiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.describe("WeakReceiver", f)
    }
}
