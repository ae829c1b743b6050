//! What can be said of a queue at one moment.

use crate::queue::Queue;

/// A queue at one moment; made by `stats` on every handle.
///
/// All of it but the counts of handles is read under all locks of the queue, so that it fits together. Taking it costs a visit to
/// each of them; not taking it costs nothing.
///
/// # Examples
///
/// ```
/// let (tx, rx) = bifrons::bounded(4);
/// tx.send('a').unwrap();
/// tx.send('b').unwrap();
/// let task = rx.recv_task().unwrap();
/// let stats = rx.stats();
/// assert_eq!((stats.len, stats.sent, stats.received, stats.tasks), (1, 2, 1, 1));
/// # drop(task);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// How many items are in the queue.
    pub len: usize,
    /// How much they weigh together, `usize::MAX` for more than that; as much as they are many, unless the queue is
    /// [by weight](crate::Builder::weight).
    pub weight: usize,
    /// How many it can hold, or what weight; `None` if it is unbounded.
    pub capacity: Option<usize>,
    /// How many items came into the queue since it was made. Where pointers have 32 bits, the counts wrap after 2³¹ items.
    pub sent: u64,
    /// How many items left the queue since it was made, in whatever way: `sent` less `received` is `len`, unless they wrap. What a
    /// [`Discipline`](crate::Discipline) lets go by itself has left, and what it makes of others has come.
    pub received: u64,
    /// How many senders wait for room, or in a rendezvous for a receiver; threads and tasks.
    pub waiting_senders: usize,
    /// How many receivers wait for an item; threads and tasks.
    pub waiting_receivers: usize,
    /// How many items were received as a [`Task`](crate::Task) and are not done.
    pub tasks: usize,
    /// How much room is reserved, in items or weight; in a rendezvous, how many items selects have yet to hand over.
    pub reserved: usize,
    /// How many sending handles there are, of both faces.
    pub senders: usize,
    /// How many receiving handles there are, of both faces.
    pub receivers: usize,
    /// Whether the queue is closed.
    pub closed: bool,
}

impl Stats {
    pub(super) fn of<T>(queue: &Queue<T>) -> Self {
        let snapshot = queue.snapshot();
        Self {
            len: snapshot.len,
            weight: snapshot.weight,
            capacity: queue.capacity().and(Some(snapshot.capacity)),
            sent: snapshot.brought,
            received: snapshot.taken,
            waiting_senders: snapshot.waiting_senders,
            waiting_receivers: snapshot.waiting_receivers,
            tasks: snapshot.tasks,
            reserved: snapshot.reserved,
            senders: queue.sender_count(),
            receivers: queue.receiver_count(),
            closed: snapshot.closed,
        }
    }
}
