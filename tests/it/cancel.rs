//! Futures that are dropped, taken back or given up: nothing is lost and nobody is stranded.

use std::sync::Arc;
use std::thread;

use bifrons::{AsyncReceiver, AsyncSender, TryRecvError};
use futures_util::future::FusedFuture;

use crate::support::{Census, counting_waker, is_pending, must_be_pending, must_be_ready, settle, watchdog};

fn bounded<T>(capacity: usize) -> (AsyncSender<T>, AsyncReceiver<T>) {
    let (tx, rx) = bifrons::bounded(capacity);
    (tx.into_async(), rx.into_async())
}

#[test]
fn a_recv_that_is_dropped_took_nothing() {
    let (tx, rx) = bounded(4);
    tx.try_send(1).unwrap();
    drop(rx.recv());
    assert_eq!(rx.len(), 1, "unpolled");
    assert_eq!(rx.try_recv(), Ok(1));

    let mut recv = rx.recv();
    assert!(is_pending(&mut recv));
    drop(recv);
    tx.try_send(2).unwrap();
    assert_eq!(rx.try_recv(), Ok(2), "polled");

    let mut recv = rx.recv();
    assert!(is_pending(&mut recv));
    tx.try_send(3).unwrap();
    drop(recv);
    assert_eq!(rx.try_recv(), Ok(3), "called, not polled again");
}

#[test]
fn a_called_recv_that_is_dropped_passes_the_call_on() {
    let (tx, rx) = bounded(4);
    let (counts, wakers): (Vec<_>, Vec<_>) = (0..4).map(|_| counting_waker()).unzip();
    let mut futures: Vec<_> = wakers
        .iter()
        .map(|waker| {
            let mut recv = rx.recv();
            must_be_pending(&mut recv, waker);
            recv
        })
        .collect();
    tx.try_send(7).unwrap();
    for turn in 0..3 {
        assert_eq!(counts[turn].wakes(), 1);
        assert_eq!(counts[turn + 1].wakes(), 0);
        drop(futures.remove(0));
        assert_eq!(counts[turn + 1].wakes(), 1, "the next in line is called in its place");
    }
    assert_eq!(must_be_ready(&mut futures[0]), Ok(7));
}

/// Who waits and was not called leaves without calling anybody.
#[test]
fn an_uncalled_recv_that_is_dropped_disturbs_nobody() {
    let (tx, rx) = bounded(4);
    let (counts, wakers): (Vec<_>, Vec<_>) = (0..3).map(|_| counting_waker()).unzip();
    let mut futures: Vec<_> = (0..3).map(|_| rx.recv()).collect();
    for (future, waker) in futures.iter_mut().zip(&wakers) {
        must_be_pending(future, waker);
    }
    drop(futures.remove(1));
    assert!(counts.iter().all(|count| count.wakes() == 0));
    tx.try_send(1).unwrap();
    tx.try_send(2).unwrap();
    assert_eq!(counts.iter().map(|count| count.wakes()).collect::<Vec<_>>(), [1, 0, 1]);
    assert_eq!(must_be_ready(&mut futures[0]), Ok(1));
    assert_eq!(must_be_ready(&mut futures[1]), Ok(2));
}

/// Nor is anybody called in its place, though an item is there: who was called to that is on his way.
#[test]
fn an_uncalled_recv_that_is_dropped_calls_nobody() {
    let kinds = [bifrons::bounded(2), bifrons::lifo::bounded(2), bifrons::bounded(0)];
    for (tx, rx) in kinds.map(|(tx, rx)| (tx.into_async(), rx.into_async())) {
        let (mut called, mut uncalled, mut next) = (rx.recv(), rx.recv(), rx.recv());
        let (count, waker) = counting_waker();
        assert!(is_pending(&mut called) && is_pending(&mut uncalled));
        must_be_pending(&mut next, &waker);
        tx.try_send(1).unwrap();
        drop(uncalled);
        assert_eq!(count.wakes(), 0, "{rx:?}");
        assert_eq!(must_be_ready(&mut called), Ok(1));
    }
}

#[test]
fn a_called_task_passes_the_call_on_to_a_thread() {
    let _dog = watchdog();
    for capacity in [0, 1, 4] {
        let (tx, rx) = bounded(capacity);
        let blocking = rx.to_sync();
        let mut task = rx.recv();
        assert!(is_pending(&mut task));
        thread::scope(|scope| {
            let thread = scope.spawn(move || blocking.recv());
            settle();
            tx.try_send(5).unwrap();
            drop(task);
            assert_eq!(thread.join().unwrap(), Ok(5), "capacity {capacity}");
        });
    }
}

#[test]
fn a_called_sending_task_passes_the_call_on_to_a_thread() {
    let _dog = watchdog();
    let (tx, rx) = bounded(1);
    tx.try_send(0).unwrap();
    let blocking = tx.to_sync();
    let mut task = tx.send(1);
    assert!(is_pending(&mut task));
    thread::scope(|scope| {
        let thread = scope.spawn(move || blocking.send(2));
        settle();
        assert_eq!(rx.try_recv(), Ok(0));
        let sent = task.take().is_none();
        drop(task);
        if sent {
            assert_eq!(rx.try_recv(), Ok(1));
        }
        assert_eq!(thread.join().unwrap(), Ok(()));
        assert_eq!(rx.try_recv(), Ok(2));
    });
}

