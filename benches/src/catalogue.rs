//! The list of scenarios.

use crate::scenario::{Capacity, End, Host, Kind, Pace, Payload, Ping, Scenario, Shape, Stream};

/// The modes by name: who sends, who receives, where tasks run.
const MODES: [(&str, End, End, Host); 5] = [
    ("SS", End::Thread, End::Thread, Host::TwoWorkers),
    ("SA", End::Thread, End::Task, Host::TwoWorkers),
    ("AS", End::Task, End::Thread, Host::TwoWorkers),
    ("AA", End::Task, End::Task, Host::TwoWorkers),
    ("AA1", End::Task, End::Task, Host::OneThread),
];

const TOPOLOGIES: [(usize, usize); 4] = [(1, 1), (4, 1), (1, 4), (4, 4)];

const CAPACITIES: [Capacity; 4] =
    [Capacity::Bounded(0), Capacity::Bounded(1), Capacity::Bounded(128), Capacity::Unbounded];

const LARGE: [Capacity; 2] = [Capacity::Bounded(128), Capacity::Unbounded];

/// What is run in every regime: of each mode and each kind of load something, about a third of what is not optional.
const EVERYWHERE: [&str; 47] = [
    "SS/1-1/0",
    "SS/1-1/1",
    "SS/1-1/128",
    "SS/1-1/unb",
    "SS/4-1/128",
    "SS/4-4/1",
    "SS/4-4/128",
    "SS/1-1/128/256B",
    "SS/1-1/1/pinned",
    "SS/1-1/128/pinned",
    "SA/1-1/0",
    "SA/1-1/1",
    "SA/1-1/128",
    "SA/1-1/unb",
    "SA/4-1/128",
    "SA/1-4/128",
    "SA/4-4/1",
    "SA/4-4/128",
    "SA/1-1/128/256B",
    "AS/1-1/0",
    "AS/1-1/1",
    "AS/1-1/128",
    "AS/1-1/unb",
    "AS/4-1/128",
    "AS/4-4/128",
    "AA/1-1/0",
    "AA/1-1/1",
    "AA/1-1/128",
    "AA/4-1/128",
    "AA/4-4/128",
    "AA/1-1000/128",
    "AA1/1-1/1",
    "AA1/1-1/128",
    "AA1/4-4/128",
    "ping/thread-thread",
    "ping/thread-thread/pinned",
    "ping/thread-thread/asleep",
    "ping/thread-task",
    "ping/thread-task/asleep",
    "ping/task-task",
    "paced/10k/thread-task",
    "paced/10k/task-thread",
    "paced/10k/thread-task/idle8",
    "batch/64/thread-task",
    "select/16",
    "idle/recv/thread",
    "idle/recv/task",
];

/// Every scenario, in the order of the report.
pub fn all() -> Vec<Scenario> {
    let mut list = List(Vec::new());
    for mode in MODES {
        list.streams(mode);
    }
    list.pings();
    list.paces();
    list.single_threads();
    list.batches();
    for (name, end) in [("select/16", End::Thread), ("select/16/task", End::Task)] {
        list.add(name, Kind::Select(end));
    }
    list.add("pending/1000", Kind::Pending(1000));
    for end in [End::Thread, End::Task] {
        list.add(&format!("idle/recv/{end}"), Kind::Idle(end));
    }
    list.add("timeout/recv", Kind::Timeout);
    list.growth();
    list.0
}

struct List(Vec<Scenario>);

impl List {
    fn add(&mut self, id: &str, kind: Kind) {
        let everywhere = EVERYWHERE.contains(&id);
        self.0.push(Scenario { id: id.into(), kind, optional: false, everywhere });
    }

    fn add_optional(&mut self, id: &str, kind: Kind) {
        self.add(id, kind);
        self.0.last_mut().expect("it was just added").optional = true;
    }

    fn streams(&mut self, (mode, from, to, host): (&str, End, End, Host)) {
        let stream = |senders, receivers, capacity| {
            let shape = Shape { senders, receivers, capacity };
            Stream { from, to, host, shape, payload: Payload::Word, pinned: false }
        };
        for (senders, receivers) in TOPOLOGIES {
            for capacity in CAPACITIES {
                let stream = stream(senders, receivers, capacity);
                self.add(&format!("{mode}/{senders}-{receivers}/{capacity}"), Kind::Stream(stream));
            }
        }
        let plain = stream(1, 1, Capacity::Bounded(128));
        self.add(&format!("{mode}/1-1/128/256B"), Kind::Stream(Stream { payload: Payload::Wide, ..plain }));
        match mode {
            "SS" => {
                for capacity in CAPACITIES {
                    let plain = stream(1, 1, capacity);
                    self.add(&format!("SS/1-1/{capacity}/pinned"), Kind::Stream(Stream { pinned: true, ..plain }));
                }
            }
            "SA" | "AA" => {
                let crowd = stream(1, 1000, Capacity::Bounded(128));
                self.add(&format!("{mode}/1-1000/128"), Kind::Stream(crowd));
                self.add_optional(&format!("shares/{mode}/1-1000/128"), Kind::Shares(crowd));
            }
            _ => {}
        }
    }

