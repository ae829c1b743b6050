//! Selects over a rendezvous, where there is no room and no item until two have met.

use std::thread;
use std::time::Duration;

use bifrons::{Receiver, Select, SendError, Sender};

use super::LONG;
use crate::support::{
    Census, StartLine, block_on, counting_waker, is_pending, must_be_pending, must_be_ready, own_cpu_time, own_sleeps,
    rounds, wait_until, watchdog,
};

fn send_by_select(tx: &Sender<u32>, item: u32) -> Result<(), SendError<u32>> {
    let mut select = Select::new();
    select.send(tx);
    select.select().send(tx, item)
}

fn recv_by_select(rx: &Receiver<u32>) -> Option<u32> {
    let mut select = Select::new();
    select.recv(rx);
    select.select().recv(rx).ok()
}

/// Whoever waits first, and however the other comes.
#[test]
fn a_select_meets_everybody() {
    let _dog = watchdog();
    let sends: [fn(&Sender<u32>); 4] = [
        |tx| tx.send(7).unwrap(),
        |tx| block_on(tx.to_async().send(7)).unwrap(),
        |tx| send_by_select(tx, 7).unwrap(),
        |tx| tx.send_timeout(7, Duration::from_secs(60)).unwrap(),
    ];
    type Receive = fn(&Receiver<u32>) -> Option<u32>;
    let receives: [Receive; 5] = [
        |rx| rx.recv().ok(),
        |rx| block_on(rx.to_async().recv()).ok(),
        recv_by_select,
        |rx| rx.recv_timeout(Duration::from_secs(60)).ok(),
        |rx| rx.recv_task().ok().map(bifrons::Task::into_inner),
    ];
    for send in sends {
        for receive in receives {
            for sender_first in [true, false] {
                let (tx, rx) = bifrons::bounded(0);
                thread::scope(|scope| {
                    if sender_first {
                        let sending = scope.spawn(|| send(&tx));
                        wait_until(|| tx.stats().waiting_senders == 1);
                        assert_eq!(receive(&rx), Some(7));
                        sending.join().unwrap();
                    } else {
                        let receiving = scope.spawn(|| receive(&rx));
                        wait_until(|| tx.stats().waiting_receivers == 1);
                        send(&tx);
                        assert_eq!(receiving.join().unwrap(), Some(7));
                    }
                });
                let stats = tx.stats();
                assert_eq!((stats.len, stats.waiting_senders, stats.waiting_receivers), (0, 0, 0));
            }
        }
    }
}

/// Two selects that start at the same instant meet all the same.
///
/// The receiving one may be in line at both queues as it is called at one of them: what the other is then given in the same
/// moment rests there for its next round, so that over two queues the order may change.
#[test]
fn two_selects_that_face_each_other_meet() {
    let _dog = watchdog();
    for _ in rounds(500) {
        let (tx, rx) = bifrons::bounded(0);
        let (other_tx, other_rx) = bifrons::bounded(0);
        let start = StartLine::new(2);
        let mut received = Vec::new();
        thread::scope(|scope| {
            scope.spawn(|| {
                start.wait();
                for item in 0..10 {
                    let mut select = Select::new();
                    let first = select.send(&tx);
                    select.send(&other_tx);
                    let operation = select.select();
                    if operation.index() == first {
                        operation.send(&tx, item).unwrap();
                    } else {
                        operation.send(&other_tx, item).unwrap();
                    }
                }
            });
            start.wait();
            for _ in 0..10 {
                let mut select = Select::new();
                let first = select.recv(&rx);
                select.recv(&other_rx);
                let operation = select.select();
                let item = if operation.index() == first { operation.recv(&rx) } else { operation.recv(&other_rx) };
                received.push(item.unwrap());
            }
        });
        received.sort_unstable();
        assert!(received.into_iter().eq(0..10));
        assert_eq!((tx.len(), other_tx.len()), (0, 0));
    }
}