#[test]
fn a_send_that_is_dropped_unpolled_drops_its_item_once() {
    let census = Census::new();
    let (tx, rx) = bounded(4);
    drop(tx.send(census.item(1)));
    assert_eq!(census.dropped(), [1]);
    assert!(rx.is_empty(), "a future does nothing unless polled");
}

#[test]
fn a_waiting_send_that_is_dropped_drops_its_item_once() {
    let census = Census::new();
    for capacity in [0, 1, 3] {
        let (tx, rx) = bounded(capacity);
        for _ in 0..capacity {
            tx.try_send(census.item(0)).unwrap();
        }
        let before = census.dropped().len();
        let mut send = tx.send(census.item(9));
        assert!(is_pending(&mut send));
        assert_eq!(census.dropped().len(), before);
        drop(send);
        assert_eq!(census.dropped()[before..], [9]);
        assert!(std::iter::from_fn(|| rx.try_recv().ok()).all(|item| item.id == 0));
    }
    assert_eq!(census.alive(), 0);
}

/// Room has come, the future does not know yet: it sent, or it did not, and the item tells which.
#[test]
fn a_called_send_that_is_dropped_sent_or_dropped() {
    let census = Census::new();
    let (tx, rx) = bounded(1);
    tx.try_send(census.item(0)).unwrap();
    let (next_count, next_waker) = counting_waker();
    let (mut called, mut next) = (tx.send(census.item(1)), tx.send(census.item(2)));
    assert!(is_pending(&mut called));
    must_be_pending(&mut next, &next_waker);
    assert_eq!(rx.try_recv().map(|item| item.id).ok(), Some(0));
    drop(called);
    if let Ok(item) = rx.try_recv() {
        if item.id == 1 {
            assert_eq!(census.drops_of(1), 0, "sent, so not dropped by the future");
        } else {
            assert_eq!((item.id, census.drops_of(1)), (2, 1));
        }
    } else {
        assert_eq!(census.drops_of(1), 1);
    }
    assert_eq!(next_count.wakes(), 1, "the room is the next one's now");
    must_be_ready(&mut next).unwrap();
    drop(next);
    drop((tx, rx));
    census.assert_all_dropped_once([0, 1, 2]);
}

#[test]
fn take_gives_the_unsent_item_back() {
    let (tx, rx) = bounded(1);

    let mut unpolled = tx.send(String::from("unpolled"));
    assert_eq!(unpolled.take().as_deref(), Some("unpolled"));
    assert!(unpolled.is_terminated());
    assert_eq!(unpolled.take(), None, "once");
    drop(unpolled);

    let mut sent = tx.send(String::from("sent"));
    must_be_ready(&mut sent).unwrap();
    assert_eq!(sent.take(), None, "it is in the queue");
    drop(sent);

    let mut waiting = tx.send(String::from("waiting"));
    assert!(is_pending(&mut waiting));
    assert_eq!(waiting.take().as_deref(), Some("waiting"));
    assert!(waiting.is_terminated());
    drop(waiting);

    assert_eq!(rx.try_recv().as_deref(), Ok("sent"));
    assert_eq!(rx.try_recv(), Err(TryRecvError::Empty), "nothing that was taken back arrived");
    tx.close();
    let mut refused = tx.send(String::from("refused"));
    assert_eq!(must_be_ready(&mut refused).map_err(|error| error.0).unwrap_err(), "refused");
    assert_eq!(refused.take(), None, "the error had it");
}

/// The item is sent or given back, never both, and room that was meant for it goes to the next.
#[test]
fn take_from_a_called_send_is_exact() {
    for capacity in [1, 2] {
        let (tx, rx) = bounded(capacity);
        for item in 0..capacity {
            tx.try_send(item).unwrap();
        }
        let (next_count, next_waker) = counting_waker();
        let (mut called, mut next) = (tx.send(70), tx.send(80));
        assert!(is_pending(&mut called));
        must_be_pending(&mut next, &next_waker);
        assert_eq!(rx.try_recv(), Ok(0));
        let taken = called.take();
        assert!(called.is_terminated());
        drop(called);
        let mut expected: Vec<_> = (1..capacity).collect();
        if taken.is_none() {
            expected.push(70);
            // Its place is used; the next one's room is yet to come.
            assert_eq!(rx.try_recv(), Ok(expected.remove(0)));
        } else {
            assert_eq!(taken, Some(70));
        }
        assert_eq!(next_count.wakes(), 1);
        must_be_ready(&mut next).unwrap();
        expected.push(80);
        assert!(rx.drain().eq(expected));
    }
}

#[test]
#[should_panic(expected = "poll")]
fn polling_after_take_is_a_bug_that_is_said() {
    let (tx, _rx) = bounded(1);
    let mut send = tx.send(1);
    assert_eq!(send.take(), Some(1));
    assert!(is_pending(&mut send));
}

