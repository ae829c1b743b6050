//! Newcomers pass a waiter that was called, but not without bound, and nothing of it outlasts the waiter.

use std::sync::Arc;
use std::task::{Poll, Waker};

use bifrons::future::RecvFuture;
use bifrons::{AsyncReceiver, AsyncSender, RecvError, TryRecvError};

use crate::support::{
    EVERY_KIND, Random, WakeCount, counting_waker, is_pending, must_be_pending, must_be_ready, poll_with, queue,
};

/// After how many failed calls newcomers stand behind the head of the line.
const BOUND: u32 = 64;

/// How the waiter goes away after it was overtaken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Served,
    Dropped,
    Closed,
}

fn faces<T>(capacity: Option<usize>) -> (AsyncSender<T>, AsyncReceiver<T>) {
    let (tx, rx) = queue(capacity);
    (tx.into_async(), rx.into_async())
}

/// Around nothing, around the bound, and at it.
fn attempts() -> impl Iterator<Item = (u32, End)> {
    let counts = [0, 1, 2, BOUND / 2, BOUND - 1, BOUND, BOUND + 1, 2 * BOUND];
    counts.into_iter().flat_map(|count| [End::Served, End::Dropped, End::Closed].map(|end| (count, end)))
}

#[test]
fn receivers_are_overtaken_within_bounds() {
    for (capacity, (attempts, end)) in EVERY_KIND.into_iter().flat_map(|kind| attempts().map(move |way| (kind, way))) {
        let context = format!("{capacity:?}, {attempts} attempts, {end:?}");
        let (tx, rx) = faces(capacity);
        let mut recv = rx.recv();
        assert!(is_pending(&mut recv));
        let mut left = None;
        let mut overtaken = 0;
        for item in 0..attempts {
            tx.try_send(item).unwrap();
            match rx.try_recv() {
                Ok(stolen) => {
                    assert_eq!(stolen, item);
                    assert!(is_pending(&mut recv), "{context}");
                    overtaken += 1;
                }
                Err(error) => {
                    assert_eq!(error, TryRecvError::Empty, "{context}");
                    left = Some(item);
                    break;
                }
            }
        }
        assert!(overtaken <= BOUND, "{context}: overtaken {overtaken} times");
        assert_eq!(rx.len(), usize::from(left.is_some()), "{context}");
        match (end, left) {
            (End::Served, Some(item)) => assert_eq!(must_be_ready(&mut recv), Ok(item), "{context}"),
            (End::Served, None) => {
                tx.try_send(900).unwrap();
                assert_eq!(must_be_ready(&mut recv), Ok(900), "{context}");
            }
            (End::Dropped, left) => {
                drop(recv);
                assert_eq!(rx.try_recv().ok(), left, "{context}: what was kept for it is for anybody");
            }
            (End::Closed, left) => {
                tx.close();
                // What is left in a closed queue is for whoever comes; told that it is closed, nobody would come again.
                assert_eq!(rx.try_recv(), left.ok_or(TryRecvError::Closed), "{context}");
                assert_eq!(must_be_ready(&mut recv), Err(RecvError), "{context}");
                continue;
            }
        }
        // Newcomers are free again, and so is a new waiter.
        for item in 0..3 {
            if capacity != Some(0) {
                tx.try_send(item).unwrap();
                assert_eq!(rx.try_recv(), Ok(item), "{context}");
            }
            let mut recv = rx.recv();
            assert!(is_pending(&mut recv));
            tx.try_send(item + 10).unwrap();
            assert_eq!(rx.try_recv(), Ok(item + 10), "{context}");
            assert!(is_pending(&mut recv));
        }
    }
}

