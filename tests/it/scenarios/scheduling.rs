//! Family E: who runs when, and at what cost.

use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use bifrons::{RecvTimeoutError, SendTimeoutError, TryRecvError};

use super::harness::{ALL, Rx, TIGHT, Tx, Waiting, each};
use crate::support::{Looks, is_pending, must_be_ready, own_cpu_time, own_sleeps, rounds, watchdog};

/// A receiver that does not wait gets whatever has been sent, whoever else is in the middle of it.
#[test]
fn e45_try_recv_finds_what_was_sent() {
    each(&[Some(3), Some(128), None], |case| {
        let (tx, rx) = case.queue();
        let sent = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for n in 0..50_u64 {
                        tx.send(n).unwrap();
                        sent.fetch_add(1, Ordering::Release);
                    }
                });
            }
            let (mut received, mut looks) = (0, Looks::default());
            while received < 200 {
                let there = received < sent.load(Ordering::Acquire);
                match rx.try_recv() {
                    Ok(_) => received += 1,
                    Err(error) => {
                        assert_eq!((error, there), (TryRecvError::Empty, false));
                        looks.pause();
                    }
                }
            }
        });
    });
}

/// One ball to and fro, between threads and tasks.
fn ping_pong(most: u64) {
    each(&[Some(0), Some(1)], |case| {
        let (ping_tx, ping_rx) = case.queue();
        let (pong_tx, pong_rx) = case.queue();
        thread::scope(|scope| {
            scope.spawn(move || {
                while let Ok(ball) = ping_rx.recv() {
                    pong_tx.send(ball + 1).unwrap();
                }
            });
            for ball in rounds(most) {
                ping_tx.send(ball).unwrap();
                assert_eq!(pong_rx.recv(), Ok(ball + 1));
            }
            drop(ping_tx);
        });
    });
}

#[test]
fn e46_work_ping_pong() {
    ping_pong(100);
}

/// The same with a loop on every CPU that never waits.
#[test]
fn e46_work_ping_pong_on_a_busy_machine() {
    let done = AtomicBool::new(false);
    let cpus = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..cpus {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        let outcome = std::panic::catch_unwind(|| ping_pong(10));
        done.store(true, Ordering::Relaxed);
        outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
}

#[test]
fn e46_work_crowd() {
    each(&[Some(0), Some(1), Some(3), Some(128), None], |case| {
        let (tx, rx) = case.queue();
        let sum: u64 = thread::scope(|scope| {
            for _ in 0..4 {
                let tx = tx.clone();
                scope.spawn(move || (0..40).for_each(|n| tx.send(n).unwrap()));
            }
            drop(tx);
            let receivers: Vec<_> = (0..4)
                .map(|_| {
                    let rx = rx.clone();
                    scope.spawn(move || std::iter::from_fn(|| rx.recv().ok()).sum::<u64>())
                })
                .collect();
            receivers.into_iter().map(|receiver| receiver.join().unwrap()).sum()
        });
        assert_eq!(sum, 4 * (0..40).sum::<u64>());
    });
}

/// The first CPU that may be used, where the system tells.
fn first_cpu() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let allowed = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
    let first = allowed.and_then(|list| list.trim().split([',', '-']).next());
    first.unwrap_or("0").to_owned()
}

/// The work above, and the races of other scenarios, with one CPU for everything.
#[test]
fn e46_one_cpu() {
    let _watch = watchdog();
    let one_cpu = || {
        let mut command = Command::new("taskset");
        command.args(["-c", &first_cpu()]);
        command
    };
    if !one_cpu().arg("true").output().is_ok_and(|output| output.status.success()) {
        println!("skipped: no `taskset` that may pin to a CPU");
        return;
    }
    let here = module_path!().split_once("::").expect("the crate and its modules").1;
    let there = here.replace("scheduling", "calls");
    let output = one_cpu()
        .arg(std::env::current_exe().unwrap())
        .args([format!("{here}::e46_work"), format!("{here}::e45"), format!("{there}::a10")])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("6 passed"), "{text}");
}

/// A thread that waits uses no CPU while it does, whatever it waits for and for how long.
#[test]
fn e47_idle_waiting_costs_nothing() {
    const A_SECOND: Duration = Duration::from_secs(1);
    let _watch = watchdog();
    if own_cpu_time().is_none() {
        println!("skipped: the system does not tell a thread's CPU time");
        return;
    }
    fn cost<R>(call: impl FnOnce() -> R) -> (R, Duration) {
        let before = own_cpu_time().expect("told before");
        let result = call();
        (result, own_cpu_time().expect("told before") - before)
    }
    let free = |capacity| bifrons::bounded::<u8>(capacity);
    let full = || {
        let (tx, rx) = bifrons::bounded(1);
        tx.send(0).unwrap();
        (tx, rx)
    };
    type Call = Box<dyn FnOnce() + Send>;
    let mut calls: Vec<(&str, Call)> = Vec::new();
    let mut ends = Vec::new();
    for capacity in [0, 1] {
        let (tx, rx) = free(capacity);
        calls.push((
            "recv_timeout",
            Box::new(move || {
                assert_eq!(rx.recv_timeout(A_SECOND), Err(RecvTimeoutError::Timeout));
                drop(tx);
            }),
        ));
        let (tx, rx) = free(capacity);
        ends.push(tx);
        calls.push(("recv", Box::new(move || assert!(rx.recv().is_err()))));
        let (tx, rx) = free(capacity);
        ends.push(tx);
        calls.push(("closed", Box::new(move || rx.closed())));
    }
    for (tx, rx) in [free(0), full()] {
        calls.push((
            "send_timeout",
            Box::new(move || {
                assert_eq!(tx.send_timeout(1, A_SECOND), Err(SendTimeoutError::Timeout(1)));
                drop(rx);
            }),
        ));
    }
    for (tx, rx) in [free(0), full()] {
        ends.push(tx.clone());
        calls.push((
            "send",
            Box::new(move || {
                assert!(tx.send(1).is_err());
                drop(rx);
            }),
        ));
    }
    let threads: Vec<_> = calls.into_iter().map(|(name, call)| (name, thread::spawn(move || cost(call).1))).collect();
    thread::sleep(A_SECOND);
    assert!(ends.iter().all(bifrons::Sender::close));
    for (name, thread) in threads {
        let cost = thread.join().unwrap();
        // Who looks all the time uses a second; how long a machine takes for a few steps is its own affair.
        assert!(cost < A_SECOND / 10, "{name} used {cost:?} of CPU");
    }
}

