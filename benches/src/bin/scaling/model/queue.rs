//! The queue: two doors, two positions, the slots between, those in line, and what each side has learned from waiting.

use std::collections::VecDeque;
use std::mem::take;

use super::line::{Access, Line, Touch};
use super::thread::{Next, Purpose, Step, Thread};
use super::{Time, time};
use crate::costs::{Costs, law};

/// What happened so far.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counts {
    pub received: u64,
    pub naps: u64,
    pub sleeps: u64,
    /// For how long each door was held.
    pub held: [Time; 2],
}

/// One door with what is behind it, seen from the side that passes it. Door 0 is the back one.
#[derive(Debug, Default)]
struct Door {
    holder: Option<Purpose>,
    since: Time,
    lock: Line,
    /// What the lock guards besides.
    guarded: Line,
    /// How many items have passed here, and the line in which that is published.
    position: u64,
    published: Line,
    /// The other door's position when it was last looked at from here.
    seen: u64,
    passed_last: Option<usize>,
    /// Those of the other side, who wait here.
    waiting: VecDeque<usize>,
    patience: Patience,
}

/// What one side has learned.
#[derive(Debug, Default)]
struct Patience {
    missed: Option<u64>,
    failures: u32,
    until: Time,
    finds: u32,
}

/// Slots of eight bytes that share a line.
const SLOTS: u64 = 8;

#[derive(Debug)]
pub struct Queue {
    costs: Costs,
    batch: u64,
    doors: [Door; 2],
    slots: Vec<Line>,
    counts: Counts,
    called: Vec<usize>,
}

impl Queue {
    pub fn new(costs: Costs, batch: u64) -> Self {
        let lines = costs.capacity.div_ceil(SLOTS) as usize;
        let doors = Default::default();
        Self { costs, batch, doors, slots: vec![Line::default(); lines], counts: Counts::default(), called: Vec::new() }
    }

    /// What happened until `now`, a visit that is under way included.
    pub fn counts(&self, now: Time) -> Counts {
        let mut counts = self.counts;
        counts.received = self.doors[1].position;
        for (held, door) in counts.held.iter_mut().zip(&self.doors) {
            *held += door.holder.map_or(0, |_| now - door.since);
        }
        counts
    }

    /// Those who were called in the last step.
    pub fn called(&mut self) -> Vec<usize> {
        take(&mut self.called)
    }

    /// How many items a side could bring or take if `other` is the other door's position.
    fn possible(&self, side: usize, other: u64) -> u64 {
        let own = self.doors[side].position;
        if side == 0 { self.costs.capacity.saturating_sub(own - other) } else { other - own }
    }

    fn possible_now(&self, side: usize) -> u64 {
        self.possible(side, self.doors[1 - side].position)
    }

    /// The thread `me` has done its step.
    pub fn step(&mut self, now: Time, me: usize, threads: &mut [Thread]) -> Next {
        match threads[me].step {
            Step::Begin => {
                threads[me].approach(Purpose::Pass);
                Next::Work(self.costs.own)
            }
            Step::Try(purpose) => self.try_door(now, &mut threads[me], purpose),
            Step::Inside(purpose, items) => {
                let touch = self.touch(now, threads[me].core);
                threads[me].step = Step::Shut(purpose, items);
                Next::Work(self.doors[door_of(threads[me].side, purpose)].lock.write(touch))
            }
            Step::Shut(Purpose::Enlist, _) => self.enlist(now, me, threads),
            Step::Shut(Purpose::Pass, items) => self.pass(now, me, items, threads),
            Step::Look { until } => self.look(now, until, me, threads),
            Step::Moment { pauses, before } => self.gather(now, pauses, before, &mut threads[me]),
            Step::LookOnce => {
                let some = self.possible_now(threads[me].side) > 0;
                threads[me].approach(if some { Purpose::Pass } else { Purpose::Enlist });
                Next::Work(0.0)
            }
            Step::Called => {
                let is_done = take(&mut threads[me].is_done);
                if is_done {
                    threads[me].step = Step::Begin;
                } else {
                    threads[me].approach(Purpose::Pass);
                }
                Next::Work(0.0)
            }
        }
    }

    /// A core touches something now.
    fn touch(&self, now: Time, core: usize) -> Touch {
        Touch { core, at: now as f64 / 1000.0, transfer: self.costs.line }
    }

