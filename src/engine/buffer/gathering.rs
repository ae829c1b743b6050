//! How one end of a stream lets items, or places, gather at the other.
//!
//! To look how far the other end has come takes the published position away from it, and its next item waits until it has that
//! back. Of two ends that are about as fast each soon knows of a few items or places only, and looks again and again: both go at
//! the pace of that cache line. So where one of many looks finds little, and none has found nothing, one waits for part of a
//! microsecond and looks once more. What has gathered takes a while to be used up, and leaves the other end in peace for as long.
//! An unbounded queue does without: nobody looks for room there, and a receiver falls behind by itself.
//!
//! One waits inside its door, so that whoever else comes there meanwhile waits as long. How long, it learns from what comes; and
//! where that is next to nothing it does not wait for some time.

use crate::prim::{MODEL, Where, pause, pauses_in};

/// What it pays to look for, at most.
const ENOUGH: usize = 32;

/// No more than this part of what can be there, since the other end needs some as well; and the part of that which must come
/// for a wait to be worth it.
const PART: usize = 4;

/// Less is not waited for.
const LITTLE: usize = 4;

/// How many looks go by, none of which finds nothing, before what one finds is asked for.
const LOOKS: u16 = 8;

/// How many do after a wait in vain, and after many in a row: each time twice as many.
const LEAST_REST: u16 = 64;
const MOST_REST: u16 = 4096;

/// How long one waits for each item or place that is enough, at first and at most, in nanoseconds; and how many pauses that may be:
/// fewer than the lock's own looks have, which are over after it.
const FIRST_WAIT: u32 = 6;
const LONGEST_WAIT: u32 = 18;
const MOST_PAUSES: u32 = 32;

/// What one end has learned from its looks.
#[derive(Debug)]
pub(super) struct Gathering {
    /// What it pays to look for; 0 where nothing is waited for.
    enough: u16,
    /// How many looks are left until that one.
    to_go: u16,
    /// How many there were after the last wait; 0 if that was not in vain.
    rest: u16,
    /// How long one waits, in pauses; 0 where nobody has.
    pauses: u16,
}

impl Gathering {
    /// For an end where so much can be there.
    pub(super) fn of(most: usize) -> Self {
        Self { enough: enough_of(most), to_go: LOOKS, rest: 0, pauses: 0 }
    }

    /// A look has found so much, and not nothing: whether to try to [`wait`](Self::wait).
    #[inline]
    pub(super) fn is_due(&mut self, found: usize) -> bool {
        self.to_go -= 1;
        self.to_go == 0 && self.is_little(found)
    }

    /// Whether that is less than what pays, or what pays has to be found out; else the next look is asked.
    #[cold]
    fn is_little(&mut self, found: usize) -> bool {
        let is_enough = self.enough > 0 && found >= usize::from(self.enough);
        if is_enough {
            self.to_go = 1;
        }
        !is_enough
    }

    /// A look has found nothing: this end waits elsewhere.
    #[inline]
    pub(super) fn found_nothing(&mut self) {
        self.to_go = self.to_go.max(LOOKS);
    }

    /// Lets some gather, unless that can not be much or whoever brings it is on this very thread. Whether it has waited: then
    /// it has to [`learn`](Self::learn), and else to [`rest`](Self::rest).
    pub(super) fn wait(&mut self, most: usize, partner: Where) -> bool {
        let enough = enough_of(most);
        if enough == 0 || partner.is_thread_of(Where::here()) {
            return false;
        }
        self.enough = enough;
        if self.pauses == 0 {
            self.pauses = self.pauses_for(FIRST_WAIT);
        }
        (0..self.pauses).for_each(|_| pause());
        true
    }

    /// So much was there before the wait, and so much is now.
    pub(super) fn learn(&mut self, before: usize, now: usize) {
        let enough = usize::from(self.enough);
        if now < enough.min(before + enough / PART) {
            self.rest();
            return;
        }
        self.rest = 0;
        self.to_go = 1;
        if now < enough {
            self.pauses = (self.pauses + self.pauses / 4 + 1).min(self.pauses_for(LONGEST_WAIT));
        } else if now > 2 * enough {
            self.pauses -= self.pauses / 4;
        }
    }

    /// It does not pay here, for the time being.
    pub(super) fn rest(&mut self) {
        self.rest = (self.rest * 2).clamp(LEAST_REST, MOST_REST);
        self.to_go = self.rest;
        // It may have been too short.
        self.pauses = (self.pauses * 2).min(self.pauses_for(LONGEST_WAIT));
    }

    /// So many pauses, one at least.
    fn pauses_for(&self, nanoseconds: u32) -> u16 {
        pauses_in(nanoseconds * u32::from(self.enough)).clamp(1, MOST_PAUSES) as u16
    }
}

/// What it pays to look for where so much can be there. Models look at once: a wait would hide faults of others.
fn enough_of(most: usize) -> u16 {
    let enough = (most / PART).min(ENOUGH);
    if enough > LITTLE && most < usize::MAX && !MODEL { enough as u16 } else { 0 }
}
