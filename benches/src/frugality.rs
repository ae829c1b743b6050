//! The rule that speed which was bought with CPU time does not count as the best.

/// A peer that takes more than so many times the CPU time of the next best in its cell is not the best of that cell.
const TOO_MUCH: f64 = 2.0;

/// The place of the best that keeps the rule, among the CPU times of peers from the best to the worst.
///
/// Who does not keep it is left out, so that the next best takes his place, and has to keep it in turn. The worst keeps
/// it, since nobody comes after.
pub fn best(cpu_times: &[f64]) -> Option<usize> {
    let keeps = |place: &usize| match cpu_times.get(place + 1) {
        Some(next) => cpu_times[*place] <= next * TOO_MUCH,
        None => true,
    };
    (0..cpu_times.len()).find(keeps)
}

#[cfg(test)]
mod tests {
    use super::best;

    #[test]
    fn who_takes_as_much_as_twice_the_next_is_the_best() {
        assert_eq!(best(&[10.0, 10.0, 1.0]), Some(0));
        assert_eq!(best(&[20.0, 10.0]), Some(0));
        assert_eq!(best(&[20.1, 10.0]), Some(1));
    }

    #[test]
    fn one_after_the_other_is_left_out() {
        assert_eq!(best(&[100.0, 40.0, 10.0, 9.0]), Some(2));
        assert_eq!(best(&[100.0, 40.0, 10.0]), Some(2));
    }

    #[test]
    fn one_alone_is_the_best_and_of_nobody_nobody_is() {
        assert_eq!(best(&[5.0]), Some(0));
        assert_eq!(best(&[]), None);
    }
}