    fn try_door(&mut self, now: Time, thread: &mut Thread, purpose: Purpose) -> Next {
        let number = door_of(thread.side, purpose);
        let costs = self.costs;
        let touch = self.touch(now, thread.core);
        let mut took = self.doors[number].lock.write(touch);
        if let Some(other) = self.doors[number].holder {
            thread.looks += 1;
            let looks = if other == purpose { law::LOOKS } else { law::LOOKS_AT_ANOTHER };
            if thread.looks <= looks {
                let pauses = law::FIRST_PAUSES * f64::from(1 << (thread.looks - 1).min(1));
                return Next::Work(took + pauses * costs.pause);
            }
            self.counts.naps += 1;
            let nap = law::NAP_NS * f64::from(1 << thread.tired.min(law::TIRED_AT_MOST));
            thread.tired += 1;
            return Next::Nap(nap + costs.slack);
        }
        self.doors[number].holder = Some(purpose);
        self.doors[number].since = now;
        took += self.doors[number].guarded.write(touch.after(took));
        let mut items = 0;
        if purpose == Purpose::Pass {
            let side = thread.side;
            if self.possible(side, self.doors[side].seen) == 0 {
                took += self.look_across(side, touch.after(took));
            }
            items = self.possible(side, self.doors[side].seen).min(self.batch);
            for item in 0..items {
                took += self.touch_slot(side, self.doors[side].position + item, touch.after(took));
            }
            if items > 0 {
                took += self.doors[side].published.write(touch.after(took));
            }
        } else {
            took += self.doors[0].published.read(touch.after(took));
            took += self.doors[1].published.read(touch.after(took));
        }
        thread.step = Step::Inside(purpose, items);
        let further = items.saturating_sub(1) as f64 * costs.item;
        Next::Work(took + costs.hold + further)
    }

    /// What was last seen of the other door is used up: looks how far it is by now, and asks for what will be needed.
    fn look_across(&mut self, side: usize, touch: Touch) -> f64 {
        if side == 0 {
            self.doors[0].published.ask(Line::write, touch);
        }
        let took = self.doors[1 - side].published.read(touch);
        self.doors[side].seen = self.doors[1 - side].position;
        let much = self.possible(side, self.doors[side].seen);
        if much >= law::MANY {
            let touch = touch.after(took);
            let first = self.doors[side].position;
            for position in (first..first + much).step_by(SLOTS as usize).take(law::LINES) {
                self.slot(position).ask(access_of(side), touch);
            }
        }
        took
    }

    fn slot(&mut self, position: u64) -> &mut Line {
        let slot = position % self.costs.capacity / SLOTS;
        &mut self.slots[slot as usize]
    }

    fn touch_slot(&mut self, side: usize, position: u64, touch: Touch) -> f64 {
        access_of(side)(self.slot(position), touch)
    }

    fn shut(&mut self, now: Time, number: usize) {
        let door = &mut self.doors[number];
        door.holder = None;
        self.counts.held[number] += now - door.since;
    }

    /// The visit at one's own door ends.
    fn pass(&mut self, now: Time, me: usize, items: u64, threads: &mut [Thread]) -> Next {
        let side = threads[me].side;
        let touch = self.touch(now, threads[me].core);
        if items == 0 {
            self.shut(now, side);
            return self.wait(now, me, threads);
        }
        self.doors[side].position += items;
        self.doors[side].passed_last = Some(me);
        let (mut calls, mut took) = (0, 0.0);
        for _ in 0..items {
            let Some(first) = self.doors[side].waiting.pop_front() else { break };
            // Who takes an item brings the first sender's in its stead, if the back door is free.
            if side == 1 && self.doors[0].holder.is_none() && self.possible_now(0) > 0 {
                took += self.doors[0].lock.write(touch.after(took));
                took += self.doors[0].guarded.write(touch.after(took));
                took += self.touch_slot(0, self.doors[0].position, touch.after(took));
                took += self.doors[0].published.write(touch.after(took));
                self.doors[0].position += 1;
                threads[first].is_done = true;
            }
            self.called.push(first);
            calls += 1;
        }
        self.shut(now, side);
        threads[me].woke |= calls > 0;
        threads[me].step = Step::Begin;
        Next::Work(f64::from(calls) * self.costs.call + took)
    }

    /// There was nothing to bring or take: looks again, or goes and stands in line.
    fn wait(&mut self, now: Time, me: usize, threads: &mut [Thread]) -> Next {
        let side = threads[me].side;
        let woke = take(&mut threads[me].woke);
        let other = &self.doors[1 - side];
        let learned = &self.doors[side].patience;
        let is_resting = learned.failures >= law::FAILURES && now < learned.until;
        let partner = other.passed_last.filter(|_| learned.missed != Some(other.position) && !is_resting);
        let Some(partner) = partner else {
            threads[me].approach(Purpose::Enlist);
            return Next::Work(0.0);
        };
        if threads[partner].core == threads[me].core {
            threads[me].step = Step::LookOnce;
            return Next::Yield;
        }
        let pauses = if woke { law::AFTER_WAKING } else { law::THREAD_PAUSES };
        threads[me].step = Step::Look { until: now + time(pauses * self.costs.pause) };
        Next::Work(0.0)
    }

