//! One future that waits, and the wakers it was polled with.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use bifrons::future::{
    ClosedFuture, JoinFuture, OwnedRecvFuture, OwnedReserveFuture, OwnedSendFuture, RecvFuture, RecvStream,
    RecvTaskFuture, ReserveFuture, ReserveManyFuture, SendFuture,
};
use bifrons::{AsyncReceiver, AsyncSender, OwnedPermit, Permit, Permits, ReserveError, SendError, Task};
use futures_util::Stream;

use crate::oracle::Parcel;
use crate::support::{WakeCount, counting_waker, poll_with};

/// Room that is set aside.
pub(super) enum Room<'a> {
    One(Permit<'a, Parcel>),
    Many(Permits<'a, Parcel>),
    Owned(OwnedPermit<Parcel>),
}

/// What somebody waited for and got.
pub(super) enum Got<'a> {
    Sent,
    NotSent(Option<Parcel>),
    Room(Room<'a>),
    NoRoom,
    Received(Vec<Parcel>),
    Task(Task<Parcel>),
    /// Of a stream, an item, which it goes on after.
    Next(Parcel),
    Nothing,
    ItCameAbout,
}

type Boxed<'a, R> = Pin<Box<dyn Future<Output = R> + 'a>>;

/// A future of any kind.
pub(super) enum Pending<'a> {
    Send(SendFuture<'a, Parcel>),
    OwnedSend(OwnedSendFuture<Parcel>),
    SendMany(Boxed<'a, Result<usize, SendError<()>>>),
    Reserve(ReserveFuture<'a, Parcel>),
    OwnedReserve(OwnedReserveFuture<Parcel>),
    ReserveMany(ReserveManyFuture<'a, Parcel>),
    Recv(RecvFuture<'a, Parcel>),
    OwnedRecv(OwnedRecvFuture<Parcel>),
    RecvMany(Boxed<'a, Vec<Parcel>>),
    RecvTask(RecvTaskFuture<'a, Parcel>),
    Stream(RecvStream<Parcel>),
    Join(JoinFuture<'a, Parcel>),
    Closed(ClosedFuture<'a, Parcel>),
}

/// What one is after who waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    /// Room of that size, for an item or in itself.
    Room(usize),
    Item,
    Idle,
    Closed,
}

pub(super) struct Slot<'a> {
    pub(super) pending: Pending<'a>,
    pub(super) wish: Wish,
    /// The item of a send.
    pub(super) number: Option<u32>,
    wakers: [(Arc<WakeCount>, Waker); 2],
    /// The one it was last polled with.
    current: usize,
    /// How often either had been woken before it was last polled.
    known: [usize; 2],
    /// When it first had to wait.
    pub(super) since: Option<u64>,
    /// Whether what it waits for has come about since, if that is an event.
    pub(super) has_come_about: bool,
}

impl<'a> Slot<'a> {
    pub(super) fn new(pending: Pending<'a>, wish: Wish, number: Option<u32>) -> Self {
        Self {
            pending,
            wish,
            number,
            wakers: [counting_waker(), counting_waker()],
            current: 0,
            known: [0, 0],
            since: None,
            has_come_about: false,
        }
    }

    /// What no other has while it lives.
    pub(super) fn life(&self) -> usize {
        Arc::as_ptr(&self.wakers[0].0).addr()
    }

    /// Whether it was polled and is to wait until it is woken.
    pub(super) fn waits(&self) -> bool {
        self.since.is_some()
    }

    pub(super) fn is_many(&self) -> bool {
        matches!(self.pending, Pending::SendMany(_))
    }

    /// How often it was woken since it was last polled.
    pub(super) fn wakes(&self) -> usize {
        self.wakers[self.current].0.wakes() - self.known[self.current]
    }

    pub(super) fn is_woken(&self) -> bool {
        self.wakes() > 0
    }

    /// Whether the waker was woken that another has taken the place of.
    pub(super) fn is_old_waker_woken(&self) -> bool {
        let other = 1 - self.current;
        self.wakers[other].0.wakes() != self.known[other]
    }

    pub(super) fn poll(&mut self, other_waker: bool) -> Poll<Got<'a>> {
        if other_waker {
            self.current = 1 - self.current;
        }
        self.known = [self.wakers[0].0.wakes(), self.wakers[1].0.wakes()];
        let waker = &self.wakers[self.current].1;
        match &mut self.pending {
            Pending::Send(send) => poll_with(send, waker).map(sent),
            Pending::OwnedSend(send) => poll_with(send, waker).map(sent),
            Pending::SendMany(send) => {
                poll_with(send, waker).map(|result| if result.is_ok() { Got::Sent } else { Got::NotSent(None) })
            }
            Pending::Reserve(reserve) => poll_with(reserve, waker).map(|result| reserved(result, Room::One)),
            Pending::OwnedReserve(reserve) => poll_with(reserve, waker).map(|result| reserved(result, Room::Owned)),
            Pending::ReserveMany(reserve) => poll_with(reserve, waker).map(|result| reserved(result, Room::Many)),
            Pending::Recv(recv) => {
                poll_with(recv, waker).map(|result| result.map_or(Got::Nothing, |parcel| Got::Received(vec![parcel])))
            }
            Pending::OwnedRecv(recv) => {
                poll_with(recv, waker).map(|result| result.map_or(Got::Nothing, |parcel| Got::Received(vec![parcel])))
            }
            Pending::RecvMany(recv) => poll_with(recv, waker).map(Got::Received),
            Pending::RecvTask(recv) => poll_with(recv, waker).map(|result| result.map_or(Got::Nothing, Got::Task)),
            Pending::Stream(stream) => {
                let next = Pin::new(stream).poll_next(&mut Context::from_waker(waker));
                next.map(|next| next.map_or(Got::Nothing, Got::Next))
            }
            Pending::Join(join) => poll_with(join, waker).map(|()| Got::ItCameAbout),
            Pending::Closed(closed) => poll_with(closed, waker).map(|()| Got::ItCameAbout),
        }
    }
}

fn sent<'a>(result: Result<(), SendError<Parcel>>) -> Got<'a> {
    result.map_or_else(|error| Got::NotSent(Some(error.into_inner())), |()| Got::Sent)
}

fn reserved<'a, P>(result: Result<P, ReserveError>, room: impl FnOnce(P) -> Room<'a>) -> Got<'a> {
    result.map_or(Got::NoRoom, |permit| Got::Room(room(permit)))
}

/// What has not been sent when it is over or given up goes with the deque.
pub(super) fn send_many(tx: &AsyncSender<Parcel>, mut parcels: VecDeque<Parcel>) -> Pending<'_> {
    Pending::SendMany(Box::pin(async move { tx.send_many(&mut parcels).await }))
}

pub(super) fn recv_many(rx: &AsyncReceiver<Parcel>, limit: usize) -> Pending<'_> {
    Pending::RecvMany(Box::pin(async move {
        let mut parcels = Vec::new();
        // A close shows as a vector in which nothing is.
        let _ = rx.recv_many(&mut parcels, limit).await;
        parcels
    }))
}
