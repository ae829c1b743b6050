//! How one waits: try, look again for a moment, enlist, and when called try once more.
//!
//! ```text
//!                    ┌──────────── the world moved ───────────┐
//!                    ▼                                        │
//!    ──▶ attempt ─ no ─▶ look again ─ nothing ─▶ enlist ──────┤
//!           │             │    once for each       │          │
//!          done         something                in line      │
//!                         └──▶ attempt             ▼          │
//!                                            wait for a call ─┘ called: attempt first, newcomers later
//! ```
//!
//! A task that learns with its call that nothing is there any more stands in line again at once.
//!
//! [`block`] walks it on a thread, [`poll`] in a task; they differ in how they wait for the call and in nothing else. Whoever has made
//! the first attempt on a thread goes on with [`persist`].

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::task::{Context, Poll, Waker};

use super::aside::step_aside;
use super::coop::Streak;
use super::errand::Errand;
use super::patience;
use crate::engine::{Enlisted, News, Standing, Ticket, Waiter};
use crate::prim::{Arc, Deadline, Limit, Parker, Verdict, Where, may_block, note_polled};

/// How often at most one poll looks on in line. An errand of many items, taken one after the other, goes a few calls deeper with
/// each look, and a long one would use up the stack.
const LOOKS: u32 = 16;

/// How far a task has come with its errand, from one poll to the next.
#[derive(Debug, Default)]
pub(crate) enum Wait {
    /// It has just come, or comes again as if it had: it stands in no line.
    #[default]
    New,
    /// It has let others go first, which it does once, and is otherwise new.
    Aside,
    /// It has been through this and stands in no line: a poll is under way, or has panicked.
    Trying(Standing),
    /// It stands in line.
    InLine(Ticket, Standing),
    /// It has ended.
    Over,
}

/// An errand under way, and what its party has been through.
struct Walk<'s, E> {
    errand: E,
    standing: &'s mut Standing,
    /// The ticket of one to whom others leave something, until it has tried.
    claim: Option<Ticket>,
}

/// The errand of one who may have been called, while code of a user's runs: if that panics, the call goes to others.
struct Debt<'a, E: Errand> {
    errand: &'a mut E,
    claim: Option<Ticket>,
}

impl<E: Errand> Debt<'_, E> {
    /// Nothing has panicked.
    fn settle(self) {
        std::mem::forget(self);
    }
}

impl<E: Errand> Drop for Debt<'_, E> {
    fn drop(&mut self) {
        if let Some(ticket) = self.claim {
            self.errand.end_claim(ticket, false);
        }
        self.errand.pass_on();
    }
}

/// How far a walk has come.
#[derive(Debug, Clone, Copy)]
enum Progress<D> {
    Done(D),
    InLine(Ticket),
}

impl Wait {
    /// Whether it stands in line.
    #[inline]
    pub(crate) fn is_in_line(&self) -> bool {
        matches!(self, Self::InLine(..))
    }

    /// Whether it has ended.
    #[inline]
    pub(crate) fn is_over(&self) -> bool {
        matches!(self, Self::Over)
    }

    /// Stands in line no longer, and tries: what it has been through.
    fn trying(&mut self) -> &mut Standing {
        match *self {
            Self::New | Self::Aside | Self::Over => *self = Self::Trying(Standing::default()),
            Self::InLine(_, standing) => *self = Self::Trying(standing),
            Self::Trying(_) => {}
        }
        let Self::Trying(standing) = self else { unreachable!("made so above") };
        standing
    }
}

