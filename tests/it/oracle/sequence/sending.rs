//! Steps of the sending half.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use bifrons::{Permit, ReserveError, Select, SendTimeoutError, TrySendError};

use super::{Run, choose, make, poll_once, remove};
use crate::oracle::handles::Tx;
use crate::oracle::model::{Item, Model};
use crate::oracle::parcel::Parcel;
use crate::oracle::steps::{Goods, ReserveWay, SendWay, Use};
use crate::support::Census;

/// What a send came to, in the words of the model.
type Sent = Result<(), TrySendError<Item>>;

fn opened(error: TrySendError<Parcel>) -> TrySendError<Item> {
    match error {
        TrySendError::Full(parcel) => TrySendError::Full(parcel.open()),
        TrySendError::Closed(parcel) => TrySendError::Closed(parcel.open()),
    }
}

/// One that did not wait any longer found no room.
fn in_no_time(error: SendTimeoutError<Parcel>) -> TrySendError<Item> {
    match error {
        SendTimeoutError::Timeout(parcel) => TrySendError::Full(parcel.open()),
        SendTimeoutError::Closed(parcel) => TrySendError::Closed(parcel.open()),
    }
}

/// What a reservation comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reserved {
    Granted,
    Waits,
    TooLarge,
    Closed,
}

impl Reserved {
    fn of<P>(result: Result<P, ReserveError>) -> (Self, Option<P>) {
        match result {
            Ok(permit) => (Self::Granted, Some(permit)),
            Err(ReserveError::Closed) => (Self::Closed, None),
            Err(ReserveError::TooLarge) => (Self::TooLarge, None),
        }
    }

    fn of_poll<P>(result: Option<Result<P, ReserveError>>) -> (Self, Option<P>) {
        result.map_or((Self::Waits, None), Self::of)
    }
}

/// How much is set aside, and what comes of it.
fn expect(model: &mut Model, way: ReserveWay) -> (usize, Reserved) {
    let need = match way {
        ReserveWay::Try | ReserveWay::One => 1,
        ReserveWay::Weight(weight) if model.weighted => weight,
        ReserveWay::Weight(weight) => weight.max(1),
        ReserveWay::Many(items) => items,
    };
    let can_be_too_large = match way {
        ReserveWay::Try => false,
        ReserveWay::One | ReserveWay::Weight(_) => !model.weighted,
        ReserveWay::Many(_) => true,
    };
    let is_too_large = model.is_rendezvous() || model.capacity.is_some_and(|capacity| need > capacity);
    if can_be_too_large && is_too_large {
        return (need, Reserved::TooLarge);
    }
    if need == 0 {
        return (0, if model.closed { Reserved::Closed } else { Reserved::Granted });
    }
    match model.try_reserve(need) {
        Ok(()) => (need, Reserved::Granted),
        Err(TrySendError::Full(())) => (need, Reserved::Waits),
        Err(TrySendError::Closed(())) => (need, Reserved::Closed),
    }
}

fn use_permit(model: &mut Model, census: &Census, permit: Permit<'_, Parcel>, need: usize, used: Use) {
    match used {
        Use::Send(goods) => {
            let (item, parcel) = make(model, census, goods);
            let sent = permit.send(parcel).map_err(|error| error.into_inner().open());
            assert_eq!(sent, model.redeem(item, need).map_err(|error| error.into_inner()));
        }
        Use::Drop => {
            drop(permit);
            model.reserved -= need;
        }
    }
}

