//! The close, by whomever, against everybody who waits.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;

use bifrons::{AsyncReceiver, AsyncSender, Receiver, RecvError, SendError, Sender, TryRecvError, TrySendError};

use crate::support::{
    BUFFERED, Census, EVERY_KIND, block_on, counting_waker, is_pending, must_be_pending, must_be_ready, queue, settle,
    watchdog,
};

/// One of the ways to close a queue while handles of both halves remain.
#[derive(Debug, Clone, Copy)]
enum Closer {
    Sender,
    Receiver,
    AsyncSender,
    AsyncReceiver,
}

const CLOSERS: [Closer; 4] = [Closer::Sender, Closer::Receiver, Closer::AsyncSender, Closer::AsyncReceiver];

impl Closer {
    fn close<T>(self, tx: &Sender<T>, rx: &Receiver<T>) -> bool {
        match self {
            Self::Sender => tx.close(),
            Self::Receiver => rx.close(),
            Self::AsyncSender => tx.to_async().close(),
            Self::AsyncReceiver => rx.to_async().close(),
        }
    }
}

#[test]
fn a_close_ends_every_wait_for_items() {
    let _dog = watchdog();
    for (capacity, closer) in EVERY_KIND.into_iter().flat_map(|kind| CLOSERS.map(|closer| (kind, closer))) {
        let (tx, rx) = queue::<u8>(capacity);
        thread::scope(|scope| {
            let threads: Vec<_> = (0..2).map(|_| scope.spawn(|| rx.recv())).collect();
            let tasks: Vec<_> = (0..2)
                .map(|_| {
                    let rx = rx.to_async();
                    scope.spawn(move || block_on(rx.recv()))
                })
                .collect();
            let loops = scope.spawn(|| rx.iter().count());
            settle();
            assert!(closer.close(&tx, &rx));
            for waiting in threads.into_iter().chain(tasks) {
                assert_eq!(waiting.join().unwrap(), Err(RecvError), "{capacity:?}, {closer:?}");
            }
            assert_eq!(loops.join().unwrap(), 0);
        });
    }
}

#[test]
fn a_close_ends_every_wait_for_room_and_returns_the_items() {
    let _dog = watchdog();
    for (capacity, closer) in [0, 1, 3].into_iter().flat_map(|capacity| CLOSERS.map(|closer| (capacity, closer))) {
        let (tx, rx) = bifrons::bounded(capacity);
        for item in 0..capacity {
            tx.send(item).unwrap();
        }
        thread::scope(|scope| {
            let threads: Vec<_> = (10..12)
                .map(|item| {
                    let tx = &tx;
                    scope.spawn(move || tx.send(item))
                })
                .collect();
            let tasks: Vec<_> = (12..14)
                .map(|item| {
                    let tx = tx.to_async();
                    scope.spawn(move || block_on(tx.send(item)))
                })
                .collect();
            settle();
            assert!(closer.close(&tx, &rx));
            for (item, waiting) in (10..).zip(threads.into_iter().chain(tasks)) {
                assert_eq!(waiting.join().unwrap(), Err(SendError(item)), "{capacity}, {closer:?}");
            }
        });
        assert!(rx.iter().eq(0..capacity), "what was sent before the close is still there");
    }
}

#[test]
fn every_watcher_learns_of_the_close() {
    let _dog = watchdog();
    for (capacity, closer) in EVERY_KIND.into_iter().flat_map(|kind| CLOSERS.map(|closer| (kind, closer))) {
        let (tx, rx) = queue::<u8>(capacity);
        let told = AtomicUsize::new(0);
        thread::scope(|scope| {
            scope.spawn(|| {
                tx.closed();
                told.fetch_add(1, Ordering::Relaxed);
            });
            scope.spawn(|| {
                rx.closed();
                told.fetch_add(1, Ordering::Relaxed);
            });
            let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
            let told = &told;
            scope.spawn(move || {
                block_on(async_tx.closed());
                told.fetch_add(1, Ordering::Relaxed);
            });
            scope.spawn(move || {
                block_on(async_rx.closed());
                told.fetch_add(1, Ordering::Relaxed);
            });
            settle();
            assert_eq!(told.load(Ordering::Relaxed), 0, "still open");
            assert!(closer.close(&tx, &rx));
        });
        assert_eq!(told.into_inner(), 4, "{capacity:?}, {closer:?}");
        // Who comes later is told at once.
        tx.closed();
        rx.closed();
        block_on(tx.to_async().closed());
        block_on(rx.to_async().closed());
    }
}

