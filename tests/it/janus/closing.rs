//! A graceful shutdown, which is `close`: nothing more goes in, and what is left comes out.

use std::task::Waker;
use std::thread;
use std::time::Duration;

use bifrons::{Receiver, RecvError, RecvTimeoutError, SendError, SendTimeoutError, Sender, TryRecvError, TrySendError};

use super::orders::{Order, in_every_order, unfinished};
use crate::support::{block_on, counting_waker, must_be_pending, must_be_ready, wait_until};

in_every_order!(
    shutdown_empty,
    shutdown_empty_with_a_parked_getter,
    shutdown_nonempty,
    shutdown_nonempty_with_a_parked_putter,
    shutdown_nonempty_get_nowait,
    shutdown_putter,
    shutdown_many_putters,
    shutdown_many_putters_with_timeout,
    shutdown_getter,
    shutdown_early_getter,
    shutdown_getter_with_timeout,
    shutdown,
    shutdown_allowed_transitions,
    shutdown_all_methods_in_one_thread,
    modifying_forbidden_after_closing,
);

const LONG: Duration = Duration::from_secs(3_600);

/// All forms of put report the close and give the item back.
pub(super) fn assert_puts_refused(tx: &Sender<u32>) {
    let async_tx = tx.to_async();
    assert_eq!(tx.send(1), Err(SendError(1)));
    assert_eq!(tx.try_send(2), Err(TrySendError::Closed(2)));
    assert_eq!(tx.send_timeout(3, LONG), Err(SendTimeoutError::Closed(3)));
    assert_eq!(must_be_ready(&mut async_tx.send(4)), Err(SendError(4)));
    assert_eq!(async_tx.try_send(5), Err(TrySendError::Closed(5)));
}

/// All forms of get report that nothing will come any more.
pub(super) fn assert_gets_refused(rx: &Receiver<u32>) {
    let async_rx = rx.to_async();
    assert_eq!(rx.recv(), Err(RecvError));
    assert_eq!(rx.try_recv(), Err(TryRecvError::Closed));
    assert_eq!(rx.recv_timeout(LONG), Err(RecvTimeoutError::Closed));
    assert!(rx.recv_task().is_err());
    assert!(rx.try_recv_task().is_err_and(|error| error.is_closed()));
    assert!(rx.recv_task_timeout(LONG).is_err_and(|error| error.is_closed()));
    assert_eq!(must_be_ready(&mut async_rx.recv()), Err(RecvError));
    assert_eq!(async_rx.try_recv(), Err(TryRecvError::Closed));
    assert!(must_be_ready(&mut async_rx.recv_task()).is_err());
    assert!(async_rx.try_recv_task().is_err_and(|error| error.is_closed()));
}

fn shutdown_empty<O: Order>() {
    let (tx, rx) = O::unbounded();
    assert!(tx.close());
    assert_puts_refused(&tx);
    assert_gets_refused(&rx);
    assert_eq!(rx.len(), 0);
    tx.join();
    must_be_ready(&mut tx.to_async().join());
}

fn shutdown_empty_with_a_parked_getter<O: Order>() {
    let (tx, rx) = O::unbounded::<u32>();
    let async_rx = rx.to_async();
    let (count, waker) = counting_waker();
    let mut get = async_rx.recv();
    must_be_pending(&mut get, &waker);
    thread::scope(|scope| {
        let thread = scope.spawn(|| rx.recv());
        wait_until(|| tx.stats().waiting_receivers == 2);
        tx.close();
        assert_eq!(count.wakes(), 1);
        assert_eq!(must_be_ready(&mut get), Err(RecvError));
        assert_eq!(thread.join().unwrap(), Err(RecvError));
    });
    tx.join();
    assert_puts_refused(&tx);
    assert_gets_refused(&rx);
}

fn shutdown_nonempty<O: Order>() {
    let (tx, rx) = O::unbounded();
    tx.send(1).unwrap();
    tx.close();
    assert_puts_refused(&tx);
    assert_eq!(rx.recv(), Ok(1));
    assert_gets_refused(&rx);
}

