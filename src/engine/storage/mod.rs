//! Where the items of a FIFO queue lie between the doors.
//!
//! The storage is addressed by position, the count of items before: the back door puts at one position after another, the
//! front door takes from one position after another, and neither knows here how far the other is. That is the buffer's
//! business, one storey up.

mod block;
mod blocks;
mod cursor;
mod nook;
mod slot;

pub(crate) use blocks::Blocks;
pub(crate) use cursor::Cursor;
pub(crate) use nook::Nook;
