//! A saturated stream through one queue, measured: what the model has to predict.

use std::collections::VecDeque;
use std::hint::spin_loop;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use bifrons::{Receiver, Sender};

use crate::cpus::pin;

/// Which stream is measured.
#[derive(Debug, Clone, Copy)]
pub struct Stream {
    /// On each side.
    pub threads: usize,
    pub capacity: usize,
    /// Items a call; with one, `send` and `recv` are called.
    pub batch: usize,
    /// How many pauses each thread makes between two calls: its work.
    pub pauses: u32,
    /// Whether senders are bound to CPU 0, receivers to CPU 1.
    pub apart: bool,
}

/// A counter with cache lines to itself.
#[derive(Default)]
#[repr(align(128))]
struct Count(AtomicU64);

impl Stream {
    /// Million messages a second.
    pub fn measure(&self, time: Duration) -> io::Result<f64> {
        let (tx, rx) = bifrons::bounded::<u64>(self.capacity);
        let stop = AtomicBool::new(false);
        let counts: Vec<_> = (0..self.threads).map(|_| Count::default()).collect();
        thread::scope(|scope| {
            let mut crew = Vec::new();
            for count in &counts {
                let rx = rx.clone();
                crew.push(scope.spawn(move || self.receive(&rx, count)));
                let (tx, stop) = (tx.clone(), &stop);
                crew.push(scope.spawn(move || self.send(&tx, stop)));
            }
            drop((tx, rx));
            let total = || counts.iter().map(|count| count.0.load(Ordering::Relaxed)).sum::<u64>();
            thread::sleep(time / 10);
            let (from, start) = (total(), Instant::now());
            thread::sleep(time);
            let rate = (total() - from) as f64 / start.elapsed().as_secs_f64() / 1e6;
            stop.store(true, Ordering::Relaxed);
            for member in crew {
                member.join().expect("no member panics")?;
            }
            Ok(rate)
        })
    }

    fn work(&self) {
        (0..self.pauses).for_each(|_| spin_loop());
    }

    fn send(&self, tx: &Sender<u64>, stop: &AtomicBool) -> io::Result<()> {
        if self.apart {
            pin(0..1)?;
        }
        let mut items = VecDeque::new();
        for first in (0..).step_by(self.batch) {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            self.work();
            let is_closed = if self.batch == 1 {
                tx.send(first).is_err()
            } else {
                items.extend(first..first + self.batch as u64);
                tx.send_many(&mut items).is_err()
            };
            if is_closed {
                break;
            }
        }
        Ok(())
    }

    fn receive(&self, rx: &Receiver<u64>, count: &Count) -> io::Result<()> {
        if self.apart {
            pin(1..2)?;
        }
        let mut items = Vec::new();
        let mut received = 0;
        loop {
            let came = if self.batch == 1 {
                rx.recv().map(|_| 1)
            } else {
                items.clear();
                rx.recv_many(&mut items, self.batch)
            };
            let Ok(came) = came else { return Ok(()) };
            self.work();
            received += came as u64;
            count.0.store(received, Ordering::Relaxed);
        }
    }
}
