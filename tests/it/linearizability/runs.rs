//! Histories of real parties.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use bifrons::{Receiver, Sender};

use super::checker::{Machine, explain};
use super::deeds::{Entry, Item, in_words};
use super::parties::{Call, Clock, Party, Rx, Tx};
use super::rendezvous::Rendezvous;
use super::specification::{Buffered, Order};
use crate::oracle::config;
use crate::support::{Latest, Random, StartLine, watchdog};

/// How many may make calls at once.
const MOST_PARTIES: usize = 4;

/// After so long without an end somebody is waiting for what will not come by itself.
const STUCK: Duration = Duration::from_micros(500);

type Job = Box<dyn FnOnce() -> Vec<Entry> + Send>;

/// Threads that stay, since to start one takes longer than a history.
struct Pool {
    workers: Vec<mpsc::Sender<Job>>,
    records: mpsc::Receiver<Vec<Entry>>,
}

impl Pool {
    fn new() -> Self {
        let (report, records) = mpsc::channel();
        let worker = |_| {
            let (give, given) = mpsc::channel::<Job>();
            let report = report.clone();
            thread::spawn(move || given.iter().all(|job| report.send(job()).is_ok()));
            give
        };
        Self { workers: (0..MOST_PARTIES).map(worker).collect(), records }
    }
}

/// One of the calls that make sense for such a queue.
fn some_call(random: &mut Random, is_rendezvous: bool, is_bounded: bool) -> Call {
    match random.below(100) {
        0..14 => Call::TrySend,
        14..26 => Call::Send,
        26..36 => Call::SendShortly,
        36..50 => Call::TryRecv,
        50..62 => Call::Recv,
        62..72 => Call::RecvShortly,
        72..77 => Call::Stats,
        77..80 => Call::Drain,
        80..82 => Call::Close,
        82..83 => Call::Shutdown,
        83..87 => Call::ForceSend,
        _ if is_rendezvous => Call::RecvShortly,
        87..91 => Call::RecvMany,
        91..94 if is_bounded => Call::SetCapacity(1 + random.below(3) as usize),
        _ => Call::Reserve { waits: random.below(2) == 0, sends: random.below(3) > 0 },
    }
}

/// One history on a fresh queue, which in the end is taken apart to show what was lost.
///
/// If `drops`, each party gives its sending handle up when it has made its calls, and there are no others.
fn record(pool: &Pool, random: &mut Random, queue: (Sender<Item>, Receiver<Item>), drops: bool) -> Vec<Entry> {
    let (tx, rx) = queue;
    let (is_rendezvous, is_bounded) = (tx.capacity() == Some(0), tx.capacity().is_some());
    let clock = Clock::default();
    let parties: Vec<_> = (0..2 + random.below(MOST_PARTIES as u64 - 1) as usize)
        .map(|number| {
            let (tx, rx) = match random.below(2) {
                0 => (Tx::Thread(tx.clone()), Rx::Thread(rx.clone())),
                _ => (Tx::Task(tx.to_async()), Rx::Task(rx.to_async())),
            };
            Party::new(number, Some(tx), rx, clock.clone(), random.draw())
        })
        .collect();
    let mut left = parties.len();
    let mut onlooker = Party::new(left, None, Rx::Thread(rx), clock, random.draw());
    let tx = Some(tx).filter(|_| !drops);
    let start = Arc::new(StartLine::new(left));
    for (party, worker) in parties.into_iter().zip(&pool.workers) {
        let calls: Vec<_> = (0..1 + random.below(4)).map(|_| some_call(random, is_rendezvous, is_bounded)).collect();
        let start = Arc::clone(&start);
        let job = move || {
            start.wait();
            party.run(&calls, drops)
        };
        worker.send(Box::new(job)).expect("the worker lives");
    }
    let mut history = Vec::new();
    let mut patience = STUCK;
    while left > 0 {
        match pool.records.recv_timeout(patience) {
            Ok(entries) => {
                history.extend(entries);
                left -= 1;
            }
            Err(RecvTimeoutError::Timeout) => {
                onlooker.call(Call::Close);
                patience = Duration::MAX;
            }
            Err(RecvTimeoutError::Disconnected) => unreachable!("the pool lives"),
        }
    }
    onlooker.call(Call::Stats);
    history.extend(onlooker.run(&[Call::Shutdown], false));
    drop(tx);
    history
}

/// Records histories of such a queue, and has each explained.
fn explain_many<M: Machine>(
    mut queue: impl FnMut(&mut Random) -> (Option<usize>, Sender<Item>, Receiver<Item>),
    machine: impl Fn(Option<usize>, usize) -> M,
) {
    let pool = Pool::new();
    let mut random = Random::from_chance();
    for _ in 0..config(1_000).cases {
        let _dog = watchdog();
        let (capacity, tx, rx) = queue(&mut random);
        let drops = random.below(3) == 0;
        let history = record(&pool, &mut random, (tx, rx), drops);
        let parties = history.iter().map(|entry| entry.party).max().unwrap_or(0);
        let senders = if drops { parties } else { parties + 1 };
        let explained = explain(&machine(capacity, senders), &history).is_some();
        assert!(explained, "nothing explains this, capacity {capacity:?}:\n{}", in_words(&history));
    }
}

/// Of each rank the latest item, where the first of them stood.
fn latest() -> Latest<Item> {
    Latest::new(|older, newer| older.rank == newer.rank, VecDeque::pop_front)
}

fn explain_buffered(order: Order) {
    explain_many(
        |random| {
            let capacity = [Some(1), Some(1), Some(2), None][random.below(4) as usize];
            let builder = match order {
                Order::Fifo => bifrons::builder(),
                Order::Lifo => bifrons::builder().lifo(),
                Order::Priority => bifrons::builder().priority(),
                Order::Latest => bifrons::builder().discipline(latest()),
            };
            let builder = if let Some(capacity) = capacity { builder.capacity(capacity) } else { builder };
            let (tx, rx) = builder.build();
            (capacity, tx, rx)
        },
        |capacity, senders| Buffered { order, capacity, senders },
    );
}

#[test]
fn first_in_first_out_can_be_explained() {
    explain_buffered(Order::Fifo);
}

#[test]
fn last_in_first_out_can_be_explained() {
    explain_buffered(Order::Lifo);
}

#[test]
fn greatest_first_can_be_explained() {
    explain_buffered(Order::Priority);
}

#[test]
fn an_order_that_replaces_can_be_explained() {
    explain_buffered(Order::Latest);
}

#[test]
fn a_rendezvous_can_be_explained() {
    explain_many(
        |_| {
            let (tx, rx) = bifrons::bounded(0);
            (Some(0), tx, rx)
        },
        |_, senders| Rendezvous { senders },
    );
}
