//! Scenarios that have broken other channels.
//!
//! A test's name starts with the letter of its family and the number of its scenario: `a` lost
//! wake-ups, `b` lost, duplicated or misreported values, `c` memory, `d` locks and panics, `e`
//! scheduling, `f` closing. One number is out of scope: 44, threads that are killed and processes
//! that fork. Where a scenario asks for a select, tasks use one of the async ecosystem and threads
//! the crate's own.
//!
//! What holds must hold for every pair of faces, so most tests run over all four, at several
//! capacities. Whoever waits is a [`Waiting`]: a thread that sleeps in the call, or a task that
//! the test polls by hand, and only when it was woken.

#[cfg(feature = "sink")]
mod adapters;
mod calls;
mod claims;
mod closing;
mod endings;
mod fairness;
mod harness;
mod idle;
mod limits;
mod locks;
mod lost_wakeups;
mod memory;
mod orders;
mod outcomes;
mod panics;
mod payloads;
mod permits;
#[cfg(feature = "tokio")]
mod runtime;
mod scheduling;
mod selects;
mod stalls;
mod travel;
mod values;
mod verbs;
mod wakes;
