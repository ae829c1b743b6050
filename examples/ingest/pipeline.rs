//! The wiring: three queues, the threads and the tasks between them.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Instant;

use bifrons::SendError;

use super::interrupt;
use super::options::Options;
use super::progress::Progress;
use super::read::{Reader, Readings};
use super::report::Writer;
use super::summary::Summary;
use super::walk::{Walked, Walker};
use super::work::{Worked, Worker};

/// The other side takes nothing any more; the item came back with the error and is dropped here.
#[derive(Debug)]
pub(crate) struct Closed;

impl<T> From<SendError<T>> for Closed {
    fn from(_: SendError<T>) -> Self {
        Closed
    }
}

/// Counts everything at or below `options.root`; the error is one line that says why nothing was done.
pub(crate) fn run(options: &Options) -> Result<Summary, String> {
    fs::metadata(&options.root).map_err(|error| complaint(&options.root, &error))?;
    let report = fs::File::create(&options.report).map_err(|error| complaint(&options.report, &error))?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| format!("no runtime: {error}"))?;
    let start = Instant::now();

    let (paths_in, paths) = bifrons::bounded(options.capacity);
    let (files_in, files) = bifrons::bounded(options.capacity);
    let (news_in, news) = bifrons::bounded(options.capacity);

    runtime.spawn(interrupt::on_ctrl_c(paths_in.downgrade(), files_in.downgrade(), news_in.downgrade()));
    let tasks: Vec<_> = (0..options.workers)
        .map(|_| Worker { files: files.to_async(), news: news_in.to_async(), slow: options.slow })
        .map(|worker| runtime.spawn(worker.work()))
        .collect();

    let writer = Writer { news, report, progress: Progress::new(files.downgrade()) };
    let walker = Walker {
        paths: paths_in,
        news: news_in.clone(),
        all: options.all,
        report: fs::canonicalize(&options.report).unwrap_or_default(),
        folders: Vec::new(),
        walked: Walked::default(),
    };
    let readers: Vec<_> = (0..options.readers)
        .map(|_| Reader { paths: paths.clone(), files: files_in.clone(), news: news_in.clone() })
        .collect();

    // From here on every queue belongs to those who work with it, and closes when the last of them is done.
    drop((paths, files_in, files, news_in));

    thread::scope(|scope| {
        let writer = scope.spawn(|| writer.write());
        let walker = scope.spawn(|| walker.walk(&options.root));
        let readers: Vec<_> = readers.into_iter().map(|reader| scope.spawn(|| reader.read())).collect();

        let walked = joined(walker.join());
        let read = readers.into_iter().map(|reader| joined(reader.join())).fold(Readings::default(), Readings::plus);
        let worked = runtime.block_on(async {
            let mut sum = Worked::default();
            for task in tasks {
                match task.await {
                    Ok(worked) => sum = sum.plus(worked),
                    // Its file will be missing from the results, which the last line shows.
                    Err(failed) => eprintln!("ingest: a task failed: {failed}"),
                }
            }
            sum
        });
        let written = joined(writer.join());
        Ok(Summary { options: options.clone(), seconds: start.elapsed().as_secs_f64(), walked, read, worked, written })
    })
}

fn complaint(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}

/// A thread's result; its panic goes on here.
fn joined<R>(result: thread::Result<R>) -> R {
    result.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
