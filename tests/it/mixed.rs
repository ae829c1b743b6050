//! Threads on one face, tasks on the other, one queue between them.

use std::sync::Mutex;
use std::thread;

use bifrons::{AsyncReceiver, AsyncSender, Receiver, RecvError, Sender};
use futures_util::StreamExt;
use futures_util::future::{join, join_all};

use crate::support::{EVERY_KIND, Executor, block_on, queue, watchdog};

#[test]
fn thread_to_task() {
    let _dog = watchdog();
    for (capacity, executor) in combinations() {
        let (tx, rx) = queue(capacity);
        let rx = rx.into_async();
        let sender = thread::spawn(move || {
            for item in 0..500_u32 {
                tx.send(item).unwrap();
            }
        });
        let received = executor.run(async move {
            let mut received = Vec::new();
            while let Ok(item) = rx.recv().await {
                received.push(item);
            }
            received
        });
        assert!(received.into_iter().eq(0..500), "{capacity:?} on {executor:?}");
        sender.join().unwrap();
    }
}

#[test]
fn task_to_thread() {
    let _dog = watchdog();
    for (capacity, executor) in combinations() {
        let (tx, rx) = queue(capacity);
        let tx = tx.into_async();
        let receiver = thread::spawn(move || rx.into_iter().collect::<Vec<_>>());
        executor.run(async move {
            for item in 0..500_u32 {
                tx.send(item).await.unwrap();
            }
        });
        assert!(receiver.join().unwrap().into_iter().eq(0..500), "{capacity:?} on {executor:?}");
    }
}

/// A thread asks, a task answers, and neither goes on before the other did.
#[test]
fn round_trips_between_thread_and_task() {
    let _dog = watchdog();
    for (capacity, executor) in combinations() {
        let (ask, asked) = queue(capacity);
        let (answer, answered) = queue(capacity);
        let (asked, answer) = (asked.into_async(), answer.into_async());
        let thread = thread::spawn(move || {
            for item in 0..300_u32 {
                ask.send(item).unwrap();
                assert_eq!(answered.recv(), Ok(item * 2));
            }
            drop(ask);
            assert_eq!(answered.recv(), Err(RecvError));
        });
        executor.run(async move {
            while let Ok(item) = asked.recv().await {
                answer.send(item * 2).await.unwrap();
            }
        });
        thread.join().unwrap_or_else(|_| panic!("{capacity:?} on {executor:?}"));
    }
}

/// Threads and tasks send, threads and tasks receive, all at once.
#[test]
fn both_faces_on_both_sides() {
    let _dog = watchdog();
    for (capacity, executor) in combinations() {
        const EACH: u32 = 100;
        let (tx, rx) = queue(capacity);
        let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
        let senders: Vec<_> = (0..2)
            .map(|sender| {
                let tx = tx.clone();
                thread::spawn(move || (0..EACH).for_each(|number| tx.send(sender * EACH + number).unwrap()))
            })
            .collect();
        let receivers: Vec<_> = (0..2)
            .map(|_| {
                let rx = rx.clone();
                thread::spawn(move || rx.into_iter().collect::<Vec<_>>())
            })
            .collect();
        drop((tx, rx));
        let mut received = executor.run(async move {
            let sending = (2..4).map(|sender| {
                let tx = async_tx.clone();
                async move {
                    for number in 0..EACH {
                        tx.send(sender * EACH + number).await.unwrap();
                    }
                }
            });
            let sending = join_all(sending);
            drop(async_tx);
            let receiving = join_all((0..2).map(|_| async_rx.stream().collect::<Vec<_>>()));
            drop(async_rx);
            join(sending, receiving).await.1.concat()
        });
        for sender in senders {
            sender.join().unwrap();
        }
        for receiver in receivers {
            received.extend(receiver.join().unwrap());
        }
        received.sort_unstable();
        assert!(received.into_iter().eq(0..4 * EACH), "{capacity:?} on {executor:?}");
    }
}

/// One queue serves tokio, smol, a bare executor and threads at the same time, in both directions.
#[test]
fn two_runtimes_and_threads_at_once() {
    let _dog = watchdog();
    const EACH: u64 = 300;

    async fn send_all(tx: AsyncSender<u64>, first: u64) {
        for number in 0..EACH {
            tx.send(first + number).await.unwrap();
        }
    }

    async fn receive_all(rx: AsyncReceiver<u64>, received: &Mutex<Vec<u64>>) {
        let mut own = Vec::new();
        while let Ok(item) = rx.recv().await {
            own.push(item);
        }
        assert!(rx.is_closed());
        received.lock().unwrap().append(&mut own);
    }

    fn run_on(
        executor: Executor,
        tx: AsyncSender<u64>,
        rx: AsyncReceiver<u64>,
        first: u64,
        received: &Mutex<Vec<u64>>,
    ) {
        // Borrowing, so that it cannot be spawned: every executor can block on it all the same.
        let work = join(send_all(tx, first), receive_all(rx, received));
        match executor {
            Executor::TokioMultiThread => {
                tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap().block_on(work)
            }
            Executor::TokioCurrentThread => {
                tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
            }
            Executor::Smol => smol::block_on(work),
            Executor::Bare => block_on(work),
        };
    }

    for capacity in EVERY_KIND {
        let (tx, rx): (Sender<u64>, Receiver<u64>) = queue(capacity);
        let received = Mutex::new(Vec::new());
        thread::scope(|scope| {
            for (place, executor) in (0..).zip(Executor::ALL) {
                let (tx, rx, received) = (tx.to_async(), rx.to_async(), &received);
                scope.spawn(move || run_on(executor, tx, rx, place * EACH, received));
            }
            for place in 4..6 {
                let tx = tx.clone();
                scope.spawn(move || (0..EACH).for_each(|number| tx.send(place * EACH + number).unwrap()));
            }
            for _ in 0..2 {
                let (rx, received) = (rx.clone(), &received);
                scope.spawn(move || {
                    let own: Vec<_> = rx.iter().collect();
                    received.lock().unwrap().extend(own);
                });
            }
            drop((tx, rx));
        });
        let mut received = received.into_inner().unwrap();
        received.sort_unstable();
        assert!(received.into_iter().eq(0..6 * EACH), "{capacity:?}");
    }
}

/// A handle may change its face in the middle of its work.
#[test]
fn one_handle_on_one_face_after_the_other() {
    let _dog = watchdog();
    for capacity in EVERY_KIND {
        let (mut tx, mut rx) = queue(capacity);
        let sender = thread::spawn(move || {
            for item in (0..200_u32).step_by(2) {
                tx.send(item).unwrap();
                let async_tx = tx.into_async();
                block_on(async_tx.send(item + 1)).unwrap();
                tx = async_tx.into_sync();
            }
        });
        for item in (0..200).step_by(2) {
            assert_eq!(rx.recv(), Ok(item), "{capacity:?}");
            let async_rx = rx.into_async();
            assert_eq!(block_on(async_rx.recv()), Ok(item + 1), "{capacity:?}");
            rx = async_rx.into_sync();
        }
        sender.join().unwrap();
        assert_eq!(rx.recv(), Err(RecvError));
    }
}

/// Every capacity on every executor.
fn combinations() -> impl Iterator<Item = (Option<usize>, Executor)> {
    EVERY_KIND.into_iter().flat_map(|capacity| Executor::ALL.map(|executor| (capacity, executor)))
}
