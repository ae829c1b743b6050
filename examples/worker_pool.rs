//! A pool of workers: `join` waits until every job is done, which is later than when every job was taken.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

fn is_prime(number: u64) -> bool {
    number > 1 && (2..).take_while(|divisor| divisor * divisor <= number).all(|divisor| number % divisor != 0)
}

fn main() {
    let (jobs_in, jobs) = bifrons::bounded::<Range<u64>>(8);
    let primes = AtomicUsize::new(0);

    thread::scope(|scope| {
        for _ in 0..3 {
            let (jobs, primes) = (jobs.clone(), &primes);
            scope.spawn(move || {
                // A `Task` is the job with a promise: it counts as done when it is dropped, even if its worker panics.
                while let Ok(job) = jobs.recv_task() {
                    let found = job.clone().filter(|&number| is_prime(number)).count();
                    primes.fetch_add(found, Ordering::Relaxed);
                    job.done();
                }
            });
        }

        drop(jobs); // each worker has its own: should all be gone, the queue closes

        for start in (0..100_000).step_by(1000) {
            jobs_in.send(start..start + 1000).expect("the workers listen");
        }

        // The workers are still there and could do more, but what was sent is done, and what they wrote can be seen.
        jobs_in.join();
        let (stats, primes) = (jobs_in.stats(), primes.load(Ordering::Relaxed));
        println!("jobs={} unfinished={} primes={primes}", stats.received, stats.len + stats.tasks);

        jobs_in.close(); // the workers go home
    });
}
