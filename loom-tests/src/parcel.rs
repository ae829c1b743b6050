//! What the models send.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use loom::alloc::Track;
use loom::cell::UnsafeCell;

/// An item that notices how it is handled.
///
/// Loom fails the model when it is opened by somebody to whom it was not published, when it is dropped by such a one, and
/// when it is leaked; the parcel itself fails it when it is dropped twice.
pub struct Parcel {
    id: usize,
    contents: UnsafeCell<usize>,
    gone: Arc<AtomicBool>,
    _leaks_are_seen: Track<()>,
}

/// What its sender keeps of a parcel: it tells whether the parcel has been dropped, and orders nothing.
#[derive(Debug, Clone)]
pub struct Slip(Arc<AtomicBool>);

impl Parcel {
    pub fn new(id: usize) -> Self {
        let parcel = Self {
            id,
            contents: UnsafeCell::new(0),
            gone: Arc::new(AtomicBool::new(false)),
            _leaks_are_seen: Track::new(()),
        };
        // SAFETY: the pointer is the cell's own, and nobody else has the parcel yet.
        parcel.contents.with_mut(|contents| unsafe { *contents = id });
        parcel
    }

    /// A parcel, and what tells whether it is still there.
    pub fn with_slip(id: usize) -> (Self, Slip) {
        let parcel = Self::new(id);
        let slip = Slip(Arc::clone(&parcel.gone));
        (parcel, slip)
    }

    /// Opens it and gives what was put in.
    #[track_caller]
    pub fn open(self) -> usize {
        self.look()
    }

    /// Looks at what was put in.
    #[track_caller]
    pub fn look(&self) -> usize {
        assert!(!self.gone.load(Relaxed), "parcel {} was opened after its drop", self.id);
        // SAFETY: the pointer is the cell's own; a write that did not happen before is what loom looks for.
        let found = self.contents.with(|contents| unsafe { *contents });
        assert_eq!(found, self.id, "another parcel's contents");
        found
    }
}

/// By what was put in: whoever compares must be one to whom both were published.
impl Ord for Parcel {
    fn cmp(&self, other: &Self) -> Ordering {
        self.look().cmp(&other.look())
    }
}

impl PartialOrd for Parcel {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Parcel {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Parcel {}

impl Drop for Parcel {
    fn drop(&mut self) {
        // A model that fails already drops its parcels out of turn, and a second panic would hide the first.
        if std::thread::panicking() {
            return;
        }
        assert!(!self.gone.swap(true, Relaxed), "parcel {} was dropped twice", self.id);
        // Opened for writing: a drop that does not wait for the last reader must be seen as a race.
        self.contents.with_mut(|_| ());
    }
}

impl fmt::Debug for Parcel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Parcel").field(&self.id).finish()
    }
}

impl Slip {
    /// Whether the parcel has been dropped.
    pub fn is_gone(&self) -> bool {
        self.0.load(Relaxed)
    }
}

/// A place that is written before something and read after it, with nothing of its own to order the two.
#[derive(Debug)]
pub struct Note(UnsafeCell<usize>);

// SAFETY: every access goes through loom's cell, which fails the model when two of them are not ordered.
unsafe impl Sync for Note {}

impl Note {
    pub fn blank() -> Self {
        Self(UnsafeCell::new(0))
    }

    pub fn write(&self, value: usize) {
        // SAFETY: the pointer is the cell's own; loom fails the model if anybody else is here.
        self.0.with_mut(|place| unsafe { *place = value });
    }

    pub fn read(&self) -> usize {
        // SAFETY: as above.
        self.0.with(|place| unsafe { *place })
    }
}
