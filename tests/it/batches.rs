//! Many items in one call: what was sent, what was not, and who is called.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use bifrons::{Receiver, RecvError, SendError, Sender};

use crate::support::{
    Census, Counted, Step, block_on, counting_waker, hooked_at, is_pending, must_be_pending, must_be_ready, wait_until,
    watchdog,
};

/// Queues with room for so many items, one of each engine that keeps items.
fn keepers<T: 'static>(capacity: usize) -> [(Sender<T>, Receiver<T>); 3] {
    [
        bifrons::bounded(capacity),
        bifrons::lifo::bounded(capacity),
        bifrons::builder().capacity(capacity).weight(|_: &T| 1).build(),
    ]
}

#[test]
fn a_batch_that_fits_goes_at_once() {
    for (tx, rx) in keepers(4) {
        let mut items = VecDeque::from([1, 2, 3]);
        assert_eq!(tx.send_many(&mut items), Ok(3));
        assert!(items.is_empty());
        assert_eq!(tx.send_many(&mut items), Ok(0), "nothing to send");
        let mut received = vec![0];
        assert_eq!(rx.recv_many(&mut received, 2), Ok(2));
        assert_eq!(rx.recv_many(&mut received, usize::MAX), Ok(1));
        received.sort_unstable();
        assert_eq!(received, [0, 1, 2, 3], "they are put behind what was there");
    }
}

#[test]
fn none_is_received_at_once() {
    for (tx, rx) in keepers::<u32>(4).into_iter().chain([bifrons::bounded(0)]) {
        let mut items = Vec::new();
        assert_eq!(rx.recv_many(&mut items, 0), Ok(0));
        assert_eq!(must_be_ready(&mut rx.to_async().recv_many(&mut items, 0)), Ok(0));
        tx.close();
        assert_eq!(rx.recv_many(&mut items, 0), Ok(0));
        assert_eq!(rx.recv_many(&mut items, 1), Err(RecvError));
        assert_eq!(tx.send_many(&mut VecDeque::new()), Ok(0));
        assert_eq!(tx.send_many(&mut VecDeque::from([1])), Err(SendError(())));
    }
}

/// It waits for the first and takes what is there besides.
#[test]
fn a_receive_waits_for_the_first_only() {
    let _dog = watchdog();
    for (tx, rx) in keepers(8) {
        let rx = rx.into_async();
        let mut items = Vec::new();
        let (count, waker) = counting_waker();
        let mut recv = rx.recv_many(&mut items, 5);
        must_be_pending(&mut recv, &waker);
        tx.send(1).unwrap();
        tx.send(2).unwrap();
        assert_eq!(count.wakes(), 1);
        assert_eq!(must_be_ready(&mut recv), Ok(2));
        drop(recv);
        assert_eq!(items.len(), 2);
    }
}

/// More than there is room for: the rest waits in the deque and goes as room comes.
#[test]
fn a_batch_goes_as_room_comes() {
    let _dog = watchdog();
    for (tx, rx) in keepers(2) {
        let tx = tx.into_async();
        let mut items: VecDeque<u32> = (0..7).collect();
        let (count, waker) = counting_waker();
        let mut send = tx.send_many(&mut items);
        must_be_pending(&mut send, &waker);
        let mut received = Vec::new();
        let sent = loop {
            let wakes = count.wakes();
            rx.recv_many(&mut received, 2).unwrap();
            assert_eq!(count.wakes(), wakes + 1, "{received:?}");
            if let std::task::Poll::Ready(sent) = crate::support::poll_with(&mut send, &waker) {
                break sent;
            }
        };
        assert_eq!(sent, Ok(7));
        drop(send);
        received.extend(rx.drain());
        received.sort_unstable();
        assert!(received.into_iter().eq(0..7));
    }
}

/// Dropped at any point: each item is in the queue or in the deque, in order.
#[test]
fn a_cancelled_batch_keeps_the_rest_in_order() {
    let _dog = watchdog();
    for cancel_after in 0..8 {
        for (tx, rx) in keepers(2) {
            let tx = tx.into_async();
            let mut items: VecDeque<u32> = (0..7).collect();
            let mut send = tx.send_many(&mut items);
            let mut received = Vec::new();
            for _ in 0..cancel_after {
                if !is_pending(&mut send) {
                    break;
                }
                received.extend(rx.try_recv());
            }
            drop(send);
            received.extend(rx.drain());
            received.sort_unstable();
            let sent = received.len() as u32;
            assert!(received.iter().copied().eq(0..sent), "{received:?} and {items:?}");
            assert!(items.iter().copied().eq(sent..7), "{received:?} and {items:?}");
            assert_eq!(tx.stats().waiting_senders, 0);
        }
    }
}

