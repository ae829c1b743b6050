//! Programs of every operation, in forms that do not wait.
//!
//! After each step every handle answers as the model does, and of the items exactly those are alive that the model has in the
//! queue or in hand; a drop too few or too many shows at once. What a step receives or gets back it drops.
//!
//! Seen to fail on: a `set_capacity` that is forgotten where the buffer must grow; permits for several whose drop gives back
//! one place; an evicted item that is not counted as received; the last receiver leaving what was left; a `force_send` that
//! pushes out the earliest of equal items; a permit that keeps its room when the queue is closed.

use std::future::Future;
use std::task::Poll;
use std::time::Duration;

use bifrons::{OwnedPermit, Task, WeakReceiver, WeakSender};
use proptest::collection::vec;
use proptest::prelude::proptest;

use super::handles::{Answers, Rx, Tx};
use super::model::{Item, Model};
use super::parcel::Parcel;
use super::steps::{Care, Goods, Half, Setup, Step, setup, step};
use crate::support::{Census, counting_waker, poll_with, watchdog};

mod receiving;
mod regressions;
mod sending;

/// A program in the middle of its run.
struct Run {
    model: Model,
    census: Census,
    txs: Vec<Tx>,
    rxs: Vec<Rx>,
    weak_txs: Vec<WeakSender<Parcel>>,
    weak_rxs: Vec<WeakReceiver<Parcel>>,
    permits: Vec<OwnedPermit<Parcel>>,
    tasks: Vec<Task<Parcel>>,
}

/// What a handle that was chosen is called with.
fn choose<T>(all: &[T], at: usize) -> Option<&T> {
    all.get(at % all.len().max(1))
}

fn remove<T>(all: &mut Vec<T>, at: usize) -> Option<T> {
    if all.is_empty() { None } else { Some(all.swap_remove(at % all.len())) }
}

/// Polls once, and again if all that the future wanted was to let others run.
fn poll_once<F: Future + Unpin>(mut future: F) -> (Option<F::Output>, F) {
    let (count, waker) = counting_waker();
    loop {
        let before = count.wakes();
        match poll_with(&mut future, &waker) {
            Poll::Ready(output) => return (Some(output), future),
            Poll::Pending if count.wakes() > before => {}
            Poll::Pending => return (None, future),
        }
    }
}

/// The next item, for the model and for the queue.
fn make(model: &mut Model, census: &Census, goods: Goods) -> (Item, Parcel) {
    let item = model.fresh_item(goods.rank, goods.weight);
    (item, Parcel::new(item, census))
}

