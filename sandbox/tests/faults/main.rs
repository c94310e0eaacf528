//! Faults: how they are written, when they strike, and what each does, over real sockets.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail as tests do"
)]

#[path = "../common/mod.rs"]
mod common;
mod raw;
mod replies;
mod strike;
mod wire;
mod written;
