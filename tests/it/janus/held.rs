//! What a caller may hold apart from the handles: tasks, permits, what was left.

use std::cell::Cell;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::thread;

use bifrons::{OwnedPermit, Permit, Permits, Stats, Task};

use crate::support::{is_pending, must_be_ready};

/// What lives on its own may go to another thread, and be looked at while it unwinds.
#[test]
fn auto_traits_of_what_is_held() {
    fn everywhere<T: Send + Sync + UnwindSafe + RefUnwindSafe>() {}
    fn movable<T: Send>() {}
    everywhere::<Stats>();
    everywhere::<Task<u32>>();
    everywhere::<OwnedPermit<u32>>();
    everywhere::<Permit<'_, u32>>();
    everywhere::<Permits<'_, u32>>();
    movable::<Task<Cell<u32>>>();
    movable::<bifrons::iter::Drain<Cell<u32>>>();

    // They outlive the handles they came from.
    let (tx, rx) = bifrons::bounded(2);
    tx.send(1).unwrap();
    let task = rx.recv_task().unwrap();
    let permit = tx.clone().reserve_owned().unwrap();
    let joining = tx.to_async();
    let mut join = joining.join();
    assert!(is_pending(&mut join));
    let there = thread::spawn(move || {
        drop(rx);
        *task
    });
    assert_eq!(there.join().unwrap(), 1);
    must_be_ready(&mut join);
    assert!(permit.send(2).is_err(), "the last receiver is gone");
}
