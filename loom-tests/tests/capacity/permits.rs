//! Permits: room set aside, sent into, given back, closed under.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::task::Poll;

use bifrons::bounded;
use bifrons_loom_tests::{Bounds, Parcel, block_on, calling, counting, model, poll_once};
use loom::thread;

/// Does room that is given back reach a sender who waits for it, when nobody receives?
///
/// Kills `permit.announce`, `permit.early`, `permit.drop`.
#[test]
fn permit_given_back_reaches_a_sender() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        let (tx, rx) = bounded(1);
        let permit = tx.reserve().unwrap();
        let sender = thread::spawn({
            let tx = tx.clone();
            move || tx.send(Parcel::new(1)).unwrap()
        });
        drop(permit);
        sender.join().unwrap();
        assert_eq!(rx.try_recv().unwrap().open(), 1);
        assert_eq!(tx.stats().reserved, 0);
    });
}

/// The same with a permit that owns its sender, and a task that waits.
///
/// Kills `permit.announce`, `permit.owned`.
#[test]
fn owned_permit_given_back_reaches_a_task() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        let (tx, rx) = bounded(1);
        let for_task = tx.to_async();
        let permit = tx.reserve_owned().unwrap();
        let holder = thread::spawn(move || drop(permit));
        block_on(for_task.send(Parcel::new(1))).unwrap();
        holder.join().unwrap();
        assert_eq!(rx.try_recv().unwrap().open(), 1);
    });
}

/// An item goes into a reserved place while a receiver makes room and a sender comes for it: does the sender find the room?
///
/// Whoever enlists for room sees how far the back door is and how much is allowed, and the two do not change at once.
///
/// Kills `buffer.allowed`, `buffer.see_allowed`, `buffer.see_full`.
#[test]
fn permit_is_sent_while_room_appears() {
    model(Bounds { quick: 2, deep: Some(4), at_least: 50 }, || {
        let (tx, rx) = bounded(2);
        tx.try_send(Parcel::new(0)).unwrap();
        let permit = tx.reserve().unwrap();
        let sender = thread::spawn({
            let tx = tx.clone();
            move || tx.send(Parcel::new(2)).unwrap()
        });
        let receiver = thread::spawn(move || (rx.recv().unwrap().open(), rx));
        permit.send(Parcel::new(1)).unwrap();
        // Two items and two places, when one was received.
        sender.join().unwrap();
        let (first, rx) = receiver.join().unwrap();
        let mut ids = vec![first];
        ids.extend(rx.drain().map(Parcel::open));
        assert!(ids.len() == 3 && ids[0] == 0, "an item that was there before comes first");
    });
}

/// The queue closes under a permit: does its item arrive or come back, and is one who waits for room released?
///
/// Kills `permit.closed`, `close.senders`.
#[test]
fn permit_is_closed_under() {
    model(Bounds { quick: 2, deep: Some(4), at_least: 50 }, || {
        let (tx, rx) = bounded(1);
        let permit = tx.reserve().unwrap();
        let other = thread::spawn({
            let tx = tx.clone();
            move || assert!(tx.reserve().is_err(), "there is no room, and then the close")
        });
        let closer = thread::spawn(move || {
            assert!(rx.close());
            rx
        });
        let sent = permit.send(Parcel::new(1)).map_err(|refused| refused.into_inner().open());
        other.join().unwrap();
        let rx = closer.join().unwrap();
        assert!(rx.is_closed());
        match sent {
            Ok(()) => assert_eq!(rx.recv().unwrap().open(), 1),
            Err(id) => assert_eq!(id, 1),
        }
        assert!(rx.recv().is_err());
        assert_eq!(tx.stats().reserved, 0);
    });
}

