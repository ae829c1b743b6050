//! Every item is dropped once, on every way out.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::Duration;

use bifrons::{Discipline, Pushed, Sender};
use futures_util::StreamExt;

use crate::support::{
    BUFFERED, Bomb, Census, Counted, EVERY_KIND, OnDrop, Step, block_on, hooked_at, is_pending, must_be_pending,
    must_be_ready, own_bytes, queue, settle, watchdog,
};

/// A panic is expected here; its message is the drop that caused it.
#[track_caller]
fn must_panic(what: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(what)).expect_err("the panic reaches the caller");
    *panic.downcast::<String>().expect("a bomb")
}

#[test]
fn received_items_are_the_receivers_to_drop() {
    for capacity in BUFFERED {
        let census = Census::new();
        let (tx, rx) = queue(capacity);
        let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
        let mut ids = 0..;
        let mut send = |face: usize| {
            let id = ids.next().unwrap();
            match face {
                0 => tx.send(census.item(id)).unwrap(),
                1 => tx.try_send(census.item(id)).unwrap(),
                2 => tx.send_timeout(census.item(id), Duration::ZERO).unwrap(),
                3 => must_be_ready(&mut async_tx.send(census.item(id))).unwrap(),
                _ => async_tx.try_send(census.item(id)).unwrap(),
            }
        };
        for way in 0..8 {
            send(way % 5);
            let item = match way {
                0 => rx.recv().unwrap(),
                1 => rx.try_recv().unwrap(),
                2 => rx.recv_timeout(Duration::ZERO).unwrap(),
                3 => rx.iter().next().unwrap(),
                4 => rx.try_iter().next().unwrap(),
                5 => rx.drain().next().unwrap(),
                6 => must_be_ready(&mut async_rx.recv()).unwrap(),
                _ => block_on(async_rx.stream().next()).unwrap(),
            };
            assert_eq!((item.id, census.alive()), (way as u64, 1), "{capacity:?}");
            drop(item);
            assert_eq!(census.alive(), 0, "the queue kept nothing of it");
        }
        drop((tx, rx, async_tx, async_rx));
        census.assert_all_dropped_once(0..8);
    }
}

#[test]
fn refused_items_come_back_alive() {
    let census = Census::new();
    let (tx, rx) = bifrons::bounded(1);
    let async_tx = tx.to_async();
    tx.send(census.item(0)).unwrap();
    let full = tx.try_send(census.item(1)).unwrap_err().into_inner();
    let late = tx.send_timeout(census.item(2), Duration::from_millis(1)).unwrap_err().into_inner();
    let awaited_full = async_tx.try_send(census.item(3)).unwrap_err().into_inner();
    rx.close();
    let closed = tx.send(census.item(4)).unwrap_err().into_inner();
    let try_closed = tx.try_send(census.item(5)).unwrap_err().into_inner();
    let late_closed = tx.send_timeout(census.item(6), Duration::ZERO).unwrap_err().into_inner();
    let awaited = must_be_ready(&mut async_tx.send(census.item(7))).unwrap_err().into_inner();
    assert_eq!(census.alive(), 8);
    let back = [full, late, awaited_full, closed, try_closed, late_closed, awaited];
    assert!(back.iter().map(|item| item.id).eq(1..8));
    drop(back);
    assert_eq!(census.alive(), 1, "the first is still in the queue");
    drop((tx, rx, async_tx));
    assert_eq!(census.drops_of(0), 1);
    assert_eq!(census.alive(), 0);
}

