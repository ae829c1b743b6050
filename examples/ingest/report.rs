//! The writer: a blocking thread that gathers the news and writes a sorted report.

use std::fmt::{self, Display, Formatter};
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use bifrons::{Receiver, RecvTimeoutError};

use super::count::Counts;
use super::progress::Progress;
use super::waited::Waited;

/// How many files with a problem, and how many without UTF-8, are named on the terminal; the report names them all.
const NAMED: u64 = 20;

/// What the other stages send to the writer.
#[derive(Debug)]
pub(crate) enum News {
    /// From a task: what became of a file that was handed in.
    Result { path: PathBuf, counts: Result<Counts, String> },
    /// From a thread: something that could not be handed in.
    Problem { path: PathBuf, why: String },
    /// From the task that listens to Ctrl-C.
    Interrupted,
}

/// What the writer has to tell at the end.
#[derive(Debug, Default)]
pub(crate) struct Written {
    /// Results of files that were handed in, written to the report.
    pub(crate) results: u64,
    pub(crate) counted: u64,
    pub(crate) lines: u64,
    pub(crate) words: u64,
    pub(crate) bytes: u64,
    pub(crate) not_utf8: u64,
    pub(crate) problems: u64,
    pub(crate) interrupted: bool,
    /// Why there is no complete report.
    pub(crate) failure: Option<io::Error>,
    /// Waiting for news.
    pub(crate) to_receive: Waited,
}

#[derive(Debug)]
pub(crate) struct Writer {
    pub(crate) news: Receiver<News>,
    pub(crate) report: fs::File,
    pub(crate) progress: Progress,
}

/// A line of the report.
struct Row {
    path: PathBuf,
    counts: Result<Counts, String>,
    handed_in: bool,
}

impl Writer {
    /// Gathers until the last thread and the last task that could have news are gone, then writes.
    pub(crate) fn write(mut self) -> Written {
        let mut written = Written::default();
        let mut rows = Vec::new();
        loop {
            match written.to_receive.blocking(|| self.news.recv_deadline(self.progress.next())) {
                Ok(news) => rows.extend(self.note(news, &mut written)),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Closed) => break,
            }
            self.progress.tick(written.counted, written.bytes);
        }
        self.progress.finish(written.counted, written.bytes);
        match write_sorted(rows, self.report) {
            Ok(results) => written.results = results,
            Err(error) => written.failure = Some(error), // half a report is none: no result counts as written
        }
        written
    }

    fn note(&self, news: News, written: &mut Written) -> Option<Row> {
        let row = match news {
            News::Result { path, counts } => Row { path, counts, handed_in: true },
            News::Problem { path, why } => Row { path, counts: Err(why), handed_in: false },
            News::Interrupted => {
                written.interrupted = true;
                self.progress.say("Ctrl-C: the queues are closed, finishing what is in flight (again: leave at once)");
                return None;
            }
        };
        match &row.counts {
            Ok(counts) => {
                written.counted += 1;
                written.lines += counts.lines;
                written.words += counts.words;
                written.bytes += counts.bytes;
                if !counts.utf8 {
                    written.not_utf8 += 1;
                    self.name(written.not_utf8, &row.path, "not UTF-8, counted as bytes");
                }
            }
            Err(why) => {
                written.problems += 1;
                self.name(written.problems, &row.path, why);
            }
        }
        Some(row)
    }

    fn name(&self, nth: u64, path: &Path, what: &str) {
        if nth <= NAMED {
            self.progress.say(&format!("{}: {what}", Shown(path)));
        } else if nth == NAMED + 1 {
            self.progress.say(&format!("(more files like {}: see the report)", Shown(path)));
        }
    }
}

/// Writes one line for each row, in the order of the paths' bytes; tells how many results were among them.
fn write_sorted(mut rows: Vec<Row>, report: fs::File) -> io::Result<u64> {
    rows.sort_by(|a, b| a.path.as_os_str().cmp(b.path.as_os_str()));
    let mut results = 0;
    let mut report = BufWriter::new(report);
    writeln!(report, "lines\twords\tbytes\tcksum\tnote\tpath")?;
    for row in &rows {
        writeln!(report, "{row}")?;
        results += u64::from(row.handed_in);
    }
    report.flush()?;
    Ok(results)
}

impl Display for Row {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.counts {
            Ok(Counts { lines, words, bytes, cksum, utf8 }) => {
                let note = if *utf8 { "UTF-8" } else { "not UTF-8" };
                write!(f, "{lines}\t{words}\t{bytes}\t{cksum}\t{note}")?;
            }
            Err(why) => write!(f, "-\t-\t-\t-\t{why}")?,
        }
        write!(f, "\t{}", Shown(&self.path))
    }
}

/// A path on one line: quoted if it has line breaks, quotes or bytes that are not UTF-8.
struct Shown<'a>(&'a Path);

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0.to_str() {
            Some(plain) if !plain.contains(|c: char| c.is_control() || c == '"') => f.write_str(plain),
            _ => write!(f, "{:?}", self.0),
        }
    }
}
