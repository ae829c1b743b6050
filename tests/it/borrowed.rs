//! Items that borrow from the stack of the thread that made the queue.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use bifrons::{Receiver, Sender};
use futures_util::StreamExt;
use futures_util::future::join;

use crate::support::{EVERY_KIND, block_on, is_pending, queue, watchdog};

#[test]
fn references_pass_between_scoped_threads() {
    let _dog = watchdog();
    for capacity in EVERY_KIND {
        let words: Vec<String> = (0..200).map(|number| format!("word {number}")).collect();
        let (tx, rx) = queue::<&String>(capacity);
        thread::scope(|scope| {
            scope.spawn(|| {
                let tx = tx;
                words.iter().for_each(|word| tx.send(word).unwrap());
            });
            let received = rx.iter().map(std::ptr::from_ref);
            assert!(received.eq(words.iter().map(std::ptr::from_ref)), "{capacity:?}: the very same strings");
        });
        assert!(rx.is_closed());
    }
}

/// Places to write to, handed out one by one: no two threads get the same.
#[test]
fn mutable_borrows_pass_too() {
    let _dog = watchdog();
    for capacity in EVERY_KIND {
        let mut places = vec![0_u32; 100];
        let (tx, rx) = queue::<&mut u32>(capacity);
        thread::scope(|scope| {
            for _ in 0..2 {
                let rx: Receiver<&mut u32> = rx.clone();
                scope.spawn(move || rx.into_iter().for_each(|place| *place += 1));
            }
            drop(rx);
            places.iter_mut().for_each(|place| tx.send(place).unwrap());
            drop(tx);
        });
        assert!(places.iter().all(|&place| place == 1), "{capacity:?}");
    }
}

#[test]
fn tasks_on_scoped_threads_borrow_as_well() {
    let _dog = watchdog();
    for capacity in EVERY_KIND {
        let numbers: Vec<u64> = (0..200).collect();
        let (tx, rx) = queue::<&[u64]>(capacity);
        let (tx, rx) = (tx.into_async(), rx.into_async());
        let sum = thread::scope(|scope| {
            let summing = scope
                .spawn(move || block_on(rx.into_stream().fold(0, async |sum, chunk| sum + chunk.iter().sum::<u64>())));
            block_on(async {
                for chunk in numbers.chunks(7) {
                    tx.send(chunk).await.unwrap();
                }
                drop(tx);
            });
            summing.join().unwrap()
        });
        assert_eq!(sum, 199 * 100, "{capacity:?}");
    }
}

/// Within one task everything may borrow from its stack, and need not be `Send`.
#[test]
fn one_task_borrows_from_itself() {
    let _dog = watchdog();
    for capacity in EVERY_KIND {
        let cells: Vec<Cell<u32>> = (0..50).map(Cell::new).collect();
        let (tx, rx) = queue::<&Cell<u32>>(capacity);
        let (tx, rx) = (tx.into_async(), rx.into_async());
        let sending = async {
            for cell in &cells {
                tx.send(cell).await.unwrap();
            }
            tx.close();
        };
        let doubling = async {
            while let Ok(cell) = rx.recv().await {
                cell.set(cell.get() * 2);
            }
        };
        block_on(join(sending, doubling));
        assert!(cells.iter().map(Cell::get).eq((0..50).map(|number| number * 2)), "{capacity:?}");
    }
}

/// What waits in the queue, in a drain and in futures borrows no longer than its handles live.
#[test]
fn the_borrow_ends_with_the_queue() {
    struct Signs<'a>(&'a AtomicUsize);

    impl Drop for Signs<'_> {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    for capacity in [Some(2), None] {
        let signed = AtomicUsize::new(0);
        {
            let (tx, rx): (Sender<Signs<'_>>, Receiver<Signs<'_>>) = queue(capacity);
            assert!(tx.send(Signs(&signed)).is_ok());
            let drain = rx.drain();
            assert!(tx.send(Signs(&signed)).is_ok() && tx.send(Signs(&signed)).is_ok());
            let tx = tx.into_async();
            let mut send = tx.send(Signs(&signed));
            let waiting = is_pending(&mut send);
            assert_eq!(waiting, capacity.is_some());
            assert_eq!(signed.load(Ordering::Relaxed), 0);
            drop((send, drain));
            drop((tx, rx));
        }
        assert_eq!(signed.into_inner(), 4, "{capacity:?}");
    }
}
