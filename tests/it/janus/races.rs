//! Cancelling, resizing, clearing, shutting down: each at any moment of the traffic.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

use bifrons::{AsyncReceiver, AsyncSender, Receiver, Sender};

use super::orders::{Order, in_every_order, unfinished};
use crate::support::{Random, StartLine, block_on, jitter, rounds, wait_until};

in_every_order!(cancel_storm, resizing_against_puts, clearing_against_puts, shutdown_against_every_verb);

const BRIEFLY: Duration = Duration::from_micros(1);

/// Polls a future a few times and then gives it up, unless it was ready.
async fn given_up<F: Future + Unpin>(mut future: F, polls: u64) -> (F, Option<F::Output>) {
    struct Polls<'a, F>(&'a mut F, u64);

    impl<F: Future + Unpin> Future for Polls<'_, F> {
        type Output = Option<F::Output>;

        fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
            if let Poll::Ready(output) = Pin::new(&mut *self.0).poll(context) {
                return Poll::Ready(Some(output));
            }
            if self.1 == 0 {
                return Poll::Ready(None);
            }
            self.1 -= 1;
            context.waker().wake_by_ref();
            Poll::Pending
        }
    }

    let output = Polls(&mut future, polls).await;
    (future, output)
}

/// Sends the numbers, giving up again and again, and loses none by it.
async fn impatient_sends(tx: AsyncSender<u32>, numbers: impl Iterator<Item = u32>, mut random: Random) {
    for number in numbers {
        let mut own = Some(number);
        while let Some(item) = own.take() {
            let (mut send, sent) = given_up(tx.send(item), random.below(4)).await;
            match sent {
                Some(sent) => sent.unwrap(),
                None => own = send.take(),
            }
        }
    }
}

async fn impatient_recvs(rx: AsyncReceiver<u32>, mut random: Random) -> Vec<u32> {
    let mut received = vec![];
    loop {
        let result = if random.below(2) == 0 {
            given_up(rx.recv(), random.below(4)).await.1
        } else {
            given_up(rx.recv_task(), random.below(4)).await.1.map(|result| result.map(|task| task.into_inner()))
        };
        match result {
            Some(Ok(item)) => received.push(item),
            Some(Err(_)) => return received,
            None => {}
        }
    }
}

/// Thousands of waits that are cut short, on both faces: in is out.
fn cancel_storm<O: Order>() {
    const EACH: u32 = 2_000;
    let mut random = Random::from_chance();
    for capacity in [0, 1, 3] {
        let (tx, rx) = O::bounded(capacity);
        let mut received = thread::scope(|scope| {
            for sender in 0..2 {
                let numbers = sender * EACH..(sender + 1) * EACH;
                let tx = tx.clone();
                let random = Random::new(random.draw());
                scope.spawn(move || {
                    if sender == 0 {
                        block_on(impatient_sends(tx.into_async(), numbers, random));
                    } else {
                        for number in numbers {
                            let mut own = number;
                            while let Err(error) = tx.send_timeout(own, BRIEFLY) {
                                assert!(error.is_timeout());
                                own = error.into_inner();
                            }
                        }
                    }
                });
            }
            drop(tx);
            let task = {
                let (rx, random) = (rx.to_async(), Random::new(random.draw()));
                scope.spawn(move || block_on(impatient_recvs(rx, random)))
            };
            let mut received = vec![];
            loop {
                match rx.recv_timeout(BRIEFLY) {
                    Ok(item) => received.push(item),
                    Err(error) if error.is_closed() => break,
                    Err(_) => {}
                }
            }
            received.extend(task.join().unwrap());
            received
        });
        received.sort_unstable();
        assert!(received.into_iter().eq(0..2 * EACH), "capacity {capacity}");
        assert_eq!((rx.stats().waiting_receivers, rx.stats().waiting_senders, unfinished(rx.stats())), (0, 0, 0));
    }
}

/// Four senders into a queue whose capacity never rests.
fn resizing_against_puts<O: Order>() {
    const EACH: u32 = 1_000;
    const GREATEST: usize = 9;
    let (tx, rx) = O::bounded(1);
    let over = AtomicBool::new(false);
    let mut received = thread::scope(|scope| {
        for sender in 0..4 {
            let tx = tx.clone();
            scope.spawn(move || {
                for number in sender * EACH..(sender + 1) * EACH {
                    if sender % 2 == 0 { tx.send(number) } else { block_on(tx.to_async().send(number)) }.unwrap();
                }
            });
        }
        drop(tx);
        scope.spawn(|| {
            let mut random = Random::from_chance();
            while !over.load(Ordering::Relaxed) {
                let capacity = 1 + usize::try_from(random.below(GREATEST as u64)).unwrap();
                rx.set_capacity(capacity).unwrap();
                assert!(rx.len() <= GREATEST, "nobody gets in above the greatest of all capacities");
                jitter(&mut random);
            }
        });
        let received: Vec<_> = rx.iter().collect();
        over.store(true, Ordering::Relaxed);
        received
    });
    received.sort_unstable();
    assert!(received.into_iter().eq(0..4 * EACH));
}

