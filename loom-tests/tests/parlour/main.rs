//! Queues with one door: any order, any weight, everybody at one lock.

mod closing;
mod letting_go;
mod panicking;
mod passing;
mod refusing;
mod reserving;
mod weighing;

use bifrons::{Receiver, Sender, lifo, priority};
use bifrons_loom_tests::Parcel;

/// Last in, first out.
fn pile(capacity: usize) -> (Sender<Parcel>, Receiver<Parcel>) {
    lifo::bounded(capacity)
}

/// The greatest first.
fn ranking(capacity: usize) -> (Sender<Parcel>, Receiver<Parcel>) {
    priority::bounded(capacity)
}
