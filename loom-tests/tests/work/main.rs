//! Work that is tracked: who joins waits until nothing is there and nothing in hand, on every kind of queue.

mod joining;
mod shutting_down;

use bifrons::{Receiver, Sender, bounded, lifo};
use bifrons_loom_tests::Parcel;

/// Makes a queue.
type Make = fn() -> (Sender<Parcel>, Receiver<Parcel>);

/// With two doors.
fn doors() -> (Sender<Parcel>, Receiver<Parcel>) {
    bounded(2)
}

/// With one.
fn parlour() -> (Sender<Parcel>, Receiver<Parcel>) {
    lifo::bounded(2)
}

/// Where one meets.
fn meeting() -> (Sender<Parcel>, Receiver<Parcel>) {
    bounded(0)
}
