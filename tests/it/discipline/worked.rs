//! Three disciplines at work: earliest deadline first, fair share by key, latest value by key.

use std::collections::{BTreeMap, VecDeque};

use bifrons::{Discipline, Pushed};

use crate::support::{counting_waker, must_be_pending, must_be_ready, watchdog};

/// Earliest deadline first, and of equal ones the first to come.
#[derive(Default)]
struct EarliestDeadline {
    items: BTreeMap<(u64, u64), Job>,
    arrivals: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Job {
    deadline: u64,
    name: &'static str,
}

impl Discipline<Job> for EarliestDeadline {
    fn push(&mut self, job: Job, room: bool) -> Pushed<Job> {
        if !room {
            return Pushed::Refused(job);
        }
        self.arrivals += 1;
        self.items.insert((job.deadline, self.arrivals), job);
        Pushed::Added
    }

    fn pop(&mut self) -> Option<Job> {
        self.items.pop_first().map(|(_, job)| job)
    }

    fn len(&self) -> usize {
        self.items.len()
    }

    /// What can wait longest goes.
    fn evict(&mut self) -> Option<Job> {
        self.items.pop_last().map(|(_, job)| job)
    }
}

#[test]
fn the_earliest_deadline_goes_first() {
    let (tx, rx) = bifrons::builder().capacity(4).discipline(EarliestDeadline::default()).build();
    let job = |deadline, name| Job { deadline, name };
    for one in [job(30, "report"), job(10, "alarm"), job(20, "mail"), job(10, "second alarm")] {
        tx.send(one).unwrap();
    }
    assert_eq!(tx.try_send(job(1, "late")), Err(bifrons::TrySendError::Full(job(1, "late"))));
    assert_eq!(tx.force_send(job(5, "urgent")), Ok(Some(job(30, "report"))));
    let names: Vec<_> = rx.drain().map(|job| job.name).collect();
    assert_eq!(names, ["urgent", "alarm", "second alarm", "mail"]);
}

/// Each key in turn, however much one of them brings; none holds more than its share while others want room.
#[derive(Default)]
struct FairShare {
    by_key: BTreeMap<u32, VecDeque<(u32, u32)>>,
    /// The keys that have something, the next first.
    turns: VecDeque<u32>,
    len: usize,
}

impl Discipline<(u32, u32)> for FairShare {
    fn push(&mut self, item: (u32, u32), room: bool) -> Pushed<(u32, u32)> {
        if !room {
            return Pushed::Refused(item);
        }
        let own = self.by_key.entry(item.0).or_default();
        if own.is_empty() {
            self.turns.push_back(item.0);
        }
        own.push_back(item);
        self.len += 1;
        Pushed::Added
    }

    fn pop(&mut self) -> Option<(u32, u32)> {
        let key = self.turns.pop_front()?;
        let own = self.by_key.get_mut(&key)?;
        let item = own.pop_front()?;
        if own.is_empty() {
            self.by_key.remove(&key);
        } else {
            self.turns.push_back(key);
        }
        self.len -= 1;
        Some(item)
    }

    fn len(&self) -> usize {
        self.len
    }

