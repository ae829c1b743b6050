//! One random sequence of calls on both crates must give the same answers.

use std::fmt::Debug;
use std::time::Duration;

use crate::support::{Random, rounds};

/// What a call answered, with the words of neither crate.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    Sent,
    Refused { gone: bool, item: u32 },
    Received(u32),
    Nothing { gone: bool },
    Sizes { len: usize, empty: bool, full: bool, capacity: Option<usize> },
    Items(Vec<u32>),
    Handles { senders: usize, receivers: usize },
}

/// A call, with the number of the handle that makes it.
#[derive(Clone, Copy, Debug)]
enum Call {
    TrySend(usize, u32),
    SendTimeout(usize, u32),
    TryRecv(usize),
    RecvTimeout(usize),
    TryIter(usize, usize),
    SenderSizes(usize),
    ReceiverSizes(usize),
    CloneSender(usize),
    CloneReceiver(usize),
    DropSender(usize),
    DropReceiver(usize),
}

/// A queue of one of the crates, with all its handles.
trait Lane {
    /// `None` if the side that would make the call has no handle left.
    fn call(&mut self, call: Call) -> Option<Answer>;
}

macro_rules! lane {
    ($Name:ident, $channel:ident, $Gone:ident) => {
        struct $Name {
            senders: Vec<$channel::Sender<u32>>,
            receivers: Vec<$channel::Receiver<u32>>,
        }

        impl $Name {
            fn new(capacity: Option<usize>) -> Self {
                let (tx, rx) = match capacity {
                    Some(capacity) => $channel::bounded(capacity),
                    None => $channel::unbounded(),
                };
                Self { senders: vec![tx], receivers: vec![rx] }
            }

            fn sender(&self, n: usize) -> Option<&$channel::Sender<u32>> {
                self.senders.get(n % self.senders.len().max(1))
            }

            fn receiver(&self, n: usize) -> Option<&$channel::Receiver<u32>> {
                self.receivers.get(n % self.receivers.len().max(1))
            }

            fn handles(&self) -> Answer {
                Answer::Handles { senders: self.senders.len(), receivers: self.receivers.len() }
            }
        }

        impl Lane for $Name {
            fn call(&mut self, call: Call) -> Option<Answer> {
                use $channel::{RecvTimeoutError, SendTimeoutError, TryRecvError, TrySendError};
                Some(match call {
                    Call::TrySend(n, item) => match self.sender(n)?.try_send(item) {
                        Ok(()) => Answer::Sent,
                        Err(TrySendError::Full(item)) => Answer::Refused { gone: false, item },
                        Err(TrySendError::$Gone(item)) => Answer::Refused { gone: true, item },
                    },
                    Call::SendTimeout(n, item) => match self.sender(n)?.send_timeout(item, Duration::ZERO) {
                        Ok(()) => Answer::Sent,
                        Err(SendTimeoutError::Timeout(item)) => Answer::Refused { gone: false, item },
                        Err(SendTimeoutError::$Gone(item)) => Answer::Refused { gone: true, item },
                    },
                    Call::TryRecv(n) => match self.receiver(n)?.try_recv() {
                        Ok(item) => Answer::Received(item),
                        Err(TryRecvError::Empty) => Answer::Nothing { gone: false },
                        Err(TryRecvError::$Gone) => Answer::Nothing { gone: true },
                    },
                    Call::RecvTimeout(n) => match self.receiver(n)?.recv_timeout(Duration::ZERO) {
                        Ok(item) => Answer::Received(item),
                        Err(RecvTimeoutError::Timeout) => Answer::Nothing { gone: false },
                        Err(RecvTimeoutError::$Gone) => Answer::Nothing { gone: true },
                    },
                    Call::TryIter(n, most) => Answer::Items(self.receiver(n)?.try_iter().take(most).collect()),
                    Call::SenderSizes(n) => {
                        // The versions of crossbeam differ over what nobody can receive any more.
                        self.receiver(0)?;
                        let tx = self.sender(n)?;
                        Answer::Sizes {
                            len: tx.len(),
                            empty: tx.is_empty(),
                            full: tx.is_full(),
                            capacity: tx.capacity(),
                        }
                    }
                    Call::ReceiverSizes(n) => {
                        let rx = self.receiver(n)?;
                        Answer::Sizes {
                            len: rx.len(),
                            empty: rx.is_empty(),
                            full: rx.is_full(),
                            capacity: rx.capacity(),
                        }
                    }
                    Call::CloneSender(n) => {
                        let copy = self.sender(n)?.clone();
                        self.senders.push(copy);
                        self.handles()
                    }
                    Call::CloneReceiver(n) => {
                        let copy = self.receiver(n)?.clone();
                        self.receivers.push(copy);
                        self.handles()
                    }
                    Call::DropSender(n) => {
                        self.sender(n)?;
                        self.senders.swap_remove(n % self.senders.len());
                        self.handles()
                    }
                    Call::DropReceiver(n) => {
                        self.receiver(n)?;
                        self.receivers.swap_remove(n % self.receivers.len());
                        self.handles()
                    }
                })
            }
        }
    };
}

lane!(Crossbeam, crossbeam_channel, Disconnected);
lane!(Bifrons, bifrons, Closed);

/// Sends and receives are common, what ends a side is rare; `tilt` makes one side the busier.
fn draw(random: &mut Random, tilt: u64, item: u32) -> Call {
    let n = random.below(8) as usize;
    match random.below(100) {
        0..=62 if random.below(4) < tilt => match random.below(12) {
            // Rare, for crossbeam yields before it gives up, and on a busy machine that takes long.
            0 => Call::SendTimeout(n, item),
            _ => Call::TrySend(n, item),
        },
        0..=62 => match random.below(16) {
            0 => Call::RecvTimeout(n),
            1..=3 => Call::TryIter(n, random.below(5) as usize),
            _ => Call::TryRecv(n),
        },
        63..=75 => Call::SenderSizes(n),
        76..=88 => Call::ReceiverSizes(n),
        89..=91 => Call::CloneSender(n),
        92..=94 => Call::CloneReceiver(n),
        95..=97 => Call::DropSender(n),
        _ => Call::DropReceiver(n),
    }
}

fn compare(seed: u64, capacity: Option<usize>, mut one: impl Lane, mut other: impl Lane) {
    let mut random = Random::new(seed);
    let mut log = Vec::new();
    for item in 0..250 {
        // Phases in which the queue fills up take turns with phases in which it runs dry.
        let tilt = if (item / 60) % 2 == 0 { 3 } else { 1 };
        let call = draw(&mut random, tilt, item);
        log.push(call);
        let (expected, got) = (one.call(call), other.call(call));
        assert_eq!(expected, got, "capacity {capacity:?}, seed {seed:#x}, after the calls {log:?}");
    }
}

/// Any sequence of calls that cannot block has the same answers on both crates.
#[test]
fn same_calls_same_answers() {
    let seed = Random::from_chance().draw();
    let mut seeds = Random::new(seed);
    for capacity in [Some(0), Some(1), Some(2), Some(3), Some(128), None] {
        for _ in rounds(150) {
            compare(seeds.draw(), capacity, Crossbeam::new(capacity), Bifrons::new(capacity));
        }
    }
}

/// The comparison itself notices a difference.
#[test]
#[should_panic(expected = "after the calls")]
fn a_difference_is_noticed() {
    compare(1, Some(2), Crossbeam::new(Some(2)), Crossbeam::new(Some(3)));
}
