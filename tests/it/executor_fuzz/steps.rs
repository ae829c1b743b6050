//! What may happen to a queue and to those who wait at it.

use bifrons::{Receiver, Sender};
use proptest::prelude::{Just, Strategy, any, prop_oneof};

use crate::oracle::{Goods, Order, Parcel, goods};

/// The queue, and how it all ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setup {
    pub(super) order: Order,
    pub(super) weighted: bool,
    pub(super) capacity: Option<usize>,
    pub(super) ends_by_close: bool,
}

impl Setup {
    pub(super) fn queue(&self) -> (Sender<Parcel>, Receiver<Parcel>) {
        let builder = self.order.set(bifrons::builder());
        let builder = if self.weighted { builder.weight(|parcel: &Parcel| parcel.item.weight) } else { builder };
        match self.capacity {
            Some(capacity) => builder.capacity(capacity).build(),
            None => builder.build(),
        }
    }

    /// Whether items weigh anything here.
    pub(super) fn weighs(&self) -> bool {
        self.weighted && self.capacity != Some(0)
    }
}

/// What a future may be of.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Send { goods: Goods, owned: bool },
    SendMany { goods: Goods, count: usize },
    Reserve { owned: bool },
    ReserveWeight(usize),
    ReserveMany(usize),
    Recv { owned: bool },
    RecvMany { limit: usize },
    RecvTask,
    Stream,
    Join,
    Closed { sending: bool },
}

/// One step; `at` chooses among what there is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    Create {
        kind: Kind,
        poll: bool,
    },
    /// Polls with the waker of the last time, or with the other one.
    Poll {
        at: usize,
        other_waker: bool,
    },
    /// As [`Poll`](Self::Poll), one of those who were woken.
    PollWoken {
        at: usize,
        other_waker: bool,
    },
    Drop {
        at: usize,
    },
    /// Takes the item back out of a send.
    Take {
        at: usize,
    },
    TrySend(Goods),
    ForceSend(Goods),
    TryRecv,
    TryRecvTask,
    FinishTask {
        at: usize,
        by_into_inner: bool,
    },
    Drain,
    TryReserve,
    SendByPermit {
        at: usize,
        goods: Goods,
    },
    DropPermit {
        at: usize,
    },
    SetCapacity(usize),
    /// Turns further handles over, back, and drops them.
    Convert,
    Close,
    Shutdown,
}

pub(super) fn setup() -> impl Strategy<Value = Setup> {
    let order = prop_oneof![2 => Just(Order::Fifo), 1 => Just(Order::Lifo), 1 => Just(Order::Priority)];
    let capacity = prop_oneof![3 => (1_usize..4).prop_map(Some), 1 => Just(Some(0)), 1 => Just(None)];
    (order, proptest::bool::weighted(0.3), capacity, any::<bool>())
        .prop_map(|(order, weighted, capacity, ends_by_close)| Setup { order, weighted, capacity, ends_by_close })
}

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![
        5 => (goods(), any::<bool>()).prop_map(|(goods, owned)| Kind::Send { goods, owned }),
        2 => (goods(), 0_usize..4).prop_map(|(goods, count)| Kind::SendMany { goods, count }),
        3 => any::<bool>().prop_map(|owned| Kind::Reserve { owned }),
        1 => (0_usize..4).prop_map(Kind::ReserveWeight),
        4 => (0_usize..5).prop_map(Kind::ReserveMany),
        6 => any::<bool>().prop_map(|owned| Kind::Recv { owned }),
        2 => (0_usize..4).prop_map(|limit| Kind::RecvMany { limit }),
        2 => Just(Kind::RecvTask),
        2 => Just(Kind::Stream),
        2 => Just(Kind::Join),
        1 => any::<bool>().prop_map(|sending| Kind::Closed { sending }),
    ]
}

fn at() -> impl Strategy<Value = usize> {
    0_usize..6
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        24 => (kind(), proptest::bool::weighted(0.9)).prop_map(|(kind, poll)| Step::Create { kind, poll }),
        6 => (at(), any::<bool>()).prop_map(|(at, other_waker)| Step::Poll { at, other_waker }),
        14 => (at(), proptest::bool::weighted(0.2))
            .prop_map(|(at, other_waker)| Step::PollWoken { at, other_waker }),
        8 => at().prop_map(|at| Step::Drop { at }),
        3 => at().prop_map(|at| Step::Take { at }),
        10 => goods().prop_map(Step::TrySend),
        3 => goods().prop_map(Step::ForceSend),
        10 => Just(Step::TryRecv),
        3 => Just(Step::TryRecvTask),
        3 => (at(), any::<bool>()).prop_map(|(at, by_into_inner)| Step::FinishTask { at, by_into_inner }),
        1 => Just(Step::Drain),
        3 => Just(Step::TryReserve),
        4 => (at(), goods()).prop_map(|(at, goods)| Step::SendByPermit { at, goods }),
        4 => at().prop_map(|at| Step::DropPermit { at }),
        4 => (1_usize..5).prop_map(Step::SetCapacity),
        2 => Just(Step::Convert),
        1 => proptest::bool::weighted(0.3).prop_map(|now| if now { Step::Close } else { Step::Convert }),
        1 => proptest::bool::weighted(0.2).prop_map(|now| if now { Step::Shutdown } else { Step::Convert }),
    ]
}
