//! The story of bots in a restaurant: those who serve are tasks, those whose work blocks are threads.
//!
//! ```text
//!   guests ──door──▶ greeter                         the room: tasks on one executor
//!                       │ table
//!                       ▼
//!                     guest ──waves, tab──▶ waiter ──tickets──┬──▶ cooks      threads, priority queue
//!                       ▲                    │  ▲             ├──▶ wine bots  threads
//!                       └───────plates───────┘  │             └──▶ oven       a task
//!                                               └──────pass─────────┘
//! ```
//!
//! - Every order is a line on the guest's tab, a queue of its own. A waiter takes it as a `Task`, which travels with it over
//!   all threads; when the dish is on the table the task is done. The guest awaits the tab's `join`, which is the time for the
//!   bill.
//! - The tickets at the stove stand in a priority queue: pancakes for children first, soups before roasts.
//! - Free tables are the room of a queue, reserved by who sits there.
//! - Nobody asks again and again whether a dish is ready: it comes by a queue.
//!
//! `--staff N` shows what more hands do. `--one-bot` shows why blocking work has no place on an executor: cakes bake by
//! themselves, but somebody has to take them out in time.
//!
//! Run it: `cargo run --release --example restaurant`; `--help` lists the options.

mod candle;
mod greeter;
mod kitchen;
mod oven;
mod report;
// These are also tested from within, where time can stand still.
pub(crate) mod evening;
pub(crate) mod guest;
pub(crate) mod menu;
pub(crate) mod options;
pub(crate) mod order;
pub(crate) mod tally;
pub(crate) mod waiter;

use std::io::{Write, stdout};
use std::process::ExitCode;

use options::{Options, Request};

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args_os().skip(1)) {
        Ok(Request::Run(options)) => options,
        Ok(Request::Help) => return say(options::HELP),
        Err(complaint) => {
            eprintln!("restaurant: {complaint}");
            return ExitCode::from(options::EXIT_FAILED);
        }
    };
    match report::show(&options, &mut stdout()) {
        Ok(tally) if tally.balances() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(options::EXIT_UNBALANCED),
        Err(_) => ExitCode::FAILURE, // nobody reads on (`restaurant | head -1`): no reason to panic
    }
}

fn say(text: &str) -> ExitCode {
    match stdout().write_all(text.as_bytes()).and_then(|()| stdout().flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
