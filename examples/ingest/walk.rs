//! The walker: a blocking thread that finds files.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bifrons::Sender;

use super::pipeline::Closed;
use super::report::News;
use super::waited::Waited;

/// What the walker has to tell at the end.
#[derive(Debug, Default)]
pub(crate) struct Walked {
    /// Files found, whether or not somebody was left to read them.
    pub(crate) found: u64,
    /// Links to files among them.
    pub(crate) file_links: u64,
    /// Links to folders, which are not entered: that way no loop of links can catch the walker.
    pub(crate) folder_links: u64,
    /// Folders left out because of their name.
    pub(crate) left_out: u64,
    /// Waiting for room among the paths.
    pub(crate) to_send: Waited,
}

#[derive(Debug)]
pub(crate) struct Walker {
    pub(crate) paths: Sender<PathBuf>,
    pub(crate) news: Sender<News>,
    /// Enter `.git` and `target` too.
    pub(crate) all: bool,
    /// The report, in case it lies inside the folder: it is not part of the input.
    pub(crate) report: PathBuf,
    /// Folders still to be entered.
    pub(crate) folders: Vec<PathBuf>,
    pub(crate) walked: Walked,
}

impl Walker {
    /// Sends every file at or below `root`; ends early if the queue is closed.
    pub(crate) fn walk(mut self, root: &Path) -> Walked {
        let mut going = match fs::metadata(root) {
            Ok(found) if found.is_dir() => self.enter(root), // whatever its name is, and even if it is a link
            _ => self.visit(root.to_owned()),
        };
        while going.is_ok() && !self.paths.is_closed() {
            match self.folders.pop() {
                Some(folder) => going = self.enter(&folder),
                None => break,
            }
        }
        self.walked
    }

    fn enter(&mut self, folder: &Path) -> Result<(), Closed> {
        match fs::read_dir(folder) {
            Ok(mut entries) => entries.try_for_each(|entry| match entry {
                Ok(entry) => self.visit(entry.path()),
                Err(error) => self.problem(folder.to_owned(), format!("folder not readable to its end: {error}")),
            }),
            Err(error) => self.problem(folder.to_owned(), format!("folder not readable: {error}")),
        }
    }

    fn visit(&mut self, path: PathBuf) -> Result<(), Closed> {
        match kind(&path) {
            Ok((Kind::File, _)) if self.is_report(&path) => Ok(()),
            Ok((Kind::File, link)) => {
                self.walked.found += 1;
                self.walked.file_links += u64::from(link);
                Ok(self.walked.to_send.blocking(|| self.paths.send(path))?)
            }
            Ok((Kind::Folder, link)) => {
                if link {
                    self.walked.folder_links += 1;
                } else if !self.all && has_name_to_leave_out(&path) {
                    self.walked.left_out += 1;
                } else {
                    self.folders.push(path);
                }
                Ok(())
            }
            Ok((Kind::Nothing, _)) => self.problem(path, "broken link".to_owned()),
            Ok((Kind::Special, _)) => self.problem(path, "skipped: neither a file nor a folder".to_owned()),
            Err(error) => self.problem(path, format!("not readable: {error}")),
        }
    }

    /// Goes straight to the writer, through a queue that has tasks among its senders, too: the two faces mix.
    fn problem(&self, path: PathBuf, why: String) -> Result<(), Closed> {
        Ok(self.news.send(News::Problem { path, why })?)
    }

    fn is_report(&self, path: &Path) -> bool {
        path.file_name() == self.report.file_name() && fs::canonicalize(path).is_ok_and(|real| real == self.report)
    }
}

#[derive(Debug)]
enum Kind {
    File,
    Folder,
    /// Pipes, sockets, devices: reading one might never end.
    Special,
    /// At the end of a broken link.
    Nothing,
}

/// What is at `path`, and whether a link leads there.
fn kind(path: &Path) -> io::Result<(Kind, bool)> {
    let link = fs::symlink_metadata(path)?.is_symlink();
    match fs::metadata(path) {
        Ok(found) if found.is_file() => Ok((Kind::File, link)),
        Ok(found) if found.is_dir() => Ok((Kind::Folder, link)),
        Ok(_) => Ok((Kind::Special, link)),
        Err(error) if link && error.kind() == io::ErrorKind::NotFound => Ok((Kind::Nothing, link)),
        Err(error) => Err(error),
    }
}

fn has_name_to_leave_out(folder: &Path) -> bool {
    folder.file_name().is_some_and(|name| name == ".git" || name == "target")
}
