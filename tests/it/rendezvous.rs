//! The queue without a buffer, where the sender meets a receiver.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

use bifrons::{AsyncReceiver, AsyncSender, RecvError, RecvTimeoutError, SendError, SendTimeoutError, TryRecvError};
use futures_util::future::FusedFuture;

use crate::support::{
    Census, block_on, counting_waker, is_pending, must_be_pending, must_be_ready, poll_with, settle, wait_until,
    watchdog,
};

fn rendezvous<T>() -> (AsyncSender<T>, AsyncReceiver<T>) {
    let (tx, rx) = bifrons::bounded(0);
    (tx.into_async(), rx.into_async())
}

#[test]
fn a_send_returns_after_its_item_was_taken() {
    let _dog = watchdog();
    for (sender_waits, receiver_waits) in [(false, false), (false, true), (true, false), (true, true)] {
        let (tx, rx) = bifrons::bounded(0);
        let about_to_take = AtomicBool::new(false);
        thread::scope(|scope| {
            let about_to_take = &about_to_take;
            scope.spawn(move || {
                if sender_waits {
                    block_on(tx.into_async().send(())).unwrap();
                } else {
                    tx.send(()).unwrap();
                }
                assert!(about_to_take.load(Ordering::Acquire), "nobody was receiving yet");
            });
            settle();
            about_to_take.store(true, Ordering::Release);
            let received = if receiver_waits { block_on(rx.into_async().recv()) } else { rx.recv() };
            assert_eq!(received, Ok(()));
        });
    }
}

/// A receiver that waits is not enough: the send is done when the receive is.
#[test]
fn a_called_receiver_has_not_received() {
    let (tx, rx) = rendezvous();
    let (recv_count, recv_waker) = counting_waker();
    let (send_count, send_waker) = counting_waker();
    let mut recv = rx.recv();
    must_be_pending(&mut recv, &recv_waker);
    let mut send = tx.send(1);
    must_be_pending(&mut send, &send_waker);
    assert_eq!((recv_count.wakes(), send_count.wakes()), (1, 0));
    must_be_pending(&mut send, &send_waker);
    assert_eq!(must_be_ready(&mut recv), Ok(1));
    assert_eq!(send_count.wakes(), 1);
    assert_eq!(must_be_ready(&mut send), Ok(()));
}

#[test]
fn a_receiver_that_left_received_nothing() {
    let (tx, rx) = rendezvous();
    let mut recv = rx.recv();
    assert!(is_pending(&mut recv));
    let mut send = tx.send(1);
    assert!(is_pending(&mut send));
    drop(recv);
    assert!(is_pending(&mut send), "the offer stands");
    assert_eq!(rx.len(), 0, "and is still the sender's");
    let (next_count, next_waker) = counting_waker();
    assert_eq!(rx.try_recv(), Ok(1));
    must_be_pending(&mut rx.recv(), &next_waker);
    assert_eq!(must_be_ready(&mut send), Ok(()));
    assert_eq!(next_count.wakes(), 0);
}

/// The call that a leaving receiver had is the next one's.
#[test]
fn a_receiver_that_leaves_passes_the_offer_on() {
    let (tx, rx) = rendezvous();
    let (first_count, first_waker) = counting_waker();
    let (second_count, second_waker) = counting_waker();
    let (mut first, mut second) = (rx.recv(), rx.recv());
    must_be_pending(&mut first, &first_waker);
    must_be_pending(&mut second, &second_waker);
    let mut send = tx.send(1);
    assert!(is_pending(&mut send));
    assert_eq!((first_count.wakes(), second_count.wakes()), (1, 0));
    drop(first);
    assert_eq!(second_count.wakes(), 1);
    assert_eq!(must_be_ready(&mut second), Ok(1));
    assert_eq!(must_be_ready(&mut send), Ok(()));
}

#[test]
fn try_recv_takes_from_a_waiting_sender() {
    let _dog = watchdog();
    let (tx, rx) = rendezvous();
    assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
    let (count, waker) = counting_waker();
    let mut send = tx.send(1);
    must_be_pending(&mut send, &waker);
    assert!(rx.is_empty() && rx.is_full(), "an offer is in no buffer");
    assert_eq!(rx.try_recv(), Ok(1));
    assert_eq!(count.wakes(), 1);
    assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
    assert_eq!(must_be_ready(&mut send), Ok(()));

    let blocking = tx.to_sync();
    thread::scope(|scope| {
        let sender = scope.spawn(move || blocking.send(2));
        let received = loop {
            match rx.try_recv() {
                Err(TryRecvError::Empty) => thread::yield_now(),
                received => break received,
            }
        };
        assert_eq!(received, Ok(2));
        assert_eq!(sender.join().unwrap(), Ok(()));
    });
}

