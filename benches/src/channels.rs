//! The channels by name.

use crate::load::{Sample, run, streams};
use crate::peers::async_channel::AsyncChannel;
use crate::peers::bifrons::Bifrons;
use crate::peers::crossbeam::Crossbeam;
use crate::peers::flume::Flume;
use crate::peers::kanal::Kanal;
use crate::peers::loole::Loole;
use crate::peers::ref_assembled::Assembled;
use crate::peers::ref_condvar::RefCondvar;
use crate::peers::ref_waker::RefWaker;
use crate::peers::rtrb::Rtrb;
use crate::peers::std_mpsc::{StdBounded, StdUnbounded};
use crate::peers::tachyonix::Tachyonix;
use crate::peers::thingbuf::{ThingbufTasks, ThingbufThreads};
use crate::peers::tokio::{TokioBounded, TokioUnbounded};
use crate::peers::{crossfire, fibre};
use crate::scenario::{Capacity, End, Kind, Shape};

/// What a channel stands for in the report.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The one that is compared.
    Subject,
    Peer {
        /// Whether it takes any number of ends on both sides with one and the same type.
        general: bool,
    },
    /// Shown, never compared with: it does not do the same, or is nothing that one could depend on.
    Reference,
}

pub struct Channel {
    pub name: &'static str,
    /// The package it comes from.
    pub package: &'static str,
    pub role: Role,
    /// Runs a scenario for so many seconds; `None` if this channel cannot do it.
    pub run: Run,
}

type Run = fn(&Kind, f64) -> Option<Sample>;

const fn channel(name: &'static str, package: &'static str, role: Role, run: Run) -> Channel {
    Channel { name, package, role, run }
}

const fn general(name: &'static str, package: &'static str, run: Run) -> Channel {
    channel(name, package, Role::Peer { general: true }, run)
}

const fn special(name: &'static str, package: &'static str, run: Run) -> Channel {
    channel(name, package, Role::Peer { general: false }, run)
}

const fn reference(name: &'static str, package: &'static str, run: Run) -> Channel {
    channel(name, package, Role::Reference, run)
}

/// Every channel, in the order of the report's columns.
pub static ALL: [Channel; 18] = [
    channel("bifrons", "bifrons", Role::Subject, run::<Bifrons>),
    general("crossbeam", "crossbeam-channel", run::<Crossbeam>),
    special("std", "std", std_mpsc),
    general("flume", "flume", run::<Flume>),
    general("kanal", "kanal", run::<Kanal>),
    general("async-channel", "async-channel", run::<AsyncChannel>),
    special("crossfire", "crossfire", crossfire_fitting),
    general("crossfire-mpmc", "crossfire", crossfire_mpmc),
    special("tokio", "tokio", tokio_mpsc),
    special("fibre", "fibre", fibre_fitting),
    general("fibre-mpmc", "fibre", fibre_mpmc),
    general("loole", "loole", run::<Loole>),
    special("thingbuf", "thingbuf", thingbuf),
    special("tachyonix", "tachyonix", run::<Tachyonix>),
    reference("ref-condvar", "std", run::<RefCondvar>),
    reference("ref-waker", "std", ref_waker),
    reference("ref-assembled", "event-listener", run::<Assembled>),
    reference("rtrb", "rtrb", run::<Rtrb>),
];

// Where a channel has several types.

fn std_mpsc(kind: &Kind, seconds: f64) -> Option<Sample> {
    match kind.shape().capacity {
        Capacity::Bounded(_) => run::<StdBounded>(kind, seconds),
        Capacity::Unbounded => run::<StdUnbounded>(kind, seconds),
    }
}

fn crossfire_fitting(kind: &Kind, seconds: f64) -> Option<Sample> {
    crossfire::prepare();
    match kind.shape() {
        Shape { receivers: 2.., .. } => crossfire_mpmc(kind, seconds),
        Shape { senders: 1, capacity: Capacity::Bounded(_), .. } => run::<crossfire::SpscArray>(kind, seconds),
        Shape { senders: 1, capacity: Capacity::Unbounded, .. } => run::<crossfire::SpscList>(kind, seconds),
        Shape { capacity: Capacity::Bounded(_), .. } => streams::<crossfire::MpscArray>(kind, seconds),
        Shape { capacity: Capacity::Unbounded, .. } => streams::<crossfire::MpscList>(kind, seconds),
    }
}

fn crossfire_mpmc(kind: &Kind, seconds: f64) -> Option<Sample> {
    crossfire::prepare();
    match kind.shape().capacity {
        Capacity::Bounded(_) => run::<crossfire::MpmcArray>(kind, seconds),
        Capacity::Unbounded => run::<crossfire::MpmcList>(kind, seconds),
    }
}

fn tokio_mpsc(kind: &Kind, seconds: f64) -> Option<Sample> {
    match kind.shape().capacity {
        Capacity::Bounded(_) => run::<TokioBounded>(kind, seconds),
        Capacity::Unbounded => run::<TokioUnbounded>(kind, seconds),
    }
}

/// It has no unbounded queue for exactly one sender.
fn fibre_fitting(kind: &Kind, seconds: f64) -> Option<Sample> {
    match kind.shape() {
        Shape { receivers: 2.., .. } => fibre_mpmc(kind, seconds),
        Shape { senders: 1, capacity: Capacity::Bounded(0), .. } => streams::<fibre::SpscRendezvous>(kind, seconds),
        Shape { senders: 1, capacity: Capacity::Bounded(_), .. } => run::<fibre::SpscBounded>(kind, seconds),
        Shape { capacity: Capacity::Bounded(0), .. } => streams::<fibre::MpscRendezvous>(kind, seconds),
        Shape { capacity: Capacity::Bounded(_), .. } => streams::<fibre::MpscBounded>(kind, seconds),
        Shape { capacity: Capacity::Unbounded, .. } => run::<fibre::MpscUnbounded>(kind, seconds),
    }
}

fn fibre_mpmc(kind: &Kind, seconds: f64) -> Option<Sample> {
    match kind.shape().capacity {
        Capacity::Bounded(0) => streams::<fibre::MpmcRendezvous>(kind, seconds),
        Capacity::Bounded(_) => run::<fibre::MpmcBounded>(kind, seconds),
        Capacity::Unbounded => run::<fibre::MpmcUnbounded>(kind, seconds),
    }
}

/// One type for threads, another for tasks, none for both.
fn thingbuf(kind: &Kind, seconds: f64) -> Option<Sample> {
    if kind.has_tasks() { run::<ThingbufTasks>(kind, seconds) } else { run::<ThingbufThreads>(kind, seconds) }
}

/// It forgets nobody who goes away without his item, so it is not asked to.
fn ref_waker(kind: &Kind, seconds: f64) -> Option<Sample> {
    match kind {
        Kind::Pending(_) | Kind::Select(End::Task) => None,
        _ => run::<RefWaker>(kind, seconds),
    }
}

pub fn find(name: &str) -> Option<&'static Channel> {
    ALL.iter().find(|channel| channel.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::ALL;

    #[test]
    fn no_name_is_given_twice() {
        let names: HashSet<_> = ALL.iter().map(|channel| channel.name).collect();
        assert_eq!(names.len(), ALL.len());
    }
}
