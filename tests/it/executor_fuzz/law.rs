//! What must hold after every step.

use bifrons::Stats;

use super::slot::{Slot, Wish};
use super::steps::Setup;

/// What is known of the queue when nobody is in it.
pub(super) struct Scene<'s, 'a> {
    pub(super) setup: &'s Setup,
    pub(super) stats: Stats,
    /// The weight of what is in the queue.
    pub(super) load: usize,
    pub(super) slots: &'s [Slot<'a>],
}

impl<'a> Scene<'_, 'a> {
    fn waiting(&self, wish: impl Fn(Wish) -> bool) -> impl Iterator<Item = &Slot<'a>> {
        self.slots.iter().filter(move |slot| slot.waits() && wish(slot.wish))
    }

    fn is_rendezvous(&self) -> bool {
        self.setup.capacity == Some(0)
    }

    /// Whether somebody with that need is let in, when so many others are still to come.
    fn fits(&self, need: usize, others: usize) -> bool {
        let Some(capacity) = self.stats.capacity else { return true };
        let held = self.load + self.stats.reserved + others;
        // Who needs more than there can ever be is let in alone.
        (held == 0 && self.stats.len == 0) || held + need <= capacity
    }

    pub(super) fn is_idle(&self) -> bool {
        self.stats.len == 0 && self.stats.tasks == 0
    }

    pub(super) fn check(&self) {
        self.nobody_is_woken_twice();
        self.events_call_everybody();
        if self.stats.closed {
            let all = self.waiting(|wish| matches!(wish, Wish::Room(_) | Wish::Item));
            assert!(all.into_iter().all(Slot::is_woken), "the queue is closed, and somebody sleeps");
            return;
        }
        self.items_call_receivers();
        if !self.is_rendezvous() {
            self.room_calls_senders();
        }
    }

    fn nobody_is_woken_twice(&self) {
        for slot in self.slots.iter().filter(|slot| slot.waits()) {
            assert!(slot.wakes() <= 1, "one was woken twice without having been polled");
            assert!(!slot.is_old_waker_woken(), "a waker was woken that another has taken the place of");
        }
    }

    /// Whoever waits for an event has been woken if it came about, and only then.
    fn events_call_everybody(&self) {
        for slot in self.waiting(|wish| matches!(wish, Wish::Idle | Wish::Closed)) {
            assert_eq!(slot.is_woken(), slot.has_come_about, "{:?}", slot.wish);
        }
    }

    /// As many receivers have been woken as there are items, or all of them.
    fn items_call_receivers(&self) {
        let offers = if self.is_rendezvous() { self.stats.waiting_senders } else { 0 };
        let items = self.stats.len + offers;
        let (mut all, mut woken) = (0, 0);
        for slot in self.waiting(|wish| wish == Wish::Item) {
            all += 1;
            woken += usize::from(slot.is_woken());
        }
        assert!(woken >= items.min(all), "{items} items, {woken} of {all} receivers woken");
    }

    /// Nobody is left sleeping for whom there is room besides what those need who have been woken.
    fn room_calls_senders(&self) {
        let need = |slot: &Slot<'_>| if let Wish::Room(need) = slot.wish { need } else { 0 };
        let senders = || self.waiting(|wish| matches!(wish, Wish::Room(_)));
        let others: usize = senders().filter(|slot| slot.is_woken()).map(need).sum();
        let mut asleep: Vec<_> = senders().filter(|slot| !slot.is_woken()).collect();
        asleep.sort_by_key(|slot| slot.since);
        // What is left of a batch comes anew, so that only the queue knows its place.
        let first = if asleep.iter().any(|slot| slot.is_many()) { asleep.len() } else { asleep.len().min(1) };
        let fit = asleep.iter().take(first).all(|slot| self.fits(need(slot), others));
        assert!(asleep.is_empty() || !fit, "there is room for the first in line, and {others} for others");
    }
}
