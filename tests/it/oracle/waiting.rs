//! Programs in which sends, receives and reservations may wait.
//!
//! A future is polled only if its waker was called, so that a call that the queue owes and forgets shows as a result that the
//! model has and the queue has not.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::Arc;
use std::task::{Poll, Waker};

use bifrons::future::{RecvFuture, ReserveFuture, SendFuture};
use bifrons::{AsyncReceiver, AsyncSender, Permit, RecvError, ReserveError, SendError, Task};

use crate::support::{Random, WakeCount, counting_waker, is_pending, poll_with, watchdog};

use super::model::{End, Item, Model, Order};

/// A future that waits, and whether it was called since it was last polled.
struct Waiting<F> {
    number: usize,
    future: F,
    count: Arc<WakeCount>,
    waker: Waker,
    polled_at: usize,
}

impl<F: Future + Unpin> Waiting<F> {
    /// Polls for the first time.
    fn begin(number: usize, mut future: F) -> Result<Self, F::Output> {
        let (count, waker) = counting_waker();
        match poll_with(&mut future, &waker) {
            Poll::Ready(output) => Err(output),
            Poll::Pending => Ok(Self { number, future, count, waker, polled_at: 0 }),
        }
    }

    fn poll_if_called(&mut self) -> Option<F::Output> {
        let wakes = self.count.wakes();
        if wakes == self.polled_at {
            return None;
        }
        self.polled_at = wakes;
        match poll_with(&mut self.future, &self.waker) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        }
    }
}

enum Party<'a> {
    Send(Waiting<SendFuture<'a, Item>>),
    Recv(Waiting<RecvFuture<'a, Item>>),
    Reserve(Waiting<ReserveFuture<'a, Item>>),
}

impl Party<'_> {
    fn number(&self) -> usize {
        match self {
            Self::Send(waiting) => waiting.number,
            Self::Recv(waiting) => waiting.number,
            Self::Reserve(waiting) => waiting.number,
        }
    }
}

fn fresh_item(model: &mut Model, random: &mut Random) -> Item {
    model.fresh_item(random.below(4) as u32, random.below(9) as usize)
}

fn sent(result: Result<(), SendError<Item>>) -> End {
    result.map_or_else(|error| End::NotSent(error.into_inner()), |()| End::Sent)
}

fn received(result: Result<Item, RecvError>) -> End {
    result.map_or(End::Closed, End::Received)
}

/// A program in the middle of its run.
struct Run<'a> {
    tx: &'a AsyncSender<Item>,
    rx: &'a AsyncReceiver<Item>,
    model: Model,
    waiting: Vec<Party<'a>>,
    permits: Vec<Permit<'a, Item>>,
    tasks: Vec<Task<Item>>,
    numbers: usize,
    ends: Vec<(usize, End)>,
}

impl<'a> Run<'a> {
    fn reserved(&mut self, result: Result<Permit<'a, Item>, ReserveError>) -> End {
        match result {
            Ok(permit) => {
                self.permits.push(permit);
                End::Reserved
            }
            Err(ReserveError::Closed) => End::Closed,
            Err(ReserveError::TooLarge) => unreachable!("one place is never too much"),
        }
    }

    fn number(&mut self) -> usize {
        self.numbers += 1;
        self.numbers
    }

    /// Polls those who were called, in order of arrival, until nobody is: a receiver when no sender is left.
    fn settle(&mut self) {
        while self.settle_one(true) || self.settle_one(false) {}
        self.model.settle();
        let mut expected = std::mem::take(&mut self.model.ends);
        let mut ends = std::mem::take(&mut self.ends);
        expected.sort_by_key(|(number, _)| *number);
        ends.sort_by_key(|(number, _)| *number);
        assert_eq!(ends, expected, "what those who waited ended with");
    }

