//! Where the items of a FIFO queue lie between the doors.
//!
//! A storage is addressed by position, the count of items before: the back door puts at one position after another, the
//! front door takes from one position after another, and neither knows here how far the other is. That is the buffer's
//! business, one storey up.

mod ring;
mod segments;
mod slot;

pub(crate) use ring::Ring;
pub(crate) use segments::Segments;

/// Places for items, one position after another.
pub(crate) trait Storage<T> {
    /// What the back door remembers of the place it puts at.
    type Back: Default;
    /// What the front door remembers of the place it takes from.
    type Front: Default;

    /// Lays an item at a position.
    ///
    /// # Safety
    ///
    /// One thread at a time puts, with the one `Back` of this storage, at positions that follow one another; the item that
    /// lay at the same place one lap before has been taken, and the taking happens-before.
    unsafe fn put(&self, back: &mut Self::Back, position: usize, item: T);

    /// Takes the item from a position.
    ///
    /// # Safety
    ///
    /// One thread at a time takes, with the one `Front` of this storage, at positions that follow one another; the item has
    /// been put, and the putting happens-before.
    unsafe fn take(&self, front: &mut Self::Front, position: usize) -> T;

    /// Gives the memory back; every item has been taken.
    fn dismantle(&mut self, front: Self::Front);
}
