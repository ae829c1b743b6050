//! A round as one sees it from outside, in particular when it hangs.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use bifrons::{WeakReceiver, WeakSender};

use crate::{Item, Ledger, Plan, Sums};

/// What can be seen of a round without a part in it.
#[derive(Debug)]
pub struct Scene {
    number: u64,
    plan: Plan,
    ledger: Arc<Ledger>,
    queues: Vec<(WeakSender<Item>, WeakReceiver<Item>)>,
}

impl Scene {
    pub(crate) fn new(plan: Plan, ledger: Arc<Ledger>, queues: Vec<(WeakSender<Item>, WeakReceiver<Item>)>) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        Self { number: NUMBER.fetch_add(1, Relaxed), plan, ledger, queues }
    }

    /// Differs from round to round.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// What has been entered in the books.
    #[must_use]
    pub fn sums(&self) -> Sums {
        self.ledger.sums()
    }
}

impl fmt::Display for Scene {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}, {:?}", self.plan, self.sums())?;
        for (sender, receiver) in &self.queues {
            match (sender.upgrade(), receiver.upgrade()) {
                (Some(sender), _) => write!(f, "\n  {:?}", sender.stats())?,
                (None, Some(receiver)) => write!(f, "\n  {:?}", receiver.stats())?,
                (None, None) => write!(f, "\n  nobody has a handle")?,
            }
        }
        Ok(())
    }
}
