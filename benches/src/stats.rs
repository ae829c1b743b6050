//! Several values as one.

/// The middle of some values, with the ends.
#[derive(Clone, Copy)]
pub struct Spread {
    pub median: f64,
    pub min: f64,
    pub max: f64,
}

impl Spread {
    /// `None` without values, or where one is not a number.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<f64> = values.into_iter().collect();
        if values.iter().any(|value| value.is_nan()) {
            return None;
        }
        values.sort_unstable_by(f64::total_cmp);
        let (min, max) = (*values.first()?, *values.last()?);
        let half = values.len() / 2;
        let median = if values.len() % 2 == 1 { values[half] } else { f64::midpoint(values[half - 1], values[half]) };
        Some(Self { median, min, max })
    }
}

/// The geometric mean of some ratios; `None` without any, or where one is not above 0.
pub fn geometric_mean(ratios: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (mut count, mut logarithms) = (0_u32, 0.0);
    for ratio in ratios {
        if ratio.is_nan() || ratio <= 0.0 {
            return None;
        }
        count += 1;
        logarithms += ratio.ln();
    }
    (count > 0).then(|| (logarithms / f64::from(count)).exp())
}

/// Three digits that matter, as a person would write them.
pub fn three_digits(value: f64) -> String {
    match value.abs() {
        v if !v.is_finite() => "–".into(),
        v if v >= 100.0 => format!("{value:.0}"),
        v if v >= 10.0 => format!("{value:.1}"),
        v if v >= 0.1 || v == 0.0 => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Spread, geometric_mean, three_digits};

    #[test]
    fn the_middle_of_an_even_number_lies_between_two() {
        let spread = Spread::of([4.0, 1.0, 3.0, 2.0]).unwrap();
        assert_eq!((spread.min, spread.median, spread.max), (1.0, 2.5, 4.0));
        assert_eq!(Spread::of([7.0, 1.0, 3.0]).unwrap().median, 3.0);
    }

    #[test]
    fn nothing_and_not_a_number_have_no_middle() {
        assert!(Spread::of([]).is_none());
        assert!(Spread::of([1.0, f64::NAN]).is_none());
    }

    #[test]
    fn half_as_good_and_twice_as_good_are_as_good() {
        let close = |ratios: &[f64], mean: f64| {
            let found = geometric_mean(ratios.iter().copied()).unwrap();
            assert!((found - mean).abs() < 1e-12, "{found}");
        };
        close(&[0.5, 2.0], 1.0);
        close(&[1.0, 10.0, 100.0], 10.0);
        close(&[3.0], 3.0);
    }

    #[test]
    fn no_ratio_and_none_above_zero_have_no_mean() {
        for ratios in [vec![], vec![1.0, 0.0], vec![1.0, -1.0], vec![f64::NAN]] {
            assert!(geometric_mean(ratios.iter().copied()).is_none(), "{ratios:?}");
        }
    }

    #[test]
    fn digits_that_matter() {
        let texts = [1234.5, 12.34, 1.234, 0.0123, 0.0].map(three_digits);
        assert_eq!(texts, ["1234", "12.3", "1.23", "0.0123", "0.00"]);
    }
}
