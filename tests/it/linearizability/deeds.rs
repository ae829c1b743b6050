//! What a history consists of.

use std::cmp::Ordering;

/// What is sent. Compares by its rank alone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item {
    pub(super) rank: u8,
    pub(super) number: u8,
}

impl PartialEq for Item {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Item {}

impl PartialOrd for Item {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Item {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank.cmp(&other.rank)
    }
}

/// An item in a history: its rank, and which it is.
pub(super) type Label = (u8, u8);

impl Item {
    pub(super) fn label(self) -> Label {
        (self.rank, self.number)
    }
}

/// What a call that brings something is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sent {
    Ok,
    Full,
    Closed,
}

/// What a call that takes something is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Received {
    Item(Label),
    Empty,
    Closed,
}

/// One call with its answer, or the part of one that has a moment of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Deed {
    /// A send, whether it waits or not; running out of time is to be `Full`.
    Send(Label, Sent),
    /// What had to go comes back.
    ForceSend(Label, Option<Label>),
    /// A receive, whether it waits or not; running out of time is to be `Empty`.
    Recv(Received),
    /// Several items in one visit, at least one.
    RecvMany(Vec<Label>),
    /// What was there, or the front of it.
    Drain(Vec<Label>),
    /// All that was left.
    TakeRest(Vec<Label>),
    Reserve(Sent),
    Redeem(Label, Sent),
    GiveBack,
    SetCapacity(usize),
    /// Whether it was open.
    Close(bool),
    /// Closes, and does not tell whether it was open.
    Shut,
    /// A sending handle goes.
    DropSender,
    Stats {
        len: usize,
        sent: u64,
        received: u64,
        closed: bool,
        /// Of a rendezvous, how many wait to send.
        offers: Option<usize>,
    },
    /// In a rendezvous, the sender comes into line; if it had no time to, it may have handed its item over or been refused.
    Offer(Label, Certainty),
    /// In a rendezvous, a sender that came into line is over.
    OfferEnded(Label, Ending),
    /// In a rendezvous, a receiver comes into line.
    Enter(Certainty),
    /// In a rendezvous, a receiver that came into line has gone away without anything.
    Gone,
}

/// Whether one who waits is known to have come into line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Certainty {
    InLine,
    Perhaps,
}

/// How the offer of a waiting sender ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Taken,
    Withdrawn,
    Closed,
}

/// A deed with the moments between which it was done.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) party: usize,
    pub(super) deed: Deed,
    pub(super) begun: usize,
    pub(super) ended: usize,
    /// Whether it is a further part of the call before it in the history, and comes after that.
    pub(super) continues: bool,
}

/// As it is read best when no explanation is found.
pub(super) fn in_words(history: &[Entry]) -> String {
    let mut lines: Vec<_> = history.iter().collect();
    lines.sort_by_key(|entry| entry.begun);
    let line =
        |entry: &&Entry| format!("{:4}..{:<4} party {} {:?}\n", entry.begun, entry.ended, entry.party, entry.deed);
    lines.iter().map(line).collect()
}
