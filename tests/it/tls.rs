//! Queues in the destructors of thread locals, where much of the thread is gone already.

use std::cell::RefCell;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use bifrons::{Receiver, Sender};

use crate::support::{Census, EVERY_KIND, OnDrop, block_on, queue, settle, wait_until, watchdog};

type Work = OnDrop<Box<dyn FnMut()>>;

thread_local! {
    /// What a thread does as it ends.
    static AT_EXIT: RefCell<Vec<Work>> = const { RefCell::new(Vec::new()) };
}

/// Runs `work` when the locals of this thread are destroyed.
///
/// A panic in there aborts the process, so that a test that gets to its end saw none.
fn at_exit(work: impl FnOnce() + 'static) {
    let mut work = Some(work);
    let once: Box<dyn FnMut()> = Box::new(move || {
        if let Some(work) = work.take() {
            work();
        }
    });
    AT_EXIT.with_borrow_mut(|list| list.push(OnDrop(once)));
}

/// Destructors run in the reverse order of the first uses: whether the queue's own locals are older
/// or younger than the test's decides whether they are still there in the destructor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum First {
    /// This thread used a queue before; the test's destructor runs first.
    Queue,
    /// The test's destructor runs last.
    Test,
    /// This thread never used a queue.
    Never,
}

const FIRST: [First; 3] = [First::Queue, First::Test, First::Never];

/// Touches every part of a queue that may keep something in the thread.
fn use_a_queue() {
    for capacity in EVERY_KIND {
        let (tx, rx) = queue(capacity);
        let other = thread::spawn(move || {
            settle();
            tx.send(1).unwrap();
            settle();
            tx.send(2).unwrap();
        });
        assert_eq!(rx.recv(), Ok(1));
        assert_eq!(block_on(rx.into_async().recv()), Ok(2));
        other.join().unwrap();
    }
}

/// Runs `work` in the destructor of a thread local, in a thread of its own, to the end.
fn in_a_destructor(first: First, work: impl FnOnce() + Send + 'static) {
    let ran = Arc::new(Mutex::new(false));
    let signal = Arc::clone(&ran);
    let thread = thread::spawn(move || {
        if first == First::Queue {
            use_a_queue();
        }
        at_exit(move || {
            work();
            *signal.lock().unwrap() = true;
        });
        if first == First::Test {
            use_a_queue();
        }
    });
    // The join of a thread that is not scoped waits for the destructors as well.
    thread.join().unwrap();
    assert!(*ran.lock().unwrap(), "{first:?}: the destructor ran to its end");
}

#[test]
fn sending_and_receiving_at_once() {
    let _dog = watchdog();
    for first in FIRST {
        for capacity in [Some(1), Some(100), None] {
            let (tx, rx) = queue(capacity);
            let (out, seen) = (tx.clone(), rx.clone());
            in_a_destructor(first, move || {
                tx.send(1).unwrap();
                assert_eq!(rx.recv(), Ok(1));
                tx.try_send(2).unwrap();
                assert_eq!(rx.try_recv(), Ok(2));
                assert!(rx.recv_timeout(Duration::from_millis(1)).is_err());
                tx.send_timeout(3, Duration::from_millis(1)).unwrap();
                assert_eq!(block_on(rx.to_async().recv()), Ok(3));
                block_on(tx.to_async().send(4)).unwrap();
                assert_eq!((tx.len(), tx.capacity()), (1, capacity));
            });
            assert!(seen.try_iter().eq([4]), "{first:?}, {capacity:?}");
            drop(out);
            assert!(seen.is_closed(), "the destructor's sender is gone");
        }
    }
}

#[test]
fn dropping_the_last_handles() {
    let _dog = watchdog();
    for first in FIRST {
        let census = Census::new();
        let (tx, rx) = bifrons::bounded(4);
        tx.send(census.item(0)).unwrap();
        in_a_destructor(first, move || drop(rx));
        assert!(tx.is_closed());
        census.assert_all_dropped_once([0]);

        let (tx, rx) = bifrons::bounded(4);
        tx.send(1).unwrap();
        // Both faces, and only dropped, never used.
        in_a_destructor(first, move || drop(tx.into_async()));
        assert!(rx.is_closed());
        assert!(rx.iter().eq([1]));
    }
}

/// Blocks in the destructor until another thread does its part.
#[test]
fn waiting_for_another_thread() {
    let _dog = watchdog();
    for first in FIRST {
        for capacity in [Some(0), Some(1), None] {
            let (ask_tx, ask_rx) = queue(capacity);
            let (answer_tx, answer_rx) = queue(capacity);
            let partner = thread::spawn(move || {
                for item in &ask_rx {
                    settle();
                    answer_tx.send(item + 1).unwrap();
                }
            });
            in_a_destructor(first, move || {
                for item in 0..3 {
                    ask_tx.send(item).unwrap();
                    assert_eq!(answer_rx.recv(), Ok(item + 1));
                }
                ask_tx.send(3).unwrap();
                let answer_rx = answer_rx.into_async();
                assert_eq!(block_on(answer_rx.recv()), Ok(4));
                drop(ask_tx);
                block_on(answer_rx.closed());
            });
            partner.join().unwrap();
        }
    }
}

#[test]
fn waiting_for_room_and_for_the_close() {
    let _dog = watchdog();
    for first in FIRST {
        let (tx, rx) = bifrons::bounded(1);
        let partner = thread::spawn({
            let rx = rx.clone();
            move || {
                settle();
                assert_eq!(rx.recv(), Ok(0));
                wait_until(|| !rx.is_empty());
                settle();
                rx.close();
            }
        });
        in_a_destructor(first, move || {
            tx.send(0).unwrap();
            tx.send(1).unwrap();
            assert!(tx.send(2).is_err(), "the close ended the wait");
            tx.closed();
        });
        partner.join().unwrap();
        assert!(rx.try_iter().eq([1]));
    }
}

/// A worker whose local handle reports its end, as loggers and profilers do.
#[test]
fn many_threads_report_their_end() {
    struct Reports(Sender<usize>, usize);

    impl Drop for Reports {
        fn drop(&mut self) {
            self.0.send(self.1).unwrap();
        }
    }

    thread_local! {
        static REPORTS: RefCell<Option<Reports>> = const { RefCell::new(None) };
    }

    let _dog = watchdog();
    for capacity in [Some(0), Some(1), Some(3), None] {
        let (tx, rx): (Sender<usize>, Receiver<usize>) = queue(capacity);
        let threads: Vec<_> = (0..12)
            .map(|worker| {
                let tx = tx.clone();
                thread::spawn(move || REPORTS.set(Some(Reports(tx, worker))))
            })
            .collect();
        drop(tx);
        let mut reports: Vec<_> = rx.iter().collect();
        reports.sort_unstable();
        assert!(reports.into_iter().eq(0..12), "{capacity:?}");
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    }
}
