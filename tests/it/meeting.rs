//! Every way to send meets every way to receive: two threads and a few items, in a queue of every kind.

use std::collections::VecDeque;
use std::task::{Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use bifrons::{Receiver, Select, Sender};
use futures_util::StreamExt;

use crate::support::{Census, Counted, Random, block_on, is_pending, poll_with, watchdog};

/// So many items pass each time: beyond one lap of the small queues.
const ITEMS: u64 = if cfg!(miri) { 7 } else { 40 };

/// How long those wait who do not wait for ever. Miri counts 5 µs for each step that it takes.
const MOMENT: Duration = Duration::from_micros(if cfg!(miri) { 50_000 } else { 50 });

/// On the heap, so that an item that was not yet there, or no longer, shows.
type Item = Box<Counted>;

/// What a way to send or to receive asks of the other, or of the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    Nothing,
    /// It does not wait: where a sender meets a receiver, the other must.
    AWaitingPartner,
    /// Where a sender meets a receiver it does not work.
    Room,
}

struct Way<F> {
    name: &'static str,
    asks: Asks,
    go: F,
}

/// Sends all; what was evicted for it comes back.
type Sends = fn(&Sender<Item>, VecDeque<Item>) -> Vec<Item>;

/// Receives until the queue is closed and empty.
type Receives = fn(&Receiver<Item>, &mut dyn FnMut(Item));

const fn way<F>(name: &'static str, asks: Asks, go: F) -> Way<F> {
    Way { name, asks, go }
}

fn each(items: VecDeque<Item>, send: impl Fn(Item)) -> Vec<Item> {
    items.into_iter().for_each(send);
    Vec::new()
}

/// Tries with every item until it is sent.
fn insist(items: VecDeque<Item>, attempt: impl Fn(Item) -> Result<(), Item>) -> Vec<Item> {
    each(items, |item| {
        let mut left = Some(item);
        while let Some(item) = left.take() {
            if let Err(back) = attempt(item) {
                left = Some(back);
                thread::yield_now();
            }
        }
    })
}

/// Tries until the queue is closed, which an attempt that fails tells.
fn persist(take: &mut dyn FnMut(Item), attempt: impl Fn() -> Result<Item, bool>) {
    loop {
        match attempt() {
            Ok(item) => take(item),
            Err(true) => break,
            Err(false) => thread::yield_now(),
        }
    }
}

const SENDING: [Way<Sends>; 14] = [
    way("try_send", Asks::AWaitingPartner, |tx, items| {
        insist(items, |item| tx.try_send(item).map_err(|error| error.into_inner()))
    }),
    way("send", Asks::Nothing, |tx, items| each(items, |item| tx.send(item).unwrap())),
    way("send_timeout", Asks::Nothing, |tx, items| {
        insist(items, |item| tx.send_timeout(item, MOMENT).map_err(|error| error.into_inner()))
    }),
    way("send_deadline", Asks::Nothing, |tx, items| {
        insist(items, |item| tx.send_deadline(item, Instant::now() + MOMENT).map_err(|error| error.into_inner()))
    }),
    way("send_many", Asks::Nothing, |tx, mut items| {
        assert_eq!(tx.send_many(&mut items), Ok(ITEMS as usize));
        Vec::new()
    }),
    way("force_send", Asks::Room, |tx, items| {
        items.into_iter().filter_map(|item| tx.force_send(item).expect("it is open")).collect()
    }),
    way("reserve", Asks::Room, |tx, items| each(items, |item| tx.reserve().unwrap().send(item).unwrap())),
    way("try_reserve", Asks::Room, |tx, items| {
        insist(items, |item| match tx.try_reserve() {
            Ok(permit) => permit.send(item).map_err(|error| error.into_inner()),
            Err(_) => Err(item),
        })
    }),
    way("Select", Asks::AWaitingPartner, |tx, items| {
        each(items, |item| {
            let mut select = Select::new();
            select.send(tx);
            select.select().send(tx, item).unwrap();
        })
    }),
    way("send().await", Asks::Nothing, |tx, items| {
        let tx = tx.to_async();
        each(items, |item| block_on(tx.send(item)).unwrap())
    }),
    way("send().take()", Asks::Nothing, |tx, items| {
        let tx = tx.to_async();
        each(items, |item| {
            let mut sending = tx.send(item);
            if is_pending(&mut sending) {
                // Nobody but its receiver can have an item that does not come back.
                let Some(item) = sending.take() else { return };
                block_on(tx.send(item)).unwrap();
            }
        })
    }),
    way("send_owned", Asks::Nothing, |tx, items| each(items, |item| block_on(tx.to_async().send_owned(item)).unwrap())),
    way("send_many().await", Asks::Nothing, |tx, mut items| {
        let tx = tx.to_async();
        // One that is dropped leaves in the deque what it has not sent.
        let _ = is_pending(&mut tx.send_many(&mut items));
        block_on(tx.send_many(&mut items)).unwrap();
        assert!(items.is_empty());
        Vec::new()
    }),
    way("reserve().await", Asks::Room, |tx, items| {
        let tx = tx.to_async();
        each(items, |item| {
            // One that is dropped as it waits, or has been called, keeps no room.
            let _ = is_pending(&mut tx.reserve());
            block_on(tx.reserve()).unwrap().send(item).unwrap();
        })
    }),
];

