//! Wakers that panic when they are woken, cloned or dropped.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Waker;
use std::thread;

use bifrons::{AsyncReceiver, AsyncSender, RecvError, SendError, TryRecvError};
use futures_util::StreamExt;

use crate::support::{
    Hooks, Step, counting_waker, hooked_at, hooked_waker, is_pending, must_be_pending, must_be_ready, poll_with,
    settle, until_changed, watchdog,
};

fn bounded<T>(capacity: usize) -> (AsyncSender<T>, AsyncReceiver<T>) {
    let (tx, rx) = bifrons::bounded(capacity);
    (tx.into_async(), rx.into_async())
}

/// A waker whose wake panics.
fn panicking_waker() -> Waker {
    hooked_at(Step::Wake, || panic!("the waker"))
}

#[track_caller]
fn must_panic<R>(what: impl FnOnce() -> R) {
    let panic = catch_unwind(AssertUnwindSafe(what)).err().expect("the panic reaches the caller");
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"the waker"));
}

#[test]
fn a_panicking_wake_reaches_the_sender_after_its_item_was_sent() {
    let (tx, rx) = bounded(4);
    let mut recv = rx.recv();
    must_be_pending(&mut recv, &panicking_waker());
    must_panic(|| tx.try_send(1));
    assert_eq!(rx.len(), 1, "the item was sent all the same");
    assert_eq!(must_be_ready(&mut recv), Ok(1), "the future was called all the same");

    let mut recv = rx.recv();
    must_be_pending(&mut recv, &panicking_waker());
    let blocking = tx.to_sync();
    must_panic(|| blocking.send(2));
    drop(recv);
    assert_eq!(rx.try_recv(), Ok(2));

    let (count, waker) = counting_waker();
    let mut recv = rx.recv();
    must_be_pending(&mut recv, &waker);
    tx.try_send(3).unwrap();
    assert_eq!(count.wakes(), 1, "the queue goes on");
    assert_eq!(must_be_ready(&mut recv), Ok(3));
}

/// The item called somebody who may never hear of it, so that the next in line is called as well.
#[test]
fn a_panicking_wake_is_no_call() {
    let _dog = watchdog();
    for capacity in [0, 1, 4] {
        let (tx, rx) = bounded(capacity);
        let (count, waker) = counting_waker();
        let (mut deaf, mut next) = (rx.recv(), rx.recv());
        must_be_pending(&mut deaf, &panicking_waker());
        must_be_pending(&mut next, &waker);
        must_panic(|| tx.try_send(1));
        assert_eq!(count.wakes(), 1, "capacity {capacity}");
        assert_eq!(must_be_ready(&mut next), Ok(1));

        // The same with a thread behind it.
        let blocking = rx.to_sync();
        let mut deaf = rx.recv();
        must_be_pending(&mut deaf, &panicking_waker());
        thread::scope(|scope| {
            let before = format!("{tx:?}");
            let thread = scope.spawn(move || blocking.recv());
            until_changed(&tx, &before);
            must_panic(|| tx.try_send(2));
            assert_eq!(thread.join().unwrap(), Ok(2), "capacity {capacity}");
        });
    }
}

/// The same with room.
#[test]
fn a_panicking_wake_gives_no_room() {
    let kinds = [bifrons::bounded(1), bifrons::lifo::bounded(1), bifrons::priority::bounded(1)];
    for (tx, rx) in kinds.map(|(tx, rx)| (tx.into_async(), rx.into_async())) {
        tx.try_send(0).unwrap();
        let (count, waker) = counting_waker();
        let (mut deaf, mut next) = (tx.reserve(), tx.reserve());
        must_be_pending(&mut deaf, &panicking_waker());
        must_be_pending(&mut next, &waker);
        must_panic(|| rx.try_recv());
        assert_eq!(count.wakes(), 1, "{tx:?}");
        must_be_ready(&mut next).unwrap().send(1).unwrap();
        assert_eq!(rx.try_recv(), Ok(1));
    }
}

