//! Family E, continued: who waits in the other calls costs nothing, blocks no executor, and has its place in the one line.

use std::collections::VecDeque;
use std::thread;
use std::time::Duration;

use bifrons::{Receiver, Select, Sender};

use super::harness::{ALL, Face, ROOMY, Waiting, each};
use super::verbs::Order;
use crate::support::{is_pending, must_be_ready, own_cpu_time, own_sleeps, queue, wait_until, watchdog};

const A_SECOND: Duration = Duration::from_secs(1);

type Call = Box<dyn FnOnce(&Sender<u8>, &Receiver<u8>) + Send>;

/// Selects over three queues and a timer; whether the timer was it.
fn select_or_late(rx: &Receiver<u8>) -> bool {
    let (late, never) = (bifrons::after(A_SECOND), bifrons::never::<u8>());
    bifrons::select! {
        recv(rx) -> item => { assert!(item.is_err()); false }
        recv(never) -> _ => unreachable!(),
        recv(late) -> _ => true,
    }
}

/// Threads that wait in a select, for a timer, for room, for a batch or for the work to be done use no CPU meanwhile.
#[test]
fn e47_idle_waiting_in_the_other_calls_costs_nothing() {
    let _dog = watchdog();
    if own_cpu_time().is_none() {
        println!("skipped: the system does not tell a thread's CPU time");
        return;
    }
    // In an empty queue, until it is closed or a second has passed.
    let in_empty: Vec<(&str, Call)> = vec![
        ("select", Box::new(|_, rx| _ = select_or_late(rx))),
        (
            "select_timeout",
            Box::new(|_, _| {
                let never = bifrons::never::<u8>();
                let mut select = Select::new();
                select.recv(&never);
                assert!(select.select_timeout(A_SECOND).is_err());
            }),
        ),
        (
            "ready_timeout",
            Box::new(|_, _| {
                let never = bifrons::never::<u8>();
                let mut select = Select::new();
                select.recv(&never);
                assert!(select.ready_timeout(A_SECOND).is_err());
            }),
        ),
        ("after", Box::new(|_, _| assert!(bifrons::after(A_SECOND).recv().is_ok()))),
        (
            "tick",
            Box::new(|_, _| {
                let ticks = bifrons::tick(A_SECOND / 4);
                (0..4).for_each(|_| assert!(ticks.recv().is_ok()));
            }),
        ),
        ("recv_many", Box::new(|_, rx| assert!(rx.recv_many(&mut Vec::new(), 3).is_err()))),
        ("recv_task", Box::new(|_, rx| assert!(rx.recv_task().is_err()))),
        ("recv_task_timeout", Box::new(|_, rx| assert!(rx.recv_task_timeout(A_SECOND).is_err()))),
    ];
    // In a full one.
    let in_full: Vec<(&str, Call)> = vec![
        (
            "select, sending",
            Box::new(|tx, _| {
                let mut select = Select::new();
                select.send(tx);
                assert!(select.select().send(tx, 1).is_err());
            }),
        ),
        ("reserve", Box::new(|tx, _| assert!(tx.reserve().is_err()))),
        ("reserve_many", Box::new(|tx, _| assert!(tx.reserve_many(2).is_err()))),
        ("send_many", Box::new(|tx, _| assert!(tx.send_many(&mut VecDeque::from([1, 2])).is_err()))),
        ("join_timeout", Box::new(|tx, _| assert!(tx.join_timeout(A_SECOND).is_err()))),
    ];
    let mut ends = Vec::new();
    let mut threads = Vec::new();
    for (is_full, (name, call)) in
        in_empty.into_iter().map(|call| (false, call)).chain(in_full.into_iter().map(|call| (true, call)))
    {
        let (tx, rx) = bifrons::bounded(2);
        if is_full {
            (0..2).for_each(|item| tx.try_send(item).unwrap());
        }
        ends.push(tx.clone());
        threads.push((
            name,
            thread::spawn(move || {
                let before = own_cpu_time().expect("told before");
                call(&tx, &rx);
                own_cpu_time().expect("told before") - before
            }),
        ));
    }
    thread::sleep(A_SECOND);
    for end in ends {
        end.close();
    }
    for (name, thread) in threads {
        let cost = thread.join().unwrap();
        // Who looks all the time uses a second; how long a machine takes for a few steps is its own affair.
        assert!(cost < A_SECOND / 10, "{name} used {cost:?} of CPU");
    }
}

/// Polling and dropping the futures of the other calls never puts the executor's thread to sleep.
#[test]
#[cfg_attr(all(chaos, feature = "chaos"), ignore = "on a bad day every step may sleep")]
fn e48_polling_the_other_futures_does_not_sleep() {
    const POLLS: u64 = 200;
    each(&ROOMY, |case| {
        for order in Order::ALL {
            let (tx, rx) = case.queue_in(order);
            let sleeps = own_sleeps();
            for n in 0..POLLS {
                let (tx, rx) = (tx.to_async(), rx.to_async());
                let (mut items, mut received) = (VecDeque::from([n]), Vec::new());
                assert!(is_pending(&mut rx.recv_task()));
                let mut many = rx.recv_many(&mut received, 2);
                assert!(is_pending(&mut many));
                let mut reserve = tx.reserve();
                must_be_ready(&mut reserve).unwrap().send(n).unwrap();
                let mut join = tx.join();
                assert!(is_pending(&mut join));
                assert_eq!(must_be_ready(&mut many), Ok(1));
                must_be_ready(&mut join);
                let mut send = tx.send_many(&mut items);
                assert_eq!(must_be_ready(&mut send), Ok(1));
                drop(rx.drain());
            }
            match (sleeps, own_sleeps()) {
                (Some(before), Some(after)) => assert!(after - before < POLLS / 10),
                _ => println!("not counted: the system does not tell a thread's sleeps"),
            }
        }
    });
}

