//! What the models have in common: the harness, what they send, and whom they wake.

#[cfg(not(all(loom, feature = "loom")))]
compile_error!(
    "the models need `--cfg loom`: run cargo inside loom-tests/, whose .cargo/config.toml passes it; a RUSTFLAGS variable \
     in the environment takes that line's place and must then carry the flag itself"
);

mod harness;
mod parcel;
pub mod runner;
mod wakers;

pub use harness::{Bounds, TOO_FEW, model};
pub use parcel::{Note, Parcel, Slip};
pub use wakers::{Count, calling, counting, poll_once};

pub use loom::future::block_on;
