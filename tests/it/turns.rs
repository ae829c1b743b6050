//! Who is woken first of several tasks that are called at once: whoever was called first is to run first.

use std::sync::{Arc, Mutex};
use std::task::{Wake, Waker};
use std::thread;

use crate::support::poll_with;

/// Which of two tasks that it woke one after the other an executor polls first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Runs {
    FirstFirst,
    LastFirst,
}

impl Runs {
    /// In which order it polls those that were woken in this one: what was woken last it runs next, or after all others.
    fn in_turn(self, woken: &[&'static str]) -> Vec<&'static str> {
        let mut polled = woken.to_vec();
        if self == Self::LastFirst {
            polled.rotate_right(1);
        }
        polled
    }
}

/// More than anybody has to watch.
const LONG: usize = 50;

/// A task that is woken: writes its name down.
struct Named(&'static str, Arc<Mutex<Vec<&'static str>>>);

impl Wake for Named {
    fn wake(self: Arc<Self>) {
        self.1.lock().unwrap().push(self.0);
    }
}

/// Has several tasks called at once, on a thread of such an executor, and polls them as that does; in which order they were woken.
type Scene = fn(Runs) -> Vec<&'static str>;

/// One takes an item, and with that calls a sender, whose item has moved in, before a receiver.
fn sender_and_receiver(runs: Runs) -> Vec<&'static str> {
    let (tx, rx) = bifrons::bounded(1);
    let (tx, rx) = (tx.into_async(), rx.into_async());
    let log = Arc::default();
    let named = |name| Waker::from(Arc::new(Named(name, Arc::clone(&log))));
    let (sender, receiver) = (named("sender"), named("receiver"));
    let (mut called_before, mut recv) = (rx.recv(), rx.recv());
    assert!(poll_with(&mut called_before, Waker::noop()).is_pending());
    assert!(poll_with(&mut recv, &receiver).is_pending());
    tx.try_send(0).unwrap();
    let mut send = tx.send(1);
    assert!(poll_with(&mut send, &sender).is_pending());
    assert_eq!(rx.try_recv(), Ok(0));

    let woken = std::mem::take(&mut *log.lock().unwrap());
    for name in runs.in_turn(&woken) {
        match name {
            "sender" => assert!(poll_with(&mut send, &sender).is_ready()),
            "receiver" => assert!(poll_with(&mut recv, &receiver).is_ready()),
            other => panic!("nobody is called {other}"),
        }
    }
    woken
}

/// One batch calls three receivers.
fn three_receivers(runs: Runs) -> Vec<&'static str> {
    const NAMES: [&str; 3] = ["first", "second", "third"];
    let (tx, rx) = bifrons::bounded(3);
    let (tx, rx) = (tx.into_async(), rx.into_async());
    let log = Arc::default();
    let wakers = NAMES.map(|name| Waker::from(Arc::new(Named(name, Arc::clone(&log)))));
    let mut recvs = NAMES.map(|_| rx.recv());
    for (recv, waker) in recvs.iter_mut().zip(&wakers) {
        assert!(poll_with(recv, waker).is_pending());
    }
    assert!(poll_with(&mut tx.send_many(&mut [1, 2, 3].into()), Waker::noop()).is_ready());

    let woken = std::mem::take(&mut *log.lock().unwrap());
    for name in runs.in_turn(&woken) {
        let who = NAMES.iter().position(|&known| known == name).unwrap();
        assert!(poll_with(&mut recvs[who], &wakers[who]).is_ready());
    }
    woken
}

/// Plays it `LONG` times for each part, on a new thread, which after the first few times of a part knows whom it runs first: then
/// they were woken in that order.
fn must_be_woken(scene: Scene, parts: &'static [(Runs, &'static [&'static str])]) {
    let play = move || {
        for &(runs, order) in parts {
            for _ in 0..LONG {
                scene(runs);
            }
            for _ in 0..LONG {
                assert_eq!(scene(runs), order, "{runs:?}");
            }
        }
    };
    thread::spawn(play).join().unwrap();
}

#[test]
#[cfg_attr(all(chaos, feature = "chaos"), ignore = "who finds the other door shut moves nothing in")]
fn a_sender_whose_item_has_moved_in_runs_before_the_receiver() {
    const PARTS: &[(Runs, &[&str])] = &[
        (Runs::FirstFirst, &["sender", "receiver"]),
        (Runs::LastFirst, &["receiver", "sender"]),
        (Runs::FirstFirst, &["sender", "receiver"]),
    ];
    must_be_woken(sender_and_receiver, PARTS);
    must_be_woken(sender_and_receiver, &PARTS[1..]);
}

#[test]
fn receivers_of_a_batch_run_in_the_order_of_the_line() {
    const PARTS: &[(Runs, &[&str])] = &[
        (Runs::FirstFirst, &["first", "second", "third"]),
        (Runs::LastFirst, &["second", "third", "first"]),
        (Runs::FirstFirst, &["first", "second", "third"]),
    ];
    must_be_woken(three_receivers, PARTS);
    must_be_woken(three_receivers, &PARTS[1..]);
}

/// What one thread has seen is nothing to another, and one exception makes no rule.
#[test]
#[cfg_attr(all(chaos, feature = "chaos"), ignore = "who finds the other door shut moves nothing in")]
fn an_exception_makes_no_rule() {
    let play = || {
        for _ in 0..LONG {
            sender_and_receiver(Runs::LastFirst);
        }
        sender_and_receiver(Runs::FirstFirst);
        assert_eq!(sender_and_receiver(Runs::LastFirst), ["receiver", "sender"]);
        let elsewhere = || assert_eq!(sender_and_receiver(Runs::FirstFirst), ["sender", "receiver"]);
        thread::spawn(elsewhere).join().unwrap();
    };
    thread::spawn(play).join().unwrap();
}
