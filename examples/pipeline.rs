//! A pipeline in the words of the futures crate: one queue is a `Stream`, the next is a `Sink`, `forward` joins them.

use std::thread;

use futures_util::StreamExt;

async fn square(number: u64) -> u64 {
    tokio::task::yield_now().await; // stands for asking a database
    number * number
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (numbers_in, numbers) = bifrons::bounded::<u64>(8);
    let (squares_in, squares) = bifrons::bounded::<u64>(8);

    // Both ends of the pipeline are threads; each queue holds back whoever is faster.
    let source = thread::spawn(move || (1..=1000).try_for_each(|number| numbers_in.send(number)));
    let end = thread::spawn(move || squares.iter().fold((0, 0), |(count, sum), square| (count + 1, sum + square)));

    // The middle is one expression: up to four squares at a time, in order. When the numbers end, `forward` closes the sink:
    // it gives up its sender, which is the last one, so the queue of squares closes in its turn.
    let numbers = numbers.into_async().into_stream();
    let squares_in = squares_in.into_async().into_sink();
    let forwarded = numbers.map(square).buffered(4).map(Ok).forward(squares_in).await;
    forwarded.expect("the end listens");

    source.join().expect("no panic").expect("the middle listens");
    let (count, sum) = end.join().expect("no panic");
    println!("squares={count} sum={sum}");
}
