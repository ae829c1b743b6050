//! A queue of any kind whose every piece of user code may panic, and those who wait at it.

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::{Poll, Waker};

use bifrons::{AsyncReceiver, AsyncSender, Discipline, OwnedPermit, Permit, Permits, Pushed, Receiver, Sender, Task};

use super::fuse::{Place, inside, pass};
use crate::support::{Census, Counted, Hooks, hooked_waker, poll_with};

/// An item whose drop, comparison and weight are a user's.
#[derive(Debug)]
pub(super) struct Item {
    rank: u8,
    _load: Counted,
}

impl Drop for Item {
    fn drop(&mut self) {
        pass(Place::DropItem);
    }
}

impl Ord for Item {
    fn cmp(&self, other: &Self) -> Ordering {
        pass(Place::Compare);
        self.rank.cmp(&other.rank)
    }
}

impl PartialOrd for Item {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Eq for Item {}

impl PartialEq for Item {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

fn weigh(item: &Item) -> usize {
    pass(Place::Weigh);
    weight(item.rank)
}

fn weight(rank: u8) -> usize {
    usize::from(rank % 3) + 1
}

/// First in, first out, but a newer item takes the place of an older one of the same rank.
#[derive(Default)]
struct LatestOfRank(VecDeque<Item>);

impl Discipline<Item> for LatestOfRank {
    fn push(&mut self, item: Item, room: bool) -> Pushed<Item> {
        pass(Place::BeforePush);
        let pushed = match self.0.iter_mut().find(|other| other.rank == item.rank) {
            Some(older) => Pushed::Replaced(std::mem::replace(older, item)),
            None if room => {
                self.0.push_back(item);
                Pushed::Added
            }
            None => Pushed::Refused(item),
        };
        pass(Place::AfterPush);
        pushed
    }

    fn pop(&mut self) -> Option<Item> {
        pass(Place::BeforePop);
        let item = self.0.pop_front();
        pass(Place::AfterPop);
        item
    }

    fn len(&self) -> usize {
        pass(Place::Len);
        self.0.len()
    }

    fn evict(&mut self) -> Option<Item> {
        pass(Place::Evict);
        self.0.pop_front()
    }
}

/// A kind of queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Bounded(usize),
    Unbounded,
    Rendezvous,
    Lifo,
    Priority,
    ByWeight,
    Own,
    OwnByWeight,
}

impl Kind {
    pub(super) const ALL: [Self; 9] = [
        Self::Bounded(1),
        Self::Bounded(3),
        Self::Unbounded,
        Self::Rendezvous,
        Self::Lifo,
        Self::Priority,
        Self::ByWeight,
        Self::Own,
        Self::OwnByWeight,
    ];

    fn queue(self) -> (Sender<Item>, Receiver<Item>) {
        match self {
            Self::Bounded(capacity) => bifrons::bounded(capacity),
            Self::Unbounded => bifrons::unbounded(),
            Self::Rendezvous => bifrons::bounded(0),
            Self::Lifo => bifrons::lifo::bounded(2),
            Self::Priority => bifrons::priority::bounded(3),
            Self::ByWeight => bifrons::builder().capacity(4).weight(weigh).build(),
            Self::Own => bifrons::builder().capacity(2).discipline(LatestOfRank::default()).build(),
            Self::OwnByWeight => {
                bifrons::builder().capacity(4).discipline(LatestOfRank::default()).weight(weigh).build()
            }
        }
    }

    fn weighs(self) -> bool {
        matches!(self, Self::ByWeight | Self::OwnByWeight)
    }
}

/// What may be waited for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wait {
    Recv,
    RecvMany,
    RecvTask,
    Send(u8),
    SendMany([u8; 3]),
    Reserve,
    ReserveMany(usize),
    ReserveOwned,
    Join,
    Closed,
}

/// What happens next; `usize` chooses among what there is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    Begin(Wait),
    /// Polls one, with the waker of the last time or with another.
    Poll(usize, bool),
    /// Polls one of those who were woken.
    Wake(usize),
    Drop(usize),
    Take(usize),
    TrySend(u8),
    ForceSend(u8),
    TryRecv,
    TryRecvTask,
    FinishTask(usize),
    Drain,
    TryReserve,
    SendByPermit(usize, u8),
    DropPermit(usize),
    SetCapacity(usize),
    Close,
    Shutdown,
}

