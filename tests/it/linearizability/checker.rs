//! The search for an order of a history's deeds that a specification allows.
//!
//! After Wing and Gong, with the memory that Lowe added: a set of deeds done that has led to a state is not looked at twice.

use std::collections::HashSet;
use std::hash::Hash;

use super::deeds::Entry;

/// A sequential machine.
pub(super) trait Machine {
    type State: Clone + Eq + Hash;

    fn initial(&self) -> Self::State;
    /// The states in which such a deed, answered like that, may leave the machine: none if it cannot be.
    fn after(&self, state: &Self::State, entry: &Entry) -> Vec<Self::State>;
}

/// An order in which all that happened could have happened: the deeds' places in the history.
pub(super) fn explain<M: Machine>(machine: &M, history: &[Entry]) -> Option<Vec<usize>> {
    assert!(history.len() <= 64, "a history has at most as many deeds as a word has bits");
    let mut search = Search { machine, history, seen: HashSet::new(), order: Vec::new() };
    search.go_on(0, machine.initial()).then_some(search.order)
}

struct Search<'a, M: Machine> {
    machine: &'a M,
    history: &'a [Entry],
    seen: HashSet<(u64, M::State)>,
    order: Vec<usize>,
}

impl<M: Machine> Search<'_, M> {
    fn go_on(&mut self, done: u64, state: M::State) -> bool {
        let is_done = |nth: usize| done & (1 << nth) != 0;
        let left = || (0..self.history.len()).filter(|&nth| !is_done(nth));
        // Nothing that began after another had ended may come before it.
        let Some(first_end) = left().map(|nth| self.history[nth].ended).min() else { return true };
        let next: Vec<_> = left()
            .filter(|&nth| self.history[nth].begun < first_end)
            .filter(|&nth| !self.history[nth].continues || is_done(nth - 1))
            .collect();
        if !self.seen.insert((done, state.clone())) {
            return false;
        }
        for nth in next {
            for state in self.machine.after(&state, &self.history[nth]) {
                self.order.push(nth);
                if self.go_on(done | 1 << nth, state) {
                    return true;
                }
                self.order.pop();
            }
        }
        false
    }
}

mod tests {
    use super::super::deeds::{Deed, Entry, Received, Sent};
    use super::{Machine, explain};

    /// One word that is written by sends and read by receives.
    struct Register;

    impl Machine for Register {
        type State = u8;

        fn initial(&self) -> u8 {
            0
        }

        fn after(&self, state: &u8, entry: &Entry) -> Vec<u8> {
            match entry.deed {
                Deed::Send((word, _), Sent::Ok) => vec![word],
                Deed::Recv(Received::Item((word, _))) if word == *state => vec![*state],
                _ => Vec::new(),
            }
        }
    }

    fn write(word: u8, begun: usize, ended: usize) -> Entry {
        Entry { party: 0, deed: Deed::Send((word, 0), Sent::Ok), begun, ended, continues: false }
    }

    fn read(word: u8, begun: usize, ended: usize) -> Entry {
        Entry { party: 1, deed: Deed::Recv(Received::Item((word, 0))), begun, ended, continues: false }
    }

    #[test]
    fn an_order_is_found() {
        assert_eq!(explain(&Register, &[]), Some(vec![]));
        assert_eq!(explain(&Register, &[write(1, 0, 9), read(0, 1, 2), read(1, 3, 4)]), Some(vec![1, 0, 2]));
        assert_eq!(explain(&Register, &[read(2, 0, 9), write(1, 1, 8), write(2, 2, 7)]), Some(vec![1, 2, 0]));
    }

    #[test]
    fn what_was_over_is_not_undone() {
        // Both reads are after the write, or the first of them saw the future.
        assert_eq!(explain(&Register, &[write(1, 0, 1), read(0, 2, 3)]), None);
        assert_eq!(explain(&Register, &[write(1, 0, 9), read(1, 1, 2), read(0, 3, 4)]), None);
        assert_eq!(explain(&Register, &[read(1, 0, 1), write(1, 2, 3)]), None);
    }

    #[test]
    fn a_part_comes_after_what_it_continues() {
        let mut second = write(1, 0, 9);
        second.continues = true;
        // Of one call that writes 2 and then 1, nobody sees the 1 first.
        let first = write(2, 0, 9);
        assert!(explain(&Register, &[first.clone(), second.clone(), read(2, 1, 2), read(1, 3, 4)]).is_some());
        assert!(explain(&Register, &[first, second, read(1, 1, 2), read(2, 3, 4)]).is_none());
    }

    #[test]
    fn many_at_once_are_no_trouble() {
        // Without the memory these are as many orders as there are ways to sort twelve.
        let mut history: Vec<_> = (0..12).map(|nth| write(1, nth, 100 + nth)).collect();
        history.push(read(2, 50, 60));
        assert_eq!(explain(&Register, &history), None);
    }
}
