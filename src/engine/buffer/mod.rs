//! How far each door is: two published positions, and between them the items.
//!
//! | tag | operation | order | pairs with | what it carries |
//! |---|---|---|---|---|
//! | `buffer.tail` | the back door stores TAIL | Release | `buffer.see_tail` | the item, and the link to its block |
//! | `buffer.see_tail` | the front door, and who enlists, load TAIL | Acquire | `buffer.tail` | |
//! | `buffer.head` | the front door stores HEAD | Release | `buffer.see_head` | that the slot is empty again |
//! | `buffer.carry` | who stands in both doors stores HEAD where it has not been | Release | `buffer.see_head` | the same |
//! | `buffer.see_head` | the back door, who enlists and who asks from outside load HEAD | Acquire | `buffer.head` | |
//! | `buffer.allowed` | the back door stores ALLOWED before TAIL | Release | `buffer.see_allowed`, `buffer.see_limit` | all that was published before |
//! | `buffer.see_allowed` | who enlists for room loads ALLOWED after TAIL | Relaxed | `buffer.allowed` | |
//! | `buffer.see_limit` | who counts loads ALLOWED between TAIL and HEAD | Acquire | `buffer.allowed` | |
//! | `buffer.ask` | who counts stops before it does | SeqCst | itself, `choice.ask` | what he did before |
//!
//! A position counts in steps of two; the odd bit of TAIL says *closed*, in one word with the count of items, so that
//! nobody sees the close without the items before it. Positions wrap.
//!
//! How many items may be there is ALLOWED: the capacity less the room that is reserved. A permit that is sent gives back a
//! place and takes it for its item. In the order above, who has seen the item has seen the place too, and nobody sees a
//! full queue that never was.

#[allow(unsafe_code, reason = "it vouches for positions to the storage")]
mod back;
#[allow(unsafe_code, reason = "as the other end")]
mod front;
mod gathering;
mod outside;
mod published;

use super::Passage;
use super::storage::{Blocks, Cursor, Nook};
use crate::error::TryRecvError;
use crate::prim::{AtomicUsize, MODEL, Ordering, Pad};

pub(crate) use back::Refusal;
use gathering::Gathering;
use published::{Published, STEP};

const CLOSED: usize = 1;

/// Where positions start: a little before they overflow, so that every test of some length crosses the seam.
const START: usize = 0usize.wrapping_sub(if MODEL { 2 * STEP } else { 1024 * STEP });

/// The most items that positions can tell apart.
const MOST: usize = usize::MAX / (2 * STEP);

/// As soon as a door learns of so many items or places at once, it asks for their lines: one by one each would be waited for.
const MANY: usize = 48;

/// A FIFO buffer with one end at each door.
#[derive(Debug)]
pub(crate) struct Buffer<T> {
    tail: Pad<BackEnd>,
    head: Pad<FrontEnd<T>>,
}

/// What belongs to the back door, for those who stand elsewhere.
///
/// In that order, so that one line has all that goes to and fro with an item of a small queue: one that was made with few places
/// and has not grown. Elsewhere no stream of items waits for a line that both doors write.
#[derive(Debug)]
#[repr(C)]
struct BackEnd {
    published: Published,
    /// How far the front door of a small queue is.
    near: AtomicUsize,
    /// Where a few small items lie.
    nook: Nook,
    /// Room for so many items, in steps.
    allowed: AtomicUsize,
    /// The capacity.
    capacity: AtomicUsize,
}

/// What belongs to the front door, for those who stand elsewhere.
#[derive(Debug)]
struct FrontEnd<T> {
    /// Of a small queue only who passed.
    published: Published,
    /// Here, because it is the front door that gives blocks away.
    blocks: Blocks<T>,
}

/// What the back door knows: one for each buffer, in that door's lock.
#[derive(Debug)]
pub(crate) struct Tail<T> {
    at: usize,
    seen_head: usize,
    gathering: Gathering,
    /// Room for so many items, in steps: `limit` less `reserved`, and none when closed.
    allowed: usize,
    closed: bool,
    limit: usize,
    reserved: usize,
    cursor: Cursor<T>,
}

/// What the front door knows: one for each buffer, in that door's lock.
#[derive(Debug)]
pub(crate) struct Head<T> {
    at: usize,
    seen_tail: usize,
    gathering: Gathering,
    cursor: Cursor<T>,
}

impl<T> Buffer<T> {
    /// A buffer, and its two ends. Each end must stay with its buffer: the doors see to that.
    pub(crate) fn new(capacity: usize) -> (Self, Tail<T>, Head<T>) {
        let limit = Self::limit_of(capacity) * STEP;
        let (blocks, back, front) = Blocks::new(START / STEP, capacity);
        let buffer = Self {
            tail: Pad::new(BackEnd {
                published: Published::at(START),
                near: AtomicUsize::new(START),
                nook: Nook::new(),
                allowed: AtomicUsize::new(limit),
                capacity: AtomicUsize::new(capacity),
            }),
            head: Pad::new(FrontEnd {
                published: if back.is_in_small_ring() { Published::elsewhere() } else { Published::at(START) },
                blocks,
            }),
        };
        let tail = Tail {
            at: START,
            seen_head: START,
            gathering: Gathering::of(capacity),
            allowed: limit,
            closed: false,
            limit,
            reserved: 0,
            cursor: back,
        };
        let head = Head { at: START, seen_tail: START, gathering: Gathering::of(capacity), cursor: front };
        (buffer, tail, head)
    }