#[test]
fn waiting_senders_are_served_in_arrival_order() {
    let (tx, rx) = rendezvous();
    let mut sends: Vec<_> = (0..5).map(|item| tx.send(item)).collect();
    assert!(sends.iter_mut().all(is_pending));
    drop(sends.remove(2));
    for (place, item) in [0, 1, 3, 4].into_iter().enumerate() {
        assert_eq!(rx.try_recv(), Ok(item));
        assert_eq!(must_be_ready(&mut sends[place]), Ok(()));
    }
    assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
}

#[test]
fn a_cancelled_sender_offers_nothing() {
    let census = Census::new();
    let (tx, rx) = rendezvous();
    let mut send = tx.send(census.item(1));
    assert!(is_pending(&mut send));
    drop(send);
    assert_eq!(census.dropped(), [1]);
    assert!(rx.try_recv().is_err());

    let mut send = tx.send(census.item(2));
    assert!(is_pending(&mut send));
    assert_eq!(send.take().map(|item| item.id), Some(2));
    assert!(rx.try_recv().is_err());
    assert_eq!(census.dropped(), [1, 2]);
}

/// Taken while its future was not looking: the send happened, whatever becomes of the future.
#[test]
fn a_taken_offer_was_sent() {
    let census = Census::new();
    let (tx, rx) = rendezvous();
    let mut send = tx.send(census.item(1));
    assert!(is_pending(&mut send));
    let item = rx.try_recv().unwrap();
    assert!(send.take().is_none());
    assert!(send.is_terminated());
    drop(send);

    let mut send = tx.send(census.item(2));
    assert!(is_pending(&mut send));
    let other = rx.try_recv().unwrap();
    drop(send);
    assert_eq!(census.alive(), 2);
    drop((item, other));
    census.assert_all_dropped_once([1, 2]);
}

#[test]
fn a_close_returns_what_was_offered() {
    let _dog = watchdog();
    let (tx, rx) = rendezvous();
    let mut send = tx.send(1);
    assert!(is_pending(&mut send));
    let blocking = tx.to_sync();
    thread::scope(|scope| {
        let sender = scope.spawn(move || blocking.send(2));
        settle();
        tx.close();
        assert_eq!(rx.try_recv(), Err(TryRecvError::Closed), "offers are not what is left");
        assert_eq!(sender.join().unwrap(), Err(SendError(2)));
    });
    assert_eq!(must_be_ready(&mut send), Err(SendError(1)));
    assert_eq!(must_be_ready(&mut rx.recv()), Err(RecvError));
    assert!(rx.is_empty());
}

#[test]
fn a_send_taken_before_the_close_was_sent() {
    let (tx, rx) = rendezvous();
    let mut send = tx.send(1);
    assert!(is_pending(&mut send));
    assert_eq!(rx.try_recv(), Ok(1));
    rx.close();
    assert_eq!(must_be_ready(&mut send), Ok(()));
}

/// Every pairing of the faces, with each party at times the first and at times the second.
#[test]
fn every_pair_of_faces_meets() {
    let _dog = watchdog();
    for (sends_as_task, receives_as_task) in [(false, false), (false, true), (true, false), (true, true)] {
        let (tx, rx) = bifrons::bounded(0);
        thread::scope(|scope| {
            scope.spawn(move || {
                if sends_as_task {
                    let tx = tx.into_async();
                    block_on(async {
                        for item in 0..1_000 {
                            tx.send(item).await.unwrap();
                        }
                    });
                } else {
                    for item in 0..1_000 {
                        tx.send(item).unwrap();
                    }
                }
            });
            let received: Vec<u32> = if receives_as_task {
                let rx = rx.into_async();
                block_on(async {
                    let mut received = Vec::new();
                    while let Ok(item) = rx.recv().await {
                        received.push(item);
                    }
                    received
                })
            } else {
                rx.into_iter().collect()
            };
            assert!(received.into_iter().eq(0..1_000), "{sends_as_task} {receives_as_task}");
        });
    }
}

