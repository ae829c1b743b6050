//! How long one looks again before it sleeps.
//!
//! Putting a thread to sleep and waking it on another CPU costs some 40 µs on common cloud machines, a thousand sends.
//! So it pays to look on for about as long, *if the one I wait for can run while I look*:
//!
//! - it passed last on my own thread (a task of the same executor): it can not, so sleep at once, or step aside (see
//!   [`Aside`]);
//! - it was last seen on my own CPU: it can not, so let it run by one `sched_yield`, look once, then sleep, whoever sends
//!   all that from its place in line, where its item may be taken along, and a thread that receives from there too where it may
//!   be given one; but not for ever, since only sleepers are moved to a CPU that has become idle; and not for a while where
//!   strangers often take the CPU instead, for a whole time slice;
//! - we are both tasks: an executor brings two tasks that wake each other together on one thread, where they need no wake-up
//!   at all, but only if they do wake each other; so sleep, unless that has not come about for a while;
//! - else it runs elsewhere: look on, with pauses only.
//!
//! Looks that fail are rationed, yields in which nobody passed among them. A partner that has not passed since the last failed
//! look gets no other, and after several failures in a row there is one look in some hundreds of microseconds: a stream that is
//! slower than any look costs little more than its wake-ups, and one that has become fast is found out within a millisecond.

use std::ptr;
use std::time::Duration;

use super::aside::Aside;
use super::errand::Errand;
use crate::engine::Passage;
use crate::prim::{
    Deadline, Hint, MODEL, Where, has_several_cpus, has_woken, microseconds, pause, pauses_in, yield_slice,
};

/// How long a thread looks, in nanoseconds: somewhat less than a wake-up costs.
const THREAD_LOOK: u32 = 25_000;

/// How long a thread looks that has just woken somebody: enough for the wake-up and an answer. Without this, two that once both
/// slept would go on so: each look would end just before the other had woken.
const THREAD_LOOK_AFTER_WAKING: u32 = 60_000;

/// How long a task looks: it holds its executor's thread meanwhile.
const TASK_LOOK: u32 = 7_500;

/// How many pauses go by between two looks at the partner's CPU.
const STRIDE: u32 = 16;

/// A wait no longer than this is slept through: a look must not outlast it.
const SHORT: Duration = Duration::from_micros(100);

/// After how many failures in a row looks rest, and for how many microseconds.
const FAILURES: u32 = 8;
const REST: u32 = 400;

/// A yield that took so many microseconds, in which next to nobody passed, went to a stranger: whoever is waited for hands the
/// CPU back within a few.
const STRANGERS_SLICE: u32 = 300;

/// How many microseconds it takes to sleep and be woken on one CPU, about: what a yield may cost on an average.
const WAKE: u32 = 10;

/// For how many microseconds nobody yields where it costs more. A stranger's slice is some 4 ms.
const STRANGERS_REST: u32 = 250_000;

/// How many looks that found something go by between two that wait a moment more, to see whether much is coming.
const PROBE_EVERY: u32 = 16;

/// How long such a moment is, in nanoseconds: a fast partner brings dozens of items in it.
const MOMENT: u32 = 600;

/// As long as much is coming and there is room for more, the moment is doubled, up to this.
const LONG_MOMENT: u32 = 4 * MOMENT;

/// How much must have come in a moment to wait for it the next time too.
const MUCH: usize = 4;

/// Whoever takes so much at a time and finds it need not let more gather: it came as a batch.
const A_BATCH: usize = 32;

/// How often in a row two on one CPU let each other run before one of them sleeps. Schedulers leave two that only yield
/// where they are, with the next CPU idle; whom they wake they put where there is room.
const PACKED: u32 = 32;

/// The same where sleeping has not helped: each time twice as often, up to this.
const MOST_PACKED: u32 = 32 * PACKED;

/// After how many waits in a row two tasks that met on different threads are taken to belong to different executors.
const APART: u32 = 1000;

/// After how many further waits they get another chance to come together.
const ANOTHER_CHANCE: u32 = 128;

