//! A queue's sending half as a sink.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::thread;

use bifrons::future::SendSink;
use bifrons::{AsyncReceiver, AsyncSender, SendError};
use futures_util::{FutureExt, SinkExt, StreamExt, TryStreamExt, stream};

use crate::support::{
    Census, Executor, Step, block_on, counting_waker, hooked_at, is_pending, must_be_pending, must_be_ready,
    wait_until, watchdog, yield_now,
};

fn each_order() -> [(AsyncSender<u32>, AsyncReceiver<u32>); 4] {
    [bifrons::bounded(1), bifrons::lifo::bounded(1), bifrons::priority::bounded(1), bifrons::bounded(0)]
        .map(|(tx, rx)| (tx.into_async(), rx.into_async()))
}

type Ready = Poll<Result<(), SendError<()>>>;

fn with<T>(
    sink: &mut SendSink<T>,
    waker: &Waker,
    step: impl FnOnce(Pin<&mut SendSink<T>>, &mut Context<'_>) -> Ready,
) -> Ready {
    step(Pin::new(sink), &mut Context::from_waker(waker))
}

fn ready<T>(sink: &mut SendSink<T>, waker: &Waker) -> Ready {
    with(sink, waker, |sink, context| futures_util::Sink::poll_ready(sink, context))
}

fn flush<T>(sink: &mut SendSink<T>, waker: &Waker) -> Ready {
    with(sink, waker, |sink, context| futures_util::Sink::poll_flush(sink, context))
}

#[test]
fn a_stream_is_forwarded_on_every_executor() {
    let _dog = watchdog();
    for which in 0..each_order().len() {
        Executor::each(|_| async move {
            let (tx, rx) = each_order().into_iter().nth(which).unwrap();
            let forward = stream::iter(0..100).map(Ok).forward(tx.into_sink());
            let (sent, received) = futures_util::join!(forward, rx.into_stream().collect::<Vec<_>>());
            sent.unwrap();
            assert!(received.into_iter().eq(0..100));
        });
    }
}

/// From one queue into the next, with work in between, threads at both ends.
#[test]
fn queues_make_a_pipeline() {
    let _dog = watchdog();
    let (first_tx, first_rx) = bifrons::bounded(2);
    let (last_tx, last_rx) = bifrons::bounded::<u64>(2);
    thread::scope(|scope| {
        scope.spawn(move || (0..200_u64).for_each(|item| first_tx.send(item).unwrap()));
        scope.spawn(move || {
            let work = first_rx.into_async().into_stream().map(|item| async move {
                yield_now().await;
                item * item
            });
            block_on(work.buffer_unordered(4).map(Ok).forward(last_tx.into_async().into_sink())).unwrap();
        });
        let mut received: Vec<_> = last_rx.iter().collect();
        received.sort_unstable();
        assert!(received.into_iter().eq((0..200).map(|item| item * item)));
    });
}

#[test]
fn buffered_stages_of_both_kinds_lose_nothing() {
    let _dog = watchdog();
    Executor::each(|_| async {
        let (tx, rx) = bifrons::bounded(3);
        let (tx, rx) = (tx.into_async(), rx.into_async());
        let source = stream::iter(0..60_u32).map(Ok::<_, SendError<()>>).map_ok(|item| item + 1);
        let stage = source.forward(tx.sink().with(|item: u32| async move { Ok::<_, SendError<()>>(item * 10) }));
        drop(tx);
        let sum =
            rx.into_stream().map(|item| async move { item }).buffered(5).fold(0, |sum, item| async move { sum + item });
        let (sent, sum) = futures_util::join!(stage, sum);
        sent.unwrap();
        assert_eq!(sum, (1..=60).map(|item| item * 10).sum::<u32>());
    });
}

/// It holds a place from the moment it is ready until an item is given to it.
#[test]
fn a_ready_sink_holds_a_place() {
    let _dog = watchdog();
    for (tx, rx) in each_order().into_iter().take(3) {
        let mut sink = tx.sink();
        assert_eq!(ready(&mut sink, Waker::noop()), Poll::Ready(Ok(())));
        assert_eq!(ready(&mut sink, Waker::noop()), Poll::Ready(Ok(())));
        assert_eq!(tx.stats().reserved, 1);
        assert!(tx.try_send(9).unwrap_err().is_full());
        Pin::new(&mut sink).start_send_unpin(1).unwrap();
        assert_eq!((tx.len(), tx.stats().reserved), (1, 0), "it is there at once");
        assert_eq!(flush(&mut sink, Waker::noop()), Poll::Ready(Ok(())));

        let (count, waker) = counting_waker();
        assert_eq!(ready(&mut sink, &waker), Poll::Pending);
        assert_eq!(must_be_ready(&mut rx.recv()), Ok(1));
        assert_eq!(count.wakes(), 1);
        assert_eq!(ready(&mut sink, &waker), Poll::Ready(Ok(())));
        // Dropped, it gives the place back, to one who waits.
        let (count, waker) = counting_waker();
        let mut send = tx.send(2);
        must_be_pending(&mut send, &waker);
        drop(sink);
        assert_eq!((count.wakes(), tx.stats().reserved), (1, 0));
        must_be_ready(&mut send).unwrap();
    }
}

/// Dropped as it waits, it passes on what it was called to.
#[test]
fn a_sink_that_is_dropped_passes_its_call_on() {
    let _dog = watchdog();
    for (tx, rx) in each_order().into_iter().take(3) {
        tx.try_send(0).unwrap();
        let mut sink = tx.sink();
        assert_eq!(ready(&mut sink, Waker::noop()), Poll::Pending);
        let (count, waker) = counting_waker();
        let mut behind = tx.send(1);
        must_be_pending(&mut behind, &waker);
        assert_eq!(must_be_ready(&mut rx.recv()), Ok(0));
        assert_eq!(count.wakes(), 0);
        drop(sink);
        assert_eq!(count.wakes(), 1);
        must_be_ready(&mut behind).unwrap();
    }
}

/// In a rendezvous one item rests in the sink; to flush is to wait until it has been taken.
#[test]
fn a_sink_over_a_rendezvous_holds_one_item() {
    let _dog = watchdog();
    let census = Census::new();
    let (tx, rx) = bifrons::bounded(0);
    let (tx, rx) = (tx.into_async(), rx.into_async());
    let mut sink = tx.sink();
    assert!(ready(&mut sink, Waker::noop()).is_ready());
    sink.start_send_unpin(census.item(0)).unwrap();
    assert_eq!(rx.try_recv().map(drop), Err(bifrons::TryRecvError::Empty), "it has not been offered yet");
    let (count, waker) = counting_waker();
    assert_eq!(flush(&mut sink, &waker), Poll::Pending);
    assert_eq!(ready(&mut sink, &waker), Poll::Pending, "one at a time");
    assert_eq!(must_be_ready(&mut rx.recv()).unwrap().id, 0);
    assert_eq!(count.wakes(), 1);
    assert_eq!(flush(&mut sink, &waker), Poll::Ready(Ok(())));
    // Dropped with an item, in line or not: the item goes with it.
    for in_line in [false, true] {
        assert!(ready(&mut sink, Waker::noop()).is_ready());
        sink.start_send_unpin(census.item(1 + u64::from(in_line))).unwrap();
        if in_line {
            assert!(flush(&mut sink, Waker::noop()).is_pending());
        }
        sink = tx.sink();
        assert_eq!((census.alive(), tx.stats().waiting_senders), (0, 0));
    }
    // Closed with one in it.
    assert!(ready(&mut sink, Waker::noop()).is_ready());
    sink.start_send_unpin(census.item(3)).unwrap();
    let (count, waker) = counting_waker();
    assert!(flush(&mut sink, &waker).is_pending());
    rx.close();
    assert_eq!(count.wakes(), 1);
    assert_eq!(flush(&mut sink, &waker), Poll::Ready(Err(SendError(()))));
    assert_eq!(ready(&mut sink, &waker), Poll::Ready(Err(SendError(()))));
    drop(sink);
    census.assert_all_dropped_once(0..4);
}

/// To close a sink is to give up its handle; the queue closes with its last one.
#[test]
fn a_closed_sink_closes_nobody_elses_queue() {
    let _dog = watchdog();
    for (tx, rx) in each_order() {
        let mut sink = tx.sink();
        assert_eq!(tx.sender_count(), 2);
        block_on(sink.close()).unwrap();
        assert_eq!((tx.sender_count(), tx.is_closed()), (1, false));
        assert_eq!(ready(&mut sink, Waker::noop()), Poll::Ready(Err(SendError(()))));
        assert_eq!(Pin::new(&mut sink).start_send_unpin(1), Err(SendError(())));
        block_on(sink.close()).unwrap();
        let mut last = tx.into_sink();
        // With a place in hand, which goes back.
        let _ = ready(&mut last, Waker::noop());
        block_on(last.close()).unwrap();
        assert!(rx.is_closed());
        assert_eq!(rx.stats().reserved, 0);
    }
}

#[test]
fn a_sink_says_that_the_queue_is_closed() {
    let _dog = watchdog();
    for (tx, rx) in each_order() {
        let mut sink = tx.sink();
        if tx.capacity() != Some(0) {
            assert!(ready(&mut sink, Waker::noop()).is_ready());
        }
        rx.close();
        let sent = block_on(async { sink.send(1).await });
        assert_eq!(sent, Err(SendError(())));
        assert_eq!(block_on(sink.send(2)), Err(SendError(())));
        assert_eq!((tx.len(), tx.stats().reserved), (0, 0));
    }
}

/// An item without a `poll_ready` is a mistake of the caller, and says so.
#[test]
fn an_item_without_being_ready_panics() {
    let (tx, _rx) = bifrons::bounded(1);
    let mut sink = tx.into_async().into_sink();
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| sink.start_send_unpin(1)));
    assert!(panic.is_err());
    block_on(sink.send(2)).unwrap();
}

