//! What passes through the queues.

use std::fmt;
use std::hint::black_box;

/// An item that can be told from others by its number.
pub trait Item: Clone + Default + fmt::Debug + Send + Sync + Unpin + 'static {
    fn new(number: u64) -> Self;
    fn number(&self) -> u64;
}

impl Item for u64 {
    #[inline]
    fn new(number: u64) -> Self {
        number
    }

    #[inline]
    fn number(&self) -> u64 {
        *self
    }
}

/// 256 bytes, all of which have to be moved.
#[derive(Clone, Default, Debug)]
pub struct Wide([u64; 32]);

impl Item for Wide {
    #[inline]
    fn new(number: u64) -> Self {
        Self([number; 32])
    }

    #[inline]
    fn number(&self) -> u64 {
        // All of it has to be there, or the compiler would move the one word that is looked at.
        black_box(self).0[31]
    }
}

/// A `u64` by another name, for loads beside the matrix.
///
/// Each type of item has functions of its own in the machine code. So a call more in such a load does not keep those in
/// the loops over `u64` from being inlined.
#[derive(Clone, Default, Debug)]
pub struct Aside(u64);

impl Item for Aside {
    #[inline]
    fn new(number: u64) -> Self {
        Self(number)
    }

    #[inline]
    fn number(&self) -> u64 {
        self.0
    }
}
