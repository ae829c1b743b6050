//! A receiving task that has long been served by a task of its own thread lets it go first, and stands in line only then.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use bifrons::{AsyncReceiver, Sender};

use crate::support::{counting_waker, must_be_pending, must_be_ready, poll_with, watchdog};

/// A queue whose receiver has been waiting for this thread so often that it steps aside, and how often that was.
fn long_together() -> (Sender<u32>, AsyncReceiver<u32>, u32) {
    let (tx, rx) = bifrons::unbounded();
    let rx = rx.into_async();
    for waits in 0..1000 {
        let (wakes, waker) = counting_waker();
        let mut recv = rx.recv();
        must_be_pending(&mut recv, &waker);
        let stepped_aside = wakes.wakes() > 0;
        drop(recv);
        tx.send(waits).unwrap();
        must_be_ready(&mut rx.recv()).unwrap();
        if stepped_aside {
            return (tx, rx, waits);
        }
    }
    panic!("it never stepped aside");
}

#[test]
fn who_has_just_begun_to_wait_does_not() {
    let (_tx, _rx, waits) = long_together();
    assert!(waits >= 60, "after {waits} waits");
}

#[test]
fn it_is_polled_once_more_and_then_stands_in_line() {
    let (tx, rx, _) = long_together();
    let (wakes, waker) = counting_waker();
    let mut recv = rx.recv();
    must_be_pending(&mut recv, &waker);
    assert_eq!((wakes.wakes(), rx.stats().waiting_receivers), (1, 0), "it has stepped aside");
    must_be_pending(&mut recv, &waker);
    assert_eq!((wakes.wakes(), rx.stats().waiting_receivers), (1, 1), "it stands in line");
    tx.send(7).unwrap();
    assert_eq!(wakes.wakes(), 2, "and is called");
    assert_eq!(must_be_ready(&mut recv), Ok(7));
}

/// All who wait are counted together: whose turn to step aside it would be depends on how often one waited alone before.
#[test]
fn nobody_does_so_past_those_in_line() {
    for alone in [0, 1] {
        let (tx, rx) = bifrons::unbounded();
        let rx = rx.into_async();
        let other = rx.clone();
        for _ in 0..alone {
            must_be_pending(&mut rx.recv(), Waker::noop());
            tx.send(0).unwrap();
            must_be_ready(&mut rx.recv()).unwrap();
        }
        for round in 0..500 {
            let mut first = other.recv();
            must_be_pending(&mut first, Waker::noop());
            must_be_pending(&mut first, Waker::noop());
            let (wakes, waker) = counting_waker();
            let mut second = rx.recv();
            must_be_pending(&mut second, &waker);
            assert_eq!((wakes.wakes(), rx.stats().waiting_receivers), (0, 2), "round {round}");
            tx.send(round).unwrap();
            assert_eq!(must_be_ready(&mut first), Ok(round));
        }
    }
}

#[test]
fn what_comes_meanwhile_is_there() {
    let (tx, rx, _) = long_together();
    let (wakes, waker) = counting_waker();
    let mut recv = rx.recv();
    must_be_pending(&mut recv, &waker);
    tx.send(7).unwrap();
    assert_eq!(wakes.wakes(), 1, "nobody had to be called");
    assert_eq!(must_be_ready(&mut recv), Ok(7));
}

#[test]
fn one_that_is_dropped_meanwhile_leaves_nothing_behind() {
    let (tx, rx, _) = long_together();
    let mut recv = rx.recv();
    must_be_pending(&mut recv, Waker::noop());
    drop(recv);
    assert_eq!(rx.stats().waiting_receivers, 0);
    tx.send(7).unwrap();
    assert_eq!(rx.try_recv(), Ok(7));
}

#[test]
fn a_close_meanwhile_is_seen() {
    let (tx, rx, _) = long_together();
    let mut recv = rx.recv();
    must_be_pending(&mut recv, Waker::noop());
    drop(tx);
    assert!(must_be_ready(&mut recv).is_err());
}

/// What comes meanwhile may go to somebody else: then it stands in line, where it is not overtaken without bound.
#[test]
fn who_was_overtaken_stands_in_line() {
    let (tx, rx, _) = long_together();
    let mut recv = rx.recv();
    for item in 0..10_000 {
        must_be_pending(&mut recv, Waker::noop());
        tx.send(item).unwrap();
        if rx.try_recv().is_err() {
            assert!(item <= 65, "{item} went to others");
            return assert_eq!(must_be_ready(&mut recv), Ok(item));
        }
    }
    panic!("it was overtaken without bound");
}

#[test]
fn where_nothing_comes_nobody_does_so_twice() {
    let (_tx, rx, _) = long_together();
    let (wakes, waker) = counting_waker();
    for _ in 0..10_000 {
        must_be_pending(&mut rx.recv(), &waker);
    }
    assert!(wakes.wakes() <= 1, "{} times", wakes.wakes());
}