/// `select!` of tokio and of futures, in which sends and receives lose now and then: each item arrives once.
#[test]
fn selects_of_the_runtimes_lose_nothing() {
    let _dog = watchdog();
    Executor::each(|_| async {
        for (tx, rx) in each_order() {
            let (side_tx, side_rx) = bifrons::bounded::<u32>(1);
            let (side_tx, side_rx) = (side_tx.into_async(), side_rx.into_async());
            let source = async move {
                let mut sink = tx.into_sink();
                for item in 0..50 {
                    // The sink may win or be given up as it waits for room; the item is still here then.
                    let mut place = std::pin::pin!(
                        std::future::poll_fn(|context| {
                            futures_util::Sink::<u32>::poll_ready(Pin::new(&mut sink), context)
                        })
                        .fuse()
                    );
                    let mut nudge = std::pin::pin!(yield_now().fuse());
                    futures_util::select_biased! {
                        ready = place => ready.unwrap(),
                        () = nudge => place.await.unwrap(),
                    }
                    sink.start_send_unpin(item).unwrap();
                    sink.flush().await.unwrap();
                }
                sink.close().await.unwrap();
            };
            let side = async move {
                for item in 50..100 {
                    side_tx.send(item).await.unwrap();
                }
            };
            let drain = async move {
                let mut received = Vec::new();
                let (mut main, mut other) = (true, true);
                while main || other {
                    tokio::select! {
                        item = rx.recv(), if main => match item {
                            Ok(item) => received.push(item),
                            Err(_) => main = false,
                        },
                        item = side_rx.recv(), if other => match item {
                            Ok(item) => received.push(item),
                            Err(_) => other = false,
                        },
                    }
                }
                received
            };
            let ((), (), mut received) = futures_util::join!(source, side, drain);
            received.sort_unstable();
            assert!(received.into_iter().eq(0..100));
        }
    });
}

