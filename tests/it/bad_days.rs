//! What happens on a bad day: code of a user's that panics, values that are forgotten, runtimes and threads that go while
//! others wait, no memory, no threads. The page `bad_days` of the documentation says what a user may rely on.

mod ends;
mod forgotten;
mod fuse;
mod memory;
mod no_threads;
mod panics;
mod world;
