//! The end of each item, which is its own and one.

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use bifrons::{Sender, TrySendError};

use super::orders::{Order, in_every_order, unfinished};
use crate::support::{Census, block_on, is_pending};

in_every_order!(each_item_is_dropped_once, drop_of_an_item_calls_the_queue);

/// Every way in and every way out, one after the other, on one count.
fn each_item_is_dropped_once<O: Order>() {
    let census = Census::new();
    let mut made = 0;
    let mut item = || {
        made += 1;
        census.item(made - 1)
    };
    let (tx, rx) = O::bounded(4);
    let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
    let all_gone = || assert_eq!((census.alive(), unfinished(tx.stats())), (0, 0));

    tx.send(item()).unwrap();
    drop(rx.recv());
    block_on(async_tx.send(item())).unwrap();
    drop(block_on(async_rx.recv()));
    all_gone();

    tx.send(item()).unwrap();
    rx.recv_task().unwrap().done();
    tx.send(item()).unwrap();
    drop(block_on(async_rx.recv_task()).unwrap());
    tx.send(item()).unwrap();
    let own = rx.recv_task().unwrap().into_inner();
    assert_eq!((census.alive(), unfinished(tx.stats())), (1, 0));
    drop(own);
    all_gone();

    tx.reserve().unwrap().send(item()).unwrap();
    tx.clone().reserve_owned().unwrap().send(item()).unwrap();
    tx.reserve_many(2).unwrap().for_each(|permit| permit.send(item()).unwrap());
    drop(tx.try_send(item()));
    assert!(tx.force_send(item()).unwrap().is_some());
    drop(tx.send_timeout(item(), std::time::Duration::ZERO));
    let mut waiting = async_tx.send(item());
    assert!(is_pending(&mut waiting));
    drop(waiting);
    let mut waiting = async_tx.send(item());
    assert!(is_pending(&mut waiting));
    drop(waiting.take());
    drop(async_tx.send(item()));
    assert_eq!(census.alive(), 4, "what is in the queue");
    let mut many = vec![];
    assert_eq!(rx.recv_many(&mut many, 3), Ok(3));
    drop(many);
    drop(rx.drain());
    all_gone();

    let mut many: VecDeque<_> = (0..6).map(|_| item()).collect();
    let mut sending = async_tx.send_many(&mut many);
    assert!(is_pending(&mut sending));
    drop(sending);
    assert_eq!((many.len(), rx.len()), (2, 4));
    drop(many);
    let mut left = rx.shutdown();
    drop(left.next());
    assert_eq!(census.alive(), 3);
    drop(left);
    drop(tx.send(item()));
    drop(block_on(async_tx.send(item())));
    all_gone();

    let (tx, rx) = O::unbounded();
    for _ in 0..100 {
        tx.send(item()).unwrap();
    }
    let task = rx.recv_task().unwrap();
    drop(rx);
    assert_eq!(census.alive(), 1, "the last receiver takes all but what is in hand");
    drop(tx);
    drop(task);
    census.assert_all_dropped_once(0..made);
}

type Log = Arc<Mutex<Vec<&'static str>>>;

/// Uses its own queue when it is dropped, and reports what that was like; without a log it is quiet.
struct Caller {
    id: u32,
    queue: Sender<Caller>,
    log: Option<Log>,
}

impl Drop for Caller {
    fn drop(&mut self) {
        let Some(log) = self.log.take() else { return };
        let quiet = Caller { id: 0, queue: self.queue.clone(), log: None };
        log.lock().unwrap().push(match self.queue.try_send(quiet) {
            Ok(()) => "sent",
            Err(TrySendError::Full(_)) => "full",
            Err(TrySendError::Closed(_)) => "closed",
        });
    }
}

impl PartialEq for Caller {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Caller {}

impl PartialOrd for Caller {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Caller {
    fn cmp(&self, other: &Self) -> Ordering {
        self.id.cmp(&other.id)
    }
}

/// Nothing of an item is dropped under a lock of its queue.
fn drop_of_an_item_calls_the_queue<O: Order>() {
    let log = Log::default();
    let said = |expected: &[&str]| assert_eq!(std::mem::take(&mut *log.lock().unwrap()), expected);
    let (tx, rx) = O::bounded(2);
    let item = |id| Caller { id, queue: tx.clone(), log: Some(Arc::clone(&log)) };
    let async_tx = tx.to_async();

    tx.send(item(1)).unwrap();
    rx.recv_task().unwrap().done();
    said(&["sent"]);
    assert_eq!(rx.drain().count(), 1);

    tx.send(item(1)).unwrap();
    tx.send(item(2)).unwrap();
    let mut waiting = async_tx.send(item(3));
    assert!(is_pending(&mut waiting));
    drop(waiting);
    said(&["full"]);
    drop(tx.try_send(item(4)));
    said(&["full"]);
    assert!(tx.force_send(item(9)).unwrap().is_some_and(|evicted| evicted.id == 1));
    said(&["full"]);
    drop(rx.drain());
    said(&["sent", "sent"]);
    assert_eq!(rx.drain().count(), 2);

    let mut many = VecDeque::from([item(1), item(2), item(3)]);
    let mut sending = async_tx.send_many(&mut many);
    assert!(is_pending(&mut sending));
    drop(sending);
    drop(many);
    said(&["full"]);
    drop(rx.shutdown());
    said(&["closed", "closed"]);

    let (tx, rx) = O::bounded(2);
    tx.send(Caller { id: 1, queue: tx.clone(), log: Some(Arc::clone(&log)) }).unwrap();
    drop(rx);
    said(&["closed"]);
}
