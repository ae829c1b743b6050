//! Family D: user code that the queue runs may call the queue.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Waker;

use bifrons::{AsyncSender, Receiver, Sender, WeakReceiver, WeakSender};

use super::harness::{ALL, Case, Face, Rx, TIGHT, Tx, Waiting, each};
use crate::support::{Hooks, hooked_waker, is_pending, must_be_pending, must_be_ready, poll_with, wait_until};

/// The value with which a queue is seen to work.
const PROBE: u64 = 7;

/// Shows that the queue still passes values from this end to the other.
pub(super) fn works(tx: &Tx<u64>, rx: &Rx<u64>) {
    let send = tx.start_send(PROBE).in_background();
    while rx.recv().unwrap() != PROBE {}
    assert_eq!(send.join().unwrap(), Ok(()));
}

/// Calls the queue in many ways, none of which waits.
fn meddle(tx: &WeakSender<u64>, rx: &WeakReceiver<u64>) {
    thread_local! {
        static INSIDE: Cell<bool> = const { Cell::new(false) };
    }
    // What it does may wake others that meddle; once is enough.
    if INSIDE.replace(true) {
        return;
    }
    if let Some(tx) = tx.upgrade() {
        let tx = tx.to_async();
        let _ = tx.try_send(900);
        let _ = is_pending(&mut tx.send(901));
        let _ = is_pending(&mut tx.closed());
        assert!(tx.sender_count() >= 2 || tx.is_closed());
    }
    if let Some(rx) = rx.upgrade() {
        let rx = rx.to_async();
        let _ = rx.try_recv();
        let _ = is_pending(&mut rx.recv());
        let _ = (rx.len(), rx.is_full());
    }
    INSIDE.set(false);
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Wake,
    Clone,
    Drop,
}

/// A queue, and a waker that meddles with it in one of its steps.
struct Meddled {
    tx: Tx<u64>,
    rx: Rx<u64>,
    waker: Waker,
}

impl Meddled {
    fn new(case: Case, step: Step, runs: &Arc<AtomicUsize>) -> Self {
        let (tx, rx) = case.queue();
        let (weak_tx, weak_rx, runs) = (tx.downgrade(), rx.downgrade(), Arc::clone(runs));
        let hook = Box::new(move || {
            runs.fetch_add(1, Ordering::Relaxed);
            meddle(&weak_tx, &weak_rx);
        });
        let waker = hooked_waker(match step {
            Step::Wake => Hooks { wake: hook, ..Hooks::default() },
            Step::Clone => Hooks { clone: hook, ..Hooks::default() },
            Step::Drop => Hooks { drop: hook, ..Hooks::default() },
        });
        Self { tx, rx, waker }
    }

    /// As `new`, without room.
    fn full(case: Case, step: Step, runs: &Arc<AtomicUsize>) -> Self {
        let meddled = Self::new(case, step, runs);
        meddled.fill();
        meddled
    }

    fn fill(&self) {
        while self.tx.try_send(0).is_ok() {}
    }
}

fn each_step(capacities: &[Option<usize>], scenario: impl Fn(Case, Step, &Arc<AtomicUsize>)) {
    for step in [Step::Wake, Step::Clone, Step::Drop] {
        let runs = Arc::new(AtomicUsize::new(0));
        each(capacities, |case| {
            println!("{step:?}");
            scenario(case, step, &runs);
        });
        assert!(runs.load(Ordering::Relaxed) > 0, "{step:?} of the waker was never reached");
    }
}