/// Also the joiner: it waits for what was left, and for its being done.
fn shutdown_nonempty_with_a_parked_putter<O: Order>() {
    let (tx, rx) = O::bounded(1);
    let async_tx = tx.to_async();
    tx.send(1).unwrap();
    let mut put = async_tx.send(2);
    must_be_pending(&mut put, Waker::noop());
    let (joined, waker) = counting_waker();
    let mut join = async_tx.join();
    must_be_pending(&mut join, &waker);

    tx.close();
    assert_eq!(rx.len(), 1);
    assert_eq!(must_be_ready(&mut put), Err(SendError(2)));
    must_be_pending(&mut join, &waker);
    assert_puts_refused(&tx);

    let task = rx.recv_task().unwrap();
    assert_eq!(*task, 1);
    assert_eq!(joined.wakes(), 0);
    must_be_pending(&mut join, &waker);
    assert_puts_refused(&tx);
    assert_gets_refused(&rx);
    assert_eq!(unfinished(tx.stats()), 1);

    task.done();
    assert_eq!(joined.wakes(), 1);
    must_be_ready(&mut join);
    assert_eq!(unfinished(tx.stats()), 0);
}

fn shutdown_nonempty_get_nowait<O: Order>() {
    for by_task in [false, true] {
        let (tx, rx) = O::unbounded();
        tx.send(1).unwrap();
        tx.close();
        let got = if by_task { rx.to_async().try_recv() } else { rx.try_recv() };
        assert_eq!(got, Ok(1));
        assert_gets_refused(&rx);
    }
}

fn shutdown_putter<O: Order>() {
    putters::<O>(1, false);
}

fn shutdown_many_putters<O: Order>() {
    putters::<O>(2, false);
    putters::<O>(9, false);
}

fn shutdown_many_putters_with_timeout<O: Order>() {
    putters::<O>(2, true);
    putters::<O>(9, true);
}

/// Parks as many putters, on both faces in turn, and closes the queue; each gets its item back.
fn putters<O: Order>(number: usize, timed: bool) {
    for capacity in [0, 1] {
        for start in [0, 1] {
            let (tx, rx) = O::bounded(capacity);
            if capacity == 1 {
                tx.send(1_000).unwrap();
            }
            thread::scope(|scope| {
                let threads: Vec<_> = (0..number)
                    .map(|item| {
                        let own = tx.clone();
                        let thread = scope.spawn(move || {
                            if (item + start) % 2 == 1 {
                                block_on(own.into_async().send(item)).map_err(SendTimeoutError::from)
                            } else if timed {
                                own.send_timeout(item, LONG)
                            } else {
                                own.send(item).map_err(SendTimeoutError::from)
                            }
                        });
                        wait_until(|| tx.stats().waiting_senders == item + 1);
                        thread
                    })
                    .collect();
                rx.close();
                for (item, thread) in threads.into_iter().enumerate() {
                    assert_eq!(thread.join().unwrap(), Err(SendTimeoutError::Closed(item)));
                }
            });
            assert_eq!((tx.stats().waiting_senders, rx.len()), (0, capacity));
        }
    }
}

fn shutdown_getter<O: Order>() {
    getters::<O>(|rx| rx.recv().map_err(RecvTimeoutError::from));
    getters::<O>(|rx| block_on(rx.to_async().recv()).map_err(RecvTimeoutError::from));
    getters::<O>(|rx| rx.recv_task().map(|task| *task).map_err(RecvTimeoutError::from));
    getters::<O>(|rx| block_on(rx.to_async().recv_task()).map(|task| *task).map_err(RecvTimeoutError::from));
    getters::<O>(|rx| rx.recv_many(&mut vec![], 9).map(|_| 0).map_err(RecvTimeoutError::from));
}

fn shutdown_getter_with_timeout<O: Order>() {
    getters::<O>(|rx| rx.recv_timeout(LONG));
    getters::<O>(|rx| rx.recv_task_timeout(LONG).map(|task| *task));
}