#[test]
fn senders_are_overtaken_within_bounds() {
    for (capacity, (attempts, end)) in
        [1, 2, 5].into_iter().flat_map(|capacity| attempts().map(move |way| (capacity, way)))
    {
        let context = format!("{capacity}, {attempts} attempts, {end:?}");
        const OWN: u32 = 1_000;
        let (tx, rx) = faces(Some(capacity));
        for _ in 0..capacity {
            tx.try_send(0).unwrap();
        }
        let mut send = tx.send(OWN);
        assert!(is_pending(&mut send));
        let mut overtaken = 0;
        for item in 0..attempts {
            assert!(rx.try_recv().is_ok_and(|received| received != OWN), "{context}");
            // The room may be used for the waiting item at once; then there is none for the newcomer.
            if tx.try_send(item).is_err() {
                break;
            }
            overtaken += 1;
            assert!(is_pending(&mut send), "{context}: the room is gone");
        }
        assert!(overtaken <= BOUND, "{context}: overtaken {overtaken} times");
        let sent = match end {
            End::Served => {
                // Who is served after it was overtaken has its turn at the next room at the latest.
                if is_pending(&mut send) {
                    rx.try_recv().unwrap();
                    assert_eq!(must_be_ready(&mut send), Ok(()), "{context}");
                }
                true
            }
            End::Dropped => {
                let taken = send.take();
                drop(send);
                assert!(taken.is_none_or(|item| item == OWN));
                taken.is_none()
            }
            End::Closed => {
                tx.close();
                let sent = must_be_ready(&mut send).is_ok();
                assert_eq!(rx.drain().filter(|&item| item == OWN).count(), usize::from(sent), "{context}");
                assert_eq!(rx.try_recv(), Err(TryRecvError::Closed), "{context}");
                continue;
            }
        };
        assert_eq!(rx.drain().filter(|&item| item == OWN).count(), usize::from(sent), "{context}");
        // The whole capacity is there for newcomers again, and for a new waiter.
        for _ in 0..3 {
            for item in 0..capacity {
                assert_eq!(tx.try_send(item as u32), Ok(()), "{context}");
            }
            assert!(tx.try_send(7).is_err() && tx.is_full(), "{context}");
            let mut send = tx.send(OWN);
            assert!(is_pending(&mut send), "{context}");
            drop(send);
            assert_eq!(rx.drain().count(), capacity, "{context}");
        }
    }
}

/// The one behind an overtaken waiter that leaves is a waiter like any other.
#[test]
fn the_next_in_line_inherits_no_grudge() {
    for overtakes in [BOUND - 1, BOUND, BOUND + 5] {
        let (tx, rx) = faces(Some(2));
        let (mut first, mut second) = (rx.recv(), rx.recv());
        assert!(is_pending(&mut first) && is_pending(&mut second));
        let mut stolen = 0;
        for item in 0..overtakes {
            tx.try_send(item).unwrap();
            if rx.try_recv().is_err() {
                break;
            }
            stolen += 1;
            assert!(is_pending(&mut first));
        }
        assert!(stolen <= BOUND);
        let left = rx.len();
        drop(first);
        if left == 0 {
            tx.try_send(70).unwrap();
        }
        assert!(must_be_ready(&mut second).is_ok(), "the item is the second one's now");
        tx.try_send(80).unwrap();
        assert_eq!(rx.try_recv(), Ok(80), "and nobody stands before a newcomer");
    }
}

/// A receive that waits, and how often it had been woken when last looked at.
struct Waiting<'a> {
    recv: RecvFuture<'a, u32>,
    wakes: Arc<WakeCount>,
    waker: Waker,
    seen: usize,
}

impl<'a> Waiting<'a> {
    fn new(rx: &'a AsyncReceiver<u32>) -> Self {
        let (wakes, waker) = counting_waker();
        let mut recv = rx.recv();
        must_be_pending(&mut recv, &waker);
        let seen = wakes.wakes();
        if seen > 0 {
            // It had stepped aside.
            must_be_pending(&mut recv, &waker);
        }
        Self { recv, wakes, waker, seen }
    }

    /// Whether it was woken since the last time.
    fn was_woken(&mut self) -> bool {
        let before = std::mem::replace(&mut self.seen, self.wakes.wakes());
        self.seen > before
    }
}

