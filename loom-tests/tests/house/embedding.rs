//! A program of a user's, checked from outside: nothing here but public names and loom's threads.

use bifrons::{AsyncReceiver, Receiver, Sender, bounded, unbounded};
use bifrons_loom_tests::{Bounds, Parcel, block_on, model};
use loom::thread;

/// A job for a worker, and where the answer goes.
struct Job {
    parcel: Parcel,
    answer: Sender<usize>,
}

fn work(job: Job) {
    let answer = job.parcel.open() * 10;
    job.answer.send(answer).expect("whoever asks waits for the answer");
}

fn worker_on_a_thread(jobs: Receiver<Job>) {
    for job in jobs {
        work(job);
    }
}

async fn worker_in_a_task(jobs: AsyncReceiver<Job>) {
    while let Ok(job) = jobs.recv().await {
        work(job);
    }
}

/// A pool of a worker thread and a worker task: is every job done once, and does the pool end when the jobs do?
///
/// Kills `life.last_sender`.
#[test]
fn worker_pool() {
    model(Bounds { quick: 1, deep: Some(2), at_least: 500 }, || {
        let (jobs, queue) = bounded(1);
        let for_task = queue.to_async();
        let on_thread = thread::spawn(move || worker_on_a_thread(queue));
        let in_task = thread::spawn(move || block_on(worker_in_a_task(for_task)));

        let (answer, answers) = unbounded();
        for id in 1..=2 {
            assert!(jobs.send(Job { parcel: Parcel::new(id), answer: answer.clone() }).is_ok(), "the pool is there");
        }
        drop((jobs, answer));
        let mut answers: Vec<_> = answers.iter().collect();
        answers.sort_unstable();
        assert_eq!(answers, [10, 20]);
        on_thread.join().unwrap();
        in_task.join().unwrap();
    });
}

/// One who asks and one who answers, a task and a thread: does each answer come to its question?
///
/// Kills `buffer.tail`.
#[test]
fn question_and_answer() {
    model(Bounds { quick: 3, deep: Some(4), at_least: 200 }, || {
        let (jobs, queue) = bounded(1);
        let worker = thread::spawn(move || worker_on_a_thread(queue));
        block_on(async move {
            let jobs = jobs.into_async();
            let (answer, answers) = bounded(1);
            let answers = answers.into_async();
            assert!(jobs.send(Job { parcel: Parcel::new(3), answer }).await.is_ok(), "the worker is there");
            assert_eq!(answers.recv().await, Ok(30));
        });
        worker.join().unwrap();
    });
}
