//! An item between a caller's deque and the queue.

use std::collections::VecDeque;

/// The first item of a deque, on its way into the queue: if it does not get there, it goes back, also in a panic.
#[derive(Debug)]
pub(crate) struct Hand<'a, T> {
    pub(crate) item: Option<T>,
    pub(crate) items: &'a mut VecDeque<T>,
}

impl<'a, T> Hand<'a, T> {
    pub(crate) fn empty(items: &'a mut VecDeque<T>) -> Self {
        Self { item: None, items }
    }

    /// Takes the first item.
    pub(crate) fn full(items: &'a mut VecDeque<T>) -> Self {
        Self { item: items.pop_front(), items }
    }
}

impl<T> Drop for Hand<'_, T> {
    fn drop(&mut self) {
        if let Some(item) = self.item.take() {
            self.items.push_front(item);
        }
    }
}
