//! A queue, those who wait at it, and what they have got so far.

use std::collections::{HashSet, VecDeque};
use std::task::Poll;

use bifrons::{AsyncReceiver, AsyncSender, Stats, Task};

use super::law::Scene;
use super::slot::{Got, Pending, Room, Slot, Wish, recv_many, send_many};
use super::steps::{Kind, Setup, Step};
use crate::oracle::{Goods, Item, Parcel};
use crate::support::Census;

/// How many may wait at once.
const MOST_SLOTS: usize = 6;

pub(super) struct World<'a> {
    setup: &'a Setup,
    tx: &'a AsyncSender<Parcel>,
    rx: &'a AsyncReceiver<Parcel>,
    census: Census,
    slots: Vec<Slot<'a>>,
    rooms: Vec<Room<'a>>,
    tasks: Vec<Task<Parcel>>,
    /// The weight of what is in the queue.
    load: usize,
    received: HashSet<u32>,
    clock: u64,
    /// Whether a receiver left the line in this step, or an offer came into it.
    receiver_left: bool,
    sender_polled: bool,
}

fn remove<T>(all: &mut Vec<T>, at: usize) -> Option<T> {
    if all.is_empty() { None } else { Some(all.remove(at % all.len())) }
}

impl<'a> World<'a> {
    pub(super) fn new(setup: &'a Setup, tx: &'a AsyncSender<Parcel>, rx: &'a AsyncReceiver<Parcel>) -> Self {
        Self {
            setup,
            tx,
            rx,
            census: Census::new(),
            slots: Vec::new(),
            rooms: Vec::new(),
            tasks: Vec::new(),
            load: 0,
            received: HashSet::new(),
            clock: 0,
            receiver_left: false,
            sender_polled: false,
        }
    }

    fn make(&self, goods: Goods) -> Parcel {
        let number = self.census.made() as u32 + 1;
        Parcel::new(Item { rank: goods.rank, weight: goods.weight, number }, &self.census)
    }

    fn weight(&self, weight: usize) -> usize {
        if self.setup.weighs() { weight } else { 1 }
    }

    /// Where items move in out of the line, only the queue knows when: there it is asked how many are in.
    fn came_in(&mut self, weight: usize) {
        if self.setup.weighs() {
            self.load += weight;
        }
    }

    /// An item left the queue: for the first time, and whoever sent it knows or is woken.
    fn came_out(&mut self, item: Item) {
        assert!(self.received.insert(item.number), "an item was received twice");
        if self.setup.weighs() {
            self.load -= item.weight;
        }
    }

    fn stats(&self) -> Stats {
        self.tx.stats()
    }

    fn scene(&self) -> Scene<'_, 'a> {
        let stats = self.stats();
        let load = if self.setup.weighs() { self.load } else { stats.len };
        Scene { setup: self.setup, stats, load, slots: &self.slots }
    }

    pub(super) fn step(&mut self, step: &Step) {
        let before = self.stats();
        let wakes: Vec<_> = self.slots.iter().map(|slot| (slot.life(), slot.wakes())).collect();
        (self.receiver_left, self.sender_polled) = (false, false);
        self.act(step);
        self.look();
        self.no_wake_is_idle(&before, &wakes);
    }

    /// Notes which events have come about, and checks the law.
    fn look(&mut self) {
        let scene = self.scene();
        let (is_idle, is_closed) = (scene.is_idle(), scene.stats.closed);
        for slot in self.slots.iter_mut().filter(|slot| slot.waits()) {
            slot.has_come_about |= (slot.wish == Wish::Idle && is_idle) || (slot.wish == Wish::Closed && is_closed);
            let is_received = slot.number.is_some_and(|number| self.received.contains(&number));
            assert!(!is_received || slot.is_woken(), "a sender whose item was received sleeps");
        }
        self.scene().check();
    }

