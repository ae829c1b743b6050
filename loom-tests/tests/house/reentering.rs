//! User code that comes back: wakers and drops that call the queue which called them.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::task::Waker;

use bifrons::{Receiver, Sender, WeakReceiver, WeakSender, bounded};
use bifrons_loom_tests::{Bounds, Parcel, calling, model, poll_once};
use loom::thread;

/// An item whose drop goes through both doors of the queue it came from.
struct Revenant {
    _parcel: Parcel,
    home: Option<(WeakSender<Revenant>, WeakReceiver<Revenant>)>,
}

impl Drop for Revenant {
    fn drop(&mut self) {
        let Some((tx, rx)) = self.home.take() else { return };
        if let Some(rx) = rx.upgrade() {
            drop(rx.try_recv());
        }
        if let Some(tx) = tx.upgrade() {
            drop(tx.try_send(Revenant { _parcel: Parcel::new(99), home: None }));
            // What a handle prints is looked up behind both doors.
            drop(format!("{tx:?}"));
        }
    }
}

/// Does an item whose drop goes through both doors find them open when its send is dropped?
///
/// Kills `door.drop`.
#[test]
fn cancelled_item_comes_back() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 50 }, || {
        let (tx, rx) = bounded(1);
        let tx = tx.into_async();
        let revenant = |id| Revenant { _parcel: Parcel::new(id), home: Some((tx.downgrade(), rx.downgrade())) };
        let waker = calling(|| ());
        tx.try_send(revenant(0)).ok().unwrap();
        let mut send = tx.send(revenant(1));
        assert!(poll_once(&mut send, &waker).is_pending());
        let receiver = thread::spawn({
            let rx = rx.clone();
            move || drop(rx.try_recv())
        });
        drop(send);
        receiver.join().unwrap();
    });
}

/// Does an item whose drop goes through both doors find them open when it goes with the last receiver?
///
/// Kills `door.discard`.
#[test]
fn discarded_item_comes_back() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        let (tx, rx) = bounded(2);
        let revenant = |id| Revenant { _parcel: Parcel::new(id), home: Some((tx.downgrade(), rx.downgrade())) };
        tx.try_send(revenant(0)).ok().unwrap();
        let late = revenant(1);
        let sender = thread::spawn(move || {
            drop(tx.try_send(late));
            tx
        });
        drop(rx);
        let tx = sender.join().unwrap();
        assert!(tx.is_empty());
    });
}

/// A waker that goes, the first time, through both doors of a queue.
fn returning(tx: Sender<Parcel>, rx: Receiver<Parcel>) -> Waker {
    let handles = Mutex::new(Some((tx, rx)));
    calling(move || {
        let handles = handles.lock().unwrap().take();
        if let Some((tx, rx)) = handles {
            drop(rx.try_recv());
            drop(tx.try_send(Parcel::new(99)));
            drop(format!("{tx:?}"));
        }
    })
}

/// Does a waker that is called to an item find both doors open?
///
/// Kills `door.wake_back`.
#[test]
fn waker_of_a_receiver_comes_back() {
    model(Bounds { quick: 3, deep: None, at_least: 3 }, || {
        let (tx, rx) = bounded(1);
        let for_task = rx.to_async();
        let mut recv = for_task.recv();
        assert!(poll_once(&mut recv, &returning(tx.clone(), rx.clone())).is_pending());
        let sender = thread::spawn(move || {
            tx.try_send(Parcel::new(1)).unwrap();
            tx
        });
        drop(rx.try_recv());
        drop(sender.join().unwrap());
    });
}

/// Does a waker that is called to an item of a batch find both doors open?
///
/// Kills `door.wake_back_many`.
#[test]
fn waker_of_a_receiver_of_a_batch_comes_back() {
    model(Bounds { quick: 3, deep: None, at_least: 3 }, || {
        let (tx, rx) = bounded(2);
        let for_task = rx.to_async();
        let mut recv = for_task.recv();
        assert!(poll_once(&mut recv, &returning(tx.clone(), rx.clone())).is_pending());
        let sender = thread::spawn(move || {
            let mut batch = VecDeque::from([Parcel::new(1), Parcel::new(2)]);
            assert_eq!(tx.send_many(&mut batch), Ok(2));
            tx
        });
        drop(rx.try_recv());
        drop(sender.join().unwrap());
    });
}

/// Does a waker that is called to room find both doors open?
///
/// Kills `door.wake_front`.
#[test]
fn waker_of_a_sender_comes_back() {
    model(Bounds { quick: 3, deep: None, at_least: 3 }, || {
        let (tx, rx) = bounded(1);
        let for_task = tx.to_async();
        tx.try_send(Parcel::new(0)).unwrap();
        let mut send = for_task.send(Parcel::new(1));
        assert!(poll_once(&mut send, &returning(tx.clone(), rx.clone())).is_pending());
        let receiver = thread::spawn(move || {
            drop(rx.try_recv());
            rx
        });
        drop(tx.try_send(Parcel::new(3)));
        drop(receiver.join().unwrap());
    });
}

/// Does a waker that is called to the close find both doors open?
///
/// Kills `door.wake_close`.
#[test]
fn waker_of_a_watcher_comes_back() {
    model(Bounds { quick: 3, deep: None, at_least: 3 }, || {
        let (tx, rx) = bounded(1);
        let for_task = tx.to_async();
        let mut closed = for_task.closed();
        assert!(poll_once(&mut closed, &returning(tx.clone(), rx.clone())).is_pending());
        let closer = thread::spawn(move || {
            assert!(rx.close());
            rx
        });
        drop(tx.try_send(Parcel::new(1)));
        drop(closer.join().unwrap());
    });
}
