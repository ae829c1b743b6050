//! The list of scenarios.

use crate::scenario::{Capacity, End, Host, Kind, Scenario, Shape, Stream};

/// The modes by name: who sends, who receives, where tasks run.
const MODES: [(&str, End, End, Host); 5] = [
    ("SS", End::Thread, End::Thread, Host::TwoWorkers),
    ("SA", End::Thread, End::Task, Host::TwoWorkers),
    ("AS", End::Task, End::Thread, Host::TwoWorkers),
    ("AA", End::Task, End::Task, Host::TwoWorkers),
    ("AA1", End::Task, End::Task, Host::OneThread),
];

const CAPACITIES: [Capacity; 4] =
    [Capacity::Bounded(0), Capacity::Bounded(1), Capacity::Bounded(128), Capacity::Unbounded];

/// Every scenario, in the order of the report.
pub fn all() -> Vec<Scenario> {
    let mut list = Vec::new();
    for (mode, from, to, host) in MODES {
        for ends in [1, 4] {
            for capacity in CAPACITIES {
                let shape = Shape { senders: ends, receivers: ends, capacity };
                let stream = Stream { from, to, host, shape, pinned: false };
                list.push(Scenario {
                    id: format!("{mode}/{ends}-{ends}/{capacity}"),
                    kind: Kind::Stream(stream),
                    optional: capacity == Capacity::Bounded(0),
                });
            }
        }
        if mode == "SS" {
            list.extend([1, 128].map(pinned));
        }
    }
    let mut add = |id: String, kind, optional| list.push(Scenario { id, kind, optional });

    let ping = |from, to, host| Kind::Ping { from, to, host };
    let two = Host::TwoWorkers;
    add("ping/thread-thread".into(), ping(End::Thread, End::Thread, two), false);
    add("ping/thread-task".into(), ping(End::Thread, End::Task, two), false);
    add("ping/task-task".into(), ping(End::Task, End::Task, two), false);
    add("ping/task-task/one-thread".into(), ping(End::Task, End::Task, Host::OneThread), true);

    for to in [End::Thread, End::Task] {
        add(format!("paced/10k/thread-{to}"), Kind::Paced { to }, false);
    }
    for capacity in [Capacity::Bounded(128), Capacity::Unbounded] {
        add(format!("pair/{capacity}"), Kind::Pair(capacity), false);
    }
    add("pair/128/observed".into(), Kind::Observed(Capacity::Bounded(128)), true);
    for end in [End::Thread, End::Task] {
        add(format!("idle/recv/{end}"), Kind::Idle(end), false);
    }
    add("timeout/recv".into(), Kind::Timeout, false);
    list
}

/// Two threads on two CPUs.
fn pinned(limit: usize) -> Scenario {
    Scenario {
        id: format!("SS/1-1/{limit}/pinned"),
        kind: Kind::Stream(Stream {
            from: End::Thread,
            to: End::Thread,
            host: Host::TwoWorkers,
            shape: Shape::single(Capacity::Bounded(limit)),
            pinned: true,
        }),
        optional: false,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    #[test]
    fn no_name_is_given_twice() {
        let scenarios = super::all();
        let names: HashSet<_> = scenarios.iter().map(|scenario| &scenario.id).collect();
        assert_eq!(names.len(), scenarios.len());
    }
}
