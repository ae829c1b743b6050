//! Moments that can be waited for like items.

use std::fmt;
use std::time::{Duration, Instant};

use crate::engine::{Enlisted, Standing, Ticket, Waiter};
use crate::error::{RecvError, RecvTimeoutError, TryRecvError};
use crate::prim::{Arc, Limit, Lock, now};
use crate::queue::{Aim, Chosen, Operation, Party, Side, choose};

/// Gives a moment when it comes, once or again and again; for [`Select`](crate::Select), the macros
/// [`select!`](crate::select!) and [`select_biased!`](crate::select_biased!), and receives that block.
///
/// Made by [`after`], [`at`] and [`tick`]. As an iterator it blocks for each moment. It has no thread and no queue behind it: whoever
/// waits for it looks at the clock.
/// So there is no face for tasks; they have their runtime's timers. Clones share its moments, each of which goes to one of them.
///
/// With the feature `tokio` a call that has to wait panics where [the runtime could not go on](crate#inside-tokio).
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// let timer = bifrons::after(Duration::from_millis(5));
/// assert!(timer.try_recv().is_err());
/// timer.recv().unwrap();
/// ```
#[derive(Clone)]
pub struct Timer(Arc<Clockwork>);

pub(super) struct Clockwork {
    /// The next moment, if there is one.
    next: Lock<Option<Instant>>,
    period: Option<Duration>,
}

/// A timer that gives one moment, after that time.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// let (_tx, rx) = bifrons::unbounded::<u8>();
/// bifrons::select! {
///     recv(rx) -> item => panic!("nothing was sent, and yet {item:?}"),
///     recv(bifrons::after(Duration::from_millis(5))) -> _ => {}
/// }
/// ```
pub fn after(delay: Duration) -> Timer {
    Timer::new(moment_after(now(), delay), None)
}

/// A timer that gives one moment, that one.
///
/// # Examples
///
/// ```
/// use std::time::{Duration, Instant};
/// let soon = Instant::now() + Duration::from_millis(5);
/// assert_eq!(bifrons::at(soon).recv(), Ok(soon));
/// ```
pub fn at(moment: Instant) -> Timer {
    Timer::new(moment, None)
}

/// A timer that gives a moment after each such time, the first after one.
///
/// Each comes a period after the one before, even if that was taken late. Once a whole period has been missed, moments do not pile
/// up: there is one, and the next comes a period after it is taken.
///
/// With a period of zero there is a moment whenever one asks.
///
/// # Examples
///
/// ```
/// use std::time::{Duration, Instant};
/// let start = Instant::now();
/// let ticks = bifrons::tick(Duration::from_millis(5));
/// ticks.recv().unwrap();
/// ticks.recv().unwrap();
/// assert!(start.elapsed() >= Duration::from_millis(10));
/// ```
pub fn tick(period: Duration) -> Timer {
    Timer::new(moment_after(now(), period), Some(period))
}

/// Where the clock does not reach so far: a moment that nobody will see.
const FAR: Duration = Duration::from_secs(50 * 365 * 24 * 3600);

fn moment_after(now: Instant, delay: Duration) -> Instant {
    now.checked_add(delay).unwrap_or_else(|| now + FAR)
}

impl Timer {
    fn new(first: Instant, period: Option<Duration>) -> Self {
        Self(Arc::new(Clockwork { next: Lock::new(Some(first)), period }))
    }

    pub(super) fn clockwork(&self) -> &Clockwork {
        &self.0
    }

    /// Gives the moment if it has come.
    ///
    /// # Errors
    ///
    /// [`Empty`](TryRecvError::Empty) if it has not.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// assert!(bifrons::after(Duration::ZERO).try_recv().is_ok());
    /// assert!(bifrons::after(Duration::MAX).try_recv().is_err());
    /// ```
    pub fn try_recv(&self) -> Result<Instant, TryRecvError> {
        self.0.strike().ok_or(TryRecvError::Empty)
    }

    /// Blocks the current thread until the moment comes; for ever if none does.
    ///
    /// # Errors
    ///
    /// None: the result has the shape of a receive.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// bifrons::after(Duration::from_millis(1)).recv().unwrap();
    /// ```
    pub fn recv(&self) -> Result<Instant, RecvError> {
        self.wait(Limit::Never).ok_or(RecvError)
    }

    /// Blocks the current thread until the moment comes, but no longer than `timeout`.
    ///
    /// # Errors
    ///
    /// [`Timeout`](RecvTimeoutError::Timeout).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// let timer = bifrons::after(Duration::from_secs(3600));
    /// assert!(timer.recv_timeout(Duration::from_millis(1)).unwrap_err().is_timeout());
    /// ```
    pub fn recv_timeout(&self, timeout: Duration) -> Result<Instant, RecvTimeoutError> {
        self.wait(Limit::After(timeout)).ok_or(RecvTimeoutError::Timeout)
    }

    /// Blocks the current thread until the moment comes, but no longer than until `deadline`.
    ///
    /// # Errors
    ///
    /// [`Timeout`](RecvTimeoutError::Timeout).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::{Duration, Instant};
    /// let timer = bifrons::after(Duration::from_secs(3600));
    /// let soon = Instant::now() + Duration::from_millis(1);
    /// assert!(timer.recv_deadline(soon).unwrap_err().is_timeout());
    /// ```
    pub fn recv_deadline(&self, deadline: Instant) -> Result<Instant, RecvTimeoutError> {
        self.wait(Limit::At(deadline)).ok_or(RecvTimeoutError::Timeout)
    }

    fn wait(&self, limit: Limit) -> Option<Instant> {
        let mut operation = [Operation { index: 0, side: Side::Recv, party: self.clockwork() }];
        match choose(&mut operation, false, Aim::Do, limit)? {
            (_, Chosen::Alarm(moment)) => Some(moment),
            _ => None,
        }
    }
}

/// Blocks for each moment; of a timer that gives one, there is one.
impl Iterator for Timer {
    type Item = Instant;

    fn next(&mut self) -> Option<Instant> {
        loop {
            // A clone may come first, and then there may be no other.
            if let Ok(moment) = self.recv_deadline(self.0.alarm()?) {
                return Some(moment);
            }
        }
    }
}

impl Clockwork {
    /// Gives the moment if it has come, and winds up the next.
    fn strike(&self) -> Option<Instant> {
        let mut next = self.next.lock();
        let now = now();
        let moment = next.filter(|&moment| moment <= now)?;
        // Counted from the moment and not from now, so that delays do not add up; from now if the next has passed as well.
        *next = self.period.map(|period| match moment_after(moment, period) {
            in_time if in_time > now => in_time,
            _ => moment_after(now, period),
        });
        Some(moment)
    }
}

impl Party for Clockwork {
    fn attempt(&self, _: Side, aim: Aim, _: usize, _: Standing) -> Option<Chosen> {
        match aim {
            Aim::Do => self.strike().map(Chosen::Alarm),
            Aim::Know => self.alarm().filter(|&moment| moment <= now()).map(|_| Chosen::Ready),
        }
    }

    /// Nobody is called: whoever waits has looked at [`alarm`](Party::alarm).
    fn enlist(&self, _: Side, _: usize, _: Waiter, _: Standing) -> Option<Enlisted<()>> {
        None
    }

    fn leave(&self, _: Side, _: Ticket) -> bool {
        false
    }

    fn alarm(&self) -> Option<Instant> {
        *self.next.lock()
    }

    fn undo(&self, _: Chosen) {}
}

impl fmt::Debug for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timer").field("next", &self.0.alarm()).field("period", &self.0.period).finish()
    }
}
