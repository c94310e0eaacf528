//! Reads the SMS history of a Voximplant account: one HTTP method, `GetSmsHistory`.
//!
//! Data flows through a line of modules: [`query`] → [`token`] → [`http`] → [`response`] → [`page`]. Each of them knows only the
//! input of the next one. The [`client`] runs them in order, and a [`history`] runs the client page by page. Compiled to
//! wasm32, the crate is the npm package of the same name.
//!
//! Features: `sign` adds `token::ServiceAccount`, which mints tokens from a service account's private key. `js` exports the
//! classes of the npm package from the WebAssembly. Rust programs do not need it.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
// A wrong boundary would panic. The message of that panic takes kilobytes: see `text`.
#![cfg_attr(not(test), deny(clippy::string_slice))]
// Code that only the classes use would need many marks of its own. With the feature `js`, nothing may be unused.
#![cfg_attr(
    all(target_family = "wasm", not(feature = "js")),
    allow(dead_code, unused_imports)
)]

#[cfg(target_family = "wasm")]
mod abort_listener;
#[cfg(target_family = "wasm")]
mod abort_on_drop;
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
mod option_names;
pub mod page;
pub mod query;
mod redact;
#[cfg(feature = "sign")]
pub mod relay;
pub mod response;
mod suggest;
pub mod summary;
#[cfg(target_family = "wasm")]
mod task;
mod text;
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
