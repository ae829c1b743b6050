//! Items that stay in registers: what a call brings, or takes, is lent to others only when it must be.
//!
//! A variable that is lent to a function compiled elsewhere lies in memory from the start, also where that function is not called;
//! and the next lock has to wait until all that was written has reached memory. So the way that most calls take, one visit to a
//! door, is compiled into the call and sees the item itself. On all other ways a small item moves to a place that is lent, and back.

use super::errand::{Closed, Receiving, Sending, unless_empty, unless_full};
use super::handshake::{block, persist};
use super::{Kind, Queue, engine};
use crate::engine::{Engine, Refusal, Standing};
use crate::error::TryRecvError;
use crate::prim::Limit;

/// The most bytes of an item that moves, and is not lent where it lies: more would cost those who wait what it saves the others.
const MOST: usize = 128;

impl<T> Queue<T> {
    /// Brings the item if there is room for it now; else it is there again.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn push(&self, item: &mut Option<T>) -> Result<(), Refusal> {
        match &self.kind {
            Kind::Doors(doors) => doors.push(item, Standing::default()),
            _ => lend(item, self, |item, queue| engine!(queue, engine => engine.push(item, Standing::default()))),
        }
    }

    /// Takes an item, if one is there now, to an empty place.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn pop(&self, item: &mut Option<T>) -> Result<(), TryRecvError> {
        match &self.kind {
            Kind::Doors(doors) => doors.pop(item, false, Standing::default()),
            _ => lend(item, self, |item, queue| engine!(queue, engine => engine.pop(item, false, Standing::default()))),
        }
    }

    /// Blocks until the item is sent; if it can not be, it is there again. `None` when the time ran out first.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn send(&self, item: &mut Option<T>, limit: Limit) -> Option<Result<(), Closed>> {
        let Kind::Doors(doors) = &self.kind else {
            return lend(item, (self, limit), |item, (queue, limit)| block(Sending::new(queue, item), limit));
        };
        match unless_full(doors.offer(item, Standing::default())) {
            None => lend(item, (self, limit), |item, (queue, limit)| persist(Sending::new(queue, item), limit)),
            done => done,
        }
    }

    /// Blocks until an item has come, to an empty place; `None` when the time ran out first.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn recv(&self, item: &mut Option<T>, limit: Limit) -> Option<Result<(), Closed>> {
        let Kind::Doors(doors) = &self.kind else {
            return lend(item, (self, limit), |item, (queue, limit)| block(Receiving::new(queue, item), limit));
        };
        match unless_empty(doors.pop(item, false, Standing::default())) {
            None => lend(item, (self, limit), |item, (queue, limit)| persist(Receiving::new(queue, item), limit)),
            done => done,
        }
    }
}

/// Calls with the place, or if what may lie there is small with another in its stead. What else the call needs it is given, since
/// what it captured would be lent to it as well.
#[cfg_attr(not(debug_assertions), inline(always))]
fn lend<T, A, R>(place: &mut Option<T>, with: A, call: fn(&mut Option<T>, A) -> R) -> R {
    if size_of::<T>() > MOST { call(place, with) } else { lend_another(place, with, call) }
}

/// A function of its own, so that without optimisation a large item finds no further place for it on the stack.
#[cfg_attr(not(debug_assertions), inline(always))]
fn lend_another<T, A, R>(place: &mut Option<T>, with: A, call: fn(&mut Option<T>, A) -> R) -> R {
    let mut item = place.take();
    let loan = Loan { item: &mut item, place };
    call(loan.item, with)
}

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
