//! The workers: tasks that count what the reader threads have read.

use std::time::Duration;

use bifrons::{AsyncReceiver, AsyncSender};

use super::count::{Counter, Counts};
use super::read::{File, Piece};
use super::report::News;
use super::waited::Waited;

/// What a worker has to tell at the end.
#[derive(Debug, Default)]
pub(crate) struct Worked {
    /// The length of the queue of news just after a result was added, at its highest.
    pub(crate) highest: usize,
    /// Waiting for a file, or for the next piece of a large one.
    pub(crate) to_receive: Waited,
    /// Waiting for room among the news.
    pub(crate) to_send: Waited,
}

impl Worked {
    pub(crate) fn plus(mut self, other: Self) -> Self {
        self.highest = self.highest.max(other.highest);
        self.to_receive += other.to_receive;
        self.to_send += other.to_send;
        self
    }
}

#[derive(Debug)]
pub(crate) struct Worker {
    pub(crate) files: AsyncReceiver<File>,
    pub(crate) news: AsyncSender<News>,
    /// A rest after each file.
    pub(crate) slow: Duration,
}

impl Worker {
    /// Counts files until the queue is closed and empty.
    pub(crate) async fn work(self) -> Worked {
        let mut worked = Worked::default();
        while let Ok(mut file) = worked.to_receive.awaiting(self.files.recv()).await {
            let counts = count(&mut file, &mut worked).await;
            if !self.slow.is_zero() {
                tokio::time::sleep(self.slow).await;
            }
            let result = News::Result { path: file.path, counts };
            if worked.to_send.awaiting(self.news.send(result)).await.is_err() {
                break; // the writer is gone
            }
            worked.highest = worked.highest.max(self.news.len());
        }
        worked
    }
}

async fn count(file: &mut File, worked: &mut Worked) -> Result<Counts, String> {
    let mut counter = Counter::default();
    counter.feed(&file.first);
    if let Some(rest) = file.rest.take() {
        loop {
            match worked.to_receive.awaiting(rest.recv()).await {
                Ok(Piece::More(bytes)) => counter.feed(&bytes),
                Ok(Piece::End) => break,
                Ok(Piece::Failed(error)) => return Err(format!("not readable to its end: {error}")),
                Err(closed) => return Err(format!("not read to its end: {closed}")),
            }
        }
    }
    Ok(counter.finish())
}
