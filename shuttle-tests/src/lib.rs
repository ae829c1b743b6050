//! What the storms have in common: how they are run, and run again.

#[cfg(not(shuttle))]
compile_error!(
    "the storms need `--cfg shuttle`: run cargo inside shuttle-tests/, whose .cargo/config.toml passes it; a RUSTFLAGS \
     variable in the environment takes that line's place and must then carry the flag itself"
);

#[cfg(shuttle)]
mod harness;

#[cfg(shuttle)]
pub use harness::storm;