/// Over one queue the order is that of the sends.
#[test]
fn two_selects_over_one_rendezvous_keep_the_order() {
    let _dog = watchdog();
    for _ in rounds(500) {
        let (tx, rx) = bifrons::bounded(0);
        let start = StartLine::new(2);
        let mut received = Vec::new();
        thread::scope(|scope| {
            scope.spawn(|| {
                start.wait();
                (0..10).for_each(|item| send_by_select(&tx, item).unwrap());
            });
            start.wait();
            received.extend((0..10).map(|_| recv_by_select(&rx).unwrap()));
        });
        assert!(received.into_iter().eq(0..10));
        assert_eq!(tx.len(), 0);
    }
}

/// Each would send one way and receive the other: one at least goes, and nothing is lost.
#[test]
fn two_selects_that_would_swap_meet() {
    let _dog = watchdog();
    for _ in rounds(500) {
        let (tx, rx) = bifrons::bounded(0);
        let (back_tx, back_rx) = bifrons::bounded(0);
        let start = StartLine::new(2);
        let meet = |tx: &Sender<u32>, rx: &Receiver<u32>| {
            start.wait();
            let mut select = Select::new();
            let sending = select.send(tx);
            select.recv(rx);
            let operation = select.select();
            if operation.index() == sending {
                operation.send(tx, 1).unwrap();
                (1, 0)
            } else {
                (0, operation.recv(rx).unwrap())
            }
        };
        thread::scope(|scope| {
            let one = scope.spawn(|| meet(&tx, &back_rx));
            let another = meet(&back_tx, &rx);
            let one = one.join().unwrap();
            let (sent, received) = (one.0 + another.0, one.1 + another.1);
            assert!(sent >= 1, "{one:?} {another:?}");
            assert_eq!(sent, received as usize + tx.len() + back_tx.len(), "{one:?} {another:?}");
        });
    }
}

/// A select that would both send and receive in the same rendezvous does not meet itself.
#[test]
fn a_select_does_not_meet_itself() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::bounded::<u32>(0);
    // Whichever of the two takes its place in line first.
    for sends_first in [true, false] {
        let mut select = Select::new();
        if sends_first {
            select.send(&tx);
            select.recv(&rx);
        } else {
            select.recv(&rx);
            select.send(&tx);
        }
        assert!(select.try_select().is_err());
        let slept = (0..20).any(|_| {
            let sleeps = own_sleeps();
            assert!(select.select_timeout(Duration::from_millis(3)).is_err());
            sleeps.is_none() || own_sleeps() > sleeps
        });
        assert!(slept, "it does not call itself again and again");
        assert!(select.ready_timeout(Duration::from_millis(3)).is_err());
        assert_eq!((tx.len(), tx.stats().waiting_receivers, tx.stats().waiting_senders), (0, 0, 0));
    }
    // Two of them meet each other.
    for _ in rounds(300) {
        let (tx, rx) = bifrons::bounded::<u32>(0);
        let meet = || {
            let mut select = Select::new();
            let sending = select.send(&tx);
            select.recv(&rx);
            let operation = select.select();
            if operation.index() == sending {
                operation.send(&tx, 1).unwrap();
                0
            } else {
                operation.recv(&rx).unwrap()
            }
        };
        thread::scope(|scope| {
            let one = scope.spawn(meet);
            assert_eq!(meet() + one.join().unwrap(), 1);
        });
        assert_eq!(tx.len(), 0);
    }
}

/// A receive of the same select stands in its way where it would send, and one that stands elsewhere does not.
#[test]
fn a_select_that_receives_elsewhere_meets_a_receiver() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::bounded::<u32>(0);
    let (_other_tx, other_rx) = bifrons::bounded::<u32>(0);
    thread::scope(|scope| {
        let choosing = scope.spawn(|| {
            let mut select = Select::new();
            select.recv(&other_rx);
            select.send(&tx);
            select.select().send(&tx, 5)
        });
        wait_until(|| tx.stats().waiting_senders == 1);
        assert_eq!(rx.recv(), Ok(5));
        choosing.join().unwrap().unwrap();
    });
}

