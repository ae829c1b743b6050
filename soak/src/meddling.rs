//! What anybody may do to a queue besides sending and receiving.

use std::fmt::Write;

use bifrons::{Receiver, Sender};

use crate::{Dice, Item};

/// What both halves can do.
macro_rules! meddle {
    ($handle:expr, $dice:expr, $elastic:expr) => {
        match $dice.below(6) {
            0 => {
                let stats = $handle.stats();
                assert!(stats.sent >= stats.received, "more was received than sent: {stats:?}");
            }
            1 => {
                let mut told = String::new();
                let _ = write!(told, "{:?}", $handle);
                assert!(told.contains("capacity"));
            }
            2 => drop($handle.clone()),
            3 => {
                let weak = $handle.downgrade();
                assert!(weak.upgrade().is_some_and(|again| again.same_channel($handle)));
            }
            4 if $elastic => {
                let _ = $handle.set_capacity(3 + $dice.below(6) as usize);
            }
            _ => {
                let _ = ($handle.len(), $handle.is_empty(), $handle.is_full(), $handle.sender_count());
            }
        }
    };
}

/// Meddles with a sender's queue, whose capacity may be changed if it is `elastic`.
pub(crate) fn with_sender(sender: &Sender<Item>, dice: &mut Dice, elastic: bool) {
    meddle!(sender, dice, elastic);
}

/// Meddles with a receiver's queue.
pub(crate) fn with_receiver(receiver: &Receiver<Item>, dice: &mut Dice, elastic: bool) {
    meddle!(receiver, dice, elastic);
}
