//! The table at the end.

use std::fmt::{self, Display, Formatter};
use std::process::ExitCode;

use super::options::{EXIT_FAILED, EXIT_INTERRUPTED, EXIT_PROBLEMS, Options};
use super::read::Readings;
use super::report::Written;
use super::walk::Walked;
use super::work::Worked;

/// What every stage has told.
#[derive(Debug)]
pub(crate) struct Summary {
    pub(crate) options: Options,
    pub(crate) seconds: f64,
    pub(crate) walked: Walked,
    pub(crate) read: Readings,
    pub(crate) worked: Worked,
    pub(crate) written: Written,
}

impl Summary {
    /// Files that were handed in and have no line in the report.
    fn lost(&self) -> i128 {
        i128::from(self.read.handed_in) - i128::from(self.written.results)
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        if self.written.failure.is_some() {
            EXIT_FAILED.into()
        } else if self.written.interrupted {
            EXIT_INTERRUPTED.into()
        } else if self.written.problems > 0 || self.lost() != 0 {
            EXIT_PROBLEMS.into()
        } else {
            ExitCode::SUCCESS
        }
    }
}

impl Display for Summary {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Summary { options, seconds, walked, read, worked, written } = self;
        let (root, report, capacity) = (options.root.display(), options.report.display(), options.capacity);
        let mib = written.bytes as f64 / f64::from(1 << 20);
        row(f, "path", &root)?;
        row(f, "files", format_args!("{} ({} not UTF-8)", written.counted, written.not_utf8))?;
        row(f, "lines", written.lines)?;
        row(f, "words", written.words)?;
        row(f, "bytes", written.bytes)?;
        row(f, "MiB/s", format_args!("{:.1} ({mib:.1} MiB in {seconds:.3} s)", mib / seconds))?;
        row(f, "problems", written.problems)?;
        row(
            f,
            "links",
            format_args!("{} to files, {} to folders (not entered)", walked.file_links, walked.folder_links),
        )?;
        row(f, "left out", format_args!("{} folders named .git or target", walked.left_out))?;
        row(f, "highest queue length", format_args!("files {}, news {} of {capacity}", read.highest, worked.highest))?;
        self.waits(f)?;
        match &written.failure {
            Some(error) => row(f, "report", format_args!("NOT WRITTEN: {report}: {error}"))?,
            None => row(f, "report", report)?,
        }
        if written.interrupted {
            let turned_away = walked.found.saturating_sub(read.handed_in + read.unreadable);
            writeln!(f, "stopped by Ctrl-C: {turned_away} of the files found so far were not handed in")?;
        } else if walked.found == 0 && written.problems == 0 {
            writeln!(f, "nothing to count: there is no file in {root}")?;
        }
        writeln!(f, "in={} out={} lost={}", read.handed_in, written.results, self.lost())
    }
}

impl Summary {
    /// One line for each stage: how long its members, added up, waited for the queue before it, how long for the one behind.
    fn waits(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Summary { options, walked, read, worked, written, .. } = self;
        let readers = format!("{} reader threads", options.readers);
        let tasks = format!("{} worker tasks", options.workers);
        writeln!(f, "{:<22}{:>12}{:>12}", "seconds waited", "to receive", "to send")?;
        writeln!(f, "  {:<20}{:>12}{:>12.3}", "1 walker thread", "-", walked.to_send.seconds())?;
        writeln!(f, "  {readers:<20}{:>12.3}{:>12.3}", read.to_receive.seconds(), read.to_send.seconds())?;
        writeln!(f, "  {tasks:<20}{:>12.3}{:>12.3}", worked.to_receive.seconds(), worked.to_send.seconds())?;
        writeln!(f, "  {:<20}{:>12.3}{:>12}", "1 writer thread", written.to_receive.seconds(), "-")
    }
}

fn row(f: &mut Formatter<'_>, name: &str, value: impl Display) -> fmt::Result {
    writeln!(f, "{name:<22}{value}")
}
