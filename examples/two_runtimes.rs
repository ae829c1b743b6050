//! One queue between two runtimes: bifrons asks nothing of an executor but to poll and to be woken.

use std::thread;

/// Receives what it can get; the same code runs on any runtime.
async fn receive(numbers: bifrons::AsyncReceiver<u64>) -> (u64, u64) {
    let (mut received, mut sum) = (0, 0);
    while let Ok(number) = numbers.recv().await {
        received += 1;
        sum += number;
    }
    (received, sum)
}

async fn send(numbers_in: bifrons::AsyncSender<u64>, numbers: std::ops::RangeInclusive<u64>) {
    for number in numbers {
        numbers_in.send(number).await.expect("both runtimes receive until the queue closes");
    }
}

fn main() {
    let (numbers_in, numbers) = bifrons::bounded::<u64>(8);
    let (numbers_in, numbers) = (numbers_in.into_async(), numbers.into_async());

    // tokio on one thread, smol on another; each sends one half and receives what it gets.
    let tokio = {
        let (numbers_in, numbers) = (numbers_in.clone(), numbers.clone());
        thread::spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
            runtime.block_on(async { tokio::join!(send(numbers_in, 1..=1000), receive(numbers)).1 })
        })
    };
    let smol = thread::spawn(|| smol::block_on(smol::future::zip(send(numbers_in, 1001..=2000), receive(numbers))).1);

    let (by_tokio, tokio_sum) = tokio.join().expect("no panic");
    let (by_smol, smol_sum) = smol.join().expect("no panic");
    println!("tokio received {by_tokio}, smol received {by_smol}");
    println!("received={} sum={}", by_tokio + by_smol, tokio_sum + smol_sum);
}
