//! Which calls ask for memory, what happens if there is none, and sizes beyond all measure.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;
use std::task::Waker;
use std::time::Duration;

use bifrons::{Receiver, ReserveError, Select, Sender};

use crate::support::{
    counting_waker, is_pending, must_be_pending, must_be_ready, own_allocations, own_bytes, poll_with,
    run_out_of_memory,
};

/// How often a call asks for memory.
#[track_caller]
fn asks<R>(call: impl FnOnce() -> R) -> usize {
    let before = own_allocations();
    let result = call();
    let asked = own_allocations() - before;
    drop(result);
    asked
}

#[track_caller]
fn asks_for_nothing<R>(what: &str, call: impl FnOnce() -> R) {
    assert_eq!(asks(call), 0, "{what} asks for memory");
}

fn every_order(capacity: usize) -> [(Sender<u64>, Receiver<u64>); 4] {
    [
        bifrons::bounded(capacity),
        bifrons::lifo::bounded(capacity),
        bifrons::priority::bounded(capacity),
        bifrons::builder().capacity(capacity).weight(|_| 1).build(),
    ]
}

/// Whatever does not let a queue grow, nor a line, needs nothing: a queue in use goes on without memory.
#[test]
fn a_queue_in_use_asks_for_nothing() {
    for (tx, rx) in every_order(8) {
        let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
        let has_two_locks = format!("{tx:?}").contains("kind: bounded");
        let mut batch = VecDeque::with_capacity(8);
        let mut received = Vec::with_capacity(16);
        // Once for everything to be as large as it will be.
        for round in 0..2 {
            let first = round == 0;
            let check = |what: &str, call: &mut dyn FnMut()| {
                let asked = asks(call);
                assert!(first || asked == 0, "{what} asks for memory: {tx:?}");
            };
            check("sending and receiving", &mut || {
                (0..8).for_each(|item| tx.try_send(item).unwrap());
                assert!(tx.try_send(8).is_err());
                (0..4).for_each(|_| assert!(rx.try_recv().is_ok() && rx.recv().is_ok()));
                assert!(rx.recv_timeout(Duration::ZERO).is_err());
                tx.send(1).unwrap();
                must_be_ready(&mut async_tx.send(2)).unwrap();
                assert!(must_be_ready(&mut async_rx.recv()).is_ok() && rx.recv_task().is_ok());
            });
            check("waiting for items", &mut || {
                let (mut one, mut another) = (async_rx.recv(), async_rx.recv());
                assert!(is_pending(&mut one) && is_pending(&mut another));
                tx.try_send(1).unwrap();
                drop(one);
                assert!(must_be_ready(&mut another).is_ok());
            });
            check("waiting for room", &mut || {
                (0..8).for_each(|item| tx.try_send(item).unwrap());
                let (mut send, mut reserve) = (async_tx.send(8), async_tx.reserve());
                assert!(is_pending(&mut send) && is_pending(&mut reserve));
                assert!(rx.try_recv().is_ok() && rx.try_recv().is_ok());
                must_be_ready(&mut send).unwrap();
                must_be_ready(&mut reserve).unwrap().send(9).unwrap();
                assert!(tx.force_send(10).is_ok());
                assert_eq!(rx.recv_many(&mut received, 16), Ok(8));
                received.clear();
            });
            check("batches and permits", &mut || {
                batch.extend(0..4);
                // Where there is one lock, a batch is weighed before it comes in, which takes a list.
                if has_two_locks {
                    assert_eq!(tx.send_many(&mut batch), Ok(4));
                }
                batch.clear();
                drop(tx.reserve_many(4).unwrap());
                while rx.try_recv().is_ok() {}
            });
            check("looking, and handles", &mut || {
                assert!(tx.is_empty() && !tx.is_full() && !tx.is_closed() && tx.stats().len == 0);
                tx.join();
                tx.set_capacity(7).unwrap();
                tx.set_capacity(8).unwrap();
                drop((tx.clone(), rx.clone(), tx.to_async(), rx.downgrade().upgrade()));
            });
        }
        let mut waits = (async_rx.recv(), async_rx.recv());
        assert!(is_pending(&mut waits.0) && is_pending(&mut waits.1));
        asks_for_nothing("a close that calls two", || tx.close());
    }
}

