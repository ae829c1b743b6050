//! The async face: each verb, on every executor.

use std::collections::VecDeque;
use std::thread;

use bifrons::{RecvError, SendError, TryRecvError, TrySendError};
use futures_util::future::{join, join_all};
use futures_util::{FutureExt, StreamExt};

use crate::support::{
    EVERY_KIND, Executor, block_on, counting_waker, is_pending, must_be_pending, must_be_ready, queue, settle,
    until_changed, watchdog, yield_now,
};

#[test]
fn recv_waits_for_an_item() {
    let _dog = watchdog();
    for capacity in EVERY_KIND {
        Executor::each(|executor| async move {
            let (tx, rx) = queue(capacity);
            let (tx, rx) = (tx.into_async(), rx.into_async());
            let sending = async {
                for _ in 0..3 {
                    yield_now().await;
                }
                tx.send(executor).await
            };
            assert_eq!(join(rx.recv(), sending).await, (Ok(executor), Ok(())), "{capacity:?}");
        });
    }
}

#[test]
fn send_waits_for_room() {
    let _dog = watchdog();
    for capacity in [1, 3] {
        Executor::each(|executor| async move {
            let (tx, rx) = bifrons::bounded(capacity);
            let (tx, rx) = (tx.into_async(), rx.into_async());
            for item in 0..capacity {
                tx.send(item).await.unwrap();
            }
            assert_eq!(tx.send(99).now_or_never(), None, "no room");
            let receiving = async {
                for _ in 0..3 {
                    yield_now().await;
                }
                rx.recv().await
            };
            assert_eq!(join(tx.send(capacity), receiving).await, (Ok(()), Ok(0)), "{executor:?}");
            for item in 1..=capacity {
                assert_eq!(rx.recv().await, Ok(item), "{executor:?}");
            }
            assert!(rx.is_empty(), "the send that was given up sent nothing");
        });
    }
}

#[test]
fn the_close_ends_every_wait() {
    let _dog = watchdog();
    for capacity in EVERY_KIND {
        Executor::each(|executor| async move {
            let (tx, rx) = queue::<String>(capacity);
            let (tx, rx) = (tx.into_async(), rx.into_async());
            let closing = async {
                yield_now().await;
                tx.close()
            };
            let waiting = join(rx.recv(), join(rx.closed(), tx.closed()));
            let (received, closed) = join(waiting, closing).await;
            assert_eq!(received, (Err(RecvError), ((), ())), "{executor:?}");
            assert!(closed);
            assert_eq!(tx.send(String::from("back")).await, Err(SendError(String::from("back"))));
            assert_eq!(rx.recv().await, Err(RecvError));
            tx.closed().await;
            rx.closed().await;
        });
    }
    for capacity in [0, 1] {
        Executor::each(|executor| async move {
            let (tx, rx) = bifrons::bounded(capacity);
            let (tx, rx) = (tx.into_async(), rx.into_async());
            for item in 0..capacity {
                tx.send(item).await.unwrap();
            }
            let closing = async {
                yield_now().await;
                drop(rx);
            };
            let (sent, ()) = join(tx.send(7), closing).await;
            assert_eq!(sent, Err(SendError(7)), "{executor:?}");
        });
    }
}

#[test]
fn the_tries_answer_at_once() {
    let _dog = watchdog();
    Executor::each(|_| async {
        let (tx, rx) = bifrons::bounded(2);
        let (tx, rx) = (tx.into_async(), rx.into_async());
        assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
        assert_eq!(tx.try_send(1), Ok(()));
        assert_eq!(tx.try_send(2), Ok(()));
        assert_eq!(tx.try_send(3), Err(TrySendError::Full(3)));
        assert_eq!(rx.try_recv(), Ok(1));
        let drained: Vec<_> = rx.drain().collect();
        assert_eq!(drained, [2]);
        drop(rx);
        assert_eq!(tx.try_send(4), Err(TrySendError::Closed(4)));
    });
}

