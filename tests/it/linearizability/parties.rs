//! Parties that make calls, and write down what they were answered and when.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Poll, Waker};
use std::time::Duration;

use bifrons::{
    AsyncReceiver, AsyncSender, Receiver, RecvError, RecvTimeoutError, SendError, SendTimeoutError, Sender, Stats,
    TryRecvError, TrySendError,
};

use super::deeds::{Certainty, Deed, Ending, Entry, Item, Label, Received, Sent};
use crate::support::{Random, block_on, jitter, poll_with};

/// Long enough for somebody to come, and short enough that often nobody does.
const SHORT: Duration = Duration::from_micros(20);

/// The order of the moments at which calls begin and end.
#[derive(Debug, Clone, Default)]
pub(super) struct Clock(Arc<AtomicUsize>);

impl Clock {
    fn now(&self) -> usize {
        self.0.fetch_add(1, Ordering::SeqCst)
    }
}

/// What a party is to do.
#[derive(Debug, Clone, Copy)]
pub(super) enum Call {
    TrySend,
    /// Waits: on a thread it blocks, in a task it is awaited.
    Send,
    /// Waits a little: on a thread with a time limit, in a task as a future that is polled once.
    SendShortly,
    ForceSend,
    TryRecv,
    Recv,
    RecvShortly,
    RecvMany,
    Drain,
    Reserve {
        waits: bool,
        sends: bool,
    },
    SetCapacity(usize),
    Close,
    Shutdown,
    Stats,
}

/// The sending handle of a party.
#[derive(Debug)]
pub(super) enum Tx {
    Thread(Sender<Item>),
    Task(AsyncSender<Item>),
}

/// The receiving handle of a party.
#[derive(Debug)]
pub(super) enum Rx {
    Thread(Receiver<Item>),
    Task(AsyncReceiver<Item>),
}

macro_rules! either {
    ($half:ident, $handle:expr, $name:ident => $call:expr) => {
        match $handle {
            $half::Thread($name) => $call,
            $half::Task($name) => $call,
        }
    };
}

#[derive(Debug)]
pub(super) struct Party {
    number: usize,
    is_rendezvous: bool,
    /// Whoever only looks on has none.
    tx: Option<Tx>,
    rx: Rx,
    clock: Clock,
    random: Random,
    items: u8,
    entries: Vec<Entry>,
}

const SENDS: &str = "who sends has a handle for it";

/// A call that is over, and when it was seen to wait if it was.
struct Over<R> {
    result: R,
    begun: usize,
    waited: Option<usize>,
    ended: usize,
}

fn refused(error: TrySendError<()>) -> Sent {
    if error.is_full() { Sent::Full } else { Sent::Closed }
}

fn sent(result: Result<(), TrySendError<Item>>) -> Sent {
    match result {
        Ok(()) => Sent::Ok,
        Err(TrySendError::Full(_)) => Sent::Full,
        Err(TrySendError::Closed(_)) => Sent::Closed,
    }
}

fn sent_at_last(result: Result<(), SendError<Item>>) -> Sent {
    if result.is_ok() { Sent::Ok } else { Sent::Closed }
}

fn received(result: Result<Item, TryRecvError>) -> Received {
    match result {
        Ok(item) => Received::Item(item.label()),
        Err(TryRecvError::Empty) => Received::Empty,
        Err(TryRecvError::Closed) => Received::Closed,
    }
}

fn received_at_last(result: Result<Item, RecvError>) -> Received {
    result.map_or(Received::Closed, |item| Received::Item(item.label()))
}

fn labels(items: impl IntoIterator<Item = Item>) -> Vec<Label> {
    items.into_iter().map(Item::label).collect()
}

/// Time is over: on a thread the same as a future that is given up.
fn in_time<T>(error: SendTimeoutError<T>) -> Sent {
    match error {
        SendTimeoutError::Timeout(_) => Sent::Full,
        SendTimeoutError::Closed(_) => Sent::Closed,
    }
}

impl Party {
    pub(super) fn new(number: usize, tx: Option<Tx>, rx: Rx, clock: Clock, seed: u64) -> Self {
        let is_rendezvous = either!(Rx, &rx, rx => rx.capacity()) == Some(0);
        Self { number, is_rendezvous, tx, rx, clock, random: Random::new(seed), items: 0, entries: Vec::new() }
    }

    /// Makes these calls, in the end gives the sending handle up if that is to be told, and gives the record.
    pub(super) fn run(mut self, calls: &[Call], drops_sender: bool) -> Vec<Entry> {
        for &call in calls {
            jitter(&mut self.random);
            self.call(call);
        }
        if drops_sender {
            let tx = self.tx.take();
            let over = self.time(|| drop(tx));
            self.note(&over, Deed::DropSender);
        }
        self.entries
    }