/// What somebody got.
enum Got<'a> {
    Nothing,
    Items(Vec<Item>),
    Permit(Permit<'a, Item>),
    Permits(Permits<'a, Item>),
    OwnedPermit(OwnedPermit<Item>),
    Task(Task<Item>),
}

/// What one is after who waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Item,
    Room(usize),
    Idle,
    Closed,
}

/// A future and what becomes of what it gives.
trait Pending<'a> {
    fn poll(&mut self, waker: &Waker) -> Poll<Got<'a>>;
    fn take(&mut self) -> Option<Item>;
}

struct Waiting<F, M, K> {
    future: F,
    made: M,
    taken: K,
}

impl<'a, F, M, K> Pending<'a> for Waiting<F, M, K>
where
    F: Future + Unpin,
    M: Fn(F::Output) -> Got<'a>,
    K: Fn(&mut F) -> Option<Item>,
{
    fn poll(&mut self, waker: &Waker) -> Poll<Got<'a>> {
        poll_with(&mut self.future, waker).map(&self.made)
    }

    fn take(&mut self) -> Option<Item> {
        (self.taken)(&mut self.future)
    }
}

fn waiting<'a, F: Future + Unpin + 'a>(
    future: F,
    made: impl Fn(F::Output) -> Got<'a> + 'a,
) -> Box<dyn Pending<'a> + 'a> {
    Box::new(Waiting { future, made, taken: |_: &mut F| None })
}

/// Whether a waker was woken since it was last polled with, and whether one failed instead.
#[derive(Default)]
struct Bell {
    wakes: AtomicUsize,
    failures: AtomicUsize,
}

fn bell() -> (Arc<Bell>, Waker) {
    let bell = Arc::new(Bell::default());
    let rung = Arc::clone(&bell);
    let wake = move || {
        rung.failures.fetch_add(1, Relaxed);
        pass(Place::Wake);
        rung.failures.fetch_sub(1, Relaxed);
        rung.wakes.fetch_add(1, Relaxed);
    };
    let hooks = Hooks {
        wake: Box::new(wake),
        clone: Box::new(|| pass(Place::CloneWaker)),
        drop: Box::new(|| pass(Place::DropWaker)),
    };
    (bell, hooked_waker(hooks))
}

struct Slot<'a> {
    pending: Box<dyn Pending<'a> + 'a>,
    wait: Wait,
    wish: Wish,
    bells: [(Arc<Bell>, Waker); 2],
    current: usize,
    /// When it first had to wait.
    since: Option<u64>,
}

impl Slot<'_> {
    fn is_woken(&self) -> bool {
        self.bells.iter().any(|(bell, _)| bell.wakes.load(Relaxed) > 0)
    }

    /// Whether its waker panicked, so that it may never hear of its call.
    fn is_deaf(&self) -> bool {
        self.bells.iter().any(|(bell, _)| bell.failures.load(Relaxed) > 0)
    }
}

/// What becomes of a future whose poll panicked, or whose waker did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Afterwards {
    Dropped,
    PolledAgain,
}

pub(super) struct World<'a> {
    kind: Kind,
    afterwards: Afterwards,
    census: Census,
    tx: &'a AsyncSender<Item>,
    rx: &'a AsyncReceiver<Item>,
    slots: Vec<Slot<'a>>,
    permits: Vec<Got<'a>>,
    tasks: Vec<Task<Item>>,
    clock: u64,
}

