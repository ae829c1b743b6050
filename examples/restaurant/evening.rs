//! One evening: the queues between the room and the stations, from the first guest to the last bill.

use std::thread::{self, ScopedJoinHandle};
use std::time::{Duration, Instant};

use tokio::runtime;
use tokio::task::JoinHandle;

use super::candle::Candle;
use super::greeter::Greeter;
use super::guest::Bill;
use super::kitchen::{Bot, Busy, OneBot};
use super::options::Options;
use super::oven::Oven;
use super::waiter::{Stations, Waiter};

/// Who makes what is ordered from the stove and the cellar.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Makers {
    /// Bots on threads.
    Threads { cooks: usize, wine_bots: usize },
    /// One bot on the executor of the room.
    OneBot,
}

/// What can be told afterwards.
#[derive(Debug)]
pub(crate) struct Evening {
    pub(crate) took: Duration,
    pub(crate) bills: Vec<Bill>,
    /// Tickets that went to the stove, tickets that were taken there.
    pub(crate) stove: (u64, u64),
    /// The makers at the stove, or the one bot.
    pub(crate) cooks: Vec<Busy>,
    pub(crate) longest_stall: Duration,
}

/// Lets `options.guests` come, dine and pay.
pub(crate) fn spend(options: &Options, waiters: usize, makers: Makers) -> Evening {
    let (door_in, door) = bifrons::unbounded();
    let (tables, all_tables) = bifrons::bounded(options.tables);
    let (wave, waves) = bifrons::unbounded();
    // A waiter with an order waits for room at the station. The pass must not make the stations wait for the waiters in their
    // turn, or all might wait for all; it needs no limit of its own, since no more is under way than the tables have ordered.
    let (stove_in, stove) = bifrons::priority::bounded(8);
    let (cellar_in, cellar) = bifrons::bounded(8);
    let (oven_in, oven) = bifrons::bounded(8);
    let (pass_in, pass) = bifrons::unbounded();

    (1..=options.guests).for_each(|number| door_in.send(number).expect("the greeter listens"));
    drop(door_in);
    let start = Instant::now();

    let (cooks, wine_bots) = match makers {
        Makers::Threads { cooks, wine_bots } => (cooks, wine_bots),
        Makers::OneBot => (0, 0),
    };
    // Moved in, so that a panic in the room closes the stations, and the bots go home.
    thread::scope(move |scope| {
        let bot = |tickets| Bot { tickets, pass: pass_in.clone(), slow: options.slow };
        let cooks: Vec<_> = (0..cooks).map(|_| bot(stove.clone())).map(|bot| scope.spawn(move || bot.work())).collect();
        let wine_bots: Vec<_> =
            (0..wine_bots).map(|_| bot(cellar.clone())).map(|bot| scope.spawn(move || bot.work())).collect();

        // The room: one thread, this one, for guests, greeter, waiters and the watch at the oven.
        let room = runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        let (bills, one_bot, longest_stall) = room.block_on(async {
            let greeter = Greeter { door: door.into_async(), tables: tables.into_async(), wave: wave.into_async() };
            let stations =
                Stations { stove: stove_in.to_async(), cellar: cellar_in.to_async(), oven: oven_in.to_async() };
            let waiter = Waiter { waves: waves.into_async(), pass: pass.into_async(), stations };
            let waiters: Vec<_> = (0..waiters).map(|_| tokio::spawn(waiter.clone().wait())).collect();
            drop(waiter);
            let watch = Oven { tickets: oven.into_async(), pass: pass_in.to_async() };
            let watch = tokio::spawn(watch.watch());
            let one_bot = matches!(makers, Makers::OneBot).then(|| {
                let (stove, cellar) = (stove.to_async(), cellar.to_async());
                tokio::spawn(OneBot { stove, cellar, pass: pass_in.to_async(), slow: options.slow }.work())
            });
            // Whoever is left at a station takes its tickets with them when they go.
            drop((stove, cellar));

            let mut candle = Candle::default();
            let bills = tokio::select! {
                bills = tokio::spawn(greeter.greet()) => bills.expect("the greeter does not panic"),
                never = candle.watch() => match never {},
            };

            // The last bill is paid, so all that was ordered was served, and nothing is under way: everybody goes home.
            for station in [&stove_in, &cellar_in, &oven_in] {
                station.close();
            }
            pass_in.close();
            all_done(waiters).await;
            all_done([watch]).await;
            (bills, all_done(one_bot).await, candle.longest_stall)
        });
        drop(all_tables);

        let took = start.elapsed();
        let stats = stove_in.stats();
        let mut cooks = joined(cooks);
        joined(wine_bots);
        cooks.extend(one_bot);
        Evening { took, bills, stove: (stats.sent, stats.received), cooks, longest_stall }
    })
}

async fn all_done<R>(tasks: impl IntoIterator<Item = JoinHandle<R>>) -> Vec<R> {
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.expect("nobody in the room panics"));
    }
    results
}

fn joined<R>(threads: Vec<ScopedJoinHandle<'_, R>>) -> Vec<R> {
    threads.into_iter().map(|thread| thread.join().expect("no bot panics")).collect()
}