#[test]
fn items_left_in_a_closed_queue_go_with_it() {
    for (capacity, receivers_first) in BUFFERED.into_iter().flat_map(|kind| [(kind, true), (kind, false)]) {
        let census = Census::new();
        let (tx, rx) = queue(capacity);
        let most = capacity.unwrap_or(200).min(200) as u64;
        for id in 0..most {
            tx.send(census.item(id)).unwrap();
        }
        // Refilled from the middle, so that what is left wraps around.
        let half = most / 2;
        rx.try_iter().take(half as usize).for_each(drop);
        for id in most..most + half {
            tx.send(census.item(id)).unwrap();
        }
        tx.close();
        assert_eq!(census.alive() as u64, most, "a close drops nothing");
        if receivers_first {
            drop(rx);
            assert_eq!(census.alive(), 0);
            drop(tx);
        } else {
            drop(tx);
            assert_eq!(census.alive() as u64, most);
            drop(rx);
        }
        census.assert_all_dropped_once(0..most + half);
    }
}

#[test]
fn a_dropped_drain_drops_its_rest() {
    for capacity in BUFFERED {
        let census = Census::new();
        let (tx, rx) = queue(capacity);
        let most = capacity.unwrap_or(200).min(200) as u64;
        for id in 0..most {
            tx.send(census.item(id)).unwrap();
        }
        let mut drain = rx.drain();
        let first = drain.next().unwrap();
        assert_eq!((first.id, census.alive() as u64), (0, most));
        drop(drain);
        assert_eq!(census.alive(), 1, "all but the one that was taken out");
        drop(first);
        assert!(census.drops_of(0) == 1 && rx.is_empty());
        tx.send(census.item(most)).unwrap();
        assert_eq!(rx.recv().unwrap().id, most, "the queue goes on");
        census.assert_all_dropped_once(0..=most);
    }
}

#[test]
fn futures_in_every_state_drop_their_item_once_or_sent_it() {
    for capacity in EVERY_KIND {
        let census = Census::new();
        let (tx, rx) = queue(capacity);
        let (tx, rx) = (tx.into_async(), rx.into_async());
        let mut id = 0_u64;
        let mut item = || {
            id += 1;
            census.item(id - 1)
        };
        drop(tx.send(item()));
        let mut taken = tx.send(item());
        drop(taken.take());
        drop(taken);
        for _ in 0..capacity.unwrap_or(3) {
            must_be_ready(&mut tx.send(item())).unwrap();
        }
        if capacity.is_some() {
            let mut waiting = tx.send(item());
            assert!(is_pending(&mut waiting));
            drop(waiting);
            let mut taken = tx.send(item());
            assert!(is_pending(&mut taken));
            assert_eq!(taken.take().map(|taken| taken.id), Some(census.made() as u64 - 1));
            drop(taken);
            let (mut called, mut refused) = (tx.send(item()), tx.send(item()));
            assert!(is_pending(&mut called) && is_pending(&mut refused));
            drop(rx.try_recv().unwrap());
            drop(called);
            tx.close();
            if let Err(error) = must_be_ready(&mut refused) {
                assert_eq!(error.into_inner().id, census.made() as u64 - 1);
            }
        }
        drop(tx);
        drop(rx);
        assert_eq!(census.alive(), 0, "{capacity:?}");
        census.assert_all_dropped_once(0..census.made() as u64);
    }
}

#[test]
fn a_drain_keeps_only_its_own() {
    let census = Census::new();
    let (tx, rx) = bifrons::bounded(4);
    tx.send(census.item(0)).unwrap();
    let kept = rx.drain();
    tx.send(census.item(1)).unwrap();
    drop((tx, rx));
    assert_eq!(census.dropped(), [1], "the drain outlives the queue");
    drop(kept);
    census.assert_all_dropped_once([0, 1]);
}

#[test]
fn a_panicking_drop_in_a_drain_still_drops_the_rest() {
    for (capacity, bomb) in
        [Some(8), Some(100_000), None].into_iter().flat_map(|kind| [(kind, 0), (kind, 3), (kind, 5)])
    {
        let census = Census::new();
        let (tx, rx) = queue(capacity);
        for id in 0..6 {
            tx.send(Bomb { armed: id == bomb, load: census.item(id) }).unwrap();
        }
        let drain = rx.drain();
        assert_eq!(must_panic(|| drop(drain)), format!("bomb {bomb}"));
        census.assert_all_dropped_once(0..6);
        tx.send(Bomb { armed: false, load: census.item(6) }).unwrap();
        assert_eq!(rx.recv().unwrap().load.id, 6, "{capacity:?}: the queue goes on");
    }
}