#[test]
fn the_last_sender_ends_the_waits_of_receivers_and_watchers() {
    let _dog = watchdog();
    for (capacity, last_is_async) in EVERY_KIND.into_iter().flat_map(|kind| [(kind, false), (kind, true)]) {
        let (tx, rx) = queue::<u8>(capacity);
        let async_tx = tx.to_async();
        let async_rx = rx.to_async();
        thread::scope(|scope| {
            let waits = [scope.spawn(|| rx.recv()), scope.spawn(|| block_on(async_rx.recv()))];
            let watches = [scope.spawn(|| rx.closed()), scope.spawn(|| block_on(async_rx.closed()))];
            if last_is_async {
                drop(tx);
                settle();
                assert!(!rx.is_closed(), "the other face keeps it open");
                drop(async_tx);
            } else {
                drop(async_tx);
                settle();
                assert!(!rx.is_closed(), "the other face keeps it open");
                drop(tx);
            }
            assert!(rx.is_closed());
            for wait in waits {
                assert_eq!(wait.join().unwrap(), Err(RecvError), "{capacity:?}");
            }
            for watch in watches {
                watch.join().unwrap();
            }
        });
    }
}

#[test]
fn the_last_receiver_ends_the_waits_of_senders_and_watchers() {
    let _dog = watchdog();
    for (capacity, last_is_async) in [0, 1, 3].into_iter().flat_map(|capacity| [(capacity, false), (capacity, true)]) {
        let (tx, rx) = bifrons::bounded(capacity);
        for item in 0..capacity {
            tx.send(item).unwrap();
        }
        let async_tx = tx.to_async();
        let async_rx = rx.to_async();
        thread::scope(|scope| {
            let waits = [scope.spawn(|| tx.send(8)), scope.spawn(|| block_on(async_tx.send(8)))];
            let watches = [scope.spawn(|| tx.closed()), scope.spawn(|| block_on(async_tx.closed()))];
            if last_is_async {
                drop(rx);
                settle();
                assert!(!tx.is_closed(), "the other face keeps it open");
                drop(async_rx);
            } else {
                drop(async_rx);
                settle();
                assert!(!tx.is_closed(), "the other face keeps it open");
                drop(rx);
            }
            assert!(tx.is_closed());
            assert!(tx.is_empty(), "what was left is gone");
            for wait in waits {
                assert_eq!(wait.join().unwrap(), Err(SendError(8)), "capacity {capacity}");
            }
            for watch in watches {
                watch.join().unwrap();
            }
        });
    }
}

#[test]
fn only_the_first_close_closes() {
    let _dog = watchdog();
    for (capacity, first) in EVERY_KIND.into_iter().flat_map(|kind| CLOSERS.map(|closer| (kind, closer))) {
        let (tx, rx) = queue::<u8>(capacity);
        assert!(!tx.is_closed() && !rx.is_closed());
        assert!(first.close(&tx, &rx));
        assert!(tx.is_closed() && rx.is_closed() && tx.to_async().is_closed() && rx.to_async().is_closed());
        for again in CLOSERS {
            assert!(!again.close(&tx, &rx), "{capacity:?}, {first:?} then {again:?}");
        }
        assert_eq!(tx.send(1), Err(SendError(1)));
        assert_eq!(rx.recv(), Err(RecvError));
    }
    for _ in 0..100 {
        let (tx, rx) = bifrons::bounded::<u8>(1);
        let closed_by = thread::scope(|scope| {
            let closers = CLOSERS.map(|closer| {
                let (tx, rx) = (&tx, &rx);
                scope.spawn(move || usize::from(closer.close(tx, rx)))
            });
            closers.map(|closer| closer.join().unwrap()).into_iter().sum::<usize>()
        });
        assert_eq!(closed_by, 1, "one of those who race did it");
    }
}

