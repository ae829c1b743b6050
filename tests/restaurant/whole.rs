//! Whole evenings, whoever is there.

use super::program::menu::{Item, Station};
use super::run::{Run, orders};

#[test]
fn an_evening_as_usual() {
    let run = Run::new([]);
    let orders = orders(32);
    assert_eq!(orders.len(), 32 * 3 + 32 / 3 + 32 / 2);
    run.assert_balanced(orders.len());
    assert_eq!(run.numbers("bills"), [32], "{run:#?}");

    let at_the_stove = orders.iter().filter(|item| item.station() == Station::Stove).count() as u64;
    assert_eq!(run.numbers("tickets at the stove"), [at_the_stove, at_the_stove], "{run:#?}");

    let worth: u64 = orders.iter().map(|item| item.price()).sum();
    let burnt = run.tally().burnt as u64; // none, unless this machine was busy elsewhere
    assert_eq!(run.numbers("paid"), [worth - burnt * Item::Cake.price()], "{run:#?}");
    assert_eq!(run.numbers("burnt cakes"), [burnt, 16], "{run:#?}");
}

/// One of each, more hands than guests, a table for everybody, one table for all.
#[test]
fn everybody_is_served_whoever_is_there() {
    for (guests, tables, waiters, cooks, wine_bots) in [
        ("1", "1", "1", "1", "1"),
        ("3", "9", "5", "7", "6"),
        ("30", "1", "1", "1", "1"),
        ("30", "1", "4", "4", "4"),
        ("30", "30", "1", "1", "1"),
        ("30", "30", "1", "8", "8"),
        ("30", "30", "8", "1", "1"),
        ("30", "5", "3", "2", "1"),
    ] {
        let run = Run::new([
            "--slow",
            "0",
            "--guests",
            guests,
            "--tables",
            tables,
            "--waiters",
            waiters,
            "--cooks",
            cooks,
            "--wine-bots",
            wine_bots,
        ]);
        run.assert_balanced(orders(guests.parse().expect("a number")).len());
        assert_eq!(run.row("bills"), [guests], "{run:#?}");
    }
}

/// Far more orders under way than there is room for at the stations.
#[test]
fn a_crowd_does_not_make_all_wait_for_all() {
    let run = Run::new(["--slow", "0", "--guests", "400", "--tables", "400", "--waiters", "3"]);
    run.assert_balanced(orders(400).len());
}

#[test]
fn nobody_comes() {
    let run = Run::new(["--guests", "0"]);
    run.assert_balanced(0);
    assert_eq!((run.row("mean wait for soup"), run.numbers("paid")), (vec!["-"], vec![0]), "{run:#?}");
}
