//! The calls that wait, and what they wait for.

use std::collections::VecDeque;
use std::thread;
use std::time::{Duration, Instant};

use bifrons::{Receiver, Select, Sender, Stats};

use crate::support::settle;

/// A call that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Recv,
    RecvTimeout,
    RecvDeadline,
    Iter,
    RecvMany,
    RecvTask,
    SelectRecv,
    ReadyRecv,
    Send,
    SendTimeout,
    SendDeadline,
    SendMany,
    SelectSend,
    Reserve,
    Join,
    JoinTimeout,
    SenderClosed,
    ReceiverClosed,
}

use Verb::{
    Iter, Join, JoinTimeout, ReadyRecv, ReceiverClosed, Recv, RecvDeadline, RecvMany, RecvTask, RecvTimeout, Reserve,
    SelectRecv, SelectSend, SendDeadline, SendMany, SendTimeout, SenderClosed,
};

pub(crate) const VERBS: [Verb; 18] = [
    Recv,
    RecvTimeout,
    RecvDeadline,
    Iter,
    RecvMany,
    RecvTask,
    SelectRecv,
    ReadyRecv,
    Verb::Send,
    SendTimeout,
    SendDeadline,
    SendMany,
    SelectSend,
    Reserve,
    Join,
    JoinTimeout,
    SenderClosed,
    ReceiverClosed,
];

/// Longer than the watchdog's patience.
pub(crate) const LONG: Duration = Duration::from_secs(300);

impl Verb {
    fn wants_room(self) -> bool {
        matches!(self, Verb::Send | SendTimeout | SendDeadline | SendMany | SelectSend | Reserve)
    }

    fn wants_the_work_done(self) -> bool {
        matches!(self, Join | JoinTimeout)
    }

    /// Whether there is something to wait for in a queue of this capacity.
    pub(crate) fn may_wait(self, capacity: Option<usize>) -> bool {
        match capacity {
            Some(0) => self != Reserve && !self.wants_the_work_done(),
            Some(_) => true,
            None => !self.wants_room(),
        }
    }

    /// Puts in what the call has to wait behind; how many items.
    pub(crate) fn prepare(self, tx: &Sender<u32>) -> usize {
        let count = match tx.capacity() {
            Some(capacity) if self.wants_room() => capacity,
            _ => usize::from(self.wants_the_work_done()),
        };
        (0..count).for_each(|_| tx.try_send(0).unwrap());
        count
    }

    /// Makes the call, which is served in time.
    pub(crate) fn call(self, tx: &Sender<u32>, rx: &Receiver<u32>) {
        let mut select = Select::new();
        match self {
            Recv => assert_eq!(rx.recv(), Ok(1)),
            RecvTimeout => assert_eq!(rx.recv_timeout(LONG), Ok(1)),
            RecvDeadline => assert_eq!(rx.recv_deadline(Instant::now() + LONG), Ok(1)),
            Iter => assert_eq!(rx.iter().next(), Some(1)),
            RecvMany => assert_eq!(rx.recv_many(&mut Vec::new(), 2), Ok(1)),
            RecvTask => assert_eq!(*rx.recv_task().unwrap(), 1),
            SelectRecv => {
                select.recv(rx);
                assert_eq!(select.select().recv(rx), Ok(1));
            }
            ReadyRecv => {
                select.recv(rx);
                assert_eq!(select.ready(), 0);
                assert_eq!(rx.recv(), Ok(1));
            }
            Verb::Send => tx.send(1).unwrap(),
            SendTimeout => tx.send_timeout(1, LONG).unwrap(),
            SendDeadline => tx.send_deadline(1, Instant::now() + LONG).unwrap(),
            SendMany => assert_eq!(tx.send_many(&mut VecDeque::from([1])), Ok(1)),
            SelectSend => {
                select.send(tx);
                select.select().send(tx, 1).unwrap();
            }
            Reserve => tx.reserve().unwrap().send(1).unwrap(),
            Join => tx.join(),
            JoinTimeout => tx.join_timeout(LONG).unwrap(),
            SenderClosed => tx.closed(),
            ReceiverClosed => rx.closed(),
        }
    }

    /// Waits until the call does, as far as the queue tells.
    pub(crate) fn until_it_waits(self, tx: &Sender<u32>) {
        match self {
            Join | JoinTimeout | SenderClosed | ReceiverClosed => settle(),
            _ => until_somebody_waits(|| tx.stats()),
        }
    }

    /// Does what the call waits for, after `count` items.
    pub(crate) fn serve(self, count: usize, tx: &Sender<u32>, rx: &Receiver<u32>) {
        match self {
            SenderClosed | ReceiverClosed => assert!(tx.close()),
            _ if self.wants_room() => assert!(rx.iter().take(count + 1).eq(vec![0; count].into_iter().chain([1]))),
            _ if self.wants_the_work_done() => assert_eq!(rx.recv(), Ok(0)),
            _ => tx.send(1).unwrap(),
        }
    }
}

/// Whether a sender or a receiver waits.
pub(crate) fn somebody_waits(stats: &Stats) -> bool {
    stats.waiting_senders + stats.waiting_receivers > 0
}

/// Returns when a sender or a receiver waits.
pub(crate) fn until_somebody_waits(stats: impl Fn() -> Stats) {
    while !somebody_waits(&stats()) {
        thread::sleep(Duration::from_micros(100));
    }
}
