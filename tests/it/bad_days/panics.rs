//! Code of a user's that panics, at every moment at which a queue runs any.
//!
//! A program is run once to count those moments, and then once for each of them, at which it panics. Each time the panic
//! reaches the caller, then nobody sleeps in vain, the queue goes on, and in the end each item was dropped once.
//!
//! ```console
//! $ PROPTEST_CASES=20000 cargo test --release --test it bad_days::panics
//! ```

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::thread;

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use proptest::sample::select;

use super::fuse::{self, Place};
use super::world::{Afterwards, Kind, Step, Wait, run};
use crate::oracle::config;
use crate::support::{OnDrop, spawn_until_asleep};

/// Runs the program with a panic at each moment in turn; where there was one.
fn at_every_moment(kind: Kind, afterwards: Afterwards, steps: &[Step], receivers_go_first: bool) -> BTreeSet<Place> {
    fuse::lay(None);
    run(kind, afterwards, steps, receivers_go_first);
    let moments = fuse::passed();
    let blown = (0..moments).map(|moment| {
        fuse::lay(Some(moment));
        let _note = OnDrop(|| {
            if thread::panicking() {
                println!("failed after a panic at moment {moment}: {:?}", fuse::blown());
            }
        });
        run(kind, afterwards, steps, receivers_go_first);
        fuse::blown().expect("the same program comes by the same moments")
    });
    let places = blown.collect();
    fuse::lay(None);
    places
}

