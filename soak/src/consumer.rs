//! One who receives, by whatever verb the dice say, until there is nothing more.

use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bifrons::{AsyncReceiver, Receiver, RecvError, RecvTimeoutError, Select, SelectTimeoutError, Task, TryRecvError};
use futures_core::Stream;

use crate::patience::{poll_idly, poll_on_thread};
use crate::{Dice, Item, Ledger, Patience, meddling};

/// A receiving party.
#[derive(Debug)]
pub struct Consumer {
    pub(crate) own: Receiver<Item>,
    pub(crate) other: Receiver<Item>,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) dice: Dice,
    /// Whether it mostly waits.
    pub(crate) steady: bool,
    pub(crate) elastic: bool,
    /// Which of the two queues give the items of each producer in order, the own and the other one.
    pub(crate) ordered: [bool; 2],
    /// The last item seen of each producer, by queue.
    pub(crate) seen: HashMap<(usize, u32), u32>,
    /// After how many calls it goes, whatever is left.
    pub(crate) leaves_after: Option<u32>,
}

const OWN: usize = 0;
const OTHER: usize = 1;

/// Whether its own queue may have more.
type GoesOn = bool;

impl Consumer {
    /// Runs it on this thread.
    pub fn on_thread(mut self) {
        while self.stays() && self.receive_on_thread() {
            self.close_if_over();
        }
    }

    /// Runs it as a task.
    pub async fn in_task(mut self, patience: impl Patience) {
        let own = self.own.to_async();
        while self.stays() && self.receive_in_task(&own, &patience).await {
            self.close_if_over();
        }
    }

    fn stays(&mut self) -> bool {
        if self.dice.one_in(6) {
            meddling::with_receiver(&self.own, &mut self.dice, self.elastic);
        }
        self.ledger.note_operation();
        match &mut self.leaves_after {
            None => true,
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
        }
    }

    fn close_if_over(&self) {
        if self.ledger.is_settled() {
            self.own.close();
            self.other.close();
        }
    }

    /// Enters an item, which came from that queue.
    fn take(&mut self, from: usize, item: Item) {
        if self.ordered[from] {
            let last = self.seen.insert((from, item.producer), item.number).unwrap_or(0);
            assert!(last < item.number, "item {} of {} came after its {last}", item.number, item.producer);
        }
        item.receive();
    }

    fn took(&mut self, received: Result<Item, RecvError>) -> GoesOn {
        received.map(|item| self.take(OWN, item)).is_ok()
    }

    fn tried(&mut self, received: Result<Item, TryRecvError>) -> GoesOn {
        match received {
            Ok(item) => self.take(OWN, item),
            Err(TryRecvError::Empty) => {}
            Err(TryRecvError::Closed) => return false,
        }
        true
    }

    fn took_in_time(&mut self, received: Result<Item, RecvTimeoutError>) -> GoesOn {
        match received {
            Ok(item) => self.take(OWN, item),
            Err(RecvTimeoutError::Timeout) => self.ledger.note_timeout(),
            Err(RecvTimeoutError::Closed) => return false,
        }
        true
    }

    fn took_all(&mut self, items: Vec<Item>) {
        items.into_iter().for_each(|item| self.take(OWN, item));
    }

    /// Ends a task in one of the ways it may end.
    fn finish(&mut self, task: Task<Item>) -> Item {
        assert!(self.own.stats().tasks > 0, "a task is in hand and not counted");
        task.into_inner()
    }

    fn changed_its_mind(&mut self) -> GoesOn {
        self.ledger.note_cancel();
        true
    }

