//! What a storm is made of, whoever schedules it: items that are counted, parties on both faces, and dice.
//!
//! A storm is a [`Plan`]: an order, a capacity, a way to end. A [`Round`] of it has two queues, and producers and consumers
//! that do whatever the dice say, by every verb there is. Each can be run on a thread or as a task. Whoever deals with the last
//! item closes the queues, and nobody else: so an item that is lost, or somebody who is not called, keeps the round from
//! ending.

mod consumer;
mod dice;
mod ledger;
mod meddling;
mod patience;
mod producer;
mod round;
mod scene;

pub use consumer::Consumer;
pub use dice::Dice;
pub use ledger::{Item, Ledger, Sums};
pub use patience::{Patience, Polls};
pub use producer::Producer;
pub use round::{Ending, Order, Plan, Round};
pub use scene::Scene;
