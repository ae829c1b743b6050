//! Waits with a limit, which may be late at any moment.

use bifrons::bounded;
use bifrons_loom_tests::{Bounds, Parcel, model};
use loom::thread;
use std::time::{Duration, Instant};

const A_WHILE: Duration = Duration::from_secs(1);

/// Is an item either received in time or still there?
///
/// Kills `leave.thread`.
#[test]
fn recv_is_late_or_called() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 50 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        let sender = thread::spawn(move || {
            (0..2).for_each(|id| tx.send(Parcel::new(id)).unwrap());
            tx
        });
        let first = match rx.recv_timeout(A_WHILE) {
            Ok(parcel) => parcel,
            Err(late) => {
                assert!(late.is_timeout());
                rx.recv().unwrap()
            }
        };
        assert_eq!(first.open(), 0);
        assert_eq!(rx.recv().unwrap().open(), 1);
        drop(sender.join().unwrap());
    });
}

/// Is an item either received, or given back with the word that it was not sent?
///
/// Kills `leave.thread`.
#[test]
fn send_is_late_or_called() {
    model(Bounds { quick: 3, deep: None, at_least: 50 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        tx.try_send(Parcel::new(0)).unwrap();
        let receiver = thread::spawn(move || {
            assert_eq!(rx.recv().unwrap().open(), 0);
            rx
        });
        let sent = match tx.send_timeout(Parcel::new(1), A_WHILE) {
            Ok(()) => true,
            Err(late) => {
                assert!(late.is_timeout());
                assert_eq!(late.into_inner().open(), 1);
                false
            }
        };
        let rx = receiver.join().unwrap();
        assert_eq!(rx.try_recv().map(Parcel::open).ok(), sent.then_some(1));
    });
}

/// A receiver where one meets is late as a sender gives it an item: does it take that, and else the next one?
///
/// Kills `gift.leave`.
#[test]
fn recv_is_late_or_given() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(0);
        let sender = thread::spawn(move || {
            tx.send(Parcel::new(7)).unwrap();
            tx
        });
        let parcel = rx.recv_timeout(A_WHILE).unwrap_or_else(|late| {
            assert!(late.is_timeout());
            rx.recv().unwrap()
        });
        assert_eq!(parcel.open(), 7);
        drop(sender.join().unwrap());
    });
}

/// A deadline comes with the close: is the outcome one of the two, and the item given back in both?
///
/// Kills `line.forgotten`.
#[test]
fn send_is_late_or_closed() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        let deadline = Instant::now();
        tx.try_send(Parcel::new(0)).unwrap();
        let closer = thread::spawn(move || drop(rx));
        let refused = tx.send_deadline(Parcel::new(1), deadline).unwrap_err();
        assert!(refused.is_timeout() || refused.is_closed());
        assert_eq!(refused.into_inner().open(), 1);
        closer.join().unwrap();
        assert!(tx.send_timeout(Parcel::new(2), Duration::ZERO).unwrap_err().is_closed());
    });
}

/// Two wait, one of them with a limit, and one item comes: does it reach whoever still waits?
///
/// Kills `pass.late`, `leave.thread`.
#[test]
fn recv_is_late_and_another_waits() {
    model(Bounds { quick: 2, deep: Some(3), at_least: 500 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        let other = rx.clone();
        let patient = thread::spawn(move || other.recv().unwrap().open());
        let sender = thread::spawn({
            let tx = tx.clone();
            move || tx.send(Parcel::new(7)).unwrap()
        });
        if let Ok(parcel) = rx.recv_timeout(A_WHILE) {
            tx.send(parcel).unwrap();
        }
        assert_eq!(patient.join().unwrap(), 7);
        sender.join().unwrap();
    });
}