    /// Nobody was woken in this step for whom there was nothing in it.
    fn no_wake_is_idle(&self, before: &Stats, wakes: &[(usize, usize)]) {
        let now = self.stats();
        if now.closed {
            return;
        }
        let fresh =
            |slot: &&Slot<'_>| slot.is_woken() && wakes.iter().any(|&(life, wakes)| life == slot.life() && wakes == 0);
        let brought = (now.sent - before.sent) as usize;
        let woken: Vec<_> = self.slots.iter().filter(fresh).collect();
        let receivers = woken.iter().filter(|slot| slot.wish == Wish::Item).count();
        let offered = usize::from(self.sender_polled && self.setup.capacity == Some(0));
        let most = brought + offered + usize::from(self.receiver_left);
        assert!(receivers <= most, "{receivers} receivers woken for {most} items");
        let needs = woken.iter().filter_map(|slot| match slot.wish {
            // What weighs nothing takes no room from those behind it.
            Wish::Room(need) if need > 0 => Some(need),
            _ => None,
        });
        let (count, need) = needs.fold((0, 0), |(count, sum), need| (count + 1, sum + need));
        let taken = (now.received - before.received) as usize;
        match self.setup.capacity {
            Some(0) => assert!(count <= taken, "{count} senders woken for {taken} items that were taken"),
            None => {}
            Some(_) => {
                let load = self.scene().load;
                let room = now.capacity.unwrap_or(usize::MAX).saturating_sub(load + now.reserved);
                let moved = if self.setup.weighs() { 0 } else { brought };
                let is_alone = count == 1 && now.len == 0 && now.reserved == 0;
                assert!(need <= room + moved || is_alone, "senders woken for {need}, and room is {room}");
            }
        }
    }

    fn act(&mut self, step: &Step) {
        match *step {
            Step::Create { kind, poll } => {
                if self.slots.len() < MOST_SLOTS {
                    let slot = self.create(kind);
                    self.slots.push(slot);
                    if poll {
                        self.poll(self.slots.len() - 1, false);
                    }
                }
            }
            Step::Poll { at, other_waker } => {
                if !self.slots.is_empty() {
                    self.poll(at % self.slots.len(), other_waker);
                }
            }
            Step::PollWoken { at, other_waker } => {
                let woken: Vec<_> = (0..self.slots.len()).filter(|&nth| self.slots[nth].is_woken()).collect();
                if !woken.is_empty() {
                    self.poll(woken[at % woken.len()], other_waker);
                }
            }
            Step::Drop { at } => {
                if let Some(slot) = remove(&mut self.slots, at) {
                    self.receiver_left |= slot.wish == Wish::Item;
                    drop(slot);
                }
            }
            Step::Take { at } => self.take(at),
            Step::TrySend(goods) => {
                if self.tx.try_send(self.make(goods)).is_ok() {
                    self.came_in(goods.weight);
                }
            }
            Step::ForceSend(goods) => {
                if let Ok(evicted) = self.tx.force_send(self.make(goods)) {
                    // A newcomer that is itself the least has been neither in nor out, which comes to the same.
                    self.came_in(goods.weight);
                    if let Some(evicted) = evicted {
                        self.came_out(evicted.open());
                    }
                }
            }
            Step::TryRecv => {
                if let Ok(parcel) = self.rx.try_recv() {
                    self.came_out(parcel.open());
                }
            }
            Step::TryRecvTask => {
                if let Ok(task) = self.rx.try_recv_task() {
                    self.came_out(task.item);
                    self.tasks.push(task);
                }
            }
            Step::FinishTask { at, by_into_inner } => match remove(&mut self.tasks, at) {
                Some(task) if by_into_inner => drop(task.into_inner()),
                task => drop(task),
            },
            Step::Drain => {
                let all = self.rx.drain();
                all.for_each(|parcel| self.came_out(parcel.open()));
            }
            Step::TryReserve => self.rooms.extend(self.tx.try_reserve().ok().map(Room::One)),
            Step::SendByPermit { at, goods } => self.send_by_permit(at, goods),
            Step::DropPermit { at } => drop(remove(&mut self.rooms, at)),
            Step::SetCapacity(capacity) => {
                let set = self.rx.set_capacity(capacity);
                assert_eq!(set.is_ok(), self.setup.capacity.is_some_and(|capacity| capacity > 0));
            }
            Step::Convert => {
                drop(self.tx.to_sync().into_async());
                drop(self.rx.to_sync().into_async());
            }
            Step::Close => _ = self.tx.close(),
            Step::Shutdown => {
                let rest = self.rx.shutdown();
                rest.for_each(|parcel| self.came_out(parcel.open()));
            }
        }
    }

