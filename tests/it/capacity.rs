//! What a queue holds, and what it says about that.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use bifrons::{AsyncReceiver, AsyncSender, Receiver, Sender, TryRecvError, TrySendError};

use crate::support::{BUFFERED, block_on, queue, watchdog};

/// The four handles of one queue, which must all say the same.
struct Handles<T> {
    tx: Sender<T>,
    rx: Receiver<T>,
    async_tx: AsyncSender<T>,
    async_rx: AsyncReceiver<T>,
}

impl<T> Handles<T> {
    fn new(capacity: Option<usize>) -> Self {
        let (tx, rx) = queue(capacity);
        let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
        Self { tx, rx, async_tx, async_rx }
    }

    #[track_caller]
    fn assert_says(&self, len: usize, capacity: Option<usize>) {
        let Self { tx, rx, async_tx, async_rx } = self;
        for said in [tx.len(), rx.len(), async_tx.len(), async_rx.len()] {
            assert_eq!(said, len);
        }
        for said in [tx.is_empty(), rx.is_empty(), async_tx.is_empty(), async_rx.is_empty()] {
            assert_eq!(said, len == 0);
        }
        for said in [tx.is_full(), rx.is_full(), async_tx.is_full(), async_rx.is_full()] {
            assert_eq!(said, capacity == Some(len));
        }
        for said in [tx.capacity(), rx.capacity(), async_tx.capacity(), async_rx.capacity()] {
            assert_eq!(said, capacity);
        }
    }
}

#[test]
fn every_step_of_filling_and_emptying_is_told() {
    for capacity in BUFFERED {
        let handles = Handles::new(capacity);
        let most = capacity.unwrap_or(1_000);
        // Each lap starts at another position of the buffer.
        for lap in 0..5 {
            handles.assert_says(0, capacity);
            assert_eq!(handles.rx.try_recv(), Err(TryRecvError::Empty));
            for item in 0..most {
                handles.tx.try_send(item).unwrap();
                handles.assert_says(item + 1, capacity);
            }
            if capacity.is_some() {
                assert_eq!(handles.tx.try_send(most), Err(TrySendError::Full(most)));
                assert_eq!(handles.async_tx.try_send(most), Err(TrySendError::Full(most)));
                handles.assert_says(most, capacity);
            }
            for item in 0..most {
                assert_eq!(handles.async_rx.try_recv(), Ok(item));
                handles.assert_says(most - item - 1, capacity);
            }
            // Moves the positions by one, so that the laps differ.
            handles.tx.try_send(lap).unwrap();
            assert_eq!(handles.rx.try_recv(), Ok(lap));
        }
    }
}

#[test]
fn one_place_alternates_for_ever() {
    let (tx, rx) = bifrons::bounded(1);
    for item in 0..10_000_u32 {
        assert!(tx.is_empty() && !tx.is_full());
        tx.try_send(item).unwrap();
        assert!(!rx.is_empty() && rx.is_full());
        assert_eq!(tx.try_send(u32::MAX), Err(TrySendError::Full(u32::MAX)));
        assert_eq!(rx.try_recv(), Ok(item));
    }
}

#[test]
fn a_rendezvous_holds_nothing() {
    let handles = Handles::<u8>::new(Some(0));
    let Handles { tx, rx, async_tx, async_rx } = &handles;
    for (len, capacity) in [
        (tx.len(), tx.capacity()),
        (rx.len(), rx.capacity()),
        (async_tx.len(), async_tx.capacity()),
        (async_rx.len(), async_rx.capacity()),
    ] {
        assert_eq!((len, capacity), (0, Some(0)));
    }
    assert!(tx.is_full() && rx.is_full() && async_tx.is_full() && async_rx.is_full());
    assert!(tx.is_empty() && rx.is_empty() && async_tx.is_empty() && async_rx.is_empty());
}

#[test]
fn a_million_places_are_all_there() {
    const MILLION: usize = 1_000_000;
    let (tx, rx) = bifrons::bounded(MILLION);
    for lap in 0..2 {
        for item in 0..MILLION {
            tx.try_send(item).unwrap();
        }
        assert_eq!(tx.try_send(0), Err(TrySendError::Full(0)), "lap {lap}");
        assert!(tx.is_full());
        assert_eq!(rx.len(), MILLION);
        assert!(rx.try_iter().eq(0..MILLION), "lap {lap}");
        assert!(rx.is_empty());
    }
}

