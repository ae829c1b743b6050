//! How far each door is: two published positions, and between them the items.
//!
//! | tag | operation | order | pairs with | what it carries |
//! |---|---|---|---|---|
//! | `buffer.tail` | the back door stores TAIL | Release | `buffer.see_tail` | the item, and the link to its block |
//! | `buffer.see_tail` | the front door, and who enlists, load TAIL | Acquire | `buffer.tail` | |
//! | `buffer.head` | the front door stores HEAD | Release | `buffer.see_head` | that the slot is empty again |
//! | `buffer.see_head` | the back door, and who enlists, load HEAD | Acquire | `buffer.head` | |
//!
//! A position counts in steps of two; the odd bit of TAIL says *closed*, in one word with the count of items, so that
//! nobody sees the close without the items before it. Positions wrap.

use std::marker::PhantomData;

use crate::error::TryRecvError;
use crate::prim::{AtomicUsize, Hint, MODEL, Ordering, Pad, Where};

use super::Passage;
use super::storage::Storage;

const STEP: usize = 2;
const CLOSED: usize = 1;

/// Where positions start: a little before they overflow, so that every test of some length crosses the seam.
const START: usize = 0usize.wrapping_sub(if MODEL { 2 * STEP } else { 1024 * STEP });

/// The most items that positions can tell apart.
const MOST: usize = usize::MAX / (2 * STEP);

/// A FIFO buffer with one end at each door.
#[derive(Debug)]
pub(crate) struct Buffer<S> {
    tail: Pad<Published>,
    head: Pad<Published>,
    /// Room for so many items, in steps.
    limit: usize,
    storage: S,
}

/// What one door lets the other end see.
#[derive(Debug)]
struct Published {
    position: AtomicUsize,
    /// Who passed this door last.
    passed: Hint,
}

/// After how many passages a door notes the passer's CPU: often enough to be true, seldom enough to cost nothing.
const NOTE_EVERY: usize = 64 * STEP;

impl Published {
    /// Leaves word who passed.
    #[inline]
    fn note_passage(&self, at: usize) {
        let here = Where::here();
        // Nearly always it is the same as before, and a store saved is one less to wait for at the next locked operation.
        if Where::left_at(&self.passed) != here {
            here.leave_at(&self.passed);
        }
        if at % NOTE_EVERY == 0 {
            here.note_cpu();
        }
    }

    fn passage(&self) -> Passage {
        // ORDERING[hint]: Relaxed; told apart from other passages by its position, whose high bits do not matter.
        let number = self.position.load(Ordering::Relaxed) as u32;
        Passage { who: Where::left_at(&self.passed), number }
    }
}

/// What the back door knows: one for each buffer, in that door's lock.
#[derive(Debug)]
pub(crate) struct Tail<C> {
    at: usize,
    seen_head: usize,
    closed: bool,
    cursor: C,
}

/// What the front door knows: one for each buffer, in that door's lock.
#[derive(Debug)]
pub(crate) struct Head<C> {
    at: usize,
    seen_tail: usize,
    cursor: C,
}

/// Why there is no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    Full,
    Closed,
}

/// Room for one item, seen under the back door and kept by standing there.
#[derive(Debug)]
pub(crate) struct Room<'a, T, S: Storage<T>> {
    buffer: &'a Buffer<S>,
    tail: &'a mut Tail<S::Back>,
    item: PhantomData<fn(T)>,
}

impl<T, S: Storage<T>> Room<'_, T, S> {
    /// Puts the item in, if there is one, and publishes it.
    #[inline]
    pub(crate) fn fill(self, item: &mut Option<T>) {
        let Some(item) = item.take() else { return };
        let Self { buffer, tail, .. } = self;
        // SAFETY: the tail is this buffer's only one and behind its door's lock; HEAD has passed the slot's last item.
        unsafe { buffer.storage.put(&mut tail.cursor, tail.at / STEP, item) };
        tail.at = tail.at.wrapping_add(STEP);
        // ORDERING[buffer.tail]: Release; pairs with [buffer.see_tail]. The item goes before its position.
        buffer.tail.position.store(tail.at, Ordering::Release);
        buffer.tail.note_passage(tail.at);
    }
}

impl<C> Tail<C> {
    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }
}

impl<S> Buffer<S> {
    /// A buffer, and its two ends. Each end must stay with its buffer: the doors see to that.
    pub(crate) fn new<T>(storage: S, limit: usize) -> (Self, Tail<S::Back>, Head<S::Front>)
    where
        S: Storage<T>,
    {
        let published = || Pad::new(Published { position: AtomicUsize::new(START), passed: Hint::new(0) });
        let buffer = Self { tail: published(), head: published(), limit: limit.min(MOST) * STEP, storage };
        let tail = Tail { at: START, seen_head: START, closed: false, cursor: S::Back::default() };
        let head = Head { at: START, seen_tail: START, cursor: S::Front::default() };
        (buffer, tail, head)
    }

    /// Room for one item, leaving `spare` places to others.
    #[inline]
    pub(crate) fn room<'a, T>(&'a self, tail: &'a mut Tail<S::Back>, spare: usize) -> Result<Room<'a, T, S>, Refusal>
    where
        S: Storage<T>,
    {
        if tail.closed {
            return Err(Refusal::Closed);
        }
        let limit = self.limit.saturating_sub(spare * STEP);
        if tail.at.wrapping_sub(tail.seen_head) >= limit {
            // ORDERING[buffer.see_head]: Acquire; pairs with [buffer.head]. The slot may be written again.
            tail.seen_head = self.head.position.load(Ordering::Acquire);
            if tail.at.wrapping_sub(tail.seen_head) >= limit {
                return Err(Refusal::Full);
            }
        }
        Ok(Room { buffer: self, tail, item: PhantomData })
    }