/// And with a third party it meets, whichever way that one comes.
#[test]
fn a_select_of_both_ways_meets_a_third() {
    let _dog = watchdog();
    for third_sends in [true, false] {
        let (tx, rx) = bifrons::bounded::<u32>(0);
        thread::scope(|scope| {
            let choosing = scope.spawn(|| {
                let mut select = Select::new();
                let sending = select.send(&tx);
                select.recv(&rx);
                let operation = select.select();
                if operation.index() == sending {
                    operation.send(&tx, 5).unwrap();
                    None
                } else {
                    operation.recv(&rx).ok()
                }
            });
            wait_until(|| tx.stats().waiting_receivers == 1 && tx.stats().waiting_senders == 1);
            if third_sends {
                tx.send(8).unwrap();
                assert_eq!(choosing.join().unwrap(), Some(8));
            } else {
                assert_eq!(rx.recv(), Ok(5));
                assert_eq!(choosing.join().unwrap(), None);
            }
        });
    }
}

/// What was chosen and is dropped without completion (which panics) leaves the receiver to others.
#[test]
fn a_choice_that_is_not_completed_frees_its_receiver() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::bounded::<u32>(0);
    let rx = rx.into_async();
    let (count, waker) = counting_waker();
    let mut recv = rx.recv();
    must_be_pending(&mut recv, &waker);
    let mut select = Select::new();
    select.send(&tx);
    let operation = select.select();
    assert!(tx.try_send(1).unwrap_err().is_full(), "the only receiver is promised an item");
    let dropped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(operation)));
    assert!(dropped.is_err());
    tx.try_send(2).unwrap();
    assert_eq!(count.wakes(), 1);
    assert_eq!(must_be_ready(&mut recv), Ok(2));
}

/// A sender that comes between a choice and its completion does not take the receiver away.
#[test]
fn an_offer_does_not_take_a_promised_receiver() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::bounded::<u32>(0);
    let rx = rx.into_async();
    let (count, waker) = counting_waker();
    let mut recv = rx.recv();
    must_be_pending(&mut recv, &waker);
    let mut select = Select::new();
    select.send(&tx);
    let operation = select.select();
    let async_tx = tx.to_async();
    let mut offer = async_tx.send(7);
    assert!(is_pending(&mut offer));
    assert_eq!(count.wakes(), 0);
    operation.send(&tx, 8).unwrap();
    assert_eq!(count.wakes(), 1);
    assert_eq!(must_be_ready(&mut recv), Ok(8));
    assert_eq!((tx.len(), is_pending(&mut offer)), (0, true));
    assert_eq!(must_be_ready(&mut rx.recv()), Ok(7));
    must_be_ready(&mut offer).unwrap();
}

/// The receiver goes before the promised item comes: the item is first in line for the next receive.
#[test]
fn a_promise_to_one_who_left_is_an_orphan() {
    let _dog = watchdog();
    let census = Census::new();
    let (tx, rx) = bifrons::bounded(0);
    let rx = rx.into_async();
    let mut recv = rx.recv();
    assert!(is_pending(&mut recv));
    let mut select = Select::new();
    select.send(&tx);
    let operation = select.select();
    drop(recv);
    operation.send(&tx, census.item(1)).unwrap();
    assert_eq!((tx.len(), census.alive()), (1, 1));
    let async_tx = tx.to_async();
    let mut offer = async_tx.send(census.item(2));
    assert!(is_pending(&mut offer));
    assert_eq!(must_be_ready(&mut rx.recv()).unwrap().id, 1);
    assert_eq!(must_be_ready(&mut rx.recv()).unwrap().id, 2);
    must_be_ready(&mut offer).unwrap();
    census.assert_all_dropped_once([1, 2]);
}

