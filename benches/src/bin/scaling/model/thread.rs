//! One thread: what it is about, and for how long.

use super::Time;

/// What a thread does once its step is done.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Next {
    /// So many ns on its core.
    Work(f64),
    /// Lets others run, then goes on.
    Yield,
    /// So many ns without a core.
    Nap(f64),
    /// Until it is called.
    Sleep,
}

/// For what a door is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To bring or take items, at one's own door.
    Pass,
    /// To stand in line, at the other one.
    Enlist,
}

/// The step that comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Begin,
    Try(Purpose),
    /// Inside, with so many items to bring or take.
    Inside(Purpose, u64),
    /// The lock's line has been taken away and is back.
    Shut(Purpose, u64),
    Look {
        until: Time,
    },
    /// Waits so many pauses more for much to come, after so much was there before.
    Moment {
        pauses: u32,
        before: u64,
    },
    LookOnce,
    /// Called, either to look again or because all is done.
    Called,
}

#[derive(Debug, Clone, Copy)]
pub struct Thread {
    /// 0 sends, 1 receives.
    pub side: usize,
    pub step: Step,
    pub core: usize,
    /// How long the step still takes, counted from `since`.
    pub left: Time,
    pub since: Time,
    /// How often it has found this door shut, and how often it has napped there.
    pub looks: u32,
    pub tired: u32,
    /// Whether it has called somebody since its last look.
    pub woke: bool,
    /// Whether its item was taken out of its hands while it slept.
    pub is_done: bool,
}

impl Thread {
    pub fn new(side: usize, core: usize) -> Self {
        Self { side, step: Step::Begin, core, left: 0, since: 0, looks: 0, tired: 0, woke: false, is_done: false }
    }

    /// Goes to a door anew.
    pub fn approach(&mut self, purpose: Purpose) {
        (self.looks, self.tired) = (0, 0);
        self.step = Step::Try(purpose);
    }
}
