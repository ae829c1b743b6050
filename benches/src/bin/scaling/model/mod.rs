//! A simulation, event by event, of threads that send and receive through one queue of two doors.
//!
//! What is modelled: the lock of each door and its law of waiting, the published positions, the slots, the two lines of
//! those who sleep, patience, and a scheduler that gives every core's time out in slices. A cache line costs something when
//! a core touches it that has no valid copy and has not asked for it in time. What is not modelled: anything else that memory does, the interconnect's
//! limits, frequencies, other programs.

mod cores;
mod line;
mod queue;
mod thread;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::costs::Costs;
use cores::Cores;
use queue::Queue;
use thread::{Next, Thread};

/// Time, in picoseconds.
pub type Time = u64;

pub fn time(ns: f64) -> Time {
    (ns * 1000.0) as Time
}

/// What the model says of one stream.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Said {
    /// Million messages a second.
    pub rate: f64,
    /// Per 1,000 messages: naps before a door, and sleeps in line.
    pub naps: f64,
    pub sleeps: f64,
    /// The share of time for which the busier door was held.
    pub held: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// The thread on this core has done its step, or its slice is over; void if the core has moved on since.
    Core { core: usize, turn: u64 },
    /// A thread can run again: on this core if that was decided when it was called.
    Awake { thread: usize, core: Option<usize> },
}

/// Everything there is.
struct World {
    costs: Costs,
    now: Time,
    events: BinaryHeap<Reverse<(Time, u64, Event)>>,
    /// Orders events of the same moment.
    number: u64,
    cores: Cores,
    threads: Vec<Thread>,
    queue: Queue,
    noise: u64,
}

/// Simulates so many ns of a stream from `threads` senders to as many receivers, after a tenth of that to warm up. Every
/// `seed` gives another course of things.
pub fn run(costs: Costs, threads: usize, batch: u64, ns: f64, seed: u64) -> Said {
    let mut world = World::new(costs, threads, batch, seed);
    let (warm, end) = (time(ns / 10.0), time(ns * 1.1));
    world.run_until(warm);
    let from = world.queue.counts(warm);
    world.run_until(end);
    let all = world.queue.counts(end);
    let messages = (all.received - from.received) as f64;
    let thousands = messages.max(1.0) / 1000.0;
    let held = [0, 1].map(|door| (all.held[door] - from.held[door]) as f64 / (end - warm) as f64);
    Said {
        rate: messages * 1000.0 / ns,
        naps: (all.naps - from.naps) as f64 / thousands,
        sleeps: (all.sleeps - from.sleeps) as f64 / thousands,
        held: held[0].max(held[1]),
    }
}

impl World {
    fn new(costs: Costs, threads: usize, batch: u64, seed: u64) -> Self {
        let mut world = Self {
            costs,
            now: 0,
            events: BinaryHeap::new(),
            number: 0,
            cores: Cores::new(costs.cores),
            threads: (0..2 * threads).map(|number| Thread::new(number % 2, number % costs.cores)).collect(),
            queue: Queue::new(costs, batch),
            // Anything but nothing, which would stay so.
            noise: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
        };
        for thread in 0..2 * threads {
            // Not all in the same moment.
            world.at(time(137.0) * thread as Time, Event::Awake { thread, core: None });
        }
        world
    }

    fn at(&mut self, time: Time, event: Event) {
        self.number += 1;
        self.events.push(Reverse((time, self.number, event)));
    }

    fn run_until(&mut self, end: Time) {
        while let Some(Reverse((time, _, event))) = self.events.peek().copied() {
            if time >= end {
                break;
            }
            self.events.pop();
            self.now = time;
            match event {
                Event::Core { core, turn } => self.core_is_due(core, turn),
                Event::Awake { thread, core } => self.is_awake(thread, core),
            }
        }
        self.now = end;
    }

    fn is_awake(&mut self, thread: usize, reserved: Option<usize>) {
        let core = reserved.unwrap_or_else(|| self.cores.place(self.threads[thread].core));
        self.cores.arrive(core, thread, reserved.is_some());
        if self.cores.is_idle(core) {
            self.dispatch(core);
        } else if self.cores.is_slicing(core) {
            self.schedule(core);
        }
    }

    /// A sleeping thread was called: an idle core takes it after a while, a busy one when its turn comes.
    fn call(&mut self, thread: usize) {
        let core = self.cores.place(self.threads[thread].core);
        let idle = self.cores.is_idle(core);
        self.cores.reserve(core);
        let after = if idle { time(self.costs.wake) } else { 0 };
        self.at(self.now + after, Event::Awake { thread, core: Some(core) });
    }

