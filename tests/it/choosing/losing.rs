//! Operations of a select that were not the one: they keep no place in line and swallow no call.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use bifrons::{Discipline, Pushed, Receiver, RecvError, Select};

use super::keepers;
use crate::support::{
    Census, Step, counting_waker, hooked_at, is_pending, must_be_pending, must_be_ready, wait_until, watchdog,
};

/// Receives by a select in which the queue takes part twice.
fn receive_either_way(rx: &Receiver<u32>) -> Result<u32, RecvError> {
    let mut select = Select::new();
    select.recv(rx);
    select.recv(rx);
    select.select().recv(rx)
}

/// The same queue twice in one select, each side: one is taken, the other leaves no trace.
#[test]
fn the_same_queue_may_take_part_twice() {
    let _dog = watchdog();
    for (tx, rx) in keepers() {
        let tx2 = tx.clone();
        thread::scope(|scope| {
            let choosing = scope.spawn(|| receive_either_way(&rx));
            wait_until(|| rx.stats().waiting_receivers == 2);
            tx2.send(3).unwrap();
            assert_eq!(choosing.join().unwrap(), Ok(3));
        });
        let stats = rx.stats();
        assert_eq!((stats.waiting_receivers, stats.len), (0, 0));
    }
}

/// In a rendezvous whoever would receive twice is one receiver, to whom one item is handed.
#[test]
fn who_would_receive_twice_is_one_receiver() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::bounded(0);
    thread::scope(|scope| {
        let choosing = scope.spawn(|| receive_either_way(&rx));
        wait_until(|| rx.stats().waiting_receivers > 0);
        assert_eq!(rx.stats().waiting_receivers, 1);
        wait_until(|| tx.try_send(3).is_ok());
        assert_eq!(choosing.join().unwrap(), Ok(3));
    });
    assert_eq!((tx.len(), rx.stats().waiting_receivers), (0, 0));
}

/// A select that was called by two queues uses one call and passes the other on.
#[test]
fn the_loser_swallows_no_call() {
    let _dog = watchdog();
    for kind in 0..keepers().len() {
        let (tx, rx) = keepers().into_iter().nth(kind).unwrap();
        let (other_tx, other_rx) = keepers().into_iter().nth(kind).unwrap();
        thread::scope(|scope| {
            let choosing = scope.spawn(|| {
                let mut select = Select::new();
                let first = select.recv(&rx);
                select.recv(&other_rx);
                let operation = select.select();
                if operation.index() == first {
                    (true, operation.recv(&rx))
                } else {
                    (false, operation.recv(&other_rx))
                }
            });
            wait_until(|| rx.stats().waiting_receivers == 1 && other_rx.stats().waiting_receivers == 1);
            // Tasks stand behind the select in both lines.
            let (async_rx, other_async_rx) = (rx.to_async(), other_rx.to_async());
            let (one, waker) = counting_waker();
            let mut behind = async_rx.recv();
            must_be_pending(&mut behind, &waker);
            let (two, waker) = counting_waker();
            let mut other_behind = other_async_rx.recv();
            must_be_pending(&mut other_behind, &waker);
            tx.send(1).unwrap();
            other_tx.send(2).unwrap();
            let (took_first, item) = choosing.join().unwrap();
            assert!(item.is_ok());
            if took_first {
                wait_until(|| two.wakes() == 1);
                assert_eq!(must_be_ready(&mut other_behind), Ok(2));
            } else {
                wait_until(|| one.wakes() == 1);
                assert_eq!(must_be_ready(&mut behind), Ok(1));
            }
        });
    }
}

