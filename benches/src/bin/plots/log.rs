//! A logarithmic scale: from values to pixels.

/// Maps values above nothing to a stretch of pixels, which may run backwards.
#[derive(Debug, Clone, Copy)]
pub struct Log {
    /// The ends of the domain, as powers of ten.
    low: f64,
    high: f64,
    start: f64,
    end: f64,
}

impl Log {
    /// A scale on which all `values` lie, with some air at both ends; `None` if there is none above nothing.
    pub fn around(values: impl IntoIterator<Item = f64>, start: f64, end: f64) -> Option<Self> {
        let powers = values.into_iter().filter(|v| *v > 0.0 && v.is_finite()).map(f64::log10);
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        powers.for_each(|power| (low, high) = (low.min(power), high.max(power)));
        if low > high {
            return None;
        }
        // At least one power of ten, so that a difference that is none does not fill the picture.
        let lacking = (1.0 - (high - low)).max(0.0) / 2.0;
        let air = 0.05 * (high - low) + lacking;
        Some(Self { low: low - air, high: high + air, start, end })
    }

    /// The same values on another stretch.
    pub fn moved(self, start: f64, end: f64) -> Self {
        Self { start, end, ..self }
    }

    pub fn at(&self, value: f64) -> f64 {
        self.start + (value.log10() - self.low) / (self.high - self.low) * (self.end - self.start)
    }

    pub fn holds(&self, value: f64) -> bool {
        value > 0.0 && (self.low..=self.high).contains(&value.log10())
    }

    /// Where the axis has a mark: every power of ten, or also twice and five times it where there are few of them.
    pub fn ticks(&self) -> Vec<f64> {
        let steps: &[f64] = if self.high - self.low > 1.7 { &[1.0] } else { &[1.0, 2.0, 5.0] };
        let powers = self.low.floor() as i32..=self.high.ceil() as i32;
        powers
            .flat_map(|power| steps.iter().map(move |step| step * 10f64.powi(power)))
            .filter(|tick| self.holds(*tick))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Log;

    #[test]
    fn equal_factors_are_equal_distances() {
        let scale = Log::around([1.0, 1000.0], 100.0, 400.0).unwrap();
        let steps = [1.0, 10.0, 100.0, 1000.0].map(|value| scale.at(value));
        let first = steps[1] - steps[0];
        assert!(first > 0.0 && steps.windows(2).all(|pair| (pair[1] - pair[0] - first).abs() < 1e-9));
        assert!(steps[0] > 100.0 && steps[3] < 400.0, "there is air at the ends");
    }

    #[test]
    fn a_scale_may_run_backwards() {
        let scale = Log::around([1.0, 100.0], 200.0, 0.0).unwrap();
        assert!(scale.at(1.0) > scale.at(100.0));
        assert_eq!(scale.at(10.0), 100.0);
        assert_eq!(scale.moved(400.0, 200.0).at(10.0), 300.0);
    }

    #[test]
    fn what_no_logarithm_has_does_not_count() {
        assert!(Log::around([], 0.0, 1.0).is_none());
        assert!(Log::around([0.0, -1.0, f64::NAN, f64::INFINITY], 0.0, 1.0).is_none());
        let scale = Log::around([0.0, 1.0, 1000.0], 0.0, 1.0).unwrap();
        assert!(scale.holds(1.0) && !scale.holds(0.0) && !scale.holds(1e-3));
    }

    #[test]
    fn ticks_are_round_and_lie_on_the_scale() {
        assert_eq!(Log::around([0.5, 2000.0], 0.0, 1.0).unwrap().ticks(), [1.0, 10.0, 100.0, 1000.0]);
        assert_eq!(Log::around([10.0, 10.0], 0.0, 1.0).unwrap().ticks(), [5.0, 10.0, 20.0]);
    }
}
