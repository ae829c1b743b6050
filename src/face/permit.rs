//! Room that is yours.

use std::fmt;
use std::iter::FusedIterator;
use std::mem;

use super::Sender;
use crate::error::SendError;
use crate::queue::{Queue, Tx};

/// Room for one item: [`send`](Self::send) can not fail for want of it.
///
/// Made by [`Sender::reserve`], its siblings, and the same verbs of [`AsyncSender`](crate::AsyncSender). Dropping it gives the
/// room back; forgotten, it keeps the room. It counts against the capacity and stands in nobody's way otherwise: receivers take what
/// is there, and a close does not wait for it.
///
/// # Examples
///
/// ```
/// let (tx, rx) = bifrons::bounded(1);
/// let permit = tx.reserve().unwrap();
/// assert!(tx.try_send("late").unwrap_err().is_full());
/// permit.send("early").unwrap();
/// assert_eq!(rx.recv(), Ok("early"));
/// ```
#[must_use = "dropping a permit gives its room back"]
pub struct Permit<'a, T> {
    queue: &'a Queue<T>,
    need: usize,
}

impl<'a, T> Permit<'a, T> {
    pub(super) fn new(queue: &'a Queue<T>, need: usize) -> Self {
        Self { queue, need }
    }

    /// Sends the item into the reserved room; never waits.
    ///
    /// # Errors
    ///
    /// When the queue is closed, or its [`Discipline`](crate::Discipline) refuses the item; the item comes back.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::bounded(1);
    /// let permit = tx.reserve().unwrap();
    /// rx.close();
    /// assert_eq!(permit.send(1).unwrap_err().into_inner(), 1);
    /// ```
    pub fn send(self, item: T) -> Result<(), SendError<T>> {
        let Self { queue, need } = self;
        mem::forget(self);
        queue.redeem(item, need).map_err(SendError)
    }
}

impl<T> Drop for Permit<'_, T> {
    fn drop(&mut self) {
        self.queue.give_back(self.need);
    }
}

/// Room for several items, given out one [`Permit`] at a time; made by [`Sender::reserve_many`] and
/// [`AsyncSender::reserve_many`](crate::AsyncSender::reserve_many).
///
/// What has not been given out when it is dropped goes back to the queue, and when it is forgotten does not.
///
/// # Examples
///
/// ```
/// let (tx, rx) = bifrons::bounded(3);
/// let mut permits = tx.reserve_many(3).unwrap();
/// permits.next().unwrap().send('a').unwrap();
/// assert_eq!(permits.len(), 2);
/// drop(permits);
/// assert!(tx.try_send('b').is_ok());
/// # drop(rx);
/// ```
#[must_use = "dropping permits gives their room back"]
pub struct Permits<'a, T> {
    queue: &'a Queue<T>,
    left: usize,
}

impl<'a, T> Permits<'a, T> {
    pub(super) fn new(queue: &'a Queue<T>, left: usize) -> Self {
        Self { queue, left }
    }
}

impl<'a, T> Iterator for Permits<'a, T> {
    type Item = Permit<'a, T>;

    fn next(&mut self) -> Option<Permit<'a, T>> {
        self.left = self.left.checked_sub(1)?;
        Some(Permit::new(self.queue, 1))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<T> ExactSizeIterator for Permits<'_, T> {}
impl<T> FusedIterator for Permits<'_, T> {}

impl<T> Drop for Permits<'_, T> {
    fn drop(&mut self) {
        if self.left > 0 {
            self.queue.give_back(self.left);
        }
    }
}

/// Room for one item, with the sender that reserved it: it borrows nothing, so that it can be stored and sent to another
/// thread or task.
///
/// Made by [`Sender::reserve_owned`] and [`AsyncSender::reserve_owned`](crate::AsyncSender::reserve_owned). Dropping it gives
/// the room back; its sender keeps the queue open. Forgotten, it goes on doing both.
///
/// # Examples
///
/// ```
/// let (tx, rx) = bifrons::bounded(1);
/// let permit = tx.reserve_owned().unwrap();
/// std::thread::spawn(move || {
///     let tx = permit.send(1).unwrap(); // the sender again
///     tx.send(2)
/// });
/// assert_eq!(rx.iter().collect::<Vec<_>>(), [1, 2]);
/// ```
#[must_use = "dropping a permit gives its room back"]
pub struct OwnedPermit<T> {
    /// Until it is sent.
    sender: Option<Tx<T>>,
}

impl<T> OwnedPermit<T> {
    pub(super) fn new(sender: Tx<T>) -> Self {
        Self { sender: Some(sender) }
    }

    /// Sends the item into the reserved room and gives the sender back; never waits.
    ///
    /// The sender is one of the blocking face, whichever reserved; a task turns it over by [`into_async`](Sender::into_async).
    ///
    /// # Errors
    ///
    /// When the queue is closed, or its [`Discipline`](crate::Discipline) refuses the item; the item comes back, but the sender
    /// goes, and with the last one the queue closes.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::bounded(1);
    /// let tx = tx.reserve_owned().unwrap().send(1).unwrap();
    /// assert!(tx.is_full());
    /// # drop(rx);
    /// ```
    pub fn send(mut self, item: T) -> Result<Sender<T>, SendError<T>> {
        match self.sender.take() {
            Some(sender) => match sender.redeem(item, 1) {
                Ok(()) => Ok(Sender::from_counted(sender)),
                Err(item) => Err(SendError(item)),
            },
            None => unreachable!("{STILL_THERE}"),
        }
    }

    /// Gives the room back, and the sender, as [`send`](Self::send) does.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, _rx) = bifrons::bounded::<u8>(1);
    /// let tx = tx.reserve_owned().unwrap().release();
    /// assert!(!tx.is_full());
    /// ```
    pub fn release(mut self) -> Sender<T> {
        let Some(sender) = self.sender.take() else { unreachable!("{STILL_THERE}") };
        sender.give_back(1);
        Sender::from_counted(sender)
    }
}

const STILL_THERE: &str = "a permit has its sender until it is used up";

impl<T> Drop for OwnedPermit<T> {
    fn drop(&mut self) {
        if let Some(sender) = self.sender.take() {
            sender.give_back(1);
        }
    }
}

impl<T> fmt::Debug for Permit<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").field("room", &self.need).finish()
    }
}

impl<T> fmt::Debug for Permits<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permits").field("left", &self.left).finish()
    }
}

impl<T> fmt::Debug for OwnedPermit<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnedPermit").finish_non_exhaustive()
    }
}
