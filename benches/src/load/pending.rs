//! Receive calls of tasks that find nothing, wait, and are dropped.

use std::pin::Pin;
use std::task::{Context, Waker};
use std::time::Duration;

use super::Sample;
use crate::item::Aside;
use crate::meter::{Reading, Spent};
use crate::peers::{AnyPeer, Peer, TaskRx, open};
use crate::scenario::{Capacity, Shape};
use crate::tally::Tally;

/// All of them wait at the same time, at one queue.
pub fn run<P: AnyPeer>(calls: usize, seconds: f64) -> Option<Sample> {
    let shape = Shape { senders: 1, receivers: calls, capacity: Capacity::Bounded(128) };
    let (_txs, rxs) = open::<Aside, P>(shape)?;
    let rxs: Option<Vec<_>> = rxs.into_iter().map(<P as Peer<Aside>>::task_rx).collect();
    let mut rxs = rxs?;
    turns(&mut rxs, seconds / 10.0);
    let (ops, spent) = turns(&mut rxs, seconds);
    Some(Sample::nanos_each(ops, spent, Tally::default()))
}

fn turns(rxs: &mut [impl TaskRx<Aside>], seconds: f64) -> (u64, Spent) {
    let limit = Duration::from_secs_f64(seconds);
    let mut cx = Context::from_waker(Waker::noop());
    let mut ops = 0;
    let from = Reading::now();
    while from.elapsed() < limit {
        let mut calls: Vec<_> = rxs.iter_mut().map(TaskRx::take).collect();
        for call in &mut calls {
            // SAFETY: from here to their end the calls stay where they are: nobody touches the vector until it is dropped.
            let call = unsafe { Pin::new_unchecked(call) };
            assert!(call.poll(&mut cx).is_pending(), "nothing is there");
        }
        ops += calls.len() as u64;
    }
    (ops, from.spent())
}
