//! A task that could go on for ever lets its executor run the others.

use std::cell::Cell;
use std::collections::VecDeque;
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use futures_util::future::select;
use futures_util::{FutureExt, StreamExt};

use crate::support::{Choosy, counting_waker, must_be_ready, poll_with, watchdog, yield_now};

/// How often the ticking task must run beside the saturated one. It is not a bound in time: without
/// cooperation the saturated task never lets go and the test hangs until its watchdog barks.
const TICKS: u32 = 20;

/// The kinds of saturated loops. Each goes on until told to stop, and completes at once every time.
#[derive(Debug, Clone, Copy)]
enum Loop {
    Recv,
    Send,
    Stream,
    SendAndRecv,
    /// Beside another future of the same handle, which is pending, and polled first now and then, as in a fair `select!`.
    BesideOneThatWaits,
}

const LOOPS: [Loop; 5] = [Loop::Recv, Loop::Send, Loop::Stream, Loop::SendAndRecv, Loop::BesideOneThatWaits];

/// Runs until `stop`; never waits for anything.
async fn saturated(kind: Loop, stop: Rc<Cell<bool>>) {
    let (tx, rx) = bifrons::unbounded();
    match kind {
        Loop::Recv => {
            let rx = rx.into_async();
            tx.send(0).unwrap();
            while let Ok(item) = rx.recv().await {
                if stop.get() {
                    break;
                }
                // Refilled from the other face, so that only the receiver can cooperate.
                tx.send(item).unwrap();
            }
        }
        Loop::Send => {
            let tx = tx.into_async();
            while !stop.get() {
                tx.send(0).await.unwrap();
                rx.recv().unwrap();
            }
        }
        Loop::Stream => {
            let mut items = rx.into_async().into_stream();
            tx.send(0).unwrap();
            while let Some(item) = items.next().await {
                if stop.get() {
                    break;
                }
                tx.send(item).unwrap();
            }
        }
        Loop::SendAndRecv => {
            let (tx, rx) = (tx.into_async(), rx.into_async());
            while !stop.get() {
                tx.send(0).await.unwrap();
                rx.recv().await.unwrap();
            }
        }
        Loop::BesideOneThatWaits => {
            let (tx, rx) = bifrons::bounded(4);
            let tx = tx.into_async();
            let _held = tx.try_reserve().unwrap();
            for turn in 0.. {
                if stop.get() {
                    break;
                }
                let (waiting, sending) = (tx.reserve_many(4), tx.send(0));
                if turn % 3 == 0 {
                    drop(select(waiting, sending).await);
                } else {
                    drop(select(sending, waiting).await);
                }
                rx.try_recv().unwrap();
            }
        }
    }
}

/// Counts how often it gets to run, then ends the saturated loop.
async fn ticking(stop: Rc<Cell<bool>>) -> u32 {
    let mut ticks = 0;
    while ticks < TICKS {
        yield_now().await;
        ticks += 1;
    }
    stop.set(true);
    ticks
}

#[test]
fn a_ticker_ticks_beside_a_saturated_loop_on_tokio() {
    let _dog = watchdog();
    for kind in LOOPS {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let stop = Rc::new(Cell::new(false));
        let ticks = tokio::task::LocalSet::new().block_on(&runtime, async {
            let busy = tokio::task::spawn_local(saturated(kind, Rc::clone(&stop)));
            let ticks = tokio::task::spawn_local(ticking(stop)).await.unwrap();
            busy.await.unwrap();
            ticks
        });
        assert_eq!(ticks, TICKS, "{kind:?}");
    }
}

/// A timer depends on the driver of the runtime, which runs only when tasks let go.
#[test]
fn a_timer_fires_beside_a_saturated_loop_on_tokio() {
    let _dog = watchdog();
    for kind in LOOPS {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let stop = Rc::new(Cell::new(false));
        let fired = tokio::task::LocalSet::new().block_on(&runtime, async {
            let busy = tokio::task::spawn_local(saturated(kind, Rc::clone(&stop)));
            let mut interval = tokio::time::interval(std::time::Duration::from_millis(1));
            let mut fired = 0;
            while fired < 5 {
                interval.tick().await;
                fired += 1;
            }
            stop.set(true);
            busy.await.unwrap();
            fired
        });
        assert_eq!(fired, 5, "{kind:?}");
    }
}

