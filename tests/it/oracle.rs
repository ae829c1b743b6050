//! Random programs on one thread against a plain model of a queue.
//!
//! [`sequence`] knows every operation, in forms that do not wait, and follows each item until it is dropped; [`waiting`] knows
//! few, and lets them wait. Both have the same [`model`].
//!
//! More programs than by default:
//!
//! ```console
//! $ PROPTEST_CASES=200000 cargo test --release --test it oracle::sequence
//! ```
//!
//! A program that failed is printed as it would be written here; it becomes a test of its own by being pasted into
//! `sequence::regressions`.

mod handles;
mod model;
mod parcel;
mod sequence;
mod steps;
mod waiting;

pub(crate) use model::{Item, Order};
pub(crate) use parcel::Parcel;
pub(crate) use steps::{Goods, goods};

use proptest::test_runner::Config;

/// So many cases, unless `PROPTEST_CASES` says otherwise. What fails is not kept in a file: it becomes an ordinary test.
pub(crate) fn config(cases: u32) -> Config {
    let config = Config { failure_persistence: None, ..Config::default() };
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => config,
        None => Config { cases, ..config },
    }
}
