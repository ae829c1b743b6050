//! Programs that failed once, or that a random one would rarely be.

use super::run;
use crate::oracle::model::Order;
use crate::oracle::steps::{Care, Goods, Half, ReserveWay, SendWay, Setup, Step, Use};

const GOODS: Goods = Goods { rank: 1, weight: 1 };

/// The last sending handle is a permit: the queue stays open until it is used up.
#[test]
fn a_permit_is_the_last_sender() {
    let setup = Setup { order: Order::Fifo, weighted: false, capacity: Some(2) };
    run(
        &setup,
        &[
            Step::ReserveOwned { at: 0, blocking: true },
            Step::Handle { half: Half::Sending, at: 0, care: Care::Downgrade },
            Step::Handle { half: Half::Sending, at: 0, care: Care::Drop },
            Step::Handle { half: Half::Sending, at: 0, care: Care::Drop },
            Step::Handle { half: Half::Sending, at: 0, care: Care::Upgrade },
            Step::Handle { half: Half::Sending, at: 0, care: Care::Drop },
            Step::UseOwned { at: 0, used: Use::Drop },
            Step::Handle { half: Half::Sending, at: 0, care: Care::Upgrade },
        ],
    );
}

/// Several permits, of which one is used and one is dropped, in a queue that is full besides.
#[test]
fn permits_in_a_full_queue() {
    for order in [Order::Fifo, Order::Lifo, Order::Priority] {
        let setup = Setup { order, weighted: false, capacity: Some(3) };
        run(
            &setup,
            &[
                Step::Send { at: 0, way: SendWay::Blocking, goods: GOODS },
                Step::Reserve {
                    at: 0,
                    way: ReserveWay::Many(2),
                    blocking: true,
                    uses: vec![Use::Send(GOODS), Use::Drop],
                },
                Step::ForceSend { at: 0, goods: GOODS },
                Step::ForceSend { at: 0, goods: GOODS },
                Step::ForceSend { at: 0, goods: GOODS },
            ],
        );
    }
}