#[test]
fn what_is_left_stays_receivable_in_order() {
    let _dog = watchdog();
    for capacity in BUFFERED {
        let most = capacity.unwrap_or(100).min(100);
        for closer in CLOSERS {
            let (tx, rx) = queue(capacity);
            for item in 0..most {
                tx.send(item).unwrap();
            }
            closer.close(&tx, &rx);
            assert_eq!(rx.len(), most);
            assert_eq!(tx.try_send(most), Err(TrySendError::Closed(most)), "closed comes before full");
            let (mut sync, async_rx) = (rx.iter(), rx.to_async());
            for item in 0..most {
                // The faces take turns.
                let received = if item % 2 == 0 { sync.next() } else { must_be_ready(&mut async_rx.recv()).ok() };
                assert_eq!(received, Some(item), "{capacity:?}, {closer:?}");
            }
            assert_eq!(rx.try_recv(), Err(TryRecvError::Closed));
            assert_eq!(must_be_ready(&mut async_rx.recv()), Err(RecvError));
        }
    }
}

#[test]
fn what_the_last_sender_left_stays_receivable() {
    for capacity in BUFFERED {
        let (tx, rx) = queue(capacity);
        tx.send("left").unwrap();
        drop(tx);
        assert!(rx.is_closed());
        assert_eq!(rx.len(), 1);
        assert_eq!(rx.recv(), Ok("left"));
        assert_eq!(rx.recv(), Err(RecvError));
    }
}

#[test]
fn the_last_receiver_drops_what_is_left_at_once() {
    for (capacity, by_async) in BUFFERED.into_iter().flat_map(|kind| [(kind, false), (kind, true)]) {
        let census = Census::new();
        let (tx, rx) = queue(capacity);
        let most = capacity.unwrap_or(300).min(300) as u64;
        for id in 0..most {
            tx.send(census.item(id)).unwrap();
        }
        let other = rx.clone();
        drop(rx);
        assert_eq!(census.alive() as u64, most, "a receiver remains");
        if by_async {
            drop(other.into_async());
        } else {
            drop(other);
        }
        // The sender is still there: nothing waits for it to go.
        assert!(census.dropped().into_iter().eq(0..most), "{capacity:?}: all of them, in order");
        assert!(tx.is_empty() && tx.is_closed());
        let refused = tx.send(census.item(most)).unwrap_err();
        assert_eq!((refused.0.id, census.alive()), (most, 1));
    }
}

/// The last receiver may go because its thread panics.
#[test]
fn a_panicking_receiver_drops_what_is_left() {
    let census = Census::new();
    let (tx, rx) = bifrons::bounded(8);
    for id in 0..5 {
        tx.send(census.item(id)).unwrap();
    }
    let panicked = thread::spawn(move || {
        let first = rx.recv().unwrap();
        assert_ne!(first.id, 0, "this fails, as it should");
    })
    .join();
    assert!(panicked.is_err());
    census.assert_all_dropped_once(0..5);
    assert!(tx.is_closed());
}

#[test]
fn a_panicking_sender_closes_the_queue() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::bounded(8);
    let panicked = thread::spawn(move || {
        tx.send(1).unwrap();
        assert_eq!(tx.sender_count(), 0, "this fails, as it should");
    });
    assert!(rx.iter().eq([1]), "the wait ends although nobody said so");
    assert!(panicked.join().is_err());
}

#[test]
fn streams_and_drains_are_receivers_or_not() {
    let (tx, rx) = bifrons::bounded(4);
    tx.send(1).unwrap();
    let drain = rx.drain();
    let stream = rx.into_async().into_stream();
    assert_eq!(tx.receiver_count(), 1, "the stream is the receiver, the drain is none");
    drop(stream);
    assert!(tx.is_closed());
    assert!(drain.eq([1]), "what the drain has is its own");
}

