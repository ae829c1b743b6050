//! Family E, continued: nobody waits for one who stands still in the middle of a call.

use std::sync::{Arc, Condvar, Mutex};
use std::task::Waker;
use std::thread;

use super::harness::{ALL, Face, TIGHT, each};
use super::locks::works;
use crate::support::{Hooks, hooked_waker, is_pending, must_be_ready, poll_with};

/// Where a call of the queue stands still: inside the waker's code, until it is let go.
#[derive(Clone, Default)]
struct Stall(Arc<(Mutex<State>, Condvar)>);

#[derive(Default, PartialEq)]
enum State {
    #[default]
    Ahead,
    Inside,
    Open,
}

impl Stall {
    fn set(&self, state: State) {
        *self.0.0.lock().unwrap() = state;
        self.0.1.notify_all();
    }

    fn wait_until(&self, state: State) {
        drop(self.0.1.wait_while(self.0.0.lock().unwrap(), |now| *now != state).unwrap());
    }

    /// The hook: tells that somebody is inside, and keeps him.
    fn hook(&self) -> Box<dyn Fn() + Send + Sync> {
        let stall = self.clone();
        Box::new(move || {
            if *stall.0.0.lock().unwrap() == State::Ahead {
                stall.set(State::Inside);
            }
            stall.wait_until(State::Open);
        })
    }

    fn when_woken(&self) -> Waker {
        hooked_waker(Hooks { wake: self.hook(), ..Hooks::default() })
    }

    fn when_cloned(&self) -> Waker {
        hooked_waker(Hooks { clone: self.hook(), ..Hooks::default() })
    }
}

/// A sender stands still while it wakes a receiver: its value can be had, and all goes on.
#[test]
fn e45_sender_stands_still() {
    each(&ALL, |case| {
        let (tx, rx) = case.queue();
        let stall = Stall::default();
        let async_rx = rx.to_async();
        let mut receive = async_rx.recv();
        assert!(poll_with(&mut receive, &stall.when_woken()).is_pending());
        thread::scope(|scope| {
            let sender = scope.spawn(|| tx.try_send(1));
            stall.wait_until(State::Inside);
            assert_eq!(rx.try_recv(), Ok(1));
            // The receiver was called for nothing; polling it must not wait for its caller.
            assert!(is_pending(&mut receive));
            drop(receive);
            works(&tx, &rx);
            stall.set(State::Open);
            assert_eq!(sender.join().unwrap(), Ok(()));
        });
    });
}

/// A receiver stands still while it wakes a sender: the room can be used, and all goes on.
#[test]
fn e48_receiver_stands_still() {
    each(&TIGHT, |case| {
        let (tx, rx, full) = case.full_queue();
        let stall = Stall::default();
        let async_tx = tx.to_async();
        let mut send = async_tx.send(full);
        assert!(poll_with(&mut send, &stall.when_woken()).is_pending());
        thread::scope(|scope| {
            let receiver = scope.spawn(|| rx.try_recv());
            stall.wait_until(State::Inside);
            assert_eq!(must_be_ready(&mut send), Ok(()));
            works(&tx, &rx);
            stall.set(State::Open);
            assert_eq!(receiver.join().unwrap(), Ok(0));
        });
    });
}

/// A task stands still in the middle of its poll, about to wait: nobody notices.
#[test]
fn e48_poll_stands_still() {
    each(&ALL, |case| {
        let (tx, rx) = case.queue();
        let stall = Stall::default();
        let async_rx = rx.clone().turned(Face::Awaiting).to_async();
        thread::scope(|scope| {
            let receiver = scope.spawn(|| {
                let mut receive = async_rx.recv();
                let _ = poll_with(&mut receive, &stall.when_cloned());
            });
            stall.wait_until(State::Inside);
            works(&tx, &rx);
            assert!(tx.len() == 0 && rx.is_empty());
            stall.set(State::Open);
            receiver.join().unwrap();
            works(&tx, &rx);
        });
    });
}

/// One who stands still does not keep a close from reaching everyone.
#[test]
fn e48_close_passes_by() {
    each(&ALL, |case| {
        let (tx, rx) = case.queue::<u64>();
        let stall = Stall::default();
        let async_rx = rx.to_async();
        let mut receive = async_rx.recv();
        assert!(poll_with(&mut receive, &stall.when_woken()).is_pending());
        let other = rx.start_recv().in_background();
        thread::scope(|scope| {
            let first = scope.spawn(|| tx.try_send(1));
            stall.wait_until(State::Inside);
            assert!(tx.close());
            let _ = (other.join().unwrap(), must_be_ready(&mut receive));
            assert!(tx.send(2).is_err() && rx.recv().is_err());
            stall.set(State::Open);
            first.join().unwrap().unwrap();
        });
    });
}
