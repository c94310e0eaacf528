//! The wasm-bindgen layer: converts and delegates, decides nothing.

mod abort;
#[cfg(feature = "sign")]
mod account;
mod client;
mod error;
mod file;
mod options;
mod page;
mod query;
