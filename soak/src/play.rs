//! A round on real threads and runtimes.

use std::future::Future;
use std::thread;
use std::time::Duration;

use bifrons_soak::{Consumer, Dice, Ending, Order, Patience, Plan, Polls, Producer, Round, Sums};
use tokio::runtime::{Builder, Runtime};

use crate::watch::Watch;

/// The runtime on which most tasks run.
#[derive(Debug)]
pub(crate) struct Stage {
    workers: Runtime,
}

/// Some polls, or a timeout: one of a microsecond, which a runtime takes for some more.
#[derive(Debug, Clone, Copy)]
struct Limits;

impl Patience for Limits {
    async fn lose<F>(&self, future: &mut F, dice: &mut Dice) -> Option<F::Output>
    where
        F: Future + Unpin + Send,
        F::Output: Send,
    {
        match dice.below(12) {
            0 => tokio::time::timeout(Duration::from_micros(1), future).await.ok(),
            1 => {
                let mut done = None;
                tokio::select! {
                    biased;
                    output = future => done = Some(output),
                    () = tokio::task::yield_now() => {}
                }
                done
            }
            _ => Polls.lose(future, dice).await,
        }
    }
}

/// Where a party performs.
#[derive(Debug, Clone, Copy)]
enum Place {
    Thread,
    Workers,
    Alone,
}

impl Place {
    fn of(nth: usize, rather: usize) -> Self {
        [Self::Thread, Self::Workers, Self::Alone, Self::Thread][(nth + rather) % 4]
    }
}

enum Party {
    Producer(Producer),
    Consumer(Consumer),
}

impl Party {
    fn on_thread(self) {
        match self {
            Self::Producer(producer) => producer.on_thread(),
            Self::Consumer(consumer) => consumer.on_thread(),
        }
    }

    async fn in_task(self) {
        match self {
            Self::Producer(producer) => producer.in_task(Limits).await,
            Self::Consumer(consumer) => consumer.in_task(Limits).await,
        }
    }
}

impl Stage {
    pub(crate) fn new() -> Self {
        let workers = Builder::new_multi_thread().worker_threads(2).enable_time().build();
        Self { workers: workers.expect("a runtime can be had") }
    }

    /// Plays a round and gives its books.
    pub(crate) fn play(&self, dice: &mut Dice, watch: &Watch) -> Sums {
        let plan = draw(dice);
        let mut round = Round::new(plan, dice.other());
        watch.turn_to(round.scene());
        let (producers, consumers) = round.parties();
        let doomed = dice.one_in(4).then(|| {
            let parties = [0, 1, 0].map(|at| Party::Producer(round.producer(at, false))).into_iter();
            parties.chain([0, 1].map(|at| Party::Consumer(round.consumer(at)))).collect::<Vec<_>>()
        });
        round.let_go();
        let (mut threads, mut tasks, mut alone) = (Vec::new(), Vec::new(), Vec::new());
        let senders_first = dice.below(4) as usize;
        let parties = producers.into_iter().map(Party::Producer).enumerate();
        let parties =
            parties.chain(consumers.into_iter().map(Party::Consumer).enumerate().map(|(nth, party)| (nth + 1, party)));
        for (nth, party) in parties {
            match Place::of(nth, senders_first) {
                Place::Thread => threads.push(thread::spawn(move || party.on_thread())),
                Place::Workers => tasks.push(self.workers.spawn(party.in_task())),
                Place::Alone => alone.push(party),
            }
        }
        threads.push(thread::spawn(move || run_alone(alone)));
        if let Some(parties) = doomed {
            let (several, moment) = (dice.one_in(2), Duration::from_micros(dice.below(3000)));
            threads.push(thread::spawn(move || drop_under(parties, several, moment)));
        }
        threads.into_iter().for_each(|thread| thread.join().expect("a panic would have ended all"));
        for task in tasks {
            self.workers.block_on(task).expect("a panic would have ended all");
        }
        round.end()
    }
}

/// Any order and capacity, any ending; rather few parties, so that they often have to wait.
fn draw(dice: &mut Dice) -> Plan {
    let pick_order = |dice: &mut Dice| Order::ALL[dice.below(4) as usize];
    let pick_capacity = |dice: &mut Dice| [Some(0), Some(1), Some(3), Some(128), None][dice.below(5) as usize];
    let ending = match dice.below(3) {
        0 => Ending::ALL[dice.below(Ending::ALL.len() as u64) as usize],
        _ => Ending::Settled,
    };
    Plan {
        order: pick_order(dice),
        capacity: pick_capacity(dice),
        second: (pick_order(dice), pick_capacity(dice)),
        ending,
        steady: dice.one_in(3),
        parties: 3 + dice.below(4) as u32,
        quota: 50 + dice.below(500) as u32,
    }
}

fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_time().build().expect("a runtime can be had")
}

/// Runs them as tasks that share this thread.
fn run_alone(parties: Vec<Party>) {
    let runtime = one_thread();
    let tasks: Vec<_> = parties.into_iter().map(|party| runtime.spawn(party.in_task())).collect();
    for task in tasks {
        runtime.block_on(task).expect("a panic would have ended all");
    }
}

/// Runs them for a moment and drops the runtime, with whatever has been woken there and not run.
fn drop_under(parties: Vec<Party>, several: bool, moment: Duration) {
    let runtime = match several {
        true => Builder::new_multi_thread().worker_threads(1).enable_time().build().expect("a runtime can be had"),
        false => one_thread(),
    };
    for party in parties {
        runtime.spawn(party.in_task());
    }
    match several {
        true => thread::sleep(moment),
        false => runtime.block_on(async move { tokio::time::sleep(moment).await }),
    }
}
