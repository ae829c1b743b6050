//! What a discipline does to its items that nobody asked for: it lets some go, adds them up, or begins with some.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use bifrons::{AsyncSender, Discipline, Pushed, Receiver, TryRecvError, TrySendError};
use futures_util::StreamExt;

use super::one_of_each;
use crate::support::{
    Census, Counted, WakeCount, counting_waker, is_pending, must_be_pending, must_be_ready, watchdog,
};

/// One of each item, which lives until a moment, by a clock that the test sets. What is out of date goes when another comes, or
/// might be pushed out.
struct Fresh {
    items: VecDeque<u32>,
    clock: Arc<AtomicU32>,
}

impl Fresh {
    fn let_go(&mut self) {
        let now = self.clock.load(Relaxed);
        self.items.retain(|&until| until > now);
    }
}

impl Discipline<u32> for Fresh {
    fn push(&mut self, until: u32, room: bool) -> Pushed<u32> {
        self.let_go();
        if !room || self.items.contains(&until) {
            return Pushed::Refused(until);
        }
        self.items.push_back(until);
        Pushed::Added
    }

    fn pop(&mut self) -> Option<u32> {
        self.items.pop_front()
    }

    fn len(&self) -> usize {
        self.items.len()
    }

    fn evict(&mut self) -> Option<u32> {
        self.let_go();
        None
    }
}

/// A queue of such items, and its clock.
fn fresh(capacity: usize) -> (Arc<AtomicU32>, AsyncSender<u32>, Receiver<u32>) {
    let clock = Arc::new(AtomicU32::new(0));
    let fresh = Fresh { items: VecDeque::new(), clock: Arc::clone(&clock) };
    let (tx, rx) = bifrons::builder().capacity(capacity).discipline(fresh).build();
    (clock, tx.into_async(), rx)
}

/// Polls what has to wait; what counts how often it is woken then.
fn waits(future: &mut (impl Future + Unpin)) -> Arc<WakeCount> {
    let (count, waker) = counting_waker();
    must_be_pending(future, &waker);
    count
}

#[test]
fn what_is_let_go_as_an_item_is_refused_makes_room() {
    let _dog = watchdog();
    let (clock, tx, rx) = fresh(2);
    (1..3).for_each(|until| tx.try_send(until).unwrap());
    let mut send = tx.send(8);
    let count = waits(&mut send);
    assert_eq!((tx.try_send(9), tx.is_full()), (Err(TrySendError::Full(9)), true));
    clock.store(2, Relaxed);
    tx.try_send(9).unwrap();
    assert_eq!(count.wakes(), 1, "there is room for one more");
    must_be_ready(&mut send).unwrap();
    assert!(tx.is_full());
    assert_eq!((rx.recv(), rx.recv()), (Ok(9), Ok(8)));
    tx.to_sync().join();
}

/// Where one is let go for one that comes, who waits for room is called to what is left.
#[test]
fn what_is_let_go_as_an_item_is_taken_in_makes_room() {
    let (clock, tx, rx) = fresh(2);
    (1..3).for_each(|until| tx.try_send(until).unwrap());
    let mut first = tx.send(8);
    let one = waits(&mut first);
    let mut second = tx.send(9);
    let two = waits(&mut second);
    assert_eq!(rx.recv(), Ok(1));
    assert_eq!((one.wakes(), two.wakes()), (1, 0));
    clock.store(2, Relaxed);
    must_be_ready(&mut first).unwrap();
    assert_eq!((rx.len(), two.wakes()), (1, 1));
    must_be_ready(&mut second).unwrap();
    assert_eq!((rx.recv(), rx.recv()), (Ok(8), Ok(9)));
}

/// Items that somebody else may take away.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<VecDeque<u32>>>);

impl Discipline<u32> for Shared {
    fn push(&mut self, item: u32, room: bool) -> Pushed<u32> {
        if !room {
            return Pushed::Refused(item);
        }
        self.0.lock().unwrap().push_back(item);
        Pushed::Added
    }

    fn pop(&mut self) -> Option<u32> {
        self.0.lock().unwrap().pop_front()
    }

    fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

#[test]
fn a_queue_that_was_left_empty_is_not_closed() {
    for in_a_batch in [false, true] {
        let shared = Shared::default();
        let (tx, rx) = bifrons::builder().capacity(1).discipline(shared.clone()).build();
        let (tx, rx) = (tx.into_async(), rx.into_async());
        tx.try_send(1).unwrap();
        let (mut send, mut join) = (tx.send(2), tx.join());
        let (sends, joins) = (waits(&mut send), waits(&mut join));
        shared.0.lock().unwrap().clear();
        if in_a_batch {
            let mut items = Vec::new();
            assert!(is_pending(&mut rx.recv_many(&mut items, 9)));
        } else {
            assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
        }
        assert_eq!((rx.len(), sends.wakes(), joins.wakes()), (0, 1, 1));
        must_be_ready(&mut join);
        must_be_ready(&mut send).unwrap();
        assert_eq!(rx.try_recv(), Ok(2));
        tx.close();
        assert_eq!(rx.try_recv(), Err(TryRecvError::Closed));
    }
}

/// Items that live until a moment, of which those that are out of date go when their turn comes.
struct Lazy(Fresh);

impl Discipline<u32> for Lazy {
    fn push(&mut self, until: u32, room: bool) -> Pushed<u32> {
        if !room {
            return Pushed::Refused(until);
        }
        self.0.items.push_back(until);
        Pushed::Added
    }

    fn pop(&mut self) -> Option<u32> {
        let Fresh { items, clock } = &mut self.0;
        while let Some(until) = items.pop_front() {
            if until > clock.load(Relaxed) {
                return Some(until);
            }
        }
        None
    }

    fn len(&self) -> usize {
        self.0.items.len()
    }
}

/// What is out of date goes while a batch is taken, after an item has come of it: the rest of the room is there.
#[test]
fn a_batch_that_ends_early_leaves_nothing_behind() {
    let _dog = watchdog();
    type Way = fn(&Receiver<u32>) -> Vec<u32>;
    let ways: [Way; 3] = [
        |rx| rx.drain().collect(),
        |rx| rx.shutdown().collect(),
        |rx| {
            let mut items = Vec::new();
            assert_eq!(rx.recv_many(&mut items, 3), Ok(1));
            items
        },
    ];
    for take in ways {
        let clock = Arc::new(AtomicU32::new(0));
        let lazy = Lazy(Fresh { items: VecDeque::new(), clock: Arc::clone(&clock) });
        let (tx, rx) = bifrons::builder().capacity(3).discipline(lazy).build();
        let tx = tx.into_async();
        [9, 1, 1].into_iter().for_each(|until| tx.try_send(until).unwrap());
        let (mut join, mut reserve) = (tx.join(), tx.reserve_many(3));
        let (joins, reserves) = (waits(&mut join), waits(&mut reserve));
        clock.store(1, Relaxed);
        assert_eq!(take(&rx), [9]);
        assert_eq!((rx.len(), joins.wakes(), reserves.wakes()), (0, 1, 1));
        must_be_ready(&mut join);
        let stats = rx.stats();
        assert_eq!((stats.weight, stats.sent, stats.received), (0, 3, 3));
    }
}

/// One that says that it has items and gives none is not asked without end.
#[test]
fn who_waits_for_what_is_promised_in_vain_waits() {
    struct Liar;
    impl Discipline<u32> for Liar {
        fn push(&mut self, _: u32, _: bool) -> Pushed<u32> {
            Pushed::Added
        }
        fn pop(&mut self) -> Option<u32> {
            None
        }
        fn len(&self) -> usize {
            1
        }
    }
    let (tx, rx) = bifrons::builder().capacity(1).discipline(Liar).build();
    let rx = rx.into_async();
    assert!(is_pending(&mut rx.recv()));
    tx.try_send(1).unwrap();
    assert!(is_pending(&mut rx.recv()));
}

/// Sums: a debt cancels a claim of the same amount, and what is left of both is one item.
#[derive(Default)]
struct Balance(Option<i32>);

impl Discipline<i32> for Balance {
    fn push(&mut self, amount: i32, _: bool) -> Pushed<i32> {
        let sum = self.0.take().unwrap_or(0) + amount;
        self.0 = (sum != 0).then_some(sum);
        Pushed::Added
    }

    fn pop(&mut self) -> Option<i32> {
        self.0.take()
    }

