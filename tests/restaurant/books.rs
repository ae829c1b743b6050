//! The books do not balance by chance.

use std::time::Duration;

use super::program::guest::Bill;
use super::program::menu::Item;
use super::program::order::Plate;
use super::program::tally::Tally;

fn bill(ordered: &[Item], plates: &[(Item, bool)]) -> Bill {
    let plates = plates.iter().map(|&(item, burnt)| Plate { item, waited: Duration::ZERO, burnt });
    Bill { ordered: ordered.to_vec(), plates: plates.collect() }
}

#[test]
fn a_dish_at_the_wrong_table_is_one_lost_and_one_too_many() {
    let bills = [bill(&[Item::Soup], &[(Item::Roast, false)]), bill(&[Item::Roast], &[(Item::Soup, false)])];
    assert_eq!(Tally::of(&bills), Tally { ordered: 2, lost: 2, surplus: 2, ..Tally::default() });
}

#[test]
fn a_dish_that_comes_twice_does_not_make_up_for_one_that_does_not_come() {
    let bills = [bill(&[Item::Soup, Item::Wine], &[(Item::Soup, false), (Item::Soup, false)])];
    let tally = Tally::of(&bills);
    assert_eq!(tally, Tally { ordered: 2, served: 1, lost: 1, surplus: 1, ..Tally::default() });
    assert!(!tally.balances());
}

#[test]
fn a_burnt_cake_is_served_but_not_paid_for() {
    let bills =
        [bill(&[Item::Cake, Item::Cake, Item::Soup], &[(Item::Cake, true), (Item::Soup, false), (Item::Cake, false)])];
    let tally = Tally::of(&bills);
    assert_eq!(tally, Tally { ordered: 3, served: 2, burnt: 1, ..Tally::default() });
    assert!(tally.balances());
    assert_eq!(bills[0].total(), Item::Cake.price() + Item::Soup.price());
}
