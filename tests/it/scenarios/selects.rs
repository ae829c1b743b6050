//! Families A to C, continued: a thread that waits at several queues at once takes from one and disturbs none.

use std::thread;
use std::time::Duration;

use bifrons::{Receiver, Select, Sender, TryRecvError};

use super::harness::{ALL, TIGHT, Waiting};
use crate::support::{BLINK, Random, StartLine, jitter, own_bytes, queue, rounds, wait_until, watchdog};

/// Receives from the first queue that has something; which one it was.
fn receive(queues: &[Receiver<u64>]) -> (usize, u64) {
    let mut select = Select::new();
    for rx in queues {
        select.recv(rx);
    }
    let operation = select.select();
    let index = operation.index();
    (index, operation.recv(&queues[index]).unwrap())
}

/// As above, but no longer than this.
fn receive_within(queues: &[Receiver<u64>], limit: Duration) -> Option<(usize, u64)> {
    let mut select = Select::new();
    for rx in queues {
        select.recv(rx);
    }
    let operation = select.select_timeout(limit).ok()?;
    let index = operation.index();
    Some((index, operation.recv(&queues[index]).unwrap()))
}

fn receivers_waiting(rx: &Receiver<u64>, count: usize) {
    wait_until(|| rx.stats().waiting_receivers == count);
}

type Ends = (Vec<Sender<u64>>, Vec<Receiver<u64>>);

fn queues(capacity: Option<usize>, count: usize) -> Ends {
    (0..count).map(|_| queue(capacity)).unzip()
}

/// A selector that is robbed of what it was called for waits on, and notices the next item at whichever queue.
#[test]
fn a05_selector_loses_the_race() {
    let _dog = watchdog();
    for capacity in ALL {
        for late in [0, 1] {
            for _ in rounds(20) {
                let (txs, rxs) = queues(capacity, 2);
                let selector = Waiting::thread({
                    let rxs = rxs.clone();
                    move || receive(&rxs)
                });
                txs[0].try_send(1).unwrap();
                let expected = match rxs[0].try_recv() {
                    Ok(stolen) => {
                        assert_eq!(stolen, 1);
                        let send = thread::spawn({
                            let tx = txs[late].clone();
                            move || tx.send(2).unwrap()
                        });
                        let received = selector.finish();
                        send.join().unwrap();
                        assert_eq!(received, (late, 2));
                        continue;
                    }
                    // It was quick enough to take what it was called for.
                    Err(_) => (0, 1),
                };
                assert_eq!(selector.finish(), expected);
            }
        }
    }
}

/// A selector that has got something leaves no place in any other line: who waits there is called.
#[test]
fn a09_selector_leaves_every_line() {
    let _dog = watchdog();
    for capacity in ALL {
        let (txs, rxs) = queues(capacity, 3);
        let selector = Waiting::thread({
            let rxs = rxs.clone();
            move || receive(&rxs)
        });
        rxs.iter().for_each(|rx| receivers_waiting(rx, 1));
        let behind: Vec<_> = rxs
            .iter()
            .map(|rx| {
                let rx = rx.clone();
                Waiting::thread(move || rx.recv())
            })
            .collect();
        txs[1].send(10).unwrap();
        assert_eq!(selector.finish(), (1, 10));
        rxs.iter().for_each(|rx| assert_eq!(rx.stats().waiting_receivers, 1));
        txs.iter().zip(20..).for_each(|(tx, id)| tx.send(id).unwrap());
        assert!(behind.into_iter().map(|behind| behind.finish().unwrap()).eq(20..23));
    }
}

