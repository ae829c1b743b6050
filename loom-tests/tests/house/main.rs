//! The house as a whole: the public calls of both faces, against one another.

mod asking;
mod batching;
mod calling;
mod cancelling;
mod closing;
mod embedding;
mod forcing;
mod leaking;
mod leaving;
mod overtaking;
mod passing;
mod reentering;
mod refilling;
mod rendezvous;
mod timing;
