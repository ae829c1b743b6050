//! In which order a queue with one door gives its items out.

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::fmt;

/// How a queue organises its items: write your own to decide what is received next, and what a newer item does to an older.
///
/// It is given to [`Builder::discipline`](crate::Builder::discipline). All handles, verbs and promises are those of every
/// other queue.
///
/// A discipline runs under the lock of its queue, so that it has the items to itself and should be quick. It must not use the
/// queue that it organises: that panics, with a message, where it would otherwise wait for itself. It may let an item go that
/// has a handle of that queue, a permit or a [`Task`](crate::Task): what their drop does to the queue is done when the
/// discipline has returned. To drop a future, a stream or a sink there that stands in line panics, and its place in line stays,
/// as of one that is [forgotten](crate::bad_days#something-is-forgotten). If a discipline panics, the panic reaches the caller
/// of the send or receive, and the queue stays usable: what it holds is what [`len`](Self::len) says.
///
/// # Examples
///
/// Items of which a newer one replaces the older of the same key, where it stands:
///
/// ```
/// use std::collections::VecDeque;
/// use bifrons::{Discipline, Pushed};
///
/// #[derive(Default)]
/// struct LatestByKey(VecDeque<(&'static str, i32)>);
///
/// impl Discipline<(&'static str, i32)> for LatestByKey {
///     fn push(&mut self, item: (&'static str, i32), room: bool) -> Pushed<(&'static str, i32)> {
///         match self.0.iter_mut().find(|(key, _)| *key == item.0) {
///             Some(older) => Pushed::Replaced(std::mem::replace(older, item)),
///             None if room => {
///                 self.0.push_back(item);
///                 Pushed::Added
///             }
///             None => Pushed::Refused(item),
///         }
///     }
///     fn pop(&mut self) -> Option<(&'static str, i32)> {
///         self.0.pop_front()
///     }
///     fn len(&self) -> usize {
///         self.0.len()
///     }
/// }
///
/// let (tx, rx) = bifrons::builder().capacity(2).discipline(LatestByKey::default()).build();
/// tx.send(("temperature", 20)).unwrap();
/// tx.send(("pressure", 1013)).unwrap();
/// tx.send(("temperature", 21)).unwrap(); // needs no room
/// assert_eq!(rx.recv(), Ok(("temperature", 21)));
/// assert_eq!(rx.recv(), Ok(("pressure", 1013)));
/// ```
pub trait Discipline<T> {
    /// Takes an item in, unless it needs room and there is none.
    ///
    /// An item that is refused waits with its sender, who is called again when there is room, or, if there was some, as soon as an
    /// item has gone. One that was refused although there was room stands in nobody's way until then: whoever comes next may be let
    /// in before it, however often. When an item has gone, all who were refused so stand in line again, where they were, and are
    /// called as far as there is room for them. Neither an item that comes nor time that passes calls them.
    ///
    /// One that is refused although there is room, and that has no sender who could wait, comes back: from
    /// [`try_send`](crate::Sender::try_send) and [`force_send`](crate::Sender::force_send) as if the queue were full, from a
    /// [`Permit`](crate::Permit) as if it were closed.
    fn push(&mut self, item: T, room: bool) -> Pushed<T>;

    /// Gives the item that is to be received next; `None` exactly if [`len`](Self::len) is 0. After a `None` the queue takes it that
    /// there is nothing.
    fn pop(&mut self) -> Option<T>;

    /// How many items there are.
    ///
    /// The queue asks after each call of another method. A discipline may let items go in any of them, such as those that are out
    /// of date: there is room for others then. Where items have weights, what such an item weighed keeps counting until the queue
    /// is empty. What it holds and does not count is not there yet: nobody is called to it, a [`shutdown`](crate::Sender::shutdown)
    /// need not give it, and it is dropped with the queue at the latest.
    fn len(&self) -> usize;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Gives up the item that [`force_send`](crate::Sender::force_send) may push out, of a full queue or where the new item has been
    /// refused; by default none.
    ///
    /// It does not see the new item, and so may give up one that is worth more, or that weighs less. The new item is pushed after it,
    /// and told whether there is room. If it is refused, the one given up is pushed again; if it is refused too, it is dropped.
    fn evict(&mut self) -> Option<T> {
        None
    }
}

