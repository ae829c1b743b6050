//! A receiver that waits for several queues, all of which but one are silent.

use std::sync::Arc;

use super::{Baton, Gauge, STOP, Sample, watch};
use crate::crew::Crew;
use crate::item::{Aside, Item};
use crate::peers::{AnyPeer, Peer, SELECTED, TaskRx, ThreadRx, ThreadTx};
use crate::scenario::{Capacity, End, Host};
use crate::tally::{Flow, Tally};

const CAPACITY: Capacity = Capacity::Bounded(128);

/// The one that gives items: neither the first nor the last that is looked at.
const BUSY: usize = 10;

/// A thread sends as fast as the queue takes it; `None` also if the receiver cannot wait for several.
pub fn run<P: AnyPeer>(end: End, seconds: f64) -> Option<Sample> {
    if !<P as Peer<Aside>>::THREADS {
        return None;
    }
    let mut crew = Crew::new(Host::TwoWorkers);
    let baton = Arc::new(Baton::default());
    let gauge = Arc::new(Gauge::default());
    let queues: Vec<_> = (0..SELECTED).map(|_| <P as Peer<Aside>>::make(CAPACITY)).collect::<Option<_>>()?;
    let (mut silent, rxs): (Vec<_>, Vec<_>) = queues.into_iter().unzip();
    let mut tx = silent.swap_remove(BUSY);

    let shown = Arc::clone(&gauge);
    match end {
        End::Thread if !<P as Peer<Aside>>::Rx::SELECTS => return None,
        End::Thread => {
            let rxs = array(rxs);
            crew.thread(None, move || take_on_thread(rxs, &shown));
        }
        End::Task => {
            let rxs: Option<Vec<_>> = rxs.into_iter().map(<P as Peer<Aside>>::task_rx).collect();
            crew.task(take_on_task(array(rxs?), shown));
        }
    }
    let sender = Arc::clone(&baton);
    crew.thread(None, move || {
        let mut sent = Flow::default();
        while sender.word() != STOP {
            let number = sent.count;
            tx.put(Aside::new(number));
            sent.add(number);
        }
        Tally::sent(sent)
    });
    let (ops, spent) = watch(&[gauge], seconds, || ());
    baton.give(STOP);
    let tally = crew.finish();
    // They had to stay: a queue that is closed is no longer silent.
    drop(silent);
    Some(Sample::millions_a_second(ops, spent, tally))
}

fn array<R>(rxs: Vec<R>) -> [R; SELECTED] {
    rxs.try_into().unwrap_or_else(|_| unreachable!("so many were made"))
}

fn take_on_thread<R: ThreadRx<Aside>>(mut rxs: [R; SELECTED], gauge: &Gauge) -> Tally {
    let mut received = Flow::default();
    let done = R::take_selected(&mut rxs, |item| {
        received.add(item.number());
        gauge.show(received.count);
    });
    done.expect("it can wait for several");
    Tally::received(received)
}

/// By tokio's `select!`, since the queues leave that to the runtime.
async fn take_on_task<R: TaskRx<Aside>>(mut rxs: [R; SELECTED], gauge: Arc<Gauge>) -> Tally {
    let mut received = Flow::default();
    let [r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12, r13, r14, r15] = rxs.each_mut();
    loop {
        let item = tokio::select! {
            item = r0.take() => item,
            item = r1.take() => item,
            item = r2.take() => item,
            item = r3.take() => item,
            item = r4.take() => item,
            item = r5.take() => item,
            item = r6.take() => item,
            item = r7.take() => item,
            item = r8.take() => item,
            item = r9.take() => item,
            item = r10.take() => item,
            item = r11.take() => item,
            item = r12.take() => item,
            item = r13.take() => item,
            item = r14.take() => item,
            item = r15.take() => item,
        };
        let Some(item) = item else { break };
        received.add(item.number());
        gauge.show(received.count);
    }
    Tally::received(received)
}
