//! The model in the crate's documentation, as a user would run it.

#![cfg(all(loom, feature = "loom"))]

use loom::thread;

/// What is checked: a thread that sends what it is told to, and a task that adds up.
fn produce(numbers: bifrons::Sender<u32>) {
    for number in 1..=2 {
        numbers.send(number).unwrap();
    }
}

async fn add_up(numbers: bifrons::AsyncReceiver<u32>) -> u32 {
    let mut sum = 0;
    while let Ok(number) = numbers.recv().await {
        sum += number;
    }
    sum
}

#[test]
fn every_number_counts() {
    loom::model(|| {
        // Queues are made, used and dropped inside the model.
        let (tx, rx) = bifrons::bounded(1);
        let producer = thread::spawn(move || produce(tx));
        assert_eq!(loom::future::block_on(add_up(rx.into_async())), 3);
        producer.join().unwrap();
    });
}
