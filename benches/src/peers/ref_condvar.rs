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
    // How many wait: to notify nobody costs a system call.
    for_items: usize,
    for_room: usize,
}

impl<T> Queue<T> {
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().expect("nobody panics under this lock")
    }

    fn push(&self, mut state: MutexGuard<'_, State<T>>, item: T) {
        state.items.push_back(item);
        let waits = state.for_items > 0;
        drop(state);
        if waits {
            self.items.notify_one();
        }
    }

    fn pop(&self, mut state: MutexGuard<'_, State<T>>) -> Option<T> {
        let item = state.items.pop_front()?;
        let waits = state.for_room > 0;
        drop(state);
        if waits {
            self.room.notify_one();
        }
        Some(item)
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
        let state = Mutex::new(State { items: VecDeque::new(), senders: 1, for_items: 0, for_room: 0 });
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
            state.for_room += 1;
            state = self.0.room.wait(state).expect("nobody panics under this lock");
            state.for_room -= 1;
        }
        self.0.push(state, item);
    }

    fn try_put(&mut self, item: T) -> bool {
        let state = self.0.state();
        let room = state.items.len() < self.0.limit;
        if room {
            self.0.push(state, item);
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
        while state.items.is_empty() && state.senders > 0 {
            state.for_items += 1;
            state = self.0.items.wait(state).expect("nobody panics under this lock");
            state.for_items -= 1;
        }
        self.0.pop(state)
    }

    fn try_take(&mut self) -> Option<T> {
        self.0.pop(self.0.state())
    }
}
