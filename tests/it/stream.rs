//! Receiving as a stream.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::thread;

use bifrons::future::RecvStream;
use futures_util::future::{self, join};
use futures_util::stream::{self, FusedStream, SelectAll};
use futures_util::{Stream, StreamExt, TryStreamExt};

use crate::support::{
    Census, EVERY_KIND, Executor, block_on, counting_waker, is_pending, must_be_pending, must_be_ready, queue, settle,
    watchdog, yield_now,
};

#[test]
fn a_stream_gives_all_and_ends() {
    let _dog = watchdog();
    for capacity in [Some(1), Some(3), Some(128), None] {
        let (tx, rx) = queue(capacity);
        let sender = thread::spawn(move || (0..1_000).for_each(|item| tx.send(item).unwrap()));
        let items: Vec<u32> = block_on(rx.into_async().into_stream().collect());
        assert!(items.into_iter().eq(0..1_000), "{capacity:?}");
        sender.join().unwrap();
    }
}

#[test]
fn a_stream_is_fused() {
    let (tx, rx) = bifrons::bounded(4);
    let rx = rx.into_async();
    let mut items = rx.stream();
    assert!(is_pending(&mut items.next()));
    assert!(!items.is_terminated());
    tx.send(1).unwrap();
    drop(tx);
    assert!(!items.is_terminated(), "something is left");
    assert_eq!(must_be_ready(&mut items.next()), Some(1));
    for _ in 0..3 {
        assert_eq!(must_be_ready(&mut items.next()), None);
        assert!(items.is_terminated());
    }
}

/// Several streams of one queue share its items; each is a receiver of its own.
#[test]
fn streams_share_the_items() {
    let (tx, rx) = bifrons::unbounded();
    let rx = rx.into_async();
    let (mut one, mut other) = (rx.stream(), rx.stream());
    assert_eq!(tx.receiver_count(), 3);
    for item in 0..4 {
        tx.send(item).unwrap();
    }
    assert_eq!(must_be_ready(&mut one.next()), Some(0));
    assert_eq!(must_be_ready(&mut other.next()), Some(1));
    assert_eq!(rx.try_recv(), Ok(2));
    assert_eq!(must_be_ready(&mut one.next()), Some(3));
    drop((rx, one));
    assert!(!tx.is_closed(), "a stream is a receiver");
    drop(other);
    assert!(tx.is_closed());
}

/// The stream waits as long as it is polled: dropping `next()` is no cancellation of the wait.
#[test]
fn a_waiting_stream_is_called_and_a_dropped_one_passes_it_on() {
    let (tx, rx) = bifrons::bounded(4);
    let rx = rx.into_async();
    let (first_count, first_waker) = counting_waker();
    let (second_count, second_waker) = counting_waker();
    let (mut first, mut second) = (rx.stream(), rx.stream());
    must_be_pending(&mut first.next(), &first_waker);
    must_be_pending(&mut second.next(), &second_waker);
    tx.send(1).unwrap();
    assert_eq!(first_count.wakes(), 1);
    drop(first);
    assert_eq!(second_count.wakes(), 1, "the call is passed on");
    assert_eq!(must_be_ready(&mut second.next()), Some(1));
}

#[test]
fn a_stream_of_borrowed_items() {
    let words = [String::from("one"), String::from("two")];
    let (tx, rx) = bifrons::bounded(2);
    for word in &words {
        tx.send(word.as_str()).unwrap();
    }
    drop(tx);
    let received: Vec<&str> = block_on(rx.into_async().into_stream().collect());
    assert_eq!(received, ["one", "two"]);
}

/// An owned stream needs no handle beside it and may go anywhere.
#[test]
fn an_owned_stream_moves_to_another_task() {
    let _dog = watchdog();
    fn numbers(count: u32) -> impl Stream<Item = u32> + Send + Unpin + 'static {
        let (tx, rx) = bifrons::bounded(2);
        thread::spawn(move || (0..count).for_each(|item| tx.send(item).unwrap()));
        rx.into_async().into_stream()
    }
    Executor::each(|executor| async move {
        let boxed: Pin<Box<dyn Stream<Item = u32> + Send>> = Box::pin(numbers(100));
        assert_eq!(boxed.fold(0, |sum, item| future::ready(sum + item)).await, 4_950, "{executor:?}");
    });
}

#[test]
fn buffer_unordered_works_on_several_items_at_once() {
    let _dog = watchdog();
    for capacity in EVERY_KIND {
        let (tx, rx) = queue(capacity);
        let sender = thread::spawn(move || (0..200_u64).for_each(|item| tx.send(item).unwrap()));
        let work = rx.into_async().into_stream().map(|item| async move {
            for _ in 0..item % 5 {
                yield_now().await;
            }
            item * item
        });
        let mut squares: Vec<_> = block_on(work.buffer_unordered(8).collect());
        squares.sort_unstable();
        assert!(squares.into_iter().eq((0..200).map(|item| item * item)), "{capacity:?}");
        sender.join().unwrap();
    }
}