#[test]
fn a_panicking_wake_reaches_the_receiver() {
    let (tx, rx) = bounded(1);
    tx.try_send(0).unwrap();
    let mut send = tx.send(1);
    must_be_pending(&mut send, &panicking_waker());
    // The item that was received goes down with the caller, as with any panic in between.
    must_panic(|| rx.try_recv());
    assert_eq!(must_be_ready(&mut send), Ok(()));
    assert_eq!(must_be_ready(&mut rx.recv()), Ok(1));
    assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
}

/// Everybody else is still woken, whichever of them panics.
#[test]
fn a_panicking_wake_in_a_close_wakes_the_others() {
    for bad in 0..4 {
        let (tx, rx) = bounded::<u8>(1);
        let (counts, wakers): (Vec<_>, Vec<_>) = (0..4).map(|_| counting_waker()).unzip();
        let (mut first, mut second) = (rx.recv(), rx.recv());
        let (mut watcher, mut other) = (rx.closed(), tx.closed());
        let waker = |place: usize| if place == bad { panicking_waker() } else { wakers[place].clone() };
        must_be_pending(&mut first, &waker(0));
        must_be_pending(&mut second, &waker(1));
        must_be_pending(&mut watcher, &waker(2));
        must_be_pending(&mut other, &waker(3));
        must_panic(|| tx.close());
        let wakes: Vec<_> = counts.iter().map(|count| count.wakes()).collect();
        let expected: Vec<_> = (0..4).map(|place| usize::from(place != bad)).collect();
        assert_eq!(wakes, expected);
        assert!(tx.is_closed() && !tx.close());
        assert_eq!(must_be_ready(&mut first), Err(RecvError));
        assert_eq!(must_be_ready(&mut second), Err(RecvError));
        must_be_ready(&mut watcher);
        must_be_ready(&mut other);
    }
}

#[test]
fn all_wakes_of_a_close_panic() {
    let (tx, rx) = bounded(1);
    tx.try_send(0).unwrap();
    let mut sends: Vec<_> = (1..4).map(|item| tx.send(item)).collect();
    sends.iter_mut().for_each(|send| must_be_pending(send, &panicking_waker()));
    must_panic(|| rx.close());
    for (send, item) in sends.iter_mut().zip(1..) {
        assert_eq!(must_be_ready(send), Err(SendError(item)));
    }
    assert_eq!(rx.try_recv(), Ok(0));
}

#[test]
fn a_panicking_wake_in_the_drop_of_a_last_handle() {
    let _dog = watchdog();
    let (tx, rx) = bounded(1);
    let mut recv = rx.recv();
    must_be_pending(&mut recv, &panicking_waker());
    let blocking = rx.to_sync();
    thread::scope(|scope| {
        let thread = scope.spawn(move || blocking.recv());
        settle();
        must_panic(|| drop(tx));
        assert_eq!(thread.join().unwrap(), Err::<u8, _>(RecvError));
    });
    assert_eq!(must_be_ready(&mut recv), Err(RecvError));

    let item = Arc::new(());
    let (tx, rx) = bounded(1);
    tx.try_send(Arc::clone(&item)).unwrap();
    let mut send = tx.send(Arc::clone(&item));
    must_be_pending(&mut send, &panicking_waker());
    must_panic(|| drop(rx));
    assert_eq!(Arc::strong_count(&item), 2, "what was left is dropped all the same");
    assert!(must_be_ready(&mut send).is_err());
    drop(send);
    assert_eq!(Arc::strong_count(&item), 1);
}

#[test]
fn a_panicking_wake_in_a_drain_wakes_the_others() {
    let (tx, rx) = bounded(2);
    tx.try_send(0).unwrap();
    tx.try_send(1).unwrap();
    let (count, waker) = counting_waker();
    let (mut bad, mut good) = (tx.send(2), tx.send(3));
    must_be_pending(&mut bad, &panicking_waker());
    must_be_pending(&mut good, &waker);
    must_panic(|| rx.drain());
    assert_eq!(count.wakes(), 1);
    assert_eq!(must_be_ready(&mut bad), Ok(()));
    assert_eq!(must_be_ready(&mut good), Ok(()));
    assert!(rx.drain().eq([2, 3]));
}