    pub(super) fn call(&mut self, call: Call) {
        match call {
            Call::TrySend => {
                let item = self.fresh_item();
                let over = self.time(|| either!(Tx, self.tx(), tx => sent(tx.try_send(item))));
                self.note(&over, Deed::Send(item.label(), over.result));
            }
            Call::Send => {
                let item = self.fresh_item();
                let over = match self.tx() {
                    Tx::Thread(tx) => self.time(|| sent_at_last(tx.send(item))),
                    Tx::Task(tx) => self.wait(tx.send(item)).map(sent_at_last),
                };
                self.note_send(item.label(), &over, true);
            }
            Call::SendShortly => {
                let item = self.fresh_item();
                let over = match self.tx() {
                    Tx::Thread(tx) => self.time(|| tx.send_timeout(item, SHORT).map_or_else(in_time, |()| Sent::Ok)),
                    Tx::Task(tx) => self.wait_once(
                        tx.send(item),
                        |mut send| {
                            // What does not come back was sent.
                            if send.take().is_some() { Sent::Full } else { Sent::Ok }
                        },
                        sent_at_last,
                    ),
                };
                self.note_send(item.label(), &over, false);
            }
            Call::ForceSend => {
                let item = self.fresh_item();
                let over = self.time(|| either!(Tx, self.tx(), tx => tx.force_send(item)));
                let deed = match &over.result {
                    Ok(None) if self.is_rendezvous => Deed::Send(item.label(), Sent::Ok),
                    Ok(evicted) => Deed::ForceSend(item.label(), evicted.map(Item::label)),
                    Err(TrySendError::Full(_)) => Deed::Send(item.label(), Sent::Full),
                    Err(TrySendError::Closed(_)) => Deed::Send(item.label(), Sent::Closed),
                };
                self.note(&over, deed);
            }
            Call::TryRecv => {
                let over = self.time(|| either!(Rx, &self.rx, rx => received(rx.try_recv())));
                self.note(&over, Deed::Recv(over.result));
            }
            Call::Recv => {
                let over = match &self.rx {
                    Rx::Thread(rx) => self.time(|| received_at_last(rx.recv())),
                    Rx::Task(rx) => self.wait(rx.recv()).map(received_at_last),
                };
                self.note_recv(&over, Deed::Recv(over.result));
            }
            Call::RecvShortly => {
                let (over, is_given_up) = match &self.rx {
                    Rx::Thread(rx) => {
                        let over = self.time(|| match rx.recv_timeout(SHORT) {
                            Ok(item) => Received::Item(item.label()),
                            Err(RecvTimeoutError::Timeout) => Received::Empty,
                            Err(RecvTimeoutError::Closed) => Received::Closed,
                        });
                        (over, false)
                    }
                    Rx::Task(rx) => {
                        let over = self.wait_once(rx.recv(), |_| Received::Empty, received_at_last);
                        let is_given_up = over.result == Received::Empty;
                        (over, is_given_up)
                    }
                };
                // A receive that is given up has not looked again.
                let gone = is_given_up && self.is_rendezvous;
                self.note_recv(&over, if gone { Deed::Gone } else { Deed::Recv(over.result) });
            }
            Call::RecvMany => {
                let mut items = Vec::new();
                let over = match &self.rx {
                    Rx::Thread(rx) => self.time(|| rx.recv_many(&mut items, 2).is_ok()),
                    Rx::Task(rx) => self.wait(rx.recv_many(&mut items, 2)).map(|result| result.is_ok()),
                };
                let closed = Deed::Recv(Received::Closed);
                self.note(&over, if over.result { Deed::RecvMany(labels(items)) } else { closed });
            }
            Call::Drain => {
                let over = self.time(|| either!(Rx, &self.rx, rx => labels(rx.drain())));
                self.note(&over, Deed::Drain(over.result.clone()));
            }
            Call::Reserve { waits, sends } => self.reserve(waits, sends),
            Call::SetCapacity(capacity) => {
                let over = self.time(|| either!(Rx, &self.rx, rx => rx.set_capacity(capacity)));
                assert_eq!(over.result, Ok(()));
                self.note(&over, Deed::SetCapacity(capacity));
            }
            Call::Close => {
                let over = self.time(|| either!(Rx, &self.rx, rx => rx.close()));
                self.note(&over, Deed::Close(over.result));
            }
            Call::Shutdown => {
                let over = self.time(|| either!(Rx, &self.rx, rx => labels(rx.shutdown())));
                self.note(&over, Deed::Shut);
                self.note_second(&over, Deed::TakeRest(over.result.clone()));
            }
            Call::Stats => {
                let over = self.time(|| either!(Rx, &self.rx, rx => rx.stats()));
                let Stats { len, sent, received, closed, waiting_senders, .. } = over.result;
                let offers = self.is_rendezvous.then_some(waiting_senders);
                self.note(&over, Deed::Stats { len, sent, received, closed, offers });
            }
        }
    }

