//! Scenarios that have broken other channels.
//!
//! A test's name starts with the letter of its family and the number of its scenario: `a` lost
//! wake-ups, `b` lost, duplicated or misreported values, `c` memory, `d` locks and panics, `e`
//! scheduling, `f` closing. The numbers left out belong to what this crate does not have (yet):
//! permits, selects of its own, other orders, joining, shutdown. Where a scenario asks for a
//! select, one of the async ecosystem stands in.
//!
//! What holds must hold for every pair of faces, so most tests run over all four, at several
//! capacities. Whoever waits is a [`Waiting`]: a thread that sleeps in the call, or a task that
//! the test polls by hand, and only when it was woken.

mod calls;
mod closing;
mod fairness;
mod harness;
mod locks;
mod lost_wakeups;
mod memory;
mod outcomes;
mod panics;
mod payloads;
mod scheduling;
mod stalls;
mod values;
