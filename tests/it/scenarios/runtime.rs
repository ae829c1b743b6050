//! Family E, continued: a blocking call in a task is told apart from one that harms nobody.

use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use crate::support::watchdog;

fn runtimes() -> [(Runtime, bool); 2] {
    let multi = Builder::new_multi_thread().worker_threads(1).enable_time().build().unwrap();
    let current = Builder::new_current_thread().enable_time().build().unwrap();
    [(multi, true), (current, false)]
}

/// A task that blocks is diagnosed where it would stop its runtime, and served by the runtime's other tasks elsewhere.
#[test]
fn e50_blocking_call_in_a_task() {
    let _dog = watchdog();
    for (runtime, may_block) in runtimes() {
        let (tx, rx) = bifrons::bounded(1);
        let (reply_tx, reply_rx) = bifrons::bounded(1);
        let blocking = runtime.spawn(async move {
            let item = rx.recv().unwrap();
            reply_tx.send(item + 1).unwrap();
            // The queue is full, and stays so until the other task has had its turn.
            reply_tx.send(item + 2).unwrap();
        });
        let serving = runtime.spawn(async move {
            let (tx, reply_rx) = (tx.into_async(), reply_rx.into_async());
            tokio::time::sleep(Duration::from_millis(5)).await;
            let _ = tx.send(1).await;
            (reply_rx.recv().await, reply_rx.recv().await)
        });
        let blocking = runtime.block_on(blocking);
        let served = runtime.block_on(serving).unwrap();
        if may_block {
            blocking.unwrap();
            assert_eq!(served, (Ok(2), Ok(3)));
        } else {
            assert!(blocking.unwrap_err().is_panic(), "diagnosed");
            assert!(served.0.is_err() && served.1.is_err(), "the other task went on, and learned of it");
        }
    }
}
