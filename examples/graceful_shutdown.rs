//! Closing a queue: no new job gets in, every job that got in is done.

use std::thread;
use std::time::Duration;

use bifrons::SendError;

fn main() {
    let (jobs_in, jobs) = bifrons::bounded::<u32>(8);

    // Three workers; each takes jobs until the queue is closed and empty.
    let workers: Vec<_> = (0..3)
        .map(|_| {
            let jobs = jobs.clone();
            thread::spawn(move || jobs.iter().inspect(|_| thread::sleep(Duration::from_millis(1))).count())
        })
        .collect();
    drop(jobs); // each worker has its own: should all be gone, the queue closes

    // A task that sends until it is told that the queue is closed; the job that did not get in comes back to it.
    let client = jobs_in.to_async();
    let client = thread::spawn(move || {
        smol::block_on(async {
            for job in 0.. {
                if let Err(SendError(refused)) = client.send(job).await {
                    return refused; // all jobs before this one were accepted
                }
            }
            unreachable!("the client only stops when it is refused")
        })
    });

    // Some time later somebody wants to stop. Any handle of either side and either face may do that.
    thread::sleep(Duration::from_millis(20));
    jobs_in.close();

    let accepted = client.join().expect("the client does not panic") as usize;
    let done: usize = workers.into_iter().map(|worker| worker.join().expect("a worker does not panic")).sum();
    println!("accepted={accepted} done={done} lost={}", accepted as i64 - done as i64);
}