/// The call that a leaving future passes on meets a panicking waker.
#[test]
fn a_panicking_wake_while_a_future_is_dropped() {
    let (tx, rx) = bounded(2);
    let (mut leaves, mut stays) = (rx.recv(), rx.recv());
    assert!(is_pending(&mut leaves));
    must_be_pending(&mut stays, &panicking_waker());
    tx.try_send(1).unwrap();
    must_panic(|| drop(leaves));
    assert_eq!(must_be_ready(&mut stays), Ok(1));
    assert!(is_pending(&mut rx.recv()));
}

#[test]
fn a_panicking_clone_enlists_nobody() {
    let (tx, rx) = bounded(1);
    let bad = hooked_at(Step::Clone, || panic!("the waker"));
    let (count, waker) = counting_waker();

    let mut recv = rx.recv();
    must_panic(|| poll_with(&mut recv, &bad));
    let mut next = rx.recv();
    must_be_pending(&mut next, &waker);
    tx.try_send(1).unwrap();
    assert_eq!(count.wakes(), 1, "no ghost stands before it");
    assert_eq!(must_be_ready(&mut next), Ok(1));
    must_be_pending(&mut recv, &waker);
    tx.try_send(2).unwrap();
    assert_eq!(must_be_ready(&mut recv), Ok(2), "the future may be polled again");

    tx.try_send(3).unwrap();
    let mut send = tx.send(4);
    must_panic(|| poll_with(&mut send, &bad));
    assert_eq!(send.take(), Some(4), "the item is still the future's");
    drop(send);
    let mut send = tx.send(5);
    must_be_pending(&mut send, &waker);
    assert_eq!(rx.try_recv(), Ok(3));
    assert_eq!(count.wakes(), 3, "no ghost stands before it");
    assert_eq!(must_be_ready(&mut send), Ok(()));

    let mut closed = rx.closed();
    must_panic(|| poll_with(&mut closed, &bad));
    must_be_pending(&mut closed, &waker);
    rx.close();
    assert_eq!(count.wakes(), 4);
    must_be_ready(&mut closed);
}

/// A stream keeps its place in line for the item that it waits for, and not for the next one.
#[test]
fn a_stream_whose_poll_panicked_comes_anew_for_the_next_item() {
    let (tx, rx) = bounded(1);
    let bad = hooked_at(Step::Clone, || panic!("the waker"));
    let (count, waker) = counting_waker();
    let (others, other_waker) = counting_waker();
    let mut items = rx.stream();
    must_be_pending(&mut items.next(), &waker);
    tx.try_send(1).unwrap();
    assert_eq!(rx.try_recv(), Ok(1), "it was called in vain");
    must_panic(|| poll_with(&mut items.next(), &bad));
    tx.try_send(2).unwrap();
    assert_eq!(must_be_ready(&mut items.next()), Some(2));

    let mut other = rx.recv();
    must_be_pending(&mut other, &other_waker);
    must_be_pending(&mut items.next(), &waker);
    tx.try_send(3).unwrap();
    assert_eq!((count.wakes(), others.wakes()), (1, 1), "the other came first");
    assert_eq!(must_be_ready(&mut other), Ok(3));
    tx.try_send(4).unwrap();
    assert_eq!(must_be_ready(&mut items.next()), Some(4));
}

#[test]
fn a_panicking_drop_of_a_waker_harms_nobody() {
    let (tx, rx) = bounded(1);
    let (count, waker) = counting_waker();
    let armed = Arc::new(AtomicUsize::new(0));
    let bad = || {
        let armed = Arc::clone(&armed);
        // Only its first drop panics, and only once armed: the test's own handle is one of them.
        hooked_at(Step::Drop, move || {
            if armed.swap(0, Ordering::SeqCst) == 1 {
                panic!("the waker");
            }
        })
    };

    // Replaced in a later poll.
    let (mut recv, old) = (rx.recv(), bad());
    must_be_pending(&mut recv, &old);
    armed.store(1, Ordering::SeqCst);
    must_panic(|| poll_with(&mut recv, &waker));
    assert_eq!(armed.load(Ordering::SeqCst), 0);
    must_be_pending(&mut recv, &waker);
    tx.try_send(1).unwrap();
    assert_eq!(count.wakes(), 1);
    assert_eq!(must_be_ready(&mut recv), Ok(1));

    // Let go with its future.
    let mut recv = rx.recv();
    must_be_pending(&mut recv, &old);
    armed.store(1, Ordering::SeqCst);
    must_panic(|| drop(recv));
    let mut next = rx.recv();
    must_be_pending(&mut next, &waker);
    tx.try_send(2).unwrap();
    assert_eq!(count.wakes(), 2, "the one that left is out of the line");
    assert_eq!(must_be_ready(&mut next), Ok(2));

    // Let go with a waiting send, whose item must not be lost without a trace.
    let item = Arc::new(());
    let (tx, rx) = bounded(1);
    tx.try_send(Arc::clone(&item)).unwrap();
    let mut send = tx.send(Arc::clone(&item));
    must_be_pending(&mut send, &old);
    armed.store(1, Ordering::SeqCst);
    must_panic(|| drop(send));
    assert_eq!(Arc::strong_count(&item), 2);
    assert!(rx.try_recv().is_ok());
    assert!(rx.try_recv().is_err());
}

