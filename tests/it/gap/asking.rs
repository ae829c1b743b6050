//! The gap in which somebody asks for memory, with a door open: what others do meanwhile can be done by the allocator.

use std::time::Duration;

use bifrons::{Receiver, Select, Sender};

use crate::support::{
    as_it_asks, counting_waker, is_pending, must_be_pending, must_be_ready, own_allocations, watchdog,
};

/// Items of which four are in a block, in a queue that is too large for a ring.
type Large = [u64; 100];

/// Whole blocks of them: the next item asks for another.
const ROOM: usize = 100;

/// A full queue from which nothing was taken yet, so that there is no emptied block to be used again.
fn full() -> (Sender<Large>, Receiver<Large>) {
    let (tx, rx) = bifrons::bounded(ROOM);
    (0..ROOM).for_each(|_| tx.try_send([0; 100]).unwrap());
    (tx, rx)
}

/// Runs `take` while a sender stands in the back door.
#[track_caller]
fn behind_the_back<const SIZE: usize>(tx: &Sender<[u64; SIZE]>, take: impl FnOnce()) {
    let (sent, was_asked) = as_it_asks(0, take, || tx.try_send([0; SIZE]).is_ok());
    assert!(sent && was_asked);
}

/// Room that a receiver makes while the back door is taken is for the first in line, whatever he needs; what is left of it
/// is for the next, and no more.
#[test]
fn room_is_offered_while_a_sender_stands_in_the_door() {
    let _dog = watchdog();
    for (items, expected) in [(1, [1, 0, 0]), (3, [1, 1, 0])] {
        let (tx, rx) = full();
        let async_tx = tx.to_async();
        let (counts, wakers): (Vec<_>, Vec<_>) = (0..3).map(|_| counting_waker()).unzip();
        let (mut much, mut next, mut last) = (async_tx.reserve_many(4), async_tx.reserve_many(2), async_tx.reserve());
        must_be_pending(&mut much, &wakers[0]);
        must_be_pending(&mut next, &wakers[1]);
        must_be_pending(&mut last, &wakers[2]);
        (0..3).for_each(|_| _ = rx.try_recv().unwrap());
        let mut taken = Vec::with_capacity(items);
        behind_the_back(&tx, || _ = rx.recv_many(&mut taken, items));
        assert_eq!(taken.len(), items);
        assert!(counts.iter().map(|count| count.wakes()).eq(expected), "{items}");
        drop(rx.drain());
        assert_eq!(must_be_ready(&mut much).unwrap().len(), 4);
        assert_eq!(must_be_ready(&mut next).unwrap().len(), 2);
        assert!(must_be_ready(&mut last).is_ok());
    }
}

/// One item is room for one.
#[test]
fn each_place_is_offered_while_a_sender_stands_in_the_door() {
    let _dog = watchdog();
    let (tx, rx) = full();
    let async_tx = tx.to_async();
    let (counts, wakers): (Vec<_>, Vec<_>) = (0..4).map(|_| counting_waker()).unzip();
    let mut line: Vec<_> = [4, 1, 1, 1].into_iter().map(|places| async_tx.reserve_many(places)).collect();
    line.iter_mut().zip(&wakers).for_each(|(reserve, waker)| must_be_pending(reserve, waker));
    (0..3).for_each(|_| _ = rx.try_recv().unwrap());
    let mut seen = Vec::with_capacity(3);
    let take = || {
        for _ in 0..3 {
            let taken = rx.try_recv().is_ok();
            let wakes: [usize; 4] = std::array::from_fn(|place| counts[place].wakes());
            seen.push((taken, wakes));
        }
    };
    behind_the_back(&tx, take);
    assert_eq!(seen, [(true, [1, 0, 0, 0]), (true, [1, 1, 0, 0]), (true, [1, 1, 1, 0])]);
}