    fn create(&mut self, kind: Kind) -> Slot<'a> {
        let (tx, rx) = (self.tx, self.rx);
        match kind {
            Kind::Send { goods, owned } => {
                let parcel = self.make(goods);
                let (wish, number) = (Wish::Room(self.weight(goods.weight)), Some(parcel.item.number));
                let send = if owned {
                    Pending::OwnedSend(tx.clone().send_owned(parcel))
                } else {
                    Pending::Send(tx.send(parcel))
                };
                Slot::new(send, wish, number)
            }
            Kind::SendMany { goods, count } => {
                let parcels: VecDeque<_> = (0..count).map(|_| self.make(goods)).collect();
                let wish = Wish::Room(self.weight(goods.weight));
                Slot::new(send_many(tx, parcels), wish, None)
            }
            Kind::Reserve { owned: false } => Slot::new(Pending::Reserve(tx.reserve()), Wish::Room(1), None),
            Kind::Reserve { owned: true } => {
                Slot::new(Pending::OwnedReserve(tx.clone().reserve_owned()), Wish::Room(1), None)
            }
            Kind::ReserveWeight(weight) => {
                let need = if self.setup.weighs() { weight } else { weight.max(1) };
                Slot::new(Pending::Reserve(tx.reserve_weight(weight)), Wish::Room(need), None)
            }
            Kind::ReserveMany(items) => {
                Slot::new(Pending::ReserveMany(tx.reserve_many(items)), Wish::Room(items), None)
            }
            Kind::Recv { owned: false } => Slot::new(Pending::Recv(rx.recv()), Wish::Item, None),
            Kind::Recv { owned: true } => Slot::new(Pending::OwnedRecv(rx.clone().into_recv()), Wish::Item, None),
            Kind::RecvMany { limit } => Slot::new(recv_many(rx, limit), Wish::Item, None),
            Kind::RecvTask => Slot::new(Pending::RecvTask(rx.recv_task()), Wish::Item, None),
            Kind::Stream => Slot::new(Pending::Stream(rx.stream()), Wish::Item, None),
            Kind::Join => Slot::new(Pending::Join(tx.join()), Wish::Idle, None),
            Kind::Closed { sending: true } => Slot::new(Pending::Closed(tx.closed()), Wish::Closed, None),
            Kind::Closed { sending: false } => Slot::new(Pending::Closed(rx.closed()), Wish::Closed, None),
        }
    }

    fn poll(&mut self, nth: usize, other_waker: bool) {
        let sent_before = self.stats().sent;
        let slot = &mut self.slots[nth];
        self.sender_polled |= matches!(slot.wish, Wish::Room(_));
        let (waited, was_woken, wish) = (slot.waits(), slot.is_woken(), slot.wish);
        let polled = slot.poll(other_waker);
        if let (Pending::SendMany(_), Wish::Room(weight)) = (&slot.pending, wish) {
            // All of them weigh the same.
            let sent = (self.tx.stats().sent - sent_before) as usize;
            self.load += if self.setup.weighs() { sent * weight } else { 0 };
        }
        let Poll::Ready(got) = polled else {
            assert!(!was_woken || !matches!(wish, Wish::Idle | Wish::Closed), "an event is a verdict");
            self.clock += 1;
            slot.since.get_or_insert(self.clock);
            return;
        };
        assert!(!waited || was_woken, "what somebody waited for was there, and nobody had told");
        let is_batch = slot.is_many();
        let mut goes_on = false;
        match got {
            Got::Sent if !is_batch => {
                if let Wish::Room(weight) = wish {
                    self.came_in(weight);
                }
            }
            Got::Sent | Got::NoRoom | Got::Nothing | Got::ItCameAbout => {}
            Got::NotSent(parcel) => {
                assert!(self.tx.is_closed());
                drop(parcel);
            }
            Got::Room(room) => self.rooms.push(room),
            Got::Received(parcels) => parcels.into_iter().for_each(|parcel| self.came_out(parcel.open())),
            Got::Task(task) => {
                self.came_out(task.item);
                self.tasks.push(task);
            }
            Got::Next(parcel) => {
                self.came_out(parcel.open());
                goes_on = true;
            }
        }
        if goes_on {
            // A stream that gave an item waits for nothing until it is polled again.
            self.slots[nth].since = None;
        } else {
            self.slots.remove(nth);
        }
    }

    /// Ends a send and has its item back, unless it was sent.
    fn take(&mut self, at: usize) {
        let sends: Vec<_> = (0..self.slots.len()).filter(|&nth| self.slots[nth].number.is_some()).collect();
        if sends.is_empty() {
            return;
        }
        let mut slot = self.slots.remove(sends[at % sends.len()]);
        let taken = match &mut slot.pending {
            Pending::Send(send) => send.take(),
            Pending::OwnedSend(send) => send.take(),
            _ => unreachable!("only sends have an item of their own"),
        };
        // Nothing came back: it has moved in, which it does where no weight is asked for.
        if let Some(parcel) = taken {
            assert_eq!(Some(parcel.item.number), slot.number);
            assert!(!self.received.contains(&parcel.item.number), "an item is back that was received");
        } else {
            assert!(!self.setup.weighs(), "an item has gone");
        }
    }

    fn send_by_permit(&mut self, at: usize, goods: Goods) {
        let Some(room) = remove(&mut self.rooms, at) else { return };
        let parcel = self.make(goods);
        let sent = match room {
            Room::One(permit) => permit.send(parcel).is_ok(),
            Room::Owned(permit) => permit.send(parcel).is_ok(),
            Room::Many(mut permits) => {
                let sent = permits.next().is_some_and(|permit| permit.send(parcel).is_ok());
                if permits.len() > 0 {
                    self.rooms.push(Room::Many(permits));
                }
                sent
            }
        };
        if sent {
            self.came_in(goods.weight);
        }
    }

    /// Polls whoever was woken until nobody is. Then nobody sleeps for whom there is something.
    pub(super) fn settle(&mut self) {
        let mut patience = 1_000;
        while let Some(nth) = (0..self.slots.len()).find(|&nth| self.slots[nth].is_woken()) {
            patience -= 1;
            assert!(patience > 0, "they wake each other for ever");
            self.poll(nth, false);
            self.look();
        }
    }

    /// Everything ends when the queue is closed, and joiners when all is done.
    pub(super) fn end_by_close(mut self) -> Census {
        self.step(&Step::Close);
        self.settle();
        let left = self.slots.iter().filter(|slot| slot.waits());
        assert!(left.into_iter().all(|slot| slot.wish == Wish::Idle), "somebody waits at a closed queue");
        self.step(&Step::Drain);
        while !self.tasks.is_empty() {
            self.step(&Step::FinishTask { at: 0, by_into_inner: false });
        }
        self.settle();
        assert!(!self.slots.iter().any(Slot::waits), "somebody waits although all is done");
        self.census.clone()
    }

    /// Everybody goes, one after the other.
    pub(super) fn end_by_drop(mut self) -> Census {
        while !self.slots.is_empty() {
            self.step(&Step::Drop { at: 3 });
        }
        while !self.rooms.is_empty() {
            self.step(&Step::DropPermit { at: 1 });
        }
        assert_eq!((self.stats().waiting_senders, self.stats().waiting_receivers), (0, 0));
        assert_eq!(self.stats().reserved, 0);
        self.census.clone()
    }
}
