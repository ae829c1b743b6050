//! The turns that other tasks get beside a busy one.

use std::cell::Cell;
use std::rc::Rc;

use futures_util::future::join;

use super::orders::{Order, in_every_order};
use crate::support::yield_now;

in_every_order!(ready_gets_let_others_run);

/// Theirs gives nobody a turn while items are there; here a turn comes at least every so often.
fn ready_gets_let_others_run<O: Order>() {
    const ITEMS: u32 = 5_000;
    let (tx, rx) = O::unbounded();
    for item in 0..ITEMS {
        tx.send(item).unwrap();
    }
    tx.close();
    let rx = rx.into_async();
    let turns = Rc::new(Cell::new(0_u32));
    let (runs, over) = (Rc::clone(&turns), Rc::new(Cell::new(false)));
    let ended = Rc::clone(&over);
    let ticker = async move {
        while !over.get() {
            runs.set(runs.get() + 1);
            yield_now().await;
        }
    };
    let getter = async move {
        let mut received = 0;
        let (mut longest, mut since, mut seen) = (0, 0, turns.get());
        while rx.recv().await.is_ok() {
            received += 1;
            since = if turns.get() == seen { since + 1 } else { 1 };
            seen = turns.get();
            longest = longest.max(since);
        }
        ended.set(true);
        (received, longest)
    };
    let ((), (received, longest)) = smol::block_on(async {
        let executor = smol::LocalExecutor::new();
        let ticker = executor.spawn(ticker);
        let getter = executor.spawn(getter);
        executor.run(join(ticker, getter)).await
    });
    assert_eq!(received, ITEMS);
    assert!(longest <= 200, "{longest} items in a row, and nobody else had a turn");
}
