//! Waiting for the first of several operations.

use std::fmt;
use std::marker::PhantomData;
use std::time::{Duration, Instant};

use super::{Receiver, Sender, Timer};
use crate::error::{ReadyTimeoutError, RecvError, SelectTimeoutError, SendError, TryReadyError, TrySelectError};
use crate::prim::Limit;
use crate::queue::{Aim, Chosen, Operation, Party, Side, choose};

/// The handle itself, for the macros: the call of a method looks through whatever points to it.
macro_rules! end_of_select {
    (<$($parameter:ident)?> $handle:ty) => {
        impl<$($parameter)?> $handle {
            #[doc(hidden)]
            pub fn __end_of_select(&self) -> &Self {
                self
            }
        }
    };
}

end_of_select!(<T> Sender<T>);
end_of_select!(<T> Receiver<T>);
end_of_select!(<> Timer);

/// What a [`Select`] can receive from: a [`Receiver`] or a [`Timer`].
///
/// This trait is sealed.
pub trait Source: sealed::Source {}

impl<R: sealed::Source> Source for R {}

mod sealed {
    use super::{Chosen, Party, Receiver, RecvError, Timer};

    #[allow(unnameable_types, reason = "what makes it sealed")]
    pub trait Source {
        /// What comes out.
        type Item;

        #[doc(hidden)]
        #[allow(private_interfaces, reason = "nobody outside can name the trait to call it")]
        fn party(&self) -> &dyn Party;

        #[doc(hidden)]
        #[allow(private_interfaces, reason = "as above")]
        fn redeem(&self, chosen: Chosen) -> Result<Self::Item, RecvError>;
    }

    impl<T> Source for Receiver<T> {
        type Item = T;

        #[allow(private_interfaces, reason = "as above")]
        fn party(&self) -> &dyn Party {
            &*self.counted
        }

        #[allow(private_interfaces, reason = "as above")]
        fn redeem(&self, chosen: Chosen) -> Result<T, RecvError> {
            match chosen {
                Chosen::Item(place) => self.counted.unpocket(place).ok_or(RecvError),
                _ => Err(RecvError),
            }
        }
    }

    impl Source for Timer {
        type Item = std::time::Instant;

        #[allow(private_interfaces, reason = "as above")]
        fn party(&self) -> &dyn Party {
            self.clockwork()
        }

        #[allow(private_interfaces, reason = "as above")]
        fn redeem(&self, chosen: Chosen) -> Result<std::time::Instant, RecvError> {
            match chosen {
                Chosen::Alarm(moment) => Ok(moment),
                _ => Err(RecvError),
            }
        }
    }

    impl<R: Source> Source for &R {
        type Item = R::Item;

        #[allow(private_interfaces, reason = "as above")]
        fn party(&self) -> &dyn Party {
            (**self).party()
        }

        #[allow(private_interfaces, reason = "as above")]
        fn redeem(&self, chosen: Chosen) -> Result<R::Item, RecvError> {
            (**self).redeem(chosen)
        }
    }
}

/// Waits, on a thread, for the first of several sends and receives on several queues.
///
/// Queues of every order and capacity take part, rendezvous included: a select and another party, or two selects, meet there.
/// Of several operations that are ready, any is taken, each as often as another, or with [`new_biased`](Self::new_biased) the
/// first. An operation on a closed queue is ready too, and fails when it is completed. Its handles are of the blocking face: an
/// async one is turned over by `into_sync`, or gives a further one by `to_sync`. Tasks use the `select!` of their runtime, in
/// which the futures of this crate may be dropped for another without loss.
///
/// Where the operations are known, the macro [`select!`](crate::select!) is shorter.
///
/// A send to a queue by weight is ready when there is room for a weight of 1; a heavier item then takes the queue above its
/// capacity until it has been received. In a rendezvous a send is ready when a receiver is waiting; should that receive end in
/// another way before the operation is completed, by its time limit, with an item that another had left, or because it belongs
/// to a select that takes another operation, the item stays and is the first that the next receive gets. A receive that does not
/// wait, such as `try_recv`, does not meet a select that waits to send: its item is not there before the operation is completed.
///
/// A select that one of its queues calls in vain leaves the lines of the others for a moment, and then stands at its old place in
/// them: what was promised or left to it there may go to another meanwhile.
///
/// What a select receives counts as done when it is chosen, before it is handed out. Where somebody
/// [`join`](crate::Sender::join)s, wait by [`ready`](Self::ready) and take it by [`try_recv_task`](Receiver::try_recv_task).
///
/// A select stays on its thread: it is neither `Send` nor `Sync`.
///
/// # Panics
///
/// With the feature `tokio`, if it has to wait where [the runtime could not go on](crate#inside-tokio).
///
/// # Examples
///
/// ```
/// use bifrons::Select;
/// let (letters, from_letters) = bifrons::unbounded();
/// let (_numbers, from_numbers) = bifrons::unbounded::<i32>();
/// letters.send('a').unwrap();
///
/// let mut select = Select::new();
/// let first = select.recv(&from_letters);
/// let second = select.recv(&from_numbers);
/// let operation = select.select();
/// match operation.index() {
///     index if index == first => assert_eq!(operation.recv(&from_letters), Ok('a')),
///     index if index == second => drop(operation.recv(&from_numbers)),
///     _ => unreachable!(),
/// }
/// ```
#[derive(Clone)]
pub struct Select<'a> {
    /// In the order in which they were added, unless any may be taken.
    operations: Vec<Operation<'a>>,
    /// How many have been added.
    added: usize,
    is_fair: bool,
}

