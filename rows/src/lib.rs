//! Everything that runs once per row: rows of `GetSmsHistory` responses are parsed into columns, compared with
//! those read before, and summarized.
//!
//! This is a separate crate because cargo sets the optimization level per crate. This crate is optimized for speed, the rest
//! for size. Users reach its public types through `voximplant-sms-history`.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
// A wrong boundary would panic, and the message of that panic takes kilobytes of WebAssembly.
#![cfg_attr(not(test), deny(clippy::string_slice))]

pub mod buffer_pool;
pub mod date;
pub mod decimal;
mod id_set;
pub mod json;
pub mod message_set;
pub mod page;
pub mod summary;

/// The largest integer that JavaScript represents exactly together with its neighbours: 2^53-1.
pub const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;