/// Runs a program to its end, and says whether the books balance.
pub(super) fn run(kind: Kind, afterwards: Afterwards, steps: &[Step], receivers_go_first: bool) {
    let census = Census::new();
    let (tx, rx) = kind.queue();
    let (tx, rx) = (tx.into_async(), rx.into_async());
    let mut world = World {
        kind,
        afterwards,
        census: census.clone(),
        tx: &tx,
        rx: &rx,
        slots: Vec::new(),
        permits: Vec::new(),
        tasks: Vec::new(),
        clock: 0,
    };
    for &step in steps {
        world.step(step);
        world.settle_if_blown();
    }
    world.everybody_leaves();
    if !tx.is_closed() {
        World::goes_on(&tx, &rx, &census);
    }
    let _ = if receivers_go_first { inside(|| drop(rx)).and(inside(|| drop(tx))) } else { inside(|| drop((tx, rx))) };
    let made = census.made() as u64;
    census.assert_all_dropped_once(0..made);
}

fn choose<T>(all: &[T], at: usize) -> Option<usize> {
    (!all.is_empty()).then(|| at % all.len())
}

impl<'a> World<'a> {
    fn make(&self, rank: u8) -> Item {
        Item { rank, _load: self.census.item(self.census.made() as u64) }
    }

    fn step(&mut self, step: Step) {
        let (tx, rx) = (self.tx, self.rx);
        match step {
            Step::Begin(wait) => self.begin(wait),
            Step::Poll(at, other) => {
                if let Some(nth) = choose(&self.slots, at) {
                    self.poll(nth, other);
                }
            }
            Step::Wake(at) => {
                let woken: Vec<_> = (0..self.slots.len()).filter(|&nth| self.slots[nth].is_woken()).collect();
                if let Some(nth) = choose(&woken, at) {
                    self.poll(woken[nth], false);
                }
            }
            Step::Drop(at) => {
                if let Some(nth) = choose(&self.slots, at) {
                    self.drop_slot(nth);
                }
            }
            Step::Take(at) => {
                if let Some(nth) = choose(&self.slots, at) {
                    if matches!(self.slots[nth].wait, Wait::Send(_)) {
                        let taken = inside(|| self.slots[nth].pending.take());
                        drop(taken);
                        self.drop_slot(nth);
                    }
                }
            }
            Step::TrySend(rank) => {
                let item = self.make(rank);
                drop(inside(|| tx.try_send(item)));
            }
            Step::ForceSend(rank) => {
                let item = self.make(rank);
                drop(inside(|| tx.force_send(item)));
            }
            Step::TryRecv => drop(inside(|| rx.try_recv())),
            Step::TryRecvTask => self.tasks.extend(inside(|| rx.try_recv_task()).ok().and_then(Result::ok)),
            Step::FinishTask(at) => {
                if let Some(nth) = choose(&self.tasks, at) {
                    let task = self.tasks.remove(nth);
                    let _ = inside(|| drop(task));
                }
            }
            Step::Drain => {
                let _ = inside(|| drop(rx.drain()));
            }
            Step::TryReserve => {
                let permit = inside(|| tx.try_reserve()).ok().and_then(Result::ok);
                self.permits.extend(permit.map(Got::Permit));
            }
            Step::SendByPermit(at, rank) => {
                if let Some(nth) = choose(&self.permits, at) {
                    let item = self.make(rank);
                    match self.permits.remove(nth) {
                        Got::Permit(permit) => drop(inside(|| permit.send(item))),
                        Got::OwnedPermit(permit) => drop(inside(|| permit.send(item))),
                        Got::Permits(mut permits) => {
                            drop(inside(|| permits.next().map(|permit| permit.send(item))));
                            self.permits.push(Got::Permits(permits));
                        }
                        Got::Nothing | Got::Items(_) | Got::Task(_) => unreachable!("no permit"),
                    }
                }
            }
            Step::DropPermit(at) => {
                if let Some(nth) = choose(&self.permits, at) {
                    let permit = self.permits.remove(nth);
                    let _ = inside(|| drop(permit));
                }
            }
            Step::SetCapacity(capacity) => drop(inside(|| tx.set_capacity(capacity))),
            Step::Close => drop(inside(|| tx.close())),
            Step::Shutdown => {
                let _ = inside(|| drop(rx.shutdown()));
            }
        }
    }

