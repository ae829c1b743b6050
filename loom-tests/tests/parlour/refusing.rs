//! A user's order that refuses items although there is room, and those who wait meanwhile.

use bifrons::{Discipline, Pushed, Receiver, Sender, builder};
use bifrons_loom_tests::{Bounds, Parcel, counting, model, poll_once};
use loom::thread;

/// Takes one item at a time, and after it none with a lower number.
#[derive(Default)]
struct Rising {
    item: Option<Parcel>,
    highest: usize,
}

impl Discipline<Parcel> for Rising {
    fn push(&mut self, item: Parcel, _: bool) -> Pushed<Parcel> {
        if self.item.is_some() || item.look() < self.highest {
            return Pushed::Refused(item);
        }
        self.highest = item.look();
        self.item = Some(item);
        Pushed::Added
    }

    fn pop(&mut self) -> Option<Parcel> {
        self.item.take()
    }

    fn len(&self) -> usize {
        usize::from(self.item.is_some())
    }
}

fn rising(capacity: usize) -> (Sender<Parcel>, Receiver<Parcel>) {
    builder().capacity(capacity).discipline(Rising::default()).build()
}

/// One that will never be let in stands before another: is that one called?
///
/// Kills `parlour.refused`, `parlour.kept_room`.
#[test]
fn refused_sender_lets_another_in() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        let (tx, rx) = rising(1);
        tx.try_send(Parcel::new(5)).unwrap();
        let async_tx = tx.to_async();
        let (_, waker) = counting();
        let mut refused = async_tx.send(Parcel::new(3));
        assert!(poll_once(&mut refused, &waker).is_pending());
        let sender = thread::spawn(move || tx.send(Parcel::new(9)).unwrap());
        assert_eq!(rx.recv().unwrap().open(), 5);
        assert!(poll_once(&mut refused, &waker).is_pending());
        assert_eq!(rx.recv().unwrap().open(), 9);
        sender.join().unwrap();
        assert_eq!(refused.take().unwrap().open(), 3);
    });
}

/// One is refused although there is room: is it called when what refused it has gone?
///
/// Kills `parlour.rouse`.
#[test]
fn refused_sender_comes_in_later() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        let (tx, rx) = rising(2);
        tx.try_send(Parcel::new(5)).unwrap();
        let sender = thread::spawn(move || tx.send(Parcel::new(6)).unwrap());
        assert_eq!(rx.recv().unwrap().open(), 5);
        assert_eq!(rx.recv().unwrap().open(), 6);
        sender.join().unwrap();
    });
}

/// One that is refused waits: does the close reach it?
///
/// Kills `parlour.rouse_close`.
#[test]
fn close_reaches_a_refused_sender() {
    model(Bounds { quick: 3, deep: None, at_least: 10 }, || {
        let (tx, rx) = rising(2);
        tx.try_send(Parcel::new(5)).unwrap();
        let sender = thread::spawn(move || tx.send(Parcel::new(6)).unwrap_err().into_inner().open());
        rx.close();
        assert_eq!(sender.join().unwrap(), 6);
        assert_eq!(rx.recv().unwrap().open(), 5);
    });
}