/// A thread waits for room to reserve while it is made: does it get it once, so that its item is at home there?
///
/// Kills `call.room`, `restock.summon`.
#[test]
fn reserve_waits_for_room() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 50 }, || {
        let (tx, rx) = bounded(1);
        tx.try_send(Parcel::new(0)).unwrap();
        let sender = thread::spawn(move || {
            tx.reserve().unwrap().send(Parcel::new(1)).unwrap();
            tx
        });
        assert_eq!(rx.recv().unwrap().open(), 0);
        assert_eq!(rx.recv().unwrap().open(), 1);
        drop(sender.join().unwrap());
    });
}

/// Room is made for one who reserves and one behind, while a third waits as well: does he leave it to them until they have come?
///
/// Kills `permit.kept`, `permit.come`.
#[test]
fn those_behind_leave_the_room_of_the_first() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 20 }, || {
        let (tx, rx) = bounded(2);
        let tx = tx.into_async();
        (0..2).for_each(|id| tx.try_send(Parcel::new(id)).unwrap());
        let (_, waker) = counting();
        let mut reserve = tx.reserve();
        assert!(poll_once(&mut reserve, &waker).is_pending());
        let mut behind = [2, 3].map(|id| tx.send(Parcel::new(id)));
        behind.iter_mut().for_each(|send| assert!(poll_once(send, &waker).is_pending()));
        let receiver = thread::spawn(move || {
            (0..2).for_each(|id| assert_eq!(rx.recv().unwrap().open(), id));
            rx
        });
        let permit = block_on(reserve).unwrap();
        let rx = receiver.join().unwrap();
        let [first, second] = behind;
        block_on(first).unwrap();
        drop(permit);
        block_on(second).unwrap();
        assert_eq!(rx.drain().map(Parcel::open).collect::<Vec<_>>(), [2, 3]);
    });
}

/// One that was called to room of which a newcomer has taken some comes in vain: do those behind it wait until it has had its own?
///
/// Kills `permit.vain`.
#[test]
fn one_that_comes_in_vain_is_not_passed() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        let (tx, rx) = bounded(2);
        let for_tasks = tx.to_async();
        (0..2).for_each(|id| tx.try_send(Parcel::new(id)).unwrap());
        let (_, waker) = counting();
        let mut many = for_tasks.reserve_many(2);
        assert!(poll_once(&mut many, &waker).is_pending());
        let mut behind = for_tasks.send(Parcel::new(3));
        assert!(poll_once(&mut behind, &waker).is_pending());
        let receiver = thread::spawn(move || {
            (0..2).for_each(|id| assert_eq!(rx.recv().unwrap().open(), id));
            rx
        });
        let newcomer = tx.try_send(Parcel::new(2)).map_err(|refused| refused.into_inner().open()).is_ok();
        let early = poll_once(&mut many, &waker);
        let rx = receiver.join().unwrap();
        match early {
            Poll::Ready(permits) => drop(permits.unwrap()),
            Poll::Pending => {
                if newcomer {
                    assert!(poll_once(&mut behind, &waker).is_pending());
                    assert_eq!(rx.recv().unwrap().open(), 2);
                }
                drop(block_on(many).unwrap());
            }
        }
        block_on(behind).unwrap();
        assert!(rx.drain().map(Parcel::open).all(|id| id > 1));
    });
}

/// One that is called to room can not be woken: do those behind it get that room, now and later?
///
/// Kills `permit.despair`.
#[test]
fn room_of_one_who_may_not_come() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 4 }, || {
        let (tx, rx) = bounded(1);
        let tx = tx.into_async();
        tx.try_send(Parcel::new(0)).unwrap();
        let mut lost = tx.reserve();
        assert!(poll_once(&mut lost, &calling(|| resume_unwind(Box::new("the waker")))).is_pending());
        let (_, waker) = counting();
        let mut next = tx.clone().reserve_owned();
        assert!(poll_once(&mut next, &waker).is_pending());
        let mut third = tx.reserve();
        assert!(poll_once(&mut third, &waker).is_pending());
        let goes = thread::spawn(move || drop(block_on(next).unwrap()));
        assert!(catch_unwind(AssertUnwindSafe(|| rx.try_recv())).is_err());
        drop(block_on(third).unwrap());
        goes.join().unwrap();
        drop(lost);
    });
}

