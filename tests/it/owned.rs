//! Futures that own their handle: stored, moved, spawned.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use bifrons::future::{OwnedRecvFuture, OwnedReserveFuture, OwnedSendFuture};
use bifrons::{AsyncReceiver, AsyncSender, RecvError, ReserveError, SendError};
use futures_util::future::FusedFuture;

use crate::support::{
    Census, Executor, block_on, counting_waker, is_pending, must_be_pending, must_be_ready, poll_with, watchdog,
};

fn bounded<T>(capacity: usize) -> (AsyncSender<T>, AsyncReceiver<T>) {
    let (tx, rx) = bifrons::bounded(capacity);
    (tx.into_async(), rx.into_async())
}

/// What an actor looks like: its wait is a field of its own.
struct Actor {
    inbox: AsyncReceiver<u32>,
    next: Option<OwnedRecvFuture<u32>>,
    outbox: AsyncSender<u32>,
    sending: Option<OwnedSendFuture<u32>>,
    seen: u32,
}

impl Future for Actor {
    type Output = u32;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<u32> {
        loop {
            if let Some(sending) = &mut self.sending {
                match Pin::new(sending).poll(context) {
                    Poll::Ready(sent) => sent.unwrap(),
                    Poll::Pending => return Poll::Pending,
                }
                self.sending = None;
            }
            let inbox = self.inbox.clone();
            let next = self.next.get_or_insert_with(|| inbox.into_recv());
            match Pin::new(next).poll(context) {
                Poll::Ready(Ok(item)) => {
                    self.next = None;
                    self.seen += 1;
                    self.sending = Some(self.outbox.clone().send_owned(item * 2));
                }
                Poll::Ready(Err(RecvError)) => return Poll::Ready(self.seen),
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}

#[test]
fn an_actor_stores_its_futures() {
    let _dog = watchdog();
    Executor::each(|_| async {
        let (tx, inbox) = bounded(1);
        let (outbox, rx) = bounded(1);
        let actor = Actor { inbox, next: None, outbox, sending: None, seen: 0 };
        let source = async move {
            for item in 0..50 {
                tx.send(item).await.unwrap();
            }
        };
        let sink = async move {
            let mut received = Vec::new();
            while let Ok(item) = rx.recv().await {
                received.push(item);
            }
            received
        };
        let (seen, (), received) = futures_util::join!(actor, source, sink);
        assert_eq!(seen, 50);
        assert!(received.into_iter().eq((0..50).map(|item| item * 2)));
    });
}

#[test]
fn all_of_them_are_spawned_on_tokio_and_smol() {
    let _dog = watchdog();
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap().block_on(async {
        let (tx, rx) = bounded(1);
        let received = tokio::spawn(rx.clone().into_recv());
        tokio::spawn(tx.clone().send_owned(1)).await.unwrap().unwrap();
        assert_eq!(received.await.unwrap(), Ok(1));
        let permit = tokio::spawn(tx.clone().reserve_owned()).await.unwrap().unwrap();
        let sender = tokio::task::spawn_blocking(move || permit.send(2).unwrap()).await.unwrap();
        assert_eq!(rx.recv().await, Ok(2));
        drop((tx, sender));
        assert_eq!(tokio::spawn(rx.into_recv()).await.unwrap(), Err(RecvError));
    });
    smol::block_on(async {
        let (tx, rx) = bounded(1);
        let received = smol::spawn(rx.clone().into_recv());
        smol::spawn(tx.clone().send_owned(1)).await.unwrap();
        assert_eq!(received.await, Ok(1));
        let permit = smol::spawn(tx.clone().reserve_owned()).await.unwrap();
        drop(smol::unblock(move || permit.send(2).unwrap()).await);
        assert_eq!(rx.recv().await, Ok(2));
        drop(tx);
        assert_eq!(smol::spawn(rx.into_recv()).await, Err(RecvError));
    });
}

/// The handle lives in the future, and ends with it.
#[test]
fn the_handle_goes_with_the_future() {
    let (tx, rx) = bounded::<u32>(1);
    let recv = rx.into_recv();
    assert_eq!((tx.receiver_count(), tx.is_closed()), (1, false));
    drop(recv);
    assert!(tx.is_closed());

    let (tx, rx) = bounded::<u32>(1);
    let mut send = tx.send_owned(1);
    assert_eq!(rx.sender_count(), 1);
    must_be_ready(&mut send).unwrap();
    drop(send);
    assert_eq!((rx.sender_count(), must_be_ready(&mut rx.recv())), (0, Ok(1)));

    let (tx, rx) = bounded::<u32>(1);
    let mut reserve = tx.reserve_owned();
    let permit = must_be_ready(&mut reserve).unwrap();
    assert_eq!(rx.sender_count(), 1, "it is the permit's, though its future is still about");
    drop(permit);
    assert!(rx.is_closed());
    drop(reserve);

    let (tx, rx) = bounded::<u32>(1);
    let mut reserve = tx.reserve_owned();
    drop(rx);
    assert_eq!(must_be_ready(&mut reserve).unwrap_err(), ReserveError::Closed);

    // One that was refused has its handle as long as it is about, as the others have, so that no poll closes a queue.
    let (tx, rx) = bounded::<u32>(0);
    let mut reserve = tx.reserve_owned();
    assert_eq!(must_be_ready(&mut reserve).unwrap_err(), ReserveError::TooLarge);
    assert_eq!((rx.sender_count(), rx.is_closed()), (1, false));
    drop(reserve);
    assert!(rx.is_closed());
}

/// Dropped in any state, they lose nothing and pass a call on.
#[test]
fn they_are_cancel_safe() {
    let _dog = watchdog();
    for (tx, rx) in [bifrons::bounded(1), bifrons::lifo::bounded(1), bifrons::priority::bounded(1)] {
        let (tx, rx) = (tx.into_async(), rx.into_async());
        let mut called = rx.clone().into_recv();
        assert!(is_pending(&mut called));
        let (count, waker) = counting_waker();
        let mut behind = rx.clone().into_recv();
        must_be_pending(&mut behind, &waker);
        tx.try_send(1).unwrap();
        drop(called);
        assert_eq!(count.wakes(), 1);
        assert_eq!(must_be_ready(&mut behind), Ok(1));
        assert!(behind.is_terminated());

        tx.try_send(2).unwrap();
        let mut waiting = tx.clone().send_owned(3);
        assert!(is_pending(&mut waiting));
        assert_eq!(waiting.take(), Some(3));
        assert!(waiting.is_terminated());
        let mut waiting = tx.clone().send_owned(4);
        assert!(is_pending(&mut waiting));
        let (count, waker) = counting_waker();
        let mut behind = tx.clone().reserve_owned();
        must_be_pending(&mut behind, &waker);
        drop(waiting);
        assert_eq!(must_be_ready(&mut rx.recv()), Ok(2));
        assert_eq!(count.wakes(), 1);
        drop(must_be_ready(&mut behind).unwrap());
        assert_eq!((tx.stats().reserved, tx.stats().waiting_senders), (0, 0));
    }
}

#[test]
fn the_item_comes_back_when_the_queue_is_closed() {
    let _dog = watchdog();
    let census = Census::new();
    let (tx, rx) = bounded(1);
    tx.try_send(census.item(0)).unwrap();
    let mut waiting = tx.clone().send_owned(census.item(1));
    assert!(is_pending(&mut waiting));
    rx.close();
    match must_be_ready(&mut waiting) {
        Err(SendError(item)) => assert_eq!(item.id, 1),
        Ok(()) => unreachable!("it was full"),
    }
    assert!(must_be_ready(&mut tx.send_owned(census.item(2))).is_err());
    drop(rx);
    census.assert_all_dropped_once([0, 1, 2]);
}

/// Many in one collection, polled in any order and moved about between polls.
#[test]
fn they_move_between_polls() {
    let _dog = watchdog();
    let (tx, rx) = bounded(1);
    let mut sends: VecDeque<_> = (0..20).map(|item| tx.clone().send_owned(item)).collect();
    let mut received = Vec::new();
    while let Some(mut send) = sends.pop_front() {
        if poll_with(&mut send, std::task::Waker::noop()).is_pending() {
            sends.push_back(send);
            received.extend(rx.try_recv());
        }
    }
    received.extend(rx.drain());
    received.sort_unstable();
    assert!(received.into_iter().eq(0..20));
}

/// Nothing is borrowed: they are `'static`, if the items are.
#[test]
fn they_are_static() {
    fn store<F: Future + Send + Unpin + 'static>(future: F) -> Box<dyn Future<Output = F::Output> + Send + Unpin> {
        Box::new(future)
    }
    let (tx, rx) = bounded::<String>(1);
    let send = store::<OwnedSendFuture<String>>(tx.clone().send_owned("kept".to_owned()));
    let recv = store::<OwnedRecvFuture<String>>(rx.into_recv());
    let reserve = store::<OwnedReserveFuture<String>>(tx.reserve_owned());
    block_on(send).unwrap();
    assert_eq!(block_on(recv).unwrap(), "kept");
    assert!(block_on(reserve).is_err(), "the last receiver went with its future");
}
