//! A guest: orders, waits until everything is served, pays.

use std::time::Instant;

use bifrons::{AsyncSender, OwnedPermit};

use super::menu::{self, Item};
use super::order::{Order, Plate, Tab};

/// A table is a place in a queue to which nothing is ever sent: taken by reserving it, free again when this is dropped.
pub(crate) type Table = OwnedPermit<()>;

/// What the guest has ordered, what came of it.
#[derive(Debug)]
pub(crate) struct Bill {
    pub(crate) ordered: Vec<Item>,
    pub(crate) plates: Vec<Plate>,
}

impl Bill {
    /// Burnt cakes are not paid for.
    pub(crate) fn total(&self) -> u64 {
        self.plates.iter().filter(|plate| !plate.burnt).map(|plate| plate.item.price()).sum()
    }
}

/// Sits at `table` from the first wish to the bill; `wave` is how waiters are called.
pub(crate) async fn dine(number: usize, table: Table, wave: AsyncSender<Tab>) -> Bill {
    let (tab_in, tab) = bifrons::unbounded();
    let (tab_in, tab) = (tab_in.into_async(), tab.into_async());
    let (place, plates) = bifrons::unbounded();
    let place = place.into_async();

    let ordered: Vec<_> = menu::wishes(number).collect();
    for &item in &ordered {
        let order = Order { item, since: Instant::now(), table: place.clone() };
        tab_in.send(order).await.expect("the tab is still in the guest's hands");
    }
    // If no waiter is left, the tab comes back with the error and is thrown away: nothing will be served, nothing paid.
    drop(wave.send(tab).await);

    tab_in.join().await;
    drop(table);
    Bill { ordered, plates: plates.drain().collect() }
}
