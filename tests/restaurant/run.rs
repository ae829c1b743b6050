//! One run of the program from outside.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use super::program::menu::{Item, wishes};
use super::program::tally::Tally;

/// Far beyond what any run takes: a run that reaches it hangs.
const WATCHDOG: Duration = Duration::from_secs(120);

/// A finished run.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    pub(crate) fn new<const N: usize>(arguments: [&str; N]) -> Run {
        let mut command = Command::new(program());
        let child = command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let child = child.expect("the example starts");
        let _done = watch(child.id());
        let output = child.wait_with_output().expect("it ends");
        Run {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).expect("plain text"),
            err: String::from_utf8(output.stderr).expect("plain text"),
        }
    }

    /// The last line.
    pub(crate) fn tally(&self) -> Tally {
        let last = self.out.lines().last().unwrap_or_else(|| panic!("no last line in {self:#?}"));
        let fields: Vec<_> = last.split(' ').map(|field| field.split_once('=').expect("name=number")).collect();
        let numbers = fields.iter().map(|(_, number)| number.parse().expect("a number")).collect::<Vec<_>>();
        let names: Vec<_> = fields.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["ordered", "served", "burnt", "lost", "surplus"], "{self:#?}");
        let [ordered, served, burnt, lost, surplus] = numbers[..] else { unreachable!("as many as names") };
        Tally { ordered, served, burnt, lost, surplus }
    }

    /// The cells of the row of that name, one for each evening.
    pub(crate) fn row(&self, name: &str) -> Vec<&str> {
        let row = self.out.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("no {name}"));
        row.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect()
    }

    /// The numbers in a row, in the order in which they stand there.
    pub(crate) fn numbers(&self, name: &str) -> Vec<u64> {
        self.row(name).iter().flat_map(|cell| cell.split(' ')).filter_map(|word| word.parse().ok()).collect()
    }

    /// The balance of the books: exit status, nothing lost, each item on the table of the one who ordered it.
    pub(crate) fn assert_balanced(&self, ordered: usize) {
        let tally = self.tally();
        assert_eq!((self.code, tally.ordered), (Some(0), ordered), "{self:#?}");
        assert_eq!((tally.served + tally.burnt, tally.lost, tally.surplus), (ordered, 0, 0), "{self:#?}");
    }
}

/// What so many guests order.
pub(crate) fn orders(guests: usize) -> Vec<Item> {
    (1..=guests).flat_map(wishes).collect()
}

/// Kills the process unless the returned sender is dropped in time.
fn watch(process: u32) -> bifrons::Sender<()> {
    let (done_in, done) = bifrons::bounded::<()>(1);
    thread::spawn(move || {
        if done.recv_timeout(WATCHDOG).is_err_and(|error| error.is_timeout()) {
            let status = Command::new("kill").arg("-KILL").arg(process.to_string()).status();
            assert!(status.expect("there is a kill command").success(), "no process {process}");
        }
    });
    done_in
}

/// The example next to this test: target/<profile>/deps/restaurant-… and target/<profile>/examples/restaurant.
pub(crate) fn program() -> PathBuf {
    let test = std::env::current_exe().expect("a test has a path");
    let profile = test.parent().and_then(Path::parent).expect("target/<profile>");
    let program = profile.join("examples/restaurant");
    assert!(program.exists(), "{}: build it with `cargo build --example restaurant`", program.display());
    program
}