/// Many sinks and senders of one queue, a thread that receives.
#[test]
fn sinks_share_a_queue() {
    let _dog = watchdog();
    for (tx, rx) in each_order() {
        let rx = rx.into_sync();
        thread::scope(|scope| {
            for sender in 0..3 {
                let mut sink = tx.sink();
                scope.spawn(move || {
                    block_on(async {
                        let mut items = stream::iter((sender * 40..sender * 40 + 40).map(Ok));
                        sink.send_all(&mut items).await.unwrap();
                    });
                });
            }
            let plain = tx.to_sync();
            scope.spawn(move || (120..160).for_each(|item| plain.send(item).unwrap()));
            drop(tx);
            let mut received: Vec<_> = rx.iter().collect();
            received.sort_unstable();
            assert!(received.into_iter().eq(0..160));
        });
        wait_until(|| rx.is_closed());
        assert_eq!(rx.stats().reserved, 0);
        assert!(!is_pending(&mut rx.to_async().recv()));
    }
}

/// The item was received by somebody else while a waker panicked: it is sent, whatever becomes of the queue.
#[test]
fn what_was_taken_during_a_panic_is_sent() {
    let (tx, rx) = bifrons::bounded(0);
    let (tx, rx) = (tx.into_async(), rx.into_async());
    let other = rx.clone();
    let thief = hooked_at(Step::Wake, move || {
        assert_eq!(other.try_recv(), Ok(1));
        panic!("it can not be woken");
    });
    let mut recv = rx.recv();
    must_be_pending(&mut recv, &thief);
    let mut sink = tx.sink();
    assert_eq!(ready(&mut sink, Waker::noop()), Poll::Ready(Ok(())));
    futures_util::Sink::start_send(Pin::new(&mut sink), 1).unwrap();
    assert!(catch_unwind(AssertUnwindSafe(|| flush(&mut sink, Waker::noop()))).is_err());
    rx.close();
    assert_eq!(flush(&mut sink, Waker::noop()), Poll::Ready(Ok(())));
}