    fn len(&self) -> usize {
        usize::from(self.0.is_some())
    }
}

#[test]
fn a_push_that_leaves_nothing_ends_a_join() {
    let (tx, rx) = bifrons::builder().capacity(1).discipline(Balance::default()).build();
    let tx = tx.into_async();
    tx.try_send(5).unwrap();
    let mut join = tx.join();
    let count = waits(&mut join);
    tx.try_send(-5).unwrap();
    assert_eq!((rx.len(), count.wakes()), (0, 1));
    must_be_ready(&mut join);
}

/// What counts is how many items there are, not how many have come.
#[test]
fn what_is_added_up_takes_the_room_of_one() {
    let (tx, rx) = bifrons::builder().capacity(2).discipline(Balance::default()).build();
    (0..10).for_each(|_| tx.try_send(1).unwrap());
    assert_eq!((tx.len(), tx.is_full()), (1, false));
    let (room, more) = (tx.try_reserve(), tx.try_reserve());
    assert!(room.is_ok() && more.is_err());
    assert_eq!(rx.recv(), Ok(10));
}

/// Several items may come of one: so many receivers are called.
#[test]
fn what_comes_of_one_item_is_received_by_several() {
    #[derive(Default)]
    struct Units(u32);
    impl Discipline<u32> for Units {
        fn push(&mut self, units: u32, _: bool) -> Pushed<u32> {
            self.0 += units;
            Pushed::Added
        }
        fn pop(&mut self) -> Option<u32> {
            self.0 = self.0.checked_sub(1)?;
            Some(1)
        }
        fn len(&self) -> usize {
            self.0 as usize
        }
    }
    let (tx, rx) = bifrons::builder().capacity(9).discipline(Units::default()).build();
    let rx = rx.into_async();
    let mut waiting = [rx.recv(), rx.recv(), rx.recv()];
    let counts = waiting.each_mut().map(waits);
    tx.send(2).unwrap();
    assert_eq!(counts.map(|count| count.wakes()), [1, 1, 0]);
}

/// Many are refused although there is room: each is called once when something has changed, and nobody because another comes back.
#[test]
fn who_is_refused_calls_nobody_who_was() {
    const SENDERS: usize = 20;
    let orders: [fn(usize) -> usize; 3] = [|nth| nth, |nth| SENDERS - 1 - nth, |nth| nth * 7 % SENDERS];
    for order in orders {
        let (tx, rx) = one_of_each(100);
        let tx = tx.into_async();
        [7, 2].into_iter().for_each(|item| tx.try_send(item).unwrap());
        let mut sends: Vec<_> = (0..SENDERS).map(|_| (counting_waker(), tx.send(2))).collect();
        sends.iter_mut().for_each(|((_, waker), send)| must_be_pending(send, waker));
        assert_eq!(rx.try_recv(), Ok(7));
        let mut seen = [0; SENDERS];
        let mut polls = 0;
        while let Some(nth) = (0..SENDERS).map(order).find(|&nth| sends[nth].0.0.wakes() > seen[nth]) {
            let ((count, waker), send) = &mut sends[nth];
            seen[nth] = count.wakes();
            must_be_pending(send, waker);
            polls += 1;
        }
        assert_eq!(polls, SENDERS);
        assert_eq!(rx.try_recv(), Ok(2));
        must_be_ready(&mut sends[0].1).unwrap();
    }
}

/// What stood in the way of one that was refused has gone, unasked, while the room was promised to others, who come back for
/// nothing: it is called then.
#[test]
fn who_was_refused_is_called_when_what_refused_it_has_gone() {
    let (clock, tx, rx) = fresh(4);
    [2, 9].into_iter().for_each(|item| tx.try_send(item).unwrap());
    let (count, waker) = counting_waker();
    let (mut first, mut second, mut third) = (tx.send(2), tx.send(9), tx.send(9));
    must_be_pending(&mut first, &waker);
    assert!(is_pending(&mut second) && is_pending(&mut third));
    assert_eq!(rx.try_recv(), Ok(2));
    [2, 5].into_iter().for_each(|item| tx.try_send(item).unwrap());
    must_be_pending(&mut first, &waker);
    let before = count.wakes();
    clock.store(2, Relaxed);
    assert!(tx.try_send(5).is_err());
    assert!(is_pending(&mut second) && is_pending(&mut third));
    assert_eq!((rx.len(), count.wakes()), (2, before + 1));
    clock.store(0, Relaxed);
    must_be_ready(&mut first).unwrap();
}

/// What goes as another is to be pushed out, though none is given up, makes room for the new one.
#[test]
fn what_is_let_go_as_one_is_to_be_pushed_out_makes_room() {
    let (clock, tx, rx) = fresh(1);
    tx.try_send(2).unwrap();
    assert_eq!(tx.force_send(3), Err(TrySendError::Full(3)));
    clock.store(2, Relaxed);
    assert_eq!(tx.force_send(3), Ok(None));
    assert_eq!(rx.try_recv(), Ok(3));
}

/// Items that are kept back until a signal comes, which is no item itself, call those who wait.
#[test]
fn what_a_signal_sets_free_is_received() {
    #[derive(Default)]
    struct Held {
        kept: VecDeque<u32>,
        free: VecDeque<u32>,
    }
    impl Discipline<u32> for Held {
        fn push(&mut self, item: u32, _: bool) -> Pushed<u32> {
            if item == 0 {
                self.free.append(&mut self.kept);
                return Pushed::Refused(item);
            }
            self.kept.push_back(item);
            Pushed::Added
        }
        fn pop(&mut self) -> Option<u32> {
            self.free.pop_front()
        }
        fn len(&self) -> usize {
            self.free.len()
        }
    }
    let (tx, rx) = bifrons::builder().capacity(9).discipline(Held::default()).build();
    let rx = rx.into_async();
    let mut waiting = [rx.recv(), rx.recv(), rx.recv()];
    let counts = waiting.each_mut().map(waits);
    (1..3).for_each(|item| tx.try_send(item).unwrap());
    assert!(tx.try_send(0).is_err());
    assert_eq!(counts.map(|count| count.wakes()), [1, 1, 0]);
    assert_eq!((must_be_ready(&mut waiting[0]), must_be_ready(&mut waiting[1])), (Ok(1), Ok(2)));
}

/// Has something that it neither counts nor gives before it is told to.
struct Later(VecDeque<u32>, Arc<AtomicU32>);

impl Discipline<u32> for Later {
    fn push(&mut self, item: u32, _: bool) -> Pushed<u32> {
        self.0.push_back(item);
        Pushed::Added
    }
    fn pop(&mut self) -> Option<u32> {
        if self.is_empty() { None } else { self.0.pop_front() }
    }
    fn len(&self) -> usize {
        if self.1.load(Relaxed) == 0 { 0 } else { self.0.len() }
    }
}

/// What was not counted before it was received has come and gone by then.
#[test]
fn the_books_know_of_what_was_not_counted() {
    for sends in [0, 3] {
        let now = Arc::new(AtomicU32::new(0));
        let later = Later((0..3 - sends).collect(), Arc::clone(&now));
        let (tx, rx) = bifrons::builder().discipline(later).build();
        (3 - sends..3).for_each(|item| tx.send(item).unwrap());
        tx.close();
        now.store(1, Relaxed);
        let mut before = rx.stats();
        for item in 0..3 {
            assert_eq!(rx.recv(), Ok(item));
            let stats = rx.stats();
            assert_eq!(stats.sent - stats.received, stats.len as u64);
            assert!(stats.received > before.received && stats.sent >= before.sent, "{before:?} {stats:?}");
            before = stats;
        }
        assert!(rx.recv().is_err());
    }
}

#[test]
fn what_it_begins_with_counts() {
    let begun = || Shared(Arc::new(Mutex::new(VecDeque::from([1, 2]))));
    let (tx, rx) = bifrons::builder().capacity(2).discipline(begun()).build();
    assert_eq!((tx.len(), tx.is_full()), (2, true));
    assert_eq!(tx.try_send(3), Err(TrySendError::Full(3)));
    assert_eq!(rx.try_recv(), Ok(1));
    assert_eq!((tx.stats().sent, tx.stats().received), (2, 1));
    tx.try_send(3).unwrap();
    assert!(rx.drain().eq([2, 3]));
    // What was there already has not been weighed.
    let (tx, rx) = bifrons::builder().capacity(2).weight(|_: &u32| 1).discipline(begun()).build();
    (3..5).for_each(|item| tx.try_send(item).unwrap());
    assert!(tx.is_full());
    assert!(rx.drain().eq([1, 2, 3, 4]));
    assert!(!tx.is_full());
}

/// What was let go for an item that was refused then, and went back, has not been received and sent once more.
#[test]
fn a_force_in_vain_counts_nothing() {
    /// Takes back what it let go, and nothing else.
    struct Stubborn(Option<u32>);
    impl Discipline<u32> for Stubborn {
        fn push(&mut self, item: u32, _: bool) -> Pushed<u32> {
            if item != 1 || self.0.is_some() {
                return Pushed::Refused(item);
            }
            self.0 = Some(item);
            Pushed::Added
        }
        fn pop(&mut self) -> Option<u32> {
            self.0.take()
        }
        fn len(&self) -> usize {
            usize::from(self.0.is_some())
        }
        fn evict(&mut self) -> Option<u32> {
            self.0.take()
        }
    }
    let (tx, rx) = bifrons::builder().capacity(1).discipline(Stubborn(None)).build();
    tx.try_send(1).unwrap();
    assert_eq!(tx.force_send(2), Err(TrySendError::Full(2)));
    assert_eq!((tx.stats().sent, tx.stats().received, tx.len()), (1, 0, 1));
    assert_eq!(rx.recv(), Ok(1));
}

/// Has a hoard that is not there before an item is asked for that may be pushed out, and gives the oldest then if it is generous.
struct Hoarder {
    hoard: Vec<u32>,
    items: VecDeque<u32>,
    is_generous: bool,
}

impl Discipline<u32> for Hoarder {
    fn push(&mut self, item: u32, room: bool) -> Pushed<u32> {
        if !room {
            return Pushed::Refused(item);
        }
        self.items.push_back(item);
        Pushed::Added
    }

