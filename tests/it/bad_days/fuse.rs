//! Every moment at which a queue runs code of a user's, counted, so that the code can panic at each of them.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::thread;

/// What of a user's a queue runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Wake,
    CloneWaker,
    DropWaker,
    DropItem,
    Compare,
    Weigh,
    BeforePush,
    AfterPush,
    BeforePop,
    AfterPop,
    Evict,
    Len,
}

impl Place {
    pub(super) const ALL: [Self; 12] = [
        Self::Wake,
        Self::CloneWaker,
        Self::DropWaker,
        Self::DropItem,
        Self::Compare,
        Self::Weigh,
        Self::BeforePush,
        Self::AfterPush,
        Self::BeforePop,
        Self::AfterPop,
        Self::Evict,
        Self::Len,
    ];
}

#[derive(Clone, Copy)]
struct Fuse {
    /// Whether a call of the library's is under way: what the test itself wakes, clones and drops does not count.
    is_inside: bool,
    passed: u64,
    blows_at: Option<u64>,
    blown: Option<Place>,
}

const NEW: Fuse = Fuse { is_inside: false, passed: 0, blows_at: None, blown: None };

thread_local! {
    static FUSE: Cell<Fuse> = const { Cell::new(NEW) };
}

/// Begins to count anew; the moment of that number panics.
pub(super) fn lay(blows_at: Option<u64>) {
    FUSE.set(Fuse { blows_at, ..NEW });
}

/// How many moments there were.
pub(super) fn passed() -> u64 {
    FUSE.get().passed
}

/// Where it has blown, if it has.
pub(super) fn blown() -> Option<Place> {
    FUSE.get().blown
}

/// Code of a user's runs.
pub(super) fn pass(place: Place) {
    let mut fuse = FUSE.get();
    // A second panic would end the process, and prove nothing.
    if !fuse.is_inside || thread::panicking() {
        return;
    }
    let blows = fuse.blows_at == Some(fuse.passed);
    fuse.passed += 1;
    if blows {
        fuse.blown = Some(place);
    }
    FUSE.set(fuse);
    if blows {
        // A panic without its message, of which there would be hundreds of thousands.
        resume_unwind(Box::new(place));
    }
}

/// Makes a call of the library's, in which the fuse may blow; other panics are the test's.
pub(super) fn inside<R>(call: impl FnOnce() -> R) -> Result<R, Place> {
    let turn = |is_inside| FUSE.set(Fuse { is_inside, ..FUSE.get() });
    let had_blown = blown().is_some();
    turn(true);
    let result = catch_unwind(AssertUnwindSafe(call));
    turn(false);
    match result {
        Ok(result) => {
            assert!(had_blown || blown().is_none(), "the panic did not reach the caller: {:?}", blown());
            Ok(result)
        }
        Err(panic) => match panic.downcast::<Place>() {
            Ok(place) => Err(*place),
            Err(panic) => resume_unwind(panic),
        },
    }
}
