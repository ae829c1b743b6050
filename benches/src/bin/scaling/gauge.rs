//! What this machine takes for each of the things that the model counts.

use std::collections::VecDeque;
use std::hint::{black_box, spin_loop};
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::cpus::pin;
use crate::stats::Spread;

/// The middle of several tries, in ns.
fn middle(tries: usize, once: impl FnMut(usize) -> f64) -> f64 {
    Spread::of((0..tries).map(once)).expect("there are tries, and times are numbers").median
}

fn ns(since: Instant) -> f64 {
    since.elapsed().as_nanos() as f64
}

/// Does its work on CPU 0 while CPU 1 is busy with a queue of its own: the two may be one core's, and share more than memory.
pub fn in_company<R>(work: impl FnOnce() -> R) -> io::Result<R> {
    let (is_over, busy) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let shared = (Arc::clone(&is_over), Arc::clone(&busy));
    let company = thread::spawn(move || {
        pin(1..2)?;
        let (tx, rx) = bifrons::bounded(128);
        while !shared.0.load(Ordering::Relaxed) {
            tx.try_send(black_box(0_u64)).expect("there is room");
            black_box(rx.try_recv().expect("an item is there"));
            shared.1.store(true, Ordering::Relaxed);
        }
        io::Result::Ok(())
    });
    pin(0..1)?;
    while !busy.load(Ordering::Relaxed) && !company.is_finished() {
        thread::yield_now();
    }
    let done = work();
    is_over.store(true, Ordering::Relaxed);
    company.join().expect("the company does not panic")?;
    Ok(done)
}

/// A passage through the back door, and one through the front door, with nobody else there.
pub fn passages() -> (f64, f64) {
    const BATCH: u64 = 64;
    const BATCHES: usize = 20_000;
    let (tx, rx) = bifrons::bounded(128);
    let (mut sending, mut receiving) = (Vec::new(), Vec::new());
    for _ in 0..BATCHES {
        let start = Instant::now();
        for item in 0..BATCH {
            tx.try_send(black_box(item)).expect("there is room");
        }
        let half = Instant::now();
        for _ in 0..BATCH {
            black_box(rx.try_recv().expect("there is an item"));
        }
        sending.push((half - start).as_nanos() as f64 / BATCH as f64);
        receiving.push(ns(half) / BATCH as f64);
    }
    let of = |list| Spread::of(list).expect("there are batches").median;
    (of(sending), of(receiving))
}

/// Each item of a batch of 64, brought and taken: the middle of the two.
pub fn item() -> f64 {
    const BATCH: u64 = 64;
    let (tx, rx) = bifrons::bounded(128);
    let (mut going, mut coming) = (VecDeque::new(), Vec::new());
    let pair = middle(20_001, |_| {
        going.extend(black_box(0)..BATCH);
        coming.clear();
        let start = Instant::now();
        let sent = tx.send_many(&mut going).expect("nobody closes it");
        let received = rx.recv_many(&mut coming, BATCH as usize).expect("nobody closes it");
        let time = ns(start);
        assert_eq!((sent, received), (BATCH as usize, BATCH as usize), "there was room for all");
        time
    });
    black_box(&coming);
    pair / 2.0 / BATCH as f64
}

/// A pause instruction.
pub fn pause() -> f64 {
    middle(21, |_| {
        let start = Instant::now();
        (0..10_000).for_each(|_| spin_loop());
        ns(start) / 10_000.0
    })
}

/// One cache line from CPU 0 to CPU 1.
pub fn line() -> io::Result<f64> {
    const TRIPS: u64 = 20_000;
    let ball = Arc::new(AtomicU64::new(0));
    let its = Arc::clone(&ball);
    let partner = thread::spawn(move || {
        pin(1..2)?;
        for turn in 0..11 * TRIPS {
            while its.load(Ordering::Acquire) != 2 * turn + 1 {
                spin_loop();
            }
            its.store(2 * turn + 2, Ordering::Release);
        }
        io::Result::Ok(())
    });
    pin(0..1)?;
    let mut turn = 0;
    let trip = middle(11, |_| {
        let start = Instant::now();
        for _ in 0..TRIPS {
            ball.store(2 * turn + 1, Ordering::Release);
            turn += 1;
            while ball.load(Ordering::Acquire) != 2 * turn {
                spin_loop();
            }
        }
        ns(start) / TRIPS as f64
    });
    partner.join().expect("the partner does not panic")?;
    Ok(trip / 2.0)
}

/// Waking a thread that sleeps on the CPU `its`, from CPU 0: until it runs, and what the call costs.
pub fn wake(its: usize) -> io::Result<(f64, f64)> {
    const TRIES: usize = 300;
    let called = Arc::new(AtomicBool::new(false));
    let stamp = Arc::new(Mutex::new(None));
    let shared = (Arc::clone(&called), Arc::clone(&stamp));
    let sleeper = thread::spawn(move || {
        pin(its..its + 1)?;
        for _ in 0..TRIES {
            while !shared.0.swap(false, Ordering::Acquire) {
                thread::park();
            }
            *shared.1.lock().expect("no panic under this lock") = Some(Instant::now());
        }
        io::Result::Ok(())
    });
    pin(0..1)?;
    let mut calls = Vec::new();
    let latency = middle(TRIES, |_| {
        thread::sleep(Duration::from_micros(300));
        called.store(true, Ordering::Release);
        let start = Instant::now();
        sleeper.thread().unpark();
        calls.push(ns(start));
        loop {
            thread::sleep(Duration::from_micros(200));
            if let Some(woke) = stamp.lock().expect("no panic under this lock").take() {
                return (woke - start).as_nanos() as f64;
            }
        }
    });
    sleeper.join().expect("the sleeper does not panic")?;
    Ok((latency, Spread::of(calls).expect("there were calls").median))
}

/// By how much a sleep of 50 µs outlasts them.
pub fn slack() -> f64 {
    let asked = Duration::from_micros(50);
    middle(300, |_| {
        let start = Instant::now();
        thread::sleep(asked);
        ns(start) - asked.as_nanos() as f64
    })
}
