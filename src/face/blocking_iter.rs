//! Items as iterators that block for each.

use std::fmt;
use std::iter::FusedIterator;

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
#[must_use = "an iterator does nothing unless it is asked"]
pub struct Iter<'a, T> {
    receiver: &'a Receiver<T>,
    ended: bool,
}

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
#[must_use = "an iterator does nothing unless it is asked"]
pub struct IntoIter<T> {
    receiver: Receiver<T>,
    ended: bool,
}

impl<'a, T> Iter<'a, T> {
    pub(super) fn new(receiver: &'a Receiver<T>) -> Self {
        Self { receiver, ended: false }
    }
}

/// The next item, or the end, for good: an order may have something for those who ask a closed queue again.
fn next<T>(receiver: &Receiver<T>, ended: &mut bool) -> Option<T> {
    if *ended {
        return None;
    }
    let item = receiver.recv().ok();
    *ended = item.is_none();
    item
}

/// Nothing is known before the end: others may take what is there.
fn size_hint(ended: bool) -> (usize, Option<usize>) {
    (0, ended.then_some(0))
}

impl<T> Iterator for Iter<'_, T> {
    type Item = T;
    fn next(&mut self) -> Option<T> {
        next(self.receiver, &mut self.ended)
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        size_hint(self.ended)
    }
}

impl<T> Iterator for IntoIter<T> {
    type Item = T;
    fn next(&mut self) -> Option<T> {
        next(&self.receiver, &mut self.ended)
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        size_hint(self.ended)
    }
}

impl<T> FusedIterator for Iter<'_, T> {}
impl<T> FusedIterator for IntoIter<T> {}

impl<T> IntoIterator for Receiver<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;
    fn into_iter(self) -> IntoIter<T> {
        IntoIter { receiver: self, ended: false }
    }
}

impl<'a, T> IntoIterator for &'a Receiver<T> {
    type Item = T;
    type IntoIter = Iter<'a, T>;
    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<T> fmt::Debug for Iter<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Iter").field("receiver", &self.receiver).field("ended", &self.ended).finish()
    }
}

impl<T> fmt::Debug for IntoIter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntoIter").field("receiver", &self.receiver).field("ended", &self.ended).finish()
    }
}
