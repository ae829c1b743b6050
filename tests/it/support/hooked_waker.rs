//! A waker of which one step runs code of the test.

use std::sync::Arc;
use std::task::{RawWaker, RawWakerVTable, Waker};

/// What may happen to a waker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// It is woken, by value or by reference.
    Wake,
    Clone,
    /// It is dropped without having been woken by value.
    Drop,
}

impl Step {
    pub(crate) const ALL: [Self; 3] = [Self::Wake, Self::Clone, Self::Drop];
}

struct Hook {
    step: Step,
    run: Box<dyn Fn() + Send + Sync>,
}

impl Hook {
    fn reach(&self, step: Step) {
        if self.step == step {
            (self.run)();
        }
    }
}

/// Makes a waker that runs `hook` at every `step`, before the step itself.
///
/// A hook that panics leaves the waker sound: a wake by value or a drop gives up its reference all the same, and a clone
/// was not made.
pub(crate) fn hooked_waker(step: Step, hook: impl Fn() + Send + Sync + 'static) -> Waker {
    let hook = Arc::new(Hook { step, run: Box::new(hook) });
    // SAFETY: the table below treats the pointer as one reference of an `Arc<Hook>`, which this is; `Hook` is
    // `Send + Sync`, so the waker may go to any thread.
    unsafe { Waker::from_raw(RawWaker::new(Arc::into_raw(hook).cast(), &VTABLE)) }
}

static VTABLE: RawWakerVTable = RawWakerVTable::new(
    |data| {
        let hook = data.cast::<Hook>();
        // SAFETY: the waker that is cloned holds a reference for as long as the call lasts.
        unsafe { &*hook }.reach(Step::Clone);
        // SAFETY: as above; the new reference belongs to the new waker.
        unsafe { Arc::increment_strong_count(hook) };
        RawWaker::new(data, &VTABLE)
    },
    |data| {
        // SAFETY: `wake` consumes the waker, so its reference is ours.
        let hook = unsafe { Arc::from_raw(data.cast::<Hook>()) };
        hook.reach(Step::Wake);
    },
    |data| {
        // SAFETY: the waker holds a reference for as long as the call lasts.
        unsafe { &*data.cast::<Hook>() }.reach(Step::Wake);
    },
    |data| {
        // SAFETY: `drop` consumes the waker, so its reference is ours.
        let hook = unsafe { Arc::from_raw(data.cast::<Hook>()) };
        hook.reach(Step::Drop);
    },
);
