//! What there is, what it costs, how long it takes.

use std::hint::black_box;
use std::thread;
use std::time::Duration;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    Soup,
    Roast,
    /// For children, who do not like to wait.
    Pancake,
    Wine,
    Cake,
}

/// Where an item comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Station {
    Stove,
    Cellar,
    Oven,
}

impl Item {
    pub(crate) const ALL: [Item; 5] = [Item::Soup, Item::Roast, Item::Pancake, Item::Wine, Item::Cake];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Item::Soup => "soup",
            Item::Roast => "roast",
            Item::Pancake => "pancake",
            Item::Wine => "wine",
            Item::Cake => "cake",
        }
    }

    pub(crate) fn station(self) -> Station {
        match self {
            Item::Soup | Item::Roast | Item::Pancake => Station::Stove,
            Item::Wine => Station::Cellar,
            Item::Cake => Station::Oven,
        }
    }

    pub(crate) fn price(self) -> u64 {
        match self {
            Item::Soup => 6,
            Item::Roast => 18,
            Item::Pancake => 5,
            Item::Wine => 7,
            Item::Cake => 4,
        }
    }

    /// Greater comes first at the stove.
    pub(crate) fn urgency(self) -> u8 {
        match self {
            Item::Pancake => 2,
            Item::Soup => 1,
            Item::Roast | Item::Wine | Item::Cake => 0,
        }
    }

    /// Makes one, which blocks whoever does it: first chopping, which keeps a CPU busy, then standing by until it is ready.
    pub(crate) fn make(self, slow: u32) {
        let (pieces, millis) = match self {
            Item::Soup => (200_000, 10),
            Item::Roast => (400_000, 40),
            Item::Pancake => (0, 5),
            Item::Wine => (0, 8),
            Item::Cake => unreachable!("the oven does that, and nobody stands by"),
        };
        black_box((0..pieces).fold(1_u64, |board, piece| board.rotate_left(5) ^ black_box(piece)));
        thread::sleep(slow * Duration::from_millis(millis));
    }
}

/// What a guest orders; the first is number 1.
pub(crate) fn wishes(guest: usize) -> impl Iterator<Item = Item> {
    let child = (guest % 3 == 0).then_some(Item::Pancake);
    let dessert = (guest % 2 == 0).then_some(Item::Cake);
    [Item::Soup, Item::Roast, Item::Wine].into_iter().chain(child).chain(dessert)
}
