//! The order in which tickets leave the stove's queue.

use std::time::Instant;

use super::program::menu::Item;
use super::program::order::{Order, Ticket};

#[test]
fn pancakes_then_soups_then_roasts_each_in_the_order_of_arrival() {
    let (tab_in, tab) = bifrons::unbounded();
    let (stove_in, stove) = bifrons::priority::bounded(8);
    // Each order of this test has a table of its own, by which it is known again.
    let arrival = [Item::Roast, Item::Soup, Item::Roast, Item::Pancake, Item::Soup, Item::Pancake];
    let tables: Vec<_> = arrival.iter().map(|_| bifrons::unbounded().0.into_async()).collect();
    for (&item, table) in arrival.iter().zip(&tables) {
        tab_in.send(Order { item, since: Instant::now(), table: table.clone() }).expect("the tab is here");
        stove_in.send(Ticket(tab.recv_task().expect("it was sent"))).expect("there is room");
    }

    let made: Vec<_> = stove.try_iter().collect();
    let numbers: Vec<_> =
        made.iter().map(|Ticket(order)| tables.iter().position(|table| table.same_channel(&order.table))).collect();
    assert_eq!(numbers, [3, 5, 1, 4, 0, 2].map(Some));
}