/// Senders, a receiver, and somebody who clears the queue all the time; and a joiner in the end.
fn clearing_against_puts<O: Order>() {
    const EACH: u32 = 2_000;
    for capacity in [0, 1, 16] {
        let (tx, rx) = O::bounded(capacity);
        let over = AtomicBool::new(false);
        let mut found = thread::scope(|scope| {
            let (own, over) = (&rx, &over);
            let clearing = scope.spawn(move || {
                let mut found = vec![];
                while !over.load(Ordering::Relaxed) {
                    found.extend(own.drain());
                    thread::yield_now();
                }
                found
            });
            let receiving = scope.spawn(move || block_on(receive_all(own.to_async())));
            let senders: Vec<_> = (0..2)
                .map(|sender| {
                    let tx = tx.clone();
                    scope.spawn(move || {
                        for number in sender * EACH..(sender + 1) * EACH {
                            if sender == 0 { tx.send(number) } else { block_on(tx.to_async().send(number)) }.unwrap();
                        }
                    })
                })
                .collect();
            for sender in senders {
                sender.join().unwrap();
            }
            tx.join();
            assert_eq!(unfinished(tx.stats()), 0);
            over.store(true, Ordering::Relaxed);
            let mut found = clearing.join().unwrap();
            drop(tx);
            found.extend(receiving.join().unwrap());
            found
        });
        found.sort_unstable();
        assert!(found.into_iter().eq(0..2 * EACH), "capacity {capacity}");
    }
}

async fn receive_all(rx: AsyncReceiver<u32>) -> Vec<u32> {
    let mut received = vec![];
    while let Ok(item) = rx.recv().await {
        received.push(item);
    }
    received
}

/// What a verb did with the items it was given, and which it got.
#[derive(Debug, Default)]
struct Account {
    sent: Vec<u32>,
    got: Vec<u32>,
}

/// Does its work with the numbers from the last one on.
type Verb = fn(&Sender<u32>, &Receiver<u32>, u32) -> Account;

/// Each goes on until the queue is closed to it.
const VERBS: [Verb; 12] = [
    |tx, _, first| send_until_closed(first, |item| tx.send(item).is_ok()),
    |tx, _, first| send_until_closed(first, |item| block_on(tx.to_async().send(item)).is_ok()),
    |tx, _, first| {
        send_until_closed(first, |item| {
            // A permit is room, and no promise that the queue stays open.
            tx.reserve().is_ok_and(|permit| permit.send(item).is_ok())
        })
    },
    |tx, _, first| {
        let mut account = Account::default();
        let mut items: std::collections::VecDeque<_> = (first..first + 1_000).collect();
        while tx.send_many(&mut items).is_ok() && !items.is_empty() {}
        account.sent.extend(first..first + 1_000 - u32::try_from(items.len()).unwrap());
        account
    },
    |_, rx, _| Account { got: rx.iter().collect(), ..Account::default() },
    |_, rx, _| Account { got: block_on(receive_all(rx.to_async())), ..Account::default() },
    |_, rx, _| {
        let got = std::iter::from_fn(|| rx.recv_task().ok().map(|task| task.into_inner()));
        Account { got: got.collect(), ..Account::default() }
    },
    |_, rx, _| {
        let mut got = vec![];
        while rx.recv_many(&mut got, 3).is_ok() {}
        Account { got, ..Account::default() }
    },
    |_, rx, _| {
        let mut got = vec![];
        while !rx.is_closed() {
            got.extend(rx.drain());
            thread::yield_now();
        }
        Account { got, ..Account::default() }
    },
    |tx, _, _| {
        tx.join();
        Account::default()
    },
    |tx, _, _| {
        block_on(tx.to_async().join());
        Account::default()
    },
    |_, rx, _| {
        rx.closed();
        Account::default()
    },
];

fn send_until_closed(first: u32, mut send: impl FnMut(u32) -> bool) -> Account {
    let sent = (first..first + 1_000).take_while(|&item| send(item)).collect();
    Account { sent, ..Account::default() }
}

/// All verbs at once, and a shutdown at some moment: every item that was sent is got, by one.
fn shutdown_against_every_verb<O: Order>() {
    let mut random = Random::from_chance();
    for _ in rounds(60) {
        let capacity = [1, 3, 64][usize::try_from(random.below(3)).unwrap()];
        let (tx, rx) = O::bounded(capacity);
        let start = StartLine::new(VERBS.len() + 1);
        let moment = random.below(400);
        let accounts = thread::scope(|scope| {
            let (tx, rx, start) = (&tx, &rx, &start);
            let threads: Vec<_> = (0..)
                .zip(VERBS)
                .map(|(place, verb)| {
                    scope.spawn(move || {
                        start.wait();
                        verb(tx, rx, place * 10_000)
                    })
                })
                .collect();
            start.wait();
            wait_until(|| rx.stats().sent >= moment);
            let mut accounts = vec![Account { got: rx.shutdown().collect(), ..Account::default() }];
            accounts.extend(threads.into_iter().map(|thread| thread.join().unwrap()));
            accounts
        });
        let mut sent: Vec<_> = accounts.iter().flat_map(|account| account.sent.iter().copied()).collect();
        let mut got: Vec<_> = accounts.iter().flat_map(|account| account.got.iter().copied()).collect();
        sent.sort_unstable();
        got.sort_unstable();
        assert_eq!(sent, got, "capacity {capacity}, shut down after {moment}");
        assert_eq!((unfinished(rx.stats()), rx.stats().reserved), (0, 0));
        assert_eq!((rx.stats().waiting_senders, rx.stats().waiting_receivers), (0, 0));
    }
}
