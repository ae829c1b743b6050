//! Every form of `select!` and `select_biased!`.

use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use bifrons::{Receiver, RecvError, SendError, Sender, after, never, select, select_biased};

use crate::support::watchdog;

const SHORT: Duration = Duration::from_millis(3);

fn filled(items: impl IntoIterator<Item = u32>) -> (Sender<u32>, Receiver<u32>) {
    let (tx, rx) = bifrons::unbounded();
    items.into_iter().for_each(|item| tx.send(item).unwrap());
    (tx, rx)
}

#[test]
fn arms_are_blocks_and_expressions() {
    let (tx, rx) = filled([1]);
    select! {
        recv(rx) -> item => assert_eq!(item, Ok(1)),
    }
    select! {
        send(tx, 2) -> sent => { sent.unwrap(); }
    }
    select! {
        recv(rx) -> item => { assert_eq!(item, Ok(2)) },
        default => panic!("it is there")
    }
    select! {
        recv(rx) -> item => { panic!("{item:?}") }
        default => {}
    }
    select! {
        recv(rx) -> _ => {}
        default(SHORT) => {},
    }
    select! { default => {} }
    select! { default() => () }
    select! { default(SHORT) => () }
    select_biased! {
        send(tx, 3) -> sent => sent.unwrap(),
        recv(rx) -> _ => panic!("the first is ready"),
    }
    select_biased! {
        recv(rx) -> item => assert_eq!(item, Ok(3)),
        send(tx, 4) -> _ => panic!("the first is ready"),
        default => unreachable!(),
    }
}

#[test]
fn commas_may_trail() {
    let (tx, rx) = filled([]);
    select! {
        send(tx, 1,) -> sent => sent.unwrap(),
    }
    select! {
        recv(rx,) -> item => assert_eq!(item, Ok(1)),
        default(SHORT,) => unreachable!(),
    }
}

#[test]
fn default_may_stand_anywhere() {
    let (tx, rx) = filled([1]);
    let taken = select! {
        default => 0,
        recv(rx) -> item => item.unwrap(),
    };
    assert_eq!(taken, 1);
    let taken = select! {
        recv(rx) -> _ => 1,
        default(SHORT) => 2,
        recv(never::<u32>()) -> _ => 3,
    };
    assert_eq!(taken, 2);
    drop(tx);
}

#[test]
fn a_select_has_a_value() {
    let (_tx, rx) = filled([5]);
    let doubled: u32 = 2 * select! { recv(rx) -> item => item.unwrap() };
    assert_eq!(doubled, 10);
    let text = select! {
        recv(rx) -> item => format!("{item:?}"),
        default => String::from("none"),
    };
    assert_eq!(text, "none");
}

/// Arms leave the loop, the function, and the iteration around them.
#[test]
fn arms_jump() {
    fn first_even(rx: &Receiver<u32>) -> Result<u32, RecvError> {
        loop {
            select! {
                recv(rx) -> item => {
                    let item = item?;
                    if item % 2 == 1 {
                        continue;
                    }
                    return Ok(item);
                }
                default => return Err(RecvError),
            }
        }
    }
    let (_tx, rx) = filled([1, 3, 4, 5]);
    assert_eq!(first_even(&rx), Ok(4));
    assert_eq!(first_even(&rx), Err(RecvError));

    let (_tx, rx) = filled(0..10);
    let mut sum = 0;
    let found = 'outer: loop {
        for _ in 0..3 {
            select! {
                recv(rx) -> item => match item {
                    Ok(7) => break 'outer 7,
                    Ok(item) => sum += item,
                    Err(RecvError) => unreachable!(),
                },
                default => break,
            }
        }
    };
    assert_eq!((found, sum), (7, 21));

    fn through(tx: &Sender<u32>, item: u32) -> Result<(), SendError<u32>> {
        select! { send(tx, item) -> sent => sent? }
        Ok(())
    }
    let (tx, rx) = filled([]);
    through(&tx, 1).unwrap();
    drop(rx);
    assert_eq!(through(&tx, 2), Err(SendError(2)));
}

