//! Who runs on which core: each has a queue of its own, whose time is given out in slices.

use std::collections::VecDeque;

use super::Time;

#[derive(Debug, Default)]
struct Core {
    running: Option<usize>,
    waiting: VecDeque<usize>,
    /// How many have been called and are on their way here.
    coming: usize,
    slice_end: Time,
    /// Who ran last: going on costs nothing.
    last: Option<usize>,
    /// Every plan for this core has a number; only the newest counts.
    turn: u64,
}

#[derive(Debug)]
pub struct Cores {
    list: Vec<Core>,
}

impl Cores {
    pub fn new(count: usize) -> Self {
        Self { list: (0..count).map(|_| Core::default()).collect() }
    }

    /// Whether nobody runs here, or is about to.
    pub fn is_idle(&self, core: usize) -> bool {
        self.list[core].running.is_none() && self.list[core].coming == 0
    }

    /// Where one goes that ran on `home` before: there if it is idle, else to any that is idle, else to the shortest queue.
    pub fn place(&self, home: usize) -> usize {
        if self.is_idle(home) {
            return home;
        }
        if let Some(idle) = (0..self.list.len()).find(|core| self.is_idle(*core)) {
            return idle;
        }
        let crowd = |core: usize| self.list[core].waiting.len() + self.list[core].coming;
        (0..self.list.len()).min_by_key(|core| (crowd(*core), *core != home)).unwrap_or(home)
    }

    /// Somebody will come to this core.
    pub fn reserve(&mut self, core: usize) {
        self.list[core].coming += 1;
    }

    pub fn arrive(&mut self, core: usize, thread: usize, was_expected: bool) {
        let core = &mut self.list[core];
        if was_expected {
            core.coming -= 1;
        }
        core.waiting.push_back(thread);
    }

    /// Whether the one that runs here has a slice that matters only now: the first other one has come.
    pub fn is_slicing(&self, core: usize) -> bool {
        self.list[core].running.is_some() && self.list[core].waiting.len() == 1
    }

    pub fn slice_is_over(&self, core: usize, now: Time) -> bool {
        now >= self.list[core].slice_end && !self.list[core].waiting.is_empty()
    }

    /// The one that runs here goes behind all others.
    pub fn preempt(&mut self, core: usize) {
        let core = &mut self.list[core];
        core.waiting.extend(core.running.take());
    }

    /// The one that runs here goes to sleep.
    pub fn leave(&mut self, core: usize) {
        self.list[core].running = None;
    }

    /// Lets the next one run: who it is, besides whether that is another one than before.
    pub fn next(&mut self, core: usize, now: Time, slice: Time) -> Option<(usize, bool)> {
        let core = &mut self.list[core];
        let next = core.waiting.pop_front()?;
        core.running = Some(next);
        core.slice_end = now + slice;
        let is_other = core.last.replace(next) != Some(next);
        Some((next, is_other))
    }

    /// Who runs here, the number of the plan that is made now, and when the slice ends, if others wait for that.
    pub fn plan(&mut self, core: usize) -> Option<(usize, u64, Option<Time>)> {
        let core = &mut self.list[core];
        let running = core.running?;
        core.turn += 1;
        Some((running, core.turn, (!core.waiting.is_empty()).then_some(core.slice_end)))
    }

    /// Who runs here, if the plan of this number is the newest.
    pub fn due(&self, core: usize, turn: u64) -> Option<usize> {
        let core = &self.list[core];
        core.running.filter(|_| core.turn == turn)
    }
}

#[cfg(test)]
mod tests {
    use super::Cores;

    #[test]
    fn one_goes_home_or_where_it_is_idle() {
        let mut cores = Cores::new(3);
        assert_eq!(cores.place(1), 1);
        cores.arrive(1, 7, false);
        cores.next(1, 0, 10);
        assert_eq!(cores.place(1), 0);
        cores.reserve(0);
        assert_eq!(cores.place(1), 2, "one that is expected makes a core busy");
        cores.reserve(2);
        assert_eq!(cores.place(1), 1, "the shortest queue");
    }

    #[test]
    fn a_slice_matters_when_others_wait() {
        let mut cores = Cores::new(1);
        cores.arrive(0, 4, false);
        assert_eq!(cores.next(0, 100, 50), Some((4, true)));
        assert!(!cores.slice_is_over(0, 1000));
        let (_, old, slice) = cores.plan(0).unwrap();
        assert_eq!(slice, None);
        cores.arrive(0, 5, false);
        assert!(cores.is_slicing(0) && cores.slice_is_over(0, 150) && !cores.slice_is_over(0, 149));
        let (_, new, slice) = cores.plan(0).unwrap();
        assert_eq!((slice, cores.due(0, old), cores.due(0, new)), (Some(150), None, Some(4)));
        cores.preempt(0);
        assert_eq!(cores.next(0, 150, 50), Some((5, true)));
        cores.leave(0);
        assert_eq!(cores.next(0, 200, 50), Some((4, true)));
    }
}
