//! Families C and E, continued: the largest numbers, the longest and the shortest times.

use std::time::{Duration, Instant};

use bifrons::{CapacityError, ReserveError, TryRecvError, TrySendError};

use super::harness::{Case, Face, Rx, Tx, Waiting, each};
use super::verbs::Order;
use crate::support::watchdog;

/// Capacities at which sums of two of them, or roundings up, would overflow.
const HUGE: [Option<usize>; 5] = [
    Some(usize::MAX),
    Some(usize::MAX - 1),
    Some(usize::MAX / 2 + 1),
    Some(usize::MAX / 2),
    Some(isize::MAX as usize / 8),
];

/// A capacity beyond all memory costs nothing and counts right.
#[test]
fn c38_capacity_near_the_largest() {
    each(&HUGE, |case| {
        for order in Order::ALL {
            let (tx, rx) = case.queue_in(order);
            let most = case.capacity.unwrap();
            let permit = tx.try_reserve().unwrap();
            (0..100).for_each(|id| tx.try_send(id).unwrap());
            let all = tx.to_async();
            assert_eq!((all.capacity(), all.is_full(), all.len()), (Some(most), false, 100));
            permit.send(100).unwrap();
            assert_eq!(rx.rest(), order.of((0..=100).collect()));
            let receive = rx.start_recv();
            let send = tx.start_send(1);
            assert_eq!((receive.finish(), send.finish()), (Ok(1), Ok(())));
        }
    });
}

/// All the room there is may be reserved, and one place more may not; beyond all memory there is no room to speak of.
#[test]
fn c38_all_room_reserved() {
    each(&[Some(3), HUGE[4], HUGE[0]], |case| {
        for order in Order::ALL {
            let (tx, rx) = case.queue_in(order);
            let most = case.capacity.unwrap();
            let Tx::Blocking(tx) = tx.turned(Face::Blocking) else { unreachable!() };
            if most == usize::MAX {
                assert!(matches!(tx.reserve_many(most), Err(ReserveError::TooLarge)));
                continue;
            }
            assert!(matches!(tx.reserve_many(most + 1), Err(ReserveError::TooLarge)));
            let mut permits = tx.reserve_many(most).unwrap();
            assert_eq!(tx.stats().reserved, most);
            assert_eq!(tx.try_send(1), Err(TrySendError::Full(1)));
            permits.next().unwrap().send(2).unwrap();
            drop(permits);
            assert_eq!(tx.stats().reserved, 0);
            tx.try_send(3).unwrap();
            assert_eq!(rx.rest(), order.of(vec![2, 3]));
        }
    });
}

/// Capacities change to and from the largest while items are there.
#[test]
fn c38_capacity_set_to_the_largest() {
    each(&[Some(2)], |case| {
        for order in Order::ALL {
            let (tx, rx) = case.queue_in(order);
            (0..2).for_each(|id| tx.try_send(id).unwrap());
            for capacity in HUGE {
                let waiting = tx.start_send(2);
                tx.set_capacity(capacity.unwrap()).unwrap();
                waiting.finish().unwrap();
                tx.set_capacity(1).unwrap();
                assert_eq!(tx.try_send(9), Err(TrySendError::Full(9)));
                let mut received = rx.rest();
                received.sort_unstable();
                assert_eq!(received, [0, 1, 2]);
                tx.set_capacity(2).unwrap();
                (0..2).for_each(|id| tx.try_send(id).unwrap());
            }
            assert!(matches!(tx.set_capacity(0), Err(CapacityError::Zero)));
        }
    });
    each(&[Some(0)], |case| {
        assert!(matches!(case.queue::<u64>().0.set_capacity(1), Err(CapacityError::Rendezvous)));
    });
    each(&[None], |case| {
        assert!(matches!(case.queue::<u64>().0.set_capacity(1), Err(CapacityError::Unbounded)));
    });
}

/// A queue in which each item weighs what it says.
fn weighed(case: Case, order: Order) -> (Tx<usize>, Rx<usize>) {
    let builder = bifrons::builder::<usize>().capacity(case.capacity.unwrap()).weight(|&weight| weight);
    let (tx, rx) = match order {
        Order::Fifo => builder.build(),
        Order::Lifo => builder.lifo().build(),
        Order::Priority => builder.priority().build(),
    };
    (Tx::Blocking(tx).turned(case.from), Rx::Blocking(rx).turned(case.to))
}

/// Weights whose sum is more than the largest number do not pass for little.
#[test]
fn c38_weights_near_the_largest() {
    const MOST: usize = usize::MAX - 1;
    each(&[Some(MOST)], |case| {
        for order in Order::ALL {
            let (tx, rx) = weighed(case, order);
            tx.try_send(MOST / 2).unwrap();
            tx.try_send(MOST / 2).unwrap();
            for weight in [1, MOST / 2, MOST, usize::MAX] {
                assert_eq!(tx.try_send(weight), Err(TrySendError::Full(weight)));
            }
            let waiting = tx.start_send(usize::MAX);
            (0..2).for_each(|_| assert_eq!(rx.recv(), Ok(MOST / 2)));
            waiting.finish().unwrap();
            assert_eq!(tx.try_send(1), Err(TrySendError::Full(1)));
            assert_eq!(rx.rest(), [usize::MAX]);
            tx.try_send(1).unwrap();
            assert_eq!(rx.rest(), [1]);
        }
    });
}

