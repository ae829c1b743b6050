//! Waiting for the first of several: one is chosen, and the others are as if it had never waited for them.

mod meeting;
mod receiving;
mod sending;
