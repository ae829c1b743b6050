//! How queues are made.

use crate::face::{Receiver, Sender};
use crate::queue::Queue;

/// Makes a queue that holds at most `capacity` items, first in, first out; with capacity 0 a rendezvous.
///
/// Both handles are of the blocking face; [`Sender::into_async`] and [`Receiver::into_async`] turn them over.
///
/// In a rendezvous a sender meets a receiver: [`Sender::send`] returns only after a receiver has taken the item.
///
/// No memory is asked for in proportion to a large capacity before it is used: `bounded(usize::MAX)` is as cheap to make as
/// [`unbounded`].
///
/// # Examples
///
/// ```
/// let (tx, rx) = bifrons::bounded(2);
/// tx.send("first").unwrap();
/// tx.send("second").unwrap();
/// assert!(tx.try_send("third").unwrap_err().is_full());
/// assert_eq!(rx.recv(), Ok("first"));
/// ```
pub fn bounded<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    open(Queue::bounded(capacity))
}

/// Makes a queue that holds what memory can hold, first in, first out.
///
/// Memory is taken in blocks as items come and given back as they go; sending never waits.
///
/// # Examples
///
/// ```
/// let (tx, rx) = bifrons::unbounded();
/// for i in 0..1000 {
///     tx.send(i).unwrap();
/// }
/// assert_eq!(rx.len(), 1000);
/// assert_eq!(rx.capacity(), None);
/// ```
pub fn unbounded<T>() -> (Sender<T>, Receiver<T>) {
    open(Queue::unbounded())
}

fn open<T>(queue: Queue<T>) -> (Sender<T>, Receiver<T>) {
    let (tx, rx) = queue.open();
    (Sender::from_counted(tx), Receiver::from_counted(rx))
}