    fn reserve(&mut self, waits: bool, sends: bool) {
        let item = self.fresh_item();
        let Self { tx, clock, entries, number, random, .. } = self;
        let mut note = |deed, begun| {
            let ended = clock.now();
            entries.push(Entry { party: *number, deed, begun, ended, continues: false });
        };
        let begun = clock.now();
        let reserved = match tx.as_ref().expect(SENDS) {
            Tx::Thread(tx) if waits => tx.reserve().map_err(|_| Sent::Closed),
            Tx::Task(tx) if waits => block_on(tx.reserve()).map_err(|_| Sent::Closed),
            Tx::Thread(tx) => tx.try_reserve().map_err(refused),
            Tx::Task(tx) => tx.try_reserve().map_err(refused),
        };
        note(Deed::Reserve(reserved.as_ref().map_or_else(|&refused| refused, |_| Sent::Ok)), begun);
        let Ok(permit) = reserved else { return };
        jitter(random);
        let begun = clock.now();
        if sends {
            note(Deed::Redeem(item.label(), sent_at_last(permit.send(item))), begun);
        } else {
            drop(permit);
            note(Deed::GiveBack, begun);
        }
    }

    fn tx(&self) -> &Tx {
        self.tx.as_ref().expect(SENDS)
    }

    fn fresh_item(&mut self) -> Item {
        self.items += 1;
        Item { rank: self.random.below(3) as u8, number: self.number as u8 * 16 + self.items }
    }

    fn time<R>(&self, call: impl FnOnce() -> R) -> Over<R> {
        let begun = self.clock.now();
        let result = call();
        Over { result, begun, waited: None, ended: self.clock.now() }
    }

    /// Awaits, and notes when it was pending first.
    fn wait<F: Future + Unpin>(&self, mut future: F) -> Over<F::Output> {
        let begun = self.clock.now();
        let mut waited = None;
        let result = block_on(poll_fn(|context| {
            let polled = Pin::new(&mut future).poll(context);
            if polled.is_pending() {
                waited.get_or_insert_with(|| self.clock.now());
            }
            polled
        }));
        Over { result, begun, waited, ended: self.clock.now() }
    }

    /// Polls once, and if it is pending gives up a little later.
    fn wait_once<F: Future + Unpin, R>(
        &self,
        mut future: F,
        give_up: impl FnOnce(F) -> R,
        ready: impl FnOnce(F::Output) -> R,
    ) -> Over<R> {
        let begun = self.clock.now();
        match poll_with(&mut future, Waker::noop()) {
            Poll::Ready(output) => Over { result: ready(output), begun, waited: None, ended: self.clock.now() },
            Poll::Pending => {
                let waited = Some(self.clock.now());
                std::thread::yield_now();
                Over { result: give_up(future), begun, waited, ended: self.clock.now() }
            }
        }
    }

    fn note<R>(&mut self, over: &Over<R>, deed: Deed) {
        let Over { begun, ended, .. } = *over;
        self.entries.push(Entry { party: self.number, deed, begun, ended, continues: false });
    }

    fn note_second<R>(&mut self, over: &Over<R>, deed: Deed) {
        let Over { begun, ended, .. } = *over;
        self.entries.push(Entry { party: self.number, deed, begun, ended, continues: true });
    }

    /// The first part of a call that waits in a rendezvous, over when it was seen to wait.
    fn note_first<R>(&mut self, over: &Over<R>, deed: Deed) {
        let ended = over.waited.unwrap_or(over.ended);
        self.entries.push(Entry { party: self.number, deed, begun: over.begun, ended, continues: false });
    }

    /// A send that may have waited; if it `waits` whatever comes, it was in line unless the queue was closed.
    fn note_send(&mut self, item: Label, over: &Over<Sent>, waits: bool) {
        if !self.is_rendezvous {
            return self.note(over, Deed::Send(item, over.result));
        }
        let is_certain = over.waited.is_some() || (waits && over.result == Sent::Ok);
        let certainty = if is_certain { Certainty::InLine } else { Certainty::Perhaps };
        self.note_first(over, Deed::Offer(item, certainty));
        let ending = match over.result {
            Sent::Ok => Ending::Taken,
            Sent::Full => Ending::Withdrawn,
            Sent::Closed => Ending::Closed,
        };
        self.note_second(over, Deed::OfferEnded(item, ending));
    }

    /// A receive that may have waited.
    fn note_recv<R>(&mut self, over: &Over<R>, deed: Deed) {
        if !self.is_rendezvous {
            return self.note(over, deed);
        }
        let certainty = if over.waited.is_some() { Certainty::InLine } else { Certainty::Perhaps };
        self.note_first(over, Deed::Enter(certainty));
        self.note_second(over, deed);
    }
}

impl<R> Over<R> {
    fn map<S>(self, map: impl FnOnce(R) -> S) -> Over<S> {
        let Self { result, begun, waited, ended } = self;
        Over { result: map(result), begun, waited, ended }
    }
}
