//! Families A to C, continued: room that was reserved is sent into, given back or closed under, and never in the way.

use std::panic::{AssertUnwindSafe, catch_unwind};

use bifrons::{OwnedPermit, RecvError, ReserveError, SendError, TryRecvError, TrySendError};

use super::harness::{Face, Rx, TIGHT, Tx, Waiting, each, in_turn, leak};
use super::verbs::Order;
use crate::support::{Census, is_pending};

const BUFFERED: [Option<usize>; 2] = [Some(1), Some(3)];

/// What becomes of a permit.
type Release = fn(OwnedPermit<u64>);

/// Each way to let go of a permit of a queue that is closed.
fn releases() -> [Release; 3] {
    [
        |permit| assert_eq!(permit.send(7).unwrap_err(), SendError(7)),
        drop,
        |permit| {
            let panic = catch_unwind(AssertUnwindSafe(|| {
                let _permit = permit;
                std::panic::resume_unwind(Box::new(()));
            }));
            assert!(panic.is_err());
        },
    ]
}

/// A close does not wait for permits: it lets everybody go at once, and what is released afterwards changes nothing.
#[test]
fn a12_closed_while_permits_are_out() {
    type Close = fn(&Tx<u64>, &Rx<u64>);
    let close: [Close; 3] =
        [|tx, _| assert!(tx.close()), |_, rx| assert!(rx.close()), |_, rx| assert_eq!(rx.shutdown(), [])];
    each(&BUFFERED, |case| {
        for (order, close) in Order::ALL.into_iter().flat_map(|order| close.map(|close| (order, close))) {
            for release in releases() {
                let (tx, rx) = case.queue_in(order);
                let permits: Vec<_> =
                    (0..case.capacity.unwrap()).map(|_| tx.start_reserve().finish().unwrap()).collect();
                let receive = rx.start_recv();
                let (send, reserve) = (tx.start_send(1), tx.start_reserve());
                close(&tx, &rx);
                assert_eq!(receive.finish(), Err(RecvError));
                assert_eq!(send.finish(), Err(SendError(1)));
                assert!(matches!(reserve.finish(), Err(ReserveError::Closed)));
                permits.into_iter().for_each(release);
                assert_eq!(rx.try_recv(), Err(TryRecvError::Closed));
                let stats = rx.stats();
                assert_eq!((stats.len, stats.reserved, stats.senders), (0, 0, 1));
            }
        }
    });
}

/// Permits that own their sender keep the queue open; the last of them lets the receivers go.
#[test]
fn a12_last_permit_released() {
    each(&[Some(3), None], |case| {
        for order in Order::ALL {
            let (tx, rx) = case.queue_in(order);
            let permits: Vec<_> = (0..3).map(|_| tx.start_reserve().finish().unwrap()).collect();
            drop(tx);
            assert_eq!(rx.try_recv(), Err(TryRecvError::Empty), "three may still send");
            let mut permits = permits.into_iter();
            let waiting = rx.start_recv();
            drop(permits.next());
            assert!(waiting.waits());
            drop(permits.next().unwrap().send(5).unwrap());
            assert_eq!(waiting.finish(), Ok(5));
            let waiting = rx.start_recv();
            drop(permits.next());
            assert_eq!(waiting.finish(), Err(RecvError));
        }
    });
}

/// A reservation of several places that is given up half-way holds nobody up, open or closed.
#[test]
fn a12_reservation_of_several_given_up() {
    each(&[Some(3)], |case| {
        for (order, close) in Order::ALL.into_iter().flat_map(|order| [(order, false), (order, true)]) {
            let (tx, rx) = case.queue_in(order);
            tx.send(0).unwrap();
            tx.send(0).unwrap();
            let async_tx = tx.to_async();
            let mut three = async_tx.reserve_many(3);
            assert!(is_pending(&mut three), "there are not three places");
            let send = tx.start_send(1);
            let mut received = vec![rx.recv().unwrap()];
            assert!(is_pending(&mut three), "there are still not three");
            if close {
                let _ = (tx.close(), send.finish());
                drop(three);
                assert!(rx.rest().len() <= 3);
                assert_eq!(rx.recv(), Err(RecvError));
            } else {
                drop(three);
                assert_eq!(send.finish(), Ok(()));
                assert_eq!(tx.stats().reserved, 0);
                // All places are there again.
                received.extend(rx.rest());
                received.sort_unstable();
                assert_eq!(received, [0, 0, 1]);
                (0..3).for_each(|id| tx.try_send(id).unwrap());
                assert_eq!(tx.try_send(3), Err(TrySendError::Full(3)));
            }
        }
    });
}

/// A reservation that was called and is dropped passes the room on.
#[test]
fn a03_claimed_reservation_dropped() {
    each(&BUFFERED, |case| {
        for order in Order::ALL {
            let (tx, rx) = case.queue_in(order);
            (0..case.capacity.unwrap()).for_each(|_| tx.try_send(0).unwrap());
            let doomed = tx.clone().turned(Face::Awaiting).start_reserve();
            let heir = tx.start_send(1);
            let second_doomed = tx.clone().turned(Face::Awaiting).start_reserve();
            let second_heir = tx.start_reserve();
            rx.recv().unwrap();
            drop(doomed);
            assert_eq!(heir.finish(), Ok(()));
            rx.recv().unwrap();
            drop(second_doomed);
            let permit = second_heir.finish().unwrap();
            assert_eq!(tx.try_send(2), Err(TrySendError::Full(2)), "the place is reserved");
            drop(permit);
            assert_eq!(tx.try_send(2), Ok(()));
        }
    });
}

