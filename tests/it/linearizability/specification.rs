//! What a queue that keeps items promises.

use super::checker::Machine;
use super::deeds::{Deed, Entry, Label, Received, Sent};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Fifo,
    Lifo,
    Priority,
    /// Of each rank only the latest, where the first stood.
    Latest,
}

/// A queue with a buffer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Buffered {
    pub(super) order: Order,
    pub(super) capacity: Option<usize>,
    /// How many sending handles there are at first.
    pub(super) senders: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct State {
    /// In the order of their arrival.
    items: Vec<Label>,
    reserved: usize,
    capacity: Option<usize>,
    senders: usize,
    closed: bool,
    sent: u64,
    received: u64,
}

impl State {
    fn has_room(&self) -> bool {
        self.capacity.is_none_or(|capacity| self.items.len() + self.reserved < capacity)
    }

    /// Where the item lies whose place that one would take.
    fn older(&self, order: Order, item: Label) -> Option<usize> {
        self.items.iter().position(|older| order == Order::Latest && older.0 == item.0)
    }

    /// Whether there is room for an item, or it needs none.
    fn takes(&self, order: Order, item: Label) -> bool {
        self.has_room() || self.older(order, item).is_some()
    }

    fn push(&mut self, order: Order, item: Label) {
        match self.older(order, item) {
            Some(older) => {
                self.items[older] = item;
                self.received += 1;
            }
            None => self.items.push(item),
        }
        self.sent += 1;
    }

    fn pop(&mut self, order: Order) -> Option<Label> {
        let last = self.items.len().checked_sub(1)?;
        let next = match order {
            Order::Fifo | Order::Latest => 0,
            Order::Lifo => last,
            Order::Priority => (0..=last).rev().max_by_key(|&nth| self.items[nth].0)?,
        };
        self.received += 1;
        Some(self.items.remove(next))
    }

    /// What goes when one more has to come in.
    fn evict(&mut self, order: Order, newcomer: Label) -> Option<Label> {
        let last = self.items.len().checked_sub(1)?;
        let least = match order {
            Order::Fifo | Order::Lifo | Order::Latest => 0,
            Order::Priority => (0..=last).rev().min_by_key(|&nth| self.items[nth].0)?,
        };
        if order == Order::Priority && newcomer.0 <= self.items[least].0 {
            return Some(newcomer);
        }
        self.received += 1;
        let evicted = self.items.remove(least);
        self.push(order, newcomer);
        Some(evicted)
    }
}

impl Machine for Buffered {
    type State = State;

    fn initial(&self) -> State {
        let Self { capacity, senders, .. } = *self;
        State { items: Vec::new(), reserved: 0, capacity, senders, closed: false, sent: 0, received: 0 }
    }

    fn after(&self, state: &State, entry: &Entry) -> Vec<State> {
        let mut next = state.clone();
        let is_open = !state.closed;
        let can_be = match &entry.deed {
            Deed::Send(item, Sent::Ok) => {
                next.push(self.order, *item);
                is_open && state.takes(self.order, *item)
            }
            Deed::Reserve(Sent::Ok) => {
                next.reserved += 1;
                is_open && state.has_room()
            }
            Deed::Send(item, Sent::Full) => is_open && !state.takes(self.order, *item),
            Deed::Reserve(Sent::Full) => is_open && !state.has_room(),
            Deed::Send(_, Sent::Closed) | Deed::Reserve(Sent::Closed) => state.closed,
            Deed::ForceSend(item, None) => {
                next.push(self.order, *item);
                is_open && state.takes(self.order, *item)
            }
            Deed::ForceSend(item, evicted) => {
                is_open && !state.takes(self.order, *item) && next.evict(self.order, *item) == *evicted
            }
            Deed::Recv(Received::Item(item)) => next.pop(self.order) == Some(*item),
            Deed::Recv(Received::Empty) => is_open && state.items.is_empty(),
            Deed::Recv(Received::Closed) => state.closed && state.items.is_empty(),
            Deed::RecvMany(items) => !items.is_empty() && items.iter().all(|&item| next.pop(self.order) == Some(item)),
            Deed::Drain(items) => {
                items.is_empty() == state.items.is_empty()
                    && items.iter().all(|&item| next.pop(self.order) == Some(item))
            }
            Deed::TakeRest(items) => {
                items.iter().all(|&item| next.pop(self.order) == Some(item)) && next.items.is_empty()
            }
            Deed::Redeem(item, sent) => {
                next.reserved = next.reserved.saturating_sub(1);
                if is_open {
                    next.push(self.order, *item);
                }
                state.reserved > 0 && *sent == if is_open { Sent::Ok } else { Sent::Closed }
            }
            Deed::GiveBack => {
                next.reserved = next.reserved.saturating_sub(1);
                state.reserved > 0
            }
            Deed::SetCapacity(capacity) => {
                next.capacity = Some(*capacity);
                state.capacity.is_some()
            }
            Deed::Close(was_open) => {
                next.closed = true;
                *was_open == is_open
            }
            Deed::Shut => {
                next.closed = true;
                true
            }
            Deed::DropSender => {
                next.senders = next.senders.saturating_sub(1);
                next.closed |= next.senders == 0;
                state.senders > 0
            }
            Deed::Stats { len, sent, received, closed, offers } => {
                let now = (state.items.len(), state.sent, state.received, state.closed);
                offers.is_none() && (*len, *sent, *received, *closed) == now
            }
            Deed::Offer(..) | Deed::OfferEnded(..) | Deed::Enter(_) | Deed::Gone => {
                unreachable!("one moment is enough for a call to a buffered queue")
            }
        };
        if can_be { vec![next] } else { Vec::new() }
    }
}

