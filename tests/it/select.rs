//! Waits that lose a race: against a timer, another branch of a `select!`, or impatience.

use std::task::{Poll, Waker};
use std::thread;

use bifrons::{AsyncReceiver, AsyncSender, RecvError};
use futures_util::FutureExt;

use crate::support::{BLINK, Census, Counted, block_on, is_pending, poll_with, watchdog, yield_now};

fn bounded<T>(capacity: usize) -> (AsyncSender<T>, AsyncReceiver<T>) {
    let (tx, rx) = bifrons::bounded(capacity);
    (tx.into_async(), rx.into_async())
}

/// Threads that give up at once beside a task that does not: it gets what they leave.
#[test]
fn impatient_threads_strand_no_task() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::bounded(2);
    let patient = rx.to_async();
    thread::scope(|scope| {
        let impatient = scope.spawn(move || {
            let mut received = 0_usize;
            loop {
                match rx.recv_timeout(BLINK) {
                    Ok(_) => received += 1,
                    Err(error) if error.is_closed() => break received,
                    Err(_) => {}
                }
            }
        });
        let patient = scope.spawn(move || {
            block_on(async {
                let mut received = 0_usize;
                while patient.recv().await.is_ok() {
                    received += 1;
                }
                received
            })
        });
        for item in 0..500 {
            tx.send(item).unwrap();
            // Only an empty queue can strand a waiter.
            while !tx.is_empty() {
                thread::yield_now();
            }
        }
        drop(tx);
        assert_eq!(impatient.join().unwrap() + patient.join().unwrap(), 500);
    });
}

#[test]
fn the_select_of_tokio_loses_nothing() {
    let _dog = watchdog();
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap().block_on(async {
        for capacity in [0, 1, 3] {
            let (tx, rx) = bounded(capacity);
            let sender = tokio::spawn(async move {
                let mut losses = 0_u32;
                for item in 0..200_u32 {
                    let mut item = Some(item);
                    while let Some(own) = item.take() {
                        let mut send = tx.send(own);
                        tokio::select! {
                            biased;
                            sent = &mut send => sent.unwrap(),
                            () = lose(own) => {
                                losses += 1;
                                item = send.take();
                            }
                        }
                    }
                }
                losses
            });
            let mut expected = 0..200;
            loop {
                tokio::select! {
                    received = rx.recv() => match received {
                        Ok(item) => assert_eq!(Some(item), expected.next(), "capacity {capacity}"),
                        Err(RecvError) => break,
                    },
                    () = lose(expected.start) => {}
                }
            }
            assert_eq!(expected.next(), None, "capacity {capacity}");
            sender.await.unwrap();
        }
    });
}

#[test]
fn the_select_of_futures_loses_nothing() {
    let _dog = watchdog();
    for capacity in [0, 1, 3] {
        let (tx, rx) = bounded(capacity);
        let sending = async move {
            for item in 0..500_u32 {
                let mut item = Some(item);
                while let Some(own) = item.take() {
                    let mut send = tx.send(own);
                    futures_util::select_biased! {
                        sent = send => sent.unwrap(),
                        () = lose(own).fuse() => item = send.take(),
                    }
                }
            }
        };
        let receiving = async {
            let mut received = Vec::new();
            loop {
                let turn = u32::try_from(received.len()).unwrap();
                futures_util::select_biased! {
                    item = rx.recv() => match item {
                        Ok(item) => received.push(item),
                        Err(RecvError) => break received,
                    },
                    () = lose(turn).fuse() => {}
                }
            }
        };
        let ((), received) = block_on(futures_util::future::join(sending, receiving));
        assert!(received.into_iter().eq(0..500), "capacity {capacity}");
    }
}

/// The other branch of a select: ready after a few polls, how many depends on the turn.
async fn lose(turn: u32) {
    for _ in 0..turn % 3 + 1 {
        yield_now().await;
    }
}

/// Waits that are given up while items and room come from other threads.
#[test]
fn cancellation_against_real_threads() {
    let _dog = watchdog();
    for capacity in [0, 1, 4] {
        let census = Census::new();
        let (tx, rx) = bounded::<Counted>(capacity);
        const COUNT: u64 = 2_000;
        let received = thread::scope(|scope| {
            let senders = census.clone();
            scope.spawn(move || {
                for id in 0..COUNT {
                    let mut item = Some(senders.item(id));
                    // One or two polls at a time, then the item is taken back and tried again.
                    while let Some(own) = item.take() {
                        let mut send = tx.send(own);
                        if is_pending(&mut send) {
                            thread::yield_now();
                            item = send.take();
                        }
                    }
                }
            });
            let mut received = Vec::new();
            while !(rx.is_closed() && rx.is_empty()) {
                let mut recv = rx.recv();
                for _ in 0..2 {
                    match poll_with(&mut recv, Waker::noop()) {
                        Poll::Ready(Ok(item)) => {
                            received.push(item.id);
                            break;
                        }
                        Poll::Ready(Err(RecvError)) => break,
                        Poll::Pending => thread::yield_now(),
                    }
                }
            }
            received
        });
        assert!(received.into_iter().eq(0..COUNT), "capacity {capacity}");
        census.assert_all_dropped_once(0..COUNT);
    }
}