/// Whoever waits and is polled by hand is woken once by the close, whatever it waits for.
#[test]
fn a_close_wakes_each_waiting_task_once() {
    let (tx, rx) = bifrons::bounded::<u8>(1);
    let (tx, rx): (AsyncSender<u8>, AsyncReceiver<u8>) = (tx.into(), rx.into());
    let (counts, wakers): (Vec<_>, Vec<_>) = (0..6).map(|_| counting_waker()).unzip();
    let mut recvs: Vec<_> = (0..3).map(|_| rx.recv()).collect();
    let mut watchers = [rx.closed(), tx.closed()];
    for (future, waker) in recvs.iter_mut().zip(&wakers) {
        must_be_pending(future, waker);
    }
    for (future, waker) in watchers.iter_mut().zip(&wakers[3..]) {
        must_be_pending(future, waker);
    }
    let unpolled = rx.recv();
    assert!(tx.close());
    assert!(!rx.close());
    assert_eq!(counts.iter().map(|count| count.wakes()).collect::<Vec<_>>(), [1, 1, 1, 1, 1, 0]);
    for future in &mut recvs {
        assert_eq!(must_be_ready(future), Err(RecvError));
    }
    watchers.iter_mut().for_each(must_be_ready);
    drop(unpolled);
}

/// A waiting send whose room came before the close may have sent; one whose room did not, did not.
#[test]
fn a_close_between_the_call_and_the_poll() {
    let (tx, rx) = bifrons::bounded(1);
    let tx = tx.into_async();
    tx.try_send(0).unwrap();
    let (mut called, mut waiting) = (tx.send(1), tx.send(2));
    assert!(is_pending(&mut called) && is_pending(&mut waiting));
    assert_eq!(rx.try_recv(), Ok(0));
    tx.close();
    let sent = must_be_ready(&mut called);
    assert_eq!(must_be_ready(&mut waiting), Err(SendError(2)));
    match sent {
        Ok(()) => assert_eq!(rx.try_recv(), Ok(1), "sent before the close, so it is there"),
        Err(SendError(item)) => assert_eq!(item, 1),
    }
    assert_eq!(rx.try_recv(), Err(TryRecvError::Closed));

    let (tx, rx) = bifrons::bounded(1);
    let rx = rx.into_async();
    let mut recv = rx.recv();
    assert!(is_pending(&mut recv));
    tx.send(5).unwrap();
    tx.close();
    assert_eq!(must_be_ready(&mut recv), Ok(5), "the item came before the close");
}

/// Sends that race with the close: the answer tells the truth about the item.
#[test]
fn every_send_precedes_the_close_or_fails() {
    let _dog = watchdog();
    for (round, capacity) in (0..40_u32).flat_map(|round| EVERY_KIND.map(|kind| (round, kind))) {
        let census = Census::new();
        let (tx, rx) = queue(capacity);
        let (sent, next) = (AtomicU64::new(0), AtomicU64::new(0));
        let received = thread::scope(|scope| {
            for face in 0..2 {
                let (tx, census, sent, next) = (tx.clone(), &census, &sent, &next);
                scope.spawn(move || {
                    let async_tx = tx.to_async();
                    loop {
                        let item = census.item(next.fetch_add(1, Ordering::Relaxed));
                        let answer = if face == 0 { tx.send(item) } else { block_on(async_tx.send(item)) };
                        if answer.is_err() {
                            break;
                        }
                        sent.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
            let closer = tx;
            scope.spawn(move || {
                for _ in 0..round * 10 {
                    std::hint::spin_loop();
                }
                closer.close();
            });
            rx.iter().count() as u64
        });
        assert_eq!(received, sent.into_inner(), "{capacity:?}");
        census.assert_all_dropped_once(0..next.into_inner());
    }
}
