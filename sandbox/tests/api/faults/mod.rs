//! Faults: their syntax, their triggers, and their effects over real sockets.

pub(crate) mod raw;
mod responses;
mod syntax;
mod triggers;
mod values;
mod wire;
