//! Storms that end in the middle: by a close, a shutdown, or one half going away.

use bifrons_soak::{Ending, Order};

use super::{Weather, blow};

const CUT_SHORT: Weather = Weather {
    order: Order::Fifo,
    capacities: &[Some(1), Some(2), Some(3), Some(5), None],
    endings: &[Ending::Close, Ending::Shutdown, Ending::LastReceiver, Ending::LastSender],
    parties: 5,
    quota: 4,
};

#[test]
fn fifo_closes() {
    blow("fifo_closes", CUT_SHORT);
}

#[test]
fn rendezvous_closes() {
    blow("rendezvous_closes", Weather { capacities: &[Some(0)], ..CUT_SHORT });
}

#[test]
fn lifo_closes() {
    blow("lifo_closes", Weather { order: Order::Lifo, ..CUT_SHORT });
}

#[test]
fn priority_closes() {
    blow("priority_closes", Weather { order: Order::Priority, ..CUT_SHORT });
}

#[test]
fn weighed_closes() {
    blow("weighed_closes", Weather { order: Order::Weighed, capacities: &[Some(3), Some(4), Some(7)], ..CUT_SHORT });
}
