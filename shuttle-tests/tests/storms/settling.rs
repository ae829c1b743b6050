//! Storms that end when every item is accounted for: whoever deals with the last closes the queues.

use bifrons_soak::{Ending, Order};

use super::{Weather, blow};

const SETTLED: Weather = Weather {
    order: Order::Fifo,
    capacities: &[Some(1), Some(2), Some(3), Some(5), None],
    endings: &[Ending::Settled],
    parties: 5,
    quota: 3,
};

#[test]
fn fifo_settles() {
    blow("fifo_settles", SETTLED);
}

#[test]
fn rendezvous_settles() {
    blow("rendezvous_settles", Weather { capacities: &[Some(0)], ..SETTLED });
}

#[test]
fn lifo_settles() {
    blow("lifo_settles", Weather { order: Order::Lifo, ..SETTLED });
}

#[test]
fn priority_settles() {
    blow("priority_settles", Weather { order: Order::Priority, ..SETTLED });
}

#[test]
fn weighed_settles() {
    blow("weighed_settles", Weather { order: Order::Weighed, capacities: &[Some(3), Some(4), Some(7)], ..SETTLED });
}

/// As many as the scheduler sees through in reasonable time.
#[test]
fn crowd_settles() {
    blow("crowd_settles", Weather { parties: 6, quota: 5, ..SETTLED });
}