    fn receive_on_thread(&mut self) -> GoesOn {
        let brief = self.dice.moment();
        match self.dice.verb(14, self.steady) {
            0 => {
                let received = self.own.recv();
                self.took(received)
            }
            1 => {
                let mut items = Vec::new();
                let limit = 1 + self.dice.below(4) as usize;
                let received = self.own.recv_many(&mut items, limit);
                assert_eq!(received, if items.is_empty() { Err(RecvError) } else { Ok(items.len()) });
                self.took_all(items);
                received.is_ok()
            }
            2 | 3 => {
                let received = self.own.recv_timeout(brief);
                self.took_in_time(received)
            }
            4 => {
                let received = self.own.try_recv();
                self.tried(received)
            }
            6 => {
                let task = self.own.recv_task();
                let item = task.map(|task| self.finish(task));
                self.took(item)
            }
            7 => {
                let task = self.own.recv_task_timeout(brief);
                let item = task.map(|task| self.finish(task));
                self.took_in_time(item)
            }
            8 => match self.own.try_recv_task() {
                // Done by being dropped, and the item with it.
                Ok(task) => {
                    drop(task);
                    true
                }
                Err(error) => !error.is_closed(),
            },
            9 => {
                let items = self.own.drain().collect();
                self.took_all(items);
                true
            }
            5 => {
                if ready(&self.own, &self.other, brief) {
                    let received = self.own.try_recv();
                    return self.tried(received);
                }
                self.ledger.note_timeout();
                true
            }
            10 | 11 => self.select(brief),
            12 => {
                let face = self.own.to_async();
                match poll_on_thread(&mut face.recv(), &mut self.dice) {
                    Some(received) => self.took(received),
                    None => self.changed_its_mind(),
                }
            }
            _ => {
                let face = self.own.to_async();
                let mut items = Vec::new();
                let received = poll_on_thread(&mut face.recv_many(&mut items, 3), &mut self.dice);
                self.took_all(items);
                match received {
                    Some(received) => received.is_ok(),
                    None => self.changed_its_mind(),
                }
            }
        }
    }

    /// Receives from whichever of two queues has an item first.
    fn select(&mut self, brief: Duration) -> GoesOn {
        let limit = (!self.dice.one_in(3)).then_some(brief);
        let Some((from, received)) = select(&self.own, &self.other, limit) else {
            self.ledger.note_timeout();
            return true;
        };
        // That the other one is closed is the business of those whose own it is.
        let goes_on = from == OTHER || received.is_ok();
        if let Ok(item) = received {
            self.take(from, item);
        }
        goes_on
    }

    async fn receive_in_task(&mut self, own: &AsyncReceiver<Item>, patience: &impl Patience) -> GoesOn {
        match self.dice.verb(12, self.steady) {
            0 | 6 => {
                let received = own.recv().await;
                self.took(received)
            }
            1 => {
                let mut items = Vec::new();
                let received = own.recv_many(&mut items, 3).await;
                self.took_all(items);
                received.is_ok()
            }
            2 | 3 => match patience.lose(&mut own.recv(), &mut self.dice).await {
                Some(received) => self.took(received),
                None => self.changed_its_mind(),
            },
            4 => match patience.lose(&mut own.clone().into_recv(), &mut self.dice).await {
                Some(received) => self.took(received),
                None => self.changed_its_mind(),
            },
            5 => {
                let received = own.try_recv();
                self.tried(received)
            }
            7 => {
                let mut items = Vec::new();
                let received = patience.lose(&mut own.recv_many(&mut items, 3), &mut self.dice).await;
                self.took_all(items);
                match received {
                    Some(received) => received.is_ok(),
                    None => self.changed_its_mind(),
                }
            }
            8 => {
                let task = own.recv_task().await;
                let item = task.map(|task| self.finish(task));
                self.took(item)
            }
            9 => match patience.lose(&mut own.recv_task(), &mut self.dice).await {
                Some(task) => {
                    let item = task.map(|task| self.finish(task));
                    self.took(item)
                }
                None => self.changed_its_mind(),
            },
            10 => {
                let mut stream = own.stream();
                for _ in 0..=self.dice.below(2) {
                    match poll_fn(|context| Pin::new(&mut stream).poll_next(context)).await {
                        Some(item) => self.take(OWN, item),
                        None => return false,
                    }
                    self.close_if_over();
                }
                true
            }
            _ => {
                let _ = poll_idly(&mut own.closed());
                let _ = poll_idly(&mut own.recv_task());
                self.changed_its_mind()
            }
        }
    }
}

/// Receives from whichever of two queues has an item first, or is closed: which one, and what came.
fn select(
    own: &Receiver<Item>,
    other: &Receiver<Item>,
    limit: Option<Duration>,
) -> Option<(usize, Result<Item, RecvError>)> {
    let mut select = Select::new();
    let first = select.recv(own);
    select.recv(other);
    let chosen = match limit {
        Some(limit) => match select.select_timeout(limit) {
            Ok(chosen) => chosen,
            Err(SelectTimeoutError) => return None,
        },
        None => select.select(),
    };
    Some(if chosen.index() == first { (OWN, chosen.recv(own)) } else { (OTHER, chosen.recv(other)) })
}

/// Whether one of two queues seems to have an item in time, to receive from neither.
fn ready(own: &Receiver<Item>, other: &Receiver<Item>, limit: Duration) -> bool {
    let mut select = Select::new();
    select.recv(own);
    select.recv(other);
    select.ready_timeout(limit).is_ok()
}

impl Drop for Consumer {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.close_if_over();
        }
    }
}