mod tests {
    use super::super::checker::explain;
    use super::super::deeds::{Deed, Entry, Label, Received, Sent};
    use super::{Buffered, Order};

    const A: Label = (1, 1);
    const B: Label = (2, 2);
    const C: Label = (1, 3);

    fn queue(order: Order, capacity: usize) -> Buffered {
        Buffered { order, capacity: Some(capacity), senders: 2 }
    }

    /// Deeds with the moments of their beginning and end.
    fn is_possible(machine: Buffered, deeds: impl IntoIterator<Item = (Deed, usize, usize)>) -> bool {
        let entry = |(deed, begun, ended)| Entry { party: 0, deed, begun, ended, continues: false };
        let history: Vec<_> = deeds.into_iter().map(entry).collect();
        explain(&machine, &history).is_some()
    }

    /// One after the other.
    fn is_possible_in_turn(machine: Buffered, deeds: impl IntoIterator<Item = Deed>) -> bool {
        is_possible(machine, deeds.into_iter().enumerate().map(|(nth, deed)| (deed, 2 * nth, 2 * nth + 1)))
    }

    fn send(item: Label) -> Deed {
        Deed::Send(item, Sent::Ok)
    }

    fn recv(item: Label) -> Deed {
        Deed::Recv(Received::Item(item))
    }

    #[test]
    fn each_order_is_told_from_the_others() {
        let orders = [(Order::Fifo, [A, B, C]), (Order::Lifo, [C, B, A]), (Order::Priority, [B, A, C])];
        for (of, _) in orders {
            for (order, [first, second, third]) in orders {
                let deeds = [send(A), send(B), send(C), recv(first), recv(second), recv(third)];
                assert_eq!(is_possible_in_turn(queue(of, 3), deeds), of == order);
            }
        }
    }

    #[test]
    fn the_latest_takes_the_place_of_the_older() {
        let latest = queue(Order::Latest, 2);
        let stats = |len, sent, received| Deed::Stats { len, sent, received, closed: false, offers: None };
        assert!(is_possible_in_turn(latest, [send(A), send(B), send(C), stats(2, 3, 1), recv(C), recv(B)]));
        assert!(!is_possible_in_turn(latest, [send(A), send(B), send(C), recv(A)]));
        assert!(!is_possible_in_turn(latest, [send(A), send(B), send(C), recv(B)]));
        assert!(!is_possible_in_turn(latest, [send(A), send(B), Deed::Send(C, Sent::Full)]));
        assert!(is_possible_in_turn(latest, [send(A), send(B), Deed::Send((3, 4), Sent::Full)]));
        assert!(!is_possible_in_turn(latest, [send(A), send(B), send((3, 4))]));
    }

    #[test]
    fn sends_at_one_time_may_come_in_any_order() {
        for (first, second) in [(A, B), (B, A)] {
            let deeds = [(send(A), 0, 9), (send(B), 1, 8), (recv(first), 10, 11), (recv(second), 12, 13)];
            assert!(is_possible(queue(Order::Fifo, 2), deeds));
        }
        let reordered = [(send(A), 0, 1), (send(B), 2, 3), (recv(B), 4, 9), (recv(A), 10, 11)];
        assert!(!is_possible(queue(Order::Fifo, 2), reordered));
    }

    #[test]
    fn nothing_is_lost_and_nothing_comes_twice() {
        let fifo = queue(Order::Fifo, 2);
        assert!(!is_possible_in_turn(fifo, [send(A), send(B), recv(B)]));
        assert!(!is_possible_in_turn(fifo, [send(A), recv(A), recv(A)]));
        assert!(!is_possible(fifo, [(send(A), 0, 9), (recv(A), 1, 8), (recv(A), 2, 7)]));
        assert!(!is_possible_in_turn(fifo, [recv(A), send(A)]));
        assert!(!is_possible_in_turn(fifo, [Deed::Send(A, Sent::Full), recv(A)]));
        assert!(!is_possible_in_turn(fifo, [send(A), Deed::Close(true), Deed::TakeRest(vec![])]));
    }