/// What a [`Discipline`] did with an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pushed<T> {
    /// It was taken in, as one more.
    Added,
    /// It took the place of this older one, which is dropped and counts as done.
    Replaced(T),
    /// It was not taken in.
    Refused(T),
}

/// An item and its weight.
#[derive(Debug)]
pub(crate) struct Parcel<T> {
    pub(super) item: T,
    pub(super) weight: usize,
}

/// The orders that are built in, beside those that users bring.
pub(crate) enum Order<T> {
    Fifo(VecDeque<Parcel<T>>),
    Lifo(VecDeque<Parcel<T>>),
    Priority(Heap<T>),
    Own(Box<dyn Discipline<T> + Send>),
}

impl<T> Order<T> {
    pub(crate) fn fifo() -> Self {
        Self::Fifo(VecDeque::new())
    }

    pub(crate) fn lifo() -> Self {
        Self::Lifo(VecDeque::new())
    }

    pub(crate) fn priority() -> Self
    where
        T: Ord,
    {
        Self::Priority(Heap { nodes: Vec::new(), arrivals: 0, compare: T::cmp })
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Fifo(_) => "fifo",
            Self::Lifo(_) => "lifo",
            Self::Priority(_) => "priority",
            Self::Own(_) => "discipline",
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Fifo(items) | Self::Lifo(items) => items.len(),
            Self::Priority(heap) => heap.nodes.len(),
            Self::Own(discipline) => discipline.len(),
        }
    }

    /// Takes the item in, or leaves it where it is: what it replaced.
    pub(super) fn push(&mut self, item: &mut Option<T>, weight: usize, room: bool) -> Result<Option<T>, NoRoom> {
        match self {
            Self::Own(discipline) => {
                let Some(given) = item.take() else { return Ok(None) };
                match discipline.push(given, room) {
                    Pushed::Added => Ok(None),
                    Pushed::Replaced(older) => Ok(Some(older)),
                    Pushed::Refused(given) => {
                        *item = Some(given);
                        Err(NoRoom)
                    }
                }
            }
            _ if !room => Err(NoRoom),
            Self::Fifo(items) | Self::Lifo(items) => {
                items.extend(item.take().map(|item| Parcel { item, weight }));
                Ok(None)
            }
            Self::Priority(heap) => {
                heap.push(item, weight);
                Ok(None)
            }
        }
    }

    /// Gives the next item; its weight where that is known.
    pub(super) fn pop(&mut self) -> Option<(T, Option<usize>)> {
        match self {
            Self::Fifo(items) => items.pop_front().map(Parcel::open),
            Self::Lifo(items) => items.pop_back().map(Parcel::open),
            Self::Priority(heap) => heap.pop().map(Parcel::open),
            Self::Own(discipline) => discipline.pop().map(|item| (item, None)),
        }
    }

    /// Gives up what `newcomer` may push out: the oldest, or of a priority queue the least and latest unless that is the
    /// newcomer itself.
    ///
    /// Nothing goes of which `suffices` says that its weight is too little, except by a discipline's own choice.
    pub(super) fn evict(&mut self, newcomer: &T, suffices: impl Fn(usize) -> bool) -> Evicted<T> {
        let evicted = match self {
            Self::Fifo(items) | Self::Lifo(items) => match items.front() {
                Some(oldest) if suffices(oldest.weight) => items.pop_front().map(Parcel::open),
                _ => None,
            },
            Self::Priority(heap) => match heap.least() {
                Some(least) if (heap.compare)(newcomer, &heap.nodes[least].parcel.item) != Ordering::Greater => {
                    return Evicted::Newcomer;
                }
                Some(least) if suffices(heap.nodes[least].parcel.weight) => heap.remove(least).map(Parcel::open),
                _ => None,
            },
            Self::Own(discipline) => discipline.evict().map(|item| (item, None)),
        };
        evicted.map_or(Evicted::Nothing, |(item, weight)| Evicted::Item(item, weight))
    }
}