#[test]
fn a_ticker_ticks_beside_a_saturated_loop_on_smol() {
    let _dog = watchdog();
    for kind in LOOPS {
        let executor = smol::LocalExecutor::new();
        let stop = Rc::new(Cell::new(false));
        let busy = executor.spawn(saturated(kind, Rc::clone(&stop)));
        let ticker = executor.spawn(ticking(stop));
        let ticks = smol::block_on(executor.run(async {
            let ticks = ticker.await;
            busy.await;
            ticks
        }));
        assert_eq!(ticks, TICKS, "{kind:?}");
    }
}

/// Within one task, as the branches of a `join` are.
#[test]
fn a_ticker_ticks_beside_a_saturated_loop_in_one_task() {
    let _dog = watchdog();
    for kind in LOOPS {
        let stop = Rc::new(Cell::new(false));
        let both = futures_util::future::join(saturated(kind, Rc::clone(&stop)), ticking(stop));
        assert_eq!(smol::block_on(both).1, TICKS, "{kind:?}");
    }
}

/// After so many in a row a handle yields.
const BUDGET: usize = 128;

/// How many polls of `next` complete at once, one after the other, before one is pending.
fn run_length(mut next: impl FnMut(&Waker) -> bool) -> usize {
    let (count, waker) = counting_waker();
    for length in 0..100_000 {
        if !next(&waker) {
            assert_eq!(count.wakes(), 1, "who yields has woken itself");
            return length;
        }
        assert_eq!(count.wakes(), 0, "who completes wakes nobody");
    }
    panic!("it never lets go");
}

#[test]
fn a_handle_yields_after_its_budget_and_goes_on() {
    let (tx, rx) = bifrons::unbounded();
    let (tx, rx) = (tx.into_async(), rx.into_async());
    for _ in 0..3 {
        assert_eq!(run_length(|waker| poll_with(&mut tx.send(0), waker).is_ready()), BUDGET);
        assert_eq!(run_length(|waker| poll_with(&mut rx.recv(), waker).is_ready()), BUDGET);
        assert_eq!((tx.len(), rx.is_closed()), (0, false), "a yield sends and takes nothing");
    }
    // A stream counts for itself.
    for _ in 0..2 * BUDGET {
        tx.try_send(0).unwrap();
    }
    let mut items = rx.stream();
    assert_eq!(run_length(|waker| poll_with(&mut items.next(), waker).is_ready()), BUDGET);
    assert_eq!(run_length(|waker| poll_with(&mut rx.recv(), waker).is_ready()), BUDGET);
}

/// How many items come at once before the handle yields.
fn turn(rx: &bifrons::AsyncReceiver<u32>) -> usize {
    run_length(|waker| poll_with(&mut rx.recv(), waker).is_ready())
}

/// A queue with many items, all brought by a thread of its own; one that runs tasks, if so wanted.
fn filled_by_a_thread(runs_tasks: bool) -> bifrons::AsyncReceiver<u32> {
    let (tx, rx) = bifrons::unbounded();
    let fill = move || {
        if runs_tasks {
            let (_tx, rx) = bifrons::unbounded::<u32>();
            assert!(poll_with(&mut rx.into_async().recv(), Waker::noop()).is_pending());
        }
        (0..500_000).for_each(|item| tx.send(item).unwrap());
    };
    std::thread::spawn(fill).join().unwrap();
    rx.into_async()
}

