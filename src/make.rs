//! How queues are made.

use std::fmt;

use crate::engine::{Discipline, Order, Weigher};
use crate::face::{Receiver, Sender};
use crate::queue::Queue;

/// Makes a queue that holds at most `capacity` items, first in, first out; with capacity 0 a rendezvous.
///
/// Both handles are of the blocking face; [`Sender::into_async`] and [`Receiver::into_async`] turn them over.
///
/// In a rendezvous a sender meets a receiver: [`Sender::send`] returns only after a receiver has taken the item.
///
/// No memory is asked for in proportion to a large capacity before it is used: `bounded(usize::MAX)` is as cheap to make as
/// [`unbounded`].
///
/// # Examples
///
/// ```
/// let (tx, rx) = bifrons::bounded(2);
/// tx.send("first").unwrap();
/// tx.send("second").unwrap();
/// assert!(tx.try_send("third").unwrap_err().is_full());
/// assert_eq!(rx.recv(), Ok("first"));
/// ```
pub fn bounded<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    open(|| Queue::bounded(capacity))
}

/// Makes a queue that holds what memory can hold, first in, first out.
///
/// Memory is taken in blocks as items come and given back as they go; sending never waits. What memory can hold ends, for items of a
/// byte or none, with what positions can tell apart: a quarter of [`usize::MAX`], which on 32 bits is 2³⁰ items. Then it is full.
///
/// # Examples
///
/// ```
/// let (tx, rx) = bifrons::unbounded();
/// for i in 0..1000 {
///     tx.send(i).unwrap();
/// }
/// assert_eq!(rx.len(), 1000);
/// assert_eq!(rx.capacity(), None);
/// ```
pub fn unbounded<T>() -> (Sender<T>, Receiver<T>) {
    open(|| Queue::unbounded())
}

/// A queue to which nothing is ever sent, and which never closes: for a select in which a source is missing.
///
/// It counts a sender that nobody has.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// let updates: Option<bifrons::Receiver<u8>> = None;
/// let updates = updates.unwrap_or_else(bifrons::never);
/// assert!(updates.recv_timeout(Duration::from_millis(1)).unwrap_err().is_timeout());
/// ```
pub fn never<T>() -> Receiver<T> {
    Receiver::from_counted(Queue::open_for_nobody(|| Queue::bounded(1)))
}

/// Queues whose newest item is received first.
pub mod lifo {
    use super::{Receiver, Sender, builder};

    /// Makes a queue that holds at most `capacity` items, last in, first out; with capacity 0 a rendezvous.
    ///
    /// Both handles are of the blocking face; [`Sender::into_async`] and [`Receiver::into_async`] turn them over.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::lifo::bounded(3);
    /// for i in [1, 3, 2] {
    ///     tx.send(i).unwrap();
    /// }
    /// assert_eq!(rx.drain().collect::<Vec<_>>(), [2, 3, 1]);
    /// ```
    pub fn bounded<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
        builder().lifo().capacity(capacity).build()
    }

    /// Makes a queue that holds what memory can hold, last in, first out.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::lifo::unbounded();
    /// tx.send("older").unwrap();
    /// tx.send("newer").unwrap();
    /// assert_eq!(rx.recv(), Ok("newer"));
    /// ```
    pub fn unbounded<T>() -> (Sender<T>, Receiver<T>) {
        builder().lifo().build()
    }
}

/// Queues whose greatest item is received first, and of equal items the one that came first.
///
/// [`Reverse`](std::cmp::Reverse) around the items makes it the least.
pub mod priority {
    use super::{Receiver, Sender, builder};

    /// Makes a queue that holds at most `capacity` items, greatest first; with capacity 0 a rendezvous.
    ///
    /// Both handles are of the blocking face; [`Sender::into_async`] and [`Receiver::into_async`] turn them over. The comparison
    /// runs under the queue's lock and must not use the queue. A panic in it reaches the caller of the send or receive.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::cmp::Reverse;
    /// let (tx, rx) = bifrons::priority::bounded(3);
    /// for i in [1, 3, 2] {
    ///     tx.send(Reverse(i)).unwrap();
    /// }
    /// assert_eq!(rx.drain().map(|Reverse(i)| i).collect::<Vec<_>>(), [1, 2, 3]);
    /// ```
    pub fn bounded<T: Ord>(capacity: usize) -> (Sender<T>, Receiver<T>) {
        builder().priority().capacity(capacity).build()
    }

    /// Makes a queue that holds what memory can hold, greatest first.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::priority::unbounded();
    /// tx.send((1, "idle")).unwrap();
    /// tx.send((9, "urgent")).unwrap();
    /// assert_eq!(rx.recv(), Ok((9, "urgent")));
    /// ```
    pub fn unbounded<T: Ord>() -> (Sender<T>, Receiver<T>) {
        builder().priority().build()
    }
}

/// Begins to make a queue: first in, first out and unbounded, until it is told otherwise.
///
/// # Examples
///
/// ```
/// let (tx, rx) = bifrons::builder().capacity(2).lifo().build();
/// tx.send('a').unwrap();
/// tx.send('b').unwrap();
/// assert_eq!(rx.recv(), Ok('b'));
/// ```
pub fn builder<T>() -> Builder<T> {
    Builder { order: None, capacity: None, weigher: None }
}