#[test]
fn streams_are_followed_to_their_end() {
    let _dog = watchdog();
    for capacity in EVERY_KIND {
        Executor::each(|executor| async move {
            let (tx, rx) = queue(capacity);
            let (tx, rx) = (tx.into_async(), rx.into_async());
            let sending = async move {
                for item in 0..300 {
                    tx.send(item).await.unwrap();
                }
            };
            let (items, ()) = join(rx.into_stream().collect::<Vec<_>>(), sending).await;
            assert!(items.into_iter().eq(0..300), "{capacity:?} on {executor:?}");
        });
    }
}

#[test]
fn many_tasks_share_one_queue() {
    let _dog = watchdog();
    for capacity in EVERY_KIND {
        Executor::each(|executor| async move {
            let (tx, rx) = queue(capacity);
            let (tx, rx) = (tx.into_async(), rx.into_async());
            let senders = (0..5_u32).map(|sender| {
                let tx = tx.clone();
                async move {
                    for number in 0..40 {
                        tx.send(sender * 40 + number).await.unwrap();
                    }
                }
            });
            let receivers = (0..3).map(|_| {
                let rx = rx.clone();
                async move {
                    let mut received = Vec::new();
                    while let Ok(item) = rx.recv().await {
                        received.push(item);
                    }
                    received
                }
            });
            let (senders, receivers) = (join_all(senders), join_all(receivers));
            drop((tx, rx));
            let (_, received) = join(senders, receivers).await;
            let mut all: Vec<_> = received.into_iter().flatten().collect();
            all.sort_unstable();
            assert!(all.into_iter().eq(0..200), "{capacity:?} on {executor:?}");
        });
    }
}

/// Tasks that were spawned, so that they run on several workers at once.
#[test]
fn spawned_tasks_on_the_workers_of_tokio() {
    let _dog = watchdog();
    for capacity in EVERY_KIND {
        Executor::TokioMultiThread.run(async move {
            let (tx, rx) = queue(capacity);
            let (tx, rx) = (tx.into_async(), rx.into_async());
            for sender in 0..4_u64 {
                let tx = tx.clone();
                tokio::spawn(async move {
                    for number in 0..500 {
                        tx.send(sender * 500 + number).await.unwrap();
                    }
                });
            }
            drop(tx);
            let receivers = (0..4).map(|_| {
                let rx = rx.clone();
                tokio::spawn(async move { rx.into_stream().collect::<Vec<_>>().await })
            });
            let mut all: Vec<_> = join_all(receivers).await.into_iter().flat_map(Result::unwrap).collect();
            all.sort_unstable();
            assert!(all.into_iter().eq(0..2_000), "{capacity:?}");
        });
    }
}

/// Items call the tasks that wait one by one, in the order in which they came.
#[test]
fn receivers_are_called_in_arrival_order() {
    let (tx, rx) = bifrons::unbounded();
    let rx = rx.into_async();
    let (counts, wakers): (Vec<_>, Vec<_>) = (0..5).map(|_| counting_waker()).unzip();
    let mut futures: Vec<_> = (0..5).map(|_| rx.recv()).collect();
    for (future, waker) in futures.iter_mut().zip(&wakers) {
        must_be_pending(future, waker);
    }
    for item in 0..5 {
        tx.send(item).unwrap();
        let wakes: Vec<_> = counts.iter().map(|count| count.wakes()).collect();
        let expected: Vec<_> = (0..5).map(|waiter| usize::from(waiter <= item)).collect();
        assert_eq!(wakes, expected, "one item, one call, to the head of the line");
    }
    for (item, future) in futures.iter_mut().enumerate() {
        assert_eq!(must_be_ready(future), Ok(item));
    }
}

#[test]
fn senders_are_called_in_arrival_order() {
    let (tx, rx) = bifrons::bounded(1);
    let tx = tx.into_async();
    tx.try_send(0).unwrap();
    let (counts, wakers): (Vec<_>, Vec<_>) = (0..5).map(|_| counting_waker()).unzip();
    let mut futures: Vec<_> = (1..=5).map(|item| tx.send(item)).collect();
    for (future, waker) in futures.iter_mut().zip(&wakers) {
        must_be_pending(future, waker);
    }
    for (turn, future) in futures.iter_mut().enumerate() {
        assert_eq!(rx.try_recv(), Ok(turn));
        let wakes: Vec<_> = counts.iter().map(|count| count.wakes()).collect();
        let expected: Vec<_> = (0..5).map(|waiter| usize::from(waiter <= turn)).collect();
        assert_eq!(wakes, expected, "one place, one call, to the head of the line");
        assert_eq!(must_be_ready(future), Ok(()));
    }
    assert_eq!(rx.try_recv(), Ok(5));
}