impl<'a> Select<'a> {
    /// A select without operations; of several that are ready it takes any.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(bifrons::Select::new().try_select().is_err());
    /// ```
    pub fn new() -> Self {
        Self { operations: Vec::new(), added: 0, is_fair: true }
    }

    /// A select without operations; of several that are ready it takes the one that was added first.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::unbounded();
    /// tx.send(1).unwrap();
    /// let mut select = bifrons::Select::new_biased();
    /// let urgent = select.recv(&rx);
    /// select.send(&tx);
    /// let operation = select.select();
    /// assert_eq!(operation.index(), urgent);
    /// assert_eq!(operation.recv(&rx), Ok(1));
    /// ```
    pub fn new_biased() -> Self {
        Self { operations: Vec::new(), added: 0, is_fair: false }
    }

    /// Adds a send; its index. The item is given when the operation is completed.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::bounded(1);
    /// let mut select = bifrons::Select::new();
    /// assert_eq!(select.send(&tx), 0);
    /// select.select().send(&tx, "hello").unwrap();
    /// assert_eq!(rx.recv(), Ok("hello"));
    /// ```
    pub fn send<T>(&mut self, sender: &'a Sender<T>) -> usize {
        self.add(Side::Send, &*sender.counted)
    }

    /// Adds a receive; its index.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::bounded(1);
    /// tx.send("hello").unwrap();
    /// let mut select = bifrons::Select::new();
    /// assert_eq!(select.recv(&rx), 0);
    /// assert_eq!(select.select().recv(&rx), Ok("hello"));
    /// ```
    pub fn recv<R: Source>(&mut self, source: &'a R) -> usize {
        self.add(Side::Recv, source.party())
    }

    /// Itself, for the macros, which know how many operations there will be.
    #[doc(hidden)]
    pub fn __for_so_many(mut self, operations: usize) -> Self {
        self.operations.reserve_exact(operations);
        self
    }

    fn add(&mut self, side: Side, party: &'a dyn Party) -> usize {
        let index = self.added;
        self.operations.push(Operation { index, side, party });
        self.added += 1;
        index
    }

    /// Removes an operation; the others keep their indices.
    ///
    /// # Panics
    ///
    /// If there is none with that index.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::bounded::<u8>(1);
    /// let mut select = bifrons::Select::new();
    /// let sending = select.send(&tx);
    /// select.recv(&rx);
    /// select.remove(sending);
    /// assert!(select.try_select().is_err(), "nothing to receive");
    /// ```
    pub fn remove(&mut self, index: usize) {
        let place = self.operations.iter().position(|operation| operation.index == index);
        match place {
            Some(place) => drop(self.operations.remove(place)),
            None => panic!("a select has no operation {index}"),
        }
    }

