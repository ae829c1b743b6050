//! What happens on a bad day: code of a user's that panics at any moment at which a queue runs it, and what follows from that.

mod fuse;
mod panics;
mod world;
