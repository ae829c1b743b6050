//! Those who make things, each of which takes its time: bots on threads of their own, or one bot on the executor.

use std::time::{Duration, Instant};

use bifrons::{AsyncReceiver, AsyncSender, Receiver, Sender};

use super::order::{Dish, Ticket};

/// How long a bot was at work.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Busy(pub(crate) Duration);

impl Busy {
    /// Blocks until it is made.
    fn make(&mut self, Ticket(order): Ticket, slow: u32) -> Dish {
        let start = Instant::now();
        order.item.make(slow);
        self.0 += start.elapsed();
        Dish { order, burnt: false }
    }
}

/// A cook, if the tickets are those of the stove; a wine bot, if they are the cellar's.
#[derive(Debug)]
pub(crate) struct Bot {
    pub(crate) tickets: Receiver<Ticket>,
    pub(crate) pass: Sender<Dish>,
    pub(crate) slow: u32,
}

impl Bot {
    /// Works on the thread that calls it until the station is closed.
    pub(crate) fn work(self) -> Busy {
        let mut busy = Busy::default();
        for ticket in &self.tickets {
            let dish = busy.make(ticket, self.slow);
            if self.pass.send(dish).is_err() {
                break; // nobody carries dishes any more
            }
        }
        busy
    }
}

/// The mistake: a single bot for both stations that does its blocking work in a task.
#[derive(Debug)]
pub(crate) struct OneBot {
    pub(crate) stove: AsyncReceiver<Ticket>,
    pub(crate) cellar: AsyncReceiver<Ticket>,
    pub(crate) pass: AsyncSender<Dish>,
    pub(crate) slow: u32,
}

impl OneBot {
    /// It is as polite as such a task can be: after each dish it lets all others run. While it makes one, nobody can.
    pub(crate) async fn work(self) -> Busy {
        let mut busy = Busy::default();
        loop {
            let ticket = tokio::select! {
                Ok(ticket) = self.stove.recv() => ticket,
                Ok(ticket) = self.cellar.recv() => ticket,
                else => break,
            };
            let dish = busy.make(ticket, self.slow);
            if self.pass.send(dish).await.is_err() {
                break;
            }
            tokio::task::yield_now().await;
        }
        busy
    }
}
