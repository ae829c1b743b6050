//! The time for the bill: not before everything is on the table, and not never.

use std::pin::Pin;

use bifrons::{AsyncSender, Receiver};
use futures_util::FutureExt;
use smol::block_on;

use super::program::guest::{Bill, dine};
use super::program::order::{Dish, Tab, Ticket};
use super::program::tally::Tally;

/// A guest with soup, roast and wine, whose tab is in the hands of the test instead of a waiter's.
struct Seated {
    guest: Pin<Box<dyn Future<Output = Bill>>>,
    tab: Tab,
    /// Has one table, the guest's.
    tables: AsyncSender<()>,
    _all_tables: Receiver<()>,
}

fn seated() -> Seated {
    let (tables, _all_tables) = bifrons::bounded(1);
    let tables = tables.into_async();
    let (wave, waves) = bifrons::unbounded();
    let table = block_on(tables.clone().reserve_owned()).expect("it is free");
    let mut guest: Pin<Box<dyn Future<Output = Bill>>> = Box::pin(dine(1, table, wave.into_async()));
    assert!(guest.as_mut().now_or_never().is_none(), "nothing is served yet");
    Seated { guest, tab: waves.try_recv().expect("the guest has waved"), tables, _all_tables }
}

#[test]
fn it_comes_when_the_last_dish_is_on_the_table() {
    let Seated { mut guest, tab, tables, _all_tables } = seated();
    let tickets: Vec<_> = std::iter::from_fn(|| tab.try_recv_task().ok()).map(Ticket).collect();
    assert_eq!(tickets.len(), 3);
    assert!(guest.as_mut().now_or_never().is_none(), "all is taken from the tab, nothing is served");
    for Ticket(order) in tickets {
        assert!(guest.as_mut().now_or_never().is_none(), "one is still under way");
        assert!(tables.try_reserve().is_err(), "the guest still sits there");
        block_on(Dish { order, burnt: false }.serve());
    }
    let bill = guest.now_or_never().expect("all is served");
    assert_eq!((bill.plates.len(), bill.total()), (3, 6 + 18 + 7));
    assert!(tables.try_reserve().is_ok(), "the table is free again");
    assert!(Tally::of(&[bill]).balances());
}

/// The guest is not kept waiting for what will not come; the books show it.
#[test]
fn what_is_spilled_is_missed() {
    let Seated { guest, tab, tables, _all_tables } = seated();
    let spilled = tab.try_recv_task().expect("the first of three");
    drop(spilled);
    while let Ok(order) = tab.try_recv_task() {
        block_on(Dish { order, burnt: false }.serve());
    }
    let bill = guest.now_or_never().expect("nothing is under way");
    let tally = Tally::of(&[bill]);
    assert_eq!(tally, Tally { ordered: 3, served: 2, burnt: 0, lost: 1, surplus: 0 });
    assert!(!tally.balances());
    assert!(tables.try_reserve().is_ok());
}

/// A cook who falls over with a ticket in hand, and a waiter who goes home with the tab: the guest can leave.
#[test]
fn a_panic_keeps_nobody_waiting() {
    let Seated { mut guest, tab, tables, _all_tables } = seated();
    let Ok(order) = tab.try_recv_task() else { panic!("the first of three") };
    let cook = std::thread::spawn(move || {
        let _in_hand = Ticket(order);
        std::panic::resume_unwind(Box::new("the cook fell over"));
    });
    assert!(cook.join().is_err());
    assert!(guest.as_mut().now_or_never().is_none(), "two are still on the tab");
    drop(tab);
    let bill = guest.now_or_never().expect("nothing can come any more");
    assert_eq!(Tally::of(&[bill]), Tally { ordered: 3, lost: 3, ..Tally::default() });
    assert!(tables.try_reserve().is_ok());
}

#[test]
fn if_no_waiter_is_left_the_bill_is_empty() {
    let (tables, _all_tables) = bifrons::bounded(1);
    let (wave, waves) = bifrons::unbounded();
    drop(waves);
    let table = block_on(tables.into_async().reserve_owned()).expect("it is free");
    let bill = dine(6, table, wave.into_async()).now_or_never().expect("there is nothing to wait for");
    assert_eq!(Tally::of(&[bill]), Tally { ordered: 5, lost: 5, ..Tally::default() });
}
