//! Which thread, and which CPU: hints for the question *can the one I wait for run while I look?*

#![allow(unsafe_code, reason = "the CPU number is a foreign call")]
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "hints are no part of a model")]

use std::cell::Cell;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Instant;

use super::{Hint, MODEL};

/// A place that a thread was seen at: on which thread, and through the table below on which CPU.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Where(u32);

/// Set in the name of a thread on which a task has waited, or yielded.
const EXECUTOR: u32 = 1 << 31;

/// How many threads are told apart by CPU; more share places, which costs a wrong guess now and then.
const THREADS: usize = 1024;

/// By thread, one more than the CPU on which it was last seen; 0 for not seen.
static CPUS: [Hint; THREADS] = [const { Hint::new(0) }; THREADS];

thread_local! {
    static ME: Cell<u32> = const { Cell::new(0) };
    static WOKE: Cell<bool> = const { Cell::new(false) };
}

/// A number that no other living thread has: where something lies that is the thread's own. 0 where it has that no more, and in
/// models, which run all their threads on one.
pub(crate) fn asking_thread() -> usize {
    if MODEL { 0 } else { ME.try_with(|me| std::ptr::from_ref(me).addr()).unwrap_or(0) }
}

/// Notes that this thread has woken somebody.
#[inline]
pub(crate) fn note_wake() {
    let _ = WOKE.try_with(|woke| woke.set(true));
}

/// Whether this thread has woken somebody since it was last asked.
pub(crate) fn has_woken() -> bool {
    WOKE.try_with(|woke| woke.replace(false)).unwrap_or(false)
}

impl Where {
    /// Nobody has been here.
    pub(crate) const NOWHERE: Self = Self(0);

    /// The thread that asks.
    #[inline]
    pub(crate) fn here() -> Self {
        Self(ME.try_with(|me| if me.get() == 0 { name_thread(me) } else { me.get() }).unwrap_or(0))
    }

    /// The number of the thread, whatever it runs; 0 if it has none.
    fn thread(self) -> u32 {
        self.0 & !EXECUTOR
    }

    /// Whether both are one thread, whatever it ran.
    #[inline]
    pub(crate) fn is_thread_of(self, other: Self) -> bool {
        self.thread() == other.thread()
    }

    /// Notes that the asking thread runs tasks. What it left word of before tells nothing of that.
    #[inline]
    pub(crate) fn mark_executor() {
        let _ = ME.try_with(|me| {
            if me.get() & EXECUTOR == 0 {
                me.set(Self::here().0 | EXECUTOR);
            }
        });
    }

    /// Whether that thread was seen to run tasks.
    #[inline]
    pub(crate) fn is_executor(self) -> bool {
        self.0 & EXECUTOR != 0
    }

    /// Leaves word there, where nearly always it is the same as before.
    #[inline]
    pub(crate) fn leave_at(self, hint: &Hint) {
        hint.update(self.0);
    }

    #[inline]
    pub(crate) fn left_at(hint: &Hint) -> Self {
        Self(hint.get())
    }

    /// Notes the CPU that this thread, which must be the asking one, runs on.
    pub(crate) fn note_cpu(self) -> Option<u32> {
        let cpu = current_cpu()?;
        // Threads that wait for each other are often neighbours here.
        CPUS[self.place()].update(cpu + 1);
        Some(cpu)
    }

    /// As [`note_cpu`](Self::note_cpu), at the first of so many passages and every 64th after it.
    #[inline]
    pub(crate) fn note_cpu_at(self, passages: u64) {
        if passages % 64 == 1 {
            self.note_cpu();
        }
    }

    /// The CPU on which that thread was last seen, unless it shares its place with the one who asks.
    pub(crate) fn cpu(self) -> Option<u32> {
        if self.place() == Self::here().place() {
            return None;
        }
        CPUS[self.place()].get().checked_sub(1)
    }

    fn place(self) -> usize {
        self.0 as usize % THREADS
    }
}

#[cold]
fn name_thread(me: &Cell<u32>) -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    // ORDERING[hint]: Relaxed; names need only differ, and after two thousand million threads not even that.
    let name = (NEXT.fetch_add(1, Relaxed) & !EXECUTOR).max(1);
    me.set(name);
    name
}

#[cfg(all(target_os = "linux", any(target_env = "gnu", target_env = "musl"), not(miri)))]
fn current_cpu() -> Option<u32> {
    unsafe extern "C" {
        // SAFETY: takes nothing, touches nothing of ours, may be called by any thread at any time.
        safe fn sched_getcpu() -> std::ffi::c_int;
    }
    u32::try_from(sched_getcpu()).ok()
}

/// Elsewhere the thread alone must do.
#[cfg(not(all(target_os = "linux", any(target_env = "gnu", target_env = "musl"), not(miri))))]
fn current_cpu() -> Option<u32> {
    None
}

/// Whether the standard library's clock may be asked.
pub(crate) const HAS_CLOCK: bool = !cfg!(all(target_family = "wasm", target_os = "unknown"));

/// A clock for hints, in microseconds: wraps after an hour. Where there is none it stands still, and looks
/// that rest do so for good.
pub(crate) fn microseconds() -> u32 {
    if !HAS_CLOCK {
        return 0;
    }
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_micros() as u32
}

/// Whether there is more than one CPU to run on: all that is known where CPUs have no numbers.
pub(crate) fn has_several_cpus() -> bool {
    static ANSWER: Hint = Hint::new(0);
    ANSWER.answer(|| std::thread::available_parallelism().map_or(1, usize::from) > 1)
}
