//! Family B, continued: a queue between other people's streams and sinks loses nothing.

use std::thread;

use futures_util::{SinkExt, StreamExt, stream};

use super::harness::{ALL, Case, Face, each};
use crate::support::{block_on, counting_waker, is_pending, must_be_pending, must_be_ready, yield_now};

fn awaiting(case: Case) -> bool {
    (case.from, case.to) == (Face::Awaiting, Face::Awaiting)
}

/// A stream that is forwarded into a sink arrives whole, in order, and its end closes the queue.
#[test]
fn b28_forward() {
    each(&ALL, |case| {
        if !awaiting(case) {
            return;
        }
        for count in [0, 1, 7, 300] {
            let (tx, rx) = case.queue();
            let (sink, stream) = (tx.to_async().into_sink(), rx.to_async().into_stream());
            drop((tx, rx));
            let forward = stream::iter(0..count).map(Ok).forward(sink);
            let (sent, received) = block_on(futures_util::future::join(forward, stream.collect::<Vec<u64>>()));
            sent.unwrap();
            assert!(received.into_iter().eq(0..count));
        }
    });
}

/// From queue to queue, with a thread at each end.
#[test]
fn b28_forward_between_threads() {
    each(&ALL, |case| {
        if !awaiting(case) {
            return;
        }
        const COUNT: u64 = 500;
        let ((first_tx, first_rx), (second_tx, second_rx)) = (case.queue(), case.queue());
        let source = thread::spawn({
            let first_tx = first_tx.turned(Face::Blocking);
            move || (0..COUNT).for_each(|n| first_tx.send(n).unwrap())
        });
        let between = thread::spawn({
            let (stream, sink) = (first_rx.to_async().into_stream(), second_tx.to_async().into_sink());
            drop((first_rx, second_tx));
            let work = stream.then(|n| async move {
                yield_now().await;
                Ok(n)
            });
            move || block_on(work.forward(sink)).unwrap()
        });
        let second_rx = second_rx.turned(Face::Blocking);
        (0..COUNT).for_each(|n| assert_eq!(second_rx.recv(), Ok(n)));
        assert!(second_rx.recv().is_err());
        source.join().unwrap();
        between.join().unwrap();
    });
}

/// A sink that is closed gives up its own sender, and another sink of the same queue works on.
#[test]
fn b28_one_of_two_sinks_closes() {
    each(&[Some(1), Some(3), None], |case| {
        if !awaiting(case) {
            return;
        }
        let (tx, rx) = case.queue();
        let (mut one, mut other) = (tx.to_async().into_sink(), tx.to_async().into_sink());
        drop(tx);
        block_on(one.send(1)).unwrap();
        assert_eq!(rx.recv(), Ok(1));
        block_on(one.close()).unwrap();
        assert_eq!(rx.to_async().sender_count(), 1);
        assert!(!rx.to_async().is_closed());
        block_on(other.send(2)).unwrap();
        assert_eq!(rx.recv(), Ok(2));
        let waiting = rx.start_recv();
        block_on(other.close()).unwrap();
        assert!(waiting.finish().is_err());
    });
}

/// A sink that was ready holds its place, which comes back when the sink goes unused.
#[test]
fn b28_ready_and_gone() {
    each(&[Some(1)], |case| {
        if !awaiting(case) {
            return;
        }
        let (tx, rx) = case.queue::<u64>();
        let mut sink = tx.to_async().into_sink();
        block_on(std::future::poll_fn(|context| sink.poll_ready_unpin(context))).unwrap();
        assert!(tx.try_send(1).unwrap_err().is_full(), "the sink has the place");
        let async_tx = tx.to_async();
        let (count, waker) = counting_waker();
        let mut send = async_tx.send(2);
        must_be_pending(&mut send, &waker);
        drop(sink);
        assert_eq!((count.wakes(), must_be_ready(&mut send)), (1, Ok(())));
        assert_eq!(rx.recv(), Ok(2));
        let mut sink = tx.to_async().into_sink();
        let mut waits = tx.to_async().into_sink();
        block_on(std::future::poll_fn(|context| sink.poll_ready_unpin(context))).unwrap();
        let mut second = Box::pin(waits.send(4));
        assert!(is_pending(&mut second));
        sink.start_send_unpin(3).unwrap();
        assert_eq!(rx.recv(), Ok(3));
        block_on(second).unwrap();
        assert_eq!(rx.recv(), Ok(4));
    });
}