/// The same while the loop body of the user takes the items out.
#[test]
fn a_panic_in_the_middle_of_draining_drops_the_rest() {
    let census = Census::new();
    let (tx, rx) = bifrons::bounded(8);
    for id in 0..6 {
        tx.send(Bomb { armed: id == 2, load: census.item(id) }).unwrap();
    }
    assert_eq!(must_panic(|| rx.drain().for_each(drop)), "bomb 2");
    census.assert_all_dropped_once(0..6);
    assert!(rx.is_empty() && !rx.is_closed());
}

#[test]
fn a_panicking_drop_when_the_last_receiver_goes_still_drops_the_rest() {
    for (capacity, bomb) in
        [Some(8), Some(100_000), None].into_iter().flat_map(|kind| [(kind, 0), (kind, 3), (kind, 5)])
    {
        let census = Census::new();
        let (tx, rx) = queue(capacity);
        for id in 0..6 {
            tx.send(Bomb { armed: id == bomb, load: census.item(id) }).unwrap();
        }
        assert_eq!(must_panic(|| drop(rx)), format!("bomb {bomb}"));
        census.assert_all_dropped_once(0..6);
        assert!(tx.is_closed() && tx.is_empty(), "{capacity:?}");
        assert_eq!(tx.receiver_count(), 0);
        let refused = tx.send(Bomb { armed: false, load: census.item(6) });
        assert_eq!(refused.unwrap_err().0.load.id, 6);
    }
}

/// Those who wait learn of the close although an item panicked on its way out.
#[test]
fn a_panicking_drop_strands_no_sender() {
    let _dog = watchdog();
    let census = Census::new();
    let (tx, rx) = bifrons::bounded(1);
    tx.send(Bomb { armed: true, load: census.item(0) }).unwrap();
    let async_tx = tx.to_async();
    thread::scope(|scope| {
        let watcher = scope.spawn(|| tx.closed());
        let threads = scope.spawn(|| tx.send(Bomb { armed: false, load: census.item(1) }).is_err());
        let tasks = scope.spawn(|| block_on(async_tx.send(Bomb { armed: false, load: census.item(2) })).is_err());
        settle();
        assert_eq!(must_panic(|| drop(rx)), "bomb 0");
        assert!(threads.join().unwrap() && tasks.join().unwrap());
        watcher.join().unwrap();
    });
    census.assert_all_dropped_once(0..3);
}

/// Every drop panics: the caller hears of it and nothing is left behind.
#[test]
fn nothing_but_bombs() {
    let census = Census::new();
    let (tx, rx) = bifrons::bounded(8);
    for id in 0..4 {
        tx.send(Bomb { armed: true, load: census.item(id) }).unwrap();
    }
    assert!(must_panic(|| drop(rx)).starts_with("bomb "));
    drop(tx);
    census.assert_all_dropped_once(0..4);
}

#[test]
fn a_panicking_drop_of_a_dropped_send_strands_nobody() {
    let census = Census::new();
    let (tx, rx) = bifrons::bounded(1);
    let tx = tx.into_async();
    tx.try_send(Bomb { armed: false, load: census.item(0) }).unwrap();
    let mut bomb = tx.send(Bomb { armed: true, load: census.item(1) });
    let mut next = tx.send(Bomb { armed: false, load: census.item(2) });
    assert!(is_pending(&mut bomb) && is_pending(&mut next));
    assert_eq!(must_panic(|| drop(bomb)), "bomb 1");
    assert_eq!(rx.recv().unwrap().load.id, 0);
    assert!(must_be_ready(&mut next).is_ok());
    assert_eq!(rx.recv().unwrap().load.id, 2);
    census.assert_all_dropped_once(0..3);
}

