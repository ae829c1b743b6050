//! Programs in the manner of crossbeam-channel's users, run on both crates from one source text.
//!
//! A lane is one instantiation of the programs. The lanes differ in the imported crate and in the
//! word for a queue that has no other end: `Disconnected` there, `Closed` here.

mod errors;
mod oracle;
mod programs;

use errors::error_handling;
use programs::programs;

mod on_crossbeam {
    super::programs!(crossbeam_channel);
    super::error_handling!(crossbeam_channel, Disconnected, is_disconnected);
}

mod on_bifrons {
    super::programs!(bifrons);
    super::error_handling!(bifrons, Closed, is_closed);
}
