//! A saturated stream: senders send as fast as the queue takes it.

use std::sync::Arc;

use super::{Baton, Gauge, STOP, Sample, watch};
use crate::crew::Crew;
use crate::item::Item;
use crate::meter::Reading;
use crate::peers::{AnyRx, AnyTx, Peer, TaskRx, TaskTx, ThreadRx, ThreadTx, open};
use crate::scenario::{Capacity, Stream};
use crate::tally::{Flow, Tally};

/// How many messages an unbounded queue is measured with: how deep it gets depends on that.
const UNBOUNDED: u64 = 3_000_000;

pub fn run<T: Item, P: Peer<T>>(plan: Stream, seconds: f64) -> Option<Sample> {
    let mut crew = Crew::new(plan.host);
    match plan.shape.capacity {
        Capacity::Bounded(_) => timed::<T, P>(&mut crew, plan, seconds),
        Capacity::Unbounded => counted::<T, P>(&mut crew, plan),
    }
}

fn timed<T: Item, P: Peer<T>>(crew: &mut Crew, plan: Stream, seconds: f64) -> Option<Sample> {
    let flow = start::<T, P>(crew, plan, u64::MAX)?;
    let (ops, spent) = watch(&flow.received, seconds, || ());
    flow.baton.give(STOP);
    Some(Sample::millions_a_second(ops, spent, crew.finish()))
}

/// How many times as much the receiver got that got most as the one that got least, from the start of a bounded stream on.
pub fn shares<T: Item, P: Peer<T>>(plan: Stream, seconds: f64) -> Option<Sample> {
    let mut crew = Crew::new(plan.host);
    let flow = start::<T, P>(&mut crew, plan, u64::MAX)?;
    let (_, spent) = watch(&flow.received, seconds, || ());
    let counts: Vec<u64> = flow.received.iter().map(|gauge| gauge.count()).collect();
    flow.baton.give(STOP);
    Some(Sample::most_to_least(&counts, spent, crew.finish()))
}

/// From the start of the first worker to the end of the last one.
fn counted<T: Item, P: Peer<T>>(crew: &mut Crew, plan: Stream) -> Option<Sample> {
    start::<T, P>(crew, plan, UNBOUNDED / 10)?;
    let mut tally = crew.finish();
    let from = Reading::now();
    start::<T, P>(crew, plan, UNBOUNDED)?;
    let timed = crew.finish();
    let spent = from.spent();
    let ops = timed.received.count;
    tally += timed;
    Some(Sample::millions_a_second(ops, spent, tally))
}

/// The conductor's side of a stream under way.
struct Running {
    baton: Arc<Baton>,
    received: Vec<Arc<Gauge>>,
}

fn start<T: Item, P: Peer<T>>(crew: &mut Crew, plan: Stream, messages: u64) -> Option<Running> {
    let (txs, rxs) = open::<T, P>(plan.shape)?;
    let txs: Vec<_> = txs.into_iter().map(|tx| AnyTx::<T, P>::new(plan.from, tx)).collect::<Option<_>>()?;
    let rxs: Vec<_> = rxs.into_iter().map(|rx| AnyRx::<T, P>::new(plan.to, rx)).collect::<Option<_>>()?;
    let baton = Arc::new(Baton::default());
    let mut received = Vec::new();

    let cpu = |number| plan.pinned.then_some(number);
    for rx in rxs {
        let gauge = Arc::new(Gauge::default());
        received.push(Arc::clone(&gauge));
        match rx {
            AnyRx::Thread(rx) => crew.thread(cpu(1), move || take_on_thread(rx, &gauge)),
            AnyRx::Task(rx) => crew.task(take_on_task(rx, gauge)),
        }
    }
    let share = messages / txs.len() as u64;
    for (number, tx) in (0..).zip(txs) {
        let source = Source { next: number << 48, left: share, baton: Arc::clone(&baton), sent: Flow::default() };
        match tx {
            AnyTx::Thread(tx) => crew.thread(cpu(0), move || put_on_thread(tx, source)),
            AnyTx::Task(tx) => crew.task(put_on_task(tx, source)),
        }
    }
    Some(Running { baton, received })
}

/// The messages of one sender: so many, or until the word.
struct Source {
    next: u64,
    left: u64,
    baton: Arc<Baton>,
    sent: Flow,
}

impl Source {
    #[inline]
    fn message<T: Item>(&mut self) -> Option<T> {
        if self.left == 0 || self.baton.word() == STOP {
            return None;
        }
        let item = self.next;
        self.next += 1;
        self.left -= 1;
        self.sent.add(item);
        Some(T::new(item))
    }
}

fn put_on_thread<T: Item>(mut tx: impl ThreadTx<T>, mut source: Source) -> Tally {
    while let Some(item) = source.message() {
        tx.put(item);
    }
    Tally::sent(source.sent)
}

async fn put_on_task<T: Item>(mut tx: impl TaskTx<T>, mut source: Source) -> Tally {
    while let Some(item) = source.message() {
        tx.put(item).await;
    }
    Tally::sent(source.sent)
}

fn take_on_thread<T: Item>(mut rx: impl ThreadRx<T>, gauge: &Gauge) -> Tally {
    let mut flow = Flow::default();
    while let Some(item) = rx.take() {
        flow.add(item.number());
        gauge.show(flow.count);
    }
    Tally::received(flow)
}

async fn take_on_task<T: Item>(mut rx: impl TaskRx<T>, gauge: Arc<Gauge>) -> Tally {
    let mut flow = Flow::default();
    while let Some(item) = rx.take().await {
        flow.add(item.number());
        gauge.show(flow.count);
    }
    Tally::received(flow)
}