/// There was no room for an item that needs some.
#[derive(Debug, Clone, Copy)]
pub(super) struct NoRoom;

/// What gives way.
#[derive(Debug)]
pub(super) enum Evicted<T> {
    Item(T, Option<usize>),
    Newcomer,
    Nothing,
}

impl<T> Parcel<T> {
    fn open(self) -> (T, Option<usize>) {
        (self.item, Some(self.weight))
    }
}

/// A binary heap, the greatest item on top, that remembers in which order equal items came.
///
/// Not the standard library's: the comparison is a function that the constructor was given, so that the handles need no
/// `T: Ord`, and all comparing is done before anything moves, so that one that panics has changed nothing.
pub(crate) struct Heap<T> {
    nodes: Vec<Node<T>>,
    arrivals: u64,
    compare: fn(&T, &T) -> Ordering,
}

struct Node<T> {
    parcel: Parcel<T>,
    arrival: u64,
}

impl<T> Heap<T> {
    /// Whether the first of two nodes goes out before the second.
    fn precedes(&self, one: usize, another: usize) -> bool {
        let (one, another) = (&self.nodes[one], &self.nodes[another]);
        (self.compare)(&one.parcel.item, &another.parcel.item).then(another.arrival.cmp(&one.arrival))
            == Ordering::Greater
    }

    fn push(&mut self, item: &mut Option<T>, weight: usize) {
        let Some(newcomer) = item.as_ref() else { return };
        // Among equals it is the latest, so that it rises only above lesser ones.
        let mut place = self.nodes.len();
        while place > 0 && (self.compare)(newcomer, &self.nodes[(place - 1) / 2].parcel.item) == Ordering::Greater {
            place = (place - 1) / 2;
        }
        let mut hole = self.nodes.len();
        self.nodes.extend(item.take().map(|item| Node { parcel: Parcel { item, weight }, arrival: self.arrivals }));
        self.arrivals += 1;
        while hole > place {
            self.nodes.swap(hole, (hole - 1) / 2);
            hole = (hole - 1) / 2;
        }
    }

    fn pop(&mut self) -> Option<Parcel<T>> {
        self.remove(0)
    }

    /// The node that goes out last: one of the lower half.
    fn least(&self) -> Option<usize> {
        (self.nodes.len() / 2..self.nodes.len())
            .reduce(|least, node| if self.precedes(least, node) { node } else { least })
    }

    /// Takes a node out and fills its place with the last one, up or down.
    fn remove(&mut self, place: usize) -> Option<Parcel<T>> {
        let last = self.nodes.len().checked_sub(1)?;
        let mut path = [0; usize::BITS as usize];
        let mut steps = 0;
        let mut step = |to| {
            path[steps] = to;
            steps += 1;
        };
        if place < last {
            // Where the last node will settle, found out while all is still in its place.
            let mut hole = place;
            while hole > 0 && self.precedes(last, (hole - 1) / 2) {
                hole = (hole - 1) / 2;
                step(hole);
            }
            if hole == place {
                loop {
                    let (left, right) = (2 * hole + 1, 2 * hole + 2);
                    if left >= last {
                        break;
                    }
                    let child = if right < last && self.precedes(right, left) { right } else { left };
                    if !self.precedes(child, last) {
                        break;
                    }
                    hole = child;
                    step(hole);
                }
            }
        }
        let node = self.nodes.swap_remove(place);
        let mut hole = place;
        for &next in &path[..steps] {
            self.nodes.swap(hole, next);
            hole = next;
        }
        Some(node.parcel)
    }
}

impl<T> fmt::Debug for Order<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Order").field("name", &self.name()).field("len", &self.len()).finish()
    }
}