const RECEIVING: [Way<Receives>; 14] = [
    way("try_recv", Asks::AWaitingPartner, |rx, take| {
        persist(take, || rx.try_recv().map_err(|error| error.is_closed()))
    }),
    way("recv", Asks::Nothing, |rx, take| {
        while let Ok(item) = rx.recv() {
            take(item);
        }
    }),
    way("recv_timeout", Asks::Nothing, |rx, take| {
        persist(take, || rx.recv_timeout(MOMENT).map_err(|error| error.is_closed()))
    }),
    way("recv_deadline", Asks::Nothing, |rx, take| {
        persist(take, || rx.recv_deadline(Instant::now() + MOMENT).map_err(|error| error.is_closed()))
    }),
    way("recv_many", Asks::Nothing, |rx, take| {
        let mut items = Vec::new();
        while let Ok(received) = rx.recv_many(&mut items, 3) {
            assert_eq!(items.len(), received);
            items.drain(..).for_each(&mut *take);
        }
    }),
    way("recv_task", Asks::Nothing, |rx, take| {
        while let Ok(task) = rx.recv_task() {
            take(task.into_inner());
        }
    }),
    way("iter", Asks::Nothing, |rx, take| rx.iter().for_each(take)),
    way("drain", Asks::Room, |rx, take| {
        loop {
            let closed = rx.is_closed();
            rx.drain().for_each(&mut *take);
            if closed {
                break;
            }
            thread::yield_now();
        }
    }),
    way("Select", Asks::Nothing, |rx, take| {
        loop {
            let mut select = Select::new();
            select.recv(rx);
            let Ok(item) = select.select().recv(rx) else { break };
            take(item);
        }
    }),
    way("recv().await", Asks::Nothing, |rx, take| {
        let rx = rx.to_async();
        while let Ok(item) = block_on(rx.recv()) {
            take(item);
        }
    }),
    way("recv(), dropped", Asks::Nothing, |rx, take| {
        let rx = rx.to_async();
        loop {
            let mut receiving = rx.recv();
            match poll_with(&mut receiving, Waker::noop()) {
                Poll::Ready(Ok(item)) => take(item),
                Poll::Ready(Err(_)) => break,
                Poll::Pending => {
                    // It may be called by now, and takes nothing along.
                    thread::yield_now();
                    drop(receiving);
                    let Ok(item) = block_on(rx.recv()) else { break };
                    take(item);
                }
            }
        }
    }),
    way("into_recv", Asks::Nothing, |rx, take| {
        while let Ok(item) = block_on(rx.to_async().into_recv()) {
            take(item);
        }
    }),
    way("recv_many().await", Asks::Nothing, |rx, take| {
        let rx = rx.to_async();
        let mut items = Vec::new();
        while block_on(rx.recv_many(&mut items, 2)).is_ok() {
            items.drain(..).for_each(&mut *take);
        }
    }),
    way("stream", Asks::Nothing, |rx, take| {
        let mut stream = rx.to_async().into_stream();
        while let Some(item) = block_on(stream.next()) {
            take(item);
        }
    }),
];

/// Every pair of ways; where each step takes long, every way once with one that differs from run to run.
fn all_meet(make: impl Fn() -> (Sender<Item>, Receiver<Item>), in_order: bool) {
    let _dog = watchdog();
    let lag = if cfg!(miri) { 1 } else { RECEIVING.len() };
    let first = Random::from_chance().below(RECEIVING.len() as u64) as usize;
    for (place, sending) in SENDING.iter().enumerate() {
        for receiving in (0..lag).map(|lag| &RECEIVING[(first + place + lag) % RECEIVING.len()]) {
            let (tx, rx) = make();
            let asks = [sending.asks, receiving.asks];
            let is_rendezvous = tx.capacity() == Some(0);
            if is_rendezvous && (asks.contains(&Asks::Room) || asks == [Asks::AWaitingPartner; 2]) {
                continue;
            }
            let what = format!("{} and {}, capacity {:?}", sending.name, receiving.name, tx.capacity());
            let census = Census::new();
            let items = (0..ITEMS).map(|id| Box::new(census.item(id))).collect();
            let (back, received) = thread::scope(|scope| {
                let sender = scope.spawn(move || (sending.go)(&tx, items));
                let mut received = Vec::new();
                (receiving.go)(&rx, &mut |item| received.push(item.id));
                (sender.join().unwrap_or_else(|_| panic!("{what}")), received)
            });
            assert!(!in_order || received.is_sorted(), "{what}: {received:?}");
            let mut all: Vec<_> = back.iter().map(|item| item.id).chain(received).collect();
            all.sort_unstable();
            assert!(all.into_iter().eq(0..ITEMS), "{what}");
            drop(back);
            census.assert_all_dropped_once(0..ITEMS);
        }
    }
}

#[test]
fn in_a_rendezvous() {
    all_meet(|| bifrons::bounded(0), true);
}

#[test]
fn where_one_item_has_room() {
    all_meet(|| bifrons::bounded(1), true);
}

/// In the queue itself.
#[test]
fn where_a_few_have_room() {
    all_meet(|| bifrons::bounded(3), true);
}

#[test]
fn in_a_ring() {
    all_meet(|| bifrons::bounded(6), true);
}

#[test]
fn in_a_chain() {
    all_meet(bifrons::unbounded, true);
}

#[test]
fn where_items_have_weight() {
    all_meet(|| bifrons::builder().capacity(5).weight(|item: &Item| 1 + item.id as usize % 3).build(), true);
}

#[test]
fn last_in_first_out() {
    all_meet(|| bifrons::lifo::bounded(2), false);
}

#[test]
fn by_priority() {
    all_meet(|| bifrons::priority::bounded(2), false);
}
