//! The same for those who wait on a thread, in a call or in a select.
//!
//! Whether a newcomer gets there before the thread that was called is a race, which the newcomer mostly wins. A test that needs
//! it to win so many times in a row begins again when it has lost.

use std::thread;

use bifrons::{Receiver, Select, Sender, TryRecvError};

use super::BOUND;
use crate::support::{wait_until, watchdog};

type Ends = (Sender<u32>, Receiver<u32>);

fn in_each_order(capacity: usize) -> [Ends; 3] {
    [bifrons::bounded(capacity), bifrons::lifo::bounded(capacity), bifrons::priority::bounded(capacity)]
}

fn receive_one(rx: &Receiver<u32>, _: &Receiver<u32>) -> u32 {
    rx.recv().unwrap()
}

fn receive_many(rx: &Receiver<u32>, _: &Receiver<u32>) -> u32 {
    let mut items = Vec::new();
    assert_eq!(rx.recv_many(&mut items, 1), Ok(1));
    items[0]
}

fn select_one(rx: &Receiver<u32>, other: &Receiver<u32>) -> u32 {
    let mut select = Select::new();
    let first = select.recv(rx);
    select.recv(other);
    let operation = select.select();
    if operation.index() == first { operation.recv(rx).unwrap() } else { operation.recv(other).unwrap() }
}

/// Takes the item away for which a thread was called, so many times in a row; false as soon as the thread was there first.
fn overtake((tx, rx): &Ends, times: u32) -> bool {
    (0..times).all(|_| {
        wait_until(|| rx.stats().waiting_receivers == 1);
        tx.try_send(0).unwrap();
        rx.try_recv().is_ok()
    })
}

#[test]
fn a_receiver_is_overtaken_within_bounds() {
    let _dog = watchdog();
    for receive in [receive_one, receive_many, select_one] {
        for ends in in_each_order(2) {
            let (tx, rx) = &ends;
            let (_other_tx, other_rx) = bifrons::unbounded();
            let mut was_kept = false;
            while !was_kept {
                thread::scope(|scope| {
                    let waiting = scope.spawn(|| receive(rx, &other_rx));
                    if overtake(&ends, BOUND) {
                        wait_until(|| rx.stats().waiting_receivers == 1);
                        tx.try_send(7).unwrap();
                        assert_eq!(rx.try_recv(), Err(TryRecvError::Empty), "{rx:?}");
                        assert_eq!(waiting.join().unwrap(), 7);
                        was_kept = true;
                    }
                });
            }
            // It has gone, and nothing is kept any more.
            tx.try_send(8).unwrap();
            assert_eq!(rx.try_recv(), Ok(8), "{rx:?}");
        }
    }
}

/// A select that was overtaken in one line was not in the other.
#[test]
fn a_select_is_overtaken_in_each_line_for_itself() {
    let _dog = watchdog();
    for (ends, others) in in_each_order(2).into_iter().zip(in_each_order(2)) {
        let mut was_overtaken = false;
        while !was_overtaken {
            thread::scope(|scope| {
                let waiting = scope.spawn(|| select_one(&ends.1, &others.1));
                was_overtaken = overtake(&ends, BOUND) && overtake(&others, 1);
                if was_overtaken {
                    wait_until(|| ends.1.stats().waiting_receivers == 1);
                    ends.0.try_send(7).unwrap();
                    assert_eq!(ends.1.try_recv(), Err(TryRecvError::Empty), "{ends:?}");
                    assert_eq!(waiting.join().unwrap(), 7);
                } else if !waiting.is_finished() {
                    // The thread was called and may not have come yet: this is for it if nothing else was.
                    let _ = ends.0.try_send(9);
                    waiting.join().unwrap();
                    let _ = (ends.1.try_recv(), others.1.try_recv());
                }
            });
        }
    }
}

fn select_send(tx: &Sender<u32>, item: u32) {
    let mut select = Select::new();
    select.send(tx);
    select.select().send(tx, item).unwrap();
}

fn reserve_and_send(tx: &Sender<u32>, item: u32) {
    tx.reserve().unwrap().send(item).unwrap();
}

#[test]
fn a_sender_is_overtaken_within_bounds() {
    let _dog = watchdog();
    for send in [select_send, reserve_and_send] {
        for (tx, rx) in in_each_order(1) {
            let mut was_kept = false;
            while !was_kept {
                tx.try_send(0).unwrap();
                thread::scope(|scope| {
                    let waiting = scope.spawn(|| send(&tx, 7));
                    let was_overtaken = (0..BOUND).all(|_| {
                        wait_until(|| tx.stats().waiting_senders == 1);
                        assert_eq!(rx.try_recv(), Ok(0));
                        tx.try_send(0).is_ok()
                    });
                    if was_overtaken {
                        wait_until(|| tx.stats().waiting_senders == 1);
                        assert_eq!(rx.try_recv(), Ok(0));
                        assert!(tx.try_send(0).is_err(), "{tx:?}");
                        was_kept = true;
                    }
                    waiting.join().unwrap();
                });
                assert_eq!(rx.try_recv(), Ok(7));
            }
            // It has gone, and nothing is kept any more.
            assert_eq!((tx.try_send(8), rx.try_recv()), (Ok(()), Ok(8)), "{tx:?}");
        }
    }
}
