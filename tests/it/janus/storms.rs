//! A shutdown in the middle of many threads at work.

use std::sync::mpsc;
use std::thread;

use bifrons::{Receiver, Sender};

use super::orders::{Order, in_every_order, unfinished};
use crate::support::{StartLine, block_on};

in_every_order!(shutdown_all_methods_in_many_threads, shutdown_immediate_all_methods_in_many_threads);

const WRITERS: u32 = 4;
const READERS: u32 = 6;
const JOINERS: u32 = 2;
const EACH: u32 = 65_536 / WRITERS;
const SHUTDOWN_AT: u32 = EACH / 2;

fn shutdown_all_methods_in_many_threads<O: Order>() {
    storm::<O>(false);
}

fn shutdown_immediate_all_methods_in_many_threads<O: Order>() {
    storm::<O>(true);
}

/// Sends a quarter of its numbers before the start, then goes on until the end or the shutdown.
///
/// Returns how many the queue took.
fn write(tx: &Sender<u32>, writer: u32, start: &StartLine, shut: &mpsc::Sender<()>) -> u32 {
    let first = writer * EACH;
    let send = |item| if item % 2 == 0 { tx.send(item) } else { block_on(tx.to_async().send(item)) };
    for number in 0..SHUTDOWN_AT / 2 {
        send(first + number).unwrap();
    }
    start.wait();
    for number in SHUTDOWN_AT / 2..EACH {
        if send(first + number).is_err() {
            return number;
        }
        if number == SHUTDOWN_AT {
            // Somebody else may have been first.
            let _ = shut.send(());
        }
    }
    EACH
}

/// Receives at least one item before the start, then all it can get until the queue says closed.
fn read(rx: &Receiver<u32>, reader: u32, start: &StartLine) -> Vec<u32> {
    let mut received = vec![*rx.recv_task().unwrap()];
    start.wait();
    match reader % 3 {
        0 => {
            while let Ok(task) = rx.recv_task() {
                received.push(*task);
            }
        }
        1 => {
            let rx = rx.to_async();
            block_on(async {
                while let Ok(task) = rx.recv_task().await {
                    received.push(*task);
                }
            });
        }
        _ => loop {
            match rx.try_recv_task() {
                Ok(task) => received.push(*task),
                Err(error) if error.is_closed() => break,
                Err(_) => thread::yield_now(),
            }
        },
    }
    received
}

fn storm<O: Order>(immediate: bool) {
    let (tx, rx) = O::unbounded();
    let joiners = if immediate { JOINERS } else { 0 };
    let start = StartLine::new((WRITERS + READERS + joiners) as usize);
    let (shut, shutting) = mpsc::channel();
    let (taken, mut found) = thread::scope(|scope| {
        let (tx, rx, start) = (&tx, &rx, &start);
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let shut = shut.clone();
                scope.spawn(move || write(tx, writer, start, &shut))
            })
            .collect();
        drop(shut);
        let readers: Vec<_> = (0..READERS).map(|reader| scope.spawn(move || read(rx, reader, start))).collect();
        for joiner in 0..joiners {
            scope.spawn(move || {
                start.wait();
                if joiner == 0 { tx.join() } else { block_on(tx.to_async().join()) }
            });
        }
        let shutdown = scope.spawn(move || {
            shutting.recv().expect("a writer that comes that far");
            if immediate {
                let left: Vec<_> = rx.shutdown().collect();
                assert!(rx.is_empty());
                left
            } else {
                tx.close();
                vec![]
            }
        });
        let taken: Vec<_> = writers.into_iter().map(|writer| writer.join().unwrap()).collect();
        let mut found = shutdown.join().unwrap();
        for reader in readers {
            found.extend(reader.join().unwrap());
        }
        (taken, found)
    });
    assert!(rx.is_empty() && rx.is_closed());
    assert_eq!(unfinished(rx.stats()), 0);
    // Whatever the queue took was received, or handed back by the shutdown, once.
    found.sort_unstable();
    let sent = (0..WRITERS).zip(taken).flat_map(|(writer, taken)| writer * EACH..writer * EACH + taken);
    assert!(found.into_iter().eq(sent));
}
