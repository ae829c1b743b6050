//! The greeter: a task that leads guests from the door to their tables.

use bifrons::{AsyncReceiver, AsyncSender};
use tokio::task::JoinSet;

use super::guest::{Bill, dine};
use super::order::Tab;

#[derive(Debug)]
pub(crate) struct Greeter {
    /// Guests by their numbers.
    pub(crate) door: AsyncReceiver<usize>,
    pub(crate) tables: AsyncSender<()>,
    pub(crate) wave: AsyncSender<Tab>,
}

impl Greeter {
    /// Seats everybody, one table each, and collects the bills until the last guest has paid.
    pub(crate) async fn greet(self) -> Vec<Bill> {
        let mut guests = JoinSet::new();
        while let Ok(number) = self.door.recv().await {
            let table = self.tables.clone().reserve_owned().await.expect("there is a table for everybody, in time");
            guests.spawn(dine(number, table, self.wave.clone()));
        }
        guests.join_all().await
    }
}
