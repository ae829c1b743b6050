//! The rooms of the library, one at a time: the lock, the parker and the shared pointer from their own source, the buffers
//! by calls that never wait.

mod blocks;
mod holder;
mod lock;
mod park;
mod ring;

/// The room of primitives as it ships, in the model checker's world. Of the doors' two locks this gives the one that
/// ships, [`prim::lock::Lock`]; the models of everything else run on loom's mutex in its place.
#[allow(dead_code, unused_imports, reason = "the models here need three of its pieces")]
#[path = "../../../src/prim/mod.rs"]
mod prim;
