//! Items in batches, beside the same number of single calls.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use super::{Baton, Gauge, STOP, Sample, watch};
use crate::crew::Crew;
use crate::item::{Aside, Item};
use crate::meter::{Reading, Spent};
use crate::peers::{AnyPeer, AnyRx, AnyTx, Peer, TaskRx, ThreadRx, ThreadTx};
use crate::scenario::{Capacity, End, Host};
use crate::tally::{Flow, Tally};

const CAPACITY: Capacity = Capacity::Bounded(128);

/// So many items make a turn, in one batch or one by one.
const TURN: usize = 64;

/// `None` also if the channel is asked for batches and takes items one by one at both ends.
pub fn run<P: AnyPeer>(size: usize, to: Option<End>, seconds: f64) -> Option<Sample> {
    let (tx, rx) = <P as Peer<Aside>>::make(CAPACITY)?;
    let many = size > 1;
    let receives_many = match to {
        Some(End::Task) => <<P as Peer<Aside>>::TaskRx as TaskRx<Aside>>::MANY,
        Some(End::Thread) | None => <<P as Peer<Aside>>::Rx as ThreadRx<Aside>>::MANY,
    };
    if many && !receives_many && !<<P as Peer<Aside>>::Tx as ThreadTx<Aside>>::MANY {
        return None;
    }
    let AnyTx::Thread(tx) = AnyTx::<Aside, P>::new(End::Thread, tx)? else {
        unreachable!("a thread was asked for");
    };
    match to {
        None => Some(alone(tx, rx, many, seconds)),
        Some(to) => Some(between(tx, AnyRx::<Aside, P>::new(to, rx)?, many, seconds)),
    }
}

/// The items of one sender.
#[derive(Default)]
struct Source {
    items: VecDeque<Aside>,
    sent: Flow,
}

impl Source {
    fn send(&mut self, tx: &mut impl ThreadTx<Aside>, many: bool) {
        let sent = &mut self.sent;
        let numbers = (0..TURN).map(|_| {
            let number = sent.count;
            sent.add(number);
            Aside::new(number)
        });
        if many {
            self.items.extend(numbers);
            tx.put_many(&mut self.items);
        } else {
            numbers.for_each(|item| tx.put(item));
        }
    }
}

/// One thread fills the queue with a turn, then empties it.
fn alone(mut tx: impl ThreadTx<Aside>, mut rx: impl ThreadRx<Aside>, many: bool, seconds: f64) -> Sample {
    let (mut source, mut received) = (Source::default(), Flow::default());
    let mut turns = |seconds: f64| -> (u64, Spent) {
        let limit = Duration::from_secs_f64(seconds);
        let (mut ops, mut items) = (0, Vec::with_capacity(TURN));
        let from = Reading::now();
        while from.elapsed() < limit {
            for _ in 0..TURN {
                source.send(&mut tx, many);
                while received.count < source.sent.count {
                    if many {
                        rx.take_many(&mut items, TURN);
                        items.drain(..).for_each(|item: Aside| received.add(item.number()));
                    } else {
                        received.add(rx.take().expect("an item is there").number());
                    }
                }
            }
            ops += (TURN * TURN) as u64;
        }
        (ops, from.spent())
    };
    turns(seconds / 10.0);
    let (ops, spent) = turns(seconds);
    Sample::nanos_each(ops, spent, Tally { sent: source.sent, received, ..Tally::default() })
}

/// A saturated stream from a thread.
fn between<P: AnyPeer>(mut tx: impl ThreadTx<Aside>, rx: AnyRx<Aside, P>, many: bool, seconds: f64) -> Sample {
    let mut crew = Crew::new(Host::TwoWorkers);
    let baton = Arc::new(Baton::default());
    let gauge = Arc::new(Gauge::default());
    let receiver = Arc::clone(&gauge);
    match rx {
        AnyRx::Thread(rx) => crew.thread(None, move || take_on_thread(rx, many, &receiver)),
        AnyRx::Task(rx) => crew.task(take_on_task(rx, many, receiver)),
    }
    let sender = Arc::clone(&baton);
    crew.thread(None, move || {
        let mut source = Source::default();
        while sender.word() != STOP {
            source.send(&mut tx, many);
        }
        Tally::sent(source.sent)
    });
    let (ops, spent) = watch(&[gauge], seconds, || ());
    baton.give(STOP);
    Sample::nanos_each(ops, spent, crew.finish())
}

fn take_on_thread(mut rx: impl ThreadRx<Aside>, many: bool, gauge: &Gauge) -> Tally {
    let (mut received, mut items) = (Flow::default(), Vec::with_capacity(TURN));
    loop {
        if many {
            if rx.take_many(&mut items, TURN) == 0 {
                break;
            }
            items.drain(..).for_each(|item: Aside| received.add(item.number()));
        } else {
            let Some(item) = rx.take() else { break };
            received.add(item.number());
        }
        gauge.show(received.count);
    }
    Tally::received(received)
}

async fn take_on_task(mut rx: impl TaskRx<Aside>, many: bool, gauge: Arc<Gauge>) -> Tally {
    let (mut received, mut items) = (Flow::default(), Vec::with_capacity(TURN));
    loop {
        if many {
            if rx.take_many(&mut items, TURN).await == 0 {
                break;
            }
            items.drain(..).for_each(|item: Aside| received.add(item.number()));
        } else {
            let Some(item) = rx.take().await else { break };
            received.add(item.number());
        }
        gauge.show(received.count);
    }
    Tally::received(received)
}
