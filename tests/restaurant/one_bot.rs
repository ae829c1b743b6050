//! `--one-bot`: two evenings side by side.

use super::run::{Run, orders};

#[test]
fn what_cooks_on_the_executor_burns_the_cakes() {
    // A soup takes 100 ms, which is longer than a cake may stay in the oven from the beginning.
    let run = Run::new(["--one-bot", "--guests", "8", "--slow", "10", "--cooks", "4", "--wine-bots", "4"]);
    run.assert_balanced(2 * orders(8).len());
    let [by_threads, of, by_one_bot, also_of] = run.numbers("burnt cakes")[..] else { panic!("{run:#?}") };
    assert_eq!((of, also_of), (4, 4), "{run:#?}");
    assert!(by_one_bot > 0, "the room stands still while the bot cooks: {run:#?}");
    assert_eq!(by_threads + by_one_bot, run.tally().burnt as u64, "{run:#?}");

    // Nobody pays for a burnt cake.
    let worth: u64 = orders(8).iter().map(|item| item.price()).sum();
    assert_eq!(run.numbers("paid"), [worth - 4 * by_threads, worth - 4 * by_one_bot], "{run:#?}");
    assert_eq!(run.row("longest stall").len(), 2, "{run:#?}");
}

#[test]
fn the_one_bot_loses_nothing_in_a_crowd() {
    let run = Run::new(["--one-bot", "--slow", "0", "--guests", "100", "--tables", "100"]);
    run.assert_balanced(2 * orders(100).len());
}