    /// Takes an operation that is ready now.
    ///
    /// The operation that comes back must be completed.
    ///
    /// # Errors
    ///
    /// When none is ready.
    ///
    /// # Examples
    ///
    /// ```
    /// let (_tx, rx) = bifrons::bounded::<u8>(1);
    /// let mut select = bifrons::Select::new();
    /// select.recv(&rx);
    /// assert!(select.try_select().is_err());
    /// ```
    pub fn try_select(&mut self) -> Result<SelectedOperation<'a>, TrySelectError> {
        self.take(Limit::After(Duration::ZERO)).ok_or(TrySelectError)
    }

    /// Blocks the current thread until an operation is ready, and takes it.
    ///
    /// The operation that comes back must be completed. With no operation it blocks for ever.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::bounded(0);
    /// std::thread::spawn(move || tx.send("hello"));
    /// let mut select = bifrons::Select::new();
    /// select.recv(&rx);
    /// assert_eq!(select.select().recv(&rx), Ok("hello"));
    /// ```
    pub fn select(&mut self) -> SelectedOperation<'a> {
        match self.take(Limit::Never) {
            Some(operation) => operation,
            None => unreachable!("a wait without a limit ends with an operation"),
        }
    }

    /// Blocks the current thread until an operation is ready, but no longer than `timeout`, and takes it.
    ///
    /// The operation that comes back must be completed.
    ///
    /// # Errors
    ///
    /// When none was ready in time.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// let (_tx, rx) = bifrons::bounded::<u8>(1);
    /// let mut select = bifrons::Select::new();
    /// select.recv(&rx);
    /// assert!(select.select_timeout(Duration::from_millis(1)).is_err());
    /// ```
    pub fn select_timeout(&mut self, timeout: Duration) -> Result<SelectedOperation<'a>, SelectTimeoutError> {
        self.take(Limit::After(timeout)).ok_or(SelectTimeoutError)
    }

    /// Blocks the current thread until an operation is ready, but no longer than until `deadline`, and takes it.
    ///
    /// The operation that comes back must be completed.
    ///
    /// # Errors
    ///
    /// When none was ready in time.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Instant;
    /// let (_tx, rx) = bifrons::bounded::<u8>(1);
    /// let mut select = bifrons::Select::new();
    /// select.recv(&rx);
    /// assert!(select.select_deadline(Instant::now()).is_err());
    /// ```
    pub fn select_deadline(&mut self, deadline: Instant) -> Result<SelectedOperation<'a>, SelectTimeoutError> {
        self.take(Limit::At(deadline)).ok_or(SelectTimeoutError)
    }

    /// The index of an operation that is ready now: if it were done at once, it would not wait.
    ///
    /// Others may come before, so that whoever goes on to do it does so by a call that does not wait.
    ///
    /// # Errors
    ///
    /// When none is ready.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::bounded(1);
    /// let mut select = bifrons::Select::new();
    /// let index = select.recv(&rx);
    /// assert!(select.try_ready().is_err());
    /// tx.send(1).unwrap();
    /// assert_eq!(select.try_ready(), Ok(index));
    /// assert_eq!(rx.try_recv(), Ok(1));
    /// ```
    pub fn try_ready(&mut self) -> Result<usize, TryReadyError> {
        self.find(Limit::After(Duration::ZERO)).ok_or(TryReadyError)
    }

    /// Blocks the current thread until an operation is ready: its index.
    ///
    /// Others may come before, so that whoever goes on to do it does so by a call that does not wait. With no operation it
    /// blocks for ever. In a rendezvous it counts as a receiver that waits, to whom [`try_send`](crate::Sender::try_send) hands an item
    /// over: that stays for whoever receives next.
    ///
    /// A send to a queue by weight is ready when there is room for a weight of 1, and one to a queue with a
    /// [`Discipline`](crate::Discipline) whether or not that would take the item: in a loop around it and a `try_send` that could go on
    /// for long. There [`select`](Self::select) is better, which keeps the room.
    ///
    /// # Examples
    ///
    /// ```
    /// let (tx, rx) = bifrons::bounded(1);
    /// std::thread::spawn(move || tx.send(1));
    /// let mut select = bifrons::Select::new();
    /// let index = select.recv(&rx);
    /// assert_eq!(select.ready(), index);
    /// ```
    pub fn ready(&mut self) -> usize {
        match self.find(Limit::Never) {
            Some(index) => index,
            None => unreachable!("a wait without a limit ends with an operation"),
        }
    }

    /// Blocks the current thread until an operation is ready, but no longer than `timeout`: its index.
    ///
    /// # Errors
    ///
    /// When none was ready in time.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// let (_tx, rx) = bifrons::bounded::<u8>(1);
    /// let mut select = bifrons::Select::new();
    /// select.recv(&rx);
    /// assert!(select.ready_timeout(Duration::from_millis(1)).is_err());
    /// ```
    pub fn ready_timeout(&mut self, timeout: Duration) -> Result<usize, ReadyTimeoutError> {
        self.find(Limit::After(timeout)).ok_or(ReadyTimeoutError)
    }

    /// Blocks the current thread until an operation is ready, but no longer than until `deadline`: its index.
    ///
    /// # Errors
    ///
    /// When none was ready in time.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Instant;
    /// let (_tx, rx) = bifrons::bounded::<u8>(1);
    /// let mut select = bifrons::Select::new();
    /// select.recv(&rx);
    /// assert!(select.ready_deadline(Instant::now()).is_err());
    /// ```
    pub fn ready_deadline(&mut self, deadline: Instant) -> Result<usize, ReadyTimeoutError> {
        self.find(Limit::At(deadline)).ok_or(ReadyTimeoutError)
    }

    fn take(&mut self, limit: Limit) -> Option<SelectedOperation<'a>> {
        let (operation, chosen) = choose(&mut self.operations, self.is_fair, Aim::Do, limit)?;
        Some(SelectedOperation { operation, chosen: Some(chosen), not_send: PhantomData })
    }

    fn find(&mut self, limit: Limit) -> Option<usize> {
        choose(&mut self.operations, self.is_fair, Aim::Know, limit).map(|(operation, _)| operation.index)
    }
}

