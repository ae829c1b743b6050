//! Blocking calls in every place that a tokio runtime offers, with the feature `tokio`.

mod places;
mod verbs;

use std::any::Any;
use std::cell::Cell;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use bifrons::{Discipline, Pushed, RecvError, TrySendError};
use tokio::runtime::Runtime;

use self::places::{ALLOWED, FORBIDDEN, current, multi};
use self::verbs::{LONG, VERBS, somebody_waits, until_somebody_waits};
use crate::support::{Census, EVERY_KIND, Latest, OnDrop, queue, settle, watchdog};

/// Blocks in a place where that is allowed, until another thread serves the call.
#[test]
fn waiting_where_it_is_allowed() {
    let _dog = watchdog();
    for (place, verb) in ALLOWED.into_iter().flat_map(|place| VERBS.map(|verb| (place, verb))) {
        for capacity in [Some(0), Some(2), None] {
            if !verb.may_wait(capacity) {
                continue;
            }
            let (tx, rx) = queue(capacity);
            let count = verb.prepare(&tx);
            let partner = thread::spawn({
                let (tx, rx) = (tx.clone(), rx.clone());
                move || {
                    verb.until_it_waits(&tx);
                    verb.serve(count, &tx, &rx);
                }
            });
            place.run(move || verb.call(&tx, &rx));
            partner.join().unwrap();
        }
    }
}

/// The message of a panic.
fn message(panic: Box<dyn Any + Send>) -> String {
    *panic.downcast::<String>().expect("a message")
}

fn assert_helpful(message: &str) {
    for word in ["blocking call", "tokio", "await the async face", "into_async", "spawn_blocking"] {
        assert!(message.contains(word), "{word:?} is missing in {message:?}");
    }
}

/// Nobody serves the call: it panics instead of waiting, and leaves nothing behind.
#[test]
fn waiting_where_it_is_forbidden() {
    let _dog = watchdog();
    for (place, verb) in FORBIDDEN.into_iter().flat_map(|place| VERBS.map(|verb| (place, verb))) {
        for capacity in [Some(0), Some(1)] {
            if !verb.may_wait(capacity) {
                continue;
            }
            let (tx, rx) = queue(capacity);
            let count = verb.prepare(&tx);
            place.run({
                let (tx, rx) = (tx.clone(), rx.clone());
                move || {
                    let call = catch_unwind(AssertUnwindSafe(|| verb.call(&tx, &rx)));
                    assert_helpful(&message(call.expect_err("a panic")));
                    assert!(!somebody_waits(&tx.stats()), "{place:?}, {verb:?}");
                    // The queue still works, there as well.
                    assert!(rx.try_iter().eq(vec![0; count]), "{place:?}, {verb:?}: nothing else was sent");
                    if capacity == Some(1) {
                        tx.send(2).unwrap();
                        assert_eq!(rx.recv(), Ok(2));
                    }
                }
            });
            let other = thread::spawn(move || tx.send(3).unwrap());
            assert_eq!(rx.recv(), Ok(3));
            other.join().unwrap();
        }
    }
}

/// A timer is waited for like an item.
#[test]
fn waiting_for_a_timer() {
    let _dog = watchdog();
    const SOON: Duration = Duration::from_millis(2);
    for place in ALLOWED {
        place.run(|| {
            let start = Instant::now();
            assert!(bifrons::after(SOON).recv().unwrap() >= start + SOON);
        });
    }
    for place in FORBIDDEN {
        place.run(|| {
            let call = catch_unwind(|| bifrons::after(LONG).recv());
            assert_helpful(&message(call.expect_err("a panic")));
            assert!(bifrons::after(Duration::ZERO).recv().is_ok());
        });
    }
}

/// An order whose first item comes out after a panic only.
#[derive(Default)]
struct Unlucky {
    items: Vec<u32>,
    has_failed: bool,
}

impl Discipline<u32> for Unlucky {
    fn push(&mut self, item: u32, _: bool) -> Pushed<u32> {
        self.items.push(item);
        Pushed::Added
    }

    fn pop(&mut self) -> Option<u32> {
        if !self.items.is_empty() && !std::mem::replace(&mut self.has_failed, true) {
            panic!("the discipline's own");
        }
        self.items.pop()
    }

    fn len(&self) -> usize {
        self.items.len()
    }
}

