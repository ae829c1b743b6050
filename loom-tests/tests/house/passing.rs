//! Items pass: whoever has to wait is called when its thing is there.

use bifrons::bounded;
use bifrons_loom_tests::{Bounds, Parcel, block_on, model};
use loom::thread;

/// Does a thread that sends reach a thread that receives, each waiting for the other in turn?
///
/// Kills `park.rouse`, `buffer.tail`, `call.item`, `look.sender.room`.
#[test]
fn thread_to_thread() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 500 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        let sender = thread::spawn(move || (0..2).for_each(|id| tx.send(Parcel::new(id)).unwrap()));
        let ids: Vec<_> = rx.iter().map(Parcel::open).collect();
        assert_eq!(ids, [0, 1]);
        sender.join().unwrap();
    });
}

/// Does a thread that sends reach a task that receives, to the last item and the close behind it?
///
/// Kills `call.item`, `look.receiver.item`, `life.last_sender`.
#[test]
fn thread_to_task() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 500 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        let rx = rx.into_async();
        let sender = thread::spawn(move || (0..2).for_each(|id| tx.send(Parcel::new(id)).unwrap()));
        block_on(async {
            assert_eq!(rx.recv().await.unwrap().open(), 0);
            assert_eq!(rx.recv().await.unwrap().open(), 1);
            assert!(rx.recv().await.is_err(), "closed, and nothing left");
        });
        sender.join().unwrap();
    });
}

/// Does a task that sends reach a thread that receives?
///
/// Kills `call.room`, `look.sender.room`.
#[test]
fn task_to_thread() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 500 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        let tx = tx.into_async();
        let receiver = thread::spawn(move || rx.into_iter().map(Parcel::open).collect::<Vec<_>>());
        block_on(async move {
            tx.send(Parcel::new(0)).await.unwrap();
            tx.send(Parcel::new(1)).await.unwrap();
        });
        assert_eq!(receiver.join().unwrap(), [0, 1]);
    });
}

/// Does a task that sends reach a task that receives, as a stream?
///
/// Kills `call.item`.
#[test]
fn task_to_stream() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 500 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        let (tx, rx) = (tx.into_async(), rx.into_async());
        let sender = thread::spawn(move || {
            block_on(async move {
                tx.send(Parcel::new(0)).await.unwrap();
                tx.send(Parcel::new(1)).await.unwrap();
            });
        });
        let mut stream = rx.into_stream();
        let mut ids = Vec::new();
        block_on(std::future::poll_fn(|context| {
            use futures_core::Stream;
            loop {
                match std::pin::Pin::new(&mut stream).poll_next(context) {
                    std::task::Poll::Ready(Some(parcel)) => ids.push(parcel.open()),
                    end => return end.map(|_| ()),
                }
            }
        }));
        assert_eq!(ids, [0, 1]);
        sender.join().unwrap();
    });
}

/// Two senders and one hole: do a thread and a task that both want the same room both get it in the end?
///
/// Kills `call.room`.
#[test]
fn two_senders_and_one_hole() {
    model(Bounds { quick: 2, deep: Some(3), at_least: 500 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        let for_task = tx.to_async();
        let by_thread = thread::spawn(move || tx.send(Parcel::new(0)).unwrap());
        let receiver = thread::spawn(move || {
            let mut ids = [rx.recv().unwrap().open(), rx.recv().unwrap().open()];
            ids.sort_unstable();
            assert_eq!(ids, [0, 1]);
        });
        block_on(for_task.send(Parcel::new(1))).unwrap();
        by_thread.join().unwrap();
        receiver.join().unwrap();
    });
}

/// Two receivers and two items: do a thread and a task that wait for the same items both get one?
///
/// Kills `call.item`, `look.receiver.item`.
#[test]
fn two_receivers_and_two_items() {
    model(Bounds { quick: 2, deep: Some(3), at_least: 500 }, || {
        let (tx, rx) = bounded::<Parcel>(2);
        let for_task = rx.to_async();
        let by_thread = thread::spawn(move || rx.recv().unwrap().open());
        let sender = thread::spawn(move || {
            (0..2).for_each(|id| tx.send(Parcel::new(id)).unwrap());
            tx
        });
        let mine = block_on(for_task.recv()).unwrap().open();
        let theirs = by_thread.join().unwrap();
        assert_eq!(mine + theirs, 1, "each got one of the two");
        drop(sender.join().unwrap());
    });
}
