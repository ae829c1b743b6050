//! The three orders that most tests run in.

use bifrons::{Receiver, Sender, Stats};

/// An order in which items leave a queue.
pub(super) trait Order {
    fn bounded<T: Ord + Send + 'static>(capacity: usize) -> (Sender<T>, Receiver<T>);

    fn unbounded<T: Ord + Send + 'static>() -> (Sender<T>, Receiver<T>);

    /// How items come out that were all sent, in this sequence, before the first was received.
    fn leaving<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T>;
}

#[derive(Debug)]
pub(super) struct Fifo;

#[derive(Debug)]
pub(super) struct Lifo;

/// Greatest first; for what Python does, least first, there is `Reverse`.
#[derive(Debug)]
pub(super) struct Priority;

impl Order for Fifo {
    fn bounded<T: Ord + Send + 'static>(capacity: usize) -> (Sender<T>, Receiver<T>) {
        bifrons::bounded(capacity)
    }

    fn unbounded<T: Ord + Send + 'static>() -> (Sender<T>, Receiver<T>) {
        bifrons::unbounded()
    }

    fn leaving<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
        items.into_iter().collect()
    }
}

impl Order for Lifo {
    fn bounded<T: Ord + Send + 'static>(capacity: usize) -> (Sender<T>, Receiver<T>) {
        bifrons::lifo::bounded(capacity)
    }

    fn unbounded<T: Ord + Send + 'static>() -> (Sender<T>, Receiver<T>) {
        bifrons::lifo::unbounded()
    }

    fn leaving<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
        let mut items: Vec<T> = items.into_iter().collect();
        items.reverse();
        items
    }
}

impl Order for Priority {
    fn bounded<T: Ord + Send + 'static>(capacity: usize) -> (Sender<T>, Receiver<T>) {
        bifrons::priority::bounded(capacity)
    }

    fn unbounded<T: Ord + Send + 'static>() -> (Sender<T>, Receiver<T>) {
        bifrons::priority::unbounded()
    }

    fn leaving<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
        let mut items: Vec<T> = items.into_iter().collect();
        // Stable, so that equal ones stay in the order of their arrival.
        items.sort_by(|left, right| right.cmp(left));
        items
    }
}

/// Makes three tests of each function that is generic over an [`Order`], under a watchdog.
macro_rules! in_every_order {
    ($($test:ident),+ $(,)?) => {
        mod fifo {
            $crate::janus::orders::in_every_order!(@ Fifo: $($test),+);
        }
        mod lifo {
            $crate::janus::orders::in_every_order!(@ Lifo: $($test),+);
        }
        mod priority {
            $crate::janus::orders::in_every_order!(@ Priority: $($test),+);
        }
    };
    (@ $order:ident: $($test:ident),+) => {
        $(
            #[test]
            fn $test() {
                let _dog = $crate::support::watchdog();
                super::$test::<$crate::janus::orders::$order>();
            }
        )+
    };
}
pub(super) use in_every_order;

/// Items not done yet: those in the queue, and those whose `Task` still lives.
pub(super) fn unfinished(stats: Stats) -> usize {
    stats.len + stats.tasks
}

/// Receives everything that is there, and sorts it.
pub(super) fn contents<T: Ord>(rx: &Receiver<T>) -> Vec<T> {
    let mut items: Vec<T> = rx.drain().collect();
    items.sort();
    items
}
