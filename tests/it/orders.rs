//! The orders beside first in, first out: last in first out, and greatest first.

use std::cmp::Reverse;
use std::thread;

use bifrons::{Receiver, Sender, TrySendError};

use crate::support::{
    Random, Ranked, block_on, counting_waker, is_pending, must_be_pending, must_be_ready, wait_until, watchdog,
};

#[test]
fn the_last_in_is_the_first_out() {
    for (tx, rx) in [bifrons::lifo::bounded(8), bifrons::lifo::unbounded(), bifrons::builder().lifo().build()] {
        (0..4).for_each(|item| tx.send(item).unwrap());
        assert_eq!((rx.recv(), rx.recv()), (Ok(3), Ok(2)));
        tx.send(9).unwrap();
        assert!(rx.drain().eq([9, 1, 0]));
    }
}

#[test]
fn the_greatest_goes_first() {
    for (tx, rx) in [bifrons::priority::bounded(8), bifrons::priority::unbounded()] {
        [3, 1, 4, 1, 5, 9, 2].into_iter().for_each(|item| tx.send(item).unwrap());
        assert_eq!(rx.recv(), Ok(9));
        tx.send(6).unwrap();
        assert!(rx.drain().eq([6, 5, 4, 3, 2, 1, 1]));
    }
    let (tx, rx) = bifrons::priority::unbounded();
    [3, 1, 2].into_iter().for_each(|item| tx.send(Reverse(item)).unwrap());
    assert!(rx.drain().map(|Reverse(item)| item).eq([1, 2, 3]));
}

/// Against a stable sort, with few ranks and much coming and going.
#[test]
fn equal_items_keep_the_order_of_their_arrival() {
    let mut random = Random::from_chance();
    let (tx, rx) = bifrons::priority::unbounded();
    let mut model: Vec<Ranked> = Vec::new();
    for arrival in 0..3_000 {
        if random.below(5) < 3 {
            let item = Ranked(random.below(4) as u32, arrival);
            tx.send(item).unwrap();
            let place = model.partition_point(|other| other.0 >= item.0);
            model.insert(place, item);
        } else {
            let expected = (!model.is_empty()).then(|| model.remove(0));
            let taken = rx.try_recv().ok();
            assert_eq!(taken.map(|item| (item.0, item.1)), expected.map(|item| (item.0, item.1)));
        }
    }
    assert!(rx.drain().map(|item| (item.0, item.1)).eq(model.into_iter().map(|item| (item.0, item.1))));
}

/// The comparison is asked for where the queue is made: handles and functions over them need none.
#[test]
fn handles_do_not_ask_for_an_order() {
    fn pass<T>(tx: &Sender<T>, rx: &Receiver<T>, item: T) -> T {
        tx.send(item).unwrap_or_else(|_| unreachable!("it is open"));
        rx.recv().unwrap()
    }
    let (tx, rx) = bifrons::priority::unbounded();
    assert_eq!(pass(&tx, &rx, "item"), "item");
    // All orders are of one type, so that they share a variable.
    let queues = [bifrons::bounded(2), bifrons::lifo::bounded(2), bifrons::priority::bounded(2)];
    let kinds = queues.map(|(tx, rx)| {
        [1, 3].into_iter().for_each(|item| tx.send(item).unwrap());
        rx.drain().collect::<Vec<_>>()
    });
    assert_eq!(kinds, [vec![1, 3], vec![3, 1], vec![3, 1]]);
}

/// The order is that of the items, whoever sends and receives.
#[test]
fn an_order_holds_across_faces() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::priority::bounded(16);
    let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
    block_on(async {
        tx.send(2).unwrap();
        async_tx.send(5).await.unwrap();
        tx.send(9).unwrap();
        async_tx.send(1).await.unwrap();
        assert_eq!(async_rx.recv().await, Ok(9));
        assert_eq!(rx.recv(), Ok(5));
        tx.close();
        assert_eq!(async_rx.recv().await, Ok(2));
        assert_eq!(rx.recv(), Ok(1));
        assert!(async_rx.recv().await.is_err());
    });
}

/// Senders that wait come in by arrival; what they bring goes out by rank.
#[test]
fn waiting_senders_come_by_arrival() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::priority::bounded(1);
    let tx = tx.into_async();
    tx.try_send(0).unwrap();
    let mut sends: Vec<_> = [7, 9, 8].into_iter().map(|item| tx.send(item)).collect();
    assert!(sends.iter_mut().all(is_pending));
    let mut received = Vec::new();
    while let Ok(item) = rx.try_recv() {
        received.push(item);
        for send in &mut sends {
            if !futures_util::future::FusedFuture::is_terminated(send) {
                let _ = is_pending(send);
            }
        }
    }
    assert_eq!(received, [0, 7, 9, 8]);
}