impl Default for Select<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Select<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Select").field("operations", &self.operations.len()).field("fair", &self.is_fair).finish()
    }
}

/// An operation that a [`Select`] has taken: it can be completed without waiting, and must be.
///
/// # Panics
///
/// When it is dropped without having been completed: what it was going to receive is dropped, the room it was going to fill
/// is given back. One that is forgotten keeps the room, and the item until the queue goes.
///
/// # Examples
///
/// ```
/// let (tx, rx) = bifrons::bounded(1);
/// let mut select = bifrons::Select::new();
/// select.send(&tx);
/// let operation = select.select();
/// operation.send(&tx, 1).unwrap();
/// # drop(rx);
/// ```
#[must_use = "an operation that was taken must be completed"]
pub struct SelectedOperation<'a> {
    operation: Operation<'a>,
    /// Until it is completed.
    chosen: Option<Chosen>,
    not_send: PhantomData<*const ()>,
}

impl SelectedOperation<'_> {
    /// The index that the operation was added with.
    pub fn index(&self) -> usize {
        self.operation.index
    }

    /// Completes a send; never waits.
    ///
    /// # Errors
    ///
    /// When the queue is closed, or its [`Discipline`](crate::Discipline) refuses the item; the item comes back.
    ///
    /// # Panics
    ///
    /// If the operation is not a send to the queue of this sender.
    pub fn send<T>(mut self, sender: &Sender<T>, item: T) -> Result<(), SendError<T>> {
        let is_mine = self.operation.side == Side::Send && sender.counted.is_party(self.operation.party);
        assert!(is_mine, "a selected operation was completed with another sender");
        match self.chosen.take() {
            Some(Chosen::Room(room)) => sender.counted.redeem(item, room).map_err(SendError),
            _ => Err(SendError(item)),
        }
    }

    /// Completes a receive; never waits.
    ///
    /// # Errors
    ///
    /// When the queue is closed and nothing was left in it.
    ///
    /// # Panics
    ///
    /// If the operation is not a receive from this source.
    pub fn recv<R: Source>(mut self, source: &R) -> Result<R::Item, RecvError> {
        let is_mine = self.operation.side == Side::Recv && std::ptr::addr_eq(self.operation.party, source.party());
        assert!(is_mine, "a selected operation was completed with another receiver");
        match self.chosen.take() {
            Some(chosen) => source.redeem(chosen),
            None => Err(RecvError),
        }
    }
}

impl Drop for SelectedOperation<'_> {
    fn drop(&mut self) {
        if let Some(chosen) = self.chosen.take() {
            self.operation.party.undo(chosen);
            assert!(std::thread::panicking(), "a selected operation was dropped without having been completed");
        }
    }
}

impl fmt::Debug for SelectedOperation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SelectedOperation").field("index", &self.operation.index).finish_non_exhaustive()
    }
}
