//! What a queue without a buffer promises.
//!
//! A waiting sender comes into line with its item, and is over when the item was taken, or withdrawn, or the queue closed. A
//! receiver that comes into line is called by an offer or by an item that is handed over; until it has looked, nothing more is
//! handed over to it. It may look later than others, who take what called it, and is back in line when there was nothing left.

use super::checker::Machine;
use super::deeds::{Certainty, Deed, Ending, Entry, Label, Received, Sent};

/// A queue of capacity 0.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rendezvous {
    /// How many sending handles there are at first.
    pub(super) senders: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct State {
    /// Handed over, and not come for yet.
    orphans: Vec<Label>,
    /// Of senders in line.
    offers: Vec<Label>,
    /// What was handed over or taken out of line.
    gone: Vec<Label>,
    /// The parties of the receivers that came into line, and whether each was called and has not looked.
    receivers: Vec<(usize, bool)>,
    /// How many calls there were.
    calls: usize,
    senders: usize,
    closed: bool,
    sent: u64,
    received: u64,
}

impl State {
    fn is_dry(&self) -> bool {
        self.orphans.is_empty() && self.offers.is_empty()
    }

    /// Those who were called and find nothing are in line again.
    fn settled(mut self) -> Self {
        if self.is_dry() && !self.closed {
            self.receivers.iter_mut().for_each(|(_, called)| *called = false);
        }
        self
    }

    /// Calls the first receiver in line; whether there was one.
    fn call(&mut self) -> bool {
        match self.receivers.iter_mut().find(|(_, called)| !*called) {
            Some((_, called)) => {
                *called = true;
                self.calls += 1;
                true
            }
            None => false,
        }
    }

    fn hand_over(&mut self, item: Label) -> bool {
        self.orphans.push(item);
        self.gone.push(item);
        self.sent += 1;
        self.call()
    }

    fn offer(&mut self, item: Label) {
        self.offers.push(item);
        self.call();
    }

    /// Nobody can be shown to stand in line uncalled.
    fn can_be_full(&self) -> bool {
        self.receivers.len() <= self.calls
    }

    fn take(&mut self) -> Option<Label> {
        let item = if !self.orphans.is_empty() {
            self.orphans.remove(0)
        } else if !self.offers.is_empty() {
            let item = self.offers.remove(0);
            self.gone.push(item);
            self.sent += 1;
            item
        } else {
            return None;
        };
        self.received += 1;
        Some(item)
    }

    fn leave(&mut self, party: usize) {
        self.receivers.retain(|&(other, _)| other != party);
    }

    fn close(&mut self) {
        self.closed = true;
        self.offers.clear();
    }
}

impl Machine for Rendezvous {
    type State = State;

    fn initial(&self) -> State {
        State {
            orphans: Vec::new(),
            offers: Vec::new(),
            gone: Vec::new(),
            receivers: Vec::new(),
            calls: 0,
            senders: self.senders,
            closed: false,
            sent: 0,
            received: 0,
        }
    }

