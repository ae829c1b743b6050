//! Items that stay in registers: what a call brings, or takes, is lent to others only when it must be.
//!
//! A variable that is lent to a function compiled elsewhere lies in memory from the start, also where that function is not called;
//! and the next lock has to wait until all that was written has reached memory. So the way that most calls take, one visit to a
//! door, is compiled into the call and sees the item itself. On all other ways the item moves to a place that is lent, and back.

use super::errand::{Closed, Receiving, Sending, received, sent};
use super::handshake::{block, persist};
use super::{Kind, Queue, engine};
use crate::engine::{Engine, Refusal, Standing};
use crate::error::TryRecvError;
use crate::prim::Limit;

/// The most bytes of an item that moves: more would cost those who wait what it saves the others.
const MOST: usize = 128;

/// What is lent, and where it belongs: it goes back there in any case, also in a panic.
///
/// It knows of both where they are, since what lies in it would be lent as well.
struct Loan<'a, T> {
    item: &'a mut Option<T>,
    place: &'a mut Option<T>,
}

impl<T> Drop for Loan<'_, T> {
    #[inline]
    fn drop(&mut self) {
        *self.place = self.item.take();
    }
}

/// Calls with a place, or if what may lie there is small with another in its stead. Not a function, whose closure would be lent what
/// it has captured.
macro_rules! lend {
    ($place:ident => $call:expr) => {
        if size_of::<T>() > MOST {
            $call
        } else {
            let mut item = $place.take();
            let loan = Loan { item: &mut item, place: $place };
            let $place = &mut *loan.item;
            $call
        }
    };
}

impl<T> Queue<T> {
    /// Brings the item if there is room for it now.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn push(&self, item: &mut Option<T>) -> Result<(), Refusal> {
        match &self.kind {
            Kind::Doors(doors) => doors.push(item, Standing::default()),
            _ => lend!(item => engine!(self, engine => engine.push(item, Standing::default()))),
        }
    }

    /// Takes an item, if one is there now, to an empty place.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn pop(&self, item: &mut Option<T>) -> Result<(), TryRecvError> {
        match &self.kind {
            Kind::Doors(doors) => doors.pop(item, false, Standing::default()),
            _ => lend!(item => engine!(self, engine => engine.pop(item, false, Standing::default()))),
        }
    }

    /// Blocks until the item is sent, which stays where it is if it can not be; `None` when the time ran out first.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn send(&self, item: &mut Option<T>, limit: Limit) -> Option<Result<(), Closed>> {
        let Kind::Doors(doors) = &self.kind else {
            return lend!(item => block(Sending::new(self, item), limit));
        };
        match sent(doors.push(item, Standing::default())) {
            None => lend!(item => persist(Sending::new(self, item), limit)),
            done => done,
        }
    }

    /// Blocks until an item has come, to an empty place; `None` when the time ran out first.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn recv(&self, item: &mut Option<T>, limit: Limit) -> Option<Result<(), Closed>> {
        self.recv_as::<false>(item, limit)
    }

    /// As [`recv`](Self::recv), an item that stays in hand until [`finish`](Self::finish).
    pub(crate) fn recv_tracked(&self, item: &mut Option<T>, limit: Limit) -> Option<Result<(), Closed>> {
        self.recv_as::<true>(item, limit)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn recv_as<const IN_HAND: bool>(&self, item: &mut Option<T>, limit: Limit) -> Option<Result<(), Closed>> {
        let Kind::Doors(doors) = &self.kind else {
            return lend!(item => block(Receiving::<_, IN_HAND>::to(self, item), limit));
        };
        match received(doors.pop(item, IN_HAND, Standing::default())) {
            None => lend!(item => persist(Receiving::<_, IN_HAND>::to(self, item), limit)),
            done => done,
        }
    }
}
