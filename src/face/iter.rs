//! Items as iterators that do not wait.

use std::fmt;
use std::iter::FusedIterator;
use std::vec;

use super::Receiver;

/// Gives items until none is there; made by [`Receiver::try_iter`].
///
/// # Examples
///
/// ```
/// let (tx, rx) = bifrons::bounded(2);
/// tx.send(1).unwrap();
/// assert_eq!(rx.try_iter().count(), 1);
/// assert_eq!(rx.try_iter().count(), 0);
/// ```
#[must_use = "an iterator does nothing unless it is asked"]
pub struct TryIter<'a, T>(&'a Receiver<T>);

/// What was in a queue at one moment, in order; made by [`Receiver::drain`],
/// [`AsyncReceiver::drain`](crate::AsyncReceiver::drain) and the `shutdown` of every handle.
///
/// What it holds is no longer in the queue: dropped, it drops the rest; forgotten, it forgets it.
///
/// # Examples
///
/// ```
/// let (tx, rx) = bifrons::unbounded();
/// tx.send('a').unwrap();
/// tx.send('b').unwrap();
/// let items = rx.drain();
/// assert_eq!(items.len(), 2);
/// assert_eq!(items.collect::<String>(), "ab");
/// ```
#[must_use = "what is not taken out is dropped"]
pub struct Drain<T>(vec::IntoIter<T>);

impl<'a, T> TryIter<'a, T> {
    pub(super) fn new(receiver: &'a Receiver<T>) -> Self {
        Self(receiver)
    }
}

impl<T> Drain<T> {
    pub(super) fn new(items: Vec<T>) -> Self {
        Self(items.into_iter())
    }
}

impl<T> Iterator for TryIter<'_, T> {
    type Item = T;
    fn next(&mut self) -> Option<T> {
        self.0.try_recv().ok()
    }
}

impl<T> Iterator for Drain<T> {
    type Item = T;
    fn next(&mut self) -> Option<T> {
        self.0.next()
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<T> DoubleEndedIterator for Drain<T> {
    fn next_back(&mut self) -> Option<T> {
        self.0.next_back()
    }
}

impl<T> ExactSizeIterator for Drain<T> {}
impl<T> FusedIterator for Drain<T> {}
impl<T> fmt::Debug for TryIter<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TryIter").field(&self.0).finish()
    }
}

impl<T> fmt::Debug for Drain<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Drain").field("len", &self.0.len()).finish()
    }
}
