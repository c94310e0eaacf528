//! The wasm-bindgen layer: classes that convert arguments and results, and contain no rule of the API.

mod abort;
#[cfg(feature = "sign")]
mod account;
#[cfg(feature = "bench")]
mod bench;
mod client;
mod convert;
mod history;
mod limiter;
mod options;
mod page;
mod query;
#[cfg(feature = "sign")]
mod relay;
mod summary;
mod time_zone;
mod token;
