//! Runtimes that go with tasks of theirs in line, and threads that unwind, while others wait behind them.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use bifrons::{AsyncReceiver, AsyncSender, Receiver, Sender};
use tokio::runtime::{Builder, Runtime};

use crate::support::{EVERY_KIND, is_pending, must_be_ready, queue, spawn_until_asleep, until_changed, watchdog};

fn current_thread() -> Runtime {
    Builder::new_current_thread().build().unwrap()
}

fn multi_thread() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).build().unwrap()
}

/// How a runtime goes: a name, how it is made, how it ends.
type End = (&'static str, fn() -> Runtime, fn(Runtime));

const ENDS: [End; 4] = [
    ("dropped", current_thread, drop),
    ("dropped, of several threads", multi_thread, drop),
    ("shut down in the background", multi_thread, Runtime::shutdown_background),
    ("shut down with a limit", multi_thread, |runtime| runtime.shutdown_timeout(Duration::from_secs(30))),
];

/// Waits for everything that can be waited for, once each, until its runtime goes.
fn wait_for_everything(runtime: &Runtime, tx: &AsyncSender<u32>, rx: &AsyncReceiver<u32>) {
    fn spawn<F: Future<Output = ()> + Send + 'static>(runtime: &Runtime, future: F) {
        drop(runtime.spawn(future));
    }

    let (a, b, c) = (rx.clone(), rx.clone(), rx.clone());
    spawn(runtime, async move { _ = a.recv().await });
    spawn(runtime, async move { _ = b.recv_many(&mut Vec::new(), 3).await });
    spawn(runtime, async move { _ = c.recv_task().await });
    let (d, e) = (rx.clone(), tx.clone());
    spawn(runtime, async move { d.closed().await });
    spawn(runtime, async move { e.closed().await });
}

/// Everybody who can run has run, as far as it gets.
fn let_run(runtime: &Runtime, until: impl Fn() -> bool) {
    while !until() {
        runtime.block_on(tokio::task::yield_now());
    }
}

/// A runtime goes with receivers in line, some of whom were called and have not run: a thread behind them gets its item.
#[test]
fn a_runtime_goes_with_receivers_in_line() {
    let _dog = watchdog();
    for capacity in EVERY_KIND {
        for (how, make, end) in ENDS {
            let (tx, rx) = queue(capacity);
            let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
            let runtime = make();
            wait_for_everything(&runtime, &async_tx, &async_rx);
            let_run(&runtime, || tx.stats().waiting_receivers == 3);
            let before = format!("{tx:?}");
            let heir = {
                let rx = rx.clone();
                thread::spawn(move || rx.recv())
            };
            until_changed(&tx, &before);
            // Its wake lies in the runtime: on one thread nobody runs there now.
            assert!(tx.try_send(1).is_ok());
            end(runtime);
            // With workers of its own, those may take it before they go, and the next as well. One that lies there is the heir's.
            while !heir.is_finished() {
                if tx.is_empty() {
                    let _ = tx.try_send(2);
                }
                thread::sleep(Duration::from_micros(100));
            }
            assert!(heir.join().unwrap().is_ok(), "{how}, {capacity:?}");
        }
    }
}

/// The same with senders, who wait for room, and with those who wait until all is done.
#[test]
fn a_runtime_goes_with_senders_in_line() {
    let _dog = watchdog();
    for capacity in [1, 3] {
        for (how, make, end) in ENDS {
            let (tx, rx) = bifrons::bounded(capacity);
            (0..capacity as u32).for_each(|item| tx.send(item).unwrap());
            let runtime = make();
            let (a, b, c) = (tx.to_async(), tx.to_async(), tx.to_async());
            drop(runtime.spawn(async move { a.send(100).await }));
            drop(runtime.spawn(async move { b.reserve().await.map(drop) }));
            drop(runtime.spawn(async move { c.join().await }));
            let_run(&runtime, || tx.stats().waiting_senders == 2);
            let before = format!("{tx:?}");
            let heir = {
                let tx = tx.clone();
                thread::spawn(move || tx.send(101))
            };
            until_changed(&tx, &before);
            assert_eq!(rx.recv(), Ok(0));
            end(runtime);
            // What the runtime held up has come back; the one item of its that may have moved in is taken.
            let mut received = Vec::new();
            while !received.contains(&101) {
                received.push(rx.recv().unwrap());
            }
            assert_eq!(heir.join().unwrap(), Ok(()), "{how}");
            // Workers that have not gone yet may send theirs after the heir's, or hold room for a moment.
            while tx.join_timeout(Duration::from_millis(1)).is_err() || tx.stats().reserved > 0 {
                let _ = rx.try_recv();
            }
        }
    }
}

