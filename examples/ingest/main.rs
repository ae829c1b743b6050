//! Counts the lines, words and bytes of every file below a folder, with threads that read the disk and tasks that count.
//!
//! Reading a disk blocks, so threads do it. Counting is work for tasks. Three bifrons queues join the two worlds:
//!
//! ```text
//!   walker thread ──paths──▶ reader threads ──files──▶ worker tasks ──news──▶ writer thread
//!        Sender      Receiver        Sender   AsyncReceiver   AsyncSender   Receiver
//!        └────────────────────────── news (problems) ───────────────────────────▲
//! ```
//!
//! Every queue is bounded: whoever is faster waits for whoever is slower, so memory stays bounded too. Nobody says "the end":
//! each queue closes when the last handle of its senders is dropped, and the next stage sees that once it is empty. Ctrl-C
//! closes the first two queues early: what is in them is finished, what is not yet in them is turned away.
//!
//! Run it: `cargo run --release --example ingest -- [PATH]`; `--help` lists the options.

mod count;
mod interrupt;
mod options;
mod pipeline;
mod progress;
mod summary;
mod waited;
mod walk;
// Readers and workers are also tested from within: no file on disk breaks off in the middle when asked to.
pub(crate) mod read;
pub(crate) mod report;
pub(crate) mod work;

use std::io::{Write, stdout};
use std::process::ExitCode;

use options::{Options, Request};

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args_os().skip(1)) {
        Ok(Request::Run(options)) => options,
        Ok(Request::Help) => return say(options::HELP, ExitCode::SUCCESS),
        Err(complaint) => return complain(&complaint),
    };
    match pipeline::run(&options) {
        Ok(summary) => say(&summary.to_string(), summary.exit_code()),
        Err(complaint) => complain(&complaint),
    }
}

/// Prints in one write; a reader who has gone away (`ingest | head -1`) is no reason to panic.
fn say(text: &str, code: ExitCode) -> ExitCode {
    match stdout().write_all(text.as_bytes()).and_then(|()| stdout().flush()) {
        Ok(()) => code,
        Err(_) => ExitCode::FAILURE,
    }
}

fn complain(complaint: &str) -> ExitCode {
    eprintln!("ingest: {complaint}");
    ExitCode::from(options::EXIT_FAILED)
}
