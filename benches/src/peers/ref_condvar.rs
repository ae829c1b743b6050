//! The plainest queue for threads: a locked deque with two condition variables.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use super::{Absent, Peer, ThreadRx, ThreadTx};
use crate::item::Item;
use crate::scenario::Capacity;

pub struct RefCondvar;

struct Queue<T> {
    state: Mutex<State<T>>,
    limit: usize,
    items: Condvar,
    room: Condvar,
}

struct State<T> {
    items: VecDeque<T>,
    senders: usize,
}

impl<T> Queue<T> {
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().expect("nobody panics under this lock")
    }
}

pub struct CondvarTx<T>(Arc<Queue<T>>);
pub struct CondvarRx<T>(Arc<Queue<T>>);

impl<T: Item> Peer<T> for RefCondvar {
    type Tx = CondvarTx<T>;
    type Rx = CondvarRx<T>;
    type TaskTx = Absent;
    type TaskRx = Absent;

    fn make(capacity: Capacity) -> Option<(Self::Tx, Self::Rx)> {
        let limit = match capacity {
            Capacity::Bounded(0) => return None,
            Capacity::Bounded(limit) => limit,
            Capacity::Unbounded => usize::MAX,
        };
        let state = Mutex::new(State { items: VecDeque::new(), senders: 1 });
        let queue = Arc::new(Queue { state, limit, items: Condvar::new(), room: Condvar::new() });
        Some((CondvarTx(Arc::clone(&queue)), CondvarRx(queue)))
    }

    fn more_tx(tx: &Self::Tx) -> Option<Self::Tx> {
        tx.0.state().senders += 1;
        Some(CondvarTx(Arc::clone(&tx.0)))
    }

    fn more_rx(rx: &Self::Rx) -> Option<Self::Rx> {
        Some(CondvarRx(Arc::clone(&rx.0)))
    }

    fn task_tx(_tx: Self::Tx) -> Option<Absent> {
        None
    }

    fn task_rx(_rx: Self::Rx) -> Option<Absent> {
        None
    }
}

impl<T: Item> ThreadTx<T> for CondvarTx<T> {
    fn put(&mut self, item: T) {
        let mut state = self.0.state();
        while state.items.len() >= self.0.limit {
            state = self.0.room.wait(state).expect("nobody panics under this lock");
        }
        state.items.push_back(item);
        drop(state);
        self.0.items.notify_one();
    }

    fn try_put(&mut self, item: T) -> bool {
        let mut state = self.0.state();
        let room = state.items.len() < self.0.limit;
        if room {
            state.items.push_back(item);
            drop(state);
            self.0.items.notify_one();
        }
        room
    }
}

impl<T> Drop for CondvarTx<T> {
    fn drop(&mut self) {
        self.0.state().senders -= 1;
        self.0.items.notify_all();
    }
}

impl<T: Item> ThreadRx<T> for CondvarRx<T> {
    fn take(&mut self) -> Option<T> {
        let mut state = self.0.state();
        let item = loop {
            match state.items.pop_front() {
                Some(item) => break item,
                None if state.senders == 0 => return None,
                None => state = self.0.items.wait(state).expect("nobody panics under this lock"),
            }
        };
        drop(state);
        self.0.room.notify_one();
        Some(item)
    }

    fn try_take(&mut self) -> Option<T> {
        let item = self.0.state().items.pop_front()?;
        self.0.room.notify_one();
        Some(item)
    }
}