    fn begin(&mut self, wait: Wait) {
        let (tx, rx) = (self.tx, self.rx);
        let items = |result: Result<Item, _>| result.map_or(Got::Nothing, |item| Got::Items(vec![item]));
        let need = |rank| if self.kind.weighs() { weight(rank) } else { 1 };
        let (wish, pending) = match wait {
            Wait::Recv => (Wish::Item, waiting(rx.recv(), items)),
            Wait::RecvMany => {
                let many = Box::pin(async move {
                    let mut items = Vec::new();
                    let _ = rx.recv_many(&mut items, 3).await;
                    items
                });
                (Wish::Item, waiting(many, Got::Items))
            }
            Wait::RecvTask => (Wish::Item, waiting(rx.recv_task(), |result| result.map_or(Got::Nothing, Got::Task))),
            Wait::Send(rank) => {
                let future = tx.send(self.make(rank));
                let made = |result: Result<(), bifrons::SendError<Item>>| match result {
                    Ok(()) => Got::Nothing,
                    Err(error) => Got::Items(vec![error.into_inner()]),
                };
                let taken = |send: &mut bifrons::future::SendFuture<'a, Item>| send.take();
                let pending: Box<dyn Pending<'a> + 'a> = Box::new(Waiting { future, made, taken });
                (Wish::Room(need(rank)), pending)
            }
            Wait::SendMany(ranks) => {
                let mut items: VecDeque<_> = ranks.into_iter().map(|rank| self.make(rank)).collect();
                let many = Box::pin(async move {
                    let _ = tx.send_many(&mut items).await;
                    items
                });
                // How much it needs depends on how much it has sent: the largest of them will do.
                let need = ranks.into_iter().map(need).max().unwrap_or(1);
                (Wish::Room(need), waiting(many, |items| Got::Items(items.into())))
            }
            Wait::Reserve => (Wish::Room(1), waiting(tx.reserve(), |result| result.map_or(Got::Nothing, Got::Permit))),
            Wait::ReserveMany(count) => {
                let made = |result: Result<_, _>| result.map_or(Got::Nothing, Got::Permits);
                (Wish::Room(count), waiting(tx.reserve_many(count), made))
            }
            Wait::ReserveOwned => {
                let made = |result: Result<_, _>| result.map_or(Got::Nothing, Got::OwnedPermit);
                (Wish::Room(1), waiting(tx.clone().reserve_owned(), made))
            }
            Wait::Join => (Wish::Idle, waiting(tx.join(), |()| Got::Nothing)),
            Wait::Closed => (Wish::Closed, waiting(rx.closed(), |()| Got::Nothing)),
        };
        let slot = Slot { pending, wait, wish, bells: [bell(), bell()], current: 0, since: None };
        self.slots.push(slot);
        self.poll(self.slots.len() - 1, false);
    }

    fn poll(&mut self, nth: usize, other: bool) {
        let slot = &mut self.slots[nth];
        if other {
            slot.current = 1 - slot.current;
        }
        for (bell, _) in &slot.bells {
            bell.wakes.store(0, Relaxed);
            bell.failures.store(0, Relaxed);
        }
        let waker = &slot.bells[slot.current].1;
        match inside(|| slot.pending.poll(waker)) {
            Ok(Poll::Pending) => {
                self.clock += 1;
                slot.since.get_or_insert(self.clock);
            }
            Ok(Poll::Ready(got)) => {
                match got {
                    Got::Nothing => {}
                    Got::Items(items) => drop(items),
                    Got::Task(task) => self.tasks.push(task),
                    permit => self.permits.push(permit),
                }
                self.drop_slot(nth);
            }
            Err(_) => {
                let is_block = matches!(slot.wait, Wait::RecvMany | Wait::SendMany(_));
                if self.afterwards == Afterwards::Dropped || is_block {
                    self.drop_slot(nth);
                } else {
                    slot.bells[slot.current].0.wakes.store(1, Relaxed);
                }
            }
        }
    }

    /// A future goes. Its wakers are the test's to drop.
    fn drop_slot(&mut self, nth: usize) {
        let Slot { pending, bells, .. } = self.slots.remove(nth);
        let _ = inside(|| drop(pending));
        drop(bells);
    }

