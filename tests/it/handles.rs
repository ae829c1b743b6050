//! The handles themselves: counting, comparing, changing face, printing; and the errors.

use std::error::Error;
use std::fmt::{Debug, Display};
use std::mem::size_of;
use std::thread;

use bifrons::{
    AsyncReceiver, AsyncSender, Receiver, RecvError, RecvTimeoutError, SendError, SendTimeoutError, Sender,
    TryRecvError, TrySendError, WeakReceiver, WeakSender,
};

use crate::support::{EVERY_KIND, is_pending, queue, until_changed, watchdog};

#[test]
fn every_handle_of_either_face_counts() {
    for capacity in EVERY_KIND {
        let (tx, rx) = queue::<u8>(capacity);
        let counts = |tx: &Sender<u8>, rx: &Receiver<u8>| {
            let said = (tx.sender_count(), tx.receiver_count());
            assert_eq!(said, (rx.sender_count(), rx.receiver_count()));
            let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
            // The two that were just made are counted as well.
            assert_eq!((async_tx.sender_count(), async_tx.receiver_count()), (said.0 + 1, said.1 + 1));
            assert_eq!((async_rx.sender_count(), async_rx.receiver_count()), (said.0 + 1, said.1 + 1));
            said
        };
        assert_eq!(counts(&tx, &rx), (1, 1));
        let second = tx.clone();
        let third = second.to_async();
        let fourth = third.clone();
        assert_eq!(counts(&tx, &rx), (4, 1));
        let other = rx.to_async();
        let another = other.to_sync();
        let stream = other.stream();
        assert_eq!(counts(&tx, &rx), (4, 4));
        drop((second, third));
        assert_eq!(counts(&tx, &rx), (2, 4));
        drop((another, stream, other));
        assert_eq!(counts(&tx, &rx), (2, 1));
        drop(fourth);
        assert_eq!(counts(&tx, &rx), (1, 1));
        drop(tx);
        assert_eq!((rx.sender_count(), rx.receiver_count()), (0, 1));
    }
}

/// Changing the face neither adds a handle nor, for a moment, removes the last one.
#[test]
fn a_change_of_face_is_no_close() {
    let (tx, rx) = bifrons::bounded(4);
    tx.send(1).unwrap();
    let tx: AsyncSender<_> = tx.into_async();
    let rx: AsyncReceiver<_> = rx.into_async();
    assert_eq!((tx.sender_count(), tx.receiver_count()), (1, 1));
    assert!(!tx.is_closed() && rx.len() == 1);
    let tx: Sender<_> = tx.into_sync();
    let rx: Receiver<_> = rx.into_sync();
    assert_eq!((tx.sender_count(), tx.receiver_count()), (1, 1));
    tx.send(2).unwrap();

    let tx = Sender::from(AsyncSender::from(tx));
    let rx = Receiver::from(AsyncReceiver::from(rx));
    assert_eq!((tx.sender_count(), tx.receiver_count()), (1, 1));
    assert!(!rx.is_closed());
    tx.send(3).unwrap();
    drop(tx);
    assert!(rx.iter().eq([1, 2, 3]));
}

#[test]
fn handles_know_their_queue() {
    let (tx, rx) = bifrons::bounded::<u8>(1);
    let (other_tx, other_rx) = bifrons::bounded::<u8>(1);
    let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
    assert!(tx.same_channel(&tx) && tx.same_channel(&tx.clone()) && tx.same_channel(&async_tx.to_sync()));
    assert!(async_tx.same_channel(&async_tx.clone()) && async_tx.same_channel(&tx.to_async()));
    assert!(rx.same_channel(&rx) && rx.same_channel(&rx.clone()) && rx.same_channel(&async_rx.to_sync()));
    assert!(async_rx.same_channel(&async_rx.clone()) && async_rx.same_channel(&rx.to_async()));
    assert!(!tx.same_channel(&other_tx) && !async_tx.same_channel(&other_tx.to_async()));
    assert!(!rx.same_channel(&other_rx) && !async_rx.same_channel(&other_rx.to_async()));
}

#[test]
fn weak_handles_hold_nothing_open() {
    for capacity in EVERY_KIND {
        let (tx, rx) = queue::<u8>(capacity);
        let weak_tx: WeakSender<u8> = tx.downgrade();
        let weak_rx: WeakReceiver<u8> = rx.to_async().downgrade();
        assert_eq!((tx.sender_count(), tx.receiver_count()), (1, 1));

        let strong: Sender<u8> = weak_tx.clone().upgrade().expect("a sender is there");
        assert!(strong.same_channel(&tx));
        assert_eq!(tx.sender_count(), 2);
        let receiver: Receiver<u8> = weak_rx.clone().upgrade().expect("a receiver is there");
        assert!(receiver.same_channel(&rx));
        assert_eq!(rx.receiver_count(), 2);

        drop(tx);
        assert!(!rx.is_closed(), "the upgraded one is a sender like any other");
        drop(strong);
        assert!(rx.is_closed());
        assert!(weak_tx.upgrade().is_none(), "the last sender is gone");
        assert!(weak_tx.clone().upgrade().is_none());
        drop(rx);
        assert!(weak_rx.upgrade().is_some());
        drop(receiver);
        assert!(weak_rx.upgrade().is_none(), "the last receiver is gone");
        drop((weak_tx, weak_rx));
    }
}