/// A task that was summoned to room it meant to reserve goes away: does the one behind it get the room?
///
/// Kills `pass.sender`, `suitor.leave`.
#[test]
fn summoned_reserve_leaves() {
    model(Bounds { quick: 3, deep: None, at_least: 10 }, || {
        let (tx, rx) = bounded(1);
        let tx = tx.into_async();
        tx.try_send(Parcel::new(0)).unwrap();
        let (_, waker) = counting();
        let mut reserve = tx.reserve();
        assert!(poll_once(&mut reserve, &waker).is_pending());
        let mut send = tx.send(Parcel::new(1));
        assert!(poll_once(&mut send, &waker).is_pending());
        let receiver = thread::spawn(move || {
            assert_eq!(rx.recv().unwrap().open(), 0);
            rx
        });
        drop(reserve);
        block_on(send).unwrap();
        assert_eq!(receiver.join().unwrap().recv().unwrap().open(), 1);
    });
}

/// Two places are asked for and a plain sender stands behind: do two receives bring the two places, and giving them back
/// the sender?
///
/// Kills `permit.announce`, `permit.many_drop`, `restock.summon`, `restock.spare`, `restock.need`.
#[test]
fn two_places_are_asked_for_first() {
    model(Bounds { quick: 3, deep: None, at_least: 10 }, || {
        let (tx, rx) = bounded(2);
        let tx = tx.into_async();
        (0..2).for_each(|id| tx.try_send(Parcel::new(id)).unwrap());
        let (_, waker) = counting();
        let mut reserve = tx.reserve_many(2);
        assert!(poll_once(&mut reserve, &waker).is_pending());
        let mut send = tx.send(Parcel::new(2));
        assert!(poll_once(&mut send, &waker).is_pending());
        let receiver = thread::spawn(move || {
            (0..2).for_each(|id| assert_eq!(rx.recv().unwrap().open(), id));
            rx
        });
        let permits = block_on(reserve).unwrap();
        assert_eq!(permits.len(), 2);
        let rx = receiver.join().unwrap();
        assert!(rx.is_empty(), "both places are for the first in line");
        drop(permits);
        block_on(send).unwrap();
        assert_eq!(rx.recv().unwrap().open(), 2);
    });
}

/// The same the other way round, with the items sent.
///
/// Kills `call.room`.
#[test]
fn two_places_are_asked_for_behind() {
    model(Bounds { quick: 2, deep: Some(3), at_least: 100 }, || {
        let (tx, rx) = bounded(2);
        let tx = tx.into_async();
        (0..2).for_each(|id| tx.try_send(Parcel::new(id)).unwrap());
        let (_, waker) = counting();
        let mut send = tx.send(Parcel::new(2));
        assert!(poll_once(&mut send, &waker).is_pending());
        let mut reserve = tx.reserve_many(2);
        assert!(poll_once(&mut reserve, &waker).is_pending());
        let receiver = thread::spawn(move || {
            (0..5).for_each(|id| assert_eq!(rx.recv().unwrap().open(), id));
            rx
        });
        for (permit, id) in block_on(reserve).unwrap().zip(3..) {
            permit.send(Parcel::new(id)).unwrap();
        }
        block_on(send).unwrap();
        drop(receiver.join().unwrap());
    });
}