#[test]
fn the_largest_capacity_works_and_is_told() {
    for capacity in
        [usize::MAX, usize::MAX - 1, usize::MAX / 2, usize::MAX / 2 + 1, usize::MAX / 4, 1 << (usize::BITS - 24)]
    {
        let (tx, rx) = bifrons::bounded(capacity);
        assert_eq!(tx.capacity(), Some(capacity));
        for item in 0..10_000 {
            tx.try_send(item).unwrap();
        }
        assert_eq!(rx.len(), 10_000);
        assert!(!tx.is_full());
        assert!(rx.try_iter().eq(0..10_000));
    }
}

/// A capacity beyond what positions can tell apart ends there.
#[test]
fn the_largest_capacities_are_full_in_the_end() {
    for capacity in [usize::MAX, usize::MAX / 4 + 1] {
        let (tx, _rx) = bifrons::bounded::<()>(capacity);
        let _held = [(); 2].map(|()| tx.reserve_many(usize::MAX / 8).unwrap());
        tx.try_send(()).unwrap();
        assert_eq!(tx.try_send(()), Err(TrySendError::Full(())));
        assert!(tx.is_full());
    }
}

#[test]
fn the_limit_is_exact_where_it_is_no_power_of_two() {
    for capacity in (1..70).chain([127, 129, 1_023, 1_025, 8_191, 8_193, 10_007]) {
        let (tx, rx) = bifrons::bounded(capacity);
        // From several positions of a ring that is larger than the limit.
        for start in 0..3 {
            let sent = (0..).take_while(|&item| tx.try_send(item).is_ok()).count();
            assert_eq!(sent, capacity, "start {start}");
            assert_eq!(rx.try_iter().count(), capacity, "start {start}");
            tx.try_send(0).unwrap();
            rx.try_recv().unwrap();
        }
    }
}

#[test]
fn many_laps_around_a_small_buffer() {
    let (tx, rx) = bifrons::bounded(3);
    let mut received = 0..;
    for item in 0..30_000_u32 {
        tx.try_send(item).unwrap();
        if item % 3 == 2 {
            assert!(tx.is_full());
            assert!(rx.try_iter().eq(received.by_ref().take(3)));
        }
    }
    assert_eq!(received.start, 30_000);
}

/// The length is exact wherever head and tail stand in their blocks.
#[test]
fn unbounded_grows_and_shrinks_across_every_boundary() {
    let (tx, rx) = bifrons::unbounded();
    let (mut sent, mut received) = (0_usize, 0_usize);
    let mut level = |target: usize| {
        while sent - received < target {
            tx.try_send(sent).unwrap();
            sent += 1;
            assert_eq!(rx.len(), sent - received);
        }
        while sent - received > target {
            assert_eq!(rx.try_recv(), Ok(received));
            received += 1;
            assert_eq!(tx.len(), sent - received);
            assert_eq!(tx.is_empty(), sent == received);
        }
    };
    for target in 0..140 {
        level(target);
        level(target / 3);
        level(0);
    }
    // A burst, its end, and the same again over what was given back.
    for target in [5_000, 0, 1, 0, 5_000, 4_999, 31, 33, 0, 65, 0] {
        level(target);
    }
    assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
    assert!(!tx.is_full());
}

#[test]
fn items_without_size_are_counted_and_dropped() {
    static DROPPED: AtomicUsize = AtomicUsize::new(0);

    struct Nothing;

    impl Drop for Nothing {
        fn drop(&mut self) {
            DROPPED.fetch_add(1, Ordering::Relaxed);
        }
    }

    for capacity in [Some(3), Some(1_000), Some(usize::MAX), None] {
        DROPPED.store(0, Ordering::Relaxed);
        let (tx, rx) = queue(capacity);
        let most = capacity.unwrap_or(usize::MAX).min(1_000);
        for _ in 0..most {
            assert!(tx.try_send(Nothing).is_ok());
        }
        assert_eq!(rx.len(), most);
        assert_eq!(tx.is_full(), capacity == Some(most));
        drop(rx.try_recv().unwrap_or_else(|_| panic!("one of {most}")));
        assert_eq!(DROPPED.load(Ordering::Relaxed), 1);
        drop((tx, rx));
        assert_eq!(DROPPED.load(Ordering::Relaxed), most);
    }

    let (tx, rx) = bifrons::bounded(1);
    for _ in 0..1_000 {
        tx.send(()).unwrap();
        assert_eq!(tx.try_send(()), Err(TrySendError::Full(())));
        assert_eq!(rx.recv(), Ok(()));
    }
}