/// What does ask: a list for whoever takes all at once, a line that becomes longer, a third that is called in one visit.
#[test]
fn what_grows_asks() {
    assert!(asks(|| bifrons::bounded::<u64>(1)) > 0);
    let (tx, rx) = bifrons::unbounded();
    assert!(asks(|| tx.send(0)) > 0, "the first block");
    (1..64).for_each(|item| assert_eq!(asks(|| tx.send(item)), 0, "item {item}"));
    assert!(asks(|| tx.send(64)) > 0, "the next block");
    assert!(asks(|| rx.drain()) > 0);
    let async_rx = rx.to_async();
    let mut waits: Vec<_> = (0..3).map(|_| async_rx.recv()).collect();
    assert!(asks(|| assert!(waits.iter_mut().all(is_pending))) > 0, "the line");
    assert!(asks(|| tx.close()) > 0, "three who are called");
    assert!(asks(|| Select::new().recv(&rx)) > 0);
}

/// A small queue has a slot for each place from the first item on, and asks for no other; all of its places can be filled.
#[test]
fn a_small_queue_asks_once() {
    for capacity in [1, 2, 4, 5, 64, 100, 1000] {
        let (tx, rx) = bifrons::bounded::<u64>(capacity);
        assert_eq!(asks(|| tx.send(0)), 1, "capacity {capacity}: the slots, and what holds them");
        assert_eq!(rx.recv(), Ok(0));
        let mut taken = Vec::with_capacity(capacity);
        for _ in 0..3 {
            asks_for_nothing("filling", || (0..capacity as u64).for_each(|item| tx.try_send(item).unwrap()));
            asks_for_nothing("emptying", || taken.extend(rx.try_iter()));
            assert!(taken.drain(..).eq(0..capacity as u64), "capacity {capacity}");
        }
    }
}

/// The slots of a ring are as many as there are places, to the next power of two.
#[test]
fn a_small_queue_asks_for_little() {
    for (capacity, slots) in [(1, 1), (2, 2), (5, 8), (64, 64)] {
        let takes = |capacity| {
            let (tx, _rx) = bifrons::bounded::<[u64; 32]>(capacity);
            let before = own_bytes();
            tx.send([0; 32]).unwrap();
            own_bytes() - before
        };
        assert_eq!(takes(capacity) - takes(1), (slots - 1) * (takes(2) - takes(1)), "capacity {capacity}");
    }
}

/// Memory comes in blocks of some size in bytes, so that a block has fewer slots for larger items.
#[test]
fn a_block_of_large_items_has_fewer_slots() {
    fn in_a_block<T: Copy>(item: T) -> usize {
        let (tx, _rx) = bifrons::unbounded();
        tx.send(item).unwrap();
        (1..).find(|_| asks(|| tx.send(item)) > 0).unwrap()
    }
    assert_eq!((in_a_block(()), in_a_block([0_u8; 64])), (64, 64));
    assert_eq!((in_a_block([0_u8; 65]), in_a_block([0_u8; 512])), (16, 16));
    assert_eq!((in_a_block([0_u8; 513]), in_a_block([0_u8; 4096])), (4, 4));
    assert_eq!(in_a_block([0_u8; 4097]), 1);
}

/// A queue through which little passes has little memory, and one through which much passes goes from block to block less
/// often.
#[test]
fn blocks_become_longer() {
    fn first_of_blocks<T: Copy>(item: T) -> Vec<usize> {
        let (tx, _rx) = bifrons::unbounded();
        (0..1000).filter(|_| asks(|| tx.send(item)) > 0).collect()
    }
    assert_eq!(first_of_blocks(0_u64), [0, 64, 128, 256, 512, 768]);
    assert_eq!(first_of_blocks([0_u64; 3])[..4], [0, 64, 128, 192]);
}

/// Blocks go round: a steady stream asks for nothing once it has as many as it needs, and as long ones.
#[test]
fn a_steady_stream_asks_for_nothing() {
    let (tx, rx) = bifrons::unbounded();
    let pass = |items| {
        for item in 0..items {
            tx.try_send(item).unwrap();
            assert_eq!(rx.try_recv(), Ok(item));
        }
    };
    pass(1000);
    asks_for_nothing("a steady stream", || pass(1000));
}

/// What may be done when there is no memory left; each does what needs some.
const LAST_DEEDS: [&str; 6] = ["make a queue", "send the first", "send one more", "wait", "call three", "take all"];

