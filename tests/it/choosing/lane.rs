//! The same programs over this crate's `Select` and crossbeam-channel's: the same answers.

use crate::support::{Random, watchdog};

/// What one step of a program came to, as both crates can say it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Outcome {
    /// Nothing was ready.
    Nothing,
    Sent(usize),
    NotSent(usize, u64),
    Received(usize, u64),
    End(usize),
    Ready(usize),
}

/// A program over some queues with one thread: what each step does, drawn from a seed.
macro_rules! program {
    ($krate:ident) => {
        pub(super) fn run(seed: u64) -> Vec<super::Outcome> {
            use super::Outcome;
            use $krate::{Receiver, Select, Sender};

            let mut random = crate::support::Random::new(seed);
            let mut queues: Vec<(Option<Sender<u64>>, Option<Receiver<u64>>)> = (0..4)
                .map(|_| match random.below(5) {
                    0 => $krate::unbounded(),
                    capacity => $krate::bounded(capacity as usize - 1),
                })
                .map(|(tx, rx)| (Some(tx), Some(rx)))
                .collect();
            let mut outcomes = Vec::new();
            for step in 0..60 {
                // Now and then a handle goes.
                if random.below(25) == 0 {
                    let queue = random.below(4) as usize;
                    if random.below(2) == 0 { queues[queue].0 = None } else { queues[queue].1 = None }
                }
                let mut select = Select::new_biased();
                let mut operations = Vec::new();
                for _ in 0..1 + random.below(4) {
                    let queue = random.below(4) as usize;
                    let (tx, rx) = &queues[queue];
                    match (random.below(2), tx, rx) {
                        (0, Some(tx), _) => {
                            assert_eq!(select.send(tx), operations.len());
                            operations.push((queue, true));
                        }
                        (1, _, Some(rx)) => {
                            assert_eq!(select.recv(rx), operations.len());
                            operations.push((queue, false));
                        }
                        _ => {}
                    }
                }
                // The last: to remove another moves the others about in crossbeam's, where a biased select shows it.
                if operations.len() > 1 && random.below(6) == 0 {
                    select.remove(operations.len() - 1);
                }
                let form = random.below(4);
                if form == 0 {
                    outcomes.push(select.try_ready().map_or(Outcome::Nothing, Outcome::Ready));
                    continue;
                }
                let taken = match form {
                    1 => select.try_select().ok(),
                    2 => select.select_timeout(std::time::Duration::ZERO).ok(),
                    _ => select.select_deadline(std::time::Instant::now()).ok(),
                };
                outcomes.push(match taken {
                    None => Outcome::Nothing,
                    Some(operation) => {
                        let index = operation.index();
                        let (queue, is_send) = operations[index];
                        match (is_send, &queues[queue]) {
                            (true, (Some(tx), _)) => match operation.send(tx, step) {
                                Ok(()) => Outcome::Sent(index),
                                Err(error) => Outcome::NotSent(index, error.into_inner()),
                            },
                            (false, (_, Some(rx))) => {
                                operation.recv(rx).map_or(Outcome::End(index), |item| Outcome::Received(index, item))
                            }
                            _ => unreachable!("an operation has its handle"),
                        }
                    }
                });
            }
            outcomes
        }

        /// A tree of workers that pass numbers on through selects; the sum of what arrives.
        pub(super) fn sum_of_a_mesh(capacity: usize) -> u64 {
            use $krate::{RecvError, Select, bounded};

            let (left_tx, left_rx) = bounded::<u64>(capacity);
            let (right_tx, right_rx) = bounded::<u64>(capacity);
            let (out_tx, out_rx) = bounded::<u64>(capacity);
            std::thread::scope(|scope| {
                for (tx, first) in [(left_tx, 0), (right_tx, 1_000)] {
                    scope.spawn(move || (first..first + 300).for_each(|item| tx.send(item).unwrap()));
                }
                for _ in 0..2 {
                    let (left, right, out) = (left_rx.clone(), right_rx.clone(), out_tx.clone());
                    scope.spawn(move || {
                        let mut select = Select::new();
                        let first = select.recv(&left);
                        let second = select.recv(&right);
                        let mut open = 2;
                        while open > 0 {
                            let operation = select.select();
                            let index = operation.index();
                            let item = if index == first { operation.recv(&left) } else { operation.recv(&right) };
                            match item {
                                Ok(item) => out.send(item).unwrap(),
                                Err(RecvError) => {
                                    select.remove(if index == first { first } else { second });
                                    open -= 1;
                                }
                            }
                        }
                    });
                }
                drop(out_tx);
                out_rx.iter().sum()
            })
        }
    };
}

mod on_crossbeam {
    program!(crossbeam_channel);
}

mod on_bifrons {
    program!(bifrons);
}

#[test]
fn selects_on_one_thread_answer_alike() {
    let _dog = watchdog();
    let mut random = Random::from_chance();
    for _ in 0..400 {
        let seed = random.draw();
        assert_eq!(on_bifrons::run(seed), on_crossbeam::run(seed), "seed {seed:#x}");
    }
}

#[test]
fn selects_of_many_threads_come_to_the_same_sum() {
    let _dog = watchdog();
    for capacity in [0, 1, 5] {
        assert_eq!(on_bifrons::sum_of_a_mesh(capacity), on_crossbeam::sum_of_a_mesh(capacity));
    }
}
