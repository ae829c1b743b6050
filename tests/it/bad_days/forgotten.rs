//! Values of every type of the public interface that are forgotten, and so never dropped: what each takes along, and that the
//! queue goes on without it.

use std::any::Any;
use std::collections::{BTreeSet, VecDeque};
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::Context;
use std::time::Duration;

use bifrons::{AsyncReceiver, AsyncSender, Receiver, Select, Sender, TrySendError};
use futures_util::Stream;

use crate::support::{Census, WakeCount, counting_waker, must_be_pending, must_be_ready, watchdog};

/// The interface as it is listed.
const API: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/api.txt"));

/// What holds nothing of a queue; an item in it is forgotten with it.
const PLAIN: [&str; 17] = [
    "CapacityError",
    "Pushed",
    "RecvTimeoutError",
    "ReserveError",
    "SendTimeoutError",
    "TryRecvError",
    "TrySendError",
    "JoinTimeoutError",
    "ReadyTimeoutError",
    "RecvError",
    "SelectTimeoutError",
    "SendError",
    "Stats",
    "TryReadyError",
    "TrySelectError",
    "Discipline",
    "Source",
];

/// A type and what forgetting a value of it does.
type Row = (&'static str, fn());

fn rows() -> Vec<Row> {
    let rows: &[Row] = &[
        ("Sender", sender),
        ("AsyncSender", async_sender),
        ("Receiver", receiver),
        ("AsyncReceiver", async_receiver),
        ("WeakSender", weak_handles),
        ("WeakReceiver", weak_handles),
        ("Builder", builder),
        ("Permit", permit),
        ("Permits", permits),
        ("OwnedPermit", owned_permit),
        ("Task", task),
        ("Timer", timer),
        ("Select", select),
        ("SelectedOperation", selected_operation),
        ("iter::Iter", borrowing_iterators),
        ("iter::TryIter", borrowing_iterators),
        ("iter::IntoIter", into_iter),
        ("iter::Drain", drain),
        ("future::RecvFuture", || called_receiver(|rx| forget_pending(rx.recv()))),
        ("future::OwnedRecvFuture", || called_receiver(|rx| leak_pending(rx.clone().into_recv()))),
        ("future::RecvTaskFuture", || called_receiver(|rx| forget_pending(rx.recv_task()))),
        ("future::RecvManyFuture", || called_receiver(|rx| forget_pending(rx.recv_many(&mut Vec::new(), 8)))),
        ("future::RecvStream", || called_receiver(|rx| leak_polled(rx.stream(), poll_next))),
        ("future::SendFuture", || called_sender(1, |tx, _| forget_pending(tx.send(NOBODYS)))),
        ("future::OwnedSendFuture", || called_sender(1, |tx, _| leak_pending(tx.clone().send_owned(NOBODYS)))),
        ("future::SendManyFuture", || called_sender(1, |tx, items| forget_pending(tx.send_many(items)))),
        ("future::ReserveFuture", || called_sender(1, |tx, _| forget_pending(tx.reserve()))),
        ("future::OwnedReserveFuture", || called_sender(1, |tx, _| leak_pending(tx.clone().reserve_owned()))),
        ("future::ReserveManyFuture", || called_sender(2, |tx, _| forget_pending(tx.reserve_many(2)))),
        ("future::ClosedFuture", closed),
        ("future::JoinFuture", join),
        #[cfg(feature = "sink")]
        ("future::SendSink", sink),
    ];
    rows.to_vec()
}

/// Keeps the value for ever, where a leak checker finds it.
fn leak(value: impl Any + Send) {
    static LEAKED: Mutex<Vec<Box<dyn Any + Send>>> = Mutex::new(Vec::new());
    LEAKED.lock().unwrap().push(Box::new(value));
}

/// The names of the types and traits in the listing.
fn listed() -> BTreeSet<&'static str> {
    let is_type =
        |declared: &str| ["pub struct ", "pub enum ", "pub trait "].iter().any(|word| declared.starts_with(word));
    API.lines()
        .filter_map(|line| line.split_once(": "))
        .filter(|(_, declared)| is_type(declared.trim_start_matches("#[non_exhaustive]")))
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn no_type_is_missing() {
    let here: BTreeSet<_> = rows().into_iter().map(|(name, _)| name).chain(PLAIN).collect();
    let mut listed = listed();
    if cfg!(not(feature = "sink")) {
        assert!(listed.remove("future::SendSink"));
    }
    assert_eq!(listed, here);
}

#[test]
fn each_type() {
    let _dog = watchdog();
    for (name, forget) in rows() {
        println!("{name}");
        forget();
    }
}

/// An item goes through, in every way of waiting.
fn goes_on(tx: &Sender<u32>, rx: &Receiver<u32>) {
    let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
    let mut recv = async_rx.recv();
    let (calls, waker) = counting_waker();
    must_be_pending(&mut recv, &waker);
    assert_eq!(tx.try_send(7), Ok(()));
    assert_eq!(calls.wakes(), 1);
    assert_eq!(must_be_ready(&mut recv), Ok(7));
    if tx.capacity() != Some(0) {
        must_be_ready(&mut async_tx.send(8)).unwrap();
        assert_eq!(rx.recv_timeout(Duration::from_secs(30)), Ok(8));
    }
}

/// A forgotten handle is one that keeps its half alive; the queue can still be closed.
fn sender() {
    for capacity in [0, 1, 3] {
        let (tx, rx) = bifrons::bounded(capacity);
        leak(tx.clone());
        goes_on(&tx, &rx);
        drop(tx);
        assert!(!rx.is_closed() && rx.sender_count() == 1);
        assert!(rx.close() && rx.recv().is_err());
    }
}

fn async_sender() {
    let (tx, rx) = bifrons::lifo::bounded::<u32>(2);
    leak(tx.to_async());
    goes_on(&tx, &rx);
    drop(tx);
    assert!(!rx.is_closed() && rx.sender_count() == 1);
    assert!(rx.close());
}

fn receiver() {
    let (tx, rx) = bifrons::bounded(2);
    let census = Census::new();
    leak(rx);
    tx.try_send(census.item(0)).unwrap();
    assert!(!tx.is_closed(), "nobody will come, but the queue can not know");
    assert!(tx.close());
    assert_eq!(tx.shutdown().count(), 1);
    census.assert_all_dropped_once([0]);
}

fn async_receiver() {
    let (tx, rx) = bifrons::unbounded();
    leak(rx.to_async());
    goes_on(&tx, &rx);
    drop(rx);
    assert!(!tx.is_closed() && tx.receiver_count() == 1);
}

/// It keeps the memory of the empty queue, and nothing open.
fn weak_handles() {
    let census = Census::new();
    let (tx, rx) = bifrons::bounded(2);
    leak(tx.downgrade());
    leak(rx.downgrade());
    tx.send(census.item(0)).unwrap();
    drop(rx);
    assert!(tx.is_closed());
    census.assert_all_dropped_once([0]);
}

fn builder() {
    leak(bifrons::builder().capacity(2).weight(|item: &u32| *item as usize));
}

/// Its room is gone, and no more than that.
fn permit() {
    for (tx, rx) in [bifrons::bounded(3), bifrons::lifo::bounded(3)] {
        mem::forget(tx.reserve().unwrap());
        goes_on(&tx, &rx);
        assert_eq!((tx.try_send(1), tx.try_send(2), tx.try_send(3)), (Ok(()), Ok(()), Err(TrySendError::Full(3))));
        assert_eq!(rx.drain().count(), 2);
        tx.set_capacity(4).unwrap();
        assert!((0..3).all(|item| tx.try_send(item).is_ok()) && tx.is_full());
        assert!(tx.close() && tx.shutdown().count() == 3);
    }
}

fn permits() {
    let (tx, rx) = bifrons::bounded(3);
    let mut permits = tx.reserve_many(2).unwrap();
    drop(permits.next());
    mem::forget(permits);
    goes_on(&tx, &rx);
    assert_eq!(tx.stats().reserved, 1);
}

/// It has a sender besides.
fn owned_permit() {
    let (tx, rx) = bifrons::bounded(2);
    leak(tx.clone().reserve_owned().unwrap());
    goes_on(&tx, &rx);
    assert_eq!((tx.stats().reserved, tx.sender_count()), (1, 2));
    assert!(tx.try_send(1).is_ok() && tx.is_full());
}

/// Its item is never done: a join has to have a limit. All else goes on, and the item is not dropped.
fn task() {
    let census = Census::new();
    let (tx, rx) = bifrons::bounded(2);
    tx.send(census.item(0)).unwrap();
    leak(rx.recv_task().unwrap());
    assert!(tx.join_timeout(Duration::from_millis(1)).is_err());
    tx.send(census.item(1)).unwrap();
    rx.recv_task().unwrap().done();
    assert_eq!(tx.stats().tasks, 1);
    assert!(tx.join_timeout(Duration::from_millis(1)).is_err());
    assert_eq!(census.dropped(), [1]);
}

fn timer() {
    let ticks = bifrons::tick(Duration::from_millis(1));
    leak(ticks.clone());
    leak(bifrons::after(Duration::ZERO));
    ticks.recv().unwrap();
}

/// Between its calls it stands in no line.
fn select() {
    let (tx, rx) = bifrons::bounded(1);
    let mut select = Select::new();
    select.recv(&rx);
    assert!(select.try_select().is_err());
    assert!(select.select_timeout(Duration::from_millis(1)).is_err());
    // Its list is the test's to free, when all is over.
    let forgotten = mem::ManuallyDrop::new(select);
    assert_eq!(tx.stats().waiting_receivers, 0);
    goes_on(&tx, &rx);
    drop(mem::ManuallyDrop::into_inner(forgotten));
}

/// What it has chosen stays chosen: the item goes with the queue, the room is gone.
fn selected_operation() {
    let census = Census::new();
    let (tx, rx) = bifrons::bounded(1);
    tx.send(census.item(0)).unwrap();
    let mut receives = mem::ManuallyDrop::new(Select::new());
    receives.recv(&rx);
    mem::forget(receives.try_select().unwrap());
    assert_eq!((rx.len(), census.alive()), (0, 1));
    tx.send(census.item(1)).unwrap();
    assert_eq!(rx.recv().unwrap().id, 1);
    drop(mem::ManuallyDrop::into_inner(receives));

    let mut sends = mem::ManuallyDrop::new(Select::new());
    sends.send(&tx);
    mem::forget(sends.try_select().unwrap());
    assert!(tx.is_full() && tx.stats().reserved == 1);
    drop(mem::ManuallyDrop::into_inner(sends));
    drop((tx, rx));
    census.assert_all_dropped_once([0, 1]);
}

#[allow(clippy::forget_non_drop, reason = "every public type is forgotten, also one that has nothing to drop today")]
fn borrowing_iterators() {
    let (tx, rx) = bifrons::bounded(3);
    (0..3).for_each(|item| tx.send(item).unwrap());
    let (mut iter, mut try_iter) = (rx.iter(), rx.try_iter());
    assert_eq!((iter.next(), try_iter.next()), (Some(0), Some(1)));
    mem::forget(iter);
    mem::forget(try_iter);
    assert_eq!(rx.recv(), Ok(2));
    goes_on(&tx, &rx);
}

/// It has a receiver.
fn into_iter() {
    let (tx, rx) = bifrons::bounded(2);
    leak(rx.clone().into_iter());
    goes_on(&tx, &rx);
    drop(rx);
    assert!(!tx.is_closed() && tx.receiver_count() == 1);
}

/// Its items are neither in the queue nor dropped.
fn drain() {
    let census = Census::new();
    let (tx, rx) = bifrons::bounded(2);
    tx.send(census.item(0)).unwrap();
    leak(rx.drain());
    tx.send(census.item(1)).unwrap();
    assert_eq!(rx.recv().unwrap().id, 1);
    drop((tx, rx));
    assert_eq!(census.dropped(), [1]);
}

fn forget_pending(mut future: impl Future + Unpin) -> Arc<WakeCount> {
    let (calls, waker) = counting_waker();
    must_be_pending(&mut future, &waker);
    mem::forget(future);
    calls
}

fn leak_pending(future: impl Future + Unpin + Send + 'static) -> Arc<WakeCount> {
    leak_polled(future, |future, context| Pin::new(future).poll(context).is_pending())
}

fn leak_polled<F: Send + 'static>(mut future: F, poll: impl Fn(&mut F, &mut Context<'_>) -> bool) -> Arc<WakeCount> {
    let (calls, waker) = counting_waker();
    assert!(poll(&mut future, &mut Context::from_waker(&waker)));
    leak(future);
    calls
}