    /// Polls whoever was called of the senders, or of the receivers, until one of them is done.
    fn settle_one(&mut self, senders: bool) -> bool {
        for nth in 0..self.waiting.len() {
            let end = match &mut self.waiting[nth] {
                Party::Send(waiting) if senders => waiting.poll_if_called().map(sent),
                Party::Reserve(waiting) if senders => {
                    let result = waiting.poll_if_called();
                    result.map(|result| self.reserved(result))
                }
                Party::Recv(waiting) if !senders => waiting.poll_if_called().map(received),
                _ => None,
            };
            if let Some(end) = end {
                let party = self.waiting.remove(nth);
                self.ends.push((party.number(), end));
                return true;
            }
        }
        false
    }

    fn check(&self) {
        let stats = self.tx.stats();
        let model = &self.model;
        assert_eq!(stats.len, model.items.len());
        assert_eq!(stats.reserved, model.reserved);
        assert_eq!(stats.tasks, self.tasks.len());
        assert_eq!((stats.sent, stats.received), (model.brought, model.taken));
        assert_eq!(stats.closed, model.closed);
        assert_eq!(stats.capacity, model.capacity);
        assert_eq!(stats.waiting_senders + stats.waiting_receivers, self.waiting.len());
        assert_eq!(self.tx.is_full(), model.is_full());
        let is_idle = !is_pending(&mut self.tx.join());
        assert_eq!(is_idle, model.items.is_empty() && self.tasks.is_empty());
    }
}

impl Run<'_> {
    fn step(&mut self, random: &mut Random) {
        let item = fresh_item(&mut self.model, random);
        match random.below(100) {
            0..16 => {
                let expected = self.model.try_send(item);
                assert_eq!(self.tx.try_send(item), expected);
            }
            16..30 => self.begin_send(item),
            30..44 => {
                let expected = self.model.try_recv();
                assert_eq!(self.rx.try_recv(), expected);
            }
            44..52 => self.begin_recv(),
            52..56 => {
                let task = self.rx.try_recv_task().ok();
                assert_eq!(task.as_deref().copied(), self.model.pop());
                self.tasks.extend(task);
            }
            56..60 => {
                if !self.tasks.is_empty() {
                    let task = self.tasks.remove(random.below(self.tasks.len() as u64) as usize);
                    if random.below(2) == 0 { task.done() } else { _ = task.into_inner() }
                }
            }
            60..66 => {
                let expected = self.model.force_send(item);
                assert_eq!(self.tx.force_send(item), expected);
            }
            66..70 => match self.tx.try_reserve() {
                Ok(permit) => {
                    assert!(self.model.try_reserve(1).is_ok(), "there was no room");
                    self.permits.push(permit);
                }
                Err(error) => {
                    assert_eq!(error.is_closed(), self.model.closed);
                    assert!(self.model.try_reserve(1).is_err(), "there was room");
                }
            },
            70..73 => self.begin_reserve(),
            73..79 => {
                if !self.permits.is_empty() {
                    let permit = self.permits.swap_remove(random.below(self.permits.len() as u64) as usize);
                    if random.below(3) == 0 {
                        drop(permit);
                        self.model.reserved -= 1;
                    } else {
                        let expected = self.model.redeem(item, 1);
                        assert_eq!(permit.send(item), expected);
                    }
                }
            }
            79..83 => {
                let limit = random.below(4) as usize;
                let mut items = Vec::new();
                let mut recv = self.rx.recv_many(&mut items, limit);
                let result = poll_with(&mut recv, Waker::noop());
                drop(recv);
                let expected: Vec<_> = (0..limit).map_while(|_| self.model.pop()).collect();
                match result {
                    Poll::Ready(Ok(count)) => assert_eq!(count, items.len()),
                    Poll::Ready(Err(RecvError)) => assert!(self.model.closed && items.is_empty()),
                    Poll::Pending => assert!(!self.model.closed && items.is_empty() && limit > 0),
                }
                assert_eq!(items, expected);
            }
            83..87 => {
                let mut items: VecDeque<_> =
                    (0..random.below(4)).map(|_| fresh_item(&mut self.model, random)).collect();
                let mut expected = items.clone();
                let mut send = self.tx.send_many(&mut items);
                let _ = poll_with(&mut send, Waker::noop());
                drop(send);
                while expected.front().is_some_and(|&item| self.model.try_send(item).is_ok()) {
                    expected.pop_front();
                }
                assert_eq!(items, expected, "what was not sent stays");
            }
            87..91 => {
                if self.model.capacity.is_some() {
                    let capacity = 1 + random.below(7) as usize;
                    self.tx.set_capacity(capacity).unwrap();
                    self.model.capacity = Some(capacity);
                }
            }
            91..97 => {
                if !self.waiting.is_empty() {
                    let party = self.waiting.remove(random.below(self.waiting.len() as u64) as usize);
                    self.model.cancel(party.number());
                    if let Party::Send(mut waiting) = party {
                        assert!(waiting.future.take().is_some(), "it was not sent");
                    }
                }
            }
            97 => {
                let expected = self.model.pop_all();
                assert!(self.rx.drain().eq(expected));
            }
            98 => {
                assert_eq!(self.tx.close(), !self.model.closed);
                self.model.closed = true;
            }
            _ => {
                self.model.closed = true;
                let expected = self.model.pop_all();
                assert!(self.rx.shutdown().eq(expected));
            }
        }
    }

    fn begin_send(&mut self, item: Item) {
        let number = self.number();
        let expected = self.model.begin_send(number, item);
        match Waiting::begin(number, self.tx.send(item)) {
            Ok(waiting) => {
                assert_eq!(expected, None);
                self.waiting.push(Party::Send(waiting));
            }
            Err(result) => assert_eq!(Some(sent(result)), expected),
        }
    }

    fn begin_recv(&mut self) {
        let number = self.number();
        let expected = self.model.begin_recv(number);
        match Waiting::begin(number, self.rx.recv()) {
            Ok(waiting) => {
                assert_eq!(expected, None);
                self.waiting.push(Party::Recv(waiting));
            }
            Err(result) => assert_eq!(Some(received(result)), expected),
        }
    }

    fn begin_reserve(&mut self) {
        let number = self.number();
        let expected = self.model.begin_reserve(number);
        match Waiting::begin(number, self.tx.reserve()) {
            Ok(waiting) => {
                assert_eq!(expected, None);
                self.waiting.push(Party::Reserve(waiting));
            }
            Err(result) => {
                let end = self.reserved(result);
                assert_eq!(Some(end), expected);
            }
        }
    }
}

