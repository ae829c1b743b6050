//! Orders and items whose code uses the queue that it runs in.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use bifrons::{Discipline, Pushed, Receiver, Sender, TryRecvError};

use crate::support::{OnDrop, block_on, watchdog};

/// What a panic says.
pub(super) fn message(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string))
        .unwrap_or_default()
}

/// A discipline that uses its own queue, by a verb of the test's choice.
struct Inward {
    items: Vec<u32>,
    way_in: WayIn,
}

type WayIn = Arc<Mutex<Option<Box<dyn FnOnce() + Send>>>>;

impl Inward {
    fn enter(&self) {
        let verb = self.way_in.lock().unwrap().take();
        if let Some(verb) = verb {
            verb();
        }
    }
}

impl Discipline<u32> for Inward {
    fn push(&mut self, item: u32, room: bool) -> Pushed<u32> {
        self.enter();
        if !room {
            return Pushed::Refused(item);
        }
        self.items.push(item);
        Pushed::Added
    }
    fn pop(&mut self) -> Option<u32> {
        self.enter();
        self.items.pop()
    }
    fn len(&self) -> usize {
        self.items.len()
    }
}

/// To use the queue from inside would wait for oneself: every verb of both faces says so instead.
#[test]
fn re_entry_panics_with_a_message() {
    let _dog = watchdog();
    type Verb = fn(&Sender<u32>, &Receiver<u32>);
    let verbs: [(&str, Verb); 12] = [
        ("try_send", |tx, _| _ = tx.try_send(7)),
        ("send", |tx, _| _ = tx.send(7)),
        ("force_send", |tx, _| _ = tx.force_send(7)),
        ("try_recv", |_, rx| _ = rx.try_recv()),
        ("recv", |_, rx| _ = rx.recv()),
        ("len", |tx, _| _ = tx.len()),
        ("close", |tx, _| _ = tx.close()),
        ("stats", |_, rx| _ = rx.stats()),
        ("reserve", |tx, _| drop(tx.reserve())),
        ("awaited send", |tx, _| _ = block_on(tx.to_async().send(7))),
        ("awaited recv", |_, rx| _ = block_on(rx.to_async().recv())),
        ("select", |_, rx| {
            let mut select = bifrons::Select::new();
            select.recv(rx);
            _ = select.try_select().map(|operation| operation.recv(rx));
        }),
    ];
    for (name, verb) in verbs {
        for from_pop in [false, true] {
            let way_in = WayIn::default();
            let discipline = Inward { items: Vec::new(), way_in: Arc::clone(&way_in) };
            let (tx, rx) = bifrons::builder().capacity(4).discipline(discipline).build();
            tx.send(1).unwrap();
            let inside = (tx.downgrade(), rx.downgrade());
            *way_in.lock().unwrap() = Some(Box::new(move || {
                let (tx, rx) = (inside.0.upgrade().unwrap(), inside.1.upgrade().unwrap());
                verb(&tx, &rx);
            }));
            let panic = catch_unwind(AssertUnwindSafe(|| if from_pop { _ = rx.recv() } else { tx.send(2).unwrap() }))
                .expect_err(name);
            let said = message(&*panic);
            assert!(said.contains("`Discipline`") && said.contains("itself"), "{name}: {said}");
            // And the queue goes on.
            tx.try_send(3).unwrap();
            assert_eq!(rx.try_recv(), Ok(3), "{name}");
            assert_eq!(rx.try_recv(), Ok(1), "{name}");
            assert_eq!(rx.try_recv(), Err(TryRecvError::Empty), "{name}");
        }
    }
}

/// The same from a comparison, and by another way: the drop of an item.
#[test]
fn re_entry_from_a_comparison_panics_with_a_message() {
    let _dog = watchdog();
    struct Curious(u32, Arc<Mutex<Option<Sender<Curious>>>>);
    impl PartialEq for Curious {
        fn eq(&self, other: &Self) -> bool {
            self.0 == other.0
        }
    }
    impl Eq for Curious {}
    impl PartialOrd for Curious {
        fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
            Some(self.cmp(other))
        }
    }
    impl Ord for Curious {
        fn cmp(&self, other: &Self) -> std::cmp::Ordering {
            if let Some(queue) = &*self.1.lock().unwrap() {
                assert!(queue.len() < 100);
            }
            self.0.cmp(&other.0)
        }
    }
    for is_async in [false, true] {
        let way_in = Arc::new(Mutex::new(None));
        let (tx, rx) = bifrons::priority::bounded(4);
        tx.send(Curious(1, Arc::clone(&way_in))).unwrap();
        *way_in.lock().unwrap() = Some(tx.clone());
        let panic = catch_unwind(AssertUnwindSafe(|| {
            let item = Curious(2, Arc::clone(&way_in));
            if is_async { block_on(tx.to_async().send(item)) } else { tx.send(item) }.map_err(drop)
        }))
        .expect_err("it would wait for itself");
        assert!(message(&*panic).contains("`Ord`"));
        way_in.clear_poison();
        // Its own clone of the sender would keep the queue open; here it is dropped outside.
        drop(way_in.lock().unwrap().take());
        assert_eq!(rx.drain().map(|item| item.0).collect::<Vec<_>>(), [1]);
    }
}

/// What a newer item replaces is dropped outside the lock, where its drop may use the queue.
#[test]
fn what_was_replaced_is_dropped_outside() {
    let _dog = watchdog();
    type Probe = OnDrop<Box<dyn FnMut() + Send>>;

    struct Newest(Option<Probe>);

    impl Discipline<Probe> for Newest {
        fn push(&mut self, item: Probe, _: bool) -> Pushed<Probe> {
            match self.0.replace(item) {
                Some(older) => Pushed::Replaced(older),
                None => Pushed::Added,
            }
        }
        fn pop(&mut self) -> Option<Probe> {
            self.0.take()
        }
        fn len(&self) -> usize {
            usize::from(self.0.is_some())
        }
    }

    let (tx, rx) = bifrons::builder().capacity(1).discipline(Newest(None)).build();
    let lengths = Arc::new(Mutex::new(Vec::new()));
    for _ in 0..3 {
        let (lengths, inside) = (Arc::clone(&lengths), tx.downgrade());
        let look = move || lengths.lock().unwrap().extend(inside.upgrade().map(|tx| tx.len()));
        tx.send(OnDrop(Box::new(look))).unwrap_or_else(|_| unreachable!("it is open"));
    }
    assert_eq!(*lengths.lock().unwrap(), [1, 1]);
    let stats = tx.stats();
    assert_eq!((stats.sent, stats.received, stats.len), (3, 2, 1));
    drop(rx.recv());
    tx.join();
}