impl<E: Errand> Walk<'_, E> {
    /// The ticket is closed, and what came of it is known.
    fn was_called(&mut self, has_progressed: bool) {
        self.standing.note_call();
        self.renew_if(has_progressed);
    }

    /// What is left of an errand comes anew.
    fn renew_if(&mut self, has_progressed: bool) {
        if has_progressed {
            *self.standing = Standing::default();
        }
    }

    /// Tries.
    fn attempt(&mut self) -> Option<E::Done> {
        let before = self.errand.progress();
        let standing = if self.claim.is_some() { self.standing.claiming() } else { *self.standing };
        let debt = Debt { errand: &mut self.errand, claim: self.claim };
        let done = debt.errand.attempt(standing);
        debt.settle();
        let has_progressed = self.errand.progress() != before;
        if let Some(ticket) = self.claim.take() {
            // What is left of it comes anew, and not back.
            self.end_claim(ticket, done.as_ref(), has_progressed);
        }
        self.renew_if(has_progressed);
        done
    }

    /// It has tried, and may be done: others leave nothing more to it.
    #[cold]
    fn end_claim(&mut self, ticket: Ticket, done: Option<&E::Done>, has_progressed: bool) {
        let comes_back = done.is_none() && !has_progressed;
        let ended = catch_unwind(AssertUnwindSafe(|| self.errand.end_claim(ticket, comes_back)));
        if let Err(panic) = ended {
            done.into_iter().for_each(|done| self.errand.undo(done));
            resume_unwind(panic);
        }
    }

    /// Looks, enlists and tries again, an attempt having failed: until it is done or in line.
    fn advance(&mut self, look: impl FnOnce(&E) -> bool, mut waiter: impl FnMut() -> Waiter) -> Progress<E::Done> {
        // Nothing is left to one who looks from outside.
        let mut is_beckoned = !self.standing.is_overdue() && look(&self.errand);
        loop {
            if !is_beckoned {
                let before = self.errand.progress();
                let debt = Debt { errand: &mut self.errand, claim: None };
                let enlisted = debt.errand.enlist(waiter(), *self.standing);
                debt.settle();
                self.renew_if(self.errand.progress() != before);
                match enlisted {
                    Enlisted::InLine((ticket, arrival)) => {
                        self.standing.arrival = Some(arrival);
                        return Progress::InLine(ticket);
                    }
                    Enlisted::Resting((ticket, arrival)) => {
                        *self.standing = Standing { arrival: Some(arrival), calls: self.standing.calls.min(1) };
                        return Progress::InLine(ticket);
                    }
                    Enlisted::Done(done) => return Progress::Done(done),
                    Enlisted::Again => {}
                }
            }
            is_beckoned = false;
            if let Some(done) = self.attempt() {
                return Progress::Done(done);
            }
        }
    }
}

/// Runs an errand on this thread; `None` when its time ran out first.
///
/// It owns the errand, as [`poll`] does: one that is lent would have to lie in memory before it is known whether anybody waits.
#[inline]
pub(crate) fn block<E: Errand>(mut errand: E, limit: Limit) -> Option<E::Done> {
    // The common case needs no parker, no clock and no place in line.
    if let Some(done) = errand.attempt(Standing::default()) {
        return Some(done);
    }
    persist(errand, limit)
}

/// The same, after an attempt that failed.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) fn persist<E: Errand>(mut errand: E, limit: Limit) -> Option<E::Done> {
    if errand.is_done_in_parts() {
        if let Some(done) = get_on(&mut errand) {
            return Some(done);
        }
    }
    let Some(deadline) = limit.begin() else { return errand.attempt_at_last() };
    may_block(|| Parker::with_mine(|parker| block_slowly(errand, deadline, parker)))
}

/// Does what can be done without waiting of an errand that is done in parts.
#[cold]
fn get_on<E: Errand>(errand: &mut E) -> Option<E::Done> {
    loop {
        let before = errand.progress();
        let done = errand.attempt(Standing::default());
        if done.is_some() || errand.progress() == before {
            return done;
        }
    }
}

#[cold]
fn block_slowly<E: Errand>(errand: E, deadline: Deadline, parker: &Arc<Parker>) -> Option<E::Done> {
    let mut walk = Walk { errand, standing: &mut Standing::default(), claim: None };
    let mut was_called = false;
    loop {
        if was_called {
            if let Some(done) = walk.attempt() {
                return Some(done);
            }
        }
        let mut number = 0;
        let look = |errand: &E| patience::look_on_thread(errand, deadline);
        let waiter = || {
            number = parker.begin();
            Waiter::Thread(Arc::clone(parker), number)
        };
        let ticket = match walk.advance(look, waiter) {
            Progress::Done(done) => return Some(done),
            Progress::InLine(ticket) => ticket,
        };
        let Walk { errand, standing, .. } = &mut walk;
        patience::look_in_line(errand, deadline, || parker.is_told(number));
        let before = errand.progress();
        let news = match parker.park(number, deadline) {
            Some(Verdict::Called) => News::Called(None),
            Some(Verdict::Summoned) => errand.fetch(ticket),
            Some(Verdict::Done) => News::Called(errand.done_by_caller()),
            None => {
                // Late. What a caller did meanwhile counts, and so does one last attempt.
                return errand.leave(ticket).or_else(|| errand.attempt(**standing));
            }
        };
        let (done, claim) = match news {
            News::Called(done) => (done, None),
            News::Claimed(done) => (done, Some(ticket)),
            News::Waiting | News::Stranger | News::InVain => unreachable!("it was told, and fetches its ticket"),
        };
        if done.is_some() {
            return done;
        }
        let has_progressed = errand.progress() != before;
        walk.claim = claim;
        walk.was_called(has_progressed);
        was_called = true;
    }
}

