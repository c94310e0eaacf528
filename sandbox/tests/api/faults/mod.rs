//! Faults: how they are written, when they strike, and what each does, over real sockets.

pub(crate) mod raw;
mod replies;
mod strike;
mod wire;
mod written;
