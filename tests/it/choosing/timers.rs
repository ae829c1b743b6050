//! Moments in a select, and on their own.

use std::thread;
use std::time::{Duration, Instant};

use bifrons::{RecvTimeoutError, Select, TryRecvError, after, at, never, tick};

use crate::support::{wait_until, watchdog};

const SHORT: Duration = Duration::from_millis(4);

#[test]
fn one_moment_comes_once() {
    let _dog = watchdog();
    let start = Instant::now();
    let timer = after(SHORT);
    let moment = timer.recv().unwrap();
    assert!(start.elapsed() >= SHORT && moment >= start + SHORT && moment <= Instant::now());
    assert_eq!(timer.try_recv(), Err(TryRecvError::Empty));
    assert_eq!(timer.recv_timeout(SHORT), Err(RecvTimeoutError::Timeout));
    assert_eq!(timer.recv_deadline(Instant::now()), Err(RecvTimeoutError::Timeout));
    let past = start - Duration::from_millis(1);
    assert_eq!(at(past).try_recv(), Ok(past));
    assert_eq!(at(past).recv_timeout(Duration::ZERO), Ok(past));
    assert_eq!(after(Duration::MAX).recv_timeout(SHORT), Err(RecvTimeoutError::Timeout));
}

/// A moment that the clock does not reach never comes, but it is not *none*: whoever iterates waits for it.
#[test]
#[cfg_attr(miri, ignore = "a thread waits to the end of the process")]
fn a_moment_out_of_reach_is_waited_for() {
    let _dog = watchdog();
    for mut timer in [after(Duration::MAX), tick(Duration::MAX)] {
        assert_eq!(timer.try_recv(), Err(TryRecvError::Empty));
        assert_eq!(timer.recv_timeout(SHORT), Err(RecvTimeoutError::Timeout));
        let waiting = thread::spawn(move || timer.next());
        thread::sleep(SHORT);
        assert!(!waiting.is_finished());
    }
}

/// A wait that is shorter than the timer gives up, unless the machine is so busy that the moment has come by then; else it is still
/// to come.
#[test]
fn a_wait_that_gives_up_keeps_the_moment() {
    let _dog = watchdog();
    let timer = after(SHORT * 5);
    if timer.recv_timeout(Duration::from_millis(1)).is_err() {
        assert!(timer.recv().is_ok());
    }
}

#[test]
fn ticks_come_again_and_do_not_pile_up() {
    let _dog = watchdog();
    let start = Instant::now();
    let ticks = tick(SHORT);
    let moments: Vec<_> = (0..3).map(|_| ticks.recv().unwrap()).collect();
    assert!(start.elapsed() >= SHORT * 3);
    assert!(moments.windows(2).all(|pair| pair[1] >= pair[0] + SHORT), "{moments:?}");
    // However many periods nobody asked: one moment is there.
    let asked = Instant::now();
    wait_until(|| asked.elapsed() >= SHORT * 9);
    let before = Instant::now();
    ticks.try_recv().unwrap();
    let second = ticks.try_recv();
    if before.elapsed() < SHORT {
        assert_eq!(second, Err(TryRecvError::Empty));
    }
}

/// Each moment goes to one of the clones.
#[test]
fn clones_share_the_moments() {
    let _dog = watchdog();
    let timer = after(SHORT);
    let taken = thread::scope(|scope| {
        let waits: Vec<_> = (0..3)
            .map(|_| {
                let timer = timer.clone();
                scope.spawn(move || timer.recv_timeout(SHORT * 10).is_ok())
            })
            .collect();
        waits.into_iter().filter(|_| true).map(|wait| usize::from(wait.join().unwrap())).sum::<usize>()
    });
    assert_eq!(taken, 1);
    let ticks = tick(Duration::from_millis(1));
    thread::scope(|scope| {
        for _ in 0..2 {
            let ticks = ticks.clone();
            scope.spawn(move || (0..3).for_each(|_| _ = ticks.recv().unwrap()));
        }
    });
}

/// In a select: the first of timers, receives and sends.
#[test]
fn a_timer_ends_a_select() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::bounded::<u32>(1);
    tx.send(1).unwrap();
    let silent = never::<u32>();
    let (long, short) = (after(Duration::from_secs(60)), after(SHORT));
    let mut select = Select::new();
    select.send(&tx);
    select.recv(&silent);
    select.recv(&long);
    let index = select.recv(&short);
    assert_eq!(select.ready(), index);
    assert_eq!(select.ready(), index, "to know of it leaves it there");
    let operation = select.select();
    assert_eq!(operation.index(), index);
    operation.recv(&short).unwrap();
    assert!(select.select_timeout(SHORT).is_err(), "it came once");
    let stats = tx.stats();
    assert_eq!((stats.waiting_senders, stats.reserved), (0, 0));
    // An item before the timer.
    thread::scope(|scope| {
        let choosing = scope.spawn(|| {
            let mut select = Select::new();
            select.recv(&long);
            select.send(&tx);
            select.select().send(&tx, 2)
        });
        wait_until(|| tx.stats().waiting_senders == 1);
        assert_eq!(rx.recv(), Ok(1));
        choosing.join().unwrap().unwrap();
        assert_eq!(rx.recv(), Ok(2));
    });
}

/// The limit of the select before the timer, and the timer before the limit.
#[test]
fn the_earlier_of_timer_and_limit_counts() {
    let _dog = watchdog();
    let (short, long) = (after(SHORT), after(Duration::from_secs(60)));
    let mut select = Select::new();
    select.recv(&long);
    assert!(select.select_timeout(SHORT).is_err());
    assert!(select.ready_deadline(Instant::now() + SHORT).is_err());
    select.recv(&short);
    select.select_timeout(Duration::from_secs(60)).unwrap().recv(&short).unwrap();
}

#[test]
fn nothing_ever_comes_from_never() {
    let _dog = watchdog();
    let silent = never::<u8>();
    assert_eq!(silent.try_recv(), Err(TryRecvError::Empty));
    assert_eq!(silent.recv_timeout(SHORT), Err(RecvTimeoutError::Timeout));
    assert!(!silent.is_closed());
    let sources: [Option<&bifrons::Receiver<u8>>; 1] = [None];
    let updates = sources[0];
    bifrons::select! {
        recv(updates.unwrap_or(&never())) -> _ => unreachable!("nothing comes"),
        default(SHORT) => {}
    }
}
