//! The channels by name.

use crate::load::{Sample, run};
use crate::peers::async_channel::AsyncChannel;
use crate::peers::bifrons::Bifrons;
use crate::peers::crossbeam::Crossbeam;
use crate::peers::crossfire::{Mpmc, MpmcArray, MpmcList, Spsc, SpscArray, SpscList};
use crate::peers::flume::Flume;
use crate::peers::kanal::Kanal;
use crate::peers::rtrb::Rtrb;
use crate::peers::tokio::{TokioBounded, TokioUnbounded};
use crate::scenario::{Capacity, Kind};

/// What a channel stands for in the report.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The one that is compared.
    Subject,
    Peer,
    /// Shown, never compared with: it does not do the same.
    Limit,
}

pub struct Channel {
    pub name: &'static str,
    /// The package it comes from.
    pub package: &'static str,
    pub role: Role,
    /// Runs a scenario for so many seconds; `None` if this channel cannot do it.
    pub run: fn(&Kind, f64) -> Option<Sample>,
}

const fn channel(
    name: &'static str,
    package: &'static str,
    role: Role,
    run: fn(&Kind, f64) -> Option<Sample>,
) -> Channel {
    Channel { name, package, role, run }
}

/// Every channel, in the order of the report's columns.
pub static ALL: [Channel; 9] = [
    channel("bifrons", "bifrons", Role::Subject, run::<Bifrons>),
    channel("crossbeam", "crossbeam-channel", Role::Peer, run::<Crossbeam>),
    channel("flume", "flume", Role::Peer, run::<Flume>),
    channel("kanal", "kanal", Role::Peer, run::<Kanal>),
    channel("async-channel", "async-channel", Role::Peer, run::<AsyncChannel>),
    channel("crossfire", "crossfire", Role::Peer, crossfire_mpmc),
    channel("crossfire-spsc", "crossfire", Role::Peer, crossfire_spsc),
    channel("tokio", "tokio", Role::Peer, tokio_mpsc),
    channel("rtrb", "rtrb", Role::Limit, run::<Rtrb>),
];

// Where bounded and unbounded queues are of different types.

fn crossfire_mpmc(kind: &Kind, seconds: f64) -> Option<Sample> {
    match kind.capacity() {
        Capacity::Bounded(_) => run::<Mpmc<MpmcArray>>(kind, seconds),
        Capacity::Unbounded => run::<Mpmc<MpmcList>>(kind, seconds),
    }
}

fn crossfire_spsc(kind: &Kind, seconds: f64) -> Option<Sample> {
    match kind.capacity() {
        Capacity::Bounded(_) => run::<Spsc<SpscArray>>(kind, seconds),
        Capacity::Unbounded => run::<Spsc<SpscList>>(kind, seconds),
    }
}

fn tokio_mpsc(kind: &Kind, seconds: f64) -> Option<Sample> {
    match kind.capacity() {
        Capacity::Bounded(_) => run::<TokioBounded>(kind, seconds),
        Capacity::Unbounded => run::<TokioUnbounded>(kind, seconds),
    }
}

pub fn find(name: &str) -> Option<&'static Channel> {
    ALL.iter().find(|channel| channel.name == name)
}
