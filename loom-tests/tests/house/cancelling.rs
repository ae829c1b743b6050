//! Futures are dropped, or give their item back, at the worst moment.

use bifrons::bounded;
use bifrons_loom_tests::{Bounds, Parcel, block_on, counting, model, poll_once};
use loom::thread;

/// A receive is dropped while an item arrives: is the item still there, once, and is the next receive called to it?
///
/// Kills `leave.task`, `line.leave`.
#[test]
fn recv_is_dropped_while_an_item_arrives() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        let (tx, rx) = bounded(1);
        let rx = rx.into_async();
        let (_, waker) = counting();
        let mut recv = rx.recv();
        assert!(poll_once(&mut recv, &waker).is_pending());
        let sender = thread::spawn(move || {
            tx.send(Parcel::new(7)).unwrap();
            tx
        });
        drop(recv);
        assert_eq!(block_on(rx.recv()).unwrap().open(), 7);
        assert!(rx.try_recv().unwrap_err().is_empty());
        drop(sender.join().unwrap());
    });
}

/// A send is dropped while room appears: is its item received or dropped, and never both?
///
/// Kills `line.twice`.
#[test]
fn send_is_dropped_while_room_appears() {
    model(Bounds { quick: 3, deep: None, at_least: 3 }, || {
        let (tx, rx) = bounded(1);
        let tx = tx.into_async();
        tx.try_send(Parcel::new(0)).unwrap();
        let (_, waker) = counting();
        let (parcel, slip) = Parcel::with_slip(1);
        let mut send = tx.send(parcel);
        assert!(poll_once(&mut send, &waker).is_pending());
        let receiver = thread::spawn(move || {
            assert_eq!(rx.recv().unwrap().open(), 0);
            rx
        });
        drop(send);
        let dropped = slip.is_gone();
        let rx = receiver.join().unwrap();
        match rx.try_recv() {
            Ok(parcel) => {
                assert!(!dropped, "sent, and dropped all the same");
                assert_eq!(parcel.open(), 1);
            }
            Err(_) => assert!(dropped, "neither sent nor dropped"),
        }
    });
}

/// A send gives its item back while room appears: is the item received or given back, and never both?
///
/// Kills `line.twice`.
#[test]
fn send_is_taken_back_while_room_appears() {
    model(Bounds { quick: 3, deep: None, at_least: 3 }, || {
        let (tx, rx) = bounded(1);
        let tx = tx.into_async();
        tx.try_send(Parcel::new(0)).unwrap();
        let (_, waker) = counting();
        let mut send = tx.send(Parcel::new(1));
        assert!(poll_once(&mut send, &waker).is_pending());
        let receiver = thread::spawn(move || {
            assert_eq!(rx.recv().unwrap().open(), 0);
            rx
        });
        let back = send.take();
        assert!(send.take().is_none(), "it was given back before");
        let rx = receiver.join().unwrap();
        match (back, rx.try_recv()) {
            (Some(parcel), Err(_)) | (None, Ok(parcel)) => assert_eq!(parcel.open(), 1),
            (Some(_), Ok(_)) => panic!("received and given back"),
            (None, Err(_)) => panic!("neither received nor given back"),
        }
    });
}

/// A send is taken back while somebody closes: does it give its item back, called or not?
///
/// Kills `leave.task`, `line.forgotten`.
#[test]
fn send_is_taken_back_while_the_queue_closes() {
    model(Bounds { quick: 3, deep: None, at_least: 3 }, || {
        let (tx, rx) = bounded(1);
        let tx = tx.into_async();
        tx.try_send(Parcel::new(0)).unwrap();
        let (_, waker) = counting();
        let mut send = tx.send(Parcel::new(1));
        assert!(poll_once(&mut send, &waker).is_pending());
        let closer = thread::spawn(move || {
            rx.close();
            rx
        });
        assert_eq!(send.take().expect("no room was ever made").open(), 1);
        drop(closer.join().unwrap());
    });
}

/// A watcher of the close is dropped while the close comes: does the other still hear of it?
///
/// Kills `close.watchers`.
#[test]
fn closed_is_dropped_while_the_queue_closes() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        let tx = tx.into_async();
        let (_, waker) = counting();
        let mut first = tx.closed();
        assert!(poll_once(&mut first, &waker).is_pending());
        let mut second = tx.closed();
        assert!(poll_once(&mut second, &waker).is_pending());
        let closer = thread::spawn(move || drop(rx));
        drop(first);
        block_on(second);
        closer.join().unwrap();
    });
}

/// A stream that stands in line is dropped as an item comes: does the thread behind it get the item?
///
/// Kills `leave.stream`.
#[test]
fn stream_is_dropped_while_an_item_arrives() {
    use futures_core::Stream;
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        let mut stream = rx.to_async().into_stream();
        let (_, waker) = counting();
        let mut context = std::task::Context::from_waker(&waker);
        assert!(std::pin::Pin::new(&mut stream).poll_next(&mut context).is_pending());
        let thread = thread::spawn(move || rx.recv().unwrap().open());
        tx.send(Parcel::new(7)).unwrap();
        drop(stream);
        assert_eq!(thread.join().unwrap(), 7);
    });
}