/// What the parties of one half have learned from waiting. Hints, all of it.
#[derive(Debug, Default)]
pub(crate) struct Patience {
    /// After which passage a look last failed, and how many failed in a row.
    missed: Hint,
    failures: Hint,
    /// Until when looks rest, in microseconds.
    until: Hint,
    /// How many looks found something since one waited a moment more.
    finds: Hint,
    /// How often the partner was found on one's own CPU since that last led to a sleep, and after how often it will: 0 for
    /// [`PACKED`].
    yields: Hint,
    packed: Hint,
    /// How many yields came back at once since one last went to a stranger, and until when nobody yields, in microseconds: 0
    /// for no such moment.
    kept: Hint,
    strangers: Hint,
    /// How often in a row a task found that another task had passed on another thread.
    apart: Hint,
    /// What was learned from stepping aside.
    pub(super) aside: Aside,
}

impl Patience {
    fn is_resting(&self) -> bool {
        self.failures.get() >= FAILURES && is_to_come(self.until.get(), REST)
    }

    /// Whether somebody comes here, and has passed since a look for him last failed.
    #[inline]
    fn is_awaited(&self, passage: Passage) -> bool {
        passage.who != Where::NOWHERE && passage.number != self.missed.get()
    }

    fn failed(&self, passage: Passage) {
        let failures = (self.failures.get() + 1).min(FAILURES);
        self.missed.set(passage.number);
        self.failures.set(failures);
        if failures == FAILURES {
            self.until.set(microseconds().wrapping_add(REST));
        }
    }

    fn succeeded(&self) {
        self.failures.update(0);
    }

    /// Something is there. Where much is coming, a moment's wait lets it gather: whoever takes each item as it comes takes
    /// the published position away from the one who brings the next, and both get along at the pace of their cache lines.
    fn found<E: Errand>(&self, errand: &E) {
        self.succeeded();
        let finds = self.finds.get();
        if finds < PROBE_EVERY {
            self.finds.set(finds + 1);
            return;
        }
        // Where little has room, little gathers.
        if errand.most() <= 4 * MUCH {
            return;
        }
        if errand.appetite() >= A_BATCH && errand.backlog() >= A_BATCH {
            return;
        }
        let (mut moment, mut there) = (MOMENT, 0);
        loop {
            (0..pauses_in(moment)).for_each(|_| pause());
            let by_now = errand.backlog();
            if by_now < MUCH {
                self.finds.set(0);
            }
            if moment >= LONG_MOMENT || by_now < there + MUCH || by_now > errand.most() / 4 {
                return;
            }
            (moment, there) = (moment * 2, by_now);
        }
    }

    /// The partner is on my own CPU: whether to let it run, and not to sleep.
    fn should_yield(&self) -> bool {
        if self.is_among_strangers() {
            return false;
        }
        let (yields, limit) = (self.yields.get(), self.packed.get().max(PACKED));
        let should_yield = yields < limit;
        if should_yield {
            self.yields.set(yields + 1);
        } else {
            self.yields.set(0);
            self.packed.set((limit * 2).min(MOST_PACKED));
        }
        should_yield
    }

    /// Gives the CPU away, in the hope that the partner gets it, whose passages are counted, or somebody else who brings him on.
    fn yield_to(&self, partner: Passage, passages: impl Fn() -> u32) {
        let (before, number) = (microseconds(), passages());
        yield_slice();
        let (after, passed) = (microseconds(), passages().wrapping_sub(number));
        let (took, kept) = (after.wrapping_sub(before), self.kept.get());
        if passed > 0 {
            self.succeeded();
        } else if took < STRANGERS_SLICE {
            // Nobody else was in the way: the partner sleeps.
            self.failed(partner);
        }
        if took < STRANGERS_SLICE || passed >= took / WAKE {
            self.kept.set(kept.saturating_add(1));
            return;
        }
        self.kept.set(0);
        if kept < took / WAKE {
            self.strangers.set(after.wrapping_add(STRANGERS_REST).max(1));
        }
    }

    /// Whether yields have lately gone to strangers too often.
    fn is_among_strangers(&self) -> bool {
        let until = self.strangers.get();
        if until == 0 {
            return false;
        }
        let is_so = is_to_come(until, STRANGERS_REST);
        if !is_so {
            self.strangers.set(0);
        }
        is_so
    }