fn poll_next(stream: &mut bifrons::future::RecvStream<u32>, context: &mut Context<'_>) -> bool {
    Pin::new(stream).poll_next(context).is_pending()
}

/// Forgotten while it waits for an item, one holds up one call: the item of it is there for whoever comes.
fn called_receiver(forget: impl Fn(&AsyncReceiver<u32>) -> Arc<WakeCount>) {
    let queues = [bifrons::bounded(4), bifrons::unbounded(), bifrons::lifo::bounded(4), bifrons::bounded(0)];
    for (tx, rx) in queues {
        let async_rx = rx.to_async();
        let forgotten = forget(&async_rx);
        let (calls, waker) = counting_waker();
        let mut live = async_rx.recv();
        must_be_pending(&mut live, &waker);
        tx.try_send(1).unwrap();
        assert_eq!((forgotten.wakes(), calls.wakes()), (1, 0));
        tx.try_send(2).unwrap();
        assert_eq!((forgotten.wakes(), calls.wakes()), (1, 1), "the second item calls the one behind it");
        assert!(must_be_ready(&mut live).is_ok() && rx.try_recv().is_ok());
        goes_on(&tx, &rx);
        assert_eq!(forgotten.wakes(), 1, "it is called once, and never again");
        // Some that was forgotten has a receiver of its own.
        assert!(tx.close());
    }
}

