//! Ctrl-C: close the queues early, finish what is in them.

use std::path::PathBuf;

use bifrons::WeakSender;

use super::options::EXIT_INTERRUPTED;
use super::read::File;
use super::report::News;

/// Waits for Ctrl-C, for as long as the runtime lives.
///
/// The handles are weak: this task must be able to close the queues, but it must not keep them open. If a queue's senders
/// are already gone, there is nothing left to close. The walker and the readers need no other sign: their next `send` fails
/// and hands the item back.
pub(crate) async fn on_ctrl_c(paths: WeakSender<PathBuf>, files: WeakSender<File>, news: WeakSender<News>) {
    if tokio::signal::ctrl_c().await.is_err() {
        return; // no handler on this system: Ctrl-C keeps its usual meaning
    }
    if let Some(files) = files.upgrade() {
        files.close();
    }
    if let Some(paths) = paths.upgrade() {
        paths.close();
    }
    if let Some(news) = news.upgrade() {
        // If the writer has stopped listening, nobody is left to be told.
        let _ = news.into_async().send(News::Interrupted).await;
    }
    if tokio::signal::ctrl_c().await.is_ok() {
        eprintln!("ingest: second Ctrl-C: leaving at once, the report is not written");
        std::process::exit(EXIT_INTERRUPTED.into());
    }
}
