//! The readers: blocking threads that read files for tasks to count.

use std::fs;
use std::io::{self, Read};
use std::path::PathBuf;

use bifrons::{AsyncReceiver, Receiver, Sender};

use super::pipeline::Closed;
use super::report::News;
use super::waited::Waited;

/// A file of any size costs the pipeline this much memory, times a small number of pieces.
pub(crate) const PIECE: usize = 256 * 1024;

/// How many pieces of a large file may lie ready for the task that counts it.
const AHEAD: usize = 2;

/// A file on its way to a task: its first piece and, where that is not all, a queue of its own for the others.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) path: PathBuf,
    pub(crate) first: Vec<u8>,
    pub(crate) rest: Option<AsyncReceiver<Piece>>,
}

/// What comes after the first piece. A queue that closes before `End` was cut short: its reader is gone.
#[derive(Debug)]
pub(crate) enum Piece {
    More(Vec<u8>),
    Failed(io::Error),
    End,
}

/// What a reader has to tell at the end.
#[derive(Debug, Default)]
pub(crate) struct Readings {
    /// Files handed in: each of them is owed a result.
    pub(crate) handed_in: u64,
    /// Files that could not be opened or not be read from the start: reported, never handed in.
    pub(crate) unreadable: u64,
    /// The length of the queue of files just after a file was added, at its highest.
    pub(crate) highest: usize,
    /// Waiting for the walker to find something.
    pub(crate) to_receive: Waited,
    /// Waiting for room in the queue of files, or in that of one large file.
    pub(crate) to_send: Waited,
}

impl Readings {
    pub(crate) fn plus(mut self, other: Self) -> Self {
        self.handed_in += other.handed_in;
        self.unreadable += other.unreadable;
        self.highest = self.highest.max(other.highest);
        self.to_receive += other.to_receive;
        self.to_send += other.to_send;
        self
    }
}

#[derive(Debug)]
pub(crate) struct Reader {
    pub(crate) paths: Receiver<PathBuf>,
    pub(crate) files: Sender<File>,
    pub(crate) news: Sender<News>,
}

impl Reader {
    /// Reads until no path is left, or until the tasks take no more files.
    pub(crate) fn read(self) -> Readings {
        let mut readings = Readings::default();
        while let Ok(path) = readings.to_receive.blocking(|| self.paths.recv()) {
            let handed = match fs::File::open(&path) {
                Ok(source) => self.hand_in(path, source, &mut readings),
                Err(error) => self.unreadable(path, &error, &mut readings),
            };
            if handed.is_err() {
                break;
            }
        }
        readings
    }

    /// Sends a file's first piece, then, if there is more, the rest through a queue made for this file.
    pub(crate) fn hand_in(&self, path: PathBuf, mut source: impl Read, readings: &mut Readings) -> Result<(), Closed> {
        let first = match piece(&mut source) {
            Ok(first) => first,
            Err(error) => return self.unreadable(path, &error, readings),
        };
        if first.len() < PIECE {
            return self.send(File { path, first, rest: None }, readings);
        }
        let (pieces, rest) = bifrons::bounded(AHEAD);
        self.send(File { path, first, rest: Some(rest.into_async()) }, readings)?;
        loop {
            let next = match piece(&mut source) {
                Ok(bytes) if bytes.is_empty() => Piece::End,
                Ok(bytes) => Piece::More(bytes),
                Err(error) => Piece::Failed(error),
            };
            let last = !matches!(next, Piece::More(_));
            // An error here means that the task is gone; the file is lost, and the last line will say so.
            if readings.to_send.blocking(|| pieces.send(next)).is_err() || last {
                return Ok(());
            }
        }
    }

    fn send(&self, file: File, readings: &mut Readings) -> Result<(), Closed> {
        readings.to_send.blocking(|| self.files.send(file))?;
        readings.handed_in += 1;
        readings.highest = readings.highest.max(self.files.len());
        Ok(())
    }

    fn unreadable(&self, path: PathBuf, error: &io::Error, readings: &mut Readings) -> Result<(), Closed> {
        readings.unreadable += 1;
        Ok(self.news.send(News::Problem { path, why: format!("not readable: {error}") })?)
    }
}

/// The next `PIECE` bytes; fewer at the end of the file, none after it.
fn piece(source: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(PIECE as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}