    fn pop(&mut self) -> Option<u32> {
        self.items.pop_front()
    }

    fn len(&self) -> usize {
        self.items.len()
    }

    fn evict(&mut self) -> Option<u32> {
        let gone = if self.is_generous { self.items.pop_front() } else { None };
        self.items.extend(self.hoard.drain(..));
        gone
    }
}

/// Whoever waits is called to all that is set free as one is asked for to push out, whether one is pushed out or not.
#[test]
fn what_is_set_free_instead_of_being_pushed_out_is_received() {
    for is_generous in [false, true] {
        let hoarder = Hoarder { hoard: vec![7, 8], items: VecDeque::new(), is_generous };
        let (tx, rx) = bifrons::builder().capacity(1).discipline(hoarder).build();
        let (tx, rx) = (tx.into_async(), rx.into_async());
        let mut receives = [rx.recv(), rx.recv(), rx.recv()];
        let counts = receives.each_mut().map(waits);
        tx.try_send(1).unwrap();
        assert_eq!(counts.each_ref().map(|count| count.wakes()), [1, 0, 0]);
        let forced = tx.force_send(2);
        assert_eq!(forced, if is_generous { Ok(Some(1)) } else { Err(TrySendError::Full(2)) });
        assert_eq!(tx.len(), 3);
        assert_eq!(counts.map(|count| count.wakes()), [1, 1, 1], "{is_generous}");
        let received = receives.map(|mut recv| must_be_ready(&mut recv).unwrap());
        assert_eq!(received, if is_generous { [7, 8, 2] } else { [1, 7, 8] });
    }
}

/// Gives its items in order, each of which makes the next two ready: what is not ready does not count.
#[derive(Default)]
struct Unfolding {
    ready: VecDeque<Counted>,
    later: VecDeque<Counted>,
}

impl Discipline<Counted> for Unfolding {
    fn push(&mut self, item: Counted, room: bool) -> Pushed<Counted> {
        if !room {
            return Pushed::Refused(item);
        }
        if self.ready.is_empty() { &mut self.ready } else { &mut self.later }.push_back(item);
        Pushed::Added
    }