fn run(seed: u64, order: Order, weighted: bool, capacity: Option<usize>) {
    let builder = order.set(bifrons::builder::<Item>());
    let builder = if weighted { builder.weight(|item: &Item| item.weight) } else { builder };
    let builder = match capacity {
        Some(capacity) => builder.capacity(capacity),
        None => builder,
    };
    let (tx, rx) = builder.build();
    let (tx, rx) = (tx.into_async(), rx.into_async());
    let mut random = Random::new(seed);
    let mut run = Run {
        tx: &tx,
        rx: &rx,
        model: Model::new(order, weighted, capacity),
        waiting: Vec::new(),
        permits: Vec::new(),
        tasks: Vec::new(),
        numbers: 0,
        ends: Vec::new(),
    };
    for _ in 0..60 {
        run.step(&mut random);
        run.settle();
        run.check();
    }
}

fn run_many(order: Order) {
    let _dog = watchdog();
    let mut random = Random::from_chance();
    for nth in 0..600 {
        let seed = random.draw();
        let weighted = nth % 2 == 1;
        let capacity = (nth % 5 != 4).then(|| 1 + random.below(6) as usize);
        let what = format!("seed {seed:#x}, {order:?}, weighted {weighted}, capacity {capacity:?}");
        let result = std::panic::catch_unwind(|| run(seed, order, weighted, capacity));
        assert!(result.is_ok(), "{what}");
    }
}

#[test]
fn first_in_first_out_is_as_modelled() {
    run_many(Order::Fifo);
}

#[test]
fn last_in_first_out_is_as_modelled() {
    run_many(Order::Lifo);
}

#[test]
fn greatest_first_is_as_modelled() {
    run_many(Order::Priority);
}