    fn core_is_due(&mut self, core: usize, turn: u64) {
        let Some(thread) = self.cores.due(core, turn) else { return };
        let ran = self.now - self.threads[thread].since;
        self.threads[thread].left -= ran;
        self.threads[thread].since = self.now;
        if self.threads[thread].left > 0 {
            if self.cores.slice_is_over(core, self.now) {
                self.cores.preempt(core);
                return self.dispatch(core);
            }
            return self.schedule(core);
        }
        let next = self.queue.step(self.now, thread, &mut self.threads);
        for called in self.queue.called() {
            self.call(called);
        }
        match next {
            Next::Work(ns) => {
                self.threads[thread].left = time(ns * self.about_one());
                if self.cores.slice_is_over(core, self.now) {
                    self.cores.preempt(core);
                    self.dispatch(core);
                } else {
                    self.schedule(core);
                }
            }
            Next::Yield => {
                self.cores.preempt(core);
                self.dispatch(core);
            }
            Next::Nap(ns) => {
                self.at(self.now + time(ns), Event::Awake { thread, core: None });
                self.cores.leave(core);
                self.dispatch(core);
            }
            Next::Sleep => {
                self.cores.leave(core);
                self.dispatch(core);
            }
        }
    }

    /// No step of a real machine takes twice the same time: a factor between 0.9 and 1.1.
    fn about_one(&mut self) -> f64 {
        self.noise ^= self.noise << 13;
        self.noise ^= self.noise >> 7;
        self.noise ^= self.noise << 17;
        0.9 + 0.2 * (self.noise >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Gives a free core to whoever is next.
    fn dispatch(&mut self, core: usize) {
        let Some((thread, is_other)) = self.cores.next(core, self.now, time(self.costs.slice)) else { return };
        let one = &mut self.threads[thread];
        one.core = core;
        one.since = self.now;
        if is_other {
            one.left += time(self.costs.switch);
        }
        self.schedule(core);
    }

    /// The moment at which something happens on this core if nothing comes between.
    fn schedule(&mut self, core: usize) {
        let Some((thread, turn, slice)) = self.cores.plan(core) else { return };
        let one = &self.threads[thread];
        let done = one.since + one.left;
        let due = slice.map_or(done, |end| done.min(end.max(self.now)));
        self.at(due, Event::Core { core, turn });
    }
}

#[cfg(test)]
mod tests {
    use super::{Said, run};
    use crate::costs::Costs;

    const MS: f64 = 1e6;

    #[test]
    fn the_same_costs_say_the_same() {
        let said: [Said; 3] = [7, 7, 8].map(|seed| run(Costs::default(), 4, 1, MS, seed));
        assert_eq!(said[0], said[1]);
        assert_ne!(said[0], said[2]);
        assert!(said[0].rate > 0.0);
    }

    #[test]
    fn no_queue_is_faster_than_its_slower_door() {
        for threads in [1, 3, 16] {
            let costs = Costs { cores: 8, ..Costs::default() };
            let said = run(costs, threads, 1, MS, 1);
            assert!(said.rate > 0.0 && said.rate <= 1000.0 / (0.9 * costs.hold), "{threads}: {said:?}");
            assert!(said.held > 0.0 && said.held <= 1.0, "{threads}: {said:?}");
        }
    }

    #[test]
    fn dearer_lines_make_it_slower_and_batches_make_it_faster() {
        let costs = Costs { cores: 16, ..Costs::default() };
        let far = Costs { line: 20.0 * costs.line, ..costs };
        let [near, dear, batched] =
            [(costs, 1), (far, 1), (far, 64)].map(|(costs, batch)| run(costs, 8, batch, MS, 1).rate);
        assert!(dear < near && dear < batched, "{near} {dear} {batched}");
    }

    #[test]
    fn one_core_is_enough_for_everybody_to_get_on() {
        let costs = Costs { cores: 1, ..Costs::default() };
        let said = run(costs, 8, 1, 10.0 * MS, 1);
        // At the best the queue is filled and emptied between two switches.
        let at_most = costs.capacity as f64 / (2.0 * 0.9 * costs.switch) * 1000.0;
        assert!(said.rate > 0.1 && said.rate < at_most, "{said:?}");
    }
}
