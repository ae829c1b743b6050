//! What the compiler promises about each public type.
//!
//! A negative promise is checked by method resolution: a blanket implementation gives every type one answer, and one
//! for types with the trait makes the call ambiguous, so that a type that should lack the trait fails to compile.

use std::cell::Cell;
use std::marker::PhantomPinned;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::rc::Rc;
use std::sync::MutexGuard;

use bifrons::future::{
    ClosedFuture, JoinFuture, OwnedRecvFuture, OwnedReserveFuture, OwnedSendFuture, RecvFuture, RecvManyFuture,
    RecvStream, RecvTaskFuture, ReserveFuture, ReserveManyFuture, SendFuture, SendManyFuture,
};
use bifrons::iter::{Drain, IntoIter, Iter, TryIter};
use bifrons::{
    AsyncReceiver, AsyncSender, Builder, CapacityError, JoinTimeoutError, OwnedPermit, Permit, Permits, Pushed,
    ReadyTimeoutError, Receiver, RecvError, RecvTimeoutError, ReserveError, Select, SelectTimeoutError,
    SelectedOperation, SendError, SendTimeoutError, Sender, Stats, Task, Timer, TryReadyError, TryRecvError,
    TrySelectError, TrySendError, WeakReceiver, WeakSender,
};
use futures_util::future::FusedFuture;
use futures_util::stream::FusedStream;

/// Fails to compile unless every type has all the traits.
macro_rules! assert_all {
    ($($type:ty),+ $(,)?: $($bound:tt)+) => {
        const _: () = {
            const fn has<T: ?Sized + $($bound)+>() {}
            $(has::<$type>();)+
        };
    };
}

/// Fails to compile if one of the types has the trait.
macro_rules! assert_none {
    ($($type:ty),+ $(,)?: $bound:path) => {
        const _: () = {
            struct Lacks;
            trait Ambiguous<Answer> {
                fn ask() {}
            }
            impl<T: ?Sized> Ambiguous<()> for T {}
            impl<T: ?Sized + $bound> Ambiguous<Lacks> for T {}
            // The answer can be inferred only while there is one.
            const fn ask() {
                $(let _ = <$type as Ambiguous<_>>::ask;)+
            }
            ask();
        };
    };
}

/// May go to another thread, may not be shared: the most common payload of the difficult ones.
type Movable = Cell<u8>;
/// Stays where it is.
type Rooted = Rc<u8>;
/// May be shared, may not go to another thread.
type Guard = MutexGuard<'static, u8>;

