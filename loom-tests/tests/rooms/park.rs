//! The parker: does a call end the wait that it was meant for, and no other?

use bifrons_loom_tests::{Bounds, Note, model};
use loom::thread;
use std::time::Duration;

use crate::prim::{Arc, Deadline, Parker, Verdict};

fn parker() -> Arc<Parker> {
    Parker::with_mine(Arc::clone)
}

/// Does one who is told before, while or after he lies down go on, with all that the teller did in sight?
///
/// Kills `park.tell`, `park.hear`, `park.rouse`.
#[test]
fn parker_wakes() {
    model(Bounds { quick: 3, deep: None, at_least: 20 }, || {
        let (parker, note) = (parker(), Arc::new(Note::blank()));
        let wait = parker.begin();
        let teller = thread::spawn({
            let (parker, note) = (Arc::clone(&parker), Arc::clone(&note));
            move || {
                note.write(1);
                parker.tell(wait, Verdict::Done);
            }
        });
        assert_eq!(parker.park(wait, Deadline::Never), Some(Verdict::Done));
        assert_eq!(note.read(), 1);
        teller.join().unwrap();
    });
}

/// Is one who waits with a limit either late or told, and if told with all that the teller did in sight?
///
/// Kills `park.tell`, `park.late`.
#[test]
fn parker_is_late_or_told() {
    model(Bounds { quick: 3, deep: None, at_least: 15 }, || {
        let (parker, note) = (parker(), Arc::new(Note::blank()));
        let wait = parker.begin();
        let teller = thread::spawn({
            let (parker, note) = (Arc::clone(&parker), Arc::clone(&note));
            move || {
                note.write(1);
                parker.tell(wait, Verdict::Summoned);
            }
        });
        if let Some(verdict) = parker.park(wait, Deadline::after(Duration::from_secs(1))) {
            assert_eq!(verdict, Verdict::Summoned);
            assert_eq!(note.read(), 1);
        }
        teller.join().unwrap();
    });
}

/// Does a call that comes late for one wait leave the next one alone?
///
/// Kills `park.epoch`.
#[test]
fn parker_tells_its_waits_apart() {
    model(Bounds { quick: 3, deep: None, at_least: 1000 }, || {
        let parker = parker();
        let first = parker.begin();
        let teller = thread::spawn({
            let parker = Arc::clone(&parker);
            move || parker.tell(first, Verdict::Called)
        });
        let heard = parker.park(first, Deadline::after(Duration::from_secs(1)));
        assert!(matches!(heard, None | Some(Verdict::Called)));
        let second = parker.begin();
        let next_teller = thread::spawn({
            let parker = Arc::clone(&parker);
            move || parker.tell(second, Verdict::Done)
        });
        assert_eq!(parker.park(second, Deadline::Never), Some(Verdict::Done), "the first wait's call ended the second");
        teller.join().unwrap();
        next_teller.join().unwrap();
    });
}