/// The waker of a waiting receiver calls the queue: on a value, a replacement, a close, the end.
#[test]
fn d39_waker_of_a_receiver_calls_the_queue() {
    each_step(&ALL, |case, step, runs| {
        // A value.
        let Meddled { tx, rx, waker } = Meddled::new(case, step, runs);
        let async_rx = rx.to_async();
        let mut receive = async_rx.recv();
        let _ = poll_with(&mut receive, &waker);
        let send = tx.start_send(1).in_background();
        drop(receive);
        wait_until(|| {
            let _ = rx.try_recv();
            send.is_finished()
        });
        works(&tx, &rx);

        // A replacement, there and back, then cancellation.
        let mut receive = async_rx.recv();
        while rx.try_recv().is_ok() {}
        if poll_with(&mut receive, &waker).is_pending() {
            let _ = is_pending(&mut receive);
        }
        drop(receive);
        works(&tx, &rx);

        // A close, and a value that nobody awaits any more.
        let Meddled { tx, rx, waker } = Meddled::new(case, step, runs);
        let async_rx = rx.to_async();
        let (mut receive, mut closed) = (async_rx.recv(), async_rx.closed());
        let _ = poll_with(&mut receive, &waker);
        let _ = poll_with(&mut closed, &waker);
        assert!(tx.close());
        drop((receive, closed));
        assert!(rx.close() || async_rx.is_closed());

        // The last sender goes.
        let Meddled { tx, rx, waker } = Meddled::new(case, step, runs);
        let async_rx = rx.to_async();
        let mut receive = async_rx.recv();
        let _ = poll_with(&mut receive, &waker);
        drop(tx);
        drop(receive);
        assert!(async_rx.is_closed());
    });
}

/// The mirror for the waker of a waiting sender.
#[test]
fn d39_waker_of_a_sender_calls_the_queue() {
    each_step(&TIGHT, |case, step, runs| {
        // Room.
        let Meddled { tx, rx, waker } = Meddled::full(case, step, runs);
        let async_tx = tx.to_async();
        let mut send = async_tx.send(1);
        let _ = poll_with(&mut send, &waker);
        let _ = rx.try_recv();
        drop(send);
        works(&tx, &rx);

        // A replacement, then cancellation.
        while tx.try_send(0).is_ok() {}
        let mut send = async_tx.send(1);
        if poll_with(&mut send, &waker).is_pending() {
            let _ = is_pending(&mut send);
        }
        drop(send);
        works(&tx, &rx);

        // A close.
        let Meddled { tx, rx, waker } = Meddled::full(case, step, runs);
        let async_tx = tx.to_async();
        let mut send = async_tx.send(1);
        let _ = poll_with(&mut send, &waker);
        assert!(rx.close());
        drop(send);
        assert!(async_tx.is_closed());

        // The last receiver goes.
        let Meddled { tx, rx, waker } = Meddled::full(case, step, runs);
        let async_tx = tx.to_async();
        let mut send = async_tx.send(1);
        let _ = poll_with(&mut send, &waker);
        drop(rx);
        drop(send);
        assert!(async_tx.is_closed());
    });
}

/// A value that carries a handle of the queue it travels through.
enum Parcel {
    Sender(AsyncSender<Parcel>),
    Receiver(Receiver<Parcel>),
    Nothing,
}

/// Values that own a sender of their own queue are dropped with it, without a deadlock or a leak.
#[test]
fn d42_value_owns_a_sender() {
    each(&ALL, |case| {
        let (tx, rx) = case.queue();
        let own = || Parcel::Sender(tx.to_async());
        let mut waiting = Vec::new();
        for _ in 0..5 {
            match tx.try_send(own()) {
                Ok(()) => (),
                Err(error) => waiting.push(tx.start_send(error.into_inner())),
            }
        }
        let weak = tx.downgrade();
        drop(tx);
        drop(rx);
        for send in waiting {
            let back = send.finish().unwrap_err().into_inner();
            let Parcel::Sender(inside) = back else { panic!("the value that was sent") };
            assert!(inside.is_closed());
        }
        assert!(weak.upgrade().is_none(), "every handle inside is gone");
    });
}