/// Whoever is passed over so is passed over: newcomers leave him what he needs in the end.
#[test]
fn it_counts_who_is_passed_over_while_a_sender_stands_in_the_door() {
    const BOUND: usize = 64;
    /// So many emptied blocks are kept to be used again.
    const SPARES: usize = 4;
    let _dog = watchdog();
    // Each of these items has a block of its own.
    let (tx, rx) = bifrons::bounded::<[u64; 1024]>(16);
    (0..11).for_each(|_| tx.try_send([0; 1024]).unwrap());
    let async_tx = tx.to_async();
    let (calls, waker) = counting_waker();
    let mut much = async_tx.reserve_many(12);
    must_be_pending(&mut much, &waker);
    for passed_over in (0..).step_by(SPARES + 1) {
        let mut taken = 0;
        behind_the_back(&tx, || (0..=SPARES).for_each(|_| taken += usize::from(rx.try_recv().is_ok())));
        assert_eq!((taken, tx.len(), calls.wakes()), (SPARES + 1, 7, 0));
        if passed_over + taken >= BOUND {
            break;
        }
        (0..SPARES).for_each(|_| tx.try_send([0; 1024]).unwrap());
    }
    assert!(tx.try_send([0; 1024]).is_err());
    (0..3).for_each(|_| _ = rx.try_recv().unwrap());
    assert_eq!(must_be_ready(&mut much).unwrap().len(), 12);
}

/// Room comes at any moment while a select takes its places in line, the first of which asks for memory: it knows of the room
/// and keeps none, or has it and uses it.
#[test]
fn room_comes_while_a_select_takes_its_places() {
    type Ends = (Sender<u32>, Receiver<u32>);
    let _dog = watchdog();
    let kinds: [fn() -> Ends; 3] =
        [|| bifrons::bounded(1), || bifrons::lifo::bounded(1), || bifrons::builder().capacity(1).weight(|_| 1).build()];
    for kind in kinds {
        for does_it in [false, true] {
            for nth in 0.. {
                let (_other_tx, other_rx) = bifrons::unbounded::<u32>();
                let (tx, rx) = kind();
                tx.send(0).unwrap();
                // The line there has formed before: that one is not asked for with the door open by which room comes.
                assert!(is_pending(&mut tx.to_async().reserve()));
                let mut select = Select::new();
                select.recv(&other_rx);
                let sending = select.send(&tx);
                let wait = Duration::from_millis(5);
                let come = || _ = rx.try_recv();
                let chosen;
                let came;
                if does_it {
                    let operation;
                    (operation, came) = as_it_asks(nth, come, || select.select_timeout(wait));
                    chosen = operation.ok().map(|operation| {
                        let index = operation.index();
                        operation.send(&tx, 1).unwrap();
                        index
                    });
                } else {
                    let ready;
                    (ready, came) = as_it_asks(nth, come, || select.ready_timeout(wait));
                    chosen = ready.ok();
                }
                let stats = tx.stats();
                assert_eq!((stats.reserved, stats.waiting_senders, other_rx.stats().waiting_receivers), (0, 0, 0));
                if !came {
                    assert_eq!((chosen, stats.len), (None, 1));
                    assert!(nth > 0, "it never asked");
                    break;
                }
                assert_eq!((chosen, stats.len), (Some(sending), usize::from(does_it)), "{nth}, {tx:?}");
            }
        }
    }
}

/// The same in a rendezvous, where a receiver comes, or the close. Only a select that sees it is ever awake again.
#[test]
fn somebody_comes_while_a_select_takes_its_places() {
    let _dog = watchdog();
    let run = |closes: bool, nth: usize, wait: Option<Duration>| {
        let (_other_tx, other_rx) = bifrons::unbounded::<u32>();
        let (tx, rx) = bifrons::bounded::<u32>(0);
        // The lines there have formed before: those are not asked for with the door open by which somebody comes.
        let mut select = Select::new();
        select.send(&tx);
        assert!(select.ready_timeout(Duration::from_millis(1)).is_err());
        let mut select = Select::new();
        select.recv(&other_rx);
        let sending = select.send(&tx);
        let async_rx = rx.to_async();
        let before = own_allocations();
        let choose = || match wait {
            Some(wait) => select.ready_timeout(wait),
            None => Ok(select.ready()),
        };
        let mut recv = async_rx.recv();
        let come = || _ = if closes { rx.close() } else { is_pending(&mut recv) };
        let (ready, came) = as_it_asks(nth, come, choose);
        assert_eq!(ready.ok(), came.then_some(sending), "{nth}, {tx:?}");
        assert_eq!((tx.stats().waiting_senders, other_rx.stats().waiting_receivers), (0, 0));
        own_allocations() - before
    };
    // How often it asks, once it has all that a thread keeps.
    let count = || run(true, usize::MAX, Some(Duration::from_millis(1)));
    count();
    let asked = count();
    assert!(asked > 0);
    for nth in 0..asked {
        run(true, nth, None);
        run(false, nth, None);
    }
}