/// The same for room.
#[test]
fn the_loser_swallows_no_room() {
    let _dog = watchdog();
    let bounded = || [bifrons::bounded::<u32>(1), bifrons::lifo::bounded(1), bifrons::priority::bounded(1)];
    for ((tx, rx), (other_tx, other_rx)) in bounded().into_iter().zip(bounded()) {
        tx.send(0).unwrap();
        other_tx.send(0).unwrap();
        thread::scope(|scope| {
            let choosing = scope.spawn(|| {
                let mut select = Select::new();
                let first = select.send(&tx);
                select.send(&other_tx);
                let operation = select.select();
                if operation.index() == first {
                    operation.send(&tx, 5).unwrap();
                    true
                } else {
                    operation.send(&other_tx, 5).unwrap();
                    false
                }
            });
            wait_until(|| tx.stats().waiting_senders == 1 && other_tx.stats().waiting_senders == 1);
            let (async_tx, other_async_tx) = (tx.to_async(), other_tx.to_async());
            let (one, waker) = counting_waker();
            let mut behind = async_tx.send(6);
            must_be_pending(&mut behind, &waker);
            let (two, waker) = counting_waker();
            let mut other_behind = other_async_tx.send(6);
            must_be_pending(&mut other_behind, &waker);
            rx.recv().unwrap();
            other_rx.recv().unwrap();
            if choosing.join().unwrap() {
                wait_until(|| two.wakes() == 1);
                must_be_ready(&mut other_behind).unwrap();
                assert!(is_pending(&mut behind));
                assert_eq!((rx.recv(), other_rx.recv()), (Ok(5), Ok(6)));
            } else {
                wait_until(|| one.wakes() == 1);
                must_be_ready(&mut behind).unwrap();
                assert!(is_pending(&mut other_behind));
                assert_eq!((rx.recv(), other_rx.recv()), (Ok(6), Ok(5)));
            }
        });
        assert_eq!((tx.stats().reserved, other_tx.stats().reserved), (0, 0));
    }
}

/// The waker of a task to which a call is passed on panics: what was chosen is neither lost nor held for ever.
#[test]
fn a_panicking_waker_loses_nothing_that_was_chosen() {
    let _dog = watchdog();
    let census = Census::new();
    let (tx, rx) = bifrons::bounded(4);
    thread::scope(|scope| {
        // It stands in line twice, so that two items call it twice; the second call is passed on.
        let choosing = scope.spawn(|| {
            catch_unwind(AssertUnwindSafe(|| {
                let mut select = Select::new();
                select.recv(&rx);
                select.recv(&rx);
                select.select().recv(&rx).map(|_item| ())
            }))
        });
        wait_until(|| rx.stats().waiting_receivers == 2);
        let async_rx = rx.to_async();
        let mut behind = async_rx.recv();
        must_be_pending(&mut behind, &hooked_at(Step::Wake, || panic!("the waker")));
        let mut items = std::collections::VecDeque::from([census.item(0), census.item(1)]);
        tx.send_many(&mut items).unwrap();
        let outcome = choosing.join().unwrap();
        drop(behind);
        assert_eq!(outcome.unwrap_err().downcast_ref(), Some(&"the waker"));
        let left = rx.drain().count();
        assert_eq!(census.alive(), 0, "{left} were left");
    });
    // The same with room, of which none may stay reserved.
    let (tx, rx) = bifrons::bounded::<u32>(2);
    (0..2).for_each(|item| tx.send(item).unwrap());
    thread::scope(|scope| {
        let choosing = scope.spawn(|| {
            catch_unwind(AssertUnwindSafe(|| {
                let mut select = Select::new();
                select.send(&tx);
                select.send(&tx);
                select.select().send(&tx, 7)
            }))
        });
        wait_until(|| tx.stats().waiting_senders == 2);
        let async_tx = tx.to_async();
        let mut behind = async_tx.reserve();
        must_be_pending(&mut behind, &hooked_at(Step::Wake, || panic!("the waker")));
        let mut items = Vec::new();
        let received = catch_unwind(AssertUnwindSafe(|| rx.recv_many(&mut items, 2)));
        let chosen = choosing.join().unwrap();
        assert!(received.is_err() || chosen.is_err(), "the waker was called by one of them");
        drop(behind);
        assert_eq!(tx.stats().reserved, 0);
    });
}