/// The receiver goes before the promised item comes: whoever comes then is promised to nobody.
#[test]
fn a_promise_to_one_who_left_binds_no_other() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::bounded::<u32>(0);
    let (async_tx, rx) = (tx.to_async(), rx.into_async());
    let (count, waker) = counting_waker();
    for waits in [true, false] {
        let mut gone = rx.recv();
        assert!(is_pending(&mut gone));
        let mut select = Select::new();
        select.send(&tx);
        let operation = select.select();
        assert_eq!(tx.stats().reserved, 1);
        drop(gone);
        let mut recv = rx.recv();
        must_be_pending(&mut recv, &waker);
        let before = count.wakes();
        if waits {
            let mut offer = async_tx.send(7);
            assert!(is_pending(&mut offer));
            assert_eq!(count.wakes(), before + 1);
            assert_eq!(must_be_ready(&mut recv), Ok(7));
            must_be_ready(&mut offer).unwrap();
        } else {
            tx.try_send(7).unwrap();
            assert_eq!(must_be_ready(&mut recv), Ok(7));
        }
        operation.send(&tx, 8).unwrap();
        assert_eq!((must_be_ready(&mut rx.recv()), tx.stats().reserved), (Ok(8), 0));
    }
}

/// Two promises, one of them to somebody who has gone: the other is kept, whichever comes first.
#[test]
fn of_two_promises_one_is_kept() {
    let _dog = watchdog();
    for first in [0, 1] {
        let (tx, rx) = bifrons::bounded::<u32>(0);
        let rx = rx.into_async();
        let mut selects = [Select::new(), Select::new()];
        selects.iter_mut().for_each(|select| _ = select.send(&tx));
        let [mut one, mut other] = selects;
        let mut gone = rx.recv();
        assert!(is_pending(&mut gone));
        let stale = one.select();
        drop(gone);
        let (count, waker) = counting_waker();
        let mut recv = rx.recv();
        must_be_pending(&mut recv, &waker);
        let mut operations = [stale, other.select()];
        assert!(tx.try_send(1).unwrap_err().is_full());
        operations.rotate_left(first);
        let [next, last] = operations;
        next.send(&tx, 5).unwrap();
        assert_eq!((count.wakes(), must_be_ready(&mut recv)), (1, Ok(5)));
        last.send(&tx, 6).unwrap();
        assert_eq!((tx.len(), tx.stats().reserved, must_be_ready(&mut rx.recv())), (1, 0, Ok(6)));
    }
}

/// Two selects of both ways wait while the only receiver that either could have is promised to a third: they sleep.
#[test]
#[cfg_attr(all(chaos, feature = "chaos"), ignore = "on a bad day every step may sleep")]
fn those_who_can_not_meet_sleep() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::bounded::<u32>(0);
    for sends_first in [true, false] {
        let wait = |limit| {
            let mut select = Select::new_biased();
            if sends_first {
                select.send(&tx);
            }
            let receiving = select.recv(&rx);
            if !sends_first {
                select.send(&tx);
            }
            let (sleeps, time) = (own_sleeps(), own_cpu_time());
            let chosen = select.select_timeout(limit);
            let sleeps = own_sleeps().zip(sleeps).map_or(0, |(now, before)| now - before);
            let time = own_cpu_time().zip(time).map_or(Duration::ZERO, |(now, before)| now - before);
            let received = chosen.ok().map(|operation| {
                assert_eq!(operation.index(), receiving);
                operation.recv(&rx).unwrap()
            });
            (received, sleeps, time)
        };
        thread::scope(|scope| {
            let one = scope.spawn(|| wait(LONG));
            wait_until(|| tx.stats().waiting_receivers == 1 && tx.stats().waiting_senders == 1);
            let mut select = Select::new();
            select.send(&tx);
            let operation = select.try_select().unwrap();
            let other = scope.spawn(|| wait(Duration::from_millis(300)));
            let (received, sleeps, time) = other.join().unwrap();
            assert_eq!(received, None);
            assert!(sleeps < 50 && time < Duration::from_millis(100), "{sleeps} {time:?}");
            operation.send(&tx, 3).unwrap();
            let (received, sleeps, time) = one.join().unwrap();
            assert_eq!(received, Some(3));
            assert!(sleeps < 50 && time < Duration::from_millis(100), "{sleeps} {time:?}");
        });
    }
}