    /// After a panic: those who heard nothing of their call are told by it, everybody who was woken is polled, and then the
    /// law holds.
    fn settle_if_blown(&mut self) {
        if super::fuse::blown().is_none() {
            return;
        }
        while let Some(nth) = self.slots.iter().position(Slot::is_deaf) {
            match self.afterwards {
                Afterwards::Dropped => self.drop_slot(nth),
                Afterwards::PolledAgain => self.poll(nth, false),
            }
        }
        let mut patience = 1_000;
        while let Some(nth) = self.slots.iter().position(Slot::is_woken) {
            patience -= 1;
            assert!(patience > 0, "they wake each other for ever");
            self.poll(nth, false);
        }
        self.nobody_sleeps_in_vain();
    }

    fn asleep(&self, wish: impl Fn(Wish) -> bool) -> impl Iterator<Item = &Slot<'a>> {
        self.slots.iter().filter(move |slot| slot.since.is_some() && wish(slot.wish))
    }

    fn nobody_sleeps_in_vain(&self) {
        let stats = self.tx.stats();
        if stats.len == 0 && stats.tasks == 0 {
            assert_eq!(self.asleep(|wish| wish == Wish::Idle).count(), 0, "all is done, and a joiner sleeps");
        }
        if stats.closed {
            let others = self.asleep(|wish| wish != Wish::Idle).count();
            assert_eq!(others, 0, "the queue is closed, and somebody sleeps");
            return;
        }
        let receivers = self.asleep(|wish| wish == Wish::Item).count();
        assert!(stats.len == 0 || receivers == 0, "{} items, and {receivers} sleep", stats.len);
        let senders = || self.asleep(|wish| matches!(wish, Wish::Room(_)));
        if self.kind == Kind::Rendezvous {
            // Who wants room alone waits for nothing that could come.
            let offers = senders().filter(|slot| matches!(slot.wait, Wait::Send(_) | Wait::SendMany(_))).count();
            assert!(offers == 0 || receivers == 0, "{offers} offers, and {receivers} sleep");
            return;
        }
        // What is left of a batch comes anew, so that only the queue knows its place: whoever needs most may be first.
        let need = |slot: &Slot<'_>| if let Wish::Room(need) = slot.wish { need } else { 0 };
        let has_batch = senders().any(|slot| matches!(slot.wait, Wait::SendMany(_)));
        let first =
            if has_batch { senders().max_by_key(|slot| need(slot)) } else { senders().min_by_key(|slot| slot.since) };
        let Some(first) = first else { return };
        let mut probe = self.tx.reserve_weight(need(first));
        let fits = match poll_with(&mut probe, Waker::noop()) {
            Poll::Ready(Ok(permit)) => {
                drop(permit);
                true
            }
            Poll::Ready(Err(_)) | Poll::Pending => false,
        };
        assert!(!fits, "there is room for {:?}, who sleeps: {:?}", first.wait, self.tx);
    }

    fn everybody_leaves(mut self) {
        while !self.slots.is_empty() {
            self.drop_slot(self.slots.len() / 2);
            self.settle_if_blown();
        }
        while let Some(permit) = self.permits.pop() {
            let _ = inside(|| drop(permit));
        }
        while let Some(task) = self.tasks.pop() {
            let _ = inside(|| drop(task));
        }
        let stats = self.tx.stats();
        assert_eq!((stats.waiting_senders, stats.waiting_receivers), (0, 0), "nobody is left in line");
        assert_eq!((stats.reserved, stats.tasks), (0, 0), "nothing is left in hand");
    }

    /// Whatever was, a queue that is open takes and gives.
    fn goes_on(tx: &AsyncSender<Item>, rx: &AsyncReceiver<Item>, census: &Census) {
        while rx.try_recv().is_ok() {}
        let item = Item { rank: 0, _load: census.item(census.made() as u64) };
        let mut recv = rx.recv();
        assert!(poll_with(&mut recv, Waker::noop()).is_pending());
        assert!(tx.try_send(item).is_ok());
        assert!(matches!(poll_with(&mut recv, Waker::noop()), Poll::Ready(Ok(_))));
        assert_eq!(rx.len(), 0);
    }
}
