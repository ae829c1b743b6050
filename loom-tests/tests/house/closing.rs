//! The close against everything that may go on meanwhile.

use bifrons::bounded;
use bifrons_loom_tests::{Bounds, Parcel, block_on, model};
use loom::thread;

/// Does the close reach a thread and a task that wait for items?
///
/// Kills `look.receiver.close`, `close.receivers`.
#[test]
fn close_reaches_receivers() {
    model(Bounds { quick: 2, deep: Some(3), at_least: 200 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        let for_task = rx.to_async();
        let by_thread = thread::spawn(move || assert!(rx.recv().is_err()));
        let closer = thread::spawn(move || {
            assert!(tx.close());
            tx
        });
        assert!(block_on(for_task.recv()).is_err());
        by_thread.join().unwrap();
        drop(closer.join().unwrap());
    });
}

/// Does the close reach a thread and a task that wait for room, and give them their items back?
///
/// Kills `buffer.closed_first`, `look.sender.close`, `close.senders`.
#[test]
fn close_reaches_senders() {
    model(Bounds { quick: 2, deep: Some(3), at_least: 200 }, || {
        let (tx, rx) = bounded(1);
        let for_task = tx.to_async();
        tx.try_send(Parcel::new(0)).unwrap();
        let by_thread = thread::spawn(move || assert_eq!(tx.send(Parcel::new(1)).unwrap_err().into_inner().open(), 1));
        let closer = thread::spawn(move || {
            assert!(rx.close());
            rx
        });
        assert_eq!(block_on(for_task.send(Parcel::new(2))).unwrap_err().into_inner().open(), 2);
        by_thread.join().unwrap();
        let rx = closer.join().unwrap();
        assert_eq!(rx.recv().unwrap().open(), 0, "what was sent before stays");
        assert!(rx.recv().is_err());
    });
}

/// Does the close reach a thread and a task that wait for nothing else, on both halves?
///
/// Kills `look.watcher`, `close.watchers`.
#[test]
fn close_reaches_watchers() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 100 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        let for_task = rx.to_async();
        let by_thread = thread::spawn(move || {
            tx.closed();
            assert!(tx.is_closed());
        });
        let closer = thread::spawn(move || {
            assert!(rx.close());
            rx
        });
        block_on(for_task.closed());
        by_thread.join().unwrap();
        drop(closer.join().unwrap());
    });
}

/// Is an item sent while somebody closes either received or given back?
///
/// Kills `buffer.see_tail`, `buffer.push_after_close`.
#[test]
fn close_against_send() {
    model(Bounds { quick: 2, deep: Some(3), at_least: 100 }, || {
        let (tx, rx) = bounded(1);
        let sender = thread::spawn({
            let tx = tx.clone();
            move || tx.send(Parcel::new(7)).is_ok()
        });
        let closer = thread::spawn(move || {
            assert!(tx.close());
            assert!(tx.send(Parcel::new(8)).is_err(), "it was closed before");
        });
        let received = rx.iter().map(Parcel::open).collect::<Vec<_>>();
        closer.join().unwrap();
        let sent = sender.join().unwrap();
        assert_eq!(received, if sent { vec![7] } else { vec![] });
        assert!(rx.try_recv().is_err(), "after the close, never an item");
    });
}

/// Is the last item received before the close behind it is seen, by a thread that blocks?
///
/// Kills `buffer.close`, `buffer.closed_first`.
#[test]
fn last_item_before_the_close_on_a_thread() {
    model(Bounds { quick: 3, deep: None, at_least: 50 }, || {
        let (tx, rx) = bounded(1);
        let sender = thread::spawn(move || tx.send(Parcel::new(7)).unwrap());
        assert_eq!(rx.recv().unwrap().open(), 7);
        assert!(rx.recv().is_err());
        sender.join().unwrap();
    });
}

/// The same in a task.
///
/// Kills `buffer.closed_first`.
#[test]
fn last_item_before_the_close_in_a_task() {
    model(Bounds { quick: 3, deep: None, at_least: 50 }, || {
        let (tx, rx) = bounded(1);
        let rx = rx.into_async();
        let sender = thread::spawn(move || tx.send(Parcel::new(7)).unwrap());
        assert_eq!(block_on(rx.recv()).unwrap().open(), 7);
        assert!(block_on(rx.recv()).is_err());
        sender.join().unwrap();
    });
}

/// The same for one that only tries: is it told *closed* only when nothing is left?
///
/// Kills `buffer.closed_first`.
#[test]
fn last_item_before_the_close_for_one_who_tries() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        let (tx, rx) = bounded(1);
        let sender = thread::spawn(move || tx.send(Parcel::new(7)).unwrap());
        let mut received = 0;
        loop {
            match rx.try_recv() {
                Ok(parcel) => received += parcel.open(),
                Err(refused) if refused.is_closed() => break,
                Err(_) => thread::yield_now(),
            }
        }
        assert_eq!(received, 7);
        sender.join().unwrap();
    });
}
