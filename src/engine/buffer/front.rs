//! The front end of a buffer: how items get out.

use super::gathering::Gathering;
use super::published::{STEP, is_noteworthy};
use super::{Buffer, CLOSED, Head, MANY, START};
use crate::error::TryRecvError;
use crate::prim::Ordering;

impl<T> Head<T> {
    /// How many items were ever taken, wrapping.
    pub(crate) fn taken(&self) -> usize {
        self.at.wrapping_sub(START) / STEP
    }
}

impl<T> Buffer<T> {
    /// Takes an item out, to an empty place, and publishes its own, leaving `spare` items to others.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn pop(&self, head: &mut Head<T>, spare: usize, item: &mut Option<T>) -> Result<(), TryRecvError> {
        self.take(head, spare, item)?;
        self.publish_head(head, 1);
        Ok(())
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn take(&self, head: &mut Head<T>, spare: usize, item: &mut Option<T>) -> Result<(), TryRecvError> {
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
    pub(super) fn see_tail(&self) -> usize {
        // ORDERING[buffer.see_tail]: Acquire; pairs with [buffer.tail]. The item, or the close and all before it.
        self.tail.published.position.load(Ordering::Acquire)
    }

    #[inline]
    pub(super) fn publish_head(&self, head: &mut Head<T>, items: usize) {
        // ORDERING[buffer.head]: Release; pairs with [buffer.see_head]. The slot is empty before its position says so.
        self.front_end(&head.cursor).store(head.at, Ordering::Release);
        if is_noteworthy(head.at, items) {
            self.head.published.note_passage_and_cpu();
        }
    }
}
