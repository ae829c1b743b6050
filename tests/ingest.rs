//! The example `ingest`, run on folders made for the purpose.
//!
//! `cargo test` builds the examples; with `--test ingest` alone, `cargo build --example ingest` has to go before.

#![cfg(unix)]

#[path = "ingest/bad_days.rs"]
mod bad_days;
#[path = "ingest/ctrl_c.rs"]
mod ctrl_c;
#[path = "ingest/cut_short.rs"]
mod cut_short;
#[path = "ingest/folder.rs"]
mod folder;
#[path = "ingest/run.rs"]
mod run;
#[path = "ingest/wc.rs"]
mod wc;
#[path = "ingest/whole.rs"]
mod whole;

/// The program itself, for the failures that no file can be made to have.
#[path = "../examples/ingest/main.rs"]
#[expect(dead_code, reason = "the tests call into the middle of it")]
mod program;
