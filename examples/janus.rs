//! The example with which Python's janus introduces itself, line for line.
//!
//! | line | in Python | here |
//! |---|---|---|
//! | 1 | `queue = janus.Queue()` | `bifrons::unbounded()`, whose two halves are `sync_q` and `async_q` |
//! | 2 | `sync_q.put(i)` | `sync_q.send(i)` |
//! | 3 | `sync_q.join()` | `sync_q.join()` |
//! | 4 | `val = await async_q.get()` | `async_q.recv_task().await`, which remembers that somebody is at work on it |
//! | 5 | `async_q.task_done()` | `val.done()`: the item itself says so, once; where that is left out its drop does |
//! | 6 | `loop.run_in_executor(None, threaded, sync_q)` | `spawn_blocking` |
//! | 7 | `await queue.aclose()` | `shutdown()`; nobody has to, and there is nothing to wait for |

use bifrons::{AsyncReceiver, Sender};

fn threaded(sync_q: &Sender<u32>) {
    for i in 0..100 {
        sync_q.send(i).expect("the queue is open"); // 2
    }
    sync_q.join(); // 3
}

async fn async_coro(async_q: &AsyncReceiver<u32>) {
    for i in 0..100 {
        let val = async_q.recv_task().await.expect("the queue is open"); // 4
        assert_eq!(*val, i);
        val.done(); // 5
    }
}

#[tokio::main]
async fn main() {
    let (sync_q, async_q) = bifrons::unbounded(); // 1
    let async_q = async_q.into_async();
    let fut = tokio::task::spawn_blocking(move || threaded(&sync_q)); // 6
    async_coro(&async_q).await;
    fut.await.expect("no panic");
    let left = async_q.shutdown().count(); // 7

    let stats = async_q.stats();
    println!("put={} got={} unfinished={} left={left}", stats.sent, stats.received, stats.len + stats.tasks);
}
