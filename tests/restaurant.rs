//! The example `restaurant`: whole evenings from outside, single moments of one from within.
//!
//! `cargo test` builds the examples; with `--test restaurant` alone, `cargo build --example restaurant` has to go before.

#![cfg(unix)]

#[path = "restaurant/bill.rs"]
mod bill;
#[path = "restaurant/books.rs"]
mod books;
#[path = "restaurant/command.rs"]
mod command;
#[path = "restaurant/one_bot.rs"]
mod one_bot;
#[path = "restaurant/run.rs"]
mod run;
#[path = "restaurant/staff.rs"]
mod staff;
#[path = "restaurant/stove.rs"]
mod stove;
#[path = "restaurant/whole.rs"]
mod whole;

/// The program itself, for moments that no command can hold still.
#[path = "../examples/restaurant/main.rs"]
#[expect(dead_code, reason = "the tests call into the middle of it")]
mod program;
