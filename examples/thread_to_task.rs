//! A thread sends, a task receives: numbers come in by a blocking `send` and are awaited on the other side.

use std::thread;

use bifrons::AsyncReceiver;

/// Adds up what comes; `recv` lets other tasks run until a number is there.
#[tokio::main(flavor = "current_thread")]
async fn add_up(numbers: AsyncReceiver<u64>) -> (usize, u64) {
    let (mut received, mut sum) = (0, 0);
    while let Ok(number) = numbers.recv().await {
        received += 1;
        sum += number;
    }
    (received, sum)
}

fn main() {
    let (numbers_in, numbers) = bifrons::bounded::<u64>(16);

    // An ordinary thread: `send` blocks it whenever the task is 16 numbers behind.
    let thread = thread::spawn(move || {
        let mut sent = 0;
        for number in 1..=1000 {
            numbers_in.send(number).expect("the task receives until the queue closes");
            sent += 1;
        }
        sent // `numbers_in` goes away here, and with it the last sender: the queue closes
    });

    // A runtime, and the other face of the same queue.
    let (received, sum) = add_up(numbers.into_async());

    let sent = thread.join().expect("the thread does not panic");
    println!("sent={sent} received={received} sum={sum}");
}
