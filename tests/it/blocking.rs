//! The blocking face: each verb, waiting and not.

use std::thread;
use std::time::Duration;

use bifrons::{RecvError, SendError, TryRecvError, TrySendError};

use crate::support::{EVERY_KIND, queue, settle, watchdog};

const BUFFERED: [Option<usize>; 4] = [Some(1), Some(3), Some(128), None];

#[test]
fn recv_waits_for_an_item() {
    let _dog = watchdog();
    for capacity in EVERY_KIND {
        let (tx, rx) = queue(capacity);
        thread::scope(|scope| {
            let receiver = scope.spawn(move || rx.recv());
            settle();
            tx.send("item").unwrap();
            assert_eq!(receiver.join().unwrap(), Ok("item"), "capacity {capacity:?}");
        });
    }
}

#[test]
fn send_waits_for_room() {
    let _dog = watchdog();
    for capacity in [1, 3, 128] {
        let (tx, rx) = bifrons::bounded(capacity);
        for item in 0..capacity {
            tx.send(item).unwrap();
        }
        thread::scope(|scope| {
            let sender = scope.spawn(|| tx.send(capacity));
            settle();
            assert!(!sender.is_finished(), "there is no room");
            assert_eq!(rx.recv(), Ok(0));
            assert_eq!(sender.join().unwrap(), Ok(()));
        });
        assert!(rx.try_iter().eq(1..=capacity));
    }
}

#[test]
fn send_returns_at_once_where_there_is_room() {
    let _dog = watchdog();
    for capacity in BUFFERED {
        let (tx, rx) = queue(capacity);
        for item in 0..capacity.unwrap_or(1_000) {
            tx.send(item).unwrap();
        }
        assert!(rx.try_iter().eq(0..capacity.unwrap_or(1_000)));
    }
}

#[test]
fn every_blocked_receiver_gets_one_of_a_burst() {
    let _dog = watchdog();
    const RECEIVERS: usize = 8;
    for capacity in [Some(RECEIVERS), Some(1), Some(0), None] {
        let (tx, rx) = queue(capacity);
        thread::scope(|scope| {
            let receivers: Vec<_> = (0..RECEIVERS).map(|_| scope.spawn(|| rx.recv())).collect();
            settle();
            for item in 0..RECEIVERS {
                tx.send(item).unwrap();
            }
            let mut received: Vec<_> =
                receivers.into_iter().map(|receiver| receiver.join().unwrap().unwrap()).collect();
            received.sort_unstable();
            assert!(received.into_iter().eq(0..RECEIVERS), "capacity {capacity:?}");
        });
    }
}

#[test]
fn every_blocked_sender_gets_room_in_time() {
    let _dog = watchdog();
    const SENDERS: usize = 8;
    for capacity in [0, 1, 3] {
        let (tx, rx) = bifrons::bounded(capacity);
        for _ in 0..capacity {
            tx.send(usize::MAX).unwrap();
        }
        thread::scope(|scope| {
            for item in 0..SENDERS {
                let tx = &tx;
                scope.spawn(move || tx.send(item).unwrap());
            }
            settle();
            for _ in 0..capacity {
                assert_eq!(rx.recv(), Ok(usize::MAX));
            }
            let mut received: Vec<_> = (0..SENDERS).map(|_| rx.recv().unwrap()).collect();
            received.sort_unstable();
            assert!(received.into_iter().eq(0..SENDERS), "capacity {capacity}");
        });
        assert!(rx.is_empty());
    }
}

/// One drain of a full queue makes room for as many blocked senders as it took items.
#[test]
fn a_drain_lets_as_many_senders_in() {
    let _dog = watchdog();
    const PLACES: usize = 4;
    let (tx, rx) = bifrons::bounded(PLACES);
    for item in 0..PLACES {
        tx.send(item).unwrap();
    }
    thread::scope(|scope| {
        let senders: Vec<_> = (0..PLACES)
            .map(|item| {
                let tx = &tx;
                scope.spawn(move || tx.send(PLACES + item).unwrap())
            })
            .collect();
        settle();
        let mut drained: Vec<_> = rx.drain().collect();
        for sender in senders {
            sender.join().unwrap();
        }
        // A sender that looked between two items of the drain may be part of it.
        drained.extend(rx.drain());
        assert!(drained.iter().take(PLACES).copied().eq(0..PLACES));
        drained.sort_unstable();
        assert!(drained.into_iter().eq(0..2 * PLACES));
    });
}

#[test]
fn a_drain_is_what_was_there_at_the_call() {
    for capacity in [Some(8), Some(1_000_000), None] {
        let (tx, rx) = queue(capacity);
        for item in 0..5 {
            tx.send(item).unwrap();
        }
        let drain = rx.drain();
        assert!(rx.is_empty(), "the items are the drain's now");
        tx.send(5).unwrap();
        drop(tx);
        assert!(drain.eq(0..5));
        assert!(rx.drain().eq([5]));
        assert_eq!(rx.drain().next(), None, "closed");
        assert_eq!(rx.recv(), Err(RecvError));
    }
}

/// The drain is owned: it outlives the handle it came from.
#[test]
fn a_drain_outlives_the_queue() {
    let (tx, rx) = bifrons::unbounded();
    tx.send(String::from("kept")).unwrap();
    let drain = rx.drain();
    drop((tx, rx));
    assert!(drain.eq(["kept"]));
}