/// The call that came just as the selector took something elsewhere goes to the next in line.
#[test]
fn a02_claimed_selector_goes_elsewhere() {
    let _dog = watchdog();
    let mut random = Random::from_chance();
    for capacity in ALL {
        for _ in rounds(60) {
            let (txs, rxs) = queues(capacity, 2);
            let selector = Waiting::thread({
                let rxs = rxs.clone();
                move || receive(&rxs)
            });
            let heirs: Vec<_> = rxs
                .iter()
                .map(|rx| {
                    let rx = rx.clone();
                    Waiting::thread(move || rx.recv())
                })
                .collect();
            let line = StartLine::new(2);
            thread::scope(|scope| {
                let (line, tx) = (&line, &txs[0]);
                scope.spawn(move || {
                    line.wait();
                    tx.send(1).unwrap();
                });
                line.wait();
                jitter(&mut random);
                txs[1].send(2).unwrap();
            });
            // One of the two went to the selector, the other to the heir of its queue.
            let (index, first) = selector.finish();
            assert_eq!(first, index as u64 + 1);
            txs[index].send(3).unwrap();
            let received: Vec<_> = heirs.into_iter().map(|heir| heir.finish().unwrap()).collect();
            assert_eq!((received[index], received[1 - index]), (3, 2 - index as u64));
        }
    }
}

/// One item lets one of many selectors go.
#[test]
fn a13_one_item_for_one_selector() {
    let _dog = watchdog();
    for capacity in ALL {
        let (txs, rxs) = queues(capacity, 2);
        let mut selectors: Vec<_> = (0..4)
            .map(|_| {
                let rxs = rxs.clone();
                Waiting::thread(move || receive(&rxs))
            })
            .collect();
        rxs.iter().for_each(|rx| receivers_waiting(rx, 4));
        for (id, tx) in [0, 1, 1, 0].into_iter().enumerate() {
            txs[tx].send(id as u64).unwrap();
            // The first that came.
            assert_eq!(selectors.remove(0).finish(), (tx, id as u64));
            rxs.iter().for_each(|rx| assert_eq!(rx.stats().waiting_receivers, 3 - id));
            assert!(selectors.iter().all(Waiting::waits));
        }
    }
}

/// Of several queues that have something, those that were not chosen keep it.
#[test]
fn b16_selector_keeps_the_losing_values() {
    let _dog = watchdog();
    for capacity in ALL {
        let (txs, rxs) = queues(capacity, 3);
        let sends: Vec<_> = txs
            .iter()
            .zip(0..)
            .map(|(tx, id)| {
                let tx = tx.clone();
                Waiting::thread(move || tx.send(id))
            })
            .collect();
        let (index, id) = receive(&rxs);
        assert_eq!(id, index as u64);
        for (other, rx) in rxs.iter().enumerate() {
            let left = if other == index { Err(TryRecvError::Empty) } else { Ok(other as u64) };
            assert_eq!(rx.try_recv(), left);
        }
        sends.into_iter().for_each(|send| send.finish().unwrap());
    }
}

/// Sends that were not chosen were not sent, and what they would have filled is free.
#[test]
fn b16_selector_keeps_the_losing_sends() {
    let _dog = watchdog();
    for capacity in TIGHT {
        let (txs, rxs) = queues(capacity, 3);
        let full = capacity.unwrap() as u64;
        txs.iter().for_each(|tx| (0..full).for_each(|id| tx.try_send(id).unwrap()));
        let selector = Waiting::thread({
            let txs = txs.clone();
            move || {
                let mut select = Select::new();
                for tx in &txs {
                    select.send(tx);
                }
                let operation = select.select();
                let index = operation.index();
                operation.send(&txs[index], 100).unwrap();
                index
            }
        });
        txs.iter().for_each(|tx| wait_until(|| tx.stats().waiting_senders == 1));
        let mut received = vec![rxs[2].recv().unwrap()];
        assert_eq!(selector.finish(), 2);
        received.extend(rxs[2].try_iter());
        assert!(received.into_iter().eq((0..full).chain([100])));
        for (tx, rx) in txs.iter().zip(&rxs).take(2) {
            assert_eq!(tx.stats().waiting_senders, 0);
            assert!(rx.try_iter().eq(0..full));
        }
    }
}

