//! A select where one meets.

use bifrons::{Receiver, Select, Sender, bounded};
use bifrons_loom_tests::{Bounds, Parcel, block_on, counting, model, poll_once};
use loom::sync::Arc;
use loom::sync::atomic::AtomicUsize;
use loom::sync::atomic::Ordering::Relaxed;
use loom::thread;

/// Waits to send or to receive, whichever comes first: what it received, if it did.
fn meet(tx: &Sender<Parcel>, rx: &Receiver<Parcel>, id: usize) -> Option<usize> {
    let mut select = Select::new();
    select.send(tx);
    select.recv(rx);
    let operation = select.select();
    if operation.index() == 0 {
        operation.send(tx, Parcel::new(id)).unwrap();
        return None;
    }
    Some(operation.recv(rx).unwrap().open())
}

fn send(tx: &Sender<Parcel>, id: usize) {
    let mut select = Select::new();
    select.send(tx);
    select.select().send(tx, Parcel::new(id)).unwrap();
}

fn recv(rx: &Receiver<Parcel>) -> usize {
    let mut select = Select::new();
    select.recv(rx);
    select.select().recv(rx).unwrap().open()
}

/// Does a select that receives meet a sender?
///
/// Kills `meet.call`, `gift.select`.
#[test]
fn select_meets_a_sender() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(0);
        let sender = thread::spawn(move || (tx.send(Parcel::new(7)).unwrap(), tx));
        assert_eq!(recv(&rx), 7);
        sender.join().unwrap();
    });
}

/// Does a select that sends meet a receiver, a thread?
///
/// Kills `suitor.call`, `suitor.look`, `meet.hand_over`.
#[test]
fn select_meets_a_receiver() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(0);
        let receiver = thread::spawn(move || (rx.recv().unwrap().open(), rx));
        send(&tx, 7);
        assert_eq!(receiver.join().unwrap().0, 7);
    });
}

/// And a task?
///
/// Kills `suitor.call`, `meet.hand_over`.
#[test]
fn select_meets_a_task() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(0);
        let rx = rx.into_async();
        let receiver = thread::spawn(move || (block_on(rx.recv()).unwrap().open(), rx));
        send(&tx, 7);
        assert_eq!(receiver.join().unwrap().0, 7);
    });
}

/// Do two selects meet, one of which sends and the other receives?
///
/// Kills `suitor.call`, `suitor.look`.
#[test]
fn selects_meet() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(0);
        let sender = thread::spawn(move || (send(&tx, 7), tx));
        assert_eq!(recv(&rx), 7);
        sender.join().unwrap();
    });
}

/// Do two selects meet that would both do either, each other and not themselves?
///
/// Kills `choice.own`.
#[test]
fn selects_meet_either_way() {
    model(Bounds { quick: 2, deep: Some(3), at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(0);
        let other = thread::spawn({
            let (tx, rx) = (tx.clone(), rx.clone());
            move || meet(&tx, &rx, 1)
        });
        match (meet(&tx, &rx, 0), other.join().unwrap()) {
            (Some(id), None) => assert_eq!(id, 1),
            (None, Some(id)) => assert_eq!(id, 0),
            neither => panic!("they did not meet: {neither:?}"),
        }
        assert!(rx.is_empty());
    });
}

/// Two selects face each other by two meeting places: do they meet at one of them, or does each leave its item at one?
///
/// A receive that belongs to a select may have been pledged an item when that select sends elsewhere: the item stays, and is
/// the first that the next receive gets.
///
/// Kills `suitor.look`.
#[test]
fn selects_meet_at_one_of_two_places() {
    model(Bounds { quick: 2, deep: Some(3), at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(0);
        let (back_tx, back_rx) = bounded::<Parcel>(0);
        let other = thread::spawn(move || (meet(&back_tx, &rx, 1), back_tx, rx));
        let mine = meet(&tx, &back_rx, 0);
        let (others, _back_tx, rx) = other.join().unwrap();
        match (mine, others) {
            (Some(id), None) => assert_eq!((id, rx.len()), (1, 0)),
            (None, Some(id)) => assert_eq!((id, back_rx.len()), (0, 0)),
            (None, None) => {
                assert_eq!(rx.try_recv().unwrap().open(), 0, "both sent, and nothing is lost");
                assert_eq!(back_rx.try_recv().unwrap().open(), 1, "both sent, and nothing is lost");
            }
            (Some(_), Some(_)) => panic!("two items of which none was sent"),
        }
        assert!(rx.is_empty() && back_rx.is_empty());
    });
}