/// Makes a queue of any kind; made by [`builder`].
///
/// # Examples
///
/// At most a mebibyte of lines:
///
/// ```
/// let (tx, rx) = bifrons::builder().capacity(1 << 20).weight(|line: &String| line.len()).build();
/// tx.send("short".to_string()).unwrap();
/// # drop(rx);
/// ```
#[must_use = "a builder does nothing until it builds"]
pub struct Builder<T> {
    /// First in, first out, if there is none.
    order: Option<Order<T>>,
    capacity: Option<usize>,
    weigher: Option<Weigher<T>>,
}

impl<T> Builder<T> {
    /// The queue holds so many items at most, or items of that weight; with 0 it is a rendezvous, in which no order and no
    /// weight has any effect.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, _rx) = bifrons::builder::<u8>().capacity(7).build();
    /// assert_eq!(tx.capacity(), Some(7));
    /// ```
    pub fn capacity(mut self, capacity: usize) -> Self {
        self.capacity = Some(capacity);
        self
    }

    /// The capacity counts not items but what this function says that each weighs, such as its bytes.
    ///
    /// An item heavier than the whole capacity is let in when nothing else is there, so that it passes alone. Those who wait
    /// for room get it in the order in which they came: a light item does not pass a heavy one that stands in line before it,
    /// though one that comes just then may, not without bound.
    ///
    /// A permit reserves a weight of 1, or what [`reserve_weight`](crate::Sender::reserve_weight) asked for; a sink reserves 1. Its
    /// item goes in even if it is heavier, and then the queue may hold more than its capacity.
    ///
    /// The function must say the same of the same item each time. It is called before each attempt to send, under no lock, so
    /// that it may use the queue; with a [`discipline`](Self::discipline) it is called again, under the lock, when an item is
    /// received, replaced or pushed out. A panic in it reaches the caller, and an item that was being received is dropped.
    ///
    /// Should it hold a handle to its own queue, even a weak one, the queue would keep its own memory for ever.
    ///
    /// A queue by weight has one lock where others have two.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::builder().capacity(10).weight(|bytes: &Vec<u8>| bytes.len()).build();
    /// tx.send(vec![0; 6]).unwrap();
    /// assert!(tx.try_send(vec![0; 5]).unwrap_err().is_full());
    /// rx.recv().unwrap();
    /// tx.send(vec![0; 50]).unwrap(); // alone
    /// assert!(tx.is_full());
    /// ```
    pub fn weight(mut self, weigh: impl Fn(&T) -> usize + Send + Sync + 'static) -> Self {
        self.weigher = Some(Box::new(weigh));
        self
    }

    /// The newest item is received first; see [`lifo`].
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::builder().lifo().build();
    /// tx.send(1).unwrap();
    /// tx.send(2).unwrap();
    /// assert_eq!(rx.recv(), Ok(2));
    /// ```
    pub fn lifo(mut self) -> Self {
        self.order = Some(Order::lifo());
        self
    }

    /// The greatest item is received first, and of equal items the one that came first; see [`priority`].
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::builder().priority().build();
    /// tx.send(1).unwrap();
    /// tx.send(2).unwrap();
    /// assert_eq!(rx.recv(), Ok(2));
    /// ```
    pub fn priority(mut self) -> Self
    where
        T: Ord,
    {
        self.order = Some(Order::priority());
        self
    }

    /// Items are received in your own order.
    ///
    /// Items that are in the discipline when it is given count as sent. By [`weight`](Self::weight) they count as nothing: the queue
    /// may hold that much more, until it has once been empty. With capacity 0, where nothing is kept that could be put in order, they
    /// are dropped with it.
    ///
    /// # Examples
    ///
    /// See [`Discipline`].
    pub fn discipline(mut self, discipline: impl Discipline<T> + Send + 'static) -> Self {
        self.order = Some(Order::Own(Box::new(discipline)));
        self
    }

    /// Makes the queue. Both handles are of the blocking face.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::builder().build();
    /// tx.send(1).unwrap();
    /// assert_eq!(rx.recv(), Ok(1));
    /// ```
    pub fn build(self) -> (Sender<T>, Receiver<T>) {
        open(|| match (self.order, self.capacity, self.weigher) {
            (None, None, None) => Queue::unbounded(),
            (None, Some(capacity), None) => Queue::bounded(capacity),
            (order, capacity, weigher) => Queue::ordered(order.unwrap_or_else(Order::fifo), capacity, weigher),
        })
    }
}

impl<T> fmt::Debug for Builder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("order", &self.order)
            .field("capacity", &self.capacity)
            .field("by_weight", &self.weigher.is_some())
            .finish()
    }
}

fn open<T>(make: impl FnOnce() -> Queue<T>) -> (Sender<T>, Receiver<T>) {
    let (tx, rx) = Queue::open(make);
    (Sender::from_counted(tx), Receiver::from_counted(rx))
}
