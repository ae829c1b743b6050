//! Up to six futures that wait at one queue, polled, woken, dropped and disturbed in any order, on one thread.
//!
//! After every step the law is checked that nobody sleeps in vain: whenever what somebody waits for is there, somebody who can
//! take it has been woken and not been polled since. Wakes that nothing explains count as well, so do items: each is
//! received, returned or dropped once.
//!
//! Programs are random and their runs are not: one that fails shrinks, is printed as it would be written here, and becomes a
//! test of its own in `regressions`. More than by default:
//!
//! ```console
//! $ PROPTEST_CASES=200000 cargo test --release --test it executor_fuzz
//! ```
//!
//! Seen to fail on: a called receiver, or one for whom room is set aside, that leaves without passing its call on; a waker that
//! is not replaced; a permit given back, a capacity grown, a batch taken, an offer made, a task done that calls nobody; a close
//! that forgets the senders; a send that calls two receivers; a big request that leaves and lets nobody in behind it; an item
//! that outlives the send that was dropped.

mod law;
mod regressions;
mod slot;
mod steps;
mod world;

use proptest::collection::vec;
use proptest::prelude::proptest;

use crate::oracle::config;
use steps::{Setup, Step, setup, step};
use world::World;

/// Runs a program on a fresh queue, and lets everything come to its end.
fn run(setup: &Setup, steps: &[Step]) {
    let (tx, rx) = setup.queue();
    let (tx, rx) = (tx.into_async(), rx.into_async());
    let mut world = World::new(setup, &tx, &rx);
    for step in steps {
        world.step(step);
    }
    world.settle();
    let census = if setup.ends_by_close { world.end_by_close() } else { world.end_by_drop() };
    drop((tx, rx));
    let made = census.made() as u64;
    census.assert_all_dropped_once(1..=made);
}

proptest! {
    #![proptest_config(config(800))]

    #[test]
    fn nobody_sleeps_in_vain(setup in setup(), steps in vec(step(), 1..80)) {
        run(&setup, &steps);
    }
}