/// A `block_on` that unwinds takes its futures along, each of which passes its call on.
#[test]
fn a_block_on_unwinds() {
    let _dog = watchdog();
    for capacity in EVERY_KIND {
        let (tx, rx) = queue::<u32>(capacity);
        let async_rx = rx.to_async();
        let (called, go_on) = mpsc::channel::<()>();
        let (in_line, is_in_line) = mpsc::channel();
        let unwinds = thread::spawn(move || {
            current_thread().block_on(async {
                let mut recv = async_rx.recv();
                assert!(is_pending(&mut recv));
                in_line.send(()).unwrap();
                go_on.recv().unwrap();
                // Without the message that a panic would print.
                resume_unwind(Box::new("the task's own"));
            })
        });
        is_in_line.recv().unwrap();
        let heir = spawn_until_asleep({
            let rx = rx.clone();
            move || rx.recv()
        });
        assert!(tx.try_send(1).is_ok());
        called.send(()).unwrap();
        assert!(unwinds.join().is_err());
        assert_eq!(heir.join().unwrap(), Ok(1), "{capacity:?}");
    }
}

/// A thread unwinds with everything in hand that there is: its room, its tasks, its calls and its handles go to others.
#[test]
fn a_thread_unwinds_with_everything_in_hand() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::bounded(2);
    tx.send(0).unwrap();
    let unwinds = |tx: &Sender<u32>, rx: &Receiver<u32>| {
        let task = rx.recv_task().unwrap();
        let permits = tx.reserve_many(2).unwrap();
        let async_tx = tx.to_async();
        let mut send = async_tx.send(1);
        assert!(is_pending(&mut send));
        let heir = spawn_until_asleep({
            let tx = tx.clone();
            move || tx.send(2)
        });
        let joiner = spawn_until_asleep({
            let tx = tx.clone();
            move || tx.join_timeout(Duration::MAX)
        });
        let panic = catch_unwind(AssertUnwindSafe(move || {
            // The send goes first: with room it would still be done.
            let _in_hand = (send, task, permits);
            resume_unwind(Box::new("the thread's own"));
        }));
        assert!(panic.is_err());
        (heir, joiner)
    };
    let (heir, joiner) = unwinds(&tx, &rx);
    assert_eq!(heir.join().unwrap(), Ok(()));
    assert_eq!(rx.recv(), Ok(2));
    assert_eq!(joiner.join().unwrap(), Ok(()));
    assert_eq!((tx.stats().reserved, tx.stats().tasks), (0, 0));

    // The last handle goes in a panic: whoever waits learns of the close.
    let waits = spawn_until_asleep(move || rx.recv());
    let panic = catch_unwind(AssertUnwindSafe(move || {
        let _last = tx;
        resume_unwind(Box::new("the thread's own"));
    }));
    assert!(panic.is_err() && waits.join().unwrap().is_err());
}

/// A runtime of its own, dropped in the midst of another, changes nothing there.
#[test]
fn one_of_two_runtimes_goes() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::bounded(1);
    let (tx, rx) = (tx.into_async(), rx.into_async());
    let (stays, goes) = (current_thread(), current_thread());
    let gone = rx.clone();
    let task = goes.spawn(async move { gone.recv().await });
    let_run(&goes, || tx.stats().waiting_receivers == 1);
    let mut first = stays.spawn({
        let rx = rx.clone();
        async move { rx.recv().await }
    });
    let_run(&stays, || tx.stats().waiting_receivers == 2);
    must_be_ready(&mut tx.send(1)).unwrap();
    drop(goes);
    assert_eq!(stays.block_on(&mut first).unwrap(), Ok(1));
    assert!(stays.block_on(task).unwrap_err().is_cancelled());
}
