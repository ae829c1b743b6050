//! Items as iterators.

use std::fmt;
use std::iter::FusedIterator;
use std::vec;

use super::Receiver;

/// Blocks for each item until the queue is closed and nothing is left; made by [`Receiver::iter`].
///
/// # Examples
///
/// ```
/// let (tx, rx) = bifrons::bounded(1);
/// std::thread::spawn(move || tx.send("one"));
/// for item in &rx {
///     assert_eq!(item, "one");
/// }
/// ```
#[cfg(not(target_family = "wasm"))]
pub struct Iter<'a, T>(&'a Receiver<T>);

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
pub struct TryIter<'a, T>(&'a Receiver<T>);

/// Blocks for each item until the queue is closed and nothing is left, and owns its receiver; made by
/// [`Receiver::into_iter`](IntoIterator::into_iter).
///
/// # Examples
///
/// ```
/// let (tx, rx) = bifrons::bounded(1);
/// std::thread::spawn(move || tx.send(1));
/// assert_eq!(rx.into_iter().sum::<i32>(), 1);
/// ```
#[cfg(not(target_family = "wasm"))]
pub struct IntoIter<T>(Receiver<T>);

/// What was in a queue at one moment, in order; made by [`Receiver::drain`] and
/// [`AsyncReceiver::drain`](crate::AsyncReceiver::drain).
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

#[cfg(not(target_family = "wasm"))]
impl<'a, T> Iter<'a, T> {
    pub(super) fn new(receiver: &'a Receiver<T>) -> Self {
        Self(receiver)
    }
}

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

#[cfg(not(target_family = "wasm"))]
impl<T> Iterator for Iter<'_, T> {
    type Item = T;
    fn next(&mut self) -> Option<T> {
        self.0.recv().ok()
    }
}

impl<T> Iterator for TryIter<'_, T> {
    type Item = T;
    fn next(&mut self) -> Option<T> {
        self.0.try_recv().ok()
    }
}

#[cfg(not(target_family = "wasm"))]
impl<T> Iterator for IntoIter<T> {
    type Item = T;
    fn next(&mut self) -> Option<T> {
        self.0.recv().ok()
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
#[cfg(not(target_family = "wasm"))]
impl<T> FusedIterator for Iter<'_, T> {}
#[cfg(not(target_family = "wasm"))]
impl<T> FusedIterator for IntoIter<T> {}

#[cfg(not(target_family = "wasm"))]
impl<T> IntoIterator for Receiver<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;
    fn into_iter(self) -> IntoIter<T> {
        IntoIter(self)
    }
}

#[cfg(not(target_family = "wasm"))]
impl<'a, T> IntoIterator for &'a Receiver<T> {
    type Item = T;
    type IntoIter = Iter<'a, T>;
    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

#[cfg(not(target_family = "wasm"))]
impl<T> fmt::Debug for Iter<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Iter").field(&self.0).finish()
    }
}

impl<T> fmt::Debug for TryIter<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TryIter").field(&self.0).finish()
    }
}

#[cfg(not(target_family = "wasm"))]
impl<T> fmt::Debug for IntoIter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("IntoIter").field(&self.0).finish()
    }
}

impl<T> fmt::Debug for Drain<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Drain").field("len", &self.0.len()).finish()
    }
}