/// One drain calls as many senders as it made room for, and no more.
#[test]
fn a_drain_calls_for_each_place() {
    let (tx, rx) = bifrons::bounded(3);
    let tx = tx.into_async();
    for item in 0..3 {
        tx.try_send(item).unwrap();
    }
    let (counts, wakers): (Vec<_>, Vec<_>) = (0..5).map(|_| counting_waker()).unzip();
    let mut futures: Vec<_> = (3..8).map(|item| tx.send(item)).collect();
    for (future, waker) in futures.iter_mut().zip(&wakers) {
        must_be_pending(future, waker);
    }
    assert!(rx.drain().take(3).eq(0..3));
    let wakes: Vec<_> = counts.iter().map(|count| count.wakes()).collect();
    assert_eq!(wakes, [1, 1, 1, 0, 0]);
    for future in &mut futures[..3] {
        assert_eq!(must_be_ready(future), Ok(()));
    }
    assert_eq!(futures.iter_mut().skip(3).filter_map(|future| future.take()).collect::<Vec<_>>(), [6, 7]);
    assert!(rx.try_iter().eq(3..6));
}

/// A newcomer that need not wait may take the item of a called task, which keeps its place.
#[test]
fn an_overtaken_task_keeps_its_place() {
    let (tx, rx) = bifrons::unbounded();
    let rx = rx.into_async();
    let (first_count, first_waker) = counting_waker();
    let (second_count, second_waker) = counting_waker();
    let (mut first, mut second) = (rx.recv(), rx.recv());
    must_be_pending(&mut first, &first_waker);
    must_be_pending(&mut second, &second_waker);
    tx.send(1).unwrap();
    assert_eq!((first_count.wakes(), second_count.wakes()), (1, 0));
    assert_eq!(rx.try_recv(), Ok(1), "nobody else took it yet");
    must_be_pending(&mut first, &first_waker);
    tx.send(2).unwrap();
    assert_eq!((first_count.wakes(), second_count.wakes()), (2, 0), "still at the head of the line");
    assert_eq!(must_be_ready(&mut first), Ok(2));
    tx.send(3).unwrap();
    assert_eq!(second_count.wakes(), 1);
    assert_eq!(must_be_ready(&mut second), Ok(3));
}

/// A thread in the line between two tasks has its turn between theirs.
#[test]
fn threads_and_tasks_stand_in_one_line() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::bounded(8);
    let async_rx = rx.to_async();
    let (first_count, first_waker) = counting_waker();
    let (last_count, last_waker) = counting_waker();
    let (mut first, mut last) = (async_rx.recv(), async_rx.recv());
    thread::scope(|scope| {
        must_be_pending(&mut first, &first_waker);
        let task_alone = format!("{rx:?}");
        let thread = scope.spawn(|| rx.recv());
        until_changed(&rx, &task_alone);
        tx.send(1).unwrap();
        assert_eq!(first_count.wakes(), 1, "the first in line is the task");
        assert_eq!(must_be_ready(&mut first), Ok(1));
        must_be_pending(&mut last, &last_waker);
        tx.send(2).unwrap();
        assert_eq!(thread.join().unwrap(), Ok(2));
        assert_eq!(last_count.wakes(), 0, "the thread came before");
        tx.send(3).unwrap();
        assert_eq!(last_count.wakes(), 1);
        assert_eq!(must_be_ready(&mut last), Ok(3));
    });
}

#[test]
fn ready_at_once_needs_no_waker() {
    let (tx, rx) = bifrons::bounded(1);
    let (tx, rx) = (tx.into_async(), rx.into_async());
    assert_eq!(tx.send(5).now_or_never(), Some(Ok(())));
    assert_eq!(rx.recv().now_or_never(), Some(Ok(5)));
    assert_eq!(rx.recv().now_or_never(), None);
    assert_eq!(rx.closed().now_or_never(), None);
    rx.close();
    assert_eq!(rx.closed().now_or_never(), Some(()));
    assert_eq!(rx.recv().now_or_never(), Some(Err(RecvError)));
    assert_eq!(tx.send(6).now_or_never(), Some(Err(SendError(6))));
}

