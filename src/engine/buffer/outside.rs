//! What can be told of a buffer from outside its doors, where both ends move on meanwhile.

use super::published::STEP;
use super::{Buffer, CLOSED, MOST, Passage};
use crate::prim::{AtomicUsize, MODEL, Ordering, fence};

/// How often a length is counted once more, because an item has come meanwhile.
const LOOKS: usize = if MODEL { 1 } else { 3 };

impl<T> Buffer<T> {
    /// Where HEAD is published, for those who have no cursor in hand.
    #[inline]
    pub(super) fn front_end_from_outside(&self) -> &AtomicUsize {
        if self.head.published.is_elsewhere() { &self.tail.near } else { &self.head.published.position }
    }

    pub(crate) fn capacity(&self) -> usize {
        // ORDERING[hint]: Relaxed; whoever waits is visited after it changes.
        self.tail.capacity.load(Ordering::Relaxed)
    }

    /// From anywhere: whether a receiver that finds nothing should try again. If not, there was a moment at which nothing was
    /// there, by all that has reached this thread.
    #[inline]
    pub(crate) fn beckons_receivers(&self) -> bool {
        // ORDERING[buffer.see_head]: Acquire; pairs with [buffer.head]. The TAIL read after it is no older than what was taken.
        let head = self.front_end_from_outside().load(Ordering::Acquire);
        // ORDERING[hint]: Relaxed; whoever is beckoned opens a door and looks there.
        self.tail.published.position.load(Ordering::Relaxed) != head
    }

    /// From anywhere: whether a sender that finds no room should try again.
    ///
    /// Better a little later than for a single place: whoever takes from a full queue has enough before it, and a sender
    /// that comes for each place takes the published positions away from it each time.
    #[inline]
    pub(crate) fn beckons_senders(&self) -> bool {
        // ORDERING[hint]: Relaxed; as above.
        let tail = self.tail.published.position.load(Ordering::Relaxed);
        let head = self.front_end_from_outside().load(Ordering::Relaxed);
        let allowed = self.tail.allowed.load(Ordering::Relaxed);
        let enough = (allowed / 4).clamp(STEP, 32 * STEP);
        tail & CLOSED != 0 || tail.wrapping_sub(head).saturating_add(enough) <= allowed
    }

    /// Who brought the last item.
    pub(crate) fn last_sender(&self) -> Passage {
        self.tail.published.passage(&self.tail.published.position)
    }

    /// Who took the last item.
    pub(crate) fn last_receiver(&self) -> Passage {
        self.head.published.passage(self.front_end_from_outside())
    }

    pub(crate) fn is_closed(&self) -> bool {
        // ORDERING[buffer.see_tail]: Acquire; pairs with [buffer.tail]. What precedes a close is visible to who sees it.
        self.tail.published.position.load(Ordering::Acquire) & CLOSED != 0
    }

    /// How many items are there; `None` if that can not be told from outside, since TAIL moves on, or there are more than may be: the
    /// oldest is being replaced, or the capacity has become less.
    pub(crate) fn len(&self) -> Option<usize> {
        // ORDERING[buffer.ask]: SeqCst; pairs with itself and [choice.ask]. What this thread has brought or taken goes before what
        // it finds: of two who do that, each at one end, and then ask, one sees what the other did.
        fence(Ordering::SeqCst);
        let (len, is_so) = self.count();
        is_so.then_some(len)
    }

    /// The same; or else no more than there were, or one more where the oldest is being replaced.
    pub(crate) fn len_about(&self) -> usize {
        self.count().0
    }

    /// How many items are there, and whether that is so.
    fn count(&self) -> (usize, bool) {
        // ORDERING[buffer.see_tail]: Acquire; the HEAD read after it may be further than this.
        let tail = || self.tail.published.position.load(Ordering::Acquire) & !CLOSED;
        // ORDERING[buffer.see_head]: Acquire; as above.
        let head = || self.front_end_from_outside().load(Ordering::Acquire);
        let mut at = tail();
        for _ in 0..LOOKS {
            // ORDERING[buffer.see_limit]: Acquire, after TAIL; pairs with [buffer.allowed]. Of a replacement that has published TAIL alone
            // it is what was allowed then; or else more, and HEAD is published.
            let allowed = self.tail.allowed.load(Ordering::Acquire);
            let len = at.wrapping_sub(head());
            let now = tail();
            if now == at {
                return (len / STEP, len <= allowed);
            }
            at = now;
        }
        let len = at.wrapping_sub(head());
        (if len > MOST * STEP { 0 } else { len / STEP }, false)
    }

    /// How many items there is room for; a guess.
    pub(crate) fn places(&self) -> usize {
        // ORDERING[hint]: Relaxed; a guess.
        (self.tail.allowed.load(Ordering::Relaxed) / STEP).saturating_sub(self.len_about())
    }
}
