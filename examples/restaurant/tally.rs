//! The books: what was ordered against what was served.

use std::fmt::{self, Display, Formatter};
use std::ops::AddAssign;

use super::guest::Bill;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) ordered: usize,
    /// As it should be.
    pub(crate) served: usize,
    pub(crate) burnt: usize,
    /// Ordered, but never on the table.
    pub(crate) lost: usize,
    /// On the table, but not ordered.
    pub(crate) surplus: usize,
}

impl Tally {
    /// Compares each guest's order with what was on that guest's table, item by item.
    pub(crate) fn of(bills: &[Bill]) -> Tally {
        let mut tally = Tally::default();
        for bill in bills {
            let mut awaited = bill.ordered.clone();
            for plate in &bill.plates {
                let Some(place) = awaited.iter().position(|&item| item == plate.item) else {
                    tally.surplus += 1;
                    continue;
                };
                awaited.swap_remove(place);
                *(if plate.burnt { &mut tally.burnt } else { &mut tally.served }) += 1;
            }
            tally.ordered += bill.ordered.len();
            tally.lost += awaited.len();
        }
        tally
    }

    pub(crate) fn balances(&self) -> bool {
        self.lost == 0 && self.surplus == 0
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        self.ordered += other.ordered;
        self.served += other.served;
        self.burnt += other.burnt;
        self.lost += other.lost;
        self.surplus += other.surplus;
    }
}

impl Display for Tally {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Tally { ordered, served, burnt, lost, surplus } = self;
        write!(f, "ordered={ordered} served={served} burnt={burnt} lost={lost} surplus={surplus}")
    }
}
