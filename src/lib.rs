//! One queue, two faces: threads block, tasks await, the buffer is shared.
#![deny(unsafe_code)]
#![cfg_attr(target_family = "wasm", allow(dead_code, unused_imports, reason = "what blocks a thread is absent there"))]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod engine;
mod error;
mod face;
mod make;
mod prim;
mod queue;

pub use error::{RecvError, RecvTimeoutError, SendError, SendTimeoutError, TryRecvError, TrySendError};
pub use face::{AsyncReceiver, AsyncSender, Receiver, Sender, WeakReceiver, WeakSender};
pub use make::{bounded, unbounded};

/// The futures and the stream of the async face.
pub mod future {
    pub use crate::face::RecvStream;
    pub use crate::face::future::{ClosedFuture, RecvFuture, SendFuture};
}

/// The iterators of the blocking face.
pub mod iter {
    #[cfg(not(target_family = "wasm"))]
    pub use crate::face::blocking_iter::{IntoIter, Iter};
    pub use crate::face::iter::{Drain, TryIter};
}
