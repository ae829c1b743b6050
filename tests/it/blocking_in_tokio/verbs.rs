//! The calls that wait, and what they wait for.

use std::fmt::Debug;
use std::thread;
use std::time::{Duration, Instant};

use bifrons::{Receiver, Sender};

/// A call that waits.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Verb {
    Recv,
    RecvTimeout,
    RecvDeadline,
    Iter,
    Send,
    SendTimeout,
    SendDeadline,
    SenderClosed,
    ReceiverClosed,
}

pub(crate) const VERBS: [Verb; 9] = [
    Verb::Recv,
    Verb::RecvTimeout,
    Verb::RecvDeadline,
    Verb::Iter,
    Verb::Send,
    Verb::SendTimeout,
    Verb::SendDeadline,
    Verb::SenderClosed,
    Verb::ReceiverClosed,
];

/// Longer than the watchdog's patience.
pub(crate) const LONG: Duration = Duration::from_secs(300);

impl Verb {
    pub(crate) fn is_a_send(self) -> bool {
        matches!(self, Verb::Send | Verb::SendTimeout | Verb::SendDeadline)
    }

    /// Fills what has room, so that a send has to wait; what was filled in.
    pub(crate) fn prepare(self, tx: &Sender<u32>) -> usize {
        let room = if self.is_a_send() { tx.capacity().unwrap() } else { 0 };
        (0..room).for_each(|_| tx.try_send(0).unwrap());
        room
    }

    /// Makes the call, which is served in time.
    pub(crate) fn call(self, tx: &Sender<u32>, rx: &Receiver<u32>) {
        match self {
            Verb::Recv => assert_eq!(rx.recv(), Ok(1)),
            Verb::RecvTimeout => assert_eq!(rx.recv_timeout(LONG), Ok(1)),
            Verb::RecvDeadline => assert_eq!(rx.recv_deadline(Instant::now() + LONG), Ok(1)),
            Verb::Iter => assert_eq!(rx.iter().next(), Some(1)),
            Verb::Send => tx.send(1).unwrap(),
            Verb::SendTimeout => tx.send_timeout(1, LONG).unwrap(),
            Verb::SendDeadline => tx.send_deadline(1, Instant::now() + LONG).unwrap(),
            Verb::SenderClosed => tx.closed(),
            Verb::ReceiverClosed => rx.closed(),
        }
    }

    /// What the call waits for, after `filled` items.
    pub(crate) fn serve(self, filled: usize, tx: &Sender<u32>, rx: &Receiver<u32>) {
        match self {
            Verb::Recv | Verb::RecvTimeout | Verb::RecvDeadline | Verb::Iter => tx.send(1).unwrap(),
            Verb::Send | Verb::SendTimeout | Verb::SendDeadline => {
                let expected = vec![0; filled].into_iter().chain([1]);
                assert!(rx.iter().take(filled + 1).eq(expected));
            }
            Verb::SenderClosed | Verb::ReceiverClosed => assert!(tx.close()),
        }
    }
}

/// Whether a sender or a receiver waits in the queue of this handle.
pub(crate) fn somebody_waits(handle: &dyn Debug) -> bool {
    let shown = format!("{handle:?}");
    !(shown.contains("waiting_senders: 0,") && shown.contains("waiting_receivers: 0,"))
}

/// Returns when a sender or a receiver waits.
pub(crate) fn until_somebody_waits(handle: &dyn Debug) {
    while !somebody_waits(handle) {
        thread::sleep(Duration::from_micros(100));
    }
}
