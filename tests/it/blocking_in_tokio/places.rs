//! Where a call can be made, in and beside tokio's runtimes.

use std::thread;

use tokio::runtime::{Builder, Runtime};
use tokio::task::{LocalSet, block_in_place, spawn_local};

pub(crate) fn multi(workers: usize) -> Runtime {
    Builder::new_multi_thread().worker_threads(workers).enable_time().build().unwrap()
}

pub(crate) fn current() -> Runtime {
    Builder::new_current_thread().enable_time().build().unwrap()
}

/// Runs `work` in a thread of its own, to its end.
fn in_a_thread(work: impl FnOnce() + Send) {
    thread::scope(|scope| scope.spawn(work).join().unwrap());
}

/// Where a call is made.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Site {
    NoRuntime,
    MultiTask,
    MultiBlockOn,
    MultiSpawnBlocking,
    MultiEntered,
    MultiInPlace,
    /// Another multi-thread runtime, started on a worker that has handed over its tasks.
    MultiNested,
    /// A worker that has entered the handle of a current-thread runtime.
    MultiTaskCurrentEntered,
    CurrentSpawnBlocking,
    CurrentEntered,
    /// In a thread that waits for a future, while another one drives the runtime.
    CurrentHandleBlockOn,
    CurrentLocalSetSpawnBlocking,
    /// A `LocalSet` on an executor that is none of tokio's.
    ForeignLocalSet,
    /// A `LocalSet` on a worker that has handed over its tasks: only those of the set have to wait.
    MultiInPlaceLocalSet,

    CurrentTask,
    CurrentBlockOn,
    /// The runtime that is current is not the one that the thread drives.
    CurrentBlockOnMultiEntered,
    /// A current-thread runtime, started on a worker that has handed over its tasks.
    MultiInPlaceCurrent,
    CurrentLocalSet,
    CurrentLocalTask,
    MultiLocalSet,
    MultiLocalTask,
}

use Site::*;

/// Here a call may wait, and nobody else has to.
pub(crate) const ALLOWED: [Site; 14] = [
    NoRuntime,
    MultiTask,
    MultiBlockOn,
    MultiSpawnBlocking,
    MultiEntered,
    MultiInPlace,
    MultiNested,
    MultiTaskCurrentEntered,
    CurrentSpawnBlocking,
    CurrentEntered,
    CurrentHandleBlockOn,
    CurrentLocalSetSpawnBlocking,
    ForeignLocalSet,
    MultiInPlaceLocalSet,
];

/// Here a runtime, or a `LocalSet` on one, can not do without the thread.
pub(crate) const FORBIDDEN: [Site; 8] = [
    CurrentTask,
    CurrentBlockOn,
    CurrentBlockOnMultiEntered,
    MultiInPlaceCurrent,
    CurrentLocalSet,
    CurrentLocalTask,
    MultiLocalSet,
    MultiLocalTask,
];

impl Site {
    /// Runs `work` there, to its end.
    pub(crate) fn run(self, work: impl FnOnce() + Send + 'static) {
        self.run_boxed(Box::new(work));
    }

    fn run_boxed(self, work: Box<dyn FnOnce() + Send>) {
        match self {
            NoRuntime => work(),
            MultiTask => multi(1).block_on(async { tokio::spawn(async { work() }).await.unwrap() }),
            MultiBlockOn => multi(1).block_on(async { work() }),
            MultiSpawnBlocking => multi(1).block_on(async { tokio::task::spawn_blocking(work).await.unwrap() }),
            MultiEntered => in_a_thread(|| {
                let runtime = multi(1);
                let _entered = runtime.enter();
                work()
            }),
            MultiInPlace => MultiTask.run(|| block_in_place(work)),
            MultiNested => MultiInPlace.run(|| MultiBlockOn.run(work)),
            MultiTaskCurrentEntered => MultiTask.run(|| {
                let other = current();
                let entered = other.enter();
                work();
                drop(entered);
                other.shutdown_background();
            }),
            CurrentSpawnBlocking => current().block_on(async { tokio::task::spawn_blocking(work).await.unwrap() }),
            CurrentEntered => in_a_thread(|| {
                let runtime = current();
                let _entered = runtime.enter();
                work()
            }),
            CurrentHandleBlockOn => {
                let runtime = current();
                let handle = runtime.handle().clone();
                let (tell, told) = tokio::sync::oneshot::channel();
                let waits = thread::spawn(move || {
                    handle.block_on(async { work() });
                    tell.send(()).unwrap();
                });
                runtime.block_on(told).unwrap();
                waits.join().unwrap();
            }
            CurrentLocalSetSpawnBlocking => {
                LocalSet::new().block_on(&current(), async { tokio::task::spawn_blocking(work).await.unwrap() })
            }
            ForeignLocalSet => {
                smol::block_on(LocalSet::new().run_until(async { spawn_local(async { work() }).await })).unwrap()
            }
            MultiInPlaceLocalSet => MultiInPlace.run(|| {
                let local = LocalSet::new();
                let set = local.run_until(async { spawn_local(async { work() }).await.unwrap() });
                tokio::runtime::Handle::current().block_on(set)
            }),
            CurrentTask => current().block_on(async { tokio::spawn(async { work() }).await.unwrap() }),
            CurrentBlockOn => current().block_on(async { work() }),
            CurrentBlockOnMultiEntered => {
                let other = multi(1);
                current().block_on(async {
                    let _entered = other.enter();
                    work()
                })
            }
            MultiInPlaceCurrent => MultiInPlace.run(|| CurrentBlockOn.run(work)),
            CurrentLocalSet => LocalSet::new().block_on(&current(), async { work() }),
            CurrentLocalTask => {
                LocalSet::new().block_on(&current(), async { spawn_local(async { work() }).await.unwrap() })
            }
            MultiLocalSet => LocalSet::new().block_on(&multi(1), async { work() }),
            MultiLocalTask => {
                LocalSet::new().block_on(&multi(1), async { spawn_local(async { work() }).await.unwrap() })
            }
        }
    }
}
