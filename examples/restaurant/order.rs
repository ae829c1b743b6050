//! An order on its way: written on a tab, pinned up as a ticket, carried as a dish, served as a plate.

use std::cmp::Ordering;
use std::time::{Duration, Instant};

use bifrons::{AsyncReceiver, AsyncSender, Task};

use super::menu::Item;

/// What one guest wants, line by line. The guest waits for this queue's `join`.
pub(crate) type Tab = AsyncReceiver<Order>;

/// One line of a tab.
#[derive(Debug)]
pub(crate) struct Order {
    pub(crate) item: Item,
    pub(crate) since: Instant,
    /// Where to serve it.
    pub(crate) table: AsyncSender<Plate>,
}

/// An order at the station that is to make it. The `Task` goes with it through every queue and over every thread: wherever it
/// ends, served or spilled, the guest is no longer kept waiting for it.
#[derive(Debug)]
pub(crate) struct Ticket(pub(crate) Task<Order>);

impl Ord for Ticket {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.item.urgency().cmp(&other.0.item.urgency()) // equal ones stay in the order of their arrival
    }
}

impl PartialOrd for Ticket {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ticket {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Ticket {}

/// A finished order that is to be carried to its table.
#[derive(Debug)]
pub(crate) struct Dish {
    pub(crate) order: Task<Order>,
    pub(crate) burnt: bool,
}

impl Dish {
    /// Puts it on the table, and only then calls the order done: whoever was told that all is done finds all on the table.
    pub(crate) async fn serve(self) {
        let Dish { order, burnt } = self;
        let plate = Plate { item: order.item, waited: order.since.elapsed(), burnt };
        order.table.send(plate).await.expect("nobody leaves while something is to come");
        order.done();
    }
}

/// What the guest finds on the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plate {
    pub(crate) item: Item,
    pub(crate) waited: Duration,
    pub(crate) burnt: bool,
}
