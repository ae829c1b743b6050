//! The oven: it bakes by itself, but somebody has to take the cake out in time.

use std::time::Duration;

use bifrons::{AsyncReceiver, AsyncSender};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::order::{Dish, Ticket};

const BAKING: Duration = Duration::from_millis(15);

/// A cake that stays in for longer than this after it is ready is burnt.
const GRACE: Duration = Duration::from_millis(15);

#[derive(Debug)]
pub(crate) struct Oven {
    pub(crate) tickets: AsyncReceiver<Ticket>,
    pub(crate) pass: AsyncSender<Dish>,
}

impl Oven {
    /// Puts every cake in at once, for there is room for all, until the station is closed and the last cake is out.
    pub(crate) async fn watch(self) {
        let mut cakes = JoinSet::new();
        while let Ok(ticket) = self.tickets.recv().await {
            cakes.spawn(bake(ticket, self.pass.clone()));
        }
        cakes.join_all().await;
    }
}

/// Nothing here takes long but waiting for the bell. If the cake burns, it is because this task could not run.
async fn bake(Ticket(order): Ticket, pass: AsyncSender<Dish>) {
    let ready = Instant::now() + BAKING;
    sleep_until(ready).await;
    let burnt = ready.elapsed() > GRACE;
    drop(pass.send(Dish { order, burnt }).await); // if nobody carries dishes any more, it is missing from the bill
}