/// Its first item waits in line; cancelled, what it had been called to goes to the next.
#[test]
fn a_cancelled_batch_passes_its_call_on() {
    let _dog = watchdog();
    for (tx, rx) in keepers(1) {
        let tx = tx.into_async();
        tx.try_send(0).unwrap();
        let mut items = VecDeque::from([1, 2]);
        let mut many = tx.send_many(&mut items);
        assert!(is_pending(&mut many));
        let (count, waker) = counting_waker();
        let mut behind = tx.send(9);
        must_be_pending(&mut behind, &waker);
        assert_eq!(rx.recv(), Ok(0));
        drop(many);
        // Either its first item was moved in for it, or the place is the next one's.
        let first = rx.try_recv();
        if first == Ok(1) {
            assert_eq!(items, [2]);
        } else {
            assert_eq!(items, [1, 2]);
        }
        wait_until(|| count.wakes() == 1);
        must_be_ready(&mut behind).unwrap();
    }
}

#[test]
fn a_close_in_the_middle_leaves_the_rest_with_the_sender() {
    let _dog = watchdog();
    for (tx, rx) in keepers(2) {
        let census = Census::new();
        let mut items: VecDeque<Counted> = (0..5).map(|id| census.item(id)).collect();
        thread::scope(|scope| {
            let sender = scope.spawn(|| tx.send_many(&mut items).map_err(|_| "closed"));
            wait_until(|| tx.stats().waiting_senders == 1);
            rx.close();
            assert_eq!(sender.join().unwrap(), Err("closed"));
        });
        assert!(items.iter().map(|item| item.id).eq(2..5));
        assert_eq!(rx.len(), 2);
        drop((items, tx, rx));
        census.assert_all_dropped_once(0..5);
    }
}

/// k items wake as many receivers as wait for them, and no more.
#[test]
fn a_batch_wakes_as_many_as_it_serves() {
    let _dog = watchdog();
    for (tx, rx) in keepers(8) {
        let rx = rx.into_async();
        let mut waiting: Vec<_> = (0..5)
            .map(|_| {
                let (count, waker) = counting_waker();
                let mut recv = rx.recv();
                must_be_pending(&mut recv, &waker);
                (count, recv)
            })
            .collect();
        tx.send_many(&mut VecDeque::from([1, 2, 3])).unwrap();
        let wakes: Vec<_> = waiting.iter().map(|(count, _)| count.wakes()).collect();
        assert_eq!(wakes, [1, 1, 1, 0, 0]);
        for (_, recv) in &mut waiting[..3] {
            must_be_ready(recv).unwrap();
        }
        tx.send_many(&mut VecDeque::from([4, 5, 6, 7])).unwrap();
        let wakes: Vec<_> = waiting.iter().map(|(count, _)| count.wakes()).collect();
        assert_eq!(wakes, [1; 5]);
    }
}

/// k places wake as many senders.
#[test]
fn a_batch_received_wakes_as_many_as_there_is_room_for() {
    let _dog = watchdog();
    for (tx, rx) in keepers(4) {
        let tx = tx.into_async();
        (0..4).for_each(|item| tx.try_send(item).unwrap());
        let mut waiting: Vec<_> = (10..15)
            .map(|item| {
                let (count, waker) = counting_waker();
                let mut send = tx.send(item);
                must_be_pending(&mut send, &waker);
                (count, send)
            })
            .collect();
        let mut items = Vec::new();
        assert_eq!(rx.recv_many(&mut items, 3), Ok(3));
        let wakes: Vec<_> = waiting.iter().map(|(count, _)| count.wakes()).collect();
        assert_eq!(wakes, [1, 1, 1, 0, 0]);
        for (_, send) in &mut waiting[..3] {
            must_be_ready(send).unwrap();
        }
        assert!(rx.drain().count() == 4);
        let wakes: Vec<_> = waiting.iter().map(|(count, _)| count.wakes()).collect();
        assert_eq!(wakes, [1; 5]);
        for (_, send) in &mut waiting[3..] {
            must_be_ready(send).unwrap();
        }
    }
}

/// A cancelled receive of many has taken nothing, and passes its call on.
#[test]
fn a_cancelled_receive_of_many_takes_nothing() {
    let _dog = watchdog();
    for (tx, rx) in keepers(4) {
        let rx = rx.into_async();
        let mut items = Vec::new();
        let mut recv = rx.recv_many(&mut items, 3);
        assert!(is_pending(&mut recv));
        let (count, waker) = counting_waker();
        let mut behind = rx.recv();
        must_be_pending(&mut behind, &waker);
        tx.send(1).unwrap();
        assert_eq!(count.wakes(), 0);
        drop(recv);
        assert_eq!(count.wakes(), 1);
        assert_eq!(must_be_ready(&mut behind), Ok(1));
        assert!(items.is_empty());
    }
}

