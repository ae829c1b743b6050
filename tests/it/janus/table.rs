//! The table in `README.md` is held against the tests that there are.

use std::collections::BTreeSet;
use std::env;
use std::process::Command;

const TABLE: &str = include_str!("README.md");

/// The names of all tests of this program; of three orders only the name they share, and `×3`.
fn tests_that_are() -> BTreeSet<String> {
    let listing = Command::new(env::current_exe().unwrap()).args(["--list", "--format", "terse"]).output().unwrap();
    let listing = String::from_utf8(listing.stdout).unwrap();
    let names: BTreeSet<&str> = listing.lines().filter_map(|line| line.strip_suffix(": test")).collect();
    assert!(names.len() > 500, "a listing of {} tests", names.len());
    names
        .iter()
        .filter_map(|&name| {
            let Some((before, after)) = name.split_once("::fifo::") else {
                let of_an_order = ["::lifo::", "::priority::"].iter().any(|order| name.contains(order));
                return (!of_an_order).then(|| name.to_owned());
            };
            for order in ["lifo", "priority"] {
                let twin = format!("{before}::{order}::{after}");
                assert!(names.contains(&*twin), "{twin} is missing beside {name}");
            }
            Some(format!("{before}::{after} ×3"))
        })
        .collect()
}

/// The names in the second column of the table's rows.
fn tests_in_the_table() -> BTreeSet<String> {
    let cells = TABLE.lines().filter(|line| line.starts_with("| ")).filter_map(|line| line.split(" | ").nth(1));
    cells
        .flat_map(|cell| {
            let mut parts = cell.split('`').skip(1);
            std::iter::from_fn(move || {
                let name = parts.next()?;
                let after = parts.next().unwrap_or_default();
                Some(if after.starts_with(" ×3") { format!("{name} ×3") } else { name.to_owned() })
            })
        })
        .collect()
}

#[test]
fn the_table_names_every_test() {
    let are = tests_that_are();
    let told = tests_in_the_table();
    // In the table a name stands without the topic it is all about.
    let resolve = |name: &String| [format!("janus::{name}"), name.clone()].into_iter().find(|name| are.contains(name));
    let unknown: Vec<_> = told.iter().filter(|name| resolve(name).is_none()).collect();
    assert!(unknown.is_empty(), "in the table only: {unknown:#?}");
    let told: BTreeSet<_> = told.iter().filter_map(resolve).collect();
    let untold: Vec<_> = are
        .iter()
        .filter(|name| name.starts_with("janus::") && !name.starts_with("janus::table::"))
        .filter(|&name| !told.contains(name))
        .collect();
    assert!(untold.is_empty(), "not in the table: {untold:#?}");
}
