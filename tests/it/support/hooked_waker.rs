//! A waker whose every step runs code of the test.

use std::sync::Arc;
use std::task::{RawWaker, RawWakerVTable, Waker};

type Hook = Box<dyn Fn() + Send + Sync>;

/// What runs when the waker is woken, cloned or dropped.
///
/// A hook runs before the step itself; one that panics leaves the waker sound, though a panic in
/// `wake` by value or in `drop` gives up its reference first.
pub(crate) struct Hooks {
    pub(crate) wake: Hook,
    pub(crate) clone: Hook,
    pub(crate) drop: Hook,
}

impl Default for Hooks {
    fn default() -> Self {
        Self { wake: Box::new(|| ()), clone: Box::new(|| ()), drop: Box::new(|| ()) }
    }
}

/// What may happen to a waker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Wake,
    Clone,
    Drop,
}

impl Step {
    pub(crate) const ALL: [Self; 3] = [Self::Wake, Self::Clone, Self::Drop];
}

/// Makes a waker that runs `hook` at this step.
pub(crate) fn hooked_at(step: Step, hook: impl Fn() + Send + Sync + 'static) -> Waker {
    let hook = Box::new(hook);
    hooked_waker(match step {
        Step::Wake => Hooks { wake: hook, ..Hooks::default() },
        Step::Clone => Hooks { clone: hook, ..Hooks::default() },
        Step::Drop => Hooks { drop: hook, ..Hooks::default() },
    })
}

/// Makes a waker that runs `hooks`.
pub(crate) fn hooked_waker(hooks: Hooks) -> Waker {
    let data = Arc::into_raw(Arc::new(hooks)).cast();
    // SAFETY: the table below treats the pointer as one reference of an `Arc<Hooks>`, which this
    // is; `Hooks` is `Send + Sync`, so the waker may go to any thread.
    unsafe { Waker::from_raw(RawWaker::new(data, &VTABLE)) }
}

static VTABLE: RawWakerVTable = RawWakerVTable::new(
    |data| {
        let hooks = data.cast::<Hooks>();
        // SAFETY: the waker that is cloned holds a reference for as long as the call lasts.
        let look = unsafe { &*hooks };
        (look.clone)();
        // SAFETY: as above; the new reference belongs to the new waker.
        unsafe { Arc::increment_strong_count(hooks) };
        RawWaker::new(data, &VTABLE)
    },
    |data| {
        // SAFETY: `wake` consumes the waker, so its reference is ours.
        let hooks = unsafe { Arc::from_raw(data.cast::<Hooks>()) };
        (hooks.wake)();
    },
    |data| {
        // SAFETY: the waker holds a reference for as long as the call lasts.
        let hooks = unsafe { &*data.cast::<Hooks>() };
        (hooks.wake)();
    },
    |data| {
        // SAFETY: `drop` consumes the waker, so its reference is ours.
        let hooks = unsafe { Arc::from_raw(data.cast::<Hooks>()) };
        (hooks.drop)();
    },
);