#[test]
fn weak_handles_of_each_face_and_of_a_closed_queue() {
    let (tx, rx) = bifrons::bounded(1);
    let (tx, rx) = (tx.into_async(), rx.into_async());
    let (weak_tx, weak_rx) = (tx.downgrade(), rx.downgrade());
    tx.try_send(1).unwrap();
    tx.close();
    // Closed is not gone: what is left can be had through the upgrade.
    assert_eq!(weak_tx.upgrade().expect("there").send(2), Err(SendError(2)));
    assert_eq!(weak_rx.upgrade().expect("there").recv(), Ok(1));
    drop(tx);
    assert!(weak_tx.upgrade().is_none());
    assert_eq!(weak_rx.upgrade().expect("there").recv(), Err(RecvError));
}

/// Whoever upgrades while the last one goes has a sender or has none; there is no third way.
#[test]
fn upgrades_race_with_the_last_drop() {
    let _dog = watchdog();
    for round in 0..300 {
        let (tx, rx) = bifrons::bounded(1);
        let weak = tx.downgrade();
        let sent = thread::scope(|scope| {
            let upgrading = scope.spawn(move || match weak.upgrade() {
                Some(strong) => {
                    strong.send(round).expect("the receiver is there and nobody closed");
                    true
                }
                None => false,
            });
            drop(tx);
            upgrading.join().unwrap()
        });
        assert!(rx.iter().eq(sent.then_some(round)));
        assert!(rx.is_closed());
    }
}

/// No `Debug`, `Clone` or `PartialEq`.
struct Opaque;

#[test]
fn debug_tells_what_a_hang_at_night_needs() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::bounded::<Opaque>(7);
    let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
    for _ in 0..3 {
        assert!(tx.send(Opaque).is_ok());
    }

    #[track_caller]
    fn assert_tells(handle: &dyn Debug, name: &str, what: &[&str]) {
        for text in [format!("{handle:?}"), format!("{handle:#?}")] {
            assert!(text.starts_with(name), "{text}");
            for what in what {
                assert!(text.contains(what), "{what} is missing in {text}");
            }
        }
    }
    for (handle, name) in
        [(&tx as &dyn Debug, "Sender"), (&rx, "Receiver"), (&async_tx, "AsyncSender"), (&async_rx, "AsyncReceiver")]
    {
        assert_tells(handle, name, &["7", "3", "closed"]);
    }
    let before = format!("{rx:?}");
    rx.close();
    assert_ne!(format!("{rx:?}"), before, "closed is told");
    drop(rx.drain());

    // A waiting receiver and a waiting sender show.
    let (tx, rx) = bifrons::bounded::<Opaque>(1);
    let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
    let idle = format!("{tx:?}");
    let mut recv = async_rx.recv();
    assert!(is_pending(&mut recv));
    assert_ne!(format!("{tx:?}"), idle, "a task waits for an item");
    drop(recv);
    assert_eq!(format!("{tx:?}"), idle, "it waits no more");
    assert!(tx.send(Opaque).is_ok());
    let full = format!("{rx:?}");
    let mut send = async_tx.send(Opaque);
    assert!(is_pending(&mut send));
    assert_ne!(format!("{rx:?}"), full, "a task waits for room");
    drop(send);
    assert_eq!(format!("{rx:?}"), full);
    thread::scope(|scope| {
        scope.spawn(|| assert!(tx.send(Opaque).is_ok()));
        // A thread that waits for room shows as well.
        until_changed(&rx, &full);
        assert!(rx.recv().is_ok());
    });
}

#[test]
fn everything_prints_without_debug_of_the_item() {
    let (tx, rx) = bifrons::unbounded::<Opaque>();
    let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
    let printed = [
        format!("{:?}", tx.downgrade()),
        format!("{:?}", rx.downgrade()),
        format!("{:?}", rx.iter()),
        format!("{:?}", rx.try_iter()),
        format!("{:?}", rx.clone().into_iter()),
        format!("{:?}", rx.drain()),
        format!("{:?}", async_tx.send(Opaque)),
        format!("{:?}", async_rx.recv()),
        format!("{:?}", async_rx.closed()),
        format!("{:?}", async_rx.stream()),
        format!("{:?}", SendError(Opaque)),
        format!("{:?}", TrySendError::Full(Opaque)),
        format!("{:?}", TrySendError::Closed(Opaque)),
        format!("{:?}", SendTimeoutError::Timeout(Opaque)),
        format!("{:?}", SendTimeoutError::Closed(Opaque)),
    ];
    assert!(printed.iter().all(|text| !text.is_empty() && !text.contains("Opaque")), "{printed:?}");
    drop(async_rx.drain());
}

