//! The end of a queue: open, closed, shut down, from either half and either face.

use std::thread;

use bifrons::iter::Drain;
use bifrons::{Receiver, RecvError, SendError, Sender, TryRecvError, TrySendError};

use crate::support::{
    Bomb, Census, OnDrop, StartLine, block_on, counting_waker, is_pending, must_be_pending, must_be_ready, rounds,
    wait_until, watchdog,
};

fn keepers<T: Ord>() -> [(Sender<T>, Receiver<T>); 4] {
    [bifrons::bounded(4), bifrons::unbounded(), bifrons::lifo::bounded(4), bifrons::priority::bounded(4)]
}

/// From each of the four handles.
type Shutdown = fn(&Sender<u32>, &Receiver<u32>) -> Drain<u32>;

const SHUTDOWNS: [Shutdown; 4] =
    [|tx, _| tx.shutdown(), |_, rx| rx.shutdown(), |tx, _| tx.to_async().shutdown(), |_, rx| rx.to_async().shutdown()];

#[test]
fn it_gives_what_was_left_in_order() {
    for shutdown in SHUTDOWNS {
        let expected = [vec![2, 3, 1], vec![2, 3, 1], vec![1, 3, 2], vec![3, 2, 1]];
        for ((tx, rx), expected) in keepers().into_iter().zip(expected) {
            [2, 3, 1].into_iter().for_each(|item| tx.send(item).unwrap());
            assert!(shutdown(&tx, &rx).eq(expected));
            assert!(tx.is_closed() && rx.is_closed() && rx.is_empty());
            assert_eq!(tx.send(9), Err(SendError(9)));
            assert_eq!(tx.try_send(9), Err(TrySendError::Closed(9)));
            assert_eq!(tx.force_send(9), Err(TrySendError::Closed(9)));
            assert_eq!(rx.recv(), Err(RecvError));
            assert_eq!(rx.try_recv(), Err(TryRecvError::Closed));
            let stats = tx.stats();
            assert_eq!((stats.sent, stats.received, stats.len), (3, 3, 0));
        }
    }
}

#[test]
fn it_may_follow_a_close_and_itself() {
    for shutdown in SHUTDOWNS {
        for (tx, rx) in keepers() {
            tx.send(1).unwrap();
            assert!(rx.close());
            assert!(!tx.close());
            assert_eq!(rx.len(), 1, "a close keeps what is there");
            assert!(shutdown(&tx, &rx).eq([1]));
            assert_eq!(shutdown(&tx, &rx).count(), 0);
            assert!(!tx.close());
            tx.join();
        }
    }
}

/// What it gives is a plain iterator: it outlives the handles, and runs from both ends or not at all.
#[test]
fn what_it_gives_belongs_to_the_caller() {
    let census = Census::new();
    let (tx, rx) = bifrons::unbounded();
    (0..5).for_each(|id| tx.send(census.item(id)).unwrap());
    let mut rest = rx.shutdown();
    drop((tx, rx));
    assert_eq!((rest.len(), census.alive()), (5, 5));
    assert_eq!(rest.next().unwrap().id, 0);
    drop(rest);
    census.assert_all_dropped_once(0..5);
}

/// Who waits to send gets the item back; it is not among what was left.
#[test]
fn waiting_senders_get_their_items_back() {
    let _dog = watchdog();
    for shutdown in SHUTDOWNS {
        for (tx, rx) in [bifrons::bounded(1), bifrons::lifo::bounded(1), bifrons::priority::bounded(1)] {
            tx.send(0).unwrap();
            let async_tx = tx.to_async();
            let (count, waker) = counting_waker();
            let mut send = async_tx.send(1);
            must_be_pending(&mut send, &waker);
            thread::scope(|scope| {
                let sender = scope.spawn(|| tx.send(2));
                let chooser = scope.spawn(|| {
                    let mut select = bifrons::Select::new();
                    select.send(&tx);
                    select.select().send(&tx, 3)
                });
                wait_until(|| tx.stats().waiting_senders == 3);
                assert!(shutdown(&tx, &rx).eq([0]));
                assert_eq!(sender.join().unwrap(), Err(SendError(2)));
                assert_eq!(chooser.join().unwrap(), Err(SendError(3)));
            });
            assert_eq!(count.wakes(), 1);
            assert_eq!(must_be_ready(&mut send), Err(SendError(1)));
        }
    }
}

