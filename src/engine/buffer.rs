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

use crate::error::TryRecvError;
use crate::prim::{AtomicUsize, MODEL, Ordering, Pad, fence};

use super::Passage;
use super::gathering::Gathering;
use super::published::{NOTE_EVERY, Published, STEP, is_noteworthy};
use super::storage::{Blocks, Cursor, Nook};

const CLOSED: usize = 1;

/// Where positions start: a little before they overflow, so that every test of some length crosses the seam.
const START: usize = 0usize.wrapping_sub(if MODEL { 2 * STEP } else { 1024 * STEP });

/// The most items that positions can tell apart.
const MOST: usize = usize::MAX / (2 * STEP);

/// As soon as a door learns of so many items or places at once, it asks for their lines: one by one each would be waited for.
const MANY: usize = 48;

/// How often a length is counted once more, because an item has come meanwhile.
const LOOKS: usize = if MODEL { 1 } else { 3 };

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

/// Why there is no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    Full,
    Closed,
}

/// Room for one item, seen under the back door and kept by standing there.
#[derive(Debug)]
pub(crate) struct Room<'a, T> {
    buffer: &'a Buffer<T>,
    tail: &'a mut Tail<T>,
    passer: Passer,
}

/// Who brings an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Passer {
    /// Whoever stands in the door.
    Oneself,
    /// A sender in line, whose item a receiver moves in: of the receiver no word is left.
    Another,
}

impl<T> Room<'_, T> {
    /// Puts the item in, if there is one, and publishes it.
    #[inline]
    pub(crate) fn fill(self, item: &mut Option<T>) {
        self.buffer.lay(self.tail, item);
        self.buffer.publish_by(self.passer, self.tail, 1);
    }
}

impl<T> Tail<T> {
    /// Room for so many items, in steps, besides as many places.
    #[inline]
    fn allowed_besides(&self, places: usize) -> usize {
        if places == 0 { self.allowed } else { self.allowed_less(places) }
    }

    #[cold]
    fn allowed_less(&self, places: usize) -> usize {
        self.allowed.saturating_sub(places.saturating_mul(STEP))
    }

    /// How many more items so much room holds, by what is known of the other end.
    fn room_in(&self, allowed: usize) -> usize {
        allowed.saturating_sub(self.at.wrapping_sub(self.seen_head)) / STEP
    }