#[test]
fn many_who_were_called_in_vain_are_called_again_in_the_order_in_which_they_came() {
    let lifo = || bifrons::lifo::unbounded();
    let queues = [bifrons::unbounded(), bifrons::bounded(1000), lifo()];
    for (kind, (tx, rx)) in queues.into_iter().enumerate() {
        let (tx, rx) = (tx.into_async(), rx.into_async());
        let mut random = Random::new(1);
        let mut below = |limit: usize| random.below(limit as u64) as usize;
        // In the order in which they came.
        let mut line: Vec<Waiting<'_>> = Vec::new();
        for round in 0..40 {
            line.extend((0..below(80)).map(|_| Waiting::new(&rx)));
            if line.is_empty() {
                continue;
            }
            // So many are called, and find nothing.
            let called = below(line.len()) + 1;
            (0..called).for_each(|_| tx.try_send(0).unwrap());
            (0..called).for_each(|_| assert_eq!(rx.try_recv(), Ok(0)));
            for (nth, waiting) in line.iter_mut().enumerate() {
                assert_eq!(waiting.was_woken(), nth < called, "queue {kind}, round {round}: the {nth}th of {called}");
            }
            // They come back in any order, and some leave, whether they have come back or not.
            let mut order: Vec<_> = (0..called).collect();
            (1..called).for_each(|nth| order.swap(nth, below(nth + 1)));
            let mut leaving = Vec::new();
            for nth in order {
                if below(8) > 0 {
                    let Waiting { recv, waker, .. } = &mut line[nth];
                    must_be_pending(recv, waker);
                }
                if below(4) == 0 {
                    leaving.push(nth);
                }
            }
            // Who was called and does not come passes the call on to nobody, since nothing is there.
            leaving.sort_unstable();
            leaving.into_iter().rev().for_each(|nth| drop(line.remove(nth)));
            for waiting in &mut line {
                let Waiting { recv, waker, .. } = waiting;
                must_be_pending(recv, waker);
            }
        }
        assert!(line.len() > 20, "queue {kind}: {} are left", line.len());
        for item in 0..line.len() as u32 {
            tx.try_send(item).unwrap();
            let woken: Vec<_> =
                line.iter_mut().enumerate().filter_map(|(nth, one)| one.was_woken().then_some(nth)).collect();
            assert_eq!(woken, [0], "queue {kind}, item {item}");
            let mut first = line.remove(0);
            assert_eq!(poll_with(&mut first.recv, &first.waker), Poll::Ready(Ok(item)), "queue {kind}");
        }
    }
}

/// One that needs more room than 32 bits can tell, for which no memory is asked, is not overtaken without bound either.
#[cfg(target_pointer_width = "64")]
#[test]
fn one_that_needs_very_much_is_overtaken_within_bounds() {
    for bits in [4, 31, 32, 33, 40] {
        let places = 1 << bits;
        let (tx, rx) = bifrons::bounded::<()>(places);
        let async_tx = tx.to_async();
        tx.try_send(()).unwrap();
        let mut reserve = async_tx.reserve_many(places);
        assert!(is_pending(&mut reserve));
        let mut overtakes = 0;
        // The queue is never empty, as long as newcomers are let in.
        while tx.try_send(()).is_ok() {
            overtakes += 1;
            assert!(overtakes <= BOUND, "{bits} bits");
            rx.try_recv().unwrap();
            assert!(is_pending(&mut reserve), "{bits} bits");
        }
        rx.try_recv().unwrap();
        assert_eq!(must_be_ready(&mut reserve).unwrap().len(), places);
    }
}

/// Where a receiver that makes room does not move the waiting item in, a newcomer may take it, but not without bound.
#[test]
fn other_orders_overtake_a_sender_only_so_often() {
    for (tx, rx) in [bifrons::lifo::bounded(1), bifrons::priority::bounded(1)] {
        let (tx, rx) = (tx.into_async(), rx.into_async());
        tx.try_send(0).unwrap();
        let mut send = tx.send(1_000);
        assert!(is_pending(&mut send));
        let mut overtaken = 0;
        loop {
            rx.try_recv().unwrap();
            if tx.try_send(overtaken).is_err() {
                break;
            }
            overtaken += 1;
            assert!(overtaken <= BOUND, "{tx:?}");
            assert!(is_pending(&mut send), "{tx:?}");
        }
        assert!(overtaken > 0, "{tx:?}");
        assert_eq!(must_be_ready(&mut send), Ok(()), "{tx:?}");
    }
}