    /// The partner is elsewhere.
    fn is_apart(&self) {
        if self.packed.get() != 0 {
            self.packed.set(0);
            self.yields.set(0);
        }
    }

    /// Whether two tasks should be left to come together.
    fn should_come_together(&self) -> bool {
        let apart = self.apart.get();
        let another_chance = apart >= APART + ANOTHER_CHANCE;
        self.apart.set(if another_chance { APART } else { apart + 1 });
        apart < APART || another_chance
    }
}

/// Whether a moment lies ahead that was `span` microseconds ahead when it was noted. The clock goes round, and later this moment
/// seems to lie ahead once more, but further.
fn is_to_come(moment: u32, span: u32) -> bool {
    (1..=span).contains(&moment.wrapping_sub(microseconds()))
}

/// Looks again on a thread before it enlists; whether an attempt may pay.
pub(super) fn look_on_thread<E: Errand>(errand: &E, deadline: Deadline) -> bool {
    // An offer must be in line to be found: it is looked after there.
    !errand.is_done_in_line()
        && has_time(deadline)
        && look(errand, errand.partner(), Budget::Thread, Place::Outside, || errand.is_beckoned())
}

/// Looks on after a thread has enlisted, for errands that are done in line; those that may be, or may be given something there, let
/// a partner on their own CPU run.
pub(super) fn look_in_line<E: Errand>(errand: &E, deadline: Deadline, was_called: impl Fn() -> bool) {
    if may_end_in_line(errand, Budget::Thread) && has_time(deadline) {
        look(errand, errand.partner(), Budget::Thread, Place::InLine, was_called);
    }
}

/// Looks on inside a poll after a task has enlisted, for errands that are done in line; those that may be let a thread on their
/// own CPU run. Whether somebody has passed `since`.
pub(super) fn look_in_line_in_task<E: Errand>(errand: &E, since: Passage) -> bool {
    // What is known of threads outlasts the executions of a model: they must not differ by it.
    if MODEL {
        return false;
    }
    // Whether another task is to be let run is for the executor to say.
    let is_worth_it = errand.is_done_in_line() || (!since.who.is_executor() && errand.may_be_done_in_line());
    is_worth_it
        && look(errand, errand.partner(), Budget::Task, Place::InLine, || errand.partner().number != since.number)
}

/// Looks again inside a poll, the `partner` having been seen; whether an attempt may pay.
pub(super) fn look_in_task<E: Errand>(errand: &E, partner: Passage) -> bool {
    !errand.is_done_in_line() && look(errand, partner, Budget::Task, Place::Outside, || errand.is_beckoned())
}

/// Looks out on a thread for several who may come; whether one of them `is_there`.
///
/// `awaited` are those who may come, with what was learned of each. It pays to look if one of them can run meanwhile and has
/// passed since a look for him failed. What is not worth going in for while one looks may be there at last.
#[allow(single_use_lifetimes, reason = "an `impl Trait` asks for a name")]
pub(super) fn look_for_any<'p>(
    awaited: impl Iterator<Item = (Passage, &'p Patience)> + Clone,
    deadline: Deadline,
    is_there: impl Fn() -> bool,
    is_there_at_last: impl Fn() -> bool,
) -> bool {
    let me = Where::here();
    let is_hopeful =
        |(partner, learned): &(Passage, &Patience)| !partner.who.is_thread_of(me) && learned.is_awaited(*partner);
    if MODEL || !awaited.clone().any(|one| is_hopeful(&one)) || !has_time(deadline) {
        return false;
    }
    let (woke, my_cpu) = (has_woken(), me.note_cpu());
    let is_worth_it = |one: &(Passage, &Patience)| is_hopeful(one) && !one.1.is_resting() && !is_on(one.0.who, my_cpu);
    if !awaited.clone().any(|one| is_worth_it(&one)) {
        return is_there() || (let_one_run(awaited.filter(is_hopeful)) && is_there());
    }
    // To look at eight takes about as long as a pause.
    let looks = pauses_in(thread_look(woke)) / (1 + awaited.clone().count() as u32 / 8);
    for _ in 0..looks {
        if is_there() {
            awaited.for_each(|(_, learned)| learned.succeeded());
            return true;
        }
        pause();
    }
    if is_there_at_last() {
        return true;
    }
    awaited.filter(is_worth_it).for_each(|(partner, learned)| learned.failed(partner));
    false
}