/// A receiver has been pledged an item: do others that do not wait leave it alone?
///
/// Kills `meet.pledge`.
#[test]
fn pledge_is_for_one() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(0);
        loom::stop_exploring();
        let receiver = thread::spawn(move || (rx.recv().map(Parcel::open).ok(), rx));
        // It goes in line.
        thread::yield_now();
        loom::explore();
        let other = thread::spawn({
            let tx = tx.clone();
            move || tx.try_send(Parcel::new(1)).is_ok()
        });
        let mut select = Select::new();
        select.send(&tx);
        let mine = select.try_select().map(|operation| operation.send(&tx, Parcel::new(0)).unwrap()).is_ok();
        let others = other.join().unwrap();
        drop(tx);
        let (received, rx) = receiver.join().unwrap();
        assert!(mine ^ others, "one receiver, one sender");
        assert_eq!(received, Some(usize::from(others)));
        assert!(rx.is_empty());
    });
}

/// A receiver has been pledged an item and an offer comes: does the receiver take what it was pledged, and the offer wait for
/// the next?
///
/// Kills `meet.free`, `gift.pledge`.
#[test]
fn pledge_is_kept_from_an_offer() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(0);
        let next = rx.clone();
        loom::stop_exploring();
        let receiver = thread::spawn(move || rx.recv().unwrap().open());
        // It goes in line.
        thread::yield_now();
        loom::explore();
        let other = thread::spawn({
            let tx = tx.clone();
            move || tx.send(Parcel::new(1)).unwrap()
        });
        let mut select = Select::new();
        select.send(&tx);
        let mine = select.try_select().map(|operation| operation.send(&tx, Parcel::new(0)).unwrap()).is_ok();
        assert_eq!(receiver.join().unwrap(), usize::from(!mine));
        if mine {
            assert_eq!(next.recv().unwrap().open(), 1);
        }
        other.join().unwrap();
        assert!(next.is_empty());
    });
}

/// A select was summoned to a receiver and receives from elsewhere: does another select get that receiver?
///
/// Kills `suitor.pass`, `choice.leave`.
#[test]
fn select_that_loses_leaves_its_receiver_to_another() {
    model(Bounds { quick: 2, deep: Some(3), at_least: 50 }, || {
        let (tx, rx) = bounded::<Parcel>(0);
        let (other_tx, other_rx) = bounded::<Parcel>(1);
        let waiting = thread::spawn({
            let tx = tx.clone();
            move || send(&tx, 1)
        });
        let receiver = thread::spawn({
            let rx = rx.clone();
            move || {
                other_tx.send(Parcel::new(9)).unwrap();
                (rx.recv().unwrap().open(), other_tx)
            }
        });
        let mut select = Select::new();
        select.recv(&other_rx);
        select.send(&tx);
        let operation = select.select();
        if operation.index() == 0 {
            assert_eq!(operation.recv(&other_rx).unwrap().open(), 9);
        } else {
            operation.send(&tx, Parcel::new(2)).unwrap();
            // One more for the one who waits; it may come by this one's item first.
            assert!(rx.recv().unwrap().open() < 3);
        }
        waiting.join().unwrap();
        drop(receiver.join().unwrap());
        assert!(rx.is_empty());
    });
}

/// The close reaches a select that would send where one meets.
///
/// Kills `suitor.close`, `suitor.look_close`.
#[test]
fn close_reaches_a_select_that_would_send() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 10 }, || {
        let (tx, rx) = bounded::<Parcel>(0);
        let closer = thread::spawn(move || {
            rx.close();
            rx
        });
        let mut select = Select::new();
        select.send(&tx);
        let refused = select.select().send(&tx, Parcel::new(1)).unwrap_err();
        assert_eq!(refused.into_inner().open(), 1);
        drop(closer.join().unwrap());
    });
}

