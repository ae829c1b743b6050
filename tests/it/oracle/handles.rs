//! Handles of which a program does not care on which face they are.

use bifrons::iter::Drain;
use bifrons::{AsyncReceiver, AsyncSender, CapacityError, Receiver, Sender, Stats, WeakReceiver, WeakSender};

use super::parcel::Parcel;

/// What every handle answers.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answers {
    pub(crate) stats: Stats,
    pub(crate) len: usize,
    pub(crate) is_empty: bool,
    pub(crate) is_full: bool,
    pub(crate) capacity: Option<usize>,
    pub(crate) is_closed: bool,
    pub(crate) sender_count: usize,
    pub(crate) receiver_count: usize,
}

macro_rules! either {
    ($handle:expr, $name:ident => $call:expr) => {
        match $handle {
            Self::Sync($name) => $call,
            Self::Async($name) => $call,
        }
    };
}

macro_rules! half {
    ($(#[$doc:meta])* $half:ident, $sync:ident, $async:ident, $weak:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub(crate) enum $half {
            Sync($sync<Parcel>),
            Async($async<Parcel>),
        }

        impl $half {
            /// Calls with the handle, or with a further one of that face.
            pub(crate) fn on_sync<R>(&self, call: impl FnOnce(&$sync<Parcel>) -> R) -> R {
                match self {
                    Self::Sync(handle) => call(handle),
                    Self::Async(handle) => call(&handle.to_sync()),
                }
            }

            /// As [`on_sync`](Self::on_sync).
            pub(crate) fn on_async<R>(&self, call: impl FnOnce(&$async<Parcel>) -> R) -> R {
                match self {
                    Self::Sync(handle) => call(&handle.to_async()),
                    Self::Async(handle) => call(handle),
                }
            }

            /// The same handle on the other face.
            pub(crate) fn turned(self, by_from: bool) -> Self {
                match self {
                    Self::Sync(handle) if by_from => Self::Async(handle.into()),
                    Self::Sync(handle) => Self::Async(handle.into_async()),
                    Self::Async(handle) if by_from => Self::Sync(handle.into()),
                    Self::Async(handle) => Self::Sync(handle.into_sync()),
                }
            }

            /// A further handle on the other face.
            pub(crate) fn opposite(&self) -> Self {
                match self {
                    Self::Sync(handle) => Self::Async(handle.to_async()),
                    Self::Async(handle) => Self::Sync(handle.to_sync()),
                }
            }

            pub(crate) fn downgrade(&self) -> $weak<Parcel> {
                either!(self, handle => handle.downgrade())
            }

            pub(crate) fn close(&self) -> bool {
                either!(self, handle => handle.close())
            }

            pub(crate) fn shutdown(&self) -> Drain<Parcel> {
                either!(self, handle => handle.shutdown())
            }

            pub(crate) fn set_capacity(&self, capacity: usize) -> Result<(), CapacityError> {
                either!(self, handle => handle.set_capacity(capacity))
            }

            pub(crate) fn is_same(&self, other: &Self) -> bool {
                self.on_sync(|one| other.on_sync(|other| one.same_channel(other)))
                    && self.on_async(|one| other.on_async(|other| one.same_channel(other)))
            }

            pub(crate) fn answers(&self) -> Answers {
                either!(self, handle => Answers {
                    stats: handle.stats(),
                    len: handle.len(),
                    is_empty: handle.is_empty(),
                    is_full: handle.is_full(),
                    capacity: handle.capacity(),
                    is_closed: handle.is_closed(),
                    sender_count: handle.sender_count(),
                    receiver_count: handle.receiver_count(),
                })
            }
        }
    };
}

half! {
    /// A sending handle.
    Tx, Sender, AsyncSender, WeakSender
}

half! {
    /// A receiving handle.
    Rx, Receiver, AsyncReceiver, WeakReceiver
}