#[test]
fn over_aligned_items_stay_whole() {
    #[derive(Debug, Clone, Copy, PartialEq)]
    #[repr(align(64))]
    struct Line(u64);

    #[derive(Debug, Clone, Copy, PartialEq)]
    #[repr(align(4096))]
    struct Page(u64);

    fn check<T: Copy + PartialEq + std::fmt::Debug>(make: fn(u64) -> T) {
        for capacity in [Some(1), Some(3), Some(100), None] {
            let (tx, rx) = queue(capacity);
            let most = capacity.unwrap_or(100) as u64;
            for lap in 0..3 {
                for item in 0..most {
                    // Misaligned slots fail in the checks that debug builds make on every write.
                    tx.try_send(make(lap + item)).unwrap();
                }
                assert!(rx.try_iter().eq((0..most).map(|item| make(lap + item))));
            }
            tx.try_send(make(9)).unwrap();
        }
    }

    check(Line);
    check(Page);
}

const MEBIBYTE: usize = 1 << 20;

type Large = [u8; MEBIBYTE];

/// Each step of the test below has a frame of its own, so that the stack is the queue's to use and not the test's.
mod large {
    use bifrons::{AsyncReceiver, AsyncSender, Receiver, Sender};

    use super::{Large, MEBIBYTE};
    use crate::support::block_on;

    #[inline(never)]
    pub(super) fn send(tx: &Sender<Large>, stamp: u8) {
        assert!(tx.send([stamp; MEBIBYTE]).is_ok());
    }

    #[inline(never)]
    pub(super) fn send_awaiting(tx: &AsyncSender<Large>, stamp: u8) {
        assert!(block_on(tx.send([stamp; MEBIBYTE])).is_ok());
    }

    #[inline(never)]
    pub(super) fn receive(rx: &Receiver<Large>, stamp: u8) {
        assert_stamped(&rx.recv(), stamp);
    }

    #[inline(never)]
    pub(super) fn receive_awaiting(rx: &AsyncReceiver<Large>, stamp: u8) {
        assert_stamped(&block_on(rx.recv()), stamp);
    }

    fn assert_stamped<E>(item: &Result<Large, E>, stamp: u8) {
        assert!(item.as_ref().is_ok_and(|item| item.iter().all(|&byte| byte == stamp)));
    }
}

/// Neither making a queue of large items nor passing one may put more than a few on the stack.
#[test]
fn items_of_a_mebibyte_pass() {
    fn spawn(body: impl FnOnce() + Send + 'static) -> thread::JoinHandle<()> {
        thread::Builder::new().stack_size(32 * MEBIBYTE).spawn(body).expect("a thread")
    }

    let _dog = watchdog();
    for capacity in [Some(0), Some(1), Some(3), Some(1_000), None] {
        let (tx, rx) = queue::<Large>(capacity);
        let producer = spawn(move || {
            (0..3).for_each(|stamp| large::send(&tx, stamp));
            let tx = tx.into_async();
            (3..6).for_each(|stamp| large::send_awaiting(&tx, stamp));
        });
        let consumer = spawn(move || {
            (0..3).for_each(|stamp| large::receive(&rx, stamp));
            let rx = rx.into_async();
            (3..6).for_each(|stamp| large::receive_awaiting(&rx, stamp));
            assert!(block_on(rx.recv()).is_err());
        });
        producer.join().unwrap();
        consumer.join().unwrap();
    }
}

/// Nothing is allocated in proportion to a capacity that is not used.
#[test]
fn a_large_capacity_of_large_items_costs_nothing_unused() {
    const GIBIBYTE: usize = 1 << 30;
    // Four tebibytes, were they allocated.
    let (tx, rx) = bifrons::bounded::<[u8; 4_096]>(GIBIBYTE);
    tx.try_send([7; 4_096]).unwrap();
    assert_eq!(rx.try_recv().map(|item| item[4_095]), Ok(7));
    assert_eq!(tx.capacity(), Some(GIBIBYTE));
}
