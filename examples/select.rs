//! One thread waits for whichever comes first: an order, a cancellation, the next tick of a clock.

use std::thread;
use std::time::Duration;

use bifrons::{never, select, tick};

fn main() {
    let (orders_in, mut orders) = bifrons::bounded::<u32>(4);
    let (cancellations_in, mut cancellations) = bifrons::bounded::<u32>(0); // meets its receiver in person
    let clock = tick(Duration::from_millis(5));

    let customers = thread::spawn(move || {
        for order in 0..40 {
            thread::sleep(Duration::from_millis(1));
            orders_in.send(order).expect("the clerk listens");
            if order % 4 == 0 {
                cancellations_in.send(order).expect("the clerk listens");
            }
        }
    });

    let (mut open, mut ordered, mut cancelled, mut ticks) = (2, 0, 0, 0);
    while open > 0 {
        select! {
            recv(orders) -> order => match order {
                Ok(_) => ordered += 1,
                // A closed queue is always ready to say so. One that never is ready takes its place.
                Err(_) => { orders = never(); open -= 1; }
            },
            recv(cancellations) -> order => match order {
                Ok(_) => cancelled += 1,
                Err(_) => { cancellations = never(); open -= 1; }
            },
            recv(clock) -> _ => ticks += 1,
        }
    }

    customers.join().expect("no panic");
    println!("the clock ticked {ticks} times meanwhile");
    println!("ordered={ordered} cancelled={cancelled} ticked={}", ticks > 0);
}