/// An item whose drop uses the queue it was in: no lock is held around it.
#[test]
fn a_drop_may_use_the_queue() {
    let _dog = watchdog();
    let census = Census::new();
    let (tx, rx) = bifrons::bounded::<Box<dyn Send>>(8);
    for id in 0..3 {
        let (again, load) = (tx.clone(), census.item(id));
        let item = OnDrop(move || {
            let _ = &load;
            assert_eq!(again.capacity(), Some(8));
            let _ = again.len();
            // Refused once the receivers are gone, and dropped here then.
            let _ = again.try_send(Box::new(()));
        });
        let item: Box<dyn Send> = Box::new(item);
        assert!(tx.try_send(item).is_ok());
    }
    drop(rx.recv().unwrap());
    assert_eq!((rx.len(), census.dropped().len()), (3, 1), "its drop sent a successor");
    drop(rx);
    census.assert_all_dropped_once(0..3);
    assert!(tx.is_empty());
}

/// A cycle: the queue holds the handles that keep it alive.
#[test]
fn handles_inside_the_queue_go_with_the_last_receiver() {
    struct Link {
        _load: Counted,
        _queue: Sender<Link>,
    }

    let census = Census::new();
    let (tx, rx) = bifrons::unbounded();
    for id in 0..3 {
        assert!(tx.send(Link { _load: census.item(id), _queue: tx.clone() }).is_ok());
    }
    drop(tx);
    assert_eq!(rx.sender_count(), 3, "only those in the queue");
    drop(rx);
    census.assert_all_dropped_once(0..3);
}

/// A queue gives back all the memory that it took.
#[test]
fn the_memory_goes_with_the_queue() {
    for capacity in BUFFERED {
        for passes in [0, 1, 10, 1_000] {
            let before = own_bytes();
            let (tx, rx) = queue(capacity);
            for pass in 0..passes {
                while tx.try_send(pass).is_ok() && tx.len() < 200 {}
                if pass % 2 == 0 {
                    while rx.try_recv().is_ok() {}
                }
            }
            drop((tx, rx));
            assert_eq!(own_bytes(), before, "capacity {capacity:?}, {passes}");
        }
    }
}

/// An order that says it has something and gives nothing out: nothing, or a panic each time.
struct Stuck {
    items: Vec<u8>,
    panics: bool,
}

impl Discipline<u8> for Stuck {
    fn push(&mut self, item: u8, _room: bool) -> Pushed<u8> {
        self.items.push(item);
        Pushed::Added
    }
    fn pop(&mut self) -> Option<u8> {
        assert!(!self.panics, "stuck");
        None
    }
    fn len(&self) -> usize {
        self.items.len()
    }
}

/// The last receiver does not ask for what it would not get.
#[test]
fn the_last_receiver_of_an_order_that_is_stuck() {
    let _dog = watchdog();
    for panics in [false, true] {
        let (tx, rx) = bifrons::builder().discipline(Stuck { items: Vec::new(), panics }).build();
        (0..3).for_each(|item| tx.send(item).unwrap());
        drop(rx);
        assert_eq!((tx.is_closed(), tx.len()), (true, 0));
    }
}

/// What waits for the end is told of it, and what is left is dropped, although both panic.
#[test]
fn the_last_receiver_goes_although_a_joiner_and_an_item_panic() {
    let _dog = watchdog();
    let census = Census::new();
    // A second panic that met the first would end the process: this one goes off in any case.
    let bomb = |id| (census.item(id), OnDrop(move || assert!(id > 0, "bomb {id}")));
    let (tx, rx) = bifrons::lifo::bounded(4);
    (0..3).for_each(|id| tx.try_send(bomb(id)).map_err(drop).unwrap());
    let joining = tx.to_async();
    let mut join = joining.join();
    must_be_pending(&mut join, &hooked_at(Step::Wake, || panic!("as it is told")));
    let panic = catch_unwind(AssertUnwindSafe(|| drop(rx))).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"as it is told"));
    assert_eq!((tx.len(), census.alive()), (0, 0));
}