/// Two selects that face each other at a rendezvous meet, time and again, and nothing is lost between them.
///
/// Both may send at once, each to the other that stands there to receive; such an item stays, first in line.
#[test]
fn b17_two_selects_meet() {
    const MEETINGS: u64 = 300;

    /// Sends to the other side or receives from it, each time whichever can be; what was sent and what was received.
    fn meet(out: &Sender<u64>, inbound: &Receiver<u64>) -> (Vec<u64>, Vec<u64>) {
        let (mut sent, mut received) = (Vec::new(), Vec::new());
        for id in 0..MEETINGS {
            let mut select = Select::new();
            let sends = select.send(out);
            select.recv(inbound);
            let operation = select.select();
            if operation.index() == sends {
                operation.send(out, id).unwrap();
                sent.push(id);
            } else {
                received.push(operation.recv(inbound).unwrap());
            }
        }
        (sent, received)
    }

    let _dog = watchdog();
    let (to_right, at_right) = bifrons::bounded::<u64>(0);
    let (to_left, at_left) = bifrons::bounded::<u64>(0);
    let right = thread::spawn({
        let (to_left, at_right) = (to_left.clone(), at_right.clone());
        move || meet(&to_left, &at_right)
    });
    let left = meet(&to_right, &at_left);
    let right = right.join().unwrap();
    for (sent, mut received, rest) in [(left.0, right.1, at_right), (right.0, left.1, at_left)] {
        received.extend(rest.try_iter());
        assert_eq!(sent, received, "in order, each once");
    }
}

/// A select whose time runs out as an item arrives has it, or has left it where it is.
#[test]
fn b24_select_timeout_versus_delivery() {
    let _dog = watchdog();
    let mut random = Random::from_chance();
    for capacity in ALL {
        let (txs, rxs) = queues(capacity, 2);
        for id in rounds(80) {
            let limit = Duration::from_micros(random.below(150));
            let tx = &txs[random.below(2) as usize];
            let line = StartLine::new(2);
            let (sent, received) = thread::scope(|scope| {
                let selector = scope.spawn(|| {
                    line.wait();
                    receive_within(&rxs, limit)
                });
                line.wait();
                (0..random.below(40)).for_each(|_| jitter(&mut random.clone()));
                let sent = tx.try_send(id).is_ok();
                (sent, selector.join().unwrap())
            });
            let left: Vec<_> = rxs.iter().flat_map(|rx| rx.try_iter()).collect();
            let got: Vec<_> = received.map(|(_, id)| id).into_iter().chain(left).collect();
            assert!(got.into_iter().eq(sent.then_some(id)));
        }
    }
}

/// Selecting in vain many times leaves nothing behind, neither memory nor places in the lines.
#[test]
fn b25_repeated_select_timeouts() {
    let _dog = watchdog();
    for capacity in ALL {
        let (txs, rxs) = queues(capacity, 2);
        let try_once = || assert!(receive_within(&rxs, Duration::ZERO).is_none());
        let wait_once = || assert!(receive_within(&rxs, BLINK).is_none());
        (0..3).for_each(|_| (try_once(), wait_once()).0);
        let bytes = own_bytes();
        (0..1_000).for_each(|_| try_once());
        (0..200).for_each(|_| wait_once());
        assert_eq!(own_bytes(), bytes);
        rxs.iter().for_each(|rx| assert_eq!(rx.stats().waiting_receivers, 0));
        let waiting = Waiting::thread({
            let rxs = rxs.clone();
            move || receive(&rxs)
        });
        txs[1].send(1).unwrap();
        assert_eq!(waiting.finish(), (1, 1));
    }
}

/// Sources that are made for one select and thrown away leave nothing behind.
#[test]
fn b25_sources_leave_nothing() {
    fn no_growth(make: impl Fn()) {
        (0..3).for_each(|_| make());
        let bytes = own_bytes();
        (0..100).for_each(|_| make());
        assert_eq!(own_bytes(), bytes);
    }
    no_growth(|| drop(bifrons::after(Duration::MAX)));
    no_growth(|| drop(bifrons::tick(Duration::MAX)));
    no_growth(|| drop(bifrons::never::<u64>()));
    no_growth(|| {
        let (late, never) = (bifrons::after(Duration::ZERO), bifrons::never::<u64>());
        bifrons::select! {
            recv(never) -> _ => unreachable!(),
            recv(late) -> _ => (),
        }
    });
}
