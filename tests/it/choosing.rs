//! Waiting for the first of several operations, on a thread.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::{Duration, Instant};

use bifrons::{
    ReadyTimeoutError, Receiver, RecvError, Select, SelectTimeoutError, SendError, Sender, TryReadyError,
    TrySelectError,
};

use crate::support::{Census, block_on, wait_until, watchdog};

mod lane;
mod losing;
mod macros;
mod meeting;
mod timers;

const LONG: Duration = Duration::from_secs(60);

/// A queue of every kind that keeps items, with room for one at least.
fn keepers() -> [(Sender<u32>, Receiver<u32>); 6] {
    [
        bifrons::bounded(1),
        bifrons::unbounded(),
        bifrons::lifo::bounded(1),
        bifrons::lifo::unbounded(),
        bifrons::priority::bounded(1),
        bifrons::builder().capacity(1).weight(|_: &u32| 1).build(),
    ]
}

#[test]
fn each_form_takes_what_is_ready() {
    let _dog = watchdog();
    for (tx, rx) in keepers() {
        let forms: [fn(&mut Select<'_>) -> usize; 4] = [
            |select| select.ready(),
            |select| select.try_ready().unwrap(),
            |select| select.ready_timeout(LONG).unwrap(),
            |select| select.ready_deadline(Instant::now() + LONG).unwrap(),
        ];
        for is_ready in forms {
            let mut select = Select::new();
            let receiving = select.recv(&rx);
            let sending = select.send(&tx);
            assert_eq!(is_ready(&mut select), sending);
            select.remove(sending);
            tx.try_send(1).unwrap();
            assert_eq!(is_ready(&mut select), receiving);
            // To know of it does nothing.
            let stats = rx.stats();
            assert_eq!((stats.len, stats.reserved, stats.waiting_senders, stats.waiting_receivers), (1, 0, 0, 0));
            assert_eq!(rx.try_recv(), Ok(1));
        }
        for form in 0..4 {
            let mut select = Select::new_biased();
            let receiving = select.recv(&rx);
            let sending = select.send(&tx);
            let mut take = || match form {
                0 => select.select(),
                1 => select.try_select().unwrap(),
                2 => select.select_timeout(LONG).unwrap(),
                _ => select.select_deadline(Instant::now() + LONG).unwrap(),
            };
            let operation = take();
            assert_eq!(operation.index(), sending);
            operation.send(&tx, 7).unwrap();
            let operation = take();
            assert_eq!(operation.index(), receiving);
            assert_eq!(operation.recv(&rx), Ok(7));
        }
        tx.join();
    }
}

#[test]
fn each_form_gives_up() {
    let _dog = watchdog();
    for (tx, rx) in keepers().into_iter().chain([bifrons::bounded(0)]) {
        if tx.capacity().is_some_and(|capacity| capacity > 0) {
            tx.try_send(1).unwrap();
        }
        let (other_tx, other_rx) = bifrons::bounded::<u32>(0);
        let mut select = Select::new();
        if tx.is_full() {
            select.send(&tx);
        } else {
            select.recv(&rx);
        }
        select.send(&other_tx);
        select.recv(&other_rx);
        let short = Duration::from_millis(2);
        assert_eq!(select.try_select().map(drop).unwrap_err(), TrySelectError);
        assert_eq!(select.select_timeout(short).map(drop).unwrap_err(), SelectTimeoutError);
        assert_eq!(select.select_deadline(Instant::now() + short).map(drop).unwrap_err(), SelectTimeoutError);
        assert_eq!(select.select_deadline(Instant::now()).map(drop).unwrap_err(), SelectTimeoutError);
        assert_eq!(select.try_ready(), Err(TryReadyError));
        assert_eq!(select.ready_timeout(short), Err(ReadyTimeoutError));
        assert_eq!(select.ready_deadline(Instant::now() + short), Err(ReadyTimeoutError));
        for stats in [tx.stats(), other_tx.stats()] {
            assert_eq!((stats.waiting_senders, stats.waiting_receivers, stats.reserved), (0, 0, 0));
        }
    }
    let mut none = Select::new();
    assert!(none.try_select().is_err());
    assert!(none.select_timeout(Duration::from_millis(2)).is_err());
    assert_eq!(none.ready_timeout(Duration::from_millis(2)), Err(ReadyTimeoutError));
}

/// A select that sleeps is called by an item, by room and by the close, whichever face they come from.
#[test]
fn what_comes_wakes_a_select() {
    let _dog = watchdog();
    for (tx, rx) in keepers() {
        let never = bifrons::never::<u32>();
        thread::scope(|scope| {
            let choosing = scope.spawn(|| {
                let mut select = Select::new();
                select.recv(&never);
                let index = select.recv(&rx);
                let operation = select.select();
                assert_eq!(operation.index(), index);
                operation.recv(&rx)
            });
            wait_until(|| rx.stats().waiting_receivers == 1);
            block_on(tx.to_async().send(5)).unwrap();
            assert_eq!(choosing.join().unwrap(), Ok(5));

            if tx.capacity().is_some() {
                tx.try_send(6).unwrap();
                let choosing = scope.spawn(|| {
                    let mut select = Select::new();
                    select.recv(&never);
                    select.send(&tx);
                    select.select().send(&tx, 7)
                });
                wait_until(|| rx.stats().waiting_senders == 1);
                assert_eq!(block_on(rx.to_async().recv()), Ok(6));
                choosing.join().unwrap().unwrap();
                assert_eq!(rx.recv(), Ok(7));
            }

            let choosing = scope.spawn(|| {
                let mut select = Select::new();
                select.recv(&never);
                select.recv(&rx);
                select.select().recv(&rx)
            });
            wait_until(|| rx.stats().waiting_receivers == 1);
            tx.close();
            assert_eq!(choosing.join().unwrap(), Err(RecvError));
        });
        let stats = rx.stats();
        assert_eq!((stats.waiting_senders, stats.waiting_receivers, stats.reserved), (0, 0, 0));
    }
}

#[test]
fn an_operation_on_a_closed_queue_is_ready_and_fails() {
    for (tx, rx) in keepers().into_iter().chain([bifrons::bounded(0)]) {
        rx.close();
        let mut select = Select::new_biased();
        select.send(&tx);
        select.recv(&rx);
        assert_eq!(select.try_ready(), Ok(0));
        assert_eq!(select.try_select().unwrap().send(&tx, 3), Err(SendError(3)));
        select.remove(0);
        assert_eq!(select.ready(), 1);
        assert_eq!(select.select().recv(&rx), Err(RecvError));
    }
}

/// What is left in a closed queue is received before its end is.
#[test]
fn a_select_drains_a_closed_queue() {
    for (tx, rx) in keepers() {
        tx.try_send(1).unwrap();
        tx.close();
        let mut select = Select::new();
        select.recv(&rx);
        assert_eq!(select.select().recv(&rx), Ok(1));
        assert_eq!(select.select().recv(&rx), Err(RecvError));
    }
}

/// Closed between the choice and its completion: what was chosen to be received is there, what was to be sent comes back.
#[test]
fn a_close_before_the_completion() {
    for (tx, rx) in keepers() {
        let mut select = Select::new();
        select.send(&tx);
        let operation = select.select();
        rx.close();
        assert_eq!(operation.send(&tx, 9), Err(SendError(9)));
        assert_eq!((tx.len(), tx.stats().reserved), (0, 0));
    }
    for (tx, rx) in keepers() {
        tx.try_send(4).unwrap();
        let mut select = Select::new();
        select.recv(&rx);
        let operation = select.select();
        assert_eq!(tx.shutdown().count(), 0, "it has been taken");
        assert_eq!(operation.recv(&rx), Ok(4));
    }
}

/// Of several that are ready, each is taken now and then.
#[test]
fn the_ready_ones_are_treated_alike() {
    let queues: Vec<_> = (0..4).map(|_| bifrons::unbounded::<usize>()).collect();
    let silent = bifrons::never::<usize>();
    let mut hits = [0; 6];
    for _ in 0..3_000 {
        queues.iter().filter(|(_, rx)| rx.is_empty()).for_each(|(tx, _)| tx.send(0).unwrap());
        let mut select = Select::new();
        queues.iter().for_each(|(_, rx)| _ = select.recv(rx));
        select.recv(&silent);
        select.send(&queues[0].0);
        let operation = select.select();
        hits[operation.index()] += 1;
        match operation.index() {
            5 => operation.send(&queues[0].0, 1).unwrap(),
            index => _ = operation.recv(&queues[index].1).unwrap(),
        }
        while queues[0].1.len() > 1 {
            queues[0].1.recv().unwrap();
        }
    }
    assert_eq!(hits[4], 0);
    for index in [0, 1, 2, 3, 5] {
        assert!(hits[index] > 3_000 / 20, "{hits:?}");
    }
}

/// Of sixteen two or three are ready, which stand side by side: each is taken as often as another, and each is found.
#[test]
fn neighbours_are_treated_alike() {
    const PICKS: usize = 6_000;
    let queues: Vec<_> = (0..16).map(|_| bifrons::bounded::<u8>(1)).collect();
    for ready in [&[3, 4][..], &[15, 0], &[7, 8, 9]] {
        ready.iter().for_each(|&index: &usize| queues[index].0.send(0).unwrap());
        let mut again = Select::new();
        queues.iter().for_each(|(_, rx)| _ = again.recv(rx));
        let mut hits = [0; 16];
        for pick in 0..PICKS {
            let mut anew = Select::new();
            queues.iter().for_each(|(_, rx)| _ = anew.recv(rx));
            let index = if pick % 2 == 0 { again.ready() } else { anew.ready() };
            hits[index] += 1;
        }
        let share = PICKS / ready.len();
        for &index in ready {
            assert!(hits[index] > share * 3 / 4, "{hits:?}");
            assert_eq!(queues[index].1.try_recv(), Ok(0));
        }
        assert_eq!(ready.iter().map(|&index| hits[index]).sum::<usize>(), PICKS);
    }
}

/// Nor does a thread that lives for one select alone choose what the one before it chose.
#[test]
fn each_thread_begins_elsewhere() {
    const SELECTS: usize = if cfg!(miri) { 20 } else { 400 };
    let queues = [0, 1].map(|_| bifrons::unbounded::<u8>());
    queues.iter().for_each(|(tx, _)| (0..SELECTS).for_each(|_| tx.send(0).unwrap()));
    let [(_, left), (_, right)] = &queues;
    let choose = || bifrons::select! { recv(left) -> _ => 0, recv(right) -> _ => 1 };
    let chosen: Vec<usize> = (0..SELECTS).map(|_| thread::scope(|scope| scope.spawn(choose).join().unwrap())).collect();
    let hits: usize = chosen.iter().sum();
    assert!((SELECTS / 5..SELECTS * 4 / 5).contains(&hits), "{hits} of {SELECTS}");
    let longest = chosen.chunk_by(|left, right| left == right).map(<[_]>::len).max();
    assert!(longest < Some(20), "{chosen:?}");
}

#[test]
fn a_biased_select_takes_the_first() {
    let (tx, rx) = bifrons::unbounded();
    let (other_tx, other_rx) = bifrons::priority::unbounded();
    (0..50).for_each(|item| {
        tx.send(item).unwrap();
        other_tx.send(item).unwrap();
    });
    let mut select = Select::new_biased();
    select.recv(&rx);
    select.recv(&other_rx);
    for item in 0..50 {
        assert_eq!(select.try_ready(), Ok(0));
        let operation = select.select();
        assert_eq!(operation.index(), 0);
        assert_eq!(operation.recv(&rx), Ok(item));
    }
    assert_eq!(select.select().recv(&other_rx), Ok(49));
}

/// A select may be used again, cloned, and thinned out: indices stand.
#[test]
fn indices_stand() {
    let queues: Vec<_> = (0..3).map(|_| bifrons::bounded::<usize>(1)).collect();
    let mut select = Select::default();
    let indices: Vec<_> = queues.iter().map(|(_, rx)| select.recv(rx)).collect();
    assert_eq!(indices, [0, 1, 2]);
    select.remove(1);
    queues.iter().for_each(|(tx, _)| tx.send(5).unwrap());
    let mut clone = select.clone();
    let mut seen = Vec::new();
    for _ in 0..2 {
        let operation = clone.select();
        let index = operation.index();
        operation.recv(&queues[index].1).unwrap();
        seen.push(index);
    }
    seen.sort_unstable();
    assert_eq!(seen, [0, 2]);
    assert!(select.try_select().is_err());
    assert_eq!(select.recv(&queues[1].1), 3);
    assert_eq!(select.ready(), 3);
    assert!(catch_unwind(AssertUnwindSafe(|| select.remove(1))).is_err(), "it is gone");
    assert!(catch_unwind(AssertUnwindSafe(|| select.remove(9))).is_err(), "it never was");
    assert!(format!("{select:?}").contains("operations: 3"));
}

/// Operations are completed with the queue they were chosen for; any handle of it will do.
#[test]
fn misuse_panics_and_harms_nothing() {
    let census = Census::new();
    let (tx, rx) = bifrons::bounded(1);
    let (other_tx, other_rx) = bifrons::bounded(1);
    let mut select = Select::new();
    select.send(&tx);
    let operation = select.select();
    assert!(catch_unwind(AssertUnwindSafe(|| operation.send(&other_tx, census.item(0)))).is_err());
    let operation = select.select();
    assert!(catch_unwind(AssertUnwindSafe(|| operation.recv(&rx))).is_err());
    let operation = select.select();
    assert!(catch_unwind(AssertUnwindSafe(|| drop(operation))).is_err());
    assert_eq!((tx.stats().reserved, tx.len()), (0, 0));
    select.select().send(&tx.clone(), census.item(1)).unwrap();

    let mut select = Select::new();
    select.recv(&rx);
    let operation = select.select();
    assert!(catch_unwind(AssertUnwindSafe(|| operation.recv(&other_rx))).is_err());
    assert_eq!(census.alive(), 0, "what was chosen is dropped");
    tx.send(census.item(2)).unwrap();
    let operation = select.select();
    assert!(catch_unwind(AssertUnwindSafe(|| drop(operation))).is_err());
    tx.send(census.item(3)).unwrap();
    assert_eq!(select.select().recv(&rx.clone()).unwrap().id, 3);
    census.assert_all_dropped_once([0, 1, 2, 3]);
}