fn wait() -> impl Strategy<Value = Wait> {
    prop_oneof![
        4 => Just(Wait::Recv),
        1 => Just(Wait::RecvMany),
        1 => Just(Wait::RecvTask),
        5 => (0_u8..3).prop_map(Wait::Send),
        1 => proptest::array::uniform3(0_u8..3).prop_map(Wait::SendMany),
        2 => Just(Wait::Reserve),
        3 => (1_usize..4).prop_map(Wait::ReserveMany),
        1 => Just(Wait::ReserveOwned),
        1 => Just(Wait::Join),
        1 => Just(Wait::Closed),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let at = || 0_usize..5;
    prop_oneof![
        12 => wait().prop_map(Step::Begin),
        3 => (at(), any::<bool>()).prop_map(|(at, other)| Step::Poll(at, other)),
        5 => at().prop_map(Step::Wake),
        3 => at().prop_map(Step::Drop),
        1 => at().prop_map(Step::Take),
        6 => (0_u8..3).prop_map(Step::TrySend),
        1 => (0_u8..3).prop_map(Step::ForceSend),
        6 => Just(Step::TryRecv),
        1 => Just(Step::TryRecvTask),
        1 => at().prop_map(Step::FinishTask),
        1 => Just(Step::Drain),
        2 => Just(Step::TryReserve),
        2 => (at(), 0_u8..3).prop_map(|(at, rank)| Step::SendByPermit(at, rank)),
        2 => at().prop_map(Step::DropPermit),
        1 => (1_usize..5).prop_map(Step::SetCapacity),
        1 => prop_oneof![5 => Just(Step::TryRecv), 1 => Just(Step::Close), 1 => Just(Step::Shutdown)],
    ]
}

fn afterwards() -> impl Strategy<Value = Afterwards> {
    prop_oneof![Just(Afterwards::Dropped), Just(Afterwards::PolledAgain)]
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    #[cfg_attr(chaos, ignore = "what happens must happen again, moment by moment")]
    fn in_any_program(
        kind in select(&Kind::ALL[..]),
        afterwards in afterwards(),
        steps in vec(step(), 1..24),
        receivers_go_first in any::<bool>(),
    ) {
        at_every_moment(kind, afterwards, &steps, receivers_go_first);
    }
}

/// Programs that come by every place, with what each is about.
fn programs() -> [(&'static str, Vec<Step>); 10] {
    use Step::{
        Begin, Close, Drain, Drop, DropPermit, FinishTask, ForceSend, Poll, SendByPermit, SetCapacity, Shutdown, Take,
        TryRecv, TryRecvTask, TryReserve, TrySend, Wake,
    };
    use Wait::{Closed, Join, Recv, RecvMany, RecvTask, Reserve, ReserveMany, ReserveOwned, Send, SendMany};
    let waiters = [Begin(Recv), Begin(RecvMany), Begin(RecvTask), Begin(Recv)];
    let full = [TrySend(0), TrySend(1), TrySend(2), TrySend(0)];
    let senders =
        [Begin(Send(0)), Begin(SendMany([1, 0, 2])), Begin(Reserve), Begin(ReserveMany(2)), Begin(ReserveOwned)];
    [
        ("items call receivers", [&waiters[..], &full, &[Wake(0), Wake(0), Poll(0, true), Poll(0, true)]].concat()),
        ("room calls senders", [&full[..], &senders, &[TryRecv, Wake(0), TryRecv, Wake(0), TryRecv, Wake(1)]].concat()),
        (
            "who was called leaves",
            [&waiters[..], &[TrySend(0), Drop(0), TrySend(1), Drop(0), Drop(0), Drop(0)]].concat(),
        ),
        ("senders leave", [&full[..], &senders, &[Take(0), Drop(0), TryRecv, Drop(1), Drop(0), Drop(0)]].concat()),
        ("a close", [&waiters[..], &[Begin(Closed), Close, Wake(0), Wake(0)]].concat()),
        ("a shutdown", [&full[..], &senders, &[Begin(Closed), Shutdown, Wake(0), Wake(0)]].concat()),
        ("all is done", vec![TrySend(0), TryRecvTask, Begin(Join), Poll(0, true), FinishTask(0), Wake(0)]),
        (
            "permits",
            [&[TryReserve, Begin(ReserveMany(2))], &senders[..], &[SendByPermit(0, 1), DropPermit(0), TryRecv]]
                .concat(),
        ),
        ("forced in", [&full[..], &senders[..2], &[ForceSend(2), ForceSend(0), ForceSend(1), Drain, Wake(0)]].concat()),
        ("capacity", [&full[..], &senders, &[SetCapacity(4), Wake(0), SetCapacity(1), Drain, Wake(0)]].concat()),
    ]
}

#[test]
#[cfg_attr(chaos, ignore = "what happens must happen again, moment by moment")]
fn in_every_place() {
    let mut places = BTreeSet::new();
    for (about, steps) in programs() {
        for kind in Kind::ALL {
            for afterwards in [Afterwards::Dropped, Afterwards::PolledAgain] {
                let _note = OnDrop(|| {
                    if thread::panicking() {
                        println!("failed: {about}, {kind:?}, {afterwards:?}");
                    }
                });
                for receivers_go_first in [false, true] {
                    places.extend(at_every_moment(kind, afterwards, &steps, receivers_go_first));
                }
            }
        }
    }
    assert!(places.iter().eq(Place::ALL.iter()), "no panic in some place: {places:?}");
}

/// The expression of a select's send runs when there is room for what it gives. The room goes back.
#[test]
fn in_an_expression_of_a_select() {
    fn explode() -> u32 {
        resume_unwind(Box::new("the expression's own"))
    }

    for (tx, rx) in [bifrons::bounded(1), bifrons::lifo::bounded(1)] {
        let panic = catch_unwind(AssertUnwindSafe(|| {
            bifrons::select! {
                send(tx, explode()) -> sent => sent.unwrap(),
            }
        }));
        assert_eq!(panic.unwrap_err().downcast_ref(), Some(&"the expression's own"));
        assert_eq!((tx.stats().reserved, tx.stats().waiting_senders), (0, 0));
        assert_eq!((tx.try_send(1), rx.recv()), (Ok(()), Ok(1)));
    }
    // Where there is no room a receiver is promised the item, who is called again by another.
    let (tx, rx) = bifrons::bounded(0);
    let receiver = spawn_until_asleep(move || rx.recv());
    let panic = catch_unwind(AssertUnwindSafe(|| {
        bifrons::select! {
            send(tx, explode()) -> sent => sent.unwrap(),
        }
    }));
    assert!(panic.is_err());
    tx.send(2).unwrap();
    assert_eq!(receiver.join().unwrap(), Ok(2));
}

/// What random programs have found.
mod regressions {
    use super::{Afterwards, Kind, Step, Wait, at_every_moment};

    fn after_both(kind: Kind, steps: &[Step]) {
        for afterwards in [Afterwards::Dropped, Afterwards::PolledAgain] {
            at_every_moment(kind, afterwards, steps, false);
        }
    }

    /// The waker of one that leaves panics in its drop, when another has been taken out of line for the room it leaves.
    #[test]
    #[cfg_attr(chaos, ignore = "what happens must happen again, moment by moment")]
    fn leaving_for_another() {
        let waits = [Step::Begin(Wait::ReserveMany(3)), Step::Begin(Wait::Send(0)), Step::TryRecv, Step::Drop(0)];
        after_both(Kind::Bounded(3), &[&[Step::TrySend(0), Step::TrySend(1), Step::TrySend(2)], &waits[..]].concat());
        let waits = [Step::Begin(Wait::ReserveMany(2)), Step::Begin(Wait::Reserve), Step::TryRecv, Step::Drop(0)];
        after_both(Kind::ByWeight, &[&[Step::TrySend(0), Step::TrySend(0), Step::TrySend(1)], &waits[..]].concat());
    }

    /// One was called, comes too late, and can not go back in line, for the clone of its waker panics.
    #[test]
    #[cfg_attr(chaos, ignore = "what happens must happen again, moment by moment")]
    fn called_and_not_back_in_line() {
        let steps = [
            Step::TrySend(1),
            Step::TrySend(1),
            Step::Begin(Wait::Send(1)),
            Step::Begin(Wait::Reserve),
            Step::TryRecv,
            Step::TrySend(0),
            Step::Wake(0),
        ];
        after_both(Kind::ByWeight, &steps);
    }

    /// One goes back in line, and the waker panics of another whom the room is called to that it does not need.
    #[test]
    #[cfg_attr(chaos, ignore = "what happens must happen again, moment by moment")]
    fn back_in_line_for_another() {
        let steps = [
            Step::SetCapacity(4),
            Step::TrySend(0),
            Step::TrySend(2),
            Step::Begin(Wait::Send(0)),
            Step::Begin(Wait::Send(2)),
            Step::SetCapacity(8),
            Step::TrySend(2),
            Step::TrySend(0),
            Step::Wake(0),
            Step::TryRecv,
            Step::Wake(0),
        ];
        after_both(Kind::ByWeight, &steps);
    }

    /// A send that was done when a waker panicked is polled again, and stands in line for nothing.
    #[test]
    #[cfg_attr(chaos, ignore = "what happens must happen again, moment by moment")]
    fn sent_and_polled_again() {
        let steps = [
            Step::TrySend(0),
            Step::Begin(Wait::ReserveOwned),
            Step::Begin(Wait::Recv),
            Step::Begin(Wait::Recv),
            Step::Begin(Wait::Send(0)),
            Step::Begin(Wait::ReserveOwned),
            Step::Begin(Wait::Recv),
            Step::SendByPermit(0, 0),
        ];
        after_both(Kind::Bounded(1), &steps);
    }

    /// After a pop that panicked the weight is known again when all has gone, by an item that is forced out.
    #[test]
    #[cfg_attr(chaos, ignore = "what happens must happen again, moment by moment")]
    fn forced_out_after_a_panic() {
        let steps = [
            Step::TryReserve,
            Step::TrySend(2),
            Step::Begin(Wait::SendMany([0, 0, 1])),
            Step::SendByPermit(0, 0),
            Step::TryRecv,
            Step::ForceSend(1),
        ];
        after_both(Kind::OwnByWeight, &steps);
    }
}