/// With the largest capacity of all nothing is ever full, whatever it weighs and however much is reserved.
#[test]
fn c38_weights_beyond_the_largest() {
    each(&[Some(usize::MAX)], |case| {
        for order in Order::ALL {
            let (tx, rx) = weighed(case, order);
            let Tx::Blocking(tx) = tx.turned(Face::Blocking) else { unreachable!() };
            (0..3).for_each(|_| tx.try_send(usize::MAX).unwrap());
            let permits = [tx.reserve_weight(usize::MAX).unwrap(), tx.reserve_weight(usize::MAX).unwrap()];
            assert_eq!(rx.recv(), Ok(usize::MAX));
            for permit in permits {
                permit.send(usize::MAX).unwrap();
            }
            drop(tx.reserve_weight(2).unwrap());
            assert_eq!(rx.rest(), [usize::MAX; 4]);
            assert_eq!(tx.stats().reserved, 0);
            tx.try_send(1).unwrap();
            assert_eq!(rx.rest(), [1]);
        }
    });
}

/// An item heavier than the whole capacity is let into an empty queue, alone.
#[test]
fn c38_heavier_than_the_capacity() {
    each(&[Some(4)], |case| {
        for order in Order::ALL {
            let (tx, rx) = weighed(case, order);
            tx.try_send(usize::MAX).unwrap();
            assert_eq!(tx.try_send(1), Err(TrySendError::Full(1)));
            assert_eq!(rx.recv(), Ok(usize::MAX));
            tx.try_send(1).unwrap();
            let waiting = tx.start_send(usize::MAX);
            assert!(waiting.waits());
            assert_eq!(rx.recv(), Ok(1));
            waiting.finish().unwrap();
            assert_eq!(rx.recv(), Ok(usize::MAX));
            assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
            let Tx::Blocking(tx) = tx.turned(Face::Blocking) else { unreachable!() };
            for weight in [4, 5, usize::MAX] {
                // Room for the heaviest is reserved alone, too.
                let permit = tx.reserve_weight(weight).unwrap();
                assert_eq!(tx.try_send(1), Err(TrySendError::Full(1)));
                drop(permit);
                tx.try_send(1).unwrap();
                assert_eq!(rx.recv(), Ok(1));
            }
        }
    });
}

/// No time at all is one honest try, and the longest is for ever, in every call that has a limit.
#[test]
fn e51_extreme_time_limits_of_the_other_calls() {
    each(&[Some(2), None], |case| {
        if (case.from, case.to) != (Face::Blocking, Face::Blocking) {
            return;
        }
        for order in Order::ALL {
            let (tx, rx) = case.queue_in(order);
            let (Tx::Blocking(tx), Rx::Blocking(rx)) = (tx, rx) else { unreachable!() };
            let past = Instant::now();
            assert!(rx.recv_task_timeout(Duration::ZERO).unwrap_err().is_timeout());
            assert!(rx.recv_task_deadline(past).unwrap_err().is_timeout());
            assert_eq!(tx.join_timeout(Duration::ZERO), Ok(()));
            tx.send(1).unwrap();
            assert!(tx.join_timeout(Duration::ZERO).is_err());
            let task = rx.recv_task_timeout(Duration::ZERO).unwrap();
            assert!(tx.join_timeout(Duration::ZERO).is_err());
            let joiner = Waiting::thread({
                let tx = tx.clone();
                move || tx.join_timeout(Duration::MAX)
            });
            task.done();
            assert_eq!(joiner.finish(), Ok(()));
            let receiver = Waiting::thread({
                let rx = rx.clone();
                move || rx.recv_task_timeout(Duration::MAX).map(bifrons::Task::into_inner)
            });
            tx.send(2).unwrap();
            assert_eq!(receiver.finish(), Ok(2));
            tx.close();
            assert!(rx.recv_task_timeout(Duration::ZERO).unwrap_err().is_closed());
            assert!(rx.recv_task_deadline(past).unwrap_err().is_closed());
        }
    });
}

/// The same for timers.
#[test]
fn e51_extreme_timers() {
    let _dog = watchdog();
    let start = Instant::now();
    assert!(bifrons::after(Duration::ZERO).recv().unwrap() >= start);
    assert!(bifrons::at(start).recv().unwrap() >= start);
    let never = bifrons::after(Duration::MAX);
    assert_eq!(never.try_recv(), Err(TryRecvError::Empty));
    assert!(never.recv_timeout(Duration::from_millis(1)).unwrap_err().is_timeout());
    assert!(bifrons::tick(Duration::MAX).try_recv().is_err());
    assert!(bifrons::never::<u8>().recv_timeout(Duration::from_millis(1)).unwrap_err().is_timeout());
}

/// A leftover `unpark` ends no wait, and is still there afterwards.
#[test]
fn e52_stale_unpark() {
    each(&[Some(1)], |case| {
        if (case.from, case.to) != (Face::Blocking, Face::Blocking) {
            return;
        }
        let (tx, rx) = case.queue();
        let waiting = Waiting::thread({
            let rx = rx.clone();
            move || {
                std::thread::current().unpark();
                let Rx::Blocking(rx) = rx else { unreachable!() };
                let received = rx.recv();
                // Hangs if the queue has eaten what was not its own.
                std::thread::park();
                received
            }
        });
        assert!(waiting.waits());
        tx.send(1).unwrap();
        assert_eq!(waiting.finish(), Ok(1));
        let waiting = Waiting::thread(move || {
            std::thread::current().unpark();
            let Tx::Blocking(tx) = tx else { unreachable!() };
            tx.send(2).unwrap();
            tx.join();
            std::thread::park();
        });
        assert!(waiting.waits());
        assert_eq!(rx.recv(), Ok(2));
        waiting.finish();
    });
}