/// One item wakes one receiver, one place one sender, whatever the order.
#[test]
fn each_item_and_each_place_calls_one() {
    let _dog = watchdog();
    for (tx, rx) in [bifrons::lifo::bounded(2), bifrons::priority::bounded(2)] {
        let (tx, rx) = (tx.into_async(), rx.into_async());
        let waiting: Vec<_> = (0..3)
            .map(|_| {
                let (count, waker) = counting_waker();
                let mut recv = rx.recv();
                must_be_pending(&mut recv, &waker);
                (count, recv)
            })
            .collect();
        tx.try_send(1).unwrap();
        let wakes: Vec<_> = waiting.iter().map(|(count, _)| count.wakes()).collect();
        assert_eq!(wakes, [1, 0, 0]);
        tx.try_send(2).unwrap();
        let wakes: Vec<_> = waiting.iter().map(|(count, _)| count.wakes()).collect();
        assert_eq!(wakes, [1, 1, 0]);
        // The first leaves without taking: its call goes to the third.
        let mut waiting = waiting.into_iter();
        drop(waiting.next());
        let (_, mut second) = waiting.next().unwrap();
        let (third_count, mut third) = waiting.next().unwrap();
        assert_eq!(third_count.wakes(), 1);
        assert_eq!(must_be_ready(&mut second), Ok(2));
        assert_eq!(must_be_ready(&mut third), Ok(1));

        (0..2).for_each(|item| tx.try_send(item).unwrap());
        let (first, waker) = counting_waker();
        let mut one = tx.send(5);
        must_be_pending(&mut one, &waker);
        let (second, waker) = counting_waker();
        let mut two = tx.send(6);
        must_be_pending(&mut two, &waker);
        rx.try_recv().unwrap();
        assert_eq!((first.wakes(), second.wakes()), (1, 0));
        drop(one);
        assert_eq!(second.wakes(), 1);
        must_be_ready(&mut two).unwrap();
    }
}

#[test]
fn threads_wait_in_every_order() {
    let _dog = watchdog();
    for (tx, rx) in [bifrons::lifo::bounded(1), bifrons::priority::bounded(1)] {
        thread::scope(|scope| {
            let receiver = scope.spawn(|| rx.recv());
            wait_until(|| rx.stats().waiting_receivers == 1);
            tx.send(1).unwrap();
            assert_eq!(receiver.join().unwrap(), Ok(1));
            tx.send(2).unwrap();
            let sender = scope.spawn(|| tx.send(3));
            wait_until(|| rx.stats().waiting_senders == 1);
            assert_eq!(rx.recv(), Ok(2));
            sender.join().unwrap().unwrap();
            assert_eq!(rx.recv(), Ok(3));
            let sleepers = [scope.spawn(|| rx.recv().is_err()), scope.spawn(|| rx.recv().is_err())];
            wait_until(|| rx.stats().waiting_receivers == 2);
            tx.close();
            assert!(sleepers.into_iter().all(|sleeper| sleeper.join().unwrap()));
        });
    }
}

/// A rendezvous keeps nothing, so that it has no order.
#[test]
fn a_rendezvous_in_any_order_is_one() {
    let _dog = watchdog();
    let queues = [
        bifrons::lifo::bounded(0),
        bifrons::priority::bounded(0),
        bifrons::builder().priority().capacity(0).weight(|_: &u32| 5).build(),
    ];
    for (tx, rx) in queues {
        assert_eq!(tx.capacity(), Some(0));
        assert_eq!(tx.try_send(1), Err(TrySendError::Full(1)));
        thread::scope(|scope| {
            let receiver = scope.spawn(|| rx.recv());
            tx.send(2).unwrap();
            assert_eq!(receiver.join().unwrap(), Ok(2));
        });
    }
}

/// What one sees of a queue in which somebody hangs names its order.
#[test]
fn handles_print_their_order() {
    assert!(format!("{:?}", bifrons::lifo::bounded::<u8>(2).0).contains("kind: lifo"));
    assert!(format!("{:?}", bifrons::priority::unbounded::<u8>().1).contains("kind: priority"));
}

/// Many threads, a few ranks: nothing is lost, and of one sender's equal items none passes another.
#[test]
fn a_priority_queue_under_threads_loses_nothing() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::priority::bounded(8);
    let mut received = thread::scope(|scope| {
        for sender in 0..3 {
            let tx = tx.clone();
            scope.spawn(move || (0..500).for_each(|item| tx.send(Ranked(item % 4, sender * 500 + item)).unwrap()));
        }
        drop(tx);
        let receivers: Vec<_> = (0..2).map(|_| scope.spawn(|| rx.iter().collect::<Vec<_>>())).collect();
        let received = receivers.into_iter().map(|receiver| receiver.join().unwrap());
        received
            .inspect(|received| {
                for (sender, rank) in (0..3).flat_map(|sender| (0..4).map(move |rank| (sender, rank))) {
                    let of_one = received.iter().filter(|item| item.1 / 500 == sender && item.0 == rank);
                    assert!(of_one.is_sorted_by_key(|item| item.1), "equals come in the order in which they were sent");
                }
            })
            .flatten()
            .map(|item| item.1)
            .collect::<Vec<_>>()
    });
    received.sort_unstable();
    assert!(received.into_iter().eq(0..1_500));
}
