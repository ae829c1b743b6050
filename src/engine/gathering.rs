//! How one end of a stream lets items, or places, gather at the other.
//!
//! To look how far the other end has come takes the published position away from it, and its next item waits until it has that back.
//! Of two ends that are about as fast each soon knows of a few items or places only, and looks again and again: both go at
//! the pace of that cache line. So where looks go on finding little, though never nothing, one waits for part of a microsecond
//! and looks once more. What has gathered takes a while to be used up, and leaves the other end in peace for as long.
//!
//! One waits inside its door, which keeps out nobody but those who would look as well. How long, it learns from what comes
//! meanwhile; and where that is next to nothing it does not wait for some time.

use crate::prim::{MODEL, Where, pause, pauses_in};

/// What it pays to look for, at most.
const ENOUGH: usize = 32;

/// No more than this part of what can be there is waited for: the other end needs some as well.
const PART: usize = 4;

/// How many looks find less before one waits.
const LOOKS: u16 = 8;

/// How many go by where a wait is in vain: more with each, up to this.
const LEAST_REST: u16 = 64;
const MOST_REST: u16 = 4096;

/// How long one waits at first, and at most, in nanoseconds.
const FIRST_WAIT: u32 = 200;
const LONGEST_WAIT: u32 = 600;

/// What one end has learned from its looks.
#[derive(Debug)]
pub(super) struct Gathering {
    /// What it pays to look for; 0 where nothing is waited for.
    enough: u16,
    /// How many looks that find less are left until one waits.
    to_go: u16,
    /// How many there were when a wait was in vain; 0 where the last was not.
    rest: u16,
    /// How long one waits; 0 where nobody has.
    pauses: u16,
}

impl Gathering {
    /// For an end where so much can be there.
    pub(super) fn of(most: usize) -> Self {
        let part = (most / PART).min(ENOUGH);
        // Where little has room, little gathers.
        let enough = if part > PART && !MODEL { part as u16 } else { 0 };
        Self { enough, to_go: LOOKS, rest: 0, pauses: 0 }
    }

    /// Whether it was worth a look that has found so much.
    #[inline]
    pub(super) fn is_enough(&self, found: usize) -> bool {
        found >= usize::from(self.enough)
    }

    /// A look has found something, and not enough: whether to wait, and look once more.
    #[inline]
    pub(super) fn is_due(&mut self) -> bool {
        self.to_go -= 1;
        self.to_go == 0
    }

    /// A look has found nothing: this end has to wait anyway.
    #[inline]
    pub(super) fn must_wait(&mut self) {
        self.to_go = self.to_go.max(LOOKS);
    }

    /// Lets some gather, unless whoever brings it is on this very thread; whether it has waited.
    pub(super) fn wait(&mut self, partner: Where) -> bool {
        if partner.is_thread_of(Where::here()) {
            self.rest();
            return false;
        }
        if self.pauses == 0 {
            self.pauses = pauses_for(FIRST_WAIT);
        }
        (0..self.pauses).for_each(|_| pause());
        true
    }

    /// So much was there before the wait, and so much is now.
    pub(super) fn learn(&mut self, before: usize, now: usize) {
        let enough = usize::from(self.enough);
        if now < before + enough / PART {
            self.rest();
            return;
        }
        self.rest = 0;
        self.to_go = 1;
        if now < enough {
            self.pauses = (self.pauses + self.pauses / 4 + 1).min(pauses_for(LONGEST_WAIT));
        } else if now > 2 * enough {
            self.pauses -= self.pauses / 4;
        }
    }

    fn rest(&mut self) {
        self.rest = self.rest.saturating_mul(2).clamp(LEAST_REST, MOST_REST);
        self.to_go = self.rest;
    }
}

/// So many pauses, one at least.
fn pauses_for(nanoseconds: u32) -> u16 {
    u16::try_from(pauses_in(nanoseconds)).unwrap_or(u16::MAX).max(1)
}