#[test]
fn forwarded_into_another_queue() {
    let _dog = watchdog();
    for capacity in EVERY_KIND {
        let (first_tx, first_rx) = queue(capacity);
        let (second_tx, second_rx) = queue(capacity);
        let second_tx = second_tx.into_async();
        let feeding = thread::spawn(move || (0..200).for_each(|item| first_tx.send(item).unwrap()));
        let forwarding = first_rx.into_async().into_stream().map(|item| Ok(item + 1_000));
        let forwarding = async move { forwarding.try_for_each(|item: u32| second_tx.send(item)).await };
        let collecting = second_rx.into_async().into_stream().collect::<Vec<_>>();
        let (forwarded, items) = block_on(join(forwarding, collecting));
        assert_eq!(forwarded, Ok(()));
        assert!(items.into_iter().eq(1_000..1_200), "{capacity:?}");
        feeding.join().unwrap();
    }
}

#[test]
fn merged_with_other_streams() {
    let _dog = watchdog();
    let (senders, receivers): (Vec<_>, Vec<_>) = (0..10).map(|_| bifrons::bounded(1)).unzip();
    let merged: SelectAll<RecvStream<usize>> = receivers.into_iter().map(|rx| rx.into_async().into_stream()).collect();
    let threads: Vec<_> = senders
        .into_iter()
        .enumerate()
        .map(|(sender, tx)| thread::spawn(move || (0..50).for_each(|number| tx.send(sender * 50 + number).unwrap())))
        .collect();
    let mut items: Vec<_> = block_on(merged.collect());
    items.sort_unstable();
    assert!(items.into_iter().eq(0..500));
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}

#[test]
fn taken_peeked_chunked_and_tried() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::unbounded();
    let rx = rx.into_async();
    (0..20).for_each(|item| tx.send(item).unwrap());
    block_on(async {
        let three: Vec<_> = rx.stream().take(3).collect().await;
        assert_eq!(three, [0, 1, 2]);
        let mut peeked = rx.stream().peekable();
        assert_eq!(Pin::new(&mut peeked).peek().await, Some(&3));
        assert_eq!(peeked.next().await, Some(3));
        drop(peeked);
        let chunk = rx.stream().ready_chunks(6).next().await;
        assert_eq!(chunk, Some(vec![4, 5, 6, 7, 8, 9]));
        let failed = rx
            .stream()
            .map(|item| if item < 12 { Ok(item) } else { Err(item) })
            .try_for_each(|_| future::ready(Ok(())))
            .await;
        assert_eq!(failed, Err(12));
        drop(tx);
        assert_eq!(rx.stream().chain(stream::iter([99])).collect::<Vec<_>>().await.len(), 8);
    });
}

/// A loop over `select!` may use the stream itself, terminated or not.
#[test]
fn select_over_two_streams_ends() {
    let _dog = watchdog();
    let (left_tx, left_rx) = bifrons::bounded(1);
    let (right_tx, right_rx) = bifrons::bounded(1);
    let (mut left, mut right) = (left_rx.into_async().into_stream(), right_rx.into_async().into_stream());
    let left_thread = thread::spawn(move || (0..100).for_each(|item| left_tx.send(item).unwrap()));
    let right_thread = thread::spawn(move || (100..300).for_each(|item| right_tx.send(item).unwrap()));
    let items = block_on(async {
        let mut items = Vec::new();
        loop {
            futures_util::select! {
                item = left.select_next_some() => items.push(item),
                item = right.select_next_some() => items.push(item),
                complete => break items,
            }
        }
    });
    let (lefts, rights): (Vec<_>, Vec<_>) = items.into_iter().partition(|&item| item < 100);
    assert!(lefts.into_iter().eq(0..100) && rights.into_iter().eq(100..300));
    left_thread.join().unwrap();
    right_thread.join().unwrap();
}

#[test]
fn a_stream_dropped_with_items_drops_them_once() {
    let census = Census::new();
    let (tx, rx) = bifrons::bounded(4);
    (0..4).for_each(|id| tx.send(census.item(id)).unwrap());
    let mut items = rx.into_async().into_stream();
    let first = must_be_ready(&mut items.next()).unwrap();
    drop(items);
    assert_eq!(census.dropped(), [1, 2, 3]);
    drop(first);
    census.assert_all_dropped_once(0..4);
}

/// What `size_hint` says is true while others send and receive.
#[test]
fn the_size_hint_promises_nothing_false() {
    let (tx, rx) = bifrons::bounded(4);
    let mut items = rx.into_async().into_stream();
    (0..3).for_each(|item| tx.send(item).unwrap());
    let (least, most) = items.size_hint();
    drop(tx);
    let mut context = Context::from_waker(std::task::Waker::noop());
    let mut count = 0;
    while let Poll::Ready(Some(_)) = Pin::new(&mut items).poll_next(&mut context) {
        count += 1;
    }
    assert!(least <= count && most.is_none_or(|most| count <= most));
    assert_eq!(count, 3);
}

/// A stream on every executor, fed by a thread that pauses, so that the stream waits each time.
#[test]
fn a_slow_feeder_is_waited_for() {
    let _dog = watchdog();
    Executor::each(|executor| async move {
        let (tx, rx) = bifrons::bounded(1);
        let feeder = thread::spawn(move || {
            for item in 0..4 {
                settle();
                tx.send(item).unwrap();
            }
        });
        let items: Vec<_> = rx.into_async().into_stream().collect().await;
        assert_eq!(items, [0, 1, 2, 3], "{executor:?}");
        feeder.join().unwrap();
    });
}
