//! Everything at once: threads and tasks on both ends of one queue.
//!
//! They send and receive in every way there is, give up at random moments, clone, convert and drop
//! their handles, and the queue ends in one of three ways. Whatever happens, the [books] must
//! balance and everybody must come home, which the watchdog sees to.
//!
//! It takes a few seconds; `BIFRONS_STRESS_SECONDS` sets how many.

mod books;
mod receivers;
mod senders;

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use bifrons::WeakSender;
use event_listener::{Event, Listener};
use tokio::runtime::Runtime;

use crate::support::{EVERY_KIND, OnDrop, Random, queue, watchdog};
use books::{Books, Parcel};

/// How a round ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The senders stop and go; the receivers take the rest.
    Drained,
    /// Somebody closes the queue under all of them; the receivers take the rest.
    Closed,
    /// The receivers stop and go; the rest is dropped.
    Deserted,
}

/// Who takes part at either end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Party {
    Thread,
    OnTokio,
    OnSmol,
}
const CREW: [Party; 5] = [Party::Thread, Party::Thread, Party::OnTokio, Party::OnTokio, Party::OnSmol];

/// Where threads and tasks stand until all of them go at once, and the sign to stop.
#[derive(Debug, Default)]
struct Course {
    started: AtomicBool,
    start: Event,
    stop: AtomicBool,
    /// How many have set out.
    away: AtomicUsize,
}

impl Course {
    fn wait(&self) {
        while !self.started.load(Ordering::Acquire) {
            event_listener::listener!(self.start => listener);
            if !self.started.load(Ordering::Acquire) {
                listener.wait();
            }
        }
        self.away.fetch_add(1, Ordering::Relaxed);
    }

    async fn wait_async(&self) {
        while !self.started.load(Ordering::Acquire) {
            let listener = self.start.listen();
            if !self.started.load(Ordering::Acquire) {
                listener.await;
            }
        }
        self.away.fetch_add(1, Ordering::Relaxed);
    }

    fn go(&self) {
        self.started.store(true, Ordering::Release);
        self.start.notify(usize::MAX);
    }

    fn is_over(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// One party under way; the call waits for its end.
type Underway = Box<dyn FnOnce()>;

fn on_thread(body: impl FnOnce() + Send + 'static) -> Underway {
    let thread = thread::spawn(body);
    Box::new(move || thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
}

fn in_task(party: Party, tokio: &Arc<Runtime>, body: impl Future<Output = ()> + Send + 'static) -> Underway {
    if party == Party::OnTokio {
        let (task, tokio) = (tokio.spawn(body), Arc::clone(tokio));
        Box::new(move || tokio.block_on(task).expect("no panic in the task"))
    } else {
        let task = smol::spawn(body);
        Box::new(move || smol::block_on(task))
    }
}

/// Tells what the queue looks like if the round takes too long, for the watchdog cannot.
struct Report {
    _alive: mpsc::Sender<()>,
}

impl Report {
    fn after(time: Duration, what: String, queue: WeakSender<Parcel>, course: Arc<Course>) -> Self {
        let (alive, gone) = mpsc::channel();
        thread::spawn(move || {
            if gone.recv_timeout(time) == Err(RecvTimeoutError::Timeout) {
                // Straight to the descriptor, for the process is soon aborted.
                let state = queue.upgrade();
                let _ = writeln!(std::io::stderr(), "\n{what} takes long: {state:?}, {course:?}");
            }
        });
        Self { _alive: alive }
    }
}

/// One queue from its first item to its last.
fn round(seed: u64, capacity: Option<usize>, end: End, length: Duration, tokio: &Arc<Runtime>) -> usize {
    let _watch = watchdog();
    let what = format!("seed {seed:#x}, capacity {capacity:?}, {end:?}");
    let _note = OnDrop(|| {
        if thread::panicking() {
            println!("failed with {what}");
        }
    });
    let mut random = Random::new(seed);
    let books = Books::new(CREW.len());
    let course = Arc::new(Course::default());
    let (tx, rx) = queue(capacity);
    let weak = tx.downgrade();
    let _report = Report::after(Duration::from_secs(20), what.clone(), weak.clone(), Arc::clone(&course));
    let mut underway = Vec::new();
    for (number, party) in CREW.into_iter().enumerate() {
        let sender = senders::Sending {
            course: Arc::clone(&course),
            ledger: books.ledger(number),
            random: Random::new(random.draw()),
            until_closed: end != End::Drained,
        };
        let receiver = receivers::Receiving::new(
            Arc::clone(&course),
            Random::new(random.draw()),
            end != End::Deserted,
            CREW.len(),
        );
        let (tx, rx) = (tx.clone(), rx.clone());
        if party == Party::Thread {
            underway.push(on_thread(move || sender.run(tx)));
            underway.push(on_thread(move || receiver.run(rx)));
        } else {
            underway.push(in_task(party, tokio, sender.run_async(tx.into_async(), party)));
            underway.push(in_task(party, tokio, receiver.run_async(rx.into_async(), party)));
        }
    }
    // Those who only watch for the close stand on the side that does not bring it about.
    if end != End::Drained {
        let (tx, task) = (tx.clone(), tx.to_async());
        underway.push(on_thread(move || tx.closed()));
        underway.push(in_task(Party::OnTokio, tokio, async move { task.closed().await }));
    }
    if end != End::Deserted {
        let (rx, task) = (rx.clone(), rx.to_async());
        underway.push(on_thread(move || rx.closed()));
        underway.push(in_task(Party::OnSmol, tokio, async move { task.closed().await }));
    }
    drop((tx, rx));

    course.go();
    thread::sleep(length);
    if end == End::Closed {
        weak.upgrade().expect("the senders go on until it is closed").close();
    }
    course.stop.store(true, Ordering::Relaxed);
    underway.into_iter().for_each(|party| party());
    assert!(weak.upgrade().is_none());
    let sums = books.balance(end == End::Deserted, capacity == Some(0));
    println!("{what}: {sums:?}");
    sums.received
}

fn stress(end: End) {
    const TESTS: u32 = 3;
    let seconds = std::env::var("BIFRONS_STRESS_SECONDS")
        .ok()
        .map(|text| text.parse::<f64>().expect("BIFRONS_STRESS_SECONDS takes a number of seconds"));
    let total = Duration::from_secs_f64(seconds.unwrap_or(3.0)) / TESTS;
    let length = Duration::from_millis(60);
    let tokio = Arc::new(tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap());
    let mut random = Random::from_chance();
    let start = Instant::now();
    let mut received = 0;
    loop {
        for capacity in EVERY_KIND {
            received += round(random.draw(), capacity, end, length, &tokio);
        }
        if start.elapsed() > total {
            break;
        }
    }
    assert!(received > 0, "nothing happened");
}

#[test]
fn until_the_senders_go() {
    stress(End::Drained);
}

#[test]
fn until_somebody_closes() {
    stress(End::Closed);
}

#[test]
fn until_the_receivers_go() {
    stress(End::Deserted);
}
