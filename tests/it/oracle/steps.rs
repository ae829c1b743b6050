//! What a program may consist of.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof};

use super::model::Order;

/// What is made of an item.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Goods {
    pub(crate) rank: u32,
    pub(crate) weight: usize,
}

/// The queue that a program runs on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setup {
    pub(crate) order: Order,
    pub(crate) weighted: bool,
    pub(crate) capacity: Option<usize>,
}

/// Which handles a step is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Half {
    Sending,
    Receiving,
}

/// How one item is sent. What would wait is tried with no time, or polled once.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SendWay {
    Try,
    Blocking,
    Timeout,
    Deadline,
    Awaited { take: bool },
    Owned { take: bool },
    Select,
}

/// How one item is received. What would wait is tried with no time, or polled once.
#[derive(Debug, Clone, Copy)]
pub(crate) enum RecvWay {
    Try,
    Blocking,
    Timeout,
    Deadline,
    Awaited,
    Owned,
    Stream,
    OwnedStream,
    TryIter,
    Iter,
    IntoIter,
    Select,
}

/// How an item is taken in hand.
#[derive(Debug, Clone, Copy)]
pub(crate) enum TaskWay {
    Try,
    Blocking,
    Timeout,
    Deadline,
    Awaited,
}

/// How a task ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Finish {
    Done,
    Dropped,
    IntoInner,
}

/// How room is reserved.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ReserveWay {
    Try,
    One,
    Weight(usize),
    Many(usize),
}

/// What becomes of a permit.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Use {
    Send(Goods),
    Drop,
}

/// What is done with a handle itself.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Care {
    Clone,
    Drop,
    Turn { by_from: bool },
    Opposite,
    Downgrade,
    Upgrade,
}

/// One step; `at` chooses among what there is.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Send {
        at: usize,
        way: SendWay,
        goods: Goods,
    },
    SendMany {
        at: usize,
        blocking: bool,
        goods: Vec<Goods>,
    },
    ForceSend {
        at: usize,
        goods: Goods,
    },
    /// What is not used of several permits is dropped with the rest.
    Reserve {
        at: usize,
        way: ReserveWay,
        blocking: bool,
        uses: Vec<Use>,
    },
    ReserveOwned {
        at: usize,
        blocking: bool,
    },
    UseOwned {
        at: usize,
        used: Use,
    },
    Recv {
        at: usize,
        way: RecvWay,
    },
    RecvMany {
        at: usize,
        blocking: bool,
        limit: usize,
    },
    Drain {
        at: usize,
        from_the_end: bool,
    },
    RecvTask {
        at: usize,
        way: TaskWay,
    },
    FinishTask {
        at: usize,
        how: Finish,
    },
    /// Hands an item over, in a rendezvous, to a receive that is then given up.
    Orphan {
        at: usize,
        goods: Goods,
    },
    Close {
        half: Half,
        at: usize,
    },
    Shutdown {
        half: Half,
        at: usize,
        taken: usize,
    },
    SetCapacity {
        half: Half,
        at: usize,
        capacity: usize,
    },
    Handle {
        half: Half,
        at: usize,
        care: Care,
    },
}

pub(crate) fn setup() -> impl Strategy<Value = Setup> {
    let order = prop_oneof![Just(Order::Fifo), Just(Order::Lifo), Just(Order::Priority)];
    (order, any::<bool>(), option::weighted(0.8, 0_usize..7)).prop_map(|(order, weighted, capacity)| Setup {
        order,
        weighted,
        capacity,
    })
}

pub(crate) fn goods() -> impl Strategy<Value = Goods> {
    (0_u32..4, 0_usize..9).prop_map(|(rank, weight)| Goods { rank, weight })
}

fn at() -> impl Strategy<Value = usize> {
    0_usize..4
}

fn half() -> impl Strategy<Value = Half> {
    prop_oneof![Just(Half::Sending), Just(Half::Receiving)]
}

fn used() -> impl Strategy<Value = Use> {
    prop_oneof![3 => goods().prop_map(Use::Send), 1 => Just(Use::Drop)]
}

