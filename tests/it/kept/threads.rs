//! The same for those who wait on a thread, in a call or in a select.
//!
//! Whether a newcomer gets there before the thread that was called would be a race. So a task stands before the thread in line,
//! and both are called by one visit: what the task's waker does happens before the thread is told.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use bifrons::{Receiver, Select, Sender};

use super::BOUND;
use crate::support::{Step, hooked_at, must_be_pending, must_be_ready, wait_until, watchdog};

type Ends = (Sender<u32>, Receiver<u32>);

fn in_each_order() -> [Ends; 3] {
    [bifrons::bounded(2), bifrons::lifo::bounded(2), bifrons::priority::bounded(2)]
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

fn send_two(tx: &Sender<u32>) {
    assert_eq!(tx.send_many(&mut VecDeque::from([0, 0])), Ok(2));
}

#[test]
fn a_receiver_is_overtaken_within_bounds() {
    for receive in [receive_one, receive_many, select_one] {
        for (tx, rx) in in_each_order() {
            let _dog = watchdog();
            let (_other_tx, other_rx) = bifrons::unbounded();
            let async_rx = rx.to_async();
            let mut before = async_rx.recv();
            let thief = rx.clone();
            let steals = hooked_at(Step::Wake, move || drop(thief.drain()));
            must_be_pending(&mut before, &steals);
            thread::scope(|scope| {
                let waiting = scope.spawn(|| receive(&rx, &other_rx));
                for _ in 0..BOUND {
                    must_be_pending(&mut before, &steals);
                    wait_until(|| rx.stats().waiting_receivers == 2);
                    send_two(&tx);
                }
                // From here on each gets an item, whoever else tries while they are on their way.
                let (thief, is_stolen) = (rx.clone(), Arc::new(AtomicBool::new(false)));
                let loot = is_stolen.clone();
                let tries = hooked_at(Step::Wake, move || loot.store(thief.try_recv().is_ok(), Ordering::Relaxed));
                must_be_pending(&mut before, &tries);
                wait_until(|| rx.stats().waiting_receivers == 2);
                send_two(&tx);
                assert!(!is_stolen.load(Ordering::Relaxed), "{rx:?}");
                assert_eq!((waiting.join().unwrap(), must_be_ready(&mut before)), (0, Ok(0)));
            });
            // It has gone, and nothing is kept any more.
            tx.try_send(8).unwrap();
            assert_eq!(rx.try_recv(), Ok(8), "{rx:?}");
        }
    }
}

/// A select that was overtaken in one line was not in the other.
#[test]
fn a_select_is_overtaken_in_each_line_for_itself() {
    for ((tx, rx), (other_tx, other_rx)) in in_each_order().into_iter().zip(in_each_order()) {
        let _dog = watchdog();
        let (async_rx, other_async_rx) = (rx.to_async(), other_rx.to_async());
        let (mut before, mut other_before) = (async_rx.recv(), other_async_rx.recv());
        let thief = rx.clone();
        let steals = hooked_at(Step::Wake, move || drop(thief.drain()));
        must_be_pending(&mut before, &steals);
        // A newcomer, who gets both if none is kept.
        let (thief, stolen) = (other_rx.clone(), std::sync::Arc::new(std::sync::Mutex::new(Vec::new())));
        let loot = stolen.clone();
        let takes = hooked_at(Step::Wake, move || loot.lock().unwrap().extend(thief.try_iter()));
        must_be_pending(&mut other_before, &takes);
        thread::scope(|scope| {
            let waiting = scope.spawn(|| select_one(&rx, &other_rx));
            for _ in 0..BOUND {
                must_be_pending(&mut before, &steals);
                wait_until(|| rx.stats().waiting_receivers == 2 && other_rx.stats().waiting_receivers == 2);
                send_two(&tx);
            }
            drop(before);
            wait_until(|| rx.stats().waiting_receivers == 1 && other_rx.stats().waiting_receivers == 2);
            send_two(&other_tx);
            assert_eq!(*stolen.lock().unwrap(), [0, 0], "{other_rx:?}");
            tx.try_send(7).unwrap();
            assert_eq!(waiting.join().unwrap(), 7);
        });
    }
}

fn select_send(tx: &Sender<u32>) {
    let mut select = Select::new();
    select.send(tx);
    select.select().send(tx, 7).unwrap();
}

fn reserve_and_send(tx: &Sender<u32>) {
    tx.reserve().unwrap().send(7).unwrap();
}

#[test]
fn a_sender_is_overtaken_within_bounds() {
    for send in [select_send, reserve_and_send] {
        for (tx, rx) in in_each_order() {
            let _dog = watchdog();
            send_two(&tx);
            let async_tx = tx.to_async();
            let mut before = async_tx.reserve();
            let newcomer = tx.clone();
            let fills = hooked_at(Step::Wake, move || while newcomer.try_send(0).is_ok() {});
            must_be_pending(&mut before, &fills);
            thread::scope(|scope| {
                let waiting = scope.spawn(|| send(&tx));
                for _ in 0..BOUND {
                    must_be_pending(&mut before, &fills);
                    wait_until(|| tx.stats().waiting_senders == 2);
                    assert_eq!(rx.drain().count(), 2);
                }
                // From here on each gets room, whoever else tries while they are on their way.
                let (newcomer, is_taken) = (tx.clone(), Arc::new(AtomicBool::new(false)));
                let taken = is_taken.clone();
                let tries = hooked_at(Step::Wake, move || taken.store(newcomer.try_send(0).is_ok(), Ordering::Relaxed));
                must_be_pending(&mut before, &tries);
                wait_until(|| tx.stats().waiting_senders == 2);
                assert_eq!(rx.drain().count(), 2);
                assert!(!is_taken.load(Ordering::Relaxed), "{tx:?}");
                waiting.join().unwrap();
                drop(must_be_ready(&mut before).unwrap());
            });
            assert!(rx.drain().eq([7]));
            // It has gone, and nothing is kept any more.
            assert_eq!((tx.try_send(8), tx.try_send(8)), (Ok(()), Ok(())), "{tx:?}");
        }
    }
}