/// A send that does not wait needs a receiver in line, where nothing is kept.
#[test]
fn a_rendezvous_by_tries_finds_its_receiver_in_line() {
    let (tx, rx) = bifrons::bounded(0);
    let (tx, rx) = (tx.into_async(), rx.into_async());
    for round in 0..1000 {
        let (wakes, waker) = counting_waker();
        let mut recv = rx.recv();
        must_be_pending(&mut recv, &waker);
        assert_eq!(wakes.wakes(), 0, "round {round}");
        assert_eq!(tx.try_send(round), Ok(()));
        assert_eq!(must_be_ready(&mut recv), Ok(round));
    }
}

type Task = Pin<Box<dyn Future<Output = ()>>>;

/// Runs tasks on this thread, in the order in which they were woken, and none that was not.
fn run(tasks: Vec<Task>) {
    struct Bell(AtomicBool);
    impl Wake for Bell {
        fn wake(self: Arc<Self>) {
            self.0.store(true, Ordering::SeqCst);
        }
    }
    let mut tasks: VecDeque<_> = tasks.into_iter().map(|task| (task, Arc::new(Bell(AtomicBool::new(true))))).collect();
    let mut asleep = 0;
    while let Some((mut task, bell)) = tasks.pop_front() {
        if !bell.0.swap(false, Ordering::SeqCst) {
            asleep += 1;
            assert!(asleep <= tasks.len(), "all sleep");
            tasks.push_back((task, bell));
            continue;
        }
        asleep = 0;
        let waker = Waker::from(Arc::clone(&bell));
        if task.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
            tasks.push_back((task, bell));
        }
    }
}

#[test]
fn nobody_sleeps_where_many_pass_much_on_one_thread() {
    const ITEMS: u32 = 3000;
    let _dog = watchdog();
    for (capacity, senders, receivers) in
        [(0, 1, 1), (1, 1, 1), (2, 1, 1), (0, 3, 2), (1, 2, 3), (3, 3, 3), (1000, 2, 2)]
    {
        let (tx, rx) = bifrons::bounded(capacity);
        let (tx, rx) = (tx.into_async(), rx.into_async());
        let received = Rc::new(RefCell::new(Vec::new()));
        let polls = Rc::new(Cell::new(0));
        let mut tasks: Vec<Task> = Vec::new();
        for sender in 0..senders {
            let tx = tx.clone();
            tasks.push(Box::pin(async move {
                for item in 0..ITEMS {
                    tx.send((sender, item)).await.unwrap();
                }
            }));
        }
        for _ in 0..receivers {
            let (rx, received, polls) = (rx.clone(), Rc::clone(&received), Rc::clone(&polls));
            tasks.push(Box::pin(async move {
                loop {
                    let mut recv = rx.recv();
                    let item = std::future::poll_fn(|context| {
                        polls.set(polls.get() + 1);
                        poll_with(&mut recv, context.waker())
                    });
                    match item.await {
                        Ok(item) => received.borrow_mut().push(item),
                        Err(_) => return,
                    }
                }
            }));
        }
        drop((tx, rx));
        run(tasks);
        let received = received.borrow();
        for sender in 0..senders {
            let of_one: Vec<_> = received.iter().filter(|(from, _)| *from == sender).map(|(_, item)| *item).collect();
            assert!(of_one.iter().copied().eq(0..ITEMS), "capacity {capacity}: all of sender {sender} in order");
        }
        assert!(polls.get() <= 4 * received.len(), "capacity {capacity}: {} polls of receives", polls.get());
    }
}

/// In a rendezvous a send that does not wait needs a receiver in line: where such sends come, nobody steps aside.
#[test]
fn nobody_does_so_where_a_receiver_is_sought() {
    let _dog = watchdog();
    let (tx, rx) = bifrons::bounded(0);
    let (tx, rx) = (tx.into_async(), rx.into_async());
    let refused = Rc::new(Cell::new(0));
    let sender: Task = Box::pin({
        let refused = Rc::clone(&refused);
        async move {
            for item in 0..1000 {
                tx.send(item).await.unwrap();
                refused.set(refused.get() + u32::from(tx.try_send(item).is_err()));
            }
        }
    });
    let receiver: Task = Box::pin(async move { while rx.recv().await.is_ok() {} });
    run(vec![receiver, sender]);
    assert_eq!(refused.get(), 0);
}

#[test]
fn a_stream_does_so_too() {
    use futures_util::Stream;
    let (tx, rx) = bifrons::unbounded();
    let mut items = std::pin::pin!(rx.into_async().into_stream());
    let mut stepped_aside = 0;
    for item in 0..1000 {
        let (wakes, waker) = counting_waker();
        let context = &mut Context::from_waker(&waker);
        assert!(items.as_mut().poll_next(context).is_pending());
        stepped_aside += wakes.wakes();
        tx.send(item).unwrap();
        assert_eq!(items.as_mut().poll_next(context), Poll::Ready(Some(item)));
    }
    assert!((900..1000).contains(&stepped_aside), "{stepped_aside} times");
}