#[test]
fn a_rendezvous_gives_its_orphans_and_returns_its_offers() {
    let _dog = watchdog();
    for shutdown in SHUTDOWNS {
        let (tx, rx) = bifrons::bounded(0);
        let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
        let mut recv = async_rx.recv();
        assert!(is_pending(&mut recv));
        tx.try_send(1).unwrap();
        drop(recv);
        let mut offer = async_tx.send(2);
        assert!(is_pending(&mut offer));
        assert!(shutdown(&tx, &rx).eq([1]));
        assert_eq!(must_be_ready(&mut offer), Err(SendError(2)));
    }
}

/// Everybody who waits for anything is called.
#[test]
fn it_calls_everybody() {
    let _dog = watchdog();
    for shutdown in SHUTDOWNS {
        for (tx, rx) in keepers().into_iter().chain([bifrons::bounded(0)]) {
            thread::scope(|scope| {
                let receivers = [scope.spawn(|| rx.recv().is_err()), scope.spawn(|| rx.recv_task().is_err())];
                let many = scope.spawn(|| rx.recv_many(&mut Vec::new(), 2).is_err());
                let awaited = scope.spawn(|| block_on(rx.to_async().recv()).is_err());
                let watchers = [scope.spawn(|| tx.closed()), scope.spawn(|| rx.closed())];
                wait_until(|| rx.stats().waiting_receivers == 4);
                assert_eq!(shutdown(&tx, &rx).count(), 0);
                assert!(receivers.into_iter().chain([many, awaited]).all(|one| one.join().unwrap()));
                watchers.into_iter().for_each(|watcher| watcher.join().unwrap());
            });
        }
    }
}

/// What is given is dropped by the caller, under no lock, and a panic in it spares the rest.
#[test]
fn its_items_are_dropped_outside() {
    type Look = OnDrop<Box<dyn FnMut()>>;
    let census = Census::new();
    let (tx, rx) = bifrons::unbounded::<(Bomb, Look)>();
    for id in 0..4 {
        let inside = tx.downgrade();
        let look: Look = OnDrop(Box::new(move || assert_eq!(inside.upgrade().map_or(0, |tx| tx.len()), 0)));
        tx.send((Bomb { armed: id == 1, load: census.item(id) }, look)).unwrap_or_else(|_| unreachable!("it is open"));
    }
    let rest = rx.shutdown();
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(rest))).is_err());
    drop((tx, rx));
    census.assert_all_dropped_once(0..4);
}

/// Shutdowns of several at once beside sends and receives: each item has one end.
#[test]
fn every_item_has_one_end() {
    let _dog = watchdog();
    for _ in rounds(200) {
        for (tx, rx) in keepers().into_iter().chain([bifrons::bounded(0)]) {
            let start = StartLine::new(5);
            let mut seen: Vec<u32> = thread::scope(|scope| {
                let senders: Vec<_> = (0..2)
                    .map(|sender| {
                        let (tx, start) = (tx.clone(), &start);
                        scope.spawn(move || {
                            start.wait();
                            (0..20)
                                .filter_map(|item| tx.send(sender * 20 + item).err())
                                .map(SendError::into_inner)
                                .collect::<Vec<_>>()
                        })
                    })
                    .collect();
                let receiver = scope.spawn(|| {
                    start.wait();
                    rx.iter().collect::<Vec<_>>()
                });
                let shutdowns: Vec<_> = [0, 1]
                    .map(|which| {
                        let (tx, rx, start) = (&tx, &rx, &start);
                        scope.spawn(move || {
                            start.wait();
                            SHUTDOWNS[which](tx, rx).collect::<Vec<_>>()
                        })
                    })
                    .into_iter()
                    .collect();
                senders
                    .into_iter()
                    .chain([receiver])
                    .chain(shutdowns)
                    .flat_map(|thread| thread.join().unwrap())
                    .collect()
            });
            seen.sort_unstable();
            assert!(seen.into_iter().eq(0..40));
            tx.join();
        }
    }
}
