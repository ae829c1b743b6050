//! Family E, continued: everybody has a turn.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use bifrons::TryRecvError;

use super::harness::{ALL, Face, ROOMY, TIGHT, Waiting, each};
use crate::support::{Looks, counting_waker, must_be_pending, poll_with, wait_until, watchdog, yield_now};

/// Threads and tasks stand in one line: whoever came first is served first.
#[test]
fn e49_one_line_for_threads_and_tasks() {
    each(&ALL, |case| {
        let (tx, rx) = case.queue();
        let served = Mutex::new(Vec::new());
        thread::scope(|scope| {
            let waiting: Vec<Waiting<_>> = (0..6)
                .map(|n| {
                    let face = if n % 2 == 0 { case.to } else { Face::Awaiting };
                    rx.clone().turned(face).start_recv()
                })
                .collect();
            for (who, waiting) in waiting.into_iter().enumerate() {
                let served = &served;
                scope.spawn(move || {
                    let item = waiting.finish().unwrap();
                    served.lock().unwrap().push((who, item));
                });
            }
            for item in 0..6 {
                tx.send(item).unwrap();
                wait_until(|| served.lock().unwrap().len() > item);
            }
        });
        let served = served.into_inner().unwrap();
        assert_eq!(served, (0..6).map(|n| (n, n)).collect::<Vec<_>>());
    });
}

/// A waiting receiver is overtaken at most 64 times.
#[test]
fn e49_bounded_overtaking_of_receivers() {
    each(&ALL, |case| {
        let (tx, rx) = case.queue();
        let patient = rx.to_async();
        let (_, waker) = counting_waker();
        let mut receive = patient.recv();
        must_be_pending(&mut receive, &waker);
        let mut overtaken = 0;
        loop {
            tx.try_send(overtaken).unwrap();
            let stolen = rx.try_recv();
            if poll_with(&mut receive, &waker).is_ready() {
                assert_eq!(stolen, Err(TryRecvError::Empty));
                break;
            }
            assert_eq!(stolen, Ok(overtaken));
            overtaken += 1;
            assert!(overtaken <= 64);
        }
    });
}

/// The mirror for a waiting sender.
#[test]
fn e49_bounded_overtaking_of_senders() {
    each(&TIGHT[1..], |case| {
        let (tx, rx, _) = case.full_queue();
        let patient = tx.to_async();
        let (_, waker) = counting_waker();
        let mut send = patient.send(1_000);
        must_be_pending(&mut send, &waker);
        let mut overtaken = 0;
        loop {
            rx.try_recv().unwrap();
            let stole = tx.try_send(overtaken).is_ok();
            if poll_with(&mut send, &waker).is_ready() {
                assert!(!stole, "there was one place");
                break;
            }
            assert!(stole);
            overtaken += 1;
            assert!(overtaken <= 64);
        }
    });
}

/// A receiver that never waits cannot starve one that does, in a stream that never stops.
#[test]
fn e49_hot_receiver_starves_nobody() {
    each(&ROOMY, |case| {
        let (tx, rx) = case.queue::<u64>();
        let patient = rx.start_recv().in_background();
        thread::scope(|scope| {
            let patient = &patient;
            scope.spawn(move || {
                let (mut n, mut looks) = (0, Looks::default());
                while !patient.is_finished() {
                    // An unbounded queue need not grow while it waits for the CPU.
                    if tx.len() > 1_000 || tx.try_send(n).is_err() {
                        looks.pause();
                    }
                    n += 1;
                }
            });
            while !patient.is_finished() {
                let _ = rx.try_recv();
            }
        });
        assert!(patient.join().unwrap().is_ok());
    });
}

/// A task with always something to do lets the others of its executor run.
#[test]
fn e49_hot_task_yields_to_its_executor() {
    const ITEMS: usize = 5_000;
    let _watch = watchdog();

    async fn send_all(tx: bifrons::AsyncSender<usize>) {
        for n in 0..ITEMS {
            tx.send(n).await.unwrap();
        }
    }
    async fn receive_all(rx: bifrons::AsyncReceiver<usize>) {
        for n in 0..ITEMS {
            assert_eq!(rx.recv().await, Ok(n));
        }
    }
    /// Counts how often it was its turn until the others are done.
    async fn tick(done: &AtomicBool) -> usize {
        let mut ticks = 0;
        while !done.load(Ordering::Relaxed) {
            ticks += 1;
            yield_now().await;
        }
        ticks
    }

    for on_tokio in [true, false] {
        let (tx, rx) = bifrons::unbounded();
        let (tx, rx) = (tx.into_async(), rx.into_async());
        let hot: [std::pin::Pin<Box<dyn Future<Output = ()> + Send>>; 2] =
            [Box::pin(send_all(tx.clone())), Box::pin(receive_all(rx))];
        for hot in hot {
            static DONE: AtomicBool = AtomicBool::new(false);
            DONE.store(false, Ordering::Relaxed);
            let hot = async {
                hot.await;
                DONE.store(true, Ordering::Relaxed);
            };
            let ticks = if on_tokio {
                let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                let ticks = runtime.spawn(tick(&DONE));
                let hot = runtime.spawn(hot);
                runtime.block_on(async { hot.await.and(ticks.await) }).unwrap()
            } else {
                let executor = smol::Executor::new();
                let (ticks, hot) = (executor.spawn(tick(&DONE)), executor.spawn(hot));
                smol::block_on(executor.run(async {
                    hot.await;
                    ticks.await
                }))
            };
            assert!(ticks >= ITEMS / 128, "the other task had its turn {ticks} times");
        }
    }
}
