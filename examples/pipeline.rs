//! A pipeline in the words of the futures crate: one queue is a `Stream`, the next is a `Sink`, `forward` joins them.

use std::thread;

use bifrons::{AsyncReceiver, AsyncSender};
use futures_util::StreamExt;

async fn square(number: u64) -> u64 {
    tokio::task::yield_now().await; // stands for asking a database
    number * number
}

/// Squares up to four at a time, in order. When the numbers end, `forward` closes the sink, which gives up the last sender, and so
/// the queue of squares closes, too.
#[tokio::main(flavor = "current_thread")]
async fn square_all(numbers: AsyncReceiver<u64>, squares_in: AsyncSender<u64>) {
    let (numbers, squares_in) = (numbers.into_stream(), squares_in.into_sink());
    let forwarded = numbers.map(square).buffered(4).map(Ok).forward(squares_in).await;
    forwarded.expect("the end listens");
}

fn main() {
    let (numbers_in, numbers) = bifrons::bounded::<u64>(8);
    let (squares_in, squares) = bifrons::bounded::<u64>(8);

    // Both ends of the pipeline are threads; each queue holds back whoever is faster.
    let source = thread::spawn(move || (1..=1000).try_for_each(|number| numbers_in.send(number)));
    let end = thread::spawn(move || squares.iter().fold((0, 0), |(count, sum), square| (count + 1, sum + square)));

    // The middle is a task.
    square_all(numbers.into_async(), squares_in.into_async());

    source.join().expect("no panic").expect("the middle listens");
    let (count, sum) = end.join().expect("no panic");
    println!("squares={count} sum={sum}");
}