/// Runs an errand in a task, as far as it gets and as long as it is the handle's turn; whoever may not go on once it has ended
/// asks [`Wait::is_over`] before.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) fn poll<E: Errand>(mut errand: E, wait: &mut Wait, streak: &Streak, context: &Context<'_>) -> Poll<E::Done> {
    // Asked first, when a future that has just been made is known to be new.
    if !matches!(wait, Wait::New | Wait::Aside) {
        let result = poll_again(errand, wait, context.waker(), LOOKS);
        if result.is_ready() {
            streak.begin();
        }
        return result;
    }
    let Some(so_far) = streak.go_on(context, || errand.other_side()) else { return Poll::Pending };
    // The common case.
    if let Some(done) = errand.attempt(Standing::default()) {
        return Poll::Ready(done);
    }
    let result = advance_task(errand, wait, context.waker(), LOOKS);
    if result.is_pending() {
        streak.pass_over(so_far);
    }
    result
}

/// Goes on after an attempt that failed, with so many `looks` in line.
#[inline(never)]
fn advance_task<E: Errand>(errand: E, wait: &mut Wait, waker: &Waker, looks: u32) -> Poll<E::Done> {
    Where::mark_executor();
    let before = errand.partner();
    if matches!(wait, Wait::New) && step_aside(&errand, before, waker) {
        *wait = Wait::Aside;
        return Poll::Pending;
    }
    let mut walk = Walk { errand, standing: wait.trying(), claim: None };
    let look = |errand: &E| patience::look_in_task(errand, before);
    match walk.advance(look, || Waiter::Task(waker.clone())) {
        Progress::Done(done) => {
            *wait = Wait::New;
            Poll::Ready(done)
        }
        Progress::InLine(ticket) => {
            let Walk { errand, standing, .. } = walk;
            *wait = Wait::InLine(ticket, *standing);
            if looks > 0 && patience::look_in_line_in_task(&errand, before) {
                return poll_again(errand, wait, waker, looks - 1);
            }
            Poll::Pending
        }
    }
}

/// As [`poll`], once it has been polled before.
#[inline(never)]
fn poll_again<E: Errand>(mut errand: E, wait: &mut Wait, waker: &Waker, looks: u32) -> Poll<E::Done> {
    note_polled(waker);
    let &mut Wait::InLine(ticket, _) = wait else { return try_again(errand, None, wait, waker, looks) };
    let before = errand.progress();
    let mut fresh = None;
    let mut news = errand.news(ticket, waker, &mut fresh);
    if matches!(news, News::Stranger) {
        // Cloning a waker runs user code, so that the door was shut for it.
        fresh = Some(Waiter::Task(waker.clone()));
        news = errand.news(ticket, waker, &mut fresh);
    }
    let (done, claim, is_in_vain) = match news {
        News::Waiting | News::Stranger => return Poll::Pending,
        News::Called(done) => (done, None, false),
        News::InVain => (None, None, true),
        News::Claimed(done) => (done, Some(ticket), false),
    };
    let has_progressed = errand.progress() != before;
    let mut walk = Walk { errand, standing: wait.trying(), claim };
    walk.was_called(has_progressed);
    // A waker that is not needed after all goes while nothing has been taken that its panic could take along.
    let debt = Debt { errand: &mut walk.errand, claim };
    drop(fresh);
    debt.settle();
    match done {
        Some(done) => {
            *wait = Wait::New;
            Poll::Ready(done)
        }
        // Nothing was there a moment ago: it goes back to its place without an attempt.
        None if is_in_vain => advance_task(walk.errand, wait, waker, looks),
        None => try_again(walk.errand, claim, wait, waker, looks),
    }
}

/// As [`poll_again`], for one that stands in no line: it has been called, or its last poll panicked.
#[inline]
fn try_again<E: Errand>(errand: E, claim: Option<Ticket>, wait: &mut Wait, waker: &Waker, looks: u32) -> Poll<E::Done> {
    let mut walk = Walk { errand, standing: wait.trying(), claim };
    match walk.attempt() {
        Some(done) => {
            *wait = Wait::New;
            Poll::Ready(done)
        }
        None => advance_task(walk.errand, wait, waker, looks),
    }
}

/// Gives an errand up: leaves the line, passing on a call. What comes back is what it ended with after all.
#[inline]
pub(crate) fn forsake<E: Errand>(errand: &mut E, wait: &mut Wait) -> Option<E::Done> {
    match std::mem::replace(wait, Wait::Over) {
        Wait::InLine(ticket, _) => leave(errand, ticket),
        Wait::New | Wait::Aside | Wait::Trying(_) | Wait::Over => None,
    }
}

#[inline(never)]
fn leave<E: Errand>(errand: &mut E, ticket: Ticket) -> Option<E::Done> {
    errand.leave(ticket)
}