    fn look(&mut self, now: Time, until: Time, me: usize, threads: &mut [Thread]) -> Next {
        let (side, core) = (threads[me].side, threads[me].core);
        let took = self.doors[1 - side].published.read(self.touch(now, core));
        let there = self.possible_now(side);
        let partner = self.doors[1 - side].passed_last;
        let is_here = partner.is_some_and(|partner| threads[partner].core == core);
        let number = self.doors[1 - side].position;
        let learned = &mut self.doors[side].patience;
        if there > 0 {
            learned.failures = 0;
            let is_batch = self.batch >= law::A_BATCH && there >= law::A_BATCH;
            if learned.finds < law::PROBE_EVERY || is_batch {
                learned.finds = (learned.finds + 1).min(law::PROBE_EVERY);
                threads[me].approach(Purpose::Pass);
                return Next::Work(took);
            }
            threads[me].step = Step::Moment { pauses: law::MOMENT, before: 0 };
            return Next::Work(took + f64::from(law::MOMENT) * self.costs.pause);
        }
        if now < until && !is_here {
            return Next::Work(took + self.costs.pause);
        }
        learned.missed = Some(number);
        learned.failures = (learned.failures + 1).min(law::FAILURES);
        if learned.failures == law::FAILURES {
            learned.until = now + time(law::REST_NS);
        }
        threads[me].approach(Purpose::Enlist);
        Next::Work(took)
    }

    /// A moment is over in which much might come: waits on if much has, and there is room for more.
    fn gather(&mut self, now: Time, pauses: u32, before: u64, thread: &mut Thread) -> Next {
        let side = thread.side;
        let touch = self.touch(now, thread.core);
        let took = self.doors[1 - side].published.read(touch);
        let by_now = self.possible_now(side);
        if by_now < law::MUCH {
            self.doors[side].patience.finds = 0;
        }
        if pauses >= law::LONG_MOMENT || by_now < before + law::MUCH || by_now > self.costs.capacity / 4 {
            thread.approach(Purpose::Pass);
            return Next::Work(took);
        }
        thread.step = Step::Moment { pauses: 2 * pauses, before: by_now };
        Next::Work(took + f64::from(2 * pauses) * self.costs.pause)
    }

    /// The visit at the other door ends: in line, unless something has come meanwhile.
    fn enlist(&mut self, now: Time, me: usize, threads: &mut [Thread]) -> Next {
        let side = threads[me].side;
        let some = self.possible_now(side) > 0;
        self.shut(now, 1 - side);
        if some {
            threads[me].approach(Purpose::Pass);
            return Next::Work(0.0);
        }
        self.doors[1 - side].waiting.push_back(me);
        self.counts.sleeps += 1;
        threads[me].step = Step::Called;
        Next::Sleep
    }
}

/// What a side does to the slots.
fn access_of(side: usize) -> Access {
    if side == 0 { Line::write } else { Line::read }
}

fn door_of(side: usize, purpose: Purpose) -> usize {
    if purpose == Purpose::Pass { side } else { 1 - side }
}

#[cfg(test)]
mod tests {
    use super::{Costs, Next, Purpose, Queue, Step, Thread};

    /// Lets one thread do its steps until one of them is not work.
    fn until_it_rests(queue: &mut Queue, threads: &mut [Thread], me: usize) -> Next {
        (1..)
            .map(|now| queue.step(now, me, threads))
            .find(|next| !matches!(next, Next::Work(_)))
            .expect("it goes on for ever")
    }

    #[test]
    fn a_full_queue_makes_senders_sleep_and_a_receiver_fills_in_for_them() {
        let costs = Costs { capacity: 2, ..Costs::default() };
        let mut queue = Queue::new(costs, 1);
        let mut threads = [Thread::new(0, 0), Thread::new(1, 1)];
        assert_eq!(until_it_rests(&mut queue, &mut threads, 0), Next::Sleep);
        assert_eq!((queue.doors[0].position, queue.doors[1].waiting.len()), (2, 1));
        while queue.doors[1].position == 0 {
            queue.step(1000, 1, &mut threads);
        }
        assert_eq!(queue.called(), [0]);
        assert_eq!(queue.doors[0].position, 3, "its item has been brought for it");
        assert!(threads[0].is_done);
    }

    #[test]
    fn who_finds_a_door_shut_looks_twice_before_a_nap() {
        let mut queue = Queue::new(Costs::default(), 1);
        let mut threads = [Thread::new(0, 0), Thread::new(0, 1)];
        while threads[0].step != Step::Inside(Purpose::Pass, 1) {
            queue.step(0, 0, &mut threads);
        }
        assert!(matches!(until_it_rests(&mut queue, &mut threads, 1), Next::Nap(_)));
        assert_eq!((threads[1].looks, queue.counts(0).naps), (3, 1));
    }

    #[test]
    fn a_batch_is_one_visit() {
        let mut queue = Queue::new(Costs::default(), 64);
        let mut threads = [Thread::new(0, 0)];
        while queue.doors[0].position == 0 {
            queue.step(0, 0, &mut threads);
        }
        assert_eq!(queue.doors[0].position, 64);
    }
}