/// What a waker panics with may panic as it is dropped: with a panic under way already, that goes no further.
#[test]
fn what_a_waker_panics_with_may_panic_itself() {
    struct Payload;

    impl Drop for Payload {
        fn drop(&mut self) {
            panic!("the payload");
        }
    }

    let (tx, rx) = bounded::<u32>(1);
    let (count, waker) = counting_waker();
    let mut receives = [rx.recv(), rx.recv(), rx.recv()];
    must_be_pending(&mut receives[0], &hooked_at(Step::Wake, || panic!("the first waker")));
    must_be_pending(&mut receives[1], &hooked_at(Step::Wake, || std::panic::panic_any(Payload)));
    must_be_pending(&mut receives[2], &waker);
    let panic = catch_unwind(AssertUnwindSafe(|| tx.close())).unwrap_err();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"the first waker"));
    assert_eq!(count.wakes(), 1);
    receives.iter_mut().for_each(|recv| assert_eq!(must_be_ready(recv), Err(RecvError)));
}

/// A waker whose clone runs this, and whose clone's drop panics.
fn cloned_for_nothing(clone: impl Fn() + Send + Sync + 'static) -> Waker {
    let drops = AtomicUsize::new(0);
    hooked_waker(Hooks {
        clone: Box::new(clone),
        drop: Box::new(move || assert!(drops.fetch_add(1, Ordering::Relaxed) > 0, "the clone goes first")),
        ..Hooks::default()
    })
}

/// What comes while a new waker is cloned makes it unnecessary: its drop panics before anything has been taken.
#[test]
fn a_waker_that_is_not_needed_takes_nothing_along() {
    let (tx, rx) = bounded(1);
    let mut recv = rx.recv();
    assert!(is_pending(&mut recv));
    let waker = cloned_for_nothing({
        let tx = tx.clone();
        move || tx.try_send(1).unwrap()
    });
    assert!(catch_unwind(AssertUnwindSafe(|| poll_with(&mut recv, &waker))).is_err());
    assert_eq!(rx.len(), 1);
    assert_eq!(must_be_ready(&mut recv), Ok(1));

    let (tx, rx) = bounded(1);
    tx.try_send(1).unwrap();
    let mut reserve = tx.reserve();
    assert!(is_pending(&mut reserve));
    let waker = cloned_for_nothing(move || assert_eq!(rx.try_recv(), Ok(1)));
    assert!(catch_unwind(AssertUnwindSafe(|| poll_with(&mut reserve, &waker))).is_err());
    assert_eq!(tx.stats().reserved, 0);
    drop(must_be_ready(&mut reserve).unwrap());
}

/// The same of one who has just come: it keeps no room.
#[test]
fn a_waker_that_is_not_needed_keeps_no_room() {
    for (tx, rx) in [bifrons::bounded(1), bifrons::lifo::bounded(1), bifrons::priority::bounded(1)] {
        let tx = tx.into_async();
        tx.try_send(1).unwrap();
        let waker = cloned_for_nothing(move || assert_eq!(rx.try_recv(), Ok(1)));
        let mut reserve = tx.reserve();
        assert!(catch_unwind(AssertUnwindSafe(|| poll_with(&mut reserve, &waker))).is_err());
        assert_eq!(tx.stats().reserved, 0, "{tx:?}");
        drop(must_be_ready(&mut reserve).unwrap());
    }
}