/// Threads and tasks that meet, give up, try and cancel: every item ends in one place.
#[test]
fn a_crowd_of_both_faces_loses_nothing() {
    let _dog = watchdog();
    const EACH: u64 = 400;
    let census = Census::new();
    let (tx, rx) = bifrons::bounded(0);
    let (sent, received) = (AtomicU64::new(0), AtomicU64::new(0));
    thread::scope(|scope| {
        let (census, sent, received) = (&census, &sent, &received);
        let count_if = |counter: &AtomicU64, yes: bool| counter.fetch_add(u64::from(yes), Ordering::Relaxed);

        let blocking = tx.clone();
        scope.spawn(move || {
            for id in 0..EACH {
                let answer = blocking.send_timeout(census.item(id), Duration::from_micros(id % 50));
                assert!(!matches!(answer, Err(SendTimeoutError::Closed(_))));
                count_if(sent, answer.is_ok());
            }
        });
        let trying = tx.clone();
        scope.spawn(move || {
            for id in EACH..2 * EACH {
                count_if(sent, trying.try_send(census.item(id)).is_ok());
                thread::yield_now();
            }
        });
        let awaiting = tx.into_async();
        scope.spawn(move || {
            for id in 2 * EACH..3 * EACH {
                if id % 3 == 0 {
                    let mut send = awaiting.send(census.item(id));
                    if is_pending(&mut send) {
                        thread::yield_now();
                        count_if(sent, send.take().is_none());
                    } else {
                        count_if(sent, true);
                    }
                } else {
                    block_on(awaiting.send(census.item(id))).unwrap();
                    count_if(sent, true);
                }
            }
        });

        let blocking = rx.clone();
        scope.spawn(move || {
            for turn in 0.. {
                match blocking.recv_timeout(Duration::from_micros(turn % 30)) {
                    Ok(_) => count_if(received, true),
                    Err(RecvTimeoutError::Timeout) => continue,
                    Err(RecvTimeoutError::Closed) => break,
                };
            }
        });
        let awaiting = rx.into_async();
        scope.spawn(move || {
            for turn in 0_u64.. {
                if turn % 2 == 0 {
                    // Polled once and dropped: an offer stays with its sender, an orphan stays here.
                    if let Poll::Ready(answer) = poll_with(&mut awaiting.recv(), Waker::noop()) {
                        count_if(received, answer.is_ok());
                    }
                } else if block_on(awaiting.recv()).is_ok() {
                    count_if(received, true);
                } else {
                    break;
                }
            }
        });
    });
    assert_eq!(sent.into_inner(), received.into_inner());
    census.assert_all_dropped_once(0..3 * EACH);
}

/// A thread that waits can not be cancelled: it is given the item, and the send is done.
#[test]
fn a_thread_that_waits_is_given_the_item() {
    let _dog = watchdog();
    type Receive = fn(&bifrons::Receiver<u32>) -> Option<u32>;
    let receives: [Receive; 3] = [|rx| rx.recv().ok(), |rx| rx.recv_timeout(Duration::MAX).ok(), |rx| rx.iter().next()];
    for receive in receives {
        let (tx, rx) = rendezvous();
        let on_thread = rx.to_sync();
        thread::scope(|scope| {
            let receiver = scope.spawn(move || receive(&on_thread));
            wait_until(|| rx.stats().waiting_receivers == 1);
            assert_eq!(must_be_ready(&mut tx.send(1)), Ok(()));
            assert_eq!((rx.stats().sent, rx.stats().received, rx.len()), (1, 1, 0));
            assert_eq!(rx.shutdown().count(), 0, "it is received, and not the queue's any more");
            assert_eq!(receiver.join().unwrap(), Some(1));
        });
    }
}

/// What is to stay in hand is not given, since it would have to be counted before its receiver has it.
#[test]
fn a_thread_takes_what_it_is_to_hold_in_hand() {
    let _dog = watchdog();
    let (tx, rx) = rendezvous();
    let on_thread = rx.to_sync();
    thread::scope(|scope| {
        let receiver = scope.spawn(move || on_thread.recv_task().unwrap());
        wait_until(|| rx.stats().waiting_receivers == 1);
        block_on(tx.send(1)).unwrap();
        let task = receiver.join().unwrap();
        assert_eq!((*task, rx.stats().tasks), (1, 1));
        assert!(tx.to_sync().join_timeout(Duration::ZERO).is_err());
        task.done();
        block_on(tx.join());
    });
}

/// A batch gives to as many as wait, and says how many.
#[test]
fn a_batch_is_given_to_threads_that_wait() {
    let _dog = watchdog();
    let (tx, rx) = rendezvous();
    thread::scope(|scope| {
        let receivers = [rx.to_sync(), rx.to_sync()].map(|rx| scope.spawn(move || rx.recv().unwrap()));
        wait_until(|| rx.stats().waiting_receivers == 2);
        let mut items = [1, 2, 3].into();
        let mut send = tx.send_many(&mut items);
        assert!(is_pending(&mut send), "the third has nobody to go to");
        drop(send);
        assert_eq!(items, [3]);
        assert_eq!(receivers.map(|receiver| receiver.join().unwrap()).iter().sum::<u32>(), 3);
        assert_eq!((rx.stats().sent, rx.stats().received), (2, 2));
    });
}

/// A thread that would take several is called, and takes all that have come by then.
#[test]
fn who_would_take_several_is_given_nothing() {
    let _dog = watchdog();
    let (tx, rx) = rendezvous();
    let on_thread = rx.to_sync();
    thread::scope(|scope| {
        let receiver = scope.spawn(move || {
            // Without size, so that there can be so many: this one can not grow.
            let mut full = vec![(); usize::MAX];
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| on_thread.recv_many(&mut full, 8))).is_err()
        });
        wait_until(|| rx.stats().waiting_receivers == 1);
        let mut send = tx.send(());
        assert!(is_pending(&mut send), "nobody has taken it");
        assert!(receiver.join().unwrap());
        assert_eq!(rx.try_recv(), Ok(()), "nor has the one who could not");
        assert_eq!(must_be_ready(&mut send), Ok(()));
    });
}
