//! A program as small as a user's first: what a call costs where the compiler has little else to lay out.
//!
//! The large benchmark is one crate of many types, and without link-time optimisation it is chance which of its units a loop
//! comes to lie in. Here each loop is a function of a few lines:
//!
//! ```console
//! $ cargo run --profile release-plain --bin small
//! $ cargo run --release --bin small
//! ```
//!
//! Nanoseconds a message: the median of the rounds, the queues taking turns.

use std::collections::VecDeque;
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 11;
const MESSAGES: u64 = 1_000_000;

fn bifrons_pairs(capacity: usize) -> u64 {
    let (tx, rx) = bifrons::bounded(capacity);
    let mut sum = 0;
    for number in 0..MESSAGES {
        tx.try_send(black_box(number)).unwrap();
        sum += rx.try_recv().unwrap();
    }
    sum
}

fn kanal_pairs(capacity: usize) -> u64 {
    let (tx, rx) = kanal::bounded(capacity);
    let mut sum = 0;
    for number in 0..MESSAGES {
        assert!(tx.try_send(black_box(number)).unwrap());
        sum += rx.try_recv().unwrap().unwrap();
    }
    sum
}

/// A loop with each call at two places, as in a program that does more than one thing with a queue: what is put into a loop where
/// it stands alone may be a function of its own here.
macro_rules! two_places {
    ($tx:ident, $rx:ident, $item:expr, $number:expr $(, $await:ident)?) => {{
        let mut sum = 0;
        for number in (0..MESSAGES).step_by(2) {
            $tx.send($item(number))$(.$await)?.unwrap();
            sum += $number($rx.recv()$(.$await)?.unwrap());
            $tx.send($item(number + 1))$(.$await)?.unwrap();
            sum += $number($rx.recv()$(.$await)?.unwrap());
        }
        sum
    }};
}

fn word(number: u64) -> Word {
    Word { number, _rest: [0; 2] }
}

/// As large as a `String`.
struct Word {
    number: u64,
    _rest: [u64; 2],
}

fn bifrons_calls() -> u64 {
    let (tx, rx) = bifrons::bounded(128);
    two_places!(tx, rx, black_box, black_box)
}

fn kanal_calls() -> u64 {
    let (tx, rx) = kanal::bounded(128);
    two_places!(tx, rx, black_box, black_box)
}

fn bifrons_words() -> u64 {
    let (tx, rx) = bifrons::bounded(128);
    two_places!(tx, rx, word, |word: Word| word.number)
}

fn kanal_words() -> u64 {
    let (tx, rx) = kanal::bounded(128);
    two_places!(tx, rx, word, |word: Word| word.number)
}

fn bifrons_awaits() -> u64 {
    let (tx, rx) = bifrons::bounded(128);
    let (tx, rx) = (tx.into_async(), rx.into_async());
    on_one_thread(async { two_places!(tx, rx, black_box, black_box, await) })
}

fn kanal_awaits() -> u64 {
    let (tx, rx) = kanal::bounded_async(128);
    on_one_thread(async { two_places!(tx, rx, black_box, black_box, await) })
}

fn bifrons_batches() -> u64 {
    let (tx, rx) = bifrons::bounded(128);
    let (mut batch, mut received, mut sum) = (VecDeque::new(), Vec::new(), 0);
    for first in (0..MESSAGES).step_by(64) {
        batch.extend(first..MESSAGES.min(first + 64));
        tx.send_many(&mut batch).unwrap();
        rx.recv_many(&mut received, 64).unwrap();
        sum += received.drain(..).sum::<u64>();
    }
    sum
}

fn on_one_thread(tasks: impl Future<Output = u64>) -> u64 {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(tasks)
}

/// Two tasks of one thread, by halves of whichever make.
macro_rules! tasks {
    ($tx:ident, $rx:ident) => {
        on_one_thread(async move {
            tokio::spawn(async move {
                for number in 0..MESSAGES {
                    $tx.send(number).await.unwrap();
                }
            });
            let mut sum = 0;
            while let Ok(number) = $rx.recv().await {
                sum += number;
            }
            sum
        })
    };
}

fn bifrons_tasks(capacity: usize) -> u64 {
    let (tx, rx) = bifrons::bounded(capacity);
    let (tx, rx) = (tx.into_async(), rx.into_async());
    tasks!(tx, rx)
}

fn kanal_tasks(capacity: usize) -> u64 {
    let (tx, rx) = kanal::bounded_async(capacity);
    tasks!(tx, rx)
}

/// What is done, by bifrons, and by kanal if it can.
type Row = (&'static str, fn() -> u64, Option<fn() -> u64>);

const ROWS: [Row; 9] = [
    ("`try_send`, `try_recv` at capacity 1", || bifrons_pairs(1), Some(|| kanal_pairs(1))),
    ("the same at 128", || bifrons_pairs(128), Some(|| kanal_pairs(128))),
    ("`send`, `recv`, each at two places", bifrons_calls, Some(kanal_calls)),
    ("the same of 24 bytes", bifrons_words, Some(kanal_words)),
    ("the same of a `u64`, awaited", bifrons_awaits, Some(kanal_awaits)),
    ("`send_many`, `recv_many` of 64", bifrons_batches, None),
    ("two tasks of one thread at capacity 0", || bifrons_tasks(0), Some(|| kanal_tasks(0))),
    ("the same at 1", || bifrons_tasks(1), Some(|| kanal_tasks(1))),
    ("the same at 128", || bifrons_tasks(128), Some(|| kanal_tasks(128))),
];

fn nanoseconds(work: fn() -> u64) -> f64 {
    let start = Instant::now();
    assert_eq!(work(), MESSAGES * (MESSAGES - 1) / 2, "each number once");
    start.elapsed().as_nanos() as f64 / MESSAGES as f64
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn main() {
    println!("| ns a message | bifrons | kanal |\n|---|---:|---:|");
    for (name, bifrons, kanal) in ROWS {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(nanoseconds(bifrons));
            theirs.extend(kanal.map(nanoseconds));
        }
        let theirs = if theirs.is_empty() { String::new() } else { format!("{:.1}", median(theirs)) };
        println!("| {name} | {:.1} | {theirs} |", median(ours));
    }
}
