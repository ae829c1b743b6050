//! The waiters: tasks that carry orders one way, dishes the other.

use bifrons::{AsyncReceiver, AsyncSender};

use super::menu::Station;
use super::order::{Dish, Tab, Ticket};

/// The way to each of the stations.
#[derive(Clone, Debug)]
pub(crate) struct Stations {
    pub(crate) stove: AsyncSender<Ticket>,
    pub(crate) cellar: AsyncSender<Ticket>,
    pub(crate) oven: AsyncSender<Ticket>,
}

#[derive(Clone, Debug)]
pub(crate) struct Waiter {
    pub(crate) waves: AsyncReceiver<Tab>,
    pub(crate) pass: AsyncReceiver<Dish>,
    pub(crate) stations: Stations,
}

impl Waiter {
    /// Works until nobody can wave any more and the pass is closed. What is ready to be served goes first: it gets cold.
    pub(crate) async fn wait(self) {
        loop {
            tokio::select! {
                biased;
                Ok(dish) = self.pass.recv() => dish.serve().await,
                Ok(tab) = self.waves.recv() => self.take_orders(&tab).await,
                else => break,
            }
        }
    }

    async fn take_orders(&self, tab: &Tab) {
        while let Ok(order) = tab.try_recv_task() {
            let station = match order.item.station() {
                Station::Stove => &self.stations.stove,
                Station::Cellar => &self.stations.cellar,
                Station::Oven => &self.stations.oven,
            };
            // A station where nobody is left gives the ticket back. It goes, and the bill will show that it is missing.
            drop(station.send(Ticket(order)).await);
        }
    }
}