impl Run {
    pub(super) fn send(&mut self, at: usize, way: SendWay, goods: Goods) {
        let Self { txs, model, census, .. } = self;
        let Some(tx) = choose(txs, at) else { return };
        let (item, parcel) = make(model, census, goods);
        if let SendWay::Select = way {
            return select_send(tx, model, item, parcel);
        }
        let expected = model.try_send(item);
        let would_wait = matches!(expected, Err(TrySendError::Full(_)));
        let sent: Sent = match way {
            SendWay::Try => match tx {
                Tx::Sync(tx) => tx.try_send(parcel).map_err(opened),
                Tx::Async(tx) => tx.try_send(parcel).map_err(opened),
            },
            SendWay::Blocking if !would_wait => {
                tx.on_sync(|tx| tx.send(parcel)).map_err(|error| TrySendError::Closed(error.into_inner().open()))
            }
            SendWay::Blocking | SendWay::Timeout => {
                let limit = if would_wait { Duration::ZERO } else { Duration::MAX };
                tx.on_sync(|tx| tx.send_timeout(parcel, limit)).map_err(in_no_time)
            }
            SendWay::Deadline => tx.on_sync(|tx| tx.send_deadline(parcel, Instant::now())).map_err(in_no_time),
            SendWay::Awaited { take } => tx.on_async(|tx| {
                let (output, mut send) = poll_once(tx.send(parcel));
                give_up(output, item, || if take { send.take().map(Parcel::open) } else { Some(item) })
            }),
            SendWay::Owned { take } => {
                let owned = tx.on_async(|tx| tx.clone());
                let (output, mut send) = poll_once(owned.send_owned(parcel));
                give_up(output, item, || if take { send.take().map(Parcel::open) } else { Some(item) })
            }
            SendWay::Select => unreachable!("it is a case of its own"),
        };
        assert_eq!(sent, expected);
    }

    pub(super) fn send_many(&mut self, at: usize, blocking: bool, goods: &[Goods]) {
        let Self { txs, model, census, .. } = self;
        let Some(tx) = choose(txs, at) else { return };
        let (mut left, mut parcels): (VecDeque<_>, VecDeque<_>) =
            goods.iter().map(|&goods| make(model, census, goods)).unzip();
        let mut expected = 0;
        while left.front().is_some_and(|&item| model.try_send(item).is_ok()) {
            left.pop_front();
            expected += 1;
        }
        let would_wait = !left.is_empty() && !model.closed;
        let result = if blocking && !would_wait {
            Some(tx.on_sync(|tx| tx.send_many(&mut parcels)))
        } else {
            tx.on_async(|tx| poll_once(tx.send_many(&mut parcels)).0)
        };
        match result {
            Some(Ok(sent)) => assert_eq!((sent, would_wait), (expected, false)),
            Some(Err(_)) => assert!(model.closed && !left.is_empty()),
            None => assert!(would_wait),
        }
        assert!(parcels.into_iter().map(Parcel::open).eq(left), "what was not sent stays");
    }

    pub(super) fn force_send(&mut self, at: usize, goods: Goods) {
        let Self { txs, model, census, .. } = self;
        let Some(tx) = choose(txs, at) else { return };
        let (item, parcel) = make(model, census, goods);
        let result = match tx {
            Tx::Sync(tx) => tx.force_send(parcel),
            Tx::Async(tx) => tx.force_send(parcel),
        };
        let result = result.map(|evicted| evicted.map(Parcel::open)).map_err(opened);
        assert_eq!(result, model.force_send(item));
    }