#[test]
fn iter_waits_and_ends_with_the_close() {
    let _dog = watchdog();
    for capacity in EVERY_KIND {
        let (tx, rx) = queue(capacity);
        thread::scope(|scope| {
            scope.spawn(move || {
                for item in 0..100 {
                    if item % 33 == 0 {
                        settle();
                    }
                    tx.send(item).unwrap();
                }
            });
            assert!(rx.iter().eq(0..100), "capacity {capacity:?}");
            assert_eq!(rx.iter().next(), None);
        });
    }
}

#[test]
fn the_loops_of_for() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::unbounded();
    for item in 1..=6 {
        tx.send(item).unwrap();
    }
    let mut sum = 0;
    for item in &rx {
        sum += item;
        if item == 3 {
            break;
        }
    }
    assert_eq!((sum, rx.len()), (6, 3), "the borrowed loop took no more than it gave");
    drop(tx);
    for item in rx {
        sum += item;
    }
    assert_eq!(sum, 21);
}

#[test]
fn try_iter_stops_where_it_would_wait() {
    let (tx, rx) = bifrons::bounded(4);
    assert_eq!(rx.try_iter().next(), None);
    tx.send(1).unwrap();
    let mut items = rx.try_iter();
    assert_eq!(items.next(), Some(1));
    assert_eq!(items.next(), None);
    tx.send(2).unwrap();
    assert_eq!(items.next(), Some(2), "the same iterator goes on");
    drop(tx);
    assert_eq!(items.next(), None);
}

#[test]
fn the_tries_never_wait() {
    let _dog = watchdog();
    for capacity in EVERY_KIND {
        let (tx, rx) = queue(capacity);
        assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
        if let Some(capacity) = capacity {
            for item in 0..capacity {
                tx.try_send(item).unwrap();
            }
            assert_eq!(tx.try_send(capacity), Err(TrySendError::Full(capacity)));
        }
        tx.close();
        assert_eq!(tx.try_send(9), Err(TrySendError::Closed(9)));
        assert_eq!(rx.try_iter().count(), capacity.unwrap_or(0));
        assert_eq!(rx.try_recv(), Err(TryRecvError::Closed));
    }
}

#[test]
fn send_into_a_closed_queue_gives_the_item_back() {
    let _dog = watchdog();
    for capacity in EVERY_KIND {
        let (tx, rx) = queue(capacity);
        drop(rx);
        assert_eq!(tx.send(String::from("back")), Err(SendError(String::from("back"))));
    }
}

/// A leftover or foreign `unpark` of a blocked thread is not a call.
#[test]
fn a_foreign_unpark_wakes_nobody_for_good() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::bounded(1);
    thread::scope(|scope| {
        let receiver = scope.spawn(|| {
            thread::current().unpark();
            let item = rx.recv();
            thread::current().unpark();
            (item, rx.recv_timeout(Duration::from_secs(50)))
        });
        for item in 0..2 {
            for _ in 0..20 {
                receiver.thread().unpark();
                thread::sleep(Duration::from_micros(500));
            }
            assert!(!receiver.is_finished());
            tx.send(item).unwrap();
        }
        assert_eq!(receiver.join().unwrap(), (Ok(0), Ok(1)));
    });

    tx.send(2).unwrap();
    thread::scope(|scope| {
        let sender = scope.spawn(|| tx.send(3));
        for _ in 0..20 {
            sender.thread().unpark();
            thread::sleep(Duration::from_micros(500));
        }
        assert!(!sender.is_finished());
        assert_eq!(rx.recv(), Ok(2));
        assert_eq!(sender.join().unwrap(), Ok(()));
    });
    assert_eq!(rx.recv(), Ok(3));
}

/// A thread that just waited on one queue can wait on the next, whichever of them was called first.
#[test]
fn one_thread_waits_on_many_queues_in_turn() {
    let _dog = watchdog();
    let (senders, receivers): (Vec<_>, Vec<_>) = (0..50).map(|_| bifrons::bounded(1)).unzip();
    thread::scope(|scope| {
        let receiver = scope.spawn(move || receivers.iter().map(|rx| rx.recv().unwrap()).collect::<Vec<usize>>());
        for (item, tx) in senders.iter().enumerate().rev() {
            tx.send(item).unwrap();
        }
        assert!(receiver.join().unwrap().into_iter().eq(0..50));
    });
}

/// Ping and pong over two queues: each side waits for the other at every step.
#[test]
fn round_trips() {
    let _dog = watchdog();
    for capacity in [Some(0), Some(1), None] {
        let (ping_tx, ping_rx) = queue(capacity);
        let (pong_tx, pong_rx) = queue(capacity);
        thread::scope(|scope| {
            scope.spawn(move || {
                for item in ping_rx {
                    pong_tx.send(item + 1).unwrap();
                }
            });
            for item in 0..1_000 {
                ping_tx.send(item).unwrap();
                assert_eq!(pong_rx.recv(), Ok(item + 1), "capacity {capacity:?}");
            }
            drop(ping_tx);
            assert_eq!(pong_rx.recv(), Err(RecvError));
        });
    }
}
