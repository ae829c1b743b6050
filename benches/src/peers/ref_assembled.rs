//! A queue as one would put it together in an afternoon: crossbeam-channel for the items, event-listener for the waiting.

use std::mem;
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, TryRecvError, TrySendError, bounded, unbounded};
use event_listener::{Event, Listener, listener};

use super::{Peer, TaskRx, TaskTx, ThreadRx, ThreadTx};
use crate::item::Item;
use crate::scenario::Capacity;

pub struct Assembled;

/// An item under a name of its own, so that crossbeam-channel's functions for it are others than those which are measured as
/// crossbeam-channel: a call of them that stands here would not let those be inlined there.
struct Carried<T>(T);

/// Who waits for items, and who for room.
#[derive(Default)]
struct Events {
    items: Event,
    room: Event,
}

pub struct AssembledTx<T> {
    /// `None` only while it is dropped.
    tx: Option<Sender<Carried<T>>>,
    events: Arc<Events>,
}

pub struct AssembledRx<T> {
    rx: Receiver<Carried<T>>,
    events: Arc<Events>,
}

impl<T: Item> Peer<T> for Assembled {
    type Tx = AssembledTx<T>;
    type Rx = AssembledRx<T>;
    type TaskTx = AssembledTx<T>;
    type TaskRx = AssembledRx<T>;

    fn make(capacity: Capacity) -> Option<(Self::Tx, Self::Rx)> {
        let (tx, rx) = match capacity {
            // Nobody who only tries ever meets another who only tries.
            Capacity::Bounded(0) => return None,
            Capacity::Bounded(limit) => bounded(limit),
            Capacity::Unbounded => unbounded(),
        };
        let events = Arc::new(Events::default());
        Some((AssembledTx { tx: Some(tx), events: Arc::clone(&events) }, AssembledRx { rx, events }))
    }

    fn more_tx(tx: &Self::Tx) -> Option<Self::Tx> {
        Some(AssembledTx { tx: tx.tx.clone(), events: Arc::clone(&tx.events) })
    }

    fn more_rx(rx: &Self::Rx) -> Option<Self::Rx> {
        Some(AssembledRx { rx: rx.rx.clone(), events: Arc::clone(&rx.events) })
    }

    fn task_tx(tx: Self::Tx) -> Option<Self::TaskTx> {
        Some(tx)
    }

    fn task_rx(rx: Self::Rx) -> Option<Self::TaskRx> {
        Some(rx)
    }
}

impl<T> AssembledTx<T> {
    /// The item again if there was no room.
    fn attempt(&self, item: T) -> Result<(), T> {
        let tx = self.tx.as_ref().expect("it is being dropped");
        match tx.try_send(Carried(item)) {
            Ok(()) => {
                self.events.items.notify_additional(1);
                Ok(())
            }
            Err(TrySendError::Full(Carried(item))) => Err(item),
            Err(TrySendError::Disconnected(_)) => panic!("receivers outlive senders"),
        }
    }
}

impl<T> Drop for AssembledTx<T> {
    fn drop(&mut self) {
        drop(mem::take(&mut self.tx));
        // It may have been the last one.
        self.events.items.notify(usize::MAX);
    }
}

impl<T> AssembledRx<T> {
    /// An item, or the end of all; `None` if there is neither.
    fn attempt(&self) -> Option<Option<T>> {
        match self.rx.try_recv() {
            Ok(Carried(item)) => {
                self.events.room.notify_additional(1);
                Some(Some(item))
            }
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(None),
        }
    }
}

impl<T: Item> ThreadTx<T> for AssembledTx<T> {
    fn put(&mut self, mut item: T) {
        while let Err(back) = self.attempt(item) {
            listener!(self.events.room => room);
            match self.attempt(back) {
                Ok(()) => return,
                Err(back) => item = back,
            }
            room.wait();
        }
    }

    fn try_put(&mut self, item: T) -> bool {
        self.attempt(item).is_ok()
    }
}

impl<T: Item> ThreadRx<T> for AssembledRx<T> {
    fn take(&mut self) -> Option<T> {
        loop {
            if let Some(end) = self.attempt() {
                return end;
            }
            listener!(self.events.items => items);
            if let Some(end) = self.attempt() {
                return end;
            }
            items.wait();
        }
    }

    fn try_take(&mut self) -> Option<T> {
        self.attempt().flatten()
    }
}

impl<T: Item> TaskTx<T> for AssembledTx<T> {
    async fn put(&mut self, mut item: T) {
        while let Err(back) = self.attempt(item) {
            let room = self.events.room.listen();
            match self.attempt(back) {
                Ok(()) => return,
                Err(back) => item = back,
            }
            room.await;
        }
    }
}

impl<T: Item> TaskRx<T> for AssembledRx<T> {
    async fn take(&mut self) -> Option<T> {
        loop {
            if let Some(end) = self.attempt() {
                return end;
            }
            let items = self.events.items.listen();
            if let Some(end) = self.attempt() {
                return end;
            }
            items.await;
        }
    }
}