/// A panic in the user's code, met in a call that has waited, is no refusal.
#[test]
fn a_panic_after_the_wait_comes_through() {
    let _dog = watchdog();
    for place in ALLOWED {
        let (tx, rx) = bifrons::builder().discipline(Unlucky::default()).build();
        let partner = thread::spawn(move || {
            until_somebody_waits(|| tx.stats());
            tx.send(1).unwrap();
        });
        place.run(move || {
            let panic = catch_unwind(AssertUnwindSafe(|| rx.recv())).expect_err("a panic");
            assert_eq!(panic.downcast_ref(), Some(&"the discipline's own"));
            assert_eq!(rx.recv(), Ok(1));
        });
        partner.join().unwrap();
    }
}

/// Where nothing has to be waited for, no place is forbidden.
#[test]
fn without_waiting_nothing_panics() {
    let _dog = watchdog();
    for place in ALLOWED.into_iter().chain(FORBIDDEN) {
        place.run(|| {
            let (tx, rx) = bifrons::bounded(2);
            let past = Instant::now();
            assert!(rx.recv_timeout(Duration::ZERO).unwrap_err().is_timeout());
            assert!(rx.recv_deadline(past).unwrap_err().is_timeout());
            tx.send(1).unwrap();
            tx.send_timeout(2, LONG).unwrap();
            assert_eq!(tx.try_send(3), Err(TrySendError::Full(3)));
            assert!(tx.send_timeout(3, Duration::ZERO).unwrap_err().is_timeout());
            assert!(tx.send_deadline(3, past).unwrap_err().is_timeout());
            assert_eq!((rx.recv(), rx.recv_timeout(LONG)), (Ok(1), Ok(2)));
            tx.send_deadline(4, past).unwrap();
            assert!(tx.join_timeout(Duration::ZERO).is_err());
            tx.reserve().unwrap().send(5).unwrap();
            assert!(bifrons::select! { send(tx, 6) -> _ => false, default => true });
            assert!(bifrons::select! { recv(rx) -> item => item == Ok(4), default => false });
            assert_eq!(rx.recv_many(&mut Vec::new(), 2), Ok(1));
            tx.join();
            tx.send(4).unwrap();
            tx.close();
            tx.closed();
            rx.closed();
            assert!(tx.send(5).is_err());
            assert!(rx.iter().eq([4]));
            assert_eq!(rx.recv(), Err(RecvError));
            let (tx, rx) = bifrons::lifo::unbounded();
            assert_eq!(tx.send_many(&mut (0..1000).collect()), Ok(1000), "more than one visit brings");
            assert_eq!(rx.recv(), Ok(999));
            let latest = Latest::new(|_, _| true, VecDeque::pop_front);
            let (tx, rx) = bifrons::builder().capacity(2).discipline(latest).build();
            assert_eq!(tx.send_many(&mut (0..4).collect()), Ok(4), "each takes the place of the one before");
            assert_eq!(rx.recv(), Ok(3));
            let (tx, rx) = bifrons::bounded(0);
            assert!(tx.send_timeout(1, Duration::ZERO).unwrap_err().is_timeout());
            drop(tx);
            assert_eq!(rx.recv(), Err(RecvError));
        });
    }
}

/// The only worker blocks in a task, and the task that serves it runs on the same runtime.
#[test]
fn the_tasks_of_a_blocked_worker_run_on() {
    let _dog = watchdog();
    for capacity in EVERY_KIND {
        let runtime = multi(1);
        let (tx, rx) = queue(capacity);
        let received = runtime.spawn(async move {
            let out = tx.to_async();
            // Where it is spawned it stands next in line on this very worker.
            let server = tokio::spawn(async move {
                while !somebody_waits(&tx.stats()) {
                    tokio::task::yield_now().await;
                }
                for item in 0..10 {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                    out.send(item).await.unwrap();
                }
            });
            let received: Vec<_> = rx.iter().collect();
            server.await.unwrap();
            received
        });
        assert!(runtime.block_on(received).unwrap().into_iter().eq(0..10), "{capacity:?}");
    }
}

/// More blocked tasks than workers, on both sides of a queue.
#[test]
fn more_blocking_tasks_than_workers() {
    let _dog = watchdog();
    for capacity in EVERY_KIND {
        let runtime = multi(2);
        let (tx, rx) = queue(capacity);
        let receivers: Vec<_> = (0..8)
            .map(|_| {
                let rx = rx.clone();
                runtime.spawn(async move { rx.iter().sum::<u64>() })
            })
            .collect();
        for sender in 0..8 {
            let tx = tx.clone();
            runtime.spawn(async move { (0..20).for_each(|item| tx.send(sender * 20 + item).unwrap()) });
        }
        drop((tx, rx));
        let sums = receivers.into_iter().map(|task| runtime.block_on(task).unwrap());
        assert_eq!(sums.sum::<u64>(), (0..160).sum(), "{capacity:?}");
    }
}

