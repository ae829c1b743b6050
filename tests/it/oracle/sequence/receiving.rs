//! Steps of the receiving half.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use bifrons::future::RecvStream;
use bifrons::{RecvError, RecvTimeoutError, Select, Task, TryRecvError};
use futures_util::Stream;

use super::{Run, choose, poll_once, remove};
use crate::oracle::handles::Rx;
use crate::oracle::model::{Item, Model};
use crate::oracle::parcel::Parcel;
use crate::oracle::steps::{Finish, RecvWay, TaskWay};

/// One that did not wait any longer found nothing.
fn in_no_time(error: RecvTimeoutError) -> TryRecvError {
    match error {
        RecvTimeoutError::Timeout => TryRecvError::Empty,
        RecvTimeoutError::Closed => TryRecvError::Closed,
    }
}

/// What a poll came to.
fn by_poll<T>(output: Option<Result<T, RecvError>>) -> Result<T, TryRecvError> {
    output.map_or(Err(TryRecvError::Empty), |result| result.map_err(TryRecvError::from))
}

/// An iterator tells the close from an item, and a try from neither.
fn by_end(next: Option<Parcel>, model: &Model) -> Result<Parcel, TryRecvError> {
    next.ok_or(if model.closed { TryRecvError::Closed } else { TryRecvError::Empty })
}

fn from_stream(mut stream: RecvStream<Parcel>) -> Result<Parcel, TryRecvError> {
    match Pin::new(&mut stream).poll_next(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(next) => next.ok_or(TryRecvError::Closed),
        Poll::Pending => Err(TryRecvError::Empty),
    }
}

impl Run {
    pub(super) fn recv(&mut self, at: usize, way: RecvWay) {
        let Self { rxs, model, .. } = self;
        let Some(rx) = choose(rxs, at) else { return };
        let expected: Result<Item, _> = model.try_recv();
        let would_wait = expected == Err(TryRecvError::Empty);
        let received = match way {
            RecvWay::Try => match rx {
                Rx::Sync(rx) => rx.try_recv(),
                Rx::Async(rx) => rx.try_recv(),
            },
            RecvWay::Blocking if !would_wait => rx.on_sync(|rx| rx.recv()).map_err(TryRecvError::from),
            RecvWay::Blocking | RecvWay::Timeout => {
                let limit = if would_wait { Duration::ZERO } else { Duration::MAX };
                rx.on_sync(|rx| rx.recv_timeout(limit)).map_err(in_no_time)
            }
            RecvWay::Deadline => rx.on_sync(|rx| rx.recv_deadline(Instant::now())).map_err(in_no_time),
            RecvWay::Awaited => rx.on_async(|rx| by_poll(poll_once(rx.recv()).0)),
            RecvWay::Owned => by_poll(poll_once(rx.on_async(|rx| rx.clone()).into_recv()).0),
            RecvWay::Stream => from_stream(rx.on_async(|rx| rx.stream())),
            RecvWay::OwnedStream => from_stream(rx.on_async(|rx| rx.clone()).into_stream()),
            RecvWay::Iter if !would_wait => by_end(rx.on_sync(|rx| rx.iter().next()), model),
            RecvWay::IntoIter if !would_wait => by_end(rx.on_sync(|rx| rx.clone()).into_iter().next(), model),
            RecvWay::TryIter | RecvWay::Iter | RecvWay::IntoIter => {
                by_end(rx.on_sync(|rx| rx.try_iter().next()), model)
            }
            RecvWay::Select => rx.on_sync(|rx| {
                let mut select = Select::new();
                select.recv(rx);
                match select.try_select() {
                    Ok(operation) => operation.recv(rx).map_err(TryRecvError::from),
                    Err(_) => Err(TryRecvError::Empty),
                }
            }),
        };
        assert_eq!(received.map(Parcel::open), expected);
    }

    pub(super) fn recv_many(&mut self, at: usize, blocking: bool, limit: usize) {
        let Self { rxs, model, .. } = self;
        let Some(rx) = choose(rxs, at) else { return };
        let expected: Vec<_> = (0..limit).map_while(|_| model.pop()).collect();
        let would_wait = limit > 0 && expected.is_empty() && !model.closed;
        let mut parcels = Vec::new();
        let result = if blocking && !would_wait {
            Some(rx.on_sync(|rx| rx.recv_many(&mut parcels, limit)))
        } else {
            rx.on_async(|rx| poll_once(rx.recv_many(&mut parcels, limit)).0)
        };
        match result {
            Some(Ok(count)) => assert_eq!((count, would_wait), (parcels.len(), false)),
            Some(Err(RecvError)) => assert!(model.closed && limit > 0 && expected.is_empty()),
            None => assert!(would_wait),
        }
        assert!(parcels.into_iter().map(Parcel::open).eq(expected));
    }

    pub(super) fn drain(&mut self, at: usize, from_the_end: bool) {
        let Self { rxs, model, .. } = self;
        let Some(rx) = choose(rxs, at) else { return };
        let expected = model.pop_all();
        let drain = match rx {
            Rx::Sync(rx) => rx.drain(),
            Rx::Async(rx) => rx.drain(),
        };
        assert_eq!(drain.len(), expected.len());
        if from_the_end {
            assert!(drain.rev().map(Parcel::open).eq(expected.into_iter().rev()));
        } else {
            assert!(drain.map(Parcel::open).eq(expected));
        }
    }

    pub(super) fn recv_task(&mut self, at: usize, way: TaskWay) {
        let Self { rxs, model, tasks, .. } = self;
        let Some(rx) = choose(rxs, at) else { return };
        let expected: Result<Item, _> = model.try_recv();
        let would_wait = expected == Err(TryRecvError::Empty);
        let task: Result<Task<Parcel>, _> = match way {
            TaskWay::Try => match rx {
                Rx::Sync(rx) => rx.try_recv_task(),
                Rx::Async(rx) => rx.try_recv_task(),
            },
            TaskWay::Blocking if !would_wait => rx.on_sync(|rx| rx.recv_task()).map_err(TryRecvError::from),
            TaskWay::Blocking | TaskWay::Timeout => {
                let limit = if would_wait { Duration::ZERO } else { Duration::MAX };
                rx.on_sync(|rx| rx.recv_task_timeout(limit)).map_err(in_no_time)
            }
            TaskWay::Deadline => rx.on_sync(|rx| rx.recv_task_deadline(Instant::now())).map_err(in_no_time),
            TaskWay::Awaited => rx.on_async(|rx| by_poll(poll_once(rx.recv_task()).0)),
        };
        assert_eq!(task.as_ref().map(|task| task.item).map_err(|&error| error), expected);
        tasks.extend(task.ok());
    }

    pub(super) fn finish_task(&mut self, at: usize, how: Finish) {
        let Some(task) = remove(&mut self.tasks, at) else { return };
        let item = task.item;
        match how {
            Finish::Done => task.done(),
            Finish::Dropped => drop(task),
            Finish::IntoInner => assert_eq!(task.into_inner().open(), item),
        }
    }
}