    /// Whoever has most gives up its newest.
    fn evict(&mut self) -> Option<(u32, u32)> {
        let (&key, own) = self.by_key.iter_mut().max_by_key(|(_, own)| own.len())?;
        let item = own.pop_back();
        if own.is_empty() {
            self.by_key.remove(&key);
            self.turns.retain(|&turn| turn != key);
        }
        self.len -= usize::from(item.is_some());
        item
    }
}

#[test]
fn no_key_starves_another() {
    let (tx, rx) = bifrons::builder().discipline(FairShare::default()).build();
    (0..100).for_each(|n| tx.send((1, n)).unwrap());
    (0..3).for_each(|n| tx.send((2, n)).unwrap());
    tx.send((3, 0)).unwrap();
    let first: Vec<_> = (0..7).map(|_| rx.recv().unwrap()).collect();
    assert_eq!(first, [(1, 0), (2, 0), (3, 0), (1, 1), (2, 1), (1, 2), (2, 2)]);
    assert!(rx.drain().eq((3..100).map(|n| (1, n))), "each key's own order is kept");
}

#[test]
fn the_greediest_key_gives_way() {
    let (tx, rx) = bifrons::builder().capacity(4).discipline(FairShare::default()).build();
    (0..3).for_each(|n| tx.send((1, n)).unwrap());
    tx.send((2, 0)).unwrap();
    assert_eq!(tx.force_send((3, 0)), Ok(Some((1, 2))));
    // Of keys with 2, 1 and 1 items the first has most, and its newest is its second.
    assert_eq!(tx.force_send((3, 1)), Ok(Some((1, 1))));
    assert_eq!(rx.len(), 4);
    let rest: Vec<_> = rx.drain().map(|(key, _)| key).collect();
    assert!([1, 2, 3].iter().all(|key| rest.contains(key)), "{rest:?}");
}

/// A newer value takes the older one's place, and needs no room.
#[derive(Default)]
struct LatestByKey(VecDeque<(&'static str, i32)>);

impl Discipline<(&'static str, i32)> for LatestByKey {
    fn push(&mut self, item: (&'static str, i32), room: bool) -> Pushed<(&'static str, i32)> {
        match self.0.iter_mut().find(|(key, _)| *key == item.0) {
            Some(older) => Pushed::Replaced(std::mem::replace(older, item)),
            None if room => {
                self.0.push_back(item);
                Pushed::Added
            }
            None => Pushed::Refused(item),
        }
    }

    fn pop(&mut self) -> Option<(&'static str, i32)> {
        self.0.pop_front()
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

#[test]
fn a_newer_value_replaces_the_older_in_its_place() {
    let (tx, rx) = bifrons::builder().capacity(2).discipline(LatestByKey::default()).build();
    tx.send(("temperature", 20)).unwrap();
    tx.send(("pressure", 1013)).unwrap();
    assert!(tx.is_full());
    assert!(tx.try_send(("humidity", 40)).unwrap_err().is_full());
    for value in 21..=30 {
        tx.try_send(("temperature", value)).unwrap();
    }
    assert_eq!(tx.force_send(("pressure", 1014)), Ok(None), "a replacement evicts nothing");
    // It has nothing to give up for another key.
    assert!(tx.force_send(("humidity", 40)).unwrap_err().is_full());
    let stats = tx.stats();
    assert_eq!((stats.len, stats.sent, stats.received), (2, 13, 11));
    assert!(rx.drain().eq([("temperature", 30), ("pressure", 1014)]));
    tx.join();
}

/// A replacement is no second item: one receiver has it, and who waits goes on waiting.
#[test]
fn a_replacement_gives_nobody_a_second_item() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::builder().capacity(2).discipline(LatestByKey::default()).build();
    let (tx, rx) = (tx.into_async(), rx.into_async());
    let (first, waker) = counting_waker();
    let mut one = rx.recv();
    must_be_pending(&mut one, &waker);
    let (_second, waker) = counting_waker();
    let mut two = rx.recv();
    must_be_pending(&mut two, &waker);
    tx.try_send(("key", 1)).unwrap();
    assert_eq!(first.wakes(), 1);
    tx.try_send(("key", 2)).unwrap();
    assert_eq!(must_be_ready(&mut one), Ok(("key", 2)));
    must_be_pending(&mut two, &waker);
    tx.try_send(("key", 3)).unwrap();
    assert_eq!(must_be_ready(&mut two), Ok(("key", 3)));
}

/// A sender that was refused is called when an item has been taken.
#[test]
fn who_was_refused_is_called_when_room_comes() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::builder().capacity(1).discipline(LatestByKey::default()).build();
    let tx = tx.into_async();
    tx.try_send(("a", 1)).unwrap();
    let (count, waker) = counting_waker();
    let mut send = tx.send(("b", 1));
    must_be_pending(&mut send, &waker);
    tx.try_send(("a", 2)).unwrap();
    assert_eq!(count.wakes(), 0, "a replacement makes no room");
    assert_eq!(rx.recv(), Ok(("a", 2)));
    assert_eq!(count.wakes(), 1);
    must_be_ready(&mut send).unwrap();
    assert_eq!(rx.recv(), Ok(("b", 1)));
}