/// An order that drops what it should give out.
struct Clumsy(VecDeque<u32>);

impl Discipline<u32> for Clumsy {
    fn push(&mut self, item: u32, _room: bool) -> Pushed<u32> {
        self.0.push_back(item);
        Pushed::Added
    }
    fn pop(&mut self) -> Option<u32> {
        self.0.pop_front().map(|_| panic!("dropped"))
    }
    fn len(&self) -> usize {
        self.0.len()
    }
}

/// A user's order panics as the select tries it: the select ends so, and has left every line by then.
#[test]
fn a_select_that_panics_leaves_every_line() {
    let _dog = watchdog();
    let (_tx, rx) = bifrons::unbounded::<u32>();
    let (clumsy_tx, clumsy_rx) = bifrons::builder().discipline(Clumsy(VecDeque::new())).build();
    thread::scope(|scope| {
        let choosing = scope.spawn(|| {
            catch_unwind(AssertUnwindSafe(|| {
                let mut select = Select::new();
                select.recv(&rx);
                select.recv(&clumsy_rx);
                select.select().index()
            }))
        });
        wait_until(|| rx.stats().waiting_receivers == 1 && clumsy_rx.stats().waiting_receivers == 1);
        clumsy_tx.send(1).unwrap();
        assert_eq!(choosing.join().unwrap().unwrap_err().downcast_ref(), Some(&"dropped"));
    });
    assert_eq!((rx.stats().waiting_receivers, clumsy_rx.stats().waiting_receivers), (0, 0));
}

/// Threads in selects over queues of all kinds, others beside them without: every item arrives once.
#[test]
fn selects_and_others_share_the_work() {
    let _dog = watchdog();
    for (tx, rx) in keepers().into_iter().chain([bifrons::bounded(0)]) {
        let (side_tx, side_rx) = bifrons::bounded::<u32>(1);
        let received = thread::scope(|scope| {
            for sender in 0..2_u32 {
                let (tx, side_tx) = (tx.clone(), side_tx.clone());
                scope.spawn(move || {
                    for item in 0..200 {
                        let item = sender * 200 + item;
                        let mut select = Select::new();
                        let main = select.send(&tx);
                        select.send(&side_tx);
                        let operation = select.select();
                        if operation.index() == main {
                            operation.send(&tx, item).unwrap();
                        } else {
                            operation.send(&side_tx, item).unwrap();
                        }
                    }
                });
            }
            {
                let tx = tx.clone();
                scope.spawn(move || (400..600).for_each(|item| tx.send(item).unwrap()));
            }
            let choosers: Vec<_> = (0..2)
                .map(|_| {
                    scope.spawn(|| {
                        let mut received = Vec::new();
                        let mut select = Select::new();
                        let main = select.recv(&rx);
                        let side = select.recv(&side_rx);
                        let mut open = 2;
                        while open > 0 {
                            let operation = select.select();
                            let index = operation.index();
                            let item = if index == main { operation.recv(&rx) } else { operation.recv(&side_rx) };
                            match item {
                                Ok(item) => received.push(item),
                                Err(RecvError) => {
                                    open -= 1;
                                    select.remove(if index == main { main } else { side });
                                }
                            }
                        }
                        received
                    })
                })
                .collect();
            let plain = scope.spawn(|| rx.iter().collect::<Vec<_>>());
            drop((tx, side_tx));
            choosers.into_iter().chain([plain]).flat_map(|one| one.join().unwrap()).collect::<Vec<_>>()
        });
        let mut received = received;
        received.sort_unstable();
        assert!(received.into_iter().eq(0..600));
        for stats in [rx.stats(), side_rx.stats()] {
            assert_eq!((stats.len, stats.reserved, stats.waiting_senders, stats.waiting_receivers), (0, 0, 0, 0));
        }
    }
}