/// Closed while a select waits on either side.
#[test]
fn a_close_reaches_selects_in_a_rendezvous() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::bounded::<u32>(0);
    thread::scope(|scope| {
        let sending = scope.spawn(|| send_by_select(&tx, 4));
        wait_until(|| tx.stats().waiting_senders == 1);
        rx.close();
        assert_eq!(sending.join().unwrap(), Err(SendError(4)));
    });
    let (tx, rx) = bifrons::bounded::<u32>(0);
    thread::scope(|scope| {
        let receiving = scope.spawn(|| recv_by_select(&rx));
        wait_until(|| tx.stats().waiting_receivers == 1);
        tx.close();
        assert_eq!(receiving.join().unwrap(), None);
    });
}

/// A sender that waits makes a receive ready, and a receiver a send; to know of it leaves them there.
#[test]
fn it_is_known_who_waits() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::bounded(0);
    let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
    let mut select = Select::new();
    let receiving = select.recv(&rx);
    let sending = select.send(&tx);
    assert!(select.try_ready().is_err());
    let mut send = async_tx.send(1);
    assert!(is_pending(&mut send));
    assert_eq!(select.try_ready(), Ok(receiving));
    assert_eq!(rx.try_recv(), Ok(1));
    must_be_ready(&mut send).unwrap();
    let mut recv = async_rx.recv();
    assert!(is_pending(&mut recv));
    assert_eq!(select.try_ready(), Ok(sending));
    tx.try_send(2).unwrap();
    assert_eq!(must_be_ready(&mut recv), Ok(2));
}

/// Another promise is kept meanwhile: the one to the receiver that left still binds nobody.
#[test]
fn a_promise_that_is_kept_revives_no_other() {
    let (tx, rx) = bifrons::bounded::<u32>(0);
    let rx = rx.into_async();
    let promise = || {
        let mut select = Select::new();
        select.send(&tx);
        select.select()
    };
    let mut gone = rx.recv();
    assert!(is_pending(&mut gone));
    let stale = promise();
    drop(gone);
    let (mut first, mut second) = (rx.recv(), rx.recv());
    assert!(is_pending(&mut first) && is_pending(&mut second));
    promise().send(&tx, 1).unwrap();
    assert_eq!(must_be_ready(&mut first), Ok(1));
    tx.try_send(2).unwrap();
    assert_eq!(must_be_ready(&mut second), Ok(2));
    assert_eq!(tx.stats().reserved, 1);
    stale.send(&tx, 3).unwrap();
    assert_eq!((must_be_ready(&mut rx.recv()), tx.stats().reserved), (Ok(3), 0));
}

/// A promise that is forgotten binds the receivers that wait, as many as there are, and none who comes when they have gone.
#[test]
fn a_forgotten_promise_ends_with_its_receiver() {
    let (tx, rx) = bifrons::bounded::<u32>(0);
    let rx = rx.into_async();
    let mut promised = rx.recv();
    assert!(is_pending(&mut promised));
    let mut select = Select::new();
    select.send(&tx);
    std::mem::forget(select.select());
    assert!(tx.try_send(1).unwrap_err().is_full());
    drop(promised);
    for item in 0..3 {
        let (mut first, mut second) = (rx.recv(), rx.recv());
        assert!(is_pending(&mut first) && is_pending(&mut second));
        let mut select = Select::new();
        select.send(&tx);
        select.select().send(&tx, item).unwrap();
        tx.try_send(item).unwrap();
        assert_eq!((must_be_ready(&mut first), must_be_ready(&mut second)), (Ok(item), Ok(item)));
    }
}
