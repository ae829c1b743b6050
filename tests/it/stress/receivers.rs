//! Every way to receive, on both faces.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use bifrons::{AsyncReceiver, Receiver, RecvError, RecvTimeoutError, TryRecvError};
use futures_util::StreamExt;

use super::books::Parcel;
use super::senders::{within, yields};
use super::{Course, Party};
use crate::support::{Random, yield_now};

/// One receiver's part in a round.
pub(super) struct Receiving {
    course: Arc<Course>,
    random: Random,
    /// Whether it goes on until the queue is closed and empty.
    until_closed: bool,
    /// For each sender, the number that must come next or later.
    next: Vec<usize>,
}

/// How a receive ended.
enum Outcome {
    Received(Parcel),
    /// There was nothing, or no time.
    Nothing,
    Closed,
}
use Outcome::{Closed, Nothing, Received};

impl From<Result<Parcel, RecvError>> for Outcome {
    fn from(result: Result<Parcel, RecvError>) -> Self {
        result.map_or(Closed, Received)
    }
}

impl From<Result<Parcel, TryRecvError>> for Outcome {
    fn from(result: Result<Parcel, TryRecvError>) -> Self {
        match result {
            Ok(parcel) => Received(parcel),
            Err(TryRecvError::Empty) => Nothing,
            Err(TryRecvError::Closed) => Closed,
        }
    }
}

impl From<Result<Parcel, RecvTimeoutError>> for Outcome {
    fn from(result: Result<Parcel, RecvTimeoutError>) -> Self {
        match result {
            Ok(parcel) => Received(parcel),
            Err(RecvTimeoutError::Timeout) => Nothing,
            Err(RecvTimeoutError::Closed) => Closed,
        }
    }
}

impl Receiving {
    pub(super) fn new(course: Arc<Course>, random: Random, until_closed: bool, senders: usize) -> Self {
        Self { course, random, until_closed, next: vec![0; senders] }
    }

    pub(super) fn run(mut self, mut rx: Receiver<Parcel>) {
        self.course.wait();
        while self.goes_on() {
            let outcome = self.receive(&rx);
            if self.enter(outcome) {
                return;
            }
            rx = match self.random.below(24) {
                0 => rx.clone(),
                1 => rx.into_async().into_sync(),
                2 => rx.to_async().to_sync(),
                3 => rx.downgrade().upgrade().expect("this receiver lives"),
                _ => rx,
            };
        }
    }

    pub(super) async fn run_async(mut self, mut rx: AsyncReceiver<Parcel>, party: Party) {
        self.course.wait_async().await;
        while self.goes_on() {
            let outcome = self.receive_async(&rx, party).await;
            if self.enter(outcome) {
                return;
            }
            rx = match self.random.below(24) {
                0 => rx.clone(),
                1 => rx.into_sync().into_async(),
                2 => rx.to_sync().to_async(),
                3 => rx.downgrade().upgrade().expect("this receiver lives").into_async(),
                _ => rx,
            };
        }
    }

    fn goes_on(&self) -> bool {
        self.until_closed || !self.course.is_over()
    }

    /// True if the queue is closed and empty.
    fn enter(&mut self, outcome: Outcome) -> bool {
        if let Received(parcel) = outcome {
            self.book(parcel);
            return false;
        }
        matches!(outcome, Closed)
    }

    /// Each receiver sees each sender's items in the order in which they were sent.
    fn book(&mut self, parcel: Parcel) {
        let (sender, number) = parcel.id;
        let next = &mut self.next[sender];
        assert!(number >= *next, "{number} of sender {sender} when {next} was due");
        *next = number + 1;
        parcel.received();
    }

    fn receive(&mut self, rx: &Receiver<Parcel>) -> Outcome {
        let limit = Duration::from_micros(self.random.below(100));
        match self.random.below(12) {
            0 => {
                let received = rx.try_recv();
                if received.is_err() {
                    thread::yield_now();
                }
                received.into()
            }
            1 => rx.recv_deadline(Instant::now() + limit).into(),
            2 | 3 => rx.recv_timeout(limit).into(),
            4 => {
                rx.drain().for_each(|parcel| self.book(parcel));
                Nothing
            }
            5 => {
                rx.try_iter().take(3).for_each(|parcel| self.book(parcel));
                Nothing
            }
            6 => rx.iter().next().map_or(Closed, Received),
            _ => rx.recv().into(),
        }
    }

    async fn receive_async(&mut self, rx: &AsyncReceiver<Parcel>, party: Party) -> Outcome {
        match self.random.below(12) {
            0 => {
                let received = rx.try_recv();
                if received.is_err() {
                    yield_now().await;
                }
                received.into()
            }
            1 => {
                rx.drain().for_each(|parcel| self.book(parcel));
                Nothing
            }
            2 => rx.stream().next().await.map_or(Closed, Received),
            3 => {
                let limit = Duration::from_micros(self.random.below(1_500));
                within(limit, party, &mut rx.recv()).await.map_or(Nothing, Into::into)
            }
            4..=6 => {
                let patience = self.random.below(4);
                tokio::select! {
                    biased;
                    received = rx.recv() => received.into(),
                    () = yields(patience) => Nothing,
                }
            }
            7 => {
                // Two receives of one task wait side by side; one of them loses.
                tokio::select! {
                    received = rx.recv() => received.into(),
                    received = rx.recv() => received.into(),
                }
            }
            _ => rx.recv().await.into(),
        }
    }
}