/// Polling and dropping futures never puts the executor's thread to sleep.
#[test]
#[cfg_attr(all(chaos, feature = "chaos"), ignore = "on a bad day every step may sleep")]
fn e48_polling_does_not_sleep() {
    const POLLS: u64 = 300;
    each(&ALL, |case| {
        let (tx, rx) = case.queue::<u64>();
        let stuck = case.capacity.is_some().then(|| {
            let (tx, rx, _) = case.full_queue();
            (tx.to_async(), rx)
        });
        let (tx, rx) = (tx.to_async(), rx.to_async());
        let sleeps = own_sleeps();
        for n in 0..POLLS {
            // Fresh handles, which have not had their turn of immediate completions.
            let (tx, rx) = (tx.clone(), rx.clone());
            let (mut receive, mut closed) = (rx.recv(), tx.closed());
            assert!(is_pending(&mut receive) && is_pending(&mut closed));
            let mut send = tx.send(n);
            let _ = is_pending(&mut send);
            assert_eq!(must_be_ready(&mut receive), Ok(n));
            if let Some((stuck, _)) = &stuck {
                let stuck = stuck.clone();
                assert!(is_pending(&mut stuck.send(n)));
            }
        }
        // Far fewer than polls: the system may make a thread sleep on its own account.
        match (sleeps, own_sleeps()) {
            (Some(before), Some(after)) => assert!(after - before < POLLS / 10),
            _ => println!("not counted: the system does not tell a thread's sleeps"),
        }
    });
}

/// Time limits at both ends of their range neither panic nor lie.
#[test]
fn e51_extreme_time_limits() {
    each(&ALL, |case| {
        let (tx, rx) = case.queue();
        let now = Instant::now();
        let past = now.checked_sub(Duration::from_millis(1)).unwrap_or(now);
        let endless = [Duration::MAX, Duration::from_secs(u64::MAX), Duration::from_secs(1 << 40)];
        let far = now + Duration::from_secs(1 << 31);
        if let Rx::Blocking(rx) = &rx {
            // Nothing is there, and there is no time to wait for it.
            assert_eq!(rx.recv_timeout(Duration::ZERO), Err(RecvTimeoutError::Timeout));
            assert_eq!(rx.recv_deadline(past), Err(RecvTimeoutError::Timeout));
            // Something comes, and there is time without end.
            for limit in endless {
                let receiver = rx.clone();
                let receive = Waiting::thread(move || receiver.recv_timeout(limit));
                let send = tx.start_send(1);
                assert_eq!((receive.finish(), send.finish()), (Ok(1), Ok(())));
            }
            let receiver = rx.clone();
            let receive = Waiting::thread(move || receiver.recv_deadline(far));
            let send = tx.start_send(2);
            assert_eq!((receive.finish(), send.finish()), (Ok(2), Ok(())));
            // Something is there already: one try is enough.
            let sends = [tx.start_send(3), tx.start_send(4)];
            let sends = sends.map(Waiting::in_background);
            assert_eq!(rx.recv_timeout(Duration::ZERO), Ok(3));
            let mut looks = Looks::default();
            let mut last = rx.recv_deadline(past);
            while last == Err(RecvTimeoutError::Timeout) {
                // At small capacities the second value comes when the first has gone.
                looks.pause();
                last = rx.recv_deadline(past);
            }
            assert_eq!(last, Ok(4));
            sends.into_iter().for_each(|send| send.join().unwrap().unwrap());
        }
    });
    each(&TIGHT, |case| {
        let (tx, rx, full) = case.full_queue();
        let now = Instant::now();
        let past = now.checked_sub(Duration::from_millis(1)).unwrap_or(now);
        if let Tx::Blocking(tx) = &tx {
            let timeout = |id| Err(SendTimeoutError::Timeout(id));
            assert_eq!(tx.send_timeout(9, Duration::ZERO), timeout(9));
            assert_eq!(tx.send_deadline(9, past), timeout(9));
            let sender = tx.clone();
            let send = Waiting::thread(move || sender.send_timeout(full, Duration::MAX));
            for id in 0..=full {
                assert_eq!(rx.recv(), Ok(id));
            }
            assert_eq!(send.finish(), Ok(()));
            if full > 0 {
                assert_eq!(tx.send_timeout(1, Duration::ZERO), Ok(()));
                assert_eq!(rx.try_recv(), Ok(1));
                assert_eq!(tx.send_deadline(2, past), Ok(()));
            }
        }
    });
}