/// A value that owns the last receiver of its own queue keeps it open until it is received.
#[test]
fn d42_value_owns_the_receiver() {
    each(&ALL[1..], |case| {
        let (tx, rx) = case.queue();
        let weak = rx.downgrade();
        let Rx::Blocking(inside) = rx.turned(Face::Blocking) else { panic!() };
        tx.send(Parcel::Receiver(inside)).unwrap();
        let receiver = weak.upgrade().expect("it is in the queue");
        let Ok(Parcel::Receiver(inside)) = receiver.recv() else { panic!("the value sent") };
        tx.send(Parcel::Nothing).unwrap();
        drop(receiver);
        assert!(matches!(inside.recv(), Ok(Parcel::Nothing)));
        drop(inside);
        assert!(tx.send(Parcel::Nothing).is_err());
        assert!(weak.upgrade().is_none());
    });
}

/// A value whose drop calls the queue it was in.
struct Caller {
    tx: WeakSender<Caller>,
    rx: WeakReceiver<Caller>,
    drops: Arc<AtomicUsize>,
}

impl Drop for Caller {
    fn drop(&mut self) {
        self.drops.fetch_add(1, Ordering::Relaxed);
        let (tx, rx) = (self.tx.upgrade(), self.rx.upgrade());
        if let Some(tx) = tx {
            let _ = (tx.len(), tx.is_full(), tx.is_closed(), tx.receiver_count());
            drop(tx.into_async());
        }
        if let Some(rx) = rx {
            // Drops one more inside this drop.
            drop(rx.try_recv());
            let _ = is_pending(&mut rx.to_async().closed());
        }
    }
}

/// A value's drop may call the queue, wherever it is that the queue drops it.
#[test]
fn d42_drop_of_a_value_calls_the_queue() {
    each(&ALL, |case| {
        let drops = Arc::new(AtomicUsize::new(0));
        let made = AtomicUsize::new(0);
        let (tx, rx) = case.queue();
        let (weak_tx, weak_rx) = (tx.downgrade(), rx.downgrade());
        let make = || {
            made.fetch_add(1, Ordering::Relaxed);
            Caller { tx: weak_tx.clone(), rx: weak_rx.clone(), drops: Arc::clone(&drops) }
        };
        let fill = || (0..5).for_each(|_| drop(tx.try_send(make())));
        // Received and refused ones.
        fill();
        drop(rx.try_recv());
        // A waiting send that is cancelled.
        fill();
        let async_tx = tx.to_async();
        let mut send = async_tx.send(make());
        let _ = is_pending(&mut send);
        drop(send);
        // What is left in an iterator.
        fill();
        let mut drain = rx.to_async().drain();
        drop(drain.next());
        drop(drain);
        // An orphan of the rendezvous.
        let receive = rx.clone().turned(Face::Awaiting).start_recv();
        drop(tx.try_send(make()));
        drop(receive);
        // What the last receiver leaves, and what a waiting sender gets back.
        fill();
        let waiting: Vec<Waiting<_>> = (0..2).map(|_| tx.start_send(make())).collect();
        drop(rx);
        waiting.into_iter().for_each(|send| drop(send.finish()));
        drop((async_tx, tx));
        assert_eq!(drops.load(Ordering::Relaxed), made.load(Ordering::Relaxed));
    });
}

/// The last handles of both ends may go inside the queue's own calls of user code.
#[test]
fn d42_last_handles_go_inside_a_wake() {
    each(&ALL, |case| {
        let (tx, rx) = case.queue::<u64>();
        let async_rx = rx.to_async();
        let (Tx::Blocking(last), from) = (tx.clone().turned(Face::Blocking), tx) else { panic!() };
        let slot: Mutex<Option<Sender<u64>>> = Mutex::new(Some(last));
        let waker =
            hooked_waker(Hooks { wake: Box::new(move || drop(slot.lock().unwrap().take())), ..Hooks::default() });
        let mut receive = async_rx.recv();
        must_be_pending(&mut receive, &waker);
        let send = from.start_send(1);
        drop(from);
        assert_eq!(must_be_ready(&mut receive), Ok(1));
        assert_eq!(send.finish(), Ok(()));
        assert!(rx.recv().is_err());
    });
}