/// Lets one of those run who are on this CPU, if that promises to pay.
#[allow(single_use_lifetimes, reason = "an `impl Trait` asks for a name")]
fn let_one_run<'p>(near: impl Iterator<Item = (Passage, &'p Patience)> + Clone) -> bool {
    let Some((partner, learned)) = near.clone().find(|(_, learned)| !learned.is_resting()) else { return false };
    let should_yield = learned.should_yield();
    if should_yield {
        let same = near.filter(|(_, other)| ptr::eq(*other, learned));
        learned.yield_to(partner, || same.clone().next().map_or(0, |(partner, _)| partner.number));
    }
    should_yield
}

#[inline]
fn has_time(deadline: Deadline) -> bool {
    deadline.remaining().is_none_or(|left| left > SHORT)
}

/// On whose account a look goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Budget {
    Thread,
    Task,
}

/// From where one looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Outside,
    InLine,
}

#[inline]
fn look<E: Errand>(errand: &E, partner: Passage, budget: Budget, place: Place, is_there: impl Fn() -> bool) -> bool {
    if MODEL {
        return false;
    }
    let me = Where::here();
    let learned = errand.patience();
    if !learned.is_awaited(partner) {
        return false;
    }
    if partner.who.is_thread_of(me) {
        learned.apart.update(0);
        return false;
    }
    if budget == Budget::Task && partner.who.is_executor() && learned.should_come_together() {
        return false;
    }
    look_on(errand, partner, budget, place, is_there)
}

/// Looks, since the partner may be elsewhere.
#[inline(never)]
fn look_on<E: Errand>(errand: &E, partner: Passage, budget: Budget, place: Place, is_there: impl Fn() -> bool) -> bool {
    let woke = has_woken();
    let learned = errand.patience();
    let my_cpu = Where::here().note_cpu();
    if learned.is_resting() {
        return false;
    }
    if is_on(partner.who, my_cpu) {
        // In line its item may be taken along, or it be given one, so that two pass for each time that the two let each other run.
        let does_better_in_line = place == Place::Outside && may_end_in_line(errand, budget);
        if does_better_in_line {
            return false;
        }
        // Whom I woke on my way here may have run at once, and done it by now.
        if is_there() {
            return true;
        }
        if !learned.should_yield() {
            return false;
        }
        learned.yield_to(partner, || errand.partner().number);
        return is_there();
    }
    if place == Place::InLine && !errand.is_done_in_line() {
        return false;
    }
    learned.is_apart();
    let time = match budget {
        Budget::Thread => thread_look(woke),
        Budget::Task => TASK_LOOK,
    };
    for _ in 0..pauses_in(time) / STRIDE {
        for _ in 0..STRIDE {
            if is_there() {
                learned.found(errand);
                return true;
            }
            pause();
        }
        if is_on(errand.partner().who, my_cpu) {
            break;
        }
    }
    if errand.backlog() > 0 {
        return true;
    }
    learned.failed(partner);
    false
}

/// Whether somebody may end it while it stands in line.
#[inline]
fn may_end_in_line<E: Errand>(errand: &E, budget: Budget) -> bool {
    errand.may_be_done_in_line() || (budget == Budget::Thread && errand.is_given_in_line())
}

/// How long a thread looks.
fn thread_look(woke: bool) -> u32 {
    if woke { THREAD_LOOK_AFTER_WAKING } else { THREAD_LOOK }
}

/// Whether somebody was last seen on that CPU, on which I am. One whose CPU is not known is given the benefit of the doubt: it is
/// noted soon.
fn is_on(who: Where, my_cpu: Option<u32>) -> bool {
    my_cpu.map_or_else(|| !has_several_cpus(), |mine| who.cpu() == Some(mine))
}