/// The future that waits on another thread is woken there, with nobody else on this executor.
#[test]
fn a_wake_from_a_thread_reaches_every_executor() {
    let _dog = watchdog();
    for capacity in EVERY_KIND {
        Executor::each(|executor| async move {
            let (tx, rx) = queue(capacity);
            let rx = rx.into_async();
            let sender = thread::spawn(move || {
                for item in 0..5 {
                    settle();
                    tx.send(item).unwrap();
                }
            });
            let mut items = rx.stream();
            for item in 0..5 {
                assert_eq!(items.next().await, Some(item), "{capacity:?} on {executor:?}");
            }
            assert_eq!(items.next().await, None);
            sender.join().unwrap();
        });
    }
}

#[test]
fn a_completed_future_is_terminated_and_may_not_be_polled() {
    use futures_util::future::FusedFuture;

    let (tx, rx) = bifrons::bounded(1);
    let (tx, rx) = (tx.into_async(), rx.into_async());
    let (mut send, mut recv, mut closed) = (tx.send(1), rx.recv(), tx.closed());
    assert!(!send.is_terminated() && !recv.is_terminated() && !closed.is_terminated());
    assert!(is_pending(&mut recv) && is_pending(&mut closed));
    assert!(!recv.is_terminated() && !closed.is_terminated());
    must_be_ready(&mut send).unwrap();
    assert_eq!(must_be_ready(&mut recv), Ok(1));
    rx.close();
    must_be_ready(&mut closed);
    assert!(send.is_terminated() && recv.is_terminated() && closed.is_terminated());

    assert_refuses("send", || assert!(is_pending(&mut send)));
    assert_refuses("recv", || assert!(is_pending(&mut recv)));
    assert_refuses("closed", || assert!(is_pending(&mut closed)));

    // What was refused did no harm.
    drop((send, recv, closed));
    let (tx, rx) = (tx.into_sync(), rx.into_sync());
    assert_eq!(tx.send(2), Err(SendError(2)));
    assert_eq!(rx.recv(), Err(RecvError));
    block_on(rx.into_async().closed());
}

fn assert_refuses(what: &str, poll: impl FnOnce()) {
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(poll)).expect_err(what);
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .expect("a message");
    assert!(message.contains("poll"), "{what} says what was wrong: {message}");
}

/// Every other future ends in the same way.
#[test]
fn none_is_polled_after_its_end() {
    use futures_util::future::FusedFuture;
    let (tx, rx) = bifrons::unbounded::<u32>();
    let (tx, rx) = (tx.into_async(), rx.into_async());
    macro_rules! refuses {
        ($future:expr) => {{
            let mut future = $future;
            let _ended = must_be_ready(&mut future);
            assert!(future.is_terminated());
            assert_refuses(stringify!($future), || assert!(is_pending(&mut future)));
        }};
    }
    let (mut items, mut received) = (VecDeque::from([1, 2]), Vec::new());
    refuses!(tx.send_many(&mut items));
    refuses!(rx.recv_many(&mut received, 1));
    refuses!(rx.recv_task());
    refuses!(tx.join());
    refuses!(tx.reserve());
    refuses!(tx.reserve_many(2));
    refuses!(tx.clone().reserve_owned());
    refuses!(tx.clone().send_owned(3));
    refuses!(rx.clone().into_recv());
    assert_eq!(tx.stats().reserved, 0);
}

/// A future says whether it stands in line.
#[test]
fn a_future_tells_where_it_stands() {
    let (tx, rx) = queue(Some(1));
    let (tx, rx) = (tx.into_async(), rx.into_async());
    let mut recv = rx.recv();
    assert!(format!("{recv:?}").contains("in_line: false"), "{recv:?}");
    assert!(is_pending(&mut recv));
    assert!(format!("{recv:?}").contains("in_line: true"), "{recv:?}");
    tx.try_send(1).unwrap();
    assert_eq!(must_be_ready(&mut recv), Ok(1));
    assert!(format!("{recv:?}").contains("in_line: false"), "{recv:?}");
}
