//! Newcomers pass a waiter that was called, but not without bound, and nothing of it outlasts the waiter.

use bifrons::{AsyncReceiver, AsyncSender, RecvError, TryRecvError};

use crate::support::{EVERY_KIND, is_pending, must_be_ready, queue};

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
