//! What the programs send: the model's item, and an entry in the census when it is dropped.

use std::cmp::Ordering;

use super::model::Item;
use crate::support::{Census, Counted};

/// Compares by its item's rank alone.
#[derive(Debug)]
pub(crate) struct Parcel {
    pub(crate) item: Item,
    _counted: Counted,
}

impl Parcel {
    pub(crate) fn new(item: Item, census: &Census) -> Self {
        Self { item, _counted: census.item(u64::from(item.number)) }
    }

    /// Drops it, and tells which it was.
    pub(crate) fn open(self) -> Item {
        self.item
    }
}

impl PartialEq for Parcel {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Parcel {}

impl PartialOrd for Parcel {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Parcel {
    fn cmp(&self, other: &Self) -> Ordering {
        self.item.cmp(&other.item)
    }
}
