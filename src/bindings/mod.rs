//! The wasm-bindgen layer: converts and delegates, decides nothing.

mod abort;
#[cfg(feature = "sign")]
mod account;
#[cfg(feature = "bench")]
mod bench;
mod client;
mod client_options;
mod error;
mod event;
mod export;
mod file;
mod history;
mod limiter;
mod listener;
mod options;
mod page;
mod promise;
mod query;
mod summary;
mod time_zone;
