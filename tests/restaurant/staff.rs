//! `--staff`: one evening for each size.

use super::run::{Run, orders};

#[test]
fn each_size_has_its_row_and_its_evening() {
    let run = Run::new(["--staff", "3", "--guests", "12"]);
    run.assert_balanced(3 * orders(12).len());
    let rows: Vec<Vec<&str>> = run.out.lines().skip(1).map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows.len(), 3 + 1, "a row for each and the last line: {run:#?}");
    for (row, size) in rows.iter().zip(1..=3) {
        let [of_each, seconds, per_second, ..] = row[..] else { panic!("too short a row in {run:#?}") };
        assert_eq!(of_each.parse(), Ok(size), "{run:#?}");
        // What is printed is measured: the two figures agree with what was ordered, as far as they are rounded.
        let [seconds, per_second] = [seconds, per_second].map(|figure| figure.parse::<f64>().expect("a figure"));
        let dishes = orders(12).len() as f64;
        let rounding = 0.001 * per_second + 0.1 * seconds;
        assert!((seconds * per_second - dishes).abs() <= rounding, "{run:#?}");
    }
}
