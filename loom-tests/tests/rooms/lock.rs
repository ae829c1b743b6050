//! The lock of a door, the one that ships: does it let one in at a time, and show what the last one did?

use bifrons_loom_tests::{Bounds, Parcel, model};
use loom::thread;

use crate::prim::Arc;
use crate::prim::lock::{Guard, Lock};

type Parcels = Lock<Vec<Parcel>>;

/// One passes, and another comes in that way: each adds a parcel.
fn take_turns(open: fn(&Parcels) -> Guard<'_, Vec<Parcel>>) {
    let add = |mut parcels: Guard<'_, Vec<Parcel>>| {
        let count = parcels.len();
        parcels.push(Parcel::new(count));
    };
    let lock = Arc::new(Lock::new(vec![Parcel::new(0)]));
    let other = thread::spawn({
        let lock = Arc::clone(&lock);
        move || add(open(&lock))
    });
    add(lock.lock());
    other.join().unwrap();
    let ids: Vec<_> = lock.lock().drain(..).map(Parcel::open).collect();
    assert_eq!(ids, [0, 1, 2], "one overwrote what the other did");
}

/// Do two that take turns at a lock see each other's work, also by way of the nap that a taken lock sends them to?
///
/// Kills `lock.open`, `lock.shut`.
#[test]
fn lock_lets_one_in_at_a_time() {
    model(Bounds { quick: 3, deep: None, at_least: 5 }, || take_turns(Lock::lock));
}

/// The same of one who passes and one who stays, who look on for each other?
///
/// Kills `lock.open`, `lock.shut`.
#[test]
fn lock_lets_one_stay_at_a_time() {
    model(Bounds { quick: 3, deep: None, at_least: 5 }, || take_turns(Lock::stay));
}

/// Does a lock that is tried and not waited for keep out, and show, as much as one that is waited for?
///
/// Kills `lock.open`, `lock.shut`, `lock.all`.
#[test]
fn lock_is_tried() {
    model(Bounds { quick: 3, deep: None, at_least: 30 }, || {
        let lock = Arc::new(Lock::new(0));
        let triers: Vec<_> = (0..2)
            .map(|_| {
                let lock = Arc::clone(&lock);
                thread::spawn(move || {
                    let Some(mut count) = lock.try_lock() else { return 0 };
                    *count += 1;
                    1
                })
            })
            .collect();
        let got_in: usize = triers.into_iter().map(|trier| trier.join().unwrap()).sum();
        assert!(got_in >= 1, "a free lock was refused");
        assert_eq!(*lock.lock(), got_in);
    });
}
