//! Family C, continued: items of every size and shape.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use bifrons::{RecvTimeoutError, SendError, SendTimeoutError, TrySendError};

use super::harness::{ALL, each};
use crate::support::{BLINK, queue, wait_until, watchdog};

/// Making a queue of large items needs no room for one on the stack.
#[test]
fn c36_large_items_on_a_small_stack() {
    let _watch = watchdog();
    let make = || [Some(0), Some(1), Some(16), None].map(queue::<[u8; 1 << 20]>);
    let made = thread::Builder::new().stack_size(128 << 10).spawn(make).unwrap().join().unwrap();
    assert!(made.iter().all(|(tx, rx)| tx.is_empty() && tx.capacity() == rx.capacity()));
    // The end of a queue looks for items, and those need room.
    let end = move || drop(made);
    thread::Builder::new().stack_size(32 << 20).spawn(end).unwrap().join().unwrap();
}

/// Large items pass on every face, through every kind of queue.
#[test]
fn c36_large_items() {
    let pass = || {
        each(&ALL, |case| {
            let (tx, rx) = case.queue::<[u8; 1 << 20]>();
            thread::scope(|scope| {
                let big = || thread::Builder::new().stack_size(32 << 20);
                big()
                    .spawn_scoped(scope, || {
                        for n in 0..3 {
                            tx.send([n; 1 << 20]).unwrap();
                        }
                    })
                    .unwrap();
                for n in 0..3 {
                    let item = rx.recv().unwrap();
                    assert!(item.iter().all(|&byte| byte == n));
                }
            });
        });
    };
    thread::Builder::new().stack_size(32 << 20).spawn(pass).unwrap().join().unwrap();
}

/// Items of every size come back unharmed: refused at once, in time, as the queue closes, and afterwards.
#[test]
fn c36_items_of_every_size_come_back() {
    fn come_back<const SIZE: usize>() {
        let item = std::array::from_fn::<_, SIZE, _>(|nth| nth as u8);
        for (capacity, (tx, rx)) in [(0, bifrons::bounded(0)), (1, bifrons::bounded(1)), (1, bifrons::lifo::bounded(1))]
        {
            thread::scope(|scope| {
                assert_eq!(rx.recv_timeout(BLINK), Err(RecvTimeoutError::Timeout));
                let waiting = scope.spawn(|| rx.recv());
                wait_until(|| tx.stats().waiting_receivers == 1);
                assert_eq!(tx.send(item), Ok(()));
                assert_eq!(waiting.join().unwrap(), Ok(item));
            });
            let takes = || tx.try_send(item).is_ok();
            assert_eq!((0..=capacity).filter(|_| takes()).count(), capacity);
            assert_eq!(tx.try_send(item), Err(TrySendError::Full(item)));
            assert_eq!(tx.send_timeout(item, Duration::ZERO), Err(SendTimeoutError::Timeout(item)));
            assert_eq!(tx.send_timeout(item, BLINK), Err(SendTimeoutError::Timeout(item)));
            thread::scope(|scope| {
                let waiting = scope.spawn(|| tx.send(item));
                wait_until(|| tx.stats().waiting_senders == 1);
                rx.close();
                assert_eq!(waiting.join().unwrap(), Err(SendError(item)));
            });
            assert_eq!(tx.send(item), Err(SendError(item)));
            assert_eq!(tx.try_send(item), Err(TrySendError::Closed(item)));
            assert_eq!(rx.iter().collect::<Vec<_>>(), vec![item; capacity]);
        }
    }
    let _watch = watchdog();
    come_back::<0>();
    come_back::<1>();
    come_back::<24>();
    come_back::<128>();
    come_back::<129>();
    come_back::<4000>();
}

/// Sends and receives many of these, and leaves a few behind for the queue to drop.
fn pass_items<T: Send>(make: impl Fn(u64) -> T + Sync, check: impl Fn(&T, u64)) {
    each(&ALL, |case| {
        let (tx, rx) = case.queue();
        thread::scope(|scope| {
            scope.spawn(|| {
                for id in 0..40 {
                    tx.send(make(id)).unwrap();
                }
            });
            for id in 0..40 {
                check(&rx.recv().unwrap(), id);
            }
        });
        while tx.len() < 10 && tx.try_send(make(0)).is_ok() {}
        drop(rx.try_recv());
    });
}

/// Items without a size, with a large alignment, with a drop, or behind a trait object.
#[test]
fn c37_unusual_items() {
    pass_items(|_| (), |(), _| ());

    #[repr(align(4096))]
    struct Aligned<T>(T);
    fn aligned<T>(item: &Aligned<T>) -> bool {
        std::ptr::from_ref(item).addr() % 4096 == 0
    }
    pass_items(|_| Aligned(()), |item, _| assert!(aligned(item)));
    pass_items(Aligned, |item, id| assert!(aligned(item) && item.0 == id));

    static MADE: AtomicUsize = AtomicUsize::new(0);
    static DROPPED: AtomicUsize = AtomicUsize::new(0);
    struct Unsized;
    impl Drop for Unsized {
        fn drop(&mut self) {
            DROPPED.fetch_add(1, Ordering::Relaxed);
        }
    }
    let make = |_| {
        MADE.fetch_add(1, Ordering::Relaxed);
        Unsized
    };
    pass_items(make, |_, _| ());
    assert!(MADE.load(Ordering::Relaxed) >= 40);
    assert_eq!(MADE.load(Ordering::Relaxed), DROPPED.load(Ordering::Relaxed));

    type Job = Box<dyn FnOnce() -> u64 + Send>;
    let job = |id: u64| -> Job { Box::new(move || id + 1) };
    each(&ALL, |case| {
        let (tx, rx) = case.queue::<Job>();
        let waiting = rx.start_recv();
        let send = tx.start_send(job(1));
        assert_eq!(waiting.finish().unwrap()(), 2);
        send.finish().unwrap();
        drop(tx.try_send(job(2)));
    });
}
