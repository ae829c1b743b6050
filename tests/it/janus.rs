//! What the test suites of Python's bridge queues ask, asked of this one.
//!
//! They are those of janus and culsans. `janus/README.md` has the table: each of their tests, the one here that answers it, and
//! what had to change. A test that they run for three kinds of queue is run for three orders here, in the modules `fifo`, `lifo`
//! and `priority` that [`orders::in_every_order`] makes.
//!
//! Their verbs here: put is `send`, get is `recv`, `task_done` is the end of a `Task`,
//! `shutdown(immediate=False)` is `close`, `shutdown(immediate=True)` is `shutdown`, and
//! `unfinished_tasks` is [`orders::unfinished`].

mod orders;

mod batches;
mod cancelling;
mod capacity;
mod clearing;
mod closing;
mod closing_threads;
mod crossing;
mod dropping;
mod failing;
mod held;
mod joining;
mod lines;
mod notifying;
mod races;
mod shutting_down;
mod shutting_down_threads;
mod smoke;
mod state;
mod storms;
mod turns;
mod waiting;
mod weights;

mod table;
