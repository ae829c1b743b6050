//! What one can say on the command line.

use std::process::Command;

use super::run::{Run, program};

#[test]
fn a_command_that_makes_no_sense() {
    for (arguments, complaint) in [
        (["--fast", ""], "unknown option --fast"),
        (["--guests", "many"], "--guests needs a whole number, not many"),
        (["--guests", "-1"], "--guests needs a whole number, not -1"),
        (["--one-bot", "--guests"], "--guests needs a value"),
        (["--cooks", "0"], "--cooks must be at least 1"),
        (["--tables", "0"], "--tables must be at least 1"),
        (["--waiters", "0"], "--waiters must be at least 1"),
        (["--wine-bots", "0"], "--wine-bots must be at least 1"),
        (["--staff", "0"], "--staff must be at least 1"),
        (["--one-bot", "--one-bot"], "one of --staff and --one-bot, please, once"),
    ] {
        let run = Run::new(arguments);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{run:#?}");
        assert!(run.err.contains(complaint), "{complaint} is not in {run:#?}");
    }
}

#[test]
fn help_is_given() {
    let run = Run::new(["--help"]);
    assert_eq!(run.code, Some(0), "{run:#?}");
    assert!(run.out.contains("usage: restaurant"), "{run:#?}");
}

/// The device that is always full: the evening cannot be told, and the exit status says so.
#[test]
#[cfg(target_os = "linux")]
fn nobody_reads() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("it is there");
    let status = Command::new(program()).args(["--slow", "0"]).stdout(full).status().expect("it starts");
    assert_eq!(status.code(), Some(1));
}