    fn after(&self, state: &State, entry: &Entry) -> Vec<State> {
        let mut next = state.clone();
        let is_open = !state.closed;
        let can_be = match &entry.deed {
            Deed::Send(item, Sent::Ok) => is_open && next.hand_over(*item),
            Deed::Send(_, Sent::Full) => is_open && state.can_be_full(),
            Deed::Send(_, Sent::Closed) => state.closed,
            Deed::Offer(item, certainty) => {
                if is_open {
                    next.offer(*item);
                }
                if *certainty == Certainty::Perhaps {
                    let mut handed_over = state.clone();
                    let mut all = vec![next.settled(), state.clone()];
                    if is_open && handed_over.hand_over(*item) {
                        all.push(handed_over.settled());
                    }
                    return all;
                }
                is_open
            }
            Deed::OfferEnded(item, Ending::Taken) => state.gone.contains(item),
            Deed::OfferEnded(item, Ending::Withdrawn) => {
                let waited = state.offers.contains(item);
                next.offers.retain(|offer| offer != item);
                !state.gone.contains(item) && (waited || state.closed || state.can_be_full())
            }
            Deed::OfferEnded(item, Ending::Closed) => state.closed && !state.gone.contains(item),
            Deed::Enter(certainty) => {
                let can_enter = is_open && state.is_dry();
                if can_enter {
                    next.receivers.push((entry.party, false));
                }
                if *certainty == Certainty::Perhaps {
                    return vec![next.settled(), state.clone()];
                }
                can_enter
            }
            Deed::Gone => {
                next.leave(entry.party);
                true
            }
            Deed::Recv(received) => {
                next.leave(entry.party);
                match received {
                    Received::Item(item) => next.take() == Some(*item),
                    Received::Empty => is_open && state.is_dry(),
                    Received::Closed => state.closed && state.is_dry(),
                }
            }
            Deed::Drain(items) => {
                items.is_empty() == state.is_dry() && items.iter().all(|&item| next.take() == Some(item))
            }
            Deed::TakeRest(items) => items.iter().all(|&item| next.take() == Some(item)) && next.is_dry(),
            Deed::Close(was_open) => {
                next.close();
                *was_open == is_open
            }
            Deed::Shut => {
                next.close();
                true
            }
            Deed::DropSender => {
                next.senders = next.senders.saturating_sub(1);
                if next.senders == 0 {
                    next.close();
                }
                state.senders > 0
            }
            Deed::Stats { len, sent, received, closed, offers } => {
                let now = (state.orphans.len(), state.sent, state.received, state.closed);
                (*len, *sent, *received, *closed) == now && *offers == Some(state.offers.len())
            }
            Deed::ForceSend(..)
            | Deed::RecvMany(_)
            | Deed::Reserve(_)
            | Deed::Redeem(..)
            | Deed::GiveBack
            | Deed::SetCapacity(_) => unreachable!("nothing can be kept here"),
        };
        if can_be { vec![next.settled()] } else { Vec::new() }
    }
}

mod tests {
    use super::super::checker::explain;
    use super::super::deeds::{Certainty, Deed, Ending, Entry, Label, Received, Sent};
    use super::Rendezvous;

    const A: Label = (0, 1);
    const B: Label = (0, 2);

    fn entry(party: usize, deed: Deed, begun: usize, ended: usize) -> Entry {
        Entry { party, deed, begun, ended, continues: false }
    }

    /// A call of two parts, the first of which is known to be over at a certain moment.
    fn in_two(party: usize, first: Deed, second: Deed, begun: usize, until: usize, ended: usize) -> [Entry; 2] {
        let second = Entry { continues: true, ..entry(party, second, begun, ended) };
        [entry(party, first, begun, until), second]
    }

    fn send(party: usize, item: Label, ending: Ending, begun: usize, ended: usize) -> [Entry; 2] {
        in_two(party, Deed::Offer(item, Certainty::InLine), Deed::OfferEnded(item, ending), begun, ended, ended)
    }

    fn recv(party: usize, received: Received, begun: usize, ended: usize) -> [Entry; 2] {
        in_two(party, Deed::Enter(Certainty::Perhaps), Deed::Recv(received), begun, ended, ended)
    }

    /// A receive that was seen to wait.
    fn recv_in_line(party: usize, received: Received, begun: usize, until: usize, ended: usize) -> [Entry; 2] {
        in_two(party, Deed::Enter(Certainty::InLine), Deed::Recv(received), begun, until, ended)
    }

    fn is_possible<const N: usize>(calls: [&[Entry]; N]) -> bool {
        explain(&Rendezvous { senders: 2 }, &calls.concat()).is_some()
    }

    #[test]
    fn the_two_meet() {
        let got = |item| Received::Item(item);
        assert!(is_possible([&send(0, A, Ending::Taken, 0, 9), &recv(1, got(A), 1, 8)]));
        assert!(is_possible([&send(0, A, Ending::Taken, 1, 8), &recv(1, got(A), 0, 9)]));
        // The send was over before anybody received.
        assert!(!is_possible([&send(0, A, Ending::Taken, 0, 1), &recv(1, got(A), 2, 3)]));
        // The receive was over before anybody sent.
        assert!(!is_possible([&recv(1, got(A), 0, 1), &send(0, A, Ending::Taken, 2, 3)]));
        // Nobody received.
        assert!(!is_possible([&send(0, A, Ending::Taken, 0, 9)]));
        // Two received.
        let twice = [&send(0, A, Ending::Taken, 0, 9)[..], &recv(1, got(A), 1, 8), &recv(2, got(A), 1, 8)];
        assert!(!is_possible(twice));
    }