// A handle goes wherever its items may go: sharing a handle moves items and shares none.
assert_all!(
    Sender<u8>, Receiver<u8>, AsyncSender<u8>, AsyncReceiver<u8>, WeakSender<u8>, WeakReceiver<u8>,
    Sender<Movable>, Receiver<Movable>, AsyncSender<Movable>, AsyncReceiver<Movable>,
    WeakSender<Movable>, WeakReceiver<Movable>,
    SendFuture<'_, u8>, RecvFuture<'_, u8>, ClosedFuture<'_, u8>, RecvStream<u8>,
    RecvFuture<'_, Movable>, ClosedFuture<'_, Movable>, RecvStream<Movable>,
    Iter<'_, Movable>, TryIter<'_, Movable>, IntoIter<Movable>: Send + Sync
);
// These hold items, so that sharing them could share an item; moving them is fine.
assert_all!(SendFuture<'_, Movable>, Drain<Movable>, SendError<Movable>: Send);
assert_all!(Drain<u8>, SendError<u8>, TrySendError<u8>, SendTimeoutError<u8>: Send + Sync);
assert_all!(RecvError, TryRecvError, RecvTimeoutError: Send + Sync + Copy + Eq);

assert_none!(
    Sender<Rooted>, Receiver<Rooted>, AsyncSender<Rooted>, AsyncReceiver<Rooted>, WeakSender<Rooted>,
    WeakReceiver<Rooted>, SendFuture<'static, Rooted>, RecvFuture<'static, Rooted>, ClosedFuture<'static, Rooted>,
    RecvStream<Rooted>, Iter<'static, Rooted>, TryIter<'static, Rooted>, IntoIter<Rooted>, Drain<Rooted>,
    SendError<Rooted>: Send
);
assert_none!(
    Sender<Rooted>, Receiver<Rooted>, AsyncSender<Rooted>, AsyncReceiver<Rooted>, WeakSender<Rooted>,
    WeakReceiver<Rooted>, SendFuture<'static, Rooted>, RecvFuture<'static, Rooted>, ClosedFuture<'static, Rooted>,
    RecvStream<Rooted>, Iter<'static, Rooted>, TryIter<'static, Rooted>, IntoIter<Rooted>: Sync
);
// An item that may be shared but not moved may not pass through a queue to another thread either.
assert_none!(
    Sender<Guard>, Receiver<Guard>, AsyncSender<Guard>, AsyncReceiver<Guard>, WeakSender<Guard>, WeakReceiver<Guard>,
    SendFuture<'static, Guard>, RecvFuture<'static, Guard>, RecvStream<Guard>: Send
);
assert_none!(
    Sender<Guard>, Receiver<Guard>, AsyncSender<Guard>, AsyncReceiver<Guard>, WeakSender<Guard>, WeakReceiver<Guard>,
    SendFuture<'static, Guard>, RecvFuture<'static, Guard>, RecvStream<Guard>: Sync
);

// Nothing of ours is pinned, whatever the items are.
assert_all!(
    Sender<PhantomPinned>, Receiver<PhantomPinned>, AsyncSender<PhantomPinned>, AsyncReceiver<PhantomPinned>,
    SendFuture<'_, PhantomPinned>, RecvFuture<'_, PhantomPinned>, ClosedFuture<'_, PhantomPinned>,
    RecvStream<PhantomPinned>: Unpin
);

assert_all!(SendFuture<'_, u8>, RecvFuture<'_, u8>, ClosedFuture<'_, u8>: FusedFuture);
assert_all!(RecvStream<u8>: FusedStream);
assert_all!(RecvStream<String>, IntoIter<String>, Drain<String>, Sender<String>, AsyncReceiver<String>: 'static);
assert_all!(Sender<Rooted>, Receiver<Rooted>, AsyncSender<Rooted>, AsyncReceiver<Rooted>: Clone + std::fmt::Debug);

// Room is no item: a permit goes where its sender would.
assert_all!(
    Permit<'_, Movable>, Permits<'_, Movable>, OwnedPermit<Movable>, JoinFuture<'_, Movable>, ReserveFuture<'_, Movable>,
    ReserveManyFuture<'_, Movable>, OwnedReserveFuture<Movable>, OwnedRecvFuture<Movable>, Timer, Stats: Send + Sync
);
// An item in hand is shared if items of its type may be.
assert_all!(Task<u8>: Send + Sync);
assert_all!(
    Task<Movable>, Builder<Movable>, RecvTaskFuture<'_, Movable>, RecvManyFuture<'_, Movable>, SendManyFuture<'_, Movable>,
    OwnedSendFuture<Movable>, Pushed<Movable>: Send
);
assert_none!(Task<Movable>: Sync);
assert_none!(
    Permit<'static, Rooted>, Permits<'static, Rooted>, OwnedPermit<Rooted>, Task<Rooted>, Builder<Rooted>,
    JoinFuture<'static, Rooted>, ReserveFuture<'static, Rooted>, ReserveManyFuture<'static, Rooted>,
    OwnedReserveFuture<Rooted>, OwnedRecvFuture<Rooted>, OwnedSendFuture<Rooted>, RecvTaskFuture<'static, Rooted>,
    RecvManyFuture<'static, Rooted>, SendManyFuture<'static, Rooted>: Send
);
assert_none!(
    Permit<'static, Guard>, Permits<'static, Guard>, OwnedPermit<Guard>, Task<Guard>, JoinFuture<'static, Guard>,
    ReserveFuture<'static, Guard>, OwnedReserveFuture<Guard>, OwnedRecvFuture<Guard>, OwnedSendFuture<Guard>: Send
);
// A select stays on its thread, with what it has chosen.
assert_none!(Select<'static>, SelectedOperation<'static>: Send);
assert_none!(Select<'static>, SelectedOperation<'static>: Sync);

assert_all!(
    Permit<'_, PhantomPinned>, Permits<'_, PhantomPinned>, OwnedPermit<PhantomPinned>, JoinFuture<'_, PhantomPinned>,
    ReserveFuture<'_, PhantomPinned>, ReserveManyFuture<'_, PhantomPinned>, OwnedReserveFuture<PhantomPinned>,
    OwnedRecvFuture<PhantomPinned>, OwnedSendFuture<PhantomPinned>, RecvTaskFuture<'_, PhantomPinned>,
    RecvManyFuture<'_, PhantomPinned>, SendManyFuture<'_, PhantomPinned>: Unpin
);
assert_all!(
    JoinFuture<'_, u8>, ReserveFuture<'_, u8>, ReserveManyFuture<'_, u8>, OwnedReserveFuture<u8>, OwnedRecvFuture<u8>,
    OwnedSendFuture<u8>, RecvTaskFuture<'_, u8>, RecvManyFuture<'_, u8>, SendManyFuture<'_, u8>: FusedFuture
);
assert_all!(OwnedRecvFuture<String>, OwnedSendFuture<String>, OwnedReserveFuture<String>, OwnedPermit<String>, Task<String>: 'static);
assert_all!(
    ReserveError, CapacityError, JoinTimeoutError, TrySelectError, SelectTimeoutError, TryReadyError, ReadyTimeoutError:
    Send + Sync + Copy + Eq + std::error::Error + 'static
);
assert_all!(Permit<'_, Rooted>, Permits<'_, Rooted>, OwnedPermit<Rooted>, Task<Rooted>, Builder<Rooted>: std::fmt::Debug);
assert_all!(Select<'_>, SelectedOperation<'_>, Timer, Stats, Pushed<Rooted>: std::fmt::Debug);
assert_all!(Timer, Select<'_>, Stats, Pushed<String>: Clone);
// Held through a panic, all of them may be used after it.
assert_all!(
    Permit<'_, Movable>, Permits<'_, Movable>, OwnedPermit<Movable>, Task<u8>, Stats: UnwindSafe + RefUnwindSafe
);

#[cfg(feature = "sink")]
mod with_a_sink {
    use bifrons::future::SendSink;

    use super::{Movable, PhantomPinned, Rooted};

    assert_all!(SendSink<Movable>: Send);
    assert_all!(SendSink<PhantomPinned>: Unpin);
    assert_all!(SendSink<Rooted>: std::fmt::Debug);
    assert_none!(SendSink<Rooted>: Send);
}

/// Handles of one face do not compare, order or copy by accident.
mod not_by_accident {
    use super::{AsyncSender, Receiver, Sender};

    assert_none!(Sender<u8>, Receiver<u8>, AsyncSender<u8>: Copy);
    assert_none!(Sender<u8>, Receiver<u8>, AsyncSender<u8>: PartialEq);
    assert_none!(Sender<u8>, Receiver<u8>, AsyncSender<u8>: Default);
}

/// The futures of a task that is spawned: `Send` with what they borrow.
#[test]
fn a_task_that_holds_every_future_may_be_spawned() {
    fn spawnable<F: Future<Output = u8> + Send + 'static>(future: F) -> F {
        future
    }
    let (tx, rx) = bifrons::bounded(1);
    let (tx, rx) = (tx.into_async(), rx.into_async());
    let task = spawnable(async move {
        tx.send(7).await.unwrap();
        let item = rx.recv().await.unwrap();
        tx.close();
        rx.closed().await;
        item
    });
    assert_eq!(crate::support::block_on(task), 7);
}

/// Payloads that are not `Send` are refused at the thread's door only: within a thread they pass.
#[test]
fn items_that_stay_in_their_thread_pass_within_it() {
    let (tx, rx) = bifrons::unbounded();
    let item = Rc::new(5);
    tx.send(Rc::clone(&item)).unwrap();
    assert!(Rc::ptr_eq(&rx.recv().unwrap(), &item));
    tx.send(Rc::clone(&item)).unwrap();
    drop(rx);
    assert_eq!(Rc::strong_count(&item), 1);
}