    #[test]
    fn empty_is_not_said_while_an_item_is_there_all_the_time() {
        let empty = Deed::Recv(Received::Empty);
        let fifo = queue(Order::Fifo, 2);
        assert!(is_possible(fifo, [(send(A), 0, 9), (empty.clone(), 1, 8)]));
        assert!(is_possible(fifo, [(send(A), 0, 1), (empty.clone(), 2, 9), (recv(A), 3, 8)]));
        assert!(!is_possible(fifo, [(send(A), 0, 1), (empty.clone(), 2, 9)]));
        assert!(!is_possible(fifo, [(send(A), 0, 1), (empty.clone(), 2, 3), (recv(A), 4, 5)]));
        // One item goes and another comes, but never at once.
        let deeds = [(send(A), 0, 1), (empty, 2, 9), (send(B), 3, 4), (recv(A), 5, 6)];
        assert!(!is_possible(fifo, deeds));
        assert!(!is_possible_in_turn(fifo, [send(A), Deed::Drain(vec![])]));
    }

    #[test]
    fn full_is_not_said_while_there_is_room_all_the_time() {
        let full = Deed::Send(B, Sent::Full);
        let one = queue(Order::Fifo, 1);
        assert!(is_possible(one, [(send(A), 0, 1), (full.clone(), 2, 9), (recv(A), 3, 8)]));
        assert!(is_possible(one, [(send(A), 0, 9), (full.clone(), 1, 8)]));
        assert!(!is_possible(one, [(full.clone(), 0, 9)]));
        assert!(!is_possible_in_turn(one, [send(A), recv(A), full.clone()]));
        assert!(!is_possible_in_turn(queue(Order::Fifo, 2), [send(A), full.clone()]));
        assert!(!is_possible_in_turn(one, [send(A), send(C)]));
        assert!(is_possible_in_turn(one, [send(A), Deed::SetCapacity(2), send(C), full.clone()]));
        assert!(is_possible_in_turn(one, [Deed::Reserve(Sent::Ok), full.clone(), Deed::Redeem(A, Sent::Ok), full]));
        assert!(!is_possible_in_turn(one, [Deed::Reserve(Sent::Ok), send(A)]));
    }

    #[test]
    fn a_close_has_an_order_with_every_send() {
        let fifo = queue(Order::Fifo, 2);
        let closed = Deed::Recv(Received::Closed);
        let refused = Deed::Send(B, Sent::Closed);
        assert!(is_possible_in_turn(fifo, [send(A), Deed::Close(true), refused.clone(), recv(A), closed.clone()]));
        assert!(!is_possible_in_turn(fifo, [send(A), Deed::Close(true), closed.clone()]));
        assert!(!is_possible_in_turn(fifo, [Deed::Close(true), send(A)]));
        assert!(!is_possible_in_turn(fifo, [refused.clone(), Deed::Close(true)]));
        assert!(!is_possible_in_turn(fifo, [Deed::Close(true), Deed::Close(true)]));
        assert!(!is_possible_in_turn(fifo, [Deed::DropSender, refused.clone()]));
        assert!(is_possible_in_turn(fifo, [Deed::DropSender, Deed::DropSender, refused]));
        assert!(!is_possible_in_turn(fifo, [Deed::Close(true), Deed::Recv(Received::Empty)]));
    }

    #[test]
    fn what_has_to_go_is_what_the_order_says() {
        let force = |item, evicted| Deed::ForceSend(item, Some(evicted));
        for (order, evicted) in [(Order::Fifo, A), (Order::Lifo, A), (Order::Priority, A)] {
            assert!(is_possible_in_turn(queue(order, 2), [send(A), send(B), force((3, 4), evicted)]));
            assert!(!is_possible_in_turn(queue(order, 2), [send(A), send(B), force((3, 4), B)]));
        }
        assert!(is_possible_in_turn(queue(Order::Priority, 1), [send(A), force(C, C), recv(A)]));
        assert!(!is_possible_in_turn(queue(Order::Priority, 1), [send(A), force(C, A)]));
        assert!(!is_possible_in_turn(queue(Order::Fifo, 2), [send(A), force(B, A)]));
    }

    #[test]
    fn the_books_are_of_one_moment() {
        let stats = |len, sent, received| Deed::Stats { len, sent, received, closed: false, offers: None };
        let fifo = queue(Order::Fifo, 2);
        let during = |stats| [(send(A), 0, 1), (recv(A), 2, 9), (stats, 3, 8), (send(B), 4, 7)];
        for (len, sent, received) in [(1, 1, 0), (0, 1, 1), (1, 2, 1), (2, 2, 0)] {
            assert!(is_possible(fifo, during(stats(len, sent, received))));
        }
        for (len, sent, received) in [(0, 1, 0), (0, 2, 1), (0, 0, 0), (2, 2, 1)] {
            assert!(!is_possible(fifo, during(stats(len, sent, received))));
        }
    }
}
