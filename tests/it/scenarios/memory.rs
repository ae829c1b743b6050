//! Family C: payloads and waiters of every shape stay whole, wherever they are moved or dropped.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::thread;

use bifrons::{SendError, TryRecvError, TrySendError};
use futures_util::StreamExt;

use super::harness::{ALL, Face, TIGHT, each, leak};
use crate::support::{
    Census, Random, StartLine, block_on, counting_waker, is_pending, jitter, must_be_pending, must_be_ready, poll_with,
    rounds, yield_now,
};

/// A payload that must stay on its thread keeps everything that could carry it there.
#[test]
fn c30_auto_traits_follow_the_payload() {
    use bifrons::future::{ClosedFuture, RecvFuture, RecvStream, SendFuture};
    use bifrons::iter::{Drain, IntoIter, Iter, TryIter};
    use bifrons::{AsyncReceiver, AsyncSender, Receiver, Sender, WeakReceiver, WeakSender};
    use std::cell::Cell;
    use std::rc::Rc;

    fn crosses_threads<T: Send>() {}
    fn is_shared<T: Sync>() {}

    /// Two ways to the same name if the type has the trait, so that naming it does not compile.
    macro_rules! lacks {
        ($Type:ty, $Trait:ident) => {{
            trait Ambiguous<A> {
                fn name() {}
            }
            struct HasIt;
            impl<T> Ambiguous<()> for T {}
            impl<T: $Trait> Ambiguous<HasIt> for T {}
            <$Type as Ambiguous<_>>::name();
        }};
    }

    macro_rules! handles {
        ($($Handle:ident),*) => {$(
            // Not even the payload's own threads may share it, and still it may travel.
            crosses_threads::<$Handle<Cell<u8>>>();
            is_shared::<$Handle<Cell<u8>>>();
            lacks!($Handle<Rc<u8>>, Send);
            lacks!($Handle<Rc<u8>>, Sync);
        )*};
    }
    handles!(Sender, AsyncSender, Receiver, AsyncReceiver, WeakSender, WeakReceiver);

    macro_rules! borrowers {
        ($($Type:ident),*) => {$(
            crosses_threads::<$Type<'static, Cell<u8>>>();
            lacks!($Type<'static, Rc<u8>>, Send);
        )*};
    }
    borrowers!(SendFuture, RecvFuture, ClosedFuture, Iter, TryIter);

    macro_rules! owners {
        ($($Type:ident),*) => {$(
            crosses_threads::<$Type<Cell<u8>>>();
            lacks!($Type<Rc<u8>>, Send);
        )*};
    }
    owners!(RecvStream, IntoIter, Drain);
}

/// Moves the value to another address.
fn moved<T>(value: T) -> Box<T> {
    let mut room: Box<Option<T>> = Box::new(None);
    *room = Some(value);
    Box::new(room.take().expect("just put there"))
}

/// What was polled may be moved, and its handles turned over, before it is woken.
#[test]
fn c31_waiter_moved() {
    each(&ALL, |case| {
        let (tx, rx) = case.queue();
        let (async_rx, converted) = (rx.to_async(), rx.to_async());
        let (count, waker) = counting_waker();
        let mut receive = async_rx.recv();
        must_be_pending(&mut receive, &waker);
        let mut receive = moved(receive);
        drop(converted.into_sync().into_async().into_sync());
        let send = tx.start_send(1);
        assert_eq!(count.wakes(), 1);
        assert_eq!(poll_with(&mut *receive, &waker), Poll::Ready(Ok(1)));
        assert_eq!(send.finish(), Ok(()));

        let mut stream = rx.to_async().into_stream();
        must_be_pending(&mut stream.next(), &waker);
        let mut stream = moved(stream);
        let send = tx.start_send(2);
        assert_eq!(count.wakes(), 2);
        let polled = Pin::new(&mut *stream).poll_next_unpin(&mut Context::from_waker(&waker));
        assert_eq!(polled, Poll::Ready(Some(2)));
        assert_eq!(send.finish(), Ok(()));

        let async_tx = tx.to_async();
        let mut closed = async_tx.closed();
        must_be_pending(&mut closed, &waker);
        let mut closed = moved(closed);
        must_be_pending(&mut moved(async_rx.closed()), &waker);
        rx.close();
        assert_eq!(count.wakes(), 3);
        must_be_ready(&mut *closed);
    });
    each(&TIGHT, |case| {
        let (tx, rx, full) = case.full_queue();
        let (async_tx, converted) = (tx.to_async(), tx.to_async());
        let (count, waker) = counting_waker();
        let mut send = async_tx.send(full);
        must_be_pending(&mut send, &waker);
        let mut send = moved(send);
        drop(converted.into_sync().into_async().into_sync());
        assert_eq!(rx.recv(), Ok(0));
        assert_eq!(count.wakes(), 1);
        assert_eq!(must_be_ready(&mut *send), Ok(()));
    });
}

/// Items pass whole from a blocking sender through a stream into concurrent work.
#[test]
fn c32_stream_buffered_over_a_blocking_sender() {
    each(&[Some(0), Some(1), None], |case| {
        if (case.from, case.to) != (Face::Blocking, Face::Awaiting) {
            return;
        }
        let (tx, rx) = case.queue::<Vec<u64>>();
        let stream = rx.to_async().into_stream();
        drop(rx);
        let producer = thread::spawn(move || {
            for n in 0..1_500_u64 {
                tx.send((n..n + 1 + n % 7).collect()).unwrap();
            }
        });
        let work = stream.map(|item| async move {
            yield_now().await;
            assert!(item.windows(2).all(|pair| pair[1] == pair[0] + 1), "{item:?}");
            (item[0], item.len() as u64)
        });
        let mut done: Vec<_> = block_on(work.buffer_unordered(2).collect());
        producer.join().unwrap();
        done.sort_unstable();
        assert_eq!(done, (0..1_500).map(|n| (n, 1 + n % 7)).collect::<Vec<_>>());
    });
}

/// A receive that was polled and is dropped while an item arrives neither keeps nor harms it.
#[test]
fn c33_polled_receive_dropped_during_send() {
    let seed = Random::from_chance().draw();
    each(&ALL, |case| {
        if case.to == Face::Blocking {
            return;
        }
        let mut random = Random::new(seed);
        let census = Census::new();
        let (tx, rx) = case.queue();
        let async_rx = rx.to_async();
        let mut made = 0;
        for id in rounds(250) {
            made += 1;
            let mut receive = async_rx.recv();
            assert!(is_pending(&mut receive));
            let line = StartLine::new(2);
            let item = census.item(id);
            let sent = thread::scope(|scope| {
                let sender = scope.spawn(|| {
                    line.wait();
                    tx.try_send(item)
                });
                line.wait();
                jitter(&mut random);
                drop(receive);
                sender.join().unwrap()
            });
            let got = rx.try_recv();
            match sent {
                Ok(()) => assert_eq!(got.unwrap().id, id),
                Err(error) => {
                    assert!(case.capacity == Some(0) && error.is_full());
                    assert_eq!(got.unwrap_err(), TryRecvError::Empty);
                }
            }
        }
        drop((async_rx, tx, rx));
        census.assert_all_dropped_once(0..made);
    });
}

/// The mirror: a send that was polled and is dropped while room appears sent its item or did not.
#[test]
fn c33_polled_send_dropped_during_receive() {
    let seed = Random::from_chance().draw();
    each(&TIGHT, |case| {
        if case.from == Face::Blocking {
            return;
        }
        let mut random = Random::new(seed);
        let census = Census::new();
        let (tx, rx) = case.queue();
        let (async_tx, full) = (tx.to_async(), case.capacity.unwrap() as u64);
        for round in rounds(250) {
            (0..full).for_each(|n| tx.try_send(census.item(1_000 * n + round)).unwrap());
            let mut send = async_tx.send(census.item(100_000 + round));
            assert!(is_pending(&mut send));
            let line = StartLine::new(2);
            let (first, back) = thread::scope(|scope| {
                let receiver = scope.spawn(|| {
                    line.wait();
                    rx.try_recv().ok()
                });
                line.wait();
                jitter(&mut random);
                // Every second one is taken back before it is dropped.
                let back = if round % 2 == 0 { send.take() } else { None };
                drop(send);
                (receiver.join().unwrap(), back)
            });
            let mut ids: Vec<u64> = first.iter().map(|item| item.id).collect();
            ids.extend(std::iter::from_fn(|| Some(rx.try_recv().ok()?.id)));
            let sent = ids.contains(&(100_000 + round));
            assert_eq!(ids.len() as u64, full + u64::from(sent));
            if round % 2 == 0 {
                assert_eq!(back.is_some(), !sent, "sent or given back");
            }
        }
        drop((async_tx, tx, rx));
        assert_eq!(census.alive(), 0);
        let mut dropped = census.dropped();
        dropped.sort_unstable();
        dropped.dedup();
        assert_eq!(dropped.len(), census.made(), "each item is dropped once");
    });
}

/// The first sends may race one another and the last receiver's going.
#[test]
fn c34_first_sends_against_the_last_drop() {
    let seed = Random::from_chance().draw();
    each(&ALL, |case| {
        let mut random = Random::new(seed);
        for _ in rounds(60) {
            let census = Census::new();
            let (tx, rx) = case.queue();
            let line = StartLine::new(3);
            thread::scope(|scope| {
                for id in 0..2 {
                    let (tx, item, line) = (tx.clone(), census.item(id), &line);
                    scope.spawn(move || {
                        line.wait();
                        if let Err(SendError(back)) = tx.send(item) {
                            assert_eq!(back.id, id);
                        }
                    });
                }
                line.wait();
                jitter(&mut random);
                drop(rx);
            });
            // Nobody can receive any more, so nothing is kept, though a sender is left.
            census.assert_all_dropped_once(0..2);
            assert!(matches!(tx.try_send(census.item(2)), Err(TrySendError::Closed(_))));
        }
    });
}

/// A called future that is kept unpolled holds one call; dropping it sets that free.
#[test]
fn c35_call_held_unpolled() {
    each(&[Some(3), Some(128), None], |case| {
        let (tx, rx) = case.queue();
        let held = rx.clone().turned(Face::Awaiting).start_recv();
        let other = rx.start_recv();
        tx.send(1).unwrap();
        tx.send(2).unwrap();
        assert_eq!(other.finish(), Ok(1));
        let heir = rx.start_recv();
        assert_eq!(heir.finish(), Ok(2));
        let heir = rx.start_recv();
        drop(held);
        tx.send(3).unwrap();
        assert_eq!(heir.finish(), Ok(3));
    });
    each(&[Some(2), Some(3)], |case| {
        let (tx, rx, full) = case.full_queue();
        let held = tx.clone().turned(Face::Awaiting).start_send(100);
        let other = tx.start_send(101);
        let mut received = vec![rx.recv().unwrap(), rx.recv().unwrap()];
        assert_eq!(other.finish(), Ok(()));
        drop(held);
        while tx.try_send(102).is_ok() {}
        received.extend(std::iter::from_fn(|| rx.try_recv().ok()));
        let others = received.iter().filter(|&&id| id < full || id == 101).count() as u64;
        assert_eq!(others, full + 1);
    });
}

/// Handles and iterators that are forgotten keep the queue open, and it works on.
#[test]
fn c35_handles_forgotten() {
    each(&ALL, |case| {
        let (tx, rx) = case.queue();
        leak((tx.clone(), rx.clone()));
        if case.capacity != Some(0) {
            tx.send(1).unwrap();
            leak(rx.to_async().drain());
            assert_eq!(rx.try_recv(), Err(TryRecvError::Empty), "forgotten with the iterator");
        }
        let waiting = rx.start_recv();
        let send = tx.start_send(2);
        assert_eq!((waiting.finish(), send.finish()), (Ok(2), Ok(())));

        let heir = rx.downgrade();
        drop(rx);
        let waiting = tx.start_send(3);
        let rx = heir.upgrade().expect("a forgotten receiver counts");
        assert_eq!(rx.try_recv(), Ok(3));
        assert_eq!(waiting.finish(), Ok(()));
    });
}