/// In a rendezvous a batch is handed over one by one.
#[test]
fn a_batch_passes_a_rendezvous() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::bounded(0);
    thread::scope(|scope| {
        let sender = scope.spawn(|| {
            let mut items: VecDeque<u32> = (0..20).collect();
            let sent = tx.send_many(&mut items);
            tx.close();
            (sent, items.len())
        });
        let mut received = Vec::new();
        while rx.recv_many(&mut received, 4).is_ok() {}
        assert!(received.into_iter().eq(0..20));
        assert_eq!(sender.join().unwrap(), (Ok(20), 0));
    });
    // Cancelled, none was handed over.
    let (tx, rx) = bifrons::bounded(0);
    let tx = tx.into_async();
    let mut items = VecDeque::from([1, 2, 3]);
    let mut send = tx.send_many(&mut items);
    assert!(is_pending(&mut send));
    assert_eq!(rx.recv(), Ok(1));
    drop(send);
    assert_eq!(items, [2, 3]);
}

/// Batches of all sizes among threads and tasks, through a queue that is smaller than they are.
#[test]
fn batches_of_many_lose_nothing() {
    let _dog = watchdog();
    for (tx, rx) in keepers(3).into_iter().chain([bifrons::unbounded(), bifrons::bounded(0)]) {
        let received = thread::scope(|scope| {
            for sender in 0..2_u64 {
                let tx = tx.clone();
                scope.spawn(move || {
                    let first = sender * 300;
                    for batch in 0..30 {
                        let mut items = (first + batch * 10..first + batch * 10 + 10).collect();
                        assert_eq!(tx.send_many(&mut items), Ok(10));
                    }
                });
            }
            let async_tx = tx.into_async();
            scope.spawn(move || {
                block_on(async {
                    for batch in 60..90 {
                        let mut items = (batch * 10..batch * 10 + 10).collect();
                        assert_eq!(async_tx.send_many(&mut items).await, Ok(10));
                    }
                });
            });
            let thread = scope.spawn(|| {
                let mut items = Vec::new();
                while rx.recv_many(&mut items, 7).is_ok() {}
                items
            });
            let async_rx = rx.to_async();
            let task = scope.spawn(move || {
                block_on(async {
                    let mut items = Vec::new();
                    while async_rx.recv_many(&mut items, 4).await.is_ok() {}
                    items
                })
            });
            let mut received = thread.join().unwrap();
            received.extend(task.join().unwrap());
            received
        });
        let mut received = received;
        received.sort_unstable();
        assert!(received.into_iter().eq(0..900));
    }
}

/// Numbered items, in batches of all sizes, in and out at different paces, from a deque of which all or a part finds room.
fn pass_in_batches<T>((tx, rx): (Sender<T>, Receiver<T>), make: impl Fn(usize) -> T, number: impl Fn(T) -> usize) {
    let (mut made, mut expected) = (0, 0);
    let (mut items, mut received) = (VecDeque::new(), Vec::new());
    for turn in 0..130 {
        if turn == 60 {
            // A ring goes on as a chain from wherever it has come to.
            _ = tx.set_capacity(1_000);
        }
        items.extend((made..made + turn % 97).map(&make));
        made += turn % 97;
        // The rest comes back when the future is dropped.
        _ = is_pending(&mut tx.to_async().send_many(&mut items));
        while rx.len() > turn % 31 {
            assert!(rx.recv_many(&mut received, 1 + turn % 89).unwrap() > 0);
            for item in received.drain(..) {
                assert_eq!(number(item), expected);
                expected += 1;
            }
        }
    }
    while expected < made - items.len() {
        assert_eq!(number(rx.recv().unwrap()), expected);
        expected += 1;
    }
    assert!(items.into_iter().map(number).eq(expected..made), "what found no room is there, in order");
}

#[test]
fn batches_cross_every_seam_of_the_storage() {
    let _dog = watchdog();
    for capacity in [1, 5, 64, 100, 128] {
        let census = Census::new();
        pass_in_batches(bifrons::bounded(capacity), |n| (n, census.item(n as u64)), |(n, _)| n);
        assert_eq!(census.alive(), 0);
        // Blocks of sixteen, of four, of one.
        pass_in_batches(bifrons::bounded(capacity), |n| [n; 10], |item| item[0]);
        pass_in_batches(bifrons::bounded(capacity), |n| [n; 100], |item| item[99]);
        pass_in_batches(bifrons::bounded(capacity), |n| [n; 600], |item| item[300]);
    }
    pass_in_batches(bifrons::unbounded(), |n| n, |n| n);
}

