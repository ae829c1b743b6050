//! Room: what is reserved, what is given back, and a capacity that changes.

mod permits;
mod resizing;