/// The item of a send that is forgotten.
const NOBODYS: u32 = 100;

/// Forgotten while it waits for room, one holds up the room that it asked for, and may still send its item.
fn called_sender(need: usize, forget: impl Fn(&AsyncSender<u32>, &mut VecDeque<u32>) -> Arc<WakeCount>) {
    for (tx, rx) in [bifrons::bounded(4), bifrons::lifo::bounded(4)] {
        let async_tx = tx.to_async();
        (0..4).for_each(|item| tx.try_send(item).unwrap());
        let mut items = VecDeque::from([NOBODYS]);
        let forgotten = forget(&async_tx, &mut items);
        let (calls, waker) = counting_waker();
        let mut live = async_tx.send(10);
        must_be_pending(&mut live, &waker);
        for _ in 0..need {
            assert!(rx.try_recv().is_ok());
        }
        assert_eq!((forgotten.wakes(), calls.wakes()), (1, 0));
        assert!(rx.try_recv().is_ok());
        assert_eq!((forgotten.wakes(), calls.wakes()), (1, 1), "the next place calls the one behind it");
        must_be_ready(&mut live).unwrap();
        let left: Vec<_> = rx.try_iter().filter(|&item| item != NOBODYS).collect();
        assert_eq!(left.len(), 4 - need, "{left:?}");
        goes_on(&tx, &rx);
        assert_eq!(forgotten.wakes(), 1);
        assert!(tx.close());
    }
}