/// A batch for which there is room comes in one visit: who is called to its first item finds all of them.
#[test]
fn a_batch_comes_in_at_once() {
    let kinds = keepers::<u32>(4).into_iter().chain([bifrons::unbounded()]);
    for (tx, rx) in kinds {
        // Some have passed before, of which the sending end has not heard yet.
        for passed in [0, 1, 2, 3] {
            (0..passed).for_each(|item| tx.try_send(item).unwrap());
            assert_eq!(rx.drain().count(), passed as usize);
            let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
            let mut recv = async_rx.recv();
            let there = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
            let (seen, watched) = (there.clone(), tx.clone());
            let look = move || seen.lock().unwrap().push(watched.len());
            must_be_pending(&mut recv, &hooked_at(Step::Wake, look));
            let mut items = VecDeque::from([1, 2, 3, 4]);
            assert_eq!(must_be_ready(&mut async_tx.send_many(&mut items)), Ok(4));
            assert_eq!(*there.lock().unwrap(), [4], "{passed}, {tx:?}");
            drop(recv);
            assert_eq!(rx.drain().count(), 4);
        }
    }
}

/// What is left of a batch comes anew: those who stood behind it are served in between.
#[test]
fn a_batch_waits_in_line_for_each_item() {
    let _dog = watchdog();
    for (tx, rx) in keepers(1) {
        for on_a_thread in [false, true] {
            tx.try_send(0).unwrap();
            let async_tx = tx.to_async();
            thread::scope(|scope| {
                let mut items = VecDeque::from([1, 2]);
                let mut batch = None;
                if on_a_thread {
                    scope.spawn(|| tx.send_many(&mut VecDeque::from([1, 2])).unwrap());
                } else {
                    assert!(is_pending(batch.insert(async_tx.send_many(&mut items))));
                }
                wait_until(|| tx.stats().waiting_senders == 1);
                let mut behind = async_tx.send(3);
                assert!(is_pending(&mut behind));
                let mut received = Vec::new();
                for left in [2, 1, 0] {
                    received.push(rx.recv().unwrap());
                    if let Some(batch) = &mut batch {
                        let _ = futures_util::FutureExt::now_or_never(batch);
                    }
                    // The batch goes back in line as long as something is left of it.
                    wait_until(|| rx.len() == 1 || left == 1 && !is_pending(&mut behind));
                    wait_until(|| tx.stats().waiting_senders == left);
                }
                received.push(rx.recv().unwrap());
                assert_eq!(received, [0, 1, 3, 2], "{tx:?}, {on_a_thread}");
            });
        }
    }
}

/// Also in a rendezvous no more come than were asked for.
#[test]
fn a_rendezvous_hands_over_no_more_than_asked_for() {
    let (tx, rx) = bifrons::bounded(0);
    let (tx, rx) = (tx.into_async(), rx.into_async());
    let mut sends: Vec<_> = (0..5).map(|item| tx.send(item)).collect();
    assert!(sends.iter_mut().all(is_pending));
    let mut items = Vec::new();
    for (limit, left) in [(1, 4), (2, 2), (3, 0)] {
        let there = items.len();
        assert_eq!(must_be_ready(&mut rx.recv_many(&mut items, limit)), Ok(limit.min(5 - there)));
        assert_eq!((items.len(), tx.stats().waiting_senders), (5 - left, left));
    }
    assert_eq!(items, [0, 1, 2, 3, 4]);
}

/// What was sent counts also when a receiver's waker panics then.
#[test]
fn a_panic_leaves_the_count_right() {
    for (tx, rx) in keepers(2) {
        let (tx, rx) = (tx.into_async(), rx.into_async());
        let mut recv = rx.recv();
        must_be_pending(&mut recv, &hooked_at(Step::Wake, || panic!("it can not be woken")));
        let mut items = VecDeque::from([1, 2, 3]);
        let mut send = tx.send_many(&mut items);
        assert!(catch_unwind(AssertUnwindSafe(|| is_pending(&mut send))).is_err());
        assert_eq!(rx.drain().count(), 2);
        assert_eq!(must_be_ready(&mut send), Ok(3), "{tx:?}");
        assert_eq!(rx.try_recv(), Ok(3));
    }
}

/// However many a receiver takes one by one while the task that sends them looks on.
#[test]
fn a_long_batch_takes_no_stack() {
    const ITEMS: usize = if cfg!(miri) { 100 } else { 50_000 };
    let _dog = watchdog();
    let (tx, rx) = bifrons::bounded(0);
    let tx = tx.into_async();
    let receiving = thread::spawn(move || rx.iter().count());
    let sending = move || {
        let mut items: VecDeque<_> = (0..ITEMS).collect();
        block_on(tx.send_many(&mut items))
    };
    let sending = thread::Builder::new().stack_size(256 * 1024).spawn(sending).unwrap();
    assert_eq!(sending.join().unwrap(), Ok(ITEMS));
    assert_eq!(receiving.join().unwrap(), ITEMS);
}
