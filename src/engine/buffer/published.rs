//! What one door lets the other end see: how far it is, and who was there.

use super::Passage;
use crate::prim::{AtomicUsize, Hint, Ordering, Where, will_write_to};

/// By so much a position grows with each item.
pub(super) const STEP: usize = 2;

/// No position of a front door: those are even.
const ELSEWHERE: usize = 1;

/// What one door has published.
#[derive(Debug)]
pub(super) struct Published {
    pub(super) position: AtomicUsize,
    /// Who passed this door last.
    passed: Hint,
}

/// After how many passages a door notes the passer, if not before: often enough to be true, seldom enough to cost nothing.
pub(super) const NOTE_EVERY: usize = 64 * STEP;

/// Whether a door that has come so far, the last passer with so many items, notes who it was: the second does, and so on. The
/// first may be the last, and at the end of a block none of the next one's lines could be asked for.
#[inline]
pub(super) fn is_noteworthy(at: usize, items: usize) -> bool {
    at.wrapping_sub(2 * STEP) % NOTE_EVERY < items * STEP
}

impl Published {
    pub(super) fn at(position: usize) -> Self {
        Self { position: AtomicUsize::new(position), passed: Hint::new(0) }
    }

    /// A position may be published: asks for its line while that of the other end, if it is another, is waited for.
    #[inline]
    pub(super) fn will_publish(&self) {
        will_write_to(&self.position);
    }

    /// Leaves word who passes: when it has had to look how far the other end is, and now and then besides.
    #[inline]
    pub(super) fn note_passage(&self) {
        Where::here().leave_at(&self.passed);
    }

    /// As [`note_passage`](Self::note_passage), with the CPU.
    #[cold]
    pub(super) fn note_passage_and_cpu(&self) {
        self.note_passage();
        Where::here().note_cpu();
    }

    /// Of a front door that publishes its position elsewhere.
    pub(super) fn elsewhere() -> Self {
        Self::at(ELSEWHERE)
    }

    #[inline]
    pub(super) fn is_elsewhere(&self) -> bool {
        // ORDERING[hint]: Relaxed; whoever finds a position here loads it after this, and finds none that is older.
        self.position.load(Ordering::Relaxed) == ELSEWHERE
    }

    /// Its position is published here from now on.
    pub(super) fn continue_at(&self, position: usize) {
        // ORDERING[buffer.carry]: Release; pairs with [buffer.see_head]. As each HEAD.
        self.position.store(position, Ordering::Release);
    }

    /// Who passed last, told apart from other passages by the `position` of the door.
    #[inline]
    pub(super) fn passage(&self, position: &AtomicUsize) -> Passage {
        // ORDERING[hint]: Relaxed; its high bits do not matter.
        let number = position.load(Ordering::Relaxed) as u32;
        Passage { who: Where::left_at(&self.passed), number }
    }
}