/// Threads, tasks, selectors and batches stand in one line, in the order of their coming.
#[test]
fn e49_one_line_for_every_call() {
    each(&ALL, |case| {
        if case.to == Face::Awaiting {
            return;
        }
        for order in Order::ALL {
            let (tx, rx) = case.queue_in(order);
            let own = |rx: &super::harness::Rx<u64>| match rx.clone().turned(Face::Blocking) {
                super::harness::Rx::Blocking(rx) => rx,
                super::harness::Rx::Awaiting(_) => unreachable!(),
            };
            let task = rx.clone().turned(Face::Awaiting).start_recv();
            let selector = Waiting::thread({
                let (rx, never) = (own(&rx), bifrons::never::<u64>());
                move || {
                    bifrons::select! {
                        recv(never) -> _ => unreachable!(),
                        recv(rx) -> item => item,
                    }
                }
            });
            wait_until(|| rx.stats().waiting_receivers == 2);
            let thread = rx.start_recv();
            let batch = rx.start_recv_many(1);
            let work = rx.clone().turned(Face::Awaiting).start_recv_task();
            wait_until(|| rx.stats().waiting_receivers == 5);
            let serve = |id| tx.start_send(id).in_background();
            let first = serve(1);
            assert_eq!(task.finish(), Ok(1));
            let second = serve(2);
            assert_eq!(selector.finish(), Ok(2));
            let third = serve(3);
            assert_eq!(thread.finish(), Ok(3));
            let fourth = serve(4);
            assert_eq!(batch.finish(), (Ok(1), vec![4]));
            let fifth = serve(5);
            assert_eq!(work.finish().unwrap().into_inner(), 5);
            [first, second, third, fourth, fifth].into_iter().for_each(|send| send.join().unwrap().unwrap());
        }
    });
}

/// A selector between queues that always have something takes from each.
#[test]
fn e49_selector_forgets_no_queue() {
    let _dog = watchdog();
    for capacity in [Some(1), Some(3), None] {
        let queues: [(Sender<u64>, Receiver<u64>); 3] = std::array::from_fn(|_| queue(capacity));
        let mut taken = [0; 3];
        for _ in 0..600 {
            queues.iter().for_each(|(tx, rx)| {
                if rx.is_empty() {
                    tx.send(0).unwrap()
                }
            });
            let mut select = Select::new();
            for (_, rx) in &queues {
                select.recv(rx);
            }
            let operation = select.select();
            let index = operation.index();
            operation.recv(&queues[index].1).unwrap();
            taken[index] += 1;
        }
        // A third each would be 200; by chance fewer than 100 comes about once in the age of the universe.
        assert!(taken.iter().all(|&taken| taken >= 100), "{taken:?}");
    }
}

/// Futures of the other calls that are never polled nor dropped again hold up one call each, and no more.
#[test]
fn a06_waiters_of_the_other_calls_leaked() {
    use super::harness::leak;
    each(&[Some(3)], |case| {
        for order in Order::ALL {
            let (tx, rx) = case.queue_in(order);
            (0..3).for_each(|_| tx.try_send(0).unwrap());
            leak(tx.clone().turned(Face::Awaiting).start_reserve());
            let live: Vec<_> = (0..3).map(|id| tx.start_send(1 + id).in_background()).collect();
            let mut received = Vec::new();
            while received.len() < 6 {
                received.push(rx.recv().unwrap());
            }
            live.into_iter().for_each(|send| send.join().unwrap().unwrap());
            received.sort_unstable();
            assert_eq!(received, [0, 0, 0, 1, 2, 3]);
        }
    });
    // Room for the items whose calls are held up, and for others.
    each(&[Some(4), None], |case| {
        for order in Order::ALL {
            let (tx, rx) = case.queue_in(order);
            leak(rx.clone().turned(Face::Awaiting).start_recv_many(8));
            leak(rx.clone().turned(Face::Awaiting).start_recv_task());
            let live: Vec<_> = (0..2).map(|_| rx.start_recv()).collect();
            // One call each for those that never come.
            let sends: Vec<_> = (10..14).map(|id| tx.start_send(id).in_background()).collect();
            let mut received: Vec<_> = live.into_iter().map(|receive| receive.finish().unwrap()).collect();
            while received.len() < 4 {
                received.push(rx.recv().unwrap());
            }
            sends.into_iter().for_each(|send| send.join().unwrap().unwrap());
            received.sort_unstable();
            assert_eq!(received, [10, 11, 12, 13]);
            assert_eq!((tx.stats().tasks, rx.len()), (0, 0));
        }
    });
}