fn getters<O: Order>(get: fn(&Receiver<u32>) -> Result<u32, RecvTimeoutError>) {
    for capacity in [0, 4] {
        let (tx, rx) = O::bounded(capacity);
        thread::scope(|scope| {
            let threads = [scope.spawn(|| get(&rx)), scope.spawn(|| get(&rx))];
            wait_until(|| tx.stats().waiting_receivers == 2);
            tx.close();
            for thread in threads {
                assert_eq!(thread.join().unwrap(), Err(RecvTimeoutError::Closed));
            }
        });
        assert_eq!(tx.stats().waiting_receivers, 0);
    }
}

/// The getters come after the close, and before it made but not polled.
fn shutdown_early_getter<O: Order>() {
    let (tx, rx) = O::unbounded::<u32>();
    let async_rx = rx.to_async();
    let mut made_before = async_rx.recv();
    tx.close();
    assert_eq!(must_be_ready(&mut made_before), Err(RecvError));
    thread::scope(|scope| {
        assert_eq!(scope.spawn(|| rx.recv()).join().unwrap(), Err(RecvError));
        assert_eq!(scope.spawn(|| block_on(async_rx.recv())).join().unwrap(), Err(RecvError));
    });
}

/// Items and counts stay, an acknowledged item before it and one in hand; twice is once.
fn shutdown<O: Order>() {
    let (tx, rx) = O::unbounded();
    tx.send(0).unwrap();
    rx.recv_task().unwrap().done();
    tx.send(1).unwrap();
    let in_hand = rx.recv_task().unwrap();
    tx.send(2).unwrap();
    tx.send(3).unwrap();
    assert!(tx.close());
    let stays = || {
        assert_eq!((rx.len(), unfinished(rx.stats()), rx.is_closed()), (2, 3, true));
    };
    stays();
    assert!(!tx.close() && !rx.close() && !tx.to_async().close() && !rx.to_async().close());
    stays();
    in_hand.done();
    assert_eq!((rx.len(), unfinished(rx.stats())), (2, 2));
}

fn shutdown_allowed_transitions<O: Order>() {
    let (tx, rx) = O::unbounded();
    tx.send(1).unwrap();
    assert!(!tx.is_closed() && !rx.is_closed());
    assert!(tx.close());
    assert!(tx.is_closed() && rx.is_closed());
    assert!(rx.shutdown().eq([1]));
    assert!(tx.is_closed() && rx.is_closed());
    assert!(!tx.close(), "graceful after immediate changes nothing");
    assert!(tx.is_closed() && rx.is_closed());
    assert_eq!(tx.to_async().shutdown().count() + rx.to_async().shutdown().count(), 0);
    assert!(tx.is_closed() && rx.is_closed());
}

fn shutdown_all_methods_in_one_thread<O: Order>() {
    let (tx, rx) = O::bounded(2);
    tx.send(1).unwrap();
    tx.try_send(2).unwrap();
    tx.close();
    assert_puts_refused(&tx);
    for expected in O::leaving([1, 2]) {
        assert!(tx.join_timeout(Duration::ZERO).is_err());
        let task = rx.recv_task().unwrap();
        assert_eq!(*task, expected);
        assert!(tx.join_timeout(Duration::ZERO).is_err());
        task.done();
    }
    tx.join();
    assert_gets_refused(&rx);
    tx.join();
}

type Close = fn(&Sender<u32>, &Receiver<u32>) -> bool;

/// By either half, on either face.
fn modifying_forbidden_after_closing<O: Order>() {
    let ways: [Close; 4] =
        [|tx, _| tx.close(), |_, rx| rx.close(), |tx, _| tx.to_async().close(), |_, rx| rx.to_async().close()];
    for close in ways {
        for capacity in [0, 1, 5] {
            let (tx, rx) = O::bounded(capacity);
            assert!(close(&tx, &rx));
            assert_puts_refused(&tx);
            assert_gets_refused(&rx);
            assert_eq!(unfinished(tx.stats()), 0);
        }
    }
}
