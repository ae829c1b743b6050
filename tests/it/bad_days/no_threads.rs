//! A process that can not start another thread.
//!
//! The queue has none of its own, so that it never tries. The limit on threads does not hold for root, which CI often is; so
//! it is the room for a thread's stack that is taken away.

#![cfg(all(target_os = "linux", target_pointer_width = "64", any(target_arch = "x86_64", target_arch = "aarch64")))]

use std::ffi::c_int;
use std::fs;
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use bifrons::select;

use crate::support::{block_on, watchdog};

/// The system's limit on the memory that a process may map.
const RLIMIT_AS: c_int = 9;

/// What may still be mapped: enough to go on, and too little for a stack.
const LEFT: u64 = 1 << 20;

/// Set in the process that may lose its memory.
const ALONE: &str = "BIFRONS_WITHOUT_THREADS";

/// More than any process has that is not watched by a sanitizer, which maps the whole memory.
const WATCHED: u64 = 1 << 40;

fn mapped() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmSize:")).unwrap();
    line.split_whitespace().next().unwrap().parse::<u64>().unwrap() * 1024
}

fn threads() -> usize {
    fs::read_dir("/proc/self/task").unwrap().count()
}

fn limit_memory(bytes: u64) {
    unsafe extern "C" {
        fn setrlimit(resource: c_int, limits: *const [u64; 2]) -> c_int;
    }
    // SAFETY: the limit in force and the highest one, as the system lays them out where a word has 64 bits.
    assert_eq!(unsafe { setrlimit(RLIMIT_AS, &[bytes, bytes]) }, 0);
}

/// Run by [`everything_waits_without_a_further_thread`], in a process of its own.
#[test]
#[ignore = "it takes the memory of its process away"]
fn without_threads() {
    if std::env::var_os(ALONE).is_none() {
        return;
    }
    let _dog = watchdog();
    let (tx, rx) = bifrons::bounded(1);
    let (orders, told) = mpsc::channel::<()>();
    // The one who brings what is waited for has been there before.
    let partner = thread::spawn({
        let (tx, rx) = (tx.clone(), rx.clone());
        move || {
            while told.recv().is_ok() {
                tx.send(1).unwrap();
            }
            rx.close()
        }
    });
    let limit = Duration::from_millis(1);
    let long = Duration::from_secs(3600);
    // Once with memory, so that what is printed, parked and kept is there.
    for is_limited in [false, true] {
        if is_limited {
            limit_memory(mapped() + LEFT);
            assert!(thread::Builder::new().spawn(|| ()).is_err(), "a thread can still be started");
        }
        let before = threads();
        orders.send(()).unwrap();
        assert_eq!(rx.recv(), Ok(1));
        orders.send(()).unwrap();
        assert_eq!(rx.recv_timeout(long), Ok(1));
        orders.send(()).unwrap();
        assert_eq!(block_on(rx.to_async().recv()), Ok(1));
        assert!(rx.recv_timeout(limit).is_err());
        assert!(rx.recv_deadline(Instant::now() + limit).is_err());
        tx.send(2).unwrap();
        assert!(tx.send_timeout(3, limit).is_err() && tx.join_timeout(limit).is_err());
        assert_eq!(rx.recv(), Ok(2));
        tx.join();
        let ticks = bifrons::tick(limit);
        assert!(ticks.recv().is_ok() && ticks.recv().is_ok() && bifrons::after(limit).recv().is_ok());
        select! {
            recv(rx) -> item => panic!("nobody was asked for {item:?}"),
            recv(bifrons::after(limit)) -> _ => {}
        }
        orders.send(()).unwrap();
        let received = select! {
            recv(rx) -> item => item,
            recv(bifrons::after(long)) -> _ => panic!("an hour has passed"),
        };
        assert_eq!(received, Ok(1));
        assert_eq!(threads(), before, "a thread was started");
    }
    drop(orders);
    rx.closed();
    assert!(partner.join().unwrap());
    println!("it all went well without threads");
}

#[test]
fn everything_waits_without_a_further_thread() {
    if mapped() > WATCHED {
        println!("skipped: a sanitizer needs to map memory");
        return;
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "bad_days::no_threads::without_threads", "--nocapture", "--test-threads=1"])
        .env(ALONE, "yes")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && told.contains("it all went well without threads"),
        "{}\n{told}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
}
