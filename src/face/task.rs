//! An item in hand, until it is done.

use std::fmt;
use std::ops::{Deref, DerefMut};

use crate::prim::Holder;
use crate::queue::{Queue, Rx};

/// An item that was received and is being worked on: until it is done, [`join`](crate::Sender::join) waits for it.
///
/// Made by [`Receiver::recv_task`](crate::Receiver::recv_task) and its siblings on both faces. It derefs to the item. It counts
/// as done when it is dropped, also if the work was cut short, by a panic, a `?` or a future that was dropped; or by
/// [`done`](Self::done) or [`into_inner`](Self::into_inner). Nobody can leave that out by mistake, nor say it twice; only one that
/// is [forgotten](std::mem::forget) is never done. What its holder did before happens before what follows the join.
///
/// To send an item once more, send it first and let its task go after that: in between a join could end.
///
/// It does not keep the queue open.
///
/// # Examples
///
/// ```
/// let (tx, rx) = bifrons::bounded(1);
/// tx.send(20).unwrap();
/// let mut task = rx.recv_task().unwrap();
/// *task += 1;
/// assert_eq!(*task, 21);
/// assert_eq!(tx.stats().tasks, 1);
/// task.done();
/// tx.join();
/// ```
#[must_use = "dropping a task says that it is done"]
pub struct Task<T> {
    queue: Holder<Queue<T>>,
    /// There from the receive to the end.
    item: Option<T>,
}

impl<T> Task<T> {
    /// One in which an item may come to lie: whatever happens from there on, it will be done.
    pub(super) fn vacant(receiver: &Rx<T>) -> Self {
        Self { queue: receiver.queue(), item: None }
    }

    pub(super) fn slot(&mut self) -> &mut Option<T> {
        &mut self.item
    }

    /// Itself, if an item came.
    pub(super) fn taken(self) -> Option<Self> {
        self.item.is_some().then_some(self)
    }

    /// Drops the item and says that it is done: the same as dropping the task, in a word.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::bounded(1);
    /// tx.send("work").unwrap();
    /// rx.recv_task().unwrap().done();
    /// tx.join();
    /// ```
    pub fn done(self) {
        drop(self);
    }

    /// Gives the item away, which counts as done.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::bounded(1);
    /// tx.send("work").unwrap();
    /// assert_eq!(rx.recv_task().unwrap().into_inner(), "work");
    /// tx.join();
    /// ```
    pub fn into_inner(mut self) -> T {
        let Some(item) = self.item.take() else { unreachable!("a task that was given out has its item") };
        self.queue.finish();
        item
    }
}

/// Says that an item is done, at the end of its scope.
struct Finish<'a, T>(&'a Queue<T>);

impl<T> Drop for Finish<'_, T> {
    fn drop(&mut self) {
        self.0.finish();
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        if let Some(item) = self.item.take() {
            // Also if the item's own drop panics.
            let _finish = Finish(&self.queue);
            drop(item);
        }
    }
}

const IN_HAND: &str = "a task that was given out has its item";

impl<T> Deref for Task<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.item.as_ref().expect(IN_HAND)
    }
}

impl<T> DerefMut for Task<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.item.as_mut().expect(IN_HAND)
    }
}

impl<T: fmt::Debug> fmt::Debug for Task<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Task").field(&**self).finish()
    }
}
