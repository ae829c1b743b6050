//! What selects have pledged: an item each, which comes later, to a receiver in line.
//!
//! To whom is not written down: if so few receivers are left that each has been pledged an item, what is pledged besides binds nobody,
//! and goes to whoever comes when it does.

/// One word until the first select pledges something, as few queues ever see.
#[derive(Debug, Default)]
pub(super) struct Pledges(Option<Box<Numbers>>);

#[derive(Debug, Default)]
struct Numbers {
    next: usize,
    /// How many were pledged and have not come yet.
    outstanding: usize,
    /// Which of them bind a receiver.
    binding: Vec<usize>,
}

impl Pledges {
    /// Pledges one more: its number.
    pub(super) fn make(&mut self) -> usize {
        let Numbers { next, outstanding, binding } = &mut **self.0.get_or_insert_default();
        let number = *next;
        *next = next.wrapping_add(1);
        *outstanding += 1;
        binding.push(number);
        number
    }

    /// That one has come, or never will.
    pub(super) fn settle(&mut self, number: usize) {
        if let Some(Numbers { outstanding, binding, .. }) = self.0.as_deref_mut() {
            *outstanding -= 1;
            binding.retain(|&other| other != number);
        }
    }

    /// No more than so many receivers are in line.
    #[inline]
    pub(super) fn bind_at_most(&mut self, receivers: usize) {
        if let Some(numbers) = &mut self.0 {
            numbers.binding.truncate(receivers);
        }
    }

    /// How many receivers are bound.
    #[inline]
    pub(super) fn binding(&self) -> usize {
        self.0.as_ref().map_or(0, |numbers| numbers.binding.len())
    }

    /// How many were pledged and have not come yet.
    pub(super) fn outstanding(&self) -> usize {
        self.0.as_ref().map_or(0, |numbers| numbers.outstanding)
    }
}
