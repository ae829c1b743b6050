//! What can be said of a queue at one moment.

use std::sync::mpsc;
use std::thread;

use bifrons::{Receiver, Sender, Stats};

use crate::support::{counting_waker, is_pending, must_be_pending, must_be_ready, wait_until, watchdog};

fn bounded() -> [(Sender<u32>, Receiver<u32>); 3] {
    [bifrons::bounded(4), bifrons::lifo::bounded(4), bifrons::priority::bounded(4)]
}

/// All four handles say the same.
fn of(tx: &Sender<u32>, rx: &Receiver<u32>) -> Stats {
    let stats = tx.stats();
    assert_eq!(rx.stats(), stats);
    let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
    let from_tasks = async_tx.stats();
    assert_eq!(async_rx.stats(), from_tasks);
    assert_eq!((from_tasks.senders, from_tasks.receivers), (stats.senders + 1, stats.receivers + 1));
    stats
}

#[test]
fn everything_is_counted() {
    let _dog = watchdog();
    for (tx, rx) in bounded() {
        let fresh = of(&tx, &rx);
        assert_eq!((fresh.len, fresh.capacity, fresh.sent, fresh.received), (0, Some(4), 0, 0));
        assert_eq!((fresh.waiting_senders, fresh.waiting_receivers, fresh.tasks, fresh.reserved), (0, 0, 0, 0));
        assert_eq!((fresh.senders, fresh.receivers, fresh.closed), (1, 1, false));

        (0..3).for_each(|item| tx.send(item).unwrap());
        let task = rx.recv_task().unwrap();
        rx.recv().unwrap();
        let permit = tx.reserve().unwrap();
        let stats = of(&tx, &rx);
        assert_eq!((stats.len, stats.sent, stats.received, stats.tasks, stats.reserved), (1, 3, 2, 1, 1));
        assert_eq!(stats.weight, 1, "nobody weighs them");

        tx.send(3).unwrap();
        tx.send(4).unwrap();
        let async_tx = tx.to_async();
        let (_count, waker) = counting_waker();
        let mut send = async_tx.send(9);
        must_be_pending(&mut send, &waker);
        let mut reserve = async_tx.reserve();
        must_be_pending(&mut reserve, &waker);
        thread::scope(|scope| {
            let sender = scope.spawn(|| tx.send(10));
            wait_until(|| tx.stats().waiting_senders == 3);
            rx.close();
            assert!(sender.join().unwrap().is_err());
        });
        drop((send, reserve, permit, task));
        drop(async_tx);
        let stats = of(&tx, &rx);
        assert_eq!((stats.len, stats.sent, stats.received, stats.closed), (3, 5, 2, true));
        assert_eq!((stats.waiting_senders, stats.tasks, stats.reserved), (0, 0, 0));
    }
}

/// In a rendezvous an item is sent when a receiver has it, or when it was handed over to one.
#[test]
fn a_rendezvous_counts_too() {
    let (tx, rx) = bifrons::bounded(0);
    let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
    let counted = || {
        let stats = of(&tx, &rx);
        assert_eq!(stats.weight, stats.len);
        (stats.len, stats.sent, stats.received)
    };
    let mut recv = async_rx.recv();
    assert!(is_pending(&mut recv));
    tx.try_send(1).unwrap();
    assert_eq!(counted(), (1, 1, 0));
    assert_eq!(must_be_ready(&mut recv), Ok(1));
    assert_eq!(counted(), (0, 1, 1));
    let mut send = async_tx.send(2);
    assert!(is_pending(&mut send));
    assert_eq!(counted(), (0, 1, 1));
    assert_eq!(rx.try_recv(), Ok(2));
    assert_eq!(counted(), (0, 2, 2));
}

#[test]
fn those_who_wait_are_counted() {
    let _dog = watchdog();
    for (tx, rx) in bounded().into_iter().chain([bifrons::bounded(0), bifrons::unbounded()]) {
        let async_rx = rx.to_async();
        let mut waiting: Vec<_> = (0..3).map(|_| async_rx.recv()).collect();
        assert!(waiting.iter_mut().all(is_pending));
        thread::scope(|scope| {
            let receiver = scope.spawn(|| rx.recv());
            wait_until(|| rx.stats().waiting_receivers == 4);
            waiting.pop();
            assert_eq!(rx.stats().waiting_receivers, 3);
            waiting.clear();
            assert_eq!(rx.stats().waiting_receivers, 1);
            tx.send(1).unwrap();
            assert_eq!(receiver.join().unwrap(), Ok(1));
        });
        assert_eq!(rx.stats().waiting_receivers, 0);
    }
}

