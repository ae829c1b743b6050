//! The command line.

use std::ffi::OsString;
use std::num::NonZero;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

pub(crate) const HELP: &str = "\
Counts lines, words, bytes and a checksum of every file below a folder.

usage: ingest [OPTIONS] [PATH]

  PATH            a folder or a file (default: the current folder)
  --report FILE   where to write the sorted report (default: a new file in the folder for temporary files)
  --readers N     threads that read files (default: one for each CPU, at least 2)
  --workers N     tasks that count (default: one for each CPU, at least 2)
  --capacity N    places in each queue; 0 hands every item over in person (default: 64)
  --all           also enter folders named .git and target
  --slow MS       let each task rest this long after each file, to watch the queues fill up
  --help          print this text

Links to files are read, links to folders are not entered. A file is sent in pieces of 256 KiB, so its size does not matter.
Words are counted as GNU wc up to 9.4 does in the C locale: runs of bytes between ASCII white space that hold at least one
printable ASCII byte. The checksum is the one of cksum.

exit status: 0 all counted, 1 some files could not be read, 2 nothing was done or the report could not be written,
130 stopped by Ctrl-C. The last line printed is `in=FILES HANDED TO THE TASKS out=RESULTS WRITTEN lost=DIFFERENCE`.
";

pub(crate) const EXIT_PROBLEMS: u8 = 1;
pub(crate) const EXIT_FAILED: u8 = 2;
pub(crate) const EXIT_INTERRUPTED: u8 = 130;

#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) root: PathBuf,
    pub(crate) report: PathBuf,
    pub(crate) readers: usize,
    pub(crate) workers: usize,
    pub(crate) capacity: usize,
    pub(crate) all: bool,
    pub(crate) slow: Duration,
}

#[derive(Debug)]
pub(crate) enum Request {
    Run(Options),
    Help,
}

impl Default for Options {
    fn default() -> Self {
        let cpus = std::thread::available_parallelism().map_or(1, NonZero::get).max(2);
        Options {
            root: PathBuf::from("."),
            report: std::env::temp_dir().join(format!("ingest-{}.tsv", std::process::id())),
            readers: cpus,
            workers: cpus,
            capacity: 64,
            all: false,
            slow: Duration::ZERO,
        }
    }
}

impl Options {
    /// Reads the arguments that follow the program's name; the error is one line for the user.
    pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Request, String> {
        let mut arguments = arguments.into_iter();
        let mut options = Options::default();
        let mut paths = Vec::new();
        let mut only_paths = false;
        while let Some(argument) = arguments.next() {
            match argument.to_str() {
                _ if only_paths => paths.push(argument),
                Some("--") => only_paths = true,
                Some("--help" | "-h") => return Ok(Request::Help),
                Some("--all") => options.all = true,
                Some("--report") => options.report = value("--report", arguments.next())?.into(),
                Some("--readers") => options.readers = at_least_one("--readers", arguments.next())?,
                Some("--workers") => options.workers = at_least_one("--workers", arguments.next())?,
                Some("--capacity") => options.capacity = number("--capacity", arguments.next())?,
                Some("--slow") => options.slow = Duration::from_millis(number("--slow", arguments.next())?),
                Some(unknown) if unknown.starts_with('-') => {
                    return Err(format!("unknown option {unknown} (see --help)"));
                }
                _ => paths.push(argument),
            }
        }
        if paths.len() > 1 {
            return Err(format!("one PATH, please, not {}", paths.len()));
        }
        if let Some(path) = paths.pop() {
            options.root = path.into();
        }
        Ok(Request::Run(options))
    }
}

fn value(name: &str, given: Option<OsString>) -> Result<OsString, String> {
    given.ok_or_else(|| format!("{name} needs a value"))
}

fn number<N: FromStr>(name: &str, given: Option<OsString>) -> Result<N, String> {
    let given = value(name, given)?;
    let number = given.to_str().and_then(|text| text.parse().ok());
    number.ok_or_else(|| format!("{name} needs a whole number, not {}", given.to_string_lossy()))
}

fn at_least_one(name: &str, given: Option<OsString>) -> Result<usize, String> {
    match number(name, given)? {
        0 => Err(format!("{name} must be at least 1")),
        some => Ok(some),
    }
}
