//! Every item has one end, whichever way it goes through a queue of any kind.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::Duration;

use bifrons::{Receiver, Select, Sender};

use crate::support::{Census, Counted, Latest, Random, block_on, is_pending, watchdog, yield_now};

/// An item of which some are greater than others.
#[derive(Debug)]
struct Piece {
    rank: u64,
    _load: Counted,
}

impl PartialEq for Piece {
    fn eq(&self, other: &Self) -> bool {
        self.rank == other.rank
    }
}

impl Eq for Piece {}

impl PartialOrd for Piece {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Piece {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.rank.cmp(&other.rank)
    }
}

/// Newer pieces replace older ones of their rank.
fn latest() -> Latest<Piece> {
    Latest::new(|older, newer| older.rank == newer.rank, VecDeque::pop_back)
}

type Make = fn() -> (Sender<Piece>, Receiver<Piece>);

const KINDS: [Make; 9] = [
    || bifrons::bounded(0),
    || bifrons::bounded(1),
    || bifrons::bounded(5),
    bifrons::unbounded,
    || bifrons::lifo::bounded(3),
    || bifrons::priority::bounded(3),
    bifrons::priority::unbounded,
    || bifrons::builder().capacity(6).weight(|piece: &Piece| piece.rank as usize % 9).build(),
    || bifrons::builder().capacity(3).discipline(latest()).build(),
];

/// One thing that somebody does with a new item; it may end anywhere.
fn bring(tx: &Sender<Piece>, random: &mut Random, mut piece: impl FnMut(&mut Random) -> Piece) {
    let limit = Duration::from_micros(random.below(200));
    let async_tx = tx.to_async();
    match random.below(11) {
        0 => drop(tx.try_send(piece(random))),
        1 => drop(tx.send_timeout(piece(random), limit)),
        2 => drop(tx.force_send(piece(random))),
        3 => {
            if let Ok(permit) = tx.try_reserve() {
                if random.below(3) > 0 {
                    drop(permit.send(piece(random)));
                }
            }
        }
        4 => {
            // Given up in line, the item with it.
            let mut send = async_tx.send(piece(random));
            let _ = is_pending(&mut send);
        }
        5 => {
            let mut send = async_tx.send(piece(random));
            if is_pending(&mut send) {
                drop(send.take());
            }
        }
        6 => {
            let mut items: VecDeque<_> = (0..random.below(6)).map(|_| piece(random)).collect();
            let mut send = async_tx.send_many(&mut items);
            let _ = is_pending(&mut send);
        }
        7 => {
            let mut send = async_tx.send_owned(piece(random));
            let _ = is_pending(&mut send);
        }
        8 => {
            let mut select = Select::new();
            select.send(tx);
            if let Ok(operation) = select.select_timeout(limit) {
                drop(operation.send(tx, piece(random)));
            }
        }
        9 => {
            // Chosen and not completed, which panics.
            let mut select = Select::new();
            select.send(tx);
            if let Ok(operation) = select.try_select() {
                let dropped = catch_unwind(AssertUnwindSafe(|| drop(operation)));
                assert!(dropped.is_err());
            }
        }
        _ => {
            let mut reserve = async_tx.reserve();
            if let std::task::Poll::Ready(Ok(permit)) =
                crate::support::poll_with(&mut reserve, std::task::Waker::noop())
            {
                drop(permit.send(piece(random)));
            }
        }
    }
}

/// One thing that somebody does to get items.
fn take(rx: &Receiver<Piece>, random: &mut Random) {
    let limit = Duration::from_micros(random.below(200));
    let async_rx = rx.to_async();
    match random.below(10) {
        0 => drop(rx.try_recv()),
        1 => drop(rx.recv_timeout(limit)),
        2 => drop(rx.try_recv_task().map(bifrons::Task::done)),
        3 => drop(rx.recv_task_timeout(limit).map(bifrons::Task::into_inner)),
        4 => drop(rx.drain().next()),
        5 => {
            let mut items = Vec::new();
            let mut recv = async_rx.recv_many(&mut items, 3);
            let _ = is_pending(&mut recv);
        }
        6 => {
            let mut recv = async_rx.recv();
            let _ = is_pending(&mut recv);
        }
        7 => {
            let mut recv = async_rx.into_recv();
            let _ = is_pending(&mut recv);
        }
        8 => {
            let mut select = Select::new();
            select.recv(rx);
            if let Ok(operation) = select.select_timeout(limit) {
                if random.below(4) == 0 {
                    let _ = catch_unwind(AssertUnwindSafe(|| drop(operation)));
                } else {
                    drop(operation.recv(rx));
                }
            }
        }
        _ => drop(rx.try_iter().take(2).count()),
    }
}

#[test]
fn every_item_has_one_end() {
    let _dog = watchdog();
    let mut seeds = Random::from_chance();
    for kind in KINDS {
        for ending in 0..4 {
            let census = Census::new();
            let (tx, rx) = kind();
            thread::scope(|scope| {
                for thread in 0..2_u64 {
                    let (tx, census, seed) = (tx.clone(), &census, seeds.draw());
                    scope.spawn(move || {
                        let mut random = Random::new(seed);
                        let mut made = 0;
                        for _ in 0..150 {
                            bring(&tx, &mut random, |random| {
                                made += 1;
                                Piece { rank: random.below(12), _load: census.item(2 * made + thread) }
                            });
                        }
                    });
                }
                for _ in 0..2 {
                    let (rx, seed) = (rx.clone(), seeds.draw());
                    scope.spawn(move || {
                        let mut random = Random::new(seed);
                        (0..150).for_each(|_| take(&rx, &mut random));
                    });
                }
            });
            match ending {
                0 => drop((tx, rx)),
                1 => drop((rx, tx)),
                2 => drop((tx.shutdown(), tx, rx)),
                _ => {
                    tx.close();
                    while let Ok(task) = rx.recv_task() {
                        drop(task);
                    }
                    block_on(async {
                        yield_now().await;
                        tx.to_async().join().await;
                    });
                    let stats = tx.stats();
                    assert_eq!((stats.len, stats.reserved, stats.tasks), (0, 0, 0), "{stats:?}");
                    assert_eq!((stats.waiting_senders, stats.waiting_receivers), (0, 0), "{stats:?}");
                }
            }
            let dropped = census.dropped();
            let mut once = dropped.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!((once.len(), dropped.len()), (census.made(), census.made()), "each once");
        }
    }
}
