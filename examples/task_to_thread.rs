//! A task sends, a thread receives: the way to hand lines from async code to something that blocks, such as a log file.

use std::thread;
use std::time::Duration;

use bifrons::AsyncSender;
use futures_util::future::join_all;

/// Ten tasks on one thread: while one awaits room in the queue, the others go on.
#[tokio::main(flavor = "current_thread")]
async fn work(lines_in: AsyncSender<String>) {
    let tasks = (0..10).map(|task| {
        let lines_in = lines_in.clone();
        async move {
            for n in 0..20 {
                lines_in.send(format!("task {task} line {n}")).await.expect("the log listens");
            }
        }
    });
    join_all(tasks).await;
}

fn main() {
    let (lines_in, lines) = bifrons::bounded::<String>(4);

    // Iterating blocks this thread between lines; the loop ends when the last sender is gone and nothing is left.
    let log = thread::spawn(move || {
        let mut written = Vec::new();
        for line in lines {
            thread::sleep(Duration::from_micros(50)); // a disk takes its time
            written.push(line);
        }
        written
    });

    work(lines_in.into_async());

    let written = log.join().expect("the log does not panic");
    println!("the last one was: {}", written.last().expect("200 lines were sent"));
    println!("written={}", written.len());
}
