//! Orders as a user writes them, each in a few words.

use std::collections::VecDeque;
use std::mem::replace;

use bifrons::{Discipline, Pushed};

/// First in, first out, of what it `takes` beside what is there.
pub(crate) struct Choosy<T, F> {
    items: VecDeque<T>,
    takes: F,
}

impl<T, F: FnMut(&VecDeque<T>, &T) -> bool> Choosy<T, F> {
    pub(crate) fn new(takes: F) -> Self {
        Self { items: VecDeque::new(), takes }
    }
}

impl<T, F: FnMut(&VecDeque<T>, &T) -> bool> Discipline<T> for Choosy<T, F> {
    fn push(&mut self, item: T, room: bool) -> Pushed<T> {
        if !room || !(self.takes)(&self.items, &item) {
            return Pushed::Refused(item);
        }
        self.items.push_back(item);
        Pushed::Added
    }

    fn pop(&mut self) -> Option<T> {
        self.items.pop_front()
    }

    fn len(&self) -> usize {
        self.items.len()
    }

    fn evict(&mut self) -> Option<T> {
        self.items.pop_front()
    }
}

/// Of those that `are_same` the latest, where the first of them stood.
pub(crate) struct Latest<T> {
    items: VecDeque<T>,
    are_same: fn(&T, &T) -> bool,
    evict: fn(&mut VecDeque<T>) -> Option<T>,
}

impl<T> Latest<T> {
    /// An item that is pushed out is found by `evict`.
    pub(crate) fn new(are_same: fn(&T, &T) -> bool, evict: fn(&mut VecDeque<T>) -> Option<T>) -> Self {
        Self { items: VecDeque::new(), are_same, evict }
    }
}

impl<T> Discipline<T> for Latest<T> {
    fn push(&mut self, item: T, room: bool) -> Pushed<T> {
        match self.items.iter_mut().find(|older| (self.are_same)(older, &item)) {
            Some(older) => Pushed::Replaced(replace(older, item)),
            None if room => {
                self.items.push_back(item);
                Pushed::Added
            }
            None => Pushed::Refused(item),
        }
    }

    fn pop(&mut self) -> Option<T> {
        self.items.pop_front()
    }

    fn len(&self) -> usize {
        self.items.len()
    }

    fn evict(&mut self) -> Option<T> {
        (self.evict)(&mut self.items)
    }
}