    fn pings(&mut self) {
        let ping = |from, to| Ping { from, to, host: Host::TwoWorkers, pinned: false, asleep: false };
        let (threads, bridge, tasks) =
            (ping(End::Thread, End::Thread), ping(End::Thread, End::Task), ping(End::Task, End::Task));
        self.add("ping/thread-thread", Kind::Ping(threads));
        self.add("ping/thread-thread/pinned", Kind::Ping(Ping { pinned: true, ..threads }));
        self.add("ping/thread-thread/asleep", Kind::Ping(Ping { asleep: true, ..threads }));
        self.add("ping/thread-task", Kind::Ping(bridge));
        self.add("ping/thread-task/asleep", Kind::Ping(Ping { asleep: true, ..bridge }));
        self.add("ping/task-thread/asleep", Kind::Ping(Ping { asleep: true, ..ping(End::Task, End::Thread) }));
        self.add("ping/task-task", Kind::Ping(tasks));
        self.add("ping/task-task/one-thread", Kind::Ping(Ping { host: Host::OneThread, ..tasks }));
    }

    fn paces(&mut self) {
        let ends = [(End::Thread, End::Thread), (End::Thread, End::Task), (End::Task, End::Thread)];
        for (pace, per_second) in [("1k", 1_000), ("10k", 10_000), ("100k", 100_000)] {
            for (from, to) in ends {
                let kind = Kind::Paced(Pace { from, to, per_second, idle: 0 });
                self.add(&format!("paced/{pace}/{from}-{to}"), kind);
            }
        }
        for (from, to) in ends {
            let kind = Kind::Paced(Pace { from, to, per_second: 10_000, idle: 8 });
            self.add(&format!("paced/10k/{from}-{to}/idle8"), kind);
        }
    }

    fn single_threads(&mut self) {
        for capacity in [Capacity::Bounded(1), Capacity::Bounded(128), Capacity::Unbounded] {
            self.add(&format!("pair/{capacity}"), Kind::Pair(capacity));
        }
        self.add_optional("pair/128/observed", Kind::Observed(Capacity::Bounded(128)));
        for (suffix, used) in [("", false), ("+1msg", true)] {
            for capacity in LARGE {
                self.add(&format!("create{suffix}/{capacity}"), Kind::Create { capacity, used });
            }
        }
        for (suffix, used) in [("", false), ("+1msg", true)] {
            for capacity in LARGE {
                self.add(&format!("mem{suffix}/{capacity}"), Kind::Memory { capacity, used });
            }
        }
    }

    fn batches(&mut self) {
        for size in [64, 1] {
            self.add(&format!("batch/{size}/one-thread"), Kind::Batch { size, to: None });
            for to in [End::Thread, End::Task] {
                self.add(&format!("batch/{size}/thread-{to}"), Kind::Batch { size, to: Some(to) });
            }
        }
    }

    fn growth(&mut self) {
        let stream = |from, to, senders, receivers| {
            let shape = Shape { senders, receivers, capacity: Capacity::Bounded(128) };
            Kind::Stream(Stream { from, to, host: Host::TwoWorkers, shape, payload: Payload::Word, pinned: false })
        };
        for ends in [1, 2, 4, 8, 16, 32, 64] {
            self.add_optional(&format!("growth/SS/{ends}/128"), stream(End::Thread, End::Thread, ends, ends));
        }
        for ends in [1, 10, 100, 1_000, 10_000] {
            self.add_optional(&format!("growth/AA/{ends}/128"), stream(End::Task, End::Task, ends, ends));
        }
        for ends in [1, 10, 100, 1_000, 10_000] {
            self.add_optional(&format!("growth/SA/{ends}/128"), stream(End::Thread, End::Task, 1, ends));
        }
        for (name, depth) in [("10", 10), ("1k", 1_000), ("100k", 100_000), ("10M", 10_000_000)] {
            self.add_optional(&format!("growth/depth/{name}"), Kind::Depth(depth));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{EVERYWHERE, MODES, all};

    #[test]
    fn no_name_is_given_twice() {
        let scenarios = all();
        let names: HashSet<_> = scenarios.iter().map(|scenario| &scenario.id).collect();
        assert_eq!(names.len(), scenarios.len());
    }

    #[test]
    fn a_third_is_run_everywhere() {
        let scenarios = all();
        let everywhere: Vec<_> = scenarios.iter().filter(|scenario| scenario.everywhere).collect();
        assert_eq!(everywhere.len(), EVERYWHERE.len(), "each of these names is one of a scenario");
        assert!(everywhere.iter().all(|scenario| !scenario.optional));
        let share = everywhere.len() as f64 / scenarios.iter().filter(|scenario| !scenario.optional).count() as f64;
        assert!((0.25..=0.45).contains(&share), "{share}");
        for (mode, ..) in MODES {
            let prefix = format!("{mode}/");
            assert!(everywhere.iter().any(|scenario| scenario.id.starts_with(&prefix)), "{mode}");
        }
    }
}