/// Where items come from a thread, and an executor has several, a turn may last for several budgets, but not for ever.
#[test]
fn a_handle_that_roams_yields_after_some_budgets() {
    let rx = filled_by_a_thread(false);
    for _ in 0..3 {
        assert_eq!(turn(&rx), BUDGET, "it has been on one thread only");
    }
    std::thread::scope(|scope| {
        scope.spawn(|| assert_eq!(turn(&rx), BUDGET, "it has not yet yielded on another"));
    });
    for _ in 0..5 {
        let turn = turn(&rx);
        assert_eq!((turn > 0, turn % BUDGET), (true, 0), "a turn ends with a budget");
    }
}

#[test]
fn a_handle_that_roams_yields_to_tasks_after_its_budget() {
    let rx = filled_by_a_thread(true);
    for _ in 0..10 {
        assert_eq!(turn(&rx), BUDGET);
        std::thread::scope(|scope| {
            scope.spawn(|| assert_eq!(turn(&rx), BUDGET));
        });
    }
}

/// What a thread fills again and again does not keep the only thread of an executor from its timers.
#[test]
fn a_timer_fires_beside_a_task_that_a_thread_feeds() {
    let _dog = watchdog();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let (tx, rx) = bifrons::bounded(1_000);
    let feeding = std::thread::spawn(move || while tx.send(0).is_ok() {});
    runtime.block_on(async {
        let rx = rx.into_async();
        let other = rx.clone();
        let busy = tokio::spawn(async move { while rx.recv().await.is_ok() {} });
        let mut interval = tokio::time::interval(std::time::Duration::from_millis(1));
        for _ in 0..5 {
            interval.tick().await;
        }
        other.close();
        busy.await.unwrap();
    });
    feeding.join().unwrap();
}

#[test]
fn every_awaited_verb_counts() {
    let (fill, rx) = bifrons::unbounded::<u32>();
    let (tx, rx) = (fill.to_async(), rx.into_async());
    assert_eq!(run_length(|waker| poll_with(&mut tx.reserve(), waker).is_ready()), BUDGET);
    assert_eq!(run_length(|waker| poll_with(&mut tx.reserve_many(2), waker).is_ready()), BUDGET);
    let one = || VecDeque::from([0]);
    assert_eq!(run_length(|waker| poll_with(&mut tx.send_many(&mut one()), waker).is_ready()), BUDGET);
    assert_eq!(rx.drain().count(), BUDGET);
    let filled = || fill.send(0).unwrap();
    assert_eq!(run_length(|waker| (filled(), poll_with(&mut rx.recv_task(), waker)).1.is_ready()), BUDGET);
    let mut items = Vec::new();
    assert_eq!(run_length(|waker| (filled(), poll_with(&mut rx.recv_many(&mut items, 1), waker)).1.is_ready()), BUDGET);
}

/// Whoever does two things at once does both, though one of them yields again and again: in one task, and in a fixed order.
#[test]
fn what_a_task_does_besides_goes_on() {
    const ITEMS: usize = 20 * BUDGET;
    let (tx, rx) = bifrons::unbounded();
    let (tx, rx) = (tx.into_async(), rx.into_async());
    let bring = async {
        for item in 0..ITEMS {
            tx.send(item).await.unwrap();
            assert!(tx.len() <= 4 * BUDGET, "nobody takes them");
        }
        drop(tx);
    };
    let take = async {
        let mut count = 0;
        while rx.recv().await.is_ok() {
            count += 1;
        }
        count
    };
    let both = futures_util::future::join(bring, take);
    assert_eq!(smol::block_on(both).1, ITEMS);
}

/// While a task yields, another on its thread goes on: it has not had its share.
#[test]
fn others_do_not_yield_for_it() {
    let handles = [0, 1].map(|_| bifrons::unbounded());
    let [busy, other] = handles.map(|(tx, rx)| (tx, rx.into_async()));
    [&busy, &other].into_iter().for_each(|(tx, _)| (0..3 * BUDGET).for_each(|item| tx.send(item).unwrap()));
    let (_count, waker) = counting_waker();
    let yielding: Vec<_> = (0..=BUDGET)
        .map(|_| busy.1.recv())
        .filter_map(|mut recv| poll_with(&mut recv, &waker).is_pending().then_some(recv))
        .collect();
    assert_eq!(yielding.len(), 1);
    assert_eq!(run_length(|waker| poll_with(&mut other.1.recv(), waker).is_ready()), BUDGET);
    drop(yielding);
}