/// The item of a send is made when it is the send that is taken.
#[test]
fn an_item_is_made_when_it_is_sent() {
    fn never_made() -> u32 {
        unreachable!("the queue is full")
    }
    let (full, _rx) = bifrons::bounded(1);
    full.send(0).unwrap();
    let (tx, rx) = filled([]);
    select! {
        send(full, never_made()) -> _ => {}
        send(tx, 3 + 4) -> sent => sent.unwrap(),
    }
    assert_eq!(rx.recv(), Ok(7));
    let text = String::from("moved");
    let (tx, rx) = bifrons::unbounded();
    select! { send(tx, text) -> sent => sent.unwrap() }
    assert_eq!(rx.recv().unwrap(), "moved");
}

/// A handle in any wrapping, and from any expression.
#[test]
fn handles_come_from_anywhere() {
    struct Mine(Receiver<u32>);
    impl Deref for Mine {
        type Target = Receiver<u32>;
        fn deref(&self) -> &Receiver<u32> {
            &self.0
        }
    }
    struct Desk {
        inbox: Receiver<u32>,
        outbox: Sender<u32>,
    }
    impl Desk {
        fn inbox(&self) -> &Receiver<u32> {
            &self.inbox
        }
    }
    let desk = || {
        let (outbox, inbox) = filled([1, 2]);
        Desk { inbox, outbox }
    };
    let own = desk();
    select! { recv(own.inbox) -> item => assert_eq!(item, Ok(1)) }
    select! { recv(own.inbox()) -> item => assert_eq!(item, Ok(2)) }
    select! { send(own.outbox, 3) -> sent => sent.unwrap() }
    select! { recv(&own.inbox) -> item => assert_eq!(item, Ok(3)) }
    select! { send(&&own.outbox, 4) -> sent => sent.unwrap() }
    select! { recv(&&own.inbox) -> item => assert_eq!(item, Ok(4)) }
    // Temporaries live until the operation is done.
    select! { recv(desk().inbox) -> item => assert_eq!(item, Ok(1)) }
    select! { recv(desk().inbox()) -> item => assert_eq!(item, Ok(1)) }
    select! { send(desk().outbox, 1) -> sent => sent.unwrap() }
    let clone = || own.inbox.clone();
    select! { recv(clone()) -> _ => unreachable!(), default => {} }
    // On the heap, and behind a pointer of one's own.
    let (tx, rx) = filled([]);
    let (tx, rx) = (Box::new(tx), Box::new(rx));
    select! { send(tx, 1) -> sent => sent.unwrap() }
    select! { recv(rx) -> item => assert_eq!(item, Ok(1)) }
    let (tx, rx) = (Arc::new(*tx), Rc::new(*rx));
    select! { send(tx, 1) -> sent => sent.unwrap() }
    select! { recv(rx) -> item => assert_eq!(item, Ok(1)), default => unreachable!() }
    let mine = Mine(rx.as_ref().clone());
    tx.send(2).unwrap();
    select! { recv(mine) -> item => assert_eq!(item, Ok(2)) }
    let handles = [mine.0.clone(), mine.0];
    tx.send(3).unwrap();
    select! { recv(handles[1]) -> item => assert_eq!(item, Ok(3)) }
}

/// An arm may move, drop or replace the handles of the select.
#[test]
fn arms_own_their_handles() {
    let (tx, mut rx) = filled([1]);
    select! {
        recv(rx) -> item => {
            item.unwrap();
            drop(rx);
            rx = never();
        }
        default => unreachable!(),
    }
    assert!(tx.is_closed());
    select! {
        recv(rx) -> _ => unreachable!(),
        default => drop(rx),
    }
    let (tx, rx) = filled([]);
    select! {
        recv(rx) -> _ => unreachable!(),
        default(SHORT) => drop((tx, rx)),
    }
    let (tx, rx) = bifrons::bounded::<u32>(1);
    select! {
        send(tx, 1) -> sent => {
            sent.unwrap();
            drop(tx);
        }
    }
    assert!(rx.iter().eq([1]));
}

