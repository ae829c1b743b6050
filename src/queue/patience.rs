//! How long one looks again before it enlists.
//!
//! Putting a thread to sleep and waking it on another CPU costs some 40 µs on common cloud machines, a thousand sends.
//! So it pays to look on for about as long, *if the one I wait for can run while I look*:
//!
//! - it passed last on my own thread (a task of the same executor): it can not, so enlist at once;
//! - it was last seen on my own CPU: it can not, so let it run by one `sched_yield`, look once, then enlist;
//! - else it runs elsewhere: look on, with pauses only.
//!
//! Nobody is looked out for twice in vain: a partner that has not passed since the last look that failed gets no other. And
//! no look outlasts a partner that turns up on my own CPU.

use std::time::Duration;

use super::errand::Errand;
use crate::prim::{Deadline, MODEL, Where, pause, several_cpus, yield_slice};

/// How many pauses a thread spends on a look: about 25 µs, somewhat less than a wake-up costs.
const THREAD_PAUSES: u32 = 1000;

/// A wait no longer than this is slept through.
const SHORT: Duration = Duration::from_micros(100);

/// How many pauses a task spends on a look: some 8 µs, since it holds its executor's thread meanwhile.
const TASK_PAUSES: u32 = 300;

/// How many pauses go by between two looks at the partner's CPU.
const STRIDE: u32 = 16;

/// Looks again on a thread; whether an attempt may pay.
pub(super) fn look_on_thread<E: Errand>(errand: &E, deadline: Deadline) -> bool {
    // A look must not outlast a wait that is about as short.
    let in_time = deadline.remaining().is_none_or(|left| left > SHORT);
    in_time && look(errand, THREAD_PAUSES)
}

/// Looks again inside a poll; whether an attempt may pay.
pub(super) fn look_in_task<E: Errand>(errand: &E) -> bool {
    look(errand, TASK_PAUSES)
}

fn look<E: Errand>(errand: &E, pauses: u32) -> bool {
    if MODEL {
        return false;
    }
    let me = Where::here();
    let my_cpu = me.note_cpu();
    let partner = errand.partner();
    if partner.who == Where::NOWHERE || partner.who == me || partner.number == errand.missed().get() || !several_cpus()
    {
        return false;
    }
    let is_here = |who: Where| my_cpu.is_some() && who.cpu() == my_cpu;
    if is_here(partner.who) {
        yield_slice();
        return errand.is_beckoned();
    }
    for _ in 0..pauses / STRIDE {
        for _ in 0..STRIDE {
            if errand.is_beckoned() {
                return true;
            }
            pause();
        }
        if is_here(errand.partner().who) {
            break;
        }
    }
    errand.missed().set(partner.number);
    false
}
