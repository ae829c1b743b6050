//! One storm: two queues, those who use them, and the books in the end.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use bifrons::{Receiver, Sender};

use crate::ledger::Sums;
use crate::{Consumer, Dice, Item, Ledger, Producer, Scene};

/// What is received next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Fifo,
    Lifo,
    Priority,
    /// First in, first out, with a capacity by weight.
    Weighed,
}

impl Order {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Fifo, Self::Lifo, Self::Priority, Self::Weighed];

    /// Makes a queue of that order.
    #[must_use]
    pub fn queue(self, capacity: Option<usize>) -> (Sender<Item>, Receiver<Item>) {
        let builder = bifrons::builder::<Item>();
        let builder = match capacity {
            Some(capacity) => builder.capacity(capacity),
            None => builder,
        };
        match self {
            Self::Fifo => builder,
            Self::Lifo => builder.lifo(),
            Self::Priority => builder.priority(),
            Self::Weighed => builder.weight(|item| item.rank as usize),
        }
        .build()
    }

    fn keeps_producers_in_order(self) -> bool {
        matches!(self, Self::Fifo | Self::Weighed)
    }
}

/// How a round ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Whoever deals with the last item closes the queues.
    Settled,
    /// Somebody closes them in the middle.
    Close,
    /// Somebody shuts them down in the middle, and takes what is left.
    Shutdown,
    /// The receivers go, one by one, and nobody else has a handle: those who wait for what will not come are called, too.
    LastReceiver,
    /// The senders go when they have sent, and nobody else has a sending handle.
    LastSender,
}

impl Ending {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Settled, Self::Close, Self::Shutdown, Self::LastReceiver, Self::LastSender];

    pub(crate) fn bring_about(self, senders: &[&Sender<Item>]) {
        for sender in senders {
            match self {
                Self::Close => drop(sender.close()),
                Self::Shutdown => sender.shutdown().for_each(Item::receive),
                Self::Settled | Self::LastReceiver | Self::LastSender => {}
            }
        }
    }
}

/// What kind of round it is.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub order: Order,
    pub capacity: Option<usize>,
    /// Of the second queue, which some prefer and the others choose at times.
    pub second: (Order, Option<usize>),
    pub ending: Ending,
    /// How many parties each half has, a third of them at the second queue.
    pub parties: u32,
    /// Whether all of them mostly wait, by the plainest verb: then each call counts.
    pub steady: bool,
    /// How many items each producer makes.
    pub quota: u32,
}

/// A round that is being played.
#[derive(Debug)]
pub struct Round {
    plan: Plan,
    ledger: Arc<Ledger>,
    dice: Dice,
    queues: [Ends; 2],
    named: u32,
}

/// A queue, as far as the round itself holds on to it.
#[derive(Debug)]
struct Ends {
    order: Order,
    elastic: bool,
    sender: Option<Sender<Item>>,
    receiver: Option<Receiver<Item>>,
}

impl Ends {
    fn new(order: Order, capacity: Option<usize>) -> Self {
        let (sender, receiver) = order.queue(capacity);
        Self { order, elastic: capacity.is_some_and(|most| most >= 3), sender: Some(sender), receiver: Some(receiver) }
    }

    fn sender(&self) -> Sender<Item> {
        self.sender.clone().expect("parties are made before the round lets go")
    }

    fn receiver(&self) -> Receiver<Item> {
        self.receiver.clone().expect("parties are made before the round lets go")
    }
}

impl Round {
    /// Makes the queues.
    #[must_use]
    pub fn new(plan: Plan, dice: Dice) -> Self {
        let ledger = Arc::new(Ledger::default());
        let queues = [Ends::new(plan.order, plan.capacity), Ends::new(plan.second.0, plan.second.1)];
        Self { plan, ledger, dice, queues, named: 0 }
    }