#[test]
fn a_watcher_of_the_close_that_is_dropped_leaves_nothing() {
    let kinds = [bifrons::bounded::<u8>(1), bifrons::bounded(0), bifrons::lifo::bounded(1)];
    for (tx, rx) in kinds.map(|(tx, rx)| (tx.into_async(), rx.into_async())) {
        drop(tx.closed());
        let (gone_count, gone_waker) = counting_waker();
        let (count, waker) = counting_waker();
        let (mut gone, mut stays) = (rx.closed(), tx.closed());
        must_be_pending(&mut gone, &gone_waker);
        must_be_pending(&mut stays, &waker);
        drop(gone);
        rx.close();
        assert_eq!((gone_count.wakes(), count.wakes()), (0, 1));
        let mut called = tx.closed();
        must_be_ready(&mut called);
        // Called by the close and dropped unpolled: nothing to pass on.
        drop(stays);
        assert_eq!(count.wakes(), 1);
    }
}

#[test]
fn ten_thousand_cancelled_waits_leave_an_empty_line() {
    let (tx, rx) = bounded(1);
    let (ghosts, ghost_waker) = counting_waker();
    // All at once, dropped from the front; then from the back; then one by one.
    let mut crowd: Vec<_> = (0..5_000).map(|_| rx.recv()).collect();
    crowd.iter_mut().for_each(|future| must_be_pending(future, &ghost_waker));
    drop(crowd);
    let mut crowd: Vec<_> = (0..2_500).map(|_| rx.recv()).collect();
    crowd.iter_mut().for_each(|future| must_be_pending(future, &ghost_waker));
    while crowd.pop().is_some() {}
    for _ in 0..2_500 {
        must_be_pending(&mut rx.recv(), &ghost_waker);
    }
    let (count, waker) = counting_waker();
    let mut recv = rx.recv();
    must_be_pending(&mut recv, &waker);
    tx.try_send(1).unwrap();
    assert_eq!((ghosts.wakes(), count.wakes()), (0, 1));
    assert_eq!(must_be_ready(&mut recv), Ok(1));
    assert_eq!(Arc::strong_count(&ghosts), 2, "no waker of theirs is kept");

    tx.try_send(2).unwrap();
    let mut crowd: Vec<_> = (0..5_000).map(|_| tx.send(9)).collect();
    crowd.iter_mut().for_each(|future| must_be_pending(future, &ghost_waker));
    let (count, waker) = counting_waker();
    let mut send = tx.send(3);
    must_be_pending(&mut send, &waker);
    drop(crowd);
    assert_eq!(rx.try_recv(), Ok(2));
    assert_eq!((ghosts.wakes(), count.wakes()), (0, 1));
    assert_eq!(must_be_ready(&mut send), Ok(()));
    assert_eq!(Arc::strong_count(&ghosts), 2, "no waker of theirs is kept");
    assert_eq!(rx.try_recv(), Ok(3));
}

#[test]
fn the_waker_of_the_last_poll_is_the_one_that_is_woken() {
    let (tx, rx) = bounded(1);
    let (old_count, old_waker) = counting_waker();
    let (new_count, new_waker) = counting_waker();

    let mut recv = rx.recv();
    must_be_pending(&mut recv, &old_waker);
    must_be_pending(&mut recv, &new_waker);
    assert_eq!(Arc::strong_count(&old_count), 2, "the old one is let go");
    tx.try_send(1).unwrap();
    assert_eq!((old_count.wakes(), new_count.wakes()), (0, 1));
    assert_eq!(must_be_ready(&mut recv), Ok(1));

    tx.try_send(2).unwrap();
    let mut send = tx.send(3);
    must_be_pending(&mut send, &old_waker);
    must_be_pending(&mut send, &new_waker);
    assert_eq!(rx.try_recv(), Ok(2));
    assert_eq!((old_count.wakes(), new_count.wakes()), (0, 2));
    assert_eq!(must_be_ready(&mut send), Ok(()));

    let mut closed = rx.closed();
    must_be_pending(&mut closed, &old_waker);
    must_be_pending(&mut closed, &new_waker);
    rx.close();
    assert_eq!((old_count.wakes(), new_count.wakes()), (0, 3));
    must_be_ready(&mut closed);
    assert_eq!(rx.try_recv(), Ok(3));
}

/// A future that was called and is polled again with another waker while overtaken.
#[test]
fn an_overtaken_future_waits_with_its_newest_waker() {
    let (tx, rx) = bounded(1);
    let (old_count, old_waker) = counting_waker();
    let (new_count, new_waker) = counting_waker();
    let mut recv = rx.recv();
    must_be_pending(&mut recv, &old_waker);
    tx.try_send(1).unwrap();
    assert_eq!(rx.try_recv(), Ok(1));
    must_be_pending(&mut recv, &new_waker);
    tx.try_send(2).unwrap();
    assert_eq!((old_count.wakes(), new_count.wakes()), (1, 1));
    assert_eq!(must_be_ready(&mut recv), Ok(2));
}
