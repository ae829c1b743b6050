//! Who is alive: the handles of each half are counted, and the last one of a half ends the queue.

use std::ops::Deref;

use super::{Kind, Queue};
use crate::prim::{Count, Holder};

/// The handles that keep a queue open.
#[derive(Debug)]
pub(super) struct Life {
    pub(super) senders: Count,
    pub(super) receivers: Count,
}

impl Life {
    /// Of a queue that is to have one handle of each half.
    pub(super) fn of_two() -> Self {
        Self { senders: Count::new(1), receivers: Count::new(1) }
    }
}

/// A counted sending handle, of either face.
#[derive(Debug)]
pub(crate) struct Tx<T>(Holder<Queue<T>>);

/// A counted receiving handle, of either face.
#[derive(Debug)]
pub(crate) struct Rx<T>(Holder<Queue<T>>);

impl<T> Queue<T> {
    /// The first two handles of a queue, which is made where it will lie.
    #[inline]
    pub(crate) fn open(make: impl FnOnce() -> Self) -> (Tx<T>, Rx<T>) {
        let [sending, receiving] = Holder::pair(make);
        (Tx(sending), Rx(receiving))
    }

    /// The first receiving handle of a queue that stays open although nobody can send.
    pub(crate) fn open_for_nobody(make: impl FnOnce() -> Self) -> Rx<T> {
        let [receiving, _] = Holder::pair(make);
        Rx(receiving)
    }
}

impl<T> Tx<T> {
    /// Another handle to a queue that this one does not keep open.
    pub(crate) fn queue(&self) -> Holder<Queue<T>> {
        self.0.clone()
    }

    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.0.is_same(&other.0)
    }

    /// A counted handle again, unless all had gone.
    pub(crate) fn revive(queue: &Holder<Queue<T>>) -> Option<Self> {
        queue.life.senders.revive().then(|| Self(queue.clone()))
    }
}

impl<T> Rx<T> {
    /// Another handle to a queue that this one does not keep open.
    pub(crate) fn queue(&self) -> Holder<Queue<T>> {
        self.0.clone()
    }

    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.0.is_same(&other.0)
    }

    /// A counted handle again, unless all had gone.
    pub(crate) fn revive(queue: &Holder<Queue<T>>) -> Option<Self> {
        queue.life.receivers.revive().then(|| Self(queue.clone()))
    }
}

impl<T> Queue<T> {
    /// Whether the last handle of a half is dropped by the queue's own order: then it is closed when that has returned, and emptied
    /// if it `is_deserted`, for nobody can receive any more.
    fn owes_the_end(&self, is_deserted: bool) -> bool {
        matches!(&self.kind, Kind::Parlour(parlour) if parlour.owe_the_end(is_deserted))
    }
}

impl<T> Clone for Tx<T> {
    fn clone(&self) -> Self {
        self.0.life.senders.join();
        Self(self.0.clone())
    }
}

impl<T> Clone for Rx<T> {
    fn clone(&self) -> Self {
        self.0.life.receivers.join();
        Self(self.0.clone())
    }
}

impl<T> Drop for Tx<T> {
    fn drop(&mut self) {
        if self.0.life.senders.leave() && !self.0.owes_the_end(false) {
            self.0.close();
        }
    }
}

impl<T> Drop for Rx<T> {
    fn drop(&mut self) {
        if self.0.life.receivers.leave() && !self.0.owes_the_end(true) {
            // Nobody can receive what is left: it goes now, and not with the last sender. Also when a waker or an item's
            // own drop panics, in which case the guard goes on while the panic passes through here.
            let _rest = Discard(&self.0);
            self.0.close();
        }
    }
}

/// Drops what is left in a closed queue.
struct Discard<'a, T>(&'a Queue<T>);

impl<T> Drop for Discard<'_, T> {
    fn drop(&mut self) {
        if let Kind::Parlour(parlour) = &self.0.kind {
            return parlour.desert();
        }
        while self.0.len() > 0 {
            let rest = Discard(self.0);
            self.0.discard_one();
            std::mem::forget(rest);
        }
    }
}

impl<T> Deref for Tx<T> {
    type Target = Queue<T>;
    #[inline]
    fn deref(&self) -> &Queue<T> {
        &self.0
    }
}

impl<T> Deref for Rx<T> {
    type Target = Queue<T>;
    #[inline]
    fn deref(&self) -> &Queue<T> {
        &self.0
    }
}