#[test]
fn handles_are_counted_and_weak_ones_are_not() {
    let (tx, rx) = bifrons::unbounded::<u32>();
    let more = (tx.clone(), tx.to_async(), rx.clone(), rx.to_async().into_stream(), tx.downgrade(), rx.downgrade());
    let stats = tx.stats();
    assert_eq!((stats.senders, stats.receivers, stats.capacity), (3, 3, None));
    drop(more);
    let stats = tx.stats();
    assert_eq!((stats.senders, stats.receivers), (1, 1));
    let permit = tx.clone().reserve_owned().unwrap();
    assert_eq!(rx.stats().senders, 2);
    drop(permit);
    drop(tx);
    assert_eq!((rx.stats().senders, rx.stats().closed), (0, true));
}

#[test]
fn a_rendezvous_counts_what_passes() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::bounded(0);
    thread::scope(|scope| {
        scope.spawn(|| (0..5).for_each(|item| tx.send(item).unwrap()));
        (0..5).for_each(|item| assert_eq!(rx.recv(), Ok(item)));
    });
    let stats = of(&tx, &rx);
    assert_eq!((stats.len, stats.capacity, stats.sent, stats.received), (0, Some(0), 5, 5));
}

/// One moment: what came, less what went, is what is there, in the middle of everything.
#[test]
fn a_snapshot_is_consistent() {
    let _dog = watchdog();
    for (tx, rx) in bounded().into_iter().chain([bifrons::unbounded(), bifrons::bounded(0)]) {
        thread::scope(|scope| {
            for _ in 0..2 {
                let tx = tx.clone();
                scope.spawn(move || (0..1_000).for_each(|item| tx.send(item).unwrap()));
            }
            drop(tx);
            let reader = rx.downgrade();
            let (looked, has_looked) = mpsc::channel();
            scope.spawn(move || {
                let mut last = 0;
                while let Some(rx) = reader.upgrade() {
                    let stats = rx.stats();
                    drop(rx);
                    assert_eq!(stats.sent - stats.received, stats.len as u64, "{stats:?}");
                    assert!(stats.capacity.is_none_or(|capacity| stats.len <= capacity), "{stats:?}");
                    assert!(stats.received >= last, "{stats:?}");
                    last = stats.received;
                    let _ = looked.send(());
                }
            });
            has_looked.recv().unwrap();
            assert_eq!(rx.iter().count(), 2_000);
            drop(rx);
        });
    }
}

/// Whatever way items go, they are counted as they go.
#[test]
fn every_way_out_is_counted() {
    for (tx, rx) in bounded() {
        (0..4).for_each(|item| tx.send(item).unwrap());
        tx.force_send(9).unwrap();
        let mut items = Vec::new();
        rx.recv_many(&mut items, 2).unwrap();
        assert_eq!(tx.stats().received, 3);
        drop(rx.drain());
        assert_eq!((tx.stats().sent, tx.stats().received), (5, 5));
        tx.send(1).unwrap();
        drop(rx.shutdown());
        assert_eq!((tx.stats().sent, tx.stats().received), (6, 6));
    }
}

/// What one needs to know in a hang at night.
#[test]
fn handles_tell_of_which_kind_a_queue_is() {
    let ordered = |builder: bifrons::Builder<u32>| builder.capacity(1).build();
    let kinds = [
        ("rendezvous", bifrons::bounded(0)),
        ("bounded", bifrons::bounded(1)),
        ("unbounded", bifrons::unbounded()),
        ("lifo", bifrons::lifo::bounded(1)),
        ("lifo", bifrons::lifo::unbounded()),
        ("priority", bifrons::priority::bounded(1)),
        ("fifo", ordered(bifrons::builder().weight(|_| 1))),
    ];
    for (kind, (tx, rx)) in kinds {
        let words = format!("kind: {kind},");
        for said in
            [format!("{tx:?}"), format!("{rx:?}"), format!("{:?}", rx.to_async()), format!("{:?}", tx.to_async())]
        {
            assert!(said.contains(&words), "{said}");
        }
    }
}