/// A task that panics for its blocking call ends by that, and the rest of its runtime goes on.
#[test]
fn a_refused_task_takes_nothing_with_it() {
    let _dog = watchdog();
    let census = Census::new();
    let (tx, rx) = bifrons::bounded(1);
    tx.send(census.item(0)).unwrap();
    current().block_on(async {
        let patient = tx.to_async();
        let waiting = tokio::spawn({
            let item = census.item(1);
            async move { patient.send(item).await.unwrap() }
        });
        let refused = tokio::spawn({
            let item = census.item(2);
            async move { tx.send(item).unwrap() }
        });
        assert_helpful(&message(refused.await.unwrap_err().into_panic()));
        assert_eq!(census.dropped(), [2], "the item of the send that panicked");
        let rx = rx.into_async();
        assert_eq!(rx.recv().await.map(|item| item.id), Ok(0));
        assert_eq!(rx.recv().await.map(|item| item.id), Ok(1));
        waiting.await.unwrap();
        assert!(rx.recv().await.is_err(), "the senders are gone");
    });
    census.assert_all_dropped_once([0, 1, 2]);
}

/// A second panic would end the process: a destructor that runs in a panic waits, as it does without the feature.
#[test]
fn a_wait_in_a_destructor_during_a_panic() {
    let _dog = watchdog();
    for place in ALLOWED.into_iter().chain(FORBIDDEN) {
        let (tx, rx) = bifrons::bounded(1);
        tx.send("before").unwrap();
        let partner = thread::spawn(move || {
            until_somebody_waits(|| rx.stats());
            rx.iter().collect::<Vec<_>>()
        });
        place.run(move || {
            let panic = catch_unwind(AssertUnwindSafe(|| {
                let _report = OnDrop(move || tx.send("end").unwrap());
                panic!("the task's own");
            }));
            assert_eq!(panic.unwrap_err().downcast_ref(), Some(&"the task's own"));
        });
        assert_eq!(partner.join().unwrap(), ["before", "end"], "{place:?}");
    }
}

/// A runtime that is told to end while a task of it blocks.
#[test]
fn a_runtime_ends_while_a_task_blocks() {
    let _dog = watchdog();
    for shutdown in [Runtime::shutdown_background, drop] {
        let (tx, rx) = bifrons::bounded(1);
        let (tell, told) = mpsc::channel();
        let runtime = multi(1);
        runtime.spawn(async move { tell.send(rx.recv()).unwrap() });
        until_somebody_waits(|| tx.stats());
        let ends = thread::spawn(move || shutdown(runtime));
        settle();
        tx.send(1).unwrap();
        assert_eq!(told.recv(), Ok(Ok(1)));
        ends.join().unwrap();
    }
}

/// The tasks that are left are dropped when their runtime ends, and may block then.
#[test]
fn a_task_blocks_as_it_is_dropped_with_its_runtime() {
    let _dog = watchdog();
    for runtime in [multi(1), current()] {
        let (tx, rx) = bifrons::bounded(1);
        tx.send("before").unwrap();
        let (tell, told) = tokio::sync::oneshot::channel();
        runtime.spawn(async move {
            let _report = OnDrop(move || tx.send("end").unwrap());
            tell.send(()).unwrap();
            std::future::pending::<()>().await;
        });
        runtime.block_on(told).unwrap();
        let partner = thread::spawn(move || {
            until_somebody_waits(|| rx.stats());
            rx.iter().collect::<Vec<_>>()
        });
        drop(runtime);
        assert_eq!(partner.join().unwrap(), ["before", "end"]);
    }
}

/// Destructors of thread locals, before and after those of tokio.
#[test]
fn a_wait_as_the_thread_ends() {
    type Report = OnDrop<Box<dyn FnMut()>>;

    thread_local! {
        static AT_EXIT: Cell<Option<Report>> = const { Cell::new(None) };
    }

    let _dog = watchdog();
    for tokio_goes_first in [true, false] {
        let (tx, rx) = bifrons::bounded(1);
        tx.send("before").unwrap();
        let leaving = thread::spawn(move || {
            if !tokio_goes_first {
                current().block_on(async {});
            }
            let report: Box<dyn FnMut()> = Box::new(move || tx.send("end").unwrap());
            AT_EXIT.set(Some(OnDrop(report)));
            // Destructors run in the reverse order of the first uses.
            current().block_on(async {});
        });
        until_somebody_waits(|| rx.stats());
        assert!(rx.iter().eq(["before", "end"]));
        leaving.join().unwrap();
    }
}