/// A future that is not ready at the first attempt, and is as it takes its place in line, counts as well.
#[test]
fn what_is_ready_in_line_counts() {
    let mut is_odd = false;
    let every_other = Choosy::new(move |_: &VecDeque<u32>, _: &u32| {
        is_odd = !is_odd;
        !is_odd
    });
    let (tx, _rx) = bifrons::builder().capacity(1 << 20).discipline(every_other).build();
    let tx = tx.into_async();
    assert_eq!(run_length(|waker| poll_with(&mut tx.send(0), waker).is_ready()), BUDGET);
}

/// The very future that yielded completes when polled again, with its item.
#[test]
fn a_future_that_yielded_completes_in_the_next_poll() {
    let (tx, rx) = bifrons::unbounded();
    let (tx, rx) = (tx.into_async(), rx.into_async());
    let mut sent = 0;
    loop {
        let mut send = tx.send(sent);
        if poll_with(&mut send, Waker::noop()).is_pending() {
            assert_eq!(rx.len(), sent, "nothing was sent by the yield");
            assert_eq!(must_be_ready(&mut send), Ok(()));
            break;
        }
        sent += 1;
    }
    let mut received = 0;
    loop {
        let mut recv = rx.recv();
        match poll_with(&mut recv, Waker::noop()) {
            Poll::Ready(item) => assert_eq!(item, Ok(received)),
            Poll::Pending => {
                assert_eq!(must_be_ready(&mut recv), Ok(received));
                break;
            }
        }
        received += 1;
    }

    // One that is dropped instead took nothing and called nobody.
    let (tx, rx) = bifrons::unbounded();
    let rx = rx.into_async();
    (0..1_000).for_each(|item| tx.send(item).unwrap());
    let mut expected = 0;
    while let Some(item) = rx.recv().now_or_never() {
        assert_eq!(item, Ok(expected));
        expected += 1;
    }
    assert_eq!(rx.try_recv(), Ok(expected));
}

/// A wait in between starts the count anew, so that a task that waits now and then never yields.
#[test]
fn a_wait_resets_the_budget() {
    let (tx, rx) = bifrons::unbounded();
    let rx = rx.into_async();
    let (count, waker) = counting_waker();
    for round in 1..=50 {
        for _ in 0..100 {
            tx.send(0).unwrap();
            assert!(poll_with(&mut rx.recv(), &waker).is_ready());
        }
        let mut recv = rx.recv();
        assert!(poll_with(&mut recv, &waker).is_pending(), "nothing is there");
        assert_eq!(count.wakes(), round - 1, "a wait is no yield");
        tx.send(0).unwrap();
        assert!(poll_with(&mut recv, &waker).is_ready());
    }
}

/// The blocking face and the tries owe nobody a turn.
#[test]
fn only_awaiting_yields() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::bounded(1);
    let (async_tx, async_rx) = (tx.to_async(), rx.to_async());
    for item in 0..1_000 {
        tx.send(item).unwrap();
        assert_eq!(rx.recv(), Ok(item));
        async_tx.try_send(item).unwrap();
        assert_eq!(async_rx.try_recv(), Ok(item));
    }
    assert_eq!(async_rx.recv().now_or_never(), None);
    async_tx.try_send(1).unwrap();
    assert_eq!(async_rx.recv().now_or_never(), Some(Ok(1)), "the tries used up no budget");

    let watching = async {
        async_tx.close();
        for _ in 0..1_000 {
            async_rx.closed().await;
        }
    };
    assert!(pin!(watching).poll(&mut Context::from_waker(Waker::noop())).is_ready());
}