    /// Where HEAD is published, for whoever has a door and its cursor in hand.
    #[inline]
    fn front_end(&self, cursor: &Cursor<T>) -> &AtomicUsize {
        if cursor.is_in_small_ring() { &self.tail.near } else { &self.head.published.position }
    }

    /// With both doors open: takes the oldest item out and lays a newer behind the last.
    ///
    /// TAIL goes before HEAD, so that nobody sees an empty queue that never was.
    pub(crate) fn replace(
        &self,
        tail: &mut Tail<T>,
        head: &mut Head<T>,
        item: &mut Option<T>,
        oldest: &mut Option<T>,
    ) -> Result<(), TryRecvError> {
        self.take(head, 0, oldest)?;
        tail.seen_head = head.at;
        self.lay(tail, item);
        self.publish(tail, 1);
        self.publish_head(head, 1);
        Ok(())
    }

    /// Whether the storage must be made to grow for that capacity, for which both doors must be open.
    pub(crate) fn must_grow(&self, tail: &Tail<T>, capacity: usize) -> bool {
        !Blocks::suffices(&tail.cursor, capacity)
    }

    /// Makes the storage grow with its items, for that capacity: a queue that was small is so no longer.
    pub(crate) fn grow(&self, capacity: usize, tail: &mut Tail<T>, head: &mut Head<T>) {
        head.gathering = Gathering::of(capacity);
        if head.cursor.is_in_small_ring() {
            self.head.published.continue_at(head.at);
        }
        self.head.blocks.open_ring(&mut tail.cursor, &mut head.cursor, &self.tail.nook, tail.at / STEP);
    }

    /// Changes how many items may be there.
    pub(crate) fn set_capacity(&self, tail: &mut Tail<T>, capacity: usize) {
        tail.limit = Self::limit_of(capacity) * STEP;
        tail.gathering = Gathering::of(capacity);
        self.publish_allowed(tail);
        // ORDERING[hint]: Relaxed; whoever waits is visited after it.
        self.tail.capacity.store(capacity, Ordering::Relaxed);
    }

    /// How many items one of that capacity can hold.
    pub(crate) fn limit_of(capacity: usize) -> usize {
        capacity.min(MOST)
    }

    /// Under the back door, where nothing is brought meanwhile: whether a receiver that leaves `spare` items to others
    /// has to wait.
    ///
    /// Nobody waits for items in a closed buffer.
    pub(crate) fn is_dry(&self, tail: &Tail<T>, spare: usize) -> bool {
        // ORDERING[buffer.see_head]: Acquire; pairs with [buffer.head]. An old HEAD only sends us to look again.
        let head = self.front_end(&tail.cursor).load(Ordering::Acquire);
        !tail.closed && tail.at.wrapping_sub(head) <= spare * STEP
    }

    /// Under the front door, where nothing is taken meanwhile: whether a sender that needs so many places, and leaves
    /// `spare` places to others, has to wait.
    ///
    /// Nobody waits for room in a closed buffer.
    pub(crate) fn is_full(&self, head: &Head<T>, spare: usize, need: usize) -> bool {
        // ORDERING[buffer.see_tail]: Acquire; pairs with [buffer.tail]. An old TAIL only sends us to look again.
        let tail = self.tail.published.position.load(Ordering::Acquire);
        // ORDERING[buffer.see_allowed]: Relaxed, after TAIL; pairs with [buffer.allowed].
        let allowed = self.tail.allowed.load(Ordering::Relaxed);
        let is_unreserved = allowed == Self::limit_of(self.capacity()) * STEP;
        let is_alone = need > 1 && spare == 0 && tail == head.at && is_unreserved;
        let suffices = allowed.saturating_sub(spare.saturating_add(need - 1).saturating_mul(STEP));
        tail & CLOSED == 0 && tail.wrapping_sub(head.at) >= suffices && !is_alone
    }

    /// Under the front door: whether everything that was brought has been taken.
    pub(crate) fn is_drained(&self, head: &Head<T>) -> bool {
        // ORDERING[buffer.see_tail]: Acquire; pairs with [buffer.tail]. What was sent before is seen; what comes later is later.
        self.tail.published.position.load(Ordering::Acquire) & !CLOSED == head.at
    }

    /// Makes ready to be emptied by one who has it for himself.
    pub(crate) fn come_home(&self, head: &mut Head<T>) {
        head.cursor.come_home(&self.tail.nook);
    }

    /// Gives the memory back, every item having been popped.
    pub(crate) fn dismantle(&mut self, head: &Head<T>) {
        self.head.blocks.dismantle(&head.cursor, &self.tail.nook);
    }
}