/// Run by [`without_memory_the_process_ends`], in a process of its own: says what it can, and never returns.
#[test]
#[ignore = "it ends the process"]
fn last_deed() {
    let Ok(deed) = std::env::var("BIFRONS_LAST_DEED") else { return };
    let (tx, rx) = bifrons::unbounded();
    let async_rx = rx.to_async();
    let mut waits: Vec<_> = (0..3).map(|_| async_rx.recv()).collect();
    match deed.as_str() {
        "send one more" => (0..64).for_each(|item| tx.send(item).unwrap()),
        "call three" => waits.iter_mut().for_each(|wait| must_be_pending(wait, Waker::noop())),
        "take all" => tx.send(0).unwrap(),
        _ => {}
    }
    run_out_of_memory();
    match deed.as_str() {
        "make a queue" => drop(bifrons::bounded::<u64>(1)),
        "send the first" | "send one more" => tx.send(64).unwrap(),
        "wait" => must_be_pending(&mut waits[0], Waker::noop()),
        "call three" => assert!(tx.close()),
        _ => drop(rx.drain()),
    }
    // Not by a panic, which would ask for memory.
    std::process::exit(1);
}

/// As everywhere in Rust: no call gives an error or panics for want of memory, the process ends.
#[cfg(unix)]
#[test]
fn without_memory_the_process_ends() {
    use std::os::unix::process::ExitStatusExt;

    const ABORT: i32 = 6;
    for deed in LAST_DEEDS {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "bad_days::memory::last_deed", "--nocapture", "--test-threads=1"])
            .env("BIFRONS_LAST_DEED", deed)
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.signal(), Some(ABORT), "{deed}: {}\n{told}", output.status);
        assert!(told.contains("memory allocation of "), "{deed}: {told}");
    }
}

/// No capacity is too large to be asked for; what can not be had is an error.
#[test]
fn any_capacity_may_be_asked_for() {
    for capacity in [usize::MAX, usize::MAX - 1, usize::MAX / 2, 1 << 40] {
        for (tx, rx) in every_order(capacity) {
            assert_eq!(tx.capacity(), Some(capacity));
            tx.send(1).unwrap();
            assert_eq!(tx.reserve_many(usize::MAX).unwrap_err(), ReserveError::TooLarge);
            assert!(!tx.is_full());
            let mut items = Vec::new();
            assert_eq!(rx.recv_many(&mut items, usize::MAX), Ok(1));
            tx.set_capacity(1).unwrap();
            tx.set_capacity(usize::MAX).unwrap();
            tx.send(2).unwrap();
            assert_eq!(rx.recv(), Ok(2));
        }
        let (tx, rx) = bifrons::bounded::<[u64; 1024]>(capacity);
        tx.send([1; 1024]).unwrap();
        assert_eq!(rx.recv(), Ok([1; 1024]));
        let (tx, rx) = bifrons::bounded::<()>(capacity);
        (0..1000).for_each(|_| tx.send(()).unwrap());
        assert_eq!(rx.drain().count(), 1000);
    }
}

/// The one place at which a "capacity overflow" can come up: a vector of the caller's that can not be longer. Nothing has been
/// taken, and the call by which its receiver may have come goes to the next.
#[test]
fn a_vector_that_can_not_grow() {
    for (tx, rx) in [bifrons::bounded(4), bifrons::unbounded(), bifrons::lifo::unbounded(), bifrons::bounded(0)] {
        let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
        // Without size, so that there can be so many.
        let mut full = vec![(); usize::MAX - 1];
        let mut many = async_rx.recv_many(&mut full, 8);
        let ((_, waker), (calls, next_waker), (last_calls, last_waker)) =
            (counting_waker(), counting_waker(), counting_waker());
        let (mut next, mut last) = (async_rx.recv(), async_rx.recv());
        must_be_pending(&mut many, &waker);
        must_be_pending(&mut next, &next_waker);
        must_be_pending(&mut last, &last_waker);
        let mut sends = [async_tx.send(()), async_tx.send(())];
        sends.iter_mut().for_each(|send| _ = poll_with(send, Waker::noop()));
        assert_eq!((calls.wakes(), last_calls.wakes()), (1, 0));
        let panic = catch_unwind(AssertUnwindSafe(|| is_pending(&mut many))).unwrap_err();
        assert_eq!(panic.downcast_ref(), Some(&"capacity overflow"));
        drop(many);
        assert_eq!((full.len(), last_calls.wakes()), (usize::MAX - 1, 1), "{tx:?}");
        assert_eq!((must_be_ready(&mut next), must_be_ready(&mut last)), (Ok(()), Ok(())));
    }
}