fn send_way() -> impl Strategy<Value = SendWay> {
    prop_oneof![
        2 => Just(SendWay::Try),
        2 => Just(SendWay::Blocking),
        1 => Just(SendWay::Timeout),
        1 => Just(SendWay::Deadline),
        2 => any::<bool>().prop_map(|take| SendWay::Awaited { take }),
        1 => any::<bool>().prop_map(|take| SendWay::Owned { take }),
        1 => Just(SendWay::Select),
    ]
}

fn recv_way() -> impl Strategy<Value = RecvWay> {
    prop_oneof![
        Just(RecvWay::Try),
        Just(RecvWay::Blocking),
        Just(RecvWay::Timeout),
        Just(RecvWay::Deadline),
        Just(RecvWay::Awaited),
        Just(RecvWay::Owned),
        Just(RecvWay::Stream),
        Just(RecvWay::OwnedStream),
        Just(RecvWay::TryIter),
        Just(RecvWay::Iter),
        Just(RecvWay::IntoIter),
        Just(RecvWay::Select),
    ]
}

fn task_way() -> impl Strategy<Value = TaskWay> {
    prop_oneof![
        Just(TaskWay::Try),
        Just(TaskWay::Blocking),
        Just(TaskWay::Timeout),
        Just(TaskWay::Deadline),
        Just(TaskWay::Awaited),
    ]
}

fn reserve_way() -> impl Strategy<Value = ReserveWay> {
    prop_oneof![
        2 => Just(ReserveWay::Try),
        2 => Just(ReserveWay::One),
        1 => (0_usize..9).prop_map(ReserveWay::Weight),
        2 => (0_usize..6).prop_map(ReserveWay::Many),
    ]
}

fn care() -> impl Strategy<Value = Care> {
    prop_oneof![
        3 => Just(Care::Clone),
        3 => Just(Care::Drop),
        2 => any::<bool>().prop_map(|by_from| Care::Turn { by_from }),
        2 => Just(Care::Opposite),
        2 => Just(Care::Downgrade),
        2 => Just(Care::Upgrade),
    ]
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        24 => (at(), send_way(), goods()).prop_map(|(at, way, goods)| Step::Send { at, way, goods }),
        5 => (at(), any::<bool>(), vec(goods(), 0..5))
            .prop_map(|(at, blocking, goods)| Step::SendMany { at, blocking, goods }),
        6 => (at(), goods()).prop_map(|(at, goods)| Step::ForceSend { at, goods }),
        8 => (at(), reserve_way(), any::<bool>(), vec(used(), 0..4))
            .prop_map(|(at, way, blocking, uses)| Step::Reserve { at, way, blocking, uses }),
        3 => (at(), any::<bool>()).prop_map(|(at, blocking)| Step::ReserveOwned { at, blocking }),
        3 => (at(), used()).prop_map(|(at, used)| Step::UseOwned { at, used }),
        18 => (at(), recv_way()).prop_map(|(at, way)| Step::Recv { at, way }),
        4 => (at(), any::<bool>(), 0_usize..5)
            .prop_map(|(at, blocking, limit)| Step::RecvMany { at, blocking, limit }),
        1 => (at(), any::<bool>()).prop_map(|(at, from_the_end)| Step::Drain { at, from_the_end }),
        5 => (at(), task_way()).prop_map(|(at, way)| Step::RecvTask { at, way }),
        4 => (at(), prop_oneof![Just(Finish::Done), Just(Finish::Dropped), Just(Finish::IntoInner)])
            .prop_map(|(at, how)| Step::FinishTask { at, how }),
        4 => (at(), goods()).prop_map(|(at, goods)| Step::Orphan { at, goods }),
        1 => (half(), at()).prop_map(|(half, at)| Step::Close { half, at }),
        1 => (half(), at(), 0_usize..3).prop_map(|(half, at, taken)| Step::Shutdown { half, at, taken }),
        4 => (half(), at(), 0_usize..8).prop_map(|(half, at, capacity)| Step::SetCapacity { half, at, capacity }),
        12 => (half(), at(), care()).prop_map(|(half, at, care)| Step::Handle { half, at, care }),
    ]
}
