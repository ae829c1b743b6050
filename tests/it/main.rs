//! The integration tests of `bifrons`, one module a topic.

mod support;

mod aside;
mod auto_traits;
mod awaiting;
mod bad_days;
mod blocking;
#[cfg(feature = "tokio")]
mod blocking_in_tokio;
mod borrowed;
mod busy_end;
mod cancel;
mod capacity;
mod close;
mod coop;
mod drops;
mod executor_fuzz;
mod gap;
mod gathering;
mod handles;
mod kept;
mod leak;
mod linearizability;
mod meeting;
mod mixed;
mod order;
mod orphans;
mod overtaking;
mod reentrant;
mod rendezvous;
mod select;
mod stream;
mod timeout;
mod tls;
mod turns;
mod unwind;
mod wakers;

mod balance;
mod batches;
mod choosing;
mod discipline;
mod force;
mod oracle;
mod orders;
mod owned;
mod passed_on;
mod permits;
mod resize;
mod shutdown;
#[cfg(feature = "sink")]
mod sink;
mod small;
mod stats;
mod tasks;
mod weight;

mod crossbeam_lane;
mod janus;
mod scenarios;
mod stress;
