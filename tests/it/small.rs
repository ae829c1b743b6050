//! Small queues of small items, which lie in the queue itself, and those just too large for it.

use std::collections::VecDeque;

use bifrons::{Receiver, Sender};

use crate::support::{Census, Counted, Random};

/// A payload that knows its number, and when it was torn.
trait Item: Sized {
    fn new(census: &Census, id: u64) -> Self;
    fn id(&self) -> u64;
}

impl Item for Box<Counted> {
    fn new(census: &Census, id: u64) -> Self {
        Self::new(census.item(id))
    }

    fn id(&self) -> u64 {
        self.id
    }
}

/// Two words, and so many more.
struct Words<const MORE: usize>(Counted, [u64; MORE]);

impl<const MORE: usize> Item for Words<MORE> {
    fn new(census: &Census, id: u64) -> Self {
        Self(census.item(id), [id; MORE])
    }

    fn id(&self) -> u64 {
        assert_eq!(self.1, [self.0.id; MORE], "an item came in pieces");
        self.0.id
    }
}

/// Every verb that moves items, against a deque; then the queue goes, with what is left in it.
fn goes_as_a_deque_does<T: Item>(capacity: usize) {
    let census = Census::new();
    let mut random = Random::new(capacity as u64 * 100 + size_of::<T>() as u64);
    let (tx, rx): (Sender<T>, Receiver<T>) = bifrons::bounded(capacity);
    let mut expected = VecDeque::new();
    let (mut next, mut capacity, mut there) = (0, capacity, Vec::new());
    for _ in 0..400 {
        match random.below(16) {
            0..=5 => {
                let sent = tx.try_send(T::new(&census, next)).is_ok();
                assert_eq!(sent, expected.len() < capacity);
                if sent {
                    expected.push_back(next);
                }
                next += 1;
            }
            6..=10 => assert_eq!(rx.try_recv().ok().map(|item| item.id()), expected.pop_front()),
            11 if expected.len() < capacity => {
                let mut many: VecDeque<_> =
                    (next..).take(capacity - expected.len()).map(|id| T::new(&census, id)).collect();
                expected.extend(many.iter().map(T::id));
                next += many.len() as u64;
                tx.send_many(&mut many).unwrap();
            }
            12 if !expected.is_empty() => {
                let received = rx.recv_many(&mut there, 3).unwrap();
                assert_eq!(
                    there.drain(..).map(|item| item.id()).collect::<Vec<_>>(),
                    expected.drain(..received).collect::<Vec<_>>()
                );
            }
            13 => {
                let evicted = tx.force_send(T::new(&census, next)).unwrap();
                let oldest = if expected.len() < capacity { None } else { expected.pop_front() };
                assert_eq!(evicted.map(|item| item.id()), oldest);
                expected.push_back(next);
                next += 1;
            }
            14 => {
                if let Ok(permit) = tx.try_reserve() {
                    permit.send(T::new(&census, next)).unwrap();
                    expected.push_back(next);
                    next += 1;
                }
            }
            // Rarely: once it has more room than it was made with, its items lie elsewhere for good.
            _ if random.below(20) == 0 => {
                capacity = 1 + random.below(6) as usize;
                tx.set_capacity(capacity).unwrap();
            }
            _ => assert_eq!(rx.len(), expected.len()),
        }
    }
    drop((tx, rx));
    census.assert_all_dropped_once(0..next);
}

#[test]
fn a_word_each() {
    (1..=8).for_each(goes_as_a_deque_does::<Box<Counted>>);
}

#[test]
fn more_words_each() {
    for capacity in 1..=5 {
        goes_as_a_deque_does::<Words<0>>(capacity);
        goes_as_a_deque_does::<Words<1>>(capacity);
        goes_as_a_deque_does::<Words<2>>(capacity);
        goes_as_a_deque_does::<Words<3>>(capacity);
    }
}

/// What must lie more neatly than words lie where it may.
#[test]
fn what_is_aligned_stays_so() {
    #[repr(align(16))]
    struct Sixteen(u8);
    #[repr(align(64))]
    struct Line(u8);
    let (tx, rx) = bifrons::bounded(1);
    let (line_tx, line_rx) = bifrons::bounded(2);
    for i in 0..10 {
        tx.send(Sixteen(i)).unwrap();
        assert_eq!(rx.recv().unwrap().0, i);
        line_tx.send(Line(i)).unwrap();
        let line = line_rx.recv().unwrap();
        assert_eq!((line.0, &raw const line as usize % 64), (i, 0));
    }
}