/// All who wait for an event are called, whoever of them comes.
fn closed() {
    let (tx, rx) = bifrons::bounded::<u32>(1);
    let (tx, rx) = (tx.into_async(), rx.into_async());
    let forgotten = [forget_pending(rx.closed()), forget_pending(tx.closed())];
    let (calls, waker) = counting_waker();
    let mut live = rx.closed();
    must_be_pending(&mut live, &waker);
    assert!(tx.close());
    assert!(forgotten.iter().all(|forgotten| forgotten.wakes() == 1) && calls.wakes() == 1);
    must_be_ready(&mut live);
}

fn join() {
    let (tx, rx) = bifrons::bounded(1);
    let tx = tx.into_async();
    tx.try_send(1).unwrap();
    let forgotten = forget_pending(tx.join());
    let (calls, waker) = counting_waker();
    let mut live = tx.join();
    must_be_pending(&mut live, &waker);
    assert_eq!(rx.recv(), Ok(1));
    assert_eq!((forgotten.wakes(), calls.wakes()), (1, 1));
    must_be_ready(&mut live);
    goes_on(&tx.to_sync(), &rx);
}

/// With room in hand it keeps the room; waiting for room it holds up one call; it has a sender besides.
#[cfg(feature = "sink")]
fn sink() {
    use futures_util::Sink;

    fn poll_ready(sink: &mut bifrons::future::SendSink<u32>, context: &mut Context<'_>) -> bool {
        Pin::new(sink).poll_ready(context).is_pending()
    }

    let (tx, rx) = bifrons::bounded(3);
    leak_polled(tx.to_async().into_sink(), |sink, context| !poll_ready(sink, context));
    assert_eq!((tx.stats().reserved, tx.sender_count()), (1, 2));
    goes_on(&tx, &rx);
    called_sender(1, |tx, _| leak_polled(tx.clone().into_sink(), poll_ready));
}
