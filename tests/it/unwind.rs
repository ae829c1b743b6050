//! A panic beside a handle leaves a queue that may be used.

use std::cell::Cell;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::thread;

use bifrons::{AsyncReceiver, AsyncSender, Receiver, Sender, WeakReceiver, WeakSender};

/// Compiles only if it is.
const fn is_unwind_safe<T: UnwindSafe + RefUnwindSafe>() {}

/// Whatever the items are: no panic leaves a queue half done.
const fn handles_are_unwind_safe<T>() {
    is_unwind_safe::<Sender<T>>();
    is_unwind_safe::<Receiver<T>>();
    is_unwind_safe::<AsyncSender<T>>();
    is_unwind_safe::<AsyncReceiver<T>>();
    is_unwind_safe::<WeakSender<T>>();
    is_unwind_safe::<WeakReceiver<T>>();
}

const _: () = {
    handles_are_unwind_safe::<u8>();
    handles_are_unwind_safe::<Cell<u8>>();
    handles_are_unwind_safe::<&'static mut u8>();
};

/// A handle in a `catch_unwind`, without `AssertUnwindSafe`.
#[test]
fn a_panic_beside_a_handle_leaves_it_usable() {
    let (tx, rx) = bifrons::bounded::<&'static str>(2);
    let panic = std::panic::catch_unwind({
        let tx = tx.clone();
        move || {
            tx.send("before").unwrap();
            assert_eq!(tx.sender_count(), 0, "this fails, as it should");
        }
    });
    assert!(panic.is_err());
    let same = std::panic::catch_unwind(|| rx.try_recv());
    assert_eq!(same.unwrap(), Ok("before"));
    drop(tx);
    assert!(rx.is_closed());
}

/// A panic in the middle of a loop over a queue, on a thread that shares the handles.
#[test]
fn a_panic_between_two_receives_takes_one_item_along() {
    let (tx, rx) = bifrons::unbounded();
    (0..10).for_each(|item| tx.send(item).unwrap());
    let panicked =
        thread::scope(|scope| scope.spawn(|| rx.iter().for_each(|item| assert_ne!(item, 4))).join().is_err());
    assert!(panicked);
    assert!(rx.try_iter().eq(5..10));
}