/// Patterns, shadowed names and attributes of one's own.
#[test]
fn results_are_patterns() {
    let (_tx, rx) = bifrons::unbounded::<(u32, u32)>();
    let select = 1;
    let index = 2;
    let operation = 3;
    let source = 4;
    select! {
        recv(rx) -> mut item => { item = Err(RecvError); _ = item; }
        default => assert_eq!((select, index, operation, source), (1, 2, 3, 4)),
    }
    let (_tx, item) = filled([9]);
    select! {
        recv(item) -> item => assert_eq!(item.map(|item| item + select), Ok(10)),
    }
}

/// Items of different types, timers among them, in one select.
#[test]
fn types_mix() {
    let _dog = watchdog();
    let (text_tx, text_rx) = bifrons::priority::bounded::<String>(1);
    let (unit_tx, unit_rx) = bifrons::bounded::<()>(0);
    text_tx.send("full".to_owned()).unwrap();
    thread::scope(|scope| {
        scope.spawn(move || unit_tx.send(()).unwrap());
        let mut seen = (false, false, false);
        while !(seen.0 && seen.1 && seen.2) {
            select! {
                recv(text_rx) -> text => { assert!(!text.unwrap().is_empty()); seen.0 = true; }
                recv(unit_rx) -> unit => if unit.is_ok() { seen.1 = true },
                recv(after(SHORT)) -> moment => { moment.unwrap(); }
                send(text_tx, "again".to_owned()) -> sent => { sent.unwrap(); seen.2 = true; }
            }
        }
    });
    drop(text_rx);
}

/// Nested, and inside a closure and a thread.
#[test]
fn selects_nest() {
    let (_one, one) = filled([1]);
    let (_two, two) = filled([2]);
    let sum = select! {
        recv(one) -> first => {
            first.unwrap() + select! { recv(two) -> second => second.unwrap() }
        }
    };
    assert_eq!(sum, 3);
    let choose = || select! { recv(one) -> _ => 1, default => 0 };
    assert_eq!(choose(), 0);
}

/// Sixteen arms: no form runs out of recursion.
#[test]
fn many_arms() {
    let (_tx, rx) = filled([7]);
    let none = never::<u32>();
    let taken = select_biased! {
        recv(none) -> _ => 0, recv(none) -> _ => 1, recv(none) -> _ => 2, recv(none) -> _ => 3,
        recv(none) -> _ => 4, recv(none) -> _ => 5, recv(none) -> _ => 6, recv(none) -> _ => 7,
        recv(none) -> _ => 8, recv(none) -> _ => 9, recv(none) -> _ => 10, recv(none) -> _ => 11,
        recv(none) -> _ => 12, recv(none) -> _ => 13, recv(none) -> _ => 14, recv(rx) -> item => item.unwrap(),
    };
    assert_eq!(taken, 7);
}

/// A macro means std's names, whatever the caller's mean.
#[test]
fn the_callers_names_are_left_alone() {
    #[allow(dead_code, unused_macros, reason = "what matters is that they are there")]
    mod own {
        pub(super) fn drop(_: std::convert::Infallible) {}
        pub(super) struct Some;
        pub(super) struct None;
        pub(super) struct Ok;
        pub(super) struct Err;
        macro_rules! unreachable {
            () => {};
        }
        pub(super) use unreachable;
    }
    #[allow(unused_imports, reason = "as above")]
    use own::{Err, None, Ok, Some, drop, unreachable};
    let (tx, rx) = filled([1]);
    let taken = select! { recv(rx) -> item => item.unwrap() };
    assert_eq!(taken, 1);
    assert!(select! { send(tx, 2) -> sent => sent.is_ok(), default(SHORT) => false });
    assert_eq!(select_biased! { recv(rx) -> item => item.unwrap(), default => 0 }, 2);
}
