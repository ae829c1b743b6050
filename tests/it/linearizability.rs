//! Recorded histories of threads and tasks at one queue, each of which must have a sequential explanation.
//!
//! Up to four parties make a handful of calls each, on both faces. Each call is recorded with the moments between which it
//! ran and with its answer; Full, Empty, Closed and running out of time are answers as well. Then the checker looks for an
//! order of the calls that keeps to those moments and in which the [specification](specification) gives the same answers. A
//! buffered queue owes each answer at one moment. In a rendezvous two calls take effect together, so that one that waits has
//! two moments: when it comes into line, and when it has met somebody or gone.
//!
//! The specification is what the documentation promises of a history so short that nobody is overtaken sixty-four times:
//! newcomers may pass those who wait, an order is an order of what is there, and whoever is refused was refused at a moment at
//! which there was no room, or nothing.
//!
//! More histories than by default:
//!
//! ```console
//! $ PROPTEST_CASES=100000 cargo test --release --test it linearizability
//! ```
//!
//! Seen to fail on: Full by an old position of the other end; Empty because somebody else stood in the door; Closed before the
//! rest was taken; a permit that sends after the close; statistics of two moments; a newest or greatest item that is not next;
//! in a rendezvous, offers in another order than that of the line, a waiting offer that is not found, a send that is over
//! before its item was taken, an item handed over although nobody waits.

mod checker;
mod deeds;
mod parties;
mod rendezvous;
mod runs;
mod specification;