    fn pop(&mut self) -> Option<Counted> {
        let item = self.ready.pop_front();
        self.ready.extend(self.later.drain(..self.later.len().min(2)));
        item
    }

    fn len(&self) -> usize {
        self.ready.len()
    }
}

/// With the last receiver all goes, also what would only have been set free by what goes.
#[test]
fn what_would_be_set_free_goes_with_the_last_receiver() {
    let _dog = watchdog();
    let census = Census::new();
    let (tx, rx) = bifrons::builder().capacity(8).discipline(Unfolding::default()).build();
    (0..6).for_each(|id| tx.try_send(census.item(id)).unwrap());
    assert_eq!((rx.len(), census.alive()), (1, 6));
    let joining = tx.to_async();
    let mut join = joining.join();
    let count = waits(&mut join);
    drop(rx);
    assert_eq!((tx.len(), census.alive(), count.wakes()), (0, 0, 1));
    must_be_ready(&mut join);
    let stats = tx.stats();
    assert_eq!(stats.sent, stats.received);
    census.assert_all_dropped_once(0..6);
}

/// Last in, first out, and the last may be pushed out, however little it weighs.
struct Newest(VecDeque<usize>);

impl Discipline<usize> for Newest {
    fn push(&mut self, item: usize, room: bool) -> Pushed<usize> {
        if !room {
            return Pushed::Refused(item);
        }
        self.0.push_front(item);
        Pushed::Added
    }