#[test]
fn errors_read_as_a_sentence_in_lower_case() {
    let shown: Vec<String> = [
        &SendError(1) as &dyn Display,
        &TrySendError::Full(1),
        &TrySendError::Closed(1),
        &SendTimeoutError::Timeout(1),
        &SendTimeoutError::Closed(1),
        &RecvError,
        &TryRecvError::Empty,
        &TryRecvError::Closed,
        &RecvTimeoutError::Timeout,
        &RecvTimeoutError::Closed,
    ]
    .map(ToString::to_string)
    .into();
    for text in &shown {
        assert!(text.starts_with(|first: char| first.is_lowercase()), "{text}");
        assert!(!text.ends_with('.') && text.len() > 10, "{text}");
    }
    assert_ne!(shown[1], shown[2], "full is not closed");
    assert_ne!(shown[3], shown[4]);
    assert_ne!(shown[6], shown[7]);
    assert_ne!(shown[8], shown[9]);

    fn is_error<E: Error + Send + Sync + 'static>(error: E) -> Box<dyn Error + Send + Sync> {
        Box::new(error)
    }
    // Errors of an item that is nothing but an item.
    for error in [
        is_error(SendError(Opaque)),
        is_error(TrySendError::Full(Opaque)),
        is_error(SendTimeoutError::Closed(Opaque)),
        is_error(RecvError),
        is_error(TryRecvError::Empty),
        is_error(RecvTimeoutError::Timeout),
    ] {
        assert!(error.source().is_none() && !error.to_string().is_empty());
    }
}

#[test]
fn errors_answer_for_themselves() {
    assert_eq!(SendError("item").into_inner(), "item");
    assert_eq!(SendError("item").0, "item");
    let (full, closed) = (TrySendError::Full("item"), TrySendError::Closed("item"));
    assert!(full.is_full() && !full.is_closed() && closed.is_closed() && !closed.is_full());
    assert_eq!((full.into_inner(), closed.into_inner()), ("item", "item"));
    let (timeout, closed) = (SendTimeoutError::Timeout("item"), SendTimeoutError::Closed("item"));
    assert!(timeout.is_timeout() && !timeout.is_closed() && closed.is_closed() && !closed.is_timeout());
    assert_eq!((timeout.into_inner(), closed.into_inner()), ("item", "item"));
    assert!(TryRecvError::Closed.is_closed() && !TryRecvError::Empty.is_closed());
    assert!(RecvTimeoutError::Closed.is_closed() && !RecvTimeoutError::Timeout.is_closed());
    assert!(RecvTimeoutError::Timeout.is_timeout() && !RecvTimeoutError::Closed.is_timeout());

    assert_eq!(TrySendError::from(SendError(1)), TrySendError::Closed(1));
    assert_eq!(SendTimeoutError::from(SendError(1)), SendTimeoutError::Closed(1));
    assert_eq!(TryRecvError::from(RecvError), TryRecvError::Closed);
    assert_eq!(RecvTimeoutError::from(RecvError), RecvTimeoutError::Closed);
}

/// The question mark carries an error to where it is one case among others.
#[test]
fn errors_flow_through_the_question_mark() {
    fn send(tx: &Sender<u8>) -> Result<(), TrySendError<u8>> {
        tx.send(1)?;
        tx.try_send(2)
    }
    fn receive(rx: &Receiver<u8>) -> Result<u8, TryRecvError> {
        rx.recv()?;
        rx.try_recv()
    }
    let (tx, rx) = bifrons::bounded(1);
    assert_eq!(send(&tx), Err(TrySendError::Full(2)));
    assert_eq!(receive(&rx), Err(TryRecvError::Empty));
    rx.close();
    assert_eq!(send(&tx), Err(TrySendError::Closed(1)));
    assert_eq!(receive(&rx), Err(TryRecvError::Closed));
}

/// What a call returns and a user holds stays small; a change here is a decision.
#[test]
fn sizes_are_pinned() {
    const WORD: usize = size_of::<usize>();
    assert_eq!(size_of::<SendError<u64>>(), 8);
    assert_eq!(size_of::<Result<(), SendError<u64>>>(), 16);
    assert_eq!(size_of::<Result<(), TrySendError<u64>>>(), 16);
    assert_eq!(size_of::<Result<(), SendTimeoutError<u64>>>(), 16);
    assert_eq!(size_of::<Result<(), SendError<Box<u8>>>>(), WORD, "the niche of the item serves");
    assert_eq!(size_of::<Result<(), RecvError>>(), 1);
    assert_eq!(size_of::<Result<u64, RecvError>>(), 16);
    assert_eq!(size_of::<Result<Box<u8>, RecvError>>(), WORD);
    assert_eq!((size_of::<TryRecvError>(), size_of::<RecvTimeoutError>()), (1, 1));
    assert_eq!(size_of::<Sender<u64>>(), WORD);
    assert_eq!(size_of::<Receiver<u64>>(), WORD);
    assert_eq!(size_of::<Option<Sender<u64>>>(), WORD);
}