/// A permit says nothing about the order: items of others pass it, and nobody waits for it but for want of room.
#[test]
fn a12_permits_hold_no_receiver_up() {
    each(&[Some(3), None], |case| {
        for order in Order::ALL {
            let (tx, rx) = case.queue_in(order);
            let permit = tx.try_reserve().unwrap();
            let waiting = rx.start_recv();
            let send = tx.start_send(1);
            assert_eq!(waiting.finish(), Ok(1));
            send.finish().unwrap();
            assert_eq!((rx.len(), rx.is_empty(), rx.stats().reserved), (0, true, 1));
            let waiting = rx.start_recv();
            permit.send(2).unwrap();
            assert_eq!(waiting.finish(), Ok(2));
            assert_eq!(rx.stats().reserved, 0);
        }
    });
}

/// Sends that went through permits wait for nobody, however full the line of the others is.
#[test]
fn b22_permits_deliver_past_a_line_of_senders() {
    each(&BUFFERED, |case| {
        let (tx, rx) = case.queue();
        let permits: Vec<_> = (0..case.capacity.unwrap()).map(|_| tx.try_reserve().unwrap()).collect();
        let waiting: Vec<_> = (0..3).map(|id| tx.start_send(100 + id)).collect();
        let count = permits.len() as u64;
        for (id, permit) in permits.into_iter().enumerate() {
            permit.send(id as u64).unwrap();
        }
        let waiting: Vec<_> = waiting.into_iter().map(Waiting::in_background).collect();
        let received: Vec<_> = (0..count + 3).map(|_| rx.recv().unwrap()).collect();
        assert_eq!(in_turn(received), (0..count).chain(100..103).collect::<Vec<_>>());
        waiting.into_iter().for_each(|send| send.join().unwrap().unwrap());
    });
}

/// A forgotten permit costs its place for ever, and nothing else: the other places work, and so does the close.
#[test]
fn c35_permits_forgotten() {
    each(&BUFFERED, |case| {
        for order in Order::ALL {
            let (tx, rx) = case.queue_in(order);
            let weak = tx.downgrade();
            leak(tx.start_reserve().finish().unwrap());
            let left = case.capacity.unwrap() as u64 - 1;
            (0..left).for_each(|id| tx.try_send(id).unwrap());
            assert_eq!(tx.try_send(9), Err(TrySendError::Full(9)));
            let waiting = tx.start_send(10);
            let mut received = rx.rest();
            if left > 0 {
                waiting.finish().unwrap();
                received.extend(rx.rest());
                assert_eq!(received.len() as u64, left + 1);
                assert!(received.contains(&10));
                drop(tx);
            } else {
                // The one place there is has gone; more of them help.
                assert!(waiting.waits());
                tx.set_capacity(2).unwrap();
                waiting.finish().unwrap();
                assert_eq!(rx.recv(), Ok(10));
                drop(tx);
            }
            assert_eq!(rx.try_recv(), Err(TryRecvError::Empty), "the permit owns a sender");
            let tx = weak.upgrade().expect("that sender");
            assert!(tx.close());
            assert_eq!(rx.recv(), Err(RecvError));
        }
    });
}

/// When the last receiver goes, what is queued is dropped at once, and a permit gives its item back.
#[test]
fn b26_last_receiver_goes_under_a_permit() {
    let go: [fn(Rx<crate::support::Counted>); 2] = [drop, |rx| {
        let panic = catch_unwind(AssertUnwindSafe(|| {
            let _rx = rx;
            std::panic::resume_unwind(Box::new(()));
        }));
        assert!(panic.is_err());
    }];
    each(&[Some(4), None], |case| {
        for go in go {
            let census = Census::new();
            let (tx, rx) = case.queue();
            (0..2).for_each(|id| tx.send(census.item(id)).unwrap());
            let owned = tx.start_reserve().finish().unwrap();
            let permit = tx.try_reserve().unwrap();
            go(rx);
            assert_eq!(census.dropped(), [0, 1], "at once, in order");
            let SendError(back) = permit.send(census.item(2)).unwrap_err();
            assert_eq!(back.id, 2);
            drop(back);
            let item = census.item(3);
            let SendError(back) = owned.send(item).map(drop).unwrap_err();
            assert_eq!(back.id, 3);
            drop(back);
            assert!(matches!(tx.try_reserve(), Err(TrySendError::Closed(()))));
            assert!(matches!(tx.start_reserve().finish(), Err(ReserveError::Closed)));
            census.assert_all_dropped_once(0..4);
        }
    });
}

/// Items that somebody works on outlive the queue, and are dropped by whoever has them.
#[test]
fn b26_last_receiver_goes_under_a_task() {
    each(&[Some(4), None], |case| {
        let census = Census::new();
        let (tx, rx) = case.queue();
        (0..3).for_each(|id| tx.send(census.item(id)).unwrap());
        let (kept, taken) = (rx.try_recv_task().unwrap(), rx.try_recv_task().unwrap());
        drop(rx);
        assert_eq!(census.dropped(), [2]);
        assert_eq!(tx.stats().tasks, 2);
        let item = taken.into_inner();
        assert_eq!((item.id, tx.stats().tasks), (1, 1));
        drop((tx, item));
        assert_eq!(kept.id, 0);
        drop(kept);
        census.assert_all_dropped_once(0..3);
    });
}

/// There is no room to reserve where there is none at all.
#[test]
fn a12_a_rendezvous_has_no_room() {
    each(&TIGHT[..1], |case| {
        let (tx, rx) = case.queue::<u64>();
        let waiting = rx.start_recv();
        assert!(matches!(tx.start_reserve().finish(), Err(ReserveError::TooLarge)));
        assert!(matches!(tx.try_reserve(), Err(TrySendError::Full(()))));
        let send = tx.start_send(1);
        assert_eq!((waiting.finish(), send.finish()), (Ok(1), Ok(())));
    });
}
