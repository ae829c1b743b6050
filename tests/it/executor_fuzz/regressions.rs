//! Programs that failed once, or that a random one would rarely be.

use super::run;
use super::steps::{Kind, Setup, Step};
use crate::oracle::{Goods, Order};

const GOODS: Goods = Goods { rank: 0, weight: 1 };

fn in_every_order(capacity: usize, steps: &[Step]) {
    for order in [Order::Fifo, Order::Lifo, Order::Priority] {
        for ends_by_close in [false, true] {
            run(&Setup { order, weighted: false, capacity: Some(capacity), ends_by_close }, steps);
        }
    }
}

/// Who needs little stands behind one who needs much; there is room for the former only, and the latter leaves.
#[test]
fn one_who_needed_much_leaves() {
    in_every_order(
        2,
        &[
            Step::TrySend(GOODS),
            Step::TrySend(GOODS),
            Step::Create { kind: Kind::ReserveMany(2), poll: true },
            Step::Create { kind: Kind::Send { goods: GOODS, owned: false }, poll: true },
            Step::TryRecv,
            Step::Drop { at: 0 },
        ],
    );
}

/// Who waits for more than the capacity has become is let in alone.
#[test]
fn one_needs_more_than_there_is_now() {
    in_every_order(
        3,
        &[
            Step::TrySend(GOODS),
            Step::Create { kind: Kind::ReserveMany(3), poll: true },
            Step::SetCapacity(2),
            Step::Create { kind: Kind::Recv { owned: true }, poll: true },
            Step::PollWoken { at: 0, other_waker: true },
        ],
    );
}

/// An item was handed over to a receiver that leaves before it has come for it.
#[test]
fn a_called_receiver_leaves_an_orphan() {
    let setup = Setup { order: Order::Fifo, weighted: false, capacity: Some(0), ends_by_close: false };
    run(
        &setup,
        &[
            Step::Create { kind: Kind::Recv { owned: false }, poll: true },
            Step::Create { kind: Kind::Stream, poll: true },
            Step::TrySend(GOODS),
            Step::Create { kind: Kind::Join, poll: true },
            Step::Drop { at: 0 },
            Step::PollWoken { at: 0, other_waker: false },
        ],
    );
}

/// One who needs little was called and overtaken, and is back in line before one who needs much, who was called as well. The
/// room that comes now is not enough for the latter, who finds that out last.
#[test]
fn a_call_for_much_leaves_room_for_little() {
    in_every_order(
        3,
        &[
            Step::TrySend(GOODS),
            Step::TrySend(GOODS),
            Step::TrySend(GOODS),
            Step::Create { kind: Kind::Reserve { owned: false }, poll: true },
            Step::Create { kind: Kind::ReserveMany(2), poll: true },
            Step::Drain,
            Step::TrySend(GOODS),
            Step::TrySend(GOODS),
            Step::TrySend(GOODS),
            Step::Poll { at: 0, other_waker: false },
            Step::TryRecv,
            Step::Poll { at: 1, other_waker: false },
        ],
    );
}