/// A receiver to whom a select has pledged an item goes away: does the next one meet another sender before that item comes?
///
/// Kills `meet.promise`.
#[test]
fn pledge_to_one_who_left_binds_no_other() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(0);
        let gone = rx.to_async();
        let mut recv = gone.recv();
        assert!(poll_once(&mut recv, &counting().1).is_pending());
        let mut select = Select::new();
        select.send(&tx);
        let pledge = select.try_select().unwrap();
        drop(recv);
        let newcomer = rx.clone();
        let receiver = thread::spawn(move || newcomer.recv().unwrap().open());
        tx.send(Parcel::new(2)).unwrap();
        assert_eq!(receiver.join().unwrap(), 2);
        pledge.send(&tx, Parcel::new(3)).unwrap();
        assert_eq!(rx.try_recv().unwrap().open(), 3);
    });
}

/// An item was handed over to a receiver that goes, and the other who waits has been pledged another: does it get the one that is there?
///
/// Kills `meet.pass_pledged`.
#[test]
fn orphan_goes_to_one_who_was_pledged_another() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 10 }, || {
        let (tx, rx) = bounded::<Parcel>(0);
        let mut gone = rx.to_async().into_recv();
        assert!(poll_once(&mut gone, &counting().1).is_pending());
        let mut select = Select::new();
        select.send(&tx);
        let pledge = select.try_select().unwrap();
        let other = rx.clone();
        let receiver = thread::spawn(move || other.recv().unwrap().open());
        thread::yield_now();
        let is_handed_over = tx.try_send(Parcel::new(1)).is_ok();
        drop(gone);
        if is_handed_over {
            assert_eq!(receiver.join().unwrap(), 1);
            pledge.send(&tx, Parcel::new(2)).unwrap();
            assert_eq!(rx.try_recv().unwrap().open(), 2);
        } else {
            pledge.send(&tx, Parcel::new(2)).unwrap();
            assert_eq!(receiver.join().unwrap(), 2);
        }
    });
}

/// Of two pledges one is kept, and the receiver of the other has gone: does another receiver meet another sender meanwhile?
///
/// Kills `meet.revive`.
#[test]
fn kept_pledge_revives_no_other() {
    model(Bounds { quick: 2, deep: Some(3), at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(0);
        let (_, waker) = counting();
        let pledge = || {
            let mut select = Select::new();
            select.send(&tx);
            select.try_select().unwrap()
        };
        let mut gone = rx.to_async().into_recv();
        assert!(poll_once(&mut gone, &waker).is_pending());
        let stale = pledge();
        drop(gone);
        let mut recv = rx.to_async().into_recv();
        assert!(poll_once(&mut recv, &waker).is_pending());
        let kept = pledge();
        let first = thread::spawn(move || block_on(recv).unwrap().open());
        let newcomer = rx.clone();
        let second = thread::spawn(move || newcomer.recv().unwrap().open());
        kept.send(&tx, Parcel::new(1)).unwrap();
        tx.send(Parcel::new(2)).unwrap();
        assert_eq!(first.join().unwrap() + second.join().unwrap(), 3);
        stale.send(&tx, Parcel::new(3)).unwrap();
        assert_eq!(rx.try_recv().unwrap().open(), 3);
    });
}

/// The only receiver that either of two selects could have is promised to a third: do they leave each other alone until then?
///
/// Kills `suitor.self`.
#[test]
fn selects_that_can_not_meet_sleep() {
    model(Bounds { quick: 2, deep: Some(3), at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(0);
        let over = Arc::new(AtomicUsize::new(0));
        let selects = [1, 2].map(|id| {
            let (tx, rx, over) = (tx.clone(), rx.clone(), Arc::clone(&over));
            thread::spawn(move || {
                let met = meet(&tx, &rx, id);
                over.fetch_add(1, Relaxed);
                met
            })
        });
        let mut sent = Vec::new();
        let mut select = Select::new();
        select.send(&tx);
        if let Ok(pledge) = select.try_select() {
            thread::yield_now();
            pledge.send(&tx, Parcel::new(3)).unwrap();
            sent.push(3);
            // One of them is alone now, unless they have met after all.
            while over.load(Relaxed) < 2 && tx.try_send(Parcel::new(4)).is_err() {
                thread::yield_now();
            }
        }
        let met = selects.map(|select| select.join().unwrap());
        let mut received: Vec<_> = met.iter().copied().flatten().chain(rx.drain().map(Parcel::open)).collect();
        sent.extend([1, 2].into_iter().zip(met).filter(|(_, received)| received.is_none()).map(|(id, _)| id));
        sent.extend(received.contains(&4).then_some(4));
        received.sort_unstable();
        sent.sort_unstable();
        assert_eq!(received, sent, "each once");
    });
}
