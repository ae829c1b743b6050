//! The threads and tasks that work at one run.

use std::future::pending;
use std::sync::mpsc;
use std::thread;

use tokio::runtime::{Builder, Handle};

use crate::os;
use crate::scenario::Host;
use crate::tally::Tally;

/// Starts workers, then collects what each of them reports at its end.
pub struct Crew {
    host: Host,
    runtime: Option<Handle>,
    report: mpsc::Sender<Tally>,
    reports: mpsc::Receiver<Tally>,
    at_work: usize,
}

impl Crew {
    pub fn new(host: Host) -> Self {
        let (report, reports) = mpsc::channel();
        Self { host, runtime: None, report, reports, at_work: 0 }
    }

    /// Starts a thread, on this CPU if one is given.
    pub fn thread(&mut self, cpu: Option<usize>, work: impl FnOnce() -> Tally + Send + 'static) {
        let report = self.report.clone();
        self.at_work += 1;
        thread::spawn(move || {
            if let Some(cpu) = cpu {
                os::pin(cpu).expect("this CPU can be bound to");
            }
            report.send(work()).expect("the crew waits for everyone");
        });
    }

    /// Starts a task on the runtime of the scenario.
    pub fn task(&mut self, work: impl Future<Output = Tally> + Send + 'static) {
        let report = self.report.clone();
        self.at_work += 1;
        let runtime = self.runtime.get_or_insert_with(|| start(self.host));
        runtime.spawn(async move {
            report.send(work.await).expect("the crew waits for everyone");
        });
    }

    /// Waits until everyone is done.
    pub fn finish(&mut self) -> Tally {
        let mut total = Tally::default();
        for tally in self.reports.iter().take(self.at_work) {
            total += tally;
        }
        self.at_work = 0;
        total
    }
}

/// A runtime that lasts as long as the process, which is one run.
fn start(host: Host) -> Handle {
    let mut builder = match host {
        Host::TwoWorkers => Builder::new_multi_thread(),
        Host::OneThread => Builder::new_current_thread(),
    };
    let runtime = builder.worker_threads(2).build().expect("a runtime");
    let handle = runtime.handle().clone();
    thread::spawn(move || runtime.block_on(pending::<()>()));
    handle
}
