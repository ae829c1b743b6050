//! Storms: ten threads and tasks do whatever they like, and still nothing is lost and nobody asleep.

mod closing;
mod settling;

use bifrons_shuttle_tests::storm;
use bifrons_soak::{Dice, Ending, Order, Plan, Polls, Round};
use shuttle::rand::{RngCore, thread_rng};

/// What a storm of this file varies.
#[derive(Clone, Copy)]
struct Weather {
    order: Order,
    capacities: &'static [Option<usize>],
    endings: &'static [Ending],
    parties: u32,
    quota: u32,
}

/// Runs rounds in that weather, every second party as a task.
fn blow(name: &str, weather: Weather) {
    storm(name, move || {
        // Drawn from the schedule, and so repeated with it.
        let mut dice = Dice::new(thread_rng().next_u64());
        let plan = Plan {
            order: weather.order,
            capacity: pick(weather.capacities, &mut dice),
            second: (pick(&Order::ALL, &mut dice), pick(&[Some(0), Some(1), Some(4), None], &mut dice)),
            ending: pick(weather.endings, &mut dice),
            steady: dice.one_in(2),
            parties: weather.parties,
            quota: weather.quota,
        };
        let mut round = Round::new(plan, dice);
        let (producers, consumers) = round.parties();
        round.let_go();
        let (mut threads, mut tasks) = (Vec::new(), Vec::new());
        for (nth, producer) in producers.into_iter().enumerate() {
            match nth % 2 {
                0 => threads.push(shuttle::thread::spawn(move || producer.on_thread())),
                _ => tasks.push(shuttle::future::spawn(producer.in_task(Polls))),
            }
        }
        for (nth, consumer) in consumers.into_iter().enumerate() {
            match nth % 2 {
                0 => tasks.push(shuttle::future::spawn(consumer.in_task(Polls))),
                _ => threads.push(shuttle::thread::spawn(move || consumer.on_thread())),
            }
        }
        threads.into_iter().for_each(|thread| thread.join().expect("no thread panics"));
        tasks.into_iter().for_each(|task| shuttle::future::block_on(task).expect("no task is aborted"));
        let sums = round.end();
        assert!(sums.made > 0);
    });
}

fn pick<T: Copy>(from: &[T], dice: &mut Dice) -> T {
    from[dice.below(from.len() as u64) as usize]
}