    pub(super) fn reserve(&mut self, at: usize, way: ReserveWay, blocking: bool, uses: &[Use]) {
        let Self { txs, model, census, .. } = self;
        let Some(tx) = choose(txs, at) else { return };
        let (need, expected) = expect(model, way);
        let blocking = blocking && expected != Reserved::Waits;
        let used = uses.first().copied().unwrap_or(Use::Drop);
        let mut one = |(found, permit): (Reserved, Option<Permit<'_, Parcel>>)| {
            assert_eq!(found, expected);
            if let Some(permit) = permit {
                use_permit(model, census, permit, need, used);
            }
        };
        match way {
            ReserveWay::Try => {
                let mut tried = |result: Result<Permit<'_, Parcel>, TrySendError<()>>| match result {
                    Ok(permit) => one((Reserved::Granted, Some(permit))),
                    Err(TrySendError::Full(())) => one((Reserved::Waits, None)),
                    Err(TrySendError::Closed(())) => one((Reserved::Closed, None)),
                };
                match tx {
                    Tx::Sync(tx) => tried(tx.try_reserve()),
                    Tx::Async(tx) => tried(tx.try_reserve()),
                }
            }
            ReserveWay::One if blocking => tx.on_sync(|tx| one(Reserved::of(tx.reserve()))),
            ReserveWay::One => tx.on_async(|tx| one(Reserved::of_poll(poll_once(tx.reserve()).0))),
            ReserveWay::Weight(weight) if blocking => tx.on_sync(|tx| one(Reserved::of(tx.reserve_weight(weight)))),
            ReserveWay::Weight(weight) => {
                tx.on_async(|tx| one(Reserved::of_poll(poll_once(tx.reserve_weight(weight)).0)));
            }
            ReserveWay::Many(items) => {
                let mut many = |(found, permits): (Reserved, Option<bifrons::Permits<'_, Parcel>>)| {
                    assert_eq!(found, expected);
                    let Some(mut permits) = permits else { return };
                    assert_eq!(permits.len(), items);
                    for &used in uses {
                        let Some(permit) = permits.next() else { break };
                        use_permit(model, census, permit, 1, used);
                    }
                    model.reserved -= permits.len();
                };
                if blocking {
                    tx.on_sync(|tx| many(Reserved::of(tx.reserve_many(items))));
                } else {
                    tx.on_async(|tx| many(Reserved::of_poll(poll_once(tx.reserve_many(items)).0)));
                }
            }
        }
    }

    pub(super) fn reserve_owned(&mut self, at: usize, blocking: bool) {
        let Self { txs, model, permits, .. } = self;
        let Some(tx) = choose(txs, at) else { return };
        let (_, expected) = expect(model, ReserveWay::One);
        let (found, permit) = if blocking && expected != Reserved::Waits {
            Reserved::of(tx.on_sync(|tx| tx.clone().reserve_owned()))
        } else {
            Reserved::of_poll(tx.on_async(|tx| poll_once(tx.clone().reserve_owned()).0))
        };
        assert_eq!(found, expected);
        permits.extend(permit);
    }

    pub(super) fn use_owned(&mut self, at: usize, used: Use) {
        let Self { txs, model, census, permits, .. } = self;
        let Some(permit) = remove(permits, at) else { return };
        let Use::Send(goods) = used else {
            drop(permit);
            model.reserved -= 1;
            return;
        };
        let (item, parcel) = make(model, census, goods);
        let expected = model.redeem(item, 1).map_err(|error| error.into_inner());
        match permit.send(parcel) {
            Ok(tx) => {
                assert_eq!(expected, Ok(()));
                txs.push(Tx::Sync(tx));
            }
            Err(error) => assert_eq!(expected, Err(error.into_inner().open())),
        }
    }

    /// Hands an item over to a receive that is then given up.
    pub(super) fn orphan(&mut self, at: usize, goods: Goods) {
        let Self { txs, rxs, model, census, .. } = self;
        let (Some(tx), Some(rx)) = (choose(txs, at), choose(rxs, at)) else { return };
        if !model.is_rendezvous() || !model.items.is_empty() || model.closed {
            return;
        }
        let (item, parcel) = make(model, census, goods);
        rx.on_async(|rx| {
            let (nothing, recv) = poll_once(rx.recv());
            assert!(nothing.is_none());
            tx.on_sync(|tx| tx.try_send(parcel)).expect("a receiver waits");
            drop(recv);
        });
        model.insert(item);
    }
}

/// What a poll came to; one that would have waited gives its item back.
fn give_up(
    output: Option<Result<(), bifrons::SendError<Parcel>>>,
    item: Item,
    take: impl FnOnce() -> Option<Item>,
) -> Sent {
    match output {
        Some(Ok(())) => Ok(()),
        Some(Err(error)) => Err(TrySendError::Closed(error.into_inner().open())),
        None => {
            assert_eq!(take(), Some(item));
            Err(TrySendError::Full(item))
        }
    }
}

/// A select looks for room for one item, whatever that will weigh.
fn select_send(tx: &Tx, model: &mut Model, item: Item, parcel: Parcel) {
    let expected = model.try_reserve(1);
    tx.on_sync(|tx| {
        let mut select = Select::new();
        let index = select.send(tx);
        match select.try_select() {
            Ok(operation) => {
                assert_eq!(operation.index(), index);
                let sent = operation.send(tx, parcel).map_err(|error| error.into_inner().open());
                match expected {
                    Ok(()) => assert_eq!(sent, model.redeem(item, 1).map_err(|error| error.into_inner())),
                    Err(_) => assert_eq!((sent, model.closed), (Err(item), true)),
                }
            }
            Err(_) => assert_eq!(expected, Err(TrySendError::Full(()))),
        }
    });
}