impl Run {
    fn new(setup: &Setup) -> Self {
        let Setup { order, weighted, capacity } = *setup;
        let builder = order.set(bifrons::builder::<Parcel>());
        let builder = if weighted { builder.weight(|parcel: &Parcel| parcel.item.weight) } else { builder };
        let (tx, rx) = match capacity {
            Some(capacity) => builder.capacity(capacity),
            None => builder,
        }
        .build();
        Self {
            model: Model::new(order, weighted, capacity),
            census: Census::new(),
            txs: vec![Tx::Async(tx.to_async()), Tx::Sync(tx)],
            rxs: vec![Rx::Sync(rx.clone()), Rx::Async(rx.into_async())],
            weak_txs: Vec::new(),
            weak_rxs: Vec::new(),
            permits: Vec::new(),
            tasks: Vec::new(),
        }
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Send { at, way, goods } => self.send(at, way, goods),
            Step::SendMany { at, blocking, ref goods } => self.send_many(at, blocking, goods),
            Step::ForceSend { at, goods } => self.force_send(at, goods),
            Step::Reserve { at, way, blocking, ref uses } => self.reserve(at, way, blocking, uses),
            Step::ReserveOwned { at, blocking } => self.reserve_owned(at, blocking),
            Step::UseOwned { at, used } => self.use_owned(at, used),
            Step::Recv { at, way } => self.recv(at, way),
            Step::RecvMany { at, blocking, limit } => self.recv_many(at, blocking, limit),
            Step::Drain { at, from_the_end } => self.drain(at, from_the_end),
            Step::RecvTask { at, way } => self.recv_task(at, way),
            Step::FinishTask { at, how } => self.finish_task(at, how),
            Step::Orphan { at, goods } => self.orphan(at, goods),
            Step::Close { half, at } => {
                let closed = match half {
                    Half::Sending => choose(&self.txs, at).map(Tx::close),
                    Half::Receiving => choose(&self.rxs, at).map(Rx::close),
                };
                if let Some(closed) = closed {
                    assert_eq!(closed, !self.model.closed);
                    self.model.closed = true;
                }
            }
            Step::Shutdown { half, at, taken } => {
                let rest = match half {
                    Half::Sending => choose(&self.txs, at).map(Tx::shutdown),
                    Half::Receiving => choose(&self.rxs, at).map(Rx::shutdown),
                };
                let Some(mut rest) = rest else { return };
                self.model.closed = true;
                let expected = self.model.pop_all();
                assert_eq!(rest.len(), expected.len());
                assert!(rest.by_ref().take(taken).map(Parcel::open).eq(expected.into_iter().take(taken)));
            }
            Step::SetCapacity { half, at, capacity } => {
                let set = match half {
                    Half::Sending => choose(&self.txs, at).map(|tx| tx.set_capacity(capacity)),
                    Half::Receiving => choose(&self.rxs, at).map(|rx| rx.set_capacity(capacity)),
                };
                if let Some(set) = set {
                    assert_eq!(set, self.model.set_capacity(capacity));
                }
            }
            Step::Handle { half: Half::Sending, at, care } => self.care_for_sender(at, care),
            Step::Handle { half: Half::Receiving, at, care } => self.care_for_receiver(at, care),
        }
    }

    fn care_for_sender(&mut self, at: usize, care: Care) {
        match care {
            Care::Upgrade => {
                let Some(weak) = choose(&self.weak_txs, at) else { return };
                let tx = weak.clone().upgrade();
                assert_eq!(tx.is_some(), self.senders() > 0);
                self.txs.extend(tx.map(Tx::Sync));
            }
            Care::Drop => drop(remove(&mut self.txs, at)),
            Care::Turn { by_from } => {
                let turned = remove(&mut self.txs, at).map(|tx| tx.turned(by_from));
                self.txs.extend(turned);
            }
            _ => {
                let Some(tx) = choose(&self.txs, at) else { return };
                match care {
                    Care::Downgrade => self.weak_txs.push(tx.downgrade()),
                    Care::Clone => self.txs.push(tx.clone()),
                    _ => self.txs.push(tx.opposite()),
                }
            }
        }
    }

    fn care_for_receiver(&mut self, at: usize, care: Care) {
        match care {
            Care::Upgrade => {
                let Some(weak) = choose(&self.weak_rxs, at) else { return };
                let rx = weak.clone().upgrade();
                assert_eq!(rx.is_some(), !self.rxs.is_empty());
                self.rxs.extend(rx.map(Rx::Sync));
            }
            Care::Drop => drop(remove(&mut self.rxs, at)),
            Care::Turn { by_from } => {
                let turned = remove(&mut self.rxs, at).map(|rx| rx.turned(by_from));
                self.rxs.extend(turned);
            }
            _ => {
                let Some(rx) = choose(&self.rxs, at) else { return };
                match care {
                    Care::Downgrade => self.weak_rxs.push(rx.downgrade()),
                    Care::Clone => self.rxs.push(rx.clone()),
                    _ => self.rxs.push(rx.opposite()),
                }
            }
        }
    }

    /// How many handles keep the sending half alive.
    fn senders(&self) -> usize {
        self.txs.len() + self.permits.len()
    }

    /// What the model makes of it that handles may have gone, and whether everybody says what it says.
    fn check(&mut self) {
        if self.senders() == 0 || self.rxs.is_empty() {
            self.model.closed = true;
        }
        if self.rxs.is_empty() {
            self.model.pop_all();
        }
        let alive = self.model.items.len() + self.tasks.len();
        assert_eq!(self.census.alive(), alive, "what is alive is in the queue or in hand");
        for tx in &self.txs {
            self.check_answers(&tx.answers());
            assert!(self.txs[0].is_same(tx));
            let is_idle = self.model.items.is_empty() && self.tasks.is_empty();
            assert_eq!(tx.on_async(|tx| poll_once(tx.join()).0.is_some()), is_idle);
            assert_eq!(tx.on_sync(|tx| tx.join_timeout(Duration::ZERO).is_ok()), is_idle);
            assert_eq!(tx.on_async(|tx| poll_once(tx.closed()).0.is_some()), self.model.closed);
        }
        for rx in &self.rxs {
            self.check_answers(&rx.answers());
            assert!(self.rxs[0].is_same(rx));
            assert_eq!(rx.on_async(|rx| poll_once(rx.closed()).0.is_some()), self.model.closed);
        }
        if self.model.closed {
            // What is over does not block.
            self.txs.iter().for_each(|tx| tx.on_sync(|tx| tx.closed()));
            self.rxs.iter().for_each(|rx| rx.on_sync(|rx| rx.closed()));
        }
    }

    fn check_answers(&self, answers: &Answers) {
        let model = &self.model;
        let stats = &answers.stats;
        assert_eq!((stats.len, answers.len, answers.is_empty), {
            let len = model.items.len();
            (len, len, len == 0)
        });
        assert_eq!((stats.sent, stats.received), (model.brought, model.taken), "sent and received");
        assert_eq!((stats.tasks, stats.reserved), (self.tasks.len(), model.reserved), "tasks and reserved");
        assert_eq!((stats.waiting_senders, stats.waiting_receivers), (0, 0), "nobody waits");
        assert_eq!((stats.closed, answers.is_closed), (model.closed, model.closed), "closed");
        assert_eq!((stats.capacity, answers.capacity), (model.capacity, model.capacity), "capacity");
        assert_eq!(answers.is_full, model.is_full(), "full");
        let handles = (self.senders(), self.rxs.len());
        assert_eq!((stats.senders, stats.receivers), handles, "handles");
        assert_eq!((answers.sender_count, answers.receiver_count), handles, "handles");
    }
}

/// Runs a program on a fresh queue, checks it after each step, and takes everything away in the end.
fn run(setup: &Setup, steps: &[Step]) {
    let _dog = watchdog();
    let mut run = Run::new(setup);
    run.check();
    for step in steps {
        run.step(step);
        run.check();
    }
    let (made, census) = (run.census.made() as u64, run.census.clone());
    drop(run);
    census.assert_all_dropped_once(1..=made);
}

proptest! {
    #![proptest_config(super::config(1_000))]

    #[test]
    fn every_answer_is_the_model_s(setup in setup(), steps in vec(step(), 1..60)) {
        run(&setup, &steps);
    }
}