/// Who asks for two places goes away uncalled while one is there: does the one behind get it?
///
/// Kills `pass.places`, `suitor.leave`.
#[test]
fn asker_for_two_places_leaves() {
    model(Bounds { quick: 3, deep: None, at_least: 4 }, || {
        let (tx, rx) = bounded(2);
        let tx = tx.into_async();
        (0..2).for_each(|id| tx.try_send(Parcel::new(id)).unwrap());
        let (_, waker) = counting();
        let mut reserve = tx.reserve_many(2);
        assert!(poll_once(&mut reserve, &waker).is_pending());
        let mut send = tx.send(Parcel::new(2));
        assert!(poll_once(&mut send, &waker).is_pending());
        let receiver = thread::spawn(move || {
            assert_eq!(rx.recv().unwrap().open(), 0);
            rx
        });
        drop(reserve);
        block_on(send).unwrap();
        drop(receiver.join().unwrap());
    });
}

/// Room that is given back completes what the first in line asked for and leaves a place over: does the second get that, also
/// when the back door is taken meanwhile?
///
/// Kills `permit.gathered`.
#[test]
fn room_is_left_over_for_the_second() {
    model(Bounds { quick: 3, deep: None, at_least: 10 }, || {
        let (tx, rx) = bounded(3);
        tx.try_send(Parcel::new(0)).unwrap();
        let holder = tx.clone();
        let permits = holder.reserve_many(2).unwrap();
        let tx = tx.into_async();
        let (_, waker) = counting();
        let mut reserve = tx.reserve_many(2);
        assert!(poll_once(&mut reserve, &waker).is_pending());
        let mut send = tx.send(Parcel::new(1));
        assert!(poll_once(&mut send, &waker).is_pending());
        assert_eq!(rx.try_recv().unwrap().open(), 0, "one place, which is too little for the first");
        // Who comes for an item takes no room, and stands in the back door for a moment.
        let receiver = thread::spawn(move || {
            let rx = rx.into_async();
            let (_, waker) = counting();
            let received = match poll_once(&mut rx.recv(), &waker) {
                std::task::Poll::Ready(parcel) => Some(parcel.unwrap().open()),
                std::task::Poll::Pending => None,
            };
            (received, rx)
        });
        drop(permits);
        block_on(send).unwrap();
        assert_eq!(block_on(reserve).unwrap().len(), 2);
        let (received, rx) = receiver.join().unwrap();
        assert_eq!(received.unwrap_or_else(|| rx.try_recv().unwrap().open()), 1);
    });
}

/// One item is sent into a place for two: does a sender who waits get the other place, when nobody receives?
///
/// Kills `permit.rest`.
#[test]
fn item_leaves_room_beside_it() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        let (tx, rx) = bounded(2);
        let permit = tx.reserve_weight(2).unwrap();
        let sender = thread::spawn({
            let tx = tx.clone();
            move || tx.send(Parcel::new(1)).unwrap()
        });
        permit.send(Parcel::new(0)).unwrap();
        sender.join().unwrap();
        assert_eq!(rx.drain().map(Parcel::open).collect::<Vec<_>>(), [0, 1]);
    });
}

/// An item goes into a reserved place while a thread waits for one: is that thread called?
///
/// Kills `permit.call`.
#[test]
fn permit_calls_a_receiver() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        let (tx, rx) = bounded::<Parcel>(1);
        let permit = tx.reserve().unwrap();
        let receiver = thread::spawn(move || rx.recv().unwrap().open());
        permit.send(Parcel::new(7)).unwrap();
        assert_eq!(receiver.join().unwrap(), 7);
    });
}

/// Does room that is given back about the time of the close open nothing again?
///
/// Kills `permit.reopens`.
#[test]
fn room_given_back_at_the_close_opens_nothing() {
    model(Bounds { quick: 3, deep: None, at_least: 5 }, || {
        let (tx, rx) = bounded(1);
        let permit = tx.reserve().unwrap();
        let closer = thread::spawn(move || {
            assert!(rx.close());
            rx
        });
        drop(permit);
        let rx = closer.join().unwrap();
        let Err(error) = tx.try_send(Parcel::new(0)) else { panic!("nothing is sent after the close") };
        assert!(error.is_closed());
        error.into_inner().open();
        assert!(rx.recv().is_err());
    });
}
