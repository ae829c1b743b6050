//! Notices that nothing moves any more.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bifrons_soak::{Scene, Sums};

/// How many seconds may go by in which nobody does anything, and how many a round may take.
const STILL: u32 = 30;
const LONG: u32 = 240;

/// What is being watched.
#[derive(Debug, Default)]
pub(crate) struct Watch(Arc<Mutex<Option<Scene>>>);

impl Watch {
    /// Starts the thread that watches.
    pub(crate) fn start() -> Self {
        let watch = Self::default();
        let watched = Arc::clone(&watch.0);
        std::thread::spawn(move || stand_guard(&watched));
        watch
    }

    /// Another round begins.
    pub(crate) fn turn_to(&self, scene: Scene) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(scene);
    }
}

fn stand_guard(watched: &Mutex<Option<Scene>>) {
    let (mut before, mut still, mut long) = ((0, Sums::default()), 0, 0);
    loop {
        // Seconds of its own and not of a clock: a process that was stopped has not been still.
        std::thread::sleep(Duration::from_secs(1));
        let scene = watched.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(scene) = &*scene else { continue };
        let now = (scene.number(), scene.sums());
        long = if now.0 == before.0 { long + 1 } else { 0 };
        still = if now == before { still + 1 } else { 0 };
        before = now;
        if still >= STILL || long >= LONG {
            eprintln!("the round hangs: {scene}");
            std::process::exit(1);
        }
    }
}
