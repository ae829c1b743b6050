//! Every way to send, on both faces.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use bifrons::{AsyncSender, Sender};

use super::books::{Id, Ledger, Parcel};
use super::{Course, Party};
use crate::support::{Random, yield_now};

/// An unbounded queue that holds more has its senders step aside, so that a round stays short.
const AHEAD: usize = 1_000;

/// One sender's part in a round.
pub(super) struct Sending {
    pub(super) course: Arc<Course>,
    pub(super) ledger: Ledger,
    pub(super) random: Random,
    /// Whether it goes on until the queue is closed.
    pub(super) until_closed: bool,
}

/// How a send ended.
enum Outcome {
    Sent,
    /// Sent by a call that would not have waited for long.
    Handed,
    /// There was no room, or no time.
    Refused(Parcel),
    Closed(Parcel),
    /// The future was dropped.
    Cancelled,
}

impl Sending {
    pub(super) fn run(mut self, mut tx: Sender<Parcel>) {
        self.course.wait();
        while let Some((parcel, id)) = self.next() {
            if tx.len() > AHEAD {
                thread::yield_now();
            }
            let outcome = self.send(&tx, parcel);
            if self.enter(id, outcome) {
                return;
            }
            tx = match self.random.below(24) {
                0 => tx.clone(),
                1 => tx.into_async().into_sync(),
                2 => tx.to_async().to_sync(),
                3 => tx.downgrade().upgrade().expect("this sender lives"),
                _ => tx,
            };
        }
    }

    pub(super) async fn run_async(mut self, mut tx: AsyncSender<Parcel>, party: Party) {
        self.course.wait_async().await;
        while let Some((parcel, id)) = self.next() {
            if tx.len() > AHEAD {
                yield_now().await;
            }
            let outcome = self.send_async(&tx, parcel, party).await;
            if self.enter(id, outcome) {
                return;
            }
            tx = match self.random.below(24) {
                0 => tx.clone(),
                1 => tx.into_sync().into_async(),
                2 => tx.to_sync().to_async(),
                3 => tx.downgrade().upgrade().expect("this sender lives").into_async(),
                _ => tx,
            };
        }
    }

    /// The next item to send, unless it is time to go.
    fn next(&mut self) -> Option<(Parcel, Id)> {
        if self.course.is_over() && !self.until_closed {
            return None;
        }
        Some(self.ledger.item())
    }

    /// True if the queue is closed.
    fn enter(&self, id: Id, outcome: Outcome) -> bool {
        match outcome {
            Outcome::Sent => self.ledger.sent(id),
            Outcome::Handed => self.ledger.handed(id),
            Outcome::Cancelled => self.ledger.cancelled(id),
            Outcome::Refused(parcel) => self.ledger.returned(id, &parcel),
            Outcome::Closed(parcel) => {
                self.ledger.returned(id, &parcel);
                return true;
            }
        }
        false
    }

    fn send(&mut self, tx: &Sender<Parcel>, parcel: Parcel) -> Outcome {
        let limit = Duration::from_micros(self.random.below(100));
        match self.random.below(8) {
            0 => match tx.try_send(parcel) {
                Ok(()) => Outcome::Handed,
                Err(error) if error.is_closed() => Outcome::Closed(error.into_inner()),
                Err(error) => {
                    thread::yield_now();
                    Outcome::Refused(error.into_inner())
                }
            },
            way @ 1..=3 => {
                let sent = if way == 1 {
                    tx.send_deadline(parcel, Instant::now() + limit)
                } else {
                    tx.send_timeout(parcel, limit)
                };
                match sent {
                    Ok(()) => Outcome::Handed,
                    Err(error) if error.is_closed() => Outcome::Closed(error.into_inner()),
                    Err(error) => Outcome::Refused(error.into_inner()),
                }
            }
            _ => match tx.send(parcel) {
                Ok(()) => Outcome::Sent,
                Err(error) => Outcome::Closed(error.into_inner()),
            },
        }
    }

    async fn send_async(&mut self, tx: &AsyncSender<Parcel>, parcel: Parcel, party: Party) -> Outcome {
        let way = self.random.below(8);
        if way == 0 {
            return match tx.try_send(parcel) {
                Ok(()) => Outcome::Handed,
                Err(error) if error.is_closed() => Outcome::Closed(error.into_inner()),
                Err(error) => {
                    yield_now().await;
                    Outcome::Refused(error.into_inner())
                }
            };
        }
        let mut send = tx.send(parcel);
        let ended = match way {
            1..=3 => {
                let patience = self.random.below(4);
                tokio::select! {
                    biased;
                    sent = &mut send => Some(sent),
                    () = yields(patience) => None,
                }
            }
            4 => within(Duration::from_micros(self.random.below(1_500)), party, &mut send).await,
            _ => Some((&mut send).await),
        };
        match ended {
            Some(Ok(())) => Outcome::Sent,
            Some(Err(error)) => Outcome::Closed(error.into_inner()),
            // Half of those that are given up are asked what became of them.
            None if way % 2 == 0 => Outcome::Cancelled,
            None => match send.take() {
                Some(parcel) => Outcome::Refused(parcel),
                None => Outcome::Sent,
            },
        }
    }
}

/// Ends after the task was polled so many times.
pub(super) async fn yields(times: u64) {
    for _ in 0..times {
        yield_now().await;
    }
}

/// The future's output, unless the time runs out first; by the party's own kind of timer.
pub(super) async fn within<F: Future + Unpin>(limit: Duration, party: Party, future: &mut F) -> Option<F::Output> {
    if party == Party::OnTokio {
        return tokio::time::timeout(limit, future).await.ok();
    }
    tokio::select! {
        output = future => Some(output),
        _ = smol::Timer::after(limit) => None,
    }
}
