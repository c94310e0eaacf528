//! Tests of the sandbox over real sockets. They are one program, because linking the server and its clients takes longer
//! than running them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "test helpers fail like tests"
)]

mod common;
mod contract;
mod data;
mod faults;
mod forms;
mod http;
mod inserts;
mod limits;
mod parameters;
mod tls;
mod token;
