//! The sandbox from outside, over real sockets. One program, because to link the server and its clients takes longer than
//! to run them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail as tests do"
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