    #[test]
    fn what_was_withdrawn_was_not_taken() {
        let tried = |party, received, begun, ended| [entry(party, Deed::Recv(received), begun, ended)];
        let withdrawn = send(0, A, Ending::Withdrawn, 0, 9);
        assert!(is_possible([&withdrawn]));
        assert!(!is_possible([&withdrawn, &tried(1, Received::Item(A), 1, 8)]));
        assert!(is_possible([&withdrawn, &tried(1, Received::Empty, 10, 11)]));
        assert!(!is_possible([&send(0, A, Ending::Closed, 0, 9)]));
    }

    #[test]
    fn a_waiting_sender_is_found() {
        let offer = entry(0, Deed::Offer(A, Certainty::InLine), 0, 1);
        let taken = Entry { continues: true, ..entry(0, Deed::OfferEnded(A, Ending::Taken), 0, 9) };
        let call = [offer, taken];
        let empty = entry(1, Deed::Recv(Received::Empty), 2, 3);
        // It stood in line all the time.
        assert!(!is_possible([&call, &[empty], &recv(2, Received::Item(A), 4, 5)]));
        assert!(is_possible([&call, &recv(2, Received::Item(A), 4, 5)]));
    }

    #[test]
    fn offers_are_taken_in_the_order_of_the_line() {
        let offers = |first, second| {
            [
                in_two(0, Deed::Offer(first, Certainty::InLine), Deed::OfferEnded(first, Ending::Taken), 0, 1, 19),
                in_two(1, Deed::Offer(second, Certainty::InLine), Deed::OfferEnded(second, Ending::Taken), 2, 3, 19),
            ]
            .concat()
        };
        let receives = [recv(2, Received::Item(A), 4, 5), recv(2, Received::Item(B), 6, 7)].concat();
        assert!(is_possible([&offers(A, B), &receives]));
        assert!(!is_possible([&offers(B, A), &receives]));
    }

    #[test]
    fn an_item_is_handed_over_to_one_who_waits() {
        let handed = |item, begun, ended| [entry(0, Deed::Send(item, Sent::Ok), begun, ended)];
        let full = [entry(0, Deed::Send(A, Sent::Full), 2, 3)];
        assert!(is_possible([&recv_in_line(1, Received::Item(A), 0, 1, 9), &handed(A, 2, 3)]));
        assert!(!is_possible([&handed(A, 0, 1)]), "nobody waits");
        // It waited until the other came, which was later.
        let until_then = send(2, B, Ending::Taken, 4, 9);
        assert!(!is_possible([&recv_in_line(1, Received::Item(B), 0, 1, 9), &full, &until_then]), "somebody waits");
        assert!(is_possible([&recv(1, Received::Item(B), 0, 9), &full, &until_then]), "perhaps not yet");
        assert!(is_possible([&recv(1, Received::Empty, 0, 9), &full]), "who is not known to wait yet");
        // Two for one who waits.
        let one = recv_in_line(1, Received::Item(A), 0, 1, 9);
        let later = recv(1, Received::Item(B), 10, 11);
        assert!(!is_possible([&one, &handed(A, 2, 3), &handed(B, 4, 5), &later]));
    }

    #[test]
    fn what_was_handed_over_stays_when_its_receiver_goes() {
        let gone = in_two(1, Deed::Enter(Certainty::InLine), Deed::Gone, 0, 1, 9);
        let handed = [entry(0, Deed::Send(A, Sent::Ok), 2, 3)];
        let next = |received, begun, ended| [entry(2, Deed::Recv(received), begun, ended)];
        assert!(is_possible([&gone, &handed, &next(Received::Item(A), 10, 11)]));
        assert!(!is_possible([&gone, &handed, &next(Received::Empty, 10, 11)]), "the orphan is lost");
        let close = [entry(0, Deed::Close(true), 10, 11)];
        assert!(is_possible([&gone, &handed, &close, &next(Received::Item(A), 12, 13)]));
        assert!(!is_possible([&gone, &handed, &close, &next(Received::Closed, 12, 13)]));
    }

    #[test]
    fn a_close_sends_everybody_away() {
        let offer = in_two(0, Deed::Offer(A, Certainty::InLine), Deed::OfferEnded(A, Ending::Closed), 0, 1, 9);
        let close = [entry(1, Deed::Close(true), 2, 3)];
        assert!(is_possible([&offer, &close, &recv(2, Received::Closed, 4, 5)]));
        assert!(!is_possible([&offer, &close, &recv(2, Received::Item(A), 4, 5)]));
        assert!(!is_possible([&recv(2, Received::Closed, 0, 9)]));
    }
}
