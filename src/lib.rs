//! Reads the SMS history of a Voximplant account: the one HTTP method `GetSmsHistory`, typed, exact and safe.
//!
//! The way of the data is a line of modules, each of which knows the next one's input and nothing behind it:
//! [`query`] → [`token`] → [`http`] → [`response`] → [`page`]; [`client`] runs them in order.
//! Compiled to wasm32 the same code is the npm package of the same name.
//!
//! Features: `sign` adds `token::ServiceAccount`, which mints tokens from a service account's private key. `js` adds the
//! classes of the npm package, as exports of the WebAssembly: a Rust program has no use for them.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
// What the classes alone use is not to be marked, piece by piece, as theirs. With them, nothing is allowed to be unused.
#![cfg_attr(
    all(target_family = "wasm", not(feature = "js")),
    allow(dead_code, unused_imports)
)]

pub mod base_url;
pub mod client;
pub mod clock;
pub mod date;
pub mod error;
pub mod export;
pub mod history;
pub mod http;
#[cfg(target_family = "wasm")]
mod js_error;
mod limits;
#[cfg(target_family = "wasm")]
mod object;
mod option_names;
pub mod page;
pub mod query;
pub mod response;
mod suggest;
pub mod summary;
pub mod token;

#[cfg(all(target_family = "wasm", feature = "js"))]
mod bindings;

pub use voximplant_sms_history_rows::decimal;
use voximplant_sms_history_rows::json;

pub use client::{ClientOptions, SmsHistoryClient};
pub use error::{ErrorKind, SmsHistoryError};
pub use history::{History, HistoryOptions};
pub use page::{SmsHistoryPage, SmsMessage};
pub use query::SmsHistoryQuery;

/// The Rust code of the documentation, compiled by `cargo test`.
#[cfg(doctest)]
#[doc = include_str!("../docs/rust.md")]
struct Documentation;
