//! Ordinary use, outside of any model: in the world of the model checker every one of these tests would panic.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake};
use std::thread::{self, Thread};
use std::time::Duration;

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    let waker = Arc::new(Unpark(thread::current())).into();
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

const KINDS: [Option<usize>; 5] = [Some(0), Some(1), Some(3), Some(1_000_000), None];

fn queue(capacity: Option<usize>) -> (bifrons::Sender<u32>, bifrons::Receiver<u32>) {
    capacity.map_or_else(bifrons::unbounded, bifrons::bounded)
}

#[test]
fn thread_to_thread() {
    for capacity in KINDS {
        let (tx, rx) = queue(capacity);
        let sender = thread::spawn(move || (0..1000).try_for_each(|item| tx.send(item)));
        assert!(rx.iter().eq(0..1000), "{capacity:?}");
        assert!(sender.join().unwrap().is_ok(), "{capacity:?}");
    }
}

#[test]
fn thread_to_task() {
    for capacity in KINDS {
        let (tx, rx) = queue(capacity);
        let rx = rx.into_async();
        let sender = thread::spawn(move || (0..1000).try_for_each(|item| tx.send(item)));
        block_on(async {
            for item in 0..1000 {
                assert_eq!(rx.recv().await, Ok(item), "{capacity:?}");
            }
            assert!(rx.recv().await.is_err(), "{capacity:?}");
        });
        assert!(sender.join().unwrap().is_ok(), "{capacity:?}");
    }
}

#[test]
fn task_to_thread() {
    for capacity in KINDS {
        let (tx, rx) = queue(capacity);
        let receiver = thread::spawn(move || rx.iter().map(u64::from).sum::<u64>());
        let tx = tx.into_async();
        block_on(async move {
            for item in 0..1000 {
                tx.send(item).await.unwrap();
            }
        });
        assert_eq!(receiver.join().unwrap(), 499_500, "{capacity:?}");
    }
}

#[test]
fn time_passes() {
    let (tx, rx) = queue(Some(1));
    assert!(rx.recv_timeout(Duration::from_millis(5)).unwrap_err().is_timeout());
    tx.send(1).unwrap();
    assert!(tx.send_timeout(2, Duration::from_millis(5)).unwrap_err().is_timeout());
    assert_eq!(rx.recv(), Ok(1));
}