    /// Asks for the lines that it will write where three quarters of what is `allowed` are free: a sender that is served more often
    /// becomes as fast as the receiver, and then both look often.
    #[inline]
    fn will_write(&self, allowed: usize, room: usize) {
        if room >= MANY && room >= allowed / STEP / 4 * 3 {
            self.cursor.will_write(self.at / STEP, room);
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    /// How many places are reserved.
    pub(crate) fn reserved(&self) -> usize {
        self.reserved / STEP
    }

    /// How many items are between the two ends.
    pub(crate) fn ahead_of(&self, head: &Head<T>) -> usize {
        self.at.wrapping_sub(head.at) / STEP
    }

    /// How many items were ever brought, wrapping.
    pub(crate) fn brought(&self) -> usize {
        self.at.wrapping_sub(START) / STEP
    }
}

impl<T> Head<T> {
    /// How many items were ever taken, wrapping.
    pub(crate) fn taken(&self) -> usize {
        self.at.wrapping_sub(START) / STEP
    }
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

    /// The same for those who stand elsewhere.
    #[inline]
    fn front_end_from_outside(&self) -> &AtomicUsize {
        if self.head.published.is_elsewhere() { &self.tail.near } else { &self.head.published.position }
    }

    /// Room for `need` items, leaving `spare` places to others.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn room<'a>(&'a self, tail: &'a mut Tail<T>, spare: usize, need: usize) -> Result<Room<'a, T>, Refusal> {
        self.room_for(Passer::Oneself, tail, spare, need)
    }

    /// As [`room`](Self::room), for somebody in line.
    pub(crate) fn room_for_another<'a>(
        &'a self,
        tail: &'a mut Tail<T>,
        spare: usize,
        need: usize,
    ) -> Result<Room<'a, T>, Refusal> {
        self.room_for(Passer::Another, tail, spare, need)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn room_for<'a>(
        &'a self,
        passer: Passer,
        tail: &'a mut Tail<T>,
        spare: usize,
        need: usize,
    ) -> Result<Room<'a, T>, Refusal> {
        let allowed = tail.allowed_besides(spare.saturating_add(need - 1));
        if tail.at.wrapping_sub(tail.seen_head) >= allowed {
            let mut room = self.look_for_room(tail, allowed, spare, need)?;
            if passer == Passer::Oneself {
                self.tail.published.note_passage();
                if tail.gathering.is_due(room) {
                    tail.seen_head = self.let_room_gather(&mut tail.gathering, tail.seen_head, room);
                    room = tail.room_in(allowed);
                }
            }
            tail.will_write(allowed, room);
        }
        Ok(Room { buffer: self, tail, passer })
    }

    /// Looks for room once more, a moment later: how far the front door is then.
    ///
    /// It is lent no more of the end than that: an address of the whole would stay in a register that each send saves first.
    #[cold]
    #[inline(never)]
    fn let_room_gather(&self, gathering: &mut Gathering, seen_head: usize, room: usize) -> usize {
        if !gathering.wait(self.capacity(), self.last_receiver().who) {
            gathering.rest();
            return seen_head;
        }
        let head = self.see_head(self.front_end_from_outside());
        gathering.learn(room, room + head.wrapping_sub(seen_head) / STEP);
        head
    }

    /// Looks how far the front door is.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn see_head(&self, front_end: &AtomicUsize) -> usize {
        // ORDERING[buffer.see_head]: Acquire; pairs with [buffer.head]. The slot may be written again.
        front_end.load(Ordering::Acquire)
    }

    /// How much room there is after all, by what the other end has come to; none for one who is let in alone.
    #[inline]
    fn look_for_room(&self, tail: &mut Tail<T>, allowed: usize, spare: usize, need: usize) -> Result<usize, Refusal> {
        if tail.closed {
            return Err(Refusal::Closed);
        }
        self.tail.published.will_publish();
        tail.seen_head = self.see_head(self.front_end(&tail.cursor));
        // Who asked for more than the capacity has become since is let in alone.
        let is_alone = need > 1 && spare == 0 && tail.at == tail.seen_head && tail.reserved == 0;
        let there = tail.at.wrapping_sub(tail.seen_head);
        if there >= allowed && !is_alone {
            tail.gathering.found_nothing();
            return Err(Refusal::Full);
        }
        Ok(allowed.saturating_sub(there) / STEP)
    }

    /// How many of `wanted` items there is room for, leaving to others `spare` places by the first of them, and by the next so
    /// many as come second.
    pub(crate) fn rooms(&self, tail: &mut Tail<T>, spare: (usize, usize), wanted: usize) -> Result<usize, Refusal> {
        self.room(tail, spare.0, 1)?;
        let allowed = tail.allowed_besides(spare.1);
        if tail.room_in(allowed) < wanted {
            // ORDERING[buffer.see_head]: Acquire; pairs with [buffer.head]. As above.
            tail.seen_head = self.front_end(&tail.cursor).load(Ordering::Acquire);
        }
        Ok(wanted.min(tail.room_in(allowed).max(1)))
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
        Room { buffer: self, tail, passer: Passer::Oneself }.fill(item);
        self.publish_head(head, 1);
        Ok(())
    }

    /// Lays the item, if there is one, for which there is room, behind the last.
    #[inline]
    pub(crate) fn lay(&self, tail: &mut Tail<T>, item: &mut Option<T>) {
        if item.is_none() {
            return;
        }
        let room = tail.allowed.saturating_sub(tail.at.wrapping_sub(tail.seen_head));
        tail.cursor.will_write_in_turn(tail.at / STEP, room / STEP);
        debug_assert!(
            Blocks::suffices(&tail.cursor, tail.at.wrapping_sub(tail.seen_head) / STEP + 1),
            "no slot is free"
        );
        // SAFETY: the tail is this buffer's only one and behind its door's lock; HEAD has passed the slot's last item.
        unsafe { self.head.blocks.put(&mut tail.cursor, &self.tail.nook, tail.at / STEP, item) };
        tail.at = tail.at.wrapping_add(STEP);
    }

    /// Lays items, for which there is room, behind the last.
    pub(crate) fn lay_many(&self, tail: &mut Tail<T>, items: impl ExactSizeIterator<Item = T>) {
        let count = items.len();
        // SAFETY: as in `lay`, for each of them.
        unsafe { self.head.blocks.put_many(&mut tail.cursor, &self.tail.nook, tail.at / STEP, items) };
        tail.at = tail.at.wrapping_add(count * STEP);
    }

    /// Shows the other end how far the back door is, whose passer it was who laid so many items.
    #[inline]
    pub(crate) fn publish(&self, tail: &mut Tail<T>, items: usize) {
        self.publish_by(Passer::Oneself, tail, items);
    }

    #[inline]
    fn publish_by(&self, passer: Passer, tail: &mut Tail<T>, items: usize) {
        // ORDERING[buffer.tail]: Release; pairs with [buffer.see_tail]. The item goes before its position.
        self.tail.published.position.store(tail.at, Ordering::Release);
        if is_noteworthy(tail.at, items) && passer == Passer::Oneself {
            self.tail.published.note_passage_and_cpu();
            tail.cursor.will_write_on(tail.at / STEP, NOTE_EVERY / STEP);
        }
    }

    /// Takes an item out, to an empty place, and publishes its own, leaving `spare` items to others.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn pop(&self, head: &mut Head<T>, spare: usize, item: &mut Option<T>) -> Result<(), TryRecvError> {
        self.take(head, spare, item)?;
        self.publish_head(head, 1);
        Ok(())
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn take(&self, head: &mut Head<T>, spare: usize, item: &mut Option<T>) -> Result<(), TryRecvError> {
        self.find(head, spare, 1)?;
        head.cursor.will_read_in_turn(head.at / STEP, self.seen(head));
        // SAFETY: the head is this buffer's only one and behind its door's lock; TAIL has passed the item.
        unsafe { self.head.blocks.take(&mut head.cursor, &self.tail.nook, head.at / STEP, item) };
        head.at = head.at.wrapping_add(STEP);
        Ok(())
    }

    /// Takes up to `most` items out and publishes their places at once, leaving to others `spare` items as it takes the first, and
    /// so many as come second as it takes the next.
    pub(crate) fn pop_many(
        &self,
        head: &mut Head<T>,
        spare: (usize, usize),
        items: &mut Vec<T>,
        most: usize,
    ) -> Result<usize, TryRecvError> {
        self.find(head, spare.0, most)?;
        if self.seen(head) < most {
            // ORDERING[buffer.see_tail]: Acquire; pairs with [buffer.tail]. The items.
            head.seen_tail = self.tail.published.position.load(Ordering::Acquire);
        }
        let closed = head.seen_tail & CLOSED != 0;
        let there = if closed { self.seen(head) } else { self.seen(head).saturating_sub(spare.1).max(1) };
        let there = most.min(there);
        // SAFETY: the head is this buffer's only one and behind its door's lock; TAIL has passed the items.
        unsafe { self.head.blocks.take_many(&mut head.cursor, &self.tail.nook, head.at / STEP, there, items) };
        head.at = head.at.wrapping_add(there * STEP);
        self.publish_head(head, there);
        Ok(there)
    }

    fn seen(&self, head: &Head<T>) -> usize {
        (head.seen_tail & !CLOSED).wrapping_sub(head.at) / STEP
    }

    /// Whether one of the `wanted` items is there, besides `spare` others.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn find(&self, head: &mut Head<T>, spare: usize, wanted: usize) -> Result<(), TryRecvError> {
        if (head.seen_tail & !CLOSED).wrapping_sub(head.at) <= spare * STEP {
            head.seen_tail = self.see_tail();
            self.head.published.note_passage();
            // A closed queue is drained by whoever comes: nobody waits there for what will be brought.
            let closed = head.seen_tail & CLOSED != 0;
            if (head.seen_tail & !CLOSED).wrapping_sub(head.at) <= if closed { 0 } else { spare * STEP } {
                head.gathering.found_nothing();
                return Err(if closed { TryRecvError::Closed } else { TryRecvError::Empty });
            }
            let mut items = self.seen(head);
            if wanted == 1 && head.gathering.is_due(items) {
                head.seen_tail = self.let_items_gather(&mut head.gathering, head.seen_tail, items);
                items = self.seen(head);
            }
            if items >= MANY {
                head.cursor.will_read(head.at / STEP, items);
            }
        }
        Ok(())
    }

    /// Looks for items once more, a moment later: how far the back door is then. As to what it is lent, as for room.
    #[cold]
    #[inline(never)]
    fn let_items_gather(&self, gathering: &mut Gathering, seen_tail: usize, items: usize) -> usize {
        // To a closed queue none can come.
        if seen_tail & CLOSED != 0 || !gathering.wait(self.capacity(), self.last_sender().who) {
            gathering.rest();
            return seen_tail;
        }
        let tail = self.see_tail();
        gathering.learn(items, items + (tail & !CLOSED).wrapping_sub(seen_tail) / STEP);
        tail
    }

    /// Looks how far the back door is.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn see_tail(&self) -> usize {
        // ORDERING[buffer.see_tail]: Acquire; pairs with [buffer.tail]. The item, or the close and all before it.
        self.tail.published.position.load(Ordering::Acquire)
    }

    #[inline]
    fn publish_head(&self, head: &mut Head<T>, items: usize) {
        // ORDERING[buffer.head]: Release; pairs with [buffer.see_head]. The slot is empty before its position says so.
        self.front_end(&head.cursor).store(head.at, Ordering::Release);
        if is_noteworthy(head.at, items) {
            self.head.published.note_passage_and_cpu();
        }
    }

    /// Sets room aside, which [`room`](Self::room) has found.
    pub(crate) fn reserve(&self, tail: &mut Tail<T>, places: usize) {
        tail.reserved += places * STEP;
        self.publish_allowed(tail);
    }

    /// Gives room back that was set aside. Before an item that takes it is published.
    pub(crate) fn unreserve(&self, tail: &mut Tail<T>, places: usize) {
        tail.reserved -= places * STEP;
        self.publish_allowed(tail);
    }

    fn publish_allowed(&self, tail: &mut Tail<T>) {
        let allowed = tail.limit.saturating_sub(tail.reserved);
        tail.allowed = if tail.closed { 0 } else { allowed };
        // ORDERING[buffer.allowed]: Release; pairs with [buffer.see_limit]. It goes before the TAIL of an item that takes a reserved
        // place, and before a visit to the front door by whoever makes room; but after all replacements that came before it.
        self.tail.allowed.store(allowed, Ordering::Release);
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

    pub(crate) fn capacity(&self) -> usize {
        // ORDERING[hint]: Relaxed; as above.
        self.tail.capacity.load(Ordering::Relaxed)
    }

    /// How many items one of that capacity can hold.
    pub(crate) fn limit_of(capacity: usize) -> usize {
        capacity.min(MOST)
    }

    /// Closes: no push follows. Whether it was open.
    pub(crate) fn close(&self, tail: &mut Tail<T>) -> bool {
        if tail.closed {
            return false;
        }
        tail.closed = true;
        tail.allowed = 0;
        // ORDERING[buffer.tail]: Release; pairs with [buffer.see_tail]. What precedes the close is seen with it.
        self.tail.published.position.store(tail.at | CLOSED, Ordering::Release);
        true
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

    /// Makes ready to be emptied by one who has it for himself.
    pub(crate) fn come_home(&self, head: &mut Head<T>) {
        head.cursor.come_home(&self.tail.nook);
    }

    /// Gives the memory back, every item having been popped.
    pub(crate) fn dismantle(&mut self, head: &Head<T>) {
        self.head.blocks.dismantle(&head.cursor, &self.tail.nook);
    }
}
