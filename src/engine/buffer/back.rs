//! The back end of a buffer: how items get in.

use super::gathering::Gathering;
use super::published::{NOTE_EVERY, STEP, is_noteworthy};
use super::{Blocks, Buffer, CLOSED, Head, MANY, START, Tail};
use crate::prim::{AtomicUsize, Ordering};

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

impl<T> Buffer<T> {
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

    pub(super) fn publish_allowed(&self, tail: &mut Tail<T>) {
        let allowed = tail.limit.saturating_sub(tail.reserved);
        tail.allowed = if tail.closed { 0 } else { allowed };
        // ORDERING[buffer.allowed]: Release; pairs with [buffer.see_limit]. It goes before the TAIL of an item that takes a reserved
        // place, and before a visit to the front door by whoever makes room; but after all replacements that came before it.
        self.tail.allowed.store(allowed, Ordering::Release);
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
}