    /// Takes an item out and publishes its place, leaving `spare` items to others.
    #[inline]
    pub(crate) fn pop<T>(&self, head: &mut Head<S::Front>, spare: usize) -> Result<T, TryRecvError>
    where
        S: Storage<T>,
    {
        if (head.seen_tail & !CLOSED).wrapping_sub(head.at) <= spare * STEP {
            // ORDERING[buffer.see_tail]: Acquire; pairs with [buffer.tail]. The item, or the close and all before it.
            head.seen_tail = self.tail.position.load(Ordering::Acquire);
            // A closed queue is drained by whoever comes: nobody waits there for what will be brought.
            let closed = head.seen_tail & CLOSED != 0;
            if (head.seen_tail & !CLOSED).wrapping_sub(head.at) <= if closed { 0 } else { spare * STEP } {
                return Err(if closed { TryRecvError::Closed } else { TryRecvError::Empty });
            }
        }
        // SAFETY: the head is this buffer's only one and behind its door's lock; TAIL has passed the item.
        let item = unsafe { self.storage.take(&mut head.cursor, head.at / STEP) };
        head.at = head.at.wrapping_add(STEP);
        // ORDERING[buffer.head]: Release; pairs with [buffer.see_head]. The slot is empty before its position says so.
        self.head.position.store(head.at, Ordering::Release);
        self.head.note_passage(head.at);
        Ok(item)
    }

    /// Closes: no push follows. Whether it was open.
    pub(crate) fn close<C>(&self, tail: &mut Tail<C>) -> bool {
        if tail.closed {
            return false;
        }
        tail.closed = true;
        // ORDERING[buffer.tail]: Release; pairs with [buffer.see_tail]. What precedes the close is seen with it.
        self.tail.position.store(tail.at | CLOSED, Ordering::Release);
        true
    }

    /// Under the back door, where nothing is brought meanwhile: whether a receiver that leaves `spare` items to others
    /// has to wait.
    ///
    /// Nobody waits for items in a closed buffer.
    pub(crate) fn is_dry<C>(&self, tail: &Tail<C>, spare: usize) -> bool {
        // ORDERING[buffer.see_head]: Acquire; pairs with [buffer.head]. An old HEAD only sends us to look again.
        let head = self.head.position.load(Ordering::Acquire);
        !tail.closed && tail.at.wrapping_sub(head) <= spare * STEP
    }

    /// Under the front door, where nothing is taken meanwhile: whether a sender that leaves `spare` places to others has to
    /// wait.
    ///
    /// Nobody waits for room in a closed buffer.
    pub(crate) fn is_full<C>(&self, head: &Head<C>, spare: usize) -> bool {
        // ORDERING[buffer.see_tail]: Acquire; pairs with [buffer.tail]. An old TAIL only sends us to look again.
        let tail = self.tail.position.load(Ordering::Acquire);
        tail & CLOSED == 0 && tail.wrapping_sub(head.at) >= self.limit.saturating_sub(spare * STEP)
    }

    /// From anywhere: whether a receiver that finds nothing should try again.
    #[inline]
    pub(crate) fn beckons_receivers(&self) -> bool {
        // ORDERING[hint]: Relaxed; whoever is beckoned opens a door and looks there.
        self.tail.position.load(Ordering::Relaxed) != self.head.position.load(Ordering::Relaxed)
    }

    /// From anywhere: whether a sender that finds no room should try again.
    ///
    /// Better a little later than for a single place: whoever takes from a full queue has enough before it, and a sender
    /// that comes for each place takes the published positions away from it each time.
    #[inline]
    pub(crate) fn beckons_senders(&self) -> bool {
        // ORDERING[hint]: Relaxed; as above.
        let tail = self.tail.position.load(Ordering::Relaxed);
        let head = self.head.position.load(Ordering::Relaxed);
        let enough = (self.limit / 4).clamp(STEP, 32 * STEP);
        tail & CLOSED != 0 || tail.wrapping_sub(head).saturating_add(enough) <= self.limit
    }

    /// Who brought the last item.
    pub(crate) fn last_sender(&self) -> Passage {
        self.tail.passage()
    }

    /// Who took the last item.
    pub(crate) fn last_receiver(&self) -> Passage {
        self.head.passage()
    }

    pub(crate) fn is_closed(&self) -> bool {
        // ORDERING[buffer.see_tail]: Acquire; pairs with [buffer.tail]. What precedes a close is visible to who sees it.
        self.tail.position.load(Ordering::Acquire) & CLOSED != 0
    }

    /// How many items are there; never less than none nor more than the limit, whatever happens meanwhile.
    pub(crate) fn len(&self) -> usize {
        // ORDERING[buffer.see_head]: Acquire; the TAIL read after it is at least as far.
        let head = self.head.position.load(Ordering::Acquire);
        // ORDERING[buffer.see_tail]: Acquire; as above.
        let tail = self.tail.position.load(Ordering::Acquire) & !CLOSED;
        tail.wrapping_sub(head).min(self.limit) / STEP
    }

    /// How many items there is room for; a guess.
    pub(crate) fn places(&self) -> usize {
        self.limit / STEP - self.len()
    }

    /// Gives the memory back, every item having been popped.
    pub(crate) fn dismantle<T>(&mut self, head: &mut Head<S::Front>)
    where
        S: Storage<T>,
    {
        self.storage.dismantle(std::mem::take(&mut head.cursor));
    }
}
