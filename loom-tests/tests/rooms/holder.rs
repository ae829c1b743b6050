//! The pointer by which handles share a queue, the one that ships: does the value go once, after everything that was done to
//! it, and its memory with it?

use std::hint::black_box;

use bifrons_loom_tests::{Bounds, Parcel, model};
use loom::cell::UnsafeCell;
use loom::thread;

use crate::prim::Holder;

/// What one holder wrote, whoever drops it reads.
struct Diary {
    entry: UnsafeCell<usize>,
    parcel: Parcel,
}

// SAFETY: one holder alone writes, and what is read is read in the drop; that nothing of it meets is what loom looks at.
unsafe impl Sync for Diary {}

impl Diary {
    fn new() -> Self {
        Self { entry: UnsafeCell::new(0), parcel: Parcel::new(0) }
    }

    fn write(&self) {
        // SAFETY: the pointer is the cell's own.
        self.entry.with_mut(|entry| unsafe { *entry += 1 });
    }
}

impl Drop for Diary {
    fn drop(&mut self) {
        // SAFETY: the pointer is the cell's own.
        let entry = self.entry.with(|entry| unsafe { *entry });
        assert_eq!(entry, 1, "it went before it was written");
    }
}

/// Does the last of two holders see what the other did before it went?
///
/// Kills `count.leave`, `count.leave_unseen`, `count.leave_unseeing`, `holder.last`, `holder.memory`.
#[test]
fn value_stays_until_the_last_goes() {
    model(Bounds { quick: 3, deep: None, at_least: 2 }, || {
        let [writing, holding] = Holder::pair(Diary::new);
        let writer = thread::spawn(move || writing.write());
        drop(holding);
        writer.join().unwrap();
    });
}

/// Is it kept for those who came by way of others, while these go?
///
/// Kills `count.join`, `count.leave`, `holder.last`, `holder.memory`.
#[test]
fn value_stays_for_who_came_later() {
    model(Bounds { quick: 3, deep: None, at_least: 2 }, || {
        let [first, second] = Holder::pair(Diary::new);
        let goes = thread::spawn(move || {
            let third = second.clone();
            drop(second);
            third.parcel.look();
        });
        let fourth = first.clone();
        assert!(fourth.is_same(&first));
        drop(first);
        fourth.write();
        drop(fourth);
        goes.join().unwrap();
    });
}

/// Is a value put where its alignment asks for, whatever that is?
///
/// Kills `holder.place`, `holder.memory`.
#[test]
fn value_lies_where_it_belongs() {
    #[repr(align(128))]
    struct Wide([u8; 300]);
    #[repr(align(4096))]
    struct Page;

    /// By how much a place is off. The compiler, who believes in alignment, must not see what is asked.
    fn is_off<T>(value: &Holder<T>) -> usize {
        black_box(&raw const **value as usize) % align_of::<T>()
    }

    model(Bounds { quick: 3, deep: None, at_least: 1 }, || {
        // Several at once, so that they lie everywhere.
        let wide: Vec<_> = (0..9).map(|_| Holder::pair(|| Wide([7; 300]))).collect();
        let pages: Vec<_> = (0..9).map(|_| Holder::pair(|| Page)).collect();
        assert!(wide.iter().all(|[wide, _]| is_off(wide) == 0 && wide.0 == [7; 300]));
        assert!(pages.iter().all(|[page, _]| is_off(page) == 0));
        let [small, _other] = Holder::pair(|| 5_u8);
        assert_eq!(*small, 5);
    });
}