    fn pop(&mut self) -> Option<usize> {
        self.0.pop_front()
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn evict(&mut self) -> Option<usize> {
        self.0.pop_front()
    }
}

#[test]
fn what_an_order_gives_up_must_weigh_enough() {
    let newest = Newest(VecDeque::new());
    let (tx, rx) = bifrons::builder().capacity(10).weight(|&item: &usize| item).discipline(newest).build();
    for item in [9, 1] {
        tx.try_send(item).unwrap();
    }
    assert_eq!(tx.force_send(10), Err(TrySendError::Full(10)));
    assert_eq!((tx.stats().weight, tx.len()), (10, 2));
    assert_eq!(tx.force_send(1), Ok(Some(1)));
    assert_eq!((rx.try_recv(), rx.try_recv()), (Ok(1), Ok(9)));
    assert_eq!(tx.stats().weight, 0);
}

/// The weigher is not asked as all goes.
#[test]
fn the_last_receiver_goes_although_nothing_can_be_weighed() {
    let census = Census::new();
    let is_broken = Arc::new(AtomicU32::new(0));
    let weigh = {
        let is_broken = Arc::clone(&is_broken);
        move |_: &Counted| if is_broken.load(Relaxed) == 0 { 1 } else { panic!("no weight") }
    };
    let (tx, rx) = bifrons::builder().capacity(8).weight(weigh).discipline(Unfolding::default()).build();
    (0..6).for_each(|id| tx.try_send(census.item(id)).unwrap());
    is_broken.store(1, Relaxed);
    drop(rx);
    assert_eq!((tx.len(), census.alive(), tx.stats().weight), (0, 0, 0));
}

/// Refuses a key that it has, and lets the oldest go then.
#[derive(Default)]
struct Wary(VecDeque<u32>);

impl Discipline<u32> for Wary {
    fn push(&mut self, item: u32, room: bool) -> Pushed<u32> {
        let is_there = self.0.contains(&item);
        if is_there {
            self.0.pop_front();
        }
        if is_there || !room {
            return Pushed::Refused(item);
        }
        self.0.push_back(item);
        Pushed::Added
    }

    fn pop(&mut self) -> Option<u32> {
        self.0.pop_front()
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn evict(&mut self) -> Option<u32> {
        self.0.pop_back()
    }
}

/// The one that was to be pushed out is for a moment neither there nor gone.
#[test]
fn a_join_does_not_end_while_the_last_item_may_come_back() {
    let (tx, rx) = bifrons::builder().capacity(4).discipline(Wary::default()).build();
    let tx = tx.into_async();
    for item in [1, 2, 3, 9] {
        tx.try_send(item).unwrap();
    }
    let mut join = tx.join();
    let count = waits(&mut join);
    assert_eq!(tx.force_send(3), Err(TrySendError::Full(3)));
    assert_eq!((rx.len(), count.wakes()), (1, 0));
    assert_eq!((rx.try_recv(), count.wakes()), (Ok(9), 1));
    must_be_ready(&mut join);
}

/// What comes to light after the end is for those who ask again by themselves.
#[test]
fn an_iterator_that_has_ended_stays_so() {
    let now = Arc::new(AtomicU32::new(0));
    let later = Later((0..3).collect(), Arc::clone(&now));
    let (tx, rx) = bifrons::builder().discipline(later).build();
    tx.close();
    let (mut lent, mut owned) = (rx.iter().fuse(), rx.clone().into_iter().fuse());
    let mut stream = rx.to_async().into_stream().fuse();
    assert_eq!(lent.size_hint(), (0, None));
    assert_eq!((lent.next(), owned.next()), (None, None));
    assert_eq!(must_be_ready(&mut stream.next()), None);
    now.store(1, Relaxed);
    assert_eq!((lent.next(), owned.next()), (None, None));
    assert_eq!(must_be_ready(&mut stream.next()), None);
    assert_eq!(lent.size_hint(), (0, Some(0)));
    assert_eq!(rx.recv(), Ok(0));
}