    /// What can be seen from outside.
    #[must_use]
    pub fn scene(&self) -> Scene {
        let queues = self.queues.iter().map(|ends| (ends.sender().downgrade(), ends.receiver().downgrade()));
        Scene::new(self.plan, Arc::clone(&self.ledger), queues.collect())
    }

    /// The parties of the plan.
    #[must_use]
    pub fn parties(&mut self) -> (Vec<Producer>, Vec<Consumer>) {
        let seconds = |nth: u32| usize::from(nth % 3 == 2);
        let producers = (0..self.plan.parties).map(|nth| self.producer(seconds(nth), nth == 0)).collect();
        let consumers = (0..self.plan.parties).map(|nth| self.consumer(seconds(nth))).collect();
        (producers, consumers)
    }

    /// A party more: a producer at that queue.
    #[must_use]
    pub fn producer(&mut self, at: usize, brings_the_end: bool) -> Producer {
        let quota = self.plan.quota;
        let mut dice = self.dice.other();
        let ends = (1 + dice.below(u64::from(quota)) as u32, self.plan.ending);
        self.named += 1;
        self.ledger.expect(u64::from(quota));
        let [own, other] = self.seen_from(at);
        Producer {
            own: own.sender(),
            other: other.sender(),
            ledger: Arc::clone(&self.ledger),
            dice,
            name: self.named,
            made: 0,
            quota,
            batch: VecDeque::new(),
            steady: self.plan.steady,
            elastic: own.elastic,
            ends: brings_the_end.then_some(ends),
        }
    }

    /// A party more: a consumer at that queue.
    #[must_use]
    pub fn consumer(&mut self, at: usize) -> Consumer {
        let mut dice = self.dice.other();
        let leaves = self.plan.ending == Ending::LastReceiver;
        let leaves_after = leaves.then(|| dice.below(2 * u64::from(self.plan.quota)) as u32);
        let [own, mut other] = self.seen_from(at);
        if leaves {
            // Whoever waits at one queue would keep the other one open, where nobody may be left.
            other = own;
        }
        Consumer {
            own: own.receiver(),
            other: other.receiver(),
            ledger: Arc::clone(&self.ledger),
            dice,
            steady: self.plan.steady,
            elastic: own.elastic,
            ordered: [own, other].map(|ends| ends.order.keeps_producers_in_order()),
            seen: HashMap::new(),
            leaves_after,
        }
    }

    fn seen_from(&self, at: usize) -> [&Ends; 2] {
        [&self.queues[at], &self.queues[1 - at]]
    }

    /// All parties are made: from now on only they count, where the end depends on it.
    pub fn let_go(&mut self) {
        for ends in &mut self.queues {
            match self.plan.ending {
                Ending::LastSender => ends.sender = None,
                Ending::LastReceiver => (ends.sender, ends.receiver) = (None, None),
                Ending::Settled | Ending::Close | Ending::Shutdown => {}
            }
        }
    }

    /// All parties are gone: looks at the queues, then at the books, and gives them.
    #[must_use]
    pub fn end(self) -> Sums {
        let Self { plan, ledger, queues, .. } = self;
        for Ends { sender, receiver, .. } in queues {
            let Some(stats) = sender.as_ref().map(Sender::stats).or(receiver.as_ref().map(Receiver::stats)) else {
                continue;
            };
            let there = (stats.len, stats.tasks, stats.reserved, stats.waiting_senders, stats.waiting_receivers);
            assert_eq!(there, (0, 0, 0, 0, 0), "{plan:?}: {stats:?}");
            assert!(stats.closed, "{plan:?}: {stats:?}");
            assert_eq!(stats.sent, stats.received, "{plan:?}: {stats:?}");
            if let Some(sender) = sender {
                assert!(sender.join_timeout(Duration::ZERO).is_ok(), "{plan:?}: not all is done");
            }
        }
        let sums = ledger.sums();
        assert!(sums.balance(), "{plan:?}: {sums:?}");
        sums
    }
}
