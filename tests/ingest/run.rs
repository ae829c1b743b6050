//! One run of the program from outside, with all it leaves behind.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use super::folder::Folder;

/// Far beyond what any run takes: a run that reaches it hangs.
const WATCHDOG: Duration = Duration::from_secs(120);

/// A finished run.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
    /// The lines of the report below its heading, in their order.
    pub(crate) report: Vec<String>,
}

impl Run {
    /// Runs the program to its end, with the report in a folder of its own.
    pub(crate) fn new<S: AsRef<OsStr>>(path: &Path, arguments: impl IntoIterator<Item = S>) -> Run {
        Running::new(path, arguments).end()
    }

    /// The number in the table's row of that name.
    pub(crate) fn row(&self, name: &str) -> u64 {
        let row = self.out.lines().find_map(|line| line.strip_prefix(name));
        let number = row.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
        number.unwrap_or_else(|| panic!("no number for {name} in {self:#?}"))
    }

    /// `in`, `out` and `lost` of the last line.
    pub(crate) fn last(&self) -> (u64, u64, i64) {
        let last = self.out.lines().last().unwrap_or_else(|| panic!("no last line in {self:#?}"));
        let fields: Vec<_> = last.split(' ').map(|field| field.split_once('=').expect("name=number")).collect();
        match fields[..] {
            [("in", handed_in), ("out", written), ("lost", lost)] => (
                handed_in.parse().expect("a number"),
                written.parse().expect("a number"),
                lost.parse().expect("a number"),
            ),
            _ => panic!("unexpected last line in {self:#?}"),
        }
    }

    /// Columns of the report by path.
    pub(crate) fn rows(&self) -> BTreeMap<PathBuf, Vec<&str>> {
        let columns = self.report.iter().map(|line| line.split('\t').collect::<Vec<_>>());
        let rows: BTreeMap<_, _> = columns.map(|columns| (PathBuf::from(columns[5]), columns)).collect();
        assert_eq!(rows.len(), self.report.len(), "a path twice in {self:#?}");
        rows
    }
}

/// A run under way; killed if it hangs.
pub(crate) struct Running {
    child: Child,
    err: BufReader<std::process::ChildStderr>,
    heard: String,
    report: PathBuf,
    _folder: Folder,
    _done: bifrons::Sender<()>,
}

impl Running {
    pub(crate) fn new<S: AsRef<OsStr>>(path: &Path, arguments: impl IntoIterator<Item = S>) -> Running {
        let folder = Folder::new();
        let report = folder.join("report.tsv");
        let mut command = Command::new(program());
        command.arg("--report").arg(&report).args(arguments).arg(path);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the example starts");
        let err = BufReader::new(child.stderr.take().expect("it is a pipe"));
        let _done = watch(child.id());
        Running { child, err, heard: String::new(), report, _folder: folder, _done }
    }

    /// Reads the error stream up to a line that begins like this.
    pub(crate) fn hear(&mut self, beginning: &str) {
        let mut start = self.heard.len();
        while self.err.read_line(&mut self.heard).expect("plain text") > 0 {
            if self.heard[start..].starts_with(beginning) {
                return;
            }
            start = self.heard.len();
        }
        panic!("it ended without {beginning:?}: {}", self.heard);
    }

    pub(crate) fn signal(&self, name: &str) {
        signal(name, self.child.id());
    }

    pub(crate) fn end(mut self) -> Run {
        // Short enough for the pipe, so the two streams can be read one after the other.
        self.err.read_to_string(&mut self.heard).expect("plain text");
        let output = self.child.wait_with_output().expect("it ends");
        let report = fs::read_to_string(&self.report).unwrap_or_default();
        Run {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).expect("plain text"),
            err: self.heard,
            report: report.lines().skip(1).map(str::to_owned).collect(),
        }
    }
}

fn signal(name: &str, process: u32) {
    let status = Command::new("kill").arg(format!("-{name}")).arg(process.to_string()).status();
    assert!(status.expect("there is a kill command").success(), "no process {process}");
}

/// Kills the process unless the returned sender is dropped in time.
fn watch(process: u32) -> bifrons::Sender<()> {
    let (done_in, done) = bifrons::bounded::<()>(1);
    thread::spawn(move || {
        if done.recv_timeout(WATCHDOG).is_err_and(|error| error.is_timeout()) {
            signal("KILL", process);
        }
    });
    done_in
}

/// The example next to this test: target/<profile>/deps/ingest-… and target/<profile>/examples/ingest.
pub(crate) fn program() -> PathBuf {
    let test = std::env::current_exe().expect("a test has a path");
    let profile = test.parent().and_then(Path::parent).expect("target/<profile>");
    let program = profile.join("examples/ingest");
    assert!(program.exists(), "{}: build it with `cargo build --example ingest`", program.display());
    program
}
